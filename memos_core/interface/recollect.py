"""From a checked question to a Recollection: plan, search, judge, ask again, bring in what else applies, pack."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from memos_core.domain.moment import from_micros
from memos_core.domain.query import DEFAULT_STAGES, Filter, Hit, MemoryCall, Recollection, Stage, Verdict
from memos_core.domain.record import VaultRow
from memos_core.interface.finding import Findings, find, fresh_view
from memos_core.interface.packing import pack
from memos_core.interface.planner import plan
from memos_core.interface.runtime import Runtime
from memos_core.interface.second_opinion import model_queries, model_verdict
from memos_core.interface.sections import sections
from memos_core.operation.recall.background import Background, background
from memos_core.operation.recall.ranking import Weights
from memos_core.operation.recall.rounds import merged, rewritten
from memos_core.operation.recall.sufficiency import judge
from memos_core.ports import Columns, IndexView

MOST_YEARS = 30
JUDGED = 50
"""Hits by which it is told whether a question should be asked again."""
MOST_ROUNDS = 2
"""Rewritten forms of a question that are asked."""
_HOUR = timedelta(hours=1)


def recollect(
    runtime: Runtime,
    vault: VaultRow | None,
    query: str,
    where: Filter,
    budget: int,
    limit: int,
    *,
    weights: Weights | None = None,
    stages: frozenset[Stage] = DEFAULT_STAGES,
) -> Recollection:
    """Answer a checked query. A vault that nothing was written to answers nothing."""
    if vault is None or vault.next_slot == 0:
        call = plan(query, (), where, budget, limit, runtime.clock.now(), stages=stages)
        return Recollection(call=call, tokens_exact=runtime.tokens_exact)
    vault, view = fresh_view(runtime, vault)
    call = planned(runtime, view, query, where, budget, limit, stages)
    found = find(runtime, vault, view, call, weights)
    aside = _background(runtime, vault, view, call)
    hits, queries = found.hits, [query]

    def ask_again(forms: Sequence[str]) -> tuple[Hit, ...]:
        more = [find(runtime, vault, view, _again(runtime, view, call, form), weights).hits for form in forms]
        queries.extend(forms)
        return tuple(merged(hits, more, limit))

    def packed() -> tuple[str, int, list[Hit], Verdict]:
        text, tokens, shown = _packed(runtime, vault, call, hits, aside)
        verdict = model_verdict(runtime, query, text, runtime.clock.now())
        return text, tokens, shown, verdict or _judged(call, found, [hit for hit in shown if hit.shown])

    # Where vectors served, further forms find nothing that asking for more hits would not.
    if Stage.ROUNDS in stages and len(hits) < limit and not (verdict := _judged(call, found, hits[:JUDGED])).sufficient:
        hits = ask_again(rewritten(call, verdict, hits, view.columns.speakers, MOST_ROUNDS))
    text, tokens, shown, verdict = packed()
    if Stage.ROUNDS in stages and (forms := model_queries(runtime, query, text, verdict.missing)):
        hits = ask_again(forms)
        text, tokens, shown, verdict = packed()
    return Recollection(
        call=call,
        hits=tuple(shown),
        text=text,
        tokens=tokens,
        tokens_exact=runtime.tokens_exact,
        notes=found.notes,
        verdict=verdict,
        attributes=(*aside.instructions, *aside.attributes),
        foresight=(*aside.constraints, *aside.active, *aside.upcoming),
        queries=tuple(queries),
    )


def _packed(
    runtime: Runtime, vault: VaultRow, call: MemoryCall, hits: Sequence[Hit], aside: Background
) -> tuple[str, int, list[Hit]]:
    return pack(
        hits,
        call.budget,
        runtime.count_tokens,
        terms=call.terms,
        condensing=Stage.CONDENSING in call.stages,
        dated=Stage.DATES in call.stages,
        zone=ZoneInfo(vault.zone),
        before=sections(aside),
    )


def _judged(call: MemoryCall, found: Findings, hits: Sequence[Hit]) -> Verdict:
    return judge(call, hits, found.commonness, found.cosine)


def planned(
    runtime: Runtime,
    view: IndexView,
    query: str,
    where: Filter,
    budget: int,
    limit: int,
    stages: frozenset[Stage] = DEFAULT_STAGES,
) -> MemoryCall:
    """Plan a query against what a vault holds."""
    columns = view.columns
    now = runtime.clock.now()
    return plan(query, columns.speakers, where, budget, limit, now, _years(columns), stages)


def _again(runtime: Runtime, view: IndexView, call: MemoryCall, query: str) -> MemoryCall:
    """The same call for another form of its question: same filter, same subjects where the form names none."""
    planned_again = planned(runtime, view, query, call.where, call.budget, call.limit, call.stages)
    return planned_again if planned_again.subjects else replace(planned_again, subjects=call.subjects)


def _background(runtime: Runtime, vault: VaultRow, view: IndexView, call: MemoryCall) -> Background:
    """What was made of memories and belongs beside the hits; nothing where a filter hides some of its sources."""
    wanted = {Stage.INSTRUCTIONS, Stage.FORESIGHT, Stage.PROFILE}
    if not wanted & call.stages or replace(call.where, at=None, exclude=()) != Filter():
        return Background()
    known = runtime.knowledge.of(vault)
    now = call.where.at or runtime.clock.now()
    # The profile is kept by the hour: what was said since counts, what was believed when changes slowly.
    as_of = call.where.at or now.replace(minute=0, second=0, microsecond=0) + _HOUR
    return background(call, known.profile(as_of), known.agenda(now), _askers(view.columns))


def _askers(columns: Columns) -> tuple[str, ...]:
    """The names under which users speak in a vault: those that facts about them carry."""
    if "user" not in columns.roles:
        return ()
    spoke = columns.speaker[(columns.role == columns.roles.index("user")) & ~columns.hidden]
    return tuple(columns.speakers[code] or "user" for code in sorted(set(spoke.tolist())))


def _years(columns: Columns) -> range:
    """The years that a vault's memories tell of, the last ``MOST_YEARS`` of them: a date without a year means each."""
    occurred = columns.occurred[~columns.hidden]
    if not occurred.size:
        return range(0)
    first, last = from_micros(int(occurred.min())).year, from_micros(int(occurred.max())).year
    return range(max(first, last - MOST_YEARS + 1), last + 1)
