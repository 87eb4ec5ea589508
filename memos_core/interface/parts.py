"""The text of a message whose content is a list of parts."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from memos_core.errors import InvalidInput

_MEDIA = {
    "image": "image",
    "image_url": "image",
    "image_file": "image",
    "input_image": "image",
    "audio": "audio",
    "input_audio": "audio",
    "video": "video",
    "video_url": "video",
    "file": "file",
    "input_file": "file",
    "document": "file",
}
_UNSAID = frozenset({"reasoning", "thinking", "redacted_thinking", "tool_call", "tool_use", "function_call"})
_CALLS = frozenset({"tool_call", "tool_use", "function_call"})
_ALT_TEXTS = ("alt", "alt_text", "caption", "description", "title", "transcript", "filename", "name")


def many(content: object) -> bool:
    """Whether ``content`` is a sequence of contents rather than one."""
    return isinstance(content, Sequence | Iterator) and not isinstance(content, str | bytes | bytearray | memoryview)


def said_of(content: object, calls: object, *, between: str) -> object:
    """The text of a message's content; its tool calls where there is no other text."""
    if content is None or isinstance(content, str):
        parts, text = [], content or ""
    elif many(content) and isinstance(content, Iterable):
        parts = list(content)
        text = _rendered(parts, between)
    else:
        return content  # for the reader to refuse by its type
    if text.strip():
        return text
    calls = calls or [part for part in parts if (field_of(part, "type") or field_of(part, "block_type")) in _CALLS]
    if not calls:
        return text
    listed = calls if isinstance(calls, Sequence) and not isinstance(calls, str) else [calls]
    return f"[calls {', '.join(map(_call, listed))}]"


def _rendered(content: str | Sequence[object] | None, between: str, *, inside: bool = False) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    pieces = [piece for i, part in enumerate(content) if (piece := _part(part, i, inside=inside))[0]]
    groups = groupby(pieces, key=lambda piece: piece[1])
    return "\n".join((between if prose else "\n").join(text for text, _ in group) for prose, group in groups)


def _part(part: object, i: int, *, inside: bool) -> tuple[str, bool]:
    """What part ``i`` of a content says, and whether that is prose rather than a mark."""
    if isinstance(part, str):
        return part, True
    kind = field_of(part, "type") or field_of(part, "block_type")
    text = field_of(part, "text")
    if not isinstance(kind, str):
        raise InvalidInput(
            f"part {i} of the content is a {type_of(part)}; pass a str or {{'type': 'text', 'text': ...}}"
        )
    if kind in _UNSAID:
        return "", False
    if kind in _MEDIA:
        alt = _alt_text(part, kind)
        return (f"[{_MEDIA[kind]}: {alt}]" if alt else f"[{_MEDIA[kind]}]"), False
    if kind == "tool_result" and not inside:
        result = field_of(part, "content")
        return (_rendered(result, "\n", inside=True) if isinstance(result, str | Sequence) else ""), True
    if isinstance(text, Mapping):
        text = text.get("value")
    if kind == "refusal":
        text = field_of(part, "refusal")
    return (text, True) if isinstance(text, str) else (f"[{kind}]", False)


def _alt_text(part: object, kind: str) -> str:
    for place in (part, field_of(part, kind)):
        for name in _ALT_TEXTS:
            if isinstance(alt := field_of(place, name), str) and alt.strip():
                return alt.strip()
    return ""


def _call(call: object) -> str:
    """A tool call as it would be written: ``search(query='x')``."""
    inner = field_of(call, "function") or call
    name = field_of(inner, "name") or field_of(inner, "tool_name")
    given = next(
        (found for field in ("args", "arguments", "tool_kwargs", "input") if (found := field_of(inner, field))), {}
    )
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except (ValueError, RecursionError):
            return f"{name}({given})"
    if isinstance(given, Mapping):
        return f"{name}({', '.join(f'{field}={value!r}' for field, value in given.items())})"
    return f"{name}({given!r})"


def field_of(part: object, name: str) -> object:
    """A field of a mapping or an attribute of an object; ``None`` where there is none."""
    return part.get(name) if isinstance(part, Mapping) else getattr(part, name, None)


def type_of(value: object) -> str:
    """The name of a value's type, for messages."""
    return type(value).__name__
