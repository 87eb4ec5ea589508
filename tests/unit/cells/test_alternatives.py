"""Arranged alternatives: a pattern matches what it matched before, in every text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.operation.formation.alternatives import Cue, arranged

PATTERNS = (
    r"bank|bark|bar|barn|cold|colds|cat|感冒|发烧",
    r"\b(?:bar|cold|a b|an?|ab+)\b|\bcat(?! bar)|\bban|co?l|[,，] ?感",
    r"(?:已经?|都)?[^，。]{0,3}(?:感|发)|a(?:感|b)(?:冒)?|(?<!感)(?:bank|bark|barn)",
    r"(?P<first>a|b|ba|bar)(?:感|n)?|c(?P<second>o|ol|a)|(?P<third>冒)",
    r"(?!感|发)[abc]+|(?=感)感冒|[\u4e00-\u9fff]ban",
    r"(?:cold|colder|coldest|A|B|a){1,2}(?:b|ba|bar)?",
)
TEXTS = st.text(alphabet="abcnrkoldstAB 感冒发烧已经，,", max_size=24)


def matches(pattern: re.Pattern[str], text: str) -> list[tuple[tuple[int, int], tuple[str | None, ...]]]:
    return [(found.span(), found.groups()) for found in pattern.finditer(text)]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("flags", [0, re.IGNORECASE])
@given(text=TEXTS)
def test_a_cue_matches_as_its_pattern(pattern: str, flags: int, text: str) -> None:
    cue = Cue(pattern, flags)
    assert matches(cue.of(text), text) == matches(re.compile(pattern, flags), text)
    first = cue.search(text)
    assert (first and first.span()) == ((found := re.search(pattern, text, flags)) and found.span())


def test_common_first_letters_stand_once() -> None:
    assert arranged("bank|cold|bark|感冒|bar") == "b(?:a(?:nk|r(?:k|)))|cold|感冒"


def test_what_needs_chinese_is_left_out_of_a_text_without_it() -> None:
    assert arranged(r"\bcold\b|感冒了?|(?:发|退)烧|a(?:很)?b", chinese=False) == r"\bcold\b|ab"


def test_a_pattern_of_chinese_alone_matches_no_other_text() -> None:
    assert Cue("感冒|发烧").search("a cold") is None
    assert Cue("感冒|发烧").search("我感冒了") is not None


def test_groups_keep_their_names_and_numbers() -> None:
    found = Cue(r"(?P<one>bank)|(?P<two>感冒)|(?P<three>bark)").search("a bark")
    assert found is not None
    assert found.groups() == (None, None, "bark")
