"""What an English sentence shows beside its verb frames: a home, a job, a couple, a loss. Accepted by what is in it.

A row holds words of which one must be there, and a pattern whose groups are slots as in ``english_frames``. Where the
speaker or something of theirs stands in the pattern, or nobody else in the clause before it, the value is theirs,
unless the sentence asks, supposes, reports or tells a story.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts.english_evidence_people import PEOPLE
from memos_core.operation.formation.facts.english_evidence_places import PLACES
from memos_core.operation.formation.facts.english_evidence_self import ONESELF
from memos_core.operation.formation.facts.english_evidence_tastes import TASTES
from memos_core.operation.formation.facts.english_evidence_work import WORK
from memos_core.operation.formation.facts.english_subjects import OPENERS
from memos_core.operation.formation.facts.english_values import group_values
from memos_core.operation.formation.facts.frame import EVENT, STATE, Frame
from memos_core.operation.formation.facts.lexicon import KIN_WORDS, is_condition
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import ANY, PRESUMED, SELF, Reading
from memos_core.operation.formation.facts.stance import stance_of

_EVIDENCE = (*PLACES, *WORK, *PEOPLE, *TASTES, *ONESELF)
_FICTION = re.compile(
    r"\b(?:novel|film|movie|character|protagonist|heroine|hero|storybook|fan ?fic\w*|sitcom|in the (?:game|book|show"
    r"|series|story|play)|dream(?:t|ed|ing)? (?:that|about|of|I)|pretend\w*|role ?play\w*|role-play\w*|in a past life"
    r"|in another life|improv|costume|dressed (?:up )?as|simulat\w+|my sims?)\b",
    re.IGNORECASE,
)
_DECLINED = re.compile(
    r"\b(?:turned (?:it |them )?down|declined|nearly|almost (?=\w+ed\b|took|got|bought|went)|offered|said no"
    r"|rejected|didn't take|fell through"
    r"|backed out|changed my mind|decided against|passed on)\b",
    re.IGNORECASE,
)
_KIN = "|".join(sorted((re.escape(word) for word in KIN_WORDS), key=len, reverse=True))
_OTHERS = re.compile(
    r"\b(?:he|she|they|his|her|hers|their|you|your|who|whose|someone|somebody|people|everyone|nobody|a (?:friend|guy"
    rf"|woman|man|mate|bloke|colleague)|the (?:neighbou?rs?|woman|man|lady|guy|kids?))\b|\b(?:my"
    rf"|our)\s+(?:[\w-]+\s+){{0,2}}?"
    rf"(?:{_KIN})\b(?!\s+and\s+(?:I|me|myself)\b)",
    re.IGNORECASE,
)
_NAMED_OTHER = re.compile(
    r"\b(?!(?:Just|Now|Finally|Then|Also|Only|Recently|Already|Still|Again)\b)[A-Z][a-z]+(?:'s| is| was| has| had"
    r"| just| says?| said| told| lives?| works?| got| moved| went| started)\b"
)
_SPEAKER = re.compile(r"\b(?:I|I'\w+|[Ii]m|[Ii]ve|me|my|our|we|we'\w+|us)\b")
_OPENING = re.compile(r"^\W*(?:[A-Z][a-z]+'s\s)")


_PIECE = 3
"""Letters of a cue by which it is looked up: few cues have one that a text holds."""


@cache
def _cues() -> Mapping[str, Sequence[tuple[str, tuple[int, ...]]]]:
    """Each cue with the rows that it opens, by its rarest-looking piece; shorter ones under nothing."""
    table: dict[str, list[int]] = defaultdict(list)
    for number, (cues, *_) in enumerate(_EVIDENCE):
        for cue in cues.split("|"):
            table[cue].append(number)
    pieces: dict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for cue, rows in table.items():
        pieces[_piece(cue)].append((cue, tuple(rows)))
    return pieces


def _piece(cue: str) -> str:
    """Blanks and common letters are in every text."""
    places = range(len(cue) - _PIECE + 1)
    found = [cue[place : place + _PIECE] for place in places]
    return min(found, key=lambda one: sum(map(_COMMON.find, one)), default="")


_COMMON = "qzjxkvbpgwyfmculdhrsnioate "


def _rows(low: str) -> set[int]:
    """The rows whose cues a text holds."""
    table = _cues()
    held = {low[place : place + _PIECE] for place in range(len(low) - _PIECE + 1)}
    return {
        row
        for piece in ("", *(held & table.keys()))
        for cue, rows in table.get(piece, ())
        if cue in low
        for row in rows
    }


@cache
def _frame(number: int) -> Frame:
    """A row, compiled when it is first asked for: few messages need any."""
    _, pattern, kind, *sets = _EVIDENCE[number]
    cased = pattern.replace("[A-Z]", "(?-i:[A-Z])")
    return Frame(pattern=re.compile(cased, re.IGNORECASE), kind=kind, sets=sets[0] if sets else ())


def scenes(page: Page) -> Iterator[Reading]:
    """The readings of all rows, in the order of the rows."""
    low = page.shown.lower()
    if len(low) > _LONGEST:
        return
    for number in sorted(_rows(low)):
        frame = _frame(number)
        for match in frame.pattern.finditer(page.shown):
            clause = _clause_at(page, match.start(), match.end())
            if clause is not None and _is_own(page, clause, match):
                yield from _readings(page, frame, clause, match)


_LONGEST = 1500


def _clause_at(page: Page, start: int, stop: int) -> int | None:
    """The clause in which most of the evidence lies: the last that begins before its end and is not asked."""
    found = [
        number for number, one in enumerate(page.clauses) if one.start < stop and start < one.stop and not one.chinese
    ]
    if not found or any(page.clauses[number].asked for number in found[:1]):
        return None
    return found[0]


def _is_own(page: Page, number: int, match: re.Match[str]) -> bool:
    clause = page.clauses[number]
    if is_tale(page, clause):
        return False
    before = page.shown[clause.start : match.start()]
    stance = stance_of(page).modality(_whole(clause, match), before)
    if stance in (Modality.HYPOTHETICAL, Modality.REPORTED):
        return False
    if match[0].startswith("here in"):
        return True  # where the speaker is, whoever is spoken of
    if _SPEAKER.search(match[0]):
        return True
    return not is_told_of_another(before) and _OTHERS.search(_NAMES.sub("", match[0])) is None


_NAMES = re.compile(r"\b(?:[Hh]is|[Hh]er|[Tt]heir) name|\b(?:[Ss]eeing|[Mm]et|[Dd]ating) (?:someone|somebody)")
"""Words of others that speak of one's own partner."""


