"""Reads what a model replied: the JSON in it, repaired where it was cut off, checked against a schema."""

import json
from collections.abc import Mapping
from typing import Any

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


_MOST_OPENINGS = 8
"""Braces at which an object is looked for: prose may hold some."""
_DEPTH = 2
"""Of the brackets in which a part may be cut off: the items of the object's lists are whole or not there."""


class Unfit(Exception):
    """What was replied cannot be used; says why, so that the model can be told."""


def found_object(text: str) -> tuple[dict[str, Any], bool]:
    """The JSON object in a reply, whatever stands around it; and whether it was cut off and closed here.

    Of an object that was cut off, its complete fields and the complete items of its lists are kept.

    Raises:
        Unfit: there is none.
    """
    decoder = json.JSONDecoder()
    start = text.find("{")
    for _ in range(_MOST_OPENINGS):
        if start < 0:
            break
        try:
            value, _ = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            value = _closed(text[start:])
            if value is not None:
                return value, True
            if text[start + 1 :].lstrip().startswith('"'):
                break  # it is an object, and what stands in it are only its parts
        else:
            if isinstance(value, dict):
                return value, False
        start = text.find("{", start + 1)
    raise Unfit("the reply holds no JSON object; reply with one JSON object and nothing else")


def _closed(text: str) -> dict[str, Any] | None:
    """The beginning of an object up to its last complete part, closed."""
    for stop, closing in reversed(_ends(text)):
        try:
            value = json.loads(text[:stop] + closing)
        except (ValueError, RecursionError):
            continue
        return value if isinstance(value, dict) and value else None
    return None


def _ends(text: str, most: int = 64) -> list[tuple[int, str]]:
    """Where a part of the JSON is complete, and the brackets that are open there; the last ``most`` places."""
    ends: list[tuple[int, str]] = []
    opened: list[str] = []
    quoted = escaped = False
    for place, char in enumerate(text):
        if quoted:
            quoted = escaped or char != '"'
            escaped = char == "\\" and not escaped
        elif char == '"':
            quoted = True
        elif char in "{[":
            opened.append("}" if char == "{" else "]")
        elif char in "}]":
            if not opened or opened.pop() != char:
                break
            if len(opened) <= _DEPTH:
                ends.append((place + 1, "".join(reversed(opened))))
            if not opened:
                break
        elif char == "," and len(opened) <= _DEPTH:
            ends.append((place, "".join(reversed(opened))))
    return ends[-most:]


def sifted(value: Any, schema: Mapping[str, Any]) -> tuple[Any, list[str]]:
    """The value without the list items that the schema does not allow, and what was wrong with those.

    A small part of JSON Schema: ``type``, ``enum``, ``properties``, ``required``, ``items``, ``minItems``,
    ``minProperties``, ``minLength``, ``maxLength``, ``minimum``, ``maximum``; and ``strict`` for a list whose items
    must all fit. Fields that it does not name are left out.

    Raises:
        Unfit: something outside of any list is not as the schema says.
    """
    complaints: list[str] = []
    return _sift(value, schema, "", complaints), complaints


def _sift(value: Any, schema: Mapping[str, Any], path: str, complaints: list[str]) -> Any:
    where = path or "the reply"
    if "enum" in schema and value not in schema["enum"]:
        raise Unfit(f"{where} must be one of {', '.join(schema['enum'])}")
    if "type" in schema and not _is_typed(value, schema["type"]):
        raise Unfit(f"{where} must be of type {schema['type']}")
    if isinstance(value, str):
        return _string(value, schema, where)
    if isinstance(value, int | float) and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        raise Unfit(f"{where} is out of bounds")
    if isinstance(value, list):
        return _list(value, schema, path, complaints)
    if isinstance(value, dict):
        return _object(value, schema, path, complaints)
    return value


def _is_typed(value: Any, named: str | list[str]) -> bool:
    names = [named] if isinstance(named, str) else named
    if isinstance(value, bool):
        return "boolean" in names
    return any(isinstance(value, _TYPES[name]) for name in names)


def _string(value: str, schema: Mapping[str, Any], where: str) -> str:
    flat = value.strip()
    if len(flat) < schema.get("minLength", 0):
        raise Unfit(f"{where} is empty or too short")
    if len(flat) > schema.get("maxLength", len(flat)):
        raise Unfit(f"{where} is longer than {schema['maxLength']} characters")
    return value


def _list(value: list[Any], schema: Mapping[str, Any], path: str, complaints: list[str]) -> list[Any]:
    kept = []
    for place, item in enumerate(value):
        try:
            kept.append(_sift(item, schema.get("items", {}), f"{path}[{place}]", complaints))
        except Unfit as complaint:
            if schema.get("strict"):
                raise
            complaints.append(str(complaint))
    if len(kept) < schema.get("minItems", 0):
        raise Unfit(f"{path or 'the reply'} must have at least {schema['minItems']} usable item(s)")
    return kept


def _object(value: dict[str, Any], schema: Mapping[str, Any], path: str, complaints: list[str]) -> dict[str, Any]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    for name in schema.get("required", ()):
        if name not in value:
            raise Unfit(f"{path or 'the reply'} lacks {name!r}")
    kept = {
        name: _sift(value[name], field, f"{path}.{name}" if path else name, complaints)
        for name, field in properties.items()
        if name in value
    }
    if len(kept) < schema.get("minProperties", 0):
        raise Unfit(f"{path or 'the reply'} has none of the fields {', '.join(properties)}")
    return kept
