"""``memos bench``: published benchmarks over data that the user has, with baselines in the same run."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from memos_core.cli.bench_screen import Board
from memos_core.cli.options import Options, command, pairs
from memos_core.cli.screen import console, print_json
from memos_core.errors import InvalidInput, MissingExtra
from memos_core.evaluation import plots, report
from memos_core.evaluation.bench import Measured, Settings, run
from memos_core.evaluation.benchmarks import BENCHMARKS, Benchmark
from memos_core.evaluation.dialogue import Conversation
from memos_core.evaluation.summary import summarise
from memos_core.infrastructure.registry import default_embedder
from memos_core.operation.recall.ranking import DEFAULT_WEIGHTS, Weights
from memos_core.ports import Embedder

DEFAULT_OUT = Path("bench-memory")

app = typer.Typer(
    help="Measure recall on published benchmarks, beside baselines on the same vectors.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

DataOption = Annotated[Path, typer.Option("--data", metavar="PATH", help="The data set, as published.")]
OutOption = Annotated[Path, typer.Option(metavar="DIR", help="Where the report goes.")]
KeptOption = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Stores, vectors and results for the next run.  [dim]kept, in --out[/dim]"),
]
AblateOption = Annotated[bool, typer.Option("--ablate", help="Also measure recall without each feature.")]
WeightOption = Annotated[
    list[str] | None, typer.Option("--weight", metavar="NAME=VALUE", help="Measure other weights beside the default.")
]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Measure anew what was measured before.")]
PlotsOption = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw PNG pictures (extra: bench).")]


def _measure(
    options: Options,
    benchmark: Benchmark,
    data: Path,
    out: Path,
    kept: Path | None,
    conversations: int | None,
    ablate: bool,
    weight: Sequence[str],
    fresh: bool,
    pictures: bool,
) -> None:
    if pictures:
        plots.check_readiness()
    settings = Settings(
        kept=kept or out / "kept",
        embedder=_embedder(options),
        weights=weights_of(weight),
        ablate=ablate,
        fresh=fresh,
    )
    chosen = benchmark.load(data)[:conversations]
    board = Board(console(), benchmark, settings, quiet=options.json)
    summary = summarise(benchmark, _run(board, benchmark, chosen, settings), settings)
    drawn = plots.draw(benchmark, summary, out) if pictures else []
    written = report.write(benchmark, summary, out, drawn)
    if options.json:
        print_json(summary.value())
    else:
        board.show(summary, [*written, *drawn])


def _run(
    board: Board, benchmark: Benchmark, conversations: Sequence[Conversation], settings: Settings
) -> list[Measured]:
    measured: list[Measured] = []
    with board.watching(len(conversations)):
        for one in run(benchmark, conversations, settings, board.step):
            measured.append(one)
            board.done(measured)
    if not measured:
        raise InvalidInput("the data holds no conversation")
    return measured


def _embedder(options: Options) -> Embedder | None:
    if not options.embedder:
        return None
    embedder = default_embedder()
    if embedder is None:
        raise MissingExtra.named("embeddings", "The default embedder; pass --no-embedder to measure without. It")
    return embedder


def weights_of(given: Sequence[str]) -> Weights:
    """The default weights with some of them replaced.

    Raises:
        InvalidInput: One of ``given`` is no ``NAME=VALUE``, names no weight or no number.
    """
    known = {field.name for field in fields(Weights)}
    changed: dict[str, float] = {}
    for name, value in pairs(list(given), "--weight").items():
        if name not in known:
            raise InvalidInput(f"--weight {name}: there is no such weight; there are {', '.join(sorted(known))}")
        try:
            changed[name] = float(value)
        except ValueError as error:
            raise InvalidInput(f"--weight {name}={value}: expected a number") from error
    return Weights(
        **{field.name: changed.get(field.name, getattr(DEFAULT_WEIGHTS, field.name)) for field in fields(Weights)}
    )


def _register(benchmark: Benchmark) -> None:
    def measure(
        options: Options,
        data: DataOption,
        out: OutOption = DEFAULT_OUT,
        kept: KeptOption = None,
        conversations: Annotated[
            int | None, typer.Option("--conversations", min=1, metavar="N", help="Only the first N conversations.")
        ] = None,
        ablate: AblateOption = False,
        weight: WeightOption = None,
        fresh: FreshOption = False,
        pictures: PlotsOption = True,
    ) -> None:
        _measure(options, benchmark, data, out, kept, conversations, ablate, weight or (), fresh, pictures)

    measure.__doc__ = f"Measure recall on {benchmark.title}. {benchmark.about}"
    command(app, benchmark.name)(measure)


for _one in BENCHMARKS.values():
    _register(_one)
