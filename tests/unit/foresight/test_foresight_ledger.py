"""Foresight over time. Conversations start on Wednesday, 6 March 2024; numbers are days after that."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.domain.engram import ForesightStatus, Message
from memos_core.operation.formation.foresight import agenda, close, extract_foresight
from tests.unit.foresight.foresight_cases import told_once

FIRST = datetime(2024, 3, 6, 10, tzinfo=UTC)
FULFILLED, CANCELLED = ForesightStatus.FULFILLED, ForesightStatus.CANCELLED


def talk(*said):
    """Messages from texts, from (days, text), or from (days, speaker, text)."""
    made = []
    for place, one in enumerate(said):
        days, speaker, text = {1: (0, "Nora", one), 2: (one[0], "Nora", one[-1])}.get(
            1 if isinstance(one, str) else len(one), one
        )
        made.append(
            Message(source=f"m{place}", text=text, speaker=speaker, role="user", at=FIRST + timedelta(days=days))
        )
    return made


def found(messages):
    return [item for message in messages for item in extract_foresight(message)]


def closed(*said):
    messages = talk(*said)
    return close(found(messages), messages)


@pytest.mark.parametrize(
    "first, days, then, status",
    [
        ("I'm flying to Lisbon on 20 March.", 5, "The Lisbon trip is off, my boss said no.", CANCELLED),
        ("I've got a haircut on Saturday.", 1, "Had to cancel my haircut.", CANCELLED),
        ("I'm running the half marathon on 24 March.", 9, "I've pulled out of the half marathon.", CANCELLED),
        ("We're going camping next weekend.", 4, "We decided not to go camping, it's too cold.", CANCELLED),
        ("I'm off alcohol until Easter.", 12, "I gave up on the no-alcohol thing.", CANCELLED),
        ("I have the flu.", 4, "I'm feeling much better today!", FULFILLED),
        ("I'm on antibiotics for ten days.", 6, "Off the antibiotics since this morning.", FULFILLED),
        ("We're going to Crete from 10 to 20 March.", 10, "We're back from Crete.", FULFILLED),
        ("I need to send the invoice by 15 March.", 2, "The invoice is sent.", FULFILLED),
        ("I have to renew my passport by 30 June.", 9, "Got my passport renewed today, finally.", FULFILLED),
        ("I broke my wrist.", 30, "They took the cast off my wrist this morning.", FULFILLED),
        ("My car is in the garage for two weeks.", 8, "Got the car back from the garage!", FULFILLED),
        ("I can't drink for two weeks, doctor's orders.", 14, "I can drink again, cheers!", FULFILLED),
        ("I'm fasting until 9 April.", 6, "I broke my fast early.", FULFILLED),
        ("My interview at the bank is on 11 March.", 6, "The interview went really well!", FULFILLED),
        ("我下周三要去看牙医。", 2, "牙医的预约取消了。", CANCELLED),
        ("周六的聚会我会去。", 2, "聚会不办了。", CANCELLED),
        ("我脚扭伤了。", 15, "脚已经好了，可以跑步了。", FULFILLED),
        ("我的车在修，要一个星期。", 5, "车修好了。", FULFILLED),
        ("周五前要交报告。", 1, "报告交了。", FULFILLED),
    ],
)
def test_a_later_message_ends_it_from_then_on(first, days, then, status) -> None:
    (item,) = told_once(closed(first, (days, then)))
    assert item.closed_as is status
    assert item.closed_at == FIRST + timedelta(days=days)
    assert item.closed_by is not None and item.closed_by.source == "m1"
    assert item.status(item.closed_at - timedelta(seconds=1)) not in (FULFILLED, CANCELLED)
    assert item.status(item.closed_at) is status


@pytest.mark.parametrize(
    "said",
    [
        ("I need to send the invoice by 15 March.", (2, "I haven't sent the invoice yet.")),
        ("I'll send you the photos by Friday.", (1, "I sent the contract to Ben.")),
        ("I'm on antibiotics for ten days.", (4, "I'm taking the antibiotics with yoghurt.")),
        ("My son has a fever.", (2, "I'm feeling better.")),
        ((0, "Tom", "I have a cold."), (2, "Nora", "I'm feeling much better.")),
        ("周五前要交报告。", (1, "报告还没写完。")),
    ],
)
def test_what_does_not_end_it(said) -> None:
    assert [item.closed_as for item in closed(*said)] == [None]


def test_of_two_of_a_kind_the_named_one_is_done() -> None:
    history, sociology = closed(
        "My history essay is due on 15 March.",
        (1, "My sociology essay is due on 18 March."),
        (4, "I handed in the history essay."),
    )
    assert (history.closed_as, sociology.closed_as) == (FULFILLED, None)


def test_a_move_cancels_the_old_date_and_makes_a_new_one() -> None:
    old, new = closed("I have a dentist appointment on 14 March.", (3, "My dentist appointment got moved to the 21st."))
    assert (old.closed_as, new.closed_as) == (CANCELLED, None)
    assert new.period.start == datetime(2024, 3, 21, tzinfo=UTC)


def test_an_assistant_ends_nothing() -> None:
    messages = talk("I have the flu.", (1, "You'll see, the flu is over."))
    messages[1] = Message(source="m1", text="The flu is over.", role="assistant", at=messages[1].at)
    assert close(found(messages), messages)[0].closed_as is None


def test_a_plan_said_twice_is_one_with_both_as_evidence() -> None:
    (item,) = closed("I'm flying to Lisbon on 20 March.", (2, "My flight to Lisbon on 20 March is booked."))
    assert [evidence.source for evidence in item.evidence] == ["m0", "m1"]
    assert item.observed_at == FIRST


def test_the_agenda_shows_the_latest_word_known_by_then() -> None:
    messages = talk("I'm on antibiotics.", (2, "I'm on antibiotics until 30 March."))
    items = close(found(messages), messages)
    (early,) = agenda(items, FIRST + timedelta(days=1)).active
    (late,) = agenda(items, FIRST + timedelta(days=3)).active
    assert (early.observed_at, late.observed_at) == (messages[0].at, messages[1].at)
    assert late.period.end == datetime(2024, 3, 31, tzinfo=UTC)


def test_the_parts_of_an_agenda() -> None:
    messages = talk(
        "I'm not allowed to run for six weeks.",
        "I have a cold.",
        "My eye exam is on 20 March.",
        "I have a job interview tomorrow.",
    )
    shown = agenda(close(found(messages), messages), FIRST + timedelta(days=2))
    parts = (shown.constraints, shown.active, shown.upcoming, shown.past)
    assert [[item.topic.split()[0] for item in part] for part in parts] == [["allowed"], ["cold"], ["eye"], ["job"]]


SAYINGS = st.sampled_from(
    [
        "I'm flying to Lisbon on 20 March.",
        "I'm on antibiotics for ten days, so I can't drink alcohol.",
        "I have to renew my passport by 30 June.",
        "My eye exam is on 12 March.",
        "The eye exam has been moved to the 14th.",
        "I'm feeling much better today!",
        "Got my passport renewed today.",
        "The Lisbon trip is off.",
        "I still have a cold.",
        "Nothing new here.",
        "我得了流感。",
        "流感好了。",
        "周五前要交报告。",
        "报告交了。",
    ]
)
TALKS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(["Nora", "Tom"]), SAYINGS), max_size=8)


@given(TALKS, st.randoms(use_true_random=False))
def test_the_order_of_delivery_does_not_matter(said, random) -> None:
    messages = talk(*said)
    items = found(messages)
    expected = close(items, messages)
    random.shuffle(messages)
    random.shuffle(items)
    assert close(items, messages) == expected
    now = FIRST + timedelta(days=20)
    shuffled = list(expected)
    random.shuffle(shuffled)
    assert agenda(shuffled, now) == agenda(expected, now)


@given(TALKS, st.integers(0, 60))
def test_the_agenda_is_a_partition_of_what_is_known(said, days) -> None:
    messages = talk(*said)
    items = close(found(messages), messages)
    now = FIRST + timedelta(days=days)
    shown = agenda(items, now)
    listed = [*shown.constraints, *shown.active, *shown.upcoming, *shown.past]
    assert all(item.observed_at <= now for item in listed)
    assert len(listed) == len(set(listed))
    assert set(listed) <= set(items)
    assert all(item.period.holds(now) and item.kind == "constraint" for item in shown.constraints)
    assert all(item.period.start > now for item in shown.upcoming)


@given(TALKS, st.integers(0, 60))
def test_a_message_that_comes_later_changes_nothing_before_it(said, days) -> None:
    """The statuses at one moment, of what was known then, are those of the messages until then."""
    messages = talk(*said)
    now = FIRST + timedelta(days=days)
    until = [message for message in messages if message.at <= now]
    then = close(found(until), until)
    later = close(found(messages), messages)

    def standing(items):
        return sorted((item.text, item.status(now)) for item in items if item.observed_at <= now)

    assert standing(later) == standing(then)
