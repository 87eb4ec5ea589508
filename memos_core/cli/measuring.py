"""``memos bench kv`` and other benchmarks that adapters bring along: figures, one after the other."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import chain
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from memos_core.cli.options import Options, command
from memos_core.cli.screen import BAD, GOOD, QUIET, console, print_json, table
from memos_core.domain.measurement import Measurement
from memos_core.evaluation import kv_figures, lora_figures, measurements
from memos_core.evaluation.plots import check_readiness
from memos_core.infrastructure.registry import benches, open_bench

SIMULATIONS = {"kv": kv_figures.measure, "lora": lora_figures.measure}
"""What the core adds to an adapter's benchmark: decisions of its own, replayed on made-up traces."""

OutOption = Annotated[Path, typer.Option(metavar="DIR", help="Where the report goes.")]
KeptOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Files, and models trained for the next run.  [dim]kept, in --out[/dim]"),
]
QuickOption = Annotated[bool, typer.Option("--quick", help="Small sizes, to see that everything works.")]
PlotsOption = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw PNG pictures (extra: bench).")]


def register(app: typer.Typer) -> None:
    """Add a command for each benchmark that is installed."""
    for name in benches():
        _register(app, name)


def _register(app: typer.Typer, name: str) -> None:
    def measure(
        options: Options,
        out: OutOption = Path(f"bench-{name}"),
        kept: KeptOption = None,
        quick: QuickOption = False,
        pictures: PlotsOption = True,
    ) -> None:
        if pictures:
            check_readiness()
        bench = open_bench(name)
        folder = kept or out / "kept"
        folder.mkdir(parents=True, exist_ok=True)
        screen = console()
        found: list[Measurement] = []
        if not options.json:
            screen.print(Text(bench.title, style="bold"), Text(bench.about, style=QUIET), sep="\n", end="\n\n")
        simulated = SIMULATIONS[name](quick=quick) if name in SIMULATIONS else ()
        for one in chain(bench.measure(folder, quick=quick), simulated):
            found.append(one)
            if not options.json:
                screen.print(_line(one))
        written = measurements.write(bench, name, found, out, pictures=pictures)
        if options.json:
            print_json([asdict(one) for one in found])
        else:
            _end(found, written)

    measure.__doc__ = f"Measure {name}, beside what it competes with, in one run."
    command(app, name)(measure)


def _line(one: Measurement) -> Text:
    mark, style = {True: ("✓", GOOD), False: ("✗", BAD), None: ("·", QUIET)}[one.met]
    line = Text.assemble((f"{mark} ", style), (one.name, "bold"), f": {one.measured}")
    if one.target:
        line.append(f"  (target {one.target})", style=QUIET)
    if one.note:
        line.append(f"\n  {one.note}", style=QUIET)
    return line


def _end(found: Sequence[Measurement], written: Sequence[Path]) -> None:
    screen = console()
    promised = [one for one in found if one.met is not None]
    screen.print(Text(f"\n{sum(bool(one.met) for one in promised)} of {len(promised)} targets met"))
    shown = table("written")
    for path in written:
        shown.add_row(str(path))
    screen.print(shown)
