"""All readings of one text: clause by clause, with what only several clauses together say."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import lru_cache

from memos_core.domain.engram import Modality, Polarity
from memos_core.domain.slots import Arity, arity
from memos_core.operation.formation.facts import (
    chinese,
    chinese_topics,
    english,
    english_asides,
    english_changes,
    english_kin,
    english_names,
    english_topics,
    english_typed,
    english_types,
    values,
)
from memos_core.operation.formation.facts.clefts import straightened
from memos_core.operation.formation.facts.english_nouns import impersonal, noun_value
from memos_core.operation.formation.facts.english_scenes import scenes
from memos_core.operation.formation.facts.instructions import instructions
from memos_core.operation.formation.facts.page import Clause, Page, page_of
from memos_core.operation.formation.facts.reading import SELF, Person, Reading
from memos_core.operation.formation.facts.stance import stance_of
from memos_core.operation.formation.facts.tagged_values import weighed
from memos_core.operation.formation.facts.tagging import shipped

_NOT = re.compile(
    r"^(?:and |but )?not\s+(?:(?:in|at|on|to|for|as|from|of|with)\s+)?(?P<value>.{1,40})$|^(?:而?不是|不叫"
    r"|不在)(?:在)?(?P<zh>[^，。]{1,16})$",
    re.IGNORECASE,
)
_IT_IS = re.compile(r"\b(?:it's|it is|that's|the new one is)(?: now| actually)? (?P<value>[^\n!?;]+)", re.IGNORECASE)
_MINE = re.compile(
    r"(?:\b(?P<whose>my|our|the) |(?:^|(?<=[.!?] )))(?:\w+ )??(?P<noun>[a-z][\w -]{1,30}?)(?: (?:used to be|was"
    r"|has changed"
    r"|changed)\b[^.!?]{0,24}?)?(?: ?[,.;:!–—-]+ ?| (?:and|but|so) )(?:and |but |so |now )*$",
    re.IGNORECASE,
)
_CHANGE = re.compile(r"\b(?:my|our) |changed|\bthe (?:\w+ )?(?:code|password|number|address|pin)\b", re.IGNORECASE)
_MOST = 60
"""Readings of one message at most; longer texts are documents, not talk."""


@lru_cache(maxsize=256)
def read(text: str, at: datetime, zone: tzinfo) -> tuple[Reading, ...]:
    """What a text says, in the order of its clauses. Cached: the turns before a message are read again with it."""
    page = page_of(text, at, zone)
    found: list[Reading] = []
    for reading in weighed(page, ruled(page), shipped()):
        known = any(
            (one.person, one.slot, one.polarity) == (reading.person, reading.slot, reading.polarity)
            and one.value.lower() == reading.value.lower()
            for one in found
        )
        if not known:
            found.append(reading)
    return tuple(sorted(chinese_topics.labelled(found), key=lambda one: (one.start, one.stop))[:_MOST])


def ruled(page: Page) -> list[Reading]:
    """What the rules read, with repetitions."""
    told = list(_clauses(page))
    return [*told, *_beside_clauses(page, told), *_turned(page)]


def _turned(page: Page) -> Iterator[Reading]:
    """What clefts say once they are put straight."""
    for one in straightened(page):
        yield from read_statement(one.said, page.at, page.zone, one.start, one.stop)


def _beside_clauses(page: Page, told: list[Reading]) -> Iterator[Reading]:
    """What a page says beside its clauses; texts all in Chinese are not searched for English."""
    if not page.chinese or _ENGLISH_WORD.search(page.shown):
        yield from _english_beside_clauses(page, told)
    yield from chinese_topics.beyond_clauses(page)
    yield from instructions(page)


_ENGLISH_WORD = re.compile(r"[A-Za-z][a-z]")


def _english_beside_clauses(page: Page, told: list[Reading]) -> Iterator[Reading]:
    evident = list(scenes(page))
    yield from english_asides.presuppositions(page)
    yield from evident
    yield from english_typed.typed(page)
    yield from english_typed.dwellings(page)
    yield from english_types.typed_words(page, [*told, *evident])
    yield from english_types.trades(page, [*told, *evident])
    yield from english_typed.budgets(page)
    yield from english_names.places(page, [*told, *evident])
    yield from english_topics.topics(page, told)
    yield from english_topics.renamed(page, told)
    yield from english_topics.vehicles(page)
    yield from english_kin.couples(page)
    yield from english_kin.kin_in_passing(page)
    yield from english_asides.inversions(page)
    yield from english_asides.fragments(page)
    yield from english_asides.nicknames(page)
    yield from english_changes.changes(page)
    yield from english_asides.prescriptions(page)
    yield from _resumed(page)


def _clauses(page: Page) -> Iterator[Reading]:
    stance = stance_of(page)
    carried: Person | None = None
    sentence = -1
    last: list[Reading] = []
    for number, clause in enumerate(page.clauses):
        if clause.sentence != sentence:
            yield from last
            last, sentence = [], clause.sentence
            carried = carried if clause.chinese and carried is not None and carried.kind == "pronoun" else None
        reader = chinese.read_clause if clause.chinese else english.read_clause
        readings, carried = reader(page, stance, number, carried)
        readings = [_undone(page, clause, one) for one in readings]
        if last and not readings:
            last, readings = _amended(page, clause, last)
        last += readings
    yield from last


def _undone(page: Page, clause: Clause, reading: Reading) -> Reading:
    """``I told you I live in Ulm, that's wrong``: the clause takes itself back."""
    if reading.polarity is not Polarity.AFFIRMED or reading.slot == "instruction":
        return reading
    if not _TAKEN_BACK.search(page.shown, clause.start, clause.stop):
        return reading
    return replace(reading, polarity=Polarity.NEGATED, modality=Modality.CORRECTING)


