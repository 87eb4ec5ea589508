"""Facts in other words by a model: what can be taught, and what is refused."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from memos_core import MemoryOS
from memos_core.domain.parametric import Association, Example
from memos_core.domain.usage import ModelBudget
from memos_core.operation.refining.asking import Asker
from memos_core.operation.refining.rewording import AT_ONCE, reworded
from tests.unit.refining.chat_server import Scripted

FACTS = (
    Association(subject="Mara", relation="place of residence", value="Leeds"),
    Association(subject="Mara", relation="number of plants", value="12"),
)


@pytest.fixture
def ask(tmp_path: Path) -> Any:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, worker=False) as memory:
        records = memory._runtime.records
        yield lambda model, budget=None: Asker(model, records.write, budget=budget or ModelBudget(), timeout_s=5)


def said(*sentences: str, id: str = "f1") -> str:
    return json.dumps({"facts": [{"id": id, "sentences": list(sentences)}]})


def accepted(ask: Callable[..., Asker], *sentences: str, id: str = "f1") -> list[str]:
    found, is_closing = reworded(ask(Scripted(otherwise=said(*sentences, id=id))), FACTS)
    assert not is_closing
    return [one.prompt + one.answer for one in found]


def test_what_says_the_same_is_taught(ask: Callable[..., Asker]) -> None:
    assert accepted(ask, "These days Mara lives in Leeds.", "The home of  Mara is in Leeds") == [
        "These days Mara lives in Leeds.",
        "The home of Mara is in Leeds.",
    ]
    (found, _) = reworded(ask(Scripted(otherwise=said("Mara lives in Leeds"))), FACTS)
    assert found == (Example(prompt="Mara lives in", answer=" Leeds."),)


@pytest.mark.parametrize(
    "sentence",
    [
        "Leeds is where Mara lives.",
        "She lives in Leeds.",
        "Mara does not live in Leeds.",
        "Mara no longer lives in Leeds.",
        "Mara used to live in Leeds.",
        "Mara and her husband Tom live in Leeds.",
        "Since 2019 Mara lives in Leeds.",
        "Mara lives in York, near Leeds.",
    ],
)
def test_what_invents_denies_or_loses_something_is_refused(ask: Callable[..., Asker], sentence: str) -> None:
    assert accepted(ask, sentence) == []


def test_a_model_is_told_what_was_wrong(ask: Callable[..., Asker]) -> None:
    model = Scripted(said("Mara and Tom live in Leeds."), said("Mara lives in Leeds."))
    found, _ = reworded(ask(model), FACTS)
    assert [one.prompt for one in found] == ["Mara lives in"]
    assert "invents Tom" in model.seen[1][-1]["content"]
    assert accepted(ask, "Mara lives in Leeds.", id="f9") == [], "of a fact that was not shown"


def test_a_model_that_fails_or_may_not_be_asked_is_done_without(ask: Callable[..., Asker]) -> None:
    many = FACTS * AT_ONCE
    failing = Scripted(otherwise=RuntimeError("down"))
    assert reworded(ask(failing), many) == ((), False)
    assert len(failing.seen) == 2, "not once for each dozen"
    assert reworded(ask(Scripted(otherwise="no idea")), FACTS) == ((), False)
    asked = Scripted(otherwise=said("Mara lives in Leeds."))
    assert reworded(ask(asked, ModelBudget(calls=0)), FACTS) == ((), False)
    assert asked.seen == []


def test_facts_are_shown_a_dozen_at_a_time(ask: Callable[..., Asker]) -> None:
    model = Scripted(otherwise=said("Mara lives in Leeds."))
    found, _ = reworded(ask(model), FACTS[:1] * (AT_ONCE + 1))
    assert len(model.seen) == 2 and len(found) == 2
    assert "f1: Mara | place of residence | Leeds" in model.seen[0][1]["content"]
