"""What is asked of the search index over a store."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.record import (
    VaultRow,
)
from memos_core.ports.models import Floats

Mask: TypeAlias = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Metadata of every slot as arrays of length ``n``. Names are indices into the lists beside them."""

    cube: NDArray[np.int64]
    version: NDArray[np.int32]
    session: NDArray[np.int32]
    speaker: NDArray[np.int32]
    role: NDArray[np.int32]
    kind: NDArray[np.int32]
    occurred: NDArray[np.int64]
    valid_from: NDArray[np.int64]
    valid_to: NDArray[np.int64]
    hidden: Mask
    signals: NDArray[np.int32]
    """Cues for ranking, bits of ``formation.signals.Signal``."""
    previous: NDArray[np.int32]
    """Slot of the turn before in the same session, by event time; -1 for the first."""
    following: NDArray[np.int32]
    """Slot of the turn after; -1 for the last."""
    sessions: Sequence[str]
    speakers: Sequence[str]
    roles: Sequence[str]
    kinds: Sequence[str]


class IndexView(Protocol):
    """A snapshot of one vault's index. Arrays are read-only and of length ``n``, one entry per slot."""

    @property
    def size(self) -> int:
        """``n``: slots given out, dead ones included."""

    @property
    def columns(self) -> Columns: ...

    @property
    def fingerprint(self) -> str:
        """The embedder whose vectors serve here; empty for none."""

    @property
    def covered(self) -> int:
        """Every slot below this number has its vector."""

    def dense(self, query: Floats, mask: Mask, exact: int = 64) -> Floats:
        """Cosine of ``query`` ``(d,)`` with every slot ``(n,)``; the best ``exact`` ones rescored in half precision.

        Slots without a vector, or outside ``mask``, are NaN.
        """

    def lexical(self, terms: Sequence[int], mask: Mask, radii: Sequence[int]) -> list[Floats]:
        """BM25 ``(n,)`` of the window of each radius around each slot: that many turns to each side in its session.

        Radius 0 is the slot alone.

        Statistics (document frequency, mean length) are those of the slots in ``mask``; others score 0.
        Source: Robertson and Zaragoza 2009, with idf = ln(1 + (N - df + 0.5) / (df + 0.5)).
        """


class VaultIndex(Protocol):
    """The search index over a store: derived, rebuildable, never in the commit path."""

    def view(self, vault: VaultRow, fingerprints: Sequence[str]) -> IndexView:
        """A view that holds every change committed by now.

        Vectors of the first of ``fingerprints`` that covers the vault serve; if none covers it all,
        those of the one that covers most (ties go to the earlier one).
        """

    def seal(self, vault: VaultRow) -> bool:
        """Move the unsealed tail into a segment file. False when there was too little to seal."""

    def scrub(self, vault: VaultRow) -> None:
        """Rewrite every segment that still holds an erased slot, and delete files that are not published."""

    def check(self, vault: VaultRow) -> list[str]:
        """Problems with the vault's segments, as sentences."""

    def close(self) -> None: ...
