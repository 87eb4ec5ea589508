"""Clauses that need their neighbours: bounds beside a state, restrictions that rest on one, pledges and their dates."""

import re
from collections.abc import Callable, Sequence, Set
from dataclasses import replace
from datetime import timedelta

from memos_core.domain.engram import Evidence, ForesightKind, Message
from memos_core.operation.formation.foresight import wording
from memos_core.operation.formation.foresight.clauses import BLOT, Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.english_cues import WHILE_ON
from memos_core.operation.formation.foresight.lexicon import Group
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity

PLAN, COMMITMENT = ForesightKind.PLAN, ForesightKind.COMMITMENT
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT
_CUSTOM = re.compile(r"\b(?:ramadan|lent|passover|fast|detox|cleanse)\b|斋月|斋戒")
FINE = frozenset({Granularity.DAY, Granularity.PART_OF_DAY, Granularity.HOUR, Granularity.MINUTE})
BODILY = frozenset({Group.ILLNESS, Group.INJURY, Group.TREATMENT})
_BOUNDS = frozenset({Role.UNTIL, Role.FOR, Role.BY, Role.BEFORE})
_RESUMES = re.compile(
    r"^(?:and |so |but |then )*(?:it|that|this|they|the (?:doctor|doc|cast|course|treatment|dose|plan"
    r"|physio|surgeon|dentist|mechanic|garage|whole|recovery|trip|leave|shift|fast|diet|repair|boot"
    r"|prescription|plaster)|i'll|i will|i'm|i am|i have|i've|we'll|we're|she|he|doctor|should|will"
    r"|back|for|until|till|about"
    r"|supposed|expected|nothing|no|not|can't|my (?:doctor|cast|leave)|have to|need|got to|at least"
    r"|probably|only|just)\b"
    r"|^(?:要|得|还|大概|至少|预计|估计|医生|大夫|待|呆|住|休|一共|总共|到|直到|为期|先|起码|可能|需要|期间|差不多"
    r"|前后|疗程|说|持续|恢复|说是|坚持|吵|闹|关|停|修|吃|打|戴|养|封|借|拿"
    r"|装"
    r"|[\d一二三四五六七八九十两半几~])"
)


def linked(
    found: Sequence[Draft],
    spoken: Sequence[Clause],
    message: Message,
    earlier: Callable[[], tuple[Draft, Message] | None],
) -> list[Draft]:
    """The drafts with the bounds that stand beside them: "it will be in a cast until May", "while I'm on it".

    Args:
        found: Of each clause by itself.
        spoken: All clauses of the message.
        message: It.
        earlier: Finds the latest state that the speaker told of before, and where.
    """
    found = _pledged(found, spoken)
    known = [_customary(_extended(draft, spoken, found, message), found) for draft in found]
    lent = {time for draft, plain in zip(known, found, strict=True) for time in _lent(draft, plain)}
    known = [
        draft for draft, plain in zip(known, found, strict=True) if not (plain.times and _only_bounds(draft, lent))
    ]
    made = [_rested(draft, known, message, earlier) if draft.linked else draft for draft in known]
    return _joined([draft for draft in made if draft is not None])


def _only_bounds(draft: Draft, lent: Set[tuple[int, int]]) -> bool:
    """Whether it was said to tell how long the state before it lasts, and tells nothing else."""
    if draft.kind not in (STATE, PLAN) or draft.group is not None or not draft.times:
        return False
    return lent >= _places(draft)


def _places(draft: Draft) -> set[tuple[int, int]]:
    return {(time.start, time.stop) for time in draft.times}


def _lent(draft: Draft, plain: Draft) -> set[tuple[int, int]]:
    """Where the times stand that a draft has from its neighbours."""
    return {(time.start, time.stop) for time in draft.times[len(plain.times) :]}


