"""What a time is to its clause: when it happens, begins, ends, or how long it lasts; told from the words beside it."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.dates import midnight


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


_LEFT = (
    (Role.BEFORE, re.compile(r"\b(?:before|ahead of|prior to)(?: the)? $")),
    (Role.UNTIL, re.compile(
        r"\b(?:until|till?|through|thru|up to|'til)(?: (?:and including|about|around|at least|after|the|my"
        r"|[a-z]+ (?:on|in)))* $"
    )),
    (Role.UNTIL, re.compile(r"\b(?:until|till?|'til) (?:(?!then |and |but |so )[a-z'-]+,? ){1,9}(?:on |in |the |this "
        r"|at ){0,2}$")),
    (Role.SINCE, re.compile(r"\bsince (?:[a-z'-]+ ){1,6}(?:on |in |the |this |at ){0,2}$")),
    (Role.UNTIL, re.compile(r"(?:直到|等到|至)了?$")),
    (Role.UNTIL, re.compile(r"[待休住忙吃戴用呆留玩值学做养忍忌戒禁穿拄躺歇假离修租借停关差续吊练封睡熬班守]到了?$")),
    (Role.UNTIL, re.compile(r"[^改推延顺迟提前后期调挪换移签定约排安飞赶开回走来找直年月日号点周天\W]到$")),
    (Role.UNTIL, re.compile(r"(?:^|[，,；、 ])到$")),
    (Role.BY, re.compile(r"\b(?:by|due|no later than|deadline(?: for [a-z' ]{1,40})? is|due (?:on|in|back|at|for)"
        r"|at the latest)(?: (?:on|the|by|in|at|end of|end|of|day|business|play|eod|cob|close|noon|midday|lunchtime"
        r"|midnight|first|thing))* $")),
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
    (Role.BY, re.compile(r"的?(?:[上下][班课]|放学|[起睡]觉|天[黑亮]|开[会学工门]|收盘|出发|登机|中午|晚上|[早午晚]饭"
        r"|吃饭|睡)?(?:之前|以前|前(?![后夕面进途往天门台任])"
        r"|内(?=[^科部]))")),
    (Role.BY, re.compile(r"(?:就|是)?(?:要|会)?(?:截止|到期|交稿|过期)|为限")),
    (Role.AFTER, re.compile(r"(?:之后|以后|过后)")),
    (Role.FROM, re.compile(r"(?:起(?![床来飞])|开始|出发)")),
    (Role.UNTIL, re.compile(r"(?:为止|才(?:能|可以|结束|回|好|拆|到期)|结束|回来|解除)")),
    (Role.BY, re.compile(r" (?:at the latest|deadline|latest|is the deadline|is the (?:last|final) day)\b")),
    (Role.FROM, re.compile(r" onwards?\b")),
)  # fmt: skip
_IN_PHRASE = (
    (Role.SINCE, re.compile(r"(?:ever )?since\b|自从?")),
    (Role.UNTIL, re.compile(r"(?:not |up )?(?:un)?till?\b|'til|through|thru|直到")),
    (Role.UNTIL, re.compile(r".*为止$")),
    (Role.BY, re.compile(r"by\b|no later than|截[止至]|.*(?:之前|以前|前$)")),
    (Role.FROM, re.compile(r".*(?:起|开始)$|starting|from\b(?!.*\b(?:to|until|till|through)\b)")),
    (Role.BY, re.compile(r"within ")),
    (Role.FOR, re.compile(r"(?:for|over|during) ")),
)
_PUT_OFF = re.compile(r"\b(?:mov|push|postpon|delay|chang|reschedul|shift|extend|bump|brought|put|from)")


_BRINGS = re.compile(r"\b(?:bring|com|go|walk|pass|show|pop|swing|look)\w* (?:\w+ ){0,3}$")
"""Before it, "through" is a way and no end: "bringing a couple through tomorrow"."""


_PASSING_BY = re.compile(
    r"\b(?:pass|drop|stop|swing|com|pop|go|call|nip|fly)(?:e|es|s|ping|ing|py)? by (?:on |at |this |the )*$"
)


def role_of(low: str, start: int, stop: int) -> Role:
    """What the time at ``low[start:stop]`` is, by its own words and those on either side."""
    phrase, left, right = low[start:stop], low[max(0, start - 48) : start], low[stop : stop + 24]
    if _PASSING_BY.search(left):
        return Role.AT
    if phrase.startswith("through") and _BRINGS.search(left):
        return Role.AT
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
