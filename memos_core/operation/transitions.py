"""The only code that changes the state or the versions of a cube. Each function runs inside a transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from memos_core.domain.cube import MemCube, Provenance
from memos_core.domain.lifecycle import LEGAL_TRANSITIONS, LifecycleState
from memos_core.domain.record import DerivedRow, Draft
from memos_core.errors import Conflict, Erased, IllegalTransition, InvalidInput, UnknownCube, UnknownVersion
from memos_core.operation.transforms import activation_rows, parametric_rows
from memos_core.operation.transforms.activation_rows import ACTIVATION
from memos_core.operation.transforms.handles import HANDLES, LORA
from memos_core.operation.transforms.parametric_rows import PARAMETRIC
from memos_core.operation.work import CONSOLIDATE, DISTIL, FORM, SCRUB
from memos_core.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Who changes what, when and why."""

    vault: int
    provenance: Provenance
    now: datetime


def require(transaction: Transaction, vault: int, uid: str, version: int | None = None) -> MemCube:
    """Return a cube of this vault.

    Raises:
        UnknownCube: there is none of that id; a cube of another vault gives the same error.
        Erased: there was one.
        UnknownVersion: the cube has no such version.
        InvalidInput: it is activation or parametric memory, which has no versions and no states.
    """
    if uid.startswith(HANDLES):
        form = PARAMETRIC if uid.startswith(LORA) else ACTIVATION
        raise InvalidInput(
            f"{uid!r} is {form} memory: it changes with the memories it tells of, which sources() lists; "
            "get(), attach() and erase() take it"
        )
    cube = transaction.cubes.get(vault, uid, version)
    if cube is not None:
        return cube
    state = transaction.cubes.state(vault, uid)
    if state is None:
        raise UnknownCube(f"no memory {uid!r} in this vault; ids come from remember() and recall()")
    if state is LifecycleState.ERASED:
        raise Erased(f"memory {uid!r} was erased; its content is gone for good")
    raise UnknownVersion(f"memory {uid!r} has no version {version}; history() lists those it has")


def store(transaction: Transaction, change: Change, drafts: Sequence[Draft]) -> list[MemCube | None]:
    """Write new cubes; a draft whose idempotency key is known gives the cube stored before, or ``None`` if erased."""
    cubes = transaction.cubes
    known = cubes.by_keys(change.vault, [draft.key for draft in drafts if draft.key is not None])
    fresh: dict[bytes | int, Draft] = {}
    for index, draft in enumerate(drafts):
        if draft.key not in known:
            fresh.setdefault(draft.key or index, draft)
    made = cubes.add(change.vault, list(fresh.values()), change.provenance, change.now)
    _note_new(transaction, change, made)
    added = dict(zip(fresh, made, strict=True))
    return [
        cubes.get(change.vault, known[draft.key])
        if draft.key is not None and draft.key in known
        else added[draft.key or index]
        for index, draft in enumerate(drafts)
    ]


def revise(
    transaction: Transaction, change: Change, uid: str, draft: Draft, valid_from: datetime | None, expect: int | None
) -> MemCube:
    """Supersede the current version, from now on unless ``valid_from`` says otherwise.

    "Now" is never before the version that is superseded: that one may lie in the future, and clocks may be set back.

    Raises:
        Conflict: the current version is not ``expect``.
        IllegalTransition: the cube is forgotten.
        InvalidInput: ``valid_from`` lies before the current version's.
    """
    current = require(transaction, change.vault, uid)
    if expect is not None and current.version != expect:
        raise Conflict(f"memory {uid!r} is at version {current.version}, not {expect}; read it again and retry")
    if current.state is not LifecycleState.ACTIVE:
        raise IllegalTransition(f"memory {uid!r} is {current.state}; restore it before revising it")
    since = valid_from or max(change.now, current.header.valid_from)
    return _supersede(transaction, change, current, draft, since, "revise")


def forget(transaction: Transaction, change: Change, uid: str) -> MemCube:
    """Hide a cube from recall. Forgetting what is forgotten changes nothing."""
    current = require(transaction, change.vault, uid)
    if current.state is LifecycleState.FORGOTTEN:
        return current
    _move(transaction, change, current, LifecycleState.FORGOTTEN, "forget")
    _drop_derived(transaction, change, current)
    return require(transaction, change.vault, uid)


