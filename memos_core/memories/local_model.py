"""A model in this process, and memory put into its forward pass."""

import contextvars
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from memos_core.domain.activation import (
    Audit,
    Capability,
    ChatTurn,
    Completion,
    Fingerprint,
    Manifest,
    Sampling,
    Storage,
)
from memos_core.domain.parametric import Confession
from memos_core.errors import ForeignActivation, InvalidInput, NotComposable, TooLossy, UnsupportedModel
from memos_core.memories.adapters import AdapterBudget, AdapterRack, AdapterRouter, AdapterUse
from memos_core.memories.auditing import audited
from memos_core.memories.composition import MOST_RECOMPUTED, Block, BlockComposer
from memos_core.memories.eviction import TierBudgets
from memos_core.memories.layout import Layout, Unit
from memos_core.memories.model_in_use import SENTINELS, ModelInUse
from memos_core.memories.prompt_cache import PromptCache
from memos_core.memories.prompts import PromptMemory, turns
from memos_core.memories.radix import common_length
from memos_core.memories.reuse import ReuseReport
from memos_core.memories.streaming import StreamedReply
from memos_core.ports import ActivationEngine, Composer, KeyValues

STREAMS = 8
"""Replies that may be under way at once; the model serves one after the other."""
MOST_DIVERGENCE = 0.02
"""Nats (KL of the next token) that storing in a smaller form may cost."""

__all__ = ["AdapterBudget", "LocalModelRuntime", "PromptMemory", "StreamedReply"]


