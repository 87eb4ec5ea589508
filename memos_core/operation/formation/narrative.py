"""A few turns as an episode in the third person: extracted, not invented.

Courtesies are dropped. Where facts say what a sentence says, and say it cleanly (``standing``), they stand for it;
otherwise the sentence is quoted with its speaker. Dates that the words only hint at follow in brackets. Nothing is
added that the turns do not hold.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from memos_core.domain.engram import Fact, Message, Modality, Period
from memos_core.operation.formation.cues import is_phatic
from memos_core.operation.formation.phrases import key_phrases
from memos_core.operation.formation.standing import is_clean
from memos_core.operation.formation.temporal import Granularity, TimeExpression, resolve
from memos_core.operation.recall.analysis import analyse

LONGEST_EPISODE = 2400
"""Characters of an episode at most; what carries least is left out."""

_SENTENCE_END = re.compile(r"""[.!?…]["'”’)\]]*\s+|[。！？]["'」』”’）]*|\n+""")
_ABBREVIATED = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|St|vs|e\.g|i\.e)\.\s+\Z")
"""What a full stop ends there is a word."""
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_DIGITS = re.compile(r"\d+")
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_YEAR = re.compile(r"\d{4}")
_VISIBLE = re.compile(r"\w")
_QUESTION = re.compile(r"[?？][^\w?？]*$")
_COVERED = 0.75
"""Share of the content words of a sentence that facts must hold to stand for it."""
_ANSWERING = ("assistant", "tool")
_ASSISTANT = 0.4
_ASKED = 0.5
"""Weights of what an assistant says and of questions, when something must go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Piece:
    """A sentence of the episode to be."""

    text: str
    turn: int
    frame: str
    """How it is told: ``fact``, ``said`` or ``asked``."""
    weight: float


def narrate(messages: Sequence[Message], facts: Sequence[Fact], zone: tzinfo) -> tuple[str, str]:
    """Tell what happened in a few turns.

    Args:
        messages: The turns in order, at least one.
        facts: What was extracted from them.
        zone: Time zone of the dates.

    Returns:
        A title (what it was about, and the day) and the episode. The episode is no longer than the turns with their
        speakers and the day, and no longer than ``LONGEST_EPISODE``; every word of it but the frame stands in the
        turns or in a fact.
    """
    chinese = _is_chinese(messages)
    day = _day(messages[0], zone, chinese)
    names = tuple({message.who: None for message in messages})
    topics = key_phrases(_telling(messages), names, limit=2) or (" & ".join(names[:2]),)
    title = f"{'、'.join(topics)}（{day}）" if chinese else f"{', '.join(topics)} ({day})"
    return title, _episode(messages, facts, zone, names)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Spans ``[start, stop)`` of the sentences of a text that hold a letter or a digit, without outer white space."""
    start = 0
    for stop in [*(end.end() for end in _SENTENCE_END.finditer(text)), len(text)]:
        sentence = text[start:stop]
        if stop < len(text) and _ABBREVIATED.search(sentence, max(0, len(sentence) - 8)):
            continue
        if _VISIBLE.search(sentence):
            lead = len(sentence) - len(sentence.lstrip())
            yield start + lead, start + len(sentence.rstrip())
        start = stop


def _telling(messages: Sequence[Message]) -> list[str]:
    """The texts that tell what the talk is about: the people's, an assistant's only where they say nothing."""
    texts = [_without_code(message.text) for message in messages if message.role not in _ANSWERING]
    return [text for text in texts if not is_phatic(text)] or [_without_code(message.text) for message in messages]


def _without_code(text: str) -> str:
    """The text with white space in place of fenced code, so that spans still fit."""
    return _CODE.sub(lambda found: "\n" * len(found[0]), text)


def _episode(messages: Sequence[Message], facts: Sequence[Fact], zone: tzinfo, names: Sequence[str]) -> str:
    by_source: dict[tuple[str, int], list[Fact]] = {}
    for fact in facts:
        if fact.modality is not Modality.HYPOTHETICAL:
            for source in dict.fromkeys((one.source, one.version) for one in fact.evidence):
                by_source.setdefault(source, []).append(fact)
    pieces = [
        piece
        for turn, message in enumerate(messages)
        for piece in _pieces(turn, message, by_source.get((message.source, message.version), ()), zone, names)
    ]
    transcript = "\n".join(f"{message.who}: {message.text}" for message in messages)
    limit = min(len(transcript) + 20, LONGEST_EPISODE)
    kept = _fitting(_distinct(pieces), messages, limit)
    told = _told(kept, messages)
    return told if told and len(told) <= limit else transcript[:limit]


def _pieces(turn: int, message: Message, facts: Sequence[Fact], zone: tzinfo, names: Sequence[str]) -> Iterator[_Piece]:
    times = resolve(message.text, message.at, zone)
    share = _ASSISTANT if message.role in _ANSWERING else 1.0
    for start, stop in sentences(_without_code(message.text)):
        sentence = message.text[start:stop]
        standing = _standing(sentence, start, message, facts, names)
        weight = share * _substance(sentence)
        if standing:
            for fact in standing:
                yield _Piece(text=_dated(fact), turn=turn, frame="fact", weight=2 * weight + 1)
        elif not is_phatic(sentence, names):
            asked = _QUESTION.search(sentence) is not None
            text = _with_dates(message, start, stop, times, zone)
            yield _Piece(
                text=text, turn=turn, frame="asked" if asked else "said", weight=weight * (_ASKED if asked else 1)
            )


