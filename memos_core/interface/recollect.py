"""From a checked question to a Recollection: plan, search, judge, ask again, bring in what else applies, pack."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from memos_core.domain.moment import from_micros
from memos_core.domain.query import DEFAULT_STAGES, Filter, Hit, MemoryCall, Recollection, Stage, Verdict
from memos_core.domain.record import VaultRow
from memos_core.interface.finding import find, fresh_view
from memos_core.interface.knowledge import Known
from memos_core.interface.packing import pack
from memos_core.interface.planner import plan
from memos_core.interface.runtime import Runtime
from memos_core.interface.second_opinion import model_queries, model_verdict
from memos_core.interface.sections import sections
from memos_core.operation.recall.background import Background, background
from memos_core.operation.recall.ranking import Weights
from memos_core.operation.recall.rounds import merged, rewritten
from memos_core.operation.recall.scene_guided import guided
from memos_core.operation.recall.sufficiency import judge
from memos_core.ports import Columns, IndexView

T = TypeVar("T")

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
    vault, view = fresh_view(runtime, vault, where.exclude)
    call = planned(runtime, view, query, where, budget, limit, stages)
    return _Recall(runtime, vault, view, call, weights).answer()


class _Recall:
    """One question under way."""

    def __init__(
        self, runtime: Runtime, vault: VaultRow, view: IndexView, call: MemoryCall, weights: Weights | None
    ) -> None:
        self._runtime = runtime
        self._vault = vault
        self._view = view
        self._call = call
        self._weights = weights
        self._queries = [call.query]
        # What was made of memories shows nothing where a filter hides some of them.
        is_open = replace(call.where, at=None, exclude=()) == Filter()
        self._known = runtime.knowledge.of(vault, told=False) if is_open else Known((), (), ())

    def answer(self) -> Recollection:
        """Search, judge, ask again where that may help, bring in what else applies, pack."""
        call = self._call
        found = self._found = find(self._runtime, self._vault, self._view, call, self._weights)
        self._aside = self._background()
        hits = self._selected(found.hits)
        # Where vectors served, further forms find nothing that asking for more hits would not.
        if Stage.ROUNDS in call.stages and len(hits) < call.limit:
            verdict = self._judged(hits[:JUDGED])
            if not verdict.sufficient:
                hits = self._ask_again(hits, rewritten(call, verdict, hits, self._view.columns.speakers, MOST_ROUNDS))
        answer = self._packed(hits)
        if Stage.ROUNDS in call.stages and answer.verdict:
            forms = model_queries(self._runtime, call.query, answer.text, answer.verdict.missing)
            answer = self._packed(self._ask_again(hits, forms)) if forms else answer
        return answer

    def _selected(self, hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
        if Stage.SCENES not in self._call.stages:
            return hits
        return guided(hits, {source: scene.id for source, scene in self._known.scene_of.items()})

    def _ask_again(self, hits: tuple[Hit, ...], forms: Sequence[str]) -> tuple[Hit, ...]:
        """The hits, and behind them what other forms of the question find with the same filter."""
        more = [find(self._runtime, self._vault, self._view, self._form(form), self._weights).hits for form in forms]
        self._queries += forms
        return tuple(merged(hits, more, self._call.limit))

    def _form(self, query: str) -> MemoryCall:
        """The same call for another form of its question: the same subjects where the form names none."""
        call = self._call
        again = planned(self._runtime, self._view, query, call.where, call.budget, call.limit, call.stages)
        return again if again.subjects else replace(again, subjects=call.subjects)

    def _packed(self, hits: Sequence[Hit]) -> Recollection:
        call, aside = self._call, self._aside
        text, tokens, told = pack(
            hits,
            call.budget,
            self._runtime.count_tokens,
            terms=call.terms,
            condensing=Stage.CONDENSING in call.stages,
            dated=Stage.DATES in call.stages,
            zone=ZoneInfo(self._vault.zone),
            before=sections(aside),
        )
        shown = [hit for hit in told if hit.shown]
        verdict = model_verdict(self._runtime, call.query, text, self._runtime.clock.now())
        return Recollection(
            call=call,
            hits=tuple(told),
            text=text,
            tokens=tokens,
            tokens_exact=self._runtime.tokens_exact,
            notes=self._found.notes,
            verdict=verdict or self._judged(shown),
            attributes=(*aside.instructions, *aside.attributes),
            foresight=(*aside.constraints, *aside.active, *aside.upcoming),
            cells=_of(shown, self._known.cell_of),
            scenes=_of(shown, self._known.scene_of),
            queries=tuple(self._queries),
        )

    def _judged(self, hits: Sequence[Hit]) -> Verdict:
        return judge(self._call, hits, self._found.commonness, self._found.cosine)

    def _background(self) -> Background:
        """What was made of memories and belongs beside the hits."""
        call = self._call
        if not {Stage.INSTRUCTIONS, Stage.FORESIGHT, Stage.PROFILE} & call.stages or not self._known.cells:
            return Background()
        now = call.where.at or self._runtime.clock.now()
        # The profile is kept by the hour: what was said since counts, what was believed when changes slowly.
        as_of = call.where.at or now.replace(minute=0, second=0, microsecond=0) + _HOUR
        askers = _askers(self._view.columns)
        return background(call, self._known.profile(as_of), self._known.agenda(now), askers)


def _of(hits: Sequence[Hit], made: Mapping[str, T]) -> tuple[T, ...]:
    """What was made of the hits' memories, each once, that of the best hit first."""
    found = {id(one): one for hit in hits if (one := made.get(hit.cube.id)) is not None}
    return tuple(found.values())


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
