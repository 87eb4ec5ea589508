"""Scores the slots of a vault for one query: a weighted sum of features.

A linear sum of min-max-scaled scores keeps the gaps that reciprocal ranks throw away (Bruch, Gai and Ingber 2023,
"An Analysis of Fusion Functions for Hybrid Retrieval"). The weights were fitted by ``memos fit`` on dialogues written
for that; they stand in ``weights.json``, one set for each kind of question, with vectors and without.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.moment import to_micros
from memos_core.domain.query import Filter, MemoryCall
from memos_core.domain.record import FOREVER
from memos_core.operation.formation.signals import Signal
from memos_core.operation.recall import features
from memos_core.operation.recall.features import Slots
from memos_core.ports import Columns, Floats, IndexView, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each feature counts, as a multiple of what was fitted for the kind of question."""

    dense: float = 1.0
    """Cosine of the question, in the first person, with the passage."""
    dense_near: float = 1.0
    """The highest cosine of the passage, the turn before and the turn after."""
    dense_wide: float = 1.0
    """The highest cosine of the passage and the ten turns before and after it."""
    dense_message: float = 1.0
    """The highest cosine in the message that the passage is part of."""
    turn: float = 1.0
    """BM25 of the passage."""
    window: float = 1.0
    """BM25 of the passage with the two turns before and after it in its session."""
    wide: float = 1.0
    """BM25 of the passage with the five turns before and after it."""
    subject: float = 1.0
    """The speaker is whom the question names."""
    asker: float = 1.0
    """The user said it, and the question names nobody else."""
    answerer: float = 1.0
    """The assistant said it, and the question is about what the assistant said."""
    period: float = 1.0
    """It was said in, or soon after, a period that the question names."""
    standing: float = 1.0
    """It is an instruction that is to hold from then on, and something is requested."""
    stance: float = 1.0
    """The question wants advice and the passage states a preference, a habit or a constraint."""
    choice: float = 1.0
    """The question wants advice and the passage settles on one of several."""
    persona: float = 1.0
    """The question wants advice and the passage tells who the speaker is."""
    when: float = 1.0
    """The question asks for a time and the passage tells one."""
    who: float = 1.0
    """The question asks for a person, a place or a choice and the passage names somebody or something."""
    question: float = 1.0
    """The passage is itself a question, and somebody was asked about; counts against it."""
    reply: float = 1.0
    """The passage follows a question, and somebody was asked about."""


DEFAULT_WEIGHTS = Weights()
PEOPLE, ASKER, ADVICE = "people", "asker", "advice"
"""Kinds of questions: about people who speak here, about what the asker told an assistant, and for advice."""
WITH_VECTORS, BY_WORDS = "with vectors", "by words"
CLOSER_LOOK = 1000
"""Slots whose neighbours are looked at as well: those that score best without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranked:
    """Slots by falling score, with each feature's share."""

    slots: NDArray[np.int64]
    scores: Floats
    shares: dict[str, Floats]
    """By feature, aligned with ``slots``; they sum to the score."""
    cosines: Floats | None = None
    """Of the question with every slot ``(n,)``, NaN where there is none; ``None`` without vectors."""


@cache
def fitted() -> Mapping[str, Mapping[str, Mapping[str, float]]]:
    """The fitted weights: by ``WITH_VECTORS`` or ``BY_WORDS``, by kind of question, by feature."""
    found: dict[str, dict[str, dict[str, float]]] = json.loads(
        Path(__file__).with_name("weights.json").read_text(encoding="utf-8")
    )
    return found


def kind(call: MemoryCall, columns: Columns) -> str:
    """Which weights a question gets."""
    if call.advice:
        return ADVICE
    return ASKER if not call.subjects and "user" in columns.roles else PEOPLE


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
        weights: Let some features count for more or less than fitted.
    """
    model = _model(call, view.columns, query is not None, weights)
    cosines = None if query is None else view.dense(query, mask)
    candidates, found = measured(view, call, cosines, mask, model)
    shares = {name: np.float32(weight) * found[name] for name, weight in model.items() if name in found}
    total = _sum(shares, candidates.size)
    best = _top(total, 4 * call.limit)
    return Ranked(
        slots=candidates[best],
        scores=total[best],
        shares={name: of[best] for name, of in shares.items()},
        cosines=cosines,
    )


def measured(
    view: IndexView, call: MemoryCall, cosines: Floats | None, mask: Mask, model: Mapping[str, float] | None = None
) -> tuple[Slots, dict[str, Floats]]:
    """The slots that are worth a closer look, and every feature that applies to the question, aligned with them.

    Args:
        view: The vault's index.
        call: The planned query.
        cosines: Of its vector with every slot ``(n,)``, NaN where there is none; ``None`` without an embedder.
        mask: Candidates ``(n,)``.
        model: Weights by which about ``CLOSER_LOOK`` slots are chosen first, on the features that cost little; all
            are measured without.
    """
    columns = view.columns
    found = features.matches(view, call.terms, mask)
    candidates: Slots = np.flatnonzero(mask)
    if cosines is None:  # without a vector, a word in common makes a memory relevant
        candidates = candidates[_related(columns, call, found, candidates)]
        scaled = None
    else:
        found["dense"] = scaled = features.cosines(cosines, mask, found.get("turn"))
    found = {name: scores[candidates] for name, scores in found.items()}
    found |= features.voice(columns, call, candidates) | features.form(columns, call, candidates)
    closer = max(CLOSER_LOOK, 4 * call.limit)
    if model and candidates.size > closer:
        first = _sum(
            {name: np.float32(weight) * found[name] for name, weight in model.items() if name in found}, candidates.size
        )
        chosen = np.sort(_top(first, closer))
        candidates, found = candidates[chosen], {name: values[chosen] for name, values in found.items()}
    if scaled is not None:
        found |= features.meaning(columns, scaled, candidates)
    return candidates, found


def _model(call: MemoryCall, columns: Columns, vectors: bool, weights: Weights | None) -> dict[str, float]:
    """The weights of a question's features, in the order of ``Weights``; those that count for nothing are left out."""
    model = fitted()[WITH_VECTORS if vectors else BY_WORDS][kind(call, columns)]
    factors = weights or DEFAULT_WEIGHTS
    found = {field.name: model.get(field.name, 0.0) * getattr(factors, field.name) for field in fields(Weights)}
    return {name: weight for name, weight in found.items() if weight}


def _sum(shares: Mapping[str, Floats], size: int) -> Floats:
    total = np.zeros(size, np.float32)
    for share in shares.values():
        total += share
    return total


def _related(columns: Columns, call: MemoryCall, words: Mapping[str, Floats], candidates: Slots) -> Mask:
    """Slots with a word of the question near them; for a request also what is to hold for every request."""
    related: Mask = words["wide"][candidates] > 0 if words else np.zeros(candidates.size, np.bool_)
    if call.advice:
        related |= columns.signals[candidates] & Signal.STANDING > 0
    return related


def _top(scores: Floats, count: int) -> NDArray[np.int64]:
    """Indices of the highest scores, best first; ties go to the later one, which is the newer memory."""
    if scores.size > count:
        best = np.argpartition(scores, scores.size - count)[scores.size - count :]
    else:
        best = np.arange(scores.size)
    order: NDArray[np.int64] = best[np.lexsort((-best, -scores[best]))]
    return order
