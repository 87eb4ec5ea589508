"""Foresight in natural wording: asides, tables of the simple present, clauses that go on. Wednesday, 6 March 2024."""

from datetime import UTC, datetime, timedelta

import pytest

from memos_core.domain.engram import ForesightStatus, Message
from memos_core.operation.formation.foresight import close, extract_foresight

SAID = datetime(2024, 3, 6, 10, tzinfo=UTC)


def message(text, source="a", speaker="Nora", days=0.0):
    return Message(source=source, text=text, speaker=speaker, role="user", at=SAID + timedelta(days=days))


@pytest.mark.parametrize(
    "text, kind, begin, last, word",
    [
        ("I told Ines I'd give her drill back by Saturday, nudge me if I forget.", "commitment", 6, 9, "drill"),
        ("If you need anything, I'm flying to Rome on Friday.", "plan", 8, 8, "rome"),
        ("The bridge is shut until Monday, so leave early if you can.", "state", 6, 11, "bridge"),
        ("We exchange contracts on 20 March, finally.", "plan", 20, 20, "contracts"),
        ("My parents arrive on Saturday and I haven't cleaned.", "plan", 9, 9, "parents"),
        ("I'm on annual leave from 11 March to 22 March.", "state", 11, 22, "leave"),
        ("The viva is on the 9th at quarter past eight.", "plan", 9, 9, "viva"),
        ("我在外婆家，待到20号才回去。", "state", 6, 20, "外婆家"),
        ("下周三我飞三亚，玩四天，谁要椰子？", "plan", 13, 16, "三亚"),
        ("下周二我们打算去青岛，12号出发，15号回。", "plan", 12, 15, "青岛"),
        ("初稿宽限到30号交，松口气。", "commitment", 6, 30, "初稿"),
    ],
)
def test_natural_wording_has_its_interval(text, kind, begin, last, word) -> None:
    found = [item for item in extract_foresight(message(text)) if word in f"{item.text} {item.topic}".lower()]
    assert [item.kind.value for item in found] == [kind]
    end = found[0].period.end
    assert end is not None and (end - timedelta(seconds=1)).day == last
    assert found[0].period.start.day == begin


@pytest.mark.parametrize(
    "text",
    [
        "If it rains on Saturday, we stay in.",
        "I'll come on Friday if they let me off.",
        "I swear I'm going to lose my marbles by Friday.",
        "My neighbour reckons he'll be a millionaire by Friday.",
        "We see eye to eye on most things on Monday mornings.",
        "如果周六下雨我们就不去了。",
        "你周五去北京，记得带伞。",
    ],
)
def test_conditions_and_exasperation_are_no_items(text) -> None:
    assert extract_foresight(message(text)) == []


@pytest.mark.parametrize(
    "first, second, status",
    [
        ("The report has to be in by the 20th.", "Report's in, two days early.", ForesightStatus.FULFILLED),
        ("My interview is on 20 March.", "Turned the interview down today.", ForesightStatus.CANCELLED),
        ("宿舍断网了，要到20号才恢复。", "宿舍终于来网了。", ForesightStatus.FULFILLED),
        ("医生开了抗生素，要吃到20号。", "抗生素总算吃完了。", ForesightStatus.FULFILLED),
    ],
)
def test_later_words_end_it(first, second, status) -> None:
    said, later = message(first), message(second, source="b", days=6)
    closed = close(extract_foresight(said), [said, later])
    assert status in [item.closed_as for item in closed]


def test_a_hearty_yes_is_a_yes() -> None:
    question = message("Are you still coming to the christening on Sunday?", speaker="Owen")
    found = extract_foresight(message("Yep, wouldn't miss it for the world.", source="b"), [question])
    assert ["christening" in item.topic for item in found] == [True]
    assert extract_foresight(message("Yep, if they let me off.", source="b"), [question]) == []
