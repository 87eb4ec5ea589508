"""The job that has a local model taught what memories tell, in a process of its own.

What it works by stands in a folder, so that it goes on after whatever ended it, and ends with the same numbers. A
training holds as long as no source changes: the row then asks for another one, and this one is given up.
"""

import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from memos_core.domain.activation import SourceVersion
from memos_core.domain.parametric import (
    AdapterManifest,
    Progress,
    TrainingOrder,
    TrainingState,
)
from memos_core.domain.record import BlobRow, DerivedRow, Job
from memos_core.errors import Conflict, InvalidInput, TrainingFailed, UnknownCube
from memos_core.operation import workshop
from memos_core.operation.planning import lesson_plan
from memos_core.operation.transforms.keeping import in_chunks, kept
from memos_core.operation.transforms.origins import check_current
from memos_core.operation.transforms.parametric_rows import (
    PARAMETRIC,
    Standing,
    base_key,
    standing_of,
    told,
    with_standing,
)
from memos_core.operation.work import LEASE_S, Postponed, Workplace
from memos_core.ports import AdapterTrainer, TrainingRun, Transaction

_log = logging.getLogger(__name__)

_BEAT_S = LEASE_S / 4
_LOOK_S = 0.5
"""How often it is looked whether the training is still wanted."""
_POLL_S = 0.05
_CLEAR_S = 10.0


class Superseded(Exception):
    """A source has changed, or the row is gone: what was to be trained is not wanted any more."""


def distil(place: Workplace, job: Job) -> None:
    """Train everything of the vault that waits for this store's model.

    Raises:
        TrainingFailed: one of the trainings ended without an adapter; the others were done.
        Postponed: the store is being closed.
    """
    if place.trainer is None or place.workshop is None:
        return
    failure: TrainingFailed | None = None
    tried: set[str] = set()
    while (found := _next(place, job.vault, tried)) is not None:
        tried.add(found.standing.asked)
        try:
            _Distillation(place, place.trainer, place.workshop, job, found).done()
        except Superseded:
            _log.info("%s has changed while it was trained", found.uid)
        except TrainingFailed as error:
            failure = failure or error
    if failure is not None:
        raise failure


def waits(transaction: Transaction, vault: int) -> bool:
    """Whether anything of a vault is to be trained, for this store's model or another."""
    return any(standing.waits for _, standing in _standings(transaction, vault))


def sweep(place: Workplace, transaction: Transaction, vault: int) -> list[Path]:
    """Take away the orders of trainings that are not wanted any more; in a write transaction. See ``workshop``."""
    if place.workshop is None:
        return []
    wanted = {standing.asked for _, standing in _standings(transaction, vault) if standing.waits}
    return workshop.withdraw(place.workshop, vault, wanted)


def clear(folders: list[Path]) -> None:
    """Remove what ``sweep`` has named.

    Raises:
        Postponed: a training has not ended yet.
    """
    if not all([workshop.clear(one, _CLEAR_S) for one in folders]):
        raise Postponed("a training that is not wanted any more has not ended yet")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    """A row that waits."""

    uid: str
    standing: Standing


def _standings(transaction: Transaction, vault: int) -> list[tuple[str, Standing]]:
    """All parametric memory of a vault, by handle."""
    rows = [transaction.derived.get(vault, uid) for uid, _ in transaction.derived.listed(vault, PARAMETRIC)]
    return [(row.uid, standing_of(row)) for row in rows if row is not None]


def _next(place: Workplace, vault: int, tried: set[str]) -> _Wanted | None:
    """The first row that waits for this model and was not tried yet."""
    if place.trainer is None:
        return None
    base = ""
    with place.records.read() as transaction:
        known = _standings(transaction, vault)
    for uid, standing in known:
        if not standing.waits or standing.asked in tried:
            continue
        base = base or base_key(place.trainer.base)
        if standing.base == base:
            return _Wanted(uid=uid, standing=standing)
        _log.info("%s waits for another model than this store was opened with", uid)
    return None


