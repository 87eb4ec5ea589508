"""Times as people type them in a hurry: "this wkend", "nxt fri", "2moro"."""

import re
from collections.abc import Iterator
from datetime import datetime, tzinfo

from memos_core.operation.formation.foresight.roles import Time, role_of
from memos_core.operation.formation.temporal import resolve

_WORDS = {
    **dict.fromkeys(("tmr", "tmro", "tomoz", "2moro", "2morrow", "2mrw"), "tomorrow"),
    **dict.fromkeys(("wkend", "wknd", "weeknd", "w/e"), "weekend"),
    "2nite": "tonight",
    "nxt": "next",
    "wk": "week",
    "mth": "month",
    "arvo": "afternoon",
    **{day[:3]: day for day in ("monday", "friday", "saturday", "sunday")},
    **dict.fromkeys(("tue", "tues"), "tuesday"),
    **dict.fromkeys(("wed", "weds"), "wednesday"),
    **dict.fromkeys(("thu", "thur", "thurs"), "thursday"),
}
_DAY = r"(?:mon|tues?|weds?|thur?s?|fri|sat|sun)(?:day)?"
_TYPED = re.compile(
    r"\b(?:(?:tmr|tmro|tomoz|2moro|2morrow|2mrw|2nite)(?: (?:morning|afternoon|arvo|evening|night))?"
    r"|(?:this|next|nxt|coming) (?:wkend|wknd|weeknd|w/e|wk|mth)"
    rf"|(?:the |at )?(?:wkend|wknd|weeknd)|nxt (?:week|weekend|month|{_DAY})|this arvo)\b(?!')"
)


_SIGNS = ("tmr", "tomoz", "2moro", "2morrow", "2mrw", "2nite", "wk", "weeknd", "w/e", "nxt", "mth", "arvo")
"""Without one of these there is none."""


def typed_in_haste(low: str) -> bool:
    """Whether a text in lower case holds such a time."""
    return any(map(low.__contains__, _SIGNS)) and _TYPED.search(low) is not None


def typed(low: str, at: datetime, zone: tzinfo) -> Iterator[Time]:
    """The times of a text that are spelt in haste.

    Args:
        low: In lower case.
        at: When it was said.
        zone: The speaker's.
    """
    if not any(map(low.__contains__, _SIGNS)):
        return
    for match in _TYPED.finditer(low):
        spelt = " ".join(_WORDS.get(word, word) for word in match.group().split())
        found = resolve(f"will {spelt}", at, zone)
        if len(found) != 1 or found[0].end <= at:
            continue
        yield Time(
            start=match.start(),
            stop=match.end(),
            role=role_of(low, match.start(), match.end()),
            begin=found[0].start,
            end=found[0].end,
            granularity=found[0].granularity,
            label=found[0].label,
        )
