"""What is asked of a benchmark that an adapter brings along."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from memos_core.domain.measurement import Measurement


class Bench(Protocol):
    """The entry point ``memos.benches``: measures one thing beside its peers and its physical limits."""

    title: str
    about: str
    """One sentence."""

    def measure(self, folder: Path, *, quick: bool) -> Iterator[Measurement]:
        """Measure, one figure after the other.

        Args:
            folder: For files, and for what the next run need not do again.
            quick: Smaller sizes, to see that everything works.
        """
