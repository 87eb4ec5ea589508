"""A record store in memory: as much of one as a search index asks for."""

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np

from memos_core.domain.cube import Header, MemCube, Plaintext
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.moment import to_micros
from memos_core.domain.record import FOREVER, Draft, LogEntry, SegmentRow, SlotRow, SlotState, VaultRow


@dataclass(slots=True)
class Data:
    """Everything of one vault."""

    row: VaultRow
    slots: dict[int, SlotRow] = field(default_factory=dict)
    cubes: int = 0
    log: list[tuple[int, LogEntry]] = field(default_factory=list)
    vectors: dict[str, dict[int, np.ndarray]] = field(default_factory=dict)
    coverage: dict[str, int] = field(default_factory=dict)
    segments: list[SegmentRow] = field(default_factory=list)

    def copy(self) -> "Data":
        return Data(
            self.row,
            dict(self.slots),
            self.cubes,
            list(self.log),
            {name: dict(held) for name, held in self.vectors.items()},
            dict(self.coverage),
            list(self.segments),
        )


class MemoryTransaction:
    """``vaults``, ``cubes`` and ``feed`` in one; a vault's cubes are named by their number."""

    def __init__(self, vaults: dict[int, Data]) -> None:
        self.data = vaults
        self.vaults = self.cubes = self.feed = self

    # ── vaults ──

    def by_id(self, vault: int) -> VaultRow | None:
        return self.data[vault].row if vault in self.data else None

    def create(self, uid: str, now: datetime) -> VaultRow:
        number = len(self.data) + 1
        self.data[number] = Data(VaultRow(id=number, uid=uid, next_slot=0, revision=0))
        return self.data[number].row

    # ── cubes ──

    def add(self, vault: int, drafts: Sequence[Draft], provenance: Any, now: datetime) -> list[MemCube]:
        data = self.data[vault]
        made = []
        for draft in drafts:
            data.cubes += 1
            self._write(data, data.cubes, 1, draft, draft.occurred_at)
            self._log(vault, "remember", data.cubes)
            made.append(_cube_of(data, str(data.cubes), draft))
        return made

    def add_version(
        self, vault: int, uid: str, draft: Draft, provenance: Any, valid_from: datetime, now: datetime, op: str
    ) -> int:
        data, cube = self.data[vault], int(uid)
        old = [row for row in data.slots.values() if row.cube == cube and row.valid_to == FOREVER]
        for row in old:
            data.slots[row.slot] = row._replace(valid_to=to_micros(valid_from))
        self._write(data, cube, old[0].version + 1, draft, valid_from, old[0].session, old[0].hidden)
        self._log(vault, op, cube)
        return old[0].version + 1

    def set_state(self, vault: int, uid: str, state: str, provenance: Any, now: datetime, op: str) -> None:
        data = self.data[vault]
        for row in list(data.slots.values()):
            if row.cube == int(uid):
                data.slots[row.slot] = row._replace(hidden=state != "active")
        self._log(vault, op, int(uid))

    def erase(self, vault: int, uid: str, provenance: Any, now: datetime) -> None:
        data = self.data[vault]
        for slot in [row.slot for row in data.slots.values() if row.cube == int(uid)]:
            del data.slots[slot]
            for held in data.vectors.values():
                held.pop(slot, None)
        self._log(vault, "erase", int(uid))

    def log(self, vault: int, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        return [entry for _, entry in self.data[vault].log if entry.n > after][:limit]

    # ── feed ──

    def segments(self, vault: int) -> list[SegmentRow]:
        return sorted(self.data[vault].segments, key=lambda row: row.lo)

    def slots(self, vault: int, lo: int, hi: int) -> list[SlotRow]:
        return [row for slot, row in sorted(self.data[vault].slots.items()) if lo <= slot < hi]

    def changes(self, vault: int, after: int) -> tuple[list[SlotState], int]:
        data = self.data[vault]
        changed = {cube for cube, entry in data.log if entry.n > after and entry.op != "remember"}
        states = [SlotState(row.slot, row.valid_to, row.hidden) for row in data.slots.values() if row.cube in changed]
        return states, data.log[-1][1].n if data.log else 0

    def erased(self, vault: int, lo: int, hi: int) -> list[int]:
        return [slot for slot in range(lo, hi) if slot not in self.data[vault].slots]

    def coverage(self, vault: int) -> dict[str, int]:
        return dict(self.data[vault].coverage)

    def vectors(self, vault: int, fingerprint: str, lo: int, hi: int) -> tuple[Any, Any]:
        held = {slot: v for slot, v in self.data[vault].vectors.get(fingerprint, {}).items() if lo <= slot < hi}
        slots = sorted(held)
        rows = np.array([held[slot] for slot in slots], np.float16)
        return np.array(slots, np.int64), rows if slots else np.empty((0, 0), np.float16)

    def put_vectors(self, vault: int, fingerprint: str, slots: Sequence[int], vectors: Any, upto: int) -> None:
        data = self.data[vault]
        held = data.vectors.setdefault(fingerprint, {})
        held |= {slot: row for slot, row in zip(slots, vectors, strict=True) if slot in data.slots}
        data.coverage[fingerprint] = max(upto, data.coverage.get(fingerprint, 0))
        self._touch(vault)

    def drop_vectors(self, vault: int, keep: str) -> None:
        data = self.data[vault]
        data.vectors = {name: held for name, held in data.vectors.items() if name == keep}
        data.coverage = {name: upto for name, upto in data.coverage.items() if name == keep}
        self._touch(vault)

    def segment_files(self) -> set[str]:
        return {row.file for data in self.data.values() for row in data.segments}

    def publish(self, vault: int, segment: SegmentRow) -> None:
        data = self.data[vault]
        data.segments = [row for row in data.segments if not (segment.lo <= row.lo and row.hi <= segment.hi)]
        data.segments.append(segment)
        self._touch(vault)

    def retract(self, vault: int, file: str) -> None:
        data = self.data[vault]
        data.segments = [row for row in data.segments if row.file != file]
        self._touch(vault)

    # ── parts ──

    def _write(
        self,
        data: Data,
        cube: int,
        version: int,
        draft: Draft,
        valid_from: datetime,
        session: str | None = None,
        hidden: bool = False,
    ) -> None:
        turn, first = draft.turn, data.row.next_slot
        for slot, passage in enumerate(draft.passages, first):
            data.slots[slot] = SlotRow(
                slot,
                cube,
                version,
                turn.session if session is None else session,
                turn.speaker,
                turn.role,
                turn.kind,
                to_micros(draft.occurred_at),
                to_micros(valid_from),
                FOREVER,
                hidden,
                passage.signals,
                passage.terms,
            )
        data.row = replace(data.row, next_slot=first + len(draft.passages))

    def _log(self, vault: int, op: str, cube: int) -> None:
        n = 1 + sum(len(data.log) for data in self.data.values())
        entry = LogEntry(n=n, at=datetime.min, actor="", op=op, cube=str(cube), version=1, reason="")
        self.data[vault].log.append((cube, entry))
        self._touch(vault)

    def _touch(self, vault: int) -> None:
        data = self.data[vault]
        data.row = replace(data.row, revision=data.row.revision + 1)


def _cube_of(data: Data, uid: str, draft: Draft) -> MemCube:
    header = Header(
        id=uid,
        vault=data.row.uid,
        kind=draft.turn.kind,
        version=1,
        state=LifecycleState.ACTIVE,
        recorded_at=draft.occurred_at,
        occurred_at=draft.occurred_at,
        valid_from=draft.occurred_at,
    )
    return MemCube(header=header, payload=Plaintext(text=draft.turn.text))


class MemoryRecords:
    """``read`` and ``write`` of ``ports.RecordStore``; every read sees one committed state."""

    def __init__(self) -> None:
        self._vaults: Mapping[int, Data] = {}
        self._lock = threading.Lock()
        self.reads = 0
        """How often the store was looked at."""

    @contextmanager
    def read(self) -> Iterator[Any]:
        self.reads += 1
        yield MemoryTransaction(dict(self._vaults))

    def write(self, work: Callable[[Any], Any]) -> Any:
        with self._lock:
            tx = MemoryTransaction({number: data.copy() for number, data in self._vaults.items()})
            result = work(tx)
            self._vaults = tx.data
            return result
