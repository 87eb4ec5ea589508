"""Prompts with memory at their head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from memos_core.domain.activation import ChatTurn, Manifest
from memos_core.domain.parametric import AdapterManifest
from memos_core.errors import InvalidInput
from memos_core.memories.composition import Composed


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptAdapter:
    """An adapter that knows a memory by heart, so that its text need not be sent."""

    text: str
    """What it stands for, and what is sent instead wherever it cannot be used."""
    handle: str
    """The parametric cube's id."""
    tenant: str = ""
    """Nothing is shared between tenants."""
    manifest: AdapterManifest
    path: Path
    """The file."""

    @property
    def name(self) -> str:
        """Under which the model knows it: the same when it has been trained again."""
        return f"{self.handle} of {self.tenant}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptMemory:
    """Memory for a prompt: text at its head, keys and values of it where they are at hand, an adapter that answers."""

    text: str
    """At the prompt's head; empty where the adapter knows all of it."""
    handle: str = ""
    """The activation or parametric cube's id; empty for text alone."""
    tenant: str = ""
    """Nothing is shared between tenants."""
    manifest: Manifest | None = None
    path: Path | None = None
    """The file of keys and values."""
    sources: tuple[str, ...] = ()
    """Ids of the memories that the text tells of."""
    composed: Composed | None = None
    """Values that were made of blocks: approximate, and never kept."""
    adapter: PromptAdapter | None = None
    """Answers the prompt; keys and values are then those that were computed under it."""
    note: str = ""
    """Why there is no adapter and the text is sent: still in training, refused by the gate, a source has changed."""

    @property
    def order(self) -> tuple[str, ...]:
        """Ids of the memories in the order of the text."""
        if self.manifest is None:
            return self.sources
        return tuple(dict.fromkeys(source.id for source in self.manifest.sources))

    @property
    def told(self) -> "PromptMemory":
        """The same without its adapter: what that knows stands behind the other text."""
        adapter = self.adapter
        if adapter is None:
            return self
        known = (source.id for source in adapter.manifest.sources)
        return replace(
            self,
            text="\n".join(filter(None, (self.text, adapter.text))),
            # Text alone has no handle: what is kept of it is found by its tokens.
            handle="" if self.handle == adapter.handle else self.handle,
            tenant=self.tenant or adapter.tenant,
            sources=tuple(dict.fromkeys((*self.sources, *known))),
            adapter=None,
        )

    def answered_by(self, other: "PromptMemory | None") -> "PromptMemory":
        """This memory, in prompts that another memory's adapter answers; where that has none, its text follows.

        Raises:
            InvalidInput: they are of two tenants, or have an adapter each.
        """
        if other is None:
            return self
        if self.tenant != other.tenant or (self.adapter is not None and other.adapter is not None):
            raise InvalidInput("one adapter answers a prompt, and it is of the same vault as the memory at its head")
        return replace(
            self,
            text="\n".join(filter(None, (self.text, other.text))),
            adapter=self.adapter or other.adapter,
            sources=tuple(dict.fromkeys((*self.sources, *other.sources))),
            note=self.note or other.note,
        )


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
