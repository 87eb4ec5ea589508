"""Pictures of a summary. Needs the ``bench`` extra."""

import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from memos_core.errors import MissingExtra
from memos_core.evaluation.benchmarks import Benchmark
from memos_core.evaluation.report import label
from memos_core.evaluation.summary import WITHOUT, Summary
from memos_core.evaluation.systems import OURS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

OUR_COLOUR = "#2a7f62"
OTHERS = ("#8d99ae", "#d08c60", "#5b7aa9", "#b5838d", "#6d6875", "#a3b18a")
DPI = 130
_SHOWN = {
    "recall": "share of the evidence in the context",
    "answer": "share of the answer's distinctive words in the context",
}
"""What a benchmark may have drawn."""


def check_readiness() -> None:
    """Say before the work begins what pictures will need.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    if find_spec("matplotlib") is None:
        raise MissingExtra.named("bench", "matplotlib, which draws the plots,")


def draw(benchmark: Benchmark, summary: Summary, out: Path) -> list[Path]:
    """Draw what is found against context tokens, and the systems by category; returns the files.

    Raises:
        MissingExtra: matplotlib is not installed.
    """
    check_readiness()
    out.mkdir(parents=True, exist_ok=True)
    return [
        save(_curves(benchmark, summary), out / f"{benchmark.name}-tokens.png"),
        save(_bars(benchmark, summary), out / f"{benchmark.name}-categories.png"),
    ]


def canvas(width: float, height: float) -> "tuple[Figure, Axes]":
    """An empty figure in the house style, inches."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    made = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(made)
    axes = made.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return made, axes


def _colours(summary: Summary) -> dict[str, str]:
    names = [name for name in summary.systems if not name.startswith(WITHOUT)]
    others = iter(OTHERS)
    return {name: OUR_COLOUR if name == OURS else next(others, OTHERS[0]) for name in names}


def _curves(benchmark: Benchmark, summary: Summary) -> "Figure":
    figure, axes = canvas(7, 4.2)
    for name, colour in _colours(summary).items():
        overall = summary.systems[name].overall
        budgets = [budget for budget in benchmark.budgets if f"{benchmark.drawn}_within_{budget}" in overall]
        points = [overall[f"{benchmark.drawn}_within_{budget}"] for budget in budgets]
        tokens = [overall[f"tokens_within_{budget}"].mean for budget in budgets]
        axes.fill_between(
            tokens, [p.low for p in points], [p.high for p in points], color=colour, alpha=0.15, linewidth=0
        )
        width = 2.6 if name == OURS else 1.4
        axes.plot(tokens, [p.mean for p in points], "o-", color=colour, linewidth=width, markersize=4, label=name)
    axes.set_xscale("log")
    axes.set_xticks(benchmark.budgets, [f"{budget:,}" for budget in benchmark.budgets])
    axes.minorticks_off()
    axes.set_ylim(0, 1.02)
    axes.grid(axis="y", alpha=0.25)
    axes.set_xlabel("context tokens")
    axes.set_ylabel(_SHOWN[benchmark.drawn])
    axes.set_title(f"{summary.title}: {summary.questions:,} questions", fontsize=11, loc="left")
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return figure


def _bars(benchmark: Benchmark, summary: Summary) -> "Figure":
    metric = benchmark.compared[-1]
    colours = _colours(summary)
    categories = [
        name for name in summary.counts if any(metric in summary.systems[s].categories[name] for s in colours)
    ]
    figure, axes = canvas(max(7, 1.05 * len(categories)), 4.2)
    width = 0.8 / len(colours)
    for place, (name, colour) in enumerate(colours.items()):
        found = [summary.systems[name].categories[category].get(metric) for category in categories]
        means = [one.mean if one else 0.0 for one in found]
        reach = [[max(0.0, one.mean - one.low) if one else 0.0 for one in found],
                 [max(0.0, one.high - one.mean) if one else 0.0 for one in found]]  # fmt: skip
        at = [number + (place + 0.5) * width - 0.4 for number in range(len(categories))]
        axes.bar(at, means, width * 0.92, color=colour, label=name)
        axes.errorbar(at, means, yerr=reach, fmt="none", ecolor="#333333", elinewidth=0.8, capsize=1.5)
    names = ["\n".join([*re.split("[_-]", category), f"n = {summary.counts[category]}"]) for category in categories]
    axes.set_xticks(range(len(categories)), names, fontsize=7 if len(categories) > 6 else 8)
    axes.set_ylim(0, 1.05)
    axes.set_ylabel(_described(metric))
    axes.set_title(f"{summary.title} by category, 95 % intervals", fontsize=11, loc="left")
    axes.legend(frameon=False, fontsize=8, ncols=len(colours), loc="upper center", bbox_to_anchor=(0.5, -0.2))
    return figure


def _described(metric: str) -> str:
    """A metric as an axis names it."""
    kind, _, budget = metric.partition("_within_")
    if kind == "recall" and budget:
        return f"share of the evidence within {int(budget):,} tokens"
    return label(metric)


def save(drawn: "Figure", file: Path) -> Path:
    """Write a figure as PNG; returns the file."""
    drawn.savefig(file, dpi=DPI, metadata={"Software": None})
    return file
