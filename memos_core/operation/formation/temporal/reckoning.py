"""Counting from a moment, and cutting pieces out of an interval. Shared by both languages."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from memos_core.operation.formation.temporal.dates import (
    DAY,
    HOLIDAYS,
    add_months,
    day_of,
    midnight,
    month_start,
    nth_weekday,
    week_start,
)
from memos_core.operation.formation.temporal.expression import Granularity
from memos_core.operation.formation.temporal.values import (
    Amount,
    Clock,
    Cycle,
    Interval,
    Recurring,
    day_interval,
    days_interval,
    months_interval,
    union,
)

Elapse = Callable[[datetime, timedelta], datetime]
"""Adds elapsed time to a local time, whatever the clocks do in between."""

SEASON_STARTS: Mapping[str, int] = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
PARTS_OF_DAY: Mapping[str, Clock] = {
    "small hours": Clock(minute=0, length=360, granularity=Granularity.PART_OF_DAY),
    "morning": Clock(minute=360, length=360, granularity=Granularity.PART_OF_DAY),
    "noon": Clock(minute=720, length=60, granularity=Granularity.HOUR),
    "afternoon": Clock(minute=720, length=360, granularity=Granularity.PART_OF_DAY),
    "evening": Clock(minute=1080, length=360, granularity=Granularity.PART_OF_DAY),
    "night": Clock(minute=1080, length=720, granularity=Granularity.PART_OF_DAY),
    "midnight": Clock(minute=1440, length=60, granularity=Granularity.HOUR),
}
"""A night runs until six in the morning after it."""

_FINER: Mapping[str, tuple[str, int]] = {
    "year": ("month", 12),
    "week": ("day", 7),
    "day": ("hour", 24),
    "hour": ("minute", 60),
}


def _whole(amount: Amount) -> Amount:
    """Without the half, in the next finer unit. Half a month stays."""
    if not amount.half or amount.unit not in _FINER:
        return amount
    unit, count = _FINER[amount.unit]
    low = amount.low * count + count // 2
    return Amount(low=low, high=low, unit=unit, vague=amount.vague)


def around(day: date) -> Interval:
    """The week that has ``day`` in its middle: what "two weeks ago" may mean."""
    return days_interval(day - 3 * DAY, 7, Granularity.WEEK, approximate=True)


def _plain(moment: datetime, time: timedelta) -> datetime:
    return moment + time


def _point(moment: datetime, count: int, unit: str, half: bool, elapse: Elapse) -> Interval:
    """``count`` (negative: back) units from ``moment``, as one unit of the calendar."""
    if unit == "minute":
        start = elapse(moment, timedelta(minutes=count)).replace(second=0, microsecond=0)
        return Interval(start=start, end=start + timedelta(minutes=1), granularity=Granularity.MINUTE)
    if unit == "hour":
        start = elapse(moment, timedelta(hours=count)).replace(minute=0, second=0, microsecond=0)
        return Interval(start=start, end=start + timedelta(hours=1), granularity=Granularity.HOUR)
    if unit == "day":
        return day_interval(moment.date() + count * DAY)
    if unit == "week":
        return around(moment.date() + 7 * count * DAY)
    if unit == "month" and half:
        sign = -1 if count < 0 else 1
        return around(add_months(moment.date(), count) + sign * 15 * DAY)
    if unit == "month":
        return months_interval(month_start(moment.date(), count), 1, Granularity.MONTH)
    return months_interval(date(moment.year + count, 1, 1), 12, Granularity.YEAR)


def away(moment: datetime, amount: Amount, sign: int, elapse: Elapse = _plain) -> Interval:
    """The unit of the calendar that lies ``amount`` after (``sign`` 1) or before (-1) ``moment``."""
    amount = _whole(amount)
    if amount.half and amount.low == 0:
        return around(moment.date() + sign * 15 * DAY)
    near = _point(moment, sign * amount.low, amount.unit, amount.half, elapse)
    if amount.low == amount.high:
        return replace(near, approximate=near.approximate or amount.vague)
    return union((near, _point(moment, sign * amount.high, amount.unit, False, elapse)))


def same_day(day: date, amount: Amount, sign: int) -> Interval:
    """Exactly ``amount`` days, weeks, months or years before or after ``day``."""
    return day_interval(_moved(day, amount, sign))


def shifted(base: Interval, amount: Amount, sign: int) -> Interval:
    """``amount`` after or before a date. Days and weeks from a day are exact; otherwise as ``away``."""
    amount = _whole(amount)
    moment = base.start if sign < 0 or base.granularity is not Granularity.RANGE else base.end - DAY
    if amount.unit in ("day", "week") and amount.low == amount.high:
        days = amount.low * (7 if amount.unit == "week" else 1)
        if sign > 0 and base.granularity in (
            Granularity.WEEK,
            Granularity.WEEKEND,
            Granularity.MONTH,
            Granularity.SEASON,
            Granularity.QUARTER,
            Granularity.YEAR,
        ):
            moment = base.end - DAY
        return day_interval(moment.date() + sign * days * DAY)
    return away(moment, amount, sign)


def neighbour(base: Interval, unit: str, sign: int) -> Interval | None:
    """Read "The day after", "the week before", "the weekend before" a date."""
    if unit == "day":
        return day_interval((base.end if sign > 0 else base.start - DAY).date())
    if unit == "weekend":
        weekend = Recurring(cycle=Cycle.WEEK, granularity=Granularity.WEEKEND, at=weekend_of)
        return weekend.earliest(base.end, begun=False) if sign > 0 else weekend.latest(base.start, ended=True)
    return calendar_unit(unit, (base.end - DAY if sign > 0 else base.start).date(), sign)


def back_to(now: datetime, amount: Amount, elapse: Elapse) -> Interval:
    """From ``amount`` ago until the end of today (or the present minute, for hours and minutes)."""
    amount = _whole(amount)
    if amount.unit in ("minute", "hour"):
        end = elapse(now.replace(second=0, microsecond=0), timedelta(minutes=1))
        return Interval(
            start=elapse(end, -_elapsed(amount)), end=end, granularity=Granularity.RANGE, approximate=amount.vague
        )
    first = _moved(now.date(), amount, -1)
    return Interval(
        start=midnight(first), end=midnight(now.date() + DAY), granularity=Granularity.RANGE, approximate=amount.vague
    )


def on_to(now: datetime, amount: Amount, elapse: Elapse) -> Interval:
    """From today until ``amount`` from now, that day included."""
    amount = _whole(amount)
    if amount.unit in ("minute", "hour"):
        start = now.replace(second=0, microsecond=0)
        return Interval(
            start=start, end=elapse(start, _elapsed(amount)), granularity=Granularity.RANGE, approximate=amount.vague
        )
    last = _moved(now.date(), amount, 1)
    return Interval(
        start=day_of(now), end=midnight(last + DAY), granularity=Granularity.RANGE, approximate=amount.vague
    )


def _count(amount: Amount) -> int:
    return (amount.low + amount.high) // 2


def _elapsed(amount: Amount) -> timedelta:
    return timedelta(minutes=_count(amount) * (60 if amount.unit == "hour" else 1))


def _moved(day: date, amount: Amount, sign: int) -> date:
    count = sign * _count(amount)
    if amount.unit in ("day", "week"):
        return day + count * (7 if amount.unit == "week" else 1) * DAY
    half = timedelta(days=15 * sign) if amount.half else timedelta()
    return add_months(day, count * (12 if amount.unit == "year" else 1)) + half


def calendar_unit(unit: str, day: date, step: int = 0) -> Interval:
    """The day, week, weekend, month, quarter, year or decade that lies ``step`` after that of ``day``."""
    monday = week_start(day) + 7 * step * DAY
    if unit == "day":
        return day_interval(day + step * DAY)
    if unit == "week":
        return days_interval(monday, 7, Granularity.WEEK)
    if unit == "weekend":
        return days_interval(monday + 5 * DAY, 2, Granularity.WEEKEND)
    if unit == "month":
        return months_interval(month_start(day, step), 1, Granularity.MONTH)
    if unit == "quarter":
        first = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)
        return months_interval(add_months(first, 3 * step), 3, Granularity.QUARTER)
    if unit == "decade":
        return decade(10 * (day.year // 10 + step))
    return months_interval(date(day.year + step, 1, 1), 12, Granularity.YEAR)


def decade(first_year: int) -> Interval:
    """Ten years from ``first_year``."""
    return months_interval(date(first_year, 1, 1), 120, Granularity.DECADE)


def weekend_of(monday: date) -> Interval:
    """Saturday and Sunday of the week that starts on ``monday``."""
    return days_interval(monday + 5 * DAY, 2, Granularity.WEEKEND)


def weekday(number: int) -> Recurring:
    """A day of the week; 0 is Monday."""
    return Recurring(
        cycle=Cycle.WEEK,
        granularity=Granularity.DAY,
        at=lambda monday: day_interval(monday + number * DAY),
        never_today=True,
    )


def weekend() -> Recurring:
    """Saturday and Sunday."""
    return Recurring(cycle=Cycle.WEEK, granularity=Granularity.WEEKEND, at=weekend_of)


def day_of_month(number: int) -> Recurring:
    """Read "The 15th"; months that have no such day are left out."""
    return Recurring(
        cycle=Cycle.MONTH,
        granularity=Granularity.DAY,
        at=lambda first: day_interval(date(first.year, first.month, number)),
    )


def month_and_day(month: int, day: int) -> Recurring:
    """Read "3 May", any year that has it."""
    return Recurring(
        cycle=Cycle.YEAR, granularity=Granularity.DAY, at=lambda first: day_interval(date(first.year, month, day))
    )


def month(number: int) -> Recurring:
    """Read "May"."""
    return _months(number, 1, Granularity.MONTH)


def season(name: str) -> Recurring:
    """``spring``, ``summer``, ``autumn`` or ``winter``."""
    return _months(SEASON_STARTS[name], 3, Granularity.SEASON)


def quarter(number: int) -> Recurring:
    """The ``number``-th three months of the year."""
    return _months(3 * number - 2, 3, Granularity.QUARTER)


def half_year(number: int) -> Recurring:
    """The first or second six months of the year."""
    return replace(_months(6 * number - 5, 6, Granularity.RANGE), this_cycle=True)


def edge_of(unit: str, which: str) -> Recurring:
    """The ``early``, ``mid`` or ``late`` part of a ``month`` or ``year`` that goes without saying."""
    return Recurring(
        cycle=Cycle(unit),
        granularity=Granularity.RANGE,
        at=lambda first: part(calendar_unit(unit, first), which),
        this_cycle=True,
    )


def _months(first_month: int, count: int, granularity: Granularity) -> Recurring:
    return Recurring(
        cycle=Cycle.YEAR,
        granularity=granularity,
        at=lambda first: months_interval(date(first.year, first_month, 1), count, granularity),
    )


def holiday(name: str) -> Recurring:
    """A holiday of ``dates.HOLIDAYS``."""
    rule = HOLIDAYS[name]
    return Recurring(cycle=Cycle.YEAR, granularity=Granularity.DAY, at=lambda first: day_interval(rule(first.year)))


def last(what: Recurring, now: datetime) -> Interval | None:
    """The last occurrence that is over."""
    return what.latest(day_of(now) if what.never_today else now, ended=True)


def following(what: Recurring, now: datetime) -> Interval | None:
    """The first occurrence after ``now``."""
    return what.earliest(now, begun=False)


def this(what: Recurring, now: datetime) -> Interval | None:
    """The occurrence of this year; for a winter the closest."""
    if what.granularity is Granularity.SEASON:
        found = what.closest(now)
        if found is not None and found.start.month == SEASON_STARTS["winter"]:
            return found
    return what.at(date(now.year, 1, 1))


_THIRDS: Mapping[Granularity, tuple[str, tuple[int, int]]] = {
    Granularity.MONTH: ("day", (10, 20)),
    Granularity.WEEK: ("day", (2, 4)),
    Granularity.SEASON: ("month", (1, 2)),
    Granularity.QUARTER: ("month", (1, 2)),
    Granularity.YEAR: ("month", (3, 9)),
    Granularity.DECADE: ("month", (48, 84)),
}
"""Where the early part of a unit ends and its late part begins."""


def part(base: Interval, which: str) -> Interval | None:
    """The ``early``, ``mid`` or ``late`` part of an interval."""
    if base.granularity not in _THIRDS:
        return None
    unit, (first, second) = _THIRDS[base.granularity]
    step: Callable[[int], datetime] = (
        (lambda n: base.start + n * DAY) if unit == "day" else (lambda n: midnight(add_months(base.start.date(), n)))
    )
    bounds = {"early": (base.start, step(first)), "mid": (step(first), step(second)), "late": (step(second), base.end)}
    start, end = bounds[which]
    return Interval(
        start=start,
        end=end,
        granularity=Granularity.RANGE,
        approximate=True,
        wording=f"{which} {base.granularity.value}",
    )


def half(base: Interval, which: int) -> Interval | None:
    """The first (1) or second (2) half of a month or a longer unit."""
    if base.granularity in (Granularity.MONTH, Granularity.WEEK):
        middle = base.start + (15 if base.granularity is Granularity.MONTH else 3) * DAY
    elif base.granularity in (Granularity.YEAR, Granularity.DECADE):
        middle = midnight(add_months(base.start.date(), 6 if base.granularity is Granularity.YEAR else 60))
    else:
        return None
    start, end = (base.start, middle) if which == 1 else (middle, base.end)
    return Interval(start=start, end=end, granularity=Granularity.RANGE)


def nth_unit(base: Interval, unit: str, nth: int) -> Interval | None:
    """The ``nth`` (-1: last) day, week, weekend, month, quarter or weekday (its number) of an interval."""
    first, final = base.start.date(), (base.end - DAY).date()
    found: Interval | None
    if unit == "week":
        found = days_interval(first + 7 * (nth - 1) * DAY if nth > 0 else final - 6 * DAY, 7, Granularity.WEEK)
    elif unit == "day":
        found = day_interval(first + (nth - 1) * DAY if nth > 0 else final)
    elif unit in ("month", "quarter"):
        step = 1 if unit == "month" else 3
        start = add_months(first.replace(day=1), step * (nth - 1)) if nth > 0 else month_start(final, 1 - step)
        found = months_interval(start, step, Granularity.MONTH if unit == "month" else Granularity.QUARTER)
    else:
        found = _nth_weekday(first, final, unit, nth)
    return found if found is not None and base.start <= found.start < base.end else None


def _nth_weekday(first: date, final: date, unit: str, nth: int) -> Interval | None:
    day = nth_weekday(first, final, 5 if unit == "weekend" else int(unit), nth)
    if day is None:
        return None
    return days_interval(day, 2, Granularity.WEEKEND) if unit == "weekend" else day_interval(day)
