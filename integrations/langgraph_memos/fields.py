"""Fields by name, for filters."""

from collections.abc import Mapping
from typing import Any


def field(value: Mapping[str, Any], name: str) -> Any:
    """The field of that name or, as in LangGraph's stores for SQLite, at that path (``"user.name"``); else ``None``."""
    if name in value or "." not in name:
        return value.get(name)
    found: Any = value
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found
