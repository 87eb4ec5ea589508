"""Two things in one stretch of words, and one thing in two sentences."""

from datetime import UTC, datetime, timedelta

import pytest

from memos_core.domain.engram import ForesightKind, ForesightStatus, Message
from memos_core.operation.formation.foresight import close, extract_foresight

SAID = datetime(2024, 3, 6, 9, tzinfo=UTC)  # a Wednesday
PLAN, STATE, CONSTRAINT = ForesightKind.PLAN, ForesightKind.STATE, ForesightKind.CONSTRAINT


def message(text: str, *, place: int = 0) -> Message:
    at = SAID + timedelta(days=place)
    return Message(source=f"m{place}", text=text, speaker="Ana", role="user", session="s1", at=at)


def items(text: str):
    return extract_foresight(message(text), (), UTC)


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("I've got the dentist on 19 March and the vet on 20 March.", ["dentist", "vet"]),
        (
            "Boiler service on the 19th, plumber on the 20th, and the roofer on the 21st",
            ["boiler", "plumber", "roofer"],
        ),
        ("Dentist is on the 19th and vet is on the 20th", ["dentist", "vet"]),
        ("12号看牙医和13号看兽医", ["牙医", "兽医"]),
        ("Dress rehearsal Friday, opening night Saturday", ["rehearsal", "opening"]),
    ],
)
def test_dated_events_of_one_sentence_stand_apart(text, topics):
    found = items(text)
    assert [topic in item.topic for topic, item in zip(topics, found, strict=True)] == [True] * len(topics)


@pytest.mark.parametrize(
    "text",
    [
        "I have a meeting on the 12th at 3 and the 13th at 5",
        "Flying out to Rome on the 12th and home on the 20th",
        "My mum has the dentist on the 12th and the eye clinic on the 14th",
    ],
)
def test_one_event_with_two_dates_stays_whole(text):
    assert len(items(text)) == 1


def test_the_vet_calls_off_the_vet_only():
    talk = [
        message("I've got the dentist on 19 March and the vet on 20 March."),
        message("The vet just called, they had to cancel.", place=2),
    ]
    found = close([item for one in talk for item in extract_foresight(one, (), UTC)], talk)
    status = {item.topic: item.status(SAID + timedelta(days=3)) for item in found}
    assert status == {"dentist": ForesightStatus.UPCOMING, "vet": ForesightStatus.CANCELLED}


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("The concert tickets finally arrived! It's on the 22nd.", "concert"),
        ("Did I tell you about the recital? That's on the 22nd at the O2.", "recital"),
        ("Exam timetable is out. The maths one is on the 22nd.", "exam"),
        ("话剧票抢到了！就在22号晚上。", "话剧"),
    ],
)
def test_a_pronoun_with_a_date_goes_by_what_was_named_before(text, topic):
    (item,) = items(text)
    assert (item.kind, item.period.start.date()) == (PLAN, datetime(2024, 3, 22, tzinfo=UTC).date())
    assert topic in item.topic


def test_a_pronoun_without_a_matter_tells_nothing():
    assert items("It's on the 22nd.") == []


def test_the_hour_of_a_day_named_before_is_no_plan_of_today():
    (item,) = items("The concert is on Friday. It's at 8pm.")
    assert item.period.start == datetime(2024, 3, 8, tzinfo=UTC)


def test_a_heading_stands_apart_from_a_ban_but_not_from_being_called_off():
    (item,) = items("Haircut at 5 today, remind me not to let them go too short")
    assert (item.kind, item.period.start) == (PLAN, datetime(2024, 3, 6, 17, tzinfo=UTC))
    assert items("Concert on the 12th, no longer happening") == []


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("The doctor told me no coffee for the next two weeks.", datetime(2024, 3, 21, tzinfo=UTC)),
        ("Consultant says I can't fly for two weeks", datetime(2024, 3, 21, tzinfo=UTC)),
        ("I'm not allowed to lift for six weeks after the operation I had today.", datetime(2024, 4, 18, tzinfo=UTC)),
        ("I can't drive for six weeks after the operation I had on Monday.", datetime(2024, 4, 16, tzinfo=UTC)),
    ],
)
def test_what_brought_a_restriction_about_may_be_past(text, end):
    (item,) = items(text)
    assert (item.kind, item.period.end) == (CONSTRAINT, end)


@pytest.mark.parametrize("text", ["Doing keto this month", "这个月我在吃生酮"])
def test_a_diet_is_a_state_and_restricts(text):
    assert {item.kind for item in items(text)} == {STATE, CONSTRAINT}
    assert {item.period.end for item in items(text)} == {datetime(2024, 4, 1, tzinfo=UTC)}


def test_the_month_of_may_is_no_verb():
    (item,) = items("Seeing the band on May 24, got front row!")
    assert item.period.start == datetime(2024, 5, 24, tzinfo=UTC)
