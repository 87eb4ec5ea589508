"""From a message to its foresight: what lies ahead of its people, what they owe, and what holds for a while."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from memos_core.domain.engram import Evidence, Foresight, ForesightKind, ForesightStatus, IntervalSource, Message
from memos_core.operation.formation.foresight import answers, chinese, english, wording
from memos_core.operation.formation.foresight.clauses import BLOT, Clause, clauses
from memos_core.operation.formation.foresight.closing import Ending, closes
from memos_core.operation.formation.foresight.context import bygone, continuing, excused, taken_back
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.entries import ALWAYS
from memos_core.operation.formation.foresight.hints import may_say, may_tell
from memos_core.operation.formation.foresight.lexicon import Group
from memos_core.operation.formation.foresight.likelihood import promising
from memos_core.operation.formation.foresight.linking import BODILY, FINE, linked, told_past
from memos_core.operation.formation.foresight.periods import period
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.foresight.weighing import weighed
from memos_core.operation.formation.temporal import Granularity

PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT
_HORIZON = timedelta(days=3 * 366)
"""What is said to come later than that is a dream, or a misread number."""


def extract(message: Message, before: Sequence[Message], zone: tzinfo) -> list[Foresight]:
    """See ``extract_foresight``."""
    if message.role.lower() in ("assistant", "system", "tool", "ai", "developer"):
        return []
    statement = answers.statement(message, before, zone)
    if statement is None:
        return _items(message, before, zone) if may_tell(message.text) else []
    question = before[-1]
    said = Evidence(source=message.source, version=message.version, start=0, stop=len(message.text))
    asked = Evidence(source=question.source, version=question.version, start=0, stop=len(question.text))
    items = _items(replace(message, text=statement), before, zone)
    return [replace(item, evidence=(said, asked)) for item in items]


def _items(message: Message, before: Sequence[Message], zone: tzinfo) -> list[Foresight]:
    found = _drafts(message, zone)
    if not found:
        return []
    found = linked(found, _clauses(message, zone), message, lambda: _earlier_state(message, before, zone))
    made: list[Foresight] = []
    earlier = [message.who for message in before]
    for draft in found:
        told = draft.subject_of or draft.clause
        who = wording.subject(message, told, _spoken_of(message, told, before, zone, earlier))
        who = who or wording.mentioned(message, draft.clause.start)
        if who is None and (draft.moved or draft.kind is COMMITMENT or not _HE.match(told.low)):
            who = message.who  # "they moved my appointment"
        one = _foresight(message, draft, who, zone) if who else None
        if one is None:
            continue
        made += [each for each in _both(one, draft) if not any(_repeats(each, other) for other in made)]
    return made


_HE = re.compile(r"(?:[a-z']+,? )*(?:he|she)\b(?!.*\b(?:me|my|us|our|(?:wants?|needs?|expects?) (?:it|them|that))\b)")
_HOLDS_AND_RESTRICTS = frozenset({Group.INJURY, Group.ILLNESS, Group.DIET})
_RENOUNCES = re.compile(r"\b(?:off|without|giving|gave|given|give|no|not|fast\w*|ramadan|lent)\b|[戒断禁斋忌]")
"""Of diets, those that say what is not eaten only restrict; "doing keto" tells how somebody lives, too."""


def _both(item: Foresight, draft: Draft) -> list[Foresight]:
    """What holds and restricts at once as both: a cast, a diet is a state, and advice has to respect it."""
    if draft.group is Group.DIET and _RENOUNCES.search(draft.clause.bare):
        return [item]
    if item.kind is CONSTRAINT and draft.group in _HOLDS_AND_RESTRICTS and item.period.start <= item.observed_at:
        return [item, replace(item, kind=STATE)]
    return [item]


def _earlier_state(message: Message, before: Sequence[Message], zone: tzinfo) -> tuple[Draft, Message] | None:
    """The latest state that the speaker told of in one of the messages before."""
    for earlier in reversed(before):
        if earlier.who != message.who:
            continue
        states = [draft for draft in _drafts(earlier, zone) if draft.kind in (STATE, CONSTRAINT) and not draft.linked]
        if states:
            return states[-1], earlier
    return None


def _clauses(message: Message, zone: tzinfo) -> tuple[Clause, ...]:
    return clauses(message.text, message.at, zone)


def _drafts(message: Message, zone: tzinfo) -> list[Draft]:
    found = ruled(message, zone)
    return weighed(found, _clauses(message, zone)) if found or promising(message.text) else []


def ruled(message: Message, zone: tzinfo) -> list[Draft]:
    """What the rules make of a message."""
    found: list[Draft] = []
    heard: list[Clause] = []
    for clause in _clauses(message, zone):
        if found and taken_back(found[-1], heard[-1], clause):
            found = [draft for draft in found if draft.clause.start != heard[-1].start]
        read = excused(clause, heard[-1] if heard else None)
        if not bygone(read, heard) and may_say(read):
            said = list(chinese.drafts(read) if read.chinese else english.drafts(read))
            ends = closes(read) if said else None
            kept = [draft for draft in said if ends is None or _survives(draft, ends, message.at)]
            kept = [_moved(draft) for draft in kept] if ends is not None and ends.moved else kept
            found += [continuing(draft, heard, found, message.speaker) for draft in kept]
        heard.append(clause)
    return found


_NONE_OF_IT = re.compile(r"(?:so |and |but )*no (?!more\b|longer\b)|不能(?!.*取消)")
"""Forbids, in words that could also call something off: "no wine for me"."""
_BARRED = re.compile(r"\b(?:can't|cannot|can not) (?:fly|travel|go|run|join|attend)\b(?! .*\bcancel)")


def _is_barred(draft: Draft) -> bool:
    """Whether it says for how long somebody cannot: "the consultant says I can't fly for a month"."""
    bounded = any(time.role in (Role.UNTIL, Role.FOR) for time in draft.times)
    return bounded and _BARRED.search(draft.clause.low) is not None


def _survives(draft: Draft, ends: Ending, at: datetime) -> bool:
    """Whether a clause that ends something still says what the draft makes of it."""
    if draft.kind is CONSTRAINT and (_NONE_OF_IT.match(draft.clause.low) or _is_barred(draft)):
        return True
    if ends.status is ForesightStatus.CANCELLED:
        return ends.moved and any(
            time.ahead and (time.begin > at or (time.role is Role.UNTIL and time.end > at)) for time in draft.times
        )
    if draft.group in BODILY and not ends.groups and not ends.happened and told_past(draft):
        return True
    if draft.kind is COMMITMENT:
        return not ends.delivers
    return draft.kind in (PLAN, STATE) and any(
        time.ahead
        and (time.begin > at or (time.granularity is Granularity.RANGE and time.end > at))
        and (draft.kind is PLAN or time.role is Role.AT)
        for time in draft.times
    )


def _names(clause: Clause, time: Time) -> bool:
    """Whether a thing is called by its old date: "Tuesday's interview is now on Thursday"."""
    return clause.low[time.stop - clause.start :].startswith(("'s ", "的"))


_PUT_TO = re.compile(r"(?:改|推迟?|延[期后]?|挪|换|提前|顺延)[到至成在]")


def _moved(draft: Draft) -> Draft:
    """With the new date only: "moved from Tuesday to Thursday"."""
    clause = draft.clause
    verb = _PUT_TO.search(clause.low)
    late = tuple(time for time in draft.times if verb and time.start - clause.start >= verb.start())
    rest = late or tuple(time for time in draft.times if time.role is not Role.FROM and not _names(clause, time))
    rest = tuple(_on_that_day(time) for time in rest or draft.times)
    return replace(draft, times=rest, moved=True, begins_later=True)


def _on_that_day(time: Time) -> Time:
    """What is put off until a day takes place on it."""
    if time.role is not Role.UNTIL:
        return time
    return replace(time, role=Role.AT, begin=max(time.begin, time.end - timedelta(days=1)))


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
    if (when.end is None and draft.days != ALWAYS) or (when.end is not None and when.end <= message.at):
        return None
    if when.start - message.at > _HORIZON:
        return None
    kind = (
        PLAN
        if draft.kind is STATE
        and not _ON_LEAVE.search(draft.clause.bare)
        and "leave" not in draft.topic.split()
        and when.start > message.at
        and _tomorrow_or_later(when.start, message.at, zone)
        else draft.kind
    )
    topic = " ".join(dict.fromkeys(f"{draft.topic} {wording.topic(draft.clause, message.speaker)}".split()))
    if not topic and _IT.match(draft.clause.low):
        return None
    if who != message.who and who.lower() not in topic:
        called = re.sub("^.*的", "我", who) if draft.clause.chinese else who.lower()
        topic = f"{topic} {called}".strip()
    topic = topic or " ".join(draft.clause.bare.replace(BLOT, " ").split()[-3:])
    if not topic:
        return None  # "until Monday": of what, nobody says
    return Foresight(
        subject=who,
        text=wording.sentence(message, draft.clause, times, when, zone),
        topic=topic,
        kind=kind,
        period=when,
        interval_source=source,
        observed_at=message.at,
        evidence=_evidence(message, draft),
        confidence=draft.confidence if source is IntervalSource.EXPLICIT else min(draft.confidence, 0.7),
    )


_ON_LEAVE = re.compile(
    r"\bout of (?:the )?office\b|\booo\b|\boff work\b|\b(?:on|off on|taking|take|starting"
    r"|start) [^,;]{0,24}?(?:leave|pto|furlough|sabbatical)\b"
    r"|(?:休|请|放)[^，。]{0,4}假|停薪留职"
)
"""A state before it begins, too."""
_IT = re.compile(r"(?:it|that|this)(?:'s|'ll| is| will)\b|就?[是在]")
"""Begins what tells nothing of what it is about."""


def _evidence(message: Message, draft: Draft) -> tuple[Evidence, ...]:
    clause = draft.clause
    own = Evidence(source=message.source, version=message.version, start=clause.start, stop=clause.stop)
    return (own,) if draft.rests_on in (None, own) else (own, draft.rests_on)


def _tomorrow_or_later(start: datetime, at: datetime, zone: tzinfo) -> bool:
    return start.astimezone(zone).date() > at.astimezone(zone).date()


def _relevant(draft: Draft, message: Message, zone: tzinfo) -> Sequence[Time] | None:
    """The times that bear on the draft; ``None`` when they say that it is over."""
    if draft.group in BODILY and draft.days is not None:
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
            and told_past(draft)
            and not draft.begins_later
        )
    ]
    if not past or draft.kind in (PLAN, COMMITMENT):
        return [time for time in draft.times if time.role is not Role.PAST]
    if (
        draft.group in (Group.ABSENCE, Group.DUTY)
        and not _STARTS.search(draft.clause.bare)
        and len(past) == len(draft.times)
    ):
        return None
    bounded = any(time.role in (Role.UNTIL, Role.FOR) and time.end > message.at for time in draft.times)
    length = timedelta(days=draft.days or 0)
    onset = min((time.told or (time.begin, time.end))[0] for time in past)
    tolerance = length if draft.group in (Group.INJURY, Group.TREATMENT) else min(length, timedelta(days=4))
    if not bounded and onset + tolerance <= message.at:
        return None
    rest = [time for time in draft.times if time not in past]
    return [*rest, *(replace(time, role=Role.PAST) for time in past)]


_STARTS = re.compile(r"\b(?:start|began|begun|since|went on|left)|开始|起|刚")


def _begins(time: Time, at: datetime) -> bool:
    """Whether it says on which day something began: "today", "this morning"."""
    return time.role is Role.AT and time.granularity in FINE and time.begin <= at < time.end


def _repeats(one: Foresight, other: Foresight) -> bool:
    """Whether two items of one message are the same: one kind, one subject, one interval, common words."""
    if one.kind is not other.kind or one.subject != other.subject:
        return False
    return one.evidence == other.evidence
