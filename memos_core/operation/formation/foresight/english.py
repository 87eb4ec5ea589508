"""English: which clauses speak of something to come, owed, temporary or forbidden for a while."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight import english_cues as cues
from memos_core.operation.formation.foresight.clauses import BLOT, Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.english_duties import commitment, is_arrival, owed
from memos_core.operation.formation.foresight.lasting import DAYS, holds_now, until_event
from memos_core.operation.formation.foresight.lexicon import Found, Group, states
from memos_core.operation.formation.foresight.own import is_dated_event, is_order, of_the_world
from memos_core.operation.formation.foresight.purse import is_capped
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.tense import tense_at
from memos_core.operation.formation.temporal.values import Tense

PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT


def drafts(clause: Clause) -> Iterator[Draft]:
    """What an English clause says of the time to come, with its own times only."""
    low, bare = clause.low, clause.bare
    if clause.unreal or cues.EXASPERATED.search(low):
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
    found = list(_states(clause))
    yield from found
    if (restriction := _restriction(clause, found)) is not None:
        yield restriction
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


_ON_A_DAY = re.compile(r"\b(?:on|of|for) an? (?:~|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|\baway from ~")
"""Of no certain day: "Cold beer on a Friday"; a distance from one."""


def _course(clause: Clause) -> bool:
    """Whether what recurs has a first and a last day ahead: "Pottery on Thursdays from 2 October to 27 November"."""
    return any(time.granularity is Granularity.RANGE and time.begin > clause.at for time in clause.times)


def _with_subject(clause: Clause) -> Clause:
    """With "I'm" before what is said without it: "Working nights this week", "Off sick until Monday"."""
    if re.match(
        r"(?:will|must|need to|have to|gotta|got to|can't|cannot|promised|agreed|owe|gave up|signed up) ", clause.bare
    ):
        return replace(clause, bare=f"i {clause.bare}")
    if cues.UNDERGONE.match(clause.bare):
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


def _states(clause: Clause) -> Iterator[Draft]:
    bare = clause.bare
    if cues.UNREAL.search(bare) or cues.LONG_AGO.search(bare) or cues.THEY_SAY.match(bare):
        return
    ahead = any(time.ahead for time in clause.times)
    for found in states(bare, chinese=False):
        coming = cues.COMING.search(bare[: found.start]) is not None
        if (ahead or not (coming or _at_another_time(found, bare))) and not _denied(found, clause):
            length, topic = _usual(found, clause)
            yield Draft(
                kind=found.entry.kind,
                clause=clause,
                times=clause.times,
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


def _restriction(clause: Clause, found: Sequence[Draft]) -> Draft | None:
    low, bare = clause.low, clause.bare
    if is_capped(clause):
        return Draft(
            kind=CONSTRAINT,
            clause=clause,
            times=clause.times,
            topic="money budget",
            days=30,
            group=Group.MONEY,
            confidence=0.7,
        )
    forbids = cues.FORBIDS.search(bare) is not None and cues.CANT_IDIOM.search(bare) is None
    if any(draft.kind is CONSTRAINT or draft.group is Group.HOME for draft in found) or (
        cues.WAS.search(bare) and cues.WAS.search(_REASON.sub("", bare)) and not cues.ADVISED.search(bare)
    ):
        return None
    if cues.LONG_AGO.search(bare) or cues.UNREAL.search(re.sub(r"\bcould only\b|\breckons?\b", "", bare)):
        return None
    held = [time for time in clause.times if time.role in _ENDS and (time.role is not Role.BEFORE or _long(time))] or [
        time
        for time in clause.times
        if time.role is Role.AT and (time.begin <= (time.told or (time.begin,))[0] and _long(time))
    ]
    if not forbids and cues.ABSTAINS.search(bare) and (held or cues.WHILE_ON.search(bare)):
        forbids = True
        if cues.PROGRESSIVE.search(bare) and not held and not cues.WHILE_ON.search(bare):
            return None
    if re.match(r"(?:please )?(?:do not|don't|never)\b", bare) or _LACKS.search(bare):
        return None
    if not forbids or (cues.HABIT.search(bare) and not held):
        return None
    medical = cues.DOCTOR.search(low) is not None
    if held or (clause.times and cues.ACTIVITY.search(bare)) or medical or cues.WHILE_ON.search(bare):
        return Draft(
            kind=CONSTRAINT,
            clause=clause,
            times=_since(clause),
            days=14 if medical else None,
            confidence=0.9 if held else 0.7,
            linked=not _bounds(clause.times),
        )
    return _unbounded(clause)


def _since(clause: Clause) -> tuple[Time, ...]:
    """Its times, the day of what brought it about as past: "for six weeks after the operation I had on Monday"."""
    reason = _REASON.search(clause.low)
    if reason is None or not cues.WAS.search(reason.group()):
        return clause.times
    return tuple(
        replace(time, role=Role.PAST, begin=time.told[0], end=time.told[1])
        if time.told and time.told[1] <= clause.at and time.start - clause.start >= reason.start()
        else time
        for time in clause.times
    )


def _unbounded(clause: Clause) -> Draft | None:
    """A restriction of which nothing says how long it holds; mostly it rests on a state."""
    bare = clause.bare
    if until_event(clause):
        return Draft(kind=CONSTRAINT, clause=clause, times=(), days=DAYS, confidence=0.6, linked=True)
    acts = cues.ACTIVITY.search(bare) is not None
    if not acts and not cues.MUST_NOT.search(bare) and not _CANNOT.match(bare):
        return None
    days = 30 if _NOT_EATEN.search(bare) else None
    return Draft(kind=CONSTRAINT, clause=clause, times=(), days=days, confidence=0.6, linked=True, leans=not acts)


_CANNOT = re.compile(
    r"(?:and |so )*(?:(?:i|we) )?(?:can't|cannot|can not|(?:am|'m|are|'re) not able to) [a-z]{3,} (?:the|my|our|any|a) "
)
_NOT_EATEN = re.compile(
    r"\b(?:can't|cannot|mustn't|must not|not (?:meant|supposed|allowed) to) (?:have|eat|drink|take|touch|do) (?:any )?"
    r"(?:caffeine|alcohol|dairy|sugar|gluten|red meat|pork|beef|carbs|salt|eggs|wheat|lactose|soy|grapefruit"
    r"|ibuprofen|aspirin|onions?|garlic|solids|spicy food)\b(?! (?:without|that|after|before|again))"
)
"""What somebody has to do without, for a reason that is not said."""
_REASON = re.compile(r"\b(?:after|since|following|because|due to|thanks to|now that)\b.*$")
"""What brought a restriction about is past, the restriction is not: "for six weeks after the surgery I had"."""
_LACKS = re.compile(
    r"n't have (?:any |an? |much |many )?(?:plans?|time|clue|idea|choice|problem|anything|work"
    r"|school|class)\b"
)
"""Forbids nothing: "I don't have plans for New Year's"."""
_ENDS = frozenset({Role.UNTIL, Role.FOR, Role.BEFORE})
_SHORT = frozenset({Granularity.DAY, Granularity.PART_OF_DAY, Granularity.HOUR, Granularity.MINUTE})


def _long(time: Time) -> bool:
    return time.granularity not in (Granularity.HOUR, Granularity.MINUTE)


def _ahead(clause: Clause) -> Iterator[Draft]:
    """A plan, or a state that holds until something."""
    bare, dates, bounds = clause.bare, _dates(clause), _bounds(clause.times)
    if not clause.times and until_event(clause) and holds_now(clause) and not cues.NEGATED.search(bare):
        yield Draft(kind=STATE, clause=clause, times=(), days=DAYS, confidence=0.6)
        return
    if cues.NEGATED.search(bare):
        if (cues.NOT_THERE.search(bare) and (bounds or any(_long(time) for time in dates))) or _withheld(clause):
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
        if time.role is Role.AT and (_long(time) if cues.HERE.search(bare) else time.granularity not in _SHORT)
    ]
    if (
        not past
        and now
        and not certain
        and not (progressive and cues.TRAVELS.search(bare))
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
    until = any(time.role is Role.UNTIL and _long(time) and time.end > clause.at for time in clause.times)
    return until and _MIND.search(clause.bare) is None and cues.OWED.search(clause.bare) is None


def _heads(clause: Clause) -> bool:
    """Whether it is a note without a verb: "Coldplay at Wembley on 22 June"."""
    return cues.FRAGMENT.match(clause.bare) is not None and cues.VERB.search(clause.bare) is None


def _told(clause: Clause) -> bool:
    """Whether its verb is in a past tense; what a colon announces is told by none: "they gave us a date: 17 June"."""
    return not _ANNOUNCED.search(clause.bare) and any(
        tense_at(clause.low, time.start - clause.start, time.stop - clause.start) in (Tense.PAST, Tense.PERFECT)
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


def blank(text: str) -> bool:
    """Whether nothing but times and marks is in it."""
    return not text.replace(BLOT, "").strip(" ,.;:-")
