import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.operation.refining.grounding import ground

TALK = ground(
    [
        "I moved to Leeds with three cats, it cost 1,200 pounds. See you at 18:30!",
        "My sister Ana O'Neill works at the café on 2nd Street.",
        "Mara",
        "Friday, 3 May 2024",
        "我和张伟去了北京，买了两本书",
    ]
)


@pytest.mark.parametrize(
    "said",
    [
        "Mara moved to Leeds on 3 May 2024 with 3 cats.",
        "Moving to Leeds cost £1200. She took three cats.",
        "Mara's sister, Ana O’Neill, works at the Café.",
        "They meet at 18:30 on Friday.",
        "After that she left. In the end, it was one of them.",
        "张伟去了北京。",
        "张伟买了2本书，很高兴。",
        "",
    ],
)
def test_what_the_entries_hold_may_be_said(said: str) -> None:
    assert TALK.invented(said) == []


@pytest.mark.parametrize(
    "said, invented",
    [
        ("Bob moved to York.", ["Bob", "York"]),
        ("Mara moved with four cats.", ["four"]),
        ("Mara moved on 4 May 2025.", ["4", "2025"]),
        ("It cost 1.200,50 pounds.", ["1.200,50"]),
        ("Mara visited Paris.", ["Paris"]),
        ("王芳去了北京", ["王芳"]),
        ("她的朋友叫小明和", ["小明"]),
        ("他买了五本书", ["五"]),
        ("June was nice.", ["June"]),
    ],
)
def test_what_they_do_not_hold_is_named(said: str, invented: list[str]) -> None:
    assert TALK.invented(said) == invented


def test_a_name_in_the_middle_of_a_sentence_must_be_that_name() -> None:
    assert TALK.invented("Mara likes Moving.") == ["Moving"]
    assert TALK.invented("Moving was hard.") == []


def test_content_words_in_any_inflection() -> None:
    assert TALK.holds_words("a moving sister")
    assert not TALK.holds_words("a moving brother")
    assert not TALK.holds_words("")


@given(st.lists(st.text(max_size=40), max_size=4))
def test_what_is_said_verbatim_is_never_invented(texts: list[str]) -> None:
    known = ground(texts)
    for text in texts:
        assert known.invented(text) == []
