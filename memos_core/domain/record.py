"""Rows as the stores hand them out: what the index, the worker and the reader of the log see."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from memos_core.domain.cube import MemCube
from memos_core.domain.turn import Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A searchable stretch of a text: all of it, or some sentences of a long one."""

    start: int
    stop: int
    """Characters ``[start, stop)`` of the text."""
    terms: bytes
    """Analysed words in order, as little-endian uint32 hashes."""
    signals: int = 0
    """Cues for ranking, bits of ``formation.signals.Signal``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A turn that has been validated and analysed, ready to be written."""

    turn: Turn
    occurred_at: datetime
    passages: tuple[Passage, ...]
    key: bytes | None
    """Digest of the idempotency key; ``None`` for no key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultRow:
    """A vault as the store knows it."""

    id: int
    """Internal number; never shown to callers."""
    uid: str
    """The name that the caller uses."""
    next_slot: int
    """Slots given out so far. A slot is one passage of one version, never reused."""
    revision: int
    """Rises with every committed change to the vault."""
    derived_n: int = 0
    """Rises with every change to what is derived from its memories."""
    zone: str = "UTC"
    """The owner's time zone, an IANA name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedRow:
    """Something made of memories, e.g. a cell or a scene. It is deleted together with any one of its sources."""

    uid: str
    kind: str
    """``cell``, ``scene``, ``activation`` or ``parametric``."""
    session: str = ""
    """The conversation of a cell."""
    start: datetime
    stop: datetime
    """Event times of the first and the last memory that it tells of."""
    made_at: datetime
    rules: str
    """Name and version of what made it."""
    sources: tuple[str, ...]
    """Ids of the cubes that it rests on."""
    body: str
    """JSON."""
    blob: str = ""
    """SHA-256 of the file that belongs to it, removed with it; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unformed:
    """A session whose cells do not tell of everything yet."""

    session: str
    since: datetime
    """Event time of the earliest change."""
    first: int
    """Internal number of the oldest cube that changed."""
    marks: int
    """How often it was marked; what was marked again in the meantime stays."""


class SlotRow(NamedTuple):
    """One passage as the index wants it."""

    slot: int
    cube: int
    """Internal number of the cube."""
    version: int
    session: str
    speaker: str
    role: str
    kind: str
    occurred: int
    """Event time, microseconds since the epoch."""
    valid_from: int
    valid_to: int
    """Exclusive; ``FOREVER`` for the current version."""
    hidden: bool
    """The cube is not active."""
    signals: int
    terms: bytes


class SlotState(NamedTuple):
    """What may change about a slot after it was written."""

    slot: int
    valid_to: int
    hidden: bool


class Found(NamedTuple):
    """A slot resolved to its truth."""

    cube: MemCube
    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRow:
    """A sealed part of a vault's index: slots ``[lo, hi)`` in one file."""

    lo: int
    hi: int
    file: str
    """Name of the file, unique for ever."""
    log_n: int
    """The file tells the state of its slots as of this entry of the log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One committed change: the audit trail and the change feed."""

    n: int
    """Counts the changes of the vault, from 1."""
    at: datetime
    actor: str
    op: str
    """``remember``, ``revise``, ``forget``, ``restore``, ``erase``."""
    cube: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A piece of durable background work, leased to one worker."""

    id: int
    kind: str
    """``embed``, ``form``, ``consolidate``, ``refine``, ``distil``, ``seal`` or ``scrub``."""
    vault: int
    token: int
    """Fencing token: rises with every lease; a stale holder can store nothing."""
    tries: int
    """Leases so far, this one included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobRow:
    """A content-addressed file."""

    digest: str
    """SHA-256, hexadecimal."""
    bytes: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreStats:
    """Counts for one vault or the whole store."""

    vaults: int = 0
    cubes: dict[str, int] = field(default_factory=dict)
    """Cubes by lifecycle state."""
    versions: int = 0
    passages: int = 0
    vectors: int = 0
    derived: dict[str, int] = field(default_factory=dict)
    """Cells, scenes, activation and parametric memory, by kind."""
    segments: int = 0
    jobs: dict[str, int] = field(default_factory=dict)
    """Jobs by state: ``ready``, ``leased``, ``dead``."""
    blobs: int = 0
    bytes: int = 0
    """Size of the store on disk."""


FOREVER = 2**63 - 1
"""``valid_to`` of a version that nothing has superseded."""
