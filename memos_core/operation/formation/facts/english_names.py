"""Proper names behind a preposition, weighed: does the speaker live, work or study there, or only pass through?

What stands in the clause speaks for a slot or against it; the slot with the most evidence takes the name, if there is
enough. Nothing here asks for a certain verb.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts.english_scenes import NO_TOWN, is_tale, is_told_of_another
from memos_core.operation.formation.facts.given_names import is_given_name
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import SELF, Reading
from memos_core.operation.formation.facts.stance import stance_of

_NAME = r"(?-i:[A-Z][\w'&-]*[\w](?:\s(?:on|upon|le|la|de|of the|of|the)(?=\s[A-Z])|\s[A-Z][\w'&-]*\w){0,3})"
_CANDIDATE = re.compile(
    rf"\b(?P<prep>(?:bit|part|corner|end|side) of|like|love|prefer|anywhere but|nowhere but|in|into|to|at|with"
    rf"|for|near|outside|leaving|leave|it's|settling into)\s+(?P<name>{_NAME})",
    re.IGNORECASE,
)
_ENOUGH = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """What speaks for a slot."""

    slot: str
    preps: frozenset[str]
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    against: re.Pattern[str]
    around: re.Pattern[str]
    """What speaks for it anywhere in the message."""


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)


_UNREAL = (
    r"if|would|'d|wish|might|may|maybe|used to|was|were|interview\w*|appl(?:y|ied|ying)|nearly|almost|offer\w*"
    r"|dream\w*|should|imagine"
    r"|turned down|thinking of|want(?:s|ed)? to|hop(?:e|ing) to|planning|let's|will|going to|gonna|don't live|didn't"
)
_KINDS = (
    _Kind(
        slot="residence",
        preps=frozenset(
            (
                "in",
                "into",
                "near",
                "outside",
                "leaving",
                "leave",
                "settling into",
                "bit of",
                "part of",
                "corner of",
                "end of",
                "side of",
                "anywhere but",
                "nowhere but",
                "like",
                "love",
                "prefer",
            )
        ),
        strong=_words(
            r"liv(?:e|ing)|lease|landlord|rent(?:ing|ed)?|mortgage|home|homeowner|flat|moved|moving in"
            r"|settl(?:ed|ing)|unpack\w*|neighbou?rs?"
            r"|bought (?:a|an|our|my) (?:\w+ )?(?:house|flat|wreck|cottage|farm|ruin|place|home|condo|bungalow"
            r"|fixer-upper|doer-upper"
            r"|apartment)|whole life|all my life"
            r"|not leaving|never leaving|never leave|stay(?:ing)? put|stuck|postcode|council tax|kipping|for "
            r"good|permanently|since|forever"
            r"|not going anywhere|at my (?:mum|mom|dad|nan|gran|parents|folks|sister|brother|mate)'?s'?|home "
            r"sweet|downsized|retired to"
        ),
        weak=_words(
            r"now|still|these days|nowadays|currently|happily|over|round here|by the|near the|with (?:my|the) "
            r"(?:\w+ )?(?:mum|mom|dad|parents|auntie|aunt|gran|sister|brother|partner"
            r"|wife|husband|boyfriend|girlfriend|kids|family|mate|mates|flatmate)|years|always|again|all the "
            r"way over|where"
        ),
        against=_words(
            _UNREAL + r"|visit\w*|fl(?:ew|y|ying)|flight|trip|weekend|holiday|vacation|wedding|conference|meeting|hotel"
            r"|airbnb|hostel|for (?:a|an|the|my|our) (?:stag|hen|funeral|party|visit|bit|course|do)|for (?:a|the|an"
            r"|one|two|three|\d+) "
            r"(?:week|day|night|month|days|weeks|nights|months)|tonight|yesterday|went|drove|gigs?|concert|race"
            r"|marathon|born|raised|grew up|working|work|works|stud\w+"
            r"|uni\w*|office|ago|lives|hospital|till|until|layover|airport|match|game|cup|landed|for work|on "
            r"business|shopping|museum|restaurant|met|"
            r"interested|believe|faith|invest\w*|shares|tour|festival|cruise|retreat|camp|played|playing|vibes"
        ),
        around=_words(
            r"(?:flat|house|apartment)[- ]hunt\w*|mov(?:ed|ing) (?:house|in|day|saturday|sunday|last|on)|boxes"
            r"|lives in|lives near|removal|new place|unpack\w*|housewarming"
        ),
    ),
    _Kind(
        slot="employer",
        preps=frozenset(("at", "with", "for", "it's", "to")),
        strong=_words(
            r"jobs?|wait tables|waitress\w*|serve|bartend|stack|shifts?|work(?:ing|s)?|boss|manager|pay|salary"
            r"|hired|contract|colleagues?|desk|career|role"
            r"|promot\w+|intern|employ\w+|stacking|tills?|on the tools"
            r"|rota|payroll|warehouse|full[- ]time|part[- ]time|nine to five|9 to 5|redundanc\w+|badge|onboarding"
            r"|temping|gig"
        ),
        weak=_words(
            r"now|still|staying|these days|currently|years|yrs|months|since|for the foreseeable|team|office"
            r"|started|in (?:sales|it|hr|marketing|returns|accounts|finance)"
        ),
        against=_words(
            _UNREAL + r"|rejected|left|quit|resign\w*|someone else|trial|customer|shop(?:ping|ped)|bought|ordered|order"
            r"|parcel|account|school|uni|delivery|returned|refund|queue"
            r"|tonight|concert|sat|met|coffee with|lunch with|dinner with|drinks with|saw|out|party|thanks|notice"
            r"|laid|fired"
            r"|sacked|let go|works? out|birthday|met|homework|home\w*|visit\w*|hospital|dinner|breakfast"
        ),
        around=_words(r"job|offer|said yes to|recruiter|headhunt\w*|salary|colleagues?|boss|interview|notice"),
    ),
    _Kind(
        slot="school",
        preps=frozenset(("at", "into")),
        strong=_words(
            r"uni(?:versity)?|degree|(?:first|second|third|final|last|fourth|freshman|sophomore|junior|senior) "
            r"year|semester|term|freshers|campus|dorms?|lectures?|major(?:ing)?"
            r"|course|student|grad|phd|ph\.d|masters|thesis|dissertation|studying|undergrad|postgrad|freshman"
            r"|sophomore|tuition|professor|halls|b\.?sc|b\.?tech|bachelor'?s?|got into|enrol\w*"
        ),
        weak=_words(r"now|still|these days|i'm at|am at|year"),
        against=_words(
            _UNREAL + r"|tonight|yesterday|gig|concert|teach\w*|lectur(?:er|ing)|work\w*|job|daughter|son|visit\w*"
            r"|graduated|reunion|ago|tour|open "
            r"day|librarian|porter|cleaner|professor at|secretary|rejected"
        ),
        around=_words(
            r"uni(?:versity)?|degree|campus|dorms?|lectures?|got into|student|semester|freshers|term|exams?"
            r"|thesis|dissertation"
        ),
    ),
)
_DENIED = re.compile(
    r"\b(?:no longer|not|never|don't|doesn't|didn't|haven't|ain't|isn't|can't|couldn't|left|quit|any ?more)\b",
    re.IGNORECASE,
)
_AT_THEIRS = re.compile(r"\b(?:at|with|near|to|by)\s+(?:my|our)\s+[\w'-]+(?:\s(?!in\b)[\w'-]+)?", re.IGNORECASE)
"""Where one is, no subject: "back at my mum's in Sopot"."""
_HERE = re.compile(
    r"(?:\bI'm|\b[Ii]m|\bI am|\bwe're|\bwe are|\bI've been|\bbeen|^still|^back|^now)\s+(?:(?:still|now|back|currently"
    r"|over|up|down|out|here|both|just|all)\s+)*$",
    re.IGNORECASE,
)
_MOVING = re.compile(
    r"\b(?:moving|move|leave|leaving|come (?:and )?live|come home|relocat\w+|go back|live (?:near|in|with)|for "
    r"anyone|for anything)\b",
    re.IGNORECASE,
)
_DEGREE = re.compile(r"\b(?:masters|master's|degree|phd|bachelors?|b\.?sc|m\.?sc|erasmus)[\w ]{0,12}$", re.IGNORECASE)
_POST = re.compile(r"\b(?:jobs?|contract|role|career|shifts?|post|gig|hired|intern\w*)\b[^.!?]{0,20}$", re.IGNORECASE)
_GOT = re.compile(r"\b(?:we|I)(?:'ve)? (?:got|found|bought|took|chose|picked|signed)\b[^.!?]*$", re.IGNORECASE)
_OWN = re.compile(r"\b(?:I|I'\w+|[Ii]m|[Ii]ve|[Ww]e|[Ww]e'\w+|[Mm]y|[Oo]ur|me|us)\b")
_SUBJECTLESS = re.compile(
    r"^\W*(?:(?:so|and|but|well|ok|right|anyway|finally|just|still|now|back|been|also|yeah|yep"
    r"|honestly)\W+)*(?:[a-z]+(?:ing|ed)\b|back\b|still\b|now\b|been\b|got\b|left\b|bought\b|home\b|(?:first"
    r"|second|third|final|last) year|it's\b|boss\b|manager\b|shift\b|student\b|phd\b|masters\b)",
    re.IGNORECASE,
)
_SOLD_UP = re.compile(r"\b(?:sold up|gave up (?:the|my|our) \w+|moved (?:out|away))\s*(?:in|from)?\s*$", re.IGNORECASE)


def places(page: Page, said: Sequence[Reading]) -> Iterator[Reading]:
    """Where the speaker lives, works and studies, by evidence.

    Args:
        page: The message.
        said: What other rules read; a slot that they fill is left alone.
    """
    text = page.shown
    if len(text) > _LONGEST or (_OWN.search(text) is None and len(page.sentences) > 4):
        return
    filled = {
        one.slot
        for one in said
        if one.person == SELF
        and one.polarity is Polarity.AFFIRMED
        and _is_meant(one)
        and not (one.slot == "school" and "graduated" in text[one.start : one.stop])
    }
    for match in _CANDIDATE.finditer(text):
        number = next(
            (n for n, one in enumerate(page.clauses) if one.start <= match.start() < one.stop and not one.chinese), None
        )
        if number is None or NO_TOWN.match(match["name"]):
            continue
        clause = page.clauses[number]
        before = text[clause.start : match.start()]
        told = _AT_THEIRS.sub(" ", before.rpartition(", ")[2])
        told = f"{told}{match['prep']}" if match["prep"].lower() == "settling into" else told
        if clause.asked or is_tale(page, clause) or not _own(told):
            continue
        if stance_of(page).modality(clause, before) in (Modality.HYPOTHETICAL, Modality.REPORTED):
            continue
        slot = "" if is_given_name(match["name"]) else _weigh(text, clause, before, match)
        if slot == "employer" and "school" in filled and _SCHOOLS.search(match["name"]):
            continue
        if not slot or slot in filled:
            continue
        ended = slot == "residence" and _SOLD_UP.search(f"{before}") is not None
        if not ended:
            filled.add(slot)
        yield Reading(
            person=SELF,
            slot=slot,
            value=match["name"].removesuffix("'s"),
            start=clause.start,
            stop=clause.stop,
            polarity=Polarity.ENDED if ended else Polarity.AFFIRMED,
            confidence=0.9,
            clause=-1,
        )


_SCHOOLS = re.compile(r"\b(?:Poly|Polytechnic|Uni|University|College|JC|Tech|Academy|School|High|State)$")
_LONGEST = 1500
_NEAR = 24
"""Characters after a name in which what speaks against it is looked for."""


def _is_meant(one: Reading) -> bool:
    return one.modality in (Modality.ASSERTED, Modality.CORRECTING)


def _own(before: str) -> bool:
    """Whether nobody but the speaker is the subject of what stands before the name."""
    mine = list(_OWN.finditer(before))
    if is_told_of_another(before):
        last = mine[-1] if mine else None
        return (
            last is not None
            and last[0].lower() not in ("my", "our", "me", "us")
            and not is_told_of_another(before[last.end() :])
        )
    return bool(mine) or not before.strip() or _SUBJECTLESS.match(before) is not None


def _weigh(text: str, clause: Clause, before: str, match: re.Match[str]) -> str:
    """The slot with the most evidence, or nothing where there is not enough of any."""
    best, most = "", _ENOUGH - 1
    said = text[clause.start : clause.stop]
    around = said[: match.start() - clause.start] + " \0 " + said[match.end() - clause.start :]
    near = f"{before} \0 {text[match.end() : min(clause.stop, match.end() + _NEAR)]}"
    prep = match["prep"].lower()
    if prep == "in" and _DEGREE.search(before):
        return "school"
    if prep in ("with", "for") and not _HERE.search(before) and not _POST.search(before):
        return ""
    if prep not in _DENIABLE and _DENIED.search(around):
        return ""
    for kind in _KINDS:
        if prep not in kind.preps or kind.against.search(near):
            continue
        score = _score(kind, prep, text, before, around)
        if score > most:
            best, most = kind.slot, score
    return best


def _score(kind: _Kind, prep: str, text: str, before: str, around: str) -> int:
    """How much speaks for a slot; a preposition that says it all decides alone."""
    if prep in _DECIDING:
        return _ENOUGH if _DECIDING[prep](text, before) else 0
    here = _HERE.search(before) is not None
    score = 2 * len({one.lower() for one in kind.strong.findall(around)}) + len(set(kind.weak.findall(around)))
    if here and prep != "to" and (kind.slot != "employer" or score):
        score += 1
    if (score or here or _GOT.search(before)) and kind.around.search(text):
        score += 2 if _GOT.search(before) else 1
    return score


def _is_liked(text: str, before: str) -> bool:
    """``My parents want me back in Penang. I like Melbourne.``."""
    return _MOVING.search(text) is not None and _I_DO.search(before) is not None


def _is_kept(text: str, before: str) -> bool:
    """``He moved to Dubai. I'm not leaving Swansea.``: nobody is told to stay where no one speaks of moving."""
    return _NEVER.search(before) is not None and _MOVING.search(_KEPT.sub("", text)) is not None


def _is_corner(_: str, before: str) -> bool:
    """``my bit of Wrexham``, ``never lived anywhere but Truro``."""
    return _CORNER.search(before) is not None


_KEPT = re.compile(r"\b(?:leave|leaving)\s+(?=[A-Z])")
_I_DO = re.compile(r"\b(?:I|we)(?:'d)?\s+(?:quite\s+|really\s+)?$")
_NEVER = re.compile(r"\b(?:not|never)\b|n't", re.IGNORECASE)
_CORNER = re.compile(r"\b(?:my|our|this|lived|been|live)\b", re.IGNORECASE)
_DECIDING: Mapping[str, Callable[[str, str], bool]] = {
    **dict.fromkeys(("like", "love", "prefer"), _is_liked),
    **dict.fromkeys(("leaving", "leave"), _is_kept),
    **dict.fromkeys(("bit of", "part of", "corner of", "end of", "side of", "anywhere but", "nowhere but"), _is_corner),
    "settling into": lambda _text, _before: True,
}
_DENIABLE = frozenset(("leaving", "leave", "anywhere but", "nowhere but"))
"""With which a denial speaks for the place."""
