import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from hashlib import blake2b
from itertools import pairwise
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.domain.turn import Turn
from memos_core.errors import NaiveDatetime
from memos_core.operation.formation.passages import count_words, drafts, split
from memos_core.operation.recall.analysis import document_terms

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)

pieces = st.one_of(
    st.sampled_from([". ", "! ", "? ", "。", "！", "\n", "  ", '." ', "...", "。」", "\u3000", "\u2028"]),
    st.sampled_from(["word", "Dr.", "猫", "中文", "한국", "é", "🎉", "x" * 900, "I'm", "3.5"]),
    st.text(max_size=4),
)
texts = st.lists(pieces, max_size=80).map("".join)


@given(texts, st.integers(1, 12))
def test_spans_hold_all_that_is_visible_once_and_in_order(text, max_words):
    spans = split(text, max_words)
    covered: set[int] = set()
    for start, stop in spans:
        assert start < stop
        assert text[start:stop].strip() == text[start:stop]
        covered.update(range(start, stop))
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    assert all(i in covered for i, char in enumerate(text) if not char.isspace())


@given(texts, st.integers(1, 12))
def test_no_passage_is_too_long(text, max_words):
    assert all(count_words(text[start:stop]) <= max_words for start, stop in split(text, max_words))


@given(texts)
def test_a_short_text_is_one_passage(text):
    if text.strip() and count_words(text) <= 60:
        assert [text[start:stop] for start, stop in split(text)] == [text.strip()]


def shown(text: str, max_words: int) -> list[str]:
    return [text[start:stop] for start, stop in split(text, max_words)]


def test_cuts_fall_at_the_ends_of_sentences():
    assert shown("One two three. Four five? Six seven eight nine.", 5) == [
        "One two three. Four five?",
        "Six seven eight nine.",
    ]
    assert shown("One two\nthree four five", 4) == ["One two", "three four five"]
    assert shown('He said "go." She went home.', 3) == ['He said "go."', "She went home."]
    assert shown("v1.2.3 is out today and fine", 3) == ["v1.2.3 is out", "today and fine"]


def test_a_chinese_character_counts_as_half_a_word():
    assert count_words("我喜欢猫。") == 2.5
    assert shown("我喜欢猫。你喜欢狗。", 3) == ["我喜欢猫。", "你喜欢狗。"]
    assert shown("我喜欢猫", 1) == ["我喜", "欢猫"]


def test_nothing_visible_gives_no_passage():
    assert split("") == split(" \n\t ") == ()


def test_outer_white_space_is_left_out():
    assert split("  hello \n") == ((2, 7),)


@pytest.mark.parametrize("unit", ["word ", "猫", ".", '"', '."', "\n", "a. ", " ", "x", "。」"])
def test_time_is_linear(unit):
    def seconds(chars: int) -> float:
        text = unit * (chars // len(unit))
        best = float("inf")
        for _ in range(3):
            begin = perf_counter()
            split(text)
            best = min(best, perf_counter() - begin)
        return best

    assert seconds(800_000) < 40 * seconds(80_000) + 0.05  # quadratic would be a hundredfold


def test_drafts_say_when_and_what():
    text = " ".join(f"Sentence number {i} is here." for i in range(40))
    turn = Turn(text=text, speaker="Anna", key="k1")
    (draft,) = drafts([turn], NOW)
    assert draft.turn is turn
    assert draft.occurred_at == NOW
    assert draft.key == blake2b(b"k1", digest_size=16).digest()
    assert [(p.start, p.stop) for p in draft.passages] == list(split(text))
    assert len(draft.passages) == 4
    for passage in draft.passages:
        assert passage.terms == document_terms(text[passage.start : passage.stop], speaker="Anna", occurred_at=NOW)
        assert re.match("Sentence number", text[passage.start :])


def test_drafts_keep_event_time_in_utc():
    east = datetime(2023, 5, 8, 1, tzinfo=timezone(timedelta(hours=2)))
    turn = Turn(text="hello", at=east)
    (draft,) = drafts([turn], NOW)
    assert draft.occurred_at.isoformat() == "2023-05-07T23:00:00+00:00"
    assert draft.passages[0].terms == document_terms("hello", speaker="", occurred_at=draft.occurred_at)
    assert draft.key is None
    with pytest.raises(NaiveDatetime):
        drafts([replace(turn, at=datetime(2023, 5, 8))], NOW)
