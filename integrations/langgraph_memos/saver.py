"""LangGraph's checkpoints in the store of the memories."""

import builtins
import random
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
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
from langgraph_memos.keys import join, split
from langgraph_memos.records import CHECKPOINT, EMPTY, WRITE, Row, Write, blob_key, items_of, pack, unpack
from langgraph_memos.steps import Steps, arun, call, run
from memos_core import MemoryOS, ShelfWriter

PAGE = 32
"""Checkpoints that ``list`` reads at a time."""


class MemosSaver(BaseCheckpointSaver[str]):
    """Keeps the checkpoints of graphs, durably and for several threads and processes at once.

    A channel's value is stored once for each of its versions, not once for each checkpoint. When a method returns,
    what it wrote survives a crash. Sync and async methods may be mixed.

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
        return run(self._shelf, self._one(config))

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        """Async door to ``get_tuple``."""
        return await arun(self._shelf, self._one(config))

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
        keys = run(self._shelf, self._matching(config, before))
        while keys and (limit is None or limit > 0):
            page, keys = keys[:PAGE], keys[PAGE:]
            found = run(self._shelf, self._several(page, filter, limit))
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
        keys = await arun(self._shelf, self._matching(config, before))
        while keys and (limit is None or limit > 0):
            page, keys = keys[:PAGE], keys[PAGE:]
            found = await arun(self._shelf, self._several(page, filter, limit))
            limit = None if limit is None else limit - len(found)
            for item in found:
                yield item

    def get_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """For each channel what was written to it since its last stored value, along the ancestors of ``config``."""
        return run(self._shelf, self._history(config, channels))

    async def aget_delta_channel_history(
        self, *, config: RunnableConfig, channels: Sequence[str]
    ) -> Mapping[str, DeltaChannelHistory]:
        """Async door to ``get_delta_channel_history``."""
        return await arun(self._shelf, self._history(config, channels))

    # ── writing ──

    def put(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Store a checkpoint as a child of the one that ``config`` names; return the config that names it."""
        self._shelf.put(self._items(config, checkpoint, metadata, new_versions))
        return _config(*_place(config), checkpoint["id"])

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        """Async door to ``put``."""
        await self._shelf.aput(self._items(config, checkpoint, metadata, new_versions))
        return _config(*_place(config), checkpoint["id"])

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

    def _items(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> dict[str, bytes]:
        """What to write for a checkpoint."""
        thread, ns = _place(config)
        values, known = checkpoint["channel_values"], checkpoint["channel_versions"]
        parent = get_checkpoint_id(config) or ""
        if not parent:  # There is no ancestor whose blobs it could share: all of its values are new.
            new_versions = {**{channel: known[channel] for channel in known if channel in values}, **new_versions}
        items = {
            blob_key(thread, ns, channel, version): pack(
                self.serde.dumps_typed(values[channel]) if channel in values else EMPTY
            )
            for channel, version in new_versions.items()
        }
        unversioned = {channel: value for channel, value in values.items() if channel not in {**known, **new_versions}}
        fields = get_checkpoint_metadata(config, metadata)
        row = Row(
            parent=parent,
            checkpoint=self.serde.dumps_typed({**checkpoint, "channel_values": unversioned}),
            metadata=self.serde.dumps_typed(fields),
            run=str(fields.get("run_id") or ""),
        )
        return items | items_of(row, thread, ns, checkpoint["id"])

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
            there = writer.get(first)
            writer.put({key: value for key, value in first.items() if key not in there} | last)

        return change

    def _one(self, config: RunnableConfig) -> Steps[CheckpointTuple | None]:
        thread, ns = _place(config)
        wanted = get_checkpoint_id(config)
        if wanted:
            key = join(CHECKPOINT, thread, ns, wanted)
            row = yield from call("get", key)
            rows = [] if row is None else [(key, row)]
        else:
            rows = yield from call("scan", join(CHECKPOINT, thread, ns), reverse=True, limit=1)
        tuples = yield from self._load([(key, Row(*unpack(row))) for key, row in rows])
        if not tuples:
            return None
        return tuples[0]._replace(config=config) if wanted else tuples[0]

    def _matching(self, config: RunnableConfig | None, before: RunnableConfig | None) -> Steps[builtins.list[str]]:
        """Keys of the checkpoints that ``list`` is about, newest first."""
        prefix, wanted = [CHECKPOINT], None
        if config:
            place = config["configurable"]
            prefix.append(str(place["thread_id"]))
            if place.get("checkpoint_ns") is not None:
                prefix.append(place["checkpoint_ns"])
            wanted = get_checkpoint_id(config)
        end = get_checkpoint_id(before) if before else None
        keys = yield from call("keys", join(*prefix))
        by_id = [(split(key)[3], key) for key in keys]
        kept = [item for item in by_id if wanted in (None, "", item[0]) and (not end or item[0] < end)]
        return [key for _, key in sorted(kept, key=lambda item: item[0], reverse=True)]

    def _several(
        self, keys: Sequence[str], filter: dict[str, Any] | None, limit: int | None
    ) -> Steps[builtins.list[CheckpointTuple]]:
        """The first ``limit`` of these checkpoints that pass the filter."""
        found = yield from call("get_many", keys)
        rows = [(key, Row(*unpack(found[key]))) for key in keys if key in found]
        if filter:
            rows = [(key, row) for key, row in rows if _passes(self.serde.loads_typed(row.metadata), filter)]
        return (yield from self._load(rows[:limit]))

    def _load(self, rows: Sequence[tuple[str, Row]]) -> Steps[builtins.list[CheckpointTuple]]:
        """Checkpoints with their channels' values and what tasks wrote, without those that are deleted meanwhile."""
        loaded = []
        for key, row in rows:
            _, thread, ns, checkpoint_id = split(key)
            checkpoint = self.serde.loads_typed(row.checkpoint)
            names = {
                channel: blob_key(thread, ns, channel, version)
                for channel, version in checkpoint["channel_versions"].items()
            }
            blobs = yield from call("get_many", names.values())
            if len(blobs) < len(names) and (yield from call("get", key)) is None:
                continue
            writes = yield from self._written(thread, ns, checkpoint_id)
            values = checkpoint["channel_values"]
            values |= {
                channel: self.serde.loads_typed(blob)
                for channel, name in names.items()
                if name in blobs and (blob := unpack(blobs[name])) != EMPTY
            }
            parent = _config(thread, ns, row.parent) if row.parent else None
            metadata = self.serde.loads_typed(row.metadata)
            loaded.append(CheckpointTuple(_config(thread, ns, checkpoint_id), checkpoint, metadata, parent, writes))
        return loaded

    def _written(self, thread: str, ns: str, checkpoint_id: str) -> Steps[builtins.list[PendingWrite]]:
        """What tasks wrote at a checkpoint, in the order in which it was applied."""
        found = yield from call("scan", join(WRITE, thread, ns, checkpoint_id))
        writes = sorted((Write(*unpack(record)) for _, record in found), key=lambda write: write[:3])
        return [(write.task_id, write.channel, self.serde.loads_typed(write.value)) for write in writes]

    def _history(self, config: RunnableConfig, channels: Sequence[str]) -> Steps[Mapping[str, DeltaChannelHistory]]:
        thread, ns = _place(config)
        history: dict[str, DeltaChannelHistory] = {channel: {"writes": []} for channel in channels}
        if not history:
            return history
        # The target's own writes belong to the next step.
        target = yield from self._row(thread, ns, get_checkpoint_id(config) or "")
        row, open_ones = target, set(channels)
        while row is not None and row.parent and open_ones:
            place = row.parent
            row = yield from self._row(thread, ns, place)
            if row is None:
                break
            checkpoint = self.serde.loads_typed(row.checkpoint)
            writes = yield from self._written(thread, ns, place)
            for channel in open_ones:
                history[channel]["writes"][:0] = [write for write in writes if write[1] == channel]
            versions = checkpoint["channel_versions"]
            names = {
                channel: blob_key(thread, ns, channel, versions[channel]) for channel in open_ones & versions.keys()
            }
            blobs = yield from call("get_many", names.values())
            for channel, name in names.items():
                if name in blobs and (blob := unpack(blobs[name])) != EMPTY:
                    history[channel]["seed"] = self.serde.loads_typed(blob)
                    open_ones.discard(channel)
        return history

    def _row(self, thread: str, ns: str, checkpoint_id: str) -> Steps[Row | None]:
        if checkpoint_id:
            row = yield from call("get", join(CHECKPOINT, thread, ns, checkpoint_id))
        else:
            rows = yield from call("scan", join(CHECKPOINT, thread, ns), reverse=True, limit=1)
            row = rows[0][1] if rows else None
        return None if row is None else Row(*unpack(row))


def _place(config: RunnableConfig) -> tuple[str, str]:
    """Thread and namespace."""
    place = config["configurable"]
    return str(place["thread_id"]), place.get("checkpoint_ns") or ""


def _config(thread: str, ns: str, checkpoint_id: str) -> RunnableConfig:
    return {"configurable": {"thread_id": thread, "checkpoint_ns": ns, "checkpoint_id": checkpoint_id}}


def _passes(metadata: Mapping[str, Any], filter: Mapping[str, Any]) -> bool:
    return all(metadata.get(name) == value for name, value in filter.items())
