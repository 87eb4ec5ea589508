"""All items of a store in memory, kept up with what this and other processes write."""

import threading
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from langgraph_memos.items import COUNT, ITEM, LOG, VECTORS, Address, Namespace, Record, address_of, key_of
from langgraph_memos.keys import join, split
from langgraph_memos.records import unpack
from memos_core import Shelf

Floats: TypeAlias = npt.NDArray[np.float32]

_ROUNDING = 1e-6
"""Scores that differ by less are equal: float32 keeps no more."""


class Catalogue:
    """Items by namespace and key, in order of creation, and their vectors. Not thread-safe: hold ``mutex``."""

    def __init__(self, shelf: Shelf) -> None:
        self.mutex = threading.Lock()
        self.spaces: dict[Namespace, dict[str, Record]] = {}
        self._shelf = shelf
        self._seen = -1
        self._vectors = Vectors()
        self._first: dict[Namespace, int] = {}

    def catch_up(self) -> None:
        """Read what was written since the last time."""
        if self._seen < 0:
            self._load()
        changes = self._changes()
        if changes and int(split(changes[0][0])[1]) > self._seen + 1:  # what came between is no longer in the log
            self._load()
            changes = self._changes()
        if not changes:
            return
        addresses: dict[Address, None] = {}
        for _, changed in changes:
            addresses |= dict.fromkeys((tuple(space), name) for space, name in unpack(changed)[0])
        names = [key_of(kind, address) for address in addresses for kind in (ITEM, VECTORS)]
        found = self._shelf.get_many(names)
        for address in addresses:
            self._set(address, found.get(key_of(ITEM, address)), found.get(key_of(VECTORS, address)))
        self._seen = int(split(changes[-1][0])[1])

    def within(self, prefix: Namespace) -> list[Namespace]:
        """A namespace and those inside it, as far as they hold items."""
        return [space for space, items in self.spaces.items() if items and space[: len(prefix)] == prefix]

    def under(self, prefix: Namespace) -> Iterator[Address]:
        """Addresses of the items in a namespace and in those inside it."""
        return ((space, name) for space in self.within(prefix) for name in self.spaces[space])

    def size(self) -> int:
        """How many items there are."""
        return sum(map(len, self.spaces.values()))

    def record(self, address: Address) -> Record | None:
        """The item there."""
        return self.spaces.get(address[0], {}).get(address[1])

    def nearest(self, prefix: Namespace, query: Floats, count: int) -> list[tuple[Address, float]]:
        """At least ``count`` items under ``prefix``, if there are so many with vectors, by similarity to ``query``."""
        allowed = set(self.within(prefix)) if prefix else None
        return self._vectors.nearest(query, count, allowed)

    def _changes(self) -> list[tuple[str, bytes]]:
        return self._shelf.scan(join(LOG), after=join(LOG, f"{self._seen:020}"))

    def _load(self) -> None:
        counted = self._shelf.get(join(COUNT))
        self._seen = unpack(counted)[0] if counted else 0
        self.spaces, self._vectors, self._first = {}, Vectors(), {}
        vectors = {address_of(key): value for key, value in self._shelf.scan(join(VECTORS))}
        items = [(address_of(key), value, unpack(value)[0]) for key, value in self._shelf.scan(join(ITEM))]
        for address, value, _ in sorted(items, key=lambda item: item[2]):
            self._set(address, value, vectors.get(address))

    def _set(self, address: Address, record: bytes | None, vectors: bytes | None) -> None:
        namespace, name = address
        if record is None:
            self.spaces.get(namespace, {}).pop(name, None)
        else:
            self.spaces.setdefault(namespace, {})[name] = Record(*unpack(record))
        rows = [np.frombuffer(row, np.float32) for row in unpack(vectors)] if record and vectors else []
        self._vectors.replace(address, rows, self._age(address))

    def _age(self, address: Address) -> int:
        """Orders items as they are listed."""
        namespace, name = address
        items = self.spaces.get(namespace, {})
        if name not in items:
            return 0
        first = self._first.setdefault(namespace, items[name].number)
        return (first << 32) + items[name].number


class Vectors:
    """Unit vectors of items, several of an item possible, in one matrix."""

    def __init__(self) -> None:
        self._matrix: Floats = np.zeros((0, 0), np.float32)
        self._owners: list[Address | None] = []
        self._spaces: npt.NDArray[np.int32] = np.zeros(0, np.int32)
        self._ages: npt.NDArray[np.int64] = np.zeros(0, np.int64)
        self._numbers: dict[Namespace, int] = {}
        self._rows: dict[Address, list[int]] = {}
        self._free: list[int] = []

    def replace(self, address: Address, vectors: Sequence[Floats], age: int) -> None:
        """Replace the vectors of an item. Those of another length than the rest are left out."""
        for row in self._rows.pop(address, ()):
            self._owners[row] = None
            self._spaces[row] = -1
            self._free.append(row)
        for vector in vectors:
            if not self._owners:
                self._matrix = np.zeros((64, len(vector)), np.float32)
                self._spaces, self._ages = np.full(64, -1, np.int32), np.zeros(64, np.int64)
            if len(vector) == self._matrix.shape[1]:
                self._add(address, vector, age)

    def _add(self, address: Address, vector: Floats, age: int) -> None:
        if self._free:
            row = self._free.pop()
        else:
            row = len(self._owners)
            self._owners.append(None)
        if row == len(self._matrix):
            self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
            self._spaces = np.concatenate([self._spaces, np.full_like(self._spaces, -1)])
            self._ages = np.concatenate([self._ages, np.zeros_like(self._ages)])
        length = float(np.linalg.norm(vector))
        self._matrix[row] = vector / length if length else vector
        self._spaces[row] = self._numbers.setdefault(address[0], len(self._numbers))
        self._ages[row] = age
        self._owners[row] = address
        self._rows.setdefault(address, []).append(row)

    def nearest(self, query: Floats, count: int, allowed: set[Namespace] | None) -> list[tuple[Address, float]]:
        """See ``Catalogue.nearest``; ``allowed`` are the namespaces that count, ``None`` for all."""
        size = len(self._owners)
        if not size or len(query) != self._matrix.shape[1]:
            return []
        # One more entry, for rows without an owner, whose number is -1.
        counted = np.zeros(len(self._numbers) + 1, bool)
        for space, number in self._numbers.items():
            counted[number] = allowed is None or space in allowed
        rows = np.flatnonzero(counted[self._spaces[:size]])
        few = len(rows) * 4 < size
        unit = query / np.float32(float(np.linalg.norm(query)) or 1)
        scores = self._matrix[rows] @ unit if few else (self._matrix[:size] @ unit)[rows]
        wanted = count * 2
        while True:
            best = _largest(scores, wanted)
            best = best[np.lexsort((self._ages[rows[best]], -np.round(scores[best] / _ROUNDING)))]
            found: dict[Address, float] = {}
            for place in best:
                owner = self._owners[rows[place]]
                if owner is not None:
                    found.setdefault(owner, float(scores[place]))
            if len(found) >= count or len(best) == len(rows):
                return list(found.items())
            wanted *= 4


def _largest(scores: Floats, count: int) -> npt.NDArray[Any]:
    """The places of the ``count`` largest scores and of those that equal the last of them."""
    if not 0 < count < len(scores):
        return np.arange(len(scores))
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    return np.flatnonzero(scores >= least - _ROUNDING)
