"""From phrases to bounds: "from Monday to Friday", "since May", "until the 5th", "9 to 11"."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from memos_core.operation.formation.temporal.dates import DAY, day_of, midnight
from memos_core.operation.formation.temporal.expression import Granularity
from memos_core.operation.formation.temporal.values import Clock, Interval, Page, Recurring, Tense, Value

_LINK = re.compile(r" ?(?:-|–|—|~|～|to|until|till|through|thru|到|至|直到) ?")
_AND = re.compile(r" (?:and) (?:the )?|和|与")
_RANGE_CUE = re.compile(r"(?:(?<![a-z])(?:from|between) (?:the |about |around |at )?|从|自|在)$")
_BOUND_CUE = re.compile(
    r"(?:(?<![a-z])(?P<word>ever since|since|not until|up until|until|'?till?|no later than|by|through)"
    r" (?:the |about |around |at )?|(?P<chinese>自从|直到|截止到|截至|截止|自|从|到))$"
)
_CHINESE_BOUND = re.compile(
    r"(?P<since>的?(?:以来|起(?![床来飞步点码身初立])|开始))|(?P<until>的?(?:之前|以前|为止|前(?!后|夕|面|进|途|往)))"
)
_MOVED = re.compile(
    r"\b(?:moved|move|changed|change|rescheduled|reschedule|postponed|pushed|shifted|switch\w*)\b[^.!?]{0,60}$"
)
_WIDTH = 24
SINCE = frozenset({"ever since", "since", "自从", "自"})
FINE = frozenset({Granularity.MINUTE, Granularity.HOUR})
"""A time of day bounds at its beginning, a date at its end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """Words beside a phrase that make it the end of a stretch."""

    start: int
    stop: int
    since: bool
    may_lie_ahead: bool = False
    """从…起 and 从…开始 may begin in the future; English "since" may not."""


def bound_of(page: Page, start: int, stop: int, limit: int) -> Bound | None:
    """The bound that the phrase at ``[start, stop)`` is, if any."""
    found = _BOUND_CUE.search(page.low, max(0, start - _WIDTH), start)
    after = _CHINESE_BOUND.match(page.low, stop, min(stop + 8, limit))
    left = found.start() if found else start
    word = (found["word"] or found["chinese"]) if found else ""
    if after is not None and not (after.group().endswith("开始") and word not in ("从", "自", "自从")):
        ahead = after.group().endswith(("起", "开始"))
        return Bound(start=left, stop=after.end(), since=after["since"] is not None, may_lie_ahead=ahead)
    if not word or word in ("从", "到"):
        return None
    return Bound(start=left, stop=stop, since=word in SINCE)


def bounded(page: Page, bound: Bound, interval: Interval) -> Interval:
    """Since the interval until today, or from today until the interval; the interval itself when that is no stretch.

    A stretch that reaches the present includes today, or the present minute when the bound is a time of day.
    """
    fine = interval.granularity in FINE
    minute = page.now.replace(second=0, microsecond=0)
    if bound.since:
        end = page.elapse(minute, timedelta(minutes=1)) if fine else midnight(page.now.date() + DAY)
        if interval.start > page.now or interval.start >= end:
            return interval
        return Interval(
            start=interval.start,
            end=end,
            granularity=Granularity.RANGE,
            approximate=interval.approximate,
            wording="since",
        )
    start, end = (minute, interval.start) if fine else (day_of(page.now), interval.end)
    if interval.end <= page.now or end <= start:
        return interval
    return Interval(
        start=start, end=end, granularity=Granularity.RANGE, approximate=interval.approximate, wording="until"
    )


def links(page: Page, start: int, stop: int, next_start: int) -> int | None:
    """Whether what stands between two phrases makes them a range: the start of its first word, else ``None``."""
    if next_start - stop > _WIDTH:
        return None
    gap = page.low[stop:next_start]
    cue = _RANGE_CUE.search(page.low, max(0, start - _WIDTH), start)
    opened = cue.start() if cue else start
    if _AND.fullmatch(gap):
        return opened if cue else None
    if not _LINK.fullmatch(gap.removesuffix("the ")):
        return None
    if cue and _MOVED.search(page.low, max(0, opened - 80), opened):
        return None
    return opened if cue is None or not cue.group().startswith("在") else start


def spanned(page: Page, first: Value, second: Value, tense: Tense) -> Interval | None:
    """From one value to another; ``None`` when they are no stretch."""
    pair = _settled(page, first, second, tense)
    if pair is None:
        return None
    begin, final = pair
    fine = final.granularity in FINE
    end = final.start if fine else final.end
    if begin.granularity in FINE and not fine and final.granularity is not Granularity.PART_OF_DAY:
        return None
    if end <= begin.start or final.start < begin.start:
        return None
    return Interval(
        start=begin.start, end=end, granularity=Granularity.RANGE, approximate=begin.approximate or final.approximate
    )


def _settled(page: Page, first: Value, second: Value, tense: Tense) -> tuple[Interval, Interval] | None:
    if isinstance(first, Clock) and isinstance(second, Clock):
        begin: Interval | None = first.recurring().pick(page.now, tense)
        return None if begin is None else (begin, _on_same_day(begin, second))
    if isinstance(second, Clock):
        begin = _picked(page, first, tense)
        return None if begin is None else (begin, _on_same_day(begin, second))
    if isinstance(first, Clock):
        final = _picked(page, second, tense)
        return None if final is None else (first.on(final.start.date()), final)
    if isinstance(first, Recurring) and isinstance(second, Interval):
        begin = first.latest(second.start)
        return None if begin is None else (begin, second)
    begin = _picked(page, first, tense)
    if begin is None:
        return None
    final = second.earliest(begin.start) if isinstance(second, Recurring) else _picked(page, second, tense)
    return None if final is None else (begin, final)


def _picked(page: Page, value: Value, tense: Tense) -> Interval | None:
    if isinstance(value, Recurring):
        return value.pick(page.now, tense)
    return value if isinstance(value, Interval) else None


def _on_same_day(begin: Interval, clock: Clock) -> Interval:
    """``clock`` after ``begin``: on its day, half a day later when that is open, or after midnight."""
    for shift in (0, 1440) if clock.certain else (0, 720, 1440):
        found = replace(clock, minute=clock.minute + shift).on(begin.start.date())
        if found.start > begin.start:
            return found
    return clock.on(begin.start.date())
