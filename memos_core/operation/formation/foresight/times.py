"""When a clause speaks of: dates, bounds and durations, from the temporal grammar and a few rules of its own.

The temporal grammar returns intervals and lets bare durations go ("no running for six weeks"); here durations count,
because a state that holds for a while needs an end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import chain

from memos_core.operation.formation.foresight.feasts import feasts
from memos_core.operation.formation.foresight.hours import hours
from memos_core.operation.formation.foresight.lengths import after, amount_of, as_length, lasting, midnight_before
from memos_core.operation.formation.foresight.roles import Role, Time, role_of
from memos_core.operation.formation.foresight.shifts import in_the_same_month, pointers, same_month, shifted
from memos_core.operation.formation.foresight.spellings import typed
from memos_core.operation.formation.temporal import Direction, Granularity, TimeExpression, resolve
from memos_core.operation.formation.temporal.dates import add_months, midnight

__all__ = ["Role", "Time", "after", "times"]

_PAST_WORDS = re.compile(
    r"\b(?:ago|last(?! [a-z]+ (?:of|in) (?!last|the last))|yesterday"
    r"|(?<!quarter )(?<!half )(?<!ten )(?<!five )(?<!twenty )past|since|earlier|previous"
    r"|back in|recent(?:ly)?)\b|昨"
    r"|(?<![早晚马])上(?=[一个周次月星礼学半])|前[天年些]|去年|刚才|以来|自从|当时|那[年时]"
)
_ORDERED = re.compile(
    r"\b(?:put|signed off|told|ordered|advised|prescribed|given|banned|suspended|grounded|warned|asked"
    r"|booked|rented|lent|borrowed|hired)\b"
)
_PERFECT = re.compile(r"\b(?:have|has|had|been|was|were|did|[a-z]+ed)\b|'ve\b|'s been")
_REPLACED = re.compile(r"\b(?:instead of|rather than|,? not)(?: on| in| at| the)* $|(?:而不是|不是)$")
"""The date that is no more."""
_PART_OF_A_NAME = re.compile(
    r"(?:年[中终底末初]|月[底末])(?:总结|汇报|报告|奖|考|大促|促销|会议|晚会|盘点|述职|聚餐|体检|会)"
)
_EVE_OF = re.compile(r"前(?:[一两]天|[一]?晚|夕)")
"""The day that it names is said beside it: 国庆前一天9月30号."""
_THESE_DAYS = re.compile(r"这[几两]天")
"""Now and for a while, without an end."""
_SHORT_DAY = re.compile(
    r" (?P<day>mon|tues?|weds?|thur?s?|fri|sat|sun|new year'?s?)\b"
    r"(?!'| (?:down|in|on|at|there|shin|bath|bed|here|eve|day|resolution|party|do)\b)"
)
_LEADS = re.compile(
    r"\b(?:do|make|on|by|till?|until|for|from|this|next|come|free|before|after|over|at|through|round|is|busy|working"
    r"|off)$"
)
_STANDS_LAST = re.compile(r"[.,!?;)]|$| (?:at|night|morning|afternoon|evening|arvo)\b")
_NO_DAY = re.compile(r"\b(?:the|a|i|he|she|we|they|it|you|who|and|just|had|was|been|of|in|full|that|then|my|dog|cat) $")
"""Before it, "sat" and "sun" are no days."""
_SURE_DAYS = frozenset({"tues", "weds", "thur", "thurs", "fri"})
"""That are no other words."""
_WHOLE_DAY = {
    "mo": "monday",
    "tu": "tuesday",
    "we": "wednesday",
    "th": "thursday",
    "fr": "friday",
    "sa": "saturday",
    "ne": "new year's day",
    "su": "sunday",
}


_A_SHORT_DAY = r"(?:mon|tues?|weds?|thur?s?|fri|sat|sun)"
_SHORT_DAYS = re.compile(
    rf"\b(?P<first>{_A_SHORT_DAY}) ?(?:to|-|–|till?|until|thru|through) ?(?P<last>{_A_SHORT_DAY})\b"
)


def _short_days(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    """Days as people type them: "can't do sat", "mon to weds"."""
    short = list(_SHORT_DAY.finditer(low))
    for match in _SHORT_DAYS.finditer(low) if short else ():
        first, last = (_WHOLE_DAY[match[name][:2]] for name in ("first", "last"))
        if (days := _ahead(f"from {first} to {last}", at, zone)) is not None:
            start, stop = match.span()
            begin, end, label = days
            role, grain = role_of(low, start, stop), Granularity.RANGE
            yield Time(start=start, stop=stop, role=role, begin=begin, end=end, label=label, granularity=grain)
    for match in short:
        start, stop = match.span("day")
        sure = match["day"] in _SURE_DAYS or _LEADS.search(low, max(0, match.start() - 8), match.start())
        if not sure and not (_STANDS_LAST.match(low, stop) and not _NO_DAY.search(low, max(0, start - 8), start)):
            continue
        found = _ahead(f"on {_WHOLE_DAY[match['day'][:2]]}", at, zone)
        if found is not None:
            yield Time(
                start=start, stop=stop, role=role_of(low, start, stop), begin=found[0], end=found[1], label=found[2]
            )


_DAYS = re.compile(
    r"\b(?P<first>\d{1,2})(?:st|nd|rd|th) ?(?:to|till?|until|through|-"
    r"|–) ?(?:the )?(?P<last>\d{1,2})(?:st|nd|rd|th)\b"
)


def _day_ranges(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    """Days of a month that is not named: "22nd to 24th"."""
    for match in _DAYS.finditer(low):
        ends = [_ahead(f"on the {match[name]}th", at, zone) for name in ("first", "last")]
        if ends[0] is not None and ends[1] is not None and ends[0][0] < ends[1][1]:
            start, stop = match.span()
            yield Time(
                start=start,
                stop=stop,
                role=role_of(low, start, stop),
                begin=ends[0][0],
                end=ends[1][1],
                granularity=Granularity.RANGE,
            )


def times(text: str, low: str, at: datetime, zone: tzinfo) -> tuple[Time, ...]:
    """The times of a text in order, not overlapping."""
    found = [time for expression in resolve(text, at, zone) if (time := _dated(expression, low, at, zone)) is not None]
    found = [_in_its_part(_of_a_show(time, low, zone), low, zone) for time in found if not _names_a_thing(low, time)]
    if len(found) > 1:
        found = _in_one_month([as_length(low, time, at, zone) for time in found], low, zone)
    others = (
        _pointed(low, found),
        _day_ranges(low, at, zone),
        _short_days(low, at, zone),
        typed(low, at, zone),
        hours(low, at, zone),
        lasting(low, at, zone),
        _feasts(low, found, at, zone),
    )
    for time in chain.from_iterable(others):
        if not any(one.start < time.stop and time.start < one.stop for one in found):
            found.append(time)
    if len(found) > 1:
        found = _on_its_day(found, low, zone)
    if len(found) > 1:
        found = _in_order(sorted(found, key=lambda time: time.start), low)  # "a rugby weekend, 22nd to 24th"
        found = [time for time in found if low[time.start : time.stop] != "weekend"]
    return tuple(sorted(found, key=lambda time: time.start))


_CLOCK = re.compile(
    r"(?:at |by |around |about )?(?:(?:half|quarter to|quarter past) (?:past )?)?(?:\d{1,2}(?:[:.]\d\d)?|[a-z]{3,6})"
    r"(?: ?(?:am|pm)|ish| o'clock)?"
)
_AN_HOUR = frozenset({Granularity.HOUR, Granularity.MINUTE})
_APART = 40
"""Characters between an hour and its day at most."""


_PART = re.compile(r" (?:(?P<morning>morning)|afternoon|evening|night)\b(?! (?:shift|class|course|prayer|flight))")


def _in_its_part(time: Time, low: str, zone: tzinfo) -> Time:
    """With the part of the day that is said behind an hour: "at 6:15 on Sunday morning"."""
    if time.granularity not in _AN_HOUR or not (part := _PART.match(low, time.stop)):
        return time
    local = time.begin.astimezone(zone)
    begin = local.replace(hour=local.hour % 12 + (0 if part["morning"] else 12)).astimezone(UTC)
    return replace(
        time, stop=part.end(), begin=begin, end=begin + (time.end - time.begin), label="", role=Role.AT, told=None
    )


_SHOW = re.compile(
    r"(?:\b(?:opening|first|press|closing|last|quiz|date|movie|film|games?|poker|hen|stag|open|bonfire|pub|curry"
    r"|pizza|girls"
    r"|boys|ladies|lads|family|karaoke|comedy|theatre|film|darts|bingo|board game|information|info|taster|welcome"
    r"|awards"
    r"|prize)|s') $"
)
_NIGHT = re.compile(r"(?:night|evening|morning) ")


def _of_a_show(time: Time, low: str, zone: tzinfo) -> Time:
    """The day alone where the night is part of a name: "opening night Saturday", "parents' evening tomorrow"."""
    part = _NIGHT.match(low, time.start)
    if part is None or not _SHOW.search(low, max(0, time.start - 12), time.start):
        return time
    begin = midnight(time.begin.astimezone(zone).date()).replace(tzinfo=zone).astimezone(UTC)
    day = replace(time, start=part.end(), begin=begin, end=begin + timedelta(days=1), label="")
    return replace(day, granularity=Granularity.DAY)


def _on_its_day(found: Sequence[Time], low: str, zone: tzinfo) -> list[Time]:
    """With the hour on the day that is said after it: "a call, 9am their time, on Friday"."""
    clocks = [one for one in found if one.granularity in _AN_HOUR and _CLOCK.fullmatch(low[one.start : one.stop])]
    days = [one for one in found if one.granularity is Granularity.DAY and one.role is Role.AT]
    if len(clocks) != 1 or len(days) != 1 or clocks[0].role not in (Role.AT, Role.PAST, Role.BY):
        return list(found)
    clock, day = clocks[0], days[0]
    between = low[min(clock.stop, day.stop) : max(clock.start, day.start)]
    if len(between) > _APART or re.search(r"[.?!;\n]|\b(?:and|but|then)\b", between):
        return list(found)
    hour = clock.begin.astimezone(zone).time()
    begin = datetime.combine(day.begin.astimezone(zone).date(), hour, zone).astimezone(UTC)
    role = Role.BY if clock.role is Role.BY else Role.AT
    moved = replace(clock, role=role, begin=begin, end=begin + (clock.end - clock.begin), label="", told=None)
    return [moved if one is clock else one for one in found if one is not day]


_BARE_WEEKDAY = re.compile(r"(?:the )?(?:following )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|周[一二三四五六日天]")
_A_WEEK = timedelta(days=7)


def _in_order(found: Sequence[Time], low: str) -> list[Time]:
    """With the end of a stretch behind its beginning: "from Saturday till the following Friday"."""
    made: list[Time] = []
    for time in found:
        before = made[-1] if made else None
        said = low[time.start : time.stop]
        if (
            before is not None
            and before.role in (Role.FROM, Role.AT)
            and time.role is Role.UNTIL
            and before.begin >= time.begin
            and _BARE_WEEKDAY.fullmatch(said.removeprefix("till ").removeprefix("until "))
            and not re.search(r"[.!?;。！？；\n]", low[before.stop : time.start])
        ):
            time = replace(time, begin=time.begin + _A_WEEK, end=time.end + _A_WEEK, label="", told=None)
        made.append(time)
    return made


def _in_one_month(found: Sequence[Time], low: str, zone: tzinfo) -> list[Time]:
    """With days that lack their month in that of the date before them."""
    made: list[Time] = []
    for time in found:
        dates = [one for one in made if one.ahead and one.role is not Role.FOR]
        begin = in_the_same_month(low[time.start : time.stop], time.begin, dates[-1].begin, zone) if dates else None
        made.append(time if begin is None else replace(time, begin=begin, end=begin + timedelta(days=1), label=""))
    return made


def _pointed(low: str, found: Sequence[Time]) -> Iterator[Time]:
    dates = [(time.stop, time.begin, time.end) for time in found if time.role is not Role.PAST]
    roles = {"until": Role.UNTIL, "till": Role.UNTIL, "til": Role.UNTIL, "by": Role.BY, "before": Role.BEFORE}
    for one in pointers(low, dates):
        role = roles.get(one.lead, Role.AT)
        end = one.begin if role is Role.BEFORE else one.end
        yield Time(start=one.start, stop=one.stop, role=role, begin=one.begin, end=end)


_BESIDE = 2
"""Characters between a date and the feast or holiday that begins on it."""


def _feasts(low: str, dates: Sequence[Time], at: datetime, zone: tzinfo) -> Iterator[Time]:
    for start, stop, begin, end, granularity in feasts(low, at, zone):
        if any(0 <= start - date.stop <= _BESIDE and date.granularity is Granularity.DAY for date in dates):
            continue  # 24号开学: it has a date of its own
        role = role_of(low, start, stop)
        if role is Role.BEFORE or (role is Role.BY and begin > at):
            end = begin
        yield Time(start=start, stop=stop, role=role, begin=begin, end=end, granularity=granularity)


def _names_a_thing(low: str, time: Time) -> bool:
    """Whether the words are part of a name: 年中总结会, 年底奖金."""
    return _PART_OF_A_NAME.match(low, time.start) is not None


def _dated(found: TimeExpression, low: str, at: datetime, zone: tzinfo) -> Time | None:
    (start, stop), shift = shifted(found, low)
    stop += low[stop : stop + 1] in ("号", "日") and low[stop - 1 : stop].isdigit()
    phrase = low[start:stop]
    if (
        _REPLACED.search(low, max(0, start - 24), start)
        or _THESE_DAYS.fullmatch(phrase)
        or _EVE_OF.match(low, stop - 1)
    ):
        return None
    time = Time(
        start=start,
        stop=stop,
        role=role_of(low, start, stop),
        begin=found.start,
        end=found.end,
        granularity=found.granularity,
        label=found.label,
    )
    time = _counted(time, low, at, zone)
    if time.role is Role.FOR:
        return time
    if time.role is Role.SINCE or _PAST_WORDS.search(phrase):
        return time if time.role is Role.SINCE else replace(time, role=Role.PAST)
    if time.role is Role.PAST:
        return time
    backward = found.direction is Direction.PAST or (found.start < at and found.granularity is not Granularity.RANGE)
    return _bounded(
        replace(_coming(time, low, backward, shift, at, zone), told=(found.start, found.end)), low, at, zone
    )


def _counted(time: Time, low: str, at: datetime, zone: tzinfo) -> Time:
    """As a duration where it is said with "for"; as past where it is the day of something done."""
    phrase, before = low[time.start : time.stop], _own_clause(low, time.start)
    forward = time.begin >= midnight_before(at, zone) or not _reaches_back(before)
    if time.role is Role.AT and _FROM_NOW.search(phrase) and low[max(0, time.start - 4) : time.start] == "for ":
        time, forward = replace(time, role=Role.FOR), True
    if time.role is Role.FOR:
        if forward and (amount := amount_of(_FROM_NOW.sub("", phrase), at, zone)):
            return replace(time, begin=at, end=amount[1], days=amount[0], granularity=Granularity.DAY, label="")
        return replace(time, role=Role.SINCE if time.begin < midnight_before(at, zone) else Role.AT)
    if time.role is Role.AT and time.begin > at and _AFTER_DOING.search(before):
        past = resolve(f"was {phrase}", at, zone)
        if len(past) == 1 and past[0].start <= at:
            return replace(time, role=Role.PAST, begin=past[0].start, end=past[0].end, label=past[0].label)
    return time


def _coming(time: Time, low: str, backward: bool, shift: timedelta, at: datetime, zone: tzinfo) -> Time:
    """The occurrence to come, shifted by what stands beside it."""
    phrase = low[time.start : time.stop]
    lead = "in " if time.role is Role.UNTIL and _MONTH.match(phrase) else ""  # "until it's paid off in August"
    if backward and (found := _ahead(lead + phrase, at, zone)):
        time = replace(time, begin=found[0], end=found[1], label=found[2])
    if shift:
        return replace(time, begin=time.begin + shift, end=time.end + shift, label="")
    if time.granularity is Granularity.RANGE and (first := same_month(low, time.start, time.stop, time.end, zone)):
        return replace(time, begin=first, label="")
    return time


def _bounded(time: Time, low: str, at: datetime, zone: tzinfo) -> Time:
    """With its end where its role puts it."""
    if time.end <= at:
        time = replace(time, role=Role.PAST)
    if time.role is Role.AT and low.startswith("through ", time.start):
        time = replace(time, begin=max(time.begin, time.end - timedelta(days=1)))
    if time.role is Role.BEFORE and time.begin > at:
        return replace(time, begin=at, end=time.begin)
    if time.role is Role.UNTIL and _MONTH.search(low[time.start : time.stop]):
        first = _month_before(time.end, zone)
        return replace(time, end=first if first > at else time.end)
    return time


_AFTER_DOING = re.compile(r"\b(?:after|from|having) (?:\w+ )?[a-z]{2,}ing\b(?!.*\b(?:will|going to)\b)")
_FROM_NOW = re.compile(r" from (?:today|now|tomorrow)$")
_MONTH = re.compile(
    r"^(?:until |till? |'til )?(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)$|^(?:直?到)?[一二三四五六七八九十\d]{1,2}月$"
)
"""Until a month is until it begins; until its end is said so, and through it is said so too."""


def _month_before(end: datetime, zone: tzinfo) -> datetime:
    """The first moment of the month that ends at ``end``."""
    day = add_months(end.astimezone(zone).date(), -1)
    return midnight(day).replace(tzinfo=zone).astimezone(UTC)


def _reaches_back(before: str) -> bool:
    """Whether "for a week" after these words is the week gone by: "I've been ill", not "I've been told to rest"."""
    return _PERFECT.search(before) is not None and _ORDERED.search(before) is None


def _own_clause(low: str, start: int) -> str:
    """What stands before ``start`` in its clause: the tense of an earlier one does not reach it."""
    return re.split(r"[,;:.!?]\s|\s(?:so|and|but|then)\s", low[max(0, start - 80) : start])[-1]


def _ahead(phrase: str, at: datetime, zone: tzinfo) -> tuple[datetime, datetime, str] | None:
    """The occurrence to come of what the phrase says."""
    found = resolve(f"will {'on ' * phrase.startswith('may')}{phrase}", at, zone)  # "will may" is no date
    return (found[0].start, found[0].end, found[0].label) if len(found) == 1 and found[0].end > at else None
