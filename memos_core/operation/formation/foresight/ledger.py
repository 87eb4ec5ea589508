"""Foresight over time: later messages end it, later mentions replace earlier ones, and what stands at one moment."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from memos_core.domain.engram import (
    Agenda,
    Evidence,
    Foresight,
    ForesightKind,
    ForesightStatus,
    Message,
)
from memos_core.operation.formation.foresight import wording
from memos_core.operation.formation.foresight.clauses import Clause, clauses
from memos_core.operation.formation.foresight.closing import Ending, closes
from memos_core.operation.formation.foresight.lexicon import Group
from memos_core.operation.formation.foresight.mentions import LOOSE, alike, clashes, merged, overlaps, terms
from memos_core.operation.formation.foresight.reports import reports
from memos_core.operation.recall.analysis import analyse

_SHORT = 2
"""Chinese topics of so few characters may stand apart in a note: 交税 and 税已经交完了."""
_BRIEF = 6
"""Characters of a Chinese clause that leaves out what it is about: 不用我清了."""
_LATE = timedelta(days=45)
"""How long after its end something may still be said to be done."""
_GROUP_WORDS: Mapping[Group, str] = {
    Group.ILLNESS: "flu covid cold stomach fever infection illness sick quarantine voice hospital jet lag hangover "
    "cough throat virus bug 流感 生病 新冠 感冒 发烧 时差 隔离 住院",
    Group.INJURY: "injury cast sprain fracture 受伤 骨折 石膏 扭伤",
    Group.TREATMENT: "antibiotics medication treatment pregnant baby chemo surgery recovery "
    "抗生素 吃药 手术 恢复 怀孕 治疗",
    Group.ABSENCE: "leave holiday away trip staying 休假 请假 出差 旅行",
    Group.DIET: "diet fasting giving vegan vegetarian 饮食 斋戒 禁食 吃素",
    Group.MONEY: "money tight budget 手头紧 省钱",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Note:
    """A clause of a later message that ends something."""

    ending: Ending
    message: Message
    clause: Clause
    subject: str | None
    words: frozenset[int]
    terms: frozenset[int]
    """Its words without those that only say that something is over."""


def closed(foresights: Sequence[Foresight], messages: Sequence[Message]) -> list[Foresight]:
    """See ``close``."""
    items = merged(sorted(foresights, key=_order))
    who = {message.source: message.who for message in messages}
    live: list[int] = []
    unborn = 0
    for note in _notes(messages):
        while unborn < len(items) and items[unborn].observed_at <= note.message.at:
            live.append(unborn)
            unborn += 1
        live = [place for place in live if items[place].closed_as is None and not _stale(items[place], note)]
        meant = _meant(note, items, live, who)
        for place in [*meant, *_resting(items, live, meant)]:
            evidence = Evidence(
                source=note.message.source, version=note.message.version, start=note.clause.start, stop=note.clause.stop
            )
            items[place] = replace(
                items[place], closed_as=note.ending.status, closed_at=note.message.at, closed_by=evidence
            )
    return sorted(items, key=lambda item: (item.period.start, *_order(item)))


def _resting(items: Sequence[Foresight], live: Sequence[int], meant: Sequence[int]) -> list[int]:
    """Places of the restrictions that hold for as long as one of the ``meant`` states: no wine while on the course."""
    ended = {
        evidence
        for place in meant
        if items[place].kind in (ForesightKind.STATE, ForesightKind.CONSTRAINT)
        for evidence in items[place].evidence
    }
    return [
        place
        for place in live
        if place not in meant
        and items[place].kind is ForesightKind.CONSTRAINT
        and items[place].evidence[0] not in ended
        and ended.intersection(items[place].evidence[1:])
    ]


def _order(item: Foresight) -> tuple[datetime, str, int, int, str, str]:
    first = item.evidence[0]
    return item.observed_at, first.source, first.start, first.stop, item.kind.value, item.text


def _notes(messages: Sequence[Message]) -> Iterable[_Note]:
    for message in sorted(messages, key=lambda message: (message.at, message.source)):
        yield from _notes_of(message)


def ends(message: Message, zone: tzinfo) -> bool:
    """Whether a clause of a message ends something."""
    return bool(_endings(message, zone))


@lru_cache(maxsize=1024)  # asked for when a cell closes, and again when what it holds is closed
def _endings(message: Message, zone: tzinfo) -> tuple[tuple[int, Ending], ...]:
    """The places of the clauses that end something, with what."""
    if message.role.lower() in _MACHINES:
        return ()
    found = []
    for place, clause in enumerate(clauses(message.text, message.at, zone)):
        ending = closes(clause)
        if (ending is None or not (ending.delivers or ending.status is ForesightStatus.CANCELLED)) and reports(clause):
            ending = _REPORTED if ending is None else replace(ending, delivers=True)
        found.append((place, ending))
    return tuple((place, ending) for place, ending in found if ending is not None)


@lru_cache(maxsize=8192)  # every reading of a vault asks for the same
def _notes_of(message: Message) -> tuple[_Note, ...]:
    """The clauses of one message that end something; what is called off is not done, whatever else is said of it."""
    return tuple(sorted(_read_notes(message), key=lambda note: note.ending.status is not ForesightStatus.CANCELLED))


def _read_notes(message: Message) -> Iterable[_Note]:
    spoken = clauses(message.text, message.at, message.at.tzinfo or UTC)
    for place, ending in _endings(message, message.at.tzinfo or UTC):
        clause = spoken[place]
        words = clause.bare
        neighbours = [
            other
            for other in spoken[max(0, place - 1) : place + 2]
            if other.sentence == clause.sentence and other is not clause
        ]
        said = frozenset(analyse(words))
        if not said - LOOSE - _CLOSING_TERMS or (clause.chinese and len(words) <= _BRIEF):
            said |= frozenset(term for other in neighbours for term in analyse(other.bare))
        yield _Note(
            ending=ending,
            message=message,
            clause=clause,
            subject=_told_of(message, clause),
            words=frozenset(analyse(words)),
            terms=said - _CLOSING_TERMS,
        )


_MACHINES = frozenset({"assistant", "system", "tool", "ai", "developer"})
_CLOSING_TERMS = frozenset(
    analyse(
        "finished completed done handed submitted sent cancelled called moved postponed rescheduled went "
        "great well fine amazing lovely better feeling recovered back got came off just already finally "
        "sadly over"
        " hook off let good fun made had take took get go put doctor said enough instead now emailed mailed posted "
        "paid returned delivered uploaded transferred signed passed fixed repaired handed went promised quit gave "
        "no not any more longer anymore again works scratch thing here decided changed mind sorry guys"
        " make can't cannot couldn't nixed scrapped axed binned canned shelved pulled fell through"
        " 推到 推迟 改到 改期 延到 已经 终于 今天 昨天 取消 不去 去了 好了 完了 结束 回来 来了 交了 我们 刚刚"
    )
)


# ── which item a note means ─────────────────────────────────────────────────────────────────────


def _meant(note: _Note, items: Sequence[Foresight], live: Sequence[int], who: Mapping[str, str]) -> list[int]:
    """Places of the items that the note ends, among the ``live`` ones."""
    if note.ending.replaced:
        return _replaced(note, items, live, who)
    open_items = [
        place
        for place in live
        if _earlier(items[place], note)
        and _knows(note, items[place], who)
        and not _of_another(note, items[place])
        and _timely(note, items[place])
    ]
    scored = {place: _score(note, items[place]) for place in open_items}
    best = max(scored.values(), default=0)
    if note.ending.reported and best < _SURE:
        return []
    if best >= 2:
        named = {place for place, score in scored.items() if score == best}
        named |= {
            place for place, score in scored.items() if score >= 2 and _same_thing(items[place], items, scored, best)
        }
        return sorted(named)
    loose = [place for place, score in scored.items() if score == 1]
    if len({items[place].evidence for place in loose}) == 1:
        return loose
    if not (note.terms - LOOSE) or note.ending.groups:
        return [place for place in open_items if _in_groups(note, items[place])]
    return []


def _replaced(note: _Note, items: Sequence[Foresight], live: Sequence[int], who: Mapping[str, str]) -> list[int]:
    """The one plan that another takes the place of: "we're flying to Crete instead"."""
    found = [
        place
        for place in live
        if items[place].kind is ForesightKind.PLAN
        and _earlier(items[place], note)
        and note.message.who == who.get(items[place].evidence[0].source)
        and note.message.at < items[place].period.start
        and _interchangeable(note, items[place])
    ]
    named = [place for place in found if _rejected(note) & terms(items[place].topic) - LOOSE]
    if _rejected(note):
        return named if len(named) == 1 else []
    others = [place for place in found if not (note.terms - LOOSE) & terms(items[place].topic)]
    return others if len(others) == 1 else []


_INSTEAD_OF = re.compile(r"\b(?:instead of|rather than)\b(.*)$|(?:而不是|不是)(.*)$")


def _rejected(note: _Note) -> frozenset[int]:
    """The words of what is no more: of "Lyon instead of Paris", Paris."""
    match = _INSTEAD_OF.search(note.clause.bare)
    return frozenset(analyse(match[1] or match[2] or "")) if match else frozenset()


def _interchangeable(note: _Note, item: Foresight) -> bool:
    """Whether both are journeys, or both meals or shows, and no date says that they are two."""
    dates = [time for time in note.clause.times if time.ahead]
    if dates and not any(time.begin < (item.period.end or time.end) and item.period.start < time.end for time in dates):
        return False
    said, other = note.message.text.lower(), item.text.lower()
    return any(sort.search(said) and sort.search(other) for sort in _SORTS)


_SORTS = (
    re.compile(
        r"\b(?:fl(?:y|ying|ight)|trip|travel\w*|holiday|vacation|camping|go(?:ing)? to|off to|heading to|visit\w*"
        r"|cruise|driving to"
        r"|train|moving to|spending)\b|去|旅|飞|游"
    ),
    re.compile(r"\b(?:dinner|lunch|brunch|eat\w*|restaurant|table|cook\w*|meal)\b|吃|饭|餐"),
    re.compile(r"\b(?:see(?:ing)?|watch\w*|film|movie|show|play|concert|gig)\b|看|听|演"),
)


def _same_thing(item: Foresight, items: Sequence[Foresight], scored: Mapping[int, int], best: int) -> bool:
    top = [items[place] for place, score in scored.items() if score == best]
    return any(alike(item, other) for other in top)


def _earlier(item: Foresight, note: _Note) -> bool:
    if note.message.source in {evidence.source for evidence in item.evidence[:1]}:
        return False
    return (item.observed_at, item.evidence[0].source) < (note.message.at, note.message.source)


def _knows(note: _Note, item: Foresight, who: Mapping[str, str]) -> bool:
    """Whether the speaker of the note can tell: who said it, whom it concerns, or another one of "us".

    Of the others the note must name it by two words at least: they have shows and trips of their own.
    """
    speaker = note.message.who
    if speaker in (item.subject, who.get(item.evidence[0].source, speaker)):
        return True
    if _names(note, item):
        return True
    return _OF_US.search(note.clause.low) is not None and _score(note, item) > _SURE


def _names(note: _Note, item: Foresight) -> bool:
    first = item.subject.split("'s ")[0].split()[0].lower()
    return re.search(rf"(?<![a-z]){re.escape(first)}(?![a-z])", note.clause.low) is not None


def _told_of(message: Message, clause: Clause) -> str | None:
    """Whom a note is about; of "they discharged me", the speaker."""
    found = wording.subject(message, clause, ())
    return message.who if found is None and _OF_ME.search(clause.low) else found


_SURE = 2
_REPORTED = Ending(status=ForesightStatus.FULFILLED, reported=True)
"""Of a free word for what is done: it counts for what is owed and named."""
_OF_US = re.compile(r"\b(?:we|our|us|we're|we've)\b|我们|咱们")
_OF_ME = re.compile(r"\b(?:me|my|us|our)\b")
_OF_I = re.compile(r"(?:and |so |but |yes |yay )*(?:i|i'm|i've)\b|我(?!的?[\u4e00-\u9fff]{0,3}[的])")


def _of_another(note: _Note, item: Foresight) -> bool:
    """Whether the note says of one person what the item says of another: "my sister got over the flu"."""
    if not note.ending.groups or note.subject in (None, item.subject) or _is_thing(note.subject, item):
        return False
    return note.subject != note.message.who or _OF_I.match(note.clause.low) is not None


def _is_thing(subject: str, item: Foresight) -> bool:
    """Whether what a note begins with is the thing itself: "Laptop's back"."""
    return subject.lower() in item.topic.split()


def _stale(item: Foresight, note: _Note) -> bool:
    """Whether it ended so long ago that nobody speaks of it any more."""
    return item.period.end is not None and note.message.at > item.period.end + _LATE


def _timely(note: _Note, item: Foresight) -> bool:
    moment, end = note.message.at, item.period.end
    if note.ending.status is ForesightStatus.CANCELLED:
        return end is None or moment < end
    if item.kind is ForesightKind.COMMITMENT:
        return note.ending.delivers or note.ending.happened or note.ending.reported
    if item.kind is ForesightKind.PLAN:
        return moment >= item.period.start and (note.ending.happened or note.ending.ended)
    return note.ending.ended


def _score(note: _Note, item: Foresight) -> int:
    """2 and more: names it; 1: names something of its sort; 0: does not."""
    own = terms(item.topic)
    common, said = note.terms & own, set(note.clause.bare)
    single = [word for word in item.topic.split() if len(word) <= _SHORT and not word.isascii() and set(word) <= said]
    strong = [*(common - LOOSE), *single]
    if strong and not clashes(note.clause.bare, item.text):
        return 1 + len(common) + len(single)
    left = own | LOOSE
    if note.words & own and (not note.terms - left or not note.words - _CLOSING_TERMS - left):
        return 1
    return 0


def _in_groups(note: _Note, item: Foresight) -> bool:
    """Whether the item holds now and is of a sort that the note ends without naming it."""
    if not item.period.holds(note.message.at) or note.subject != item.subject:
        return False
    words = set(item.topic.split())
    return any(words & set(_GROUP_WORDS.get(group, "").split()) for group in note.ending.groups) or (
        Group.ABSENCE in note.ending.groups and item.kind is ForesightKind.PLAN and _travels(item)
    )


def _travels(item: Foresight) -> bool:
    return (
        re.search(
            r"\b(?:fl(?:y|ying|ight)|trip|travel\w*|holiday|vacation|camping|going to|visit\w*|cruise"
            r"|conference|driving|abroad)\b|去|旅|出差|飞",
            item.text.lower(),
        )
        is not None
    )


# ── at one moment ───────────────────────────────────────────────────────────────────────────────


def agenda_at(foresights: Iterable[Foresight], now: datetime) -> Agenda:
    """See ``agenda``."""
    known = sorted((item for item in foresights if item.observed_at <= now), key=_order)
    latest = [
        item for place, item in enumerate(known) if not any(_replaces(other, item) for other in known[place + 1 :])
    ]
    restricts = {item.evidence for item in latest if item.kind is ForesightKind.CONSTRAINT}
    latest = [item for item in latest if item.kind is not ForesightKind.STATE or item.evidence not in restricts]
    by_start = sorted(latest, key=lambda item: (item.period.start, *_order(item)))
    parts: dict[str, list[Foresight]] = {"constraints": [], "active": [], "upcoming": [], "past": []}
    for item in by_start:
        parts[_part(item, now)].append(item)
    past = sorted(parts["past"], key=lambda item: (_over(item), *_order(item)), reverse=True)
    return Agenda(
        now=now,
        constraints=tuple(parts["constraints"]),
        active=tuple(parts["active"]),
        upcoming=tuple(parts["upcoming"]),
        past=tuple(past),
    )


def _part(item: Foresight, now: datetime) -> str:
    match item.status(now):
        case ForesightStatus.UPCOMING:
            return "upcoming"
        case ForesightStatus.ACTIVE:
            return "constraints" if item.kind is ForesightKind.CONSTRAINT else "active"
        case _:
            return "past"


def _over(item: Foresight) -> datetime:
    return min(
        (moment for moment in (item.closed_at, item.period.end) if moment is not None), default=item.period.start
    )


def _replaces(later: Foresight, item: Foresight) -> bool:
    """Whether a later mention of the same thing tells its interval anew."""
    return later.closed_as is item.closed_as is None and alike(later, item) and overlaps(later, item)
