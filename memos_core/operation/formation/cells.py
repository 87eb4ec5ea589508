"""A closed stretch of conversation becomes a ``MemCell``; a cell becomes the body of its row, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from memos_core.domain.engram import (
    Evidence,
    Fact,
    Foresight,
    ForesightKind,
    ForesightStatus,
    IntervalSource,
    MemCell,
    Message,
    Modality,
    Period,
    Polarity,
)
from memos_core.domain.moment import from_micros, to_micros

BODY_VERSION = 1

CONTEXT = 4
"""Preceding messages that extraction reads."""

Row = list[Any]


def form(
    messages: Sequence[Message], zone: tzinfo, *, closed: bool, before: Sequence[Message] = (), told: bool = True
) -> MemCell:
    """Make the cell of one episode.

    Args:
        messages: Its turns in order, at least one, all of one session.
        zone: Time zone in which "yesterday" is meant.
        closed: Whether the episode is over.
        before: The turns of the session before it, in order; the last four are read for pronouns and short answers.
        told: Whether to give it a title and tell its episode; both are empty otherwise.

    Returns:
        The cell, without an id. Its foresight is closed as far as the episode itself tells.

    Raises:
        ValueError: There are no messages.
    """
    if not messages:
        raise ValueError("a cell has at least one message")
    # The rule tables take time to compile: whoever only reads cells does not wait for them.
    from memos_core.operation.formation.foresight import close
    from memos_core.operation.formation.narrative import narrate

    heard = [*before[-CONTEXT:], *messages]
    first = len(heard) - len(messages)
    facts: list[Fact] = []
    ahead: list[Foresight] = []
    for at in range(first, len(heard)):
        said = _read(heard[at], tuple(heard[max(at - CONTEXT, 0) : at]), zone)
        facts += said[0]
        ahead += said[1]
    title, episode = narrate(messages, facts, zone) if told else ("", "")
    return MemCell(
        session=messages[0].session,
        start=messages[0].at,
        end=messages[-1].at,
        title=title,
        episode=episode,
        sources=tuple((message.source, message.version) for message in messages),
        speakers=tuple(dict.fromkeys(message.who for message in messages)),
        facts=tuple(facts),
        foresight=tuple(close(ahead, messages)) if ahead else (),
        closed=closed,
    )


@lru_cache(maxsize=1024)  # an open cell is read again with every message that joins it
def _read(message: Message, before: tuple[Message, ...], zone: tzinfo) -> tuple[list[Fact], list[Foresight]]:
    """The facts and the foresight of one message."""
    from memos_core.operation.formation.facts import extract_facts
    from memos_core.operation.formation.foresight import extract_foresight

    facts = extract_facts(message, before, zone)
    if message.correcting:
        facts = [_put_right(fact) for fact in facts]
    return facts, extract_foresight(message, before, zone)


def _put_right(fact: Fact) -> Fact:
    """A fact of a message that was said to correct what was believed."""
    return replace(fact, modality=Modality.CORRECTING) if fact.modality is Modality.ASSERTED else fact


# ── as a row ────────────────────────────────────────────────────────────────────────────────────


def to_body(cell: MemCell) -> dict[str, Any]:
    """The cell as JSON values, without its id; times are microseconds since the epoch.

    Evidence names a source of the cell by its place, any other by id and version.
    """
    places = {source: place for place, source in enumerate(cell.sources)}
    return {
        "v": BODY_VERSION,
        "session": cell.session,
        "start": to_micros(cell.start),
        "end": to_micros(cell.end),
        "title": cell.title,
        "episode": cell.episode,
        "sources": [list(source) for source in cell.sources],
        "speakers": list(cell.speakers),
        "facts": [_fact_row(fact, places) for fact in cell.facts],
        "foresight": [_foresight_row(one, places) for one in cell.foresight],
        "closed": cell.closed,
    }


def from_body(body: Mapping[str, Any], id: str = "") -> MemCell:
    """The cell that ``to_body`` wrote.

    Raises:
        ValueError: The body was written by another release, or is no cell.
    """
    if body.get("v") != BODY_VERSION:
        raise ValueError(f"cell {id}: body version {body.get('v')!r}, this release reads {BODY_VERSION}")
    sources = tuple((str(source), int(version)) for source, version in body["sources"])
    return MemCell(
        id=id,
        session=body["session"],
        start=from_micros(body["start"]),
        end=from_micros(body["end"]),
        title=body["title"],
        episode=body["episode"],
        sources=sources,
        speakers=tuple(body["speakers"]),
        facts=tuple(_fact(row, sources) for row in body["facts"]),
        foresight=tuple(_foresight(row, sources) for row in body["foresight"]),
        closed=body["closed"],
    )


def _fact_row(fact: Fact, places: Mapping[tuple[str, int], int]) -> Row:
    return [
        fact.subject,
        fact.predicate,
        fact.object,
        fact.text,
        fact.polarity.value,
        fact.modality.value,
        _period_row(fact.period),
        to_micros(fact.observed_at),
        [_evidence_row(one, places) for one in fact.evidence],
        fact.confidence,
    ]


def _fact(row: Row, sources: Sequence[tuple[str, int]]) -> Fact:
    subject, predicate, value, text, polarity, modality, period, observed_at, evidence, confidence = row
    return Fact(
        subject=subject,
        predicate=predicate,
        object=value,
        text=text,
        polarity=Polarity(polarity),
        modality=Modality(modality),
        period=_period(period),
        observed_at=from_micros(observed_at),
        evidence=tuple(_evidence(one, sources) for one in evidence),
        confidence=confidence,
    )


def _foresight_row(one: Foresight, places: Mapping[tuple[str, int], int]) -> Row:
    return [
        one.subject,
        one.text,
        one.topic,
        one.kind.value,
        _period_row(one.period),
        one.interval_source.value,
        to_micros(one.observed_at),
        [_evidence_row(found, places) for found in one.evidence],
        one.confidence,
        one.closed_as.value if one.closed_as else None,
        _micros(one.closed_at),
        _evidence_row(one.closed_by, places) if one.closed_by else None,
    ]


def _foresight(row: Row, sources: Sequence[tuple[str, int]]) -> Foresight:
    subject, text, topic, kind, period, origin, observed_at, evidence, confidence, closed_as, closed_at, closed_by = row
    found = _period(period)
    if found is None:
        raise ValueError(f"foresight {text!r} without an interval")
    return Foresight(
        subject=subject,
        text=text,
        topic=topic,
        kind=ForesightKind(kind),
        period=found,
        interval_source=IntervalSource(origin),
        observed_at=from_micros(observed_at),
        evidence=tuple(_evidence(one, sources) for one in evidence),
        confidence=confidence,
        closed_as=ForesightStatus(closed_as) if closed_as else None,
        closed_at=None if closed_at is None else from_micros(closed_at),
        closed_by=_evidence(closed_by, sources) if closed_by else None,
    )


def _period_row(period: Period | None) -> Row | None:
    return None if period is None else [to_micros(period.start), _micros(period.end), period.label]


def _period(row: Row | None) -> Period | None:
    if row is None:
        return None
    start, end, label = row
    return Period(start=from_micros(start), end=None if end is None else from_micros(end), label=label)


def _micros(moment: datetime | None) -> int | None:
    return None if moment is None else to_micros(moment)


def _evidence_row(one: Evidence, places: Mapping[tuple[str, int], int]) -> Row:
    place = places.get((one.source, one.version))
    if place is None:
        return [one.source, one.version, one.start, one.stop]
    return [place, one.start, one.stop]


def _evidence(row: Row, sources: Sequence[tuple[str, int]]) -> Evidence:
    if len(row) == 3:
        place, start, stop = row
        source, version = sources[place]
    else:
        source, version, start, stop = row
    return Evidence(source=source, version=version, start=start, stop=stop)
