"""When a clause speaks of: dates, bounds and durations, from the temporal grammar and a few rules of its own.

The temporal grammar returns intervals and lets bare durations go ("no running for six weeks"); here durations count,
because a state that holds for a while needs an end.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from memos_core.operation.formation.foresight.feasts import feasts
from memos_core.operation.formation.foresight.shifts import in_the_same_month, pointers, same_month, shifted
from memos_core.operation.formation.temporal import Direction, Granularity, TimeExpression, resolve
from memos_core.operation.formation.temporal.dates import add_months, midnight
from memos_core.operation.formation.temporal.numerals import chinese_number, english_number


class Role(StrEnum):
    """What a time is to its clause."""

    AT = "at"
    """When it happens."""
    FROM = "from"
    """When it begins."""
    UNTIL = "until"
    """When it ends; that day is part of it."""
    BY = "by"
    """Until when it is to be done; that day counts."""
    BEFORE = "before"
    """As ``BY``, and that day does not count."""
    AFTER = "after"
    """Begins when that is over."""
    FOR = "for"
    """How long it lasts."""
    SINCE = "since"
    """Since when it has lasted."""
    PAST = "past"
    """Over when it was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A time in a text."""

    start: int
    stop: int
    role: Role
    begin: datetime
    """Aware UTC."""
    end: datetime
    """Aware UTC; for a duration, that long after the message."""
    granularity: Granularity = Granularity.DAY
    days: int = 0
    """Of a duration."""
    label: str = ""
    """As a reader would write it, for a date."""
    told: tuple[datetime, datetime] | None = None
    """The interval as the tense of the text has it, where that differs: "I broke it on Monday"."""

    @property
    def ahead(self) -> bool:
        """Whether it can date something to come."""
        return self.role not in (Role.PAST, Role.SINCE)

    def counts_from(self, moment: datetime, zone: tzinfo) -> datetime:
        """The end of the duration when it starts at ``moment``, at midnight."""
        day = moment.astimezone(zone).date() + timedelta(days=self.days)
        return midnight(day).replace(tzinfo=zone).astimezone(UTC)


_PAST_WORDS = re.compile(
    r"\b(?:ago|last(?! [a-z]+ (?:of|in) (?!last|the last))|yesterday"
    r"|(?<!quarter )(?<!half )(?<!ten )(?<!five )(?<!twenty )past|since|earlier|previous"
    r"|back in|recent(?:ly)?)\b|昨"
    r"|(?<![早晚马])上(?=[一个周次月星礼学半])|前[天年些]|去年|刚才|以来|自从|当时|那[年时]"
)
_LEFT = (
    (Role.BEFORE, re.compile(r"\b(?:before|ahead of|prior to)(?: the)? $")),
    (Role.UNTIL, re.compile(
        r"\b(?:until|till?|through|thru|up to|'til)(?: (?:and including|about|around|at least|after|the|my"
        r"|[a-z]+ (?:on|in)))* $"
    )),
    (Role.UNTIL, re.compile(r"\b(?:until|till?|'til) (?:[a-z']+ ){1,9}(?:on |in |the |this |at ){0,2}$")),
    (Role.UNTIL, re.compile(r"(?:直到|等到|至)了?$")),
    (Role.UNTIL, re.compile(r"[待休住忙吃戴用呆留玩值学做养忍忌戒禁穿拄躺歇假离修租借停关差续吊练封睡熬班守]到了?$")),
    (Role.UNTIL, re.compile(r"[^改推延顺迟提前后期调挪换移签定约排安飞赶开回走来找直年月日号点周天\W]到$")),
    (Role.UNTIL, re.compile(r"(?:^|[，,；、 ])到$")),
    (Role.BY, re.compile(r"\b(?:by|due|no later than|deadline(?: for [a-z' ]{1,40})? is|due (?:on|in|back|at|for)"
        r"|at the latest)(?: (?:on|the|by|in|at))* $")),
    (Role.BY, re.compile(r"\b(?:due|deadline|closes?(?! on)|expires?|runs? out|cutoff|cut-off"
    r"|lapses?)\b[a-z' ]{0,24}$")),
    (Role.BY, re.compile(r"(?:截止(?:日期|时间)?(?:是|为|到|在)?|最[晚迟](?:在|到|是)?|不晚于|赶在|到期日?是?)$")),
    (Role.AFTER, re.compile(r"\b(?:after)(?: the)? $")),
    (Role.FROM, re.compile(
        r"\b(?:from|starting|beginning|as of|effective|starts?|begins?|commencing)(?: (?:on|from|the))* $"
    )),
    (Role.FROM, re.compile(r"(?:从|自|打)$")),
)  # fmt: skip
_RIGHT = (
    (Role.UNTIL, re.compile(r"为止")),
    (Role.BY, re.compile(r"的?(?:下班|放学|睡觉|天黑|开会|收盘|出发|登机)?(?:之前|以前|前(?![后夕面进途往天])"
        r"|内(?=[^科部]))")),
    (Role.BY, re.compile(r"(?:就|是)?(?:要|会)?(?:截止|到期|交稿|过期)|为限")),
    (Role.AFTER, re.compile(r"(?:之后|以后|过后)")),
    (Role.FROM, re.compile(r"(?:起(?![床来飞])|开始|出发)")),
    (Role.UNTIL, re.compile(r"(?:为止|才(?:能|可以|结束|回|好|拆|到期)|结束|回来|解除)")),
    (Role.BY, re.compile(r" (?:at the latest|deadline|latest|is the deadline|is the (?:last|final) day)\b")),
    (Role.FROM, re.compile(r" onwards?\b")),
)  # fmt: skip
_ORDERED = re.compile(
    r"\b(?:put|signed off|told|ordered|advised|prescribed|given|banned|suspended|grounded|warned|asked"
    r"|booked|rented|lent|borrowed|hired)\b"
)
_PERFECT = re.compile(r"\b(?:have|has|had|been|was|were|did|[a-z]+ed)\b|'ve\b|'s been")
_REPLACED = re.compile(r"\b(?:instead of|rather than|,? not)(?: on| in| at| the)* $|(?:而不是|不是)$")
"""The date that is no more."""
_IN_PHRASE = (
    (Role.SINCE, re.compile(r"(?:ever )?since\b|自从?")),
    (Role.UNTIL, re.compile(r"(?:not |up )?(?:un)?till?\b|'til|through|thru|直到")),
    (Role.UNTIL, re.compile(r".*为止$")),
    (Role.BY, re.compile(r"by\b|no later than|截[止至]|.*(?:之前|以前|前$)")),
    (Role.FROM, re.compile(r".*(?:起|开始)$|starting|from\b(?!.*\b(?:to|until|till|through)\b)")),
    (Role.BY, re.compile(r"within ")),
    (Role.FOR, re.compile(r"(?:for|over|during) ")),
)
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
_FORTNIGHT = re.compile(r"\b(?:for )?(?:a|the next|this|another) fortnight\b(?! ago)")
_CHINESE_DURATION = re.compile(
    r"(?:[这接未][下来]*)?(?P<count>\d{1,3}|半|[一二两三四五六七八九十]{1,3}|几)(?:个(?:多|半)?)?(?:多)?"
    r"(?P<unit>天|周|星期|礼拜|月|年|晚)(?P<half>半)?(?![前以之]?前|[份号日]|两头|后(?!不)|[一二三四五六日天末])"
)
_WEEKEND = re.compile(r"\bfor (?:the|a|an) (?:long |extended |bank holiday |whole |entire )?weekend\b")
_REST = re.compile(
    r"\b(?:for )?(?:(?:the |all )?(?:rest|remainder) of (?:the |this )|all |(?:this|the) (?:whole"
    r"|entire) |(?<=spending )(?:the|this) |for the (?=\w+ *(?:$|[.,;!?]|and\b|while\b)))"
    r"(?P<unit>day|week|month|year)\b|(?P<chinese>整个(?:周|星期|月)|这一?整(?:周|个?星期|个?月)|本月|本周)"
)
_WHOLE_MONTH = re.compile(
    r"\b(?:for )?(?:all|the whole|the entire|the rest|the remainder|most) of (?P<month>january"
    r"|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b"
)
_PAYDAY = re.compile(
    r"\b(?:until|till?|before) (?:(?:my|the|next) )*(?:payday|pay day|i get paid|paycheck|pay ?check"
    r"|salary)\b|发(?:工资|薪水?)(?:之?前|以前)"
)
_PART_OF_A_NAME = re.compile(
    r"(?:年[中终底末初]|月[底末])(?:总结|汇报|报告|奖|考|大促|促销|会议|晚会|盘点|述职|聚餐|体检|会)"
)
_THESE_DAYS = re.compile(r"这[几两]天")
"""Now and for a while, without an end."""
_DATED_PAYDAY = re.compile(r",? (?:on|which is|next|this|is)\b")
_HALF_A_DAY = 12
_UNIT_DAYS = {"night": 1, "day": 1, "week": 7, "fortnight": 14, "天": 1, "晚": 1, "周": 7, "星期": 7, "礼拜": 7}
_UNIT_MONTHS = {"month": 1, "year": 12, "月": 1, "年": 12}
_VAGUE = {"another": 1, "several": 5, "a few": 3, "a couple": 2, "a couple of": 2}


_SHORT_DAY = re.compile(
    r"\b(?:do|make|on|by|till?|until|for|from|this|next|come|free|before|after|round|over|is|busy|working|off)"
    r" (?P<day>mon|tues?|weds?|thur?s?|fri|sat|sun)\b(?! (?:down|in|on|at|there|shin|bath|bed|here))"
)
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


_NEW_YEAR = re.compile(
    r"\b(?:until|till?|before|by|over|after|for|at|through|on) (?P<day>new year'?s?)\b(?!'"
    r"| (?:eve|day|resolution|party|do))"
)


def _short_days(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    """Days as people type them: "can't do sat"."""
    for match in (*_SHORT_DAY.finditer(low), *_NEW_YEAR.finditer(low)):
        found = _ahead(f"on {_WHOLE_DAY[match['day'][:2]]}", at, zone)
        if found is not None:
            start, stop = match.span("day")
            yield Time(
                start=start, stop=stop, role=_role(low, start, stop), begin=found[0], end=found[1], label=found[2]
            )


def times(text: str, low: str, at: datetime, zone: tzinfo) -> tuple[Time, ...]:
    """The times of a text in order, not overlapping."""
    found = [time for expression in resolve(text, at, zone) if (time := _dated(expression, low, at, zone)) is not None]
    found = [time for time in found if not _names_a_thing(low, time)]
    if len(found) > 1:
        found = _in_one_month([_as_length(low, time, at, zone) for time in found], low, zone)
    lasting = (*_durations(low, at, zone), *_rests(low, at, zone)) if any(map(low.__contains__, _LASTING)) else ()
    for time in (*_pointed(low, found), *_short_days(low, at, zone), *lasting, *_feasts(low, at, zone)):
        if not any(one.start < time.stop and time.start < one.stop for one in found):
            found.append(time)
    return tuple(sorted(found, key=lambda time: time.start))


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


def _feasts(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    for start, stop, begin, end, granularity in feasts(low, at, zone):
        role = _role(low, start, stop)
        if role is Role.BEFORE or (role is Role.BY and begin > at):
            end = begin
        yield Time(start=start, stop=stop, role=role, begin=begin, end=end, granularity=granularity)


def _as_length(low: str, time: Time, at: datetime, zone: tzinfo) -> Time:
    """What "for a long weekend" is beside a date: it says how long, not when."""
    said = _WEEKEND.search(low, max(0, time.start - 16), time.stop)
    if time.granularity is not Granularity.WEEKEND or said is None:
        return time
    days, end = after(at, zone, days=3)
    return Time(start=said.start(), stop=time.stop, role=Role.FOR, begin=at, end=end, days=days)


def _names_a_thing(low: str, time: Time) -> bool:
    """Whether the words are part of a name: 年中总结会, 年底奖金."""
    return _PART_OF_A_NAME.match(low, time.start) is not None


def _dated(found: TimeExpression, low: str, at: datetime, zone: tzinfo) -> Time | None:
    (start, stop), shift = shifted(found, low)
    if _REPLACED.search(low, max(0, start - 24), start):
        return None
    stop += low[stop : stop + 1] in ("号", "日") and low[stop - 1 : stop].isdigit()
    phrase = low[start:stop]
    if _THESE_DAYS.fullmatch(phrase):
        return None
    role = _role(low, start, stop)
    forward = found.start >= midnight_before(at, zone) or not _reaches_back(_own_clause(low, start))
    if role is Role.AT and _FROM_NOW.search(phrase) and low[max(0, start - 4) : start] == "for ":
        role, forward = Role.FOR, True
    if role is Role.FOR and forward and (amount := _amount_of(_FROM_NOW.sub("", phrase), at, zone)):
        return Time(start=start, stop=stop, role=role, begin=at, end=amount[1], days=amount[0])
    if role is Role.FOR:
        role = Role.SINCE if found.start < midnight_before(at, zone) else Role.AT
    told = (found.start, found.end)
    if role is Role.AT and found.start > at and _AFTER_DOING.search(_own_clause(low, start)):
        past = resolve(f"was {phrase}", at, zone)
        if len(past) == 1 and past[0].start <= at:
            return Time(
                start=start, stop=stop, role=Role.PAST, begin=past[0].start, end=past[0].end, label=past[0].label
            )
    if _PAST_WORDS.search(phrase) or role is Role.SINCE:
        role = Role.SINCE if role is Role.SINCE else Role.PAST
        return Time(
            start=start,
            stop=stop,
            role=role,
            begin=told[0],
            end=told[1],
            granularity=found.granularity,
            label=found.label,
        )
    begin, end, label = found.start, found.end, found.label
    if found.direction is Direction.PAST or (found.start < at and found.granularity is not Granularity.RANGE):
        begin, end, label = _ahead(phrase, at, zone) or (begin, end, label)
    if shift:
        begin, end, label = begin + shift, end + shift, ""
        told = (begin, end)
    elif found.granularity is Granularity.RANGE and (first := same_month(low, start, stop, end, zone)):
        begin, label = first, ""
    if end <= at:
        role = Role.PAST
    if role is Role.BEFORE and begin > at:
        begin, end = at, begin
    if role is Role.UNTIL and _MONTH.search(phrase):
        first = _month_before(end, zone)
        end = first if first > at else end
    return Time(
        start=start, stop=stop, role=role, begin=begin, end=end, granularity=found.granularity, label=label, told=told
    )


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


def _role(low: str, start: int, stop: int) -> Role:
    phrase, left, right = low[start:stop], low[max(0, start - 48) : start], low[stop : stop + 24]
    for role, pattern in _IN_PHRASE:
        if pattern.match(phrase) and not (
            role is Role.BY and left.endswith(("inspired ", "surprised ", "caused ", "affected "))
        ):
            return role
    if left.endswith(" to ") and phrase.startswith("the end") and not _PUT_OFF.search(left):
        return Role.UNTIL
    for role, pattern in _LEFT:
        if pattern.search(left):
            return role
    for role, pattern in _RIGHT:
        if pattern.match(right):
            return role
    return Role.AT


_PUT_OFF = re.compile(r"\b(?:mov|push|postpon|delay|chang|reschedul|shift|extend|bump|brought|put|from)")


def _ahead(phrase: str, at: datetime, zone: tzinfo) -> tuple[datetime, datetime, str] | None:
    """The occurrence to come of what the phrase says."""
    found = resolve(f"will {phrase}", at, zone)
    return (found[0].start, found[0].end, found[0].label) if len(found) == 1 and found[0].end > at else None


def midnight_before(at: datetime, zone: tzinfo) -> datetime:
    """The beginning of the local day of ``at``, in UTC."""
    return midnight(at.astimezone(zone).date()).replace(tzinfo=zone).astimezone(UTC)


_LASTING = (
    *("hour", "night", "day", "week", "month", "year", "all of", "whole of", "entire of", "rest of", "remainder of"),
    *("most of", "pai", "pay", "salary", "天", "周", "晚", "月", "年", "发", "星期", "礼拜"),
)
"""Without one of these there is no duration, no rest of a time and no payday."""


def _durations(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    for pattern in (_DURATION, _CHINESE_DURATION):
        for match in pattern.finditer(low):
            if re.search(
                r"\b(?:past|last|every|in|over|during|first|of my|ago)(?: the)? $|[每过第]$|过去$|[$€£]\d[\d.,]*k? $"
                r"|\b(?:bucks|quid|pounds|dollars|euros|times|hours|once|twice|p|k) $",
                low[max(0, match.start() - 12) : match.start()],
            ):
                continue
            amount = _amount(match["count"], match["unit"], at, zone, high=match.groupdict().get("high") or "")
            if amount is not None and low[match.end() : match.end() + 1] == "了":
                begun = midnight_before(at, zone) - timedelta(days=amount[0])
                yield Time(start=match.start(), stop=match.end() + 1, role=Role.SINCE, begin=begun, end=at)
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


def _amount_of(phrase: str, at: datetime, zone: tzinfo) -> tuple[int, datetime] | None:
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
