"""From a text to time expressions: scan, join, settle against the anchor, write in UTC."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from functools import lru_cache

from memos_core.domain.moment import to_utc
from memos_core.operation.formation.temporal import ranges
from memos_core.operation.formation.temporal.dates import DAY
from memos_core.operation.formation.temporal.expression import Direction, Granularity, TimeExpression
from memos_core.operation.formation.temporal.joining import Phrase, phrase_at
from memos_core.operation.formation.temporal.labels import label
from memos_core.operation.formation.temporal.scanning import atoms, fold, worth_reading
from memos_core.operation.formation.temporal.tense import is_habit, tense_at
from memos_core.operation.formation.temporal.values import (
    Atom,
    Clock,
    Cycle,
    Interval,
    Later,
    Page,
    Prefix,
    Recurring,
    Tense,
    Tensed,
    Value,
    Void,
)

_OPENING = re.compile(r"(?<![a-z])(?:(?P<from>from|between) )?(?:the '?|(?<=from )|(?<=between ))$")
_ELAPSED = frozenset({Granularity.MINUTE, Granularity.HOUR})
"""As long on a day when the clocks change as on any other."""
_SMALL_HOURS = 300
"""Minutes after midnight that still belong to the evening before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    start: int
    stop: int
    interval: Interval


def resolve(text: str, anchor: datetime, tz: tzinfo = UTC) -> tuple[TimeExpression, ...]:
    """The time expressions of a message, English or Chinese, in text order and not overlapping.

    Args:
        text: The message; any string.
        anchor: When it was written, aware.
        tz: The time zone whose days and hours the speaker means.

    Returns:
        One expression for each phrase that means an interval. Recurrence ("every Monday"), durations ("it took three
        days"), ages and lunar dates mean none.

    Raises:
        NaiveDatetime: ``anchor`` has no time zone.
    """
    return _resolved(text, anchor, tz)


@lru_cache(maxsize=256)  # several readers of one message ask for the same
def _resolved(text: str, anchor: datetime, tz: tzinfo) -> tuple[TimeExpression, ...]:
    return tuple(_expressions(text, anchor, tz, ()))


def resolve_query(text: str, now: datetime, tz: tzinfo = UTC, years: Sequence[int] = ()) -> tuple[TimeExpression, ...]:
    """As ``resolve``, for a question: a date without its year means that date in each of ``years``.

    Args:
        text: The question.
        now: When it is asked, aware.
        tz: The asker's time zone.
        years: The years that the memory covers. Without any, the date nearest to ``now`` that fits the tense.

    Returns:
        In text order; several expressions may share a span, in the order of ``years``.

    Raises:
        NaiveDatetime: ``now`` has no time zone.
    """
    return tuple(_expressions(text, now, tz, tuple(dict.fromkeys(years))))


def _expressions(text: str, anchor: datetime, tz: tzinfo, years: tuple[int, ...]) -> Iterator[TimeExpression]:
    moment = to_utc(anchor, "anchor")
    low = fold(text)
    if not worth_reading(low):
        return
    try:
        now = moment.astimezone(tz).replace(tzinfo=None)
    except OverflowError:  # the first or last hours that a datetime can hold
        return
    page = Page(raw=text, low=low, now=now, zone=tz)
    for found in _intervals(page, years):
        expression = _written(page, found, moment, tz)
        if expression is not None:
            yield expression


def _intervals(page: Page, years: tuple[int, ...]) -> Iterator[_Found]:
    """The phrases of the page that mean something, and their intervals."""
    found, index = atoms(page), 0
    previous: Interval | None = None

    def settle(value: Value, start: int, stop: int) -> Interval | None:
        return _settled(page, value, start, stop)

    while index < len(found):
        try:
            index += _counts_a_range(page, found, index)
            phrase = phrase_at(page, found, index, settle)
            if phrase is None:
                index += 1
                continue
            index = phrase.after
            results, index = _ranged(page, found, phrase, years) or (
                _single(page, found, phrase, years, previous),
                index,
            )
        except (ValueError, OverflowError):  # beyond the calendar
            results, index = (), index + 1
        for result in results:
            previous = result.interval
            yield result


def _counts_a_range(page: Page, found: Sequence[Atom], index: int) -> bool:
    """Whether the atom is the "22 days from" of "22 days from 10 January to 1 February": no shift, a range."""
    atom = found[index]
    if not isinstance(atom.value, Prefix) or not page.low.endswith("from ", atom.start, atom.stop):
        return False
    first = index + 1
    return first + 1 < len(found) and (
        ranges.links(page, found[first].start, found[first].stop, found[first + 1].start) is not None
    )


