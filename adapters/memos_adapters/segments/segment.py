"""What a segment holds, whether mapped from a file or about to be written into one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.columns import BLANK, HOLE, NAMED
from memos_adapters.segments.dense import Block
from memos_adapters.segments.postings import Postings


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """The content of a segment: slots ``[lo, hi)`` of one vault."""

    vault: int
    lo: int
    hi: int
    fingerprint: str
    """The embedder of the vectors; empty for none."""
    columns: Mapping[str, NDArray[Any]]
    names: Mapping[str, Sequence[str]]
    """For each column of names the distinct ones that its codes stand for."""
    postings: Postings
    vectors: tuple[Block, ...]
    """Blocks in slot order that cover ``[lo, hi)``: one when read from a file; empty for no vectors."""

    @property
    def holes(self) -> NDArray[np.int64]:
        """Slots that hold nothing."""
        return np.flatnonzero(self.columns["cube"] == HOLE) + self.lo

    def without(self, erased: NDArray[np.int64]) -> "Segment":
        """The same with nothing left of the slots ``erased``; those outside do not matter."""
        erased = erased[(self.lo <= erased) & (erased < self.hi)]
        dead = np.setdiff1d(erased, self.holes)
        if not len(dead):
            return self
        columns = {name: np.array(column) for name, column in self.columns.items()}
        names = {name: [*self.names[name], ""] for name in NAMED}
        for name, column in columns.items():
            column[dead - self.lo] = len(names[name]) - 1 if name in names else BLANK.get(name, 0)
        return replace(
            self,
            columns=columns,
            names=names,
            postings=self.postings.without(dead),
            vectors=tuple(_without(block, dead) for block in self.vectors),
        )


def _without(block: Block, dead: NDArray[np.int64]) -> Block:
    return block.without(dead[(block.lo <= dead) & (dead < block.lo + len(block))] - block.lo)
