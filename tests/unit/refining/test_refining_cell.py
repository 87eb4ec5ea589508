import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from memos_core.domain.engram import (
    Evidence,
    Fact,
    Foresight,
    ForesightKind,
    IntervalSource,
    MemCell,
    Message,
    Modality,
    Period,
    Polarity,
)
from memos_core.domain.usage import ModelBudget
from memos_core.operation.refining import cell as refining
from memos_core.operation.refining.asking import Asked, Asker, Outcome
from tests.unit.refining.chat_server import Scripted
from tests.unit.refining.test_refining_asking import Shelves

NOON = datetime(2024, 5, 6, 12, 0, tzinfo=UTC)  # a Monday
TEXTS = (
    ("Mara", "I moved to Leeds last Friday with my sister Ana."),
    ("Ben", "Nice! Is she still a nurse?"),
    ("Mara", "She is, at Saint James. I don't eat meat any more, by the way."),
    ("Mara", "我和张伟去了北京，买了两本书。"),
)
MESSAGES = tuple(
    Message(source=f"mem_{n}", version=n, text=text, speaker=who, session="s", at=NOON + timedelta(minutes=n))
    for n, (who, text) in enumerate(TEXTS, 1)
)
RESIDENCE = Fact(
    subject="Mara",
    predicate="residence",
    object="Leeds",
    text="Mara lives in Leeds.",
    observed_at=NOON,
    evidence=(Evidence(source="mem_1", version=1, start=0, stop=16),),
)
NONSENSE = Fact(
    subject="Mara",
    predicate="likes",
    object="way",
    text="Mara likes way.",
    observed_at=NOON,
    evidence=(Evidence(source="mem_3", version=3, start=50, stop=60),),
)
TRIP = Foresight(
    subject="Mara",
    text="Mara moves.",
    topic="move",
    kind=ForesightKind.PLAN,
    period=Period(start=NOON, end=NOON + timedelta(days=1)),
    interval_source=IntervalSource.DEFAULT,
    observed_at=NOON,
    evidence=(Evidence(source="mem_1", version=1, start=0, stop=16),),
)
CELL = MemCell(
    id="cell_1",
    session="s",
    start=MESSAGES[0].at,
    end=MESSAGES[-1].at,
    title="leeds (6 May 2024)",
    episode='Mara said: "I moved to Leeds."',
    sources=tuple((one.source, one.version) for one in MESSAGES),
    speakers=("Mara", "Ben"),
    facts=(RESIDENCE, NONSENSE),
    foresight=(TRIP,),
)
NURSE: dict[str, Any] = {
    "subject": "Ana",
    "predicate": "occupation",
    "object": "nurse",
    "text": "Ana is a nurse.",
    "polarity": "affirmed",
    "modality": "asserted",
    "when": None,
    "quotes": [
        {"message": "m1", "text": "my sister Ana"},
        {"message": "m2", "text": "a nurse"},
        {"message": "m3", "text": "She is"},
    ],
}
ALCOHOL: dict[str, Any] = {
    "subject": "Mara",
    "text": "Mara does not eat meat.",
    "topic": "meat",
    "kind": "constraint",
    "when": None,
    "until": None,
    "days": 30,
    "quotes": [{"message": "m3", "text": "I don't eat meat any more"}],
}


def said(*, facts: Any = (), foresight: Any = (), episode: Any = (), **more: Any) -> str:
    return json.dumps({"episode": list(episode), "facts": list(facts), "foresight": list(foresight), **more})


def asked(*script: str) -> tuple[Asked[MemCell], Scripted]:
    model = Scripted(*script)
    books = Shelves()
    asker = Asker(model, lambda work: work(books), budget=ModelBudget())  # type: ignore[arg-type]
    return refining.refined(asker, CELL, MESSAGES, UTC), model


def accepted(*script: str) -> MemCell:
    answer, _ = asked(*script)
    assert answer.value is not None, answer.notes
    return answer.value


def facts_of(cell: MemCell) -> list[Fact]:
    return [one for one in cell.facts if one not in (RESIDENCE, NONSENSE)]


# ── what is accepted ────────────────────────────────────────────────────────────────────────────


def test_the_model_is_shown_what_it_may_cite() -> None:
    _, model = asked(said())
    (prompt,) = model.prompts()
    assert "m3 [Monday, 6 May 2024, 12:03] Mara: She is, at Saint James." in prompt
    assert '"last Friday" in m1 is 3 May 2024' in prompt
    assert "f1: Mara lives in Leeds. (residence, affirmed)" in prompt and "g1: Mara moves. (plan)" in prompt


