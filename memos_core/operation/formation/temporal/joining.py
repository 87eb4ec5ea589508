"""From atoms to phrases: dates take times of day and years, prefixes take dates, two dates make a range."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeGuard

from memos_core.operation.formation.temporal.expression import Granularity
from memos_core.operation.formation.temporal.values import (
    Atom,
    Clock,
    Cycle,
    Interval,
    Page,
    Prefix,
    Recurring,
    Value,
    Void,
)

_DAY_TO_TIME = re.compile(r"的?|,? ?(?:at |in the |in |around |about |@ ?|from |between |by )?(?:the )?")
_TIME_TO_DAY = re.compile(r",? ?(?:on |of )?(?:the )?")
_INTO = re.compile(r",? ?(?:of |in )?(?:the )?'?")
_OUT_OF = re.compile(r"的?|,? (?:in |on |at |during |over )?(?:the )?")
_SAME_DAY = re.compile(r",? ?(?:the )?[(（]?")
_CLOSING = {"(": ")", "（": "）"}
_GAP = 16
"""No gap is longer."""
_COARSENESS = {
    grain: rank
    for rank, grain in enumerate(
        (
            Granularity.MINUTE,
            Granularity.HOUR,
            Granularity.PART_OF_DAY,
            Granularity.DAY,
            Granularity.WEEKEND,
            Granularity.WEEK,
            Granularity.MONTH,
            Granularity.QUARTER,
            Granularity.SEASON,
            Granularity.RANGE,
            Granularity.YEAR,
            Granularity.DECADE,
        )
    )
}
_CONTAINERS = {Cycle.YEAR: (Granularity.YEAR,), Cycle.MONTH: (Granularity.MONTH,), Cycle.WEEK: (Granularity.WEEK,)}
_DEPTH = 4
"""Prefixes on top of each other: "the end of the first week of"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Atoms that belong together, and what they mean."""

    start: int
    stop: int
    value: Value
    weak: bool
    after: int
    """Index of the first atom that was not used."""


Settle = Callable[[Value, int, int], "Interval | None"]
"""Turns a value at a place of the text into an interval."""


def phrase_at(page: Page, atoms: Sequence[Atom], index: int, settle: Settle) -> Phrase | None:
    """The phrase that starts with the atom at ``index``; ``None`` when it means nothing by itself."""
    place = index
    while isinstance(atoms[place].value, Prefix):
        followed = place + 1 < len(atoms) and atoms[place + 1].start == atoms[place].stop
        if not followed or place - index == _DEPTH:
            return None
        place += 1
    phrase = _extended(page, atoms, _alone(atoms[place], place + 1))
    for prefix in reversed(atoms[index:place]):
        value = _changed(page, prefix, phrase, settle)
        if value is None:
            return None
        phrase = Phrase(start=prefix.start, stop=phrase.stop, value=value, weak=False, after=phrase.after)
    return _extended(page, atoms, phrase) if place > index else phrase


def _alone(atom: Atom, after: int) -> Phrase:
    return Phrase(start=atom.start, stop=atom.stop, value=atom.value, weak=atom.weak, after=after)


def _changed(page: Page, prefix: Atom, phrase: Phrase, settle: Settle) -> Value | None:
    change, value = prefix.value, phrase.value
    if not isinstance(change, Prefix):
        return None
    if isinstance(value, Recurring) and not (change.settles and value.cycle is Cycle.WEEK):
        changed = value.map(change.change, value.granularity)
        example = next(changed.around(page.now), None)
        return None if example is None else replace(changed, granularity=example.granularity)
    interval = settle(value, prefix.start, phrase.stop)
    return None if interval is None else change.change(interval)


def _extended(page: Page, atoms: Sequence[Atom], phrase: Phrase) -> Phrase:
    """Take in the atoms that follow as long as they say more about the same time."""
    while phrase.after < len(atoms):
        atom = atoms[phrase.after]
        if atom.start - phrase.stop > _GAP:
            break
        gap = page.low[phrase.stop : atom.start]
        value = _combined(phrase.value, atom.value, gap)
        if value is None:
            break
        stop = atom.stop + (_CLOSING.get(gap[-1:]) == page.low[atom.stop : atom.stop + 1])
        phrase = Phrase(start=phrase.start, stop=stop, value=value, weak=False, after=phrase.after + 1)
    return phrase


def _combined(left: Value, right: Value, gap: str) -> Value | None:
    """What two neighbours mean together; ``None`` when they are two expressions."""
    if isinstance(left, Void) or isinstance(right, Void):
        clock = isinstance(left, Clock) or isinstance(right, Clock)
        return Void() if clock and _DAY_TO_TIME.fullmatch(gap) else None
    if isinstance(right, Clock):
        return _timed(left, right) if _DAY_TO_TIME.fullmatch(gap) else None
    if isinstance(left, Clock):
        return _timed(right, left) if _TIME_TO_DAY.fullmatch(gap) else None
    if _is_weekday(left) and _is_date(right):
        return _on_weekday(left, right) if _SAME_DAY.fullmatch(gap) else None
    if _is_date(left) and _is_weekday(right):
        return left if gap.strip() in ("(", "（", "") else None
    if isinstance(left, Recurring) and isinstance(right, Interval):
        return _contained(left, right) if _INTO.fullmatch(gap) else None
    if isinstance(left, Interval) and isinstance(right, Recurring):
        return _contained(right, left) if _OUT_OF.fullmatch(gap) else None
    return None


def _timed(day: Value, clock: Clock) -> Value | None:
    """A time of day on a day, or within a part of one."""
    if isinstance(day, Clock):
        return _within_part(day, clock) or _within_part(clock, day)
    if not isinstance(day, Interval | Recurring):
        return None
    if day.granularity is Granularity.PART_OF_DAY and clock.granularity in (Granularity.HOUR, Granularity.MINUTE):
        if isinstance(day, Interval):
            return clock.inside(day)
        return day.map(clock.inside, clock.granularity)
    if day.granularity is not Granularity.DAY:
        return None
    if isinstance(day, Interval):
        return clock.on(day.start.date())
    return day.map(lambda found: clock.on(found.start.date()), clock.granularity)


def _within_part(part: Clock, time: Clock) -> Clock | None:
    if part.granularity is not Granularity.PART_OF_DAY or time.granularity not in (
        Granularity.HOUR,
        Granularity.MINUTE,
    ):
        return None
    for shift in (0,) if time.certain else (0, 720):
        for later in (0, 1440):
            minute = time.minute + shift + later
            if part.minute <= minute <= part.minute + part.length:
                return Clock(minute=minute, length=time.length, granularity=time.granularity)
    return None


def _is_weekday(value: Value) -> TypeGuard[Recurring]:
    return isinstance(value, Recurring) and value.cycle is Cycle.WEEK and value.granularity is Granularity.DAY


def _is_date(value: Value) -> TypeGuard[Interval | Recurring]:
    if isinstance(value, Recurring):
        return value.granularity is Granularity.DAY and value.cycle is not Cycle.WEEK
    return isinstance(value, Interval) and value.granularity is Granularity.DAY


def _on_weekday(weekday: Recurring, day: Interval | Recurring) -> Value:
    """A weekday before a date only confirms it; before "the 13th" it picks the month."""
    if isinstance(day, Interval) or day.cycle is not Cycle.MONTH:
        return day

    def only(found: Interval) -> Interval | None:
        named = weekday.at(found.start.date() - timedelta(days=found.start.weekday()))
        return found if named is not None and named.start == found.start else None

    return day.map(only, Granularity.DAY)


def _contained(part: Recurring, whole: Interval) -> Interval | None:
    """The occurrence of ``part`` in ``whole``: "May" in "last year"."""
    if whole.granularity not in _CONTAINERS.get(part.cycle, ()) or whole.wording:
        return None
    return part.within(whole)
