"""Synthetic memories: words by a Zipf law, clustered unit vectors, all of it a function of a seed."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from memos_core import Turn
from memos_core.operation.recall.analysis import terms
from memos_core.ports import Floats

DIMENSIONS = 384
WORDS = 20_000
WORDS_PER_TEXT = 20
TURNS_PER_SESSION = 20
SPEAKERS = ("Ana", "Ben")
START = datetime(2025, 1, 1, tzinfo=UTC)

_CLUSTERS = 256
_SPREAD = 0.9
"""Length of the noise beside the cluster's centre, which has length one."""
_FLATTENED = 30
"""Zipf and Mandelbrot: 1 / (rank + q) ** 1.07. Without stop words the most frequent word is in a tenth of the texts."""


@cache
def vocabulary() -> NDArray[np.object_]:
    """Pronounceable words, none of them an English stop word; frequent words first, which are short ones."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    rng = np.random.default_rng(1)
    short = ["".join(pair) for pair in product(syllables, repeat=2)]
    long = ["".join(pair) for pair in product(syllables, repeat=3)]
    words = [*rng.permutation(short), *rng.permutation(long)]
    return np.array([word for word in words[: 2 * WORDS] if terms(word)][:WORDS], object)


@cache
def _cumulated() -> NDArray[np.float64]:
    chance = 1 / (np.arange(WORDS) + _FLATTENED) ** 1.07
    return np.cumsum(chance / chance.sum())


def texts(count: int, seed: int) -> list[str]:
    """``count`` texts."""
    rng = np.random.default_rng(seed)
    drawn = np.searchsorted(_cumulated(), rng.random((count, WORDS_PER_TEXT)))
    return [" ".join(row) for row in vocabulary()[np.minimum(drawn, WORDS - 1)]]


def questions(corpus: Sequence[str], count: int, seed: int) -> list[str]:
    """Five words from each of ``count`` texts."""
    rng = np.random.default_rng(seed)
    chosen = rng.choice(len(corpus), count, replace=count > len(corpus))
    return [" ".join(rng.choice(corpus[i].split(), 5, replace=False)) for i in chosen]


def turns(corpus: Sequence[str]) -> list[Turn]:
    """Two people who take turns, twenty turns a session, a session a day."""
    return [
        Turn(
            text=text,
            speaker=SPEAKERS[i % 2],
            session=f"s{i // TURNS_PER_SESSION}",
            at=START + timedelta(days=i // TURNS_PER_SESSION, minutes=i % TURNS_PER_SESSION),
        )
        for i, text in enumerate(corpus)
    ]


class InstantEmbedder:
    """``ports.Embedder`` that costs next to nothing: a text's checksum picks its cluster and its noise."""

    fingerprint = "bench-instant"
    dimensions = DIMENSIONS

    def __init__(self, outlier: float = 0.0) -> None:
        """Give dimension 7 of every vector the value ``outlier`` before it is normalised, as real encoders have it."""
        rng = np.random.default_rng(3)
        centres = rng.standard_normal((_CLUSTERS, DIMENSIONS), np.float32)
        self._centres = centres / np.linalg.norm(centres, axis=1, keepdims=True)
        self._noise = rng.standard_normal(1 << 20, np.float32) * np.float32(_SPREAD / DIMENSIONS**0.5)
        self._outlier = np.float32(outlier)

    def embed(self, batch: Sequence[str]) -> Floats:
        sums = np.fromiter((crc32(text.encode()) for text in batch), np.int64, len(batch))
        offsets = sums % (len(self._noise) - DIMENSIONS)
        vectors = self._centres[sums >> 24] + self._noise[offsets[:, None] + np.arange(DIMENSIONS)]
        if self._outlier:
            vectors[:, 7] = self._outlier * (1 + vectors[:, 7])
        normalised: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return normalised


def batched(items: Sequence[Turn], size: int) -> Iterator[list[Turn]]:
    """``items`` in lists of at most ``size``."""
    for start in range(0, len(items), size):
        yield list(items[start : start + size])
