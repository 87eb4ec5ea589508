"""How checkpoints, channel values and writes lie on the shelf."""

from typing import Any, NamedTuple, TypeAlias

import ormsgpack
from langgraph.checkpoint.serde.types import _DeltaSnapshot

from langgraph_memos.keys import join

# First parts of keys, and what follows them:
CHECKPOINT = "checkpoint"
"""thread, namespace, checkpoint id -> ``Row``"""
BLOB = "blob"
"""thread, namespace, channel, version -> ``Typed``"""
WRITE = "write"
"""thread, namespace, checkpoint id, task id, number -> ``Write``"""
RUN = "run"
"""run id, thread, namespace, checkpoint id -> nothing"""

Typed: TypeAlias = tuple[str, bytes]
"""A value as a serializer turned it into bytes."""

SMALL = 256
"""Characters of a text that is rather repeated than shared."""


class Row(NamedTuple):
    """A checkpoint with the values of its channels that it shares with no other."""

    parent: str
    """Id of the checkpoint that it was made from, or empty."""
    checkpoint: Typed
    metadata: Typed
    run: str
    """Id of the run that made it, or empty."""


class Write(NamedTuple):
    """What a task wrote to a channel; its first three fields sort it."""

    task_path: str
    task_id: str
    number: int
    channel: str
    value: Typed


def pack(record: tuple[Any, ...]) -> bytes:
    """A record as bytes."""
    return ormsgpack.packb(tuple(record))


def unpack(record: bytes) -> tuple[Any, ...]:
    """The fields of a record."""
    return tuple(tuple(field) if isinstance(field, list) else field for field in ormsgpack.unpackb(record))


def is_shared(value: object, new: bool) -> bool:
    """Whether a value lies apart from the checkpoint that holds it.

    A new one lies in it: that is one write less. But a delta channel's value is asked for by its version alone, and
    to a set LangGraph's barriers go on adding: the next checkpoint, of the same version, would store what came later.
    """
    if new:
        return isinstance(value, _DeltaSnapshot | set)
    return (
        len(value) > SMALL if isinstance(value, str) else not (value is None or isinstance(value, bool | int | float))
    )


def blob_key(thread: str, ns: str, channel: str, version: str | int | float) -> str:
    """Where a channel's value lies; 1 and 1.0 are one version, "1" is another."""
    if isinstance(version, float) and version.is_integer():
        version = int(version)
    return join(BLOB, thread, ns, channel, repr(version))


def items_of(row: Row, thread: str, ns: str, checkpoint_id: str) -> dict[str, bytes]:
    """What to write for a checkpoint besides its channels' values."""
    items = {join(CHECKPOINT, thread, ns, checkpoint_id): pack(row)}
    if row.run:
        items[join(RUN, row.run, thread, ns, checkpoint_id)] = b""
    return items
