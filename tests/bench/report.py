"""Tells the outcome: on the terminal, as JSON, as Markdown in a page."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import rich.box
from rich.console import Console
from rich.table import Table as RichTable

from tests.bench.results import Line, Table

BEGIN, END = "<!-- bench:begin -->", "<!-- bench:end -->"
MARKS = {True: "met", False: "missed", None: ""}
COLUMNS = ("#", "measured", "result", "rounds", "target", "", "figures")


def lines_of(outcome: Sequence[Line | Table]) -> list[Line]:
    return [part for part in outcome if isinstance(part, Line)]


def tables_of(outcome: Sequence[Line | Table]) -> list[Table]:
    return [part for part in outcome if isinstance(part, Table)]


def cells(line: Line) -> list[str]:
    """One line as the columns ``COLUMNS``."""
    spread = "" if line.low is None or line.high is None else f"{_number(line, line.low)} to {_number(line, line.high)}"
    value = "not measured" if line.value is None else _number(line, line.value)
    return [str(line.row), line.what, value, spread, str(line.target or ""), MARKS[line.met], line.detail]


def _number(line: Line, value: float) -> str:
    if line.unit:
        return f"{value:.3g}{line.unit}"
    return f"{value:g}" if value == int(value) else f"{value:.3f}"


def show(outcome: Sequence[Line | Table]) -> None:
    """Print everything."""
    console = Console()
    table = RichTable(*COLUMNS, box=rich.box.SIMPLE_HEAD, title="Benchmarks")
    for line in lines_of(outcome):
        style = {True: "green", False: "red", None: None}[line.met]
        table.add_row(*cells(line), style=style)
    console.print(table)
    for part in tables_of(outcome):
        extra = RichTable(*part.columns, box=rich.box.SIMPLE_HEAD, title=part.title)
        for row in part.rows:
            extra.add_row(*row)
        console.print(extra)


def write_json(outcome: Sequence[Line | Table], about: dict[str, str], file: Path) -> None:
    """Everything as one object: ``about``, ``lines``, ``tables``."""
    lines = [asdict(line) | {"met": line.met} for line in lines_of(outcome)]
    content = {"about": about, "lines": lines, "tables": [asdict(table) for table in tables_of(outcome)]}
    file.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def markdown(outcome: Sequence[Line | Table], about: dict[str, str]) -> str:
    """The tables of a page."""
    parts = [
        "; ".join(f"{name}: {value}" for name, value in about.items()) + ".",
        _markdown_table(COLUMNS, [cells(line) for line in lines_of(outcome)]),
    ]
    for table in tables_of(outcome):
        parts += [f"**{table.title}**", _markdown_table(table.columns, table.rows)]
    return "\n\n".join(parts)


def _markdown_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = [columns, ["---"] * len(columns)]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in [*head, *rows])


def write_page(text: str, page: Path) -> None:
    """Replace what stands between the markers of ``page``.

    Raises:
        ValueError: the page does not have both markers.
    """
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} must hold {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
