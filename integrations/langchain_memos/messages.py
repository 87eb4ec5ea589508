"""LangChain messages as turns, and back without loss."""

import math
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    messages_from_dict,
)
from pydantic import BaseModel

from langchain_memos.incidents import logger
from memos_core import MemCube, Turn

_TYPES: dict[type[BaseMessage], tuple[str, str]] = {
    HumanMessage: ("human", "user"),
    AIMessage: ("ai", "assistant"),
    SystemMessage: ("system", "system"),
    ToolMessage: ("tool", "tool"),
    FunctionMessage: ("function", "tool"),
    ChatMessage: ("chat", ""),
}
"""LangChain's name and our role of each concrete message; subclasses and chunks go by their base."""
_BY_ROLE: dict[str, type[BaseMessage]] = {"assistant": AIMessage, "system": SystemMessage}
_STREAMING = {"tool_call_chunks", "chunk_position"}
_NO_MARK = {"text", "tool_use", "tool_call", "reasoning", "thinking"}
_DEEPEST = 24
_INT64 = 2**63


def said(message: BaseMessage) -> str:
    """The message's own text, free of characters that no store can keep; empty when nothing of it is visible."""
    text = _storable(str(message.text))
    return text if any(unicodedata.category(char)[0] in "LNPS" for char in text) else ""


def text_of(message: BaseMessage) -> str:
    """What a reader would see of the message: its text, or else marks for what it holds; never empty."""
    marks = [f"[{b['type'].removesuffix('_url')}]" for b in message.content if isinstance(b, dict) and "type" in b]
    for call in message.tool_calls if isinstance(message, AIMessage) else ():
        marks.append(f"[calls {call['name']}({', '.join(f'{k}={v!r}' for k, v in call['args'].items())})]")
    marked = " ".join(mark for mark in marks if mark[1:-1] not in _NO_MARK)
    return said(message) or _storable(marked) or "[empty message]"


def turn_of(message: BaseMessage, session: str, *, key: str = "", verbatim: bool = False) -> Turn:
    """The turn that remembers ``message``; with ``verbatim``, ``message_of`` can rebuild it."""
    kind, role = _type_of(message)
    text = text_of(message)
    metadata: dict[str, Any] = {}
    if verbatim:
        data = _plain_fields(message)
        if data["content"] == text:
            del data["content"]  # kept once, so that a revised text is what the host reads back
        metadata["langchain"] = {"type": kind, "data": data}
    return Turn(
        text=text,
        speaker=_storable(message.name or ""),
        role=_storable(role or getattr(message, "role", "")),
        session=session,
        at=_moment(message),
        metadata=metadata,
        source=_storable(f"langchain:{message.id or ''}"),
        key=key,
    )


def message_of(cube: MemCube) -> BaseMessage:
    """The message a turn was made from; for turns that came another way, one by role and text."""
    stored: Any = cube.header.metadata.get("langchain")
    if not isinstance(stored, Mapping):
        make = _BY_ROLE.get(cube.header.role, HumanMessage)
        return make(content=cube.text, name=cube.header.speaker or None, id=cube.id)
    (message,) = messages_from_dict([{"type": stored["type"], "data": {"content": cube.text, **stored["data"]}}])
    revised = cube.version > 1 and text_of(message) != cube.text
    return message.model_copy(update={"content": cube.text}) if revised else message


def _type_of(message: BaseMessage) -> tuple[str, str]:
    return next((names for base, names in _TYPES.items() if isinstance(message, base)), ("chat", ""))


def _moment(message: BaseMessage) -> datetime | None:
    stated = message.additional_kwargs.get("at", message.additional_kwargs.get("timestamp"))
    try:
        moment = datetime.fromisoformat(stated) if isinstance(stated, str) else stated
    except ValueError:
        moment = None
    if isinstance(moment, datetime) and moment.utcoffset() is not None:
        return moment
    if stated is not None:
        logger.warning("message %s: %r is no moment with a time zone; its event time is now", message.id, stated)
    return None


def _plain_fields(message: BaseMessage) -> dict[str, Any]:
    lost: list[str] = []
    data = {name: _plain(value, lost, _DEEPEST) for name, value in message if name not in {"type", *_STREAMING}}
    if _type_of(message) == ("chat", ""):
        data.setdefault("role", message.type)
    if lost:
        logger.warning("message %s: kept as text, for JSON cannot hold it: %s", data["id"], ", ".join(lost))
    return data


def _plain(value: Any, lost: list[str], depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if (isinstance(value, int) and abs(value) < _INT64) or (isinstance(value, float) and math.isfinite(value)):
        return value
    if isinstance(value, str):
        return _storable(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, BaseModel | Mapping) and depth:
        return {_storable(str(key)): _plain(item, lost, depth - 1) for key, item in dict(value).items()}
    if isinstance(value, list | tuple) and depth:
        return [_plain(item, lost, depth - 1) for item in value]
    lost.append(type(value).__name__)
    return _storable(str(value))


def _storable(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()