def _rested(
    draft: Draft, known: Sequence[Draft], message: Message, earlier: Callable[[], tuple[Draft, Message] | None]
) -> Draft | None:
    """A restriction with the interval of what it rests on; ``None`` when nothing says how long it holds."""
    beside = _beside(draft, known)
    found = (beside, message) if beside is not None else earlier()
    if found is not None and not _bounded(draft.times):
        other, where = found
        if draft.leans and other.group not in BODILY and not _lasts_beside(other, draft):
            return None
        clause = other.clause
        evidence = Evidence(source=where.source, version=where.version, start=clause.start, stop=clause.stop)
        lent = [time for time in other.times if time.role is not Role.AT or not _began(other)]
        if other.kind is PLAN and WHILE_ON.search(draft.clause.bare):
            lent = [replace(time, role=Role.UNTIL) if time.role is Role.AT else time for time in lent]
        times = (*draft.times, *lent)
        return replace(draft, times=times, days=other.days or draft.days, rests_on=evidence)
    return draft if draft.times or draft.days is not None else None


def _lasts_beside(other: Draft, draft: Draft) -> bool:
    """Whether a state with a bound stands in its sentence: "there's a burn ban until Sunday so I can't light it"."""
    return (
        other.clause.sentence == draft.clause.sentence
        and other.kind in (STATE, CONSTRAINT)
        and (_bounded(other.times) or _spans(other))
    )


_PLEDGE = re.compile(
    r"\bpromise[ds]?\b|\bmy word\b|\bswear\b|\bswore\b|\bvow(?:ed)?\b|\brest assured\b|\bcount on (?:me|it)\b"
    r"|\bguarantee\b"
    r"|\btrust me\b|\bdon't worry\b|答应|保证|承诺|发誓|说好|放心|一言为定|包在我"
)


_ONLY_PLEDGE = re.compile(
    r"(?:and )?(?:that's a promise|i (?:promise|swear)(?: you)?|promise|pinky promise|you have my word|my word on it"
    r"|scout's"
    r" honou?r|cross my heart|on my life|我?(?:保证|发誓)|说到做到|一言为定)"
)
_FIRM_PLEDGE = re.compile(r"\bpromise[ds]?\b|\bmy word\b|\bswear\b|\bswore\b|\bvow(?:ed)?\b|答应|保证|承诺|发誓|说好")


def _pledged(found: Sequence[Draft], spoken: Sequence[Clause]) -> list[Draft]:
    """What one clause promises and the next dates as one commitment: "You have my word: it is done by Friday"."""
    places = {clause.start: place for place, clause in enumerate(spoken)}
    pledges = {
        place
        for place, clause in enumerate(spoken)
        if _PLEDGE.search(clause.bare) and not clause.asked and not clause.unreal
    }
    if not pledges:
        return list(found)
    made: list[Draft] = []
    for draft in found:
        place = places[draft.clause.start]
        near = {one for one in (place - 1, place + 1) if one in pledges}
        beside = any(spoken[one].sentence == draft.clause.sentence for one in near)
        by = any(time.role in (Role.BY, Role.BEFORE) for time in draft.times)
        firm = place - 1 in pledges and _FIRM_PLEDGE.search(spoken[place - 1].bare) is not None and draft.kind is PLAN
        firm = firm or (
            place + 1 in pledges and draft.kind is PLAN and _ONLY_PLEDGE.fullmatch(spoken[place + 1].bare) is not None
        )
        if beside and draft.kind in (PLAN, STATE) and (by or firm):
            draft = replace(draft, kind=COMMITMENT, due=True, group=None, days=None)
        made.append(draft)
    dated = {draft.clause.sentence for draft in made if draft.kind is COMMITMENT and draft.times}
    return [
        draft
        for draft in made
        if draft.times
        or draft.kind is not COMMITMENT
        or places[draft.clause.start] not in pledges
        or draft.clause.sentence not in dated
    ]


def _customary(draft: Draft, found: Sequence[Draft]) -> Draft:
    """A fast or diet that another clause dates: "It's Ramadan until 9 April, so I'm fasting"."""
    if draft.group is not Group.DIET or draft.times:
        return draft
    dated = any(_CUSTOM.search(one.clause.low) and one.times for one in found if one.clause is not draft.clause)
    return replace(draft, linked=dated)


def _bounds(time: Time) -> bool:
    """Whether it can tell how long something goes on: no hour can, "don't call before three"."""
    clock = time.granularity in (Granularity.HOUR, Granularity.MINUTE, Granularity.PART_OF_DAY)
    return time.role in _BOUNDS and not (clock and time.role in (Role.BY, Role.BEFORE))


