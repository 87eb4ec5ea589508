"""Rows of the ledger while it is made: a value, what speaks for and against it, and its interval."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from memos_core.domain.engram import Attribute, AttributeStatus, Evidence, Fact, Polarity

_ARTICLE = re.compile(r"^(?:an?|the|my|our|his|her|their|some)\s+")
_MARKS = re.compile(r"[^\w\s.@+$€£¥%-]")
_WORD = re.compile(r"[\w.@+$€£¥%-]+")
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
ANY = "*"
"""Stands for any value in an ending: "I quit my job"."""


@dataclass(slots=True, kw_only=True)
class Row:
    """One value in one interval."""

    value: str
    start: datetime
    end: datetime | None = None
    until: datetime | None = None
    """Said beforehand to hold no longer than this."""
    observed: datetime
    status: AttributeStatus = AttributeStatus.ACTIVE
    evidence: list[Evidence] = field(default_factory=list)
    against: list[Evidence] = field(default_factory=list)
    confidence: float = 1.0
    corrected: bool = False
    """Never was so: does not count when the others are put in order."""
    fact: Fact
    """The fact that opened it."""


def row_of(fact: Fact) -> Row:
    """A row that a fact opens."""
    start = fact.period.start if fact.period else fact.observed_at
    return Row(
        value=fact.object,
        start=start,
        until=_until(fact),
        observed=fact.observed_at,
        evidence=list(fact.evidence),
        confidence=fact.confidence,
        fact=fact,
    )


def _until(fact: Fact) -> datetime | None:
    end = fact.period.end if fact.period and fact.polarity is Polarity.AFFIRMED else None
    return end if end is not None and end > fact.observed_at else None


def expire(rows: Iterable[Row], moment: datetime) -> None:
    """Close what was said to hold only until a time that has come."""
    for row in rows:
        if row.end is None and row.until is not None and row.until <= moment:
            row.end, row.status = max(row.start, row.until), AttributeStatus.SUPERSEDED


def support(row: Row, fact: Fact) -> None:
    """Add a fact that says the same."""
    row.evidence += [one for one in fact.evidence if one not in row.evidence]
    row.confidence = max(row.confidence, fact.confidence)
    if len(fact.object) > len(row.value) and not same(fact.object, row.value):
        row.value = fact.object
    if fact.period and fact.period.label and fact.period.start < row.start:
        row.start = fact.period.start
    if until := _until(fact):
        row.until = until


def oppose(row: Row, fact: Fact) -> None:
    """Add a fact that speaks against the row."""
    row.against += [one for one in fact.evidence if one not in row.against]


@lru_cache(maxsize=4096)
def normal(value: str) -> str:
    """A value without case, articles, marks and outer blanks."""
    folded = unicodedata.normalize("NFKC", value).casefold().strip()
    folded = _ARTICLE.sub("", _MARKS.sub(" ", folded).replace("  ", " ").strip())
    return " ".join(folded.split()).strip(". ")


def same(one: str, other: str) -> bool:
    """Whether two values are equal but for their spelling."""
    return normal(one) == normal(other)


@lru_cache(maxsize=8192)
def matches(one: str, other: str) -> bool:
    """Whether two values name the same thing, one perhaps in more words: ``the Skoda`` and ``Skoda Fabia``."""
    first, second = normal(one), normal(other)
    if ANY in (one, other) or first == second:
        return True
    if not first or not second:
        return False
    if _CJK.search(first) or _CJK.search(second):
        return first in second or second in first
    words, others = _stems(first), _stems(second)
    return words <= others or others <= words


def related(one: str, other: str) -> bool:
    """Whether two sentences share at least half of the telling words of the shorter: an order and its recall."""
    words, others = _telling(one), _telling(other)
    return bool(words and others) and 2 * len(words & others) >= min(len(words), len(others))


def _telling(value: str) -> frozenset[str]:
    if _CJK.search(value):
        kept = "".join(_CJK.findall(_ORDERING.sub("", value)))
        return frozenset(kept[place : place + 2] for place in range(len(kept) - 1))
    words = (re.sub(r"(?:ing|ed|es|s|e)$", "", word) for word in _WORD.findall(normal(value)))
    return frozenset(word for word in words if len(word) > 3 and word not in _ORDER_WORDS)


_ORDERING = re.compile(r"以后|今后|从现在开始|请|总是|不要|别|每次|都|用|再")
_ORDER_WORDS = frozenset(("alway", "never", "pleas", "when", "with", "that", "this", "from", "your", "whenever"))


def _stems(value: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in _WORD.findall(value))


def _stem(word: str) -> str:
    """``smoking`` and ``smoke``, ``cats`` and ``cat`` as one."""
    if len(word) <= 3:
        return word
    return _DOUBLED.sub(r"\1", re.sub(r"(?<=[a-z]{3})(?:ing|ed|es|s|e)$", "", word))


_DOUBLED = re.compile(r"([bdgmnprt])\1$")
"""What is doubled before an ending: ``swimming``."""


def rows_to_attributes(subject: str, slot: str, rows: Iterable[Row], moment: datetime) -> list[Attribute]:
    """The finished rows, by time."""
    finished: Sequence[Attribute] = [
        Attribute(
            subject=subject,
            slot=slot,
            value=row.value,
            valid_from=row.start,
            valid_to=row.end,
            observed_at=row.observed,
            status=row.status,
            evidence=tuple(row.evidence),
            against=tuple(row.against),
            confidence=row.confidence,
        )
        for row in rows
        if row.start <= moment or row.observed <= moment
    ]
    return sorted(finished, key=lambda one: (one.valid_from, one.observed_at, one.value))
