"""The contract of what is made of memories."""

from datetime import datetime
from typing import Any

import numpy as np

from memos_core.domain.cube import Provenance
from memos_core.domain.engram import Message
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import BlobRow, DerivedRow
from memos_core.ports import RecordStore
from memos_core.testing.contracts.opening import ALICE, LONG, NOW, OpenRecords, drafted, later


class DerivedContract(OpenRecords):
    """``ports.DerivedTable``."""

    def told(self, records: RecordStore, vault: int, *texts: str, session: str = "s") -> list[str]:
        """Remember turns a minute apart; their ids."""
        drafts = [drafted(text, session=session, at=later(60 * n)) for n, text in enumerate(texts)]
        return [cube.id for cube in records.write(lambda tx: tx.cubes.add(vault, drafts, ALICE, NOW))]

    def made(self, uid: str, *sources: str, start: datetime = NOW, **fields: Any) -> DerivedRow:
        """A row."""
        given: dict[str, Any] = {
            "kind": "cell",
            "session": "s",
            "stop": start,
            "made_at": NOW,
            "rules": "r1",
            "body": "{}",
        } | fields
        return DerivedRow(uid=uid, start=start, sources=sources, **given)

    def test_what_is_put_is_read_back(self, records: RecordStore, vault: int, other: int) -> None:
        a, b = self.told(records, vault, "one", "two")
        row = self.made("cell_1", a, b, stop=later(60), body='{"é": 1}')
        records.write(lambda tx: tx.derived.put(vault, [row]))
        with records.read() as tx:
            found = tx.derived.get(vault, "cell_1")
            assert found is not None
            assert set(found.sources) == {a, b}
            assert (found.body, found.start, found.stop, found.rules) == ('{"é": 1}', NOW, later(60), "r1")
            assert tx.derived.get(other, "cell_1") is None
            assert tx.derived.of(vault, a) == ["cell_1"]
            assert tx.derived.of(other, a) == []
            assert tx.vaults.stats(vault).derived == {"cell": 1}

    def test_a_row_keeps_its_blob(self, records: RecordStore, vault: int, other: int) -> None:
        (a,) = self.told(records, vault, "one")
        blobs = [BlobRow(digest=f"{n:064x}", bytes=n, created_at=later(n)) for n in range(3)]
        for blob in blobs:
            records.write(lambda tx, blob=blob: tx.blobs.add(blob))  # type: ignore[misc]
        rows = [self.made(f"kv_{n}", a, kind="activation", blob=blobs[0].digest) for n in range(2)]
        records.write(lambda tx: tx.derived.put(vault, rows))
        records.write(lambda tx: tx.derived.put(other, [self.made("kv_9", kind="activation", blob=blobs[1].digest)]))
        with records.read() as tx:
            found = tx.derived.get(vault, "kv_1")
            assert found is not None and found.blob == blobs[0].digest
            assert tx.blobs.digests() == {blob.digest for blob in blobs}
            assert tx.blobs.unreferenced(later(3)) == [blobs[2].digest]
            assert tx.blobs.unreferenced(later(2)) == [], "its reference may be about to be committed"
            assert (tx.vaults.stats(vault).blobs, tx.vaults.stats(None).blobs) == (1, 2)
        records.write(lambda tx: tx.derived.remove(vault, ["kv_0"]))
        with records.read() as tx:
            assert tx.blobs.unreferenced(later(-(10**6))) == [], "another row needs it"
        records.write(lambda tx: tx.derived.put(vault, [self.made("kv_1", a, kind="activation")]))
        with records.read() as tx:
            assert tx.blobs.unreferenced(later(-(10**6))) == [blobs[0].digest], "what was of use has no grace"
        records.write(lambda tx: tx.blobs.add(BlobRow(digest=blobs[0].digest, bytes=1, created_at=later(100))))
        with records.read() as tx:
            assert blobs[0].digest not in tx.blobs.unreferenced(later(50)), "stored anew, its grace begins anew"
        records.write(lambda tx: tx.blobs.remove(blobs[0].digest))
        with records.read() as tx:
            assert tx.blobs.digests() == {blob.digest for blob in blobs[1:]}

    def test_every_change_has_a_number(self, records: RecordStore, vault: int) -> None:
        (a,) = self.told(records, vault, "one")
        records.write(lambda tx: tx.derived.put(vault, [self.made("cell_1", a)]))
        records.write(lambda tx: tx.derived.put(vault, [self.made("cell_2", a, start=later(1))]))
        with records.read() as tx:
            (_, first), (_, second) = tx.derived.listed(vault, "cell")
            row = tx.vaults.by_id(vault)
        assert first < second
        assert row is not None and row.derived_n == second
        records.write(lambda tx: tx.derived.put(vault, [self.made("cell_1", a, body='{"new": true}')]))
        records.write(lambda tx: tx.derived.remove(vault, ["cell_2", "cell_9"]))
        with records.read() as tx:
            ((uid, n),) = tx.derived.listed(vault, "cell")
            replaced = tx.derived.get(vault, "cell_1")
            row = tx.vaults.by_id(vault)
        assert (uid, n > second) == ("cell_1", True)
        assert replaced is not None and replaced.body == '{"new": true}'
        assert row is not None and row.derived_n > n, "a removal is a change"

    def test_a_session_is_read_from_a_time_on(self, records: RecordStore, vault: int) -> None:
        (a,) = self.told(records, vault, "one")
        rows = [self.made(f"cell_{n}", a, start=later(n)) for n in range(5)]
        others = [self.made("scene_1", a, kind="scene"), self.made("cell_t", a, session="t", start=later(4))]
        records.write(lambda tx: tx.derived.put(vault, [*reversed(rows), *others]))
        with records.read() as tx:
            found = tx.derived.in_session(vault, "cell", "s", later(3), before=2)
        assert [row.uid for row in found] == ["cell_1", "cell_2", "cell_3", "cell_4"]

    def test_a_mark_that_was_made_again_stays(self, records: RecordStore, vault: int, other: int) -> None:
        a, b = self.told(records, vault, "one", "two")
        records.write(lambda tx: tx.derived.mark(vault, "s", later(60), b))
        with records.read() as tx:
            (seen,) = tx.derived.unformed(vault)
            assert tx.derived.unformed(other) == []
            assert tx.derived.unformed_vaults() == [vault]
        records.write(lambda tx: tx.derived.mark(vault, "s", NOW, a))
        records.write(lambda tx: tx.derived.settle(vault, seen))
        with records.read() as tx:
            (again,) = tx.derived.unformed(vault)
        assert (again.since, again.marks > seen.marks, again.first < seen.first) == (NOW, True, True)
        records.write(lambda tx: tx.derived.settle(vault, again, later(60), [b]))
        with records.read() as tx:
            (rest,) = tx.derived.unformed(vault)
        assert (rest.since, rest.first) == (later(60), seen.first)
        records.write(lambda tx: tx.derived.settle(vault, rest))
        with records.read() as tx:
            assert tx.derived.unformed(vault) == []

    def test_a_session_that_is_gone_leaves_no_mark(self, records: RecordStore, vault: int) -> None:
        a, b = self.told(records, vault, "one", "two")
        records.write(lambda tx: tx.derived.mark(vault, "s", NOW, a))
        for uid, left in ((a, 1), (b, 0)):
            records.write(lambda tx, uid=uid: tx.cubes.erase(vault, uid, ALICE, NOW))  # type: ignore[misc]
            records.write(lambda tx: tx.derived.unmark_empty(vault, "s"))
            with records.read() as tx:
                assert len(tx.derived.unformed(vault)) == left

    def test_other_rules_mark_what_older_ones_made(self, records: RecordStore, vault: int) -> None:
        (a,) = self.told(records, vault, "one")
        rows = [self.made("cell_1", a, start=later(9)), self.made("cell_2", a, session="t", rules="r2, UTC")]
        records.write(lambda tx: tx.derived.put(vault, rows))
        records.write(lambda tx: tx.derived.mark_outdated("cell", "r2"))
        with records.read() as tx:
            assert (tx.derived.outdated("cell", "r2"), tx.derived.outdated("cell", "r")) == ([vault], [])
            assert [(one.session, one.since) for one in tx.derived.unformed(vault)] == [("s", later(9))]
        records.write(lambda tx: tx.derived.mark_all(vault))
        with records.read() as tx:
            assert [(one.session, one.since) for one in tx.derived.unformed(vault)] == [("s", NOW)]

    def test_a_stream_is_in_order_of_time_and_holds_what_is_active(self, records: RecordStore, vault: int) -> None:
        drafts = [
            drafted("late", session="s", at=later(100), speaker="Ann", role="user"),
            drafted("early", session="s", at=later(1), kind="correction"),
            drafted("elsewhere", session="t"),
            drafted("hidden", session="s"),
        ]
        late, early, _, hidden = records.write(lambda tx: tx.cubes.add(vault, drafts, ALICE, NOW))
        records.write(
            lambda tx: tx.cubes.set_state(vault, hidden.id, LifecycleState.FORGOTTEN, Provenance(), NOW, "forget")
        )
        with records.read() as tx:
            assert tx.derived.stream(vault, "s", 0, [], 99) == [
                Message(source=early.id, text="early", session="s", at=later(1), correcting=True),
                Message(source=late.id, text="late", session="s", at=later(100), speaker="Ann", role="user"),
            ]
            records_first = tx.derived.unformed(vault)
        assert records_first == []
        records.write(lambda tx: tx.derived.mark(vault, "s", NOW, early.id))
        with records.read() as tx:
            (seen,) = tx.derived.unformed(vault)
            assert [one.text for one in tx.derived.stream(vault, "s", seen.first, [], 99)] == ["early"]
            assert [one.text for one in tx.derived.stream(vault, "s", seen.first, [late.id], 4)] == ["earl", "late"]

    def test_a_cubes_vector_is_the_mean_of_its_passages(self, records: RecordStore, vault: int) -> None:
        a, b = self.told(records, vault, LONG, "short")
        with records.read() as tx:
            slots = [slot for slot, _ in tx.feed.texts(vault, 0, 1000)]
        vectors = np.tile(np.array([[3, 4]], np.float16), (len(slots), 1))
        vectors[0] = (4, 3)
        records.write(lambda tx: tx.feed.put_vectors(vault, "e", slots[:-1], vectors[:-1], len(slots)))
        with records.read() as tx:
            found = tx.derived.vectors(vault, "e", [a, b, "mem_unknown"])
            assert tx.derived.vectors(vault, "other", [a]) == {}
        mean = vectors[:-1].astype(np.float32).sum(axis=0)
        assert set(found) == {a}
        np.testing.assert_allclose(found[a], mean / np.linalg.norm(mean), atol=1e-3)
