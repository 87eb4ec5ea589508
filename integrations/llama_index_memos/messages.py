"""LlamaIndex messages as turns, and back without loss."""

import math
import unicodedata
from base64 import b64encode
from collections.abc import Mapping
from enum import Enum
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole, TextBlock
from pydantic import BaseModel

from memos_core import MemCube, Turn

_BY_ROLE = {"assistant": MessageRole.ASSISTANT, "system": MessageRole.SYSTEM}
_NO_MARK = {"text", "thinking", "cache", "tool_call"}
_DEEPEST = 24
_INT64 = 2**63


def storable(text: object) -> str:
    """What is visible in a text, free of characters that no store can keep; empty when nothing is."""
    kept = str(text or "").replace("\0", "\ufffd").encode("utf-8", "replace").decode()
    return kept if any(unicodedata.category(char)[0] in "LNPS" for char in kept) else ""


def text_of(message: ChatMessage) -> str:
    """What a reader would see of the message: its text, or else marks for what it holds; never empty."""
    marks = [f"[{block.block_type}]" for block in message.blocks if block.block_type not in _NO_MARK]
    marks += [f"[calls {call}]" for call in _calls(message)]
    return storable(message.content) or storable(" ".join(marks)) or "[empty message]"


def turn_of(message: ChatMessage, session: str, *, key: str = "") -> Turn:
    """The turn that remembers ``message``; ``message_of`` can rebuild it."""
    text = text_of(message)
    data = _plain(message.model_dump(), _DEEPEST)
    data["additional_kwargs"].pop("images", None)  # LlamaIndex has made blocks of them, and would again
    if message.blocks == [TextBlock(text=text)]:
        del data["blocks"]  # kept once, so that a revised text is what the host reads back
    return Turn(
        text=text,
        speaker=storable(message.additional_kwargs.get("name")),
        role=message.role.value,
        session=session,
        metadata={"llama_index": data},
        source="llama_index",
        key=key,
    )


def message_of(cube: MemCube) -> ChatMessage:
    """The message a turn was made from, as a new object; for turns that came another way, one by role and text."""
    stored: Any = cube.header.metadata.get("llama_index")
    if not isinstance(stored, Mapping):
        # A tool's result without the call that it answers would be refused by most models.
        return ChatMessage(cube.text, role=_BY_ROLE.get(cube.header.role, MessageRole.USER))
    message = ChatMessage.model_validate({"blocks": [{"block_type": "text", "text": cube.text}], **stored})
    revised = cube.version > 1 and text_of(message) != cube.text
    return message.model_copy(update={"blocks": [TextBlock(text=cube.text)]}) if revised else message


def is_message(cube: MemCube, message: ChatMessage) -> bool:
    """Whether ``message`` is the one that ``cube`` was made from, or would be stored alike."""
    turn = turn_of(message, cube.header.session)
    return message_of(cube) == message or (turn.text, turn.metadata) == (cube.text, cube.header.metadata)


def _calls(message: ChatMessage) -> list[str]:
    """The message's tool calls as they would be written: blocks, or what older models leave beside them."""
    blocks = [block for block in message.blocks if block.block_type == "tool_call"]
    calls = _plain(blocks or message.additional_kwargs.get("tool_calls") or [], _DEEPEST)
    inner = [call.get("function") or call for call in calls if isinstance(call, dict)]
    return [
        f"{call.get('name') or call.get('tool_name')}({_arguments(call.get('tool_kwargs') or call.get('arguments'))})"
        for call in inner
        if isinstance(call, dict)
    ]


def _arguments(given: object) -> str:
    return (
        ", ".join(f"{name}={value!r}" for name, value in given.items()) if isinstance(given, dict) else str(given or "")
    )


def _plain(value: Any, depth: int) -> Any:
    """A copy of ``value`` made of what JSON holds; the rest becomes text."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, Enum):
        return _plain(value.value, depth)
    if (isinstance(value, int) and abs(value) < _INT64) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, bytes):
        return value.decode() if value.isascii() else b64encode(value).decode()
    if isinstance(value, BaseModel | Mapping) and depth:
        return {_kept(key): _plain(item, depth - 1) for key, item in dict(value).items()}
    if isinstance(value, list | tuple) and depth:
        return [_plain(item, depth - 1) for item in value]
    return _kept(value)


def _kept(value: object) -> str:
    return str(value).replace("\0", "\ufffd").encode("utf-8", "replace").decode()
