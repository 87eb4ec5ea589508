"""Episodes and titles."""

import re
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings

from memos_core.domain.engram import Evidence, Fact, Modality, Period
from memos_core.operation.formation.narrative import LONGEST_EPISODE, narrate, sentences
from memos_core.operation.formation.phrases import entities, key_phrases
from tests.unit.cells.talk import CLIMBING, conversations, said


def fact(message, text: str, words: str, *, period: Period | None = None, modality=Modality.ASSERTED) -> Fact:
    start = message.text.index(words)
    return Fact(
        subject=message.who,
        predicate="said",
        object=words,
        text=text,
        modality=modality,
        period=period,
        observed_at=message.at,
        evidence=(Evidence(source=message.source, start=start, stop=start + len(words)),),
    )


MARCH = Period(start=datetime(2024, 3, 1, tzinfo=UTC), end=datetime(2024, 4, 1, tzinfo=UTC), label="March 2024")


def test_a_fact_stands_for_its_sentence() -> None:
    (message,) = said(["I moved to Leeds in March. It rains."])
    told = fact(message, "Mara moved to Leeds.", "I moved to Leeds in March.", period=MARCH)
    _, episode = narrate([message], [told], UTC)
    assert "Mara moved to Leeds [March 2024]." in episode
    assert "I moved" not in episode
    assert '"It rains."' in episode


@pytest.mark.parametrize(
    "text, fact_text, modality",
    [
        ("I moved to Leeds with my cousin Ana after the big flood.", "Mara moved to Leeds.", Modality.ASSERTED),
        ("I paid 300 for the flat in Leeds.", "Mara paid for the flat in Leeds.", Modality.ASSERTED),
        ("I saw the flood near Leeds.", "The flood near Leeds was seen.", Modality.ASSERTED),
        ("I walk the dog along the Elbe.", "Mara walk the dog along the Elbe.", Modality.ASSERTED),
        ("I held her for most of the days.", "Mara held her for most of the days.", Modality.ASSERTED),
        ("I wish I lived in Leeds.", "Mara lives in Leeds, wish.", Modality.HYPOTHETICAL),
    ],
)
def test_a_fact_that_tells_too_little_does_not(text: str, fact_text: str, modality: Modality) -> None:
    (message,) = said([text])
    _, episode = narrate([message], [fact(message, fact_text, text, modality=modality)], UTC)
    assert text in episode


def test_statements_and_questions_are_framed() -> None:
    _, episode = narrate(said(["I saw a fox in the garden. It was red.", "Was the fox alone?"]), [], UTC)
    assert episode.splitlines() == [
        'Mara said: "I saw a fox in the garden. It was red."',
        'Tom asked: "Was the fox alone?"',
    ]


def test_dates_are_resolved_in_the_zone_of_the_user() -> None:
    late = datetime(2024, 3, 4, 20, tzinfo=UTC)
    messages = said(["I saw a fox yesterday in our garden, near the old pond.", "Thanks!"], start=late)
    title, episode = narrate(messages, [], ZoneInfo("Asia/Shanghai"))
    assert "yesterday [4 March 2024]" in episode
    assert title.endswith("(5 March 2024)")


def test_an_absolute_date_is_not_repeated() -> None:
    _, episode = narrate(said(["I saw a fox on March 3, 2024 in the garden."]), [], UTC)
    assert "[" not in episode


def test_courtesies_are_dropped() -> None:
    _, episode = narrate(said(["Hi Tom!", "Hello! How are you?", "Fine. I bought a kayak.", "Awesome!"]), [], UTC)
    assert episode == 'Mara said: "I bought a kayak."'


def test_courtesies_alone_are_told_as_they_are() -> None:
    title, episode = narrate(said(["Hi!", "Hello!"]), [], UTC)
    assert episode == "Mara: Hi!\nTom: Hello!"
    assert title == "Mara & Tom (4 March 2024)"