def test_a_fact_rests_on_the_words_that_it_quotes() -> None:
    answer, model = asked(said(facts=[NURSE]))
    assert answer.value is not None and answer.notes == () and len(model.seen) == 1
    (fact,) = facts_of(answer.value)
    assert (fact.subject, fact.predicate, fact.object, fact.text) == ("Ana", "occupation", "nurse", "Ana is a nurse.")
    texts = {(one.source, one.version): one.text for one in MESSAGES}
    assert [texts[e.source, e.version][e.start : e.stop] for e in fact.evidence] == [
        "my sister Ana",
        "a nurse",
        "She is",
    ]
    assert fact.observed_at == MESSAGES[2].at and fact.confidence == refining.CONFIDENCE
    assert answer.value.facts[:2] == (RESIDENCE, NONSENSE), "what the rules found stays"
    assert (answer.value.sources, answer.value.id, answer.value.start) == (CELL.sources, CELL.id, CELL.start)


def test_a_date_is_one_that_the_grammar_resolved() -> None:
    move = NURSE | {"subject": "Mara", "predicate": "said", "object": "the move", "text": "Mara moved on 3 May 2024."}
    move |= {"quotes": [{"message": "m1", "text": "I moved to Leeds last Friday"}]}
    (fact,) = facts_of(accepted(said(facts=[move | {"when": "t1"}])))
    assert fact.period is not None and (fact.period.start, fact.period.label) == (
        datetime(2024, 5, 3, tzinfo=UTC),
        "3 May 2024",
    )
    answer, _ = asked(said(facts=[move | {"when": "t7"}]), said())
    assert "no time expression 't7'" in answer.notes[0]
    answer, _ = asked(said(facts=[move | {"text": "Mara moved on 4 May 2024."}]), said())
    assert "4 is not in m1" in answer.notes[0]


def test_an_estimated_length_says_that_a_model_estimated_it() -> None:
    cell = accepted(said(foresight=[ALCOHOL]))
    _, found = cell.foresight
    assert found.kind is ForesightKind.CONSTRAINT and found.interval_source is IntervalSource.MODEL
    assert found.period == Period(start=MESSAGES[2].at, end=MESSAGES[2].at + timedelta(days=30))
    assert found.evidence == (Evidence(source="mem_3", version=3, start=24, stop=49),)


def test_foresight_that_the_rules_found_is_not_doubled() -> None:
    again = ALCOHOL | {"kind": "plan", "quotes": [{"message": "m1", "text": "I moved to Leeds"}], "text": "Mara moved."}
    assert asked(said(foresight=[again]))[0] == Asked(value=None, outcome=Outcome.ANSWERED)


def test_a_fact_that_the_rules_found_is_not_doubled() -> None:
    again = NURSE | {"subject": "Mara", "predicate": "residence", "object": "leeds", "text": "Mara lives in Leeds."}
    again |= {"quotes": [{"message": "m1", "text": "I moved to Leeds"}]}
    assert asked(said(facts=[again]))[0] == Asked(value=None, outcome=Outcome.ANSWERED)


def test_what_is_called_wrong_goes_but_not_most_of_it() -> None:
    assert accepted(said(wrong=["f2"])).facts == (RESIDENCE,)
    answer, _ = asked(said(wrong=["f1", "f2", "g1"]), said())
    assert answer.value is None and answer.outcome is Outcome.ANSWERED
    assert "not most of it" in answer.notes[0]
    answer, _ = asked(said(wrong=["f9"]), said())
    assert answer.notes == ("wrong: there is no f9",)


def test_an_episode_is_told_by_sentences_that_hold() -> None:
    told = [
        {"text": "Mara moved to Leeds with her sister Ana on 3 May 2024.", "from": ["m1"]},
        {"text": "Ana works at Saint James.", "from": ["m1", "m3"]},
    ]
    cell = accepted(said(episode=told, topic="Mara's move to Leeds"))
    assert cell.episode == f"{told[0]['text']} {told[1]['text']}"
    assert cell.title == "Mara's move to Leeds (6 May 2024)"


def test_chinese_is_read_too() -> None:
    fact = NURSE | {"subject": "Mara", "predicate": "said", "object": "北京", "text": "Mara和张伟去了北京。"}
    fact |= {"quotes": [{"message": "m4", "text": "我和张伟去了北京"}]}
    (found,) = facts_of(accepted(said(facts=[fact])))
    assert found.object == found.text == "Mara和张伟去了北京。"
    answer, _ = asked(said(facts=[fact | {"text": "Mara和王芳去了北京。"}]), said())
    assert "王芳 is not in m4" in answer.notes[0]