def _ranged(
    page: Page, found: Sequence[Atom], phrase: Phrase, years: tuple[int, ...]
) -> tuple[tuple[_Found, ...], int] | None:
    """The range that the phrase and the one after it make, and the index after both."""
    if phrase.after >= len(found) or isinstance(phrase.value, Void | Later | Tensed):
        return None
    start = ranges.links(page, phrase.start, phrase.stop, found[phrase.after].start)
    if start is None:
        return None
    second = phrase_at(page, found, phrase.after, lambda value, start, stop: _settled(page, value, start, stop))
    if second is None or (phrase.weak and second.weak and start == phrase.start):
        return None
    tense = tense_at(page.low, phrase.start, second.stop)
    pairs = [(first, second.value) for first in _by_year(phrase.value, years)]
    spans = [span for pair in pairs if (span := ranges.spanned(page, *pair, tense)) is not None]
    if not spans:
        return None
    return tuple(_Found(start=start, stop=second.stop, interval=span) for span in spans), second.after


def _by_year(value: Value, years: tuple[int, ...]) -> list[Value]:
    if years and isinstance(value, Recurring) and value.cycle is Cycle.YEAR:
        return [found for year in years if (found := _in_year(value, year)) is not None]
    return [value]


def _in_year(value: Recurring, year: int) -> Interval | None:
    try:
        return value.at(date(year, 1, 1))
    except (ValueError, OverflowError):  # 29 February
        return None


def _single(
    page: Page, found: Sequence[Atom], phrase: Phrase, years: tuple[int, ...], previous: Interval | None
) -> tuple[_Found, ...]:
    limit = found[phrase.after].start if phrase.after < len(found) else len(page.low)
    bound = ranges.bound_of(page, phrase.start, phrase.stop, limit)
    if phrase.weak and (bound is None or isinstance(phrase.value, Clock)):
        return ()
    start, stop = (bound.start, bound.stop) if bound else (_opened(page, phrase), phrase.stop)
    if isinstance(phrase.value, Later):
        told = tense_at(page.low, phrase.start, phrase.stop) in (Tense.PAST, Tense.PERFECT)
        if previous is None and (phrase.value.needs_antecedent or told):
            return ()
        later = phrase.value.change(previous.start if previous else page.now)
        return () if later is None else (_Found(start=start, stop=stop, interval=later),)
    results = []
    for value in _by_year(phrase.value, years):
        tense = _tense_of(page, phrase, bound)
        interval = _settled(page, value, phrase.start, phrase.stop, tense)
        if interval is not None and previous is not None and isinstance(value, Clock):
            interval = _that_day(page, value, interval, previous, tense, bound)
        if interval is not None:
            interval = ranges.bounded(page, bound, interval) if bound else interval
            results.append(_Found(start=start, stop=stop, interval=interval))
    return tuple(results)


def _that_day(
    page: Page, clock: Clock, today: Interval, previous: Interval, tense: Tense, bound: ranges.Bound | None
) -> Interval:
    """A time of day in a narration: on the past day named before it, in the night after it where it is an end."""
    if tense not in (Tense.PAST, Tense.PERFECT) or previous.granularity is not Granularity.DAY:
        return today
    if previous.end > page.now:
        return today
    is_next = bound is not None and not bound.since and clock.minute < _SMALL_HOURS
    return clock.on(previous.start.date() + is_next * DAY)


def _tense_of(page: Page, phrase: Phrase, bound: ranges.Bound | None) -> Tense:
    tense = tense_at(page.low, phrase.start, phrase.stop)
    if bound is None or not bound.since or (bound.may_lie_ahead and tense is Tense.FUTURE):
        return tense
    return Tense.PAST


def _opened(page: Page, phrase: Phrase) -> int:
    """Where the phrase starts with its article, or with the "from" of a range that is one atom."""
    opening = _OPENING.search(page.low, max(0, phrase.start - 16), phrase.start)
    if opening is None:
        return phrase.start
    is_range = isinstance(phrase.value, Interval | Recurring | Clock) and phrase.value.granularity is Granularity.RANGE
    return opening.start() if is_range or opening["from"] is None else opening.end("from") + 1


def _settled(page: Page, value: Value, start: int, stop: int, tense: Tense | None = None) -> Interval | None:
    """The interval that a value means where it stands."""
    if isinstance(value, Interval):
        return value
    if not isinstance(value, Recurring | Clock | Tensed):
        return None
    tense = tense or tense_at(page.low, start, stop)
    if isinstance(value, Tensed):
        return value.readings.get(tense)
    if isinstance(value, Clock):
        value = value.recurring()
    if tense is not Tense.FUTURE and is_habit(page.low, start, stop):
        return None
    return value.pick(page.now, tense)


def _written(page: Page, found: _Found, moment: datetime, tz: tzinfo) -> TimeExpression | None:
    """The expression in UTC; ``None`` when its day does not exist there or lies beyond the calendar."""
    interval = found.interval
    try:
        start = interval.start.replace(tzinfo=tz).astimezone(UTC)
        if interval.granularity in _ELAPSED:
            end = start + (interval.end - interval.start)
        else:
            end = interval.end.replace(tzinfo=tz).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if end <= start:
        return None
    past, future = end <= moment, start > moment
    return TimeExpression(
        span=(found.start, found.stop),
        phrase=page.raw[found.start : found.stop],
        start=start,
        end=end,
        granularity=interval.granularity,
        direction=Direction.PAST if past else Direction.FUTURE if future else Direction.PRESENT,
        approximate=interval.approximate,
        label=label(interval),
    )
