"""The contract of content-addressed files."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memos_core.errors import CorruptStore, InvalidInput, MissingBlob
from memos_core.ports import BlobStore


class BlobStoreContract:
    """``ports.BlobStore``: content-addressed files. Inherit it and say how one is opened."""

    def open_blobs(self, folder: Path) -> BlobStore:
        """Open the blobs that live in ``folder``, which may not exist yet."""
        raise NotImplementedError

    @pytest.fixture
    def blobs(self, tmp_path: Path) -> BlobStore:
        """An empty store."""
        return self.open_blobs(tmp_path / "blobs")

    def test_the_same_bytes_are_stored_once(self, blobs: BlobStore) -> None:
        first, second = blobs.put([b"ab", b"", b"c"]), blobs.put([b"abc"])
        assert first.digest == second.digest == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        assert first.bytes == 3
        assert blobs.digests() == {first.digest}
        assert blobs.path(first.digest, verify=True).read_bytes() == b"abc"

    def test_nothing_at_all_can_be_stored(self, blobs: BlobStore) -> None:
        row = blobs.put([])
        assert row.bytes == 0
        assert blobs.path(row.digest, verify=True).read_bytes() == b""

    def test_a_source_that_fails_leaves_nothing(self, blobs: BlobStore) -> None:
        def chunks() -> Iterator[bytes]:
            yield b"half of it"
            raise ValueError("torn")

        with pytest.raises(ValueError, match="torn"):
            blobs.put(chunks())
        assert blobs.digests() == set()

    def test_a_missing_blob_is_named(self, blobs: BlobStore) -> None:
        row = blobs.put([b"x"])
        blobs.path(row.digest).unlink()
        with pytest.raises(MissingBlob, match=row.digest[:12]):
            blobs.path(row.digest)
        assert blobs.digests() == set()

    def test_damage_is_found(self, blobs: BlobStore) -> None:
        row = blobs.put([b"some bytes"])
        path = blobs.path(row.digest)
        path.write_bytes(b"some bytez")
        assert blobs.path(row.digest) == path
        with pytest.raises(CorruptStore, match=row.digest[:12]):
            blobs.path(row.digest, verify=True)
        assert blobs.put([b"some bytes"]).digest == row.digest
        assert blobs.path(row.digest, verify=True).read_bytes() == b"some bytes"

    def test_removing(self, blobs: BlobStore) -> None:
        row = blobs.put([b"x"])
        blobs.remove(row.digest)
        blobs.remove(row.digest)
        with pytest.raises(MissingBlob):
            blobs.path(row.digest)

    def test_sweeping(self, blobs: BlobStore) -> None:
        blobs.sweep(set())
        kept, gone = blobs.put([b"kept"]), blobs.put([b"gone"])
        blobs.sweep({kept.digest, "a" * 64})
        assert blobs.digests() == {kept.digest}
        assert blobs.put([b"gone"]).digest == gone.digest
        assert blobs.path(gone.digest, verify=True).read_bytes() == b"gone"

    def test_what_is_being_written_is_not_swept(self, blobs: BlobStore) -> None:
        def chunks() -> Iterator[bytes]:
            for chunk in (b"a", b"b"):
                blobs.sweep(set())
                yield chunk
            blobs.sweep(set())

        row = blobs.put(chunks())
        assert blobs.path(row.digest, verify=True).read_bytes() == b"ab"

    @pytest.mark.parametrize("digest", ["", "x" * 64, "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n"])
    def test_only_digests_name_blobs(self, blobs: BlobStore, digest: str) -> None:
        for use in (blobs.path, blobs.remove):
            with pytest.raises(InvalidInput):
                use(digest)
