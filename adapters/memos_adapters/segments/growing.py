"""Arrays that grow at the end while snapshots of their beginning stay as they are."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

_SMALLEST = 64


class Growing(Generic[Scalar]):
    """A buffer of rows with doubling capacity; appending costs O(1) a row.

    What was appended is never written again, so a snapshot stays valid while the buffer grows.
    """

    def __init__(self, dtype: DTypeLike, width: int | None = None) -> None:
        self._tail = () if width is None else (width,)
        self._buffer: NDArray[Scalar] = np.empty((0, *self._tail), dtype)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def append(self, rows: NDArray[Scalar]) -> None:
        """Add ``rows`` ``(m,)`` or ``(m, width)`` at the end."""
        size = self._size + len(rows)
        if size > len(self._buffer):
            larger = np.empty((max(size, 2 * len(self._buffer), _SMALLEST), *self._tail), self._buffer.dtype)
            larger[: self._size] = self._buffer[: self._size]
            self._buffer = larger
        self._buffer[self._size : size] = rows
        self._size = size

    def snapshot(self) -> NDArray[Scalar]:
        """What is there now, read-only."""
        return frozen(self._buffer[: self._size])


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """A read-only view of ``array``."""
    view = array.view()
    view.flags.writeable = False
    return view
