"""Changes to whole threads: each is one transaction."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from langgraph.checkpoint.serde.base import SerializerProtocol
from langgraph.checkpoint.serde.types import _DeltaSnapshot

from langgraph_memos.keys import join, split
from langgraph_memos.records import BLOB, CHECKPOINT, RUN, WRITE, Row, blob_key, items_of, unpack
from memos_core import ShelfWriter

Change: TypeAlias = Callable[[ShelfWriter], None]
Rows: TypeAlias = dict[str, Row]
"""Checkpoints of one namespace, by id."""


def thread(thread_id: str) -> Change:
    """Delete a thread."""

    def change(writer: ShelfWriter) -> None:
        for ns, rows in _namespaces(writer, thread_id).items():
            _delete(writer, thread_id, ns, rows)
        for kind in (BLOB, WRITE):
            writer.delete(writer.keys(join(kind, thread_id)))

    return change


def runs(run_ids: Iterable[str], serde: SerializerProtocol) -> Change:
    """Delete what runs made."""

    def change(writer: ShelfWriter) -> None:
        wanted, places = {str(run_id) for run_id in run_ids} - {""}, set[tuple[str, str]]()
        for run_id in wanted:
            marks = writer.keys(join(RUN, run_id))
            places |= {(split(key)[2], split(key)[3]) for key in marks}
            writer.delete(marks)
        for thread_id, ns in places:
            rows = _rows(writer, thread_id, ns)
            _delete(writer, thread_id, ns, {id: row for id, row in rows.items() if row.run in wanted})
            _sweep(writer, thread_id, ns, [row for row in rows.values() if row.run not in wanted], serde)

    return change


def copy(source: str, target: str) -> Change:
    """Copy a thread."""

    def change(writer: ShelfWriter) -> None:
        for ns, rows in _namespaces(writer, source).items():
            for id, row in rows.items():
                writer.put(items_of(row, target, ns, id))
        for kind in (BLOB, WRITE):
            found = writer.scan(join(kind, source))
            writer.put({join(kind, target, *split(key)[2:]): value for key, value in found})

    return change


def prune(thread_ids: Sequence[str], strategy: str, serde: SerializerProtocol) -> Change:
    """Delete old checkpoints of threads.

    Raises:
        ValueError: no such strategy.
    """
    if strategy not in ("keep_latest", "delete"):
        raise ValueError(f"unknown strategy {strategy!r}; use 'keep_latest' or 'delete'")

    def change(writer: ShelfWriter) -> None:
        for thread_id in map(str, thread_ids):
            if strategy == "delete":
                thread(thread_id)(writer)
                continue
            for ns, rows in _namespaces(writer, thread_id).items():
                kept = _needed(writer, thread_id, ns, rows, serde)
                _delete(writer, thread_id, ns, {id: row for id, row in rows.items() if id not in kept})
                _sweep(writer, thread_id, ns, [row for id, row in rows.items() if id in kept], serde)

    return change


def _rows(writer: ShelfWriter, thread_id: str, ns: str) -> Rows:
    return {split(key)[3]: Row(*unpack(row)) for key, row in writer.scan(join(CHECKPOINT, thread_id, ns))}


def _namespaces(writer: ShelfWriter, thread_id: str) -> dict[str, Rows]:
    namespaces: dict[str, Rows] = {}
    for key, row in writer.scan(join(CHECKPOINT, thread_id)):
        _, _, ns, id = split(key)
        namespaces.setdefault(ns, {})[id] = Row(*unpack(row))
    return namespaces


def _delete(writer: ShelfWriter, thread_id: str, ns: str, rows: Rows) -> None:
    """Delete checkpoints with their writes, and leave their channels' values."""
    for id, row in rows.items():
        writer.delete(items_of(row, thread_id, ns, id))
        writer.delete(writer.keys(join(WRITE, thread_id, ns, id)))


def _sweep(writer: ShelfWriter, thread_id: str, ns: str, rows: Iterable[Row], serde: SerializerProtocol) -> None:
    """Delete the channels' values that none of these checkpoints holds."""
    held = {
        blob_key(thread_id, ns, *item)
        for row in rows
        for item in serde.loads_typed(row.checkpoint)["channel_versions"].items()
    }
    writer.delete(key for key in writer.keys(join(BLOB, thread_id, ns)) if key not in held)


def _needed(writer: ShelfWriter, thread_id: str, ns: str, rows: Rows, serde: SerializerProtocol) -> set[str]:
    """The latest checkpoint, and its ancestors back to the last stored value of each of its delta channels."""
    latest = max(rows)
    stored = {key: serde.loads_typed(unpack(blob)) for key, blob in writer.scan(join(BLOB, thread_id, ns))}
    snapshots = {split(key)[3] for key, value in stored.items() if isinstance(value, _DeltaSnapshot)}
    counters = serde.loads_typed(rows[latest].metadata).get("counters_since_delta_snapshot") or {}
    missing, id, needed = snapshots | set(counters), latest, {latest}
    while True:
        checkpoint = serde.loads_typed(rows[id].checkpoint)
        held = {
            name for name, v in checkpoint["channel_versions"].items() if blob_key(thread_id, ns, name, v) in stored
        }
        missing -= held | checkpoint["channel_values"].keys()
        id = rows[id].parent
        if not missing or id not in rows or id in needed:
            return needed
        needed.add(id)
