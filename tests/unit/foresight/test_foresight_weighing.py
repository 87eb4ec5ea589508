"""What the words of a clause, weighed as a whole, add to the rules and take from them."""

from datetime import UTC, datetime

import numpy as np
import pytest

from memos_core.domain.engram import ForesightKind, Message
from memos_core.operation.formation.foresight import extract_foresight, likelihood, weighing
from memos_core.operation.formation.foresight.clauses import clauses
from memos_core.operation.formation.foresight.entries import ALWAYS
from memos_core.operation.formation.foresight.extract import ruled
from memos_core.operation.formation.foresight.likelihood import KINDS, Likelihood, likelihoods
from memos_core.operation.formation.foresight.weighing import DAYS, weighed

PLAN, COMMITMENT, STATE, CONSTRAINT = KINDS
AT = datetime(2026, 3, 11, 10, tzinfo=UTC)


def said(text: str) -> Message:
    return Message(source="a", text=text, speaker="Nora", role="user", session="s", at=AT)


def odds(always: float = 0.0, **kinds: float) -> Likelihood:
    return Likelihood(kinds={kind: kinds.get(kind.value, 0.0) for kind in KINDS}, always=always)


def drafts(text: str, monkeypatch: pytest.MonkeyPatch, *given: Likelihood):
    monkeypatch.setattr(weighing, "likelihoods", lambda clauses, found, places: dict(zip(places, given, strict=False)))
    return weighed(ruled(said(text), UTC), clauses(text, AT, UTC))


def test_what_no_rule_sees_is_drafted_when_its_words_tell(monkeypatch):
    (draft,) = drafts("Muddling through without a kettle", monkeypatch, odds(state=0.8))
    assert (draft.kind, draft.days, draft.confidence) == (STATE, DAYS[STATE], 0.8)
    assert drafts("Muddling through without a kettle", monkeypatch, odds(state=0.3)) == []


@pytest.mark.parametrize(("always", "days"), [(0.9, ALWAYS), (0.1, DAYS[CONSTRAINT])])
def test_a_restriction_may_have_no_end(always, days, monkeypatch):
    (draft,) = drafts("One bite of crab and my throat closes", monkeypatch, odds(always, constraint=0.9))
    assert draft.days == days


@pytest.mark.parametrize(
    "text", ["Muddling through without a kettle?", "If we were muddling through without a kettle", "On Friday"]
)
def test_questions_suppositions_and_bare_times_tell_nothing(text, monkeypatch):
    assert drafts(text, monkeypatch, odds(plan=0.9, state=0.9)) == []


def test_what_is_absurd_as_a_whole_is_dropped(monkeypatch):
    text = "I have a cold"
    assert [draft.kind for draft in drafts(text, monkeypatch, odds(state=0.5))] == [STATE]
    assert drafts(text, monkeypatch, odds()) == []


@pytest.mark.parametrize(
    ("text", "kind", "chance", "stays"),
    [
        ("We're flying to Rome on Friday", PLAN, 0.15, True),
        ("We're flying to Rome on Friday", PLAN, 0.05, False),
        ("I have a cold", STATE, 0.05, True),
        ("I have a cold", STATE, 0.01, False),
    ],
)
def test_what_a_word_of_the_lexicon_names_is_believed_sooner(text, kind, chance, stays, monkeypatch):
    found = drafts(text, monkeypatch, odds(**{kind.value: chance}))
    assert [draft.kind for draft in found] == [kind] * stays


def test_a_state_may_restrict_as_well(monkeypatch):
    found = drafts("I have a cold", monkeypatch, odds(state=0.5, constraint=0.9))
    assert [draft.kind for draft in found] == [STATE, CONSTRAINT]
    assert len({draft.days for draft in found}) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I owe Karim for the train tickets.", COMMITMENT),
        ("Can't have anything with nuts in it.", CONSTRAINT),
        ("House is full of in-laws.", STATE),
    ],
)
def test_the_shipped_weights_find_wordings_without_a_pattern(text, kind):
    assert ruled(said(text), UTC) == []
    assert [item.kind for item in extract_foresight(said(text))] == [kind]


@pytest.mark.parametrize("text", ["People say the lifts are off on Sunday", "We cancelled the boiler man for Friday"])
def test_hearsay_and_what_is_called_off_stay_out_however_likely(text, monkeypatch):
    assert drafts(text, monkeypatch, odds(plan=0.9)) == []


def test_a_likelihood_is_a_probability_of_each_clause():
    split = clauses("My knee is in a brace until May, so no stairs for me.", AT, UTC)
    found = likelihoods(split, [set() for _ in split], range(len(split)))
    assert list(found) == [0, 1]
    assert all(0 <= chance <= 1 for one in found.values() for chance in (*one.kinds.values(), one.always))
    assert likelihoods(split, [set() for _ in split], [1]) == {1: found[1]}
    assert likelihoods(split, [set() for _ in split], []) == {}


def test_the_features_of_a_clause_do_not_depend_on_the_order_of_reading():
    split = clauses("The boiler man comes on Friday. I'm at my sister's until then.", AT, UTC)
    nothing: list[set[ForesightKind]] = [set() for _ in split]
    forth, back = (likelihood.described(split, nothing, places) for places in ([0, 1], [1, 0]))
    assert all(np.array_equal(one, other) for one, other in zip(forth, reversed(back), strict=True))
    assert all(np.all(np.diff(numbers) > 0) for numbers in forth)
