"""LangGraph's long-term store, on the same file as the memories."""

import asyncio
import contextvars
import json
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, TypeVar, cast

import numpy as np
from langgraph.store.base import (
    BaseStore,
    GetOp,
    IndexConfig,
    ListNamespacesOp,
    Op,
    PutOp,
    Result,
    SearchItem,
    SearchOp,
    TTLConfig,
    ensure_embeddings,
    get_text_at_path,
    tokenize_path,
    validate_op_namespace,
)

import memos_core
from langgraph_memos.catalogue import Catalogue, Floats
from langgraph_memos.items import (
    COUNT,
    DUE,
    ITEM,
    LOG,
    LOG_KEPT,
    VECTORS,
    Address,
    Due,
    Record,
    found_item,
    item_of,
    key_of,
    listed,
    now,
    passes,
)
from langgraph_memos.keys import join
from langgraph_memos.mirror import KIND, Mirror, session_of
from langgraph_memos.records import pack, unpack
from langgraph_memos.sweeping import Sweeper
from memos_core import MemoryOS, ShelfWriter

T = TypeVar("T")

_THREADS = 4


class MemosStore(BaseStore):
    """Items under namespaces, durable, shared by threads and processes, each a memory with history as well.

    It behaves as LangGraph's ``InMemoryStore`` does, except that items come back as JSON holds them and as copies,
    that ``created_at`` stays, and that a namespace without items is not listed. When a write returns, it survives a
    crash. What an item says in its indexed fields is a memory of ``vault``, so that ``Vault.recall`` finds it,
    ``Vault.history`` has its earlier values, and a deleted item is a forgotten memory. An item that is put with
    ``index=False`` is no memory. A process that searches holds a copy of all items.

    Args:
        memory: An open store.
        index: What ``search(query=...)`` ranks by: a configuration as of other stores (embeddings and fields), or
            ``"recall"`` for the vault's own recall, which needs no embeddings. Without it a query does not rank.
        ttl: Times to live, as of other stores.
        vault: Whose memories the items are; ``None`` for no memories.
        shelf: Where in the store the items lie.
        actor: Who acts, for the vault's log.

    Raises:
        InvalidInput: ``index="recall"`` without a vault, or a distance that is not the cosine.
    """

    supports_ttl = True

    def __init__(
        self,
        memory: MemoryOS,
        *,
        index: IndexConfig | Literal["recall"] | None = None,
        ttl: TTLConfig | None = None,
        vault: str | None = "store",
        shelf: str = "langgraph.store",
        actor: str = "user",
    ) -> None:
        self.index_config, self.embeddings = None, None
        self.ttl_config = ttl
        self._recalls = index == "recall"
        if self._recalls and vault is None:
            raise memos_core.errors.InvalidInput("index='recall' needs a vault")
        if isinstance(index, Mapping):
            if index.get("distance_type", "cosine") != "cosine":
                raise memos_core.errors.InvalidInput(f"distance_type={index['distance_type']!r}; there is 'cosine' only")  # type: ignore[typeddict-item]
            self.index_config = index.copy()
            self.embeddings = ensure_embeddings(index.get("embed"))
        fields = (self.index_config or {}).get("fields") or ["$"]
        self._paths = [tokenize_path(path) if path != "$" else path for path in fields]
        self._shelf = memory.shelf(shelf)
        self._mirror = None if vault is None else Mirror(self._shelf, memory.vault(vault, actor=actor))
        self._catalogue = Catalogue(self._shelf)
        self._done: dict[str, bytes] = {}
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="memos-store")
        self._sweeper = Sweeper(self.sweep_ttl)
        if self._mirror is not None:
            self._done |= self._mirror.recover()

    def batch(self, ops: Iterable[Op]) -> list[Result]:
        """Execute operations: all reads see what was there before the writes, the last put of an item counts.

        Raises:
            InvalidNamespaceError: a label is empty, no text, or holds a period.
            ValueError: an operation or an operator that there is not.
        """
        checked = _checked(ops)
        queries, texts = self._to_embed(checked)
        vectors: dict[str, Floats] = {}
        if self.embeddings is not None:
            vectors |= {query: _floats(self.embeddings.embed_query(query)) for query in queries}
            embedded = _embedded(texts, self.embeddings.embed_documents(texts) if texts else [])
        else:
            embedded = {}
        return self._execute(checked, vectors, embedded)

    async def abatch(self, ops: Iterable[Op]) -> list[Result]:
        """Async door to ``batch``."""
        checked = _checked(ops)
        queries, texts = self._to_embed(checked)
        vectors: dict[str, Floats] = {}
        embedded: dict[str, Floats] = {}
        if self.embeddings is not None:
            asked = await asyncio.gather(*map(self.embeddings.aembed_query, queries))
            vectors |= dict(zip(queries, map(_floats, asked), strict=True))
            embedded = _embedded(texts, await self.embeddings.aembed_documents(texts) if texts else [])
        return await self._offload(lambda: self._execute(checked, vectors, embedded))

    def sweep_ttl(self) -> int:
        """Delete the items whose time is over; return how many."""
        with self._catalogue.mutex:
            self._catalogue.catch_up()
            moment = now()
            over = [
                (space, key)
                for space, items in self._catalogue.spaces.items()
                for key, record in items.items()
                if record.is_expired(moment)
            ]
        return self._write({address: PutOp(*address, None) for address in over}, {}, only_expired=True) if over else 0

    async def asweep_ttl(self) -> int:
        """Async door to ``sweep_ttl``."""
        return await self._offload(self.sweep_ttl)

    def start_ttl_sweeper(self, sweep_interval_minutes: float | None = None) -> None:
        """Sweep every so many minutes in a thread, by default as ``ttl`` says, else every 5."""
        configured = (self.ttl_config or {}).get("sweep_interval_minutes")
        self._sweeper.start((sweep_interval_minutes or configured or 5) * 60)

    def stop_ttl_sweeper(self, timeout: float | None = None) -> bool:
        """Stop that thread; return whether it ended within ``timeout`` seconds."""
        return self._sweeper.stop(timeout)

    # ── reading ──

    def _execute(
        self, ops: Sequence[Op], queries: Mapping[str, Floats], embedded: Mapping[str, Floats]
    ) -> list[Result]:
        read: set[Address] = set()
        results = self._get([op for op in ops if isinstance(op, GetOp)], read)
        if any(isinstance(op, SearchOp | ListNamespacesOp) for op in ops):
            recalled = {op.query: self._recall(op) for op in ops if isinstance(op, SearchOp) and self._recalls and op.query}
            with self._catalogue.mutex:
                self._catalogue.catch_up()
        ordered: list[Result] = []
        for op in ops:
            if isinstance(op, GetOp):
                ordered.append(results[(op.namespace, op.key)])
            elif isinstance(op, SearchOp):
                ordered.append(cast(Result, self._search(op, queries, read)))
        return ordered

    async def _offload(self, work: Callable[[], T]) -> T:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: context.run(work))
