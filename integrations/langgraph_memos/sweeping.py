"""A thread that sweeps at intervals."""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

import memos_core

logger = logging.getLogger("langgraph_memos")


class Sweeper:
    """Calls ``sweep`` every so many seconds until it is stopped."""

    def __init__(self, sweep: Callable[[], int]) -> None:
        self._sweep = sweep
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    def start(self, interval: float) -> Future[None]:
        """Begin, unless it runs; the future ends with the thread, and cancelling it stops the thread."""
        future: Future[None] = Future()
        future.add_done_callback(lambda ended: self._stopped.set() if ended.cancelled() else None)
        if self._thread is None or not self._thread.is_alive():
            self._stopped = threading.Event()
            self._thread = threading.Thread(
                target=self._loop, args=(interval, self._stopped, future), name="memos-sweeper", daemon=True
            )
            self._thread.start()
        return future

    def stop(self, timeout: float | None) -> bool:
        """End the thread; return whether it ended within ``timeout`` seconds."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(timeout)
        return self._thread is None or not self._thread.is_alive()

    def _loop(self, interval: float, stopped: threading.Event, future: Future[None]) -> None:
        while not stopped.wait(interval):
            try:
                self._sweep()
            except memos_core.errors.StoreClosed:
                break
            except memos_core.MemOSError as error:  # tried again at the next interval
                logger.warning("sweeping failed: %s", error)
        if not future.cancelled():
            future.set_result(None)
