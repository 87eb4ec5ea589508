"""Files of keys and values: what is written is read, and anything else is refused."""

import json
import os
import struct
import zlib
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import torch
from safetensors.torch import save_file

from memos_adapters.transformers_kv import TransformersEngine
from memos_adapters.transformers_kv import file as kv_file
from memos_core.domain.activation import Layer, LayerKind, Manifest, SourceVersion, Storage, token_digest
from memos_core.errors import CorruptActivation
from tests.unit.activation.tiny_models import random_tokens, tiny_model, tiny_tokenizer

TOKENS = random_tokens(20)


@pytest.fixture(scope="module")
def engine() -> TransformersEngine:
    return TransformersEngine(tiny_model("gemma3n shared"), tiny_tokenizer())


@pytest.fixture
def manifest(engine) -> Manifest:
    return Manifest(
        fingerprint=engine.fingerprint,
        tokens=tuple(TOKENS[5:]),
        before=5,
        prefix=token_digest(TOKENS[:5]),
        layers=engine.capability.layers,
        sources=(SourceVersion(id="m1", version=3), SourceVersion(id="m2", version=1)),
        self_contained=True,
        salt="tenant",
        made_at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    )


@pytest.fixture
def values(engine):
    return engine.prefill(TOKENS[5:], [engine.prefill(TOKENS[:5])])


@pytest.fixture
def path(engine, manifest, values, tmp_path):
    path = tmp_path / "kv.safetensors"
    path.write_bytes(b"".join(engine.dump([values], manifest)))
    return path


def header_of(content: bytes) -> dict:
    (length,) = struct.unpack("<Q", content[:8])
    return json.loads(content[8 : 8 + length])


def with_header(content: bytes, header: dict) -> bytes:
    (length,) = struct.unpack("<Q", content[:8])
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + content[8 + length :]


def with_manifest(path, change) -> None:
    header = header_of(path.read_bytes())
    said = json.loads(header["__metadata__"]["manifest"])
    changed = json.dumps(change(said))
    header["__metadata__"] |= {"manifest": changed, "crc32": f"{zlib.crc32(changed.encode()):08x}"}
    path.write_bytes(with_header(path.read_bytes(), header))


def test_what_is_written_is_read(engine, manifest, values, path) -> None:
    read, loaded = engine.load(path)
    assert replace(read, checksums={}) == manifest
    assert read.layers[-1] == Layer(kind=LayerKind.SHARED)
    assert read.checksums.keys() == loaded.named().keys() == values.named().keys()
    assert (loaded.tier, loaded.length, loaded.bytes) == ("disk", 15, values.bytes)
    for name, one in values.named().items():
        assert torch.equal(loaded.named()[name], one)
    assert b"".join(engine.dump([loaded], manifest)) == path.read_bytes()


def test_segments_are_written_as_one(engine, manifest, values, path) -> None:
    parts = [values.part(0, 4), values.part(4, 5), values.part(5, 15)]
    assert b"".join(engine.dump(parts, manifest)) == path.read_bytes()


def test_the_file_is_plain_safetensors_and_its_tensors_are_aligned(path) -> None:
    header = header_of(path.read_bytes())
    entries = {name: one for name, one in header.items() if name != "__metadata__"}
    assert set(entries) == {f"layers.{i}.{part}" for i in (0, 1) for part in "kv"}
    assert all(one["shape"] == [2, 15, 8] and one["dtype"] == "F32" for one in entries.values())
    (length,) = struct.unpack("<Q", path.read_bytes()[:8])
    assert length % 8 == 0


def test_tensors_are_mapped_and_outlive_the_files_name(engine, path, values) -> None:
    _, loaded = engine.load(path)
    path.unlink()
    assert all(torch.equal(loaded.named()[name], one) for name, one in values.named().items())


def test_tensors_of_mixed_types_are_kept_for_quantised_storage(manifest, tmp_path) -> None:
    path = tmp_path / "mixed.safetensors"
    tensors = {
        "layers.0.k": torch.arange(-6, 6, dtype=torch.int8).reshape(2, 3, 2),
        "layers.0.k.scale": torch.rand(2, 1, 2),
        "layers.0.v": torch.rand(2, 3, 2).bfloat16(),
        "layers.0.v.scale": torch.rand(2, 3, 1).half(),
    }
    path.write_bytes(b"".join(kv_file.dump(tensors, replace(manifest, storage=Storage.INT8))))
    read, loaded = kv_file.load(path)
    assert read.storage is Storage.INT8
    assert all(torch.equal(loaded[name], one) and loaded[name].dtype == one.dtype for name, one in tensors.items())


