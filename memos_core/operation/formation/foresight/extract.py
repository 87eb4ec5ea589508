"""From a message to its foresight: what lies ahead of its people, what they owe, and what holds for a while."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from memos_core.domain.engram import Evidence, Foresight, ForesightKind, ForesightStatus, IntervalSource, Message
from memos_core.operation.formation.foresight import chinese, english, wording
from memos_core.operation.formation.foresight.clauses import BLOT, Clause, clauses
from memos_core.operation.formation.foresight.closing import Ending, closes
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.lexicon import Group, names_a_state
from memos_core.operation.formation.foresight.periods import period
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.scanning import fold, worth_reading

PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT
_HORIZON = timedelta(days=3 * 366)
"""What is said to come later than that is a dream, or a misread number."""
_BODILY = frozenset({Group.ILLNESS, Group.INJURY, Group.TREATMENT})
_FINE = frozenset({Granularity.DAY, Granularity.PART_OF_DAY, Granularity.HOUR, Granularity.MINUTE})
_CUSTOM = re.compile(r"\b(?:ramadan|lent|passover|fast|detox|cleanse)\b|斋月|斋戒")
_BOUNDS = frozenset({Role.UNTIL, Role.FOR, Role.BY, Role.BEFORE})
_RESUMES = re.compile(
    r"^(?:and |so |but |then )*(?:it|that|this|they|the (?:doctor|doc|cast|course|treatment|dose|plan"
    r"|physio|surgeon|dentist|mechanic|garage|whole|recovery|trip|leave|shift|fast|diet|repair|boot"
    r"|prescription|plaster)|i'll|i will|i'm|i am|i have|i've|we'll|we're|she|he|doctor|should|will"
    r"|back|for|until|till|about"
    r"|supposed|expected|nothing|no|not|can't|my (?:doctor|cast|leave)|have to|need|got to|at least"
    r"|probably|only|just)\b"
    r"|^(?:要|得|还|大概|至少|预计|估计|医生|大夫|待|呆|住|休|一共|总共|到|直到|为期|先|起码|可能|需要|期间|差不多|前后|疗程|说|持续|恢复|说是|吃|打|戴|养"
    r"|[\d一二三四五六七八九十两半几~])"
)


_SPEAKS = re.compile(
    r"promis|\bi owe\b|\b(?:i|we)(?:'ll| will|’ll)\b.*\byou\b|\bdoctor|physio|dentist|surgeon|\bgp\b"
    r"|while i'?m|for now|at the moment|payday|paycheck|deadline"
    r"|答应|保证|承诺|给你|发你|医生|大夫|期间|这段|只能|不能|别"
    r"|\b(?:can't|cannot|not allowed|no)\b.*\b(?:eat|drink|run|drive|exercise|alcohol|food|lift|restaurants?|spend)",
    re.IGNORECASE,
)
"""What counts without a date."""


def _may_tell(text: str) -> bool:
    """Whether a rule may apply: the message names a time, a temporary thing, or a promise."""
    low = fold(text)
    return worth_reading(low) or names_a_state(low) or _SPEAKS.search(low) is not None


def extract(message: Message, before: Sequence[Message], zone: tzinfo) -> list[Foresight]:
    """See ``extract_foresight``."""
    if message.role.lower() in ("assistant", "system", "tool", "ai", "developer") or not _may_tell(message.text):
        return []
    found = _drafts(message, zone)
    if not found:
        return []
    found = _linked(found, _clauses(message, zone), message, before, zone)
    made: list[Foresight] = []
    earlier = [message.who for message in before]
    for draft in found:
        who = wording.subject(message, draft.clause, _spoken_of(message, draft.clause, before, zone, earlier))
        if who is None and draft.moved:
            who = message.who  # "they moved my appointment"
        one = None if who is None else _foresight(message, draft, who, zone)
        if one is not None and not any(_repeats(one, other) for other in made):
            made.append(one)
    return made


def _clauses(message: Message, zone: tzinfo) -> list[Clause]:
    return clauses(message.text, message.at, zone)


def _drafts(message: Message, zone: tzinfo) -> list[Draft]:
    found: list[Draft] = []
    for clause in _clauses(message, zone):
        if not clause.times and not names_a_state(clause.bare) and not _SPEAKS.search(clause.low):
            continue
        said = list(chinese.drafts(clause) if clause.chinese else english.drafts(clause))
        ends = closes(clause) if said else None
        kept = [draft for draft in said if ends is None or _survives(draft, ends, message.at)]
        found += [_moved(draft) for draft in kept] if ends is not None and ends.moved else kept
    return found


def _survives(draft: Draft, ends: Ending, at: datetime) -> bool:
    """Whether a clause that ends something still says what the draft makes of it."""
    if ends.status is ForesightStatus.CANCELLED:
        return ends.moved and any(time.ahead and time.begin > at for time in draft.times)
    if draft.group in _BODILY and not ends.groups and not ends.happened and _told_past(draft):
        return True
    if draft.kind is COMMITMENT:
        return not ends.delivers
    return draft.kind is PLAN and any(time.ahead and time.begin > at for time in draft.times)


def _moved(draft: Draft) -> Draft:
    """With the new date only: "moved from Tuesday to Thursday"."""
    rest = tuple(time for time in draft.times if time.role is not Role.FROM)
    return replace(draft, times=rest or draft.times, moved=True)


def _spoken_of(
    message: Message, clause: Clause, before: Sequence[Message], zone: tzinfo, speakers: Sequence[str]
) -> list[str]:
    """Who was spoken of before the clause, oldest first."""
    if not re.match(r"(?:[a-z']+,? )*(?:he|she|they)\b", clause.low):
        return []
    found: list[str] = []
    for earlier in (*before, message):
        for other in _clauses(earlier, zone):
            if earlier is message and other.start >= clause.start:
                break
            name = wording.subject(earlier, other, ())
            if name is not None and name != earlier.who:
                found.append(name)
    return found


# ── clauses that need their neighbours ──────────────────────────────────────────────────────────


def _linked(
    found: Sequence[Draft], spoken: Sequence[Clause], message: Message, before: Sequence[Message], zone: tzinfo
) -> list[Draft]:
    """The drafts with the bounds that stand beside them: "it will be in a cast until May", "while I'm on it"."""
    known = [_customary(_extended(draft, spoken, found), found) for draft in found]
    lent = {time for draft, plain in zip(known, found, strict=True) for time in draft.times[len(plain.times) :]}
    made: list[Draft] = []
    for draft in known:
        if draft.kind is STATE and draft.group is None and draft.times and lent.issuperset(draft.times):
            continue  # said to tell how long the state before it lasts
        if draft.linked:
            other = _beside(draft, known) or _earlier_state(message, before, zone)
            if other is not None and not _bounded(draft.times):
                draft = replace(
                    draft,
                    times=(*draft.times, *other.times),
                    days=other.days or draft.days,
                    confidence=draft.confidence,
                )
            elif not draft.times and draft.days is None:
                continue
        made.append(draft)
    return _joined(made)


def _customary(draft: Draft, found: Sequence[Draft]) -> Draft:
    """A fast or diet that another clause dates: "It's Ramadan until 9 April, so I'm fasting"."""
    if draft.group is not Group.DIET or draft.times:
        return draft
    dated = any(_CUSTOM.search(one.clause.low) and one.times for one in found if one.clause is not draft.clause)
    return replace(draft, linked=dated)


def _bounded(times: Sequence[Time]) -> bool:
    return any(time.role in _BOUNDS for time in times)


def _extended(draft: Draft, spoken: Sequence[Clause], found: Sequence[Draft]) -> Draft:
    """With the bound of the next clause, for a state without one."""
    if draft.kind in (COMMITMENT,) or _bounded(draft.times):
        return draft
    place = next(i for i, clause in enumerate(spoken) if clause.start == draft.clause.start)
    for clause in spoken[place + 1 : place + 3]:
        times = tuple(time for time in clause.times if time.ahead and (time.role in _BOUNDS or draft.kind is PLAN))
        rival = any(
            other.clause.start == clause.start
            and (other.group not in (None, draft.group) or other.kind in (PLAN, COMMITMENT))
            and draft.kind is not PLAN
            for other in found
        )
        if draft.kind is PLAN and not _same_journey(draft.clause, clause):
            return draft
        if (
            times
            and not rival
            and not clause.asked
            and (_RESUMES.match(clause.bare) or _RESUMES.match(clause.low) or draft.kind is PLAN)
        ):
            return replace(draft, times=(*draft.times, *times))
        if draft.kind is PLAN or (clause.times and not times):
            return draft
    return draft


def _same_journey(first: Clause, second: Clause) -> bool:
    """Whether the second tells of the end of the first: "Leaving Thursday, back on Monday"."""
    back = re.search(
        r"\b(?:back|return(?:ing|s)?|home|until|till|leaving again|fly(?:ing)? (?:back|home))\b|回来|返程|返回"
        r"|回程|回[京沪家国]|待到|玩[到\d一二三四五六七八九十两]|为期|待[\d一二三四五六七八九十两]|[一共]*[\d一二三四五六七八九十两]+天$",
        second.low,
    )
    lasts = any(time.role in (Role.FOR, Role.UNTIL) for time in second.times) and _RESUMES.match(second.bare)
    leaves = re.search(r"出发|启程", second.low)
    return bool(second.times) and bool(back or lasts or leaves)


def _beside(draft: Draft, known: Sequence[Draft]) -> Draft | None:
    """What a linked restriction rests on: the nearest item before it in the message, else after it."""
    place = known.index(draft)
    others = [*reversed(known[:place]), *known[place + 1 :]]
    return next((other for other in others if other.kind is not COMMITMENT and (other.times or other.days)), None)


def _earlier_state(message: Message, before: Sequence[Message], zone: tzinfo) -> Draft | None:
    """A state that the speaker told of in one of the messages before."""
    for earlier in reversed(before):
        if earlier.who != message.who:
            continue
        states = [draft for draft in _drafts(earlier, zone) if draft.kind in (STATE, CONSTRAINT) and not draft.linked]
        if states:
            return states[-1]
    return None


def _joined(found: Sequence[Draft]) -> list[Draft]:
    """Two drafts of one plan or one injury as one: the later clause only adds its bound."""
    made: list[Draft] = []
    for draft in found:
        last = made[-1] if made else None
        if (
            last is not None
            and last.kind is draft.kind is PLAN
            and _same_journey(last.clause, draft.clause)
            and last.clause.sentence == draft.clause.sentence
        ):
            continue
        made.append(draft)
    return made


# ── drafts to foresight ─────────────────────────────────────────────────────────────────────────


def _foresight(message: Message, draft: Draft, who: str, zone: tzinfo) -> Foresight | None:
    lasting = draft.kind in (STATE, CONSTRAINT)
    times = _relevant(draft, message, zone)
    if times is None:
        return None
    settled = period(times, message.at, zone, lasting=lasting, days=draft.days)
    if settled is None:
        return None
    when, source = settled
    if draft.due:
        when = replace(when, start=message.at)
    if when.end is None or when.end <= message.at or when.start - message.at > _HORIZON:
        return None
    kind = (
        PLAN
        if draft.kind is STATE and when.start > message.at and _tomorrow_or_later(when.start, message.at, zone)
        else draft.kind
    )
    topic = " ".join(dict.fromkeys(f"{draft.topic} {wording.topic(draft.clause, message.speaker)}".split()))
    topic = topic or " ".join(draft.clause.bare.replace(BLOT, " ").split()[-3:])
    return Foresight(
        subject=who,
        text=wording.sentence(message, draft.clause, times, when, zone),
        topic=topic,
        kind=kind,
        period=when,
        interval_source=source,
        observed_at=message.at,
        evidence=(
            Evidence(source=message.source, version=message.version, start=draft.clause.start, stop=draft.clause.stop),
        ),
        confidence=draft.confidence if source is IntervalSource.EXPLICIT else min(draft.confidence, 0.7),
    )


def _tomorrow_or_later(start: datetime, at: datetime, zone: tzinfo) -> bool:
    return start.astimezone(zone).date() > at.astimezone(zone).date()


def _relevant(draft: Draft, message: Message, zone: tzinfo) -> Sequence[Time] | None:
    """The times that bear on the draft; ``None`` when they say that it is over."""
    if draft.group in _BODILY and draft.days is not None:
        times = [replace(time, role=Role.SINCE) if _begins(time, message.at) else time for time in draft.times]
        draft = replace(draft, times=times)
    past = [
        time
        for time in draft.times
        if time.role is Role.PAST
        or (
            time.role is Role.AT
            and time.told
            and time.told[1] <= message.at
            and draft.group is not None
            and draft.group in (Group.INJURY, Group.ILLNESS, Group.TREATMENT)
            and _told_past(draft)
        )
    ]
    if not past or draft.kind in (PLAN, COMMITMENT):
        return [time for time in draft.times if time.role is not Role.PAST]
    bounded = any(time.role in (Role.UNTIL, Role.FOR) and time.end > message.at for time in draft.times)
    length = timedelta(days=draft.days or 0)
    onset = min((time.told or (time.begin, time.end))[0] for time in past)
    tolerance = length if draft.group in (Group.INJURY, Group.TREATMENT) else min(length, timedelta(days=4))
    if not bounded and onset + tolerance <= message.at:
        return None
    rest = [time for time in draft.times if time not in past]
    return [*rest, *(replace(time, role=Role.PAST) for time in past)]


def _begins(time: Time, at: datetime) -> bool:
    """Whether it says on which day something began: "today", "this morning"."""
    return time.role is Role.AT and time.granularity in _FINE and time.begin <= at < time.end


def _told_past(draft: Draft) -> bool:
    return (
        re.search(
            r"\b(?:broke|sprained|twisted|tore|pulled|strained|fractured|dislocated|injured|hurt|threw|caught"
            r"|got|came|had|started|put|tested|went|did|picked|ruptured|cracked|[a-z]+ed)\b|了",
            draft.clause.bare,
        )
        is not None
    )


def _repeats(one: Foresight, other: Foresight) -> bool:
    """Whether two items of one message are the same: one kind, one subject, one interval, common words."""
    if one.kind is not other.kind or one.subject != other.subject:
        return False
    return one.evidence == other.evidence
