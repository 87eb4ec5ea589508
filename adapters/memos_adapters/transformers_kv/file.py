"""A file of keys and values: safetensors with the manifest in its header. Read by memory map, never pickled."""

import json
import os
import struct
import threading
import time
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import torch
from safetensors import SafetensorError, safe_open

from memos_core.domain.activation import LayerKind, Manifest
from memos_core.errors import CorruptActivation

FORMAT = "memos-kv/2"
_FIRST_FORMAT = "memos-kv/1"
"""Had CRC-32 of all bytes, which takes nearly four times as long."""
_ROW = 1024
"""Words of eight bytes."""

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
    sums = {name: checksum(_content(one)) for name, one in ordered}
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
    """Map a file, and check every byte of it unless this process has done so since the file was written last.

    The tensors are private to this process: the file may be unlinked, and must not be rewritten in place.

    Raises:
        CorruptActivation: truncated, damaged, or not such a file.
    """
    try:
        state = _state(path)
        with safe_open(path, framework="pt") as opened:
            metadata = opened.metadata() or {}
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118 - not a mapping
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise CorruptActivation(f"{path} cannot be read as keys and values: {error}") from error
    if metadata.get("format") not in (FORMAT, _FIRST_FORMAT):
        raise CorruptActivation(f"{path} is no file of keys and values of format {FORMAT}")
    manifest = _manifest(path, metadata)
    if manifest.checksums.keys() != tensors.keys():
        raise CorruptActivation(f"{path} does not hold the tensors that its manifest names")
    if not _CHECKED.holds(state):
        _check(path, manifest, tensors, checksum if metadata["format"] == FORMAT else zlib.crc32)
        if _state(path) == state:
            _CHECKED.add(state)
    return manifest, tensors


def checksum(content: memoryview) -> int:
    """A checksum at the speed of memory: the words as a grid, its sums by row and by column, and CRC-32 of those.

    Any change of one word, and any exchange of two, changes a sum.
    """
    words = np.frombuffer(content, dtype="<u8", count=len(content) // 8)
    rows = len(words) // _ROW
    grid = words[: rows * _ROW].reshape(rows, _ROW)
    total = zlib.crc32(grid.sum(axis=0, dtype=np.uint64).tobytes())
    total = zlib.crc32(grid.sum(axis=1, dtype=np.uint64).tobytes(), total)
    return zlib.crc32(content[rows * _ROW * 8 :], total)


_State: TypeAlias = tuple[int, int, int, int, int]
"""Device, inode, size, and when it was written and changed, in nanoseconds."""


def _state(path: Path) -> _State:
    now = os.stat(path)
    return now.st_dev, now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns


class _Checked:
    """Files whose every byte was found to be right. Thread-safe."""

    def __init__(self, most: int = 4096, settled: float = 2.0) -> None:
        """Start empty.

        Args:
            most: Files that are remembered.
            settled: Seconds after which a file that is written again has another time, on any file system.
        """
        self._most, self._settled = most, settled
        self._states: OrderedDict[_State, None] = OrderedDict()
        self._lock = threading.Lock()

    def holds(self, state: _State) -> bool:
        with self._lock:
            return state in self._states

    def add(self, state: _State) -> None:
        """Remember a file, unless it was written just now."""
        if time.time() - max(state[3:]) / 1e9 < self._settled:
            return
        with self._lock:
            self._states[state] = None
            if len(self._states) > self._most:
                self._states.popitem(last=False)


_CHECKED = _Checked()


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


def _check(
    path: Path, manifest: Manifest, tensors: Mapping[str, torch.Tensor], sum_of: Callable[[memoryview], int]
) -> None:
    for name, one in tensors.items():
        if sum_of(_content(one)) != manifest.checksums[name]:
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
