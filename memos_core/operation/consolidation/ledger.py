"""The profile as a bi-temporal ledger: from facts to values with the interval in which they held and since when known.

``profile`` is a pure function of its facts: their order does not matter, and facts said after ``as_of`` are unknown.
Nothing is lost: a value that something newer replaced, that was ended or put right keeps its row with another status.
After the temporal databases of Snodgrass (valid time and transaction time); conflicts follow the recency rule that
EverMemOS (arXiv 2601.02163, section 3.2) leaves to a model.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from memos_core.domain.engram import Attribute, Fact, Modality, Polarity, Profile
from memos_core.domain.moment import to_utc
from memos_core.domain.slots import REPLACED, SAID, Arity, arity, canonical
from memos_core.operation.consolidation.replacing import placed
from memos_core.operation.consolidation.rows import ANY, Row, normal, rows_to_attributes
from memos_core.operation.consolidation.settling import settle_fixed, settle_many, settle_one, settle_series
from memos_core.operation.consolidation.traits import traits

_TRUSTED = 0.5
"""Reports of less confidence are hearsay about their own hearer and stay out."""
_CLOSES: Mapping[str, tuple[str, ...]] = {
    "owns": ("owns", "vehicle", "pet", "hobby"),
    "likes": ("likes", "hobby", "habit", "goal"),
    "dislikes": ("dislikes", "likes"),
    "hobby": ("hobby", "likes", "habit"),
    "habit": ("habit", "hobby", "likes"),
}
"""Which slots an ending reaches: who quits climbing neither likes it nor has it as a pastime."""
_ANY_CAR = frozenset(("car", "old car", "truck", "van", "vehicle", "车", "车子", "汽车"))
_AGAINST: Mapping[str, str] = {"likes": "dislikes", "dislikes": "likes"}


def profile(facts: Iterable[Fact], as_of: datetime, sessions: Mapping[str, str] | None = None) -> Profile:
    """Who the people of a vault are, as far as was known at ``as_of``.

    Args:
        facts: In any order; the same fact twice counts once.
        as_of: Facts said later are unknown, intervals are judged at this moment.
        sessions: Session of each source id; traits need evidence from two of them.

    Returns:
        Every value ever held, by subject, slot and time, and the traits.

    Raises:
        NaiveDatetime: ``as_of`` has no time zone.
    """
    moment = to_utc(as_of, "as_of")
    known = sorted({one for one in facts if one.observed_at <= moment and one.evidence}, key=_order)
    slots: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in sorted(placed(known), key=_order):
        if counts(fact):
            slots[fact.subject, canonical(fact.predicate)].append(fact)
    attributes: list[Attribute] = []
    for subject, slot in sorted(slots):
        reaching = _reaching(slots, subject, slot)
        attributes += rows_to_attributes(subject, slot, _settle(slot, reaching, moment), moment)
    return Profile(as_of=moment, attributes=tuple(attributes), traits=traits(known, moment, sessions or {}))


def counts(fact: Fact) -> bool:
    """Whether a fact may enter the profile: plans, suppositions and hearsay about oneself never do."""
    if fact.predicate in (SAID, REPLACED) or fact.modality in (Modality.PLANNED, Modality.HYPOTHETICAL):
        return False
    return fact.modality is not Modality.REPORTED or fact.confidence >= _TRUSTED


def _order(fact: Fact) -> tuple[object, ...]:
    """By when it was said, then by where: the same for every order of delivery."""
    places = tuple((one.source, one.version, one.start, one.stop) for one in fact.evidence)
    return (
        fact.observed_at,
        places,
        fact.polarity is not Polarity.NEGATED,
        fact.subject,
        fact.predicate,
        fact.object,
        fact.text,
        fact.polarity.value,
        fact.modality.value,
        fact.confidence,
        str(fact.period),
    )


def _reaching(slots: Mapping[tuple[str, str], Sequence[Fact]], subject: str, slot: str) -> list[Fact]:
    """The facts of a slot, and the endings of others that reach it."""
    found = list(slots[subject, slot])
    family = slot.partition(".")[0]
    for other, reached in _CLOSES.items():
        if other != slot and family in reached:
            found += [_as_end(one, slot) for one in slots.get((subject, other), ()) if one.polarity is Polarity.ENDED]
    if slot == "partner":
        found += _parted(slots.get((subject, "relationship_status"), ()))
    if slot in _AGAINST:
        found += [
            _as_end(one, slot)
            for one in slots.get((subject, _AGAINST[slot]), ())
            if one.polarity is Polarity.AFFIRMED and one.modality is not Modality.REPORTED
        ]
    return sorted(found, key=_order)


def _parted(statuses: Sequence[Fact]) -> Iterator[Fact]:
    """Who was married and is divorced has no longer the partner of before."""
    married = False
    for one in statuses:
        if married and one.polarity is Polarity.AFFIRMED and normal(one.object) in _APART:
            yield _as_end(replace(one, object=ANY), "partner")
        married = one.polarity is Polarity.AFFIRMED and normal(one.object) in _TOGETHER


_TOGETHER = frozenset(("married", "engaged", "in a relationship", "已婚", "订婚", "恋爱中"))
_APART = frozenset(("divorced", "separated", "single", "离婚", "离异", "单身", "分居"))


def _as_end(fact: Fact, slot: str) -> Fact:
    """An ending that closes what it meets and says nothing where it meets nothing."""
    value = ANY if slot == "vehicle" and normal(fact.object) in _ANY_CAR else fact.object
    return replace(fact, object=value, polarity=Polarity.ENDED, confidence=min(fact.confidence, 0.4))


def _settle(slot: str, facts: Sequence[Fact], moment: datetime) -> list[Row]:
    settle = {Arity.ONE: settle_one, Arity.MANY: settle_many, Arity.SERIES: settle_series, Arity.FIXED: settle_fixed}[
        arity(slot)
    ]
    return settle(slot, facts, moment)
