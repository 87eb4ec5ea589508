"""The contract of what a search index is built from."""

from typing import Any

import numpy as np
import pytest

from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import FOREVER, SegmentRow, SlotState
from memos_core.ports import RecordStore
from memos_core.testing.contracts.opening import ALICE, LONG, NOW, OpenRecords, drafted, later


class FeedContract(OpenRecords):
    """``ports.IndexFeed``."""

    def test_slots_are_given_out_in_order(self, records: RecordStore, vault: int) -> None:
        draft = drafted(LONG, speaker="Ann", role="user", session="s", kind="note")
        self.add(records, vault, "first", draft, "last")
        count = len(draft.passages)
        with records.read() as tx:
            rows = tx.feed.slots(vault, 0, 1000)
            texts = tx.feed.texts(vault, 1, count)
            found = tx.feed.find(vault, [1, count, 999])
            row = tx.vaults.by_id(vault)
            assert tx.feed.slots(vault, 1, 2) == rows[1:2]
        assert row is not None and row.next_slot == len(rows) == count + 2
        assert [row.slot for row in rows] == list(range(count + 2))
        assert [text for _, text in texts] == [LONG[passage.start : passage.stop] for passage in draft.passages]
        second = rows[1]
        assert (second.speaker, second.role, second.session, second.kind) == ("Ann", "user", "s", "note")
        assert (second.version, second.valid_to, second.hidden) == (1, FOREVER, False)
        assert second.terms == draft.passages[0].terms
        assert rows[0].cube != second.cube == rows[count].cube
        assert found.keys() == {1, count}
        assert (found[1].start, found[1].stop) == (draft.passages[0].start, draft.passages[0].stop)
        assert found[1].cube.text == LONG

    def test_changes_since_a_log_entry(self, records: RecordStore, vault: int) -> None:
        first, second = self.add(records, vault, "one", "two")
        with records.read() as tx:
            assert tx.feed.changes(vault, 2) == ([], 2)
        self.revise(records, vault, first.id, "uno", later(1))
        records.write(lambda tx: tx.cubes.set_state(vault, second.id, LifecycleState.FORGOTTEN, ALICE, NOW, "forget"))
        with records.read() as tx:
            states, newest = tx.feed.changes(vault, 2)
            since_then = tx.feed.changes(vault, newest)
        ended = int(later(1).timestamp()) * 10**6 + 123456
        assert sorted(states) == [SlotState(0, ended, False), SlotState(1, FOREVER, True), SlotState(2, FOREVER, False)]
        assert (newest, since_then) == (4, ([], 4))

    def test_vectors_are_kept_by_embedder(self, records: RecordStore, vault: int, other: int) -> None:
        _, gone, _ = self.add(records, vault, "a", "b", "c")
        self.add(records, other, "theirs")
        self.erase(records, vault, gone.id)
        vectors = np.array([[1, 2], [3, 4], [5, 6]], np.float16)
        records.write(lambda tx: tx.feed.put_vectors(vault, "old", [0, 1, 2], vectors, 3))
        records.write(lambda tx: tx.feed.put_vectors(vault, "new", [0], -vectors[:1], 1))
        records.write(lambda tx: tx.feed.put_vectors(other, "old", [0], vectors[:1], 1))
        with records.read() as tx:
            assert tx.feed.coverage(vault) == {"old": 3, "new": 1}
            slots, found = tx.feed.vectors(vault, "old", 0, 3)
            assert (slots.tolist(), found.tolist()) == ([0, 2], [[1, 2], [5, 6]])
            assert found.dtype == np.float16
            assert tx.feed.vectors(vault, "old", 1, 2)[0].tolist() == []
            assert tx.feed.vectors(vault, "unknown", 0, 3)[0].tolist() == []
        records.write(lambda tx: tx.feed.drop_vectors(vault, keep="new"))
        with records.read() as tx:
            assert tx.feed.coverage(vault) == {"new": 1}
            assert tx.feed.vectors(vault, "old", 0, 3)[0].tolist() == []
            assert tx.feed.vectors(vault, "new", 0, 3)[1].tolist() == [[-1, -2]]
            assert tx.feed.coverage(other) == {"old": 1}
            assert tx.feed.vectors(other, "old", 0, 3)[0].tolist() == [0]

    def test_coverage_never_falls(self, records: RecordStore, vault: int) -> None:
        self.add(records, vault, "a", "b")
        vectors = np.ones((1, 2), np.float16)
        records.write(lambda tx: tx.feed.put_vectors(vault, "e", [1], vectors, 2))
        records.write(lambda tx: tx.feed.put_vectors(vault, "e", [0], vectors, 1))
        with records.read() as tx:
            assert tx.feed.coverage(vault) == {"e": 2}

    def test_segments_replace_what_they_contain(self, records: RecordStore, vault: int, other: int) -> None:
        rows = [SegmentRow(lo=n, hi=n + 10, file=f"f{n}", log_n=n) for n in (20, 0, 10)]
        for row in rows:
            records.write(lambda tx, row=row: tx.feed.publish(vault, row))  # type: ignore[misc]
        records.write(lambda tx: tx.feed.publish(other, SegmentRow(lo=0, hi=10, file="theirs", log_n=1)))
        with records.read() as tx:
            assert [row.file for row in tx.feed.segments(vault)] == ["f0", "f10", "f20"]
        records.write(lambda tx: tx.feed.publish(vault, SegmentRow(lo=0, hi=20, file="both", log_n=30)))
        with records.read() as tx:
            assert tx.feed.segments(vault) == [SegmentRow(lo=0, hi=20, file="both", log_n=30), rows[0]]
            assert tx.feed.segment_files() == {"both", "f20", "theirs"}
        records.write(lambda tx: tx.feed.retract(vault, "both"))
        records.write(lambda tx: tx.feed.retract(vault, "theirs"))
        with records.read() as tx:
            assert tx.feed.segments(vault) == [rows[0]]
            assert tx.feed.segment_files() == {"f20", "theirs"}

    @pytest.mark.parametrize(
        "wanted, slots",
        [
            ({"a": 1}, [0, 3]),
            ({"a": True}, [1]),
            ({"a": "1"}, [2]),
            ({"a": 1, "b": None}, [0]),
            ({"nested": {"y": [1, 2], "x": 0}}, [3]),
            ({"ü'\"": "ß\\"}, [3]),
            ({"a": 2}, []),
            ({"b": False}, []),
        ],
    )
    def test_metadata_matches_exactly(
        self, records: RecordStore, vault: int, other: int, wanted: dict[str, Any], slots: list[int]
    ) -> None:
        held: list[dict[str, Any]] = [
            {"a": 1, "b": None},
            {"a": True},
            {"a": "1"},
            {"a": 1, "nested": {"x": 0, "y": [1, 2]}, "ü'\"": "ß\\"},
        ]
        for of in (vault, other):
            self.add(records, of, *(drafted("x", metadata=metadata) for metadata in held), "none")
        with records.read() as tx:
            assert tx.feed.with_metadata(vault, wanted).tolist() == slots
