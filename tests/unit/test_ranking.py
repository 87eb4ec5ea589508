"""Each feature alone decides between two passages that are equal in all else."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from memos_core.domain.moment import to_micros
from memos_core.domain.query import Answer, Filter, MemoryCall
from memos_core.domain.record import FOREVER
from memos_core.operation.formation.signals import Signal
from memos_core.operation.recall import ranking
from memos_core.operation.recall.ranking import ADVICE, ASKER, BY_WORDS, PEOPLE, WITH_VECTORS, Weights, rank, visible
from memos_core.ports import Columns, Floats, Mask

NAMES = [field.name for field in fields(Weights)]
NOTHING = Weights(**dict.fromkeys(NAMES, 0.0))
PLAIN = dict.fromkeys(NAMES, 1.0) | {"question": -1.0}
SIMPLE = {given: {kind: PLAIN for kind in (PEOPLE, ASKER, ADVICE)} for given in (WITH_VECTORS, BY_WORDS)}
N = 4


@pytest.fixture
def simple(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every feature counts for as much as every other, so that a test decides which ones do."""
    monkeypatch.setattr(ranking, "fitted", lambda: SIMPLE)


pytestmark = pytest.mark.usefixtures("simple")


class View:
    """A vault of four slots in two sessions: (0, 1) and (2, 3)."""

    fingerprint = "f"
    covered = size = N

    def __init__(self, **columns: object) -> None:
        ints = {name: np.zeros(N, np.int64) for name in ("version", "role", "speaker", "kind", "valid_from", "signals")}
        self.columns = Columns(
            **(
                ints
                | {
                    "cube": np.arange(N),
                    "session": np.array([1, 1, 2, 2]),
                    "occurred": np.arange(N),
                    "valid_to": np.full(N, FOREVER),
                    "hidden": np.zeros(N, np.bool_),
                    "previous": np.array([-1, 0, -1, 2]),
                    "following": np.array([1, -1, 3, -1]),
                    "sessions": ("", "s1", "s2"),
                    "speakers": ("", "Mara", "Jonah"),
                    "roles": ("", "user", "assistant"),
                    "kinds": ("",),
                }
                | columns
            )  # type: ignore[arg-type]
        )
        self.cosines = np.zeros(N, np.float32)
        self.words: dict[int, Floats] = {}

    def dense(self, query: Floats, mask: Mask, exact: int = 64) -> Floats:
        return np.where(mask, self.cosines, np.nan)

    def lexical(self, terms: object, mask: Mask, radii: tuple[int, ...]) -> list[Floats]:
        return [np.where(mask, self.words.get(radius, np.zeros(N, np.float32)), 0) for radius in radii]


CALL = MemoryCall(query="q", terms=(1,))
EVERY = np.ones(N, np.bool_)
QUERY = np.ones(1, np.float32)


def best(view: View, call: MemoryCall = CALL, mask: Mask = EVERY, **weights: float) -> list[int]:
    ranked = rank(view, call, QUERY, mask, replace(NOTHING, **weights))
    top = ranked.scores.max()
    return sorted(ranked.slots[ranked.scores == top].tolist())


def test_a_passage_without_a_vector_counts_as_an_average_one():
    view = View()
    view.cosines = np.array([0.1, np.nan, 0.9, 0.3], np.float32)
    ranked = rank(view, CALL, QUERY, EVERY, replace(NOTHING, dense=1))
    assert ranked.slots.tolist() == [2, 1, 3, 0]


@pytest.mark.parametrize(("radius", "name"), [(0, "turn"), (2, "window"), (5, "wide")])
def test_words(radius: int, name: str):
    view = View()
    view.words[radius] = np.array([0, 3, 0, 1], np.float32)
    assert best(view, **{name: 1}) == [1]


def test_what_stands_beside_or_in_the_same_message():
    view = View(cube=np.array([0, 1, 2, 2]))
    view.cosines = np.array([0.1, 0.9, 0.4, 0.8], np.float32)
    assert best(view, dense=1) == [1]
    assert best(view, dense_near=1) == [0, 1]
    assert best(view, dense_message=1) == [1]
    assert rank(view, CALL, QUERY, EVERY, replace(NOTHING, dense_message=1)).slots.tolist() == [1, 3, 2, 0]


def test_what_stands_up_to_ten_turns_away():
    links = {"previous": np.array([-1, 0, 1, 2]), "following": np.array([1, 2, 3, -1])}
    view = View(session=np.array([1, 1, 1, 1]), **links)
    view.cosines = np.array([0.1, 0.2, 0.3, 0.9], np.float32)
    assert best(view, dense_near=1) == [2, 3]
    assert best(view, dense_wide=1) == [0, 1, 2, 3]
    assert best(View(**{name: np.array([-1, -1, -1, -1]) for name in links}), dense_wide=1) == [0, 1, 2, 3]


