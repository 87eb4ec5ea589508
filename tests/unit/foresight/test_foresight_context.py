"""Foresight that needs more than its clause: answers, pledges, jokes, what rests on what. Wednesday, 6 March 2024."""

from datetime import UTC, datetime, timedelta

import pytest

from memos_core.domain.engram import ForesightStatus, Message
from memos_core.operation.formation.foresight import close, extract_foresight

SAID = datetime(2024, 3, 6, 10, tzinfo=UTC)
FULFILLED, CANCELLED = ForesightStatus.FULFILLED, ForesightStatus.CANCELLED


def message(text, source="a", speaker="Nora", days=0.0):
    return Message(source=source, text=text, speaker=speaker, role="user", at=SAID + timedelta(days=days))


def day(month, number):
    return datetime(2024, month, number, tzinfo=UTC)


def kinds(text):
    return [
        (item.kind.value, (item.period.end - timedelta(seconds=1)).strftime("%m-%d"))
        for item in extract_foresight(message(text))
        if item.period.end is not None
    ]


@pytest.mark.parametrize(
    "question, answer, kind, end, word",
    [
        ("When is your flight?", "On Friday.", "plan", day(3, 9), "flight"),
        ("When are you flying to Rome?", "Friday!", "plan", day(3, 9), "rome"),
        ("What day is your exam?", "It's on the 15th.", "plan", day(3, 16), "exam"),
        ("Are you going to the opera on Saturday?", "Yes!", "plan", day(3, 10), "opera"),
        ("When does your new job start?", "Next Monday.", "plan", day(3, 12), "job"),
        ("How long are you staying in Berlin?", "Until the 17th.", "state", day(3, 18), "berlin"),
        ("How long are you on antibiotics?", "Until the 17th.", "state", day(3, 18), "antibiotics"),
        ("When is the essay due?", "15 March.", "commitment", day(3, 16), "essay"),
        ("你什么时候去上海？", "周日。", "plan", day(3, 11), "上海"),
        ("面试是哪天？", "周五", "plan", day(3, 9), "面试"),
        ("你周六去爬山吗？", "去！", "plan", day(3, 10), "爬山"),
    ],
)
def test_an_answer_is_read_with_its_question(question, answer, kind, end, word) -> None:
    asked = message(question, "q", speaker="Tom")
    (item,) = extract_foresight(message(answer), [asked])
    assert (item.kind, item.period.end, item.subject) == (kind, end, "Nora")
    assert word in item.topic
    assert [evidence.source for evidence in item.evidence] == ["a", "q"]


@pytest.mark.parametrize(
    "question, answer",
    [
        ("Are you going to the opera on Saturday?", "No."),
        ("Are you going to the opera on Saturday?", "Probably not."),
        ("When did you fly to Rome?", "On Friday."),
        ("Did you call mum on Friday?", "Yes."),
        ("When is your flight?", "Not sure yet."),
        ("I love Fridays.", "On Friday."),
    ],
)
def test_what_is_no_answer_about_the_time_to_come(question, answer) -> None:
    assert extract_foresight(message(answer), [message(question, "q", speaker="Tom")]) == []


def test_nobody_answers_his_own_question() -> None:
    assert extract_foresight(message("On Friday."), [message("When is your flight?", "q")]) == []


@pytest.mark.parametrize(
    "text",
    [
        "Oh sure, and tomorrow I'll be elected Pope. Kidding.",
        "I'm moving to Italy next month. Just kidding!",
        "Next week I'm becoming a monk. I'm joking.",
        "I'll be king of England next week lol, jk.",
        "Yeah right, and on Friday I'm flying to the moon.",
        "我明天就辞职，开玩笑的。",
    ],
)
def test_what_is_taken_back_at_once_was_not_said(text) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    "text, end",
    [
        ("You have my word: the report will be on your desk by Friday.", "03-08"),
        ("The keys will be in your letterbox by Friday, I promise.", "03-08"),
        ("You'll have the contract by Friday.", "03-08"),
        ("我跟孩子保证过，月底之前把树屋搭好。", "03-31"),
        ("我答应过女儿，周末之前把自行车修好。", "03-10"),
        ("跟房东说好了，15号之前搬走。", "03-15"),
    ],
)
def test_a_pledge_and_its_date_may_stand_apart(text, end) -> None:
    assert kinds(text) == [("commitment", end)]


@pytest.mark.parametrize(
    "text", ["I'll send you the photos.", "I promise to help you with the garden.", "回头我把链接发你。"]
)
def test_a_promise_without_a_date_is_little_sure(text) -> None:
    (item,) = extract_foresight(message(text))
    assert (item.kind, item.interval_source) == ("commitment", "default")
    assert item.confidence <= 0.6


