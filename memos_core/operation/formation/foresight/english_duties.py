"""English: promises, duties and deadlines."""

import re
from collections.abc import Sequence
from datetime import timedelta

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight import english_cues as cues
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.drafts import Draft
from memos_core.operation.formation.foresight.times import Role, Time

_TO_ME = re.compile(r"\b(?:he|she|they|you) (?:promised|swore|vowed)\b.*\bto me\b")
_THERE = re.compile(
    r"\bdue (?:at|to|in) (?!~|the (?:next|last|end)\b)(?:the|my|our|his|her|an?|\w+'s|court|hospital"
    r"|theatre|surgery) "
)
"""Due to come to a place: an arrival."""
_COMES = re.compile(
    r"\b(?!paper|order|letter|chapter|cover|flyer|poster|offer|tender|folder|answer|number|brochure|other|either"
    r"|banner)"
    r"(?:[a-z]{3,}(?:er|ers|or|ors|ist|ian|ians|man|men|woman)|guests?|visitors|inspectors?|delivery|parcel|taxi|cab"
    r"|mum"
    r"|dad|mom|parents|folks|in-laws|bloke|guy|people|team|midwife|nurse|vet|train|bus|flight|ferry)"
    r"(?:'s| is| are|'re) due (?:here |round |over |home |back )?(?!in the post)(?:at |between |around |about |on "
    r"|for )?"
    r"(?:\d|~|any)"
)
"""Who is due comes; what is due is owed."""
_BIRTH = re.compile(
    r"\b(?:baby|twins|she|i'm|wife|sister)(?:'s| is)? due\b|\bdue (?:with )?(?:my|our|her) (?:first|second|third"
    r"|baby)\b"
)
_BE_THERE = re.compile(
    r"\b(?:be|am|is|are|get|arrive|land|come|'m|'ll be) (?:back|home|there|in|at|here|done by|over"
    r"|gone|off)\b(?<!to be in)(?! (?:your\b|with you|the (?:post|mail)\b))"
)
"""To be somewhere by a time is a plan."""
_WANTED = re.compile(
    r"\b(?:has|have|needs?|must) (?:to )?be in\b|\bnote to self"
    r"|\b(?:wants?|expects?|needs?|asked for|wanting|needing|expecting|chasing|demands?) (?!to\b|~)\S"
    r"|\b(?:needed|wanted|required|expected|owed|payable|goes|has to go|go) \b"
)
_TO_BE_AT = re.compile(r"\b(?:(?:has|have|needs?|got) to|must) be (?:in|at|there|up|back|home|on|here|out|off|away)\b")
_OWN = re.compile(
    r"(?:and |so |but |also |then )*(?:i|we|my|our|i'm|we're|i've|we've)\b(?! (?:know|think|hope|guess"
    r"|bet))"
)
_PERFECT = re.compile(r"(?:'ve|\b(?:have|has|had|was|were|did))\b(?! to\b)")
_ARRIVES = re.compile(
    r"\b(?:arriv|land|com|deliver|ready|open|finish|recover|better|done with|over|healed|gone"
    r"|back)\w*\b"
)
_AWAITED = re.compile(
    r"\b(?:professor|prof|supervisor|boss|manager|client|customer|editor|publisher|hr|teacher|tutor|landlord"
    r"|landlady|council|bank|school|coach"
    r"|accountant|solicitor|lawyer|director|committee|office|team|agency|agent|university|college|court|insurer"
    r"|journal|head|nursery)"
    r"(?:'s| is| are)? (?:wants?|needs?|expects?|expecting|wanting|requires?|asked for|waiting for) (?!to\b|me to\b"
    r"|us to\b|guests|a baby|visitors)"
)
"""Somebody who has a claim to it waits for it."""
_REMEMBER = re.compile(
    r"\blet me forget (?:that|about|the|my|our|to)\b|\b(?:remember|forget|note to self"
    r"|remind me) ?:?(?:to |that i )"
)
_TALK = re.compile(
    r"\b(?:help|show|tell|see|miss|let) (?:you|me|us)\b(?!.*~)|\bgive (?:it|you (?:a|an|some"
    r"|one) (?:\w+ )?(?:hint|idea|example|tip|clue|shot|try))\b|\bcall (?:it|that)\b"
)
"""Is done as it is said: "I'll give you a hint"."""


_LONG_AGO = re.compile(
    r"\bonce (?:promised|told|said|swore|owed)\b|\b(?:years|months|ages) ago\b|\bused to\b"
    r"|\bback (?:then|in)\b"
)
_NOT_DUE = re.compile(
    r"(?:n't|\bnot|\bno longer) (?:actually |now )?(?:due|needed|wanted|expected)(?: in| back)? (?=till?\b|until\b"
    r"|before\b)"
)
"""Puts off what is owed: "it isn't due till the 27th now"."""


