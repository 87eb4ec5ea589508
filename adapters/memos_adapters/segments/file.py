"""The segment file: a checked header and aligned arrays that are mapped, never parsed.

    magic 8 | format u32 | header bytes u32 | header CRC-32 u32 | 0 u32 | header JSON | arrays, each at a multiple of 64

The header names the vault, the slots ``[lo, hi)``, the embedder, the lists of names, the place of each array
relative to the first, and length and CRC-32 of everything from the first array on.
"""

import errno
import fcntl
import json
import os
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.columns import CHANGING, FIXED, NAMED
from memos_adapters.segments.dense import Block
from memos_adapters.segments.postings import Postings
from memos_adapters.segments.segment import Segment
from memos_core.domain.record import SegmentRow
from memos_core.errors import CorruptStore, DiskFull, FutureFormat, ReadOnlyStore, StoreError

MAGIC = b"MEMOSSEG"
FORMAT = 1
SUFFIX, UNFINISHED = ".seg", ".tmp"

_ALIGNMENT = 64
_PREAMBLE = struct.Struct("<8sIIII")
_POSTINGS = {"vocabulary": "<u4", "start": "<i8", "slot": "<i4", "tf": "<u2"}
_VECTORS = {"codes": "|i1", "scale": "<f4", "halves": "<f2"}
_DTYPES = FIXED | CHANGING | dict.fromkeys(NAMED, "<i4") | _POSTINGS | _VECTORS


def file_name(vault: int, lo: int, hi: int) -> str:
    """A name that is used once for ever."""
    return f"{vault}-{lo}-{hi}-{os.urandom(8).hex()}{SUFFIX}"


def names_of(vault: int, directory: Path) -> list[str]:
    """Segment files of the vault, finished or not, whether published or not."""
    return [path.name for path in directory.glob(f"{vault}-*") if path.suffix in (SUFFIX, UNFINISHED)]


@contextmanager
def written(directory: Path, name: str, segment: Segment) -> Iterator[Path]:
    """Write ``segment`` durably under ``name``; in the context ``unlocked`` leaves the file out.

    Raises:
        DiskFull: nothing was left behind.
        ReadOnlyStore: the directory cannot be written.
    """
    unfinished, path = directory / f"{name}{UNFINISHED}", directory / name
    with ExitStack() as stack:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            file = stack.enter_context(_locked_new_file(unfinished))
            header, pieces = _laid_out(segment, _arrays_of(segment))
            file.writelines((header, *pieces))
            file.flush()
            os.fsync(file.fileno())
            unfinished.rename(path)
            _sync_directory(directory)
        except OSError as error:
            raise _store_error(error, unfinished) from error
        finally:
            unfinished.unlink(missing_ok=True)  # it is there only if it was not finished
        yield path


def read(directory: Path, row: SegmentRow, vault: int) -> Segment:
    """Check and map a published segment.

    Raises:
        FutureFormat: a newer release wrote it.
        CorruptStore: it is missing, damaged, or not what ``row`` says it is.
    """
    try:
        data = np.memmap(directory / row.file, np.uint8, "r").view(np.ndarray)  # plain arrays are quicker to slice
    except (OSError, ValueError) as error:
        raise CorruptStore(f"segment {row.file} cannot be read: {error}") from error
    header, payload = _checked(data, row.file)
    if (header["vault"], header["lo"], header["hi"]) != (vault, row.lo, row.hi):
        raise CorruptStore(f"segment {row.file} holds other slots than [{row.lo}, {row.hi}) of its vault")
    arrays: dict[str, NDArray[Any]] = {}
    for name, (offset, dtype, shape) in header["arrays"].items():
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        arrays[name] = payload[offset : offset + size].view(dtype).reshape(shape)
    vectors = [Block(row.lo, *(arrays[name] for name in _VECTORS))] if "codes" in arrays else []
    return Segment(
        vault=vault,
        lo=row.lo,
        hi=row.hi,
        fingerprint=header["fingerprint"],
        columns={name: arrays[name] for name in (*FIXED, *CHANGING, *NAMED)},
        names=header["names"],
        postings=Postings(**{name: arrays[name] for name in _POSTINGS}),
        vectors=tuple(block for block in vectors if block.dimensions),
    )


