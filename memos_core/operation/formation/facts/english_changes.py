"""English changes that name the old value and not its slot: "swapped the Trek for a Canyon", "moved from Vim to Zed".

The ledger knows where the old value stands (see ``consolidation.replacing``).
"""

import re
from collections.abc import Iterator

from memos_core.domain.engram import Modality, Polarity
from memos_core.domain.slots import REPLACED
from memos_core.operation.formation.facts.english_scenes import is_tale, is_told_of_another
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import PRESUMED, SELF, Reading
from memos_core.operation.formation.facts.stance import stance_of

_LEADS = r"(?:(?:the|my|our|an?|old|trusty|beloved|poor|new|some|his|her)\s+)*"
_ENDING = r"(?=\s*(?:[.,;!?]|$|\s-|\s(?:last|this|yesterday|today|because|since|and|so|but|now|instead|in|on|after)\b))"
_CHANGED = (
    (
        ("traded", "swapped", "exchanged", "replaced", "ditched", "dropped"),
        re.compile(
            rf"\b(?:traded|swapped|exchanged|replaced|ditched|dropped)\s+(?:in\s+|out\s+)?{_LEADS}"
            rf"(?P<old>[\w][\w -]{{1,30}}?)\s+(?:in\s+)?(?:for|with)\s+{_LEADS}(?P<new>[\w][\w -]{{1,30}}?){_ENDING}",
            re.IGNORECASE,
        ),
    ),
    (
        (" from ",),
        re.compile(
            r"\b(?:switched|moved|upgraded|downgraded|changed|converted|transferred|migrated)\s+"
            rf"(?:\w+\s+)??(?:over\s+)?from\s+{_LEADS}(?P<old>[\w][\w -]{{1,30}}?)\s+(?:over\s+)?(?:on)?to\s+"
            rf"{_LEADS}(?P<new>[\w][\w -]{{1,30}}?){_ENDING}",
            re.IGNORECASE,
        ),
    ),
    (
        (" to ",),
        re.compile(
            r"\bswitched\s+(?:over\s+)?to\s+"
            rf"{_LEADS}(?P<new>[\w][\w -]{{1,30}}?)\s+(?:from|instead of|after)\s+"
            rf"{_LEADS}(?P<old>[\w][\w -]{{1,30}}?){_ENDING}",
            re.IGNORECASE,
        ),
    ),
)
"""Words of which one must be there, and the change."""
_NOT = re.compile(
    r"\b(?:[Hh]er|[Hh]is|[Ii]ts|[Tt]heir) name(?:'s| is)\s+(?P<new>[A-Z][\w-]+),?\s+(?:and\s+)?not\s+"
    r"(?P<old>[A-Z][\w-]+)\b"
)
_LONGEST = 1500


def changes(page: Page) -> Iterator[Reading]:
    """The old and the new value of every change that the speaker tells."""
    text = page.shown
    if len(text) > _LONGEST:
        return
    for found in _NOT.finditer(text) if " not " in text else ():
        yield from replaced(found["old"], found["new"], found.span(), Modality.CORRECTING)
    for cues, pattern in _CHANGED:
        if not any(one in text for one in cues):
            continue
        for found in pattern.finditer(text):
            clause = next((one for one in page.clauses if one.start <= found.start() < one.stop), None)
            if clause is None or clause.asked or is_tale(page, clause):
                continue
            before = text[clause.start : found.start()]
            if is_told_of_another(before) or stance_of(page).modality(clause, before) is not Modality.ASSERTED:
                continue
            if found["old"].islower() and (" " in found["old"] or " " in found["new"]):
                continue  # "contacts for a few of them": no value of a slot, as far as one can tell
            yield from replaced(found["old"], found["new"], (clause.start, found.end()), Modality.ASSERTED)


def replaced(old: str, new: str, span: tuple[int, int], modality: Modality) -> Iterator[Reading]:
    """The two readings of a change, or of a correction.

    Args:
        old: The value that holds no longer, or never did.
        new: The value in its place.
        span: Where it is said.
        modality: ``CORRECTING`` where the old value never held.
    """
    over = Polarity.NEGATED if modality is Modality.CORRECTING else Polarity.ENDED
    for value, polarity in ((old, over), (new, Polarity.AFFIRMED)):
        yield Reading(
            person=SELF,
            slot=REPLACED,
            value=value.strip(" .,"),
            start=span[0],
            stop=span[1],
            polarity=polarity,
            modality=modality,
            event=True,
            confidence=1.0 if modality is Modality.CORRECTING else PRESUMED + 0.4,
        )
