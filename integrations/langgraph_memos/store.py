"""LangGraph's long-term store, on the same file as the memories."""

import asyncio
import contextvars
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime
from typing import Any, Literal, TypeVar

import numpy as np
from langgraph.store.base import (
    BaseStore,
    GetOp,
    IndexConfig,
    Item,
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
from langgraph_memos.entering import Prepared
from langgraph_memos.fields import field
from langgraph_memos.items import ITEM, Address, Namespace, Record, found_item, item_of, key_of, listed, now, passes
from langgraph_memos.mirror import KIND, Mirror, session_of
from langgraph_memos.records import unpack
from langgraph_memos.sweeping import Sweeper
from langgraph_memos.texts import jsonable, readable, said
from langgraph_memos.writing import Draft, apply, prolong
from memos_core import MemoryOS

T = TypeVar("T")

_THREADS = 4
_MOST_HITS = 1000


class MemosStore(Prepared, BaseStore):
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
            distance = dict(index).get("distance_type", "cosine")
            if distance != "cosine":
                raise memos_core.errors.InvalidInput(f"distance_type={distance!r}: there is 'cosine' only")
            self.index_config = index.copy()
            self.embeddings = ensure_embeddings(index.get("embed"))
        # LangGraph's store for SQLite calls them "text_fields".
        configured: dict[str, Any] = {**(self.index_config or {})}
        fields = configured.get("fields") or configured.get("text_fields") or ["$"]
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
        return self._write({address: PutOp(*address, None) for address in over}, {}, expired_at=moment)

    async def asweep_ttl(self) -> int:
        """Async door to ``sweep_ttl``."""
        return await self._offload(self.sweep_ttl)

    def start_ttl_sweeper(self, sweep_interval_minutes: float | None = None) -> Future[None]:
        """Sweep every so many minutes in a thread, by default as ``ttl`` says, else every 5; cancel to stop."""
        configured = (self.ttl_config or {}).get("sweep_interval_minutes")
        return self._sweeper.start((sweep_interval_minutes or configured or 5) * 60)

    def stop_ttl_sweeper(self, timeout: float | None = None) -> bool:
        """Stop that thread; return whether it ended within ``timeout`` seconds."""
        return self._sweeper.stop(timeout)

    # ── inside ──

    async def _offload(self, work: Callable[[], T]) -> T:
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: context.run(work))

    def _to_embed(self, ops: Sequence[Op]) -> tuple[list[str], list[str]]:
        """Queries and texts to embed, each once."""
        if self.embeddings is None:
            return [], []
        queries = {op.query for op in ops if isinstance(op, SearchOp) and op.query}
        texts = {text for op in _puts(ops).values() for text in self._indexed(op)}
        return sorted(queries), sorted(texts)

    def _indexed(self, op: PutOp) -> list[str]:
        """The texts by which an item is found."""
        if op.value is None or op.index is False:
            return []
        paths = self._paths if op.index is None else [tokenize_path(path) for path in op.index]
        return [text for path in paths for text in get_text_at_path(op.value, path)]

    def _execute(
        self, ops: Sequence[Op], queries: Mapping[str, Floats], embedded: Mapping[str, Floats]
    ) -> list[Result]:
        asked = {key_of(ITEM, (op.namespace, op.key)) for op in ops if isinstance(op, GetOp)}
        gets = self._shelf.get_many(asked) if asked else {}
        if any(isinstance(op, SearchOp | ListNamespacesOp) for op in ops):
            with self._catalogue.mutex:
                self._catalogue.catch_up()
        read: set[Address] = set()
        results: list[Result] = []
        for op in ops:
            if isinstance(op, GetOp):
                results.append(self._got(op, gets.get(key_of(ITEM, (op.namespace, op.key))), read))
            elif isinstance(op, SearchOp):
                results.append(self._search(op, queries.get(op.query or ""), read))
            elif isinstance(op, ListNamespacesOp):
                results.append(self._list(op))
            else:
                results.append(None)
        if read:
            self._shelf.update(lambda writer: prolong(writer, read))
        self._write(_puts(ops), embedded)
        return results

    def _got(self, op: GetOp, stored: bytes | None, read: set[Address]) -> Item | None:
        record = None if stored is None else Record(*unpack(stored))
        address = (tuple(op.namespace), op.key)
        if record is None or not self._shown(record):
            return None
        if op.refresh_ttl and record.ttl is not None:
            read.add(address)
        return item_of(address, record)

    def _shown(self, record: Record) -> bool:
        return not ((self.ttl_config or {}).get("omit_expired") and record.is_expired(now()))

    def _list(self, op: ListNamespacesOp) -> list[Namespace]:
        with self._catalogue.mutex:
            spaces = [space for space, items in self._catalogue.spaces.items() if any(map(self._shown, items.values()))]
        return listed(spaces, op)

    def _search(self, op: SearchOp, query: Floats | None, read: set[Address]) -> list[SearchItem]:
        bounded = op.limit >= 0 and op.offset >= 0
        enough = op.offset + op.limit if bounded else None
        recalled = self._recalled(op, enough) if op.query and self._recalls else []
        found: list[SearchItem] = []
        with self._catalogue.mutex:
            for address, score in self._candidates(op, query, enough, recalled):
                if enough is not None and len(found) >= enough:
                    break
                record = self._catalogue.record(address)
                if record is None or not self._shown(record):
                    continue
                item = found_item(address, record, score)
                if all(passes(field(item.value, name), wanted) for name, wanted in (op.filter or {}).items()):
                    found.append(item)
                    if op.refresh_ttl and record.ttl is not None:
                        read.add(address)
        return found[op.offset : op.offset + op.limit]

    def _candidates(
        self, op: SearchOp, query: Floats | None, enough: int | None, recalled: Sequence[tuple[Address, float]]
    ) -> Iterator[tuple[Address, float | None]]:
        """What may be found, best first; at last what has no score."""
        prefix, scored = tuple(op.namespace_prefix), set[Address]()
        for address, score in recalled if query is None else self._ranked(prefix, query, enough):
            scored.add(address)
            yield address, score
        yield from ((address, None) for address in self._catalogue.under(prefix) if address not in scored)

    def _ranked(self, prefix: Namespace, query: Floats, enough: int | None) -> Iterator[tuple[Address, float]]:
        """By vectors: no more than are asked for, as some may be filtered out."""
        size, seen = self._catalogue.size(), 0
        count = size if enough is None else min(max(enough, 1), size)
        while True:
            ranked = self._catalogue.nearest(prefix, query, count)
            yield from ranked[seen:]
            if len(ranked) < count or count >= size:
                return
            seen, count = len(ranked), min(count * 8, size)

    def _recalled(self, op: SearchOp, enough: int | None) -> list[tuple[Address, float]]:
        """What the vault has to say, as addresses."""
        question = said(op.query or "")
        if self._mirror is None or not question:
            return []
        prefix = tuple(op.namespace_prefix)
        with self._catalogue.mutex:
            size = self._catalogue.size()
            inside = self._catalogue.within(prefix) if prefix else []
        limit = min(size if op.filter or enough is None else enough, size, _MOST_HITS)
        if not limit or (prefix and not inside):
            return []
        hits = self._mirror.vault.recall(
            question, budget=0, limit=limit, kinds=[KIND], sessions=sorted(map(session_of, inside))
        )
        found: dict[Address, float] = {}
        for hit in hits:
            place: Any = hit.cube.header.metadata
            found.setdefault((tuple(place["namespace"]), place["key"]), hit.score)
        return list(found.items())

    def _write(
        self, puts: Mapping[Address, PutOp], embedded: Mapping[str, Floats], *, expired_at: datetime | None = None
    ) -> int:
        """Write items, then their memories; return how many items changed."""
        if not puts:
            return 0
        drafts = {address: self._draft(op, embedded) for address, op in puts.items()}
        done = dict(self._done)
        changed, dues = self._shelf.update(
            lambda writer: apply(writer, drafts, done, mirrored=self._mirror is not None, expired_at=expired_at)
        )
        for key in done:
            self._done.pop(key, None)
        if self._mirror is not None and dues:
            self._done |= self._mirror.settle(dues)
        return changed

    def _draft(self, op: PutOp, embedded: Mapping[str, Floats]) -> Draft | None:
        """What to write of an item; ``None`` to delete it."""
        if op.value is None:
            return None
        whole = op.index is None and self._paths == ["$"]
        texts = [] if whole and self.embeddings is None else self._indexed(op)
        text = "" if op.index is False or self._mirror is None else readable(op.value) if whole else "\n".join(texts)
        return Draft(
            value=json.dumps(dict(op.value), default=jsonable),
            text=said(text),
            ttl=op.ttl,
            vectors=[embedded[text].tobytes() for text in texts if text in embedded],
        )


def _checked(ops: Iterable[Op]) -> list[Op]:
    checked = list(ops)
    for op in checked:
        if not isinstance(op, GetOp | SearchOp | PutOp | ListNamespacesOp):
            raise ValueError(f"unknown operation type {type(op).__name__}")
        validate_op_namespace(op)
    return checked


def _puts(ops: Sequence[Op]) -> dict[Address, PutOp]:
    """The last put of each item."""
    return {(tuple(op.namespace), op.key): op for op in ops if isinstance(op, PutOp)}


def _floats(vector: Any) -> Floats:
    return np.asarray(vector, np.float32)


def _embedded(texts: Sequence[str], vectors: Sequence[Any]) -> dict[str, Floats]:
    return dict(zip(texts, map(_floats, vectors), strict=True))