def _bounded(times: Sequence[Time]) -> bool:
    return any(time.role in _BOUNDS for time in times)


_LONGEST_STAY = 180
"""Days that a plan lasts at most: no more in "Our anniversary is on the 28th, 12 years"."""


def _extended(draft: Draft, spoken: Sequence[Clause], found: Sequence[Draft], message: Message) -> Draft:
    """With the bound of the next clause, for a state without one."""
    if draft.kind is COMMITMENT or _bounded(draft.times) or _spans(draft):
        return draft
    place = next(i for i, clause in enumerate(spoken) if clause.start == draft.clause.start)
    for clause in spoken[place + 1 : place + 3]:
        times = tuple(time for time in clause.times if time.ahead and (_bounds(time) or draft.kind is PLAN))
        if draft.kind is PLAN:
            times = tuple(time for time in times if time.days <= _LONGEST_STAY)
        rival = any(_rivals(other, draft) for other in found if other.clause is clause)
        if draft.kind is PLAN:
            if clause.asked or not _same_journey(draft.clause, clause):
                return draft
            words = f"{draft.topic} {wording.topic(clause, message.speaker)}".strip() if times else draft.topic
            draft = replace(draft, times=(*draft.times, *(_after(time, draft, clause) for time in times)), topic=words)
            continue
        if (draft.kind is STATE or draft.group is Group.INJURY) and (ends := _ends_on(clause)):
            return replace(draft, times=(*draft.times, *ends))
        if times and not rival and not clause.asked and (_RESUMES.match(clause.bare) or _RESUMES.match(clause.low)):
            return replace(draft, times=(*draft.times, *times))
        if clause.times and not times:
            return draft
    return draft


_WEEKDAY_ONLY = re.compile(r"(?:on |the |this )*(?:mon|tues|wednes|thurs|fri|satur|sun)day")


