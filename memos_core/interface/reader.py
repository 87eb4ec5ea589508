"""MemReader: whatever a caller or a host framework calls a message becomes a validated ``Turn``.

Accepted are a ``str``, a ``Turn``, a mapping in the style of chat completions (``{"role": ..., "content": ...}``), and
messages of LangChain and LlamaIndex, which are known by their attributes: no framework is imported. What is not text
leaves a mark (``[image: a red car]``), reasoning is left out, and a message that only calls tools says so.
No error repeats the text that was to be remembered.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import TypedDict, Unpack

from memos_core.domain.cube import Json, MemCube
from memos_core.domain.moment import to_utc
from memos_core.domain.record import Draft
from memos_core.domain.turn import MAX_TEXT_CHARS, Turn
from memos_core.errors import InvalidInput, InvalidText, NaiveDatetime
from memos_core.interface.parts import field_of, many, said_of, type_of
from memos_core.operation.formation.passages import drafts

__all__ = ["ACCEPTED", "Defaults", "check_name", "check_text", "many", "read", "read_one", "redraft"]

ACCEPTED = "a str, a Turn, a mapping with 'content', or a message of LangChain or LlamaIndex"

_ROLES = {
    "human": "user",
    "ai": "assistant",
    "chatbot": "assistant",
    "model": "assistant",
    "function": "tool",
    "developer": "system",
}
_VISIBLE = re.compile(r"[^\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe0e\ufe0f\ufeff]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_DEEPEST = 64
_NO_METADATA: Mapping[str, Json] = {}


class Defaults(TypedDict, total=False):
    """What holds where the content itself does not say. Metadata is merged, the content's own fields on top."""

    speaker: str
    role: str
    session: str
    at: datetime | None
    kind: str
    metadata: Mapping[str, Json] | None
    source: str
    key: str


def read(content: object, /, **defaults: Unpack[Defaults]) -> list[Turn]:
    """Read one content, or each of a sequence.

    Args:
        content: Anything that ``read_one`` accepts, or a sequence or iterator of these.
        **defaults: The fields of ``Defaults``. Under the ``key`` k, item i of a sequence gets the key ``k#i``.

    Raises:
        InvalidInput: As ``read_one`` does; for a sequence the message begins with the number of the item.
    """
    if not many(content) or not isinstance(content, Iterable):
        return [read_one(content, **defaults)]
    key = _name(defaults.get("key"), "idempotency_key")
    turns = []
    for i, item in enumerate(content):
        if key:
            defaults["key"] = f"{key}#{i}"
        try:
            turns.append(read_one(item, **defaults))
        except InvalidInput as error:
            raise type(error)(f"item {i}: {error}") from error
    return turns


def read_one(content: object, /, **defaults: Unpack[Defaults]) -> Turn:
    """Read one content.

    A turn is of the kind ``turn`` if it is a message or has a speaker, a role or a session, otherwise ``note``.

    Args:
        content: A ``str``, a ``Turn``, a mapping, a LangChain or LlamaIndex message. A mapping may hold ``role``;
            ``content`` (or ``text``) as a string or a list of parts; ``name`` (or ``speaker``); ``timestamp`` (or
            ``at``, ``created_at``) as an aware datetime, ISO 8601 with an offset, or epoch seconds; ``session``;
            ``metadata``; ``kind``; ``source`` (or ``id``); ``tool_calls``; ``key`` (or ``idempotency_key``).
        **defaults: The fields of ``Defaults``.

    Raises:
        InvalidText: The text has nothing visible, is too long, or holds NUL or a lone surrogate.
        NaiveDatetime: A time without an offset.
        InvalidInput: A content or a field of another type than accepted, or metadata that JSON cannot hold.
    """
    if unknown := defaults.keys() - Defaults.__annotations__.keys():
        raise TypeError(f"read_one() got unexpected arguments {sorted(unknown)}")
    own = _fields(content)
    said = not isinstance(content, str)

    def name(field: str, what: str = "") -> str:
        return _name(own.get(field), what or field) or _name(defaults.get(field), what or field)

    speaker, session = name("speaker"), name("session")
    role = _role(name("role"))
    return Turn(
        text=check_text(own.get("text")),
        speaker=speaker,
        role=role,
        session=session,
        at=_moment(own.get("at")) or _moment(defaults.get("at")),
        kind=name("kind") or ("turn" if said or speaker or role or session else "note"),
        metadata=_metadata(defaults.get("metadata")) | _metadata(own.get("metadata")),
        source=name("source"),
        key=name("key", "idempotency_key"),
    )


