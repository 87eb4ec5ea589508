"""The search index of every vault in a store."""

import logging
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from threading import Lock

from memos_adapters.segments import sealing
from memos_adapters.segments.file import read
from memos_adapters.segments.state import Unreadable, VaultState, opened, serving
from memos_adapters.segments.view import SegmentView
from memos_core.domain.record import VaultRow
from memos_core.errors import CorruptStore, FutureFormat, StoreError, UnknownVault
from memos_core.ports import RecordStore, Transaction

_log = logging.getLogger(__name__)


class _Shelf:
    """What is kept of one vault."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.state: VaultState | None = None
        self.current: tuple[int, tuple[str, ...], SegmentView] | None = None
        """The newest view, the revision that it shows, and the embedders it was asked for with."""

    def clear(self) -> None:
        """Forget everything; the next view is read anew."""
        with self.lock:
            self.state = self.current = None


class SegmentIndex:
    """``ports.VaultIndex`` over any ``RecordStore``; segment files live in ``directory``, made on demand.

    One object serves all threads of a process; other processes see the same files and rows.
    """

    SEALED_AT = 2048
    """Slots that must have gathered in a tail before it is sealed."""

    def __init__(self, records: RecordStore, directory: Path) -> None:
        self._records = records
        self._directory = directory
        self._shelves: dict[int, _Shelf] = {}
        self._unusable: set[str] = set()

    def view(self, vault: VaultRow, fingerprints: Sequence[str]) -> SegmentView:
        """See the port. Costs no look at the store while ``vault.revision`` stays the same.

        Raises:
            UnknownVault: the vault is not in the store.
        """
        wanted = tuple(fingerprints)
        shelf = self._shelf(vault)
        current = shelf.current
        if current is not None and current[0] >= vault.revision and current[1] == wanted:
            return current[2]
        with shelf.lock:
            return self._renewed(shelf, vault, wanted)

    def seal(self, vault: VaultRow) -> bool:
        """See the port. Small segments are merged into larger ones on the way.

        Raises:
            DiskFull: the file could not be written; nothing has changed.
            ReadOnlyStore: the directory cannot be written.
        """
        with self._records.read() as tx:
            published = tx.feed.segments(vault.id)
            state = self._shelf(vault).state
            files, _ = opened(self._directory, vault.id, published, state.files if state else {})
            fingerprint, upto = self._sealable(tx, vault)
            plan = sealing.planned(vault.id, published, files, fingerprint, upto, self.SEALED_AT)
            made = sealing.composed(tx, plan) if plan else None
        if made is None or not sealing.publish(self._records, self._directory, made):
            return False
        sealing.sweep(self._records, self._directory, vault.id)
        return True

    def scrub(self, vault: VaultRow) -> None:
        """See the port. What is cached of the vault is dropped as well.

        Raises:
            DiskFull: a file could not be rewritten; it still holds what was erased.
            ReadOnlyStore: the directory cannot be written.
        """
        while (made := self._uncleaned(vault)) is not None:
            sealing.publish(self._records, self._directory, made)  # a lost race is tried again
        sealing.sweep(self._records, self._directory, vault.id)
        self._shelf(vault).clear()

    def check(self, vault: VaultRow) -> list[str]:
        """See the port."""
        with self._records.read() as tx:
            rows = tx.feed.segments(vault.id)
        problems = []
        reached = 0
        for row in rows:
            if row.lo < reached:
                problems.append(f"segment {row.file} overlaps the one before it")
            reached = max(reached, row.hi)
            try:
                read(self._directory, row, vault.id)
            except (CorruptStore, FutureFormat) as error:
                problems.append(str(error))
        return problems

    def close(self) -> None:
        """Forget everything that is cached; files stay mapped only as long as a view is in use."""
        for shelf in list(self._shelves.values()):
            shelf.clear()
        self._shelves.clear()

    # ── views ──

    def _shelf(self, vault: VaultRow) -> _Shelf:
        return self._shelves.get(vault.id) or self._shelves.setdefault(vault.id, _Shelf())

    def _renewed(self, shelf: _Shelf, vault: VaultRow, wanted: tuple[str, ...]) -> SegmentView:
        if (current := shelf.current) is not None and shelf.state is not None and current[0] >= vault.revision:
            _, _, view = current
            if serving(wanted, shelf.state.coverage, view.size) == view.fingerprint:
                shelf.current = (current[0], wanted, view)
                return view
        while True:
            try:
                with self._records.read() as tx:
                    shelf.current = self._caught_up(tx, shelf, vault, wanted)
            except Unreadable as error:
                self._withdraw(vault, error.problems)
            else:
                return shelf.current[2]

    def _caught_up(
        self, tx: Transaction, shelf: _Shelf, vault: VaultRow, wanted: tuple[str, ...]
    ) -> tuple[int, tuple[str, ...], SegmentView]:
        row = tx.vaults.by_id(vault.id)
        if row is None:
            raise UnknownVault(f"vault {vault.uid!r} is not in this store")
        state, shelf.state = shelf.state, None  # lost, and read anew next time, if anything below fails
        rows = [segment for segment in tx.feed.segments(vault.id) if segment.file not in self._unusable]
        if state is None or state.rows != rows or state.lost_content(tx):
            state = VaultState.load(tx, row, rows, self._directory, state.files if state else {})
        else:
            state.advance(tx, row)
        view = state.view(tx.feed, serving(wanted, state.coverage, row.next_slot))
        shelf.state = state
        return row.revision, wanted, view

    # ── segments ──

    def _sealable(self, tx: Transaction, vault: VaultRow) -> tuple[str, int]:
        """The embedder whose vectors are sealed, and the slots that have them: all, where nobody asks for vectors."""
        row = tx.vaults.by_id(vault.id) or vault
        coverage = tx.feed.coverage(vault.id)
        current = self._shelf(vault).current
        asked = tuple(coverage) if current is None else current[1]
        if not asked:
            return "", row.next_slot
        fingerprint = serving(asked, coverage, row.next_slot)
        return fingerprint, min(coverage.get(fingerprint, 0), row.next_slot)

    def _uncleaned(self, vault: VaultRow) -> sealing.Composed | None:
        """The first segment that still holds something erased, made anew without it."""
        while True:
            with self._records.read() as tx:
                rows = tx.feed.segments(vault.id)
                files, problems = opened(self._directory, vault.id, rows, {})
                if not problems:
                    plan = sealing.uncleaned(tx, vault.id, rows, files)
                    return sealing.composed(tx, plan) if plan else None
            self._withdraw(vault, problems)

    def _withdraw(self, vault: VaultRow, problems: Mapping[str, str]) -> None:
        """Retract unusable segments, so that their slots are read from rows until they are sealed again."""
        with self._records.read() as tx:
            published = {row.file for row in tx.feed.segments(vault.id)}
        for file, problem in problems.items():
            if file not in published:
                continue  # replaced by another process while we looked
            _log.warning("%s; its slots are rebuilt from rows", problem)
            self._unusable.add(file)
            try:
                self._records.write(partial(_retract, vault=vault.id, file=file))
            except StoreError as error:
                _log.warning("segment %s could not be withdrawn: %s", file, error)


def _retract(tx: Transaction, vault: int, file: str) -> None:
    tx.feed.retract(vault, file)
