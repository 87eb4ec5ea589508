"""English dates: written out, in digits, and by the names of days, months, seasons, holidays and years."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from memos_core.operation.formation.temporal import reckoning
from memos_core.operation.formation.temporal.dates import DAY, midnight
from memos_core.operation.formation.temporal.english_words import (
    DAY_NUMBER,
    DECADES,
    END,
    FULL_WEEKDAYS,
    FUNCTION_WORD,
    HOLIDAY_STARTS,
    HOLIDAYS,
    MONTH,
    MONTHS,
    ORDINAL,
    PARTS,
    PLAIN_MONTHS,
    SEASON,
    SEASONS,
    WEEKDAY,
    WEEKDAYS,
    YEAR,
    holiday_named,
    one_of,
)
from memos_core.operation.formation.temporal.expression import Granularity
from memos_core.operation.formation.temporal.numerals import ENGLISH_ORDINALS, english_ordinal
from memos_core.operation.formation.temporal.values import (
    VOID,
    Interval,
    Later,
    Reading,
    Recurring,
    Rule,
    Tense,
    Tensed,
    Value,
    Weak,
    day_interval,
    months_interval,
    rule,
)

_AMBIGUOUS_CASE = frozenset({"may", "march", "mar", "dec", "sep"})
_MONTH_CUE = re.compile(r"\b(?:in|during|since|until|till|through|early|mid|late|throughout|by)[ -]$")
_ABBREVIATION_CUE = re.compile(r"\b(?:on|next|last|this|by|until|since)\s$")
_DAY_CUE = re.compile(r"\b(?:on|by|until|till|since|before|after|from|for|to|due|of|every|and)\s(?:the\s)?$")
_NEEDS_DATE = re.compile(r"\b(?:on|by|until|till|since|before|after|due)\s$")
_YEAR_CUE = re.compile(
    r"\b(?:in|since|until|till|by|of|during|from|before|after|around|circa|throughout|year|late|early|mid|through"
    r"|between|back in|to)[ -]$"
)
_YEAR_SUBJECT = re.compile(r"\s(?:was|is|will|has|were)\b")
_SEASON_CUE = re.compile(
    r"\b(?:in|during|over|through|throughout|since|until|till|by|before|after|for|of)\s(?:the\s)?$"
)
_FALL_OF = re.compile(r"\sof\s(?!(?:the\s)?(?:(?:1[5-9]|20)\d\d|last|this|next|'\d\d\b))")
_DECADE_OF_AGE = re.compile(
    r"\b(?:his|her|their|my|your|our|its|someone's|mid|temperatures?|upper|lower)[ -](?:\w+[ -])?$"
)


def _year_of(groups: dict[str, str]) -> int | None:
    if "year" in groups:
        return int(groups["year"])
    if "short_year" in groups:
        return _century(int(groups["short_year"]))
    return None


def _century(two_digits: int) -> int:
    """The year that two digits mean: 1950 to 2049."""
    return 1900 + two_digits if two_digits >= 50 else 2000 + two_digits


def _dated(reading: Reading) -> Value | None:
    """Read "7 May 2023", "May 7th", "the 7th of May"."""
    groups = dict(reading.groups)
    number = english_ordinal(groups["day"]) if "day" in groups else english_ordinal(groups["ordinal"])
    month, year = MONTHS[groups["month"]], _year_of(groups)
    if number < 1 or number > 31:
        return None
    if year is not None:
        return day_interval(date(year, month, number))
    if groups["month"] in _AMBIGUOUS_CASE and not reading.capital("month") and not _lower_is_month(reading):
        return None
    return reckoning.month_and_day(month, number)


def _lower_is_month(reading: Reading) -> bool:
    """Whether "may 5" in lower case is a date: "on may 5", "may 5th", "5 may"."""
    return bool(_DAY_CUE.search(reading.before())) or ("day" in reading.groups and reading.match.group()[-1].isalpha())


def _days_of_month(reading: Reading) -> Value | None:
    """Read "May 3-5", "3 to 5 June 2023"."""
    groups = dict(reading.groups)
    first, final = int(groups["day"]), int(groups["until"])
    month, year = MONTHS[groups["month"]], _year_of(groups)
    if not 1 <= first < final:
        return None
    if groups["link"].strip() == "and" and not reading.before().endswith("between "):
        return None

    def in_year(january: date) -> Interval:
        start = date(january.year, month, first)
        return Interval(
            start=midnight(start), end=midnight(date(january.year, month, final) + DAY), granularity=Granularity.RANGE
        )

    if year is not None:
        return in_year(date(year, 1, 1))
    return reckoning.month_and_day(month, first).map(lambda day: in_year(day.start.date()), Granularity.RANGE)


def _month_and_year(reading: Reading) -> Value | None:
    year = _year_of(dict(reading.groups))
    return (
        None if year is None else months_interval(date(year, MONTHS[reading.groups["month"]], 1), 1, Granularity.MONTH)
    )


def _month(reading: Reading) -> Value | Weak | None:
    name = reading.groups["month"]
    cue = bool(_MONTH_CUE.search(reading.before()))
    if name in _AMBIGUOUS_CASE and not reading.capital() and not (cue and FUNCTION_WORD.match(reading.after())):
        return None
    value = reckoning.month(MONTHS[name])
    return value if cue or name in PLAIN_MONTHS else Weak(value=value)


def _weekday(reading: Reading) -> Value | Weak | None:
    name, value = reading.groups["weekday"], reckoning.weekday(WEEKDAYS[reading.groups["weekday"]])
    if name in FULL_WEEKDAYS:
        return value
    if not reading.capital() and name in ("sun", "sat", "wed"):
        return None
    return value if _ABBREVIATION_CUE.search(reading.before()) else Weak(value=value)


def _some_day(reading: Reading) -> Value:
    """Read "a Monday evening", "a quiet weekend": none in particular, unless it is one today."""
    groups = reading.groups
    if "weekday" not in groups or reading.today.weekday() != WEEKDAYS[groups["weekday"]]:
        return VOID
    part = groups.get("part")
    now = reckoning.PARTS_OF_DAY[PARTS[part]].on(reading.today) if part else day_interval(reading.today)
    return Tensed(readings={tense: now for tense in Tense if tense not in (Tense.PAST, Tense.PERFECT)})


def _the_day(reading: Reading) -> Value | None:
    """Read "on the Monday": the one after the date before it in the message."""
    if not reading.before().endswith("on "):
        return None
    weekday = reckoning.weekday(WEEKDAYS[reading.groups["weekday"]])
    return Later(change=lambda moment: weekday.earliest(moment, begun=False), needs_antecedent=True)


def _weekend(reading: Reading) -> Value:
    return reckoning.weekend()


def _iso(reading: Reading) -> Value | None:
    groups = reading.groups
    day = date(int(groups["year"]), int(groups["month"]), int(groups["day"]))
    if "hour" not in groups:
        return day_interval(day)
    moment = datetime(day.year, day.month, day.day, int(groups["hour"]), int(groups["minute"]))
    if "offset" in groups:
        zone = groups["offset"].upper().replace("Z", "+00:00")
        moment = reading.page.to_local(datetime.fromisoformat(moment.isoformat() + zone))
    return Interval(start=moment, end=moment + timedelta(minutes=1), granularity=Granularity.MINUTE)


def _slashes(reading: Reading) -> Value | None:
    """Read "12/25/2022": the month comes first unless it cannot."""
    first, second = int(reading.groups["first"]), int(reading.groups["second"])
    year = int(reading.groups["year"])
    year = _century(year) if year < 100 else year
    return day_interval(date(year, first, second) if first <= 12 else date(year, second, first))


def _short_slashes(reading: Reading) -> Value | None:
    """Read "On 5/7": the month comes first unless it cannot; only after a word that dates need."""
    if not _NEEDS_DATE.search(reading.before()):
        return None
    first, second = int(reading.groups["first"]), int(reading.groups["second"])
    return reckoning.month_and_day(*((first, second) if first <= 12 else (second, first)))


def _dots(reading: Reading) -> Value:
    """Read "25.12.2022": the day comes first."""
    groups = reading.groups
    return day_interval(date(int(groups["year"]), int(groups["month"]), int(groups["day"])))


def _year(reading: Reading) -> Value | Weak | None:
    year = months_interval(date(int(reading.groups["year"]), 1, 1), 12, Granularity.YEAR)
    if not FUNCTION_WORD.match(reading.after()):
        return None
    if _YEAR_CUE.search(reading.before()) or (reading.match.start() == 0 and _YEAR_SUBJECT.match(reading.after())):
        return year
    return Weak(value=year)


def _year_of_two_digits(reading: Reading) -> Value | None:
    """Read "In '92", "the summer of '69"."""
    if not re.search(r"\b(?:in|since|of|from|until|spring|summer|autumn|fall|winter|christmas)\s'$", reading.before()):
        return None
    return months_interval(date(_century(int(reading.groups["short_year"])), 1, 1), 12, Granularity.YEAR)


def _decade(reading: Reading) -> Value | None:
    if _DECADE_OF_AGE.search(reading.before()):
        return None
    groups = reading.groups
    if "year" in groups:
        return reckoning.decade(int(groups["year"]))
    if "digits" in groups:
        number = int(groups["digits"])
        if not re.search(r"(?:\bthe\s(?:early |late |mid-?)?'?|')$", reading.before()):
            return None
    else:
        number = DECADES[groups["word"]]
        if not re.search(r"\bthe\s(?:early |late |mid-?)?$", reading.before()):
            return None
    return reckoning.decade(_century(number) if number >= 30 else 2000 + number)


def _season(reading: Reading) -> Value | Weak | None:
    name, after = reading.groups["season"], reading.after()
    value = reckoning.season(SEASONS[name])
    if name == "fall" and _FALL_OF.match(after):
        return None
    if _SEASON_CUE.search(reading.before()) and FUNCTION_WORD.match(after):
        return value
    return Weak(value=value)


def _quarter(reading: Reading) -> Value | Weak | None:
    words = reading.groups
    number = int(words["number"]) if "number" in words else english_ordinal(words["ordinal"])
    if not 1 <= number <= 4:
        return None
    value = reckoning.quarter(number)
    return value if "number" in words and reading.capital() else Weak(value=value)


def _day_of_month(reading: Reading) -> Value | Weak | None:
    number = int(reading.groups["number"])
    if not 1 <= number <= 31 or not FUNCTION_WORD.match(reading.after()):
        return None
    value: Recurring = reckoning.day_of_month(number)
    return value if re.search(r"\bthe\s$", reading.before()) else Weak(value=value)


def _holiday(reading: Reading) -> Value:
    return reckoning.holiday(holiday_named(reading.match.group()))


def _void(_: Reading) -> Value:
    return VOID


_SHORT_YEAR = r"'(?P<short_year>\d\d)(?!\d)"
_OR_YEAR = rf"(?:(?:,? (?:of )?|-)(?:{YEAR}|{_SHORT_YEAR}))"
_LINK = r"(?P<link> ?[-–—] ?| to | through | thru | until | till | and )"
_HOLIDAY_THINGS = (
    "tree presents? gifts? cards? carols? songs? music movies? lights decorations? sweaters? jumpers? markets? "
    "costumes? candy eggs? bunny cookies cake spirit stockings? jumper ornaments? basket"
)

_KINDS_OF_DAY = (
    "(?:quiet|sunny|rainy|snowy|lovely|nice|great|good|bad|long|lazy|busy|typical|random|free|whole|full|cold|hot|warm"
    "|beautiful|perfect|normal|regular|single|particular|special|relaxing)"
)

RULES: Iterable[Rule] = (
    rule(
        "#",
        r"(?P<year>[12]\d{3})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?![\d])"
        r"(?:(?:t| |, )(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::\d\d(?:\.\d{1,9})?)?(?! ?[ap]\.?m)"
        r"(?P<offset>z|[+-]\d\d:\d\d)?)?(?![\d:])",
        _iso,
    ),
    rule("#", r"(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>\d{4}|\d\d)(?![\d/])", _slashes),
    rule("#", r"(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d/]| ?(?:cups?|of|inch|hours?)\b)", _short_slashes),
    rule("#", r"(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>[12]\d{3})(?!\d|\.\d)", _dots),
    rule("#", rf"{DAY_NUMBER}(?: of|-)? ?{MONTH}{_OR_YEAR}?(?!\d)", _dated),
    rule(MONTHS, rf"{MONTH} (?:the )?{DAY_NUMBER}(?![\d:]|[.,]\d|%){_OR_YEAR}?(?! ?(?:[ap]\.?m\b))", _dated),
    rule(ENGLISH_ORDINALS, rf"{ORDINAL} (?:day )?of {MONTH}{_OR_YEAR}?(?!\d)", _dated),
    rule(MONTHS, rf"{MONTH} {ORDINAL}{_OR_YEAR}?{END}(?! (?:time|week|day|of))", _dated),
    rule(
        MONTHS,
        rf"{MONTH} {DAY_NUMBER}{_LINK}(?P<until>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:]){_OR_YEAR}?{END}",
        _days_of_month,
    ),
    rule(
        "#",
        rf"{DAY_NUMBER}{_LINK}(?P<until>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {MONTH}{_OR_YEAR}?(?!\d)",
        _days_of_month,
    ),
    rule(MONTHS, rf"{MONTH}(?: of|,)? (?:{YEAR}|{_SHORT_YEAR})", _month_and_year),
    rule(MONTHS, rf"{MONTH}", _month),
    rule(WEEKDAYS, rf"{WEEKDAY}{END}", _weekday),
    rule(
        WEEKDAYS,
        rf"{WEEKDAY}(?:(?:,? and |,? or |, ?| ?[/&] ?)(?:{one_of(WEEKDAYS)}))*"
        rf" (?:mornings|afternoons|evenings|nights){END}",
        _void,
    ),
    rule(
        "a an one some",
        rf"(?:an?|one|some) (?:{_KINDS_OF_DAY} )?(?:(?P<weekday>{one_of(FULL_WEEKDAYS)})"
        rf"(?: (?P<part>{one_of(PARTS)}))?|weekend){END}(?! (?:ago|later|earlier|from|before|after|the \d|\d))",
        _some_day,
    ),
    rule("the", rf"the (?P<weekday>{one_of(FULL_WEEKDAYS)}){END}(?! (?:before|after|of|\d|the))", _the_day),
    rule("weekend", rf"weekend{END}(?! (?:trip|getaway|warrior|bag|house))", _weekend),
    rule("#", rf"{YEAR}(?!s|[a-z_])", _year),
    rule("#", r"(?P<short_year>\d\d)(?![\d'a-z])", _year_of_two_digits),
    rule("#", r"(?P<year>(?:1[5-9]|20)\d0)'?s(?![a-z0-9_])", _decade),
    rule("#", r"(?P<digits>\d0)'?s(?![a-z0-9_])", _decade),
    rule(DECADES, rf"(?P<word>{one_of(DECADES)}){END}", _decade),
    rule(SEASONS, rf"{SEASON}{END}", _season),
    rule("q1 q2 q3 q4", rf"q(?P<number>[1-4]){END}", _quarter),
    rule("# first second third fourth", rf"{ORDINAL} quarter{END}", _quarter),
    rule("#", rf"(?P<number>\d{{1,2}})(?:st|nd|rd|th){END}", _day_of_month),
    rule(HOLIDAY_STARTS, rf"(?:{'|'.join(HOLIDAYS)}){END}", _holiday),
    rule(
        HOLIDAY_STARTS,
        rf"(?:{'|'.join(HOLIDAYS)}) (?:{'|'.join(_HOLIDAY_THINGS.split())}){END}",
        _void,
    ),
    rule(
        "ash sunday wednesday palm",
        r"(?:ash wednesday|palm sunday|sunday (?:times|school|best|roast)|wednesday addams)",
        _void,
    ),
)
