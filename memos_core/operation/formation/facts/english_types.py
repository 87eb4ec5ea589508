"""English words that say by themselves what they are: ailments, medicines, diets, pastimes, trades, relations.

Such a word needs no verb of its own. Whose it is says the nearest person before it in its clause, the speaker where
none
stands there; whether it holds say the words of denying, ending and trying beside it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts.english_scenes import is_tale, is_told_of_another
from memos_core.operation.formation.facts.lexicon import (
    ACTIVITIES,
    CONDITIONS,
    DIETS,
    DRUG,
    DRUG_ENDINGS,
    PLAYED,
    PRACTISED,
    is_trade,
)
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import PRESUMED, SELF, Reading
from memos_core.operation.formation.facts.stance import stance_of
from memos_core.operation.formation.facts.wordlists import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class _Type:
    """A class of words, and what must and must not stand in their clause."""

    slot: str
    words: frozenset[str]
    """One of them must be in the message; empty where a pattern alone tells."""
    word: re.Pattern[str]
    endings: tuple[str, ...] = ()
    """One word of the message must end so; empty where any may."""
    tails: frozenset[str] = frozenset()
    """The last three letters of the endings: few words pass."""
    needs: re.Pattern[str] | None = None
    against: re.Pattern[str] | None = None


def _some(words: frozenset[str]) -> str:
    return "|".join(sorted((re.escape(one) for one in words), key=len, reverse=True))


_OFTEN = (
    r"every|each|twice|once|times|daily|weekly|on (?:mon|tues|wednes|thurs|fri|satur|sun)days?|weekends?"
    r"|mornings|evenings|lessons?|class(?:es)?|club|course"
    r"|taken up|took up|taking up|got into|gotten into|getting into|hooked|obsessed|learning|teaching myself"
    r"|practi[cs]\w+|in my (?:spare|free) time|for fun|started"
    r"|hobby|addicted|since I|for years|my thing|love|loving|instead|relax\w*|unwind|to switch off|I'm into|I "
    r"do|we do|I've been|been doing"
)
_BRANDS = ("insulin", "aspirin", "warfarin", "lithium", "ritalin", "adderall", "zoloft", "prozac")
_NO_AILMENTS = listed(
    "add blind deaf pregnant covid cancer autism tolerance lactose allergies bipolar depression anxiety"
)
"""Words that are as often said of something else."""


_UNSURE = re.compile(
    r"\b(?:no|not|n't|without|thought|think|negative|fear|worr\w+|if|test(?:ed)? for|screen\w*|charity"
    r"|awareness|research|all clear|google\w*|scared|symptoms of"
    r"|cure for|article|book|study|runs in|ruled out|rule out|asked|cause[sd]?|could be|might|like)\b|n't\b",
    re.IGNORECASE,
)
_DOINGS = PRACTISED | ACTIVITIES | PLAYED
_TYPES: Sequence[_Type] = (
    _Type(
        slot="condition",
        words=CONDITIONS - _NO_AILMENTS | {"pressure", "type"},
        word=re.compile(
            rf"\b(?:{_some(CONDITIONS - _NO_AILMENTS)}|high blood pressure|type [12] diabetes)\b", re.IGNORECASE
        ),
        needs=re.compile(
            r"\b(?:my|me|I|I've|I'm|mine|had|have|got|since|for (?:months|years)|again|playing up|with)\b"
            r"|^\W*[A-Z]?[a-z ]+,"
        ),
        against=_UNSURE,
    ),
    _Type(
        slot="medication",
        words=frozenset(),
        endings=(*DRUG_ENDINGS, *_BRANDS),
        tails=frozenset(one[-3:] for one in (*DRUG_ENDINGS, *_BRANDS)),
        word=DRUG,
        needs=re.compile(
            r"\b(?:on|take|taking|took|takes|started|prescri\w+|off|stopped|quit|dose|mg|daily|swap\w*"
            r"|switch\w*|use|using|back on|put me|longer)\b",
            re.IGNORECASE,
        ),
        against=re.compile(
            r"\b(?:if|should|can I|can you|is it|what|allerg\w*|does|side effects of|against|might|would|could)\b",
            re.IGNORECASE,
        ),
    ),
    _Type(
        slot="hobby",
        words=_DOINGS,
        word=re.compile(
            rf"\b(?:{_some(PRACTISED | ACTIVITIES)}|(?:play(?:ing)? (?:the )?|the |learn(?:ing)? (?:the "
            rf")?)(?:{_some(PLAYED)}))\b",
            re.IGNORECASE,
        ),
        needs=re.compile(rf"\b(?:{_OFTEN})\b", re.IGNORECASE),
        against=re.compile(
            r"\b(?:if|should|would|I'd|want(?:s|ed)? to|might|could|tickets?|watch\w*|on (?:tv|telly)|game"
            r"|match|teacher|shop|sold|selling|tried|try|trying|once|never|used to|going to|will"
            r"|plan\w*|think\w*|thought|hate|boring|recommend\w*|when I was|as a (?:kid|child)|years ago"
            r"|yesterday|last (?:week|night|weekend|summer)|don't|can't|no more|any ?more|hasn't|n't)\b",
            re.IGNORECASE,
        ),
    ),
    _Type(
        slot="diet",
        words=DIETS,
        word=re.compile(
            rf"\b(?:{_some(DIETS - frozenset(('mediterranean', 'carnivore', 'omnivore')))})\b", re.IGNORECASE
        ),
        needs=re.compile(
            r"\b(?:I'm|I am|I've been|I've gone|we're|household|I went|still|gone|strict|me|been)\b", re.IGNORECASE
        ),
        against=re.compile(
            r"\b(?:if|should|would|restaurant|recipes?|options?|menu|food|place|caf[eé]|dish|cheese|burger"
            r"|not|n't|never|no longer|any ?more|thinking|tried|try|trying|might|could|used to|was|for (?:a"
            r"|one|the) (?:week|day|month)"
            r"|friend|cook\w*|make|made|find|want|looking|meals?|cake|leather|nearly|almost|pretend\w*)\b|n't\b",
            re.IGNORECASE,
        ),
    ),
)
_ENDS = re.compile(
    r"\b(?:no longer|come off|came off|stopped|quit|gave up|given up|finished|(?:taken|took) me off|off the"
    r"|packed in|weaned off|done with|switched from|swapped|sacked off|binned|ditched|dropped|jacked in|packed "
    r"up|knocked|moved on from|gone|cured|in remission|outgrew|grown out of)\b",
    re.IGNORECASE,
)
_SWAPPED = re.compile(
    r"^.*\b(?:switched|swapped|changed|moved)\b.*\s(?:to|onto|for|with)\s+(?:\w+\s+)?$", re.IGNORECASE
)
"""What stands behind it is the new one: "switched from sertraline to …"."""
_LONGEST = 1500


def typed_words(page: Page, said: Sequence[Reading]) -> Iterator[Reading]:
    """The readings of all classes, where no other rule has read the same word.

    Args:
        page: The message.
        said: What the other rules read.
    """
    if len(page.shown) > _LONGEST:
        return
    for kind in _TYPES:
        if kind.endings and not any(one[-3:] in kind.tails and one.endswith(kind.endings) for one in page.words):
            continue
        if (kind.words and kind.words.isdisjoint(page.words)) or (
            kind.needs and not kind.needs.search(page.shown) and not _ENDS.search(page.shown)
        ):
            continue
        for found in kind.word.finditer(page.shown):
            value = re.sub(r"^(?:playing|play|learning|learn|the)\s+(?:the\s+)?", "", found[0].lower())
            if any(one.slot == kind.slot and value in one.value.lower() for one in said):
                continue
            number = next((n for n, one in enumerate(page.clauses) if one.start <= found.start() < one.stop), None)
            if number is not None and (reading := _weighed(page, page.clauses[number], kind, found, value)):
                yield reading


def _weighed(page: Page, clause: Clause, kind: _Type, found: re.Match[str], value: str) -> Reading | None:
    before = page.shown[clause.start : found.start()]
    around = f"{before} \0 {page.shown[found.end() : clause.stop]}"
    if clause.asked or clause.chinese or is_tale(page, clause) or is_told_of_another(before):
        return None
    if kind.slot == "hobby" and (_NEXT_TO.search(before) or _OF_A_THING.match(page.shown, found.start())):
        return None
    if stance_of(page).modality(clause, before) in (Modality.HYPOTHETICAL, Modality.REPORTED):
        return None
    if page.sentences[clause.sentence][2] or not _is_first(page, clause, before):
        return None
    ended = _ENDS.search(_SWAPPED.sub("", before)) is not None
    if kind.needs and not ended and not kind.needs.search(around if kind.words != _DOINGS else f"{found[0]} {around}"):
        return None
    if kind.against and not ended and kind.against.search(around):
        return None
    return Reading(
        person=SELF,
        slot=kind.slot,
        value=value,
        start=clause.start,
        stop=clause.stop,
        polarity=Polarity.ENDED if ended else Polarity.AFFIRMED,
        confidence=PRESUMED if ended else 0.9,
    )


_NEXT_TO = re.compile(
    r"\b(?:the|an?|another|this|that|these|those|your|his|her|their|of|some|any)\s+(?:[a-z]+\s+)?$|\[[^\]]*$",
    re.IGNORECASE,
)
"""Before a word that names a thing and no doing: "another painting of yours"."""
_OF_A_THING = re.compile(
    r"(?:running|streaming|drawing|fencing|boxing|spinning)\s+(?:[A-Z]|a\b|the\b|my\b|some\b|it\b|into\b|out\b"
    r"|late\b|errands|tests?\b|around\b"
    r"|low\b|short\b|up\b|in\b(?! the)|through\b|services?|from\b|behind\b)",
)
"""Doings that are pastimes only without an object: "running the tests"."""
_FIRST = re.compile(r"\b(?:I|I'\w+|my|me|we|we'\w+|our|mine|us)\b")
_BARE = re.compile(r"^\W*(?:[a-z]+\W+){0,4}$", re.IGNORECASE)


def _is_first(page: Page, clause: Clause, before: str) -> bool:
    """Whether the speaker is spoken of: in the clause, or nobody is and few words come before."""
    if _FIRST.search(page.shown, clause.start, clause.stop):
        return True
    start, stop, _ = page.sentences[clause.sentence]
    if is_told_of_another(page.shown[start : clause.stop]):
        return False
    return _BARE.match(before) is not None or _FIRST.search(page.shown, start, stop) is not None


_TRADE = re.compile(
    r"(?:\b(?:(?:week|day|month|year|months|years|shift|job|gig|role|post|working|work|start(?:ed|ing)?|living"
    r"|temping|temp|on|in) as an?)\s+(?P<as>[a-z][a-z -]*?)(?=\s+(?:at|for|in|with|now|and|but|on|done|today"
    r"|next|this|since)\b|\s*[,.!;]|\s*$)"
    r"|\b(?:got|landed|took|have|doing|starting|love|like|hate|quit|accepted|in)\s+(?:the|a|an|my"
    r"|this)\s+(?P<job>[a-z]+(?:\s[a-z]+)?)\s+(?:job|role|position|gig|post)\b)"
)


def trades(page: Page, said: Sequence[Reading]) -> Iterator[Reading]:
    """``first week as a receptionist``, ``got the receptionist job``."""
    for found in _TRADE.finditer(page.shown) if " as a" in page.shown or "job" in page.shown else ():
        value = found["as"] or found["job"]
        number = next((n for n, one in enumerate(page.clauses) if one.start <= found.start() < one.stop), None)
        if number is None or not is_trade(value):
            continue
        clause = page.clauses[number]
        if any(one.slot == "occupation" and one.start < clause.stop and clause.start < one.stop for one in said):
            continue
        before = page.shown[clause.start : found.start()]
        if (
            clause.asked
            or is_tale(page, clause)
            or is_told_of_another(before)
            or _NOT_YET.search(page.shown, clause.start, clause.stop)
        ):
            continue
        if stance_of(page).modality(clause, before) in (Modality.HYPOTHETICAL, Modality.REPORTED):
            continue
        ended = (
            re.search(r"\b(?:quit|left|leaving|stopped|finished|gave up|given up)\b", f"{before}{found[0]}") is not None
        )
        yield Reading(
            person=SELF,
            slot="occupation",
            value=value,
            start=clause.start,
            stop=clause.stop,
            polarity=Polarity.ENDED if ended else Polarity.AFFIRMED,
            event=True,
            clause=number,
            confidence=0.9,
        )


_NOT_YET = re.compile(
    r"\b(?:appl\w+|interview\w*|offer\w*|want\w*|hop\w+|dream\w*|would|could|might|if|used to|was|were"
    r"|considering|looking|thinking|retrain\w*|train(?:ing)? as|years ago|summer job|once|before|nearly"
    r"|next|tomorrow|will|going to|didn't|not|never|no longer|any ?more)\b",
    re.IGNORECASE,
)
