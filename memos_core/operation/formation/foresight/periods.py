"""From the times of a clause to the interval of what it says."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from memos_core.domain.engram import IntervalSource, Period
from memos_core.operation.formation.foresight.entries import ALWAYS
from memos_core.operation.formation.foresight.times import Role, Time, after
from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.dates import midnight

EVENT_LENGTH = timedelta(hours=2)
"""At least, of an event of which an hour is said; it counts until its day is over."""


def period(
    found: Sequence[Time], at: datetime, zone: tzinfo, *, lasting: bool, days: int | None = None
) -> tuple[Period, IntervalSource] | None:
    """The interval that the times of a clause give to what it says.

    Args:
        found: Its times.
        at: When it was said.
        zone: The speaker's.
        lasting: Whether it speaks of something that goes on (a state), not of an event.
        days: How long such a thing usually lasts; ``ALWAYS`` without end, ``None`` for nothing usual.

    Returns:
        ``None`` when neither the text nor custom tells.
    """
    found = [time for time in found if not any(_frames(time, other) for other in found)]
    begin = _begin(found, at, lasting)
    end, source = _end(found, begin, at, zone, lasting), IntervalSource.EXPLICIT
    if end is None and days == ALWAYS:
        return Period(start=begin, end=None, label="from now on"), IntervalSource.DEFAULT
    if end is None and days is not None:
        end, source = after(begin, zone, days=days)[1], IntervalSource.DEFAULT
    if end is None or end <= begin or end <= at:
        return None
    clock = begin > at and any(time.begin == begin and time.granularity in _CLOCK for time in found)
    return Period(start=begin, end=end, label=labelled(begin, end, at, zone, source, clock=clock)), source


def _frames(time: Time, other: Time) -> bool:
    """Whether a time only says in which year or month the other one is: "Thanksgiving this year"."""
    if time.role is not Role.AT or other.role is not Role.AT or time.granularity not in _COARSE:
        return False
    return time.begin <= other.begin and other.end <= time.end and time.end - time.begin > other.end - other.begin


_CLOCK = frozenset({Granularity.HOUR, Granularity.MINUTE})
_COARSE = frozenset({Granularity.YEAR, Granularity.MONTH})


def _begin(found: Sequence[Time], at: datetime, lasting: bool) -> datetime:
    starts = [time.begin for time in found if time.role in (Role.FROM, Role.AT) and time.ahead and time.end > at]
    starts += [time.end for time in found if time.role is Role.AFTER and time.end > at]
    onset = [
        time.begin if time.told is None else time.told[0] for time in found if time.role in (Role.PAST, Role.SINCE)
    ]
    if lasting and onset:
        return min(*onset, at)
    if not starts or any(time.role in (Role.BY, Role.BEFORE) for time in found):
        return at
    first = min(starts)
    return max(first, at) if lasting and first <= at else first


def _end(found: Sequence[Time], begin: datetime, at: datetime, zone: tzinfo, lasting: bool) -> datetime | None:
    bounds = [time for time in found if time.role in (Role.UNTIL, Role.BY, Role.BEFORE) and time.end > begin]
    if bounds:
        return max(time.end for time in bounds)
    lengths = [time for time in found if time.role is Role.FOR]
    dates = [time for time in found if time.role in (Role.AT, Role.FROM, Role.AFTER) and time.end > at]
    if lengths and not any(time.granularity is Granularity.RANGE and time.end > begin for time in dates):
        longest = max(lengths, key=lambda time: time.days)
        return longest.counts_from(begin, zone) if dates and begin > at else after(begin, zone, days=longest.days)[1]
    if lasting and dates and all(time.role is Role.FROM for time in dates):
        return None
    events = [time for time in dates if time.role is not Role.AFTER]
    if not events:
        return None
    last = max(events, key=lambda time: time.end)
    fine = last.granularity in _CLOCK
    return max(last.end, last.begin + EVENT_LENGTH, _midnight_after(last.begin, zone)) if fine else last.end


def _midnight_after(moment: datetime, zone: tzinfo) -> datetime:
    return midnight(moment.astimezone(zone).date() + timedelta(days=1)).replace(tzinfo=zone).astimezone(UTC)


def labelled(
    begin: datetime, end: datetime, at: datetime, zone: tzinfo, source: IntervalSource, *, clock: bool = False
) -> str:
    """The period as a reader would write it, in local dates; with its hour where one was said."""
    first = begin.astimezone(zone)
    last = (end - timedelta(microseconds=1)).astimezone(zone)
    about = "about " if source is IntervalSource.DEFAULT else ""
    if first.date() == last.date():
        return f"{day_label(first)}, {first:%H:%M}" if clock else day_label(first)
    if begin <= at:
        return f"until {about}{day_label(last)}"
    return f"{day_label(first)} to {about}{day_label(last)}"


_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day_label(moment: datetime) -> str:
    """``7 May 2023``, whatever the process's locale."""
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
