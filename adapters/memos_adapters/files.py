"""Blobs as content-addressed files: ``blobs/ab/<sha256>``."""

import contextlib
import errno
import fcntl
import hashlib
import os
import re
import uuid
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from memos_core.domain.record import BlobRow
from memos_core.errors import CorruptStore, DiskFull, InvalidInput, MissingBlob, ReadOnlyStore, StoreError

_DIGEST = re.compile(r"[0-9a-f]{64}")
_INCOMING = "incoming"


class BlobFiles:
    """``ports.BlobStore`` in a directory that is made when first written to."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def put(self, chunks: Iterable[bytes]) -> BlobRow:
        """Stream into a temporary file while hashing, sync, rename: a crash leaves no half a blob under its name.

        Raises:
            DiskFull, ReadOnlyStore: nothing was left behind.
        """
        temporary = self._directory / _INCOMING / uuid.uuid4().hex
        digest, size = hashlib.sha256(), 0
        try:
            temporary.parent.mkdir(parents=True, exist_ok=True)
            with _begun(temporary) as file:
                for chunk in chunks:
                    digest.update(chunk)
                    size += file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
                target = self._place(digest.hexdigest())
                target.parent.mkdir(exist_ok=True)
                temporary.replace(target)
            _sync_directory(target.parent)
            _sync_directory(self._directory)
        except OSError as error:
            raise _store_error(error, self._directory) from error
        finally:
            with contextlib.suppress(OSError):  # it is there only if something failed
                temporary.unlink()
        return BlobRow(digest=digest.hexdigest(), bytes=size, created_at=datetime.now(UTC))

    def path(self, digest: str, *, verify: bool = False) -> Path:
        place = self._place(digest)
        if not place.is_file():
            raise MissingBlob(f"blob {digest[:12]}… is gone from {place.parent}; restore the file, or derive it anew")
        if verify:
            with place.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
            if found != digest:
                raise CorruptStore(f"blob {digest[:12]}… holds other bytes (SHA-256 {found[:12]}…); derive it anew")
        return place

    def remove(self, digest: str) -> None:
        with contextlib.suppress(FileNotFoundError):
            self._place(digest).unlink()

    def digests(self) -> set[str]:
        return {entry.name for entry in self._directory.glob("??/*") if _DIGEST.fullmatch(entry.name)}

    def sweep(self, known: Collection[str]) -> None:
        for digest in self.digests().difference(known):
            self.remove(digest)
        for unfinished in self._directory.glob(f"{_INCOMING}/*"):
            with contextlib.suppress(FileNotFoundError, BlockingIOError), unfinished.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # its writer is no more
                unfinished.unlink()

    def _place(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise InvalidInput("a blob is named by 64 hexadecimal digits of its SHA-256")
        return self._directory / digest[:2] / digest


def _begun(path: Path) -> BinaryIO:
    """A new file that is locked until it is closed, so that nobody takes it for one of a writer that has died."""
    while True:
        file = path.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # a sweep was quicker than the lock


def _store_error(error: OSError, directory: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DiskFull(f"{directory}: no room for a blob; nothing was stored")
    return ReadOnlyStore(f"{directory}: cannot be written: {error.strerror}")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
