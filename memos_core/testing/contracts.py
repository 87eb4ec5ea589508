"""What every engine must do, as test classes to inherit. They need pytest.

Example:
    >>> class TestMyRecords(RecordStoreContract):  # doctest: +SKIP
    ...     def open_records(self, folder: Path) -> RecordStore:
    ...         return MyRecords(folder / "records")
"""

import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memos_core.domain.cube import MemCube, Provenance
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import FOREVER, BlobRow, Draft, Job, SegmentRow, SlotState
from memos_core.domain.turn import Turn
from memos_core.errors import CorruptStore, InvalidInput, MissingBlob, StoreClosed
from memos_core.operation.formation.passages import drafts
from memos_core.ports import BlobStore, RecordStore

NOW = datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
ALICE = Provenance(actor="alice", reason="she said so")
LONG = " ".join(f"Sentence number {n} of a long text, which has many." for n in range(60))


def later(seconds: float) -> datetime:
    """So long after ``NOW``."""
    return NOW + timedelta(seconds=seconds)


def drafted(text: str, **fields: Any) -> Draft:
    """A draft of one turn; keywords are the fields of ``Turn``."""
    return drafts([Turn(text=text, **fields)], NOW)[0]


class RecordStoreContract:
    """``ports.RecordStore``: the truth. Inherit it and say how a store is opened."""

    def open_records(self, folder: Path) -> RecordStore:
        """Open the store that lives in ``folder``, making it if it is new."""
        raise NotImplementedError

    @pytest.fixture
    def records(self, tmp_path: Path) -> Iterator[RecordStore]:
        """A new store."""
        records = self.open_records(tmp_path)
        yield records
        records.close()

    @pytest.fixture
    def vault(self, records: RecordStore) -> int:
        """The number of a vault in it."""
        return records.write(lambda tx: tx.vaults.create("ours", NOW).id)

    @pytest.fixture
    def other(self, records: RecordStore, vault: int) -> int:
        """The number of a second vault, which the first one must not notice."""
        return records.write(lambda tx: tx.vaults.create("theirs", NOW).id)

    def add(self, records: RecordStore, vault: int, *texts: str | Draft) -> list[MemCube]:
        """Add cubes."""
        ready = [text if isinstance(text, Draft) else drafted(text) for text in texts]
        return records.write(lambda tx: tx.cubes.add(vault, ready, ALICE, NOW))

    def revise(self, records: RecordStore, vault: int, uid: str, text: str, since: datetime) -> int:
        """Add a version."""
        return records.write(
            lambda tx: tx.cubes.add_version(vault, uid, drafted(text), ALICE, since, later(60), "revise")
        )

    def erase(self, records: RecordStore, vault: int, uid: str) -> None:
        """Erase a cube."""
        records.write(lambda tx: tx.cubes.erase(vault, uid, Provenance(actor="law"), later(90)))

    # ── vaults ──

    def test_a_vault_is_made_once(self, records: RecordStore) -> None:
        first = records.write(lambda tx: tx.vaults.create("ours", NOW))
        again = records.write(lambda tx: tx.vaults.create("ours", later(5)))
        assert first == again
        with records.read() as tx:
            assert tx.vaults.get("ours") == tx.vaults.by_id(first.id) == first
            assert tx.vaults.all() == [first]
            assert tx.vaults.get("nobody") is None
            assert tx.vaults.by_id(first.id + 1) is None
        assert first.next_slot == 0

    def test_a_vault_that_was_not_committed_leaves_nothing(self, records: RecordStore) -> None:
        def make_and_fail(tx: Any) -> None:
            vault = tx.vaults.create("undone", NOW)
            assert tx.cubes.add(vault.id, [drafted("x")], ALICE, NOW)[0].header.vault == "undone"
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            records.write(make_and_fail)
        vault = records.write(lambda tx: tx.vaults.create("kept", NOW))
        (cube,) = self.add(records, vault.id, "hello")
        assert cube.header.vault == "kept"
        with records.read() as tx:
            found = tx.cubes.get(vault.id, cube.id)
            assert found is not None and found.header.vault == "kept"
            assert [row.uid for row in tx.vaults.all()] == ["kept"]

    def test_the_revision_rises_with_every_change_of_the_vault(
        self, records: RecordStore, vault: int, other: int
    ) -> None:
        seen = [self.revision(records, vault)]
        (cube,) = self.add(records, vault, "one")
        seen.append(self.revision(records, vault))
        self.revise(records, vault, cube.id, "two", later(1))
        seen.append(self.revision(records, vault))
        vectors = np.ones((1, 2), np.float16)
        records.write(lambda tx: tx.feed.put_vectors(vault, "e", [0], vectors, 1))
        seen.append(self.revision(records, vault))
        records.write(lambda tx: tx.feed.publish(vault, SegmentRow(lo=0, hi=1, file="f", log_n=1)))
        seen.append(self.revision(records, vault))
        self.erase(records, vault, cube.id)
        seen.append(self.revision(records, vault))
        assert seen == sorted(set(seen))
        assert self.revision(records, other) == 0

    def revision(self, records: RecordStore, vault: int) -> int:
        """The revision of a vault."""
        with records.read() as tx:
            row = tx.vaults.by_id(vault)
        assert row is not None
        return row.revision

    def test_counts(self, records: RecordStore, vault: int, other: int) -> None:
        first, second, third = self.add(records, vault, "one", LONG, "three")
        self.add(records, other, "theirs")
        self.revise(records, vault, first.id, "uno", later(1))
        self.erase(records, vault, third.id)
        records.write(lambda tx: tx.cubes.set_state(vault, second.id, LifecycleState.FORGOTTEN, ALICE, NOW, "forget"))
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        with records.read() as tx:
            ours, all_of_it = tx.vaults.stats(vault), tx.vaults.stats(None)
        assert ours.cubes == {"active": 1, "forgotten": 1, "erased": 1}
        assert ours.versions == 3
        assert ours.passages == 2 + len(drafted(LONG).passages)
        assert ours.jobs == {"ready": 1}
        assert (all_of_it.vaults, all_of_it.versions) == (2, 4)

    # ── cubes ──

    def test_what_is_read_is_what_was_written(self, records: RecordStore, vault: int) -> None:
        draft = drafted(
            "Grüße, 世界 🙂\nsecond line\u2028third",
            speaker="Zoë",
            role="user",
            session="s 1",
            kind="note",
            at=later(-86400),
            metadata={"a": 1, "b": [1.5, None, {"c": True}], "ü": "日本"},
            source="letter",
        )
        (cube,) = self.add(records, vault, draft)
        with records.read() as tx:
            assert tx.cubes.get(vault, cube.id) == cube
            assert tx.cubes.get(vault, cube.id, 1) == cube
            assert tx.cubes.get(vault, cube.id, 2) is None
            assert tx.cubes.history(vault, cube.id) == [cube]
            assert tx.cubes.state(vault, cube.id) is LifecycleState.ACTIVE
        header = cube.header
        assert cube.text == draft.turn.text
        assert (header.vault, header.kind, header.version, header.state) == ("ours", "note", 1, "active")
        assert (header.recorded_at, header.occurred_at, header.valid_from) == (NOW, later(-86400), later(-86400))
        assert (header.valid_to, header.speaker, header.role, header.session) == (None, "Zoë", "user", "s 1")
        assert header.metadata == draft.turn.metadata
        assert header.provenance == Provenance(actor="alice", reason="she said so", source="letter")

    def test_ids_are_unique_and_sort_by_creation(self, records: RecordStore, vault: int, other: int) -> None:
        ids = [
            records.write(lambda tx, n=n, of=of: tx.cubes.add(of, [drafted("x")], ALICE, later(n)))[0].id  # type: ignore[misc]
            for n, of in enumerate([vault, other] * 5)
        ]
        assert ids == sorted(set(ids))
        assert all(id.startswith("mem_") and len(id) == 30 for id in ids)

    def test_another_vaults_cube_does_not_exist(self, records: RecordStore, vault: int, other: int) -> None:
        (cube,) = self.add(records, other, drafted("theirs", key="k", session="s"))
        key = drafted("x", key="k").key
        assert key is not None
        with records.read() as tx:
            assert tx.cubes.get(vault, cube.id) is None
            assert tx.cubes.get(vault, cube.id, 1) is None
            assert tx.cubes.state(vault, cube.id) is None
            assert tx.cubes.history(vault, cube.id) == []
            assert tx.cubes.scan(vault) == []
            assert tx.cubes.session(vault, "s") == []
            assert tx.cubes.by_keys(vault, [key]) == {}
            assert tx.cubes.log(vault) == []
            assert tx.feed.slots(vault, 0, 100) == []
            assert tx.feed.texts(vault, 0, 100) == []
            assert tx.feed.find(vault, [0]) == {}

    def test_versions_append(self, records: RecordStore, vault: int) -> None:
        (cube,) = self.add(records, vault, drafted("one", speaker="Ann"))
        assert self.revise(records, vault, cube.id, "two", later(10)) == 2
        assert self.revise(records, vault, cube.id, "three", later(20)) == 3
        with records.read() as tx:
            versions = tx.cubes.history(vault, cube.id)
            assert tx.cubes.get(vault, cube.id) == versions[2]
            assert tx.cubes.get(vault, cube.id, 2) == versions[1]
        assert [version.text for version in versions] == ["one", "two", "three"]
        assert [version.version for version in versions] == [1, 2, 3]
        assert [version.header.valid_from for version in versions] == [NOW, later(10), later(20)]
        assert [version.header.valid_to for version in versions] == [later(10), later(20), None]

    def test_states(self, records: RecordStore, vault: int) -> None:
        (cube,) = self.add(records, vault, "x")
        records.write(lambda tx: tx.cubes.set_state(vault, cube.id, LifecycleState.FORGOTTEN, ALICE, NOW, "forget"))
        with records.read() as tx:
            assert tx.cubes.state(vault, cube.id) is LifecycleState.FORGOTTEN
            found = tx.cubes.get(vault, cube.id)
        assert found is not None and found.state is LifecycleState.FORGOTTEN

    def test_paging_by_id(self, records: RecordStore, vault: int, other: int) -> None:
        ids = [cube.id for cube in self.add(records, vault, *(f"text {n}" for n in range(7)))]
        self.add(records, other, "theirs")
        self.erase(records, vault, ids[2])
        self.erase(records, vault, ids[3])
        with records.read() as tx:
            first = tx.cubes.scan(vault, limit=2)
            second = tx.cubes.scan(vault, after=ids[2], limit=2)
            third = tx.cubes.scan(vault, after=second[-1].id, limit=10)
            end = tx.cubes.scan(vault, after=ids[-1])
        assert [cube.id for cube in first + second + third] == ids[:2] + ids[4:]
        assert end == []

    def test_a_session_in_order_of_arrival(self, records: RecordStore, vault: int) -> None:
        turns = [drafted(f"t{n}", session="a" if n % 2 else "b", at=later(-n)) for n in range(6)]
        cubes = self.add(records, vault, *turns, "without session")
        with records.read() as tx:
            assert [cube.text for cube in tx.cubes.session(vault, "a")] == ["t1", "t3", "t5"]
            assert tx.cubes.session(vault, "") == []
        self.erase(records, vault, cubes[3].id)
        with records.read() as tx:
            assert [cube.text for cube in tx.cubes.session(vault, "a")] == ["t1", "t5"]

    def test_idempotency_keys_outlive_erasure(self, records: RecordStore, vault: int) -> None:
        first, second = drafted("one", key="k1"), drafted("two", key="k2")
        cubes = self.add(records, vault, first, second)
        self.erase(records, vault, cubes[0].id)
        assert first.key and second.key
        with records.read() as tx:
            assert tx.cubes.by_keys(vault, [first.key, second.key, b"unknown"]) == {
                first.key: cubes[0].id,
                second.key: cubes[1].id,
            }

    def test_erasing_leaves_the_id_only(self, records: RecordStore, vault: int) -> None:
        kept, gone = self.add(records, vault, "kept", drafted(LONG, session="s", metadata={"a": 1}))
        self.revise(records, vault, gone.id, "revised", later(1))
        slots = len(drafted(LONG).passages) + 1
        vectors = np.ones((slots + 1, 2), np.float16)
        records.write(lambda tx: tx.feed.put_vectors(vault, "e", list(range(slots + 1)), vectors, slots + 1))
        self.erase(records, vault, gone.id)
        with records.read() as tx:
            assert tx.cubes.state(vault, gone.id) is LifecycleState.ERASED
            assert tx.cubes.get(vault, gone.id) is None
            assert tx.cubes.get(vault, gone.id, 1) is None
            assert tx.cubes.history(vault, gone.id) == []
            assert tx.cubes.scan(vault) == [kept]
            assert tx.cubes.session(vault, "s") == []
            assert [row.slot for row in tx.feed.slots(vault, 0, 100)] == [0]
            assert tx.feed.texts(vault, 0, 100) == [(0, "kept")]
            assert tx.feed.vectors(vault, "e", 0, 100)[0].tolist() == [0]
            assert list(tx.feed.find(vault, range(slots + 1))) == [0]
            assert tx.feed.erased(vault, 0, slots + 1) == list(range(1, slots + 1))
            assert tx.feed.with_metadata(vault, {"a": 1}).tolist() == []
            entries = tx.cubes.log(vault)
        assert [entry.op for entry in entries] == ["remember", "remember", "revise", "erase"]
        assert [entry.reason for entry in entries if entry.cube == gone.id] == ["", "", ""]
        assert (entries[-1].actor, entries[-1].at) == ("law", later(90))

    def test_the_log_counts_the_changes_of_its_vault(self, records: RecordStore, vault: int, other: int) -> None:
        (cube,) = self.add(records, vault, "one")
        self.add(records, other, "theirs")
        self.revise(records, vault, cube.id, "two", later(1))
        with records.read() as tx:
            entries = tx.cubes.log(vault)
            assert tx.cubes.log(vault, after=1) == entries[1:]
            assert tx.cubes.log(vault, limit=1) == entries[:1]
        assert [(entry.n, entry.op, entry.cube, entry.version) for entry in entries] == [
            (1, "remember", cube.id, 1),
            (2, "revise", cube.id, 2),
        ]
        assert (entries[0].actor, entries[0].reason, entries[0].at) == ("alice", "she said so", NOW)

    # ── what the index is built from ──

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

    # ── jobs ──

    def claim(
        self,
        records: RecordStore,
        at: float,
        kinds: Sequence[str] = ("embed", "seal"),
        vault: int | None = None,
        owner: str = "me",
    ) -> Job | None:
        """Claim a job for ten seconds."""
        return records.write(lambda tx: tx.jobs.claim(owner, later(at), 10, kinds, vault))

    def test_a_clock_that_is_set_back_does_not_stop_the_work(
        self, records: RecordStore, vault: int, other: int
    ) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, later(7200)))
        records.write(lambda tx: tx.jobs.defer("embed", other, later(7200)))
        assert self.claim(records, 7200) is not None
        taken = [self.claim(records, 0), self.claim(records, 0)]
        assert {job.vault for job in taken if job} == {vault, other}
        assert self.claim(records, 0) is None

    def test_the_same_work_waits_once(self, records: RecordStore, vault: int, other: int) -> None:
        for kind, of in (("embed", vault), ("embed", vault), ("seal", vault), ("embed", other)):
            records.write(lambda tx, kind=kind, of=of: tx.jobs.defer(kind, of, NOW))  # type: ignore[misc]
        with records.read() as tx:
            assert tx.jobs.waiting(["embed", "seal"]) == 3
            assert tx.jobs.waiting(["embed"]) == 2
            assert tx.jobs.waiting(["embed"], vault) == 1

    def test_the_longest_waiting_is_claimed_first(self, records: RecordStore, vault: int, other: int) -> None:
        records.write(lambda tx: tx.jobs.defer("seal", vault, later(2)))
        records.write(lambda tx: tx.jobs.defer("embed", other, later(1)))
        records.write(lambda tx: tx.jobs.defer("scrub", vault, NOW))
        records.write(lambda tx: tx.jobs.defer("embed", vault, later(50)))
        first, second, third = self.claim(records, 5), self.claim(records, 5), self.claim(records, 5)
        assert first and (first.kind, first.vault, first.tries) == ("embed", other, 1)
        assert second and (second.kind, second.vault) == ("seal", vault)
        assert third is None
        assert self.claim(records, 60, ["embed"], other) is not None, "the lease of the first has ended"
        fourth = self.claim(records, 60, ["embed"], vault)
        assert fourth and fourth.vault == vault

    def test_a_running_job_does_not_block_new_work(self, records: RecordStore, vault: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        running = self.claim(records, 0)
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        assert running
        assert records.write(lambda tx: tx.jobs.finish(running))
        with records.read() as tx:
            assert tx.jobs.waiting(["embed"]) == 1

    def test_a_stale_holder_can_do_nothing(self, records: RecordStore, vault: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        stale = self.claim(records, 0, owner="slow")
        assert stale
        assert records.write(lambda tx: tx.jobs.extend(stale, later(5), 10))
        assert self.claim(records, 14) is None
        fresh = self.claim(records, 15.1)
        assert fresh and fresh.id == stale.id and fresh.token > stale.token and fresh.tries == 2
        assert not records.write(lambda tx: tx.jobs.extend(stale, later(16), 10))
        assert not records.write(lambda tx: tx.jobs.finish(stale))
        records.write(lambda tx: tx.jobs.fail(stale, "late", later(16), None))
        with records.read() as tx:
            assert tx.jobs.dead() == []
            assert tx.jobs.owners() == {"me"}
        assert records.write(lambda tx: tx.jobs.finish(fresh))
        assert not records.write(lambda tx: tx.jobs.finish(fresh))

    def test_failing_and_giving_up(self, records: RecordStore, vault: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        job = self.claim(records, 0)
        assert job
        records.write(lambda tx: tx.jobs.fail(job, "no luck", NOW, later(5)))
        assert self.claim(records, 4) is None
        again = self.claim(records, 5)
        assert again and again.tries == 2
        records.write(lambda tx: tx.jobs.fail(again, "none at all", later(5), None))
        assert self.claim(records, 500) is None
        with records.read() as tx:
            assert tx.jobs.waiting(["embed"]) == 0
            assert [(job.kind, job.vault, job.tries, error) for job, error in tx.jobs.dead()] == [
                ("embed", vault, 2, "none at all")
            ]
            assert tx.jobs.dead(vault + 1) == []
        assert records.write(lambda tx: tx.jobs.revive(vault, later(600))) == 1
        revived = self.claim(records, 600)
        assert revived and revived.tries == 1

    def test_work_done_later_makes_good_what_was_given_up(self, records: RecordStore, vault: int) -> None:
        for error in ("first", ""):
            records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
            job = self.claim(records, 0)
            assert job
            if error:
                records.write(lambda tx, job=job: tx.jobs.fail(job, "first", NOW, None))  # type: ignore[misc]
            else:
                records.write(lambda tx, job=job: tx.jobs.finish(job))  # type: ignore[misc]
        with records.read() as tx:
            assert tx.jobs.dead() == []

    def test_leases_of_the_dead_are_released(self, records: RecordStore, vault: int, other: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        records.write(lambda tx: tx.jobs.defer("embed", other, NOW))
        held = self.claim(records, 0, owner="dead")
        self.claim(records, 0, owner="alive")
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        with records.read() as tx:
            assert tx.jobs.owners() == {"dead", "alive"}
        assert records.write(lambda tx: tx.jobs.release(["dead", "unknown"])) == 1
        assert held and not records.write(lambda tx: tx.jobs.finish(held))
        with records.read() as tx:
            assert tx.jobs.waiting(["embed"], vault) == 1
        taken = self.claim(records, 1)
        assert taken and taken.vault == vault

    # ── blobs ──

    def test_blobs_are_referred_to_by_name(self, records: RecordStore, vault: int, other: int) -> None:
        ours, _ = self.add(records, vault, "a", "b")
        (theirs,) = self.add(records, other, "c")
        blobs = [BlobRow(digest=f"{n:064x}", bytes=n, created_at=later(n)) for n in range(3)]
        for blob in blobs:
            records.write(lambda tx, blob=blob: tx.blobs.add(blob))  # type: ignore[misc]
        records.write(lambda tx: tx.blobs.refer(vault, ours.id, "kv", blobs[0].digest))
        records.write(lambda tx: tx.blobs.refer(vault, theirs.id, "kv", blobs[1].digest))
        with records.read() as tx:
            assert tx.blobs.of(vault, ours.id) == {"kv": blobs[0]}
            assert tx.blobs.of(other, ours.id) == tx.blobs.of(other, theirs.id) == {}
            assert tx.blobs.digests() == {blob.digest for blob in blobs}
            assert tx.blobs.unreferenced(later(2)) == [blobs[1].digest]
        records.write(lambda tx: tx.blobs.add(BlobRow(digest=blobs[1].digest, bytes=1, created_at=later(100))))
        self.erase(records, vault, ours.id)
        with records.read() as tx:
            assert tx.blobs.unreferenced(later(-(10**6))) == [blobs[0].digest], "what was erased has no grace"
            assert blobs[1].digest not in tx.blobs.unreferenced(later(50)), "stored anew, its grace begins anew"
        records.write(lambda tx: tx.blobs.remove(blobs[0].digest))
        with records.read() as tx:
            assert tx.blobs.digests() == {blob.digest for blob in blobs[1:]}

    # ── transactions ──

    def test_a_reader_sees_one_moment(self, records: RecordStore, vault: int) -> None:
        with records.read() as tx:
            assert tx.cubes.scan(vault) == []
            self.add(records, vault, "meanwhile")
            assert tx.cubes.scan(vault) == []
        with records.read() as tx:
            assert len(tx.cubes.scan(vault)) == 1

    def test_work_that_raises_is_undone_and_nothing_else(self, records: RecordStore, vault: int) -> None:
        def work(text: str) -> None:
            def add(tx: Any) -> None:
                tx.cubes.add(vault, [drafted(text)], ALICE, NOW)
                if text.startswith("bad"):
                    raise KeyError(text)

            if text.startswith("bad"):
                with pytest.raises(KeyError, match=text):
                    records.write(add)
            else:
                records.write(add)

        threads = [
            threading.Thread(target=work, args=(f"{'bad' if n % 3 == 0 else 'good'} {n}",), daemon=True)
            for n in range(30)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with records.read() as tx:
            texts = {cube.text for cube in tx.cubes.scan(vault)}
            entries = tx.cubes.log(vault)
        assert texts == {f"good {n}" for n in range(30) if n % 3}
        assert [entry.n for entry in entries] == list(range(1, 21))

    def test_what_was_written_is_there_at_the_next_open(self, tmp_path: Path) -> None:
        records = self.open_records(tmp_path)
        vault = records.write(lambda tx: tx.vaults.create("ours", NOW).id)
        (cube,) = self.add(records, vault, "kept")
        records.close()
        records = self.open_records(tmp_path)
        with records.read() as tx:
            assert tx.cubes.get(vault, cube.id) == cube
        records.close()

    def test_two_openings_share_one_truth(self, records: RecordStore, vault: int, tmp_path: Path) -> None:
        second = self.open_records(tmp_path)
        (cube,) = self.add(records, vault, "from the first")
        with second.read() as tx:
            assert tx.cubes.get(vault, cube.id) == cube
        (answer,) = self.add(second, vault, "from the second")
        with records.read() as tx:
            assert tx.cubes.get(vault, answer.id) == answer
        second.close()

    def test_a_sound_store_has_no_problems(self, records: RecordStore, vault: int) -> None:
        self.add(records, vault, "a", LONG)
        assert records.check() == []
        assert records.purge()

    def test_after_closing_nothing_works_and_closing_does(self, records: RecordStore) -> None:
        records.close()
        records.close()
        with pytest.raises(StoreClosed), records.read():
            pass
        with pytest.raises(StoreClosed):
            records.write(lambda tx: tx.vaults.all())
        with pytest.raises(StoreClosed):
            records.purge()
        with pytest.raises(StoreClosed):
            records.check()


class BlobStoreContract:
    """``ports.BlobStore``: content-addressed files. Inherit it and say how one is opened."""

    def open_blobs(self, folder: Path) -> BlobStore:
        """Open the blobs that live in ``folder``, which may not exist yet."""
        raise NotImplementedError

    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        """An empty store."""
        return self.open_blobs(tmp_path / "blobs")

    def test_the_same_bytes_are_stored_once(self, blobs: BlobStore) -> None:
        first, second = blobs.put([b"ab", b"", b"c"]), blobs.put([b"abc"])
        assert first.digest == second.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert first.bytes == 3
        assert blobs.digests() == {first.digest}
        assert blobs.path(first.digest, verify=True).read_bytes() == b"abc"

    def test_nothing_at_all_can_be_stored(self, blobs: BlobStore) -> None:
        row = blobs.put([])
        assert row.bytes == 0
        assert blobs.path(row.digest, verify=True).read_bytes() == b""

    def test_a_source_that_fails_leaves_nothing(self, blobs: BlobStore) -> None:
        def chunks() -> Iterator[bytes]:
            yield b"half of it"
            raise ValueError("torn")

        with pytest.raises(ValueError, match="torn"):
            blobs.put(chunks())
        assert blobs.digests() == set()

    def test_a_missing_blob_is_named(self, blobs: BlobStore) -> None:
        row = blobs.put([b"x"])
        blobs.path(row.digest).unlink()
        with pytest.raises(MissingBlob, match=row.digest[:12]):
            blobs.path(row.digest)
        assert blobs.digests() == set()

    def test_damage_is_found(self, blobs: BlobStore) -> None:
        row = blobs.put([b"some bytes"])
        path = blobs.path(row.digest)
        path.write_bytes(b"some bytez")
        assert blobs.path(row.digest) == path
        with pytest.raises(CorruptStore, match=row.digest[:12]):
            blobs.path(row.digest, verify=True)
        assert blobs.put([b"some bytes"]).digest == row.digest
        assert blobs.path(row.digest, verify=True).read_bytes() == b"some bytes"

    def test_removing(self, blobs: BlobStore) -> None:
        row = blobs.put([b"x"])
        blobs.remove(row.digest)
        blobs.remove(row.digest)
        with pytest.raises(MissingBlob):
            blobs.path(row.digest)

    @pytest.mark.parametrize("digest", ["", "x" * 64, "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n"])
    def test_only_digests_name_blobs(self, blobs: BlobStore, digest: str) -> None:
        for use in (blobs.path, blobs.remove):
            with pytest.raises(InvalidInput):
                use(digest)
