"""Stand-ins for what is slow, random or outside: an embedder without a model, a clock that stands still.

Both are deterministic on every machine, so a test that uses them may compare exact results.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from memos_core.domain.moment import to_utc
from memos_core.ports import Floats

_WORD = re.compile(r"\w+")


class HashEmbedder:
    """``ports.Embedder`` without a model: texts that share words are similar, others are not.

    Each word has a vector of random signs that is drawn from its hash; a text is the normalised sum of its words.

    Args:
        dimensions: ``d``.
        name: Part of the fingerprint and of every hash, so that differently named embedders disagree.
    """

    def __init__(self, dimensions: int = 64, name: str = "words") -> None:
        self._dimensions = dimensions
        self._name = name
        self.calls = 0
        """How often ``embed`` was called."""

    @property
    def fingerprint(self) -> str:
        return f"hash-{self._name}-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Floats:
        self.calls += 1
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()) or [text]:
                vectors[row] += _signs(self._name, word, self._dimensions)
            if not vectors[row].any():  # words that cancel out
                vectors[row, 0] = 1
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


class FrozenClock:
    """``ports.Clock`` that stands still until it is moved.

    A job that has failed is due again only after the clock was advanced: settle with a running clock where jobs fail.

    Args:
        now: Where it stands, aware.
    """

    def __init__(self, now: datetime = datetime(2024, 5, 1, 12, tzinfo=UTC)) -> None:
        self._now = to_utc(now, "now")

    def now(self) -> datetime:
        return self._now

    def advance(self, by: timedelta = timedelta(seconds=1)) -> datetime:
        """Move it and return where it stands then."""
        self._now += by
        return self._now


@lru_cache(maxsize=16384)
def _signs(name: str, word: str, dimensions: int) -> Floats:
    """One or minus one in each of ``dimensions`` places, drawn from the hash of ``word``."""
    blocks = range(-(-dimensions // 512))
    digest = b"".join(blake2b(f"{name}\0{word}\0{block}".encode()).digest() for block in blocks)
    bits = np.unpackbits(np.frombuffer(digest, np.uint8))[:dimensions]
    return bits.astype(np.float32) * 2 - 1
