"""How items lie on the shelf, and which of them a search or a listing is about."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, TypeAlias

from langgraph.store.base import Item, ListNamespacesOp, MatchCondition, SearchItem

from langgraph_memos.keys import join, split

Namespace: TypeAlias = tuple[str, ...]
Address: TypeAlias = tuple[Namespace, str]
"""Namespace and key of an item."""

# First parts of keys, and what follows them:
ITEM = "item"
"""namespace, key -> ``Record``"""
VECTORS = "vectors"
"""namespace, key -> the vectors of the item's indexed texts, each as float32 bytes"""
COUNT = "count"
"""-> how many batches have written, and the number of the next new item"""
LOG = "log"
"""number of a batch -> the addresses that it wrote"""
DUE = "due"
"""namespace, key, number of the item -> ``Due``"""

LOG_KEPT = 1000
"""Batches that the log holds. Who lags further behind reads everything anew."""


class Record(NamedTuple):
    """An item."""

    number: int
    """Increasing by creation; an item that is deleted and put again has another one."""
    created: str
    """ISO 8601"""
    updated: str
    ttl: float | None
    """Minutes to live after the last access."""
    expires: str | None
    text: str
    """What is remembered of it in the vault; empty for nothing."""
    value: str
    """JSON"""

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires is not None and datetime.fromisoformat(self.expires) < now

    def prolonged(self, now: datetime) -> "Record":
        """With its time to live beginning anew."""
        return self if self.ttl is None else self._replace(expires=(now + timedelta(minutes=self.ttl)).isoformat())


class Due(NamedTuple):
    """The memory of an item is to say what the item says."""

    batch: int
    """The batch that changed the item."""
    said: str
    """What it said before it was deleted; empty while it is there."""


def key_of(kind: str, address: Address, *number: str) -> str:
    """Where a part of an item lies."""
    return join(kind, join(*address[0]), address[1], *number)


def address_of(key: str) -> Address:
    """Whose part lies there."""
    _, namespace, name, *_ = split(key)
    return tuple(split(namespace)), name


def number_of(due: str) -> int:
    """Which item is due there."""
    return int(split(due)[3])


def item_of(address: Address, record: Record) -> Item:
    """The item as LangGraph knows it, a new object."""
    return Item(
        value=json.loads(record.value),
        key=address[1],
        namespace=address[0],
        created_at=datetime.fromisoformat(record.created),
        updated_at=datetime.fromisoformat(record.updated),
    )


def found_item(address: Address, record: Record, score: float | None) -> SearchItem:
    """The item as a search returns it, a new object."""
    return SearchItem(
        address[0],
        address[1],
        json.loads(record.value),
        datetime.fromisoformat(record.created),
        datetime.fromisoformat(record.updated),
        score,
    )


def now() -> datetime:
    """The moment of a read or write."""
    return datetime.now(UTC)


def passes(value: Any, condition: Any) -> bool:
    """Whether a value holds what a filter asks for.

    Raises:
        ValueError: an operator that there is not.
    """
    if isinstance(condition, Mapping):
        if any(name.startswith("$") for name in condition):
            return all(_compare(value, name, other) for name, other in condition.items())
        return isinstance(value, dict) and all(passes(value.get(name), other) for name, other in condition.items())
    if isinstance(condition, list | tuple):
        return isinstance(value, list) and len(value) == len(condition) and all(map(passes, value, condition))
    return bool(value == condition)


def _compare(value: Any, operator: str, other: Any) -> bool:
    if operator == "$eq":
        return bool(value == other)
    if operator == "$ne":
        return bool(value != other)
    if operator not in ("$gt", "$gte", "$lt", "$lte"):
        raise ValueError(f"unsupported operator {operator!r}; use $eq, $ne, $gt, $gte, $lt or $lte")
    pair = _comparable(value, other)
    if pair is None:
        return False
    left, right = pair
    if operator[1:3] == "gt":
        return bool(left > right or (operator == "$gte" and left == right))
    return bool(left < right or (operator == "$lte" and left == right))


def _comparable(value: Any, other: Any) -> tuple[Any, Any] | None:
    try:
        return float(value), float(other)
    except (TypeError, ValueError):
        return (value, other) if isinstance(value, str) and isinstance(other, str) else None


def listed(namespaces: Sequence[Namespace], op: ListNamespacesOp) -> list[Namespace]:
    """The namespaces that an operation asks for."""
    found = [space for space in namespaces if all(_matches(space, wanted) for wanted in op.match_conditions or ())]
    if op.max_depth is not None:
        found = list({space[: op.max_depth] for space in found})
    return sorted(found)[op.offset : op.offset + op.limit]


def _matches(namespace: Namespace, condition: MatchCondition) -> bool:
    path = tuple(condition.path)
    if condition.match_type not in ("prefix", "suffix"):
        raise ValueError(f"unsupported match type {condition.match_type!r}; use 'prefix' or 'suffix'")
    if len(namespace) < len(path):
        return False
    part = namespace[: len(path)] if condition.match_type == "prefix" else namespace[len(namespace) - len(path) :]
    return all(wanted in ("*", label) for label, wanted in zip(part, path, strict=True))
