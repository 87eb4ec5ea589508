"""How ``memos bench`` looks: bars while it runs, a table that grows by conversation, tables at the end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.progress import Progress, TaskID
from rich.table import Table
from rich.text import Text

from memos_core.cli.screen import GAP, GOOD, QUIET, progress, table
from memos_core.evaluation import report
from memos_core.evaluation.bench import TUNED, Measured, Settings, Step
from memos_core.evaluation.benchmarks import Benchmark
from memos_core.evaluation.summary import Summary, summarise
from memos_core.evaluation.systems import OURS

WIDE = 130
"""Columns of a screen that shows every table."""


class Board:
    """What the user sees of a run."""

    def __init__(self, out: Console, benchmark: Benchmark, settings: Settings, *, quiet: bool) -> None:
        """Show on ``out``; ``quiet`` shows nothing at all."""
        self._out = out
        self._benchmark = benchmark
        self._settings = settings
        self._quiet = quiet
        self._bars: Progress = progress(out, quiet=quiet)
        self._all = self._now = TaskID(0)
        self._live = Live(console=out, transient=True, auto_refresh=False)

    @contextmanager
    def watching(self, conversations: int) -> Iterator[None]:
        """Keep the screen up to date; it is empty again afterwards."""
        if self._quiet or not self._out.is_terminal:
            yield
            return
        self._all = self._bars.add_task(self._benchmark.title, total=conversations)
        self._now = self._bars.add_task("", total=None)
        self._live.update(self._bars)
        with self._live:
            yield

    def step(self, step: Step) -> None:
        """Show how far a conversation is."""
        if self._live.is_started:
            self._bars.update(
                self._now, description=f"{step.conversation}: {step.what}", completed=step.done, total=step.total
            )
            self._live.refresh()

    def done(self, measured: Sequence[Measured]) -> None:
        """Show what is known after the conversations so far."""
        if self._live.is_started:
            self._bars.update(self._all, completed=len(measured))
            first = report.tables(self._benchmark, summarise(self._benchmark, measured, self._settings))[0]
            self._live.update(Group(_drawn(first, self._out.width), Text(), self._bars), refresh=True)

    def show(self, summary: Summary, files: Sequence[Path]) -> None:
        """Show the report and where it lies."""
        for fact in report.headline(summary):
            self._out.print(Text(fact, style=QUIET), soft_wrap=True)
        for one in report.tables(self._benchmark, summary):
            if not one.wide or self._out.width >= WIDE:
                self._out.print(Padding(_drawn(one, self._out.width), (1, 0, 0, 0)))
        self._out.print()
        for file in files:
            self._out.print(Text("✓ ", style=GOOD).append(str(file), style="default"), soft_wrap=True)


def _drawn(made: report.Table, width: int) -> Table:
    """As many columns as ``width`` holds; the page has all of them."""
    count = _fitting(made, width)
    title = made.title if count == len(made.columns) else f"{made.title} (the report has more columns)"
    drawn = table(*made.columns[:count], title=title, right=made.columns[1:])
    for column in drawn.columns:
        if column.header in (OURS, TUNED):
            column.style = "bold"
    for row in made.rows:
        drawn.add_row(*row[:count], style="bold" if row[0] == "overall" else "")
    return drawn


def _fitting(made: report.Table, width: int) -> int:
    """How many columns, from the left, have room."""
    room = width
    for count, cells in enumerate(zip(made.columns, *made.rows, strict=True)):
        room -= max(map(len, cells)) + GAP
        if room < 0:
            return max(count, 1)
    return len(made.columns)
