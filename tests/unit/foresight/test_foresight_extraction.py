"""What one message says of the time to come. Said on Wednesday, 6 March 2024."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from memos_core.domain.engram import ForesightKind, ForesightStatus, IntervalSource, Message
from memos_core.operation.formation.foresight import agenda, extract_foresight
from tests.unit.foresight.foresight_cases import told_once

SAID = datetime(2024, 3, 6, 10, tzinfo=UTC)


def message(text, *, speaker="Nora", role="user", at=SAID, source="a"):
    return Message(source=source, text=text, speaker=speaker, role=role, at=at)


def day(month, number, hour=0):
    return datetime(2024, month, number, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    "text, kind, start, end",
    [
        ("I'm heading to Vienna on 22 March for a long weekend.", "plan", day(3, 22), day(3, 25)),
        ("We leave for Kenya on 7 March and we'll be back on 28 March.", "plan", day(3, 7), day(3, 29)),
        ("My flight to Boston leaves on Friday at 6am.", "plan", day(3, 8, 6), day(3, 9)),
        ("I've booked a table at Nopi for 9 March.", "plan", day(3, 9), day(3, 10)),
        ("Physio tomorrow.", "plan", day(3, 7), day(3, 8)),
        ("My thesis is due at the end of April.", "commitment", SAID, day(5, 1)),
        ("I need to submit my expenses before Wednesday.", "commitment", SAID, day(3, 13)),
        ("I promised to call grandma by Sunday.", "commitment", SAID, day(3, 11)),
        ("I'm house-sitting for the Millers until the 24th.", "state", SAID, day(3, 25)),
        ("My laptop is being repaired until Friday.", "state", SAID, day(3, 9)),
        ("I'm not drinking until Easter.", "constraint", SAID, day(4, 1)),
        ("My physio says I should stay off the bike for ten days.", "constraint", SAID, day(3, 17)),
        ("We're on a tight budget until the end of April.", "constraint", SAID, day(5, 1)),
        ("我们订了周六的餐厅。", "plan", day(3, 9), day(3, 10)),
        ("我后天飞成都，周日回来。", "plan", day(3, 8), day(3, 11)),
        ("房租10号之前得付。", "commitment", SAID, day(3, 11)),
        ("我在杭州培训两周。", "state", SAID, day(3, 21)),
        ("医生叮嘱我十天别吃海鲜。", "constraint", SAID, day(3, 17)),
    ],
)
def test_the_interval_is_what_was_said(text, kind, start, end) -> None:
    (item,) = told_once(extract_foresight(message(text)))
    assert (item.kind, item.period.start, item.period.end) == (kind, start, end)
    assert item.interval_source is IntervalSource.EXPLICIT


@pytest.mark.parametrize(
    "text, kind, days",
    [
        ("I have bronchitis.", "state", 10),
        ("My son has chickenpox.", "state", 21),
        ("I've torn my ACL.", "constraint", 56),
        ("I twisted my knee.", "constraint", 28),
        ("I'm 30 weeks pregnant.", "state", 70),
        ("我发烧了。", "state", 4),
        ("我腿骨折了。", "constraint", 56),
    ],
)
def test_a_state_without_an_end_lasts_as_long_as_such_things_do(text, kind, days) -> None:
    (item,) = told_once(extract_foresight(message(text)))
    assert (item.kind, item.interval_source) == (kind, IntervalSource.DEFAULT)
    assert item.period.end == day(3, 6) + timedelta(days=days + 1)
    assert item.confidence < 0.8


@pytest.mark.parametrize(
    "text",
    [
        "If it's sunny, we'll go to the beach on Saturday.",
        "I'd love to visit Peru next year.",
        "I might go to Spain in May.",
        "We were going to fly to Malta on Friday but the airline went bust.",
        "Are you coming to dinner on Sunday?",
        "Is my appointment on Friday or Saturday?",
        "You should see a doctor tomorrow.",
        "We have a meeting every Monday at 9.",
        "I worked in Rome for two years.",
        "I was on antibiotics last month.",
        "When I was ten I broke my leg.",
        "I don't have Covid, the test was negative.",
        "I've got cold feet about the wedding.",
        "It's going to rain tomorrow.",
        "In my dream, we're flying to Mars tomorrow.",
        "Write an email saying I'll be away next week.",
        "如果明天不下雨，我们就去爬山。",
        "我可能下周去杭州。",
        "本来下周要去三亚的。",
        "你周五来吗？",
        "他每周五都加班。",
        "我对这个话题不感冒。",
        "小时候我得过肺炎。",
        "",
    ],
)
def test_what_is_not_said_to_come_is_not_foreseen(text) -> None:
    assert extract_foresight(message(text)) == []


@pytest.mark.parametrize("role", ["assistant", "system", "tool"])
def test_assistants_foresee_nothing(role) -> None:
    text = "I'm flying to Rome on Friday."
    assert extract_foresight(message(text, role=role)) == []
    assert extract_foresight(message(text)) != []


def test_a_restriction_holds_as_long_as_what_it_rests_on() -> None:
    course, drink = extract_foresight(message("I'm on antibiotics for ten days, so I can't drink alcohol."))
    assert (course.kind, drink.kind) == (ForesightKind.STATE, ForesightKind.CONSTRAINT)
    assert drink.period == course.period
    assert "alcohol" in drink.topic


def test_a_restriction_may_rest_on_the_message_before() -> None:
    course = message("I started a five-day course of antibiotics.", source="a")
    (drink,) = extract_foresight(message("I can't drink wine while I'm on it.", source="b"), [course])
    assert (drink.kind, drink.period.end) == (ForesightKind.CONSTRAINT, day(3, 12))
    assert [evidence.source for evidence in drink.evidence] == ["b", "a"]


@pytest.mark.parametrize(
    "text, subject",
    [
        ("My brother is crashing on our sofa till Sunday.", "Nora's brother"),
        ("My daughter Lily has a piano recital on 16 March.", "Lily"),
        ("Ben's moving to Canada in August.", "Ben"),
        ("My dentist appointment is on Friday.", "Nora"),
        ("我弟弟下个月结婚。", "Nora的弟弟"),
    ],
)
def test_whom_it_concerns(text, subject) -> None:
    (item,) = told_once(extract_foresight(message(text)))
    assert item.subject == subject


def test_a_pronoun_is_resolved_or_left() -> None:
    text = "She's having surgery on Tuesday."
    assert extract_foresight(message(text)) == []
    (item,) = extract_foresight(message(text), [message("My sister is in town.", source="b")])
    assert item.subject == "Nora's sister"


def test_the_text_is_in_the_third_person_with_its_dates() -> None:
    (item,) = extract_foresight(message("I'm on antibiotics until Tuesday."))
    assert item.text == "Nora is on antibiotics until 12 March 2024"
    (item,) = extract_foresight(message("I'm flying to Oslo tomorrow.", speaker=""))
    assert (item.text, item.subject) == ("The user is flying to Oslo 7 March 2024", "user")


def test_days_are_those_of_the_zone() -> None:
    late = message("My exam is tomorrow.", at=datetime(2024, 3, 6, 17, tzinfo=UTC))
    (there,) = extract_foresight(late, zone=ZoneInfo("Asia/Shanghai"))
    (here,) = extract_foresight(late)
    assert there.period.start == datetime(2024, 3, 7, 16, tzinfo=UTC)  # the 8th in Shanghai
    assert here.period.start == day(3, 7)
    assert there.status(datetime(2024, 3, 7, 12, tzinfo=UTC)) is ForesightStatus.UPCOMING


def test_an_onset_is_the_start() -> None:
    (item,) = told_once(extract_foresight(message("I sprained my ankle on Sunday.")))
    assert item.period.start == day(3, 3)
    assert extract_foresight(message("I sprained my ankle in May last year.")) == []


def test_an_injury_is_a_state_and_a_restriction() -> None:
    both = extract_foresight(message("I sprained my ankle on Sunday."))
    assert [item.kind for item in both] == ["constraint", "state"]
    assert len({(item.text, item.period, item.evidence) for item in both}) == 1
    shown = agenda(both, SAID)
    assert [item.kind for item in (*shown.constraints, *shown.active)] == ["constraint"]


def test_an_allergy_has_no_end() -> None:
    (item,) = extract_foresight(message("Leo is anaphylactic to sesame, so keep it away."))
    assert (item.kind, item.period.end) == ("constraint", None)
