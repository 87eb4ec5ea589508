"""Names of relations and the slots that hold them."""

import re
from collections.abc import Iterator

from memos_core.operation.formation.facts.lexicon import FRIENDS, KIN, OTHERS, PARTNERS
from memos_core.operation.formation.facts.reading import Found
from memos_core.operation.formation.facts.values import names


def named_kin(word: str, said: str) -> Iterator[Found]:
    """What the names of somebody's relations fill."""
    kin = word.lower()
    if not (kin in KIN or kin in PARTNERS or kin in FRIENDS or kin in OTHERS):
        return
    if not re.match(r"\s*[A-Z]", said):
        return
    for name in names(said):
        yield Found(slot=kin_slot(kin), value=name)


def kin_slot(kin: str) -> str:
    """The slot that holds the name of a relation."""
    if kin in PARTNERS:
        return "partner"
    if kin in FRIENDS:
        return "friend"
    return f"relative.{KIN[kin]}" if kin in KIN else f"attribute.{kin}"
