"""How alike cells must be to share a scene, measured on the vault's own cells.

Embedders differ in how alike they find any two texts, and so do conversations. What is taken for alike is the upper
tail of what unrelated cells, those of different sessions, show. Neighbours within a session are no model of cells that
belong together: segmentation cuts them apart exactly where they differ. Where the pairs fall into two clear groups, as
they do for a few themes that have nothing in common, the threshold lies between the groups instead (Otsu 1979, "A
threshold selection method from gray-level histograms").
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from memos_core.operation.consolidation.affinity import (
    MEANING,
    NAMES,
    NEARNESS,
    Cells,
    jaccard,
    nearness,
    smallness,
)

_PAIRS = 4000
"""Pairs that are sampled."""
_PRIOR_PAIRS = 200
"""Weight of the prior in pairs."""
_TAIL = 0.87
"""Share of unrelated pairs below the threshold."""
_TWO_GROUPS = 0.8
"""Share of the variance between two groups from which on there are two; it is 0.64 for a normal distribution."""
_STEP = 0.025
"""Thresholds are whole multiples of it, so that a few more cells rarely move one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Thresholds of clustering."""

    join: float
    """Least affinity of a cell and the scene that it joins."""
    merge: float
    """Least mean cosine of the cells of two scenes, pair by pair, that become one."""
    split: float
    """A scene whose cells have a lower mean cosine, pair by pair, is divided."""


EMBEDDED = Calibration(join=0.45, merge=0.65, split=0.25)
"""Prior for vectors of a sentence embedder."""
FEW_EMBEDDED = Calibration(join=0.3, merge=0.65, split=0.25)
"""The same for a few cells, whose vectors have more of their mean taken from them."""
WORDED = Calibration(join=0.15, merge=0.3, split=0.025)
"""Prior for vectors of words."""


def calibrate(cells: Cells) -> Calibration:
    """The thresholds for these cells: between the prior and what they show, the nearer to it the more they are."""
    prior, low, high = (WORDED, 0.1, 0.4) if cells.is_worded else _embedded(smallness(len(cells.points)))
    first, second = _unrelated(cells)
    if not len(first):
        return prior
    cosines = _cosines(cells, first, second)
    affinities = MEANING * cosines + NEARNESS * nearness(np.abs(cells.starts[second] - cells.ends[first]))
    affinities += NAMES * _jaccards(cells, first, second)
    share = len(first) / (len(first) + _PRIOR_PAIRS)

    def between(shown: float, given: float) -> float:
        return share * shown + (1 - share) * given

    join = _stepped(between(_alike_from(affinities), prior.join), low, high)
    usual = _stepped(between(float(np.quantile(cosines, 0.5)), prior.split), 0.0, high)
    return Calibration(join=join, merge=min(max(prior.merge, join + 0.15), 0.95), split=usual)


def _embedded(small: float) -> tuple[Calibration, float, float]:
    """The prior for vectors of a sentence embedder, and the bounds of its ``join``."""
    join = EMBEDDED.join + small * (FEW_EMBEDDED.join - EMBEDDED.join)
    return replace(EMBEDDED, join=join), 0.3 - 0.1 * small, 0.65


def _unrelated(cells: Cells) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of cells of different sessions, earlier and later, spread evenly over all such pairs."""
    count = len(cells.points)
    total = count * (count - 1) // 2
    picked = np.unique(np.linspace(0, max(total - 1, 0), min(total, _PAIRS)).astype(np.int64))
    # Pair number p of the rows below the diagonal: row r begins at r (r - 1) / 2.
    later = ((1 + np.sqrt(1 + 8.0 * picked)) / 2).astype(np.int64)
    earlier = picked - later * (later - 1) // 2
    sessions = [point.session for point in cells.points]
    apart = np.fromiter(
        (sessions[a] != sessions[b] for a, b in zip(earlier, later, strict=True)), np.bool_, count=len(picked)
    )
    return earlier[apart], later[apart]


def _cosines(cells: Cells, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
    products = np.einsum("ij,ij->i", cells.vectors[first], cells.vectors[second], dtype=np.float64)
    cosines: NDArray[np.float64] = products / (cells.lengths[first] * cells.lengths[second])
    return cosines


def _jaccards(cells: Cells, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.float64]:
    names = [point.entities for point in cells.points]
    return np.array([jaccard(names[a], names[b]) for a, b in zip(first, second, strict=True)], np.float64)


def _alike_from(affinities: NDArray[np.float64]) -> float:
    """The affinity that tells pairs that belong together from the others."""
    values = np.sort(affinities)
    tail = float(np.quantile(values, _TAIL))
    total, count = float(values.var()) * len(values), len(values)
    if count < 2 or total <= 0:
        return tail
    low = np.arange(1, count)
    sums = np.cumsum(values)[:-1]
    gap = (values.sum() - sums) / (count - low) - sums / low
    shares = low * (count - low) / count * gap**2 / total
    cut = int(np.argmax(shares))
    return min(tail, float(values[cut] + values[cut + 1]) / 2) if shares[cut] >= _TWO_GROUPS else tail


def _stepped(value: float, low: float, high: float) -> float:
    return round(min(max(round(value / _STEP) * _STEP, low), high), 10)
