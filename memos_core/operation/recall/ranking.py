"""Scores every slot of a vault for one query: a weighted sum of features, each scaled to [0, 1] over the candidates.

A linear sum of min-max-scaled scores keeps the gaps that reciprocal ranks throw away (Bruch, Gai and Ingber 2023,
"An Analysis of Fusion Functions for Hybrid Retrieval"). Every feature is an array of length ``n``, one entry per slot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.moment import to_micros
from memos_core.domain.query import Answer, Filter, MemoryCall
from memos_core.domain.record import FOREVER
from memos_core.operation.formation.signals import Signal
from memos_core.ports import Columns, Floats, IndexView, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each feature counts."""

    dense: float = 1.0
    """Cosine of the question, in the first person, with the passage."""
    dense_session: float = 0.5
    """The highest cosine in the passage's session."""
    turn: float = 0.3
    """BM25 of the passage."""
    window: float = 0.7
    """BM25 of the passage with the two turns before and after it in its session."""
    subject: float = 0.35
    """The speaker is whom the question names."""
    asker: float = 0.6
    """The user said it, and the question names nobody else."""
    period: float = 0.7
    """It was said in, or soon after, a period that the question names."""
    stance: float = 0.3
    """The question wants advice and the passage states a preference, a habit or a constraint."""
    when: float = 0.15
    """The question asks for a time and the passage tells one."""
    who: float = 0.15
    """The question asks for a person, a place or a choice and the passage names somebody or something."""
    question: float = -0.1
    """The passage is itself a question, and somebody was asked about."""
    reply: float = 0.1
    """The passage follows a question, and somebody was asked about."""


DEFAULT_WEIGHTS = Weights()
ADVICE_WEIGHTS = Weights(dense_session=0.0, turn=0.1, window=0.1)
"""For requests for advice: they share few words with the preferences that should shape the answer."""
WINDOW_RADIUS = 2
_DAY = 86_400_000_000
_DAYS_BEFORE, _DAYS_AFTER, _FADING = 3, 10, 20
"""Days of grace before and after a period, and in which nearness falls to a third."""
_SCALED = frozenset({"dense", "dense_session", "turn", "window"})
"""Features on scales of their own; the others lie in [0, 1] as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Slots by falling score, with each feature's share."""

    slots: NDArray[np.int64]
    scores: Floats
    shares: dict[str, Floats]
    """By feature, aligned with ``slots``; they sum to the score."""


def visible(columns: Columns, where: Filter) -> Mask:
    """Which slots a filter lets through, metadata aside: ``(n,)``."""
    mask: Mask
    if where.at is None:
        mask = columns.valid_to == FOREVER
    else:
        moment = to_micros(where.at)
        mask = (columns.valid_from <= moment) & (columns.valid_to > moment)
    mask &= ~columns.hidden
    for wanted, names, codes in (
        (where.speakers, columns.speakers, columns.speaker),
        (where.roles, columns.roles, columns.role),
        (where.sessions, columns.sessions, columns.session),
        (where.kinds, columns.kinds, columns.kind),
    ):
        if wanted:
            mask &= np.isin(codes, [code for code, name in enumerate(names) if name in wanted])
    if where.since is not None:
        mask &= columns.occurred >= to_micros(where.since)
    if where.until is not None:
        mask &= columns.occurred < to_micros(where.until)
    return mask


def rank(view: IndexView, call: MemoryCall, query: Floats | None, mask: Mask, weights: Weights | None = None) -> Ranked:
    """The best ``4 * call.limit`` slots of ``mask`` (several may belong to one cube).

    Args:
        view: The vault's index.
        call: The planned query.
        query: Its vector ``(d,)``, or ``None`` without an embedder.
        mask: Candidates ``(n,)``.
        weights: The linear model; by default that of the kind of question.
    """
    weights = weights or (ADVICE_WEIGHTS if call.advice else DEFAULT_WEIGHTS)
    candidates = np.flatnonzero(mask)
    if not candidates.size:
        return Ranked(slots=candidates, scores=np.empty(0, np.float32), shares={})
    found = _features(view, call, query, mask, candidates)
    shares = {name: _scaled(of) if name in _SCALED else of for name, of in found.items()}
    if query is None:  # without a vector, only a word in common makes a memory relevant
        related = np.flatnonzero(found.get("window", np.empty(0, np.float32)))
        candidates, shares = candidates[related], {name: share[related] for name, share in shares.items()}
    total = np.zeros(candidates.size, np.float32)
    for field in fields(weights):
        if field.name in shares:
            shares[field.name] *= np.float32(getattr(weights, field.name))
            total += shares[field.name]
    best = _top(total, 4 * call.limit)
    return Ranked(slots=candidates[best], scores=total[best], shares={name: of[best] for name, of in shares.items()})


