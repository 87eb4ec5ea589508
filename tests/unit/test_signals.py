import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.operation.formation.signals import Signal, signals

T, N, Q, S, NONE = Signal.TIME, Signal.NAME, Signal.QUESTION, Signal.STANCE, Signal.NONE


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The kettle is on.", NONE),
        ("We left yesterday.", T),
        ("It closed in 1987, or so they say.", T),
        ("The march was long and the may bush bloomed.", NONE),
        ("I met Ines at the market.", N),
        ("Yes. Then it rained. Nobody came.", NONE),
        ("So I'm told I can't.", NONE),
        ("Shall we go?", Q),
        ('He said "why?"', Q),
        ("Why? I do not know.", NONE),
        ("I prefer the window seat.", S),
        ("I really love long walks", S),
        ("We never eat fish", S),
        ("My budget is small.", S),
        ("They love long walks.", NONE),
        ("你明天来吗？", T | Q),
        ("我喜欢喝茶。", S),
        ("I always visit Porto in summer, don't I?", T | N | Q | S),
    ],
)
def test_a_passage_gives_itself_away_by_its_form(text: str, found: Signal):
    assert signals(text, "Mara") == found


def test_a_speaker_naming_herself_names_nobody():
    assert signals("this is Mara speaking", "Mara Lind") == NONE
    assert signals("this is Mara's boat", "Mara Lind") == NONE
    assert signals("this is Mara speaking", "Jonah") == N


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_has_signals(text: str, speaker: str):
    assert 0 <= int(signals(text, speaker)) < 16
