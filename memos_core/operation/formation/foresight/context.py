"""What a clause has from the ones before it: its subject, its matter, a date, or that it is declined."""

import re
from collections.abc import Sequence
from dataclasses import replace

from memos_core.domain.engram import ForesightKind, ForesightStatus
from memos_core.operation.formation.foresight import wording
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.closing import closes
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.times import Role
from memos_core.operation.formation.temporal import Granularity

_SHORT_REFUSAL = 32
"""Characters of a clause that only declines what the one before it told of."""


_BYGONE = re.compile(
    r"\b(?:when (?:i|we|he|she|they) (?:was|were)|as a (?:kid|child|teen\w*|boy|girl|student)|years ago|used to"
    r"|back in|growing up"
    r"|once upon)\b|小时候|当年|曾经|那时候?|以前(?![把要得])|上(?:大学|中学|小学)时|年轻时|上辈子"
)


def bygone(clause: Clause, heard: Sequence[Clause]) -> bool:
    """Whether a clause goes on about what its sentence sets long ago: "when I was nine, in a cast for six weeks"."""
    if any(time.ahead and time.role is not Role.FOR and time.begin > clause.at for time in clause.times):
        return False
    return any(one.sentence == clause.sentence and _BYGONE.search(one.bare) for one in heard)


_FLAT = re.compile(
    r"(?:but |and |so |i said |told (?:him|her|them) )*(?:no chance|no way|not a chance|hard pass|hell no"
    r"|absolutely not|nope|no thanks"
    r"|not (?:going|happening|interested)|i'm not (?:going|keen|interested|doing)|i'd rather (?:die|not)"
    r"|over my dead body|not mine\b|i'll believe (?:it|that) when|nothing to do with (?:me|us)|none of my business"
    r"|no skin off my nose)\b"
    r"|(?:反正)?(?:跟|和|与)(?:我|咱)[^，。]{0,3}(?:没关系|无关|没啥关系)|不关我(?:的)?事|关我什么事"
)
"""Declines what was just told of."""


_CORRECTS = re.compile(r"(?:oh |sorry |no |wait )*(?:(?:scrap|scratch|strike) that|no,? wait|wait,? no)\b")
"""Says that what was just said was wrong."""


def taken_back(draft: Draft, previous: Clause, clause: Clause) -> bool:
    """Whether a clause declines what the one before it says: "he asked me along on Saturday, I said no"."""
    if _CORRECTS.match(clause.low):
        return draft.clause.start == previous.start
    if _FLAT.match(clause.low):
        return draft.clause.start == previous.start and clause.sentence == previous.sentence
    coming = draft.kind is ForesightKind.PLAN or any(time.ahead and time.begin > clause.at for time in draft.times)
    if (
        draft.clause.start != previous.start
        or not coming
        or len(clause.low) > _SHORT_REFUSAL
        or clause.low.startswith("no ")
    ):
        return False
    ending = None if clause.times else closes(clause)
    return ending is not None and ending.status is ForesightStatus.CANCELLED and not ending.moved


_PREVENTED = re.compile(
    r"\b(?:can't|cannot|can not|couldn't|not (?:free|around|available)|busy|no good|taken|booked)\b"
)
_REASON = re.compile(r"(?:it's|it is|that's|there's|there is|i've got|we've got|i have|we have|got|i'm|we're)\b")


_IS_THE_DAY = re.compile(
    r"(?:and |so |but |oh )*(?:it's|it is|there's) (?!on\b|at\b|for\b)(?:[a-z0-9'-]+ ){1,4}(?:on |this |next )?~+"
)
_DOES = re.compile(r"(?:i'm|we're|i am|we are) (?:[a-z]+ )?[a-z]{2,}ing\b")
"""Is done on the day that was just named: "it's Eid on the 20th and I'm cooking for thirty"."""


def excused(clause: Clause, previous: Clause | None) -> Clause:
    """With the date of the clause whose reason it gives: "can't do Saturday, it's Gran's 90th"."""
    if clause.times or previous is None or previous.sentence != clause.sentence:
        return clause
    if _IS_THE_DAY.fullmatch(previous.bare) and _DOES.match(clause.bare):
        return replace(clause, times=previous.times)
    if not _REASON.match(clause.bare):
        return clause
    if not previous.times or not _PREVENTED.search(previous.bare):
        return clause
    return replace(clause, times=previous.times)


