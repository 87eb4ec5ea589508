"""Weights as 8-bit integers, such that every processor computes the same with them."""

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from memos_core.ports import Floats

Bytes: TypeAlias = NDArray[np.int8]

_LARGEST = 127


def read_tensors(content: bytes) -> dict[str, Floats]:
    """The float32 tensors of a safetensors file, by name, as views of ``content``.

    Layout: the length of a JSON header (8 bytes, little-endian), the header, the data that its offsets point into.
    """
    start = 8 + int.from_bytes(content[:8], "little")
    header: Mapping[str, Any] = json.loads(content[8:start])
    tensors = {}
    for name, entry in header.items():
        if entry.get("dtype") == "F32":
            begin, end = entry["data_offsets"]
            flat = np.frombuffer(content, "<f4", count=(end - begin) // 4, offset=start + begin)
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def quantize_columns(matrix: Floats) -> tuple[Bytes, Floats]:
    """Write a matrix ``(k, n)``, ``k`` even, as integers times a scale per column.

    The integers are at most 127 in size, and so is the sum of two that stand at rows ``2i`` and ``2i + 1`` and have
    the same sign. On x86 without VNNI, ONNX Runtime multiplies with VPMADDUBSW, which adds two neighbouring products
    in 16 bits and saturates: 255 · 127 fits, 255 · 254 would be cut off, silently and on those machines only.

    Returns:
        Integers ``(k, n)`` and scales ``(n,)``; their product is off by at most half a scale.
    """
    even, odd = matrix[0::2], matrix[1::2]
    pairs = np.where((even > 0) == (odd > 0), np.abs(even + odd), 0).max(axis=0)
    # A little less than 127: both of a pair may be rounded up.
    scales = np.maximum(np.abs(matrix).max(axis=0) / _LARGEST, pairs / (_LARGEST - 1))
    scales = np.where(scales > 0, scales, 1).astype(np.float32)
    return np.rint(matrix / scales).astype(np.int8), scales


def quantize_rows(matrix: Floats) -> tuple[Bytes, Floats]:
    """Write a table ``(n, d)`` as integers ``(n, d)`` times a scale per row ``(n, 1)``."""
    scales = np.abs(matrix).max(axis=1, keepdims=True) / _LARGEST
    scales = np.where(scales > 0, scales, 1).astype(np.float32)
    return np.rint(matrix / scales).astype(np.int8), scales