def is_tale(page: Page, clause: Clause) -> bool:
    """Whether a sentence tells a story, or of what did not come about."""
    begin, end, _ = page.sentences[clause.sentence]
    if _DECLINED.search(page.shown, clause.start, clause.stop):
        return True
    return _FICTION.search(page.shown, begin, end) is not None


def is_told_of_another(before: str) -> bool:
    """Whether the words before a value make somebody else its subject."""
    return (_OTHERS.search(before) or _OPENING.match(before) or _NAMED_OTHER.search(before)) is not None


def _whole(clause: Clause, match: re.Match[str]) -> Clause:
    return replace(clause, start=min(clause.start, match.start()), stop=max(clause.stop, match.end()))


def _readings(page: Page, frame: Frame, number: int, match: re.Match[str]) -> Iterator[Reading]:
    clause = page.clauses[number]
    planned = _AHEAD.search(page.shown, clause.start, match.end()) is not None
    for found in group_values(match, frame):
        if found.slot in _NAMED:
            value = _proper(found.value)
            if not value or NO_TOWN.match(value):
                continue
            found = replace(found, value=value)
        if found.slot == "owns" and is_condition(found.value):
            continue
        reading = Reading(
            person=SELF,
            slot=found.slot,
            value=found.value,
            start=min(clause.start, match.start()),
            stop=match.end(),
            event=frame.kind is not STATE,
            now=frame.kind is EVENT,
            modality=Modality.PLANNED if planned and frame.kind is EVENT else Modality.ASSERTED,
            confidence=min(found.confidence, PRESUMED)
            if found.ended and found.slot in ("pet", "owns")
            else found.confidence,
            clause=number,
        )
        yield replace(reading, polarity=Polarity.ENDED) if found.ended else reading


_NAMED = frozenset(("residence", "hometown", "birthplace", "employer", "school", "partner", "friend"))


def _proper(value: str) -> str:
    """A name without the word that only opens its sentence, and without its genitive."""
    words = value.removesuffix("'s").split()
    while words and words[0].lower() in OPENERS and words[0].lower() != "the" and value != ANY:
        words = words[1:]
    return " ".join(words)


NO_TOWN = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Christmas|Easter|English|French|Spanish|German|Chinese|I|God|Python|Java|Excel|Word)\b"
)
_AHEAD = re.compile(
    r"\b(?:will|'ll|going to|gonna|plan(?:ning)? to|hop(?:e|ing) to|about to|next (?:week|month|year|spring|summer"
    r"|autumn|fall|winter)|tomorrow|looking at|considering|thinking (?:of|about)|want(?:s|ed)? to|would|might|may"
    r"|applied|applying|interview\w*|if)\b",
    re.IGNORECASE,
)
