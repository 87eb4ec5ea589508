"""Prompts with memory at their head."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from memos_core.domain.activation import ChatTurn, Manifest
from memos_core.errors import InvalidInput
from memos_core.memories.composition import Composed


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
    composed: Composed | None = None
    """Values that were made of blocks: approximate, and never kept."""

    @property
    def order(self) -> tuple[str, ...]:
        """Ids of the memories in the order of the text."""
        if self.manifest is None:
            return self.sources
        return tuple(dict.fromkeys(source.id for source in self.manifest.sources))


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
