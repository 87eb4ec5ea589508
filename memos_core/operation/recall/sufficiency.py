"""Judges whether what a recall found answers its question, by rules: no model is asked.

The confidence is a logistic function of a few measures of the best hits. Its constants were fitted by
``memos_core.evaluation.judging`` on dialogues written for that. What counts most, beside how much of the question is
covered, is whose it is: people of one conversation are easily taken for one another, and a question about one of them
that only the other's words answer is not answered.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np

from memos_core.domain.query import Answer, Hit, MemoryCall, Verdict
from memos_core.operation.formation.signals import Signal, signals
from memos_core.operation.recall.analysis import analyse, document_terms
from memos_core.ports import Floats, IndexView, Mask

READ = 10
"""Best hits that are read."""
SEARCHED = 20
"""Best hits that are searched for words of the question that may be missing: reading more costs milliseconds."""
BEST = 5
"""Best hits among which an answer of the expected kind must stand."""
SURE, DOUBTFUL = 0.5, 0.3
"""Confidence from which on a recall suffices, and below which nothing should be claimed if something is missing."""
A_TIME, A_NAME, THAT_PERIOD = "a time", "a name", "that period"
"""What is missing where it is not a word of the question."""
INTERCEPT = -2.06
SLOPES: Mapping[str, float] = {"cosine": 4.32, "covered": 0.74, "unseen": -0.85, "own_words": 1.63, "own_text": 2.33}
"""Fitted, see ``memos_core.evaluation.judging``. The fit holds answerable and other questions equally likely."""
USUAL_COSINE = 0.5
"""Stands in where there are no vectors."""

_KINDS = {Answer.TIME: ("when", Signal.TIME, A_TIME), Answer.NAME: ("who", Signal.NAME, A_NAME)}
_SPOKEN = ("dense", "turn", "window")
"""Shares of a hit's score that its own words and their meaning earned."""
RARE = 0.5
"""Rarity from which on a word of the question is missed."""
_COMMONNESS_OF_RARE = 0.001
_GRACE = timedelta(days=10)
"""People tell what has happened some days later."""
_TO_ANOTHER = re.compile(r"\b(?:you|your|yours|yourself)\b|你|您", re.IGNORECASE)
_OF_SELF = re.compile(r"\b(?:I|me|my|mine|myself|we|us|our|ours)\b|我", re.IGNORECASE)
_ASKING = re.compile(r"[?？][\"'”’)\]]*\s*$")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One hit, read against the question."""

    words: frozenset[int]
    """Words of the question that it has."""
    covers: float
    """Their share of the question, weighted by rarity."""
    text: float
    """What its own words and their meaning earned it."""
    own: float
    """How far it tells of whom the question is about, in [0, 1]; 1 unless it names one person."""
    others: float
    """How far it tells of somebody else."""


def judge(
    call: MemoryCall,
    shown: Sequence[Hit],
    commonness: Mapping[int, float] | None = None,
    best_cosine: float | None = None,
) -> Verdict:
    """Judge hits, best first, against the question that found them.

    Args:
        call: The planned question.
        shown: What the asker will see of it.
        commonness: For every word of the question, the share of all passages that have it, in [0, 1]; without it,
            words are taken for common as they are among the hits.
        best_cosine: The highest cosine of the question with a passage; ``None`` without vectors.

    Returns:
        ``missing`` names words of the question in its own spelling that nothing shown of the person asked about has,
        then ``A_TIME``, ``A_NAME`` or ``THAT_PERIOD``. A request for advice, which needs no answer in a memory, is
        never abstained from.
    """
    if not shown:
        return Verdict(
            sufficient=False,
            missing=tuple(dict.fromkeys(_spelt(call).values())),
            confidence=0.0,
            abstain=not call.advice,
        )
    weights = rarity(call, shown, commonness)
    readings = [read(call, hit, weights) for hit in shown[:READ]]
    confidence = _logistic(measures(readings, weights, commonness, best_cosine))
    if call.advice:
        confidence = max(confidence, SURE)
    missing = (*_missing_words(call, shown, weights), *_missing_kinds(call, shown))
    return Verdict(
        sufficient=call.advice or (confidence >= SURE and not _essential(missing, call)),
        missing=missing,
        confidence=round(confidence, 4),
        abstain=not call.advice and confidence < DOUBTFUL and bool(missing),
    )


def commonness_of(terms: Sequence[int], view: IndexView, mask: Mask) -> dict[int, float]:
    """For every word, the share of the passages in ``mask`` ``(n,)`` that have it."""
    passages = max(1, int(mask.sum()))
    return {term: np.count_nonzero(view.lexical((term,), mask, (0,))[0]) / passages for term in terms}


def highest(cosines: Floats | None) -> float | None:
    """The highest cosine of a question with a passage, of ``(n,)`` with NaN for none; ``None`` without any."""
    if cosines is None:
        return None
    known = cosines[~np.isnan(cosines)]
    return float(known.max()) if known.size else None


def measures(
    readings: Sequence[Reading],
    weights: Mapping[int, float],
    commonness: Mapping[int, float] | None,
    best_cosine: float | None,
) -> dict[str, float]:
    """What the confidence is a function of, under the names of ``SLOPES``."""
    total = sum(weights.values()) or 1.0
    found: frozenset[int] = frozenset().union(*(one.words for one in readings))
    unseen = 0.0 if commonness is None else sum(weights[word] for word in weights if not commonness.get(word))
    return {
        "cosine": USUAL_COSINE if best_cosine is None else best_cosine,
        "covered": sum(weights[word] for word in found) / total,
        "unseen": unseen / total,
        "own_words": _lead([(one.covers * one.own, one.covers * one.others) for one in readings]),
        "own_text": _lead([(one.text * one.own, one.text * one.others) for one in readings]),
    }


def rarity(call: MemoryCall, shown: Sequence[Hit], commonness: Mapping[int, float] | None = None) -> dict[int, float]:
    """How telling each word of the question is, in [0, 1]: 1 for one in a thousand passages, 0 for one in all."""
    if commonness is None:
        found = [_words(hit) for hit in shown]
        commonness = {word: sum(word in words for words in found) / (len(found) + 1) for word in call.terms}
    rarest = math.log(_COMMONNESS_OF_RARE)
    return {word: math.log(max(commonness.get(word, 0.0), _COMMONNESS_OF_RARE)) / rarest for word in call.terms}


def read(call: MemoryCall, hit: Hit, weights: Mapping[int, float]) -> Reading:
    """Read one hit against the question's words and their weights."""
    words = _words(hit).intersection(weights)
    total = sum(weights.values()) or 1.0
    own, others = _told_of(call, hit)
    return Reading(
        words=words,
        covers=sum(weights[word] for word in words) / total,
        text=sum(hit.why.get(name, 0.0) for name in _SPOKEN),
        own=own,
        others=others,
    )


