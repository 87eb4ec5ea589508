"""English as people type it, and times that stand apart."""

from datetime import UTC, datetime

import pytest

from memos_core.domain.engram import Message
from memos_core.operation.formation.foresight import extract_foresight
from memos_core.operation.formation.foresight.plain import plain

SAID = datetime(2024, 3, 6, 9, tzinfo=UTC)  # a Wednesday


def items(text: str):
    return extract_foresight(Message(source="m1", text=text, speaker="Ana", role="user", session="s1", at=SAID))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("im off ~~~~", "i'm off ~~~~"),
        ("she cant drive btw", "she can't drive"),
        ("ugh, dentist ~~~~", "dentist ~~~~"),
        ("sorry misread, the roofer is ~~~~ not the 18th", "the roofer is ~~~~"),
        ("fun run on ~~~~", "fun run on ~~~~"),
        ("we were ill", "we were ill"),
    ],
)
def test_plain_words(typed, meant):
    assert plain(typed) == meant


def test_an_hour_and_a_day_that_stand_apart_are_one_time():
    (item,) = items("Got a call with the Oslo office, 2pm their time, on Friday")
    assert item.period.start == datetime(2024, 3, 8, 14, tzinfo=UTC)


def test_the_part_of_the_day_tells_which_half():
    (item,) = items("My flight leaves at 6:15 on Sunday morning.")
    assert item.period.start == datetime(2024, 3, 10, 6, 15, tzinfo=UTC)


def test_a_countdown_is_a_day():
    (item,) = items("Two weeks until my driving test!")
    assert item.period.start == datetime(2024, 3, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Write an email to HR: I am away on 12 March.", 1),
        ("Write a story: I am away on 12 March.", 0),
        ("Write me a cover letter saying I am away on 12 March.", 0),
    ],
)
def test_only_the_speakers_own_post_is_believed(text, count):
    assert len(items(text)) == count


def test_a_number_of_years_beside_a_date_is_no_length_of_it():
    (item,) = items("Our anniversary is on the 28th. 12 years!")
    assert item.period.end == datetime(2024, 3, 29, tzinfo=UTC)
