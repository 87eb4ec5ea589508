"""English times of day: "5pm", "17:30", "half past seven", "noon", "in the evening"."""

import re
from collections.abc import Iterable

from memos_core.operation.formation.temporal.english_words import END, PARTS, one_of
from memos_core.operation.formation.temporal.expression import Granularity
from memos_core.operation.formation.temporal.numerals import ENGLISH, english_number
from memos_core.operation.formation.temporal.reckoning import PARTS_OF_DAY
from memos_core.operation.formation.temporal.tense import clause
from memos_core.operation.formation.temporal.values import Clock, Reading, Rule, Value, Weak, rule

_HOURS = {word: value for word, value in ENGLISH.items() if 1 <= value <= 12 and word not in ("a", "an", "dozen")}
_HOUR = rf"(?P<hour>\d{{1,2}}|{one_of(_HOURS)})"
_HALF_DAY = r"(?P<half_day>[ap]\.m\.|[ap]m)(?![a-z0-9_])"
_IN_PART = rf"(?: (?:in the|at|this) (?P<part>morning|afternoon|evening|night){END})"
_CLOCK_CUE = re.compile(r"(?:\b(?:at|by|until|till|from|around|before|after|since|about)|@)\s?$|(?:^|\n)\[?$")
_MINUTES = {"quarter": 15, "half": 30}
_EVENING_EVENT = re.compile(
    r"\b(?:dinner|supper|restaurant|(?:a|the|our|my) table(?: for)?|drinks|cocktails?|pub|concert|gig|movie"
    r"|cinema|theat(?:re|er)|opera|party|date night)\b|晚[饭餐宴]|宵夜|聚餐|饭局|演唱会|音乐会|电影|酒吧"
)
_MORNING_EVENT = re.compile(
    r"\b(?:w[ao]ke|woken|waking|g[eo]t(?:ting)? up|breakfast|sunrise|dawn|alarms?|before (?:work|school))\b"
    r"|(?:^|[,.!?] ?|\b(?:i|you|he|she|we|they|am|is|are|was|were|be|been)|'[mrs]e?) up at\b|起床|早[饭餐]|晨跑|日出"
)
_PART_NAMED = re.compile(r"\b(?:morning|noon|afternoon|evening|night|tonight|brunch|lunch)\b|[ap]\.?m\b|[早晚午]上?")
_LATE, _EARLY = range(6, 10), range(4, 7)
"""Hours that an evening's or a morning's event says more about than usage does."""


def clock(hour: int, minute: int, *, exact: bool, part: str = "", literal: bool = False) -> Clock | None:
    """A time of day. Without a part of the day, hours from one to six are taken for the afternoon.

    ``exact`` says that minutes were given; ``literal`` that the clock has 24 hours.
    """
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        return None
    certain = literal or hour > 12 or hour == 0
    if part and hour <= 12:
        hour, certain = _in_part(hour, part), True
    elif not certain and 1 <= hour <= 6:
        hour += 12
    start = hour * 60 + minute
    if exact:
        return Clock(minute=start, length=1, granularity=Granularity.MINUTE, certain=certain)
    return Clock(minute=start, length=60, granularity=Granularity.HOUR, certain=certain)


def part_by_event(reading: Reading, hour: int) -> str:
    """The half of the day that what happens at ``hour`` tells: dinner at seven, up at six; else empty."""
    if hour not in _LATE and hour not in _EARLY:
        return ""
    left, right = clause(reading.page.low, reading.match.start(), reading.match.end())
    around = f"{left}{reading.match.group()}{right}"
    is_late, is_early = _EVENING_EVENT.search(around) is not None, _MORNING_EVENT.search(around) is not None
    if is_late == is_early or _PART_NAMED.search(_EVENING_EVENT.sub(" ", _MORNING_EVENT.sub(" ", around))):
        return ""
    if is_late:
        return "pm" if hour in _LATE else ""
    return "am" if hour in _EARLY else ""


def _in_part(hour: int, part: str) -> int:
    if part in {"am", "morning"}:
        return hour % 12
    if part == "night" and (hour == 12 or hour <= 5):
        return 24 + hour % 12
    return hour % 12 + 12


def _part_of(groups: dict[str, str]) -> str:
    if "half_day" in groups:
        return groups["half_day"].replace(".", "")
    return groups.get("part", "")


