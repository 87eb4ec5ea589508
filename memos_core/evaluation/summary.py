"""From what was measured, question by question, to what is told: means, intervals, rates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from memos_core.evaluation.answering import as_outcomes
from memos_core.evaluation.bench import Measured, Settings
from memos_core.evaluation.benchmarks import Benchmark
from memos_core.evaluation.fingerprints import of_recall
from memos_core.evaluation.metrics import Estimate, Outcome, estimates, separation, tokens_to_reach

REACHED = 0.9
WITHOUT = ("without ", "with ")
"""How the names of ablated systems begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemSummary:
    """One system over all conversations."""

    overall: Mapping[str, Estimate]
    """By metric, over the answerable questions."""
    categories: Mapping[str, Mapping[str, Estimate]]
    """The same by category, unanswerable ones included."""
    separation: float | None
    """Area under the ROC curve of the top score, answerable against other questions."""
    query_ms: Mapping[str, float] | None
    """``p50`` and ``p95`` of a recall, the question's embedding left out; ``None`` where it was not timed."""
    tokens_to_90: float | None
    """Context tokens at which it has nine tenths of the evidence; ``None`` where it never does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSummary:
    """How good the answers of a language model are, from one system's contexts in one style."""

    system: str
    style: str
    overall: Mapping[str, Estimate]
    """``lenient`` and ``strict``: share judged right; ``prompt_tokens``, ``answer_tokens``; ``unreadable`` verdicts."""
    categories: Mapping[str, Mapping[str, Estimate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """One benchmark."""

    benchmark: str
    title: str
    embedder: str
    """Fingerprint; empty for none."""
    weights: Mapping[str, float]
    code: str
    """Fingerprint of the code of recall and of the weights."""
    protocol: Sequence[str]
    conversations: int
    questions: int
    counts: Mapping[str, int]
    """Questions by category."""
    turns: int
    passages: int
    turns_per_second: float | None
    """Remembered and embedded; ``None`` where every store was there already."""
    whole_tokens: float
    """A whole conversation as a context, mean."""
    whole_answers: float | None
    """Share of the expected answers' content words that a whole conversation holds, mean."""
    systems: Mapping[str, SystemSummary]
    answers: Sequence[AnswerSummary] = ()
    """Empty where no language model was asked."""

    def value(self) -> dict[str, object]:
        """As JSON holds it; keys are stable."""
        return asdict(self)


def summarise(benchmark: Benchmark, measured: Sequence[Measured], settings: Settings) -> Summary:
    """Sum up the conversations measured so far, at least one."""
    names = list(measured[0].systems)
    first = [outcome for one in measured for outcome in one.systems[names[0]]]
    categories = _in_order(outcome.category for outcome in first)
    timed = [one.ingest for one in measured if one.ingest.seconds]
    answers = [one.ingest.answers for one in measured if one.ingest.answers is not None]
    return Summary(
        benchmark=benchmark.name,
        title=benchmark.title,
        embedder=settings.embedder.fingerprint if settings.embedder else "",
        weights=asdict(settings.weights),
        code=of_recall(settings.weights),
        protocol=benchmark.ours,
        conversations=len(measured),
        questions=len(first),
        counts={name: sum(outcome.category == name for outcome in first) for name in categories},
        turns=sum(one.ingest.turns for one in measured),
        passages=sum(one.ingest.passages for one in measured),
        turns_per_second=sum(i.turns for i in timed) / sum(i.seconds for i in timed) if timed else None,
        whole_tokens=sum(one.ingest.tokens for one in measured) / len(measured),
        whole_answers=sum(answers) / len(answers) if answers else None,
        systems={
            name: _summary([outcome for one in measured for outcome in one.systems[name]], categories, benchmark)
            for name in names
        },
        answers=_answers(measured, categories),
    )


def _answers(measured: Sequence[Measured], categories: Sequence[str]) -> list[AnswerSummary]:
    pairs = dict.fromkeys((answer.system, answer.style) for one in measured for answer in one.answers)
    made = []
    for system, style in pairs:
        outcomes = [
            outcome
            for one in measured
            for outcome in as_outcomes([a for a in one.answers if (a.system, a.style) == (system, style)])
        ]
        by_category = {name: estimates([one for one in outcomes if one.category == name]) for name in categories}
        made.append(AnswerSummary(system=system, style=style, overall=estimates(outcomes), categories=by_category))
    return made


def _in_order(categories: Iterable[str]) -> list[str]:
    return sorted(set(categories))


def _summary(outcomes: Sequence[Outcome], categories: Sequence[str], benchmark: Benchmark) -> SystemSummary:
    overall = estimates([outcome for outcome in outcomes if outcome.answerable])
    times = [outcome.ms for outcome in outcomes if outcome.ms is not None]
    curve = [
        (overall[f"tokens_within_{budget}"].mean, overall[f"recall_within_{budget}"].mean)
        for budget in benchmark.budgets
        if f"recall_within_{budget}" in overall
    ]
    return SystemSummary(
        overall=overall,
        categories={
            name: estimates([outcome for outcome in outcomes if outcome.category == name]) for name in categories
        },
        separation=separation(outcomes),
        query_ms=dict(zip(("p50", "p95"), np.percentile(times, (50, 95)).tolist(), strict=True)) if times else None,
        tokens_to_90=tokens_to_reach(REACHED, curve),
    )
