"""LangGraph's checkpoints in the store of the memories."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
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
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.base import SerializerProtocol

from langgraph_memos import pruning
from langgraph_memos.records import (
    CHECKPOINT,
    EMPTY,
    RUN,
    WRITES,
    Blob,
    Row,
    Write,
    blob_key,
    in_order,
    pack,
)
from langgraph_memos.keys import join, split
from langgraph_memos.steps import Steps, arun, call, run
from memos_core import MemoryOS

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

    # The versions of the reference: increasing, and different on two branches of a thread.
    get_next_version = InMemorySaver.get_next_version
