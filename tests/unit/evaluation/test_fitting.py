import json

import pytest
from typer.testing import CliRunner

from memos_core.cli.app import app
from memos_core.domain.turn import Turn
from memos_core.errors import InvalidInput
from memos_core.evaluation import fitting
from memos_core.evaluation.dialogue import Conversation, Question, gathered
from memos_core.infrastructure.registry import default_embedder
from memos_core.operation.recall.ranking import ADVICE, ASKER, BY_WORDS, PEOPLE, WITH_VECTORS, fitted
from memos_core.testing.fakes import HashEmbedder


def a_conversation(name: str, role: str, questions: tuple[Question, ...]) -> Conversation:
    said = ("I keep bees behind the mill.", "How many hives?", "Four hives, and I never open them in winter.", "Wise.")
    turns = tuple(
        Turn(
            text=text,
            speaker="" if role else ("Ada", "Ben")[i % 2],
            role=("user", "assistant")[i % 2] if role else "",
            session="day",
            source=f"m{i}",
        )
        for i, text in enumerate(said)
    )
    return Conversation(name=name, turns=turns, questions=questions)


FRIENDS = a_conversation("friends", "", (Question(text="How many hives does Ada keep?", evidence=("m2",)),))
CHAT = a_conversation(
    "chat",
    "user",
    (
        Question(text="How many hives do I keep?", evidence=("m2",)),
        Question(text="When should I open the hives?", evidence=("m2",)),
        Question(text="What is my dog called?"),
    ),
)


def test_every_question_with_evidence_is_asked_alone_and_among_all():
    asked = fitting.examples([FRIENDS, CHAT, gathered([CHAT], "other")], None)
    assert [(one.dialogue, one.alone, one.kind) for one in asked] == [
        ("friends", True, PEOPLE),
        ("chat", True, ASKER),
        ("chat", True, ADVICE),
        ("other", True, ASKER),
        ("other", True, ADVICE),
        ("chat", False, ASKER),
        ("chat", False, ADVICE),
        ("other", False, ASKER),
        ("other", False, ADVICE),
    ]
    assert all("dense" not in one.features and (one.evidence == 0).sum() == 1 for one in asked)


def test_a_fit_is_the_same_every_time_and_does_not_need_an_embedder():
    first, again = (fitting.fitted_on([FRIENDS, CHAT], None, folds=False) for _ in range(2))
    assert first == again
    assert first.weights.keys() == {BY_WORDS}
    assert first.questions == {PEOPLE: 1, ASKER: 1, ADVICE: 1}
    with_vectors = fitting.fitted_on([FRIENDS, CHAT], HashEmbedder(), folds=False)
    assert with_vectors.weights.keys() == {WITH_VECTORS, BY_WORDS}
    assert with_vectors.weights[BY_WORDS] == first.weights[BY_WORDS]


def test_weights_of_text_add_up_and_signs_hold():
    for by_kind in fitting.fitted_on([FRIENDS, CHAT], HashEmbedder(), folds=False).weights.values():
        for weights in by_kind.values():
            text = sum(weights.get(name, 0) for name in (*fitting.MEANING, *fitting.WORDS))
            assert text == pytest.approx(fitting.TEXT_TOTAL, abs=4 * fitting.STEP)
            assert all((weight < 0) == (name in fitting.AGAINST) for name, weight in weights.items())


def test_a_dialogue_is_left_out_of_what_it_is_tested_with():
    twice = [FRIENDS, CHAT, gathered([CHAT], "again"), gathered([FRIENDS], "others")]
    found = fitting.fitted_on(twice, None)
    assert [(fold.dialogue, fold.questions) for fold in found.folds[BY_WORDS]] == [
        ("friends", 1),
        ("chat", 2),
        ("again", 2),
        ("others", 1),
    ]
    assert fitting.overall(found.folds[BY_WORDS]) == (1.0, 1.0)


def test_a_kind_of_question_that_nobody_asks_is_refused():
    with pytest.raises(InvalidInput, match="advice"):
        fitting.fitted_on([FRIENDS, a_conversation("chat", "user", CHAT.questions[:1])], None, folds=False)


def test_conversations_gathered_into_one_keep_their_turns_apart():
    one = gathered([FRIENDS, CHAT], "both")
    assert len({turn.source for turn in one.turns}) == 8
    assert {turn.session for turn in one.turns} == {"friends/day", "chat/day"}
    assert one.questions[1].evidence == ("chat/m2",)


def test_the_command_shows_the_weights_and_the_folds(tmp_path):
    for name in ("assistant_bakery", "assistant_thesis", "friends_bakery", "friends_letters"):
        (tmp_path / f"{name}.json").write_bytes((fitting.DIALOGUES / f"{name}.json").read_bytes())
    called = ["--no-embedder", "fit", "--data", str(tmp_path)]
    shown = CliRunner().invoke(app, called).output
    assert "assistant_thesis" in shown
    assert "standing" in shown
    value = json.loads(CliRunner().invoke(app, [*called, "--no-folds", "--json"]).output)
    assert value[BY_WORDS][PEOPLE]["subject"] > 0
    assert CliRunner().invoke(app, [*called, "--no-folds", "--check"]).exit_code == 1
    assert CliRunner().invoke(app, [*called, "--out", str(tmp_path / "w.json")]).exit_code == 2


def test_a_folder_without_dialogues_is_refused(tmp_path):
    with pytest.raises(InvalidInput, match="found none"):
        fitting.load_dialogues(tmp_path)


@pytest.mark.timeout(180)
def test_the_shipped_weights_are_those_that_the_shipped_dialogues_give():
    found = fitting.fitted_on(fitting.load_dialogues(), default_embedder(), folds=False)
    assert found.weights.keys() == fitted().keys()
    for given, by_kind in found.weights.items():
        for of, weights in by_kind.items():
            shipped = fitted()[given][of]
            # Another processor may round a weight the other way.
            for name in weights.keys() | shipped.keys():
                assert abs(weights.get(name, 0) - shipped.get(name, 0)) <= 1.1 * fitting.STEP, (given, of, name)
