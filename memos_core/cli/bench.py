"""``memos bench``: published benchmarks over data that the user has, with baselines in the same run."""

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from memos_core.cli.bench_screen import Board
from memos_core.cli.measuring import register
from memos_core.cli.options import Options, command, pairs
from memos_core.cli.screen import console, print_json
from memos_core.errors import InvalidInput, MissingExtra
from memos_core.evaluation import plots, report
from memos_core.evaluation.answering import Exam
from memos_core.evaluation.bench import Measured, Settings, run
from memos_core.evaluation.benchmarks import BENCHMARKS, Benchmark
from memos_core.evaluation.chat import EndpointChat
from memos_core.evaluation.dialogue import Conversation, gathered
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
CountOption = Annotated[
    int | None, typer.Option("--conversations", min=1, metavar="N", help="Only the first N conversations.")
]
AblateOption = Annotated[bool, typer.Option("--ablate", help="Also measure recall without each feature and stage.")]
WeightOption = Annotated[
    list[str] | None, typer.Option("--weight", metavar="NAME=VALUE", help="Measure other weights beside the default.")
]
TogetherOption = Annotated[
    bool, typer.Option("--together", help="One memory holds all conversations; else each has one of its own.")
]
FreshOption = Annotated[bool, typer.Option("--fresh", help="Measure anew what was measured before.")]
PlotsOption = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw PNG pictures (extra: bench).")]

_ANSWERS = "Answers by a language model"
UrlOption = Annotated[
    str,
    typer.Option("--base-url", metavar="URL", help="An OpenAI-compatible endpoint.", rich_help_panel=_ANSWERS),
]
ModelOption = Annotated[str, typer.Option("--model", metavar="NAME", help="Answers.", rich_help_panel=_ANSWERS)]
JudgeOption = Annotated[
    str,
    typer.Option("--judge-model", metavar="NAME", help="Judges.  [dim]--model[/dim]", rich_help_panel=_ANSWERS),
]
KeyOption = Annotated[
    str,
    typer.Option("--api-key", metavar="KEY", envvar="MEMOS_API_KEY", help="The key.", rich_help_panel=_ANSWERS),
]
RunsOption = Annotated[
    int, typer.Option("--runs", min=1, metavar="N", help="Answer everything N times.", rich_help_panel=_ANSWERS)
]
QuestionsOption = Annotated[
    int,
    typer.Option("--questions", min=0, metavar="N", help="N per conversation; 0 for all.", rich_help_panel=_ANSWERS),
]
BudgetOption = Annotated[
    int,
    typer.Option("--answer-budget", min=1, metavar="N", help="Tokens of the context.", rich_help_panel=_ANSWERS),
]


def _measure(
    options: Options,
    benchmark: Benchmark,
    data: Path,
    count: int | None,
    together: bool,
    out: Path,
    settings: Settings,
    pictures: bool,
) -> None:
    chosen = benchmark.load(data)[:count]
    if together:
        chosen = [gathered(chosen, f"{benchmark.name} together")]
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
        raise MissingExtra.named("embeddings", "the default embedder (--no-embedder measures without one)")
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


def _exam(base_url: str, model: str, judge: str, key: str, runs: int, questions: int, budget: int) -> Exam | None:
    if not base_url and not model:
        return None
    if not base_url or not model:
        raise InvalidInput("answers need both --base-url and --model")
    answering = EndpointChat(base_url, model, api_key=key)
    judging = EndpointChat(base_url, judge or model, api_key=key)
    return Exam(answers=answering, judges=judging, runs=runs, questions=questions, budget=budget)


def _register(benchmark: Benchmark) -> None:
    def measure(
        options: Options,
        data: DataOption,
        out: OutOption = DEFAULT_OUT,
        kept: KeptOption = None,
        conversations: CountOption = None,
        together: TogetherOption = False,
        ablate: AblateOption = False,
        weight: WeightOption = None,
        fresh: FreshOption = False,
        pictures: PlotsOption = True,
        base_url: UrlOption = "",
        model: ModelOption = "",
        judge_model: JudgeOption = "",
        api_key: KeyOption = "",
        runs: RunsOption = 1,
        questions: QuestionsOption = 0,
        answer_budget: BudgetOption = 2000,
    ) -> None:
        exam = _exam(base_url, model, judge_model, api_key, runs, questions, answer_budget)
        if pictures:
            plots.check_readiness()
        settings = Settings(
            kept=kept or out / "kept",
            embedder=_embedder(options),
            weights=weights_of(weight or ()),
            ablate=ablate,
            exam=exam,
            fresh=fresh,
        )
        _measure(options, benchmark, data, conversations, together, out, settings, pictures)

    measure.__doc__ = f"Measure recall on {benchmark.title}. {benchmark.about}"
    command(app, benchmark.name)(measure)


for _one in BENCHMARKS.values():
    _register(_one)
register(app)
