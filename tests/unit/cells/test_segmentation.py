"""Where episodes end."""

import json
from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.operation.formation.segmentation import (
    LOOKAHEAD,
    MOST_MESSAGES,
    REACH,
    START,
    State,
    segments,
)
from tests.unit.cells.talk import CLIMBING, NOON, SOUP, conversations, said, vectors_of


def cuts(messages, vectors=None, *, zone=UTC, final=True) -> list[int]:
    closed, _ = segments(messages, vectors or [None] * len(messages), zone=zone, final=final)
    return [segment.stop for segment in closed]


# ── what ends an episode ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("embedded", [False, True])
def test_a_change_of_subject_ends_an_episode(embedded: bool) -> None:
    messages = said([*CLIMBING, *SOUP])
    assert cuts(messages, vectors_of(messages) if embedded else None) == [6, 12]


def test_one_subject_stays_one_episode() -> None:
    assert cuts(said(CLIMBING)) == [6]


@pytest.mark.parametrize(
    "pause, zone, ends",
    [
        (timedelta(hours=4), UTC, True),
        (timedelta(hours=4, seconds=-1), UTC, False),
        (timedelta(hours=3), ZoneInfo("Asia/Shanghai"), False),  # 20:02 there, then 23:02
        (timedelta(hours=3, minutes=58), ZoneInfo("Asia/Shanghai"), True),  # past midnight there
    ],
)
def test_a_long_pause_or_a_night_ends_an_episode(pause: timedelta, zone: ZoneInfo, ends: bool) -> None:
    # One message alone is no episode, whatever it says, unless the clock makes it one.
    *before, last = said(CLIMBING[:4])
    assert (3 in cuts([*before, replace(last, at=before[-1].at + pause)], zone=zone)) is ends


def test_midnight_alone_ends_nothing() -> None:
    late = NOON.replace(hour=23, minute=57)
    assert cuts(said(CLIMBING, start=late)) == [6]


def test_another_session_ends_an_episode() -> None:
    messages = said(CLIMBING)
    assert cuts(messages[:2] + [replace(one, session="t") for one in messages[2:]])[0] == 2


@pytest.mark.parametrize(
    "words, role",
    [("Now about something else, by the way, the climbing gym", ""), ("对了，话说回来 the climbing gym", "")],
)
def test_an_episode_is_never_much_longer_than_the_limit(words: str, role: str) -> None:
    texts = [f"{words} sells shoes for the red route number {number}" for number in range(100)]
    stops = cuts(said(texts, step=timedelta(0)))
    assert stops[-1] == 100
    assert all(0 < stop - start <= MOST_MESSAGES for start, stop in zip([0, *stops], stops, strict=False))


def test_long_messages_fill_an_episode_sooner() -> None:
    stops = cuts(said(["climbing shoes " * 400] * 8))
    assert stops == [2, 4, 6, 8]


def test_long_chinese_messages_fill_an_episode_sooner() -> None:
    assert cuts(said(["我们去攀岩馆买鞋子" * 90] * 8)) == [2, 4, 6, 8]


# ── what stays together ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("courtesy", ["Thanks, bye!", "ok great", "好的，谢谢", "再见"])
def test_courtesies_stay_with_what_they_answer(courtesy: str) -> None:
    assert cuts(said([*CLIMBING, courtesy, *SOUP])) == [7, 13]


def test_a_farewell_and_a_greeting_mark_the_boundary() -> None:
    told = [
        *CLIMBING[:4],
        "I have to go, talk to you soon!",
        "Hey Mara! Long time no see, the climbing gym has closed.",
    ]
    assert 5 in cuts(said([*told, *CLIMBING[2:]]))


def test_an_answer_stays_with_its_question() -> None:
    messages = said([text for pair in zip(CLIMBING, SOUP, strict=True) for text in pair], step=timedelta(0))
    chat = [replace(one, speaker="", role=("user", "assistant")[place % 2]) for place, one in enumerate(messages)]
    assert all(stop % 2 == 0 for stop in cuts(chat))


def test_a_lone_message_is_an_episode() -> None:
    assert cuts(said(["I moved to Leeds."])) == [1]


def test_no_messages_make_no_segments() -> None:
    assert segments([], [], zone=UTC, final=True) == ([], START)


def test_vectors_and_messages_must_match() -> None:
    with pytest.raises(ValueError, match="zip"):
        segments(said(["a"]), [], zone=UTC)


# ── the open tail ───────────────────────────────────────────────────────────────────────────────


def test_the_tail_is_open_until_enough_has_followed() -> None:
    messages = said([*CLIMBING, *SOUP])
    assert cuts(messages[: 6 + LOOKAHEAD - 1], final=False) == []
    assert cuts(messages[: 6 + LOOKAHEAD], final=False) == [6]


def test_a_state_survives_json() -> None:
    state = START
    for score in (0.1, 1 / 3, 0.9, 0.7):
        state = state.seen(score)
    assert State.from_json(json.loads(json.dumps(state.to_json()))) == state
    assert state.threshold > state.mean


def chained(messages, vectors, sizes) -> list[tuple[int, State]]:
    """Deliver in blocks, keeping nothing but the open tail and a state that went through JSON."""
    found, start, arrived, state = [], 0, 0, START
    while arrived < len(messages):
        arrived = min(arrived + max(next(sizes), 1), len(messages))
        closed, state = segments(
            messages[start:arrived],
            vectors[start:arrived],
            State.from_json(json.loads(json.dumps(state.to_json()))),
            zone=UTC,
            final=arrived == len(messages),
        )
        found += [(start + segment.stop, segment.after) for segment in closed]
        start = found[-1][0] if found else 0
    return found


@settings(max_examples=60)
@given(conversations(), st.booleans(), st.data())
def test_the_same_segments_for_any_blocks(messages, embedded, data) -> None:
    vectors = vectors_of(messages) if embedded else [None] * len(messages)
    closed, _ = segments(messages, vectors, zone=UTC, final=True)
    at_once = [(segment.stop, segment.after) for segment in closed]
    assert chained(messages, vectors, iter(lambda: 1, 0)) == at_once
    assert chained(messages, vectors, iter(lambda: data.draw(st.integers(1, 9)), 0)) == at_once


@given(conversations())
def test_segments_cover_the_messages(messages) -> None:
    closed, _ = segments(messages, [None] * len(messages), zone=UTC, final=True)
    assert [segment.start for segment in closed] == [0, *(segment.stop for segment in closed)][:-1]
    assert closed[-1].stop == len(messages)
    assert all(segment.start < segment.stop for segment in closed)


@settings(max_examples=60)
@given(conversations())
def test_a_segment_depends_on_nothing_far_behind_it(messages) -> None:
    state, nothing = START, [None] * len(messages)
    for segment in segments(messages, nothing, zone=UTC, final=True)[0]:
        near = messages[segment.start : segment.stop + REACH]
        is_all = segment.stop + REACH >= len(messages)
        first = segments(near, nothing[: len(near)], state, zone=UTC, final=is_all)[0][0]
        assert (first.stop, first.after) == (segment.stop - segment.start, segment.after)
        state = segment.after


@given(conversations())
def test_a_final_end_is_as_a_long_pause(messages) -> None:
    later = replace(messages[-1], at=messages[-1].at + timedelta(hours=4), source="mem_999")
    with_pause = cuts([*messages, later])
    assert cuts(messages) == with_pause[:-1]
