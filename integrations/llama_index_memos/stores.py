"""Finds the store of a memory that was restored from a serialised context."""

import atexit
import threading
from pathlib import Path
from typing import Literal
from urllib.parse import quote
from weakref import WeakValueDictionary

import memos_core
from memos_core import MemoryOS

_open: WeakValueDictionary[str, MemoryOS] = WeakValueDictionary()
"""Stores that memories were built on in this process, by their place."""
_reopened: dict[str, MemoryOS] = {}
"""Those that nobody else holds."""
_mutex = threading.Lock()


def place_of(memory: MemoryOS, formerly: str = "") -> str:
    """Where a store lives, to be kept in a serialised memory; ``reconnect`` finds the open store by it.

    With ``formerly``, memories that were serialised when it lived there find it as well.
    """
    place = str(Path(memory.location).resolve())
    with _mutex:
        _open[place] = _open[formerly or place] = memory
    return place


def reconnect(place: str, embedder: Literal["default"] | None) -> MemoryOS:
    """The store at ``place``: the one that is open in this process, or else opened and kept until the process ends.

    Raises:
        NotFound: there is none.
        StoreError: see ``memos_core.errors``.
    """
    with _mutex:
        memory = _open.get(place)
        if memory is not None and _works(memory):
            return memory
        if not Path(place).is_file():
            raise memos_core.errors.NotFound(
                f"{place!r}, the store of a restored memory, is not here; open the right one and pass it to the "
                "memory's connect()"
            )
        memory = MemoryOS.open(f"sqlite:///{quote(place)}", embedder=embedder)
        _open[place] = _reopened[place] = memory
        atexit.register(memory.close)
        return memory


def _works(memory: MemoryOS) -> bool:
    try:
        memory.vaults()
    except memos_core.errors.StoreClosed:
        return False
    return True
