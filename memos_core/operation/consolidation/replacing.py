"""Corrections and changes that name the old value and not its slot: "4417, not 4471", "swapped the Trek for a Canyon".

What was said in an earlier session is not before the rules that read a message, but it is in the ledger: the old value
says which slot, and whose, the new one belongs to.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from memos_core.domain.engram import Fact, Modality, Polarity
from memos_core.domain.slots import REPLACED, SAID
from memos_core.operation.consolidation.rows import normal

_APART = frozenset((REPLACED, SAID, "instruction", "goal", "habit"))
_SHORTEST = 2


def placed(facts: Sequence[Fact]) -> list[Fact]:
    """The facts with the replacements in the slots of what they replace; those that replace nothing are left out.

    Args:
        facts: In the order of their saying.
    """
    pairs: dict[object, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.predicate == REPLACED:
            pairs[fact.subject, fact.evidence].append(fact)
    if not pairs:
        return list(facts)
    found = [fact for fact in facts if fact.predicate != REPLACED]
    for pair in pairs.values():
        found += _replacing(pair, found)
    return found


def _replacing(pair: Sequence[Fact], known: Iterable[Fact]) -> Iterator[Fact]:
    gone = next((one for one in pair if one.polarity is not Polarity.AFFIRMED), None)
    new = next((one for one in pair if one.polarity is Polarity.AFFIRMED), None)
    if gone is None or new is None:
        return
    told = [one for one in known if _is_of(one, gone) and _holds(one.object, gone.object)]
    if not told:
        return
    old = max(told, key=lambda one: one.observed_at)
    value = new.object
    if new.modality is Modality.CORRECTING or " named " in old.object:
        value = re.sub(re.escape(gone.object), lambda _: new.object, old.object, flags=re.IGNORECASE)
    yield replace(gone, subject=old.subject, predicate=old.predicate, object=old.object)
    yield replace(new, subject=old.subject, predicate=old.predicate, object=value)


def _is_of(fact: Fact, gone: Fact) -> bool:
    """Whether a fact was told before by or of the one who replaces it."""
    return (
        fact.predicate not in _APART
        and fact.polarity is Polarity.AFFIRMED
        and fact.observed_at < gone.observed_at
        and fact.modality in (Modality.ASSERTED, Modality.CORRECTING)
        and (fact.subject == gone.subject or fact.subject.startswith((f"{gone.subject}'s ", f"{gone.subject}的")))
    )


def _holds(value: str, old: str) -> bool:
    """Whether the old value is the value, or whole words of it."""
    whole, part = normal(value), normal(old)
    if len(part) < _SHORTEST:
        return False
    return whole == part or f" {part} " in f" {whole} " or (not part.isascii() and part in whole)
