"""The disk as a yardstick, and a disk that is slower than it is."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import apsw

SIMULATED_S = 0.002
"""A sync of a good SSD without a battery-backed cache, roughly."""


class Tape:
    """A file to which bytes are appended, each time followed by fdatasync: what no durable write can undercut."""

    def __init__(self, file: Path, latency: float = 0.0) -> None:
        self._file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._latency = latency

    def append(self, size: int) -> None:
        os.write(self._file, bytes(size))
        os.fdatasync(self._file)
        if self._latency:
            time.sleep(self._latency)

    def close(self) -> None:
        os.close(self._file)


class _Watched(apsw.VFSFile):
    def __init__(self, base: str, name: object, flags: list[int], on_sync: Callable[[], None]) -> None:
        super().__init__(base, name, flags)
        self._on_sync = on_sync

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._on_sync()


class _WatchingVFS(apsw.VFS):
    def __init__(self, on_sync: Callable[[], None]) -> None:
        self._base = apsw.vfs_names()[0]  # the default: named, because it will not be the default any more
        self._on_sync = on_sync
        super().__init__("watching", self._base, makedefault=True)

    def xOpen(self, name: object, flags: list[int]) -> apsw.VFSFile:
        return _Watched(self._base, name, flags, self._on_sync)


@contextmanager
def watched_syncs(on_sync: Callable[[], None]) -> Iterator[None]:
    """Within this block, every sync of a database opened in it is followed by a call of ``on_sync``."""
    vfs = _WatchingVFS(on_sync)
    try:
        yield
    finally:
        vfs.unregister()


@contextmanager
def slow_syncs(latency: float) -> Iterator[None]:
    """Within this block, every sync of a database opened in it takes ``latency`` seconds longer."""
    if not latency:
        yield
        return
    with watched_syncs(lambda: time.sleep(latency)):
        yield
