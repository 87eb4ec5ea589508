"""Arbitrary facts, foresight and cells."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from memos_core.domain.engram import (
    Evidence,
    Fact,
    Foresight,
    ForesightKind,
    ForesightStatus,
    IntervalSource,
    MemCell,
    Modality,
    Period,
    Polarity,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
moments = st.datetimes(datetime(1, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC))
ids = st.integers(0, 4).map(lambda number: f"mem_{number:026}")
versions = st.integers(1, 3)
evidence = st.builds(Evidence, source=ids, version=versions, start=st.integers(0, 50), stop=st.integers(50, 99))
confidences = st.floats(0, 1)


@st.composite
def periods(draw) -> Period:
    start = draw(moments)
    end = draw(
        st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(days=1)).map(lambda length: start + length)
    )
    return Period(start=start, end=end, label=draw(st.text(max_size=9)))


facts = st.builds(
    Fact,
    subject=texts,
    predicate=st.sampled_from(["said", "residence", "likes", "favorite.color"]),
    object=texts,
    text=texts,
    polarity=st.sampled_from(Polarity),
    modality=st.sampled_from(Modality),
    period=st.none() | periods(),
    observed_at=moments,
    evidence=st.lists(evidence, min_size=1, max_size=3).map(tuple),
    confidence=confidences,
)


@st.composite
def foresights(draw) -> Foresight:
    closing = draw(st.booleans())
    return Foresight(
        subject=draw(texts),
        text=draw(texts),
        topic=draw(texts),
        kind=draw(st.sampled_from(ForesightKind)),
        period=draw(periods()),
        interval_source=draw(st.sampled_from(IntervalSource)),
        observed_at=draw(moments),
        evidence=tuple(draw(st.lists(evidence, min_size=1, max_size=2))),
        confidence=draw(confidences),
        closed_as=draw(st.sampled_from([ForesightStatus.FULFILLED, ForesightStatus.CANCELLED])) if closing else None,
        closed_at=draw(moments) if closing else None,
        closed_by=draw(evidence) if closing else None,
    )


cells = st.builds(
    MemCell,
    id=st.integers(0, 99).map(lambda number: f"cell_{number}"),
    session=st.text(max_size=5),
    start=moments,
    end=moments,
    title=texts,
    episode=st.text(max_size=80),
    sources=st.lists(st.tuples(ids, versions), min_size=1, max_size=4, unique=True).map(tuple),
    speakers=st.lists(texts, min_size=1, max_size=2).map(tuple),
    facts=st.lists(facts, max_size=4).map(tuple),
    foresight=st.lists(foresights(), max_size=3).map(tuple),
    closed=st.booleans(),
)
