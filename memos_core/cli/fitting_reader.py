"""``memos fit-reader``: fits what reads sentences by their words; for those who work on the extraction."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memos_core.cli.options import Options
from memos_core.cli.screen import console, print_json, table

if TYPE_CHECKING:
    from memos_core.evaluation.fitting_reader import Score

SentencesArgument = Annotated[Path, typer.Argument(metavar="DIR", help="Marked sentences, a file for each author.")]
OutOption = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="Write the models into this folder.")]
FoldsOption = Annotated[bool, typer.Option("--folds/--no-folds", help="Leave authors out and find what they marked.")]


def fit_reader(
    options: Options, sentences: SentencesArgument, out: OutOption = None, folds: FoldsOption = True
) -> None:
    """Fit the likelihood of foresight and the tagger of values on marked sentences."""
    from memos_core.evaluation import fitting_reader  # loads every rule table
    from memos_core.evaluation.sentences import load_sentences

    told = load_sentences(sentences)
    if out:
        for name in fitting_reader.fit_all(told, out):
            console().print(f"{out / name}: {(out / name).stat().st_size / 1000:.0f} kB")
    if not folds:
        return
    kinds, values = fitting_reader.clauses_left_out(told), fitting_reader.values_left_out(told)
    if options.json:
        print_json(
            {
                "clauses": {kind: _figures(score) for kind, (score, _) in kinds.items()},
                "clauses by rules": {kind: _figures(score) for kind, (_, score) in kinds.items()},
                "values": {slot: _figures(score) for slot, (score, _) in values.items()},
                "values by rules": {slot: _figures(score) for slot, (_, score) in values.items()},
            }
        )
        return
    for title, scores in (("clauses", kinds), ("values", values)):
        columns = ("marked", "precision", "recall", "rules' precision", "rules' recall")
        shown = table(f"{title} of authors left out", *columns, right=columns)
        for name, (score, rules) in scores.items():
            shown.add_row(name, *_row(score), *_row(rules)[1:])
        console().print(shown)


def _figures(score: "Score") -> dict[str, float]:
    return {"marked": score.wanted, "precision": score.precision, "recall": score.recall}


def _row(score: "Score") -> tuple[str, str, str]:
    return f"{score.wanted:,}", f"{score.precision:.2f}", f"{score.recall:.2f}"
