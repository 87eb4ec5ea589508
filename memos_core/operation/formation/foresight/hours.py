"""Hours that people say without am, pm or a day: "I've got a call at 5", "we're meeting at half six"."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo

from memos_core.operation.formation.foresight.english_cues import EVENT_WORD
from memos_core.operation.formation.foresight.roles import Role, Time
from memos_core.operation.formation.temporal import Granularity

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER = rf"(?P<number>1[0-2]|[1-9]|{'|'.join(_WORDS)})"
_HOUR = re.compile(
    rf" (?P<lead>at|by) (?:(?P<half>half (?:past )?)|(?P<to>quarter to )"
    rf"|(?P<past>quarter past ))?{_NUMBER}(?:[.:](?P<minute>[0-5]\d))?(?:ish| o'?clock)?"
    r"(?=[,.;!?)]|$| (?:so|and|but|with|for|at|in|about|to|then|because|sharp|latest|on (?:(?:mon|tues|wednes|thurs"
    r"|fri|satur|sun)day|the \d+[a-z]*))\b)"
    r"(?! (?:and a half|in a row|to one))(?!\.\d)"
)
_HAPPENS = re.compile(
    r"\b(?:i've got|we've got|i've a|we've a|i have|we have|got|there's|i'm|we're|he's|she's|they're|deadline|due"
    r"|back|be (?:home|there|in|out|ready)"
    r"|picking|meeting|seeing)\b"
)
_PAST_OR_HABIT = re.compile(
    r"\b(?:was|were|had|did|went|woke|came|left|got (?:up|home|in|back)|yesterday|last|ago|used to|every|usually|always"
    r"|normally|opens?|closes?|aged?|i'm looking|looking at|working (?:on|at)|[a-z]{3,}ed)\b"
)
_REACH = 48
"""Characters before it in which stands what takes place."""
_EARLY, _LATE = 7, 22
"""Hours that people mean when they say neither am nor pm."""


def names_an_hour(low: str) -> bool:
    """Whether a text in lower case names such an hour."""
    return (" at " in low or " by " in low) and _HOUR.search(low) is not None


def hours(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    """The bare hours of what takes place today, or tomorrow when that hour is over.

    Args:
        low: The message in lower case.
        at: When it was said.
        zone: The speaker's.
    """
    if " at " not in low and " by " not in low:
        return
    for match in _HOUR.finditer(low):
        before = re.split(r"[.!?;\n]|, ", low[max(0, match.start() - _REACH) : match.start()])[-1]
        if _PAST_OR_HABIT.search(before):
            continue
        if not (_HAPPENS.search(before) or EVENT_WORD.search(before)):
            continue
        begin = _next(match, at, zone)
        role = Role.BY if match["lead"] == "by" or re.search(r"\b(?:due|deadline)\b", before) else Role.AT
        yield Time(
            start=match.start("lead"),
            stop=match.end(),
            role=role,
            begin=begin,
            end=begin + timedelta(hours=1),
            granularity=Granularity.HOUR,
        )


def _next(match: re.Match[str], at: datetime, zone: tzinfo) -> datetime:
    """The next such hour between morning and night."""
    number = match["number"]
    hour = _WORDS.index(number) + 1 if number in _WORDS else int(number)
    minutes = 30 if match["half"] else 15 if match["past"] else -15 if match["to"] else int(match["minute"] or 0)
    local = at.astimezone(zone)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    found = [today + timedelta(days=day, hours=hour % 12 + half, minutes=minutes) for day in (0, 1) for half in (0, 12)]
    return next(one for one in found if one > local and _EARLY <= one.hour <= _LATE).astimezone(UTC)
