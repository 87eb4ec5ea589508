"""Which slots hold a term, and how often."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.growing import Growing
from memos_core.domain.record import SlotRow

_HIGHEST_COUNT = 65535


class Pairs(NamedTuple):
    """Occurrences counted: three arrays of one length; ``tf`` is how often the slot holds the term."""

    term: NDArray[np.uint32]
    slot: NDArray[np.int32]
    tf: NDArray[np.uint16]

    @classmethod
    def of_rows(cls, rows: Sequence[SlotRow]) -> "Pairs":
        """The distinct (term, slot) pairs of some rows, by term and slot."""
        terms = np.frombuffer(b"".join(row.terms for row in rows), "<u4")
        slots = np.repeat(
            np.fromiter((row.slot for row in rows), np.uint64, len(rows)),
            np.fromiter((len(row.terms) // 4 for row in rows), np.int64, len(rows)),
        )
        key = terms.astype(np.uint64) << np.uint64(32) | slots
        key.sort()
        starts = _starts(key)
        counts = np.minimum(np.diff(np.append(starts, key.size)), _HIGHEST_COUNT)
        key = key[starts]
        return cls((key >> np.uint64(32)).astype("<u4"), key.astype(np.uint32).astype("<i4"), counts.astype("<u2"))


class Found(NamedTuple):
    """Postings of the asked terms: three arrays of one length."""

    which: NDArray[np.int64]
    """Index into the asked terms."""
    slot: NDArray[np.int32]
    tf: NDArray[np.uint16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Postings:
    """An inverted index that does not change: for each term of a sorted vocabulary its slots in ascending order."""

    vocabulary: NDArray[np.uint32]
    start: NDArray[np.int64]
    """Where the postings of each term begin, and after the last one where they end: ``(len(vocabulary) + 1,)``."""
    slot: NDArray[np.int32]
    tf: NDArray[np.uint16]

    @classmethod
    def of(cls, pairs: Pairs) -> "Postings":
        """Index pairs that are sorted by term, then slot."""
        starts = _starts(pairs.term)
        return cls(
            vocabulary=pairs.term[starts],
            start=np.append(starts, pairs.term.size).astype("<i8"),
            slot=pairs.slot,
            tf=pairs.tf,
        )

    @classmethod
    def joined(cls, parts: Sequence["Postings"]) -> "Postings":
        """One index of several whose slots follow each other."""
        return cls.of(sorted_by_term([part.pairs() for part in parts]))

    def pairs(self) -> Pairs:
        """All postings, by term and slot."""
        return Pairs(np.repeat(self.vocabulary, np.diff(self.start)), self.slot, self.tf)

    def without(self, dead: NDArray[np.int64]) -> "Postings":
        """The same less the postings of the slots ``dead``."""
        if not len(dead):
            return self
        kept = ~np.isin(self.slot, dead)
        term, slot, tf = self.pairs()
        return Postings.of(Pairs(term[kept], slot[kept], tf[kept]))

    def ranges(self, terms: NDArray[np.uint32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Start and stop of the postings of each of ``terms``."""
        at = np.searchsorted(self.vocabulary, terms)
        known = np.zeros(len(terms), np.bool_)
        inside = at < len(self.vocabulary)
        known[inside] = self.vocabulary[at[inside]] == terms[inside]
        at[~known] = 0
        start = self.start[at]
        return start, np.where(known, self.start[np.minimum(at + 1, len(self.vocabulary))], start)


class Recent:
    """Postings of the newest slots in plain order, to be scanned."""

    def __init__(self) -> None:
        self._term: Growing[np.uint32] = Growing("<u4")
        self._slot: Growing[np.int32] = Growing("<i4")
        self._tf: Growing[np.uint16] = Growing("<u2")

    def __len__(self) -> int:
        return len(self._term)

    def append(self, pairs: Pairs) -> None:
        """Add the pairs of slots that are newer than all here."""
        self._term.append(pairs.term)
        self._slot.append(pairs.slot)
        self._tf.append(pairs.tf)

    def snapshot(self) -> Pairs:
        """What is there now; slots ascend within each term."""
        return Pairs(self._term.snapshot(), self._slot.snapshot(), self._tf.snapshot())


class Inverted:
    """The postings of a vault: indexed parts, which merge as they grow, and recent ones that are scanned."""

    _SCANNED = 8192
    """Recent postings above which they are indexed."""

    def __init__(self) -> None:
        self._mapped: list[Postings] = []
        self._merging: list[Postings] = []
        self._recent = Recent()

    def append_part(self, part: Postings) -> None:
        """Add a part as it is; it stays one."""
        self._settle()
        self._mapped += [*self._merging, part]
        self._merging = []

    def append(self, pairs: Pairs) -> None:
        """Add the pairs of new slots."""
        self._recent.append(pairs)
        if len(self._recent) > self._SCANNED:
            self._settle()

    def snapshot(self) -> tuple[tuple[Postings, ...], Pairs]:
        """The indexed parts and the pairs to scan."""
        return (*self._mapped, *self._merging), self._recent.snapshot()

    def _settle(self) -> None:
        if not len(self._recent):
            return
        self._merging.append(Postings.of(sorted_by_term([self._recent.snapshot()])))
        self._recent = Recent()
        while len(self._merging) > 1 and self._merging[-2].slot.size <= 2 * self._merging[-1].slot.size:
            self._merging[-2:] = [Postings.joined(self._merging[-2:])]


def sorted_by_term(parts: Sequence[Pairs]) -> Pairs:
    """Pairs of parts whose slots follow each other, by term and slot."""
    term, slot, tf = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
    order = np.argsort(term, kind="stable")
    return Pairs(term[order], slot[order], tf[order])


def find(terms: NDArray[np.uint32], parts: Iterable[Postings], recent: Pairs) -> Found:
    """Every posting of ``terms``; a slot occurs once for each term that it holds."""
    which: list[int] = []
    slots: list[NDArray[np.int32]] = []
    frequencies: list[NDArray[np.uint16]] = []
    for part in parts:
        starts, stops = part.ranges(terms)
        for i, (start, stop) in enumerate(zip(starts.tolist(), stops.tolist(), strict=True)):
            if start < stop:
                which.append(i)
                slots.append(part.slot[start:stop])
                frequencies.append(part.tf[start:stop])
    for i, term in enumerate(terms):
        if (hits := np.flatnonzero(recent.term == term)).size:
            which.append(i)
            slots.append(recent.slot[hits])
            frequencies.append(recent.tf[hits])
    if not which:
        return Found(np.empty(0, np.int64), recent.slot[:0], recent.tf[:0])
    return Found(np.repeat(which, [part.size for part in slots]), np.concatenate(slots), np.concatenate(frequencies))


def _starts(ordered: NDArray[np.uint32] | NDArray[np.uint64]) -> NDArray[np.int64]:
    if not ordered.size:
        return np.empty(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(ordered[1:] != ordered[:-1]) + 1))