def test_a_flipped_bit_is_noticed_wherever_it_is(engine, path) -> None:
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    body = range(8 + length, len(content))
    for at in [*body[:: max(1, len(body) // 50)], body[-1]]:
        for bit in (0, 7):
            damaged = bytearray(content)
            damaged[at] ^= 1 << bit
            path.write_bytes(damaged)
            with pytest.raises(CorruptActivation, match="damaged"):
                engine.load(path)


def test_a_flipped_bit_in_the_header_is_noticed_or_without_effect(engine, path, values) -> None:
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    whole, _ = engine.load(path)
    refused = 0
    for at in range(8 + length):
        damaged = bytearray(content)
        damaged[at] ^= 1 << at % 7
        path.write_bytes(damaged)
        try:
            read, loaded = engine.load(path)
        except CorruptActivation:
            refused += 1
            continue
        assert read == whole
        assert all(torch.equal(loaded.named()[name], one) for name, one in values.named().items())
    # A bit of the padding, or of white space, says nothing.
    assert refused > 0.95 * length


def test_a_changed_token_in_the_manifest_is_noticed(engine, path) -> None:
    header = header_of(path.read_bytes())
    said = header["__metadata__"]["manifest"]
    header["__metadata__"]["manifest"] = said.replace(f"[{TOKENS[5]},", f"[{TOKENS[5] ^ 1},", 1)
    assert header["__metadata__"]["manifest"] != said
    path.write_bytes(with_header(path.read_bytes(), header))
    with pytest.raises(CorruptActivation, match="manifest"):
        engine.load(path)


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 9, 100, -1, -1000])
def test_a_truncated_file_is_refused(engine, path, kept) -> None:
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CorruptActivation):
        engine.load(path)


