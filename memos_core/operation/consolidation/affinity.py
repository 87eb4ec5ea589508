"""How near two cells are: what they say, whom and what they name, how far apart in time.

Vectors are rounded to whole numbers, so that every sum of their products is exact in floating point and the order of
the additions, hence the machine, the batch size and the number of cells, changes no result.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray

from memos_core.operation.recall.analysis import analyse
from memos_core.ports import Floats

MEANING = 0.75
NAMES = 0.15
NEARNESS = 0.10
"""Weights of the three parts of an affinity: cosine, Jaccard index of the entities, nearness in time."""
FADING = timedelta(days=30)
"""Nearness in time falls to 1/e within it."""

_SCALE = 2048
"""A unit vector's length in whole numbers: its products stay below 2**24, exact in float32."""
_BUCKETS = 512
_SHARED, _SHARED_BY_FEW = 0.4, 0.8
"""How much of their mean is taken from the vectors, of many cells and of few: all texts of one conversation point the
same way to a degree, which tells none from another. Among a few cells that is most of what they share, and the long
ones, which speak of everything, would be near to all others."""
_UNKNOWN = 10, 3
"""Less of it while there are hardly any cells to know the mean by: of many and of few, how many cells halve it."""
_FEWEST, _MANY = 40, 100
"""Cells up to which a vault is small, and from which on it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPoint:
    """A cell as clustering sees it."""

    id: str
    session: str = ""
    start: datetime
    """Aware, as ``end``."""
    end: datetime
    vector: Floats | None = None
    """``(d,)``, the mean of the vectors of its turns, of any length; ``None`` without an embedder."""
    entities: frozenset[str] = frozenset()
    """Names and key terms in lower case, without those of the speakers."""
    text: str = ""
    """What it says: compared by its words where a cell has no vector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells by time, ready to be compared; ``n`` of them."""

    points: tuple[CellPoint, ...]
    is_worded: bool
    """Whether the vectors were made of words."""
    vectors: Floats
    """``(n, d)``, whole numbers, each row of length ``_SCALE`` but for rounding, or zero."""
    lengths: NDArray[np.float64]
    """``(n,)``, of the rows; 1 for a row of zeros."""
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]
    """``(n,)``, days since the first start."""


def by_time(points: Sequence[CellPoint]) -> Cells:
    """Bring cells into the order of their time and round their vectors.

    The few cells that lack a vector are compared by names and time alone. Where most lack one, or vectors differ in
    their dimensions, all cells are compared by their words.
    """
    ordered = tuple(sorted(points, key=lambda one: (one.start, one.end, one.session, one.id)))
    raw = _given_vectors(ordered)
    is_worded = raw is None
    if raw is None:
        raw = _word_vectors([one.text or " ".join(sorted(one.entities)) for one in ordered])
    vectors = whole(_apart(raw, 0.0 if is_worded else smallness(len(raw))))
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    zero = ordered[0].start if ordered else None
    days = [[(moment - zero) / timedelta(days=1) for moment in (one.start, one.end)] for one in ordered if zero]
    times = np.asarray(days, np.float64).reshape(-1, 2)
    return Cells(
        points=ordered,
        is_worded=is_worded,
        vectors=vectors,
        lengths=np.where(lengths > 0, lengths, 1.0),
        starts=times[:, 0],
        ends=times[:, 1],
    )


def _given_vectors(ordered: Sequence[CellPoint]) -> Floats | None:
    """The cells' own vectors, zeros for those without; ``None`` where they cannot serve."""
    given = {place: one.vector for place, one in enumerate(ordered) if one.vector is not None}
    dimensions = {vector.shape for vector in given.values()}
    if len(dimensions) != 1 or 2 * len(given) < len(ordered):
        return None
    raw = np.zeros((len(ordered), *dimensions.pop()), np.float32)
    for place, vector in given.items():
        raw[place] = vector
    return raw


def smallness(count: int) -> float:
    """From 1 for a few cells to 0 for many."""
    return min(max((_MANY - count) / (_MANY - _FEWEST), 0.0), 1.0)


def _apart(raw: Floats, small: float) -> Floats:
    """Unit rows less a part of their mean."""
    if not len(raw):
        return raw
    lengths = np.linalg.norm(raw.astype(np.float64), axis=1, keepdims=True)
    unit = raw / np.where(lengths > 0, lengths, 1.0)
    unknown = _UNKNOWN[0] + small * (_UNKNOWN[1] - _UNKNOWN[0])
    share = (_SHARED + small * (_SHARED_BY_FEW - _SHARED)) * len(raw) / (len(raw) + unknown)
    apart: Floats = np.where(lengths > 0, unit - share * unit.mean(axis=0), 0.0).astype(np.float32)
    return apart


def whole(raw: Floats) -> Floats:
    """Rows ``(n, d)`` scaled to the same length and rounded to whole numbers; a row of zeros stays one."""
    lengths = np.linalg.norm(raw.astype(np.float64), axis=1, keepdims=True)
    rounded: Floats = np.rint(raw / np.where(lengths > 0, lengths, 1.0) * _SCALE).astype(np.float32)
    return rounded


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared entities among all of two cells; 0 where both have none."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def nearness(days: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 for no time between, 1/e for ``FADING``."""
    faded: NDArray[np.float64] = np.exp(-np.maximum(days, 0.0) / (FADING / timedelta(days=1)))
    return faded


def _word_vectors(texts: Sequence[str]) -> Floats:
    """Hashed words, ``(n, 512)``: each weighs by how few of the texts up to its own hold it.

    What comes later changes no earlier row, so that appended cells leave the others as they were.
    """
    held: Counter[int] = Counter()
    vectors = np.zeros((len(texts), _BUCKETS), np.float32)
    for row, text in enumerate(texts):
        counts = Counter(analyse(text))
        held.update(counts.keys())
        for term, count in counts.items():
            sign = 1.0 if term & 1 else -1.0
            vectors[row, (term >> 1) % _BUCKETS] += sign * sqrt(count) * log((row + 2) / held[term])
    return vectors
