"""A summary as tables, Markdown, JSON and pictures."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from memos_core.evaluation.answering import JUDGES
from memos_core.evaluation.bench import TUNED
from memos_core.evaluation.benchmarks import Benchmark
from memos_core.evaluation.metrics import Estimate
from memos_core.evaluation.summary import WITHOUT, Summary, SystemSummary
from memos_core.evaluation.systems import OURS

_SHORT = {"recall": "R", "all": "all", "hit": "hit", "session_hit": "session", "told": "told", "answer": "answer",
          "rubric": "rubric", "choice": "choice", "tokens": "tokens"}  # fmt: skip
LEGEND = (
    "R@k: share of the evidence among the first k messages; R 2k: share within a context of 2,000 tokens; told: the "
    "same where what it has to say to the question stands there; all: share of questions with all of it; hit@k: with "
    "any of it; session@k: with any message of its session among the first k sessions; answer, rubric: share of the "
    "content words of the expected answer and of the rubric that stand in the context, of an option only of words that "
    "no other option has; choice: how often the right option has the largest such share; separation: area under the "
    "ROC curve of the top score, answerable against other questions; ms: a recall whose question is embedded already."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, the first column a name."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    wide: bool = False
    """Too wide for most screens; the page has it."""


def label(metric: str) -> str:
    """A metric as tables head it: ``R@10``, ``R 2k``."""
    kind, at, depth = metric.partition("@")
    if at:
        return f"{_SHORT[kind]}@{depth}"
    kind, _, budget = metric.partition("_within_")
    return f"{_SHORT[kind]} {budget.removesuffix('000') + 'k' if budget.endswith('000') else budget}"


def tables(benchmark: Benchmark, summary: Summary) -> list[Table]:
    """What there is to tell, most important first."""
    made = [_systems(benchmark, summary), _categories(benchmark, summary)]
    made += [_compared(summary, metric) for metric in benchmark.compared]
    if any(name.startswith(WITHOUT) for name in summary.systems):
        made.append(_ablation(benchmark, summary))
    if summary.answers:
        made.append(_answers(summary))
    return made


def headline(summary: Summary) -> list[str]:
    """Facts about the run, in sentences."""
    speed = f", {summary.turns_per_second:,.0f} turns a second with embedding" if summary.turns_per_second else ""
    words = f" and holds {summary.whole_answers:.2f} of the answers' words" if summary.whole_answers else ""
    kinds = ", ".join(f"{_spaced(name)} {count}" for name, count in summary.counts.items())
    return [
        f"{summary.conversations} conversation(s), {summary.turns:,} turns in {summary.passages:,} passages{speed}.",
        f"{summary.questions:,} questions: {kinds}.",
        f"A whole conversation costs {summary.whole_tokens:,.0f} tokens on average{words}.",
        f"Embedder: {summary.embedder or 'none'}. Code: {summary.code}.",
        *summary.protocol,
    ]


def write(benchmark: Benchmark, summary: Summary, out: Path, pictures: Sequence[Path] = ()) -> list[Path]:
    """Write ``<benchmark>.md`` and ``<benchmark>.json`` into ``out``; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    page, data = out / f"{benchmark.name}.md", out / f"{benchmark.name}.json"
    page.write_text(markdown(benchmark, summary, pictures), encoding="utf-8")
    data.write_text(json.dumps(summary.value(), indent=2) + "\n", encoding="utf-8")
    return [page, data]


def markdown(benchmark: Benchmark, summary: Summary, pictures: Sequence[Path] = ()) -> str:
    """The report as a page."""
    parts = [f"# {summary.title}", "\n".join(f"- {fact}" for fact in headline(summary))]
    parts += [f"![{picture.stem}]({picture.name})" for picture in pictures]
    parts += [f"## {table.title}\n\n{_markdown(table)}" for table in tables(benchmark, summary)]
    weights = ", ".join(f"{name} {value:g}" for name, value in summary.weights.items())
    parts.append(LEGEND)
    parts.append(f"Intervals are 95 % (bootstrap over questions, 1,000 resamples). Weights: {weights}.")
    return "\n\n".join(parts) + "\n"


