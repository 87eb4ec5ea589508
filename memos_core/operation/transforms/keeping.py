"""A file and the row that refers to it: both, or neither."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from memos_core.domain.record import BlobRow, DerivedRow
from memos_core.errors import MissingBlob, StoreError
from memos_core.ports import BlobStore, RecordStore

_TRIES = 3
"""How often a file is written again that a scrub has swept before anything referred to it."""


def kept(
    records: RecordStore,
    blobs: BlobStore,
    chunks: Callable[[], Iterable[bytes]],
    commit: Callable[[BlobRow], DerivedRow],
) -> DerivedRow:
    """Write a file, then commit the row; what no row refers to goes again.

    Args:
        records: Tells what is referred to.
        blobs: Where the file goes.
        chunks: The file's bytes, anew for each try.
        commit: Stores the row, and proves with ``blobs.path`` in the same transaction that the file is there. The row
            that it returns may refer to another file, which somebody else has written meanwhile.

    Raises:
        DiskFull, ReadOnlyStore: nothing was kept.
    """
    for _ in range(_TRIES - 1):
        with suppress(MissingBlob):
            return _once(records, blobs, chunks, commit)
    return _once(records, blobs, chunks, commit)


def _once(
    records: RecordStore,
    blobs: BlobStore,
    chunks: Callable[[], Iterable[bytes]],
    commit: Callable[[BlobRow], DerivedRow],
) -> DerivedRow:
    blob = blobs.put(chunks())
    referred = ""
    try:
        row = commit(blob)
        referred = row.blob
    finally:
        if referred != blob.digest:
            _discard(records, blobs, blob.digest)
    return row


def _discard(records: RecordStore, blobs: BlobStore, digest: str) -> None:
    """Remove a file that was written for nothing; where that fails, the next scrub does it."""
    with suppress(StoreError):
        with records.read() as transaction:
            referred = digest in transaction.blobs.digests()
        if not referred:
            blobs.remove(digest)


def in_chunks(path: Path) -> Iterator[bytes]:
    """The bytes of a file."""
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            yield chunk