_A_SEASON = timedelta(days=90)
"""What was promised so long ago is no debt: "in 1988 I promised"."""


def owed(clause: Clause) -> Draft | None:
    """A promise, a duty or a deadline that an English clause tells of."""
    bare = clause.bare
    if cues.HABIT.search(bare) or cues.DUE_BACK.search(bare) or _LONG_AGO.search(bare):
        return None
    if (_THERE.search(bare) or _COMES.search(bare)) and not cues.PROMISE.search(bare):
        return None
    if deferred := _NOT_DUE.search(clause.low):
        dates = [time for time in clause.times if time.start - clause.start >= deferred.end()]
        return commitment(clause, dates, 0.9) if dates else None
    if cues.NEGATED.search(bare) and "forget" not in bare:
        return None
    if any(time.role is Role.PAST and clause.at - time.end > _A_SEASON for time in clause.times):
        return None
    within = [
        time
        for time in clause.times
        if time.role in (Role.FOR, Role.UNTIL) and cues.GIVEN.search(_around(clause, time))
    ]
    dates = [time for time in clause.times if time.ahead and time.role is not Role.FOR] + within
    by = [time for time in clause.times if time.role in (Role.BY, Role.BEFORE)]
    confidence = (
        _promised(clause, dates)
        or _due(clause, dates)
        or _by_then(clause, by, within)
        or _must(clause, dates)
        or _undertaken(clause, dates)
    )
    return commitment(clause, dates, confidence) if confidence else None


_DEBT = re.compile(
    r"\b(?:i|we) (?:still )?owe (?:[a-z']+ ){1,3}(?:[$€£]|(?:a |the |some )?\d|an? (?!apolog|big|huge"
    r"|thank|drink|beer|debt|favou?r|lot|hug))"
)


def _promised(clause: Clause, dates: Sequence[Time]) -> float:
    bare = clause.bare
    debt = _DEBT.search(clause.low) is not None
    if not cues.PROMISE.search(bare) or not (dates or debt or cues.DELIVERS.search(bare)) or _TO_ME.search(bare):
        return 0
    return 0.9 if dates else 0.6


def _due(clause: Clause, dates: Sequence[Time]) -> float:
    if not any(time.role is not Role.UNTIL for time in dates) or not cues.OWED.search(clause.low):
        return 0
    if not any(time.role is Role.BY for time in dates) and _TO_BE_AT.search(clause.bare):
        return 0
    return 0 if _BIRTH.search(clause.low) or _THERE.search(clause.bare) or cues.WAS.search(clause.bare) else 0.9


def _by_then(clause: Clause, by: Sequence[Time], within: Sequence[Time]) -> float:
    bare = clause.bare
    if not by and not within:
        return 0
    if by and _WANTED.search(bare):
        return 0.9
    bound = within or any(cue.search(bare) for cue in (cues.MUST, cues.WILL, cues.COMING, cues.PROGRESSIVE))
    if bound or not by:
        return 0.9 if not _BE_THERE.search(bare) else 0
    own = _OWN.match(bare) is not None and not _PERFECT.search(bare) and not _BE_THERE.search(bare)
    return 0.7 if own and not _ARRIVES.search(bare) else 0


def _must(clause: Clause, dates: Sequence[Time]) -> float:
    bare = clause.bare
    if not dates:
        return 0
    if _REMEMBER.search(bare) or _AWAITED.search(bare):
        return 0.8
    return 0.8 if cues.MUST.search(bare) and cues.DELIVERS.search(bare) and " should " not in f" {bare} " else 0


def _undertaken(clause: Clause, dates: Sequence[Time]) -> float:
    """Of "I'll send you the photos"; without a date it is hardly worth more than a guess."""
    bare = clause.bare
    if not cues.WILL.search(bare) or not cues.DELIVERS.search(bare) or _TALK.search(bare):
        return 0
    if not cues.TO_YOU.search(bare) and not re.search(r"\bpromise|for sure\b", bare):
        return 0
    return 0.8 if dates else 0.5


def _around(clause: Clause, time: Time) -> str:
    """The clause with the time as a mark of its own."""
    start, stop = time.start - clause.start, time.stop - clause.start
    return f"{clause.low[:start]}@{clause.low[stop:]}"


def is_arrival(clause: Clause, time: Time) -> bool:
    """Whether it is when somebody or something is due at a place: "we're due in court on 30 June"."""
    if time.role is not Role.BY:
        return False
    return any(cue.search(clause.bare) for cue in (_THERE, _COMES, _BIRTH))


def commitment(clause: Clause, dates: Sequence[Time], confidence: float) -> Draft:
    """Owed from now until its date; without one within a week."""
    return Draft(
        kind=ForesightKind.COMMITMENT,
        clause=clause,
        times=clause.times if dates else (),
        days=7 if not dates else None,
        confidence=confidence,
        due=bool(dates),
    )
