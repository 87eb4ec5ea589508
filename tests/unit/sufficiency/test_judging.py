import pytest

from memos_core.domain.turn import Turn
from memos_core.evaluation.dialogue import Conversation, Question
from memos_core.evaluation.judging import Case, fitted, of_others
from memos_core.operation.recall.sufficiency import SLOPES


def case(number: int, *, answerable: bool, cosine: float) -> Case:
    measures = dict.fromkeys(SLOPES, 0.0) | {"cosine": cosine}
    return Case(dialogue=str(number), kind="people", answerable=answerable, measures=measures)


def test_the_fit_finds_what_tells_answerable_questions_from_others():
    cases = [case(n, answerable=True, cosine=0.8 + n / 100) for n in range(10)]
    cases += [case(n, answerable=False, cosine=0.2 + n / 100) for n in range(10)]
    intercept, *slopes = fitted(cases)
    by_name = dict(zip(SLOPES, slopes, strict=True))
    assert by_name["cosine"] > 1
    assert all(slope == pytest.approx(0) for name, slope in by_name.items() if name != "cosine")
    assert intercept + by_name["cosine"] * 0.85 > 0 > intercept + by_name["cosine"] * 0.25


def test_questions_with_and_without_an_answer_count_alike():
    few = [case(0, answerable=True, cosine=0.6), case(1, answerable=False, cosine=0.4)]
    many = few + [case(1, answerable=False, cosine=0.4)] * 30
    assert fitted(many)[0] + fitted(many)[1] * 0.5 == pytest.approx(0, abs=0.01)
    assert fitted(few)[0] + fitted(few)[1] * 0.5 == pytest.approx(0, abs=0.01)


def test_questions_are_turned_to_another_person():
    turns = (Turn(text="Hello.", speaker="Mara Lind"), Turn(text="Hi.", speaker="Jonas"))
    asked = (
        Question(text="When did Mara's boat sink?", answer="May", category="temporal"),
        Question(text="What do Mara and Jonas share?", answer="A boat", category="multi-hop"),
        Question(text="What is Jonas allergic to?", answer="", category="adversarial"),
    )
    made = of_others(Conversation(name="x", turns=turns, questions=asked))
    assert [one.text for one in made] == ["When did Jonas's boat sink?"]
    assert not made[0].answerable
