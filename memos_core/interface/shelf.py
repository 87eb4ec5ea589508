"""A place in the store for what host frameworks keep beside memories: checkpoints, caches, counters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from memos_core.errors import InvalidInput
from memos_core.interface.arguments import a_number, words
from memos_core.interface.doors import door
from memos_core.interface.runtime import Runtime

T = TypeVar("T")

END = "\U0010ffff"
"""Sorts behind every key that does not begin with it."""


@dataclass(frozen=True, slots=True)
class ShelfWriter:
    """What an ``update`` may read and write; all of it is one transaction."""

    _read: Callable[[Iterable[str]], dict[str, bytes]]
    _scan: Callable[[str], list[tuple[str, bytes]]]
    _put: Callable[[Mapping[str, bytes]], None]
    _delete: Callable[[Iterable[str]], None]

    def get(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the keys that are there."""
        return self._read(list(keys))

    def scan(self, prefix: str) -> list[tuple[str, bytes]]:
        """Items whose keys begin with ``prefix``, by key."""
        return self._scan(prefix)

    def put(self, items: Mapping[str, bytes]) -> None:
        """Write items."""
        self._put(items)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete items; unknown keys are passed over."""
        self._delete(list(keys))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Bytes under string keys, ordered by code point, durable and shared by processes. Thread-safe."""

    name: str
    _runtime: Runtime

    def get(self, key: str) -> bytes | None:
        """The value of a key, or ``None``."""
        return self.get_many([key]).get(key)

    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the keys that are there."""
        wanted = [words(key, "key") for key in keys]
        with self._runtime.records.read() as transaction:
            return transaction.shelves.get(self.name, wanted)

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
        with self._runtime.records.read() as transaction:
            return transaction.shelves.scan(self.name, lo, hi, most, reverse)

    def keys(self, prefix: str = "") -> list[str]:
        """The keys that begin with ``prefix``, in order."""
        with self._runtime.records.read() as transaction:
            return transaction.shelves.keys(self.name, words(prefix, "prefix"), prefix + END)

    def put(self, items: Mapping[str, bytes], *, delete: Iterable[str] = ()) -> None:
        """Write items and delete others in one transaction. When this returns, it survives a crash.

        Raises:
            InvalidInput: a key is no string or a value no bytes; nothing was written.
        """
        checked = {words(key, "key"): _a_value(key, value) for key, value in items.items()}
        gone = [words(key, "key") for key in delete]

        def change(writer: ShelfWriter) -> None:
            writer.delete(gone)
            writer.put(checked)

        self.update(change)

    def delete(self, keys: Iterable[str]) -> None:
        """Delete items; unknown keys are passed over."""
        self.put({}, delete=keys)

    def update(self, change: Callable[[ShelfWriter], T]) -> T:
        """Read and write in one transaction: what ``change`` reads is what is there when its writes are committed.

        ``change`` may run in another thread and must not call the store otherwise. If it raises, nothing is written.
        """
        name = self.name
        return self._runtime.records.write(
            lambda transaction: change(
                ShelfWriter(
                    lambda keys: transaction.shelves.get(name, keys),
                    lambda prefix: transaction.shelves.scan(name, prefix, prefix + END, -1, False),
                    lambda items: transaction.shelves.put(name, items),
                    lambda keys: transaction.shelves.delete(name, keys),
                )
            )
        )

    aget = door(get)
    aget_many = door(get_many)
    ascan = door(scan)
    akeys = door(keys)
    aput = door(put)
    adelete = door(delete)
    aupdate = door(update)


def _a_value(key: str, value: object) -> bytes:
    if not isinstance(value, bytes):
        raise InvalidInput(f"the value of {key!r} must be bytes, not {type(value).__name__}")
    return value
