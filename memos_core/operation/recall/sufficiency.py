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
from datetime import timedelta

from memos_core.domain.query import Answer, Hit, MemoryCall, Verdict
from memos_core.operation.formation.signals import Signal, signals
from memos_core.operation.recall.analysis import analyse, document_term_set

READ = 10
"""Best hits that are read."""
BEST = 5
"""Best hits among which an answer of the expected kind must stand."""
SURE, DOUBTFUL = 0.5, 0.25
"""Confidence from which on a recall suffices, and below which nothing should be claimed if something is missing."""
A_TIME, A_NAME, THAT_PERIOD = "a time", "a name", "that period"
"""What is missing where it is not a word of the question."""
INTERCEPT = -2.07
SLOPES: Mapping[str, float] = {"cosine": 4.34, "covered": 0.75, "unseen": -0.86, "own_words": 1.63, "own_text": 2.47}
"""Fitted, see ``memos_core.evaluation.judging``. The fit holds answerable and other questions equally likely."""
USUAL_COSINE = 0.5
"""Stands in where there are no vectors."""

_SPOKEN = ("dense", "turn", "window")
"""Shares of a hit's score that its own words and their meaning earned."""
_COMMONNESS_OF_RARE = 0.001
_RARE = 0.5
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
    """How far it tells of whom the question is about, in [0, 1]; 1 where the question names nobody."""
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
            sufficient=False, missing=tuple(_spelt(call).values()), confidence=0.0, abstain=not call.advice
        )
    weights = rarity(call, shown, commonness)
    readings = [read(call, hit, weights) for hit in shown[:READ]]
    confidence = _logistic(measures(readings, weights, commonness, best_cosine))
    missing = (*_missing_words(call, shown, weights), *_missing_kinds(call, shown))
    return Verdict(
        sufficient=call.advice or (confidence >= SURE and not _essential(missing, call)),
        missing=missing,
        confidence=round(confidence, 4),
        abstain=not call.advice and confidence < DOUBTFUL and bool(missing),
    )


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


def rarity(
    call: MemoryCall, shown: Sequence[Hit], commonness: Mapping[int, float] | None = None
) -> dict[int, float]:
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
    return document_term_set(hit.text, header.speaker, header.occurred_at)
