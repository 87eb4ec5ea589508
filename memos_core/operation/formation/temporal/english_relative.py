"""English expressions that count from the moment of the message: "yesterday", "next week", "two years ago"."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from memos_core.operation.formation.temporal import reckoning
from memos_core.operation.formation.temporal.dates import DAY
from memos_core.operation.formation.temporal.english_words import (
    AMOUNT,
    COUNT,
    COUNT_STARTS,
    END,
    FULL_WEEKDAYS,
    FUNCTION_WORD,
    HOLIDAYS,
    MONTHS,
    ORDINAL,
    PARTS,
    SEASONS,
    WEEKDAYS,
    amount,
    holiday_named,
    one_of,
)
from memos_core.operation.formation.temporal.numerals import english_ordinal
from memos_core.operation.formation.temporal.values import (
    VOID,
    Amount,
    Interval,
    Later,
    Prefix,
    Reading,
    Recurring,
    Rule,
    Tense,
    Tensed,
    Value,
    day_interval,
    rule,
)

_DAYS: Mapping[str, int] = {
    "the day before yesterday": -2,
    "day before yesterday": -2,
    "yesterday": -1,
    "today": 0,
    "tomorrow": 1,
    "tmrw": 1,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
}
_PARTS_OF_DAYS: Mapping[str, tuple[int, str]] = {
    "the night before last": (-2, "night"),
    "last night": (-1, "night"),
    "last evening": (-1, "evening"),
    "this morning": (0, "morning"),
    "this afternoon": (0, "afternoon"),
    "this evening": (0, "evening"),
    "tonight": (0, "night"),
    "tonite": (0, "night"),
}
_LAST = frozenset({"last", "past", "this past", "previous"})
_NEXT = frozenset({"next", "coming", "this coming", "upcoming", "following"})
_WHICH = "this past|this coming|last|past|this|next|coming|previous|upcoming"
_CALENDAR = "week|weekend|month|quarter|year|decade"
_NAMED = (
    rf"(?:(?P<weekday>{one_of(WEEKDAYS)})|(?P<month>{one_of(MONTHS)})|(?P<season>{one_of(SEASONS)})"
    rf"|(?P<holiday>{'|'.join(HOLIDAYS)}))"
)
_OTHER_WORDS = {"month": frozenset({"may", "march", "mar", "dec"}), "weekday": frozenset({"sun", "sat", "wed"})}
_ROLLING = re.compile(r"(?:over|in|during|for|within|throughout) the $")
_PER = re.compile(r"\b(?:days|weeks|months|hours|minutes|times|once|twice|many|much)\s$")
_SPAN_WORDS = "last|past|previous|next|coming|following"
_EDGES: Mapping[str, str] = {
    **dict.fromkeys(("early", "beginning", "start"), "early"),
    **dict.fromkeys(("mid", "middle"), "mid"),
    **dict.fromkeys(("late", "end", "close"), "late"),
}


def _day(reading: Reading) -> Value:
    return day_interval(reading.today + _DAYS[reading.groups["phrase"]] * DAY)


def _part_of_day(reading: Reading) -> Value:
    offset, part = _PARTS_OF_DAYS[reading.groups["phrase"]]
    return reckoning.PARTS_OF_DAY[part].on(reading.today + offset * DAY)


def _named(groups: Mapping[str, str]) -> Recurring:
    if "weekday" in groups:
        return reckoning.weekday(WEEKDAYS[groups["weekday"]])
    if "month" in groups:
        return reckoning.month(MONTHS[groups["month"]])
    if "season" in groups:
        return reckoning.season(SEASONS[groups["season"]])
    return reckoning.holiday(holiday_named(groups["holiday"]))


def _named_relative(reading: Reading) -> Value | None:
    """Read "Last Friday", "next summer", "this May"."""
    which, now, what = reading.groups["which"], reading.now, _named(reading.groups)
    if _is_other_word(reading):
        return None
    if which in _LAST:
        return reckoning.last(what, now)
    if which in _NEXT:
        return reckoning.following(what, now)
    return replace(what, never_today=False) if "weekday" in reading.groups else reckoning.this(what, now)


def _is_other_word(reading: Reading) -> bool:
    """Read "This may be", "the last sat", "this spring mattress"."""
    for group, words in _OTHER_WORDS.items():
        if reading.groups.get(group) in words and not reading.capital(group):
            return True
    return "season" in reading.groups and not FUNCTION_WORD.match(reading.after())


def _named_second(reading: Reading) -> Value | None:
    """Read "The Monday before last", "the Friday after next"."""
    what, now = _named(reading.groups), reading.now
    if reading.groups["which"] == "before last":
        nearest = reckoning.last(what, now)
        return nearest and what.latest(nearest.start, ended=True)
    nearest = reckoning.following(what, now)
    return nearest and what.earliest(nearest.end, begun=False)


def _unit_relative(reading: Reading) -> Value | None:
    """Read "Last week"; "the past month" and "over the last month" roll."""
    which, unit = reading.groups["which"], reading.groups["unit"]
    if which == "following":
        return Later(change=lambda moment: reckoning.calendar_unit(unit, moment.date(), 1), needs_antecedent=True)
    one = amount({"count": "one", "unit": unit}) if _rolls(reading) else None
    if one is not None:
        reckon = reckoning.back_to if which in _LAST else reckoning.on_to
        return reckon(reading.now, one, reading.page.elapse)
    if unit == "weekend" and which in _LAST:
        return reckoning.last(reckoning.weekend(), reading.now)
    if unit == "weekend" and which in ("coming", "this coming", "upcoming"):
        return reckoning.following(reckoning.weekend(), reading.now)
    step = -1 if which in _LAST else 1 if which in _NEXT else 0
    return reckoning.calendar_unit(unit, reading.today, step)


def _rolls(reading: Reading) -> bool:
    """Whether a unit is counted from now ("the past month", "over the next week"), not by the calendar."""
    if reading.groups["unit"] == "weekend":
        return False
    which = reading.groups["which"]
    return which in ("past", "this past") or (
        which in ("last", "next", "coming") and _ROLLING.search(reading.before()) is not None
    )


def _unit_second(reading: Reading) -> Value:
    """Read "The week before last", "the month after next"."""
    step = -2 if reading.groups["which"] == "before last" else 2
    unit = reading.groups["unit"]
    if unit == "weekend" and step < 0:
        previous = reckoning.calendar_unit(unit, reading.today, -1)
        over = reading.now >= reckoning.calendar_unit(unit, reading.today).end
        return previous if over else reckoning.calendar_unit(unit, reading.today, -2)
    return reckoning.calendar_unit(unit, reading.today, step)


def _away(reading: Reading) -> Value | None:
    """Read "Two weeks ago", "three months from now", "a year ago today"."""
    found = amount(reading.groups)
    if found is None:
        return None
    sign = -1 if reading.groups["sign"] in ("ago", "back") else 1
    if "exactly" not in reading.groups or found.unit in ("hour", "minute"):
        return reckoning.away(reading.now, found, sign, reading.page.elapse)
    return reckoning.same_day(reading.today, found, sign)


def _days_ago(reading: Reading) -> Value | None:
    """Read "Two Fridays ago", "three weekends ago"."""
    found = amount({**reading.groups, "unit": "week"})
    name = reading.groups["name"].removesuffix("s")
    what = reckoning.weekend() if name == "weekend" else reckoning.weekday(WEEKDAYS[name])
    nearest = reckoning.last(what, reading.now)
    if found is None or nearest is None:
        return None
    back = timedelta(days=7 * (found.low - 1))
    return replace(nearest, start=nearest.start - back, end=nearest.end - back, approximate=found.vague)


def _later(reading: Reading) -> Value | None:
    """Read "Two days later": from the date before it, or from now."""
    found = amount(reading.groups)
    sign = 1 if reading.groups["sign"] == "later" else -1
    return None if found is None else Later(change=lambda moment: reckoning.away(moment, found, sign))


def _next_day(reading: Reading) -> Value:
    step = -1 if reading.groups["which"] == "previous" else 1
    return Later(change=lambda moment: day_interval(moment.date() + step * DAY), needs_antecedent=True)


def _ahead(reading: Reading) -> Value | None:
    """Read "In three days", where the clause is not about the past: there it says how long something took."""
    found = amount(reading.groups)
    if found is None or _PER.search(reading.before()):
        return None
    now, elapse = reading.now, reading.page.elapse
    within = reading.groups["how"] == "within"
    result = reckoning.on_to(now, found, elapse) if within else reckoning.away(now, found, 1, elapse)
    return Tensed(readings={tense: result for tense in Tense if tense not in (Tense.PAST, Tense.PERFECT)})


def _span(reading: Reading) -> Value | None:
    """Read "The last three days", "the next few weeks"."""
    found = amount(reading.groups)
    if found is None:
        return None
    backwards = reading.groups["which"] in _LAST
    return (reckoning.back_to if backwards else reckoning.on_to)(reading.now, found, reading.page.elapse)


def _lasting(reading: Reading) -> Value | None:
    """Read "For two weeks": back from now after a perfect, on from now after a future or present."""
    found = amount(reading.groups)
    if found is None or found.unit in ("minute", "hour"):
        return None
    now = reading.now
    back = replace(reckoning.back_to(now, found, reading.page.elapse), approximate=True, wording="since")
    on = reckoning.on_to(now, found, reading.page.elapse)
    return Tensed(readings={Tense.PERFECT: back, Tense.FUTURE: on, Tense.PRESENT: on})


def _distance(reading: Reading) -> Value | None:
    """Read "Two days before", "a week from": changes the date after it."""
    found = amount(reading.groups)
    sign = -1 if reading.groups["sign"] in ("before", "prior to") else 1
    return None if found is None else Prefix(change=lambda base: reckoning.shifted(base, found, sign), settles=True)


def _neighbour(reading: Reading) -> Value:
    """Read "The day after", "the weekend before": changes the date after it."""
    unit, sign = reading.groups["unit"], 1 if reading.groups["sign"] == "after" else -1
    return Prefix(change=lambda base: reckoning.neighbour(base, unit, sign), settles=True)


def _edge(reading: Reading) -> Value | None:
    """Read "The end of", "early": a part of the date after it, or of this month or year."""
    which = _EDGES[reading.groups["edge"]]
    if "unit" in reading.groups:
        return reckoning.part(reckoning.calendar_unit(reading.groups["unit"], reading.today), which)
    return Prefix(change=lambda base: reckoning.part(base, which))


def _of(reading: Reading, change: Callable[[Interval], Interval | None]) -> Value | None:
    """Apply ``change`` to "the month" when the words end so, else to the date that follows."""
    if "unit" not in reading.groups:
        return Prefix(change=change)
    return change(reckoning.calendar_unit(reading.groups["unit"], reading.today))


def _nth(reading: Reading) -> Value | None:
    """Read "The second Tuesday of", "the first week of", "the last day of the month"."""
    nth, what = english_ordinal(reading.groups["ordinal"]), reading.groups["what"]
    unit = str(WEEKDAYS.get(what, what))
    return _of(reading, lambda base: reckoning.nth_unit(base, unit, nth))


def _half(reading: Reading) -> Value | None:
    which = 1 if reading.groups["which"] == "first" else 2
    return _of(reading, lambda base: reckoning.half(base, which))


def _containing(reading: Reading) -> Value:
    """Read "The week of 7 May", "the weekend of the 6th"."""
    unit = reading.groups["unit"]
    return Prefix(change=lambda base: reckoning.calendar_unit(unit, base.start.date()))


def _same_time(reading: Reading) -> Value:
    """Read "This time last year": the days around the same date."""
    sign = -1 if reading.groups["which"] == "last" else 1
    one = Amount(low=1, high=1, unit=reading.groups["unit"])
    same = reckoning.same_day(reading.today, one, sign)
    return same if one.unit == "week" else reckoning.around(same.start.date())


def _void(_: Reading) -> Value:
    return VOID


_OF = r"(?: of| in)(?: the)? "
_OF_CURRENT = rf"(?:(?: of| in)? (?:the |this )(?P<unit>month|year|quarter|week){END}|{_OF})"

RULES: Iterable[Rule] = (
    rule("the day yesterday today tomorrow tmrw", rf"(?P<phrase>{one_of(_DAYS)}){END}", _day),
    rule("the last this tonight tonite", rf"(?P<phrase>{one_of(_PARTS_OF_DAYS)}){END}", _part_of_day),
    rule(
        "last past this next coming previous upcoming",
        rf"(?P<which>{_WHICH}) {_NAMED}{END}",
        _named_relative,
    ),
    rule(
        [*WEEKDAYS, *MONTHS, *SEASONS],
        rf"{_NAMED} (?P<which>before last|after next){END}",
        _named_second,
    ),
    rule(
        "last past this next coming previous upcoming following",
        rf"(?P<which>{_WHICH}|following) (?P<unit>{_CALENDAR}){END}(?! (?:on year|old))",
        _unit_relative,
    ),
    rule(
        "week weekend month quarter year decade",
        rf"(?P<unit>{_CALENDAR}) (?P<which>before last|after next){END}",
        _unit_second,
    ),
    rule(
        COUNT_STARTS,
        rf"{AMOUNT} (?P<sign>ago|from now|from today|hence|back(?! (?:to|in|at|on|from|and|up)\b))"
        rf"(?P<exactly> today| to the day)?{END}",
        _away,
    ),
    rule(COUNT_STARTS, rf"{COUNT} (?P<name>(?:weekend|{one_of(FULL_WEEKDAYS)})s?) ago{END}", _days_ago),
    rule(COUNT_STARTS, rf"{AMOUNT} (?P<sign>later|earlier){END}(?! (?:than|on))", _later),
    rule(
        "next following previous",
        rf"(?P<which>next|following|previous) day{END}(?! (?:off|delivery|shipping))",
        _next_day,
    ),
    rule("in within", rf"(?P<how>in|within) {AMOUNT}(?:'s?)?(?: time)?{END}(?! (?:of|flat|straight|or|old))", _ahead),
    rule(_SPAN_WORDS.split("|"), rf"(?P<which>{_SPAN_WORDS}) {AMOUNT}{END}", _span),
    rule("for", rf"for {AMOUNT}{END}(?! (?:of|old|ago|now\b.*ago|from|before|after))", _lasting),
    rule(COUNT_STARTS, rf"{AMOUNT} (?P<sign>from|after|before|prior to) (?:the )?", _distance),
    rule(
        "day week weekend month year",
        r"(?P<unit>day|week|weekend|month|year) (?P<sign>before|after) (?:the )?",
        _neighbour,
    ),
    rule("early late mid", r"(?P<edge>early|late|mid)(?: in |[- ])(?:the )?", _edge),
    rule(
        "end beginning start middle close",
        rf"(?P<edge>end|beginning|start|middle|close){_OF_CURRENT}",
        _edge,
    ),
    rule(
        "# first second third fourth fifth last final",
        rf"{ORDINAL} (?P<what>week|weekend|day|month|quarter|{one_of(WEEKDAYS)}){_OF_CURRENT}",
        _nth,
    ),
    rule("first second last", rf"(?P<which>first|second|last) half{_OF_CURRENT}", _half),
    rule("week weekend", r"(?P<unit>week|weekend) of (?:the )?", _containing),
    rule("this", rf"this time (?P<which>last|next) (?P<unit>year|week){END}", _same_time),
    rule(
        "every each any per",
        rf"(?:every|each|any|per) (?:(?:other|single|second|third|{AMOUNT}) )?"
        rf"(?:{_NAMED}|day|week|weekend|month|quarter|year|{one_of(PARTS)}){END}(?: (?:{one_of(PARTS)}){END})?",
        _void,
    ),
)
