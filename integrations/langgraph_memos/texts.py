"""Texts that a store can keep."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import date, time
from enum import Enum
from typing import Any
from uuid import UUID

from pydantic import BaseModel


def storable(text: str) -> str:
    """The text without characters that no store can keep."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def said(text: str) -> str:
    """What of a text can be stored; empty when nothing of it is visible."""
    text = storable(text)
    return text if any(unicodedata.category(char)[0] in "LNPS" for char in text) else ""


def readable(value: Mapping[str, Any]) -> str:
    """A whole item as text, a line for each of its fields."""
    return "\n".join(
        f"{name}: {field if isinstance(field, str) else json.dumps(field, ensure_ascii=False, default=jsonable)}"
        for name, field in value.items()
    )


def jsonable(value: object) -> object:
    """What JSON can hold instead of a value that it cannot.

    Raises:
        TypeError: there is nothing.
    """
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, set | frozenset):
        return list(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"an item cannot hold a {type(value).__name__}: {value!r:.80}")
