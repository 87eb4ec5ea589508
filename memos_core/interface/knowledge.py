"""What has been made of a vault's memories, as recall and the doors read it; kept while it has not changed."""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import chain

from memos_core.domain.engram import Agenda, Foresight, MemCell, MemScene, Message, Profile
from memos_core.domain.record import VaultRow
from memos_core.operation.consolidation.consolidating import SCENE, scene_of
from memos_core.operation.formation.forming import CELL, cell_of, closers_of, form_session, open_cell
from memos_core.ports import Clock, RecordStore, Transaction

MOST_OPEN = 16
"""Sessions with an open cell that are read on the fly; the worker forms the others."""


class Known:
    """Cells and scenes of one vault at one moment, and what follows from them."""

    def __init__(self, cells: Sequence[MemCell], closers: Sequence[Message], scenes: Sequence[MemScene]) -> None:
        self.cells = tuple(sorted(cells, key=lambda cell: (cell.start, cell.end, cell.sources)))
        """By start; open ones have no id."""
        self.scenes = tuple(scenes)
        self._closers = tuple(closers)
        self._profiles: dict[datetime, Profile] = {}

    @cached_property
    def foresight(self) -> tuple[Foresight, ...]:
        """Everything foreseen, with what later messages said of it."""
        from memos_core.operation.formation.foresight import close  # its rules take longer to load than the core

        return tuple(close([one for cell in self.cells for one in cell.foresight], self._closers))

    def agenda(self, now: datetime) -> Agenda:
        """The foresight as it stands at ``now``."""
        from memos_core.operation.formation.foresight import agenda

        return agenda(self.foresight, now)

    def profile(self, as_of: datetime) -> Profile:
        """Who the people of the vault were, as far as was known at ``as_of``."""
        from memos_core.operation.consolidation.ledger import profile

        if (kept := self._profiles.get(as_of)) is None:
            if len(self._profiles) > 8:
                self._profiles.clear()
            facts = chain.from_iterable(cell.facts for cell in self.cells)
            kept = self._profiles[as_of] = profile(facts, as_of, self._sessions)
        return kept

    @cached_property
    def cell_of(self) -> Mapping[str, MemCell]:
        """By id of a message, its cell."""
        return {source: cell for cell in self.cells for source, _ in cell.sources}

    @cached_property
    def scene_of(self) -> Mapping[str, MemScene]:
        """By id of a message, its scene; open cells belong to none yet."""
        of = {cell: scene for scene in self.scenes for cell in scene.cells}
        return {source: of[cell.id] for source, cell in self.cell_of.items() if cell.id in of}

    @cached_property
    def _sessions(self) -> Mapping[str, str]:
        return {source: cell.session for cell in self.cells for source, _ in cell.sources}


@dataclass(slots=True)
class _Kept:
    """The rows of one vault that were read, and what was made of them."""

    derived_n: int = -1
    revision: int = -1
    told: bool = False
    cells: dict[str, tuple[int, MemCell, tuple[Message, ...]]] = field(default_factory=dict)
    scenes: dict[str, tuple[int, MemScene]] = field(default_factory=dict)
    known: Known = field(default_factory=lambda: Known((), (), ()))


class Knowledge:
    """Reads what is derived from the memories of vaults; thread-safe."""

    def __init__(self, records: RecordStore, fingerprint: str, clock: Clock) -> None:
        self._records = records
        self._fingerprint = fingerprint
        self._clock = clock
        self._kept: dict[int, _Kept] = {}
        self._mutex = threading.Lock()

    def of(self, vault: VaultRow, *, told: bool = True) -> Known:
        """What is known of a vault now, open cells included; their episodes are told only if ``told``."""
        with self._mutex, self._records.read() as transaction:
            row = transaction.vaults.by_id(vault.id) or vault
            kept = self._kept.setdefault(vault.id, _Kept())
            if (kept.derived_n, kept.revision) != (row.derived_n, row.revision) or (told and not kept.told):
                if kept.derived_n != row.derived_n:
                    self._reread(transaction, row, kept)
                kept.known = self._assembled(transaction, row, kept, told)
                kept.derived_n, kept.revision, kept.told = row.derived_n, row.revision, told
            return kept.known

    def _reread(self, transaction: Transaction, vault: VaultRow, kept: _Kept) -> None:
        """Read the rows that changed."""
        derived = transaction.derived
        cells, kept.cells = kept.cells, {}
        for uid, n in derived.listed(vault.id, CELL):
            if uid in cells and cells[uid][0] == n:
                kept.cells[uid] = cells[uid]
            elif (row := derived.get(vault.id, uid)) is not None:
                kept.cells[uid] = (n, cell_of(row), closers_of(row))
        scenes, kept.scenes = kept.scenes, {}
        for uid, n in derived.listed(vault.id, SCENE):
            if uid in scenes and scenes[uid][0] == n:
                kept.scenes[uid] = scenes[uid]
            elif (row := derived.get(vault.id, uid)) is not None:
                kept.scenes[uid] = (n, scene_of(row))

    def _assembled(self, transaction: Transaction, vault: VaultRow, kept: _Kept, told: bool) -> Known:
        """Stored cells, with those of sessions that wait for the worker as they stand."""
        cells = {uid: (cell, closers) for uid, (_, cell, closers) in kept.cells.items()}
        opened: list[tuple[MemCell, tuple[Message, ...]]] = []
        now = self._clock.now()
        for seen in transaction.derived.unformed(vault.id)[:MOST_OPEN]:
            formed = form_session(transaction, vault, seen, self._fingerprint, now)
            for uid in formed.gone:
                cells.pop(uid, None)
            cells |= {row.uid: (cell_of(row), closers_of(row)) for row in formed.made}
            if (tail := open_cell(vault, formed, told=told)) is not None:
                opened.append(tail)
        both = [*cells.values(), *opened]
        return Known(
            [cell for cell, _ in both],
            [message for _, closers in both for message in closers],
            [scene for _, scene in kept.scenes.values()],
        )
