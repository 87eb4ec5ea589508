import pytest

from memos_core.operation.recall.rewriting import first_person, subjects

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


def test_a_name_is_matched_literally():
    assert subjects("What does C++ (the club) do?", ("C++ (the club)", ".*")) == ("C++ (the club)",)