def test_features_of_a_passage_do_not_depend_on_the_other_candidates():
    view = View()
    view.cosines = np.array([0.2, 0.4, 0.6, 0.8], np.float32)
    ranked = rank(view, CALL, QUERY, EVERY, replace(NOTHING, dense=1))
    np.testing.assert_allclose(ranked.shares["dense"], (1, 2 / 3, 1 / 3, 0), atol=1e-6)
    view.cosines[:] = 0.5
    assert rank(view, CALL, QUERY, EVERY, replace(NOTHING, dense=1)).scores.tolist() == [1, 1, 1, 1]
    view.cosines[:] = np.nan
    assert rank(view, CALL, QUERY, EVERY, replace(NOTHING, dense=1)).scores.tolist() == [0, 0, 0, 0]


def test_subject_is_whom_the_question_names():
    view = View(speaker=np.array([1, 2, 1, 2]))
    assert best(view, replace(CALL, subjects=("Jonah",)), subject=1) == [1, 3]
    assert best(view, replace(CALL, subjects=("Jonah", "Mara")), subject=1) == [0, 1, 2, 3]
    assert best(view, subject=1) == [0, 1, 2, 3]


def test_the_user_asks_about_what_the_user_said():
    view = View(role=np.array([2, 1, 2, 2]))
    assert best(view, asker=1) == [1]
    assert best(view, replace(CALL, subjects=("Jonah",)), asker=1) == [0, 1, 2, 3]


def test_what_the_assistant_said_is_sought_among_its_words():
    view = View(role=np.array([2, 1, 2, 2]))
    call = replace(CALL, query="What did you recommend?")
    assert best(view, call, answerer=1, asker=1) == [0, 2, 3]
    assert best(view, replace(call, query="What is your advice?", advice=True), answerer=1, asker=1) == [1]


def test_standing_instructions_meet_requests_not_questions_about_the_past():
    view = View(signals=np.array([0, Signal.STANDING, Signal.NAME, 0]))
    assert best(view, replace(CALL, query="Which libraries are used here?"), standing=1) == [1]
    assert best(view, replace(CALL, query="Did I mention a library?"), standing=1) == [0, 1, 2, 3]
    assert best(view, replace(CALL, subjects=("Jonah",)), standing=1) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("name", "signal"), [("stance", Signal.STANCE), ("choice", Signal.CHOICE), ("persona", Signal.PERSONA)]
)
def test_who_wants_advice_is_served_by_what_the_asker_is_like(name: str, signal: Signal):
    view = View(signals=np.array([0, signal, Signal.NAME, 0]))
    assert best(view, replace(CALL, advice=True), **{name: 1}) == [1]
    assert best(view, **{name: 1}) == [0, 1, 2, 3]


def test_the_expected_answer_wants_its_signal():
    view = View(signals=np.array([0, Signal.TIME, Signal.NAME, 0]))
    assert best(view, replace(CALL, answer=Answer.TIME), when=1) == [1]
    assert best(view, replace(CALL, answer=Answer.NAME), who=1) == [2]
    assert best(view, when=1, who=1) == [0, 1, 2, 3]


def test_a_period_is_told_of_in_it_and_soon_after():
    day = timedelta(days=1)
    may = datetime(2023, 5, 1, tzinfo=UTC)
    said = [may - 60 * day, may + 10 * day, may + 35 * day, may + 90 * day]
    view = View(occurred=np.array([to_micros(moment) for moment in said]))
    call = replace(CALL, periods=((may, may + 31 * day),))
    assert best(view, call, period=1) == [1, 2]
    assert rank(view, call, QUERY, EVERY, replace(NOTHING, period=1)).slots.tolist()[2:] == [3, 0]
    assert best(view, period=1) == [0, 1, 2, 3]
    assert best(view, replace(call, advice=True), period=1) == [0, 1, 2, 3]


def test_questions_about_somebody_are_answered_by_what_follows_a_question():
    view = View(signals=np.array([0, 0, Signal.QUESTION, 0]))
    named = replace(CALL, subjects=("Jonah",))
    assert best(view, named, reply=1) == [3]
    assert best(view, named, question=1) == [0, 1, 3]
    assert best(view, question=1, reply=1) == [0, 1, 2, 3]


