"""LangGraph's checkpoints in the store of the memories."""

import builtins
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    WRITES_IDX_MAP,
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
    DeltaChannelHistory,
    PendingWrite,
    get_checkpoint_id,
    get_checkpoint_metadata,
)
from langgraph.checkpoint.serde.base import SerializerProtocol

from langgraph_memos import pruning
from langgraph_memos.entering import Prepared
from langgraph_memos.fields import field
from langgraph_memos.keys import join, split
from langgraph_memos.records import CHECKPOINT, WRITE, Row, Write, blob_key, is_shared, items_of, pack, unpack
from memos_core import MemoryOS, ShelfReader, ShelfWriter

PAGE = 32
"""Checkpoints that ``list`` reads at a time."""


class MemosSaver(Prepared, BaseCheckpointSaver[str]):
    """Keeps the checkpoints of graphs, durably and for several threads and processes at once.

    A channel's value is stored with the checkpoint that brought it, and once more for all later ones that hold it
    unchanged; small ones are repeated. When a method returns, what it wrote survives a crash. Sync and async methods
    may be mixed.

    Args:
        memory: An open store.
        serde: Turns values into bytes; by default LangGraph's own, which pickles nothing.
        shelf: Where in the store; graphs with another name do not see each other's threads.

    Example:
        ``graph = builder.compile(checkpointer=MemosSaver(memory))``
    """

    def __init__(
        self, memory: MemoryOS, *, serde: SerializerProtocol | None = None, shelf: str = "langgraph.checkpoints"
    ) -> None:
        super().__init__(serde=serde)
        self._shelf = memory.shelf(shelf)

    # ── reading ──

    def get_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """The checkpoint that ``config`` names, or the thread's latest, or ``None``."""
        return self._shelf.read(lambda shelf: self._one(shelf, config))

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Async door to ``get_tuple``."""
        return await self._shelf.aread(lambda shelf: self._one(shelf, config))

    def list(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> Iterator[CheckpointTuple]:
        """Checkpoints, newest first.

        Args:
            config: Of this thread, and of this namespace and id where it names them; ``None`` for all threads.
            filter: Only those whose metadata holds these values.
            before: Only those older than the checkpoint that this names.
            limit: At most so many.
        """
        keys = self._shelf.read(lambda shelf: _matching(shelf, config, before))
        while keys and (limit is None or limit > 0):
            page, keys = keys[:PAGE], keys[PAGE:]
            found = self._shelf.read(partial(self._several, keys=page, filter=filter, limit=limit))
            limit = None if limit is None else limit - len(found)
            yield from found

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Async door to ``list``."""
        keys = await self._shelf.aread(lambda shelf: _matching(shelf, config, before))
        while keys and (limit is None or limit > 0):
            page, keys = keys[:PAGE], keys[PAGE:]
            found = await self._shelf.aread(partial(self._several, keys=page, filter=filter, limit=limit))
            limit = None if limit is None else limit - len(found)
            for item in found:
                yield item

    def get_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """For each channel what was written to it since its last stored value, along the ancestors of ``config``."""
        return self._shelf.read(lambda shelf: self._history(shelf, config, channels))

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """Async door to ``get_delta_channel_history``."""
        return await self._shelf.aread(lambda shelf: self._history(shelf, config, channels))

    # ── writing ──

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint as a child of the one that ``config`` names; return the config that names it."""
        thread, ns = _place(config)
        self._shelf.update(self._stored(thread, ns, config, checkpoint, metadata, new_versions))
        return _config(thread, ns, checkpoint["id"])

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Async door to ``put``."""
        thread, ns = _place(config)
        await self._shelf.aupdate(self._stored(thread, ns, config, checkpoint, metadata, new_versions))
        return _config(thread, ns, checkpoint["id"])

    def put_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Store what a task wrote. A write that is there stays; errors, interrupts and resumes are replaced."""
        self._shelf.update(self._writes(config, writes, task_id, task_path))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        """Async door to ``put_writes``."""
        await self._shelf.aupdate(self._writes(config, writes, task_id, task_path))

    # ── upkeep ──

    def delete_thread(self, thread_id: str) -> None:
        """Delete all that is stored of a thread."""
        self._shelf.update(pruning.thread(str(thread_id)))

    async def adelete_thread(self, thread_id: str) -> None:
        """Async door to ``delete_thread``."""
        await self._shelf.aupdate(pruning.thread(str(thread_id)))

    def delete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Delete the checkpoints that these runs made, and what their tasks wrote."""
        self._shelf.update(pruning.runs(run_ids, self.serde))

    async def adelete_for_runs(self, run_ids: Sequence[str]) -> None:
        """Async door to ``delete_for_runs``."""
        await self._shelf.aupdate(pruning.runs(run_ids, self.serde))

    def copy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Copy all checkpoints and writes of a thread to another."""
        self._shelf.update(pruning.copy(str(source_thread_id), str(target_thread_id)))

    async def acopy_thread(self, source_thread_id: str, target_thread_id: str) -> None:
        """Async door to ``copy_thread``."""
        await self._shelf.aupdate(pruning.copy(str(source_thread_id), str(target_thread_id)))

    def prune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Delete old checkpoints of threads.

        Args:
            thread_ids: The threads.
            strategy: ``keep_latest`` keeps the latest of each namespace, and the ancestors from which its delta
                channels are rebuilt; ``delete`` keeps none.

        Raises:
            ValueError: another strategy.
        """
        self._shelf.update(pruning.prune(thread_ids, strategy, self.serde))

    async def aprune(self, thread_ids: Sequence[str], *, strategy: str = "keep_latest") -> None:
        """Async door to ``prune``."""
        await self._shelf.aupdate(pruning.prune(thread_ids, strategy, self.serde))

    def get_next_version(self, current: str | None, channel: None) -> str:
        """A version above ``current``, and another one on each branch of a thread."""
        number = 0 if current is None else int(str(current).partition(".")[0])
        return f"{number + 1:032}.{random.random():016}"

    # ── inside ──

    def _stored(
        self,
        thread: str,
        ns: str,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> Callable[[ShelfWriter], None]:
        """The change that stores a checkpoint."""
        parent = get_checkpoint_id(config) or ""
        versions = {**checkpoint["channel_versions"], **new_versions}
        # Without a parent there is nobody to share values with.
        new = new_versions if parent else versions
        own: dict[str, Any] = {}
        fresh: dict[str, bytes] = {}
        known: dict[str, Any] = {}
        for channel, value in checkpoint["channel_values"].items():
            if channel not in versions or not is_shared(value, channel in new):
                own[channel] = value
                continue
            key = blob_key(thread, ns, channel, versions[channel])
            if channel in new:
                fresh[key] = pack(self.serde.dumps_typed(value))
            else:
                known[key] = value
        fields = get_checkpoint_metadata(config, metadata)
        row = Row(
            parent,
            self.serde.dumps_typed({**checkpoint, "channel_values": own}),
            self.serde.dumps_typed(fields),
            str(fields.get("run_id") or ""),
        )
        items = items_of(row, thread, ns, checkpoint["id"])

        def change(writer: ShelfWriter) -> None:
            for key, blob in fresh.items():
                if not writer.keys(key):
                    items[key] = blob
            for key, value in known.items():
                if not writer.keys(key):
                    items[key] = pack(self.serde.dumps_typed(value))
            writer.put(items)

        return change

    def _writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str
    ) -> Callable[[ShelfWriter], None]:
        """The change that stores a task's writes."""
        thread, ns = _place(config)
        checkpoint_id = str(config["configurable"]["checkpoint_id"])
        first: dict[str, bytes] = {}
        last: dict[str, bytes] = {}
        for place, (channel, value) in enumerate(writes):
            number = WRITES_IDX_MAP.get(channel, place)
            # Numbers below zero sort before others, as text too.
            key = join(WRITE, thread, ns, checkpoint_id, task_id, f"{number + 1_000_000_000:010}")
            record = Write(task_path, task_id, number, channel, self.serde.dumps_typed(value))
            (first if number >= 0 else last)[key] = pack(record)

        def change(writer: ShelfWriter) -> None:
            there = writer.get_many(first)
            writer.put({key: value for key, value in first.items() if key not in there} | last)

        return change

    def _one(self, shelf: ShelfReader, config: RunnableConfig) -> CheckpointTuple | None:
        thread, ns = _place(config)
        wanted = get_checkpoint_id(config)
        rows = _rows(shelf, thread, ns, wanted or "")
        if not rows:
            return None
        found = self._loaded(shelf, *rows[0])
        return found._replace(config=config) if wanted else found

    def _several(
        self, shelf: ShelfReader, *, keys: Sequence[str], filter: dict[str, Any] | None, limit: int | None
    ) -> builtins.list[CheckpointTuple]:
        """The first ``limit`` of these checkpoints that pass the filter."""
        found = shelf.get_many(keys)
        rows = [(key, Row(*unpack(found[key]))) for key in keys if key in found]
        if filter:
            rows = [(key, row) for key, row in rows if _passes(self.serde.loads_typed(row.metadata), filter)]
        return [self._loaded(shelf, key, row) for key, row in rows[:limit]]

    def _loaded(self, shelf: ShelfReader, key: str, row: Row) -> CheckpointTuple:
        """A checkpoint with its channels' values and what tasks wrote."""
        _, thread, ns, checkpoint_id = split(key)
        checkpoint = self.serde.loads_typed(row.checkpoint)
        values = checkpoint["channel_values"]
        versions = {name: version for name, version in checkpoint["channel_versions"].items() if name not in values}
        values |= self._apart(shelf, thread, ns, versions)
        parent = _config(thread, ns, row.parent) if row.parent else None
        metadata = self.serde.loads_typed(row.metadata)
        writes = self._written(shelf, thread, ns, checkpoint_id)
        return CheckpointTuple(_config(thread, ns, checkpoint_id), checkpoint, metadata, parent, writes)

    def _apart(self, shelf: ShelfReader, thread: str, ns: str, versions: Mapping[str, Any]) -> dict[str, Any]:
        """The values of channels that have one of their own at their versions."""
        names = {blob_key(thread, ns, channel, version): channel for channel, version in versions.items()}
        return {names[key]: self.serde.loads_typed(unpack(blob)) for key, blob in shelf.get_many(names).items()}

    def _written(self, shelf: ShelfReader, thread: str, ns: str, checkpoint_id: str) -> builtins.list[PendingWrite]:
        """What tasks wrote at a checkpoint, in the order in which it was applied."""
        found = shelf.scan(join(WRITE, thread, ns, checkpoint_id))
        writes = sorted((Write(*unpack(record)) for _, record in found), key=lambda write: write[:3])
        return [(write.task_id, write.channel, self.serde.loads_typed(write.value)) for write in writes]

    def _history(
        self, shelf: ShelfReader, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        thread, ns = _place(config)
        history: dict[str, DeltaChannelHistory] = {channel: {"writes": []} for channel in channels}
        # The target's own writes belong to the next step.
        rows, open_ones = _rows(shelf, thread, ns, get_checkpoint_id(config) or ""), set(channels)
        seen = {""}  # a checkpoint that is put again may have become its own ancestor
        while (
            open_ones
            and rows
            and (place := rows[0][1].parent) not in seen
            and (rows := _rows(shelf, thread, ns, place))
        ):
            seen.add(place)
            writes = self._written(shelf, thread, ns, place)
            for channel in open_ones:
                history[channel]["writes"][:0] = [write for write in writes if write[1] == channel]
            checkpoint = self.serde.loads_typed(rows[0][1].checkpoint)
            values, versions = checkpoint["channel_values"], checkpoint["channel_versions"]
            seeds = {name: values[name] for name in open_ones & values.keys()}
            missing = (open_ones & versions.keys()) - seeds.keys()
            seeds |= self._apart(shelf, thread, ns, {name: versions[name] for name in missing})
            for channel, seed in seeds.items():
                history[channel]["seed"] = seed
            open_ones -= seeds.keys()
        return history


def _rows(shelf: ShelfReader, thread: str, ns: str, checkpoint_id: str) -> list[tuple[str, Row]]:
    """The checkpoint of that id, or the latest without one, with its key; empty where there is none."""
    if checkpoint_id:
        found = [*shelf.get_many([join(CHECKPOINT, thread, ns, checkpoint_id)]).items()]
    else:
        found = shelf.scan(join(CHECKPOINT, thread, ns), reverse=True, limit=1)
    return [(key, Row(*unpack(row))) for key, row in found]


def _matching(shelf: ShelfReader, config: RunnableConfig | None, before: RunnableConfig | None) -> list[str]:
    """Keys of the checkpoints that ``list`` is about, newest first."""
    prefix, wanted = [CHECKPOINT], None
    if config:
        place = config["configurable"]
        prefix.append(str(place["thread_id"]))
        if place.get("checkpoint_ns") is not None:
            prefix.append(place["checkpoint_ns"])
        wanted = get_checkpoint_id(config)
    end = get_checkpoint_id(before) if before else None
    by_id = [(split(key)[3], key) for key in shelf.keys(join(*prefix))]
    kept = [item for item in by_id if wanted in (None, "", item[0]) and (not end or item[0] < end)]
    return [key for _, key in sorted(kept, key=lambda item: item[0], reverse=True)]


def _place(config: RunnableConfig) -> tuple[str, str]:
    """Thread and namespace."""
    place = config["configurable"]
    return str(place["thread_id"]), place.get("checkpoint_ns") or ""


def _config(thread: str, ns: str, checkpoint_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ns, "checkpoint_id": checkpoint_id}}


def _passes(metadata: Mapping[str, Any], filter: Mapping[str, Any]) -> bool:
    return all(field(metadata, name) == value for name, value in filter.items())
