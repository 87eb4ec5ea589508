"""English: the illnesses, absences, diets and broken things that a clause says hold for a while."""

import re
from collections.abc import Iterator
from dataclasses import replace

from memos_core.operation.formation.foresight import english_cues as cues
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.lasting import DAYS, until_event
from memos_core.operation.formation.foresight.lexicon import Found, Group, states
from memos_core.operation.formation.foresight.times import Role, Time


def held(clause: Clause) -> Iterator[Draft]:
    """The temporary things of the tables that an English clause says somebody has."""
    bare = clause.bare
    if cues.UNREAL.search(bare) or cues.LONG_AGO.search(bare):
        return
    ahead = any(time.ahead for time in clause.times)
    for found in states(bare, chinese=False):
        coming = cues.COMING.search(bare[: found.start]) is not None
        if (ahead or not (coming or _at_another_time(found, bare))) and not _denied(found, clause):
            length, topic = _usual(found, clause)
            yield Draft(
                kind=found.entry.kind,
                clause=clause,
                times=_until_mended(clause) if found.entry.group is Group.HOME else clause.times,
                topic=topic,
                days=length,
                group=found.entry.group,
                confidence=0.85,
                begins_later=coming,
            )


def _at_another_time(found: Found, bare: str) -> bool:
    """Whether it is said of some time or of all times, not of now: "whenever I have a cold", "after the flu"."""
    before = bare[: found.start]
    return cues.HABIT.search(bare) is not None or cues.ELSEWHEN.search(before) is not None


_MENDS = re.compile(
    r"[,;] (?:but |and |so )?(?:the |an? |our |my |some |new )?(?:[a-z]+ )?(?:engineer|plumber|electrician|mechanic"
    r"|repairman|technician"
    r"|guy|bloke|man|someone|locksmith|roofer|glazier|part|parts|replacement|one)(?:'s| is| are)?[a-z ]* ~"
)


def _until_mended(clause: Clause) -> tuple[Time, ...]:
    """Its times, the day on which somebody comes to mend it as the end: "it's flooded, engineer on Monday"."""
    if _MENDS.search(clause.bare) is None:
        return clause.times
    return tuple(replace(time, role=Role.UNTIL) if time.role is Role.AT else time for time in clause.times)


_OFF = re.compile(r"\boff (?:the|my)\b")
"""Ends a course of pills, but is itself a diet: "off the booze for Lent"."""


def _denied(found: Found, clause: Clause) -> bool:
    """Whether the clause names the state without saying that it holds of somebody."""
    entry, bare, before = found.entry, clause.bare, clause.bare[: found.start]
    if cues.DENIED.search(_OFF.sub("", before) if entry.group is Group.DIET else before):
        return True
    if cues.WAS.search(bare) and not (entry.onset and cues.STRUCK.search(bare)):
        return True
    if cues.OF_YOU.search(before) or cues.OF_IT.match(found.words):
        return True
    if entry.group is Group.HOME and re.search(r"\b(?:can't|cannot|can|could) $", before):
        return True
    if cues.HAS_HAD.search(found.words) and not any(time.role is Role.SINCE for time in clause.times):
        return True  # "I've had the flu", once
    return entry.group is Group.ILLNESS and cues.THING.match(bare) is not None


def _usual(found: Found, clause: Clause) -> tuple[int | None, str]:
    """How many days it usually lasts, and its topic."""
    if found.entry.group is Group.INJURY and cues.BROKEN.search(clause.bare):
        return 56, f"{found.topic} cast"
    if found.entry.group is Group.TREATMENT and (weeks := cues.WEEKS_PREGNANT.search(clause.low)):
        return max(1, (40 - int(weeks[1])) * 7), found.topic
    if found.entry.days is None and until_event(clause):
        return DAYS, found.topic
    return found.entry.days, found.topic