@contextmanager
def unlocked(directory: Path, names: Sequence[str]) -> Iterator[list[str]]:
    """Those of ``names`` that nobody is writing; nobody starts to while in the context."""
    held: dict[str, int] = {}
    try:
        for name in names:
            try:
                descriptor = os.open(directory / name, os.O_RDONLY)
            except FileNotFoundError:
                continue
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
            else:
                held[name] = descriptor
        yield list(held)
    finally:
        for descriptor in held.values():
            os.close(descriptor)


def _checked(data: NDArray[np.uint8], name: str) -> tuple[dict[str, Any], NDArray[np.uint8]]:
    """The header and the bytes of the arrays."""
    if len(data) < _PREAMBLE.size:
        raise CorruptStore(f"segment {name} is cut short")
    magic, version, size, header_crc, _ = _PREAMBLE.unpack(data[: _PREAMBLE.size].tobytes())
    if magic != MAGIC:
        raise CorruptStore(f"{name} is not a segment file")
    if version != FORMAT:
        raise FutureFormat(f"segment {name} has format {version}; this release reads {FORMAT}")
    text = data[_PREAMBLE.size : _PREAMBLE.size + size].tobytes()
    if zlib.crc32(text) != header_crc:
        raise CorruptStore(f"the header of segment {name} is damaged")
    header: dict[str, Any] = json.loads(text)
    payload = data[_aligned(_PREAMBLE.size + size) :]
    if len(payload) != header["bytes"]:
        raise CorruptStore(f"segment {name} is cut short: {len(payload)} bytes of {header['bytes']}")
    if zlib.crc32(_bytes_of(payload)) != header["crc"]:
        raise CorruptStore(f"the content of segment {name} is damaged")
    return header, payload


def _laid_out(segment: Segment, arrays: Mapping[str, Sequence[NDArray[Any]]]) -> tuple[bytes, list[memoryview | bytes]]:
    """Everything before the arrays, and the pieces from there on."""
    places: dict[str, tuple[int, str, list[int]]] = {}
    pieces: list[memoryview | bytes] = []
    at = crc = 0
    for name, parts in arrays.items():
        rows = sum(len(part) for part in parts)
        places[name] = (at, _DTYPES[name], [rows, *parts[0].shape[1:]])
        size = sum(part.nbytes for part in parts)
        padding = bytes(_aligned(size) - size)
        at += size + len(padding)
        content: list[memoryview | bytes] = [*map(_bytes_of, parts), padding]
        for piece in content:
            crc = zlib.crc32(piece, crc)
        pieces += content
    header = json.dumps(
        {
            "vault": segment.vault,
            "lo": segment.lo,
            "hi": segment.hi,
            "fingerprint": segment.fingerprint,
            "names": {name: list(names) for name, names in segment.names.items()},
            "arrays": places,
            "bytes": at,
            "crc": crc,
        }
    ).encode()
    preamble = _PREAMBLE.pack(MAGIC, FORMAT, len(header), zlib.crc32(header), 0)
    return (preamble + header).ljust(_aligned(len(preamble) + len(header)), b"\0"), pieces


def _arrays_of(segment: Segment) -> dict[str, list[NDArray[Any]]]:
    arrays: dict[str, list[NDArray[Any]]] = {name: [array] for name, array in segment.columns.items()}
    arrays |= {name: [getattr(segment.postings, name)] for name in _POSTINGS}
    if segment.vectors:
        arrays |= {name: [getattr(block, name) for block in segment.vectors] for name in _VECTORS}
    return {name: [np.ascontiguousarray(part, _DTYPES[name]) for part in parts] for name, parts in arrays.items()}


def _locked_new_file(path: Path) -> BinaryIO:
    """Create ``path`` and hold its lock until it is closed."""
    while True:
        file = path.open("xb")
        fcntl.flock(file, fcntl.LOCK_EX)
        if os.fstat(file.fileno()).st_nlink:
            return file
        file.close()  # somebody swept it away before it was locked


def _bytes_of(array: NDArray[Any]) -> memoryview:
    """The memory of a contiguous array, not copied."""
    data: Any = array.reshape(-1).view(np.uint8)
    return memoryview(data)


def _store_error(error: OSError, path: Path) -> StoreError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(f"no room for segment {path}")
    return ReadOnlyStore(f"segment {path} cannot be written: {error}")


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT
