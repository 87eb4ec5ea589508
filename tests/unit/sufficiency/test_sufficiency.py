from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.domain.cube import Header, MemCube, Plaintext
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.query import Filter, Hit, MemoryCall
from memos_core.interface.planner import plan
from memos_core.operation.recall.analysis import analyse
from memos_core.operation.recall.sufficiency import A_NAME, A_TIME, SURE, THAT_PERIOD, judge, rarity

MONDAY = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
PEOPLE = ("Mara", "Jonas")


def asked(query: str, speakers: tuple[str, ...] = PEOPLE) -> MemoryCall:
    return plan(query, speakers, Filter(), 1000, 50, MONDAY, range(2024, 2025))


def said(text: str, *, speaker: str = "Mara", at: datetime = MONDAY, dense: float = 0.9) -> Hit:
    header = Header(
        id=f"mem_{speaker}_{text}",
        vault="v",
        kind="turn",
        version=1,
        state=LifecycleState.ACTIVE,
        recorded_at=at,
        occurred_at=at,
        valid_from=at,
        speaker=speaker,
    )
    cube = MemCube(header=header, payload=Plaintext(text=text))
    return Hit(cube=cube, score=dense, why={"dense": dense}, passage=(0, len(text)))


def rare(call: MemoryCall) -> dict[int, float]:
    return dict.fromkeys(call.terms, 0.001)


def test_words_of_the_person_asked_about_that_cover_the_question_suffice():
    call = asked("What did Mara think of the pottery workshop in Ghent?")
    verdict = judge(call, [said("The pottery workshop in Ghent? I think it was a joy.")], rare(call), 0.7)
    assert verdict.sufficient
    assert not verdict.missing
    assert verdict.confidence > SURE


def test_what_another_person_said_of_themselves_is_no_answer():
    call = asked("What did Jonas think of the pottery workshop?")
    mine = said("I think the pottery workshop was a joy.")
    verdict = judge(call, [mine, said("My bicycle is broken.", speaker="Jonas", dense=0.2)], rare(call), 0.7)
    assert not verdict.sufficient
    assert {"pottery", "workshop"} <= set(verdict.missing)
    right = judge(asked("What did Mara think of the pottery workshop?"), [mine], rare(call), 0.7)
    assert right.confidence > verdict.confidence


def test_what_somebody_is_asked_or_told_is_about_them():
    call = asked("How was the pottery workshop for Jonas?")
    to_him = judge(call, [said("How was your pottery workshop?")], rare(call), 0.5)
    of_her = judge(call, [said("I went to my pottery workshop.")], rare(call), 0.5)
    assert to_him.confidence > of_her.confidence
    assert not to_him.missing
    assert of_her.missing == ("pottery", "workshop")


def test_a_memory_of_somebody_by_name_is_about_them():
    call = asked("Which instrument does Jonas play?")
    by_name = judge(call, [said("Jonas plays an instrument, the Kora.")], rare(call), 0.5)
    assert "instrument" not in by_name.missing


def test_nothing_found_is_said_in_the_words_of_the_question():
    verdict = judge(asked("Where did Mara buy the Zanzibar chest?"), [])
    assert verdict.abstain
    assert not verdict.sufficient
    assert verdict.confidence == 0
    assert verdict.missing == ("buy", "Zanzibar", "chest")


def test_a_missing_name_is_not_sufficient_however_much_else_is_covered():
    call = asked("What does Mara think of the Wozniak workshop?")
    verdict = judge(call, [said("I think the workshop was lovely.", dense=1.0)], rare(call), 0.99)
    assert verdict.confidence > SURE
    assert verdict.missing == ("Wozniak",)
    assert not verdict.sufficient


@pytest.mark.parametrize(
    ("query", "without", "having", "kind"),
    [
        ("When did Mara sell the boat?", "I did sell the boat.", "I did sell the boat yesterday.", A_TIME),
        ("Who bought the boat of Mara?", "I sold my boat.", "I sold my boat to Piotr.", A_NAME),
    ],
)
def test_an_answer_of_the_expected_kind_is_missed(query: str, without: str, having: str, kind: str):
    assert kind in judge(asked(query), [said(without)]).missing
    assert kind not in judge(asked(query), [said(having)]).missing


def test_a_named_period_without_a_memory_is_missed():
    call = asked("What did Mara do in January 2024?")
    february = datetime(2024, 1, 31, tzinfo=UTC) + timedelta(days=8)
    assert THAT_PERIOD not in judge(call, [said("We did the garden.", at=february)]).missing
    late = judge(call, [said("We did the garden.", at=MONDAY)])
    assert THAT_PERIOD in late.missing
    assert not late.sufficient


def test_advice_needs_no_memory_and_is_never_refused():
    call = asked("Can you recommend a restaurant for tonight?", speakers=())
    assert call.advice
    assert not judge(call, []).abstain
    verdict = judge(call, [said("I never eat meat.", speaker="")], rare(call), 0.1)
    assert verdict.sufficient
    assert not verdict.abstain


def test_chinese_words_are_missed_as_written():
    verdict = judge(asked("王明的钢琴老师住在哪里?", speakers=()), [said("我喜欢游泳。", speaker="")])
    assert "钢琴" in verdict.missing


def test_rare_words_weigh_more():
    call = asked("What colour is the chest of Mara?")
    colour, chest = analyse("colour chest")
    weights = rarity(call, [], {colour: 0.5, chest: 0.001})
    assert weights[chest] == 1
    assert 0 < weights[colour] < 0.2


@given(
    texts=st.lists(st.text(alphabet="ab ?你我I.you", min_size=1, max_size=30), max_size=12),
    query=st.text(alphabet="abMara whe钢琴?", min_size=1, max_size=40),
    cosine=st.one_of(st.none(), st.floats(-1, 1)),
)
def test_a_verdict_is_coherent(texts: list[str], query: str, cosine: float | None):
    call = asked(query)
    verdict = judge(call, [said(text) for text in texts], None, cosine)
    assert 0 <= verdict.confidence <= 1
    assert not (verdict.sufficient and verdict.abstain)
    assert len(set(verdict.missing)) == len(verdict.missing)
    assert all(one in query or one in (A_TIME, A_NAME, THAT_PERIOD) for one in verdict.missing)
