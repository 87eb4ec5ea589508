"""From a checked question to a Recollection: plan, search, resolve, pack."""

import logging
from collections.abc import Mapping

import numpy as np

from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.moment import from_micros
from memos_core.domain.query import Filter, Hit, MemoryCall, Recollection
from memos_core.domain.record import Found, VaultRow
from memos_core.errors import DiskFull, EmbeddingFailed, ReadOnlyStore
from memos_core.interface.packing import pack
from memos_core.interface.planner import plan
from memos_core.interface.runtime import Runtime
from memos_core.operation.recall.ranking import Ranked, Weights, rank, visible
from memos_core.operation.work import EMBED
from memos_core.ports import Columns, Floats, IndexView, Mask

_log = logging.getLogger(__name__)

SPARE_HITS = 5
"""Resolved beyond the limit, for those that changed since the view was taken."""
WAITED_FOR = 64
"""A recall waits for the vectors of this many passages at most, so that a vault's owner can find what was just said."""
WAIT_S = 5.0
MOST_YEARS = 30
LEXICAL_ONLY = "no embedder: found by words only"
PARTLY_EMBEDDED = "some memories are not embedded yet and were found by words only; settle() waits for them"


def recollect(
    runtime: Runtime,
    vault: VaultRow | None,
    query: str,
    where: Filter,
    budget: int,
    limit: int,
    weights: Weights | None = None,
) -> Recollection:
    """Answer a checked query. A vault that nothing was written to answers nothing."""
    if vault is None or vault.next_slot == 0:
        return Recollection(
            call=plan(query, (), where, budget, limit, runtime.clock.now()), tokens_exact=runtime.tokens_exact
        )
    vault, view = _fresh_view(runtime, vault)
    call = planned(runtime, view, query, where, budget, limit)
    vector, notes = _query_vector(runtime, vault, view, call)
    hits = _hits(runtime, vault, view, call, rank(view, call, vector, _mask(runtime, vault, view, where), weights))
    text, tokens, shown = pack(hits, budget, runtime.count_tokens)
    return Recollection(
        call=call, hits=tuple(shown), text=text, tokens=tokens, tokens_exact=runtime.tokens_exact, notes=notes
    )


def planned(runtime: Runtime, view: IndexView, query: str, where: Filter, budget: int, limit: int) -> MemoryCall:
    """Plan a query against what a vault holds."""
    columns = view.columns
    return plan(query, columns.speakers, where, budget, limit, runtime.clock.now(), _years(columns))


def _years(columns: Columns) -> range:
    """The years that a vault's memories tell of, the last ``MOST_YEARS`` of them: a date without a year means each."""
    occurred = columns.occurred[~columns.hidden]
    if not occurred.size:
        return range(0)
    first, last = from_micros(int(occurred.min())).year, from_micros(int(occurred.max())).year
    return range(max(first, last - MOST_YEARS + 1), last + 1)


def _fresh_view(runtime: Runtime, vault: VaultRow) -> tuple[VaultRow, IndexView]:
    """The vault's index, with the vectors of what was remembered a moment ago if the worker is quick enough."""
    fingerprints = tuple(runtime.embedders)
    view = runtime.engine.index.view(vault, fingerprints)
    if not fingerprints or (view.covered >= vault.next_slot and view.fingerprint == fingerprints[0]):
        return vault, view
    try:
        runtime.records.write(lambda transaction: runtime.defer(transaction, EMBED, vault.id))
    except (DiskFull, ReadOnlyStore) as error:
        _log.warning("recall cannot ask for vectors: %s", error)
        return vault, view
    if vault.next_slot - view.covered > WAITED_FOR or not runtime.scheduler.wait_for(EMBED, vault.id, WAIT_S):
        runtime.scheduler.notify()
        return vault, view
    with runtime.records.read() as transaction:
        vault = transaction.vaults.by_id(vault.id) or vault
    return vault, runtime.engine.index.view(vault, fingerprints)


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
    for place, cube in enumerate(cubes):
        if best.setdefault(cube, place) == place and len(best) == call.limit + SPARE_HITS:
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
    if header.state is not LifecycleState.ACTIVE:
        return False
    if where.at is None:
        return header.valid_to is None
    return header.valid_from <= where.at and (header.valid_to is None or where.at < header.valid_to)
