"""Linear models over named features: what the readers of sentences are fitted with.

A feature's name is hashed into a number (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"),
and each number that was seen often enough has a row of weights. Weights are stored as bytes, with one scale.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

SIZE = 1 << 18
"""Numbers that a feature may have."""
NONE = -1
"""Stands for no feature, where a row of them is shorter than others."""

Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]
Codes = NDArray[np.uint64]

_ODD = np.uint64(0x9E3779B97F4A7C15)
"""Spreads codes over all bits: 2**64 divided by the golden ratio."""
_UP = np.uint64(32)
_LAST = np.uint64(SIZE - 1)


@lru_cache(maxsize=1 << 15)
def _code(name: str) -> int:
    return crc32(name.encode())


def codes(names: Iterable[str]) -> Codes:
    """A number for each word or other name ``(m,)``."""
    return np.array([_code(name) for name in names], np.uint64)


def numbered(templates: Codes, *columns: Codes) -> Numbers:
    """The numbers of features that combine codes.

    Args:
        templates: What tells apart the kinds of feature, ``codes`` of their names ``(k, 1)`` or ``(1,)``.
        columns: The codes that are combined, each ``(k, m)`` or ``(m,)``.

    Returns:
        In the shape of a column.
    """
    total = templates
    for column in columns:
        total = (total ^ column) * _ODD
        total ^= total >> _UP
    return (total & _LAST).view(np.int64)


def level(rows: Sequence[Numbers]) -> Numbers:
    """Rows of features of any lengths as one array ``(n, longest)``."""
    made = np.full((len(rows), max(map(len, rows), default=0)), NONE, np.int64)
    for place, row in enumerate(rows):
        made[place, : len(row)] = row
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Linear:
    """Scores of a few outcomes by the features that are there."""

    features: NDArray[np.int32]
    """Numbers that have weights ``(f,)``, ascending."""
    weights: NDArray[np.int8]
    """``(f, outcomes)``, in units of ``scale``."""
    bias: Floats
    """``(outcomes,)``."""
    scale: float
    rows: NDArray[np.int32]
    """Of each number the row of its weights, -1 where it has none ``(SIZE,)``."""
    _padded: NDArray[np.int8]
    """``weights`` with a last row of zeros, which -1 finds."""

    @classmethod
    def of(cls, features: NDArray[np.int32], weights: NDArray[np.int8], bias: Floats, scale: float) -> "Linear":
        """A model of its parts."""
        rows = np.full(SIZE, -1, np.int32)
        rows[features] = np.arange(len(features), dtype=np.int32)
        padded = np.vstack([weights, np.zeros((1, weights.shape[1]), np.int8)])
        return cls(features=features, weights=weights, bias=bias, scale=scale, rows=rows, _padded=padded)

    def scores(self, numbers: Numbers) -> Floats:
        """Logits ``(n, outcomes)`` of what has the features ``numbers`` ``(n, m)``; of many, each counts less."""
        rows = np.where(numbers == NONE, NONE, self.rows[numbers])
        known = rows != NONE
        total = (self._padded[rows]).sum(1, dtype=np.int32)
        share = np.float32(self.scale) / np.sqrt(np.maximum(known.sum(1), 1, dtype=np.float32))
        logits: Floats = total * share[:, None] + self.bias
        return logits


def write(path: Path, models: Mapping[str, Linear], names: Sequence[str] = ()) -> None:
    """Keep models in one file, with the names of outcomes."""
    arrays: dict[str, NDArray[Any]] = {"names": np.array(names, np.str_)}
    for key, model in models.items():
        arrays |= {f"{key}_features": model.features, f"{key}_weights": model.weights, f"{key}_bias": model.bias}
        arrays[f"{key}_scale"] = np.array(model.scale, np.float32)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def read(path: Path) -> tuple[dict[str, Linear], tuple[str, ...]]:
    """What ``write`` kept."""
    with np.load(path) as kept:
        keys = [name.removesuffix("_bias") for name in kept if name.endswith("_bias")]
        models = {
            key: Linear.of(
                kept[f"{key}_features"], kept[f"{key}_weights"], kept[f"{key}_bias"], float(kept[f"{key}_scale"])
            )
            for key in keys
        }
        return models, tuple(str(name) for name in kept["names"])


def likely(logits: Floats) -> Floats:
    """Probabilities of outcomes that do not exclude each other."""
    return np.float32(1) / (np.float32(1) + np.exp(-logits))