def _time(reading: Reading) -> Value | Weak | None:
    """Read "5pm", "5:30", "17:30"."""
    groups = dict(reading.groups)
    hour, part = english_number(groups["hour"]), _part_of(groups)
    part = part or part_by_event(reading, hour)
    if part in ("am", "pm") and not 1 <= hour <= 12:
        return None
    literal = groups["hour"].startswith("0")
    found = clock(hour, int(groups.get("minute", 0)), exact="minute" in groups, part=part, literal=literal)
    if found is None or _part_of(groups) or (_CLOCK_CUE.search(reading.before()) and "minute" in groups):
        return found
    return Weak(value=found)


def _spoken(reading: Reading) -> Value | None:
    """Read "Half past seven", "quarter to six", "ten past five"."""
    groups = dict(reading.groups)
    words, hour = groups["minutes"], english_number(groups["hour"])
    minutes = _MINUTES[words] if words in _MINUTES else english_number(words)
    if not 1 <= hour <= 12 or minutes % 5:  # "9 to 5" is no time
        return None
    before = groups["side"] in ("to", "before", "till")
    found = clock(hour, 0, exact=True, part=_part_of(groups) or part_by_event(reading, hour))
    if found is None:
        return None
    start = found.minute + (-minutes if before else minutes)
    return Clock(minute=start, length=1, granularity=Granularity.MINUTE, certain=found.certain) if start >= 0 else None


def _at(reading: Reading) -> Value | Weak | None:
    """Read "At 5": a time only beside a date."""
    hour = english_number(reading.groups["hour"])
    found = clock(hour, 0, exact=False, part=_part_of(dict(reading.groups)) or part_by_event(reading, hour))
    if found is None:
        return None
    spoken = "clock" in reading.match.group() and _CLOCK_CUE.search(reading.before())
    return found if "part" in reading.groups or spoken else Weak(value=found)


def _between(reading: Reading) -> Value | None:
    """Read "2-4pm", "from 9 to 11am"."""
    groups = dict(reading.groups)
    part, first, final = _part_of(groups), int(groups["hour"]), int(groups["final"])
    if not (1 <= first <= 12 and 1 <= final <= 12):
        return None
    end = clock(final, int(groups.get("final_minute", 0)), exact=True, part=part)
    start = clock(first, int(groups.get("minute", 0)), exact=True, part=part)
    if start is None or end is None:
        return None
    begins = start.minute if start.minute < end.minute else start.minute - 720
    return Clock(minute=begins, length=end.minute - begins, granularity=Granularity.RANGE) if begins >= 0 else None


def _part(reading: Reading) -> Value | Weak:
    name = PARTS[reading.groups["part"]]
    value = PARTS_OF_DAY[name]
    cue = re.search(r"\b(?:at|by|until|till|before|after|around)\s$", reading.before())
    return value if name in ("noon", "midnight") and cue else Weak(value=value)


RULES: Iterable[Rule] = (
    rule("#", rf"(?P<hour>\d{{1,2}})(?:[:.](?P<minute>\d\d))? ?{_HALF_DAY}", _time),
    rule("#", rf"(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?![\d:]|\.\d){_IN_PART}?{END}", _time),
    rule(["#", *_HOURS], rf"{_HOUR} o'?clock{END}{_IN_PART}?", _at),
    rule(["#", *_HOURS], rf"{_HOUR}{_IN_PART}", _at),
    rule(
        "at",
        rf"at {_HOUR}(?![\d:%]|[.,]\d|[a-z_]| ?[ap]\.?m\b){_IN_PART}?(?! (?:years|percent|degrees|minutes|o'?clock))",
        _at,
    ),
    rule(
        "half quarter # five ten twenty",
        r"(?P<minutes>half|quarter|\d{1,2}|five|ten|twenty) (?P<side>past|to|till|before) "
        rf"{_HOUR}(?![\d:]){END}{_IN_PART}?",
        _spoken,
    ),
    rule(
        "#",
        r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d))?(?: ?[-–—] ?| to | until | till | and )"
        rf"(?P<final>\d{{1,2}})(?::(?P<final_minute>\d\d))? ?{_HALF_DAY}",
        _between,
    ),
    rule(PARTS, rf"(?P<part>{one_of(PARTS)}){END}", _part),
)