def _standing(sentence: str, start: int, message: Message, facts: Sequence[Fact], names: Sequence[str]) -> list[Fact]:
    """The facts that say what the sentence says; none where one is no clean clause, or where much would be lost."""
    stop = start + len(sentence)
    found = [fact for fact in facts if _rests_on(fact, message, start, stop)]
    if not found or not all(is_clean(fact.text, fact.subject, sentence, names) for fact in found):
        return []
    told = " ".join(map(_dated, found))
    words = set(analyse(sentence))
    if not words or len(words & set(analyse(told))) < _COVERED * len(words):
        return []
    if not set(_DIGITS.findall(sentence)) <= set(_DIGITS.findall(told)):
        return []
    return found


def _rests_on(fact: Fact, message: Message, start: int, stop: int) -> bool:
    return any(
        (one.source, one.version) == (message.source, message.version) and one.start < stop and start < one.stop
        for one in fact.evidence
    )


def _substance(sentence: str) -> float:
    return len(set(analyse(sentence))) + 2.0 * len(_DIGITS.findall(sentence))


# ── dates ───────────────────────────────────────────────────────────────────────────────────────


def _day(message: Message, zone: tzinfo, chinese: bool) -> str:
    local = message.at.astimezone(zone)
    return f"{local.year}年{local.month}月{local.day}日" if chinese else f"{local.day} {local:%B} {local.year}"


def _dated(fact: Fact) -> str:
    text = fact.text.strip()
    if fact.period is None or _says(text, fact.period):
        return text
    ending = text[-1] if text[-1:] in (".", "!", "。", "！") else ""
    return f"{text.removesuffix(ending)} [{fact.period.label}]{ending}"


def _says(text: str, period: Period) -> bool:
    return not period.label or period.label in text


def _with_dates(message: Message, start: int, stop: int, times: Sequence[TimeExpression], zone: tzinfo) -> str:
    parts, at = [], start
    for time in times:
        if start <= time.span[0] and time.span[1] <= stop:
            parts.append(message.text[at : time.span[1]])
            at = time.span[1]
            label = _label(time, zone)
            if not _YEAR.search(time.phrase) and label.casefold() not in time.phrase.casefold():
                parts.append(f"[{label}]" if _CJK.search(time.phrase) else f" [{label}]")
    parts.append(message.text[at:stop])
    return "".join(parts)


def _label(time: TimeExpression, zone: tzinfo) -> str:
    if not _CJK.search(time.phrase) or time.approximate:
        return time.label
    local = time.start.astimezone(zone)
    parts: Mapping[Granularity, str] = {
        Granularity.DAY: f"{local.year}年{local.month}月{local.day}日",
        Granularity.MONTH: f"{local.year}年{local.month}月",
        Granularity.YEAR: f"{local.year}年",
    }
    return parts.get(time.granularity, time.label)


# ── putting it together ─────────────────────────────────────────────────────────────────────────


def _distinct(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Each sentence where it is first told."""
    firsts: dict[str, _Piece] = {}
    for piece in pieces:
        firsts.setdefault(piece.text, piece)
    return list(firsts.values())


def _fitting(pieces: Sequence[_Piece], messages: Sequence[Message], limit: int) -> list[_Piece]:
    """All pieces, or the weightiest that fit, in order."""
    kept = list(pieces)
    spare = len(_told(kept, messages)) - limit
    if spare <= 0:
        return kept
    for place in sorted(range(len(pieces)), key=lambda place: (pieces[place].weight, -place)):
        if spare <= 0:
            break
        spare -= len(pieces[place].text) + 1
        kept.remove(pieces[place])
    while kept and len(_told(kept, messages)) > limit:
        kept.remove(min(kept, key=lambda piece: piece.weight))
    return kept


def _told(pieces: Sequence[_Piece], messages: Sequence[Message]) -> str:
    lines: list[str] = []
    place = 0
    while place < len(pieces):
        first = pieces[place]
        group = [first]
        while (
            first.frame != "fact"
            and place + len(group) < len(pieces)
            and (pieces[place + len(group)].turn, pieces[place + len(group)].frame) == (first.turn, first.frame)
        ):
            group.append(pieces[place + len(group)])
        place += len(group)
        lines.append(_framed(group, messages[first.turn].who))
    return "\n".join(lines)


def _framed(group: Sequence[_Piece], who: str) -> str:
    frame = group[0].frame
    if frame == "fact":
        return group[0].text
    if _CJK.search(group[0].text):
        return f"{who}{'说' if frame == 'said' else '问'}：“{''.join(piece.text for piece in group)}”"
    return f'{who} {frame}: "{" ".join(piece.text for piece in group)}"'


def _is_chinese(messages: Sequence[Message]) -> bool:
    characters = sum(len(_CJK.findall(message.text)) for message in messages)
    return 3 * characters > sum(len(message.text) for message in messages)
