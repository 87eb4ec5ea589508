"""Time to the first token: values on disk, mapped, injected, and the query run, against computing the whole prompt.

A process checks every byte of a file once. What is measured is a use after that; the first use is told beside it. Two
bounds are: the query run over the same values in memory, and the query run by itself, over nothing.
"""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from memos_adapters.transformers_kv.bench.subjects import medium, tokens, words_of
from memos_adapters.transformers_kv.bench.timing import interleaved, ratio
from memos_adapters.transformers_kv.engine import TransformersEngine
from memos_core.domain.activation import Manifest, Sampling
from memos_core.domain.measurement import Measurement, Plot

_PROMISED = {(512, 32): 9.0, (2048, 32): 25.0, (4096, 167): 12.0}
"""Times faster, by tokens of the memory and of the query."""
_MOST_OVERHEAD = 1.15
_FIRST = Sampling(max_tokens=1)
_SETTLED = 2.5
"""Seconds after which a file counts as written some time ago."""


def measure(folder: Path, *, quick: bool) -> Iterator[Measurement]:
    """Rows for each size, the overhead of loading, and where keeping values begins to be worth it."""
    engine = TransformersEngine(medium(*((2, 64, 4, 2) if quick else ())), words_of(8192))
    sizes = (
        [(64, 8), (128, 8)]
        if quick
        else [(64, 32), (128, 32), (256, 32), (512, 32), (1024, 32), (2048, 32), (4096, 167)]
    )
    speed: list[tuple[float, float]] = []
    overhead = Measurement(name="", measured="")
    for before, query in sizes:
        rounds = 3 if quick else 5 if before > 2048 else 7
        figures = _size(engine, folder, before, query, rounds=rounds, settled=0.0 if quick else _SETTLED)
        promised = _PROMISED.get((before, query))
        if query == sizes[0][1]:
            speed.append((before, figures["ratio"]))
        yield Measurement(
            name=f"first token, memory {before} + query {query}",
            measured=f"{figures['ratio']:.1f}x faster ({figures['lowest']:.1f}-{figures['highest']:.1f})",
            target=f">= {promised:g}x" if promised else "",
            met=figures["ratio"] >= promised if promised else None,
            note=f"{figures['first']:.1f}x at a process's first use, every byte checked; {figures['limit']:.1f}x if "
            f"loading were free, {figures['bound']:.1f}x if there were no memory to attend to; "
            f"{figures['megabytes']:.0f} MiB, paid back after {figures['uses']:.1f} uses",
            figures=figures,
        )
        if (before, query) == sizes[-2]:
            overhead = _overhead(figures)
    yield overhead
    yield Measurement(
        name=f"first token by length of the memory, query {sizes[0][1]}",
        measured=", ".join(f"{before:g}: {times:.1f}x" for before, times in speed),
        plot=Plot(
            title=f"Time to the first token of a query of {sizes[0][1]}: whole prompt / injected memory",
            across="tokens of memory",
            up="times faster",
            curves={"injected from disk": speed, "no gain": [(before, 1.0) for before, _ in speed]},
            logarithmic=True,
        ),
    )


def _overhead(figures: dict[str, float]) -> Measurement:
    return Measurement(
        name="loading and injecting / one pass of the query's tokens",
        measured=f"{figures['overhead']:.2f}",
        target=f"<= {_MOST_OVERHEAD}",
        met=figures["overhead"] <= _MOST_OVERHEAD,
        note=f"{figures['first_overhead']:.2f} at a process's first use; the query alone runs over the same values, in "
        "memory",
    )


def _size(
    engine: TransformersEngine, folder: Path, before: int, query: int, *, rounds: int, settled: float
) -> dict[str, float]:
    prompt = tokens(before + query)
    values = engine.prefill(prompt[:before])
    manifest = Manifest(
        fingerprint=engine.fingerprint,
        tokens=tuple(prompt[:before]),
        layers=engine.capability.layers,
        made_at=datetime.now(UTC),
    )
    path = folder / f"memory-{before}.kv"
    path.write_bytes(b"".join(engine.dump([values], manifest)))

    def injected(path: Path = path) -> None:
        _, stored = engine.load(path)
        engine.generate([prompt], [stored], _FIRST)

    unchecked = folder / f"memory-{before}-unchecked.kv"
    unchecked.write_bytes(path.read_bytes())

    def first() -> None:
        os.utime(unchecked)  # as if it were another file
        injected(unchecked)

    time.sleep(settled)
    times = interleaved(
        {
            "whole": lambda: engine.generate([prompt], [], _FIRST),
            "injected": injected,
            "first": first,
            "alone": lambda: engine.generate([prompt[before:]], [], _FIRST),
            "query": lambda: engine.generate([prompt], [values], _FIRST),
            "build": lambda: engine.prefill(prompt[:before]),
        },
        rounds,
    )
    lowest, middle, highest = ratio(times, "whole", "injected")
    saved = median(times["whole"]) - median(times["injected"])
    size = path.stat().st_size
    path.unlink()
    unchecked.unlink()
    return {
        "ratio": middle,
        "lowest": lowest,
        "highest": highest,
        "first": ratio(times, "whole", "first")[1],
        "limit": ratio(times, "whole", "query")[1],
        "bound": ratio(times, "whole", "alone")[1],
        "overhead": ratio(times, "injected", "query")[1],
        "first_overhead": ratio(times, "first", "query")[1],
        "megabytes": size / 2**20,
        "uses": median(times["build"]) / saved if saved > 0 else float("inf"),
        **{f"{name}_ms": 1000 * median(several) for name, several in times.items()},
    }