def test_foreign_files_are_refused(engine, path, tmp_path) -> None:
    save_file({"weight": torch.zeros(3)}, tmp_path / "other.safetensors")
    (tmp_path / "text.txt").write_text("not keys and values\n" * 100)
    (tmp_path / "long.bin").write_bytes(struct.pack("<Q", 2**62) + b"x" * 100)
    for name in ("other.safetensors", "text.txt", "long.bin", "missing.safetensors", "."):
        with pytest.raises(CorruptActivation):
            engine.load(tmp_path / name)
    header = header_of(path.read_bytes())
    header["__metadata__"]["format"] = "memos-kv/99"
    path.write_bytes(with_header(path.read_bytes(), header))
    with pytest.raises(CorruptActivation, match="format"):
        engine.load(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda said: None,
        lambda said: [],
        lambda said: {},
        lambda said: {**said, "unknown": 1},
        lambda said: {name: one for name, one in said.items() if name != "tokens"},
        lambda said: {**said, "tokens": said["tokens"][:-1]},
        lambda said: {**said, "tokens": []},
        lambda said: {**said, "tokens": ["a"] * len(said["tokens"])},
        lambda said: {**said, "tokens": 5},
        lambda said: {**said, "layers": said["layers"][:1]},
        lambda said: {**said, "layers": [*said["layers"], {"kind": "full", "window": None}]},
        lambda said: {**said, "layers": [{"kind": "shared", "window": None}, *said["layers"][1:]]},
        lambda said: {**said, "layers": [{"kind": "other", "window": None}]},
        lambda said: {**said, "storage": "zip"},
        lambda said: {**said, "made_at": "yesterday"},
        lambda said: {**said, "fingerprint": "mine"},
        lambda said: {**said, "fingerprint": {**said["fingerprint"], "dtype": "bfloat16"}},
        lambda said: {**said, "checksums": {}},
        lambda said: {**said, "checksums": {**said["checksums"], "layers.9.k": 1}},
        lambda said: {**said, "checksums": {name: one ^ 1 for name, one in said["checksums"].items()}},
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(engine, path, change) -> None:
    with_manifest(path, change)
    with pytest.raises(CorruptActivation):
        engine.load(path)


@pytest.mark.parametrize("shape", [(2, 14, 8), (30, 8), (2, 15, 8, 1), (2, 0, 8)])
def test_tensors_of_a_wrong_shape_are_refused(engine, manifest, values, tmp_path, shape) -> None:
    path = tmp_path / "shape.safetensors"
    tensors = values.named() | {"layers.1.v": torch.zeros(shape)}
    path.write_bytes(b"".join(kv_file.dump(tensors, manifest)))
    with pytest.raises(CorruptActivation):
        engine.load(path)


def test_a_missing_tensor_is_refused(engine, manifest, values, tmp_path) -> None:
    path = tmp_path / "less.safetensors"
    tensors = values.named()
    del tensors["layers.1.v"]
    path.write_bytes(b"".join(kv_file.dump(tensors, manifest)))
    with pytest.raises(CorruptActivation):
        engine.load(path)


def test_files_of_the_first_format_are_read_and_checked(engine, path, values) -> None:
    header = header_of(path.read_bytes())
    said = json.loads(header["__metadata__"]["manifest"])
    sums = {name: zlib.crc32(one.contiguous().numpy().tobytes()) for name, one in values.named().items()}
    changed = json.dumps({**said, "checksums": sums})
    header["__metadata__"] = {
        "format": "memos-kv/1",
        "manifest": changed,
        "crc32": f"{zlib.crc32(changed.encode()):08x}",
    }
    path.write_bytes(with_header(path.read_bytes(), header))
    assert engine.load(path)[0].checksums == sums
    path.write_bytes(path.read_bytes()[:-1] + bytes([path.read_bytes()[-1] ^ 1]))
    with pytest.raises(CorruptActivation, match="damaged"):
        engine.load(path)


@pytest.mark.parametrize("size", [0, 1, 7, 8, 8191, 8192, 8193, 5 * 8192 + 3])
def test_the_checksum_notices_what_is_changed_exchanged_or_added(size) -> None:
    content = bytearray(torch.randint(0, 256, (size,), generator=torch.Generator().manual_seed(size)).tolist())
    true = kv_file.checksum(memoryview(bytes(content)))
    assert kv_file.checksum(memoryview(bytes(content) + b"\0")) != true
    for at in {0, size // 3, size - 1} if size else ():
        other = bytearray(content)
        other[at] ^= 0x80
        assert kv_file.checksum(memoryview(other)) != true
    for one, two in ((0, 8), (0, 8192), (8, 16384)):  # within a row, within a column, across
        if two + 8 <= size:
            swapped = bytearray(content)
            swapped[one : one + 8], swapped[two : two + 8] = content[two : two + 8], content[one : one + 8]
            assert kv_file.checksum(memoryview(swapped)) != true


@pytest.fixture
def sums(monkeypatch) -> list[int]:
    """One entry for each checksum that is computed."""
    computed: list[int] = []
    plain = kv_file.checksum

    def noted(content: memoryview) -> int:
        computed.append(plain(content))
        return computed[-1]

    monkeypatch.setattr(kv_file, "checksum", noted)
    return computed


def of_yesterday(path) -> None:
    day = 24 * 3600 * 10**9
    os.utime(path, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns - day))


def test_bytes_are_checked_once_until_the_file_is_written_again(path, sums, monkeypatch) -> None:
    monkeypatch.setattr(kv_file, "_CHECKED", kv_file._Checked(settled=-1.0))
    for _ in range(3):
        kv_file.load(path)
    assert len(sums) == 4, "a checksum a tensor"
    content, before = path.read_bytes(), path.stat()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # who hides a change of the file cannot hide this one
    with pytest.raises(CorruptActivation, match="damaged"):
        kv_file.load(path)


def test_a_file_that_was_written_just_now_is_checked_each_time(path, sums) -> None:
    of_yesterday(path)  # its inode was changed just now nonetheless
    for uses in (1, 2):
        kv_file.load(path)
        assert len(sums) == 4 * uses


def test_only_so_many_checked_files_are_remembered() -> None:
    checked = kv_file._Checked(most=2, settled=-1.0)
    states = [(1, inode, 10, 0, 0) for inode in range(3)]
    for one in states:
        checked.add(one)
    assert [checked.holds(one) for one in states] == [False, True, True]
