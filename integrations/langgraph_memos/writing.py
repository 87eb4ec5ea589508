"""Changes to a store's items: each is one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from langgraph_memos.items import COUNT, DUE, ITEM, LOG, LOG_KEPT, VECTORS, Address, Due, Record, key_of, now
from langgraph_memos.keys import join
from langgraph_memos.records import pack, unpack
from memos_core import ShelfWriter


class Draft(NamedTuple):
    """What to write of an item."""

    value: str
    """JSON"""
    text: str
    """What to remember of it; empty for nothing."""
    ttl: float | None
    """Minutes to live."""
    vectors: Sequence[bytes]


class Batch:
    """What one transaction writes."""

    def __init__(self, writer: ShelfWriter) -> None:
        counted = writer.get(join(COUNT))
        before, self.items = unpack(counted) if counted else (0, 0)
        self.number: int = before + 1
        self.moment = now()
        self.puts: dict[str, bytes] = {}
        self.deletes: set[str] = set()
        self.changed: list[Address] = []
        self._writer = writer

    def put(self, address: Address, draft: Draft, before: Record | None) -> None:
        """Write an item."""
        if before is None:
            self.items += 1
        record = Record(
            number=before.number if before else self.items,
            created=before.created if before else self.moment.isoformat(),
            updated=self.moment.isoformat(),
            ttl=draft.ttl,
            expires=None,
            text=draft.text,
            value=draft.value,
        )
        self.store(address, record)
        if draft.vectors:
            self.puts[key_of(VECTORS, address)] = pack(tuple(draft.vectors))
        else:
            self.deletes.add(key_of(VECTORS, address))
        said = before.text if before else ""
        if draft.text != said:
            self._due(address, record, "" if draft.text else said)

    def store(self, address: Address, record: Record) -> None:
        """Write a record, its time to live beginning now."""
        self.puts[key_of(ITEM, address)] = pack(record.prolonged(self.moment))
        self.changed.append(address)

    def delete(self, address: Address, before: Record) -> None:
        """Delete an item."""
        self.deletes |= {key_of(ITEM, address), key_of(VECTORS, address)}
        self.changed.append(address)
        if before.text:
            self._due(address, before, before.text)

    def commit(self) -> None:
        """Write it all, with its entry in the log."""
        if not self.changed:
            return
        self.puts[join(COUNT)] = pack((self.number, self.items))
        self.puts[join(LOG, f"{self.number:020}")] = pack((self.changed,))
        self.deletes.add(join(LOG, f"{self.number - LOG_KEPT:020}"))
        self._writer.delete(self.deletes - self.puts.keys())
        self._writer.put(self.puts)

    def _due(self, address: Address, record: Record, said: str) -> None:
        self.puts[key_of(DUE, address, str(record.number))] = pack(Due(self.number, said))


def apply(
    writer: ShelfWriter,
    drafts: Mapping[Address, Draft | None],
    done: Mapping[str, bytes],
    *,
    mirrored: bool,
    expired_at: datetime | None = None,
) -> tuple[int, list[str]]:
    """Write drafts, and delete where there is ``None``.

    Args:
        writer: Of the transaction.
        drafts: By address.
        done: What was due and is done, as it lies on the shelf.
        mirrored: Whether items have memories.
        expired_at: Delete only items whose time was over then.

    Returns:
        How many items changed, and the keys of what is due for their memories.
    """
    for key, value in writer.get_many(done).items():
        if value == done[key]:
            writer.delete([key])
    found = writer.get_many(key_of(ITEM, address) for address in drafts)
    batch = Batch(writer)
    for address, draft in drafts.items():
        stored = found.get(key_of(ITEM, address))
        before = None if stored is None else Record(*unpack(stored))
        if draft is not None:
            batch.put(address, draft, before)
        elif before is not None and (expired_at is None or before.is_expired(expired_at)):
            batch.delete(address, before)
    batch.commit()
    dues = [key for key in batch.puts if key.startswith(join(DUE))] if mirrored else []
    return len(batch.changed), dues


def prolong(writer: ShelfWriter, addresses: Iterable[Address]) -> None:
    """Let the time to live of these items begin anew."""
    names = {key_of(ITEM, address): address for address in addresses}
    batch = Batch(writer)
    for key, stored in writer.get_many(names).items():
        batch.store(names[key], Record(*unpack(stored)))
    batch.commit()
