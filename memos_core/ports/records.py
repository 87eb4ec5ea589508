"""What is asked of the truth: tables, transactions, the store that holds them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.cube import Json, MemCube, Provenance
from memos_core.domain.engram import Message
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import (
    BlobRow,
    DerivedRow,
    Draft,
    Found,
    Job,
    LogEntry,
    SegmentRow,
    SlotRow,
    SlotState,
    StoreStats,
    Unformed,
    VaultRow,
)
from memos_core.ports.models import Floats

T = TypeVar("T")


class VaultTable(Protocol):
    """Vaults and counts."""

    def get(self, uid: str) -> VaultRow | None: ...
    def by_id(self, vault: int) -> VaultRow | None: ...
    def all(self) -> list[VaultRow]: ...
    def create(self, uid: str, now: datetime) -> VaultRow:
        """Return the vault of that name, made now if it is new."""

    def set_zone(self, vault: int, zone: str) -> bool:
        """Change the owner's time zone; false if it was that already."""

    def stats(self, vault: int | None) -> StoreStats:
        """Counts of one vault, or of the whole store for ``None``."""


class CubeTable(Protocol):
    """Cubes and their versions. Every call names the vault; another vault's cube does not exist for it."""

    def get(self, vault: int, uid: str, version: int | None = None) -> MemCube | None:
        """The current version, or the numbered one. ``None`` if there is none (or it is erased: see ``state``)."""

    def state(self, vault: int, uid: str) -> LifecycleState | None:
        """The lifecycle state, also of an erased cube; ``None`` for no such cube."""

    def history(self, vault: int, uid: str) -> list[MemCube]:
        """All versions, oldest first."""

    def scan(self, vault: int, after: str = "", limit: int = 1000) -> list[MemCube]:
        """Current versions of cubes that are not erased, by id, for paging."""

    def session(self, vault: int, session: str) -> list[MemCube]:
        """Current versions of the session's cubes that are not erased, in order of arrival."""

    def by_keys(self, vault: int, keys: Sequence[bytes]) -> dict[bytes, str]:
        """Ids of the cubes stored under these idempotency keys, erased ones included."""

    def add(self, vault: int, drafts: Sequence[Draft], provenance: Provenance, now: datetime) -> list[MemCube]:
        """Write new cubes with version 1 and return them in order. Keys must be free."""

    def add_version(
        self, vault: int, uid: str, draft: Draft, provenance: Provenance, valid_from: datetime, now: datetime, op: str
    ) -> int:
        """Supersede the current version by ``draft`` from ``valid_from`` on; return the new number."""

    def set_state(
        self, vault: int, uid: str, state: LifecycleState, provenance: Provenance, now: datetime, op: str
    ) -> None:
        """Change the lifecycle state and log it. Does not check legality."""

    def erase(self, vault: int, uid: str, provenance: Provenance, now: datetime) -> None:
        """Destroy all content of the cube in every table, keep its id as erased, log it."""

    def log(self, vault: int, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        """Committed changes of the vault, oldest first."""


class IndexFeed(Protocol):
    """What a search index is built from."""

    def slots(self, vault: int, lo: int, hi: int) -> list[SlotRow]:
        """Passages with ``lo <= slot < hi`` in slot order; erased ones are missing."""

    def changes(self, vault: int, after: int) -> tuple[list[SlotState], int]:
        """Slots of cubes changed after log entry ``after``, as they are now, and the newest entry's number."""

    def erased(self, vault: int, lo: int, hi: int) -> list[int]:
        """Slots in the range that were given out but hold nothing any more."""

    def texts(self, vault: int, lo: int, limit: int) -> list[tuple[int, str]]:
        """Up to ``limit`` passages from slot ``lo`` on, with their text."""

    def coverage(self, vault: int) -> dict[str, int]:
        """By embedder fingerprint: every slot below this number has its vector."""

    def vectors(self, vault: int, fingerprint: str, lo: int, hi: int) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Slots ``(m,)`` and their vectors ``(m, d)`` in slot order."""

    def put_vectors(
        self, vault: int, fingerprint: str, slots: Sequence[int], vectors: NDArray[np.float16], upto: int
    ) -> None:
        """Store vectors of slots that still exist and raise the coverage to ``upto``."""

    def drop_vectors(self, vault: int, keep: str) -> None:
        """Delete the vectors of every embedder but ``keep``."""

    def segments(self, vault: int) -> list[SegmentRow]:
        """Published segments by ``lo``; they do not overlap."""

    def segment_files(self) -> set[str]:
        """Names of all published segment files of the store."""

    def publish(self, vault: int, segment: SegmentRow) -> None:
        """Publish a segment in place of every published one within ``[lo, hi)``."""

    def retract(self, vault: int, file: str) -> None:
        """Withdraw one segment."""

    def find(self, vault: int, slots: Sequence[int]) -> dict[int, Found]:
        """Resolve slots to the version that they are part of; missing ones are left out."""

    def with_metadata(self, vault: int, fields: Mapping[str, Json]) -> NDArray[np.int64]:
        """Slots of versions whose metadata holds all of ``fields``."""


class DerivedTable(Protocol):
    """What is made of memories, and which sessions wait for it."""

    def get(self, vault: int, uid: str) -> DerivedRow | None: ...
    def listed(self, vault: int, kind: str) -> list[tuple[str, int]]:
        """Id, and ``VaultRow.derived_n`` of its writing, of all of a kind, by start."""

    def in_session(self, vault: int, kind: str, session: str, since: datetime, before: int) -> list[DerivedRow]:
        """Those of a session that start at ``since`` or later, and the last ``before`` earlier ones; by start."""

    def of(self, vault: int, uid: str) -> list[str]:
        """Ids of what rests on a cube."""

    def put(self, vault: int, rows: Sequence[DerivedRow]) -> None:
        """Write rows; those of the same id are replaced. Sources that do not exist in the vault are left out."""

    def remove(self, vault: int, uids: Iterable[str]) -> None:
        """Delete rows; unknown ids are passed over."""

    def mark(self, vault: int, session: str, since: datetime, cube: str) -> None:
        """Note that a session must be formed anew from an event time on, because of a cube."""

    def unmark_empty(self, vault: int, session: str) -> None:
        """Forget that a session must be formed if nothing of it is left, not even its name."""

    def mark_all(self, vault: int) -> None:
        """Note that every session of a vault must be formed anew."""

    def outdated(self, kind: str, rules: str) -> list[int]:
        """The vaults that hold something of a kind made by rules whose name does not begin with ``rules``."""

    def mark_outdated(self, kind: str, rules: str) -> None:
        """Note that their sessions must be formed anew."""

    def unformed(self, vault: int) -> list[Unformed]:
        """The sessions that were marked."""

    def unformed_vaults(self) -> list[int]:
        """The vaults that have such sessions."""

    def settle(self, vault: int, seen: Unformed, since: datetime | None = None, rest: Sequence[str] = ()) -> None:
        """Take a mark away, or narrow it to the cubes ``rest`` from ``since`` on; not if it was marked again."""

    def stream(self, vault: int, session: str, first: int, uids: Sequence[str], chars: int) -> list[Message]:
        """Active memories of a session that are not older than cube ``first`` or named in ``uids``, by event time.

        Each with the first ``chars`` characters of its text.
        """

    def vectors(self, vault: int, fingerprint: str, uids: Sequence[str]) -> dict[str, Floats]:
        """For each cube that has any, the mean ``(d,)`` of its current passages' vectors, of length one."""


class JobTable(Protocol):
    """Durable work. One ready job per (kind, vault); running ones do not block a new one."""

    def defer(self, kind: str, vault: int, now: datetime) -> None:
        """Ask for work; does nothing if the same is already waiting."""

    def claim(
        self, owner: str, now: datetime, lease_s: float, kinds: Sequence[str], vault: int | None = None
    ) -> Job | None:
        """Lease the job of one of ``kinds`` that waited longest; expired leases count as waiting."""

    def extend(self, job: Job, now: datetime, lease_s: float) -> bool:
        """Prolong the lease. False when it has passed to somebody else: store nothing then."""

    def finish(self, job: Job) -> bool:
        """Remove a job that is done. False when the lease has passed to somebody else."""

    def fail(self, job: Job, error: str, now: datetime, retry_at: datetime | None) -> None:
        """Put it back for ``retry_at``, or among the dead letters for ``None``."""

    def release(self, owners: Iterable[str]) -> int:
        """Take back the leases of owners that are known to be gone; return how many."""

    def owners(self) -> set[str]:
        """Who holds leases."""

    def waiting(self, kinds: Sequence[str], vault: int | None = None) -> int:
        """Jobs of these kinds, ready or leased."""

    def dead(self, vault: int | None = None) -> list[tuple[Job, str]]:
        """Dead letters with their last error."""

    def revive(self, vault: int | None, now: datetime) -> int:
        """Make dead letters ready again; return how many."""


class BlobTable(Protocol):
    """Which blobs exist. What is derived refers to them by ``DerivedRow.blob``."""

    def add(self, blob: BlobRow) -> None: ...
    def unreferenced(self, before: datetime) -> list[str]:
        """Digests that nothing refers to, of blobs created before a moment."""

    def digests(self) -> set[str]: ...
    def remove(self, digest: str) -> None: ...


class ShelfTable(Protocol):
    """Bytes that host frameworks keep beside the memories, under ordered keys. Keys compare by code point."""

    def get(self, name: str, keys: Iterable[str]) -> dict[str, bytes]:
        """Those of the keys that are there."""

    def put(self, name: str, items: Mapping[str, bytes]) -> None:
        """Write items; those of the same key are replaced."""

    def delete(self, name: str, keys: Iterable[str]) -> None:
        """Delete items; unknown keys are passed over."""

    def scan(self, name: str, lo: str, hi: str, limit: int, reverse: bool) -> list[tuple[str, bytes]]:
        """Up to ``limit`` items (-1 for all) with ``lo <= key < hi``, by key, or from the last one backwards."""

    def keys(self, name: str, lo: str, hi: str) -> list[str]:
        """The keys with ``lo <= key < hi``, in order."""


class Transaction(Protocol):
    """One consistent view of the truth; inside ``write`` also the means to change it."""

    @property
    def vaults(self) -> VaultTable: ...
    @property
    def cubes(self) -> CubeTable: ...
    @property
    def feed(self) -> IndexFeed: ...
    @property
    def derived(self) -> DerivedTable: ...
    @property
    def jobs(self) -> JobTable: ...
    @property
    def blobs(self) -> BlobTable: ...
    @property
    def shelves(self) -> ShelfTable: ...


class RecordStore(Protocol):
    """The truth: durable, transactional, shared by processes."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A snapshot of everything committed by now, by any process."""

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Run ``work`` in a transaction; when this returns, the change survives a crash.

        Writes of several threads may share one sync. If ``work`` raises, its changes are undone
        and the error is raised here; others in the same sync are not affected.
        """

    def purge(self) -> bool:
        """Remove the bytes of deleted rows from every file of the store. False when a reader is in the way: retry."""

    def check(self) -> list[str]:
        """Integrity problems found, as sentences; empty when the store is sound."""

    def close(self) -> None: ...