_TAKEN_BACK = re.compile(
    r"[,;–—-]\s*(?:but |and |which )?(?:that's|that is|that was|is|was) (?:wrong|not (?:right|true|correct)"
    r"|incorrect|false"
    r"|a mistake|outdated)\b",
    re.IGNORECASE,
)


def _amended(page: Page, clause: Clause, last: list[Reading]) -> tuple[list[Reading], list[Reading]]:
    """What a clause without a statement of its own makes of the one before: takes a value back, or puts another."""
    text = page.shown[clause.start : clause.stop].strip()
    said = last[-1]
    if denied := _contrasted(page, clause, last):
        right = replace(said, modality=Modality.CORRECTING)
        return [*last[:-1], right if not said.event or arity(said.slot) is Arity.FIXED else said], [denied]
    if _WRONG.match(text) and said.polarity is Polarity.AFFIRMED and said.slot != "instruction":
        return [*last[:-1], replace(said, polarity=Polarity.NEGATED, modality=Modality.CORRECTING)], []
    found = (
        (_RATHER.match(text) or _RATHER_ZH.match(text))
        if said.polarity is Polarity.AFFIRMED
        else _IT_IS_THAT.match(text) or _IT_IS_THAT_ZH.match(text)
    )
    if found and said.slot == "allergy" and text.startswith("it was"):
        return last, []  # "I'm not allergic to latex, it was the powder"
    value = _alike(said, found["value"]) if found and found["value"] and not _APOLOGY.match(text) else ""
    if not value:
        return last, []
    put = replace(said, value=value, start=clause.start, stop=clause.stop, polarity=Polarity.AFFIRMED)
    if said.polarity is Polarity.AFFIRMED:
        return last[:-1], [put]  # a slip of the tongue was never meant
    return last, [put] if said.polarity is Polarity.NEGATED else []


