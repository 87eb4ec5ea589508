"""A file of an adapter: peft's tensors as safetensors, the manifest in the header. Never pickled."""

import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from memos_core.domain.parametric import AdapterManifest
from memos_core.errors import CorruptAdapter

FORMAT = "memos-lora/1"
ADAPTER = "adapter.safetensors"
"""Name of the file that training writes."""

Tensors = Mapping[str, torch.Tensor]


def write(path: Path, tensors: Tensors, manifest: AdapterManifest) -> AdapterManifest:
    """Write a file whole or not at all; return the manifest with the checksums filled in."""
    full = replace(manifest, checksums=checksums(tensors))
    said = json.dumps(full.as_json(), sort_keys=True, separators=(",", ":"))
    write_tensors(path, tensors, {"format": FORMAT, "manifest": said, "crc32": _sum_of(said)})
    return full


def read(path: Path) -> tuple[AdapterManifest, dict[str, torch.Tensor]]:
    """Read a file, and check every byte of it.

    Raises:
        CorruptAdapter: truncated, damaged, or not such a file.
    """
    metadata, tensors = read_tensors(path)
    if metadata.get("format") != FORMAT:
        raise CorruptAdapter(f"{path} is no adapter of format {FORMAT}")
    said = metadata.get("manifest", "")
    if metadata.get("crc32") != _sum_of(said):
        raise CorruptAdapter(f"{path} is damaged: the checksum of its manifest differs")
    try:
        manifest = AdapterManifest.from_json(json.loads(said))
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptAdapter(f"{path} has no valid manifest: {error!r}") from error
    if manifest.checksums != checksums(tensors):
        raise CorruptAdapter(f"{path} is damaged: its tensors are not those of its manifest")
    return manifest, tensors


def read_tensors(path: Path) -> tuple[dict[str, str], dict[str, torch.Tensor]]:
    """Metadata and tensors of any safetensors file.

    Raises:
        CorruptAdapter: it cannot be read as one.
    """
    try:
        with safe_open(path, framework="pt") as opened:
            metadata: dict[str, str] = opened.metadata() or {}
            # Clones: the file may be replaced while the tensors are in use.
            return metadata, {name: opened.get_tensor(name).clone() for name in opened.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, RuntimeError) as error:
        raise CorruptAdapter(f"{path} cannot be read as an adapter: {error}") from error


def write_tensors(path: Path, tensors: Tensors, metadata: Mapping[str, str]) -> None:
    """Write a safetensors file beside its place, then move it there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    save_file({name: one.detach().cpu().contiguous() for name, one in tensors.items()}, half, metadata=dict(metadata))
    with half.open("rb") as written:
        os.fsync(written.fileno())
    half.replace(path)


def checksums(tensors: Tensors) -> dict[str, int]:
    """CRC-32 of each tensor's bytes, by name."""
    return {name: zlib.crc32(_content(one)) for name, one in sorted(tensors.items())}


def plain(value: Any) -> Any:
    """A peft configuration in types that JSON has: sets become sorted lists."""
    if isinstance(value, Mapping):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, set | frozenset):
        return sorted(plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _content(tensor: torch.Tensor) -> memoryview:
    return memoryview(tensor.detach().to("cpu").contiguous().reshape(-1).view(torch.uint8).numpy())


def _sum_of(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