def _features(
    view: IndexView, call: MemoryCall, query: Floats | None, mask: Mask, candidates: NDArray[np.int64]
) -> dict[str, Floats]:
    found: dict[str, Floats] = {}
    columns = view.columns
    if query is not None:
        dense = _filled(view.dense(query, mask)[candidates])
        found["dense"], found["dense_session"] = dense, _session_best(columns, dense, candidates)
    if call.terms:
        turn, window = view.lexical(call.terms, mask, (0, WINDOW_RADIUS))
        found["turn"], found["window"] = turn[candidates], window[candidates]
    if call.subjects:
        found["subject"] = _subject(columns, call.subjects, candidates)
    elif "user" in columns.roles:
        found["asker"] = (columns.role[candidates] == columns.roles.index("user")).astype(np.float32)
    return found | _form(columns, call, candidates)


def _form(columns: Columns, call: MemoryCall, candidates: NDArray[np.int64]) -> dict[str, Floats]:
    """Features of what a passage looks like, against what is asked for."""
    signals = columns.signals[candidates]
    found: dict[str, Floats] = {}
    if call.subjects:
        before = columns.previous[candidates]
        asked_before = np.where(before >= 0, columns.signals[before], 0) & Signal.QUESTION
        found["question"] = (signals & Signal.QUESTION > 0).astype(np.float32)
        found["reply"] = (asked_before > 0).astype(np.float32)
    if call.periods:
        found["period"] = _nearness(columns.occurred[candidates], call.periods)
    if call.advice:
        found["stance"] = (signals & Signal.STANCE > 0).astype(np.float32)
    if call.answer is Answer.TIME:
        found["when"] = (signals & Signal.TIME > 0).astype(np.float32)
    if call.answer is Answer.NAME:
        found["who"] = (signals & Signal.NAME > 0).astype(np.float32)
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


def _session_best(columns: Columns, scores: Floats, candidates: NDArray[np.int64]) -> Floats:
    """The highest score in each candidate's session; where there is no session, the mean of those."""
    sessions = columns.session[candidates]
    inside = sessions > 0
    if not inside.any():
        return np.zeros_like(scores)
    best = np.full(len(columns.sessions), scores.min(), np.float32)
    np.maximum.at(best, sessions, scores)
    found: Floats = best[sessions]
    found[~inside] = found[inside].mean()
    return found


def _subject(columns: Columns, named: tuple[str, ...], candidates: NDArray[np.int64]) -> Floats:
    """1 for a turn of the one speaker named, 0.5 for one of several, 0 for others."""
    share = np.zeros(len(columns.speakers), np.float32)
    for code, name in enumerate(columns.speakers):
        if name in named:
            share[code] = 1.0 if len(named) == 1 else 0.5
    return share[columns.speaker[candidates]]


def _filled(scores: Floats) -> Floats:
    """A passage that is not embedded yet counts as an average one."""
    missing = np.isnan(scores)
    if missing.all():
        return np.zeros_like(scores)
    if missing.any():
        scores = np.where(missing, np.nanmean(scores), scores)
    return scores


def _scaled(scores: Floats) -> Floats:
    low, high = scores.min(), scores.max()
    if high <= low:
        return np.full_like(scores, 1.0 if high > 0 else 0.0)
    scaled: Floats = (scores - low) / (high - low)
    return scaled


def _top(scores: Floats, count: int) -> NDArray[np.int64]:
    """Indices of the highest scores, best first; ties go to the later one, which is the newer memory."""
    if scores.size > count:
        best = np.argpartition(scores, scores.size - count)[scores.size - count :]
    else:
        best = np.arange(scores.size)
    order: NDArray[np.int64] = best[np.lexsort((-best, -scores[best]))]
    return order
