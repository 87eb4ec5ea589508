"""Types of what callers hand to ``remember``."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypedDict

from memos_core.domain.cube import Json
from memos_core.domain.turn import Turn


class Message(Protocol):
    """A chat message of LangChain or LlamaIndex; both have more than this."""

    @property
    def content(self) -> Any:
        """What was said: text, or a list of parts."""


Content: TypeAlias = str | Turn | Mapping[str, Any] | Message
"""What can be remembered."""


class Details(TypedDict, total=False):
    """The keywords of ``Vault.remember``."""

    speaker: str
    role: str
    session: str
    at: datetime | None
    kind: str
    metadata: Mapping[str, Json] | None
    source: str
    reason: str
    idempotency_key: str
