"""What makes a plan of a dated statement, times that lean on others, and free words for what is done.

Said on Tuesday, 3 June 2025.
"""

from datetime import UTC, datetime, timedelta

import pytest

from memos_core.domain.engram import ForesightKind, ForesightStatus, Message
from memos_core.operation.formation.foresight import close, extract_foresight
from memos_core.operation.formation.foresight.clauses import clauses
from memos_core.operation.formation.foresight.reports import reports
from memos_core.operation.formation.foresight.times import times

SAID = datetime(2025, 6, 3, 9, tzinfo=UTC)


def message(text, source="a", days=0.0):
    return Message(source=source, text=text, speaker="Nora", role="user", at=SAID + timedelta(days=days))


def day(month, number):
    return datetime(2025, month, number, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "Results day on Thursday.",
        "Our summer sale runs from 4 to 24 August.",
        "The roofers start Monday, fingers crossed they're quick.",
        "Combine's due at the dealer on the 15th.",
        "Wrestling camp in Ames, Oct 17 through 19.",
        "They gave us a date: 17 June, between 8 and 1.",
        "下周末我家狗子绝育。",
        "我们班6月26号春游。",
    ],
)
def test_a_dated_statement_about_ones_own_is_a_plan(text) -> None:
    assert [item.kind for item in extract_foresight(message(text))] == [ForesightKind.PLAN]


@pytest.mark.parametrize(
    "text",
    [
        "The Fed meets on the 18th.",
        "Thanksgiving falls on November 27 this year.",
        "Some bloke on the train said the trams will strike on Monday.",
        "The bank's website says transfers take until Thursday.",
        "The coffee's terrible today.",
        "Tesco's offering half price eggs until Sunday.",
        "In Stardew my wedding is on the 14th.",
        "Tom asked me along on Saturday, I said no.",
        "国足下周二踢日本。",
    ],
)
def test_what_is_of_the_world_or_declined_is_none(text) -> None:
    assert extract_foresight(message(text)) == []


@pytest.mark.parametrize(
    "text, role, begin, end",
    [
        ("a week on Thursday", "at", day(6, 12), day(6, 13)),
        ("Wednesday week", "at", day(6, 11), day(6, 12)),
        ("up to and including the 23rd", "until", None, day(6, 24)),
        ("from the 3rd to the 12th of October", "at", day(10, 3), day(10, 13)),
        ("it was meant to be 4 July but now it's the 18th", "at", day(7, 18), day(7, 19)),
        ("I can't do sat", "at", day(6, 7), day(6, 8)),
        ("下個月8號", "at", day(7, 8), day(7, 9)),
    ],
)
def test_times_that_lean_on_what_stands_beside_them(text, role, begin, end) -> None:
    last = times(text, text.lower().translate({ord("個"): "个", ord("號"): "号"}), SAID, UTC)[-1]
    assert (last.role, last.end) == (role, end)
    assert begin is None or last.begin == begin


@pytest.mark.parametrize(
    "text, begin, end",
    [
        ("We get the keys on 27 June. Until then we're camped out at my sister's.", None, day(6, 28)),
        ("I speak on 9 July. Slides have to reach them a week before that.", None, day(7, 3)),
    ],
)
def test_until_then_points_back(text, begin, end) -> None:
    assert extract_foresight(message(text))[-1].period.end == end


@pytest.mark.parametrize(
    "promise, report",
    [
        ("I'll bring your ladder back before Friday.", "Ladder's on your porch."),
        ("I have to get the council form back to them by the 12th.", "Form went off recorded delivery this morning."),
        ("I said I'd get the keg by Friday.", "Keg acquired."),
        ("我跟老李说好周五把鱼竿还他。", "鱼竿搁老李家门口了。"),
    ],
)
def test_free_words_for_what_is_done_fulfil_what_they_name(promise, report) -> None:
    said = [message(promise), message(report, "b", 1)]
    (item,) = close(extract_foresight(said[0]), said)
    assert (item.kind, item.closed_as) == (ForesightKind.COMMITMENT, ForesightStatus.FULFILLED)


@pytest.mark.parametrize(
    "text",
    ["The ladder's still in my shed.", "Keep it up!", "We went to the park.", "Is the ladder back?", "书还没还。"],
)
def test_what_is_no_report(text) -> None:
    assert not any(reports(clause) for clause in clauses(text, SAID, UTC))


def test_a_clause_without_a_subject_has_that_of_the_one_before_it() -> None:
    (item,) = extract_foresight(message("My folks are up from Porto, staying with us until Sunday."))
    assert (item.subject, item.kind, item.period.end) == ("Nora's folks", ForesightKind.STATE, day(6, 9))
    assert "porto" in item.topic
