"""Adapters that were taught what holds no longer: a later memory said otherwise, though no source was touched."""

from collections.abc import Iterator, Sequence

from memos_core.domain.engram import AttributeStatus, Profile
from memos_core.domain.parametric import TrainingState
from memos_core.domain.record import DerivedRow, Job
from memos_core.operation.planning import known_now
from memos_core.operation.transforms.associations import owner_name, relation_of, renamed
from memos_core.operation.transforms.parametric_rows import PARAMETRIC, Standing, stale_row, standing_of
from memos_core.operation.work import SCRUB, Workplace
from memos_core.ports import Transaction

_OVER = (AttributeStatus.SUPERSEDED, AttributeStatus.RETRACTED)


def review(place: Workplace, job: Job) -> None:
    """Make stale what was taught a value that something newer has replaced or taken back: its text is sent then."""
    vault = place.vault(job)
    fingerprint = place.embedder.fingerprint if place.embedder else ""
    with place.records.read() as transaction:
        taught = list(_taught(transaction, vault.id))
        if not taught:
            return
        known = known_now(transaction, vault, fingerprint, place.clock.now())
    outdated = {
        row.uid: standing.asked for row, standing in taught if _is_outdated(known, standing, owner_name(vault.uid))
    }
    if outdated:
        place.store(job, lambda transaction: _made_stale(place, transaction, vault.id, outdated))


def _taught(transaction: Transaction, vault: int) -> Iterator[tuple[DerivedRow, Standing]]:
    for uid, _ in transaction.derived.listed(vault, PARAMETRIC):
        row = transaction.derived.get(vault, uid)
        if row is not None and (standing := standing_of(row)).state is TrainingState.TRAINED:
            yield row, standing


def _is_outdated(known: Profile, standing: Standing, owner: str) -> bool:
    """Whether a value that it was taught, from a source of its own, is over."""
    taught = {(one.subject, one.relation): one.value for one in standing.facts}
    holding = {(one.subject, one.slot, one.value) for one in known.attributes if one.status is AttributeStatus.ACTIVE}
    subjects = renamed(known, owner)
    return any(
        one.status in _OVER
        and (one.subject, one.slot, one.value) not in holding  # it is so again
        and one.value.strip().rstrip(".") in taught.get((subjects(one.subject), relation_of(one.slot)), "")
        and any(evidence.source in standing.order for evidence in one.evidence)
        for one in known.attributes
    )


def _made_stale(place: Workplace, transaction: Transaction, vault: int, outdated: dict[str, str]) -> None:
    rows = [row for row, standing in _taught(transaction, vault) if outdated.get(row.uid) == standing.asked]
    stale: Sequence[DerivedRow] = [stale_row(row) for row in rows]
    transaction.derived.put(vault, stale)
    if stale:
        transaction.jobs.defer(SCRUB, vault, place.clock.now())
