"""How things look: tables, progress, JSON, errors."""

import json
import sys
import textwrap
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

GOOD, BAD, QUIET, ACCENT, WARN = "green", "red", "bright_black", "cyan", "yellow"
GAP = 2
"""Blanks between the columns of a table."""
SHORT_ID = 7
"""Characters at the end of an id that tables show; commands accept them."""


CALM = Theme({"progress.download": QUIET, "progress.elapsed": QUIET})


def console() -> Console:
    """A console on the present standard output."""
    return Console(highlight=False, markup=False, emoji=False, theme=CALM)


def complain(error: BaseException) -> None:
    """Say on standard error what went wrong, in one line."""
    said = str(error)
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        said = f"{error.filename}: {error.strerror}"
    line = Text("memos: ", style=f"bold {BAD}").append(plain(one_line(said)), style="default not bold")
    Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True).print(line)


def plain(text: str) -> str:
    """Take control characters out, so that a memory cannot drive the reader's terminal."""
    return "".join(
        c if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f") else "\N{REPLACEMENT CHARACTER}" for c in text
    )


def one_line(text: str) -> str:
    """Fold all white space into single blanks."""
    return " ".join(text.split())


def excerpt(text: str, room: int, start: int = 0) -> str:
    """At most ``room`` characters of ``text`` from ``start`` on, on one line; ``…`` stands for what is left out."""
    lead = "…" if start else ""
    short = lead + one_line(plain(text[start:]))
    return short if len(short) <= room else short[: room - 1].rstrip() + "…"


def excerpt_lines(text: str, width: int, count: int, start: int = 0) -> str:
    """An excerpt broken into at most ``count`` lines of ``width`` characters."""
    width = max(width, 10)
    return textwrap.fill(excerpt(text, count * width + 1, start), width, max_lines=count, placeholder="…")


def short_id(identity: str) -> str:
    """The end of an id: enough to tell the ids of one vault apart."""
    return identity[-SHORT_ID:]


def day(when: datetime | None) -> str:
    """A date as tables show it."""
    return f"{when:%Y-%m-%d}" if when else ""


def minute(when: datetime) -> str:
    """A date and time as tables show them, UTC."""
    return f"{when:%Y-%m-%d %H:%M}"


def size(count: int) -> str:
    """Bytes in words: ``1.4 MB``."""
    amount = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    raise AssertionError


def table(*columns: str, title: str = "", right: Sequence[str] = (), wide: str = "") -> Table:
    """An empty table in the house style; ``right`` columns align right, the ``wide`` one takes the room left."""
    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        show_edge=False,
        collapse_padding=True,
        header_style=QUIET,
        border_style=QUIET,
        expand=bool(wide),
    )
    for name in columns:
        made.add_column(
            name,
            justify="right" if name in right else "left",
            ratio=1 if name == wide else None,
            no_wrap=name != wide,
            overflow="fold" if name == wide else "ellipsis",
        )
    return made


def progress(on: Console, *, quiet: bool = False) -> Progress:
    """Progress bars that vanish when done; silent where there is no terminal."""
    return Progress(
        TextColumn("{task.description}", style=QUIET),
        BarColumn(bar_width=32, complete_style=ACCENT, finished_style=ACCENT),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=on,
        transient=True,
        disable=quiet or not on.is_terminal,
    )


def print_json(value: Any) -> None:
    """Print a value as JSON, and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_as_json) + "\n")


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")
