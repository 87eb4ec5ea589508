"""English: what holds until something happens of which nobody says the day: "swimming's banned until they dissolve"."""

import re

from memos_core.operation.formation.foresight import english_cues as cues
from memos_core.operation.formation.foresight.clauses import Clause

DAYS = 14
"""How long such a thing, and what a doctor orders, is taken to last."""
_EVENT = re.compile(
    r" (?:until|till?|'til) (?!then\b|now\b|recently|death|forever|~|my (?:last|dying)|the end\b|the cows)"
    r"(?:further notice|who knows when|(?:i|we|he|she|they|it|the|my|our|his|her|their|someone|somebody|[a-z']{3,})\b"
    r"(?!.*\b(?:was|were|did|had|came|went|told|said|met|got|found|realised|realized|saw|started|became)\b).{3,})"
)
_AWAITS = re.compile(
    r"\b(?:wait\w*|count\w*|never|happy|rest|know|knew|sure|sleep|slept|cook|bake|stir|simmer|mix|leave (?:it|them)"
    r"|until"
    r" you)\b"
)
_NOW = re.compile(
    r"\b(?:i'm|we're|i am|we are|he's|she's|they're)\b(?! (?:going to|not going|gonna))|\b(?:my|our|his"
    r"|her) [a-z' -]{2,24}"
    r"(?:'s| is| are)\b|\b(?:is|are|'s) (?:staying|living|with (?:us|me))\b"
)


def until_event(clause: Clause) -> bool:
    """Whether a clause says that something holds now and until an event without a date."""
    match = _EVENT.search(clause.bare)
    return match is not None and _AWAITS.search(clause.bare[: match.start()]) is None


def holds_now(clause: Clause) -> bool:
    """Whether what stands before that event goes on now."""
    before = clause.bare.split(" until ")[0].split(" till ")[0].split(" til ")[0]
    if _NOW.search(before) is None:
        return False
    return cues.PROGRESSIVE.search(before) is not None or cues.HERE.search(before) is not None
