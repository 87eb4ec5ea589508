"""A file of keys and values: safetensors with the manifest in its header. Read by memory map, never pickled."""

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from memos_core.domain.activation import LayerKind, Manifest
from memos_core.errors import CorruptActivation

FORMAT = "memos-kv/1"

_DTYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int8: "I8",
    torch.uint8: "U8",
}


def dump(tensors: Mapping[str, torch.Tensor], manifest: Manifest) -> Iterator[bytes]:
    """The bytes of a file that holds tensors of any of the types above by their names.

    The tensors are read twice, for the checksums and for the bytes, and one at a time, wherever they are.
    """
    # By falling size of a number, so that each tensor begins at a multiple of its own.
    ordered = sorted(tensors.items(), key=lambda item: (-item[1].element_size(), item[0]))
    sums = {name: zlib.crc32(_content(one)) for name, one in ordered}
    said = json.dumps(replace(manifest, checksums=sums).as_json(), separators=(",", ":"))
    header: dict[str, object] = {"__metadata__": {"format": FORMAT, "manifest": said, "crc32": _sum_of(said)}}
    end = 0
    for name, one in ordered:
        begin, end = end, end + one.numel() * one.element_size()
        header[name] = {"dtype": _DTYPES[one.dtype], "shape": list(one.shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    yield struct.pack("<Q", len(text)) + text
    for _, one in ordered:
        yield bytes(_content(one))


def load(path: Path) -> tuple[Manifest, dict[str, torch.Tensor]]:
    """Map a file, and check every byte of it.

    The tensors are private to this process: the file may be unlinked, and must not be rewritten in place.

    Raises:
        CorruptActivation: truncated, damaged, or not such a file.
    """
    try:
        with safe_open(path, framework="pt") as opened:
            metadata = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise CorruptActivation(f"{path} cannot be read as keys and values: {error}") from error
    if metadata.get("format") != FORMAT:
        raise CorruptActivation(f"{path} is no file of keys and values of format {FORMAT}")
    manifest = _manifest(path, metadata)
    _check(path, manifest, tensors)
    return manifest, tensors


def _manifest(path: Path, metadata: Mapping[str, str]) -> Manifest:
    said = metadata.get("manifest", "")
    if metadata.get("crc32") != _sum_of(said):
        raise CorruptActivation(f"{path} is damaged: the checksum of its manifest differs")
    try:
        manifest = Manifest.from_json(json.loads(said))
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptActivation(f"{path} has no valid manifest: {error!r}") from error
    if not all(isinstance(one, int) for one in manifest.tokens):
        raise CorruptActivation(f"{path} has no valid manifest: its tokens are not numbers")
    return manifest


def _sum_of(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"


def _check(path: Path, manifest: Manifest, tensors: Mapping[str, torch.Tensor]) -> None:
    if manifest.checksums.keys() != tensors.keys():
        raise CorruptActivation(f"{path} does not hold the tensors that its manifest names")
    for name, one in tensors.items():
        if zlib.crc32(_content(one)) != manifest.checksums[name]:
            raise CorruptActivation(f"{path} is damaged: the checksum of {name} differs")


def check_shapes(path: Path, manifest: Manifest, tensors: Mapping[str, torch.Tensor]) -> None:
    """Check that decoded tensors are keys and values of the manifest's tokens and layers, and nothing else.

    Raises:
        CorruptActivation: they are not.
    """
    own = [i for i, layer in enumerate(manifest.layers) if layer.kind is not LayerKind.SHARED]
    if set(tensors) != {f"layers.{i}.{part}" for i in own for part in "kv"}:
        raise CorruptActivation(f"{path} does not hold keys and values of its {len(manifest.layers)} layers")
    expected = f"torch.{manifest.fingerprint.dtype}"
    for name, one in tensors.items():
        if one.dim() != 3 or one.shape[1] != len(manifest.tokens) or not one.numel():
            raise CorruptActivation(
                f"{path}: {name} of shape {tuple(one.shape)} is not of {len(manifest.tokens)} tokens"
            )
        if str(one.dtype) != expected:
            raise CorruptActivation(f"{path}: {name} is of {one.dtype}, not of {manifest.fingerprint.dtype}")


def _content(tensor: torch.Tensor) -> memoryview:
    """The tensor's bytes; of a tensor in main memory without copying it."""
    flat = tensor.detach().to("cpu").contiguous().reshape(-1).view(torch.uint8)
    return memoryview(flat.numpy())
