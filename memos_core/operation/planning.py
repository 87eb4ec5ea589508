"""What a model is to be taught: the facts of memories as they are when the training begins, put into a lesson."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from memos_core.domain.engram import Profile
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.parametric import Association, Example, Lesson, Prefix, Recipe, TrainingOrder
from memos_core.domain.record import DerivedRow, Job, VaultRow
from memos_core.errors import MissingBlob
from memos_core.operation.consolidation.ledger import profile
from memos_core.operation.formation.forming import CELL, cell_of, form_session, open_cell
from memos_core.operation.transforms.associations import Taught, owner_name, taught_by
from memos_core.operation.transforms.parametric_rows import Standing
from memos_core.operation.work import Postponed, Workplace
from memos_core.ports import AdapterTrainer, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonPlan:
    """What is to be ordered."""

    order: TrainingOrder
    facts: tuple[Association, ...]
    files: tuple[tuple[str, str], ...]
    """Name in the training's folder and digest of each file that the order speaks of."""


def lesson_plan(place: Workplace, job: Job, trainer: AdapterTrainer, standing: Standing) -> LessonPlan | None:
    """What is to be taught for a row, as its sources are now; ``None`` when they teach nothing.

    Raises:
        Postponed: the store is being closed.
        LeaseLost: somebody else does it.
    """
    vault, now = place.vault(job), place.clock.now()
    fingerprint = place.embedder.fingerprint if place.embedder else ""
    with place.records.read() as transaction:
        cubes = [transaction.cubes.get(vault.id, uid) for uid in standing.order]
        rows = [transaction.derived.get(vault.id, uid) for uid in standing.prefixes]
        known = known_now(transaction, vault, fingerprint, now)
    active = [cube.id for cube in cubes if cube is not None and cube.state is LifecycleState.ACTIVE]
    taught = taught_by(known, active, owner_name(vault.uid))
    if not taught.facts:
        return None
    values = [row for row in _values(place, rows) if _told_by(taught, row)]
    prefixes = tuple(
        Prefix(file=f"prefix-{number}", lesson=trainer.lesson(_told_by(taught, row), taught.bystanders))
        for number, row in enumerate(values)
    )
    if prefixes:
        lesson = Lesson.joined([one.lesson for one in prefixes])
    else:
        lesson = trainer.lesson(taught.facts, taught.bystanders, _reworded(place, job, taught.facts))
    return LessonPlan(
        order=TrainingOrder(
            lesson=replace(lesson, sources=taught.sources),
            recipe=standing.recipe or Recipe(),
            base=trainer.base,
            prefixes=prefixes,
        ),
        facts=taught.facts,
        files=tuple((one.file, row.blob) for one, row in zip(prefixes, values, strict=True)),
    )


def known_now(transaction: Transaction, vault: VaultRow, fingerprint: str, now: datetime) -> Profile:
    """Who the people of a vault are: from the cells that are stored, and from what is not formed yet as it stands."""
    derived = transaction.derived
    rows = (derived.get(vault.id, uid) for uid, _ in derived.listed(vault.id, CELL))
    cells = {row.uid: cell_of(row) for row in rows if row is not None}
    opened = []
    for seen in derived.unformed(vault.id):
        formed = form_session(transaction, vault, seen, fingerprint, now)
        for uid in formed.gone:
            cells.pop(uid, None)
        cells |= {row.uid: cell_of(row) for row in formed.made}
        if (tail := open_cell(vault, formed, told=False)) is not None:
            opened.append(tail[0])
    return profile(chain.from_iterable(cell.facts for cell in (*cells.values(), *opened)), now)


def _values(place: Workplace, rows: Sequence[DerivedRow | None]) -> list[DerivedRow]:
    """The activation memory that is to be distilled; none where any of it is gone or stale: facts are taught then."""
    held = [row for row in rows if row is not None and row.blob]
    try:
        for row in held:
            place.blobs.path(row.blob)
    except MissingBlob:
        return []
    return held if len(held) == len(rows) else []


def _told_by(taught: Taught, row: DerivedRow) -> list[Association]:
    return [one for one in taught.facts if one.source is not None and one.source.id in row.sources]


def _reworded(place: Workplace, job: Job, facts: Sequence[Association]) -> tuple[Example, ...]:
    """The facts in the words of the store's language model, where it has one."""
    if place.model is None:
        return ()
    from memos_core.operation.refining.asking import Asker  # its rules take longer to load than the core
    from memos_core.operation.refining.rewording import reworded

    def keep(work: Callable[[Transaction], None]) -> None:
        place.store(job, work)

    asker = Asker(place.model, keep, budget=place.model_budget, stopping=place.stopping)
    said, is_closing = reworded(asker, facts)
    if is_closing:
        raise Postponed("the store is being closed")
    return said
