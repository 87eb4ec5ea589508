"""``memos bench kv``: activation memory beside full prefill, in one run."""

from collections.abc import Iterator
from pathlib import Path

from memos_adapters.transformers_kv.bench import composition, exactness, grid, latency, storage
from memos_core.domain.measurement import Measurement


class KVBench:
    """Exactness, time to first token, storage and composition of activation memory, on models made for it."""

    title = "Activation memory"
    about = "Keys and values of a prompt's beginning, injected, beside computing the whole prompt."

    def measure(self, folder: Path, *, quick: bool) -> Iterator[Measurement]:
        """See ``ports.Bench``."""
        yield from exactness.measure(quick=quick)
        yield from latency.measure(folder, quick=quick)
        yield from composition.measure(folder, quick=quick)
        yield from storage.measure(folder, quick=quick)
        yield from grid.measure(folder, quick=quick)
