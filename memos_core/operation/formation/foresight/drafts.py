"""What the language rules hand to the one place that makes foresight of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from memos_core.domain.engram import Evidence, ForesightKind
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.lexicon import Group
from memos_core.operation.formation.foresight.times import Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Something that a clause says of the time to come."""

    kind: ForesightKind
    clause: Clause
    times: Sequence[Time]
    topic: str = ""
    """Canonical words of a lexicon entry, besides those of the clause."""
    days: int | None = None
    """Its usual length, when the text gives none."""
    group: Group | None = None
    confidence: float
    linked: bool = False
    """Holds as long as what the message says beside it: "... so I can't drink"."""
    leans: bool = False
    """Counts only beside something of the body: "he isn't allowed grapefruit", said with a course of medicine."""
    rests_on: Evidence | None = None
    """Where the state stands that a linked restriction has its interval from."""
    begins_later: bool = False
    """Its words say that it is yet to begin, should its times not."""
    moved: bool = False
    """Put off or brought forward to its date."""
    due: bool = False
    """Owed from the moment it is said."""
    subject_of: Clause | None = None
    """The clause before it, whose subject it has: "My folks are up, staying with us until Sunday"."""