class LocalModelRuntime:
    """Drives one local model for all who use it: a lock, prompts with memory at their head, reuse of what is computed.

    Memory text stands at the head of the system message, before the host's own words, and is never sent twice. Stored
    keys and values serve as far as their token ids equal those of the prompt; the rest is computed. Where they cannot
    serve, the prompt is the same and is computed whole. What memory texts begin with is kept when it is seen a second
    time, so that prompts whose memories stand in the same order share it without being transformed.

    A memory that an adapter knows by heart is not sent: the adapter is put into the model when a prompt needs it, and
    answers that prompt only. Where it cannot, the text is sent, and the completion's note says why. Thread-safe.

    Example:
        >>> runtime = LocalModelRuntime(TransformersEngine(model, tokenizer))  # doctest: +SKIP
        >>> memory = MemoryOS.open("sqlite:///memory.db", local_model=runtime)  # doctest: +SKIP
    """

    def __init__(
        self,
        engine: ActivationEngine,
        *,
        budgets: TierBudgets | None = None,
        adapters: AdapterRouter | None = None,
        adapter_budget: AdapterBudget | None = None,
    ) -> None:
        """Attach a model.

        Args:
            engine: The model, e.g. ``memos_adapters.transformers_kv.TransformersEngine(model, tokenizer)``.
            budgets: Bytes of stored values that this process keeps at hand.
            adapters: Of the same model, e.g. ``memos_adapters.peft_lora.PeftLoraEngine(model, tokenizer)``. Its lock is
                held by whoever runs the model.
            adapter_budget: Adapters that stay in the model between prompts.

        Raises:
            InvalidInput: not an engine, e.g. a model without one.
        """
        if not callable(getattr(engine, "prefill", None)):
            raise InvalidInput(
                f"a {type(engine).__name__} is no engine; give e.g. TransformersEngine(model, tokenizer)"
            )
        self._engine = engine
        self._adapters = AdapterRack(adapters, adapter_budget or AdapterBudget())
        self._taught = adapters
        self._streams = ThreadPoolExecutor(STREAMS, thread_name_prefix="memos-stream")
        self._cache = PromptCache(engine, budgets or TierBudgets())
        self._use = ModelInUse(engine, self._cache, self._adapters)
        self._composer: BlockComposer | None = None

    @property
    def capability(self) -> Capability:
        """What the model allows."""
        return self._engine.capability

    @property
    def adapters(self) -> AdapterRouter | None:
        """What trains adapters of this model and puts them into it; ``None`` for a model without."""
        return self._taught

    @property
    def fingerprint(self) -> Fingerprint:
        """Of the model as it is now."""
        with self._use.held():
            return self._engine.fingerprint

    def generate(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        memory: PromptMemory | None = None,
        adapter: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> Completion:
        """Answer a conversation.

        Args:
            messages: ``ChatTurn``s or mappings with ``role`` and ``content``.
            memory: Put at the head of the prompt, or known by the adapter that it names.
            adapter: Another memory, whose adapter answers the prompt that ``memory`` stands at the head of.
            tools: Descriptions of functions, as chat templates take them.
            sampling: Greedy up to 256 tokens by default.

        Raises:
            InvalidInput: no messages, or of a kind that is not known; two adapters.
            PromptTooLong: beyond what the model takes exactly.
        """
        return self.batch([messages], memory=memory, adapter=adapter, tools=tools, sampling=sampling)[0]

    def batch(
        self,
        conversations: Sequence[Sequence[ChatTurn | Mapping[str, Any]]],
        *,
        memory: PromptMemory | None | Sequence[PromptMemory | None] = None,
        adapter: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> list[Completion]:
        """Answer several conversations at once.

        Args:
            conversations: As ``generate`` takes one.
            memory: At the heads of all of them, or one for each, e.g. of several users: adapters then answer their own
                rows of one batch.
            adapter: See ``generate``; for all of them.
            tools: See ``generate``.
            sampling: See ``generate``.

        Raises:
            InvalidInput: as many memories as conversations are needed.
            InvalidInput, PromptTooLong: see ``generate``.
        """
        asked, said = sampling or Sampling(), [turns(one) for one in conversations]
        if memory is None or isinstance(memory, PromptMemory):
            with self._use.held():
                return self._use.answered(said, _both(memory, adapter), tools, asked)
        if len(memory) != len(said):
            raise InvalidInput(f"{len(said)} conversations, but memories for {len(memory)}")
        with self._use.held():
            return self._use.each(said, [_both(one, adapter) for one in memory], tools, asked)

    def stream(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        memory: PromptMemory | None = None,
        adapter: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> "StreamedReply":
        """Answer a conversation piece by piece. The model goes on while nobody reads, until its end or ``close``.

        Raises:
            InvalidInput, PromptTooLong: see ``generate``.
        """
        reply = StreamedReply()
        context = contextvars.copy_context()
        work = partial(self._produce, reply, turns(messages), _both(memory, adapter), tools, sampling or Sampling())
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
            with self._use.held():
                return self._use.streamed(reply, messages, memory, tools, sampling)
        finally:
            reply.end()

    def inputs(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        memory: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> dict[str, Any]:
        """Keyword arguments for the model's own ``generate``, with a cache of their own.

        An adapter answers only while ``lent`` lasts; here its text is sent.
        """
        with self.lent(messages, memory=memory and memory.told, tools=tools) as made:
            return made

    @contextmanager
    def lent(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        memory: PromptMemory | None = None,
        adapter: PromptMemory | None = None,
        tools: Sequence[Mapping[str, Any]] = (),
    ) -> Iterator[dict[str, Any]]:
        """Lend the model to whoever runs it: ``with runtime.lent(messages, memory=m) as inputs: model.generate(...)``.

        Nobody else runs it meanwhile, and the memory's adapter answers. Gives what ``inputs`` does.

        Raises:
            InvalidInput, PromptTooLong: see ``generate``.
        """
        said = turns(messages)
        with self._use.held(), self._use.lent(said, _both(memory, adapter), tools) as made:
            yield made

    def head(self, text: str, adapter: PromptMemory | None = None) -> tuple[Fingerprint, tuple[int, ...]]:
        """The model as it is now, and the token ids that all prompts with a memory text at their head begin with.

        Args:
            text: At the head of prompts.
            adapter: Its adapter is to answer them.

        Raises:
            UnsupportedModel: the model's values cannot be reused.
            InvalidInput: the chat template puts nothing of the text before what changes.
            ParametricError, MissingBlob: the adapter cannot be used.
        """
        with self._use.held(), self._adapters.teaching(adapter):
            if not self._engine.capability.served:
                raise UnsupportedModel(self._engine.capability.reason)
            return self._engine.fingerprint, self._use.stable_tokens(text)

    def memorise(
        self, fingerprint: Fingerprint, tokens: Sequence[int], adapter: PromptMemory | None = None
    ) -> KeyValues:
        """Compute the keys and values of what ``head`` gave, under the same adapter.

        Raises:
            ForeignActivation: the model has been changed since, e.g. by another adapter.
            ParametricError, MissingBlob: the adapter cannot be used.
        """
        with self._use.held(), self._adapters.teaching(adapter):
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
        with self._use.held():
            if not isinstance(self._engine, Composer):
                raise NotComposable("this engine cannot join blocks")
            self._composer = self._composer or BlockComposer(self._engine)
            tokens = self._use.stable_tokens(whole.text)
            blocks = self._blocks(memories)
            query = self._use.rendered(whole, (), SENTINELS[0])[len(tokens) :]
            return replace(whole, composed=self._composer.compose(tokens, blocks, query, share=share))

    def _blocks(self, memories: Sequence[PromptMemory]) -> list[Block]:
        heads = [self._use.rendered(PromptMemory(text=word), (), word) for word in SENTINELS]
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

    def storage_error(
        self, values: KeyValues, tokens: Sequence[int], storage: Storage, adapter: PromptMemory | None = None
    ) -> float:
        """The divergence (KL, nats) of the next token that a form of storage makes, under the same adapter.

        Raises:
            ParametricError, MissingBlob: the adapter cannot be used.
            TooLossy: it is above ``MOST_DIVERGENCE``.
        """
        if storage is Storage.NATIVE:
            return 0.0
        with self._use.held(), self._adapters.teaching(adapter):
            error = self._engine.storage_error(values, tokens, storage)
        if error > MOST_DIVERGENCE:
            raise TooLossy(
                f"stored as {storage.value} the next token diverges by {error:.2g} nats, above {MOST_DIVERGENCE}; "
                "store it as 'native' or 'bfloat16'"
            )
        return error

    def dump(self, values: KeyValues, manifest: Manifest) -> Iterator[bytes]:
        """The file that holds them. See ``ActivationEngine.dump``."""
        with self._use.held():
            return self._engine.dump([values], manifest)

    def forget(self, tenant: str, sources: Sequence[str]) -> None:
        """Drop what is kept in this process of memories that were erased; does not wait for the model."""
        self._cache.forget(tenant, sources)
        self._adapters.forget(tenant, sources)

    def layout(self, tenant: str, units: Sequence[Unit]) -> Layout:
        """Memories in the order in which this tenant's earlier prompts can be reused the most."""
        return self._cache.layout(tenant, units)

    def expect(self, tenant: str, handle: str, seconds: float) -> None:
        """Note what activation memory was expected to save when it was made, to be reported beside what it does."""
        self._cache.expect(tenant, handle, seconds)

    def report(self) -> ReuseReport:
        """What memory was used, what that saved, and what is kept. Prints as a table."""
        return self._cache.report()

    def audit(self, path: Path) -> Audit:
        """What a file of keys and values holds, as found from the values themselves. See ``memories.auditing``."""
        with self._use.held():
            return audited(self._engine, path)

    def probe(self, memory: PromptMemory, prompts: Sequence[str], *, most: int = 16) -> list[Confession]:
        """Ask the adapter of a memory, and compare with the base. See ``ports.ParametricEngine.probe``.

        Raises:
            InvalidInput: no adapter answers for this memory.
            ParametricError, MissingBlob: it cannot be used.
        """
        if self._taught is None or memory.adapter is None:
            raise InvalidInput(f"no adapter answers for this memory: {memory.note or 'it has none'}")
        with self._use.held(), self._adapters.teaching(memory):
            return self._taught.probe(prompts, memory.adapter.name, most=most)

    def count(self, text: str) -> int:
        """Tokens of a text by itself."""
        return self._engine.count(text)

    def adapter_uses(self) -> tuple[AdapterUse, ...]:
        """What each adapter has done in this process, those with the most uses first."""
        return self._adapters.uses()


def _both(memory: PromptMemory | None, adapter: PromptMemory | None) -> PromptMemory | None:
    return adapter if memory is None else memory.answered_by(adapter)
