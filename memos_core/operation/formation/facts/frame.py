"""What a frame is: the words after a verb, and what they fill."""

import re
from dataclasses import dataclass
from typing import TypeAlias

EVENT = "event"
"""A change: told in the past it holds now, in the present it lies ahead."""
STATE = "state"
"""Told in the past it holds no longer."""
TIMELESS = "timeless"
"""Holds whatever the tense."""

DEGREE = (
    r"(?:\s+(?:really|so|very|pretty|quite|super|totally|absolutely|completely|also|still|now|just|always|such|mad|dead|well|proper"
    r"|big|huge|a|an|the|more|too|truly|kind of|a bit|[a-z]{3,}ly))*"
)
"""Adverbs and articles between ``be`` and what somebody is, as a pattern."""

FrameRow: TypeAlias = tuple[str, str, str] | tuple[str, str, str, tuple[tuple[str, str], ...]]
"""Verbs, pattern, kind and, where the frame itself says some, slots with their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What follows a verb."""

    pattern: re.Pattern[str]
    kind: str = STATE
    sets: tuple[tuple[str, str], ...] = ()
    """Slots with their values; ``*`` for any value, which only ends."""
