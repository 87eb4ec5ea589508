"""Row 5: a vault is searched as fast in a large store as in a small one."""

import hashlib
import inspect
import json
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter, process_time

from memos_adapters.sqlite.statements import migrations
from memos_core import MemoryOS
from tests.bench import corpus
from tests.bench.corpus import InstantEmbedder, batched, questions, texts, turns
from tests.bench.measure import Work, in_words, interleaved, milliseconds
from tests.bench.results import Line, Target, ratio
from tests.bench.scale import Scale
from tests.bench.vaults import BATCH, K, url

HARDLY_SLOWER = Target(sign="<=", bound=1.2)

_PEOPLE = 1_000
"""Vaults beside the probed ones in a store of any size that has as many memories."""
_DONE = "done.json"


def growth(scale: Scale, directory: Path, cache: Path | None = None) -> list[Line]:
    """Recall from vaults of the same size and content in a small and in a large store.

    Args:
        scale: Sizes.
        directory: Where small stores are made.
        cache: Where the large store is kept for the next run; the system's temporary folder by default.
    """
    root = cache or Path(tempfile.gettempdir(), "memos-bench")
    large, built = _large(root, scale.large_store, scale.probes)
    lines = []
    for size in scale.probes:
        small = directory / f"small-{size}" / "m.db"
        build(small, scale.small_store, (size,))
        lines.append(_compared(scale, small, large, size, built))
    return lines


def _compared(scale: Scale, small: Path, large: Path, size: int, built: float) -> Line:
    asked = questions(probe_texts(size), 100, seed=size)
    with ExitStack() as stack:

        def opened(file: Path) -> Work:
            memory = stack.enter_context(MemoryOS.open(url(file), embedder=InstantEmbedder(), worker=False))
            vault = memory.vault(probe_name(size), create=False)
            return lambda i: vault.recall(asked[i % len(asked)], limit=K)

        contenders = {"small": opened(small), "large": opened(large)}
        found = interleaved(contenders, rounds=scale.rounds, turns=scale.queries, warm=len(asked), clock=process_time)
    return ratio(
        5,
        f"Vault.recall from {size:,} records: store of {scale.large_store:,} / store of {scale.small_store:,}",
        found["large"],
        found["small"],
        HARDLY_SLOWER,
        f"{in_words(found)}; the large store was filled and indexed in {built:,.0f} s",
        p50_ms=milliseconds(found),
    )


def probe_name(size: int) -> str:
    return f"probe-{size}"


def probe_texts(size: int) -> list[str]:
    """What a probed vault holds, in every store."""
    return texts(size, seed=1_000_000 + size)


def _large(root: Path, total: int, probes: tuple[int, ...]) -> tuple[Path, float]:
    """The large store and the seconds that it took to build; taken from the cache when it is there."""
    formed = [str(migrations()), inspect.getsource(corpus), inspect.getsource(build), str(probes), str(total)]
    place = root / f"{total}-{hashlib.sha256(chr(0).join(formed).encode()).hexdigest()[:12]}"
    file, done = place / "m.db", place / _DONE
    if not done.exists():
        for stale in root.glob(f"{total}-*"):  # of another format or content; they are large
            shutil.rmtree(stale)
        begin = perf_counter()
        build(file, total, probes)
        done.write_text(json.dumps({"seconds": perf_counter() - begin}))
    return file, float(json.loads(done.read_text())["seconds"])


def build(file: Path, total: int, probes: tuple[int, ...]) -> None:
    """Fill a store through the public API: the probed vaults in the middle of up to a thousand others."""
    others = total - sum(probes)
    ranks = range(1, min(_PEOPLE, others) + 1)
    whole = sum(1 / rank for rank in ranks)
    sizes = [max(1, int(others / rank / whole)) for rank in ranks]
    names = [f"person-{rank}" for rank in ranks]
    middle = len(sizes) // 2
    plan = [*zip(names, sizes, strict=True)]
    plan[middle:middle] = [(probe_name(size), size) for size in probes]
    with MemoryOS.open(url(file), embedder=InstantEmbedder(), worker=False) as memory:
        for number, (name, size) in enumerate(plan):
            said = probe_texts(size) if name.startswith("probe-") else texts(size, seed=number)
            vault = memory.vault(name)
            for batch in batched(turns(said), BATCH):
                vault.remember(batch)
        memory.settle()