def _markdown(table: Table) -> str:
    lines = [table.columns, ("---", *("---:",) * (len(table.columns) - 1)), *table.rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _systems(benchmark: Benchmark, summary: Summary) -> Table:
    """A column for every system."""
    systems = _plain(summary)
    rows = [
        (label(metric), *(_cell(one.overall.get(metric), metric) for one in systems.values()))
        for metric in _present(benchmark.headline, summary)
    ]
    rows += [
        (name, *(told(one) for one in systems.values()))
        for name, told in (("tokens to R 0.9", _reached), ("separation", _separated), ("ms p50 / p95", _timed))
    ]
    return Table(title="Overall", columns=("", *systems), rows=tuple(rows))


def _reached(one: SystemSummary) -> str:
    return f"{one.tokens_to_90:,.0f}" if one.tokens_to_90 else "-"


def _separated(one: SystemSummary) -> str:
    return "-" if one.separation is None else f"{one.separation:.3f}"


def _timed(one: SystemSummary) -> str:
    return f"{one.query_ms['p50']:.1f} / {one.query_ms['p95']:.1f}" if one.query_ms else "-"


def _categories(benchmark: Benchmark, summary: Summary) -> Table:
    """Ours by category."""
    name = TUNED if TUNED in summary.systems else OURS
    ours = summary.systems[name]
    metrics = [metric for metric in _present(benchmark.headline, summary) if not metric.startswith("tokens")]
    rows = [
        (_spaced(category), f"{summary.counts[category]:,}", *(_cell(found.get(metric), metric) for metric in metrics))
        for category, found in ours.categories.items()
    ]
    return Table(title=f"By category: {name}", columns=("category", "n", *map(label, metrics)), rows=tuple(rows))


def _compared(summary: Summary, metric: str) -> Table:
    """Every system by category, for one metric, with intervals."""
    systems = _plain(summary)
    rows = [
        (_spaced(category), *(_ranged(one.categories[category].get(metric)) for one in systems.values()))
        for category in summary.counts
    ]
    overall = ("overall", *(_ranged(one.overall.get(metric)) for one in systems.values()))
    return Table(
        title=f"{label(metric)} by category, every system",
        columns=("category", *systems),
        rows=(*rows, overall),
        wide=True,
    )


def _ablation(benchmark: Benchmark, summary: Summary) -> Table:
    """What each feature is worth: the change when it is taken away."""
    metrics = _present(benchmark.headline, summary)
    whole = summary.systems[TUNED if TUNED in summary.systems else OURS].overall
    rows = [
        (name, *(_changed(one.overall.get(metric), whole.get(metric), metric) for metric in metrics))
        for name, one in summary.systems.items()
        if name.startswith(WITHOUT)
    ]
    return Table(title="Without each feature", columns=("recall", *map(label, metrics)), rows=tuple(rows))


def _answers(summary: Summary) -> Table:
    rows = [
        (
            f"{one.system}, {one.style} prompt",
            *(_ranged(one.overall[judge]) for judge in JUDGES),
            *(f"{one.overall[name].mean:,.0f}" for name in ("prompt_tokens", "answer_tokens")),
            f"{one.overall['unreadable'].mean:.2f}",
        )
        for one in summary.answers
    ]
    columns = ("answers from", *JUDGES, "tokens in", "tokens out", "unreadable")
    return Table(title="Answers judged right", columns=columns, rows=tuple(rows))


def _spaced(category: str) -> str:
    return category.replace("_", " ") or "-"


def _plain(summary: Summary) -> Mapping[str, SystemSummary]:
    return {name: one for name, one in summary.systems.items() if not name.startswith(WITHOUT)}


def _present(metrics: Sequence[str], summary: Summary) -> list[str]:
    known = {metric for one in summary.systems.values() for metric in one.overall}
    return [metric for metric in metrics if metric in known]


def _cell(found: Estimate | None, metric: str) -> str:
    if found is None:
        return "-"
    return f"{found.mean:,.0f}" if metric.startswith("tokens") else f"{found.mean:.3f}"


def _ranged(found: Estimate | None) -> str:
    return "-" if found is None else f"{found.mean:.3f} [{found.low:.2f}, {found.high:.2f}]"


def _changed(found: Estimate | None, whole: Estimate | None, metric: str) -> str:
    if found is None or whole is None:
        return "-"
    change = found.mean - whole.mean
    return f"{change:+,.0f}" if metric.startswith("tokens") else f"{change:+.3f}"
