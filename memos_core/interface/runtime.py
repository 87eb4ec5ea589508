"""What every vault of one open store shares."""

import asyncio
import contextvars
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from memos_core.errors import StoreClosed
from memos_core.interface.knowledge import Knowledge
from memos_core.memories.local_model import LocalModelRuntime
from memos_core.operation.refining.asking import Asker
from memos_core.operation.scheduler import Scheduler
from memos_core.operation.transforms.activation_rows import RowsRead
from memos_core.operation.upkeep import embedded
from memos_core.operation.work import EMBED, FORM
from memos_core.ports import AdapterTrainer, Clock, Embedder, Engine, Floats, RecordStore, TokenCounter, Transaction

T = TypeVar("T")

QUERY_VECTORS_KEPT = 512
POOL_THREADS = 32


class Runtime:
    """The open store, its models and its threads. Made by ``MemoryOS.open``."""

    def __init__(
        self,
        engine: Engine,
        embedders: tuple[Embedder, ...],
        clock: Clock,
        counter: tuple[TokenCounter, bool],
        scheduler: Scheduler,
        asker: Asker | None = None,
        local_model: LocalModelRuntime | None = None,
    ) -> None:
        self.engine = engine
        self.records: RecordStore = engine.records
        self.embedders = {embedder.fingerprint: embedder for embedder in embedders}
        """By fingerprint: the current one first, then those whose vectors may still serve."""
        self.clock = clock
        self.count_tokens, self.tokens_exact = counter
        self.scheduler = scheduler
        self.asker = asker
        """A language model for recall; ``None`` where rules judge and rewrite."""
        self.local_model = local_model
        self.trainer = trainer_of(local_model)
        """Teaches the local model; ``None`` where it cannot be taught."""
        self.activations_read = RowsRead()
        self.knowledge = Knowledge(engine.records, embedders[0].fingerprint if embedders else "", clock)
        self._pool = ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="memos")
        self._vault_ids: dict[str, int] = {}
        self._query_vectors: OrderedDict[tuple[str, str], Floats] = OrderedDict()
        self._mutex = threading.Lock()
        self._closed = False

    async def offload(self, work: Callable[[], T]) -> T:
        """Run ``work`` on the kernel's own threads with the caller's context variables."""
        if self._closed:
            raise StoreClosed(f"{self.engine.location} was closed; open it again with MemoryOS.open")
        context = contextvars.copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._pool, lambda: context.run(work))

    def query_vector(self, fingerprint: str, text: str) -> Floats:
        """The vector ``(d,)`` of a query; recent ones are kept.

        Raises:
            EmbeddingFailed: see ``upkeep.embedded``.
        """
        key = (fingerprint, text)
        with self._mutex:
            kept = self._query_vectors.get(key)
            if kept is not None:
                self._query_vectors.move_to_end(key)
                return kept
        vector: Floats = embedded(self.embedders[fingerprint], [text])[0]
        with self._mutex:
            self._query_vectors[key] = vector
            if len(self._query_vectors) > QUERY_VECTORS_KEPT:
                self._query_vectors.popitem(last=False)
        return vector

    def defer(self, transaction: Transaction, kind: str, vault: int) -> None:
        """Ask for background work within a transaction; without an embedder, what comes after embedding."""
        if kind == EMBED and not self.embedders:
            kind = FORM
        transaction.jobs.defer(kind, vault, self.clock.now())

    def vault_id(self, name: str) -> int | None:
        """The number of a vault that is known to be committed."""
        return self._vault_ids.get(name)

    def know_vault(self, name: str, vault: int) -> None:
        """Keep the number of a committed vault; numbers never change."""
        self._vault_ids[name] = vault

    def close(self) -> None:
        """End the threads, then close the store."""
        self._closed = True
        self.scheduler.stop()
        self._pool.shutdown(wait=True)
        self.engine.index.close()
        self.records.close()


def trainer_of(model: LocalModelRuntime | None) -> AdapterTrainer | None:
    """What teaches a local model, if anything does."""
    adapters: object = None if model is None else model.adapters
    return adapters if isinstance(adapters, AdapterTrainer) else None
