"""What formation and consolidation make of turns: cells, facts, foresight, scenes and a profile. All of it is derived.

Every value names its evidence: the exact stretches of remembered text that it rests on. Source of the four parts of a
cell (episode, facts, foresight, metadata), of scenes and of profiles: EverMemOS, arXiv 2601.02163, section 3.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from memos_core.domain.slots import canonical

# ── what they are made from ─────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One remembered turn as formation reads it."""

    source: str
    """Id of its cube."""
    version: int = 1
    text: str
    speaker: str = ""
    role: str = ""
    session: str = ""
    at: datetime
    """Event time, aware UTC."""
    correcting: bool = False
    """Said to put right what was believed, whatever its words."""

    @property
    def who(self) -> str:
        """The name that facts about its speaker carry: the speaker's, else the role, else ``user``."""
        return self.speaker or self.role or "user"


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A stretch of one remembered text."""

    source: str
    """Id of the cube."""
    version: int = 1
    start: int
    stop: int
    """Characters ``[start, stop)`` of that version's text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """An interval of event time."""

    start: datetime
    """Aware UTC."""
    end: datetime | None = None
    """First moment after it; ``None`` for open-ended."""
    label: str = ""
    """As a reader would write it, e.g. ``7 May 2023``."""

    def holds(self, moment: datetime) -> bool:
        """Whether ``moment`` lies in it."""
        return self.start <= moment and (self.end is None or moment < self.end)


# ── facts ───────────────────────────────────────────────────────────────────────────────────────


class Polarity(StrEnum):
    """Whether a fact is affirmed or denied."""

    AFFIRMED = "affirmed"
    NEGATED = "negated"
    """Said not to hold: "I don't eat meat" (``eats``, ``meat``)."""
    ENDED = "ended"
    """Said to hold no longer: "I no longer work at Acme", "we broke up". Closes an open interval in the ledger."""


class Modality(StrEnum):
    """How its speaker stands to a fact."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    """Intended or expected, not yet so."""
    HYPOTHETICAL = "hypothetical"
    """Supposed, wished, joked or asked; never enters the profile."""
    REPORTED = "reported"
    """Somebody else is said to have said it."""
    CORRECTING = "correcting"
    """Said to put right what was believed: supersedes without dispute."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One atomic statement."""

    subject: str
    """Whom or what it is about: a speaker's name (``Message.who``), another person's, or e.g. ``Mara's sister``."""
    predicate: str
    """A slot of ``domain.slots`` where one fits (``residence``, ``likes``, ``favorite.color``), else ``said``."""
    object: str
    """The value; for ``said`` the cleaned sentence."""
    text: str
    """The fact as a short sentence in the third person, its dates resolved."""
    polarity: Polarity = Polarity.AFFIRMED
    modality: Modality = Modality.ASSERTED
    period: Period | None = None
    """When it held or will hold; ``None`` where the text does not tell."""
    observed_at: datetime
    """When it was said."""
    evidence: tuple[Evidence, ...]
    """At least one."""
    confidence: float = 1.0
    """In [0, 1]."""


# ── foresight ───────────────────────────────────────────────────────────────────────────────────


class ForesightKind(StrEnum):
    """What sort of thing lies ahead or holds for a while."""

    PLAN = "plan"
    """Intended or arranged: a trip, an appointment."""
    COMMITMENT = "commitment"
    """Promised or owed, often with a deadline."""
    STATE = "state"
    """Temporary: an illness, a journey, a course of antibiotics."""
    CONSTRAINT = "constraint"
    """Restricts what is advisable while it holds: no alcohol, fasting, a broken leg, a tight budget this month."""


class IntervalSource(StrEnum):
    """How the interval of a foresight is known."""

    EXPLICIT = "explicit"
    """Said in so many words."""
    DEFAULT = "default"
    """The usual length of such a thing."""
    MODEL = "model"
    """Estimated by a language model."""


class ForesightStatus(StrEnum):
    """Where a foresight stands at one moment."""

    UPCOMING = "upcoming"
    ACTIVE = "active"
    EXPIRED = "expired"
    FULFILLED = "fulfilled"
    """Later said to be done, over, recovered from, before its interval ran out."""
    CANCELLED = "cancelled"
    """Later called off, or moved to another time (the move is a foresight of its own)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """Something that is said to hold, or to come, within an interval."""

    subject: str
    """Whom it concerns, as in ``Fact``."""
    text: str
    """A short sentence in the third person, its dates resolved."""
    topic: str
    """The few content words that a later message would name it by: ``dentist appointment``, ``antibiotics``."""
    kind: ForesightKind
    period: Period
    interval_source: IntervalSource
    observed_at: datetime
    evidence: tuple[Evidence, ...]
    """At least one."""
    confidence: float = 1.0
    closed_as: ForesightStatus | None = None
    """``FULFILLED`` or ``CANCELLED`` when a later message says so."""
    closed_at: datetime | None = None
    """When that message was said; before then the foresight was still open."""
    closed_by: Evidence | None = None

    def status(self, now: datetime) -> ForesightStatus:
        """Where it stands at ``now``; before it was said, as if it had been said already."""
        if self.closed_as is not None and self.closed_at is not None and self.closed_at <= now:
            return self.closed_as
        if now < self.period.start:
            return ForesightStatus.UPCOMING
        return ForesightStatus.ACTIVE if self.period.holds(now) else ForesightStatus.EXPIRED


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The foresight of a vault as it stands at one moment, each part by start."""

    now: datetime
    constraints: tuple[Foresight, ...] = ()
    """In force now, whatever the question."""
    active: tuple[Foresight, ...] = ()
    """The others that hold now."""
    upcoming: tuple[Foresight, ...] = ()
    past: tuple[Foresight, ...] = ()
    """Expired, fulfilled or cancelled, the latest first."""


