"""When a fact held: the time beside its clause, read by tense and kind."""

import re
from dataclasses import replace

from memos_core.domain.engram import Modality, Period, Polarity
from memos_core.domain.slots import Arity, arity
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import Reading
from memos_core.operation.formation.facts.wordlists import listed
from memos_core.operation.formation.temporal import Direction, Granularity, TimeExpression

_SINCE = re.compile(
    r"(?:\b(?:ever since|since|from|starting|starting in|starting on|as of|as from|beginning"
    r"|effective)\s+(?:the\s+)?|从|自从?)$",
    re.IGNORECASE,
)
_ONWARDS = re.compile(r"^\s*(?:on\b|onwards?\b|起|开始|以来|以后|之后)", re.IGNORECASE)
_UNTIL = re.compile(r"(?:\b(?:until|till|through)\s+(?:the\s+)?|直到|到|至)$", re.IGNORECASE)
_LEADING = re.compile(r"[\s,]*(?:\b(?:back|in|on|at|since|from|early|late|around|about|until|during|as|of)\b[\s,]*)*")
_TIMELESS = listed("birthday birthplace hometown name nickname instruction age habit")
_ARRANGED = listed(
    """
    residence employer occupation school diet relationship_status partner vehicle
    """
)
_TIME_OF_DAY = (Granularity.MINUTE, Granularity.HOUR)


def period_of(page: Page, reading: Reading) -> Period | None:
    """The period of a reading, or nothing where the text does not tell.

    A past date beside a change ("I moved in May") and beside a state with *since* begins an open period; beside a state
    of the past ("in 2019 I lived in Porto") it is the whole of it. A date ahead begins what is planned.
    """
    if reading.slot in _TIMELESS or reading.clause < 0:
        return None
    time = _beside(page, reading)
    if time is None:
        return Period(start=page.at) if reading.now and reading.modality is Modality.ASSERTED else None
    opens = _opens(page, time)
    whole = Period(start=time.start, end=time.end, label=time.label)
    onwards = replace(whole, end=None)
    if arity(reading.slot) is Arity.SERIES:
        return whole if time.start <= page.at else None
    if _closes(page, time) and reading.polarity is Polarity.AFFIRMED and time.end > page.at:
        return Period(start=page.at, end=time.end, label=page.shown[slice(*time.span)])
    if reading.modality is Modality.PLANNED:
        return onwards
    if time.direction is Direction.FUTURE:
        return onwards if opens or _family(reading) in _ARRANGED else None
    if reading.polarity is Polarity.ENDED and not reading.past:
        return onwards
    if opens or reading.event:
        return onwards if time.start <= page.at else whole
    if time.direction is Direction.PAST:
        return onwards if reading.now else whole
    return None


def _family(reading: Reading) -> str:
    return reading.slot.partition(".")[0]


_SO_LONG = re.compile(r"\bsince an? \w+")
"""Until today, whatever date stands in it: "tinnitus since a gig in 1988"."""
_ANNIVERSARY = re.compile(r"\b(?:years?|months?|decades?) (?:in |come |this |next )?(?:[A-Z]\w+|in [A-Z]\w+)$")
_SEASON = re.compile(r"(?:in (?:the )?|every )?(?:summers?|winters?|springs?|autumns?|falls?)", re.IGNORECASE)


def is_ahead(page: Page, reading: Reading) -> bool:
    """Whether a state is told for later without "from": "next month I work in Bern"."""
    if (
        reading.modality is not Modality.ASSERTED
        or _family(reading) not in _ARRANGED
        or reading.polarity is not Polarity.AFFIRMED
    ):
        return False
    time = _beside(page, reading) if reading.clause >= 0 else None
    if time is None or _closes(page, time):
        return False
    passed = _ANNIVERSARY.search(page.shown, max(0, time.span[0] - 24), time.span[1]) is not None
    if not reading.event and (passed or _SEASON.fullmatch(time.phrase.strip())):
        return False  # "commutes by boat in summer": every summer
    return time.direction is Direction.FUTURE and not _opens(page, time)


def _closes(page: Page, time: TimeExpression) -> bool:
    """Whether the words before a date make it the end of a stretch: "until Thursday"."""
    if time.phrase.lower().startswith(("until", "till", "through", "直到", "到", "至")):
        return True
    return _UNTIL.search(page.shown, max(0, time.span[0] - 12), time.span[0]) is not None


def _opens(page: Page, time: TimeExpression) -> bool:
    """Whether the words around a date make it the beginning of a stretch."""
    before = _SINCE.search(page.shown, max(0, time.span[0] - 24), time.span[0]) is not None
    after = _ONWARDS.match(page.shown[time.span[1] : time.span[1] + 10]) is not None
    return (
        before
        or after
        or time.phrase.lower().startswith(("since", "自", "从"))
        or time.phrase.endswith(("起", "开始", "以来"))
    )


def is_past_state(page: Page, reading: Reading) -> bool:
    """Whether a statement without tense is about a time that is over: 2019年我住在上海."""
    if (
        reading.event
        or reading.polarity is not Polarity.AFFIRMED
        or reading.now
        or reading.slot in ("goal", "instruction")
        or arity(reading.slot) in (Arity.SERIES, Arity.FIXED)
    ):
        return False
    if not reading.past and _SO_LONG.search(page.shown, reading.start, reading.stop):
        return False
    period = period_of(page, reading)
    return period is not None and period.end is not None and period.end <= page.at


def said_period(page: Page, start: int, stop: int) -> Period | None:
    """The period of the first date in a stretch of the text."""
    for time in page.times:
        if start <= time.span[0] and time.span[1] <= stop:
            return Period(start=time.start, end=time.end, label=time.label)
    return None


def _beside(page: Page, reading: Reading) -> TimeExpression | None:
    """The date in the clause, or in a clause without a verb before it ("Back in 2019, …")."""
    inside = [time for time in page.times if reading.start <= time.span[0] and time.span[1] <= reading.stop]
    if inside:
        return next((time for time in inside if time.granularity not in _TIME_OF_DAY), None)
    clause = page.clauses[reading.clause]
    for number in (reading.clause - 1, reading.clause + 1):
        if not 0 <= number < len(page.clauses) or page.clauses[number].sentence != clause.sentence:
            continue
        other = page.clauses[number]
        times = [time for time in page.times if other.start <= time.span[0] and time.span[1] <= other.stop]
        bare = _LEADING.sub("", page.plain[other.start : other.stop]).strip(" ,.的时候")
        if times and len(bare) <= (0 if clause.chinese and number > reading.clause else 2):
            return times[0]
    return None
