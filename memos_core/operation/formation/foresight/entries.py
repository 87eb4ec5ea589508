"""What an entry of the lexicon of temporary things says."""

from dataclasses import dataclass
from enum import Enum, auto

from memos_core.domain.engram import ForesightKind

ALWAYS = -1
"""Days of what has no end: an allergy."""
STATE, CONSTRAINT = ForesightKind.STATE, ForesightKind.CONSTRAINT


class Group(Enum):
    """Sorts of temporary things: each has its own ways of ending."""

    ILLNESS = auto()
    INJURY = auto()
    TREATMENT = auto()
    ABSENCE = auto()
    """Away from home or from work."""
    DUTY = auto()
    DIET = auto()
    MONEY = auto()
    HOME = auto()
    """A thing that is broken or away, guests, building works."""
    OTHER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One sort of temporary thing."""

    pattern: str
    topic: str
    """What later messages call it, besides the words that matched."""
    kind: ForesightKind
    days: int | None
    """How long it usually lasts; ``None`` when it counts only with a stated end."""
    group: Group
    onset: bool = False
    """Said in the past tense it still holds: "I broke my arm"."""
