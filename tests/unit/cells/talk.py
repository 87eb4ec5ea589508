"""Conversations to cut, written for these tests."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from memos_core.domain.engram import Message
from memos_core.testing.fakes import HashEmbedder

NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)

CLIMBING = (
    "I went climbing at the gym yesterday and finished the red route.",
    "The red route at the climbing gym is hard, did your fingers hurt?",
    "My fingers hurt, but the climbing shoes helped on the route.",
    "I should buy climbing shoes for the gym as well.",
    "Take the climbing shoes with the soft sole for the gym.",
    "The gym sells climbing shoes with a soft sole, I saw them near the route board.",
)
SOUP = (
    "My grandmother cooks lentil soup with cumin every winter.",
    "Lentil soup with cumin sounds warm, does she add lemon to the soup?",
    "She adds lemon and mint to the lentil soup before serving.",
    "I burnt the cumin when I cooked lentil soup last time.",
    "Toast the cumin slowly, then the lentil soup never tastes burnt.",
    "I will cook the soup again with cumin and lemon.",
)
PHRASES = (
    *CLIMBING,
    *SOUP,
    "ok",
    "Thanks!",
    "Bye, talk to you soon!",
    "Hey, long time no see! How have you been?",
    "By the way, did you see the match?",
    "好的，谢谢",
    "对了，我上个月搬到了杭州。",
    "你喜欢杭州的龙井茶吗？",
    "word " * 700,
)


def said(texts: Sequence[str], *, start: datetime = NOON, step: timedelta = timedelta(minutes=1)) -> list[Message]:
    """The texts by two people in turn."""
    return [
        Message(
            source=f"mem_{place:03}",
            text=text,
            speaker="Mara" if place % 2 == 0 else "Tom",
            session="s",
            at=start + place * step,
        )
        for place, text in enumerate(texts)
    ]


_embedder = HashEmbedder()


def vectors_of(messages: Sequence[Message]) -> list:
    return list(_embedder.embed([message.text for message in messages]))


@st.composite
def conversations(draw) -> list[Message]:
    """By time, with pauses from none to days, of people and of a user with an assistant."""
    chat = draw(st.booleans())
    now = NOON
    messages = []
    for place in range(draw(st.integers(1, 60))):
        now += timedelta(minutes=draw(st.sampled_from([0, 0, 1, 1, 2, 5, 20, 45, 239, 240, 700, 3000])))
        mine = draw(st.booleans())
        messages.append(
            Message(
                source=f"mem_{place:03}",
                version=draw(st.integers(1, 3)),
                text=draw(st.sampled_from(PHRASES)),
                speaker="" if chat else ("Mara" if mine else "Tom"),
                role=("user" if mine else "assistant") if chat else "",
                session=draw(st.sampled_from(["s"] * 9 + ["t"])),
                at=now,
            )
        )
    return messages