# ── what is refused ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "change, says",
    [
        ({"text": "Ana is a nurse in Paris."}, "Paris is not in m1, m2, m3"),
        ({"text": "Ana has been a nurse for 5 years."}, "5 is not in"),
        ({"text": "Ana has been a nurse for five years."}, "five is not in"),
        ({"subject": "Bob"}, "do not speak of 'Bob'"),
        ({"subject": "She"}, "the subject is a pronoun"),
        ({"object": "doctor"}, "the object 'doctor' is not in the words of"),
        ({"quotes": [{"message": "m9", "text": "nurse"}]}, "m9 does not say 'nurse'"),
        ({"quotes": [{"message": "m1", "text": "a nurse"}]}, "m1 does not say 'a nurse'"),
        ({"quotes": [{"message": "m2", "text": "a  nurse"}]}, "m2 does not say"),
        ({"quotes": [{"message": "m2", "text": "! "}]}, "too short"),
        ({"quotes": [{"message": "m2", "text": "a nurse"}]}, "m2 do not speak of 'Ana'"),
        ({"quotes": []}, "at least 1 usable"),
        ({"quotes": "m2"}, "must be of type array"),
        ({"polarity": "maybe"}, "must be one of affirmed"),
        ({"text": "x" * 500}, "longer than 400"),
    ],
)
def test_an_invention_is_refused_and_the_rest_accepted(change: dict[str, Any], says: str) -> None:
    good = NURSE | {"predicate": "said", "text": "Ana works at Saint James."}
    answer, model = asked(said(facts=[NURSE | change, good]), said(facts=[good]))
    assert answer.value is not None
    assert [one.text for one in facts_of(answer.value)] == ["Ana works at Saint James."]
    assert says in answer.notes[0]
    assert says in model.seen[1][3]["content"], "the model is told"


def test_what_is_refused_twice_leaves_what_the_rules_made() -> None:
    bad = said(facts=[NURSE | {"subject": "Bob"}])
    answer, model = asked(bad, bad)
    assert (answer.value, answer.outcome, len(model.seen)) == (None, Outcome.REFUSED, 2)


@pytest.mark.parametrize(
    "change, says",
    [
        ({"days": None}, "how long it holds"),
        ({"when": "t9"}, "no such time expression"),
        ({"days": 0}, "out of bounds"),
        ({"days": 10.5}, "of type"),
        ({"kind": "hope"}, "one of plan"),
        ({"topic": "Tofu Diet"}, "Diet"),
    ],
)
def test_foresight_without_ground_is_refused(change: dict[str, Any], says: str) -> None:
    answer, _ = asked(said(foresight=[ALCOHOL | change]), "I cannot.")
    assert answer.value is None
    assert says in answer.notes[0]


def test_an_episode_of_which_most_is_invented_is_not_told() -> None:
    told = [
        {"text": "Mara moved to Leeds.", "from": ["m1"]},
        {"text": "Bob moved to York.", "from": ["m1"]},
        {"text": "They met in 1999.", "from": ["m2"]},
        {"text": "Ana is there.", "from": ["m77"]},
    ]
    answer, _ = asked(said(episode=told, topic="York"), said(episode=told[1:], topic="York"))
    assert answer.value is None
    assert "there is no m77" in " ".join(answer.notes)
    assert accepted(said(episode=told[:2]), said(episode=told[:2])).episode == "Mara moved to Leeds."


def test_a_slot_that_does_not_exist_is_said_only() -> None:
    def predicate(named: str) -> str:
        return facts_of(accepted(said(facts=[NURSE | {"predicate": named}])))[0].predicate

    assert predicate("Occupation") == "occupation"
    assert predicate("profession") == predicate("relative") == predicate("diet.vegan") == "said"
    assert predicate("attribute.ward") == "attribute.ward"


def test_polarity_and_modality_are_taken_over() -> None:
    fact = NURSE | {"subject": "Mara", "predicate": "diet", "object": "meat", "text": "Mara eats no meat any more."}
    fact |= {"quotes": [{"message": "m3", "text": "I don't eat meat any more"}]}
    (found,) = facts_of(accepted(said(facts=[fact | {"polarity": "ended", "modality": "planned"}])))
    assert (found.polarity, found.modality) == (Polarity.ENDED, Modality.PLANNED)


def test_a_reply_that_was_cut_off_is_asked_for_again_and_its_whole_part_kept() -> None:
    cut = said(facts=[NURSE, NURSE | {"predicate": "said", "text": "Ana works."}])
    answer, model = asked(cut[: len(cut) - 60], "")
    assert answer.value is not None and len(facts_of(answer.value)) == 1
    assert len(model.seen) == 2 and "cut off" in answer.notes[0]


def test_what_the_first_reply_gave_is_not_lost_when_the_second_gives_nothing() -> None:
    answer, _ = asked(said(facts=[NURSE, NURSE | {"subject": "Bob"}]), said())
    assert answer.value is not None and len(facts_of(answer.value)) == 1


def test_an_instruction_in_a_message_is_material() -> None:
    _, model = asked(said())
    assert model.prompts()[0].index("<data>") < model.prompts()[0].index("m1 [")
