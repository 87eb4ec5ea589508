"""What the tagger makes of a message: values that the rules have no pattern for, and readings of theirs to doubt."""

import re
from collections.abc import Iterator, Sequence

from memos_core.domain.engram import Modality, Polarity
from memos_core.domain.slots import Arity, arity
from memos_core.operation.formation.facts import values
from memos_core.operation.formation.facts.mentions import mentions
from memos_core.operation.formation.facts.page import Clause, Page
from memos_core.operation.formation.facts.reading import SELF, Person, Reading
from memos_core.operation.formation.facts.stance import stance_of
from memos_core.operation.formation.facts.tagging import LIKELY, Tagged, Tagger
from memos_core.operation.formation.facts.wordlists import listed

_NOT_READ = listed("name count favorite budget measurement attribute instruction goal birthday email phone")
"""Tags that do not say which, and those where a wrong value costs more than a missed one."""
_GENERIC = listed(
    "school college university uni work home job dog cat car place town city kid husband wife partner"
    " 大学 高中 初中 小学 学校 公司 单位 工作 家里 老家 老公 老婆 媳妇 对象 乡下 农村 城里 市区 外地 国外"
)
"""Words that name nothing."""
_HEDGED = re.compile(r"可能|也许|或许|如果|要是|考虑|打算|希望|梦想|应该|适合|想(?!念)")
SURE = 0.8
"""Probability that a value needs in a slot of which one holds at a time: a wrong one would end the right one."""
CERTAIN = 0.9
"""Probability that a value needs in a question: "what can I eat with gout?"."""
DOUBTED = 0.005
"""Probability below which what a rule reads is dropped: its pattern fits more than it means."""
_LONGEST = 1500
"""Characters of a message that is talk and no document."""
_STATED = (Modality.ASSERTED, Modality.CORRECTING)
_UNREAL = (Modality.HYPOTHETICAL, Modality.REPORTED)
_NOT_AT_HOME = re.compile(r"工作|上班|出差|上学|读书|念书|旅游|玩|开会")
"""Behind a place: what is done there."""


_DOUBTFUL = listed(
    "residence occupation employer school partner vehicle likes dislikes hobby condition medication nickname owns goal"
)
"""Slots of which rules read too much; of others, such as names of kin, they are right more often than doubts."""


def weighed(page: Page, said: Sequence[Reading], tagger: Tagger) -> list[Reading]:
    """What the rules read, after the words were weighed: without what they speak against, and with what they give away.

    Args:
        page: The message; a long one is a document, of which the rules alone are heard.
        said: What the rules read.
        tagger: It has no say in a slot that they have filled.
    """
    if len(page.shown) > _LONGEST:
        return list(said)
    odds = {(one.slot, one.start): 0.0 for one in said}
    for one in said:
        odds[one.slot, one.start] = max(odds[one.slot, one.start], _chance(one, page, tagger))
    kept = [one for one in said if odds[one.slot, one.start] >= DOUBTED]
    return [*kept, *_worded(page, kept, tagger)]


def _may_be_doubted(reading: Reading) -> bool:
    """Whether it is of a doubtful slot and stated; what is planned or supposed is no value in the tagger's eyes."""
    return reading.slot in _DOUBTFUL and reading.modality in _STATED


def _chance(reading: Reading, page: Page, tagger: Tagger) -> float:
    """How likely the words of a reading's value hold one of its slot; 1 where it is in none of them, or not doubted."""
    if not _may_be_doubted(reading):
        return 1.0
    low, words = page.shown.lower(), tagger.weighed(page.shown)
    places = [(part, low.find(part, reading.start)) for part in _PART.findall(reading.value.lower())]
    chances = [words.chance(reading.slot, place, place + len(part)) for part, place in places if place >= 0]
    return max((one for one in chances if one is not None), default=1.0)


_PART = re.compile(r"[^\W\d_\u3400-\u9fff]{2,}|\d+|[\u3400-\u9fff]+")


def _worded(page: Page, said: Sequence[Reading], tagger: Tagger) -> Iterator[Reading]:
    for found in tagger.tagged(page.shown):
        slot, _, canonical = found.tag.partition("=")
        number = next((n for n, one in enumerate(page.clauses) if one.start <= found.start < one.stop), None)
        if slot in _NOT_READ or number is None or not _holds(page, page.clauses[number], slot, found):
            continue
        clause = page.clauses[number]
        value = canonical or _value(slot, page.shown[found.start : found.stop])
        person = _whose(page, clause, found)
        if not value or person is None or any(_known(one, slot, value, person, found) for one in said):
            continue
        yield Reading(
            person=person,
            slot=slot,
            value=value,
            start=clause.start,
            stop=clause.stop,
            polarity=Polarity.ENDED if found.ended else Polarity.AFFIRMED,
            clause=number,
            confidence=round(found.likely, 2),
        )


def _holds(page: Page, clause: Clause, slot: str, found: Tagged) -> bool:
    """Whether what is found is sure enough for its slot, and stated or presumed: not asked, supposed or hedged."""
    if found.likely < (CERTAIN if clause.asked else LIKELY if arity(slot) is Arity.MANY else SURE):
        return False
    if _HEDGED.search(page.shown, clause.start, found.start):
        return False
    if slot == "residence" and _NOT_AT_HOME.match(page.shown, found.stop):
        return False
    return stance_of(page).modality(clause, page.shown[clause.start : found.start]) not in _UNREAL


def _known(said: Reading, slot: str, value: str, person: Person, found: Tagged) -> bool:
    """Whether a rule has filled the slot, or read the same words as something else and the tagger is not sure."""
    first, second = value.lower(), said.value.lower()
    if first in second or second in first:
        return (said.slot == slot and said.modality in _STATED) or found.likely < SURE
    if said.slot != slot or said.modality not in _STATED:
        return False
    return (said.polarity is not Polarity.AFFIRMED) == found.ended and said.person == person


def _value(slot: str, said: str) -> str:
    """The value that words name: a plausible one of its slot, or nothing."""
    if any("\u4e00" <= character <= "\u9fff" for character in said):
        value = said.strip("了的。，！ ")
        return "" if len(value) == 1 or value in _GENERIC else value
    found = (
        [_NAMED.sub("", said)] if slot == "pet" else values.READERS.get(slot.partition(".")[0], values.verbatim)(said)
    )
    return "" if not found or found[0].lower() in _GENERIC else found[0]


_NAMED = re.compile(r"^(?:named|called)\s+")


def _whose(page: Page, clause: Clause, found: Tagged) -> Person | None:
    """Whom a value is of: the speaker, or who was mentioned last before it in its sentence; nobody, if none was."""
    if not found.other:
        return SELF
    start, _, _ = page.sentences[clause.sentence]
    named = [person for place, person in mentions(page.shown) if start <= place < found.start]
    return named[-1] if named else None
