"""What a caller asks to be remembered, before it has an id."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from memos_core.domain.cube import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One utterance, note or document."""

    text: str
    """Verbatim; at least one visible character, at most ``MAX_TEXT_CHARS``."""
    speaker: str = ""
    """Name of who said it."""
    role: str = ""
    """``user``, ``assistant``, ``system``, ``tool``, or empty."""
    session: str = ""
    """The conversation that it belongs to."""
    at: datetime | None = None
    """Event time, aware; ``None`` means now."""
    kind: str = "turn"
    """``turn`` for something said, ``note`` for something written down."""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    """The caller's own fields, values as JSON holds them."""
    source: str = ""
    """Where it came from: a message id, a file."""
    key: str = ""
    """Idempotency key; a second delivery under the same key in the same vault stores nothing."""


MAX_TEXT_CHARS = 16 * 1024 * 1024
"""The longest text of one turn, in characters."""