# ── what a content says of itself ───────────────────────────────────────────────────────────────


def _fields(content: object) -> dict[str, object]:
    """The raw fields of a content, by the names of ``Turn``; not yet validated."""
    if isinstance(content, str):
        return {"text": content}
    if isinstance(content, Turn):
        own = {field: getattr(content, field) for field in Defaults.__annotations__}
        # "turn" is what Turn says when it was not told: the caller's kind goes before it.
        return own | {"text": content.text, "kind": "" if content.kind == "turn" else content.kind}
    if isinstance(content, Mapping):
        return _mapping_fields(content)
    if isinstance(getattr(content, "type", None), str) and hasattr(content, "content"):
        return _langchain_fields(content)
    if hasattr(content, "role") and (hasattr(content, "blocks") or hasattr(content, "content")):
        return _llama_index_fields(content)
    cure = "; decode it to str first" if isinstance(content, bytes | bytearray | memoryview) else ""
    raise InvalidInput(f"cannot remember a {type_of(content)}; pass {ACCEPTED}{cure}")


def _mapping_fields(message: Mapping[str, object]) -> dict[str, object]:
    if message.keys().isdisjoint({"content", "text", "tool_calls", "function_call"}):
        raise InvalidInput("a mapping without 'content' cannot be remembered; pass {'role': ..., 'content': ...}")
    content = _first(message, "content", "text")
    calls = message.get("tool_calls") or message.get("function_call")
    return {
        "text": said_of(content, calls, between="\n"),
        "speaker": _first(message, "speaker", "name"),
        "role": message.get("role"),
        "session": message.get("session"),
        "at": _first(message, "at", "timestamp", "created_at"),
        "kind": message.get("kind"),
        "metadata": message.get("metadata"),
        "source": _first(message, "source", "id"),
        "key": _first(message, "key", "idempotency_key"),
    }


def _langchain_fields(message: object) -> dict[str, object]:
    kind = str(field_of(message, "type"))
    kind = kind.removesuffix("MessageChunk").lower()
    role = field_of(message, "role") if kind == "chat" else kind
    return {
        # The blocks of a LangChain message are stretches of one text.
        "text": said_of(field_of(message, "content"), field_of(message, "tool_calls"), between=""),
        "speaker": field_of(message, "name"),
        "role": role,
        "source": field_of(message, "id"),
    }


def _llama_index_fields(message: object) -> dict[str, object]:
    extra = field_of(message, "additional_kwargs")
    blocks = field_of(message, "blocks")
    content = field_of(message, "content") if blocks is None else blocks
    return {
        "text": said_of(content, field_of(extra, "tool_calls"), between="\n"),
        "speaker": field_of(extra, "name"),
        "role": field_of(message, "role"),
    }


def _first(message: Mapping[str, object], *names: str) -> object:
    return next((message[name] for name in names if message.get(name) is not None), None)


# ── validation ──────────────────────────────────────────────────────────────────────────────────


def check_text(text: object, what: str = "text") -> str:
    """Return ``text`` as it is, if a store can keep it and a reader can see it. ``what`` names it in the message.

    Raises:
        InvalidInput: Not a ``str``.
        InvalidText: Nothing visible, too long, NUL, or a lone surrogate.
    """
    if not isinstance(text, str):
        raise InvalidInput(f"the {what} must be a str, not {type_of(text)}")
    if len(text) > MAX_TEXT_CHARS:
        raise InvalidText(f"the {what} has {len(text)} characters, more than the {MAX_TEXT_CHARS} allowed; split it")
    if flaw := _flaw(text):
        raise InvalidText(f"the {what} holds {flaw}; remove it")
    if not _VISIBLE.search(text):
        raise InvalidText(f"the {what} is empty: it has no visible character")
    return text