_RATHER = re.compile(
    r"^(?:(?:sorry|no|nah|nope|wait|rather|or rather|i mean|actually|make that)\b[\s,]*)+(?:i mean(?:t)?|it's"
    r"|make that)?\s*(?P<value>[^,]{1,40})$",
    re.IGNORECASE,
)
_APOLOGY = re.compile(r"^(?:sorry|no|wait)\s+(?!no\b|wait\b|make\b|i mean|actually\b|sorry\b|it's\b)[a-z]")
"""Said to somebody, not of a value: "sorry neighbours"."""
_RATHER_ZH = re.compile(r"^(?:不对?|错了|说错了|哦不|啊不)?[，,\s]*(?:应该是|我是说|准确说是)(?P<value>[^，。]{1,12})$")
_WRONG = re.compile(
    r"^(?:and |but )?(?:that's|that is|that was|this is|it was) (?:wrong|not (?:right|true|correct)|incorrect"
    r"|a mistake|false|outdated"
    r"|a typo)\W*$|^(?:and |but )?(?:I was wrong|I lied|I misspoke)\W*$"
    r"|^(?:哎呀|[哦啊噢哎呃诶嗯])*(?:那|这)?(?:是)?(?:错的|不对的?|写错了"
    r"|打错了)$",
    re.IGNORECASE,
)
_IT_IS_THAT = re.compile(r"^(?:but )?(?:it's|it is|they're|it was|rather|only)\s+(?P<value>[^,]{1,40})$", re.IGNORECASE)

_IT_IS_THAT_ZH = re.compile(r"^(?:应该|其实|准确说)?是(?P<value>[^，。吧吗的了]{1,10})(?:才对|了)?$")


def _contrasted(page: Page, clause: Clause, last: list[Reading]) -> Reading | None:
    """``…, not in Graz``: what the clause before puts right."""
    found = _NOT.match(page.shown[clause.start : clause.stop].strip())
    if found is None:
        return None
    said = last[-1]
    if said.polarity is not Polarity.AFFIRMED or said.modality not in (Modality.ASSERTED, Modality.CORRECTING):
        return None
    wrong = _alike(said, found["value"] or found["zh"])
    if not wrong:
        return None
    return replace(
        said, value=wrong, start=clause.start, stop=clause.stop, polarity=Polarity.NEGATED, modality=Modality.CORRECTING
    )


def _alike(said: Reading, wrong: str) -> str:
    """``wrong`` as a value of the slot of ``said``, or nothing when it cannot be one."""
    if any("\u4e00" <= character <= "\u9fff" for character in said.value):
        return wrong.strip("了的 ")
    if " named " in said.value:
        kind, _, name = said.value.partition(" named ")
        other = values.name(wrong) if name else []
        return f"{kind} named {other[0]}" if other else ""
    reader = values.READERS.get(said.slot.partition(".")[0], values.verbatim)
    found = reader(wrong) or values.verbatim(wrong)
    if (
        not found
        or found[0][:1].isupper() != said.value[:1].isupper()
        or found[0][:1].isdigit() != said.value[:1].isdigit()
    ):
        return ""
    return found[0]


def _resumed(page: Page) -> Iterator[Reading]:
    """``I changed my phone number, it's 555-0199 now``."""
    if _CHANGE.search(page.shown) is None:
        return
    for match in _IT_IS.finditer(page.shown):
        mine = _MINE.search(page.shown[max(0, match.start() - 80) : match.start()])
        if mine is None or ((mine["whose"] or "the").lower() == "the" and not impersonal(mine["noun"])):
            continue
        start = max(0, match.start() - 80) + mine.start()
        for found in noun_value(mine["noun"], f" {match['value']}", f" {match['value']}"):
            yield Reading(person=SELF, slot=found.slot, value=found.value, start=start, stop=match.end(), now=True)


def read_statement(statement: str, at: datetime, zone: tzinfo, start: int, stop: int) -> list[Reading]:
    """The readings of a statement that was made for somebody, placed where they said the words for it."""
    return [replace(one, start=start, stop=stop, clause=-1) for one in read(statement, at, zone)]


def as_value(slot: str, said: str) -> str:
    """The value of a slot in a few words, or nothing."""
    if any("\u4e00" <= character <= "\u9fff" for character in said):
        return re.sub(r"^(?:还|现在|一直)*(?:是|在|叫|应该是|住在)+", "", said).strip("了的。，！ ")
    bare = re.sub(r"^(?:in|at|to|from|on|as|for)\s+", "", said.strip(), flags=re.IGNORECASE)
    found = values.READERS.get(slot.partition(".")[0], values.verbatim)(bare)
    return found[0] if found else ""
