"""How the speaker stands to what a clause says: supposing, reporting, joking, correcting. English and Chinese."""

import re
from dataclasses import dataclass
from functools import lru_cache

from memos_core.domain.engram import Modality
from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.wordlists import listed

_JOKE = re.compile(
    r"(?<!not )(?<!n't )(?<!no )\b(?:just |only |i'm |im |i am |was )*(?:kidding|joking|jk(?![@.\w])|messing "
    r"with you|pulling your leg)\b(?! aside)|\bjust a joke\b|\bapril fools"
    r"|(?<!没)(?<!不)开(?:个|了个)?玩笑|逗你(?:的|玩)|骗你的|说着玩",
    re.IGNORECASE,
)
_CORRECTS = Cue(
    r"\bi (?:really )?mean(?:t|s)?\b(?! (?:to|a lot|it|well|the world))|\bcorrection\b|\bi was (?:wrong"
    r"|mistaken)\b|\bi got (?:it|that) wrong\b|\b(?:my|a) (?:mistake|bad|error)\b|\btypo\b|\bmixed up\b|\bmisspoke\b"
    r"|\bmistyped\b|\bmiswrote\b"
    r"|\b(?:to|let me|i need to|i have to|i should) correct\b|\bscratch that\b|\bstrike that\b|\boops\b"
    r"|\bwait,? no\b|\bi misremembered\b|\bthat(?:'s| is| was) (?:wrong|not right|incorrect|not correct)\b"
    r"|\bi (?:said|told you|wrote|gave you|put)\b.{0,60}\b(?:but|wrong|instead)\b|\bgot mixed\b"
    r"|\bconfused\b.{0,20}\bwith\b"
    r"|(?:说|搞|弄|记|写|打|看|输)错(?:了|字)?|更正|纠正|口误|笔误|应该是(?!要)|不对[，,。！]|准确地?说",
    re.IGNORECASE,
)
_NUMBER_NOT = re.compile(r"\d[\w.,/@-]*,? (?:and )?not [\w.,/@+-]*\d")
_OPENS_CORRECTING = re.compile(
    r"^\W*(?:(?:oh|hmm|ah|sorry|wait|well|ok|okay|um|uh)\b[\s,!.…-]*)*(?:actually|no|nope|sorry"
    r"|wait)\b(?:[\s,.!…:—-]+(?:that's|it's|my|i|actually)|[,.!…:—-])|^[^,.!?]{1,30}, actually\b"
    r"|^[\W_]*(?:不是[，,的]|不[，,]|其实)",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\b(?:if|wish(?:es|ed)?|imagin(?:e|ing)|suppos(?:e|ing)|pretend(?:ing)?|whether|hop(?:e|es|ing)"
    r"|dream(?:s|ed|t|ing)?|wonder(?:s|ed|ing)?|unless|as though|what if|in another life|feels? like|as if"
    r"|would|might|may|let's say|maybe|perhaps|possibly)\b",
    re.IGNORECASE,
)
_SUPPOSING_LEADS = frozenset(("if", "unless", "suppose", "imagine", "as if"))
_MATRIX = re.compile(
    r"(?P<who>[\w'’-]+)\s+(?:(?:always|still|just|also|really|kindly|actually|even|never|keeps?|wrongly"
    r"|recently|once|do|does|did|have|has|had|was)\s+){0,2}"
    r"(?P<verb>says?|said|saying|thinks?|thought|tells?|told|claim(?:s|ed)?|believe[sd]?|heard|hears?"
    r"|reckon(?:s|ed)?|insist(?:s|ed)?|assume[sd]?|guess(?:es|ed)?|read|suggest(?:s|ed)?|mention(?:s|ed)"
    r"|asks?|asked|joke[sd]?|wants?|wanted|announced|texted|wrote)\b",
    re.IGNORECASE,
)
_HEARSAY = re.compile(
    r"(?<!, )\b(?:according to|apparently|supposedly|allegedly|rumou?r has it|word is|i hear|i heard|i was told"
    r"|i've heard|i read (?:that|somewhere|online|an article|in the (?:paper|news)))\b",
    re.IGNORECASE,
)
_OWN = listed("i we i've we've i'd we'd")
_NOBODY = listed(
    """
    can't cannot don't didn't won't wouldn't couldn't shouldn't never to will would can could do did and but must please
    not doesn't still just always
    """
)
"""Words before a verb of saying that are nobody: "Can't believe"."""
_HEARD = listed("heard hear hears read")
_EXPERTS = re.compile(
    r"\b(?:doctor|dermatologist|allergist|gp|physician|specialist|cardiologist|dentist|vet|therapist"
    r"|psychiatrist|test|tests|results|scales?|passport|birth certificate)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """What surrounds the clauses of one message."""

    page: Page
    jokes: frozenset[int]
    """Sentences that are taken back as a joke."""
    corrections: frozenset[int]
    """Sentences that put something right."""
    hearsay: bool
    """Whether there is any in the message."""

    def modality(self, clause: Clause, before: str) -> Modality:
        """The modality of a clause, given the words between its beginning and the subject."""
        if clause.sentence in self.jokes or clause.lead in _SUPPOSING_LEADS or _SUPPOSES.search(before):
            return Modality.HYPOTHETICAL
        heard = self.hearsay and _HEARSAY.search(self.page.shown, clause.start, clause.stop) is not None
        if heard or is_reported(before):
            return Modality.REPORTED
        return Modality.CORRECTING if clause.sentence in self.corrections else Modality.ASSERTED


@lru_cache(maxsize=64)
def stance_of(page: Page) -> Stance:
    """Read the marks of joking and correcting of a message."""
    jokes: set[int] = set()
    corrections: set[int] = set()
    text = page.shown
    joking, correcting = _may_joke(text), _may_correct(text)
    for number, (start, stop, _) in enumerate(page.sentences):
        if joking and (mark := _JOKE.search(text, start, stop)):
            alone = not text[start : mark.start()].strip(" ,.-—")
            jokes.update((number - 1,) if alone and not text[mark.end() : stop].strip(" ,.!") else (number - 1, number))
            jokes -= {number} if alone else set()
        if _SARCASM.match(text, start) or _STAGE.match(text, start):
            jokes.add(number)
        if number and _SERIOUSLY.match(text, start):
            jokes.add(number - 1)
        if (correcting and _CORRECTS.search(text, start, stop)) or _OPENS_CORRECTING.match(text[start:stop]):
            corrections.update((number, number + 1))
    return Stance(
        page=page,
        jokes=frozenset(jokes),
        corrections=frozenset(corrections),
        hearsay=_HEARSAY.search(text) is not None,
    )


_STAGE = re.compile(
    r"\W*(?:so |and |ok |also )*(?:in|for) (?:the|my|our|this|a) (?:\w+ )?(?:play|film|movie|novel|story|game"
    r"|show|sketch|panto\w*|improv(?: class)?|dream|rpg|campaign|musical|book"
    r"|screenplay|role ?play)\b,? (?:I'm|I am|I play|he|she|I've|we're|her|his|the)|\W*hypothetically\b",
    re.IGNORECASE,
)
"""Opens what is acted, written or supposed."""
_SARCASM = re.compile(
    r"\W*(?:oh,? (?:sure|yeah|right|yes, because)|yeah,? right|sure, because|as if)\b(?!\s+(?:I|it) (?:do|is|am))",
    re.IGNORECASE,
)
_SERIOUSLY = re.compile(
    r"\W*(?:no,? |but |ok,? |okay,? )*(?:seriously(?:,| though| now)|in all seriousness|(?:all )?(?:jokes"
    r"|joking|kidding) aside)",
    re.IGNORECASE,
)
"""Takes the sentence before it back."""


def _may_joke(text: str) -> bool:
    return any(map(text.lower().__contains__, _JOKE_WORDS))


def _may_correct(text: str) -> bool:
    return any(map(text.lower().__contains__, _CORRECTION_WORDS))


_JOKE_WORDS = (
    "kidding",
    "joking",
    "jk",
    "messing",
    "pulling",
    "a joke",
    "april fools",
    "玩笑",
    "逗你",
    "骗你",
    "说着玩",
)
_CORRECTION_WORDS = (
    "mean",
    "correct",
    "wrong",
    "mistake",
    "error",
    "my bad",
    "typo",
    "mixed",
    "missp",
    "mistyp",
    "miswr",
    "scratch",
    "strike",
    "oops",
    "wait",
    "misrem",
    "not right",
    "i said",
    "i told",
    "i wrote",
    "i gave",
    "i put",
    "confused",
    "错",
    "更正",
    "纠正",
    "误",
    "应该是",
    "不对",
    "准确",
)


def is_joke(text: str) -> bool:
    """Whether a message takes back what was said before as a joke."""
    found = _JOKE.search(text) if _may_joke(text) else None
    return found is not None and len(text[: found.start()].split()) <= 6


def is_correction(text: str) -> bool:
    """Whether a message puts something right."""
    return (_may_correct(text) and _CORRECTS.search(text) is not None) or (
        _OPENS_CORRECTING.match(text) is not None or (" not " in text and _NUMBER_NOT.search(text) is not None)
    )


def is_reported(before: str) -> bool:
    """Whether the words before a subject make its clause somebody's report."""
    reporting = [found for found in _MATRIX.finditer(before)]
    if not reporting:
        return False
    last = reporting[-1]
    if last["who"].lower() in _NOBODY:
        return False
    if last["who"].lower() in _OWN:
        return last["verb"].lower() in _HEARD
    return last["verb"].lower().startswith("ask") or _EXPERTS.search(before) is None
