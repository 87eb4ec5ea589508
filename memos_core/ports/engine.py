"""What is asked of a store adapter: blobs, and how its parts come together."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from memos_core.domain.record import (
    BlobRow,
)
from memos_core.ports.records import RecordStore
from memos_core.ports.search import VaultIndex


class BlobStore(Protocol):
    """Content-addressed files."""

    def put(self, chunks: Iterable[bytes]) -> BlobRow:
        """Store the bytes durably under their SHA-256; the same bytes are stored once."""

    def path(self, digest: str, *, verify: bool = False) -> Path:
        """The file to open or map. Raises ``MissingBlob``, or ``CorruptStore`` when ``verify`` finds other bytes."""

    def remove(self, digest: str) -> None: ...
    def digests(self) -> set[str]: ...
    def sweep(self, known: Collection[str]) -> None:
        """Remove the files of all other digests, and what writers that have died left unfinished.

        Called inside a write transaction. Who commits a reference to a file makes sure in that transaction that the
        file is still there.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """What a store adapter's entry point returns for a URL."""

    records: RecordStore
    index: VaultIndex
    blobs: BlobStore
    location: str
    """Where it lives, for messages."""
    measure: Callable[[], int]
    """Its size in bytes."""
    workshop: Path | None = None
    """A folder for files of work that is under way; ``None`` where the store has no place for them."""


class OpenEngine(Protocol):
    """The entry point ``memos.stores``: named by URL scheme."""

    def __call__(self, url: str, **options: Any) -> Engine: ...
