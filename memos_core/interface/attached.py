"""Memory in other forms than text, in the hands of whoever asks a local model."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memos_core.domain.activation import ChatTurn, Completion, Sampling
from memos_core.memories.local_model import LocalModelRuntime, PromptMemory, StreamedReply

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class AttachedMemory:
    """Memory of one vault in another form than text, ready for one local model."""

    memory: PromptMemory
    _model: LocalModelRuntime

    @property
    def handle(self) -> str:
        """The string by which a host framework passes it on."""
        return self.memory.handle

    @property
    def text(self) -> str:
        """What it stands for, whether it is sent or known by heart."""
        return self.memory.told.text

    def generate(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> Completion:
        """Answer a conversation with this memory, by its adapter or at its head. See ``LocalModelRuntime.generate``."""
        return self._model.generate(messages, memory=self.memory, tools=tools, sampling=sampling)

    def stream(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> StreamedReply:
        """Answer piece by piece. See ``LocalModelRuntime.stream``."""
        return self._model.stream(messages, memory=self.memory, tools=tools, sampling=sampling)

    async def agenerate(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> Completion:
        """Async door to ``generate``."""
        return await asyncio.to_thread(self.generate, messages, tools=tools, sampling=sampling)

    def astream(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> StreamedReply:
        """Async door to ``stream``: ``async for piece in kv.astream(messages)``; ``await reply.acompletion()``."""
        return self.stream(messages, tools=tools, sampling=sampling)

    def inputs(
        self, messages: Sequence[ChatTurn | Mapping[str, Any]], *, tools: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        """Keyword arguments for the model's own ``generate``: ``model.generate(**kv.inputs(messages))``.

        An adapter answers only while ``lent`` lasts; here its text is sent.
        """
        return self._model.inputs(messages, memory=self.memory, tools=tools)

    def lent(
        self, messages: Sequence[ChatTurn | Mapping[str, Any]], *, tools: Sequence[Mapping[str, Any]] = ()
    ) -> AbstractContextManager[dict[str, Any]]:
        """The same while an adapter answers: ``with it.lent(messages) as inputs: model.generate(**inputs)``."""
        return self._model.lent(messages, memory=self.memory, tools=tools)