# ── cells and scenes ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class MemCell:
    """An episode of a conversation: what was said in a few turns on one thing."""

    id: str = ""
    """Id of its cube; empty before it is stored."""
    session: str
    start: datetime
    """Event time of its first message."""
    end: datetime
    """Event time of its last message."""
    title: str
    episode: str
    """What happened, in the third person, speakers, pronouns and dates resolved as far as rules can."""
    sources: tuple[tuple[str, int], ...]
    """Id and version of every message, in order."""
    speakers: tuple[str, ...]
    facts: tuple[Fact, ...] = ()
    foresight: tuple[Foresight, ...] = ()
    closed: bool = True
    """False for the last one of a session while more may follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemScene:
    """Cells on one theme, however far apart in time."""

    id: str = ""
    label: str
    """Its key phrases."""
    summary: str
    """What is known of it now, each line with the ids of the cells that it rests on, ``[mem_...]``."""
    cells: tuple[str, ...]
    """Ids of its cells by time."""
    start: datetime
    end: datetime


# ── profile ─────────────────────────────────────────────────────────────────────────────────────


class AttributeStatus(StrEnum):
    """Where a value in the ledger stands."""

    ACTIVE = "active"
    SUPERSEDED = "superseded"
    """Something newer took its place."""
    DISPUTED = "disputed"
    """The evidence contradicts itself and nothing says which is right; all such values are shown."""
    RETRACTED = "retracted"
    """Said to be no longer, or never to have been, so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """One value of one slot, with the interval in which it was true and since when that was known."""

    subject: str
    slot: str
    """``residence``, ``likes``, ``favorite.color``, ``measurement.weight``; see ``domain.slots``."""
    value: str
    valid_from: datetime
    valid_to: datetime | None = None
    """``None`` while it holds."""
    observed_at: datetime
    """When it was first said."""
    status: AttributeStatus
    evidence: tuple[Evidence, ...]
    against: tuple[Evidence, ...] = ()
    """What closed or disputes it."""
    confidence: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """An implicit tendency, seen in several sessions."""

    subject: str
    text: str
    """``often talks about hiking``, ``tends to plan ahead``."""
    evidence: tuple[Evidence, ...]
    """At least three, from at least two sessions."""
    against: tuple[Evidence, ...] = ()
    confidence: float
    """Falls with age (half-life 90 days) and with counter-evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileChange:
    """How one slot differs between two moments."""

    subject: str
    slot: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Who the people of a vault are, as of one moment. Prints as prompt-ready text."""

    as_of: datetime
    attributes: tuple[Attribute, ...] = ()
    """Every value ever held that was known at ``as_of``, superseded ones included, by subject, slot and time."""
    traits: tuple[Trait, ...] = ()

    def __str__(self) -> str:
        from memos_core.domain.portrait import render  # it describes the values of this module

        return "\n".join(render(self))

    def current(self, slot: str, subject: str | None = None) -> tuple[Attribute, ...]:
        """Values of a slot that hold at ``as_of`` (active or disputed), newest first; of every subject for ``None``."""
        return tuple(
            sorted(
                (
                    one
                    for one in self.attributes
                    if one.slot == canonical(slot)
                    and subject in (None, one.subject)
                    and one.status in (AttributeStatus.ACTIVE, AttributeStatus.DISPUTED)
                ),
                key=lambda one: one.valid_from,
                reverse=True,
            )
        )

    def diff(self, later: "Profile") -> tuple[ProfileChange, ...]:
        """The slots whose current values differ from those of ``later``, by subject and slot."""
        changes = []
        for subject, slot in sorted({(one.subject, one.slot) for one in (*self.attributes, *later.attributes)}):
            before, after = self._values(slot, subject), later._values(slot, subject)
            if before != after:
                changes.append(ProfileChange(subject=subject, slot=slot, before=before, after=after))
        return tuple(changes)

    def _values(self, slot: str, subject: str) -> tuple[str, ...]:
        return tuple(sorted(one.value for one in self.current(slot, subject)))
