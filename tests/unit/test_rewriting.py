import pytest

from memos_core.domain.query import Answer
from memos_core.operation.recall.rewriting import (
    asks_advice,
    asks_answerer,
    asks_back,
    asks_list,
    asks_overview,
    expected_answer,
    first_person,
    subjects,
)

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
        ("Plan a weekend in the hills for me.", (), True),
        ("Which laptop would suit me?", (), True),
        ("What are some quiet restaurants around here?", (), True),
        ("Give me three names for a cat.", (), True),
        ("How can I sleep better?", (), True),
        ("What should I cook tonight?", (), True),
        ("Explain what a reverse proxy is.", (), True),
        ("What are innovative ways to train staff?", (), True),
        ("What's the most efficient way for me to commute?", (), True),
        ("I'll be in Rome soon. Which desserts would be safe to try?", (), True),
        ("When would be a good time for a course?", (), True),
        ("Would this test be suitable here?", (), True),
        ("帮我安排一个周末。", (), True),
        ("Could you tell me what Jo suggested?", ("Jo",), False),
        ("What should Jo cook?", ("Jo",), False),
        ("What is my sister's name?", (), False),
        ("What's the test coverage of my module?", (), False),
        ("How many plants do I have?", (), False),
        ("What did you recommend for my back?", (), False),
        ("我说过哪些计划？", (), False),
        ("Where does my sister live?", (), False),
        ("Could you summarise what I planned?", (), False),
        ("Can you list the steps in the order in which I mentioned them?", (), False),
    ],
)
def test_a_request_for_advice_is_one_that_names_nobody(query: str, named: tuple[str, ...], advice: bool):
    assert asks_advice(query, named) is advice


def test_a_name_is_matched_literally():
    assert subjects("What does C++ (the club) do?", ("C++ (the club)", ".*")) == ("C++ (the club)",)


@pytest.mark.parametrize(
    ("query", "back"),
    [
        ("Have I used this before?", True),
        ("What is my budget?", True),
        ("Remind me of the plan.", True),
        ("Which libraries are used in this project?", False),
        ("What could I bake?", False),
    ],
)
def test_a_question_may_look_back(query: str, back: bool):
    assert asks_back(query) is back


@pytest.mark.parametrize(
    ("query", "answerer"),
    [
        ("What did you recommend for the garden?", True),
        ("Which steps have you listed?", True),
        ("What was your advice about the boiler?", True),
        ("What would you recommend?", False),
        ("What did I tell you?", False),
    ],
)
def test_a_question_may_be_about_what_the_answerer_said(query: str, answerer: bool):
    assert asks_answerer(query) is answerer


@pytest.mark.parametrize(
    ("query", "overview"),
    [
        ("Summarise what we know of the boat.", True),
        ("In which order did I visit the towns?", True),
        ("How did my plans for the shop develop over time?", True),
        ("How has Jonah's training progressed?", True),
        ("Give me a timeline of the renovation.", True),
        ("按时间顺序说说这件事。", True),
        ("When did I visit Porto?", False),
        ("Can you walk me through how to graft a tree?", False),
    ],
)
def test_a_question_may_want_an_overview(query: str, overview: bool):
    assert asks_overview(query) is overview


@pytest.mark.parametrize(
    ("query", "several"),
    [
        ("Which countries has Mara visited?", True),
        ("What instruments does Jo play?", True),
        ("How many bicycles do I own?", True),
        ("List the plants in my garden.", True),
        ("What do Jo and Ana have in common?", True),
        ("他去过哪些国家？", True),
        ("What is Jo's job?", False),
        ("What business does Jo run?", False),
        ("When did Jo move?", False),
    ],
)
def test_an_answer_may_have_several_parts(query: str, several: bool):
    assert asks_list(query) is several