def restore(transaction: Transaction, change: Change, uid: str, draft: Draft | None) -> MemCube:
    """Make a cube visible again; with ``draft``, also add that older content as its newest version."""
    current = require(transaction, change.vault, uid)
    if current.state is LifecycleState.FORGOTTEN:
        _move(transaction, change, current, LifecycleState.ACTIVE, "restore")
        _drop_derived(transaction, change, current)
    if draft is None:
        return require(transaction, change.vault, uid)
    valid_from = max(change.now, current.header.valid_from)
    return _supersede(transaction, change, current, draft, valid_from, "restore")


def erase(transaction: Transaction, change: Change, uids: Sequence[str]) -> None:
    """Destroy the content of cubes for good. Erasing what is erased changes nothing."""
    for uid in uids:
        if uid.startswith(HANDLES):
            if transaction.derived.get(change.vault, uid) is None:
                raise UnknownCube(f"no activation or parametric memory {uid!r} in this vault")
            transaction.derived.remove(change.vault, [uid])
        elif transaction.cubes.state(change.vault, uid) is not LifecycleState.ERASED:
            cube = require(transaction, change.vault, uid)
            _drop_derived(transaction, change, cube, erasing=True)
            transaction.cubes.erase(change.vault, uid, change.provenance, change.now)
            transaction.derived.unmark_empty(change.vault, cube.header.session)


def _move(transaction: Transaction, change: Change, cube: MemCube, state: LifecycleState, op: str) -> None:
    if state not in LEGAL_TRANSITIONS[cube.state]:
        raise IllegalTransition(f"memory {cube.id!r} is {cube.state} and cannot become {state}")
    transaction.cubes.set_state(change.vault, cube.id, state, change.provenance, change.now, op)


def _supersede(
    transaction: Transaction, change: Change, current: MemCube, draft: Draft, valid_from: datetime, op: str
) -> MemCube:
    if valid_from < current.header.valid_from:
        raise InvalidInput(
            f"memory {current.id!r} is valid from {current.header.valid_from.isoformat()}; "
            f"a revision cannot begin earlier ({valid_from.isoformat()})"
        )
    transaction.cubes.add_version(change.vault, current.id, draft, change.provenance, valid_from, change.now, op)
    _drop_derived(transaction, change, current)
    return require(transaction, change.vault, current.id)


def _note_new(transaction: Transaction, change: Change, cubes: Sequence[MemCube]) -> None:
    """Let every session that has new memories be formed."""
    earliest: dict[str, MemCube] = {}
    for cube in cubes:
        known = earliest.setdefault(cube.header.session, cube)
        if cube.header.occurred_at < known.header.occurred_at:
            earliest[cube.header.session] = cube
    oldest: dict[str, MemCube] = {}
    for cube in cubes:
        oldest.setdefault(cube.header.session, cube)
    for session, cube in oldest.items():
        transaction.derived.mark(change.vault, session, earliest[session].header.occurred_at, cube.id)


def _drop_derived(transaction: Transaction, change: Change, source: MemCube, *, erasing: bool = False) -> None:
    """Delete what was made of a cube that has changed, and let its session be formed anew."""
    derived = transaction.derived
    dropped = derived.of(change.vault, source.id)
    for uid in dropped:
        row = derived.get(change.vault, uid)
        if row is not None and row.kind == "cell":
            for cube in row.sources:  # they belong to nothing any more
                derived.mark(change.vault, row.session, row.start, cube)
        derived.remove(change.vault, [uid])
        if row is not None and row.kind in _HELD:  # a host may still hold its handle: it gets the text of today
            _make_stale(transaction, change, row, source.id if erasing else "")
    derived.mark(change.vault, source.header.session, source.header.occurred_at, source.id)
    transaction.jobs.defer(FORM, change.vault, change.now)
    if dropped:  # a scene is made anew even where no cell is
        transaction.jobs.defer(CONSOLIDATE, change.vault, change.now)


_HELD = {ACTIVATION: activation_rows.stale_row, PARAMETRIC: parametric_rows.stale_row}
"""Kinds of derived rows that have handles, and what remains of a row when a source has changed."""


def _make_stale(transaction: Transaction, change: Change, row: DerivedRow, erased: str) -> None:
    """Keep what remains of memory in another form; its file, and a training under way, serve nobody any more."""
    stale = _HELD[row.kind](row, without=erased)
    transaction.derived.put(change.vault, [stale] if stale.sources else [])
    waits = row.kind == PARAMETRIC and parametric_rows.standing_of(stale).waits
    if row.blob or waits:
        transaction.jobs.defer(SCRUB, change.vault, change.now)
    if waits and stale.sources:
        transaction.jobs.defer(DISTIL, change.vault, change.now)
