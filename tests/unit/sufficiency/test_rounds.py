from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memos_core.domain.cube import Header, MemCube, Plaintext
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.query import Filter, Hit, MemoryCall, Verdict
from memos_core.interface.planner import plan
from memos_core.operation.recall.analysis import analyse
from memos_core.operation.recall.rounds import merged, rewritten
from memos_core.operation.recall.sufficiency import A_TIME

MONDAY = datetime(2024, 3, 4, 9, 30, tzinfo=UTC)
UNSURE = Verdict(sufficient=False, confidence=0.2)


def asked(query: str) -> MemoryCall:
    return plan(query, ("Mara", "Jonas"), Filter(), 1000, 50, MONDAY, range(2023, 2025))


def hit(number: int, text: str = "") -> Hit:
    header = Header(
        id=f"mem_{number:03}",
        vault="v",
        kind="turn",
        version=1,
        state=LifecycleState.ACTIVE,
        recorded_at=MONDAY,
        occurred_at=MONDAY,
        valid_from=MONDAY,
        speaker="Mara",
    )
    cube = MemCube(header=header, payload=Plaintext(text=text))
    return Hit(cube=cube, score=1.0, why={"dense": 1.0}, passage=(0, len(text)))


def test_what_suffices_is_not_asked_again():
    good = replace(UNSURE, sufficient=True, missing=("boat",))
    assert rewritten(asked("What is the job of Mara?"), good, [hit(1, "I teach.")], ()) == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [("What is the job of Mara?", "occupation"), ("Where do the children live?", "kid"), ("王明的工作是什么?", "职业")],
)
def test_everyday_words_bring_their_synonyms(query: str, expected: str):
    assert any(expected in form for form in rewritten(asked(query), UNSURE, [], ()))


def test_synonyms_stay_in_the_language_of_the_question():
    forms = rewritten(asked("What is the job of Mara?"), UNSURE, [], ())
    assert forms
    assert all(form.isascii() for form in forms)


def test_relative_dates_become_absolute_first():
    forms = rewritten(asked("What did Mara paint yesterday?"), UNSURE, [hit(1, "A fresco.")], ())
    assert "3 March 2024" in forms[0]
    assert "yesterday" not in forms[0]


def test_the_best_hits_lend_words_that_the_others_do_not_have():
    hits = [hit(1, "Off to see Wislawa and the ferry today."), hit(2, "The ferry was late."), hit(3, "So late.")]
    hits += [hit(number, "It was late today.") for number in range(4, 12)]
    form = next(form for form in rewritten(asked("How was the crossing?"), UNSURE, hits, ("Mara",)) if "ferry" in form)
    assert form.startswith("How was the crossing?")
    assert "Wislawa" in form
    assert "late" not in form.split()[:6]


def test_speakers_are_not_lent():
    hits = [hit(1, "My dear Jonas, the ferry sails.")]
    assert not any("Jonas" in form for form in rewritten(asked("How was the crossing?"), UNSURE, hits, ("Jonas",)))


def test_missing_words_are_looked_up_alone_but_kinds_of_answers_are_not():
    verdict = replace(UNSURE, missing=("Zanzibar", "chest", A_TIME))
    forms = rewritten(asked("When did Mara sell the Zanzibar chest?"), verdict, [], (), most=9)
    assert "Mara Zanzibar chest" in forms
    assert not any(A_TIME in form for form in forms)


@given(
    query=st.text(alphabet="abcjob kidMra 工作?", min_size=1, max_size=30),
    texts=st.lists(st.text(alphabet="abc XYZ.", max_size=20), max_size=6),
    missing=st.lists(st.sampled_from(["job", "kid", "Mra", A_TIME]), unique=True),
    most=st.integers(0, 4),
)
def test_forms_are_few_and_differ_in_what_they_look_up(query: str, texts: list[str], missing: list[str], most: int):
    verdict = replace(UNSURE, missing=tuple(missing))
    forms = rewritten(asked(query), verdict, [hit(number, text) for number, text in enumerate(texts)], (), most)
    assert len(forms) <= most
    looked_up = [frozenset(analyse(form)) for form in (query, *forms)]
    assert len(set(looked_up)) == len(looked_up)


@given(
    first=st.lists(st.integers(0, 20), unique=True),
    more=st.lists(st.lists(st.integers(0, 20), unique=True), max_size=3),
    limit=st.integers(1, 30),
)
def test_merging_keeps_the_first_round_in_front(first: list[int], more: list[list[int]], limit: int):
    one = [hit(number) for number in first]
    found = merged(one, [[hit(number) for number in numbers] for numbers in more], limit)
    assert found[: len(one)] == one[:limit]
    numbers = [each.cube.id for each in found]
    assert len(set(numbers)) == len(numbers)
    assert len(found) == min(limit, len({*first}.union(*more)))


def test_later_rounds_take_turns():
    found = merged([hit(1)], [[hit(2), hit(3)], [hit(1), hit(4)]], 10)
    assert [each.cube.id for each in found] == ["mem_001", "mem_002", "mem_003", "mem_004"]
