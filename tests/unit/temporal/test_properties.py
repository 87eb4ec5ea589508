import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.operation.formation.temporal import resolve, resolve_query
from memos_core.operation.formation.temporal.scanning import fold
from tests.unit.temporal.cases import cases

ANCHOR = datetime(2023, 5, 10, 15, 30, tzinfo=UTC)
ZONES = [ZoneInfo(name) for name in ("UTC", "America/New_York", "Asia/Shanghai", "Pacific/Apia", "America/Sao_Paulo")]

words = st.sampled_from(sorted({word for case in cases() if case.language == "en" for word in case.text.split()}))
characters = st.sampled_from(
    sorted({character for case in cases() if case.language == "zh" for character in case.text})
)
digits = st.integers(0, 99999).map(str)
sentences = st.lists(
    words | characters | digits | st.sampled_from([",", ".", "-", "/", ":", "("]), max_size=14
).flatmap(lambda parts: st.sampled_from(["", " "]).map(lambda glue: glue.join(parts)))
anchors = st.datetimes(datetime(1900, 1, 2), datetime(2100, 1, 1), timezones=st.just(UTC))


def check(text, anchor, zone):
    found = resolve(text, anchor, zone)
    position = 0
    for expression in found:
        start, stop = expression.span
        assert position <= start < stop <= len(text)
        assert text[start:stop] == expression.phrase
        assert expression.start < expression.end
        assert expression.start.tzinfo is UTC
        assert expression.label
        position = stop


@given(st.text(), anchors, st.sampled_from(ZONES))
def test_any_text(text, anchor, zone):
    check(text, anchor, zone)


@given(sentences, anchors, st.sampled_from(ZONES))
def test_any_order_of_time_words(text, anchor, zone):
    check(text, anchor, zone)


@given(sentences, anchors, st.lists(st.integers(-5, 12000), max_size=3))
def test_questions_never_raise(text, now, years):
    assert all(x.start < x.end for x in resolve_query(text, now, UTC, years))


@given(sentences, anchors)
def test_the_same_text_means_the_same(text, anchor):
    assert resolve(text, anchor) == resolve(text, anchor)


@given(st.text())
def test_folding_keeps_positions(text):
    assert len(fold(text)) == len(text)


WEEKLY = [
    "last Friday", "next Monday", "see you Sunday", "last week", "this weekend", "three days ago", "tomorrow at 5pm",
    "since Tuesday", "上周三", "下下周", "后天晚上八点", "the Monday before last", "a week from Friday",
    "two Fridays ago",
]  # fmt: skip


@given(st.sampled_from(WEEKLY), anchors, st.integers(-60, 60))
def test_what_counts_in_weeks_moves_with_the_anchor(text, anchor, weeks):
    shift = timedelta(weeks=weeks)
    first, second = resolve(text, anchor), resolve(text, anchor + shift)
    assert len(first) == 1
    assert [(x.start + shift, x.end + shift, x.granularity) for x in first] == [
        (x.start, x.end, x.granularity) for x in second
    ]


@given(
    st.sampled_from(["7 May 2021", "2021-05-07", "in the summer of 1999", "2008年8月8日", "九十年代", "Easter 2024"]),
    anchors,
)
def test_what_is_absolute_stays(text, anchor):
    assert [(x.start, x.end) for x in resolve(text, anchor)] == [(x.start, x.end) for x in resolve(text, ANCHOR)]


@given(st.integers(1, 400), anchors)
def test_days_ago_and_days_from_now_mirror_each_other(count, anchor):
    (back,), (on,) = resolve(f"{count} days ago", anchor), resolve(f"{count} days from now", anchor)
    today = anchor.replace(hour=0, minute=0, second=0, microsecond=0)
    assert today - back.start == on.start - today == timedelta(days=count)


@given(st.integers(1, 28), st.integers(1, 12), st.integers(1900, 2099))
def test_the_ways_to_write_a_date_agree(day, month, year):
    date = datetime(year, month, day)
    forms = [
        f"{date:%Y-%m-%d}", f"{day} {date:%B} {year}", f"{date:%B} {day}, {year}", f"{date:%b} {day} {year}",
        f"{date:%d.%m.%Y}", f"{month}/{day}/{year}", f"{year}年{month}月{day}日", f"the {day}th of {date:%B} {year}",
    ]  # fmt: skip
    for form in forms:
        assert [x.start for x in resolve(f"on {form}.", ANCHOR)] == [date.replace(tzinfo=UTC)], form


HOSTILE = [
    "next ", "a ", "9", "1-", "12:", "the end of ", "two weeks before ", "下下个", "二", "since ", "from monday to ",
    "may 5 ", "\u0130", "every ", "q1", "the 5th of ",
]  # fmt: skip


def calls(text: str) -> int:
    """How many functions it takes to read ``text``."""
    count = 0

    def profile(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(profile)
    try:
        resolve(text, ANCHOR)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("unit", HOSTILE)
def test_work_is_linear_in_the_length_of_hostile_text(unit):
    calls(unit * 100)  # fills the cache of verbs
    small, large = calls(unit * 500), calls(unit * 4000)
    assert large < 9 * small + 100


@pytest.mark.parametrize("unit", ["9", "1-", "12:", "a ", "q1", "the end of ", "下下个", "\u0130", "x"])
def test_a_megabyte_of_hostile_text_comes_to_an_end(unit):
    """A pattern that backtracks over the whole text would run into the timeout of the suite."""
    assert resolve(unit * (1_000_000 // len(unit)), ANCHOR) == ()


def test_ten_megabytes_of_next():
    assert resolve("next " * 2_000_000, ANCHOR) == ()
