"""``memos fit``: fits the weights of the ranking on dialogues; for those who work on the ranking."""

import json
from pathlib import Path
from typing import Annotated

import typer

from memos_core.cli.options import NOTHING_FOUND, Options
from memos_core.cli.screen import console, print_json, table
from memos_core.errors import InvalidInput, MissingExtra
from memos_core.evaluation import fitting
from memos_core.infrastructure.registry import default_embedder
from memos_core.operation.recall.ranking import fitted

DialoguesOption = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Dialogues with questions.  [dim]those that are shipped[/dim]"),
]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the weights as JSON.")]
FoldsOption = Annotated[bool, typer.Option("--folds/--no-folds", help="Also leave out one dialogue after the other.")]
CheckOption = Annotated[bool, typer.Option("--check", help="Exit with 1 unless the weights are those in use.")]


def fit(
    options: Options,
    data: DialoguesOption = None,
    out: OutOption = None,
    folds: FoldsOption = True,
    check: CheckOption = False,
) -> None:
    """Fit the weights of the ranking on dialogues, and show the recall on each when it is left out."""
    embedder = default_embedder() if options.embedder else None
    if options.embedder and embedder is None:
        raise MissingExtra.named("embeddings", "the default embedder (--no-embedder fits the weights by words only)")
    if out and not options.embedder:
        raise InvalidInput("--out needs an embedder: the weights with vectors would be missing")
    found = fitting.fitted_on(fitting.load_dialogues(data or fitting.DIALOGUES), embedder, folds=folds)
    if out:
        out.write_text(f"{json.dumps(found.weights, indent=1)}\n", encoding="utf-8")
    if options.json:
        print_json(found.weights)
    else:
        _show(found)
    if check and any(fitted()[given] != weights for given, weights in found.weights.items()):
        raise typer.Exit(NOTHING_FOUND)


def _show(found: fitting.Fit) -> None:
    out = console()
    for given, by_kind in found.weights.items():
        shown = table(given, *by_kind, right=tuple(by_kind))
        for name in dict.fromkeys(name for weights in by_kind.values() for name in weights):
            shown.add_row(name, *(f"{weights[name]:.2f}" if name in weights else "-" for weights in by_kind.values()))
        shown.add_section()
        shown.add_row("questions", *(str(found.questions[of]) for of in by_kind))
        out.print(shown)
        if folds := found.folds[given]:
            _show_folds(given, folds)


def _show_folds(given: str, folds: fitting.Folds) -> None:
    columns = ("questions", "fitted", "prior")
    shown = table(f"left out, R@{fitting.DEPTH}, {given}", *columns, right=columns)
    for fold in folds:
        shown.add_row(fold.dialogue, str(fold.questions), f"{fold.fitted:.3f}", f"{fold.prior:.3f}")
    shown.add_section()
    shown.add_row("all", str(sum(fold.questions for fold in folds)), *map("{:.3f}".format, fitting.overall(folds)))
    console().print(shown)