def _after(time: Time, draft: Draft, clause: Clause) -> Time:
    """A weekday told of a journey's end in the week after its beginning: "off on the 6th, back on Monday"."""
    begins = [one.begin for one in draft.times if one.ahead and one.role in (Role.AT, Role.FROM)]
    said = clause.low[time.start - clause.start : time.stop - clause.start]
    if not begins or time.end > min(begins) or not _WEEKDAY_ONLY.fullmatch(said):
        return time
    weeks = timedelta(days=7 * (-((time.begin - min(begins)).days // 7)))
    return replace(time, begin=time.begin + weeks, end=time.end + weeks, label="")


_RETURNS = re.compile(
    r"^(?:and |but |so |then )*(?:(?:it |that |they )?(?:should|will|'ll|ought to|might|hopefully) (?:be|get) "
    r"|(?:i'm|i'll be|we're|we'll be|he's|she's|i am|we are|he'll be|she'll be) )?(?:back"
    r"|home|out|released|discharged|flying (?:back|home)"
    r"|returning|due back|out of (?:here|hospital)|(?:i |we |he |she )?(?:get|gets|come|comes|fly|flies|go"
    r"|goes) (?:back|home|out))\b"
    r"|^(?:(?:医生|大夫)(?:讲|说)?(?:要|得)?到?)?~+(?:[^，。~]{0,8}就|才)?(?:可以|能)?(?:搬走|走人|拆|离开|撤)"
    r"|^(?:要|得|我|就|再|师傅|工人|维修工?|人家)*~+(?:就|才|再|下午|晚上|早上|中午|能|可以)*(?:回|出院|结束|复工"
    r"|上班|解封|解除|拆|才来|才到|才修|能拿|能取|取|拿|拔管|停药|销假"
    r"|返程|返京|修好|通|来电|来水)"
)


def _ends_on(clause: Clause) -> tuple[Time, ...]:
    """The day on which a state of the clause before is over: "I'm in Rome on business, back on Friday", 周五回."""
    if clause.asked or not _RETURNS.search(clause.bare):
        return ()
    return tuple(
        replace(time, role=Role.UNTIL)
        for time in clause.times
        if time.role in (Role.AT, Role.UNTIL) and time.end > clause.at
    )


_STARTED = re.compile(
    r"\b(?:broke|sprained|twisted|tore|pulled|strained|fractured|dislocated|injured|hurt|threw|caught"
    r"|got|came|had|done|gone|started|put|tested|went|did|picked|ruptured|cracked|[a-z]+ed)\b|了"
)


def told_past(draft: Draft) -> bool:
    """Whether the clause says that its matter has begun: "I broke my arm on Sunday"."""
    return _STARTED.search(draft.clause.bare) is not None


def _began(draft: Draft) -> bool:
    return draft.group in BODILY and told_past(draft) and not draft.begins_later


def _spans(draft: Draft) -> bool:
    """Whether its own time tells how long it holds: "I'm on nights this week"."""
    return (
        draft.kind in (STATE, CONSTRAINT)
        and draft.group not in BODILY
        and any(time.role is Role.AT and time.ahead and time.granularity not in FINE for time in draft.times)
    )


_HARDLY_MORE = re.compile(
    r"(?![a-z])[^~]{0,4}~+[^~a-z]{0,6}|(?:it |that |which )?(?:should|will|might|supposed to|likely to|probably"
    r"|expected to|likely)"
    r" (?:be|last|take|run|go on)(?: (?:done|over|finished|sorted|ready|back))?(?: (?:about|around|until|till"
    r"|through|at least))?\W*~+"
)
"""A clause that is little more than a time: 要到20号结束, "should be through mid July"."""


def _rivals(other: Draft, draft: Draft) -> bool:
    """Whether another clause says something of its own, so that its time bounds nothing else."""
    if other.group not in (None, draft.group) or other.kind is COMMITMENT:
        return True
    return other.kind is PLAN and not _HARDLY_MORE.fullmatch(other.clause.bare)


def _same_journey(first: Clause, second: Clause) -> bool:
    """Whether the second tells of the end of the first: "Leaving Thursday, back on Monday"."""
    back = re.search(
        r"\b(?:back|return(?:ing|s)?|home|leaving again|fly(?:ing)? (?:back|home))\b|回来|返程|返回"
        r"|回程|[~]*[号日天]?(?:就|才|再)?回(?:$|[京沪家国])|待到|玩[到\d一二三四五六七八九十两]|为期"
        r"|待[\d一二三四五六七八九十两]|[一共]*[\d一二三四五六七八九十两]+天$",
        second.low,
    ) or re.match(r"(?:and |then |staying |there |away )*(?:until|till)\b(?: \S+){1,4}$", second.low)
    lasts = (
        any(time.role in (Role.FOR, Role.UNTIL) for time in second.times)
        and _RESUMES.match(second.bare)
        and (second.chinese or second.times[0].role is Role.FOR or not second.bare.startswith(BLOT))
    )
    leaves = re.search(r"出发|启程|^[~\W]*(?:一早|早上|晚上|下午|中午)?(?:飞|走|动身|回|返)", second.bare)
    return bool(second.times) and bool(back or lasts or leaves)


def _beside(draft: Draft, known: Sequence[Draft]) -> Draft | None:
    """What a linked restriction rests on: the nearest item before it in the message, else after it."""
    place = known.index(draft)
    others = [*reversed(known[:place]), *known[place + 1 :]]
    return next((other for other in others if other.kind is not COMMITMENT and (other.times or other.days)), None)


def _joined(found: Sequence[Draft]) -> list[Draft]:
    """Two drafts of one plan, one injury or one shortage as one: the later clause only adds words or its bound."""
    made: list[Draft] = []
    for draft in found:
        last = made[-1] if made else None
        if last is not None and last.kind is draft.kind and last.clause.sentence == draft.clause.sentence:
            if draft.kind is PLAN and _same_journey(last.clause, draft.clause):
                continue
            if draft.group is not None and draft.group is last.group and not _bounded(draft.clause.times):
                words = f"{last.topic} {wording.topic(last.clause, '')} {draft.topic} {wording.topic(draft.clause, '')}"
                made[-1] = replace(last, topic=" ".join(dict.fromkeys(words.split())))
                continue
        made.append(draft)
    return made
