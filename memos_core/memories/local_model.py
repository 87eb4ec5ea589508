"""A model in this process, and memory put into its forward pass."""

import contextvars
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

from memos_core.domain.activation import Capability, ChatTurn, Completion, Fingerprint, Manifest, Sampling, Storage
from memos_core.errors import ForeignActivation, InvalidInput, NotComposable, TooLossy, UnsupportedModel
from memos_core.memories.composition import MOST_RECOMPUTED, Block, BlockComposer
from memos_core.memories.eviction import TierBudgets
from memos_core.memories.layout import Layout, Unit
from memos_core.memories.prompt_cache import Past, PromptCache
from memos_core.memories.prompts import PromptMemory, turns, with_memory
from memos_core.memories.radix import common_length
from memos_core.memories.reuse import ReuseReport
from memos_core.memories.streaming import StreamedReply
from memos_core.ports import ActivationEngine, Composer, KeyValues

STREAMS = 8
"""Replies that may be under way at once; the model serves one after the other."""
MOST_DIVERGENCE = 0.02
"""Nats (KL of the next token) that storing in a smaller form may cost."""

_SENTINELS = ("Alpha", "7 beta")
"""Texts that differ from their first token on: what two prompts with different ones share does not depend on them."""

__all__ = ["LocalModelRuntime", "PromptMemory", "StreamedReply"]


