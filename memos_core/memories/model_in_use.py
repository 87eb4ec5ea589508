"""One model with what is kept of prompts' heads and the adapters in its layers: prompts made, run and accounted for."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from memos_core.domain.activation import ChatTurn, Completion, Sampling
from memos_core.errors import InvalidInput
from memos_core.memories.adapters import AdapterRack, Served
from memos_core.memories.prompt_cache import Past, PromptCache
from memos_core.memories.prompts import PromptMemory, with_memory
from memos_core.memories.radix import common_length
from memos_core.memories.streaming import StreamedReply
from memos_core.ports import ActivationEngine

Messages = Sequence[ChatTurn]
Tools = Sequence[Mapping[str, Any]]

SENTINELS = ("Alpha", "7 beta")
"""Texts that differ from their first token on: what two prompts with different ones share does not depend on them."""


class ModelInUse:
    """Everything but ``held`` is called while ``held`` lasts."""

    def __init__(self, engine: ActivationEngine, cache: PromptCache, adapters: AdapterRack) -> None:
        """Take the parts; their lock is that of the adapters."""
        self._engine, self._cache, self._adapters = engine, cache, adapters

    @contextmanager
    def held(self) -> Iterator[None]:
        """The model, for as long as this lasts."""
        try:
            with self._adapters.lock:
                yield
        finally:
            self._adapters.settle()

    def answered(
        self,
        conversations: Sequence[Messages],
        memory: PromptMemory | None,
        tools: Tools,
        sampling: Sampling,
    ) -> list[Completion]:
        """Replies to conversations with the same memory at their heads."""
        with self._adapters.serving([memory]) as (served,):
            prompts = [self._engine.encode(with_memory(one, served.memory), tools) for one in conversations]
            with self._past(prompts, served.memory, tools, sampling.max_tokens) as past:
                done = self._engine.generate(prompts, past.values, sampling)
        return [_told(one, past, served) for one in done]

    def each(
        self,
        conversations: Sequence[Messages],
        memories: Sequence[PromptMemory | None],
        tools: Tools,
        sampling: Sampling,
    ) -> list[Completion]:
        """Replies to conversations with a memory each. Those with stored values are served by themselves."""
        done: dict[int, Completion] = {}
        mixed = []
        together = sampling.beams == 1 and self._engine.capability.served
        for place, (said, memory) in enumerate(zip(conversations, memories, strict=True)):
            if together and (memory is None or (memory.manifest is None and memory.composed is None)):
                mixed.append(place)
            else:
                (done[place],) = self.answered([said], memory, tools, sampling)
        while mixed:
            fitting = self._adapters.fitting([memories[place] for place in mixed])
            places, mixed = mixed[:fitting], mixed[fitting:]
            with self._adapters.serving([memories[place] for place in places]) as served:
                prompts = [
                    self._engine.encode(with_memory(conversations[place], one.memory), tools)
                    for place, one in zip(places, served, strict=True)
                ]
                replies = self._engine.generate(prompts, [], sampling)
            told = zip(places, replies, served, strict=True)
            done |= {place: replace(reply, note=one.note) for place, reply, one in told}
        return [done[place] for place in range(len(conversations))]

    def streamed(
        self,
        reply: StreamedReply,
        messages: Messages,
        memory: PromptMemory | None,
        tools: Tools,
        sampling: Sampling,
    ) -> Completion:
        """Fill a reply piece by piece."""
        with self._adapters.serving([memory]) as (served,):
            prompt = self._engine.encode(with_memory(messages, served.memory), tools)
            with self._past([prompt], served.memory, tools, sampling.max_tokens) as past:
                done = reply.filled(self._engine.stream(prompt, past.values, sampling))
        return _told(done, past, served)

    @contextmanager
    def lent(self, messages: Messages, memory: PromptMemory | None, tools: Tools) -> Iterator[dict[str, Any]]:
        """Keyword arguments for the model's own ``generate``; the memory's adapter answers while this lasts."""
        with self._adapters.serving([memory]) as (served,):
            prompt = self._engine.encode(with_memory(messages, served.memory), tools)
            with self._past([prompt], served.memory, tools, 1) as past:
                made = self._engine.inputs(prompt, past.values)
            yield made

    def stable_tokens(self, text: str) -> tuple[int, ...]:
        """What prompts with this text at their head have in common, whether the host adds words of its own or not."""
        memory, first, second = PromptMemory(text=text), *SENTINELS
        renders = [
            *(self.rendered(memory, (), word) for word in (first, second)),
            self._engine.encode(with_memory([ChatTurn(role="user", content=second)], memory)),
        ]
        shared = tuple(renders[0][: common_length(*renders)])
        if not shared:
            raise InvalidInput("the chat template puts nothing of the memory before what changes")
        return shared

    def rendered(self, memory: PromptMemory, tools: Tools, word: str) -> list[int]:
        """A prompt that says nothing but the memory and ``word``."""
        said = [ChatTurn(role="system", content=word), ChatTurn(role="user", content=word)]
        return self._engine.encode(with_memory(said, memory), tools)

    @contextmanager
    def _past(
        self,
        prompts: Sequence[Sequence[int]],
        memory: PromptMemory | None,
        tools: Tools,
        reply: int,
    ) -> Iterator[Past]:
        """Stored values that all prompts begin with."""
        if memory is None or not memory.text or not prompts:
            yield Past(values=[])
            return
        head = partial(self.rendered, memory, tools, SENTINELS[0])
        with self._cache.use(prompts, memory, head, reply) as past:
            yield past


def _told(done: Completion, past: Past, served: Served) -> Completion:
    """A reply with what was read for it, and why its memory was served otherwise than it was made."""
    return replace(done, cache_read=past.read, note="; ".join(filter(None, (served.note, past.note))))
