import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.operation.formation.signals import Signal, signals

T, N, Q, S, NONE = Signal.TIME, Signal.NAME, Signal.QUESTION, Signal.STANCE, Signal.NONE
STANDING, CHOICE, PERSONA = Signal.STANDING, Signal.CHOICE, Signal.PERSONA


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
        ("I refuse to fly.", S),
        ("I don't really enjoy opera.", S),
        ("I have a strong aversion to crowds.", S),
        ("I'm not comfortable with heights.", S),
        ("I only buy second-hand clothes.", S),
        ("I want to plant an apple tree.", NONE),
        ("Always show the units.", STANDING),
        ("Please never use tables", STANDING),
        ("From now on, answer in two sentences.", STANDING),
        ("Give me the recipe in grams whenever I ask about baking.", STANDING),
        ("Keep in mind that we have no oven.", STANDING),
        ("I expect you to always answer briefly.", S | STANDING),
        ("I prefer answers in metric units.", S | STANDING),
        ("When you suggest sentences, leave the adverbs out.", STANDING),
        ("Call me when you need more.", NONE),
        ("I want you to look at this.", NONE),
        ("She has always been there.", NONE),
        ("I have a severe tree nut allergy.", S),
        ("I'll make sure to check the gauge.", NONE),
        ("以后请用中文回答。", STANDING),
        ("I'll go with the second one.", CHOICE),
        ("Let's go with the night train.", CHOICE),
        ("The lake house sounds perfect.", CHOICE),
        ("The other options don't appeal to me.", CHOICE),
        ("I think the rest of the code is fine here", NONE),
        ("As a retired teacher, mornings are free.", PERSONA),
        ("My knees are not what they were.", PERSONA),
        ("That was a plan made as a matter of course", NONE),
        ("作为一名护士，晚上很忙。", PERSONA),
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
    assert 0 <= int(signals(text, speaker)) < 128
