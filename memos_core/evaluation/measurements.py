"""Figures of a benchmark as a page, as JSON and as pictures."""

import json
import os
import platform
import re
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from memos_core.domain.measurement import Measurement, Plot
from memos_core.evaluation.plots import OTHERS, OUR_COLOUR, canvas, save
from memos_core.ports import Bench

_MARKS = {True: "yes", False: "**no**", None: ""}


def write(bench: Bench, name: str, found: Sequence[Measurement], folder: Path, *, pictures: bool) -> list[Path]:
    """Write ``NAME.md``, ``NAME.json`` and the plots; return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    pngs = [drawn(one.plot, name, folder) for one in found if one.plot is not None] if pictures else []
    page, data = folder / f"{name}.md", folder / f"{name}.json"
    page.write_text(_page(bench, found, pngs), encoding="utf-8")
    told = {"title": bench.title, "machine": machine(), "rows": [asdict(one) for one in found]}
    data.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return [page, data, *pngs]


def machine() -> str:
    """What the figures were measured on."""
    return f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def _page(bench: Bench, found: Sequence[Measurement], drawn: Sequence[Path]) -> str:
    lines = [f"# {bench.title}", "", bench.about, f"Measured in one run on {machine()}.", ""]
    lines += ["| what | measured | target | met | |", "|---|---|---|---|---|"]
    for one in found:
        cells = (one.name, one.measured, one.target, _MARKS[one.met], one.note)
        lines.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    lines += ["", *(f"![{path.stem}]({path.name})" for path in drawn)]
    return "\n".join(lines).rstrip() + "\n"


_MANY = 1024
"""From here on powers of ten are easier to read than powers of two."""


def drawn(plot: Plot, name: str, folder: Path) -> Path:
    """Draw a plot as a PNG in a folder; return the file."""
    figure, axes = canvas(7, 4.2)
    colours = (OUR_COLOUR, *OTHERS)
    for (label, points), colour in zip(plot.curves.items(), colours * len(plot.curves), strict=False):
        across, up = zip(*points, strict=True)
        axes.plot(across, up, marker="o", markersize=4, color=colour, label=label)
    if plot.logarithmic:
        axes.set_xscale("log", base=2)
        highest = max(y for points in plot.curves.values() for _, y in points)
        axes.set_yscale("log", base=2 if highest < _MANY else 10)
        axes.xaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.set_major_formatter("{x:,g}" if highest < _MANY else "{x:,.0f}")
    axes.set_xlabel(plot.across)
    axes.set_ylabel(plot.up)
    axes.set_title(plot.title, loc="left", fontsize=11)
    if len(plot.curves) > 1:
        axes.legend(frameon=False, fontsize=8)
    stem = re.sub(r"\W+", "-", plot.title.casefold()).strip("-")[:48]
    return save(figure, folder / f"{name}-{stem}.png")
