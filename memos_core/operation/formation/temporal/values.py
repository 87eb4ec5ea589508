"""What a phrase means before its sentence is known: an interval, a recurring date, a time of day, or an operator.

All times are naive and local to the user; ``resolving`` turns them into UTC.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import Enum, StrEnum, auto
from typing import TypeAlias

from memos_core.operation.formation.temporal.dates import DAY, add_months, day_of, midnight, month_start, week_start
from memos_core.operation.formation.temporal.expression import Granularity


class Tense(Enum):
    """What the verb nearest to an expression says about the time of its clause."""

    PAST = auto()
    PERFECT = auto()
    """"have been": from then until now."""
    PRESENT = auto()
    """"is", "is coming"."""
    SIMPLE = auto()
    """A bare present verb: a habit or a timetable."""
    FUTURE = auto()
    UNKNOWN = auto()


class Cycle(StrEnum):
    """How often a recurring date comes round."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A stretch of local time, ``[start, end)``."""

    start: datetime
    end: datetime
    granularity: Granularity
    approximate: bool = False
    wording: str = ""
    """Says how the label is built when the granularity does not: ``early``, ``since``, ``until``, ..."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurring:
    """A date without its year, month or week: "May", "the 5th", "Monday", "Christmas"."""

    cycle: Cycle
    granularity: Granularity
    at: Callable[[date], Interval | None]
    """The occurrence in the cycle that starts on the given day."""
    never_today: bool = False
    """Speakers say "today" for it, as for a bare weekday."""
    this_cycle: bool = False
    """Without a past or future verb it is that of the present cycle, as 月底 is that of this month."""

    def map(self, change: Callable[[Interval], Interval | None], granularity: Granularity) -> "Recurring":
        """The recurring date whose occurrences are the changed ones of this."""

        def at(first: date) -> Interval | None:
            found = self.at(first)
            return None if found is None else change(found)

        return replace(self, at=at, granularity=granularity)

    def around(self, moment: datetime, *, backwards: bool = False) -> Iterator[Interval]:
        """Occurrences near ``moment``, in order of time or against it."""
        reach = _REACH[self.cycle]
        steps = range(2, -reach, -1) if backwards else range(-2, reach)
        for step in steps:
            try:
                found = self.at(_cycle_start(self.cycle, moment.date(), step))
            except (ValueError, OverflowError):
                continue  # 29 February, or the edge of the calendar
            if found is not None:
                yield found

    def latest(self, moment: datetime, *, ended: bool = False) -> Interval | None:
        """The last occurrence that had begun (or ended) at ``moment``."""
        occurrences = self.around(moment, backwards=True)
        return next((x for x in occurrences if (x.end if ended else x.start) <= moment), None)

    def earliest(self, moment: datetime, *, begun: bool = True) -> Interval | None:
        """The first occurrence after ``moment``; one that contains it counts when ``begun``."""
        return next((x for x in self.around(moment) if (x.end > moment if begun else x.start > moment)), None)

    def closest(self, moment: datetime) -> Interval | None:
        """The occurrence that contains ``moment`` or else the nearer of its neighbours, the earlier on a tie."""
        before, after = self.latest(moment), self.earliest(moment)
        if before is None or after is None:
            return before or after
        return before if moment - before.end <= after.start - moment else after

    def pick(self, now: datetime, tense: Tense) -> Interval | None:
        """The occurrence that a speaker at ``now`` means in this tense."""
        if tense in (Tense.PAST, Tense.PERFECT):
            return self.latest(day_of(now), ended=True) if self.never_today else self.latest(now)
        if (self.this_cycle or self.cycle is Cycle.DAY) and tense is not Tense.FUTURE:
            return self.at(_cycle_start(self.cycle, now.date(), 0))
        if tense is Tense.UNKNOWN and self.cycle is not Cycle.WEEK:
            return self.closest(now)
        return self.earliest(now, begun=not self.never_today)

    def within(self, container: Interval) -> Interval | None:
        """The first occurrence that begins inside ``container``."""
        for found in self.around(container.start):
            if found.start >= container.end:
                return None
            if found.start >= container.start:
                return found
        return None


_REACH: Mapping[Cycle, int] = {Cycle.DAY: 3, Cycle.WEEK: 4, Cycle.MONTH: 15, Cycle.YEAR: 10}


def _cycle_start(cycle: Cycle, day: date, step: int) -> date:
    if cycle is Cycle.DAY:
        return day + step * DAY
    if cycle is Cycle.WEEK:
        return week_start(day) + 7 * step * DAY
    return month_start(day, step) if cycle is Cycle.MONTH else date(day.year + step, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A time of day, or a stretch of the day."""

    minute: int
    """Minutes after midnight; 1440 is the end of the day."""
    length: int
    """Minutes."""
    granularity: Granularity
    certain: bool = True
    """False when it may as well lie twelve hours later."""

    def on(self, day: date) -> Interval:
        """This time on ``day``."""
        start = midnight(day) + timedelta(minutes=self.minute)
        return Interval(start=start, end=start + timedelta(minutes=self.length), granularity=self.granularity)

    def recurring(self) -> Recurring:
        """This time, every day."""
        return Recurring(cycle=Cycle.DAY, granularity=self.granularity, at=self.on)

    def inside(self, part: Interval) -> Interval | None:
        """This time within a part of a day ("eight" in the evening)."""
        later = () if self.certain else (720,)
        for day in (part.start.date(), part.start.date() + DAY):
            for shift in (0, *later):
                found = replace(self, minute=self.minute + shift).on(day)
                if part.start <= found.start <= part.end:
                    return found
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """Words that change the date after them: "the end of", "two days before"."""

    change: Callable[[Interval], Interval | None]
    settles: bool = False
    """The date after it is settled first: "a week from Friday" counts from the Friday that is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensed:
    """A stretch that exists in some tenses only: "for two weeks"."""

    readings: Mapping[Tense, Interval]


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """A distance from the date before it in the text, or from now: "two days later"."""

    change: Callable[[datetime], Interval | None]
    needs_antecedent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Void:
    """Looks like a time expression and is none: "every Monday", "the Christmas tree"."""


Value: TypeAlias = Interval | Recurring | Clock | Prefix | Tensed | Later | Void


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A text under analysis."""

    raw: str
    low: str
    """``raw`` in lower case, with plain quotes and digits; position by position the same."""
    now: datetime
    """The anchor in the user's local time, naive."""
    zone: tzinfo
    """The user's time zone."""

    def to_local(self, moment: datetime) -> datetime:
        """The naive local time of an aware datetime."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def elapse(self, moment: datetime, time: timedelta) -> datetime:
        """The local time when ``time`` has passed since local ``moment``, across changes of the clocks."""
        return self.to_local(moment.replace(tzinfo=self.zone).astimezone(UTC) + time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Atom:
    """A value found at a place in the text."""

    start: int
    stop: int
    value: Value
    weak: bool = False
    """Means a time only in company: "2021" in "May 2021", "at 5" in "tomorrow at 5"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number of units: "three weeks", "a few days", "a year and a half"."""

    low: int
    high: int
    unit: str
    """``minute``, ``hour``, ``day``, ``week``, ``month`` or ``year``."""
    half: bool = False
    """Half a unit more."""
    vague: bool = False


def listed(text: str) -> frozenset[str]:
    """The words of a list that is written with blanks between them."""
    return frozenset(text.split())


def day_interval(day: date) -> Interval:
    """All of ``day``."""
    return Interval(start=midnight(day), end=midnight(day + DAY), granularity=Granularity.DAY)


def days_interval(first: date, days: int, granularity: Granularity, **more: bool | str) -> Interval:
    """``days`` days from ``first`` on."""
    made = Interval(start=midnight(first), end=midnight(first + days * DAY), granularity=granularity)
    return replace(made, approximate=bool(more.get("approximate", False)), wording=str(more.get("wording", "")))


def months_interval(first: date, months: int, granularity: Granularity) -> Interval:
    """``months`` months from ``first``, the first of a month."""
    return Interval(start=midnight(first), end=midnight(add_months(first, months)), granularity=granularity)


def union(parts: Sequence[Interval]) -> Interval:
    """From the first start to the last end, with the granularity of the parts; vague."""
    return Interval(
        start=min(part.start for part in parts),
        end=max(part.end for part in parts),
        granularity=parts[0].granularity,
        approximate=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A rule's match, as its builder sees it."""

    match: re.Match[str]
    page: Page
    groups: Mapping[str, str]
    """The named groups that took part."""

    @property
    def now(self) -> datetime:
        """The anchor, local."""
        return self.page.now

    @property
    def today(self) -> date:
        """The anchor's local date."""
        return self.page.now.date()

    def before(self, width: int = 24) -> str:
        """The text just before the match, in lower case."""
        start = self.match.start()
        return self.page.low[max(0, start - width) : start]

    def after(self, width: int = 24) -> str:
        """The text just after the match, in lower case."""
        stop = self.match.end()
        return self.page.low[stop : stop + width]

    def capital(self, group: str | int = 0) -> bool:
        """Whether the group starts with a capital letter."""
        return self.page.raw[self.match.start(group)].isupper()


VOID = Void()


@dataclass(frozen=True, slots=True, kw_only=True)
class Weak:
    """A value that counts only when it joins another."""

    value: Value


Builder: TypeAlias = Callable[["Reading"], Value | Weak | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One way of saying a time."""

    starts: tuple[str, ...]
    """The words that it may start with; ``#`` stands for any number in digits."""
    pattern: str
    """A regular expression, compiled when first needed: all of them take a third of a second."""
    build: Builder


def rule(starts: str | Iterable[str], pattern: str, build: Builder) -> Rule:
    """A rule of an English or Chinese table; ``starts`` is a list, or words with blanks between them."""
    words = starts.split() if isinstance(starts, str) else starts
    return Rule(starts=tuple(words), pattern=pattern, build=build)