@dataclass(frozen=True, slots=True)
class _Distillation:
    """One row on its way to an adapter."""

    place: Workplace
    trainer: AdapterTrainer
    workshop: Path
    job: Job
    wanted: _Wanted

    @property
    def folder(self) -> Path:
        return workshop.folder_of(self.workshop, self.job.vault, self.wanted.standing.asked)

    def done(self) -> None:
        """Train and store, unless there is nothing to learn.

        Raises:
            Superseded: it is not wanted any more.
            TrainingFailed: it ended without an adapter.
            Postponed, LeaseLost: somebody goes on with it later.
        """
        try:
            self._done()
        except FileNotFoundError as error:  # its folder goes when it is not wanted any more
            with self.place.records.read() as transaction:
                self._check(transaction)
            raise TrainingFailed(f"a file of the training is gone: {error}") from error

    def _done(self) -> None:
        order = workshop.order_in(self.folder) or self._ordered()
        if order is None:
            return
        try:
            manifest, path = self._trained()
        except InvalidInput as error:  # trying again would end the same way
            self._give_up(str(error))
        except TrainingFailed as error:
            self._note(error=str(error))
            raise
        else:
            with workshop.held(self.folder):  # until then an erasure waits for this file to be gone
                self._kept(order, manifest, path)
        workshop.clear(self.folder, _CLEAR_S)

    # ── what is taught ──

    def _ordered(self) -> TrainingOrder | None:
        """Order what is to be taught, as the sources are now; ``None`` when they teach nothing."""
        standing = self.wanted.standing
        found = lesson_plan(self.place, self.job, self.trainer, standing)
        if found is None:
            self._give_up("there is nothing to learn any more: the memories tell no fact that holds now")
            return None

        def place_it(transaction: Transaction) -> None:
            self._check(transaction)
            self._check_sources(transaction, found.order.lesson.sources)
            for name, digest in found.files:
                workshop.place_file(self.folder, name, self.place.blobs.path(digest))
            workshop.place_order(self.folder, found.order)
            self._put(transaction, replace(standing, facts=found.facts))

        self.place.store(self.job, place_it)
        return found.order

    # ── teaching ──

    def _trained(self) -> tuple[AdapterManifest, Path]:
        """Watch a training to its end.

        Raises:
            Postponed, Superseded, LeaseLost: it was ended; what it has learnt stays in its folder.
            InvalidInput, TrainingFailed: it ended without an adapter.
        """
        run = self.trainer.begin(self.folder, workshop.bases(self.workshop))
        try:
            self._watch(run)
            return run.result()
        except TrainingFailed:
            with self.place.records.read() as transaction:
                self._check(transaction)  # it may have ended because it is not wanted any more
            raise
        finally:
            run.stop()

    def _watch(self, run: TrainingRun) -> None:
        beaten = looked = time.monotonic()
        while not run.wait(_POLL_S):
            now = time.monotonic()
            if self.place.stopping.is_set():
                raise Postponed("the store is being closed; training goes on at the next open")
            if now - beaten >= _BEAT_S:
                self._beat(run.progress)
                beaten = looked = now
            elif now - looked >= _LOOK_S:
                with self.place.records.read() as transaction:
                    self._check(transaction)
                looked = now

    def _beat(self, progress: Progress | None) -> None:
        """Prolong the lease, and tell how far it is."""

        def tell(transaction: Transaction) -> None:
            standing = self._check(transaction)
            if progress != standing.progress:
                self._put(transaction, replace(standing, progress=progress))

        self.place.store(self.job, tell)

    # ── what came of it ──

    def _kept(self, order: TrainingOrder, manifest: AdapterManifest, path: Path) -> None:
        """Write the file, then commit the row with the proof that no source has changed since the training began."""
        blobs = self.place.blobs

        def commit(blob: BlobRow) -> DerivedRow:
            made: list[DerivedRow] = []
            self.place.store(self.job, lambda tx: made.append(self._committed(tx, order, manifest, blob)))
            return made[0]

        kept(self.place.records, blobs, lambda: in_chunks(path), commit)

    def _committed(
        self, transaction: Transaction, order: TrainingOrder, manifest: AdapterManifest, blob: BlobRow
    ) -> DerivedRow:
        standing = self._check(transaction)
        self._check_sources(transaction, order.lesson.sources)
        self.place.blobs.path(blob.digest)
        transaction.blobs.add(blob)
        state = TrainingState.REJECTED if manifest.rejected else TrainingState.TRAINED
        text = told(transaction, self.job.vault, standing)
        done = replace(standing, state=state, manifest=manifest, text=text, bytes=blob.bytes, progress=None, error="")
        row = replace(with_standing(self._row(transaction), done), blob=blob.digest, made_at=self.place.clock.now())
        transaction.derived.put(self.job.vault, [row])
        return row

    def _give_up(self, why: str) -> None:
        self._note(state=TrainingState.FAILED, error=why)

    # ── the row ──

    def _note(self, **changes: Any) -> None:
        self.place.store(self.job, lambda tx: self._put(tx, replace(self._check(tx), **changes)))

    def _put(self, transaction: Transaction, standing: Standing) -> None:
        row = with_standing(self._row(transaction), standing)
        transaction.derived.put(self.job.vault, [row])

    def _check(self, transaction: Transaction) -> Standing:
        """What the row holds. Raises ``Superseded`` when it asks for something else, or is gone."""
        standing = standing_of(self._row(transaction))
        if not standing.waits or standing.asked != self.wanted.standing.asked:
            raise Superseded
        return standing

    def _row(self, transaction: Transaction) -> DerivedRow:
        row = transaction.derived.get(self.job.vault, self.wanted.uid)
        if row is None:
            raise Superseded
        return row

    def _check_sources(self, transaction: Transaction, sources: tuple[SourceVersion, ...]) -> None:
        try:
            check_current(transaction, self.job.vault, sources)
        except (Conflict, UnknownCube) as error:
            raise Postponed(f"what is taught has just changed: {error}") from error
