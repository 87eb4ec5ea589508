"""Lets a model read an episode that the rules have formed: tell it better, add what they missed, strike what is wrong.

What it adds rests on exact quotes; what rests on nothing is refused, item by item.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from memos_core.domain.engram import (
    Evidence,
    Fact,
    Foresight,
    ForesightKind,
    IntervalSource,
    MemCell,
    Message,
    Modality,
    Period,
    Polarity,
)
from memos_core.domain.slots import ARITY, SAID
from memos_core.operation.formation.narrative import LONGEST_EPISODE
from memos_core.operation.formation.temporal import TimeExpression, resolve
from memos_core.operation.refining.asking import Asked, Asker
from memos_core.operation.refining.grounding import Ground, ground

MAX_TOKENS = 2000
CONFIDENCE = 0.85
"""Of what a model found: between what somebody says of themselves and what others say of them."""
MOST_CHARS = 6000
"""Of one message that are shown."""
_MOST_WRONG = 0.5
"""Share of what the rules found that a model may call wrong and be believed."""
_LEAST_TOLD = 0.5
"""Share of its sentences that must hold for an episode to be told by a model."""
_FAMILIES = frozenset({"relative", "favorite", "measurement", "count", "budget", "attribute"})
_PRONOUNS = frozenset(
    ("i", "me", "my", "you", "he", "him", "she", "her", "it", "we", "us", "they", "them", "我", "你", "他", "她", "它")
)
_DAY_OF_TITLE = re.compile(r" ?[(（][^()（）]*[)）]$")


@dataclass(frozen=True, kw_only=True)
class Material:
    """The messages of a cell under the ids that a model sees: ``m1``, and ``t1`` for time expressions in them."""

    messages: tuple[Message, ...]
    zone: tzinfo

    @cached_property
    def by_id(self) -> Mapping[str, Message]:
        """Messages by ``m1``, ``m2``, in order."""
        return {f"m{number}": message for number, message in enumerate(self.messages, 1)}

    @cached_property
    def times(self) -> Mapping[str, tuple[str, TimeExpression]]:
        """By ``t1``, ``t2``: the id of the message, and the expression."""
        found = [
            (name, time)
            for name, message in self.by_id.items()
            for time in resolve(message.text[:MOST_CHARS], message.at, self.zone)
        ]
        return {f"t{number}": pair for number, pair in enumerate(found, 1)}

    def ground(self, ids: Iterable[str]) -> Ground:
        """What these messages hold, with the names of all speakers and the dates that are meant."""
        kept = self._grounds
        cited = frozenset(ids)
        if cited not in kept:
            kept[cited] = ground(self._texts(cited))
        return kept[cited]

    @cached_property
    def _grounds(self) -> dict[frozenset[str], Ground]:
        return {}

    def _texts(self, ids: frozenset[str]) -> list[str]:
        chosen = [message for name, message in self.by_id.items() if name in ids]
        labels = [time.label for name, time in self.times.values() if name in ids]
        return [
            *(message.text for message in chosen),
            *dict.fromkeys(message.who for message in self.messages),
            *(_day(message.at.astimezone(self.zone)) for message in chosen),
            *labels,
        ]


def refined(asker: Asker, cell: MemCell, messages: Sequence[Message], zone: tzinfo) -> Asked[MemCell]:
    """Ask a model to read a cell's messages again.

    Args:
        asker: The model with its budget.
        cell: As the rules formed it.
        messages: Its messages in order.
        zone: Time zone in which "yesterday" is meant.

    Returns:
        The cell with what the model changes, nothing where it changes nothing; sources and times are the same.
    """
    material = Material(messages=tuple(messages), zone=zone)
    return asker.ask("cell", _fields(cell, material), lambda said: _read(said, cell, material), max_tokens=MAX_TOKENS)


# ── what is shown ───────────────────────────────────────────────────────────────────────────────


def _fields(cell: MemCell, material: Material) -> dict[str, str]:
    lines = [
        f"{name} [{_day(message.at.astimezone(material.zone))}, {message.at.astimezone(material.zone):%H:%M}] "
        f"{message.who}: {message.text[:MOST_CHARS]}"
        for name, message in material.by_id.items()
    ]
    times = [f'{name}: "{time.phrase}" in {of} is {time.label}' for name, (of, time) in material.times.items()]
    facts = [f"{name}: {one.text} ({one.predicate}, {one.polarity})" for name, one in _numbered("f", cell.facts)]
    ahead = [f"{name}: {one.text} ({one.kind})" for name, one in _numbered("g", cell.foresight)]
    return {
        "speakers": ", ".join(cell.speakers),
        "messages": "\n".join(lines),
        "times": "\n".join(times) or "none",
        "facts": "\n".join(facts) or "none",
        "foresight": "\n".join(ahead) or "none",
        "slots": ", ".join(ARITY),
    }


def _numbered(letter: str, items: Sequence[Any]) -> list[tuple[str, Any]]:
    return [(f"{letter}{number}", one) for number, one in enumerate(items, 1)]


def _day(moment: datetime) -> str:
    return f"{moment:%A}, {moment.day} {moment:%B} {moment.year}"


# ── what is accepted ────────────────────────────────────────────────────────────────────────────


def _read(said: Mapping[str, Any], cell: MemCell, material: Material) -> tuple[MemCell | None, list[str]]:
    refused: list[str] = []
    wrong = _wrong(said.get("wrong", ()), cell, refused)
    episode = _episode(said.get("episode", ()), material, refused)
    facts = [one for name, one in _numbered("f", cell.facts) if name not in wrong]
    foresight = [one for name, one in _numbered("g", cell.foresight) if name not in wrong]
    for item in said.get("facts", ()):
        if (fact := _fact(item, material, refused)) is not None and not _is_known(fact, facts):
            facts.append(fact)
    for item in said.get("foresight", ()):
        if (found := _foresight(item, material, refused)) is not None and not _is_foreseen(found, foresight):
            foresight.append(found)
    title = _title(said.get("topic", ""), cell, material, refused)
    made = replace(cell, title=title, episode=episode or cell.episode, facts=tuple(facts), foresight=tuple(foresight))
    return None if made == cell else made, refused


def _wrong(named: Sequence[str], cell: MemCell, refused: list[str]) -> frozenset[str]:
    """What the model calls wrong, if it names what there is and not too much of it."""
    known = {name for name, _ in (*_numbered("f", cell.facts), *_numbered("g", cell.foresight))}
    refused += [f"wrong: there is no {name}" for name in named if name not in known]
    wrong = known & set(named)
    if len(wrong) > max(1, _MOST_WRONG * len(known)):
        refused.append("wrong: not most of it can be")
        return frozenset()
    return frozenset(wrong)


def _episode(sentences: Sequence[Mapping[str, Any]], material: Material, refused: list[str]) -> str:
    """The sentences that hold; none where too few of them do."""
    kept = []
    for place, one in enumerate(sentences):
        complaint = _complaint(f"episode[{place}]", one["from"], (one["text"],), material)
        if complaint:
            refused.append(complaint)
        else:
            kept.append(" ".join(one["text"].split()))
    told = " ".join(kept)
    if len(kept) < _LEAST_TOLD * len(sentences) or len(told) > LONGEST_EPISODE:
        return ""
    return told


def _title(topic: str, cell: MemCell, material: Material, refused: list[str]) -> str:
    """The topic with the day that the rules gave."""
    flat = " ".join(topic.split()).rstrip(".。")
    day = _DAY_OF_TITLE.search(cell.title)
    if not flat or day is None:
        return cell.title
    if complaint := _complaint("topic", tuple(material.by_id), (flat,), material):
        refused.append(complaint)
        return cell.title
    return f"{flat}{day[0]}"


def _fact(item: Mapping[str, Any], material: Material, refused: list[str]) -> Fact | None:
    subject, value = item["subject"].strip(), " ".join(item["object"].split())
    quoted = _quoted(f"fact {item['text']!r}", item, material, refused)
    if quoted is None:
        return None
    evidence, cited = quoted
    predicate = _slot(item["predicate"])
    if predicate != SAID and not material.ground(cited).holds_words(value):
        refused.append(f"fact {item['text']!r}: the object {value!r} is not in the words of {', '.join(cited)}")
        return None
    try:
        period = _period(item.get("when"), material)
    except KeyError:
        refused.append(f"fact {item['text']!r}: there is no time expression {item['when']!r}")
        return None
    text = " ".join(item["text"].split())
    return Fact(
        subject=subject,
        predicate=predicate,
        object=text if predicate == SAID else value,
        text=text,
        polarity=Polarity(item.get("polarity", "affirmed")),
        modality=_modality(item.get("modality", "asserted"), cited, material),
        period=period,
        observed_at=max(material.by_id[name].at for name in cited),
        evidence=evidence,
        confidence=CONFIDENCE,
    )


def _foresight(item: Mapping[str, Any], material: Material, refused: list[str]) -> Foresight | None:
    about = f"foresight {item['text']!r}"
    quoted = _quoted(about, item, material, refused)
    if quoted is None:
        return None
    evidence, cited = quoted
    observed = max(material.by_id[name].at for name in cited)
    try:
        start, end = _period(item.get("when"), material), _period(item.get("until"), material)
    except KeyError:
        refused.append(f"{about}: there is no such time expression")
        return None
    period, source = _interval(start, end, item.get("days"), observed)
    if period is None:
        refused.append(f"{about}: neither a time expression nor a number of days says how long it holds")
        return None
    return Foresight(
        subject=item["subject"].strip(),
        text=" ".join(item["text"].split()),
        topic=" ".join(item["topic"].split()),
        kind=ForesightKind(item["kind"]),
        period=period,
        interval_source=source,
        observed_at=observed,
        evidence=evidence,
        confidence=CONFIDENCE,
    )


def _interval(
    start: Period | None, end: Period | None, days: int | None, observed: datetime
) -> tuple[Period | None, IntervalSource]:
    """When something holds: as said, or as long as the model thinks."""
    if end is not None:
        begin = start.start if start else min(observed, end.start)
        later = end.end is not None and begin < end.end
        return Period(start=begin, end=end.end, label=end.label) if later else None, IntervalSource.EXPLICIT
    if start is not None and days is None:
        return start, IntervalSource.EXPLICIT
    if days is None:
        return None, IntervalSource.MODEL
    begin = start.start if start else observed
    return Period(start=begin, end=begin + timedelta(days=days)), IntervalSource.MODEL


def _period(name: str | None, material: Material) -> Period | None:
    """The interval of a time expression; ``KeyError`` where there is none of that name."""
    if not name:
        return None
    _, time = material.times[name]
    return Period(start=time.start, end=time.end, label=time.label)


def _modality(named: str, cited: Sequence[str], material: Material) -> Modality:
    """Whether something puts right what was believed is not the model's to say."""
    correcting = any(material.by_id[name].correcting for name in cited)
    return Modality.CORRECTING if correcting and named == Modality.ASSERTED else Modality(named)


