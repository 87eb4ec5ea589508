"""Blobs as files: the contract, and what is particular to files."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from memos_adapters.files import BlobFiles
from memos_core.errors import DiskFull, ReadOnlyStore
from memos_core.ports import BlobStore
from memos_core.testing.contracts import BlobStoreContract


class TestBlobFiles(BlobStoreContract):
    def open_blobs(self, folder: Path) -> BlobStore:
        return BlobFiles(folder)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_nothing_is_left_of_what_was_not_finished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blobs = BlobFiles(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(DiskFull):
            blobs.put([b"secret"])
    assert files(tmp_path) == []
    row = blobs.put([b"secret"])
    assert files(tmp_path) == [f"{row.digest[:2]}/{row.digest}"]


def test_what_a_writer_left_that_has_died_is_swept(tmp_path: Path) -> None:
    blobs = BlobFiles(tmp_path)
    child = os.fork()
    if child == 0:

        def chunks() -> Iterator[bytes]:
            yield b"half of a secret"
            os._exit(9)

        blobs.put(chunks())
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert len(files(tmp_path)) == 1
    blobs.sweep(set())
    assert files(tmp_path) == []


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "in the way").write_text("a file")
    with pytest.raises(ReadOnlyStore, match="in the way"):
        BlobFiles(tmp_path / "in the way").put([b"x"])
    assert BlobFiles(tmp_path / "nowhere").digests() == set()
