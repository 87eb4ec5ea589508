"""How an interval is written for a reader."""

from collections.abc import Callable, Mapping
from datetime import datetime

from memos_core.operation.formation.temporal.dates import DAY, add_months
from memos_core.operation.formation.temporal.expression import Granularity
from memos_core.operation.formation.temporal.values import Interval

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SEASONS: Mapping[int, str] = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}


def _day(moment: datetime) -> str:
    return f"{moment.day} {_month(moment)}"


def _month(moment: datetime) -> str:
    return f"{_MONTHS[moment.month - 1]} {moment.year}"


def _time(moment: datetime) -> str:
    return f"{_day(moment)}, {moment:%H:%M}"


def _season(start: datetime) -> str:
    name = _SEASONS.get(start.month, "season from " + _month(start))
    if start.month == 12:
        return f"{name} {start.year}–{(start.year + 1) % 100:02d}"
    return f"{name} {start.year}"


def _part_of_day(start: datetime, end: datetime) -> str:
    hours = (end - start).total_seconds() / 3600
    if start.hour == 18:
        return ("night of " if hours > 6 else "evening of ") + _day(start)
    names = {0: "early morning of ", 6: "morning of ", 12: "afternoon of "}
    return names.get(start.hour, "part of ") + _day(start)


_BY_START: Mapping[Granularity, Callable[[datetime], str]] = {
    Granularity.MINUTE: _time,
    Granularity.HOUR: _time,
    Granularity.DAY: _day,
    Granularity.WEEKEND: lambda start: f"weekend of {_day(start)}",
    Granularity.WEEK: lambda start: f"week of {_day(start)}",
    Granularity.MONTH: _month,
    Granularity.SEASON: _season,
    Granularity.QUARTER: lambda start: f"Q{(start.month - 1) // 3 + 1} {start.year}",
    Granularity.YEAR: lambda start: str(start.year),
    Granularity.DECADE: lambda start: f"{start.year}s",
}
_UNITS: Mapping[str, Callable[[Interval], str]] = {
    "month": lambda part: _month(part.start),
    "year": lambda part: str(part.start.year),
    "week": lambda part: "in the " + _BY_START[Granularity.WEEK](part.start - part.start.weekday() * DAY),
    "decade": lambda part: f"{part.start.year // 10 * 10}s",
    "season": lambda part: "in the season of " + _month(part.start),
    "quarter": lambda part: _BY_START[Granularity.QUARTER](part.start),
}


def label(interval: Interval) -> str:
    """The interval in words: ``7 May 2023``, ``early June 2023``, ``since 8 May 2023``, ``around 3 May 2023``."""
    wording, _, unit = interval.wording.partition(" ")
    if unit:
        return f"{wording}{'-' if wording == 'mid' and unit in ('month', 'year') else ' '}{_UNITS[unit](interval)}"
    if wording == "since":
        return "since " + ("around " if interval.approximate else "") + _first(interval.start)
    if wording == "until":
        return "until " + _final(interval.end)
    if interval.granularity is Granularity.RANGE:
        return _range(interval)
    if interval.granularity is Granularity.PART_OF_DAY:
        return _part_of_day(interval.start, interval.end)
    if not interval.approximate:
        return _BY_START[interval.granularity](interval.start)
    return "around " + _BY_START[_SAYS.get(interval.granularity, interval.granularity)](_middle(interval))


_SAYS: Mapping[Granularity, Granularity] = {Granularity.WEEK: Granularity.DAY}
"""A vague week is said by the day in its middle."""


def _middle(interval: Interval) -> datetime:
    return interval.start + (interval.end - interval.start) / 2


def _first(start: datetime) -> str:
    return _time(start) if (start.hour or start.minute) else _coarse(start) or _day(start)


def _final(end: datetime) -> str:
    if end.hour or end.minute:
        return _time(end)
    return _day(end - DAY)


def _coarse(start: datetime) -> str:
    return str(start.year) if (start.month, start.day) == (1, 1) else ""


def _range(interval: Interval) -> str:
    start, end = interval.start, interval.end
    if start.hour or start.minute or end.hour or end.minute:
        same_day = start.date() == end.date()
        return f"{_time(start)} to {f'{end:%H:%M}' if same_day else _time(end)}"
    final = end - DAY
    if (start.month, start.day, final.month, final.day) == (1, 1, 12, 31):
        return f"{start.year} to {final.year}"
    if start.day == 1 and end.day == 1 and add_months(start.date(), 1) < end.date():
        return f"{_month(start)} to {_month(final)}"
    return f"{_day(start)} to {_day(final)}"
