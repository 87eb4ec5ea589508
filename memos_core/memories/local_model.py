"""A model in this process, and memory put into its forward pass."""

import contextvars
import logging
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from memos_core.domain.activation import Capability, ChatTurn, Completion, Fingerprint, Manifest, Sampling, Storage
from memos_core.errors import (
    ActivationError,
    CorruptActivation,
    ForeignActivation,
    InvalidInput,
    MissingBlob,
    StaleActivation,
    TooLossy,
    UnsupportedModel,
)
from memos_core.memories.prefix_tree import PrefixTree, common_length
from memos_core.ports import ActivationEngine, KeyValues

_log = logging.getLogger(__name__)

STREAMS = 8
"""Replies that may be under way at once; the model serves one after the other."""
MOST_DIVERGENCE = 0.02
"""Nats (KL of the next token) that storing in a smaller form may cost."""

_SENTINELS = ("Alpha", "7 beta")
"""Texts that differ from their first token on: what two prompts with different ones share does not depend on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMemory:
    """Memory for the head of a prompt: as text, and as keys and values where they are at hand."""

    text: str
    handle: str = ""
    """The activation cube's id; empty for text alone."""
    tenant: str = ""
    """Nothing is shared between tenants."""
    manifest: Manifest | None = None
    path: Path | None = None
    """The file of keys and values."""
    sources: tuple[str, ...] = ()
    """Ids of the memories that the text tells of."""


class LocalModelRuntime:
    """Drives one local model for all who use it: a lock, prompts with memory at their head, reuse of what is computed.

    Memory text stands at the head of the system message, before the host's own words, and is never sent twice. Stored
    keys and values serve as far as their token ids equal those of the prompt; the rest is computed. Where they cannot
    serve, the prompt is the same and is computed whole. Thread-safe.

    Example:
        >>> runtime = LocalModelRuntime(TransformersEngine(model, tokenizer))  # doctest: +SKIP
        >>> memory = MemoryOS.open("sqlite:///memory.db", local_model=runtime)  # doctest: +SKIP
    """

    def __init__(self, engine: ActivationEngine) -> None:
        """Attach a model.

        Args:
            engine: The model, e.g. ``memos_adapters.transformers_kv.TransformersEngine(model, tokenizer)``.
        """
        self._engine = engine
        self._lock = threading.Lock()
        self._streams = ThreadPoolExecutor(STREAMS, thread_name_prefix="memos-stream")
        self._tree = PrefixTree()

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
            past, read, note = self._past(prompts, memory)
            done = self._engine.generate(prompts, past, sampling or Sampling())
        return [replace(one, cache_read=read, note=note) for one in done]

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
                past, read, note = self._past([prompt], memory)
                done = reply.filled(self._engine.stream(prompt, past, sampling))
            return replace(done, cache_read=read, note=note)
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
            past, _, _ = self._past([prompt], memory)
            return self._engine.inputs(prompt, past)

    def memorise(self, text: str) -> tuple[tuple[int, ...], KeyValues]:
        """Compute the keys and values of a memory text at the head of any prompt.

        Returns:
            The token ids that all prompts with this text at their head begin with, and their values.

        Raises:
            UnsupportedModel: the model's values cannot be reused.
            InvalidInput: the chat template puts nothing of the text before what changes.
        """
        with self._lock:
            if not self._engine.capability.served:
                raise UnsupportedModel(self._engine.capability.reason)
            tokens = self._stable_tokens(text)
            return tokens, self._engine.prefill(tokens)

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
        """Drop what is kept in this process of memories that were changed or erased."""
        with self._lock:
            self._tree.drop(tenant, sources)

    def _stable_tokens(self, text: str) -> tuple[int, ...]:
        """What prompts with this text at their head have in common, whether the host adds words of its own or not."""
        memory, first, second = PromptMemory(text=text), *_SENTINELS
        prompts = [
            [ChatTurn(role="system", content=first), ChatTurn(role="user", content=first)],
            [ChatTurn(role="system", content=second), ChatTurn(role="user", content=second)],
            [ChatTurn(role="user", content=second)],
        ]
        renders = [self._engine.encode(with_memory(one, memory)) for one in prompts]
        shared = tuple(renders[0][: common_length(*renders)])
        if not shared:
            raise InvalidInput("the chat template puts nothing of the memory before what changes")
        return shared

    def _past(self, prompts: Sequence[Sequence[int]], memory: PromptMemory | None) -> tuple[list[KeyValues], int, str]:
        """Stored values that all prompts begin with, of how many tokens, and why there are none."""
        if memory is None or not memory.handle:
            return [], 0, ""
        try:
            past = self._stored(prompts, memory)
        except (ActivationError, MissingBlob) as error:
            _log.warning("memory %s is sent as text: %s", memory.handle, error)
            return [], 0, str(error)
        return past, sum(one.length for one in past), ""

    def _stored(self, prompts: Sequence[Sequence[int]], memory: PromptMemory) -> list[KeyValues]:
        manifest, path = memory.manifest, memory.path
        if manifest is None or path is None:
            raise StaleActivation(f"a source of {memory.handle} has changed since; transform it again")
        present = self._engine.fingerprint
        if differing := manifest.fingerprint.differences(present):
            raise ForeignActivation(f"{memory.handle} was computed with another {', '.join(differing)}")
        if manifest.salt != memory.tenant:
            raise ForeignActivation(f"{memory.handle} was computed for another tenant")
        space = (present.key, memory.tenant)
        shared = prompts[0][: min(common_length(*prompts), *(len(one) - 1 for one in prompts))]
        wanted = common_length(manifest.tokens, shared)
        past = self._tree.find(space, shared)
        if sum(one.length for one in past) < wanted:
            found, values = self._engine.load(path)
            if found.key != manifest.key:
                raise CorruptActivation(f"the file of {memory.handle} belongs to another memory; transform it again")
            self._tree.insert(space, manifest.tokens, values, memory.sources)
            past = self._tree.find(space, shared)
        return past


class StreamedReply:
    """The pieces of a reply, as they come. Made by ``LocalModelRuntime.stream``."""

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

    @property
    def completion(self) -> Completion:
        """The whole reply; waits for its end."""
        return self.future.result()

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


def turns(messages: Sequence[ChatTurn | Mapping[str, Any]]) -> tuple[ChatTurn, ...]:
    """Messages as ``ChatTurn``s.

    Raises:
        InvalidInput: none at all, or something that is no message.
    """
    if isinstance(messages, str | Mapping) or not messages:
        raise InvalidInput("messages must be a non-empty list of ChatTurn or {'role': ..., 'content': ...}")
    return tuple(one if isinstance(one, ChatTurn) else _turn(one) for one in messages)


def _turn(message: Mapping[str, Any]) -> ChatTurn:
    role, content = message.get("role"), message.get("content")
    if not isinstance(role, str) or not isinstance(content, str):
        raise InvalidInput("a message needs 'role' and 'content', both str")
    return ChatTurn(role=role, content=content)


def with_memory(messages: Sequence[ChatTurn], memory: PromptMemory | None) -> tuple[ChatTurn, ...]:
    """The prompt with a memory's text at the head of its system message."""
    if memory is None or not memory.text:
        return tuple(messages)
    first = messages[0] if messages and messages[0].role == "system" else None
    if first is None:
        return (ChatTurn(role="system", content=memory.text), *messages)
    return (replace(first, content=f"{memory.text}\n\n{first.content}"), *messages[1:])
