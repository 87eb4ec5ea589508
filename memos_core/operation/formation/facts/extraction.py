"""From a message to its facts."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from memos_core.domain.engram import Evidence, Fact, Message, Modality, Polarity
from memos_core.domain.moment import to_utc
from memos_core.domain.slots import REPLACED, SAID
from memos_core.operation.formation.cues import is_phatic
from memos_core.operation.formation.facts import wording
from memos_core.operation.formation.facts.chinese_folding import as_written, folded
from memos_core.operation.formation.facts.chinese_nouns import KIN as CHINESE_KIN
from memos_core.operation.formation.facts.dialogue import from_dialogue
from memos_core.operation.formation.facts.kinship import kin_slot
from memos_core.operation.formation.facts.mentions import mentions
from memos_core.operation.formation.facts.page import Page, page_of
from memos_core.operation.formation.facts.people import Company, fits, same_name
from memos_core.operation.formation.facts.periods import is_ahead, is_past_state, period_of, said_period
from memos_core.operation.formation.facts.reading import SELF, Reading
from memos_core.operation.formation.facts.stance import stance_of
from memos_core.operation.formation.facts.statements import read
from memos_core.operation.formation.facts.telling import tellings
from memos_core.operation.formation.facts.wordlists import listed

_MUTE = listed("assistant system tool ai function")
"""Roles that state nothing about themselves that a profile would hold."""
_ADDRESSING = frozenset(("user", "human"))
_WORD = re.compile(r"[^\W_]")
_KIN_CONFIDENCE = 0.9
_OTHER_CONFIDENCE = 0.8
_REPORTED_OTHER = 0.6
_REPORTED_SELF = 0.2
_RUMOUR = re.compile(
    r"\b(?:someone|somebody|people|rumou?r)\b.{0,30}\b(?:says?|said|told|claim\w*|mentioned|has it)\b"
    r"|\b(?:can that be|is (?:that|it|this)) (?:right|true)\?|真的假的|是真的吗|真的吗",
    re.IGNORECASE,
)
"""Nobody stands behind the report, or the speaker doubts it."""
_UNNAMED_PET = re.compile(r"^(?!.* named )[a-z ]+$")


@dataclass(slots=True, kw_only=True)
class _Names:
    """What was last spoken of without its name: "We got a kitten. Her name is Miso."."""

    slot: str = ""
    kind: str = ""


def extracted(message: Message, before: Sequence[Message], zone: tzinfo) -> list[Fact]:
    """See ``facts.extract_facts``."""
    to_utc(message.at, "message.at")
    if message.role in _MUTE or not _WORD.search(message.text):
        return []
    written = (message.text, *(one.text for one in reversed(before)))
    message = replace(message, text=folded(message.text))
    before = [replace(one, text=folded(one.text)) for one in before]
    page = page_of(message.text, message.at, zone)
    own = read(message.text, message.at, zone)
    if message.speaker and message.role not in _ADDRESSING:
        own = tuple(one for one in own if one.slot != "instruction")  # said to another person, not to an assistant
    readings = sorted(
        [*own, *from_dialogue(message, before, zone, own)],
        key=lambda one: (one.start, one.polarity is not Polarity.NEGATED),
    )
    facts = list(_facts(message, before, zone, page, readings, written))
    placed = [one for one in readings if one.slot != REPLACED]
    facts += _said(message, page, placed, written[0])
    return facts


def _facts(
    message: Message,
    before: Sequence[Message],
    zone: tzinfo,
    page: Page,
    readings: Sequence[Reading],
    written: Sequence[str],
) -> Iterator[Fact]:
    company = Company(speaker=message.who)
    names = _Names()
    referring = any(one.person.kind == "pronoun" for one in readings)
    for one in before if referring else ():
        for _, person in mentions(page_of(one.text, one.at, zone).shown):
            company.subject_of(person)
            _note_person(names, person.kind, person.word, person.name)
        for reading in read(one.text, one.at, zone):
            _note(names, reading)
    ahead = mentions(page.shown) if referring else []
    place = 0
    seen: set[tuple[str, str, str, Polarity]] = set()
    for reading in readings:
        while place < len(ahead) and ahead[place][0] < reading.stop:
            company.subject_of(ahead[place][1])
            _note_person(names, ahead[place][1].kind, ahead[place][1].word, ahead[place][1].name)
            place += 1
        named = _named(reading, names)
        if named is None:
            continue
        subject = company.subject_of(named.person)
        _note(names, reading)
        if named.slot.startswith("relative.") and named.person.kind == "self" and named.polarity is Polarity.AFFIRMED:
            company.christen(named.value)
        key = (subject, named.slot, named.value.casefold(), named.polarity)
        if subject and key not in seen:
            seen.add(key)
            subject = subject if subject == message.who else as_written(subject, written)
            slot, value = as_written(named.slot, written), as_written(named.value, written)
            yield _fact(message, page, replace(named, slot=slot, value=value), subject)


def _note(names: _Names, reading: Reading) -> None:
    if reading.slot == "pet" and reading.polarity is Polarity.AFFIRMED and _UNNAMED_PET.match(reading.value):
        names.slot, names.kind = "pet", reading.value


def _note_person(names: _Names, kind: str, word: str, name: str) -> None:
    if kind == "kin" and not name:
        names.slot, names.kind = "kin", word


def _named(reading: Reading, names: _Names) -> Reading | None:
    """``her name is Miso`` names the animal or the relative that was spoken of last; nobody, if none was."""
    if reading.slot != "name" or reading.person.kind not in ("pronoun", "kin"):
        return reading
    if reading.person.kind == "kin":
        return (
            replace(reading, person=SELF, slot=kin_slot(reading.person.word))
            if reading.person.word.isascii() and not reading.person.name
            else reading
        )
    if names.slot == "pet":
        return replace(reading, person=SELF, slot="pet", value=f"{names.kind} named {reading.value}")
    if names.slot == "kin" and fits(reading.person.word, names.kind):
        slot = kin_slot(names.kind) if names.kind.isascii() else CHINESE_KIN[names.kind]
        return replace(reading, person=SELF, slot=slot)
    return None


def _fact(message: Message, page: Page, reading: Reading, subject: str) -> Fact:
    period = period_of(page, reading)
    if is_past_state(page, reading):
        reading = replace(reading, polarity=Polarity.ENDED)
    if is_ahead(page, reading):
        reading = replace(reading, modality=Modality.PLANNED)
    return Fact(
        subject=subject,
        predicate=reading.slot,
        object=reading.value,
        text=wording.sentence(
            subject,
            reading.slot,
            reading.value,
            reading.polarity,
            reading.modality,
            period,
            wording.is_chinese(message.text[reading.start : reading.stop]),
        ),
        polarity=reading.polarity,
        modality=reading.modality,
        period=period,
        observed_at=message.at,
        evidence=(Evidence(source=message.source, version=message.version, start=reading.start, stop=reading.stop),),
        confidence=min(reading.confidence, _confidence(message, page, reading, subject)),
    )


def _confidence(message: Message, page: Page, reading: Reading, subject: str) -> float:
    own = same_name(subject, message.who)
    if reading.modality is Modality.REPORTED:
        return _REPORTED_SELF if own or _RUMOUR.search(page.shown) else _REPORTED_OTHER
    if own:
        return 1.0
    return _KIN_CONFIDENCE if subject.startswith((f"{message.who}'s ", f"{message.who}的")) else _OTHER_CONFIDENCE


def _said(message: Message, page: Page, readings: Sequence[Reading], written: str) -> Iterator[Fact]:
    stance = stance_of(page)
    for start, stop, clause in tellings(page, readings, message.who, is_phatic):
        sentence = " ".join(written[start:stop].split())
        modality = stance.modality(clause, "")
        period = said_period(page, start, stop)
        told = wording.third_person(sentence, message.who).rstrip(" .。!！")
        mark = f" [{period.label}]" if period and period.label and period.label not in told else ""
        ending = "。" if wording.is_chinese(sentence) else "."
        yield Fact(
            subject=message.who,
            predicate=SAID,
            object=sentence,
            text=f"{told}{mark}{ending}",
            modality=modality,
            period=period,
            observed_at=message.at,
            evidence=(Evidence(source=message.source, version=message.version, start=start, stop=stop),),
            confidence=_OTHER_CONFIDENCE,
        )
