"""Writes a vault to a file that outlives this library: JSON lines, one version of a memory a line."""

import json
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TextIO

from memos_core.domain.cube import MemCube
from memos_core.errors import InvalidInput
from memos_core.ports import Transaction

EXPORT_FORMAT = 1
_PAGE = 500


def write_export(transaction: Transaction, vault: int, name: str, path: Path, now: datetime) -> int:
    """Write all versions of all memories of a vault that are not erased; return the number of memories.

    Raises:
        InvalidInput: the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            head = {"format": "memos-export", "version": EXPORT_FORMAT, "vault": name, "at": now.isoformat()}
            file.write(json.dumps(head) + "\n")
            count = _write_cubes(transaction, vault, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise InvalidInput(f"cannot export to {path}: {error.strerror}") from error
    return count


def _write_cubes(transaction: Transaction, vault: int, file: TextIO) -> int:
    count, after = 0, ""
    while page := transaction.cubes.scan(vault, after, _PAGE):
        for cube in page:
            for version in transaction.cubes.history(vault, cube.id):
                file.write(json.dumps(_line(version), ensure_ascii=False) + "\n")
        count += len(page)
        after = page[-1].id
    return count


def _line(cube: MemCube) -> dict[str, object]:
    header = cube.header
    return {
        "id": header.id,
        "version": header.version,
        "state": str(header.state),
        "kind": header.kind,
        "text": cube.text,
        "speaker": header.speaker,
        "role": header.role,
        "session": header.session,
        "occurred_at": header.occurred_at.isoformat(),
        "recorded_at": header.recorded_at.isoformat(),
        "valid_from": header.valid_from.isoformat(),
        "valid_to": header.valid_to.isoformat() if header.valid_to else None,
        "metadata": dict(header.metadata),
        "actor": header.provenance.actor,
        "reason": header.provenance.reason,
        "source": header.provenance.source,
    }
