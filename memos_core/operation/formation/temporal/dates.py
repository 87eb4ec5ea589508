"""Arithmetic on the calendar: months, weeks, seasons, holidays. Naive local time throughout.

Weeks start on Monday (ISO 8601). Seasons are the meteorological ones of the northern hemisphere; a winter belongs to
the year in which its December lies. Easter follows the anonymous Gregorian algorithm (Meeus, *Astronomical
Algorithms*, chapter 8).

Every function raises ``ValueError`` or ``OverflowError`` for a date that no calendar of ``datetime`` holds; the
callers in ``scanning``, ``joining`` and ``resolving`` turn both into "no expression".
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

DAY = timedelta(days=1)
HolidayRule = Callable[[int], date]


def midnight(day: date) -> datetime:
    """The first moment of ``day``."""
    return datetime.combine(day, time())


def day_of(moment: datetime) -> datetime:
    """Midnight before ``moment``."""
    return midnight(moment.date())


def add_months(day: date, months: int) -> date:
    """``months`` later, on the same day of the month or on the month's last."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    return first + timedelta(days=min(day.day, month_length(year, month + 1)) - 1)


def month_length(year: int, month: int) -> int:
    """Days in a month."""
    if month == 12:
        return 31
    return (date(year, month + 1, 1) - date(year, month, 1)).days


def month_start(day: date, months: int = 0) -> date:
    """The first of the month that lies ``months`` after the one of ``day``."""
    return add_months(day.replace(day=1), months)


def week_start(day: date) -> date:
    """The Monday on or before ``day``."""
    return day - timedelta(days=day.weekday())


def nth_weekday(first: date, last: date, weekday: int, nth: int) -> date | None:
    """The ``nth`` (1 is the first, -1 the last) ``weekday`` (0 is Monday) within ``[first, last]``."""
    if nth > 0:
        found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    else:
        found = last - timedelta(days=(last.weekday() - weekday) % 7)
    return found if first <= found <= last else None


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar."""
    century, in_century = divmod(year, 100)
    golden = year % 19
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - century // 4 - correction + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _fixed(month: int, day: int) -> HolidayRule:
    return lambda year: date(year, month, day)


def _nth(month: int, weekday: int, nth: int, days_later: int = 0) -> HolidayRule:
    def rule(year: int) -> date:
        found = nth_weekday(date(year, month, 1), date(year, month, month_length(year, month)), weekday, nth)
        if found is None:  # no month lacks a first, fourth or last weekday
            raise ValueError(f"no weekday {weekday} number {nth} in {year}-{month}")
        return found + timedelta(days=days_later)

    return rule


def _easter(days_later: int = 0) -> HolidayRule:
    return lambda year: easter(year) + timedelta(days=days_later)


HOLIDAYS: Mapping[str, HolidayRule] = {
    "new year's day": _fixed(1, 1),
    "martin luther king day": _nth(1, 0, 3),
    "valentine's day": _fixed(2, 14),
    "women's day": _fixed(3, 8),
    "arbor day of china": _fixed(3, 12),
    "st patrick's day": _fixed(3, 17),
    "april fools' day": _fixed(4, 1),
    "good friday": _easter(-2),
    "easter": _easter(),
    "easter monday": _easter(1),
    "earth day": _fixed(4, 22),
    "labour day of china": _fixed(5, 1),
    "youth day of china": _fixed(5, 4),
    "cinco de mayo": _fixed(5, 5),
    "mother's day": _nth(5, 6, 2),
    "memorial day": _nth(5, 0, -1),
    "children's day of china": _fixed(6, 1),
    "father's day": _nth(6, 6, 3),
    "juneteenth": _fixed(6, 19),
    "canada day": _fixed(7, 1),
    "independence day": _fixed(7, 4),
    "bastille day": _fixed(7, 14),
    "army day of china": _fixed(8, 1),
    "labor day": _nth(9, 0, 1),
    "teachers' day of china": _fixed(9, 10),
    "national day of china": _fixed(10, 1),
    "halloween": _fixed(10, 31),
    "veterans day": _fixed(11, 11),
    "thanksgiving": _nth(11, 3, 4),
    "black friday": _nth(11, 3, 4, 1),
    "cyber monday": _nth(11, 3, 4, 4),
    "christmas eve": _fixed(12, 24),
    "christmas": _fixed(12, 25),
    "boxing day": _fixed(12, 26),
    "new year's eve": _fixed(12, 31),
}
"""Holidays that a rule computes. Those of the lunar calendar are not among them."""
