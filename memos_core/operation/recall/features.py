"""What speaks for a passage: each feature is a pure function of the index and the planned query.

A feature is an array over the candidates with values in [0, 1]. Cosines are scaled together, by the lowest and the
highest one among all passages that a filter lets through, and BM25 scores by the highest one of their kind, so that a
passage's features do not depend on which others are candidates. A feature that does not apply to a question is missing.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.moment import to_micros
from memos_core.domain.query import Answer, MemoryCall
from memos_core.operation.formation.signals import Signal
from memos_core.operation.recall.rewriting import asks_answerer, asks_back
from memos_core.ports import Columns, Floats, IndexView, Mask

Slots = NDArray[np.int64]

BESIDE, AROUND = 1, 10
"""Turns to each side whose best cosine counts."""
WINDOW, WIDE = 2, 5
"""Turns to each side whose words are read together."""
_DAY = 86_400_000_000
_DAYS_BEFORE, _DAYS_AFTER, _FADING = 3, 10, 20
"""Days of grace before and after a period, and in which nearness falls to a third."""


def cosines(found: Floats, mask: Mask, likely: Floats | None = None) -> Floats:
    """Cosines ``(n,)``, scaled. Outside ``mask`` 0.

    A passage that is not embedded yet, NaN in ``found``, counts as an average one, or as ``likely`` ``(n,)`` where that
    is more: how well its words match, say.
    """
    known = found[~np.isnan(found)]
    if not known.size or known.max() <= known.min():
        return np.where(mask, np.float32(known.size > 0 and known.max() > 0), np.float32(0))
    low, high = known.min(), known.max()
    missing = np.isnan(found)
    scaled: Floats = (np.where(missing, known.mean(), found) - low) / (high - low)
    if likely is not None:
        scaled = np.where(missing, np.maximum(scaled, likely), scaled)
    scaled[~mask] = 0
    return scaled


def matches(view: IndexView, terms: Sequence[int], mask: Mask) -> dict[str, Floats]:
    """Scaled BM25 ``(n,)`` of passages alone and with their neighbours."""
    if not terms:
        return {}
    scores = view.lexical(terms, mask, (0, WINDOW, WIDE))
    return {name: _relative(score) for name, score in zip(("turn", "window", "wide"), scores, strict=True)}


def meaning(columns: Columns, cosine: Floats, candidates: Slots) -> dict[str, Floats]:
    """Features of what a passage and those around it mean."""
    best = cosine[candidates]
    reached = {}
    ahead, behind = candidates, candidates
    for near, far in pairwise((0, BESIDE, AROUND)):
        for _ in range(near, far):
            ahead, behind = _step(columns.following, ahead), _step(columns.previous, behind)
            for slots in (ahead, behind):
                best = np.maximum(best, np.where(slots >= 0, cosine[slots], 0))
        reached[far] = best
    return {
        "dense": cosine[candidates],
        "dense_near": reached[BESIDE],
        "dense_wide": reached[AROUND],
        "dense_message": _best_of(columns.cube[candidates], cosine[candidates]),
    }


def voice(columns: Columns, call: MemoryCall, candidates: Slots) -> dict[str, Floats]:
    """Who said it, against whom the question is about."""
    if call.subjects:
        return {"subject": _subject(columns, call.subjects, candidates)}
    if "assistant" in columns.roles and not call.advice and asks_answerer(call.query):
        return {"answerer": _is_role(columns, "assistant", candidates)}
    return {"asker": _is_role(columns, "user", candidates)} if "user" in columns.roles else {}


def form(columns: Columns, call: MemoryCall, candidates: Slots) -> dict[str, Floats]:
    """What a passage looks like, against what is asked for."""
    signals = columns.signals[candidates]

    def showing(signal: Signal) -> Floats:
        return (signals & signal > 0).astype(np.float32)

    found = {}
    if call.subjects:
        before = columns.previous[candidates]
        asked_before = np.where(before >= 0, columns.signals[before], 0) & Signal.QUESTION
        found["question"] = showing(Signal.QUESTION)
        found["reply"] = (asked_before > 0).astype(np.float32)
    elif not asks_back(call.query):
        found["standing"] = showing(Signal.STANDING)
    if call.periods and not call.advice:  # a request names the time that it is for, not when its asker told of it
        found["period"] = _nearness(columns.occurred[candidates], call.periods)
    if call.advice:
        found["stance"] = showing(Signal.STANCE)
        found["choice"] = showing(Signal.CHOICE)
        found["persona"] = showing(Signal.PERSONA)
    if call.answer is Answer.TIME:
        found["when"] = showing(Signal.TIME)
    if call.answer is Answer.NAME:
        found["who"] = showing(Signal.NAME)
    return found


def _nearness(occurred: NDArray[np.int64], periods: Sequence[tuple[datetime, datetime]]) -> Floats:
    """1 within a period, a few days before it or up to ten after (people tell what has happened), then falling."""
    near = np.zeros(occurred.size, np.float32)
    for start, end in periods:
        early = (to_micros(start) - occurred) / _DAY - _DAYS_BEFORE
        late = (occurred - to_micros(end)) / _DAY - _DAYS_AFTER
        faded = np.exp(-np.maximum(np.maximum(early, late), 0) / _FADING)
        near = np.maximum(near, np.where(early > 0, 0.7 * faded, faded))
    return near.astype(np.float32)


def _relative(scores: Floats) -> Floats:
    highest = scores.max(initial=0)
    return scores / highest if highest > 0 else scores


def _is_role(columns: Columns, role: str, candidates: Slots) -> Floats:
    found: Floats = (columns.role[candidates] == columns.roles.index(role)).astype(np.float32)
    return found


def _subject(columns: Columns, named: tuple[str, ...], candidates: Slots) -> Floats:
    """1 for a turn of the one speaker named, 0.5 for one of several, 0 for others."""
    share = np.zeros(len(columns.speakers), np.float32)
    for code, name in enumerate(columns.speakers):
        if name in named:
            share[code] = 1.0 if len(named) == 1 else 0.5
    return share[columns.speaker[candidates]]


def _step(links: NDArray[np.int32], slots: Slots) -> Slots:
    """The slots one link further; -1 stays where it is."""
    return np.where(slots >= 0, links[slots], -1)


def _best_of(groups: NDArray[np.int64], scores: Floats) -> Floats:
    """The highest score in each candidate's group."""
    _, group = np.unique(groups, return_inverse=True)
    best = np.zeros(int(group.max(initial=-1)) + 1, np.float32)
    np.maximum.at(best, group, scores)
    found: Floats = best[group]
    return found
