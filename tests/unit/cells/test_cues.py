"""What the words say about the course of a conversation."""

import pytest

from memos_core.operation.formation.cues import ends_asking, greeting, is_farewell, is_phatic, is_shift


@pytest.mark.parametrize(
    "text",
    [
        "ok", "Thanks!", "Thank you so much", "That's great to hear!", "Wow, awesome!", "You're welcome :)", "👍",
        "Yes, exactly.", "Hey Tom! How are you?", "Bye, take care!", "好的，谢谢你", "太好了！",
        "不客气", "晚安，明天见", "哈哈哈", "嗯嗯",
    ],
)  # fmt: skip
def test_courtesies(text: str) -> None:
    assert is_phatic(text, ("Tom",))


@pytest.mark.parametrize(
    "text",
    [
        "I moved to Leeds.", "ok, 7 pm then", "Thanks for the soup", "I need work", "I never run",
        "Great, see you at the gym", "我对花生过敏", "好的，我明天去北京", "谢谢你的礼物",
    ],
)  # fmt: skip
def test_what_tells_something_is_no_courtesy(text: str) -> None:
    assert not is_phatic(text, ("Tom",))


def test_a_short_name_adds_nothing() -> None:
    assert is_phatic("Hey Mel!", ("Melanie",))
    assert not is_phatic("Hey Mel!", ("Tom",))


@pytest.mark.parametrize(
    "text", ["Bye!", "Talk to you soon", "I've got to run.", "Have a lovely weekend!", "拜拜", "我先走了", "下次聊"]
)
def test_farewells(text: str) -> None:
    assert is_farewell(text)


@pytest.mark.parametrize(
    "text", ["I run every day", "I will see the doctor soon", "We talked about soup", "他昨天走了"]
)
def test_no_farewells(text: str) -> None:
    assert not is_farewell(text)


@pytest.mark.parametrize(
    "text, weight",
    [
        ("Hey Mara, long time no see!", 1.0),
        ("How have you been?", 1.0),
        ("好久不见", 1.0),
        ("Hello there", 0.5),
        ("你好", 0.5),
        ("The highway was closed", 0.0),
        ("Yoghurt is fine", 0.0),
    ],
)
def test_greetings(text: str, weight: float) -> None:
    assert greeting(text) == weight


@pytest.mark.parametrize(
    "text", ["By the way, I moved", "Oh, and one more thing", "Anyway, the match", "对了，我搬家了", "顺便问一下"]
)
def test_shifts(text: str) -> None:
    assert is_shift(text)


@pytest.mark.parametrize("text", ["I came by the way of Leeds", "Another beer would be nice", "我说对了"])
def test_no_shifts(text: str) -> None:
    assert not is_shift(text)


@pytest.mark.parametrize(
    "text, asks", [("Do you?", True), ("真的吗？", True), ('"Do you?" he said.', False), ("Do you? :)", True)]
)
def test_ends_asking(text: str, asks: bool) -> None:
    assert ends_asking(text) is asks
