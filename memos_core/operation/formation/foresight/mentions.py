"""When two mentions speak of one thing, and what they make together."""

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache

from memos_core.domain.engram import Foresight, ForesightKind, IntervalSource
from memos_core.operation.formation.temporal.values import listed
from memos_core.operation.recall.analysis import analyse

LOOSE = frozenset(
    term
    for term in analyse(
        "trip appointment meeting doctor course travel visit work home flight party event exam class "
        "holiday injury treatment sick illness staying leave away restricted duty repair medication "
        "surgery recovery"
        " money budget tight diet day morning evening night year month week new today back going date "
        "plan place family friend kids still really time fly flying going heading see seeing"
    )
)
"""Words that many things go by: on their own they name one only where nothing else is open that they could mean."""


@lru_cache(maxsize=4096)
def terms(topic: str) -> frozenset[int]:
    """The search terms of a topic."""
    return frozenset(analyse(topic))


_WORD = re.compile(r"[a-z][a-z'-]*")
_PLAIN = listed(
    """
    the a an my our his her their this that your its some and of in on at to for with by from new old big little next
    last first second whole entire final annual is was has had just day again i we he she it they you both all already
    finished submitted sent cancelled have been booked another still good long short quick sorry about
    """
)


def clashes(said: str, text: str) -> bool:
    """Whether both speak of the same sort of thing but of another one: "history essay", "sociology essay"."""
    before, after = _modifiers(said), _modifiers(text.lower())
    return any(before[head] != after[head] and head not in before.values() for head in before.keys() & after.keys())


def _modifiers(text: str) -> dict[str, str]:
    words = _WORD.findall(text)
    nouns = re.compile(
        r"^(?:essay|report|exam|test|appointment|meeting|trip|flight|paper|assignment|project|interview"
        r"|class|course|party|wedding|conference|concert|bill|form|application|proposal|presentation|scan"
        r"|surgery|match|game|draft|review|invoice|thesis|chapter|book|car|bike|visa|tickets?)$"
    )
    return {
        head: word
        for word, head in itertools.pairwise(words)
        if nouns.match(head) and word not in _PLAIN and not word.endswith(("'s", "ed", "ing", "ly"))
    }


def alike(one: Foresight, other: Foresight) -> bool:
    """Whether two items speak of one thing: subject, kind and most of the words that name it."""
    if one.subject != other.subject or one.kind is not other.kind:
        return False
    first, second = terms(one.topic), terms(other.topic)
    common = first & second
    strong = common - LOOSE
    if clashes(one.text.lower(), other.text):
        return False
    return bool(strong) and 2 * len(common) >= min(len(first), len(second))


def overlaps(one: Foresight, other: Foresight) -> bool:
    """Whether their intervals have a moment in common."""
    first_end, second_end = one.period.end, other.period.end
    return (first_end is None or other.period.start < first_end) and (
        second_end is None or one.period.start < second_end
    )


def _covers(one: Foresight, other: Foresight) -> bool:
    """Whether the interval of ``one`` says all that ``other`` says: the same, or finer."""
    if one.period.end is other.period.end is None:
        return True
    if one.interval_source is IntervalSource.DEFAULT and other.interval_source is not IntervalSource.DEFAULT:
        return False
    if other.interval_source is IntervalSource.DEFAULT:
        return one.interval_source is not IntervalSource.DEFAULT and overlaps(one, other)
    near = timedelta(hours=1)
    if one.period.end is None or other.period.end is None:
        return one.period.end is other.period.end
    same_start = one.kind is not ForesightKind.PLAN or abs(one.period.start - other.period.start) <= near
    if abs(one.period.end - other.period.end) <= near and same_start and one.period.holds(other.period.start):
        return True
    return other.period.start <= one.period.start and one.period.end <= other.period.end


def merged(items: Sequence[Foresight]) -> list[Foresight]:
    """Later mentions that add nothing to an earlier one as evidence of it."""
    made: list[Foresight] = []
    for item in items:
        place = next((i for i, one in enumerate(made) if alike(one, item) and _covers(one, item)), None)
        if place is None:
            made.append(item)
            continue
        one = made[place]
        joined = tuple(dict.fromkeys((*one.evidence, *item.evidence)))
        words = " ".join(dict.fromkeys(f"{one.topic} {item.topic}".split()))
        made[place] = replace(one, evidence=joined, topic=words, confidence=max(one.confidence, item.confidence))
    return made