def test_every_kind_of_question_has_weights_of_its_own(monkeypatch: pytest.MonkeyPatch):
    view = View(role=np.array([1, 2, 2, 2]))
    view.cosines = np.array([0.1, 0.9, 0.2, 0.3], np.float32)
    view.words = {0: np.array([0, 0, 9, 0], np.float32), 5: np.ones(N, np.float32)}
    by_kind = {PEOPLE: {"dense": 1.0}, ASKER: {"turn": 1.0, "asker": 0.5}, ADVICE: {"asker": 1.0}}
    monkeypatch.setattr(
        ranking, "fitted", lambda: {WITH_VECTORS: by_kind, BY_WORDS: {**by_kind, ADVICE: {"turn": 1.0}}}
    )
    assert rank(view, replace(CALL, subjects=("Jonah",)), QUERY, EVERY).slots[0] == 1
    assert rank(view, CALL, QUERY, EVERY).slots[0] == 2
    assert rank(view, replace(CALL, advice=True), QUERY, EVERY).slots[0] == 0
    assert rank(view, replace(CALL, advice=True), None, EVERY).slots[0] == 2
    nobody = View(roles=("",))
    nobody.cosines = view.cosines
    assert rank(nobody, CALL, QUERY, EVERY).slots[0] == 1


def test_only_the_best_are_looked_at_closely(monkeypatch: pytest.MonkeyPatch):
    size = 9
    links = {"previous": np.arange(-1, size - 1), "following": np.append(np.arange(1, size), -1)}
    zeros = {name: np.zeros(size, np.int64) for name in ("version", "role", "speaker", "kind", "valid_from", "signals")}
    alike = {"cube": np.arange(size), "session": np.ones(size, np.int64), "occurred": np.arange(size)}
    view = View(valid_to=np.full(size, FOREVER), hidden=np.zeros(size, np.bool_), **zeros, **alike, **links)
    view.cosines = np.array([0.0, 0.9, 0.1, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3], np.float32)
    every, call = np.ones(size, np.bool_), replace(CALL, limit=1, terms=())
    weights = replace(NOTHING, dense=1, dense_near=5)
    full = rank(view, call, QUERY, every, weights)
    assert full.slots.tolist() == [1, 3, 4, 2]
    monkeypatch.setattr(ranking, "CLOSER_LOOK", 5)
    assert rank(view, call, QUERY, every, weights).slots.tolist() == [1, 3, 4, 5]
    few = rank(view, replace(call, limit=2), QUERY, every, weights)
    assert few.slots.size == 8  # as many as the caller asks for, in any case
    np.testing.assert_allclose(few.scores[0], full.scores[0])


def test_shares_sum_to_the_score():
    view = View(role=np.array([1, 2, 1, 2]))
    view.cosines = np.array([0.1, 0.2, 0.9, 0.3], np.float32)
    view.words = {0: view.cosines * 2, 2: view.cosines[::-1].copy()}
    ranked = rank(view, CALL, QUERY, EVERY)
    np.testing.assert_allclose(sum(ranked.shares.values()), ranked.scores, rtol=1e-6)


def test_without_a_vector_a_request_still_meets_standing_instructions():
    view = View(signals=np.array([0, Signal.STANDING, 0, 0]))
    assert rank(view, replace(CALL, advice=True), None, EVERY).slots.tolist() == [1]
    assert rank(view, CALL, None, EVERY).slots.size == 0


def test_without_a_vector_only_words_make_a_memory_relevant():
    view = View(role=np.array([1, 1, 1, 1]))
    view.words = {5: np.array([0, 0, 0, 1], np.float32)}
    assert rank(view, CALL, None, EVERY).slots.tolist() == [3]
    assert rank(view, replace(CALL, terms=()), None, EVERY).slots.size == 0


def test_only_candidates_are_ranked():
    view = View()
    view.cosines = np.array([0.1, 0.2, 0.9, 0.3], np.float32)
    assert rank(view, CALL, QUERY, EVERY & False).slots.size == 0
    assert best(view, mask=np.array([True, True, False, False]), dense=1) == [1]
    hidden = View(hidden=np.array([True, False, False, False]), valid_to=np.array([FOREVER, FOREVER, 5, FOREVER]))
    assert visible(hidden.columns, Filter()).tolist() == [False, True, False, True]


def test_the_shipped_weights_name_features_that_exist():
    shipped = json.loads(Path(ranking.__file__).with_name("weights.json").read_text(encoding="utf-8"))
    assert shipped.keys() == SIMPLE.keys()
    for by_kind in shipped.values():
        assert by_kind.keys() == {PEOPLE, ASKER, ADVICE}
        assert all(set(weights) <= set(NAMES) for weights in by_kind.values())
