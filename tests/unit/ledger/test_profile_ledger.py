"""The ledger: succession, endings, corrections, disputes, series, traits, rendering; and what holds for any facts."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.domain.engram import AttributeStatus, Evidence, Fact, Modality, Period, Polarity, Profile
from memos_core.domain.portrait import render
from memos_core.operation.consolidation.ledger import _order, counts, profile

START = datetime(2024, 1, 1, tzinfo=UTC)
LATE = START + timedelta(days=400)


def fact(
    slot: str,
    value: str,
    day: float = 0,
    *,
    subject: str = "Mara",
    polarity: Polarity = Polarity.AFFIRMED,
    modality: Modality = Modality.ASSERTED,
    begins: float | None = None,
    ends: float | None = None,
    source: str = "",
    confidence: float = 1.0,
) -> Fact:
    period = None
    if begins is not None:
        end = START + timedelta(days=ends) if ends is not None else None
        period = Period(start=START + timedelta(days=begins), end=end, label="then")
    return Fact(
        subject=subject,
        predicate=slot,
        object=value,
        text=f"{subject} {slot} {value}.",
        polarity=polarity,
        modality=modality,
        period=period,
        observed_at=START + timedelta(days=day),
        evidence=(Evidence(source=source or f"m{day}-{value}", start=0, stop=5),),
        confidence=confidence,
    )


def current(facts: Sequence[Fact], slot: str, day: float = 400) -> list[str]:
    return [one.value for one in profile(facts, START + timedelta(days=day), {}).current(slot)]


def rows(facts: Sequence[Fact], slot: str) -> dict[str, AttributeStatus]:
    return {one.value: one.status for one in profile(facts, LATE, {}).attributes if one.slot == slot}


def test_the_newer_takes_the_place_of_the_older_from_its_own_date():
    facts = [fact("residence", "London"), fact("residence", "Leeds", 100, begins=90)]
    assert current(facts, "residence", 50) == ["London"]
    assert current(facts, "residence") == ["Leeds"]
    london = next(one for one in profile(facts, LATE, {}).attributes if one.value == "London")
    assert (london.status, london.valid_to) == (AttributeStatus.SUPERSEDED, START + timedelta(days=90))
    assert [one.source for one in london.against] == ["m100-Leeds"]


def test_an_earlier_date_said_later_does_not_take_the_place_of_what_holds():
    facts = [
        fact("residence", "Utrecht"),
        fact("residence", "Porto", 10, polarity=Polarity.ENDED, begins=-1800, ends=-1435),
    ]
    assert current(facts, "residence") == ["Utrecht"]
    assert rows(facts, "residence")["Porto"] is AttributeStatus.SUPERSEDED


def test_plans_suppositions_and_hearsay_stay_out():
    facts = [
        fact("residence", "Cardiff"),
        fact("residence", "Bristol", 1, modality=Modality.PLANNED, begins=30),
        fact("residence", "Rome", 2, modality=Modality.HYPOTHETICAL),
        fact("residence", "Bath", 3, modality=Modality.REPORTED, confidence=0.2),
    ]
    assert current(facts, "residence") == ["Cardiff"]
    assert set(rows(facts, "residence")) == {"Cardiff"}


def test_what_is_agreed_for_later_holds_from_then():
    facts = [fact("budget", "500"), fact("budget", "700", 10, begins=60)]
    assert current(facts, "budget", 30) == ["500"]
    assert current(facts, "budget", 61) == ["700"]


def test_an_ending_closes_and_keeps_the_value():
    facts = [fact("employer", "Acme"), fact("employer", "*", 20, polarity=Polarity.ENDED)]
    assert current(facts, "employer") == []
    assert rows(facts, "employer") == {"Acme": AttributeStatus.RETRACTED}
    assert current(facts, "employer", 10) == ["Acme"]


def test_a_presumed_ending_of_what_was_never_known_says_nothing():
    assert rows([fact("pet", "Coco", polarity=Polarity.ENDED, confidence=0.5)], "pet") == {}


def test_a_retracted_slip_brings_the_older_value_back():
    facts = [
        fact("occupation", "dentist"),
        fact("occupation", "astronaut", 1),
        fact("occupation", "astronaut", 1.1, polarity=Polarity.NEGATED, modality=Modality.CORRECTING),
    ]
    assert current(facts, "occupation", 1.05) == ["astronaut"]
    assert current(facts, "occupation") == ["dentist"]


def test_fixed_values_contradict_each_other_unless_one_is_a_correction():
    said = [fact("birthday", "3 May"), fact("birthday", "15 May", 90)]
    assert sorted(current(said, "birthday")) == ["15 May", "3 May"]
    assert set(rows(said, "birthday").values()) == {AttributeStatus.DISPUTED}
    put_right = [said[0], fact("birthday", "15 May", 90, modality=Modality.CORRECTING)]
    assert current(put_right, "birthday") == ["15 May"]
    assert rows(put_right, "birthday")["3 May"] is AttributeStatus.RETRACTED


def test_what_two_tell_of_a_third_on_one_day_is_disputed_and_later_news_settles_it():
    told = [
        fact("residence", "Leeds", 0, subject="Ines", confidence=0.8),
        fact("residence", "York", 0.2, subject="Ines", confidence=0.8),
    ]
    assert sorted(current(told, "residence")) == ["Leeds", "York"]
    assert current([*told, fact("residence", "Hull", 60, subject="Ines", confidence=0.8)], "residence") == ["Hull"]


def test_many_values_stand_beside_each_other_until_one_ends():
    facts = [
        fact("likes", "sushi"),
        fact("likes", "hiking", 1),
        fact("likes", "Hiking", 2),
        fact("dislikes", "sushi", 50),
    ]
    assert sorted(current(facts, "likes", 10)) == ["hiking", "sushi"]
    assert current(facts, "likes") == ["hiking"]
    assert current(facts, "dislikes") == ["sushi"]
    hiking = next(one for one in profile(facts, LATE, {}).attributes if one.value == "hiking")
    assert len(hiking.evidence) == 2


def test_the_latest_measurement_by_its_own_date_is_current():
    facts = [fact("measurement.weight", "80 kg", 10), fact("measurement.weight", "84 kg", 20, begins=-30, ends=-29)]
    assert current(facts, "measurement.weight") == ["80 kg"]
    assert rows(facts, "measurement.weight")["84 kg"] is AttributeStatus.SUPERSEDED


def test_a_revoked_instruction_is_found_by_its_words():
    facts = [
        fact("instruction", "Always answer in bullet points"),
        fact("instruction", "answering in bullet points", 9, polarity=Polarity.ENDED),
        fact("instruction", "Use metric units", 1),
    ]
    assert current(facts, "instruction") == ["Use metric units"]


def test_a_trait_needs_three_messages_of_two_sessions_and_fades():
    facts = [fact("likes", "hiking", 0), fact("hobby", "hiking", 10), fact("habit", "hiking", 20)]
    sessions = {one.evidence[0].source: f"s{place}" for place, one in enumerate(facts)}
    (fresh,) = profile(facts, START + timedelta(days=21), sessions).traits
    (faded,) = profile(facts, START + timedelta(days=380), sessions).traits
    assert fresh.text == "often comes back to hiking"
    assert len(fresh.evidence) == 3
    assert 0 < faded.confidence < fresh.confidence < 1
    assert profile(facts, LATE, dict.fromkeys(sessions, "one")).traits == ()
    (opposed,) = profile([*facts, fact("dislikes", "hiking", 20.5)], START + timedelta(days=21), sessions).traits
    assert opposed.confidence < fresh.confidence
    assert len(opposed.against) == 1


def test_what_holds_until_a_day_ends_with_it_and_what_was_before_comes_back():
    facts = [fact("residence", "Basel"), fact("residence", "Oslo", 10, begins=10, ends=20)]
    assert [one.value for one in profile(facts, START + timedelta(days=15), {}).current("residence")] == ["Oslo"]
    medication = fact("medication", "antibiotics", 10, begins=10, ends=20)
    assert profile([medication], START + timedelta(days=19), {}).current("medication")
    (over,) = profile([medication], START + timedelta(days=21), {}).attributes
    assert (over.status, over.valid_to) == (AttributeStatus.SUPERSEDED, START + timedelta(days=20))


def test_an_ending_does_not_bring_back_what_was_left_before():
    facts = [
        fact("residence", "Paris"),
        fact("residence", "Rome", 10, begins=9),
        fact("residence", "Rome", 20, polarity=Polarity.ENDED),
    ]
    known = profile(facts, LATE, {})
    assert known.current("residence") == ()
    assert [one.status for one in known.attributes] == [AttributeStatus.SUPERSEDED, AttributeStatus.RETRACTED]


def test_a_diet_ends_with_what_it_forbade():
    facts = [
        fact("diet", "no meat"),
        fact("diet", "vegetarian", 0.1),
        fact("diet", "vegetarian", 9, polarity=Polarity.ENDED),
    ]
    assert profile(facts, LATE, {}).current("diet") == ()


def test_a_profile_prints_as_its_lines():
    known = profile([fact("birthday", "3 May"), fact("likes", "tea", 3)], LATE, {})
    assert str(known) == "Mara: birthday: 3 May\nMara: likes: tea"
    assert str(profile([], LATE, {})) == ""


def test_a_rendered_profile_shows_what_holds():
    facts = [
        fact("birthday", "3 May"),
        fact("birthday", "15 May", 9),
        fact("residence", "London"),
        fact("residence", "Leeds", 100, begins=90),
        fact("likes", "tea", 3),
        fact("pet", "cat", 3, subject="Tom"),
    ]
    known = profile(facts, LATE, {})
    assert render(known) == [
        "Mara: birthday: 3 May or 15 May (disputed)",
        "Mara: residence: Leeds (since 2024-03-31)",
        "Mara: likes: tea",
        "Tom: pet: cat",
    ]
    assert render(known, ["Tom"]) == ["Tom: pet: cat"]
    assert render(profile([], LATE, {})) == []


# ── any facts ───────────────────────────────────────────────────────────────────────────────────

FACTS = st.lists(
    st.builds(
        fact,
        st.sampled_from(["residence", "birthday", "likes", "dislikes", "measurement.weight", "pet", "owns", "vehicle"]),
        st.sampled_from(["Leeds", "York", "cat", "cat named Miso", "80 kg", "the car"]),
        st.integers(0, 60),
        polarity=st.sampled_from(list(Polarity)),
        modality=st.sampled_from(list(Modality)),
        begins=st.none() | st.integers(-30, 90),
        ends=st.none(),
        confidence=st.sampled_from([0.3, 0.8, 1.0]),
        source=st.sampled_from(["", "a", "b"]),
    ),
    max_size=14,
)


def built(facts: Sequence[Fact], day: float) -> Profile:
    sessions = {one.source: one.source[:2] for fact in facts for one in fact.evidence}
    return profile(facts, START + timedelta(days=day), sessions)


@settings(max_examples=200, deadline=None)
@given(FACTS, st.integers(0, 2**16), st.integers(0, 120))
def test_the_order_of_delivery_does_not_matter(facts, seed, day):
    shuffled = list(facts)
    random.Random(seed).shuffle(shuffled)
    assert built(shuffled, day) == built(facts, day)
    assert built([*facts, *shuffled], day) == built(facts, day)


def test_two_facts_of_one_moment_and_place_have_an_order():
    """Sets have another order in every process."""
    done = fact("birthday", "cat", 1, polarity=Polarity.ENDED)
    others = [fact("birthday", "cat", 1), replace(done, confidence=0.3), replace(done, modality=Modality.CORRECTING)]
    others.append(replace(done, period=fact("birthday", "cat", 1, begins=2).period))
    assert len({_order(one) for one in (done, *others)}) == 5


@settings(max_examples=200, deadline=None)
@given(FACTS, st.integers(0, 60))
def test_what_is_said_later_is_unknown(facts, day):
    known = [one for one in facts if one.observed_at <= START + timedelta(days=day)]
    assert built(facts, day) == built(known, day)


@settings(max_examples=200, deadline=None)
@given(FACTS)
def test_no_asserted_value_is_lost_and_every_row_has_evidence(facts):
    known = built(facts, 365)
    for one in facts:
        if counts(one) and one.polarity is Polarity.AFFIRMED:
            places = [row for row in known.attributes if row.slot == one.predicate and one.evidence[0] in row.evidence]
            assert places, one
    for row in known.attributes:
        assert row.evidence
        assert row.valid_to is None or row.valid_from <= row.valid_to
        assert row.observed_at <= known.as_of
        if row.status is AttributeStatus.ACTIVE:
            assert row.valid_to is None