class LocalModelRuntime:
    """Drives one local model for all who use it: a lock, prompts with memory at their head, reuse of what is computed.

    Memory text stands at the head of the system message, before the host's own words, and is never sent twice. Stored
    keys and values serve as far as their token ids equal those of the prompt; the rest is computed. Where they cannot
    serve, the prompt is the same and is computed whole. What memory texts begin with is kept when it is seen a second
    time, so that prompts whose memories stand in the same order share it without being transformed. Thread-safe.

    Example:
        >>> runtime = LocalModelRuntime(TransformersEngine(model, tokenizer))  # doctest: +SKIP
        >>> memory = MemoryOS.open("sqlite:///memory.db", local_model=runtime)  # doctest: +SKIP
    """

    def __init__(self, engine: ActivationEngine, *, budgets: TierBudgets | None = None) -> None:
        """Attach a model.

        Args:
            engine: The model, e.g. ``memos_adapters.transformers_kv.TransformersEngine(model, tokenizer)``.
            budgets: Bytes of stored values that this process keeps at hand.

        Raises:
            InvalidInput: not an engine, e.g. a model without one.
        """
        if not callable(getattr(engine, "prefill", None)):
            raise InvalidInput(
                f"a {type(engine).__name__} is no engine; give e.g. TransformersEngine(model, tokenizer)"
            )
        self._engine = engine
        self._lock = threading.Lock()
        self._streams = ThreadPoolExecutor(STREAMS, thread_name_prefix="memos-stream")
        self._cache = PromptCache(engine, budgets or TierBudgets())
        self._composer: BlockComposer | None = None

    @property
    def capability(self) -> Capability:
        """What the model allows."""
        return self._engine.capability

    @property
    def fingerprint(self) -> Fingerprint:
        """Of the model as it is now."""
        with self._lock:
            return self._engine.fingerprint

    def generate(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        memory: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> Completion:
        """Answer a conversation.

        Args:
            messages: ``ChatTurn``s or mappings with ``role`` and ``content``.
            memory: Put at the head of the prompt.
            tools: Descriptions of functions, as chat templates take them.
            sampling: Greedy up to 256 tokens by default.

        Raises:
            InvalidInput: no messages, or of a kind that is not known.
            PromptTooLong: beyond what the model takes exactly.
        """
        return self.batch([messages], memory=memory, tools=tools, sampling=sampling)[0]

    def batch(
        self,
        conversations: Sequence[Sequence[ChatTurn | Mapping[str, Any]]],
        *,
        memory: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> list[Completion]:
        """Answer several conversations at once, with the same memory at their heads.

        Raises:
            InvalidInput, PromptTooLong: see ``generate``.
        """
        with self._lock:
            prompts = [self._engine.encode(with_memory(turns(one), memory), tools) for one in conversations]
            asked = sampling or Sampling()
            with self._past(prompts, memory, tools, asked.max_tokens) as past:
                done = self._engine.generate(prompts, past.values, asked)
        return [replace(one, cache_read=past.read, note=past.note) for one in done]

    def stream(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        memory: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> "StreamedReply":
        """Answer a conversation piece by piece. The model goes on while nobody reads, until its end or ``close``.

        Raises:
            InvalidInput, PromptTooLong: see ``generate``.
        """
        reply = StreamedReply()
        context = contextvars.copy_context()
        work = partial(self._produce, reply, turns(messages), memory, tools, sampling or Sampling())
        reply.future = self._streams.submit(context.run, work)
        return reply

    def _produce(
        self,
        reply: "StreamedReply",
        messages: Sequence[ChatTurn],
        memory: PromptMemory | None,
        tools: Sequence[Mapping[str, Any]],
        sampling: Sampling,
    ) -> Completion:
        """Fill a reply on a thread of its own: whoever reads it may stop, wait, or ask the model something else."""
        try:
            with self._lock:
                prompt = self._engine.encode(with_memory(messages, memory), tools)
                with self._past([prompt], memory, tools, sampling.max_tokens) as past:
                    done = reply.filled(self._engine.stream(prompt, past.values, sampling))
            return replace(done, cache_read=past.read, note=past.note)
        finally:
            reply.end()

    def inputs(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        memory: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Keyword arguments for the model's own ``generate``, with a cache of their own."""
        with self._lock:
            prompt = self._engine.encode(with_memory(turns(messages), memory), tools)
            with self._past([prompt], memory, tools, 1) as past:
                return self._engine.inputs(prompt, past.values)

    def head(self, text: str) -> tuple[Fingerprint, tuple[int, ...]]:
        """The model as it is now, and the token ids that all prompts with a memory text at their head begin with.

        Raises:
            UnsupportedModel: the model's values cannot be reused.
            InvalidInput: the chat template puts nothing of the text before what changes.
        """
        with self._lock:
            if not self._engine.capability.served:
                raise UnsupportedModel(self._engine.capability.reason)
            return self._engine.fingerprint, self._stable_tokens(text)

    def memorise(self, fingerprint: Fingerprint, tokens: Sequence[int]) -> KeyValues:
        """Compute the keys and values of what ``head`` gave.

        Raises:
            ForeignActivation: the model has been changed since, e.g. by another adapter.
        """
        with self._lock:
            values = self._cache.timed_prefill(tokens)
            if differing := fingerprint.differences(self._engine.fingerprint):
                raise ForeignActivation(f"the model's {', '.join(differing)} changed meanwhile; transform again")
            return values

    def compose(self, memories: Sequence[PromptMemory], *, share: float = MOST_RECOMPUTED) -> PromptMemory:
        """Join memories that were transformed apart, without computing all of them anew. Approximate.

        Keys are turned to their new places; of what refers to something outside, up to ``share`` of the tokens are
        computed again. Samples are compared with a full prefill and computed whole where they are too far off. The
        note of a completion tells what was done.

        Raises:
            InvalidInput: fewer than two memories, of several tenants, or no share.
            NotComposable: this model's blocks cannot be moved.
            ActivationError, MissingBlob: one of them is stale, damaged, or of another model.
        """
        tenants = {one.tenant for one in memories}
        if len(memories) < 2 or len(tenants) > 1:
            raise InvalidInput("two or more memories of one vault can be composed")
        whole = PromptMemory(
            text="\n".join(one.text for one in memories),
            tenant=tenants.pop(),
            sources=tuple(dict.fromkeys(source for one in memories for source in one.sources)),
        )
        with self._lock:
            if not isinstance(self._engine, Composer):
                raise NotComposable("this engine cannot join blocks")
            self._composer = self._composer or BlockComposer(self._engine)
            tokens = self._stable_tokens(whole.text)
            blocks = self._blocks(memories)
            query = self._rendered(whole, (), _SENTINELS[0])[len(tokens) :]
            return replace(whole, composed=self._composer.compose(tokens, blocks, query, share=share))

    def _blocks(self, memories: Sequence[PromptMemory]) -> list[Block]:
        heads = [self._rendered(PromptMemory(text=word), (), word) for word in _SENTINELS]
        head = common_length(*heads)
        blocks = []
        for place, one in enumerate(memories):
            manifest, values = self._cache.stored(one)
            start = min(head, len(manifest.tokens) - 1) if place else 0
            blocks.append(
                Block(
                    tokens=manifest.tokens[start:],
                    start=start,
                    values=values.part(start, values.length),
                    self_contained=manifest.self_contained,
                )
            )
        return blocks

    def storage_error(self, values: KeyValues, tokens: Sequence[int], storage: Storage) -> float:
        """The divergence (KL, nats) of the next token that a form of storage makes.

        Raises:
            TooLossy: it is above ``MOST_DIVERGENCE``.
        """
        if storage is Storage.NATIVE:
            return 0.0
        with self._lock:
            error = self._engine.storage_error(values, tokens, storage)
        if error > MOST_DIVERGENCE:
            raise TooLossy(
                f"stored as {storage.value} the next token diverges by {error:.2g} nats, above {MOST_DIVERGENCE}; "
                "store it as 'native' or 'bfloat16'"
            )
        return error

    def dump(self, values: KeyValues, manifest: Manifest) -> Iterator[bytes]:
        """The file that holds them. See ``ActivationEngine.dump``."""
        with self._lock:
            return self._engine.dump([values], manifest)

    def forget(self, tenant: str, sources: Sequence[str]) -> None:
        """Drop what is kept in this process of memories that were erased; does not wait for the model."""
        self._cache.forget(tenant, sources)

    def layout(self, tenant: str, units: Sequence[Unit]) -> Layout:
        """Memories in the order in which this tenant's earlier prompts can be reused the most."""
        return self._cache.layout(tenant, units)

    def expect(self, tenant: str, handle: str, seconds: float) -> None:
        """Note what activation memory was expected to save when it was made, to be reported beside what it does."""
        self._cache.expect(tenant, handle, seconds)

    def report(self) -> ReuseReport:
        """What memory was used, what that saved, and what is kept. Prints as a table."""
        return self._cache.report()

    def _stable_tokens(self, text: str) -> tuple[int, ...]:
        """What prompts with this text at their head have in common, whether the host adds words of its own or not."""
        memory, first, second = PromptMemory(text=text), *_SENTINELS
        renders = [
            *(self._rendered(memory, (), word) for word in (first, second)),
            self._engine.encode(with_memory([ChatTurn(role="user", content=second)], memory)),
        ]
        shared = tuple(renders[0][: common_length(*renders)])
        if not shared:
            raise InvalidInput("the chat template puts nothing of the memory before what changes")
        return shared

    def _rendered(self, memory: PromptMemory, tools: Sequence[Mapping[str, Any]], word: str) -> list[int]:
        """A prompt that says nothing but the memory and ``word``."""
        said = [ChatTurn(role="system", content=word), ChatTurn(role="user", content=word)]
        return self._engine.encode(with_memory(said, memory), tools)

    @contextmanager
    def _past(
        self,
        prompts: Sequence[Sequence[int]],
        memory: PromptMemory | None,
        tools: Sequence[Mapping[str, Any]],
        reply: int,
    ) -> Iterator[Past]:
        """Stored values that all prompts begin with."""
        if memory is None or not memory.text or not prompts:
            yield Past(values=[])
            return
        head = partial(self._rendered, memory, tools, _SENTINELS[0])
        with self._cache.use(prompts, memory, head, reply) as past:
            yield past
