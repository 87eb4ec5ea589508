"""Times of things that are compared: taken in turn, on one thread, in processor time.

What else the machine does takes the processor away, but not this program's processor time.
"""

from collections.abc import Callable, Mapping
from statistics import median
from time import process_time

import torch


def interleaved(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each task in each round; before the first round each is run once untimed."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _timed(tasks, rounds)
    finally:
        torch.set_num_threads(threads)


def _timed(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            start = process_time()
            task()
            times[name].append(process_time() - start)
    return times


def ratio(times: Mapping[str, list[float]], slow: str, fast: str) -> tuple[float, float, float]:
    """How many times longer one takes than the other: lowest, median, highest over the rounds."""
    ratios = sorted(one / other for one, other in zip(times[slow], times[fast], strict=True))
    return ratios[0], median(ratios), ratios[-1]
