"""BM25 of turns and of windows of turns, over sparse postings."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.columns import SessionOrder
from memos_adapters.segments.postings import Found
from memos_core.ports import Floats, Mask

K1 = 0.9
B = 0.4

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """What the windows of one radius are, whatever is asked. All arrays run over places in session order."""

    norm: Doubles
    """Length normalisation ``(n,)`` of the window around each place."""
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    """First and last place of the window around each place."""
    visible: Mask
    """Whether the place in the middle is in the mask."""


@dataclass(slots=True, kw_only=True)
class Statistics:
    """What BM25 needs to know about the slots of one mask; costs a few passes over them, so it is kept."""

    mask: Mask
    lengths: NDArray[np.int32]
    order: SessionOrder
    visible: int = 0
    norm: Doubles = field(init=False)
    place: NDArray[np.int64] = field(init=False)
    """Where each slot stands in session order."""
    _windows: dict[int, Windows] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.visible = int(np.count_nonzero(self.mask))
        self.norm = _norm(self.lengths.astype(np.float64), self.mask)
        self.place = np.empty(len(self.mask), np.int64)
        self.place[self.order.slots] = np.arange(len(self.mask))

    def windows(self, radius: int) -> Windows:
        """The windows of ``radius`` turns to each side within a session."""
        if (known := self._windows.get(radius)) is not None:
            return known
        n = len(self.mask)
        visible = self.mask[self.order.slots]
        opening, closing = self.order.bounds()
        first = np.maximum(np.arange(n) - radius, opening)
        last = np.minimum(np.arange(n) + radius, closing)
        total = np.zeros(n + 1, np.int64)
        np.cumsum(np.where(visible, self.lengths[self.order.slots], 0), out=total[1:])
        lengths = (total[last + 1] - total[first]).astype(np.float64)
        windows = Windows(norm=_norm(lengths, visible), first=first, last=last, visible=visible)
        self._windows[radius] = windows
        return windows


def score(found: Found, terms: int, known: Statistics, radii: Sequence[int]) -> list[Floats]:
    """BM25 ``(n,)`` of the window of each radius around each slot, for the postings of ``terms`` distinct terms.

    Source: Robertson and Zaragoza 2009, eq. 3.15 with the customary factor k1 + 1, and
    idf = ln(1 + (N - df + 0.5) / (df + 0.5)).
    """
    n = len(known.mask)
    if known.visible < n:
        kept = known.mask[found.slot]
        found = Found(found.which[kept], found.slot[kept], found.tf[kept])
    if not found.slot.size:
        return [np.zeros(n, np.float32) for _ in radii]
    return [
        _turn_scores(found, terms, known) if not radius else _window_scores(found, terms, known, radius)
        for radius in radii
    ]


def _turn_scores(found: Found, terms: int, known: Statistics) -> Floats:
    gain = _gain(found.which, found.tf.astype(np.float64), known.norm[found.slot], terms, known.visible)
    return np.bincount(found.slot, gain, minlength=len(known.mask)).astype(np.float32)


def _window_scores(found: Found, terms: int, known: Statistics, radius: int) -> Floats:
    place, gain = _window_gains(found, terms, known, known.windows(radius))
    scores: Floats = np.bincount(place, gain, minlength=len(known.mask))[known.place].astype(np.float32)
    return scores


def _window_gains(found: Found, terms: int, known: Statistics, windows: Windows) -> tuple[NDArray[np.int64], Doubles]:
    """Places and what each term adds to the window around them.

    A posting counts for all places within the radius: an interval. The intervals of all terms are laid
    out one after the other, term times n + place, so that those of a term are sorted. Their union is
    numbered through without gaps, and a term's frequency in each window is the running sum of the counts
    of the intervals that have opened, less those that have closed.
    """
    n = len(known.mask)
    key = (found.which * n + known.place[found.slot]) << 16 | found.tf
    key.sort()
    tf = key & 0xFFFF
    which = np.repeat(np.arange(terms), np.bincount(found.which, minlength=terms))
    offset = which * n
    place = (key >> 16) - offset
    opens, closes = offset + windows.first[place], offset + windows.last[place]
    begin = opens.copy()
    begin[1:] = np.maximum(opens[1:], closes[:-1] + 1)
    widths = closes - begin + 1
    ends = np.cumsum(widths)
    total = int(ends[-1])
    shift = ends - widths - begin
    opened = np.bincount(opens + shift, tf, minlength=total)
    closed = np.bincount(closes + shift + 1, tf, minlength=total + 1)[:total]
    frequency = np.cumsum(opened - closed)
    centre = np.arange(total) - np.repeat(shift, widths)
    term = np.repeat(which, widths)
    centre -= term * n
    if known.visible < n:
        kept = windows.visible[centre]
        term, centre, frequency = term[kept], centre[kept], frequency[kept]
    return centre, _gain(term, frequency, windows.norm[centre], terms, known.visible)


def _gain(which: NDArray[np.int64], frequency: Doubles, norm: Doubles, terms: int, documents: int) -> Doubles:
    """What each (term, document) pair adds to the document's score."""
    containing = np.bincount(which, minlength=terms)
    weight = np.log1p((documents - containing + 0.5) / (containing + 0.5)) * (K1 + 1)
    gain: Doubles = weight[which] * (frequency / (frequency + norm))
    return gain


def _norm(lengths: Doubles, visible: Mask) -> Doubles:
    """k1 ((1 - b) + b length / mean length), the mean taken over what is visible."""
    total, documents = float(lengths[visible].sum()), int(np.count_nonzero(visible))
    mean = total / documents if total else 1.0
    return K1 * (1 - B + B / mean * lengths)
