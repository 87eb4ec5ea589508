"""Turns to drafts: long texts become passages that an embedder can take in whole."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import blake2b

from memos_core.domain.moment import to_utc
from memos_core.domain.record import Draft, Passage
from memos_core.domain.turn import Turn
from memos_core.operation.formation.signals import signals
from memos_core.operation.recall.analysis import document_terms

PASSAGE_WORDS = 60
"""Words of a passage at most: longer ones blur in a sentence embedding."""

_CJK = "\u2e80-\u2fff\u3001-\ua4cf\uac00-\ud7af\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_ATOM = re.compile(rf"[{_CJK}]|[^\s{_CJK}]{{1,400}}")
"""What is never cut: a CJK character, or a word; what runs on for 400 characters is not a word any more."""
_IS_CJK = re.compile(f"[{_CJK}]")
_SENTENCE_END = re.compile(r"""(?<=[.!?…])["'”’)\]]*\s+|[。！？]["'」』”’）]*|\n""")


def count_words(text: str) -> float:
    """Words of ``text``; a CJK character counts as half of one."""
    return _halves(text) / 2


def split(text: str, max_words: int = PASSAGE_WORDS) -> tuple[tuple[int, int], ...]:
    """Cut a text into passages at the ends of sentences, in linear time.

    Args:
        text: Any text.
        max_words: Words of a passage at most, as ``count_words`` counts them.

    Returns:
        Spans ``[start, stop)`` in characters, in order and disjoint, that hold every visible character of ``text``
        and begin and end with one. A text of up to ``max_words`` is one span; otherwise sentences are packed while
        they fit, and a sentence that is too long by itself is cut between words.
    """
    limit = max(2 * max_words, 2)
    spans: list[tuple[int, int]] = []
    start, stop, size = 0, 0, 0
    for lo, hi, halves in _pieces(text, limit):
        if size and size + halves > limit:
            spans.append((start, stop))
            size = 0
        if not size:
            start = lo
        stop, size = hi, size + halves
    if size:
        spans.append((start, stop))
    return tuple(spans)


def drafts(turns: Iterable[Turn], now: datetime) -> list[Draft]:
    """Make validated turns ready to be written.

    Args:
        turns: As the reader hands them out.
        now: Event time of the turns that have none, aware.
    """
    return [_draft(turn, now) for turn in turns]


def _draft(turn: Turn, now: datetime) -> Draft:
    occurred_at = to_utc(now if turn.at is None else turn.at, "at")
    passages = (
        Passage(
            start=start,
            stop=stop,
            terms=document_terms(turn.text[start:stop], speaker=turn.speaker, occurred_at=occurred_at),
            signals=int(signals(turn.text[start:stop], turn.speaker)),
        )
        for start, stop in split(turn.text)
    )
    key = blake2b(turn.key.encode(), digest_size=16).digest() if turn.key else None
    return Draft(turn=turn, occurred_at=occurred_at, passages=tuple(passages), key=key)


def _halves(text: str) -> int:
    if text.isascii():
        return 2 * len(_ATOM.findall(text))
    return sum(1 if _IS_CJK.match(atom) else 2 for atom in _ATOM.findall(text))


def _pieces(text: str, limit: int) -> Iterator[tuple[int, int, int]]:
    """Sentences, or atoms of those that are too long: start, stop and size in half words."""
    whole = _halves(text)
    sentences = [(0, len(text))] if whole <= limit else _sentences(text)
    for lo, hi in sentences:
        sentence = text[lo:hi]
        visible = sentence.strip()
        if not visible:
            continue
        halves = _halves(visible)
        lo += len(sentence) - len(sentence.lstrip())
        if halves <= limit:
            yield lo, lo + len(visible), halves
            continue
        for atom in _ATOM.finditer(text, lo, lo + len(visible)):
            yield atom.start(), atom.end(), 1 if _IS_CJK.match(atom[0]) else 2


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    lo = 0
    for end in _SENTENCE_END.finditer(text):
        yield lo, end.end()
        lo = end.end()
    yield lo, len(text)
