"""What a rule makes of a clause, before it becomes a fact."""

from dataclasses import dataclass

from memos_core.domain.engram import Modality, Polarity

ANY = "*"
"""The value of an ending that names none: "I quit my job", "we broke up"."""
PRESUMED = 0.5
"""Confidence of an ending that makes sense only if the value was known: "Coco died". By itself it says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whom a clause speaks of, before pronouns and possessives are resolved."""

    kind: str
    """``self``, ``kin``, ``name``, ``pronoun`` or ``you``."""
    word: str = ""
    """The relation, the name or the pronoun."""
    name: str = ""
    """The name beside a relation: "my sister Ana"."""


SELF = Person(kind="self")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A slot and its value as a frame gives them, before polarity and modality."""

    slot: str
    value: str
    ended: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A statement in a clause."""

    person: Person
    slot: str
    value: str
    start: int
    """Where its clause begins, in the message."""
    stop: int
    polarity: Polarity = Polarity.AFFIRMED
    modality: Modality = Modality.ASSERTED
    event: bool = False
    """A change: a date beside it is its beginning or its end."""
    past: bool = False
    """A state told in the past tense."""
    now: bool = False
    """Said to be so from now on: "I drive a Renault now"."""
    confidence: float = 1.0
    clause: int = -1
    """Number of its clause; -1 for readings that several clauses made."""
