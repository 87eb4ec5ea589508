"""Fits a linear ranking model: the logarithm of the chance that a draw by softmax scores picks the evidence.

Listwise loss after Cao et al. 2007 ("Learning to Rank: From Pairwise Approach to Listwise Approach") with one relevant
entry at a time, as in McFadden's conditional logit; L2 towards a prior; bounds on the weights; Newton's method on the
weights that are free. No randomness: the same lists give the same weights.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

MOST_STEPS = 50
_FLAT = 1e-6
_SHORTEST_STEP = 1e-4


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingList:
    """The candidates of one question."""

    features: Doubles
    """``(m, f)``."""
    relevant: NDArray[np.bool_]
    """``(m,)``, at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """What the weights are held to."""

    prior: Doubles
    """``(f,)``."""
    strength: float
    """Of the L2 penalty, against the mean loss of a question."""
    low: Doubles
    high: Doubles
    """Bounds ``(f,)``."""


def loss(lists: Sequence[RankingList], weights: Doubles) -> float:
    """Mean negative log-likelihood of the relevant entries."""
    return sum(_of_list(one, weights)[0] for one in lists) / len(lists)


def fit(lists: Sequence[RankingList], pull: Pull) -> Doubles:
    """The weights ``(f,)`` that minimise the loss plus the penalty within the bounds; the problem is convex."""
    weights = np.clip(pull.prior, pull.low, pull.high)
    value, slope, curve = _penalised(lists, weights, pull)
    for _ in range(MOST_STEPS):
        held = ((weights <= pull.low) & (slope > 0)) | ((weights >= pull.high) & (slope < 0))
        free = np.flatnonzero(~held)
        if not free.size or np.abs(slope[free]).max() < _FLAT:
            break
        step = np.zeros_like(weights)
        step[free] = -np.linalg.solve(curve[np.ix_(free, free)], slope[free])
        length = 1.0
        while length > _SHORTEST_STEP:
            tried = np.clip(weights + length * step, pull.low, pull.high)
            reached = _penalised(lists, tried, pull)
            if reached[0] < value:
                break
            length /= 2
        else:
            break
        weights, (value, slope, curve) = tried, reached
    return weights


def _penalised(lists: Sequence[RankingList], weights: Doubles, pull: Pull) -> tuple[float, Doubles, Doubles]:
    """Value, gradient and Hessian."""
    off = weights - pull.prior
    value = pull.strength / 2 * float(off @ off)
    slope, curve = pull.strength * off, pull.strength * np.eye(len(weights))
    for one in lists:
        part, part_slope, part_curve = _of_list(one, weights)
        value += part / len(lists)
        slope = slope + part_slope / len(lists)
        curve = curve + part_curve / len(lists)
    return value, slope, curve


def _of_list(one: RankingList, weights: Doubles) -> tuple[float, Doubles, Doubles]:
    """The mean over the relevant entries, each against all that are not relevant."""
    scores = one.features @ weights
    scores -= scores.max()
    others = one.features[~one.relevant]
    chances = np.exp(scores[~one.relevant])
    total, first = float(chances.sum()), chances @ others
    second = (others * chances[:, None]).T @ others
    value, slope, curve = 0.0, np.zeros_like(weights), np.zeros((weights.size, weights.size))
    picked = np.flatnonzero(one.relevant)
    for place in picked:
        entry, chance = one.features[place], float(np.exp(scores[place]))
        mass = total + chance
        mean = (first + chance * entry) / mass
        value -= float(scores[place]) - float(np.log(mass))
        slope = slope + mean - entry
        curve = curve + (second + chance * np.outer(entry, entry)) / mass - np.outer(mean, mean)
    return value / picked.size, slope / picked.size, curve / picked.size