def check_name(name: object, what: str) -> str:
    """Return ``name`` as it is, if it can name something. ``what`` says in the message what it was to name.

    Raises:
        InvalidInput: Not a ``str``, nothing visible, NUL, or a lone surrogate.
    """
    if name is None or not _VISIBLE.search(checked := _name(name, what)):
        raise InvalidInput(f"{what} must be a str with a visible character, not {name!r}")
    return checked


def _flaw(text: str) -> str:
    """What a store cannot keep in ``text``, and where."""
    if (place := text.find("\0")) >= 0:
        return f"NUL (U+0000) at character {place}"
    if not text.isascii() and (found := _SURROGATE.search(text)):
        return f"a lone surrogate (U+{ord(found[0]):04X}) at character {found.start()}"
    return ""


def _name(value: object, what: str) -> str:
    if isinstance(value, Enum):
        value = value.value
    if value is None:
        return ""
    if not isinstance(value, str):
        raise InvalidInput(f"{what} must be a str, not {type_of(value)}")
    if flaw := _flaw(value):
        raise InvalidInput(f"{what} holds {flaw}; remove it")
    return value


def _role(role: str) -> str:
    lower = role.lower()
    return _ROLES.get(lower, lower)


def _moment(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, str):
            value = datetime.fromisoformat(value.strip())
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = datetime.fromtimestamp(value, UTC)
        if isinstance(value, datetime):
            return to_utc(value, "at")
    except NaiveDatetime:
        raise
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidInput(
            f"at={str(value)[:40]!r} is no moment; pass an aware datetime, ISO 8601 with an offset, or epoch seconds"
        ) from error
    raise InvalidInput(f"at must be a datetime, an ISO 8601 str or epoch seconds, not {type_of(value)}")


def _metadata(value: object) -> dict[str, Json]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InvalidInput(f"metadata must be a mapping, not {type_of(value)}")
    return _json_object(value, "metadata", 0)


def _json_object(value: Mapping[object, object], path: str, depth: int) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, item in value.items():
        if not isinstance(key, str):
            raise InvalidInput(f"{path} has a key of type {type_of(key)}; JSON needs str")
        found[_name(key, f"a key of {path}")] = _json(item, f"{path}[{key[:80]!r}]", depth + 1)
    return found


def _json(value: object, path: str, depth: int) -> Json:
    """A copy of ``value`` made of what JSON holds."""
    if depth > _DEEPEST:
        raise InvalidInput(f"{path[:200]} is nested deeper than {_DEEPEST} levels")
    if isinstance(value, int) and value.bit_length() > 63:
        raise InvalidInput(f"{path} is an integer of more than 64 bits; pass it as a str")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidInput(f"{path} is {value}, which JSON cannot hold")
        return float(value)
    if isinstance(value, str):
        return _name(value, path)
    if isinstance(value, list | tuple):
        return [_json(item, f"{path}[{i}]", depth + 1) for i, item in enumerate(value)]
    if isinstance(value, Mapping):
        return _json_object(value, path, depth)
    raise InvalidInput(f"{path} is a {type_of(value)}, which JSON cannot hold")


def redraft(cube: MemCube, text: str, metadata: Mapping[str, Json]) -> Draft:
    """Another text for a cube, ready to be written; who said it, where and when stay.

    Raises:
        InvalidText, InvalidInput: see ``read_one``.
    """
    header = cube.header
    turn = Turn(
        text=text,
        speaker=header.speaker,
        role=header.role,
        session=header.session,
        at=header.occurred_at,
        kind=header.kind,
        metadata=metadata,
        source=header.provenance.source,
    )
    return drafts([read_one(turn)], header.occurred_at)[0]