def _slot(named: str) -> str:
    """The slot that a predicate names, else ``said``."""
    slot = named.strip().lower()
    if slot in ARITY:
        return SAID if slot in _FAMILIES else slot
    family, _, name = slot.partition(".")
    return slot if family in _FAMILIES and name else SAID


def _quoted(
    about: str, item: Mapping[str, Any], material: Material, refused: list[str]
) -> tuple[tuple[Evidence, ...], tuple[str, ...]] | None:
    """The evidence of an item and the ids of the messages that hold it; ``None`` where it is refused."""
    evidence, cited = [], []
    for quote in item["quotes"]:
        message = material.by_id.get(quote["message"])
        words = quote["text"].strip()
        start = message.text.find(words) if message else -1
        if message is None or start < 0 or not re.search(r"\w", words):
            refused.append(f"{about}: {quote['message']} does not say {words[:80]!r}")
            return None
        place = Evidence(source=message.source, version=message.version, start=start, stop=start + len(words))
        evidence.append(place)
        cited.append(quote["message"])
    subject = item["subject"].strip()
    if subject.casefold() in _PRONOUNS:
        refused.append(f"{about}: the subject is a pronoun; name whom it means")
        return None
    said = (subject, item["text"], item.get("object") or item.get("topic") or "")
    is_speaker = any(subject == message.who for message in material.messages)
    if not is_speaker and not material.ground(cited).holds_words(subject):
        refused.append(f"{about}: {', '.join(cited)} do not speak of {subject!r}; quote who is meant")
        return None
    if complaint := _complaint(about, cited, said, material):
        refused.append(complaint)
        return None
    return tuple(dict.fromkeys(evidence)), tuple(dict.fromkeys(cited))


def _complaint(about: str, cited: Sequence[str], said: Sequence[str], material: Material) -> str:
    """What is wrong with something that is said; empty for nothing."""
    if unknown := [name for name in cited if name not in material.by_id]:
        return f"{about}: there is no {', '.join(unknown)}"
    invented = [one for text in said for one in material.ground(cited).invented(text)]
    if invented:
        return f"{about}: {', '.join(dict.fromkeys(invented))} is not in {', '.join(cited)}"
    return ""


def _is_known(fact: Fact, others: Sequence[Fact]) -> bool:
    key = _fact_key(fact)
    return any(_fact_key(other) == key for other in others)


def _fact_key(fact: Fact) -> tuple[str, ...]:
    return (fact.subject.casefold(), fact.predicate, fact.object.casefold().rstrip(".。"), fact.polarity)


def _is_foreseen(found: Foresight, others: Sequence[Foresight]) -> bool:
    """Whether the rules found the same: of the same kind, from the same words."""
    return any(
        other.kind is found.kind and any(_overlap(one, two) for one in other.evidence for two in found.evidence)
        for other in others
    )


def _overlap(one: Evidence, two: Evidence) -> bool:
    return (one.source, one.version) == (two.source, two.version) and one.start < two.stop and two.start < one.stop
