"""Interleaved timing: the contenders take turns, so that whatever else the machine does meets all of them."""

import statistics
from collections.abc import Callable, Mapping
from time import perf_counter

Work = Callable[[int], object]
"""One operation; gets the running number of its turn."""

P50s = dict[str, list[float]]
"""By contender: the median time of an operation in each round, in seconds."""


Clock = Callable[[], float]
"""Seconds: ``perf_counter`` for what waits for the disk; ``process_time`` for what only computes.

On a busy machine a call that is longer than a time slice is interrupted and a shorter one mostly is not, so that
wall time would flatter the shorter. The CPU time of a call is its wall time on an idle machine.
"""


def interleaved(
    contenders: Mapping[str, Work],
    *,
    rounds: int,
    turns: int,
    block: int = 1,
    warm: int = 0,
    clock: Clock = perf_counter,
) -> P50s:
    """Time every contender ``turns`` times a round.

    Args:
        contenders: What to time, by name.
        rounds: How often everything is repeated.
        turns: Operations of each contender in a round.
        block: Operations a contender does in a row before the next one's turn. Writes go one by one; reads go
            in blocks, or each would find the caches full of the others' data.
        warm: Operations of each contender before the first round, not timed.
        clock: What time is; all threads of the process count.
    """
    for work in contenders.values():
        for number in range(warm):
            work(number)
    found: P50s = {name: [] for name in contenders}
    names = list(contenders)
    number = warm
    for _ in range(rounds):
        times: dict[str, list[float]] = {name: [] for name in contenders}
        for start in range(0, turns, block):
            for name in names:
                times[name] += _timed(contenders[name], number + start, min(block, turns - start), clock)
            names.reverse()  # nobody always goes first
        number += turns
        for name, of in times.items():
            found[name].append(statistics.median(of))
    return found


def _timed(work: Work, first: int, count: int, clock: Clock) -> list[float]:
    times = []
    for number in range(first, first + count):
        begin = clock()
        work(number)
        times.append(clock() - begin)
    return times


def milliseconds(found: P50s) -> dict[str, float]:
    """Each contender's median over the rounds."""
    return {name: round(statistics.median(of) * 1000, 4) for name, of in found.items()}


def in_words(found: P50s) -> str:
    """``a 1.2 ms, b 34 µs``."""
    return ", ".join(f"{name} {spelled(statistics.median(of))}" for name, of in found.items())


def spelled(seconds: float) -> str:
    return f"{seconds * 1000:.3g} ms" if seconds >= 0.001 else f"{seconds * 1e6:.0f} µs"
