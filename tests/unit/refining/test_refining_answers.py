import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from memos_core.domain.engram import MemScene
from memos_core.domain.query import Verdict
from memos_core.domain.usage import ModelBudget
from memos_core.operation.refining import answers, scene
from memos_core.operation.refining.asking import Asker, Outcome
from tests.unit.refining.chat_server import Scripted
from tests.unit.refining.test_refining_asking import Shelves
from tests.unit.refining.test_refining_cell import CELL

NOW = datetime(2024, 6, 1, tzinfo=UTC)
LINES = ("[3 May 2024] Mara: I moved to Leeds.", "[6 May 2024] Mara: Ana is a nurse.")
QUESTION = "Where does Mara live?"


def asker(*script: str) -> Asker:
    books = Shelves()
    return Asker(Scripted(*script), lambda work: work(books), budget=ModelBudget())  # type: ignore[arg-type]


# ── verdicts ────────────────────────────────────────────────────────────────────────────────────


def judged(**fields: Any) -> str:
    return json.dumps(
        {"sufficient": True, "quotes": [{"line": "l1", "text": "moved to Leeds"}], "missing": []} | fields
    )


def test_a_verdict_quotes_what_it_rests_on() -> None:
    asked = answers.verdict(asker(judged(confidence=0.9)), QUESTION, LINES, NOW)
    assert asked.value == Verdict(sufficient=True, confidence=0.9)


@pytest.mark.parametrize(
    "quotes",
    [[], [{"line": "l2", "text": "moved to Leeds"}], [{"line": "l9", "text": "x"}], [{"line": "l1", "text": " "}]],
)
def test_enough_without_a_quote_is_not_believed(quotes: Any) -> None:
    asked = answers.verdict(asker(*[judged(quotes=quotes)] * 2), QUESTION, LINES, NOW)
    assert (asked.value, asked.outcome) == (None, Outcome.REFUSED)


def test_not_enough_says_what_is_missing_and_nothing_invented() -> None:
    reply = judged(sufficient=False, quotes=[], missing=["the street", "whether Bob lives there"], confidence=0.2)
    asked = answers.verdict(asker(reply, reply), QUESTION, LINES, NOW)
    assert asked.value == Verdict(sufficient=False, missing=("the street",), confidence=0.2, abstain=True)
    assert "Bob" in asked.notes[0]


def test_part_of_an_answer_is_no_reason_to_abstain() -> None:
    asked = answers.verdict(asker(judged(sufficient=False, missing=["the street"])), QUESTION, LINES, NOW)
    assert asked.value is not None and not asked.value.abstain


def test_it_is_told_when_it_is_asked_and_what_is_shown() -> None:
    model = Scripted(judged())
    books = Shelves()
    answers.verdict(Asker(model, lambda work: work(books), budget=ModelBudget()), QUESTION, LINES, NOW)  # type: ignore[arg-type]
    assert "l2: [6 May 2024] Mara: Ana is a nurse." in model.prompts()[0]
    assert "Saturday, 1 June 2024" in model.prompts()[0]


# ── rewriting ───────────────────────────────────────────────────────────────────────────────────


def rewritten(*queries: str) -> tuple[str, ...] | None:
    reply = json.dumps({"queries": list(queries)})
    return answers.rewritten(asker(reply, reply), QUESTION, LINES, ["the street"]).value


def test_a_question_is_asked_otherwise() -> None:
    assert rewritten("I moved to Leeds", " where  did Mara move in May 2024 ") == (
        "I moved to Leeds",
        "where did Mara move in May 2024",
    )


@pytest.mark.parametrize("query", ["Did Mara move to York?", "Mara's flat in 2019", "where does mara live"])
def test_guesses_and_the_question_itself_are_no_other_question(query: str) -> None:
    assert rewritten(query) is None


def test_only_so_many_queries_are_taken() -> None:
    assert rewritten("a street", "a house", "a flat") == ("a street", "a house")


# ── scenes ──────────────────────────────────────────────────────────────────────────────────────

CELLS = (
    CELL,
    replace(CELL, id="cell_2", episode="Ana visited Leeds.", facts=(), start=NOW, end=NOW + timedelta(hours=1)),
)
SCENE = MemScene(
    id="scene_1", label="leeds", summary="Mara lives in Leeds. [cell_1]", cells=("cell_1", "cell_2"), start=NOW, end=NOW
)


def told(*lines: tuple[str, list[str]], label: str = "Moving to Leeds") -> str:
    return json.dumps({"label": label, "lines": [{"text": text, "from": cited} for text, cited in lines]})


def test_lines_cite_the_cells_that_they_rest_on() -> None:
    reply = told(("Mara lives in Leeds.", ["c1"]), ("Ana visited her in Leeds.", ["c2", "c1", "c2"]))
    made = scene.refined(asker(reply), SCENE, CELLS).value
    assert made is not None
    assert made.summary == "Mara lives in Leeds. [cell_1]\nAna visited her in Leeds. [cell_2] [cell_1]"
    assert replace(made, summary=SCENE.summary, label="leeds") == SCENE and made.label == "Moving to Leeds"


def test_a_line_that_cites_the_wrong_cell_is_refused() -> None:
    good = ("Ana visited Leeds.", ["c2"])
    for bad in (("Mara lives there.", ["c9"]), ("Ana visited York.", ["c2"]), ("Ana came in 1999.", ["c2"])):
        asked = scene.refined(asker(told(bad, good), "no"), SCENE, CELLS)
        assert asked.value is not None and asked.value.summary == "Ana visited Leeds. [cell_2]"
        assert asked.notes
    asked = scene.refined(asker(told(bad), told(bad)), SCENE, CELLS)
    assert (asked.value, asked.outcome) == (None, Outcome.REFUSED)


def test_a_label_that_names_somebody_else_is_refused() -> None:
    reply = told(("Ana visited Leeds.", ["c2"]), label="Trip with Bob")
    made = scene.refined(asker(reply, reply), SCENE, CELLS).value
    assert made is not None and made.label == "leeds"
