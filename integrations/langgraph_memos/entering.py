"""What programs written for other savers and stores call before and after use."""

from collections.abc import Generator
from typing import Self


class Prepared:
    """A context manager, sync and async, with a ``setup``: ``MemoryOS`` has opened the store, and closes it."""

    def setup(self) -> "Done":
        """Nothing to prepare: ``MemoryOS.open`` did. It may be awaited, as that of asynchronous savers is."""
        return Done()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        """Leave the store open."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        """Leave the store open."""


class Done:
    """Nothing, now or awaited."""

    def __await__(self) -> Generator[None, None, None]:
        yield from ()