_NO_SUBJECT = re.compile(
    r"(?:已经?|又|都|先|要|得|会|现在|所以|可能)*~*(?:待|呆|住|改|推|延|挪|换|提前|顺延|定|约|要|得|到|先)|(?:and "
    r"|so |but |now |then |plus |luckily )*(?:it|that|they)\b|(?:i'm|we're|i|we|they're|gonna) (?:are |am "
    r"|will )?(?:try|do|go)(?:ing)? (?:it )?again\b|(?:is|are) (?:now )?(?:scheduled|set|due|planned"
    r"|booked)\b|(?:and |so |but |then )*(?:it )?(?:starts|begins|runs"
    r"|kicks|opens|ends|finishes"
    r"|lasts|arrives|comes"
    r"|lands|leaves|goes|due|booked|scheduled|set for|moved|rescheduled|pushed|postponed|starting|beginning)\b"
)
_THITHER = re.compile(
    r"(?:(?:i'm|we're|i|we|and|so|i'll be|we'll be) )*(?:fly(?:ing)?|head(?:ing)?|driv(?:e|ing)|land(?:ing)?"
    r"|arriv(?:e|ing)|travell?ing|going|leav(?:e|ing)"
    r"|set(?:ting)? off|there|off) (?:in|out|there|over|up|down|from|on|for|this|next|~|\d|the|[a-z]+day)"
)
_PLACE = re.compile(r"(?<!^)(?<![.!?] )\b[A-Z][a-z]{2,}\b(?!')")
_IT = re.compile(r"\b(?:it|that|them|they|this)\b")
_BARE = re.compile(
    r"(?!(?:going|off) to\b)(?:staying|living|back|home|stopping|sleeping|here|visiting|over|up|down|in|on|with"
    r"|until)\b"
)
"""Begins what has the subject of the clause before it: "My folks are up, staying with us until Sunday"."""
_OTHER = re.compile(r"(?:and |so |but |oh |well )*(?!i\b|i'|we\b|we')[a-z]")
_AT_LENGTH = 24
"""Characters of a clause that can be what the next one goes on about."""
_NOT_SO = re.compile(r"不是|并非|好想|真想|但愿|希望|要是|如果|别人|人家")
_CLOCK = frozenset({Granularity.HOUR, Granularity.MINUTE})
_A_VERB = 2
"""Characters that a Chinese clause has besides its time, when it leaves out its matter: 10月24号考."""
_REACH = 2
"""How many Chinese clauses back what is left out may stand."""


def continuing(draft: Draft, heard: Sequence[Clause], found: Sequence[Draft], speaker: str) -> Draft:
    """With the words of the clause before, for one that goes on without a subject: 我在外婆家，待到20号.

    Args:
        draft: Of one clause.
        heard: The clauses of the message before that one.
        found: What they say.
        speaker: Of the message; his name is no topic.
    """
    clause = draft.clause
    if heard and _THITHER.match(clause.low) and (places := " ".join(_PLACE.findall(heard[-1].text))):
        return replace(draft, topic=f"{draft.topic} {wording.topic(clause, speaker)} {places.lower()}".strip())
    if heard and draft.kind is ForesightKind.COMMITMENT and _THEM.search(clause.bare) and _beside_it(heard[-1]):
        return replace(draft, topic=f"{draft.topic} {wording.topic(heard[-1], speaker)}".strip())
    if (
        heard
        and _may_name(clause)
        and _POINTS.fullmatch(clause.bare)
        and _has_its_day(clause, heard[-1])
        and (named := _named(clause, heard, speaker))
    ):
        return replace(draft, topic=f"{draft.topic} {wording.topic(clause, speaker)} {named}".strip())
    if not heard or heard[-1].asked or heard[-1].unreal:
        return draft
    leaves_out = _NO_SUBJECT.match(clause.bare) is not None or (draft.moved and _IT.search(clause.bare) is not None)
    leaves_out = leaves_out or (clause.chinese and len(clause.bare.strip("~ ")) <= _A_VERB)
    if clause.chinese:
        near = _said_before(draft, heard, found, leaves_out)
    else:
        shares = _BARE.match(clause.low) is not None and _OTHER.match(heard[-1].low) is not None
        reach = heard[-1 - draft.moved :]
        tells_it = _IT.search(clause.low) is not None and wording.topic(clause, speaker).count(" ") <= 1
        near = [one for one in reversed(reach) if _beside(one, draft, 3)] if leaves_out or shares or tells_it else []
    if not near:
        return draft
    words = " ".join(wording.topic(one, speaker) for one in (clause, *near))
    told = near[0] if not clause.chinese and _BARE.match(clause.low) else None
    return replace(draft, topic=f"{draft.topic} {words}".strip(), subject_of=told)


