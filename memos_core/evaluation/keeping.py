"""What is made once: vectors, so that a run with other weights embeds nothing, and token counts."""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from memos_core.ports import Embedder, Floats, TokenCounter

_KEY_BYTES = 16


def write_json(file: Path, value: object) -> None:
    """Write JSON so that a run that is cut off leaves no half of a file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    part.write_text(json.dumps(value), encoding="utf-8")
    os.replace(part, file)


def file_name(text: str) -> str:
    """``text`` as a part of a file's name."""
    return "".join(sign if sign.isalnum() else "-" for sign in text)


class KeptVectors:
    """An embedder that looks texts up in a file before it asks another one. The fingerprint is the other one's."""

    def __init__(self, embedder: Embedder, directory: Path) -> None:
        """Read the file of this embedder in ``directory``, if there is one."""
        name = hashlib.sha256(embedder.fingerprint.encode()).hexdigest()[:_KEY_BYTES]
        self._file = directory / f"vectors-{name}.npz"
        self._embedder = embedder
        self._rows: dict[bytes, Floats] = {}
        self._saved = 0
        self.served = 0
        """Texts that were not embedded anew."""
        if self._file.exists():
            with np.load(self._file, allow_pickle=False) as kept:
                keys, rows = kept["keys"], kept["rows"]
            self._rows = {key.tobytes(): row for key, row in zip(keys, rows, strict=True)}
            self._saved = len(self._rows)

    @property
    def fingerprint(self) -> str:
        """The other embedder's."""
        return self._embedder.fingerprint

    @property
    def dimensions(self) -> int:
        """``d``."""
        return self._embedder.dimensions

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return ``(len(texts), d)``; texts that are new are embedded together."""
        keys = [hashlib.sha256(text.encode()).digest()[:_KEY_BYTES] for text in texts]
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        self.served += len(texts) - len(new)
        if new:
            self._rows.update(zip(new, self._embedder.embed(list(new.values())), strict=True))
        return np.stack([self._rows[key] for key in keys]) if keys else np.empty((0, self.dimensions), np.float32)

    def save(self) -> None:
        """Write what is new to the file."""
        if len(self._rows) == self._saved:
            return
        keys = np.frombuffer(b"".join(self._rows), np.uint8).reshape(-1, _KEY_BYTES)
        part = self._file.with_suffix(".part.npz")
        np.savez(part, keys=keys, rows=np.stack(list(self._rows.values())))
        os.replace(part, self._file)
        self._saved = len(self._rows)


class KeptCounts:
    """A token counter that counts every text once: contexts of one conversation are made of the same lines."""

    def __init__(self, count: TokenCounter) -> None:
        """Count with ``count``."""
        self._count = count
        self._known: dict[str, int] = {}
        self._keeping = True

    def __call__(self, text: str) -> int:
        """Number of tokens of a text."""
        if not self._keeping:
            return self._count(text)
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._count(text)
        return known

    def forget(self) -> None:
        """Begin anew, as for another conversation."""
        self._known.clear()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Count everything, as a user's counter does: for timing."""
        self._keeping = False
        try:
            yield
        finally:
            self._keeping = True
