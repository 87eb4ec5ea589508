"""Finds the memories that answer a planned query: a fresh view, the query's vector, ranked slots resolved to cubes."""

import logging
from collections.abc import Container, Mapping
from dataclasses import dataclass, field

import numpy as np

from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.query import Filter, Hit, MemoryCall
from memos_core.domain.record import Found, VaultRow
from memos_core.errors import DiskFull, EmbeddingFailed, ReadOnlyStore
from memos_core.interface.runtime import Runtime
from memos_core.operation.recall.ranking import Ranked, Weights, rank, visible
from memos_core.operation.recall.sufficiency import commonness_of, highest
from memos_core.operation.work import EMBED
from memos_core.ports import Floats, IndexView, Mask

_log = logging.getLogger(__name__)

SPARE_HITS = 5
"""Resolved beyond the limit, for those that changed since the view was taken."""
WAITED_FOR = 64
"""A recall waits for the vectors of this many passages at most, so that a vault's owner can find what was just said."""
WAIT_S = 5.0
LEXICAL_ONLY = "no embedder: found by words only"
PARTLY_EMBEDDED = "some memories are not embedded yet and were found by words only; settle() waits for them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What one search of a vault gave."""

    hits: tuple[Hit, ...]
    """Best first."""
    notes: tuple[str, ...] = ()
    """What a reader should know."""
    commonness: Mapping[int, float] = field(default_factory=dict)
    """For each word of the question, the share of the vault's passages that hold it."""
    cosine: float | None = None
    """Of the passage that is nearest in meaning; ``None`` without vectors."""


def find(runtime: Runtime, vault: VaultRow, view: IndexView, call: MemoryCall, weights: Weights | None) -> Findings:
    """Search a vault for a planned query."""
    vector, notes = _query_vector(runtime, vault, view, call)
    mask = _mask(runtime, vault, view, call.where)
    ranked = rank(view, call, vector, mask, weights)
    return Findings(
        hits=tuple(_hits(runtime, vault, view, call, ranked)),
        notes=notes,
        commonness=commonness_of(call.terms, view, mask),
        cosine=highest(ranked.cosines),
    )


def fresh_view(runtime: Runtime, vault: VaultRow, shown: Container[str] = ()) -> tuple[VaultRow, IndexView]:
    """The vault's index, with the vectors of what was remembered a moment ago if the worker is quick enough.

    Args:
        runtime: The open store.
        vault: The vault.
        shown: Ids, or whole texts, of memories that are not to be found: their vectors are not waited for.
    """
    runtime.scheduler.give_way()
    fingerprints = tuple(runtime.embedders)
    view = runtime.engine.index.view(vault, fingerprints)
    if not fingerprints or (view.covered >= vault.next_slot and view.fingerprint == fingerprints[0]):
        return vault, view
    try:
        if not runtime.scheduler.is_waiting(EMBED, vault.id):
            runtime.records.write(lambda transaction: runtime.defer(transaction, EMBED, vault.id))
    except (DiskFull, ReadOnlyStore) as error:
        _log.warning("recall cannot ask for vectors: %s", error)
        return vault, view

    def covered() -> bool:
        with runtime.records.read() as transaction:
            return transaction.feed.coverage(vault.id).get(fingerprints[0], 0) >= vault.next_slot

    worth_it = vault.next_slot - view.covered <= WAITED_FOR and not _all_in(shown, runtime, vault, view.covered)
    if not worth_it or not runtime.scheduler.wait_for(EMBED, vault.id, WAIT_S, covered):
        runtime.scheduler.notify()
        return vault, view
    with runtime.records.read() as transaction:
        vault = transaction.vaults.by_id(vault.id) or vault
    return vault, runtime.engine.index.view(vault, fingerprints)


def _all_in(shown: Container[str], runtime: Runtime, vault: VaultRow, lo: int) -> bool:
    """Whether every memory with a passage at slot ``lo`` or later is shown by the caller."""
    with runtime.records.read() as transaction:
        late = transaction.feed.find(vault.id, range(lo, vault.next_slot)).values()
    return all(found.cube.id in shown or found.cube.text in shown for found in late)


def _query_vector(
    runtime: Runtime, vault: VaultRow, view: IndexView, call: MemoryCall
) -> tuple[Floats | None, tuple[str, ...]]:
    """The query's vector, and what a reader should know about it. A failing embedder does not fail the recall."""
    if not runtime.embedders:
        return None, (LEXICAL_ONLY,)
    notes = (PARTLY_EMBEDDED,) if view.covered < vault.next_slot else ()
    if not view.fingerprint:
        return None, notes
    try:
        return runtime.query_vector(view.fingerprint, call.dense_query), notes
    except EmbeddingFailed as error:
        _log.warning("recall without vectors: %s", error)
        return None, (f"the embedder failed, found by words only: {error}",)


def _mask(runtime: Runtime, vault: VaultRow, view: IndexView, where: Filter) -> Mask:
    mask = visible(view.columns, where)
    if where.metadata:
        with runtime.records.read() as transaction:
            slots = transaction.feed.with_metadata(vault.id, where.metadata)
        fitting = np.zeros_like(mask)
        fitting[slots[slots < mask.size]] = True
        mask &= fitting
    return mask


def _hits(runtime: Runtime, vault: VaultRow, view: IndexView, call: MemoryCall, ranked: Ranked) -> list[Hit]:
    """Resolve slots in the truth, drop what has changed since the view was taken, keep each cube's best passage."""
    if not ranked.slots.size:
        return []
    cubes = view.columns.cube[ranked.slots].tolist()
    best: dict[int, int] = {}
    most = call.limit + SPARE_HITS + len(call.where.exclude)
    for place, cube in enumerate(cubes):
        if best.setdefault(cube, place) == place and len(best) == most:
            break
    slots = ranked.slots.tolist()
    with runtime.records.read() as transaction:
        found = transaction.feed.find(vault.id, [slots[place] for place in best.values()])
    hits = [
        _hit(found[slots[place]], float(ranked.scores[place]), _shares(ranked, place))
        for place in best.values()
        if slots[place] in found and _still_holds(found[slots[place]], call.where)
    ]
    return hits[: call.limit]


def _shares(ranked: Ranked, place: int) -> dict[str, float]:
    return {name: round(float(share[place]), 4) for name, share in ranked.shares.items()}


def _hit(truth: Found, score: float, why: Mapping[str, float]) -> Hit:
    return Hit(cube=truth.cube, score=round(score, 4), why=why, passage=(truth.start, truth.stop))


def _still_holds(truth: Found, where: Filter) -> bool:
    header = truth.cube.header
    if header.state is not LifecycleState.ACTIVE or truth.cube.id in where.exclude or truth.cube.text in where.exclude:
        return False
    if where.at is None:
        return header.valid_to is None
    return header.valid_from <= where.at and (header.valid_to is None or where.at < header.valid_to)