_POINTS = re.compile(
    r"(?:and |but |so |oh |yay )*(?:it|that|this|they|those|these|(?:the|my) (?:[a-z'-]+ ){1,2}ones?)\b(?: ones?\b)?"
    r"(?:'(?:s|ll|re)|[ ~,]|\b(?:is|are|will|be|going to|gonna|on|at|in|for|from|this|next|the|now|just|all|only|set"
    r"|booked|due|happening|taking place|takes? place|starts?|begins?|opens?|kicks? off|runs?|falls?|happens?)\b)*~"
    r"[ ~,]*(?:(?:at|on|in|from|and)\b[ ~,]*)*(?:(?<=at |in )(?:[a-z0-9'-]+ ?){1,4})?[ ~,]*"
    r"|(?:时间|日期|就|都|是|在|定|于)+~+(?:的|那天|开始|晚上|上午|下午|早上)*[啦呢啊哦哈]?"
)
"""Tells nothing but when what was named before it takes place: "It's on the 22nd", 就在22号."""


def _named(clause: Clause, heard: Sequence[Clause], speaker: str) -> str:
    """The words of the sentence before the clause, or of what stands before it in its own."""
    last = heard[-1].sentence
    near = [one for one in heard[-_REACH:] if one.sentence == last and not one.unreal and _may_name(one)]
    return " ".join(wording.topic(one, speaker) for one in near) if clause.sentence - last <= 1 else ""


def _has_its_day(clause: Clause, previous: Clause) -> bool:
    """Whether its date is its own, not an hour of the day that was named: "It's on Friday. It's at eight"."""
    return not previous.times or any(time.granularity not in _CLOCK for time in clause.times)


def _may_name(clause: Clause) -> bool:
    return len(clause.low) <= _AT_LENGTH * 3


_THEM = re.compile(
    r"\b(?:it|it'(?:d|ll)|them)\b(?! (?:easy|up|out|that))|\b(?:him|her|them)(?= (?:back )?(?:on |in |before |by "
    r"|until )?~)"
    r"|\bmy word(?: for| by| that)? ~"
)
"""Stands for what was named before: "I said I'd bake them by Sunday"."""


def _beside_it(previous: Clause) -> bool:
    """Whether a clause, a question too, may name what the next one calls "it"."""
    return not previous.unreal and _may_name(previous)


def _beside(previous: Clause, draft: Draft, longer: int = 1) -> bool:
    near = previous.sentence == draft.clause.sentence or draft.moved
    return near and len(previous.low) <= _AT_LENGTH * longer


def _said_before(draft: Draft, heard: Sequence[Clause], found: Sequence[Draft], leaves_out: bool) -> list[Clause]:
    """The clauses whose matter a Chinese one goes on about: Chinese names it once."""
    spoken = {one.clause.start for one in found}
    near: list[Clause] = []
    for previous in reversed(heard[-_REACH - draft.moved :]):
        if previous.asked or previous.unreal or _NOT_SO.search(previous.bare) or not _beside(previous, draft):
            break
        tells = previous.start in spoken
        if tells and not (leaves_out or draft.moved):
            break
        near.append(previous)
        if tells:
            break
    return near
