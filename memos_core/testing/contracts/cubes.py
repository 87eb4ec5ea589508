"""The contract of vaults and cubes."""

from typing import Any

import numpy as np
import pytest

from memos_core.domain.cube import Provenance
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import SegmentRow
from memos_core.ports import RecordStore
from memos_core.testing.contracts.opening import ALICE, LONG, NOW, OpenRecords, drafted, later


class CubesContract(OpenRecords):
    """``ports.VaultTable`` and ``ports.CubeTable``."""

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
        ids += [
            cube.id for cube in records.write(lambda tx: tx.cubes.add(vault, [drafted("x")] * 20, ALICE, later(99)))
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
