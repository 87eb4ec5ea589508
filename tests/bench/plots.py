"""Pictures of the outcome."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib import pyplot as plt

from tests.bench.locomo import DEPTHS
from tests.bench.report import lines_of, tables_of
from tests.bench.results import Line, Table

mpl.use("Agg")

GOOD, BAD, PLAIN, OURS = "#2a7f62", "#c0392b", "#8d99ae", "#2a7f62"
OUR_NAMES = {"hybrid search": "memos: hybrid search", "recall": "memos: Vault.recall"}


def draw(outcome: Sequence[Line | Table], out: Path) -> list[Path]:
    """Draw what was measured; returns the files."""
    drawn = [
        _targets([line for line in lines_of(outcome) if line.met is not None], out / "targets.png"),
        _search(lines_of(outcome), out / "search.png"),
        _locomo(tables_of(outcome), out / "locomo.png"),
    ]
    return [file for file in drawn if file is not None]


def _targets(lines: Sequence[Line], file: Path) -> Path | None:
    """Every target on one scale: how many times better than promised."""
    if not lines:
        return None
    figure, axes = plt.subplots(figsize=(10, 0.42 * len(lines) + 1.2), layout="constrained")
    for place, line in enumerate(lines):
        middle, *ends = (_kept(line, value) for value in (line.value, line.low, line.high))
        colour = GOOD if line.met else BAD
        axes.plot([min(ends), max(ends)], [place, place], color=colour, linewidth=4, alpha=0.35, solid_capstyle="round")
        axes.plot(middle, place, "o", color=colour)
        axes.annotate(f"{line.value:.3g}{line.unit}  ({line.target})", (max(*ends, middle), place),
                      xytext=(8, 0), textcoords="offset points", va="center", fontsize=8)  # fmt: skip
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xscale("log")
    axes.margins(x=0.25)
    axes.set_yticks(range(len(lines)), [line.what for line in lines], fontsize=8)
    axes.invert_yaxis()
    figure.supxlabel("times better than the target (1 = just met); median and range of the rounds", fontsize=9)
    return _saved(figure, file)


def _kept(line: Line, value: float | None) -> float:
    assert line.target is not None and value is not None
    return value / line.target.bound if line.target.sign == ">=" else line.target.bound / value


def _search(lines: Sequence[Line], file: Path) -> Path | None:
    """Search time of every store, median of the runs beside each peer."""
    times: dict[str, float] = {}
    for line in lines:
        if line.row in (4, 6) and line.p50_ms:
            for name, milliseconds in line.p50_ms.items():
                if name != "recall of 50":
                    times.setdefault(OUR_NAMES.get(name, name), milliseconds)
    if not times:
        return None
    names = sorted(times, key=times.__getitem__)
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(names) + 1), layout="constrained")
    colours = [OURS if name.startswith("memos") else PLAIN for name in names]
    bars = axes.barh(names, [times[name] for name in names], color=colours)
    axes.bar_label(
        bars,
        [f"{times[name]:.2g} ms" if times[name] < 100 else f"{times[name]:.0f} ms" for name in names],
        padding=4,
        fontsize=9,
    )
    axes.set_xscale("log")
    axes.margins(x=0.25)
    axes.invert_yaxis()
    figure.supxlabel("p50 of one search, CPU milliseconds; the other stores search vectors only", fontsize=9)
    return _saved(figure, file)


def _locomo(tables: Sequence[Table], file: Path) -> Path | None:
    table = next((table for table in tables if table.columns[:1] == ["system"]), None)
    if table is None:
        return None
    figure, axes = plt.subplots(figsize=(7, 4), layout="constrained")
    for name, *values in table.rows:
        ours = name.startswith("ours")
        recalls = [float(value) for value in values[: len(DEPTHS)]]
        axes.plot(DEPTHS, recalls, "o-", color=OURS if ours else None, linewidth=2.5 if ours else 1.2, label=name)
    axes.set_xticks(DEPTHS)
    axes.set_ylim(0, 1)
    axes.set_xlabel("first k turns")
    axes.set_ylabel("share of the evidence found")
    axes.set_title("LoCoMo, categories 1-4", fontsize=10)
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    return _saved(figure, file)


def _saved(figure: "mpl.figure.Figure", file: Path) -> Path:
    figure.savefig(file, dpi=130, metadata={"Software": None})
    plt.close(figure)
    return file
