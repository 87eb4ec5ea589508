"""English: what is forbidden, advised against or limited for a while."""

import re
from collections.abc import Sequence
from dataclasses import replace

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight import english_cues as cues
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.lasting import DAYS, until_event
from memos_core.operation.formation.foresight.lexicon import Group
from memos_core.operation.formation.foresight.purse import is_capped
from memos_core.operation.formation.foresight.times import Role, Time
from memos_core.operation.formation.temporal import Granularity

CONSTRAINT = ForesightKind.CONSTRAINT
_FORBIDS = re.compile(
    r"\b(?:can't|cannot|can not|mustn't|must not|may not|shouldn't|should not|unable to|not able to"
    r"|(?:not|n't|never) (?:be )?(?:allowed|permitted|supposed|meant|able|cleared|to (?:eat|drink"
    r"|drive|run|lift))|(?:isn't|aren't|not) allowed"
    r"|(?:told|asked|ordered|advised|warned|instructed) (?:me |him |her |us )?(?:not to|to (?:avoid"
    r"|rest|stay (?:off|out|away|in|home|indoors)|keep (?:off|out|away)|lay off|cut out|stop|limit"
    r"|keep off|skip|stick to|take it easy))|forb(?:ade|idden|ids)|banned|prohibited"
    r"|(?:'m|'s|'re|am|is|are) to (?:\w+ ){0,3}(?:nothing|no|not|avoid)"
    r"|(?:have|has|need|needs|got|'ve got|supposed|trying) to (?:avoid|rest|stay off|stay in bed"
    r"|lay off|keep off|cut out|steer clear|stay (?:out|away|indoors|home|inside)|keep (?:out|away)"
    r"|abstain|refrain|limit|skip|stick to|take it easy|wear|eat only|only eat|sleep on|use crutches"
    r"|keep (?:it|my|the))"
    r"|avoiding|avoid|abstain(?:ing)? from|refrain(?:ing)? from|steering clear|laying off|staying off"
    r"|stay off|keeping off|cutting out|swearing off|swore off|swear off|sworn off|skipping"
    r"|only (?:eat|eating|drink|drinking|allowed|soft|liquids?|have|having)|(?:can|may|could) only"
    r"|limited to|restricted to|confined to|stuck with|sticking to|strictly"
    r"|(?:is|are|'s|'re) (?:off limits|off the table|out of bounds|forbidden|a no-go"
    r"|out of the question)|(?!building|ceiling|heating|something|everything|wedding)\b[a-z]+ing (?:\w+ )?(?:is"
    r"|are) out(?! of\b)|keep(?:ing)? (?:my|it|the|his|her) (?:\w+ )?(?:up|down|low|quiet|dry|still"
    r"|clean|elevated|raised|covered)"
    r"|(?:says|said|told (?:me|him|her|us)|orders|ordered)(?: to|:)? (?:lay off|avoid|stay (?:off|in|out|home)"
    r"|keep off|cut (?:out|down)|skip|rest"
    r"|limit|steer clear|take it easy)|strict(?:ly)? no"
    r"|(?:doesn't|don't|didn't|not) want (?:me|him|her|us|them) (?:to\b|[a-z]+ing)"
    r"|(?:won't|doesn't|don't|isn't|not|refus\w+ to"
    r"|never) let(?:ting)?(?! me (?:forget|know)| it\b| yourself)|of no (?:more )?\w+ing"
    r"|(?:soft|bland|liquid|light|plain|clear|cold|mashed|pureed) (?:\w+ )?only|^(?:[a-z]+ ){1,3}only(?= (?:(?:for "
    r"|until |till )?~|while |until |till )|$)|(?:nobody|no one|none of us"
    r"|neither of us)\b.{0,24}"
    r"\ballowed)\b|(?:^|[,;:] |\b(?:said|says|reckons?|so|but|means|and|orders?(?: are| is)?"
    r"|been told|(?<!\bi )(?<!\bwe )(?:told|gave|given)(?: me| us| him"
    r"| her)?|instructions?|rule)[:,]? )(?:absolutely |strictly |definitely )?no (?:more )?(?!one\b|by\b|notice|warning"
    r"|idea|problem|worries|way\b|rush|doubt|need\b|matter|thanks|longer|plans?|time\b|wonder|clue"
    r"|news|luck|big deal|point|chance|reason|pressure|hurry)[a-z-]+"
    r"|nil by mouth|\bmust (?:wear|rest|stay (?:in|off|on|out)|keep|avoid|lie|refrain)\b|\b(?:have|has|need"
    r"|got) to lie\b|(?:^|[,;:] |\b(?:so|but|and|eat|eating|drink|have|spend|spending|buy|buying"
    r"|order) )nothing (?!better|beats|like|else|much|new"
    r"|planned|booked"
    r"|scheduled|special|happen|until"
    r"|will|is\b|on\b|to\b|going|urgent|good|wrong|interesting|can|came|beats|serious|dramatic)[a-z~]"
)
_ABSTAINS = re.compile(
    r"\b(?:not|won't(?: be)?|don't|doesn't|isn't|aren't|never) (?:\w+ )?(?:drink|eat|run|driv|exercis"
    r"|train|smok|spend|buy|shop|swim|cycl|ski|lift|danc|play|fly|travel|climb|bend|chew|us|wear|tak"
    r"|do|order|go|touch|hav|consum|jog|carry|work(?:ing)? out|stand|walk|put|climb|rid|cook|snack"
    r"|bath|shower|sing|talk|gam|scroll|date|dat|bak|sunbath)(?:e|ing|ning|ming|ting|ping)?\b"
)
_CANT_IDIOM = re.compile(
    r"\b(?:can't|cannot|couldn't|mustn't|must not|shouldn't) forget\b|\b(?:can't|cannot|couldn't) (?:wait|believe"
    r"|help|imagine|tell|say|complain|decide|remember|thank"
    r"|stop|find|figure|see|think|stand|seem|get over|recommend|stress|blame|argue|even|deny|resist"
    r"|make it|come|join|be there|get enough|explain|afford not|put (?:it )?(?:down|into words)"
    r"|keep up|do (?:~|it|that|this|mon|tue|wed|thu|fri|sat|sun)|describe|lie|understand|hear|picture|beat|go wrong"
    r"|emphasi[sz]e|overstate|miss|promise"
    r"|figure|do it|be more|quite)\b"
)
_ADVISED = re.compile(
    r"\b(?:doctor|doc|dr|physio\w*|dentist|surgeon|nurse|gp|vet|specialist|therapist|told|advised"
    r"|ordered|warned|instructed)\b"
)
_ACTIVITY = re.compile(
    r"\b(?:eat|drink|drive|run|walk|lift|exercise|train|swim|fly|travel|work(?: out)?|bend|chew|smoke"
    r"|ski|cycle|bike|climb|jump|dance|play|talk|sing|shower|bathe|bath|leave (?:the|my)|go out|stand"
    r"|sit|sleep|use my|put (?:any )?weight|alcohol|booze|wine|beer|caffeine|coffee"
    r"|dairy|sugar|gluten|meat|spicy|solid|food|foods|restaurants?|takeaway|takeout|eating|drinking"
    r"|running|driving|lifting|swimming|exercise|sports?|gym|sun|shopping|spending|spend|buy|afford"
    r"|visitors|milk|sushi|raw|liquids?|soup|carry|travel|flights?|parties|screens?|heels|weights?"
    r"|yoga)\b"
)
_MUST_NOT = re.compile(
    r"^(?:but |and |so )*nothing (?:with|containing|that has|too)\b|(?:\bnot|n't) allowed\b|\bmust(?:n't| not)\b"
    r"|^(?:and |so |but )*(?:strictly |absolutely )?no (?!\w+ing (?:to"
    r"|is))[a-z-]+"
)


