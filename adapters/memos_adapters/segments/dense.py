"""Exact cosine search: int8 codes with one scale per vector, rescored in half precision.

One scale per vector, because encoders have outlier dimensions that a common scale would let swallow
all others. Without the optional ``numkong`` the same search runs in float32 by numpy, on four times the memory.
"""

from collections.abc import Sequence
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.growing import Growing
from memos_core.errors import EmbeddingFailed
from memos_core.ports import Floats, Mask

numkong: Any = import_module("numkong") if find_spec("numkong") else None  # the extra "fast"

_LARGEST = 127


class Block:
    """Vectors of the slots ``[lo, lo + m)``; they do not change."""

    def __init__(
        self,
        lo: int,
        codes: NDArray[np.int8],
        scale: Floats,
        halves: NDArray[np.float16],
        singles: Floats | None = None,
    ) -> None:
        self.lo = lo
        self.codes = codes
        """``(m, d)``: the vector divided by its scale."""
        self.scale = scale
        """``(m,)``; NaN where a slot has no vector."""
        self.halves = halves
        """``(m, d)``."""
        if singles is not None:
            self.singles = singles

    @cached_property
    def singles(self) -> Floats:
        """``(m, d)`` float32, made when first needed."""
        return self.halves.astype(np.float32)

    @property
    def dimensions(self) -> int:
        """``d``."""
        return int(self.codes.shape[1])

    def __len__(self) -> int:
        return len(self.scale)

    def score(self, query: Floats, codes: NDArray[np.int8], scale: float, out: Floats) -> None:
        """Write the approximate dot product of ``query`` with every vector into ``out`` ``(m,)``."""
        if numkong is None:
            np.matmul(self.singles, query, out=out)
            out += 0 * self.scale  # NaN where there is no vector
        else:
            dots = np.asarray(numkong.cdist(codes[None], self.codes, "dot"))[0]
            np.multiply(dots, self.scale, out=out, casting="same_kind")
            out *= scale

    def without(self, dead: NDArray[np.int64]) -> "Block":
        """The same with the vectors at the positions ``dead`` overwritten."""
        if not len(dead):
            return self
        codes, scale, halves = self.codes.copy(), self.scale.copy(), self.halves.copy()
        codes[dead], scale[dead], halves[dead] = 0, np.nan, 0
        return Block(self.lo, codes, scale, halves)


class GrowingBlock:
    """Vectors of the newest slots."""

    def __init__(self, lo: int, dimensions: int) -> None:
        self.lo = lo
        self.dimensions = dimensions
        self._codes: Growing[np.int8] = Growing(np.int8, dimensions)
        self._scale: Growing[np.float32] = Growing("<f4")
        self._halves: Growing[np.float16] = Growing("<f2", dimensions)
        self._singles: Growing[np.float32] = Growing("<f4", dimensions)

    @property
    def hi(self) -> int:
        """The slot after the last one here."""
        return self.lo + len(self._scale)

    def append(self, slots: NDArray[np.int64], vectors: NDArray[np.float16], upto: int) -> None:
        """Add the vectors of ``slots``, and nothing for the other slots below ``upto``."""
        at = slots - self.hi
        halves = np.zeros((upto - self.hi, self.dimensions), "<f2")
        halves[at] = vectors
        singles = halves.astype(np.float32)
        codes, scale = quantized(singles)
        missing = np.ones(len(halves), np.bool_)
        missing[at] = False
        scale[missing] = np.nan
        self._codes.append(codes)
        self._scale.append(scale)
        self._halves.append(halves)
        if numkong is None:
            self._singles.append(singles)

    def snapshot(self) -> Block:
        """What is there now."""
        singles = self._singles.snapshot() if numkong is None else None
        return Block(self.lo, self._codes.snapshot(), self._scale.snapshot(), self._halves.snapshot(), singles)


def quantized(vectors: Floats) -> tuple[NDArray[np.int8], Floats]:
    """Codes ``(m, d)`` and scales ``(m,)``: the vectors are about ``codes * scale``."""
    scale: Floats = np.abs(vectors).max(axis=1, initial=0) / np.float32(_LARGEST)
    codes = np.rint(vectors / np.where(scale > 0, scale, 1)[:, None]).astype(np.int8)
    return codes, scale


def search(blocks: Sequence[Block], query: Floats, mask: Mask, exact: int) -> Floats:
    """Cosine of ``query`` with every slot ``(n,)``, see ``ports.IndexView.dense``.

    Raises:
        EmbeddingFailed: the query does not have as many dimensions as the vectors.
    """
    scores = np.full(len(mask), np.nan, np.float32)
    query = np.ascontiguousarray(query, np.float32)
    codes, scale = quantized(query.reshape(1, -1))
    for block in blocks:
        if query.shape != (block.dimensions,):
            raise EmbeddingFailed(f"the query has shape {query.shape}, the vectors have {block.dimensions} dimensions")
        block.score(query, codes[0], float(scale[0]), scores[block.lo : block.lo + len(block)])
    scores[~mask] = np.nan
    if numkong is not None and exact > 0:
        _rescore(blocks, query, scores, exact)
    return scores


def _rescore(blocks: Sequence[Block], query: Floats, scores: Floats, exact: int) -> None:
    """Replace the ``exact`` best of ``scores`` by the dot product with the half-precision vectors."""
    worst_first = np.where(np.isnan(scores), -np.inf, scores)
    if exact < len(scores):
        bar = np.partition(worst_first, len(scores) - exact)[len(scores) - exact]
        best = np.flatnonzero(worst_first >= max(bar, np.finfo(np.float32).min))
    else:
        best = np.flatnonzero(worst_first > -np.inf)
    for block in blocks:
        start, stop = np.searchsorted(best, (block.lo, block.lo + len(block)))
        if start < stop:
            here = best[start:stop]
            # Row by row, so that a score does not depend on how the slots are spread over blocks.
            scores[here] = np.vecdot(block.halves[here - block.lo].astype(np.float32), query)


def fresh_blocks(blocks: Sequence[Block | GrowingBlock]) -> tuple[Block, ...]:
    """The blocks as they are now."""
    return tuple(block.snapshot() if isinstance(block, GrowingBlock) else block for block in blocks)
