"""Which occurrence of a date is meant, by what its sentence does: arranged, caused, felt, narrated."""

from datetime import UTC, datetime

import pytest

from memos_core.operation.formation.temporal import resolve

SAID = datetime(2024, 8, 20, 18, 10, tzinfo=UTC)
"""A Tuesday."""


def labels(text: str, said: datetime = SAID) -> list[str]:
    return [found.label for found in resolve(text, said, UTC)]


@pytest.mark.parametrize(
    "text",
    [
        "My mum is having her hip replaced on the 14th of September, in York.",
        "My sister is getting married on the 14th of September.",
        "The kitchen gets delivered on the 14th of September",
        "I'm so excited for the concert on September 14th",
        "I'm a bit worried about the exam on 14 September",
        "The renovated library opens on 14 September.",
        "I signed up for the half marathon on the 14th of September instead.",
        "I got tickets for the show on September 14th",
        "She bought tickets to see them on the 14th of September.",
        "They invited us to a wedding on the 14th of September",
        "The council promised to reopen the bridge on the 14th of September.",
        "The review was moved to 14 September",
        "I've got a viewing on 14 September",
        "We've two days in Rome from the 14th of September",
        "我报名了9月14日的半程马拉松",
        "我们约了9月14日的医生",
        "手术推迟到了9月14日",
        "买了9月14日的演唱会门票",
    ],
)
def test_what_lies_ahead_takes_the_next_occurrence(text):
    assert labels(text) == ["14 September 2024"]


@pytest.mark.parametrize(
    "text",
    [
        "My sister got married on the 14th of July.",
        "I had my hip replaced on the 14th of July.",
        "They had the roof repaired on 14 July.",
        "We finally moved to Leeds on 14 July",
        "The package was delivered on 14 July",
        "We met at the race on the 14th of July",
        "I quit on July 14th",
        "7月14日我们搬了家",
    ],
)
def test_what_happened_takes_the_last_occurrence(text):
    assert labels(text) == ["14 July 2024"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (
            "On Wednesday I set fire to it, on Thursday they asked more.",
            ["14 August 2024", "15 August 2024"],
        ),
        ("On Friday we shut the shop early and let the dog swim", ["16 August 2024"]),
        ("Did you put the tent up on Saturday?", ["17 August 2024"]),
        ("Will you set the table on Friday?", ["23 August 2024"]),
        ("We've finished the fence on Saturday", ["17 August 2024"]),
        ("I reserved two seats for the matinee on Sunday.", ["25 August 2024"]),
        ("我买了周六的火车票", ["24 August 2024"]),
    ],
)
def test_weekdays_follow_the_verb(text, meant):
    assert labels(text) == meant


def test_a_friday_the_13th_is_searched_from_the_present_on_when_it_is_to_come():
    assert labels("We've two rooms from Friday the 13th until Monday.") == ["13 September 2024 to 16 September 2024"]


@pytest.mark.parametrize(
    "text",
    [
        "I've a course on Monday and Thursday evenings.",
        "I've started rowing, on Saturday mornings",
        "Let's find a Saturday for the barbecue",
        "I'd come over for a long weekend and sand badly.",
        "It was a Monday when she left.",
        "It was a Tuesday when she left.",
        "那天是一个星期五的下午",
        "找个周末一起吃饭吧",
    ],
)
def test_no_day_in_particular_means_nothing(text):
    assert labels(text) == []


def test_an_indefinite_day_that_is_today_is_today():
    assert labels("Finally a Tuesday evening with a working phone.") == ["evening of 20 August 2024"]
    assert labels("Finally a Monday evening with a working phone.") == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("I reserved a table for Saturday the 24th at seven.", "24 August 2024, 19:00"),
        ("Supper at eight tomorrow?", "21 August 2024, 20:00"),
        ("Drinks on Friday at 7:30", "23 August 2024, 19:30"),
        ("明晚八点聚餐", "21 August 2024, 20:00"),
        ("我后天七点去吃晚餐", "22 August 2024, 19:00"),
        ("We had breakfast at 6:30 yesterday", "19 August 2024, 06:30"),
        ("Meeting tomorrow at 9", "21 August 2024, 09:00"),
        ("Dinner tomorrow morning at 8", "21 August 2024, 08:00"),
        ("Can you pick me up at 5:30 tomorrow", "21 August 2024, 17:30"),
    ],
)
def test_what_happens_tells_the_half_of_the_day(text, meant):
    assert labels(text) == [meant]


def test_a_time_of_day_belongs_to_the_past_day_before_it():
    assert labels("Last Monday was my first warning. I sat there until two in the morning.") == [
        "19 August 2024",
        "20 August 2024, 02:00",
    ]
    assert labels("We hiked on Sunday and were back by 6 pm") == ["18 August 2024", "18 August 2024, 18:00"]


def test_the_weekday_counts_from_the_date_before_it():
    assert labels("The wedding is on Saturday the 7th and we fly home on the Monday.") == [
        "7 September 2024",
        "9 September 2024",
    ]
    assert labels("I'm going to ask her on the Monday, after the race.") == []
