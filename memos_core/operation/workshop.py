"""Folders of trainings that are under way: what is taught stands in them, so they go with it.

A training works in its folder as long as its order is there, and holds the folder's lock. Whoever takes an order away
knows, once the lock is his, that nothing of it is written any more.
"""

import contextlib
import fcntl
import json
import os
import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from memos_core.domain.parametric import TrainingOrder
from memos_core.ports.parametric import LOCK, ORDER

_BASES = "bases"
_POLL_S = 0.01


def folder_of(workshop: Path, vault: int, asked: str) -> Path:
    """Of one training."""
    return workshop / str(vault) / asked


def bases(workshop: Path) -> Path:
    """Where copies of models are kept for the processes that teach them."""
    return workshop / _BASES


def order_in(folder: Path) -> TrainingOrder | None:
    """What was ordered there, if it was and can be read."""
    try:
        return TrainingOrder.from_json(json.loads((folder / ORDER).read_text(encoding="utf-8")))
    except (FileNotFoundError, KeyError, TypeError, ValueError):  # of another release: it is ordered again
        return None


def place_order(folder: Path, order: TrainingOrder) -> None:
    """Order a training; whole or not at all. Called in the transaction that proves that it is wanted."""
    folder.mkdir(parents=True, exist_ok=True)
    half = folder / f"{ORDER}.part"
    with half.open("w", encoding="utf-8") as file:
        json.dump(order.as_json(), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    half.replace(folder / ORDER)


def place_file(folder: Path, name: str, path: Path) -> None:
    """Put a stored file, which nobody writes to, beside an order. Called in the same transaction, before it."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / name
    place.unlink(missing_ok=True)
    try:
        os.link(path, place)
    except OSError:  # no links on this file system
        shutil.copyfile(path, place)


def withdraw(workshop: Path, vault: int, wanted: Collection[str]) -> list[Path]:
    """Take away the orders of a vault that are not wanted any more; their folders, for ``clear``.

    Called in a write transaction, like ``place_order``.
    """
    ended = [one for one in (workshop / str(vault)).glob("*") if one.name not in wanted]
    for one in ended:
        (one / ORDER).unlink(missing_ok=True)
    return ended


def clear(folder: Path, timeout: float) -> bool:
    """Remove a folder when its training has ended; false when that takes longer than ``timeout`` seconds, or fails."""
    deadline = time.monotonic() + timeout
    while folder.exists():
        with contextlib.suppress(BlockingIOError, FileNotFoundError), held(folder):
            shutil.rmtree(folder, ignore_errors=True)  # whether it is gone is seen above
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the lock of a folder.

    Raises:
        BlockingIOError: a training works in it.
        FileNotFoundError: it is gone.
    """
    with (folder / LOCK).open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