def restriction(clause: Clause, found: Sequence[Draft]) -> Draft | None:
    """What an English clause forbids or limits; ``found`` is what it says besides."""
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
    forbids = _FORBIDS.search(bare) is not None and _CANT_IDIOM.search(bare) is None
    if any(draft.kind is CONSTRAINT or draft.group is Group.HOME for draft in found) or (
        cues.WAS.search(bare) and cues.WAS.search(_REASON.sub("", bare)) and not _ADVISED.search(bare)
    ):
        return None
    if cues.LONG_AGO.search(bare) or cues.UNREAL.search(re.sub(r"\bcould only\b|\breckons?\b", "", bare)):
        return None
    lasting = [
        time for time in clause.times if time.role in _ENDS and (time.role is not Role.BEFORE or is_long(time))
    ] or [
        time
        for time in clause.times
        if time.role is Role.AT and (time.begin <= (time.told or (time.begin,))[0] and is_long(time))
    ]
    if not forbids and _ABSTAINS.search(bare) and (lasting or cues.WHILE_ON.search(bare)):
        forbids = True
        if cues.PROGRESSIVE.search(bare) and not lasting and not cues.WHILE_ON.search(bare):
            return None
    if re.match(r"(?:please )?(?:do not|don't|never)\b", bare) or _LACKS.search(bare):
        return None
    if not forbids or (cues.HABIT.search(bare) and not lasting):
        return None
    medical = cues.DOCTOR.search(low) is not None
    if lasting or (clause.times and _ACTIVITY.search(bare)) or medical or cues.WHILE_ON.search(bare):
        return Draft(
            kind=CONSTRAINT,
            clause=clause,
            times=_since(clause),
            days=DAYS if medical or (not lasting and until_event(clause)) else None,
            confidence=0.9 if lasting else 0.7,
            linked=not any(time.role in (Role.UNTIL, Role.FOR) for time in clause.times),
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
    acts = _ACTIVITY.search(bare) is not None
    if not acts and not _MUST_NOT.search(bare) and not _CANNOT.match(bare):
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


def is_long(time: Time) -> bool:
    """Whether a time is no mere hour."""
    return time.granularity not in (Granularity.HOUR, Granularity.MINUTE)
