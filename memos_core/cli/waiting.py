"""Waiting for the background work of a store, and showing it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

from rich.console import Console

from memos_core import MemoryOS
from memos_core.cli.screen import progress
from memos_core.domain.record import StoreStats

PAUSE_S = 0.1


def pending(stats: StoreStats) -> int:
    """Jobs that are waiting or running."""
    return stats.jobs.get("ready", 0) + stats.jobs.get("leased", 0)


def settle(memory: MemoryOS, out: Console, *, quiet: bool = False) -> None:
    """Wait until the store's background work is done, with a bar that shows how many passages have their vector.

    Raises:
        WorkFailed: Some of it was given up.
    """
    if not pending(memory.stats()):
        return
    with progress(out, quiet=quiet) as bars:
        bar = bars.add_task("making vectors", total=None)
        settle_telling(memory, lambda stats: bars.update(bar, total=stats.passages, completed=stats.vectors))


def settle_telling(memory: MemoryOS, tell: Callable[[StoreStats], object]) -> None:
    """Wait like ``settle`` and pass the store's counts to ``tell`` every now and then.

    Raises:
        WorkFailed: Some of the work was given up.
    """
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(memory.settle)
        while wait([working], timeout=PAUSE_S).not_done:
            tell(memory.stats())
    tell(memory.stats())
    working.result()
