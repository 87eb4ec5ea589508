"""Texts that a store can keep."""

import json
import unicodedata
from collections.abc import Mapping
from typing import Any


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
        f"{name}: {field if isinstance(field, str) else json.dumps(field, ensure_ascii=False)}"
        for name, field in value.items()
    )
