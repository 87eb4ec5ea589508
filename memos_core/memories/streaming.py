"""A reply that comes piece by piece."""

import asyncio
import threading
from collections.abc import AsyncIterator, Generator, Iterator
from concurrent.futures import Future
from queue import SimpleQueue

from memos_core.domain.activation import Completion


class StreamedReply:
    """The pieces of a reply, as they come, to be iterated over or awaited. Made by ``LocalModelRuntime.stream``."""

    def __init__(self) -> None:
        self.future: Future[Completion] = Future()
        self._pieces: SimpleQueue[str | None] = SimpleQueue()
        self._closed = threading.Event()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        piece = self._pieces.get()
        if piece is None:
            self._pieces.put(None)  # for whoever asks again
            self.future.result()
            raise StopIteration
        return piece

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        piece = await asyncio.to_thread(next, self, None)  # a future cannot hold the end of an iteration
        if piece is None:
            raise StopAsyncIteration
        return piece

    @property
    def completion(self) -> Completion:
        """The whole reply; waits for its end."""
        return self.future.result()

    async def acompletion(self) -> Completion:
        """The whole reply, awaited."""
        return await asyncio.shield(asyncio.wrap_future(self.future))

    def close(self) -> None:
        """End the reply here and let go of the model."""
        self._closed.set()

    def filled(self, pieces: Generator[str, None, Completion]) -> Completion:
        """Take pieces from the model until there are no more, or the reply is closed."""
        said = []
        while not self._closed.is_set():
            try:
                said.append(next(pieces))
            except StopIteration as end:
                completion: Completion = end.value
                return completion
            self._pieces.put(said[-1])
        pieces.close()
        return Completion(text="".join(said), finish="closed")

    def end(self) -> None:
        """Tell the reader that there are no more pieces."""
        self._pieces.put(None)
