"""What single messages state: one expectation a line in ``sentences.jsonl``."""

import json
from pathlib import Path

import pytest

from memos_core.domain.engram import Modality
from tests.unit.facts.fact_probes import facts_of, said, short, slots

LINES = [
    json.loads(line) for line in (Path(__file__).parent / "sentences.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("line", LINES, ids=[line["text"][:40] for line in LINES])
def test_a_message_states_exactly_this(line):
    assert slots(line["text"], line["speaker"]) == set(line["facts"])


@pytest.mark.parametrize(
    "text",
    [
        "Do people who live in Iceland like fermented shark?",
        "Should I move to Berlin? What do you think?",
        'He said "I live in Rome" three times.',
        "```\nmy_name = 'x'  # I live in Rome\n```",
        "> I work at Acme",
        "Thanks so much, take care!",
        "My day was great.",
        "I love it!",
        "你觉得我应该住在海口吗？",
        "大家都住在这里。",
    ],
)
def test_questions_quotations_code_and_courtesies_fill_no_slot(text):
    assert slots(text) == set()


def test_an_assistant_states_nothing():
    from memos_core.operation.formation.facts import extract_facts

    assert extract_facts(said("I live in Rome and I work at Acme.", speaker="", role="assistant")) == []


def test_a_joke_is_supposed():
    found = facts_of("I quit, I'm a circus clown now! Just kidding.")
    assert found
    assert {one.modality for one in found} == {Modality.HYPOTHETICAL}


def test_a_sentence_without_a_slot_is_told_in_the_third_person_with_its_date():
    (told,) = facts_of("I went to the pottery workshop with my colleagues last Friday.")
    assert (told.predicate, told.subject) == ("said", "Mara")
    assert told.text == "Mara went to the pottery workshop with Mara's colleagues last Friday [7 June 2024]."


def test_at_most_three_sentences_of_a_message_are_told():
    text = " ".join(f"I carried box number {number} up the stairs yesterday." for number in range(9))
    assert len(facts_of(text)) == 3


def test_a_period_is_the_date_of_the_change():
    (moved,) = facts_of("I moved to Leeds last weekend.")
    assert moved.period is not None
    assert (moved.period.start.date().isoformat(), moved.period.end) == ("2024-06-08", None)
    assert moved.text == "Mara lives in Leeds [weekend of 8 June 2024]."


def test_a_past_state_is_closed_at_both_ends():
    (lived,) = facts_of("Back in 2019 I lived in Porto.")
    assert short(lived) == "Mara | residence | Porto | ended"
    assert lived.period is not None
    assert lived.period.end is not None
    assert (lived.period.start.year, lived.period.end.year) == (2019, 2020)


def test_an_order_between_two_people_is_no_instruction():
    from memos_core.operation.formation.facts import extract_facts

    assert extract_facts(said("Never give up on your dreams.", role="")) == []
    (order,) = extract_facts(said("Never use emojis in your answers."))
    assert order.predicate == "instruction"
