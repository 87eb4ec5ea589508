"""English: which clauses speak of something to come, owed, temporary or forbidden for a while."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight import english_cues as cues
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.english_bans import is_long, restriction
from memos_core.operation.formation.foresight.english_duties import commitment, is_arrival, owed
from memos_core.operation.formation.foresight.english_states import held
from memos_core.operation.formation.foresight.lasting import DAYS, holds_now, until_event
from memos_core.operation.formation.foresight.own import is_dated_event, is_order, of_the_world
from memos_core.operation.formation.foresight.plain import without_asides
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.tense import tense_at
from memos_core.operation.formation.temporal.values import Tense

PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT


def drafts(clause: Clause) -> Iterator[Draft]:
    """What an English clause says of the time to come, with its own times only."""
    low, bare = clause.low, clause.bare
    if clause.unreal or cues.EXASPERATED.search(low) or cues.THEY_SAY.match(low):
        return
    if clause.asked:
        yield from _presupposed(clause)
        return
    clause = _with_subject(clause)
    bare = clause.bare
    if cues.SECOND.match(low):
        if cues.YOU_RECEIVE.search(bare) and any(time.role in (Role.BY, Role.BEFORE) for time in clause.times):
            yield commitment(clause, _dates(clause), 0.8)
        return
    if cues.PROMISE.search(bare) and not cues.DOCTOR.search(bare) and (debt := owed(clause)) is not None:
        yield debt
        return
    found = list(held(clause))
    yield from found
    if (banned := restriction(clause, found)) is not None:
        yield banned
        return
    if found or _unreal(low) or _ON_A_DAY.search(low) or of_the_world(clause):
        return
    if (debt := owed(clause)) is not None:
        yield debt
        return
    if (
        (cues.HABIT.search(bare) is None or _course(clause))
        and not cues.SMALL_TALK.search(bare)
        and not cues.WEATHER.search(bare)
    ):
        yield from _ahead(clause)


def is_idle(clause: Clause) -> bool:
    """Whether a clause is hearsay, small talk, or about the hearer, the weather or the world."""
    low = clause.low
    return (
        cues.THEY_SAY.match(low) is not None
        or cues.SECOND.match(low) is not None
        or cues.WEATHER.search(low) is not None
        or cues.SMALL_TALK.search(clause.bare) is not None
        or of_the_world(clause)
    )


_ON_A_DAY = re.compile(r"\b(?:on|of|for) an? (?:~|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|\baway from ~")
"""Of no certain day: "Cold beer on a Friday"; a distance from one."""


def _course(clause: Clause) -> bool:
    """Whether what recurs has a first and a last day ahead: "Pottery on Thursdays from 2 October to 27 November"."""
    return any(time.granularity is Granularity.RANGE and time.begin > clause.at for time in clause.times)


_BAN = re.compile(r"^(?:(?:a|the|there's a|we've a|we have a) )?(?:[a-z-]+ ){0,3}ban\b")
_OFF_TO = re.compile(r"(?:[a-z]+ )?(?:off|away) to [a-z]")


def _with_subject(clause: Clause) -> Clause:
    """With "I'm" before what is said without it: "Working nights this week", "Off sick until Monday"."""
    if re.match(
        r"(?:will|must|need to|have to|gotta|got to|can't|cannot|promised|agreed|owe|gave up|signed up) ", clause.bare
    ):
        return replace(clause, bare=f"i {clause.bare}")
    if " me " in clause.bare and (told := cues.HAS_ME.match(clause.bare)):
        return replace(clause, bare=f"i'm {clause.bare[told.end() :]}")
    if cues.UNDERGONE.match(clause.bare):
        return replace(clause, bare=f"i'm {clause.bare}")
    if _OFF_TO.match(clause.bare):
        return replace(clause, bare=f"i'm {clause.bare}")
    if not (cues.ELLIPTIC.match(clause.bare) or cues.GOING_ON.match(clause.bare)) or cues.GERUND_SUBJECT.search(
        clause.bare
    ):
        return clause
    return replace(clause, bare=f"i'm {clause.bare}")


def _unreal(low: str) -> bool:
    return cues.UNREAL.search(low) is not None and cues.PAST_PROMISE.search(low) is None


def _presupposed(clause: Clause) -> Iterator[Draft]:
    """Of "What should I pack for my trip to Oslo next week?": the question takes the trip for granted."""
    if _dates(clause) and cues.REMIND.search(clause.low):
        yield Draft(
            kind=COMMITMENT if " to " in clause.low else PLAN, clause=clause, times=clause.times, confidence=0.7
        )
    elif (
        cues.POSSESSED.search(clause.bare)
        and _dates(clause)
        and not re.match(r"(?:should|when|is|will|are|did|was|has) ", clause.low)
    ):
        due = "deadline" in clause.bare
        yield Draft(kind=COMMITMENT if due else PLAN, clause=clause, times=clause.times, confidence=0.6, due=due)


def _dates(clause: Clause) -> list[Time]:
    return [time for time in clause.times if time.ahead and time.role is not Role.FOR]


def _bounds(times: Sequence[Time]) -> list[Time]:
    return [time for time in times if time.role in (Role.UNTIL, Role.FOR)]


_SHORT = frozenset({Granularity.DAY, Granularity.PART_OF_DAY, Granularity.HOUR, Granularity.MINUTE})


def _ahead(clause: Clause) -> Iterator[Draft]:
    """A plan, or a state that holds until something."""
    bare, dates, bounds = clause.bare, _dates(clause), _bounds(clause.times)
    banned = _BAN.search(bare) is not None
    if not clause.times and until_event(clause) and (banned or holds_now(clause)) and not cues.NEGATED.search(bare):
        yield Draft(kind=CONSTRAINT if banned else STATE, clause=clause, times=(), days=DAYS, confidence=0.6)
        return
    if cues.NEGATED.search(bare):
        if (cues.NOT_THERE.search(bare) and (bounds or any(is_long(time) for time in dates))) or _withheld(clause):
            yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.8)
        return
    past = cues.WAS.search(bare) is not None
    bounds = [time for time in bounds if time.role is Role.UNTIL or _said_for(clause, time)]
    if bounds and not past and _lasts(clause):
        kind = CONSTRAINT if cues.CURBED.search(bare) else STATE
        yield Draft(kind=kind, clause=clause, times=clause.times, confidence=0.8)
        return
    if not dates or _is_how_today_is(clause, dates) or re.match(r"(?:please |do |and |so )*come\b", clause.low):
        return
    certain = cues.COMING.search(bare) or (
        cues.ARRANGED.search(bare) and not re.search(r"\b(?:was|were) (?!moved|postponed|rescheduled|pushed)", bare)
    )
    progressive = cues.PROGRESSIVE.search(bare) or cues.SETS_OFF.match(bare)
    now = [
        time
        for time in dates
        if time.role is Role.AT and (is_long(time) if cues.HERE.search(bare) else time.granularity not in _SHORT)
    ]
    if (
        not past
        and now
        and not certain
        and not (progressive and cues.TRAVELS.search(bare) and not (_DOING.search(bare) and _running_now(clause, now)))
        and not (cues.EVENT_WORD.search(bare) and all(time.granularity in _SHORT for time in now))
        and (cues.HERE.search(bare) or cues.AM_A.search(bare) or progressive or _running(clause, now))
    ):
        yield Draft(kind=STATE, clause=clause, times=clause.times, confidence=0.7, begins_later=True)
        return
    if certain or (
        not past
        and (
            progressive
            or cues.HAVING.search(bare)
            or cues.COPULA.search(bare)
            or cues.DAY_IS.match(bare)
            or cues.HERE.search(bare)
            or cues.TIMETABLE.search(bare)
        )
    ):
        times = tuple(replace(time, role=Role.AT) if is_arrival(clause, time) else time for time in clause.times)
        yield Draft(kind=PLAN, clause=clause, times=times, confidence=0.9 if certain else 0.8)
    elif (
        not past
        and not _told(clause)
        and (
            cues.EVENT_WORD.search(bare) or cues.PRESENT.match(bare) or _heads(clause) or is_dated_event(clause, dates)
        )
    ):
        yield Draft(kind=PLAN, clause=clause, times=clause.times, confidence=0.7)


_DOING = re.compile(
    r"\b(?:i'm|we're|he's|she's|they're|i am|we are) (?:[a-z]+ )?doing (?!it\b|that\b|the\b|a\b|an\b|my\b)"
)


def _running_now(clause: Clause, now: Sequence[Time]) -> bool:
    """Whether the week or month it names has begun: "I'm doing lates this week"."""
    return all(time.begin <= clause.at for time in now)


def _running(clause: Clause, now: Sequence[Time]) -> bool:
    """Whether somebody is had by something for a stretch that has begun: "jury duty has me for the next two weeks"."""
    begun = any(time.granularity is Granularity.RANGE and time.begin <= clause.at for time in now)
    return begun and re.search(r"\b(?:have|has|got|have got|keeps?|'s got|'ve got)\b", clause.bare) is not None


_HOW = re.compile(
    r"(?:\b(?:is|are|am|feels?|looks?|seems?|smells?|tastes?)|'s|'m|'re) (?:(?:a|an|so|really|very|bit|just|pretty"
    r"|proper|absolutely|actual|total"
    r"|still|all|such|too|quite) )*(?!(?:on|at|in|off|out|up|due|home|back|away|here|there|down|over|with|set|booked"
    r"|scheduled|coming|going)\b)"
    r"(?![a-z]+ing\b)[a-z]+ ~+(?: |$|,)"
)


def _is_how_today_is(clause: Clause, dates: Sequence[Time]) -> bool:
    """Whether it says how something is today, which is no plan: "the coffee's terrible today"."""
    if any(time.granularity not in (Granularity.DAY, Granularity.PART_OF_DAY) for time in dates):
        return False
    return _HOW.search(clause.bare) is not None and all(time.begin <= clause.at + _A_DAY for time in dates)


_A_DAY = timedelta(hours=12)
_MIND = re.compile(
    r"n't (?:\w+ )?(?:know|think|decide|believe|care|mind|remember|understand|matter|see|find out|hear|panic|worry"
    r"|tell)\b"
    r"|\bnot (?:sure|certain|long|just|only|even|bad|until|till)\b"
)


def _withheld(clause: Clause) -> bool:
    """Whether something is said not to be so until a day: "the new job doesn't pay until 30 April"."""
    until = any(time.role is Role.UNTIL and is_long(time) and time.end > clause.at for time in clause.times)
    return until and _MIND.search(clause.bare) is None and cues.OWED.search(clause.bare) is None


def _heads(clause: Clause) -> bool:
    """Whether it is a note without a verb: "Coldplay at Wembley on 22 June"."""
    return cues.FRAGMENT.match(clause.bare) is not None and cues.VERB.search(clause.bare) is None


def _told(clause: Clause) -> bool:
    """Whether its verb is in a past tense; what a colon announces is told by none: "they gave us a date: 17 June"."""
    low = without_asides(clause.low)
    return not _ANNOUNCED.search(clause.bare) and any(
        tense_at(low, time.start - clause.start, time.stop - clause.start) in (Tense.PAST, Tense.PERFECT)
        for time in clause.times
    )


_ANNOUNCED = re.compile(r": ?(?:it's |on )?~")


def _said_for(clause: Clause, time: Time) -> bool:
    """Whether a duration is said with "for" or the like, and is no measure of a thing ("two-week sprints")."""
    start = time.start - clause.start
    said = clause.low[max(0, start - 4) : start + 12]
    return re.search(r"\b(?:for|another|next|more|least|this)\b", said) is not None


def _lasts(clause: Clause) -> bool:
    """Whether its verb speaks of something going on now: "I'm in Athens until Sunday", "we have guests for a week"."""
    bare = clause.bare
    until = any(time.role is Role.UNTIL for time in clause.times)
    if cues.COMING.search(cues.GOES_ON.sub("", bare)):
        return False
    if cues.PROGRESSIVE.search(bare) and cues.TRAVELS.search(bare) and not until:
        return False
    if until:
        over = _told(clause) and not _TILL_THEN.search(bare)
        return not (over or _SHIFTS.search(bare) or is_order(clause))
    return bool(cues.PROGRESSIVE.search(bare) or cues.HERE.search(bare) or cues.HAVING.search(bare))


_TILL_THEN = re.compile(
    r"\b(?:have|has|'ve|'s|borrow\w*|lent|rent\w*|book\w*|put|sign\w*|got|told|ban\w*|took|taken|mov\w*|gave|left"
    r"|pull\w*|camped|stuck"
    r"|hired|grounded|suspended|barred|posted|sent|loaned|swapped|squeezed|stationed|closed|shut)\b|'(?:ve|s|re|m)\b"
)
"""Done in the past, it holds until then: "she borrowed my car until Friday", but not "I sat there until Monday"."""
_SHIFTS = re.compile(
    r"\b(?:moved|postponed|rescheduled|pushed|shifted|delayed|extended|deferred|put (?:\w+ ){0,3}(?:off|back)|wait"
    r"|counting"
    r"|to go|days? left|weeks? left|sleeps?|deadline|due)\b"
)
"""Tells until when something is put off or awaited, and not how long it lasts."""
