"""Times of things that are compared: taken in turn, so that what disturbs one disturbs the other."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter


def interleaved(tasks: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each task in each round; before the first round each is run once untimed."""
    for task in tasks.values():
        task()
    times: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            start = perf_counter()
            task()
            times[name].append(perf_counter() - start)
    return times


def ratio(times: Mapping[str, list[float]], slow: str, fast: str) -> tuple[float, float, float]:
    """How many times longer one takes than the other: lowest, median, highest over the rounds."""
    ratios = sorted(one / other for one, other in zip(times[slow], times[fast], strict=True))
    return ratios[0], median(ratios), ratios[-1]
