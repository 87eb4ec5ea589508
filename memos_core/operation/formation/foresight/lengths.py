"""Durations and what is left of a week, a month or the time until payday, which the temporal grammar lets go."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from memos_core.operation.formation.foresight.roles import Role, Time
from memos_core.operation.formation.temporal import Granularity, resolve
from memos_core.operation.formation.temporal.dates import add_months, midnight
from memos_core.operation.formation.temporal.numerals import chinese_number, english_number

_COUNT = (
    r"\d{1,3}|a|an|another|a couple(?: of)?|a few|several|(?:a )?half(?: an?)?|one|two|three|four|five"
    r"|six|seven|eight|nine|ten|eleven"
    r"|twelve|thirteen|fourteen|fifteen|sixteen|eighteen|twenty(?:[- ]one)?|thirty|forty|fifty|sixty|ninety"
)
_DURATION = re.compile(
    r"\b(?:for |another |the next |next |about |around |at least |up to |roughly |a further |only |just )*"
    rf"(?P<count>{_COUNT})(?: ?(?:-|–|to|or) ?(?P<high>{_COUNT}))?(?: more| full| whole| solid| long"
    r"| straight| strict)?[ -]"
    r"(?P<unit>hour|night|day|week|month|year|fortnight)s?\b(?! (?:ago|old|later|earlier|before|pregnant"
    r"|along|into|from|in\b(?! ))|-old)"
    r"(?! (?:a|per|each|every) )"
)
_COUNTS_DOWN = re.compile(r" (?:to go )?(?:until|till?|before) (?:my|our|the) ")
"""Makes a length the way to a day: "two weeks until my driving test"."""
_FORTNIGHT = re.compile(r"\b(?:for )?(?:a|the next|this|another) fortnight\b(?! ago)")
_CHINESE_DURATION = re.compile(
    r"(?:[这接未][下来]*)?(?P<count>\d{1,3}|半|[一二两三四五六七八九十]{1,3}|几)(?:个(?:多|半)?)?(?:多)?"
    r"(?P<unit>天|周|星期|礼拜|月|年|晚(?![上饭会宴]))(?P<half>半)?(?![前以之]?前|[份号日]|两头|后(?!不)"
    r"|[一二三四五六日天末])"
)
_WEEKEND = re.compile(r"\bfor (?:the|a|an) (?:long |extended |bank holiday |whole |entire )?weekend\b")
_REST = re.compile(
    r"\b(?:for )?(?:(?:the |all )?(?:rest|remainder) of (?:the |this )|all |(?:this|the) (?:whole"
    r"|entire) |(?<=spending )(?:the|this) |for the (?=\w+ *(?:$|[.,;!?]|and\b|while\b)))"
    r"(?P<unit>day|week|month|year)\b|(?P<chinese>整个(?:周|星期|月)|这一?整(?:周|个?星期|个?月)|本月|本周)"
)
_WHOLE_MONTH = re.compile(
    r"\b(?:for )?(?:(?:all|the whole|the entire|the rest|the remainder|most) of|all(?! may)) (?P<month>january"
    r"|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b"
)
_PAYDAY = re.compile(
    r"\b(?:until|till?|before) (?:(?:my|the|next) )*(?:payday|pay day|i get paid|paycheck|pay ?check"
    r"|salary)\b|发(?:工资|薪水?)(?:之?前|以前)"
)
_DATED_PAYDAY = re.compile(r",? (?:on|which is|next|this|is)\b")
_HALF_A_DAY = 12
_UNIT_DAYS = {"night": 1, "day": 1, "week": 7, "fortnight": 14, "天": 1, "晚": 1, "周": 7, "星期": 7, "礼拜": 7}
_UNIT_MONTHS = {"month": 1, "year": 12, "月": 1, "年": 12}
_VAGUE = {"another": 1, "several": 5, "a few": 3, "a couple": 2, "a couple of": 2}
_LASTING = (
    *("hour", "night", "day", "week", "month", "year", "all of", "whole of", "entire of", "rest of", "remainder of"),
    *(f"all {month}" for month in ("jan", "feb", "march", "apr", "jun", "jul", "aug", "sep", "oct", "nov", "dec")),
    *("most of", "pai", "pay", "salary", "天", "周", "晚", "月", "年", "发", "星期", "礼拜"),
)
"""Without one of these there is no duration, no rest of a time and no payday."""


def midnight_before(at: datetime, zone: tzinfo) -> datetime:
    """The beginning of the local day of ``at``, in UTC."""
    return midnight(at.astimezone(zone).date()).replace(tzinfo=zone).astimezone(UTC)


def _durations(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    for pattern in (_DURATION, _CHINESE_DURATION):
        for match in pattern.finditer(low):
            if re.search(
                r"\b(?:past|last|every|in|over|during|first|of my|ago)(?: the)? $|[每过第前后]$|过去$"
                r"|[$€£]\d[\d.,]*k? $"
                r"|\b(?:bucks|quid|pounds|dollars|euros|times|hours|once|twice|p|k) $",
                low[max(0, match.start() - 12) : match.start()],
            ):
                continue
            amount = _amount(match["count"], match["unit"], at, zone, high=match.groupdict().get("high") or "")
            if amount is not None and low[match.end() : match.end() + 1] == "了":
                begun = midnight_before(at, zone) - timedelta(days=amount[0])
                yield Time(start=match.start(), stop=match.end() + 1, role=Role.SINCE, begin=begun, end=at)
            elif amount is not None and _COUNTS_DOWN.match(low, match.end()):
                begin = amount[1] - timedelta(days=1)
                yield Time(start=match.start(), stop=match.end(), role=Role.AT, begin=begin, end=amount[1])
            elif amount is not None:
                yield Time(
                    start=match.start(), stop=match.end(), role=Role.FOR, begin=at, end=amount[1], days=amount[0]
                )
    for match in _WEEKEND.finditer(low):
        days, end = after(at, zone, days=3)
        yield Time(start=match.start(), stop=match.end(), role=Role.FOR, begin=at, end=end, days=days)
    for match in _FORTNIGHT.finditer(low):
        days, end = after(at, zone, days=14)
        yield Time(start=match.start(), stop=match.end(), role=Role.FOR, begin=at, end=end, days=days)


def amount_of(phrase: str, at: datetime, zone: tzinfo) -> tuple[int, datetime] | None:
    """The days of the duration in a phrase and its end, aware UTC; ``None`` when there is none."""
    match = _DURATION.search(phrase) or _CHINESE_DURATION.search(phrase)
    if match is None:
        return None
    return _amount(match["count"], match["unit"], at, zone, high=match.groupdict().get("high") or "")


def _amount(count: str, unit: str, at: datetime, zone: tzinfo, high: str = "") -> tuple[int, datetime] | None:
    number = _number(high) or _number(count)
    if not number:
        return None
    if unit in _UNIT_MONTHS:
        months = number * _UNIT_MONTHS[unit]
        if months < 1:
            return after(at, zone, days=int(30 * months))
        day = at.astimezone(zone).date()
        return after(at, zone, days=(add_months(day, int(months)) - day).days)
    if unit == "hour":
        return after(at, zone, days=round(number / 24)) if number >= _HALF_A_DAY else None
    return after(at, zone, days=max(1, round(number * _UNIT_DAYS[unit])))


def _number(count: str) -> float:
    if count.startswith(("half", "a half")) or count == "半":
        return 0.5
    if count == "几":
        return 3
    if count in _VAGUE:
        return _VAGUE[count]
    try:
        return english_number(count) if count.isascii() else chinese_number(count)
    except ValueError:
        return 0


def after(at: datetime, zone: tzinfo, *, days: int) -> tuple[int, datetime]:
    """The number of days again, and the end of the local day so many days after ``at``."""
    day = at.astimezone(zone).date() + timedelta(days=days + 1)
    return days, midnight(day).replace(tzinfo=zone).astimezone(UTC)


def _rests(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    """For "all week", "the rest of the month", "until payday": until the unit that now lies in is over."""
    for match in _REST.finditer(low):
        named = match["unit"] or ("month" if "月" in match["chinese"] else "week")
        unit = resolve("today" if named == "day" else f"this {named}", at, zone)
        if unit:
            yield Time(start=match.start(), stop=match.end(), role=Role.UNTIL, begin=at, end=unit[0].end)
    for match in _WHOLE_MONTH.finditer(low):
        whole = resolve(f"will in {match['month']}", at, zone)
        if len(whole) == 1 and whole[0].end > at:
            role = Role.UNTIL if whole[0].start <= at else Role.AT
            yield Time(
                start=match.start(), stop=match.end(), role=role, begin=max(at, whole[0].start), end=whole[0].end
            )
    for match in _PAYDAY.finditer(low):
        if _DATED_PAYDAY.match(low, match.end()):
            continue
        month = resolve("this month", at, zone)
        yield Time(start=match.start(), stop=match.end(), role=Role.UNTIL, begin=at, end=month[0].end)


def lasting(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    """The durations of a text, and what it says of the rest of a week, a month or the time until payday."""
    if any(map(low.__contains__, _LASTING)):
        yield from _durations(low, at, zone)
        yield from _rests(low, at, zone)


def as_length(low: str, time: Time, at: datetime, zone: tzinfo) -> Time:
    """What "for a long weekend" is beside a date: it says how long, not when."""
    said = _WEEKEND.search(low, max(0, time.start - 16), time.stop)
    if time.granularity is not Granularity.WEEKEND or said is None:
        return time
    days, end = after(at, zone, days=3)
    return Time(start=said.start(), stop=time.stop, role=Role.FOR, begin=at, end=end, days=days)
