"""Times that lean on another time: "a week on Thursday", "until then", "the day after", "up to and including the 23rd".

The temporal grammar reads each expression by itself; what stands beside it, or points back to it, is read here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from memos_core.operation.formation.temporal import Granularity, TimeExpression
from memos_core.operation.formation.temporal.numerals import english_number

_WEEKDAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|weds?|thurs?|fri|sat|sun)"
_COUNT = r"a|an|one|two|three|four|five|six|ten|\d{1,2}"
_AHEAD_OF = re.compile(rf"(?:(?P<count>{_COUNT}) weeks?|(?P<fortnight>a fortnight)) (?:on |from |this |next |today$)*$")
"""Stands before the day from which it counts: "a week on Thursday"."""
_BEHIND = re.compile(r" (?P<unit>week|fortnight)\b(?!'s|s| (?:off|of))")
"""Stands behind it: "Wednesday week"."""
_ONLY_DAY = re.compile(rf"(?:(?:on|this|until|till?|by|from) )?(?:{_WEEKDAY}|today|tomorrow)")
_SHARED_MONTH = re.compile(
    r"(?:from |between )?(?:the )?(?P<first>\d{1,2})(?:st|nd|rd|th)? ?(?:to|till?|until|through|and|-|–) ?(?:the )?"
    r"\d{1,2}(?:st|nd|rd|th)? (?:of )?[a-z]{3,9}\b"
)
"""Two days of one month that is named once: "from the 3rd to the 12th of October"."""
_THEN = re.compile(
    r"\b(?P<lead>until|till?|up to|up till|by|before) (?:then|that (?:day|date|time)|that(?=[,.;:!?]|$))"
    r"|\bthe day (?P<side>after|before)(?! (?:tomorrow|yesterday|that\b)\w)(?=[,.;:!?]|$| (?:that|we|i|she|he|they"
    r"|it)\b)"
    rf"|\b(?P<count>{_COUNT}) (?P<unit>day|week|month)s? (?P<way>before|after|later)(?: (?:that|then))?\b(?! [a-z0-9])"
    r"|在?那(?:一?天)?(?P<chinese>[之以]前)"
)
"""Points back to the date before it."""
_UNIT_DAYS = {"day": 1, "week": 7, "month": 30, "fortnight": 14}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """Words that mean a day by another one."""

    start: int
    stop: int
    lead: str
    """``until``, ``by``, ``before`` or nothing."""
    begin: datetime
    end: datetime


def shifted(found: TimeExpression, low: str) -> tuple[tuple[int, int], timedelta]:
    """The span of a time with the words that shift it, and by how much they do."""
    start, stop = found.span
    nothing = timedelta()
    if found.granularity is not Granularity.DAY and not _ONLY_DAY.fullmatch(low[start:stop]):
        return (start, stop), nothing
    if (before := _AHEAD_OF.search(low, max(0, start - 24), start)) and low[: before.start()][-4:] != "for ":
        days = 14 if before["fortnight"] else 7 * _number(before["count"])
        return (before.start(), stop), timedelta(days=days)
    behind = _BEHIND.match(low, stop)
    if behind and _ONLY_DAY.fullmatch(low[start:stop]):
        return (start, behind.end()), timedelta(days=_UNIT_DAYS[behind["unit"]])
    return (start, stop), nothing


def same_month(low: str, start: int, stop: int, end: datetime, zone: tzinfo) -> datetime | None:
    """The beginning of a range whose month is named once, at its end."""
    match = _SHARED_MONTH.fullmatch(low[start:stop])
    if match is None:
        return None
    last = (end - timedelta(microseconds=1)).astimezone(zone)
    day = int(match["first"])
    if not 1 <= day <= last.day:
        return None
    local = last.replace(day=day, hour=0, minute=0, second=0, microsecond=0)
    return local.astimezone(end.tzinfo)


def pointers(low: str, dates: Sequence[tuple[int, datetime, datetime]]) -> Iterator[Pointer]:
    """What "until then" and "the day after" mean by the last date said before them.

    Args:
        low: The text in lower case.
        dates: Where each date of it stops, its beginning and its end, in order.
    """
    if not dates:
        return
    for match in _THEN.finditer(low):
        known = [(begin, end) for stop, begin, end in dates if stop <= match.start()]
        if not known:
            continue
        begin, end = known[-1]
        lead = (
            (match["lead"] or ("before" if match["chinese"] else ""))
            .replace("up till", "until")
            .replace("up to", "until")
        )
        if match["side"] or match["count"]:
            away = timedelta(days=_UNIT_DAYS[match["unit"]] * _number(match["count"]) if match["count"] else 1)
            back = (match["side"] or match["way"]) == "before"
            begin = begin - away if back else end - timedelta(days=1) + away
            end, lead = begin + timedelta(days=1), "by" if back and match["count"] else ""
        yield Pointer(start=match.start(), stop=match.end(), lead=lead, begin=begin, end=end)


def _number(count: str) -> int:
    return 1 if count in ("a", "an") else int(english_number(count))


_BARE_DAY = re.compile(r"(?:the |on the )?\d{1,2}(?:st|nd|rd|th)")


def in_the_same_month(phrase: str, begin: datetime, earlier: datetime, zone: tzinfo) -> datetime | None:
    """A day without its month in that of the date said before it: "meant to be 4 May, but now it's the 18th".

    Args:
        phrase: As said, in lower case.
        begin: What it would mean by itself.
        earlier: The beginning of the date before it.
        zone: The speaker's.

    Returns:
        ``None`` when it means the same, or that month has no such day after the date before it.
    """
    if not _BARE_DAY.fullmatch(phrase):
        return None
    there, day = earlier.astimezone(zone), begin.astimezone(zone).day
    if begin >= earlier or day <= there.day:
        return None
    try:
        return there.replace(day=day, hour=0, minute=0).astimezone(earlier.tzinfo)
    except ValueError:  # 31 April
        return None