def test_chinese_is_told_in_chinese() -> None:
    title, episode = narrate(said(["我上个月搬到了杭州，在一家茶馆工作。", "你喜欢杭州的龙井茶吗？", "谢谢"]), [], UTC)
    assert "Mara说：“我上个月[2024年2月]搬到了杭州" in episode
    assert "Tom问：" in episode and "谢谢" not in episode
    assert title.endswith("（2024年3月4日）") and "杭州" in title


def test_code_is_left_out() -> None:
    (message,) = said(
        ["My parser fails on nested lists.\n```python\nsecret_token = parse(text)\n```\nIt stops at the comma."]
    )
    _, episode = narrate([message], [], UTC)
    assert "secret_token" not in episode and "comma" in episode


def test_a_long_cell_keeps_what_tells_most() -> None:
    filler = "well you know it was so very much like that and then some"
    texts = [f"{filler} {number}." for number in "abcdefghij" * 6] + ["The Eurostar to Paris on 12 May costs 89 euros."]
    _, episode = narrate(said(texts), [], UTC)
    assert len(episode) <= LONGEST_EPISODE
    assert "89 euros" in episode


@settings(max_examples=50)
@given(conversations())
def test_an_episode_adds_nothing_and_is_no_longer(messages) -> None:
    title, episode = narrate(messages, [], UTC)
    transcript = "\n".join(f"{message.who}: {message.text}" for message in messages)
    assert title and episode
    assert len(episode) <= min(len(transcript) + 20, LONGEST_EPISODE)
    unframed = re.sub(
        r"^(\w+)(?: said:|[说问]：| asked:)", r"\1 ", re.sub(r"\[[^\]]*\]", "", episode), flags=re.MULTILINE
    )
    assert set(re.findall(r"\w+", unframed)) <= set(re.findall(r"\w+", transcript))


@given(conversations())
def test_sentences_lie_in_order_within_the_text(messages) -> None:
    for message in messages:
        spans = list(sentences(message.text))
        assert all(0 <= start < stop <= len(message.text) for start, stop in spans)
        assert all(one[1] <= other[0] for one, other in pairwise(spans))
        assert "".join("".join(message.text[a:b] for a, b in spans).split()) == "".join(message.text.split())


# ── key phrases ─────────────────────────────────────────────────────────────────────────────────


def test_key_phrases_prefer_what_recurs() -> None:
    assert key_phrases(CLIMBING, ("Mara", "Tom"), 1)[0] in ("gym", "climbing shoes", "climbing")


def test_names_count_more_than_words() -> None:
    assert key_phrases(["We saw Ana near a river"], (), 1) == ("Ana",)


def test_speakers_and_their_nicknames_are_no_topics() -> None:
    found = entities(["So Mel, the canoe arrived", "Melanie paints the canoe"], ("Melanie",))
    assert "canoe" in found and not found & {"mel", "melanie"}


def test_words_that_say_little_are_no_topics() -> None:
    found = key_phrases(["My aunt is from Gothenburg.", "The boat is from 1968.", "She counts waves."])
    assert not any(word in ("from", "counts") for phrase in found for word in phrase.lower().split())


def test_a_name_keeps_its_capital_at_the_start_of_a_sentence() -> None:
    assert "Henning" in key_phrases(["Henning laughed.", "We sail with Henning.", "Henning is late."])
    assert "Copenhagen" in key_phrases(["Copenhagen is far.", "The race is in Copenhagen."])


def test_no_phrase_contains_another() -> None:
    found = key_phrases(["charity race", "the charity race in May"], (), 3)
    assert "charity race" in found and "race" not in found


def test_a_full_stop_may_end_a_word_only() -> None:
    text = "I saw Mr. Smith, e.g. yesterday. He left. St. Ives is far."
    assert [text[a:b] for a, b in sentences(text)] == [
        "I saw Mr. Smith, e.g. yesterday.",
        "He left.",
        "St. Ives is far.",
    ]
