"""Tendencies that nobody states: what somebody comes back to in several sessions."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from memos_core.domain.engram import Evidence, Fact, Modality, Polarity, Trait
from memos_core.operation.consolidation.rows import normal

HALF_LIFE = timedelta(days=90)
"""After so long a piece of evidence counts half."""
LEAST_EVIDENCE = 3
LEAST_SESSIONS = 2
_TOPICS = frozenset(("likes", "hobby", "habit", "goal"))
_SATURATION = 2.0
"""Weight of evidence at which confidence is one half."""


def traits(facts: Sequence[Fact], as_of: datetime, sessions: Mapping[str, str]) -> tuple[Trait, ...]:
    """The traits that facts show, by subject and text.

    Two kinds, each from at least three messages of at least two sessions: an interest, from likes, pastimes, habits and
    goals on one thing; and a tendency to plan, from plans. Denials and endings of the same thing are counter-evidence.

    Args:
        facts: Known at ``as_of``, in order.
        as_of: Evidence is weighed by its age at this moment.
        sessions: Session of each source id.
    """
    support: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    against: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.predicate in _TOPICS or fact.predicate == "dislikes":
            away = fact.polarity is not Polarity.AFFIRMED or fact.predicate == "dislikes"
            if away or fact.modality in (Modality.ASSERTED, Modality.CORRECTING):
                for topic in _topics(fact):
                    (against if away else support)[fact.subject, f"often comes back to {topic}"].append(fact)
        if fact.modality is Modality.PLANNED and fact.polarity is Polarity.AFFIRMED:
            support[fact.subject, "tends to plan ahead"].append(fact)
    found = [
        _trait(subject, text, support[subject, text], against.get((subject, text), ()), as_of, sessions)
        for subject, text in sorted(support)
    ]
    return tuple(one for one in found if one is not None)


def _topics(fact: Fact) -> tuple[str, ...]:
    """The thing itself without its verb: ``playing tennis`` and ``tennis`` are one."""
    value = normal(fact.object)
    words = value.split()
    if len(words) > 4:
        return ()
    bare = " ".join(words[1:]) if len(words) > 1 and (words[0].endswith("ing") or words[0] in ("play", "do")) else value
    return (bare,)


def _trait(
    subject: str,
    text: str,
    support: Sequence[Fact],
    against: Sequence[Fact],
    as_of: datetime,
    sessions: Mapping[str, str],
) -> Trait | None:
    evidence = _by_source(support)
    if len(evidence) < LEAST_EVIDENCE or len({sessions.get(source, "") for source in evidence}) < LEAST_SESSIONS:
        return None
    opposed = _by_source(against)
    weight = sum(_weight(fact, as_of) for fact, _ in evidence.values())
    counter = sum(_weight(fact, as_of) for fact, _ in opposed.values())
    confidence = weight / (weight + _SATURATION + counter * _SATURATION)
    return Trait(
        subject=subject,
        text=text,
        evidence=tuple(one for _, one in evidence.values()),
        against=tuple(one for _, one in opposed.values()),
        confidence=round(confidence, 6),
    )


def _by_source(facts: Sequence[Fact]) -> dict[str, tuple[Fact, Evidence]]:
    """One fact for each message: saying it twice in a breath is not twice the evidence."""
    found: dict[str, tuple[Fact, Evidence]] = {}
    for fact in facts:
        found.setdefault(fact.evidence[0].source, (fact, fact.evidence[0]))
    return found


def _weight(fact: Fact, as_of: datetime) -> float:
    age = max(timedelta(0), as_of - fact.observed_at)
    return float(0.5 ** (age / HALF_LIFE))
