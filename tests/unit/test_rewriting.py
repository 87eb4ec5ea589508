import pytest

from memos_core.domain.query import Answer
from memos_core.operation.recall.rewriting import asks_advice, expected_answer, first_person, subjects

SPEAKERS = ("Caroline", "Melanie", "Jo", "Ana María", "")


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("What did Caroline research?", ("Caroline",)),
        ("What did Melanie tell Caroline?", ("Melanie", "Caroline")),
        ("Is Mel happy?", ("Melanie",)),
        ("Does Jo like jogging?", ("Jo",)),
        ("What does Ana María cook?", ("Ana María",)),
        ("Where does Ana live?", ("Ana María",)),
        ("Who sang the melody?", ()),
        ("caroline in lower case", ()),
        ("", ()),
    ],
)
def test_subjects_are_the_speakers_named_in_order(query: str, named: tuple[str, ...]):
    assert subjects(query, SPEAKERS) == named


@pytest.mark.parametrize(
    ("query", "rewritten"),
    [
        ("What is Caroline's identity?", "What is my identity?"),
        ("What did Caroline research?", "What did I research?"),
        ("What did Melanie tell Caroline?", "What did I tell you?"),
        ("What did Melanie say about Caroline’s dog?", "What did I say about your dog?"),
        ("What do I like?", "What do I like?"),
    ],
)
def test_the_first_subject_speaks_and_the_second_is_spoken_to(query: str, rewritten: str):
    assert first_person(query, subjects(query, SPEAKERS)) == rewritten


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("When did they meet?", Answer.TIME),
        ("How long has she lived there?", Answer.TIME),
        ("In which year was that?", Answer.TIME),
        ("Who came, and where from?", Answer.NAME),
        ("What is the dog called?", Answer.NAME),
        ("What did she say?", Answer.ANY),
        ("你什么时候去？", Answer.TIME),
        ("他在哪里？", Answer.NAME),
    ],
)
def test_a_question_expects_a_kind_of_answer(query: str, answer: Answer):
    assert expected_answer(query) is answer


@pytest.mark.parametrize(
    ("query", "named", "advice"),
    [
        ("Can you suggest a place for dinner?", (), True),
        ("What's the best way to learn chess?", (), True),
        ("How should I furnish my study?", (), True),
        ("Could you tell me what Jo suggested?", ("Jo",), False),
        ("Where does my sister live?", (), False),
        ("Could you summarise what I planned?", (), False),
        ("Can you list the steps in the order in which I mentioned them?", (), False),
    ],
)
def test_a_request_for_advice_is_one_that_names_nobody(query: str, named: tuple[str, ...], advice: bool):
    assert asks_advice(query, named) is advice


def test_a_name_is_matched_literally():
    assert subjects("What does C++ (the club) do?", ("C++ (the club)", ".*")) == ("C++ (the club)",)
