"""A snapshot of one vault's index."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.bm25 import Statistics, score
from memos_adapters.segments.columns import SessionOrder
from memos_adapters.segments.dense import Block, search
from memos_adapters.segments.postings import Pairs, Postings, find
from memos_core.ports import Columns, Floats, Mask

_MASKS_KEPT = 4


@dataclass(slots=True, kw_only=True)
class SegmentView:
    """``ports.IndexView``: arrays that never change, shared by all threads."""

    columns: Columns
    fingerprint: str
    covered: int
    blocks: tuple[Block, ...]
    parts: tuple[Postings, ...]
    recent: Pairs
    order: SessionOrder
    lengths: NDArray[np.int32]
    _statistics: tuple[Statistics, ...] = field(default=())
    """Of the masks asked for last; replaced as a whole, so that no lock is needed."""

    @property
    def size(self) -> int:
        """``n``: slots given out, dead ones included."""
        return len(self.lengths)

    def dense(self, query: Floats, mask: Mask, exact: int = 64) -> Floats:
        """Cosine of ``query`` with every slot, see the port.

        Raises:
            EmbeddingFailed: ``query`` has another number of dimensions than the vectors.
        """
        return search(self.blocks, query, mask, exact)

    def lexical(self, terms: Sequence[int], mask: Mask, radii: Sequence[int]) -> list[Floats]:
        """BM25 of windows, see the port; a term that is given twice counts once."""
        distinct = np.fromiter(dict.fromkeys(terms), np.uint32)
        found = find(distinct, self.parts, self.recent)
        return score(found, len(distinct), self._known(mask), radii)

    def _known(self, mask: Mask) -> Statistics:
        for known in self._statistics:
            if np.array_equal(known.mask, mask):
                return known
        known = Statistics(mask=mask.copy(), lengths=self.lengths, order=self.order)
        self._statistics = (known, *self._statistics[: _MASKS_KEPT - 1])
        return known
