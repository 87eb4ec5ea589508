"""A place in the store for what host frameworks keep beside memories: checkpoints, caches, counters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from memos_core.errors import InvalidInput
from memos_core.interface.arguments import a_number, words
from memos_core.interface.doors import door
from memos_core.interface.runtime import Runtime
from memos_core.ports import ShelfTable

T = TypeVar("T")

END = "\U0010ffff"
"""Sorts behind every key that does not begin with it."""


class ShelfReader:
    """A shelf at one moment, whatever others write meanwhile. Made by ``Shelf.read``; not to be kept."""

    __slots__ = ("_name", "_table")

    def __init__(self, name: str, table: ShelfTable) -> None:
        self._name = name
        self._table = table

    def get(self, key: str) -> bytes | None:
        """The value of a key, or ``None``."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the keys that are there."""
        return self._table.get(self._name, [words(key, "key") for key in keys])

    def scan(
        self, prefix: str = "", *, after: str = "", before: str = "", reverse: bool = False, limit: int | None = None
    ) -> list[tuple[str, bytes]]:
        """Items whose keys begin with ``prefix``, in order.

        Args:
            prefix: What keys begin with.
            after: Only keys behind this one.
            before: Only keys in front of this one.
            reverse: From the last one backwards.
            limit: Items at most.
        """
        lo, hi = words(prefix, "prefix"), prefix + END
        if after:
            lo = max(lo, after + "\0")
        if before:
            hi = min(hi, before)
        most = -1 if limit is None else a_number(limit, "limit", 0)
        return self._table.scan(self._name, lo, hi, most, reverse)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that begin with ``prefix``, in order."""
        return self._table.keys(self._name, words(prefix, "prefix"), prefix + END)


class ShelfWriter(ShelfReader):
    """What an ``update`` reads and writes; all of it is one transaction."""

    __slots__ = ()

    def put(self, items: Mapping[str, bytes]) -> None:
        """Write items.

        Raises:
            InvalidInput: a key is no string or a value no bytes.
        """
        self._table.put(self._name, {words(key, "key"): _a_value(key, value) for key, value in items.items()})

    def delete(self, keys: Iterable[str]) -> None:
        """Delete items; unknown keys are passed over."""
        self._table.delete(self._name, [words(key, "key") for key in keys])


@dataclass(frozen=True, slots=True)
class Shelf:
    """Bytes under string keys, ordered by code point, durable and shared by processes. Thread-safe."""

    name: str
    _runtime: Runtime

    def read(self, look: Callable[[ShelfReader], T]) -> T:
        """Read several things of one moment. ``look`` may run in another thread and must not call the store."""
        with self._runtime.records.read() as transaction:
            return look(ShelfReader(self.name, transaction.shelves))

    def update(self, change: Callable[[ShelfWriter], T]) -> T:
        """Read and write in one transaction: what ``change`` reads is what is there when its writes are committed.

        ``change`` may run in another thread and must not call the store otherwise. If it raises, nothing is written.
        """
        return self._runtime.records.write(lambda transaction: change(ShelfWriter(self.name, transaction.shelves)))

    def get(self, key: str) -> bytes | None:
        """The value of a key, or ``None``."""
        return self.read(lambda shelf: shelf.get(key))

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the keys that are there."""
        return self.read(lambda shelf: shelf.get_many(keys))

    def scan(
        self, prefix: str = "", *, after: str = "", before: str = "", reverse: bool = False, limit: int | None = None
    ) -> list[tuple[str, bytes]]:
        """Items whose keys begin with ``prefix``, in order; see ``ShelfReader.scan``."""
        return self.read(lambda shelf: shelf.scan(prefix, after=after, before=before, reverse=reverse, limit=limit))

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that begin with ``prefix``, in order."""
        return self.read(lambda shelf: shelf.keys(prefix))

    def put(self, items: Mapping[str, bytes]) -> None:
        """Write items in one transaction. When this returns, it survives a crash.

        Raises:
            InvalidInput: a key is no string or a value no bytes; nothing was written.
        """
        self.update(lambda shelf: shelf.put(items))

    def delete(self, keys: Iterable[str]) -> None:
        """Delete items; unknown keys are passed over."""
        self.update(lambda shelf: shelf.delete(keys))

    aread = door(read)
    aupdate = door(update)
    aget = door(get)
    aget_many = door(get_many)
    ascan = door(scan)
    akeys = door(keys)
    aput = door(put)
    adelete = door(delete)


def _a_value(key: str, value: object) -> bytes:
    if not isinstance(value, bytes):
        raise InvalidInput(f"the value of {key!r} must be bytes, not {type(value).__name__}")
    return value
