"""Rows 2, 3 and 9: what a durable write costs."""

import os
import statistics
import threading
import time
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path

from memos_core import Vault
from tests.bench.corpus import texts, turns
from tests.bench.disk import SIMULATED_S, Tape, slow_syncs
from tests.bench.measure import interleaved, milliseconds, spelled
from tests.bench.peers import LangGraphStore, items, missing
from tests.bench.results import Line, Target, ratio
from tests.bench.scale import Scale
from tests.bench.vaults import lexical_store

CLOSE_TO_THE_DISK = Target(sign="<=", bound=1.5)
EIGHT_FOLD = Target(sign=">=", bound=8)

_PAGE = 4096
_BEFORE = 5_000
"""Memories in the vault before the first timed write: few words are new after them."""
_SLICES = 4
"""How often rates take turns within a round."""


def single(scale: Scale, directory: Path) -> list[Line]:
    """Row 2: one durable ``remember`` against a bare sync of as many bytes."""
    return [_single(scale, directory / f"{latency:g}", latency) for latency in (0.0, SIMULATED_S)]


def _single(scale: Scale, directory: Path, latency: float) -> Line:
    corpus = turns(texts(_BEFORE + (scale.rounds + 1) * scale.writes, seed=11))
    with slow_syncs(latency), lexical_store(directory / "m.db") as memory:
        vault = memory.vault("owner")
        vault.remember(corpus[:_BEFORE])
        size = _bytes_written(vault, directory / "m.db-wal")
        tape = Tape(directory / "tape", latency)
        contenders = {
            "remember": lambda i: vault.remember(corpus[_BEFORE + i]),
            "fdatasync": lambda i: tape.append(size),
        }
        found = interleaved(contenders, rounds=scale.rounds, turns=scale.writes)
        last = _BEFORE + scale.rounds * scale.writes
        again = {"remember": lambda i: vault.remember(corpus[last + i])}
        (computing,) = interleaved(again, rounds=1, turns=scale.writes, clock=time.process_time)["remember"]
        tape.close()
    overhead = statistics.median(a - b for a, b in zip(found["remember"], found["fdatasync"], strict=True))
    remember, floor = (statistics.median(of) for of in found.values())
    return ratio(
        2,
        f"single remember / fdatasync of the same {size:,} bytes{_conditions(latency)}",
        found["remember"],
        found["fdatasync"],
        CLOSE_TO_THE_DISK,
        f"remember {spelled(remember)}, fdatasync {spelled(floor)}, overhead {spelled(overhead)}; "
        f"CPU time of a remember {spelled(computing)}",
        p50_ms=milliseconds(found),
    )


def _conditions(latency: float) -> str:
    return f" (simulated: {latency * 1000:g} ms per sync)" if latency else ""


def _bytes_written(vault: Vault, wal: Path) -> int:
    """What one commit adds to the write-ahead log: the median of some."""
    sizes = [os.stat(wal).st_size]
    for number in range(9):
        vault.remember(f"{number} sizing the log with a sentence that is about as long as the others are {number}")
        sizes.append(os.stat(wal).st_size)
    return int(statistics.median(after - before for before, after in pairwise(sizes)))


def group(scale: Scale, directory: Path) -> list[Line]:
    """Row 3: writes of many callers share their syncs."""
    return [_group(scale, directory / f"{latency:g}", latency) for latency in (0.0, SIMULATED_S)]


def _group(scale: Scale, directory: Path, latency: float) -> Line:
    corpus = turns(texts(_BEFORE, seed=12))
    with slow_syncs(latency), lexical_store(directory / "m.db") as memory:
        vault = memory.vault("owner")
        vault.remember(corpus)
        tape = Tape(directory / "tape", latency)
        contenders = {
            "syncs": (lambda i: tape.append(_PAGE), 1),
            "writes": (lambda i: vault.remember(corpus[i % len(corpus)]), scale.callers),
        }
        rates = _rates(contenders, scale.rounds, scale.seconds)
        tape.close()
    return ratio(
        3,
        f"remembers/s of {scale.callers} callers / fdatasyncs/s of one page{_conditions(latency)}",
        rates["writes"],
        rates["syncs"],
        EIGHT_FOLD,
        f"{statistics.median(rates['writes']):,.0f} remembers/s, {statistics.median(rates['syncs']):,.0f} fdatasyncs/s",
    )


def _rates(
    contenders: Mapping[str, tuple[Callable[[int], object], int]], rounds: int, seconds: float
) -> dict[str, list[float]]:
    """Operations per second in each round, by contender: what to do and how many threads do it. They take turns."""
    found: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        done = dict.fromkeys(contenders, 0)
        taken = dict.fromkeys(contenders, 0.0)
        for _ in range(_SLICES):
            for name, (work, callers) in contenders.items():
                count, elapsed = _counted(work, callers, seconds / _SLICES)
                done[name] += count
                taken[name] += elapsed
        for name in contenders:
            found[name].append(done[name] / taken[name])
    return found


def _counted(work: Callable[[int], object], callers: int, seconds: float) -> tuple[int, float]:
    """How many operations ``callers`` threads get done together, and in what time."""
    done = [0] * callers
    start, stop = threading.Barrier(callers + 1), threading.Event()

    def call(caller: int) -> None:
        start.wait()
        while not stop.is_set():
            work(done[caller] * callers + caller)
            done[caller] += 1

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(callers)]
    for thread in threads:
        thread.start()
    start.wait()
    begin = time.perf_counter()
    time.sleep(seconds)
    stop.set()
    for thread in threads:
        thread.join()
    return sum(done), time.perf_counter() - begin


def ingest(scale: Scale, directory: Path) -> list[Line]:
    """Row 9: batches of a thousand against LangGraph's store without its vector index, which does less."""
    what = f"batch ingest, {scale.batch:,} a call / LangGraph SqliteStore.batch"
    if lacking := missing("LangGraph SqliteStore"):
        return [Line(row=9, what=what, detail=f"not measured: {lacking} is not installed")]
    batches = scale.rounds * scale.batches
    corpus = texts(batches * scale.batch, seed=13)
    parts = [slice(i * scale.batch, (i + 1) * scale.batch) for i in range(batches)]
    prepared = [turns(corpus[part]) for part in parts]
    peer = LangGraphStore(directory / "peer", indexed=False)
    with lexical_store(directory / "m.db") as memory:
        vault = memory.vault("owner")
        contenders = {
            "remember": lambda i: vault.remember(prepared[i]),
            "SqliteStore": lambda i: peer.add(items(corpus[parts[i]], [[]] * scale.batch, parts[i].start), "owner"),
        }
        found = interleaved(contenders, rounds=scale.rounds, turns=scale.batches)
    peer.close()
    ours, theirs = (scale.batch / statistics.median(found[name]) for name in contenders)
    detail = f"remember {ours:,.0f}/s with change log and terms, SqliteStore {theirs:,.0f}/s without vectors or search"
    return [ratio(9, what, found["SqliteStore"], found["remember"], detail=detail, p50_ms=milliseconds(found))]
