"""Activation memory as rows of what is derived: made, read, and made stale when a source changes."""

import json
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import datetime
from typing import Any

from memos_core.domain.activation import Activation, Manifest
from memos_core.domain.cube import Header, MemCube, Provenance
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import BlobRow, DerivedRow
from memos_core.operation.transforms.handles import KV
from memos_core.operation.transforms.origins import Origin, lines
from memos_core.ports import Transaction

ACTIVATION = "activation"
"""Kind of derived row, and of cube."""


def handle_of(manifest: Manifest) -> str:
    """The address of activation memory by its content: equal content, model and tenant give the same handle."""
    return f"{KV}{manifest.key[:32]}"


def row_of(
    manifest: Manifest, origin: Origin, blob: BlobRow, span: tuple[datetime, datetime], actor: str
) -> DerivedRow:
    """The row that keeps activation memory.

    Args:
        manifest: What the file holds.
        origin: What it stands for.
        blob: The file.
        span: Event times of its first and its last source.
        actor: Who made it.
    """
    body = {
        "text": origin.text,
        "manifest": manifest.as_json(),
        "bytes": blob.bytes,
        "actor": actor,
        "origin": origin.form,
    }
    return DerivedRow(
        uid=handle_of(manifest),
        kind=ACTIVATION,
        start=span[0],
        stop=span[1],
        made_at=manifest.made_at,
        rules=manifest.fingerprint.key,
        sources=tuple(dict.fromkeys(source.id for source in manifest.sources)),
        body=json.dumps(body, ensure_ascii=False),
        blob=blob.digest,
    )


def tells_the_same(row: DerivedRow, text: str, manifest: Manifest) -> bool:
    """Whether a row is not stale and keeps this text, of these versions of its sources, for the same use."""
    body = json.loads(row.body)
    if "order" in body or body["text"] != text:
        return False
    known = Manifest.from_json(body["manifest"])
    return (known.sources, known.self_contained) == (manifest.sources, manifest.self_contained)


def stale_row(row: DerivedRow, without: str = "") -> DerivedRow:
    """What remains of activation memory when a source has changed: which sources, in which order.

    Args:
        row: As it was.
        without: A source that is being erased.
    """
    body = json.loads(row.body)
    order = body["order"] if "order" in body else [one["id"] for one in body["manifest"]["sources"]]
    remaining = [uid for uid in dict.fromkeys(order) if uid != without]
    return replace(
        row,
        sources=tuple(remaining),
        body=json.dumps({"order": remaining, "actor": body["actor"], "origin": body.get("origin", "plaintext")}),
        blob="",
    )


class RowsRead:
    """What the bodies of rows say that were read lately: the tokens of a long memory take long to read. Thread-safe."""

    def __init__(self, most: int = 32) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[str, dict[str, Any]]] = OrderedDict()
        self._lock = threading.Lock()

    def body(self, row: DerivedRow) -> dict[str, Any]:
        """The body of a row, with its manifest if it has one. Not to be changed."""
        with self._lock:
            known, body = self._kept.get(row.uid, ("", {}))
        if known != row.body:
            body = _read(row)
        with self._lock:
            self._kept[row.uid] = row.body, body
            self._kept.move_to_end(row.uid)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return body

    def clear(self) -> None:
        """Forget all of them: something was erased."""
        with self._lock:
            self._kept.clear()


def _read(row: DerivedRow) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(row.body)
    return body if "order" in body else body | {"manifest": Manifest.from_json(body["manifest"])}


def cube_of(
    transaction: Transaction, vault: int, name: str, row: DerivedRow, rows_read: RowsRead | None = None
) -> MemCube:
    """A row as a cube; a stale one with the text that its sources have now."""
    body = rows_read.body(row) if rows_read else _read(row)
    if "order" in body:
        current = [transaction.cubes.get(vault, uid) for uid in body["order"]]
        told = [cube for cube in current if cube is not None and cube.state is LifecycleState.ACTIVE]
        payload = Activation(text=lines(told))
    else:
        payload = Activation(text=body["text"], manifest=body["manifest"], blob=row.blob, bytes=body["bytes"])
    header = Header(
        id=row.uid,
        vault=name,
        kind=ACTIVATION,
        version=1,
        state=LifecycleState.ACTIVE,
        recorded_at=row.made_at,
        occurred_at=row.start,
        valid_from=row.made_at,
        provenance=Provenance(actor=body["actor"], reason="transform", source=body.get("origin", "plaintext")),
    )
    return MemCube(header=header, payload=payload)