def _words(hit: Hit) -> frozenset[int]:
    header = hit.cube.header
    return _analysed(hit.text, header.speaker, header.occurred_at)


@lru_cache(maxsize=1024)
def _analysed(text: str, speaker: str, said_at: datetime) -> frozenset[int]:
    found: list[int] = np.frombuffer(document_terms(text, speaker=speaker, occurred_at=said_at), dtype="<u4").tolist()
    return frozenset(found)


# ── of whom ─────────────────────────────────────────────────────────────────────────────────────


def _told_of(call: MemoryCall, hit: Hit) -> tuple[float, float]:
    """How far a hit tells of the one person whom the question names, and of others, by its pronouns."""
    if len(call.subjects) != 1:
        return 1.0, 1.0
    subject, text = call.subjects[0], hit.text
    mine = hit.cube.header.speaker == subject
    own, others = (1.0, 0.0) if mine else (0.0, 1.0)
    of_self = bool(_OF_SELF.search(text))
    if _TO_ANOTHER.search(text):
        if of_self and not _ASKING.search(text):
            own, others = max(own, 0.5), max(others, 0.5)
        else:
            own, others = others, own
    if not mine and not of_self and subject.split()[0] in text:
        own = 1.0
    return own, others


def _lead(pairs: Sequence[tuple[float, float]]) -> float:
    """By how much the best of the first kind is ahead of the best of the second."""
    return max(own for own, _ in pairs) - max(others for _, others in pairs)


# ── what is missing ─────────────────────────────────────────────────────────────────────────────


def _missing_words(call: MemoryCall, shown: Sequence[Hit], weights: Mapping[int, float]) -> tuple[str, ...]:
    """Telling words that stand in no hit that tells of whom the question is about."""
    wanted = {word: None for word, weight in weights.items() if weight >= RARE}
    for hit in shown[:SEARCHED]:
        if wanted and _told_of(call, hit)[0]:
            here = _words(hit)
            wanted = {word: None for word in wanted if word not in here}
    spelt = _spelt(call)
    words = dict.fromkeys(spelt[word] for word in wanted if word in spelt)
    # The numbers of a date are looked for as a period.
    return tuple(word for word in words if not (call.periods and word[0].isdecimal()))


def _missing_kinds(call: MemoryCall, shown: Sequence[Hit]) -> tuple[str, ...]:
    missing = []
    if (kind := _KINDS.get(call.answer)) and not any(_tells(hit, *kind[:2]) for hit in shown[:BEST]):
        missing.append(kind[2])
    if call.periods and not any(_within(call, hit) for hit in shown):
        missing.append(THAT_PERIOD)
    return tuple(missing)


def _tells(hit: Hit, feature: str, signal: Signal) -> bool:
    # The ranking knows already, where the feature counts.
    return hit.why.get(feature, 0.0) > 0 or bool(signals(hit.text, hit.cube.header.speaker) & signal)


def _within(call: MemoryCall, hit: Hit) -> bool:
    said = hit.cube.header.occurred_at
    return any(start <= said and said - end < _GRACE for start, end in call.periods)


def _essential(missing: Sequence[str], call: MemoryCall) -> bool:
    """Whether a name or a number of the question is missing, or a memory of its period."""
    start = call.query.lstrip()
    return any(
        one == THAT_PERIOD or one[0].isdecimal() or (one[0].isupper() and not start.startswith(one)) for one in missing
    )


def _spelt(call: MemoryCall) -> dict[int, str]:
    """The question's words by term, as it spells them."""
    spelt: dict[int, str] = {}
    for match in _WORD.finditer(call.query):
        for term in analyse(match[0]):
            if term in call.terms:
                spelt.setdefault(term, match[0] if match[0].isascii() else _unspaced(match[0], term))
    return spelt


def _unspaced(run: str, term: int) -> str:
    """The two characters of a run of Chinese that a term stands for; the run itself for other scripts."""
    return next((pair for at in range(len(run) - 1) if analyse(pair := run[at : at + 2]) == (term,)), run)


def _logistic(values: Mapping[str, float]) -> float:
    odds = INTERCEPT + sum(slope * values[name] for name, slope in SLOPES.items())
    return 1 / (1 + math.exp(-odds))