@pytest.mark.parametrize(
    "text, said",
    [
        ("Working nights this week, so please call after four.", ("state", "03-10")),
        ("On call this week, keep it short.", ("state", "03-10")),
        ("Off sick until Friday.", ("state", "03-08")),
        ("We have no internet for another five days.", ("state", "03-11")),
        ("No electricity till Monday.", ("state", "03-11")),
        ("My licence is suspended until 31 March.", ("constraint", "03-31")),
        ("They took my licence away until 31 March.", ("constraint", "03-31")),
        ("Nothing spicy until Sunday.", ("constraint", "03-10")),
        ("My account is frozen until Friday.", ("constraint", "03-08")),
        ("这周我值夜班。", ("state", "03-10")),
        ("我在上海出差，周日回。", ("state", "03-10")),
        ("我在成都培训，到20号结束。", ("state", "03-20")),
        ("我的驾照被扣到4月1日。", ("constraint", "04-01")),
        ("我被禁赛到4月1日。", ("constraint", "04-01")),
        ("我在戒糖，坚持到月底。", ("constraint", "03-31")),
    ],
)
def test_what_holds_for_a_while_however_short_it_is_said(text, said) -> None:
    found = kinds(text)
    assert said in found
    assert {(kind, end) for kind, end in found} <= {("state", said[1]), ("constraint", said[1])}


def closed(*said):
    messages = [message(text, f"m{place}", days=days) for place, (days, text) in enumerate(said)]
    found = []
    for place, one in enumerate(messages):
        found += extract_foresight(one, messages[max(0, place - 4) : place])
    return {item.evidence[0].source: item.closed_as for item in close(found, messages)}, close(found, messages)


@pytest.mark.parametrize(
    "said",
    [
        ((0, "I'm on antibiotics until 20 March, so no alcohol for me."), (6, "Finished the antibiotics today!")),
        (
            (0, "I'm on antibiotics for ten days."),
            (0.1, "I can't drink wine while I'm on it."),
            (6, "Finished the antibiotics early."),
        ),
        ((0, "我在吃头孢，吃到20号，期间不能喝酒。"), (6, "头孢吃完了。")),
    ],
)
def test_a_restriction_ends_with_what_it_rests_on(said) -> None:
    _, items = closed(*said)
    assert [(item.kind, item.closed_as) for item in items] == [("state", FULFILLED), ("constraint", FULFILLED)]


def test_a_restriction_that_rests_on_nothing_ends_by_its_own_name_only() -> None:
    _, items = closed(
        (0, "I'm on antibiotics for ten days. I'm off sugar until 30 March."), (6, "Finished the antibiotics today!")
    )
    assert {"sugar" in item.text: item.closed_as for item in items} == {False: FULFILLED, True: None}


@pytest.mark.parametrize(
    "first, then",
    [
        ("We're flying to Sicily on 2 May.", "We're flying to Crete instead, on 2 May."),
        ("We're going to Malta in June.", "Change of plans: we're going to Crete instead."),
        ("I'm taking the train to Paris on 20 March.", "I'm going to Lyon on 20 March instead of Paris."),
        ("我们五月去三亚。", "我们改去厦门了，五月。"),
    ],
)
def test_a_plan_is_cancelled_by_the_one_in_its_place(first, then) -> None:
    by_source, _ = closed((0, first), (5, then))
    assert by_source["m0"] is CANCELLED
    assert by_source.get("m1") is None


@pytest.mark.parametrize(
    "then",
    [
        "We're having pizza instead.",
        "We're flying to Crete on 2 September instead.",
        "I'm going to Paris on 25 March.",
    ],
)
def test_another_thing_is_not_in_its_place(then) -> None:
    by_source, _ = closed((0, "We're flying to Sicily on 2 May."), (5, then))
    assert by_source["m0"] is None


@pytest.mark.parametrize(
    "first, days, then, status",
    [
        ("The grant proposal is due 15 March.", 4, "Grant proposal is in!", FULFILLED),
        ("I need to file my taxes by 15 April.", 9, "Taxes are out of the way, phew.", FULFILLED),
        ("I'll send you the slides by Friday.", 1, "The slides are in your inbox.", FULFILLED),
        ("I'm wearing a wrist splint until 30 March.", 9, "I got rid of the splint today!", FULFILLED),
        ("I'm on crutches until 30 March.", 9, "No crutches any more!", FULFILLED),
        ("My laptop is being repaired until Friday.", 1, "Laptop's back, good as new.", FULFILLED),
        ("I'm taking my driving test on Friday.", 2.5, "I passed my driving test!", FULFILLED),
        ("I'm running a 10k on 24 March.", 6, "I'm scratching that, the 10k is off.", CANCELLED),
        ("The book launch is on 15 March.", 2, "The book launch will now be on 22 March.", CANCELLED),
        ("周五前得交房租。", 1, "房租转过去了。", FULFILLED),
        ("下周三约了牙医。", 2, "牙医那边我给推了。", CANCELLED),
        ("我妈住院了。", 6, "我妈今天出院了。", FULFILLED),
    ],
)
def test_more_ways_to_say_that_it_is_over(first, days, then, status) -> None:
    by_source, _ = closed((0, first), (days, then))
    assert by_source["m0"] is status


@pytest.mark.parametrize(
    "text, start, end",
    [
        ("我们五一去云南。", day(5, 1), day(5, 6)),
        ("中秋我要回家。", day(9, 17), day(9, 20)),
        ("国庆我们去西藏。", day(10, 1), day(10, 8)),
    ],
)
def test_chinese_holidays_date_plans(text, start, end) -> None:
    (item,) = extract_foresight(message(text))
    assert (item.kind, item.period.start) == ("plan", start)
    assert item.period.end <= end
