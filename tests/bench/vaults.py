"""Stores made for the benchmarks, through the public API."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from memos_core import Filter, MemoryCall, MemoryOS, Vault
from memos_core.domain.record import VaultRow
from memos_core.interface.recollect import planned
from memos_core.interface.runtime import Runtime
from memos_core.operation.recall.ranking import Ranked, rank, visible
from memos_core.ports import Floats, IndexView
from tests.bench.corpus import InstantEmbedder, batched, questions, texts, turns

K = 10
"""Results that every search returns."""
BATCH = 5_000


def url(file: Path) -> str:
    return f"sqlite:///{file}"


def runtime(memory: MemoryOS) -> Runtime:
    """The inside of an open store, for timing a part of a recall."""
    return memory._runtime


@contextmanager
def lexical_store(file: Path) -> Iterator[MemoryOS]:
    """A store without an embedder and without a background thread: what a write costs by itself."""
    with MemoryOS.open(url(file), embedder=None, worker=False) as memory:
        yield memory


def row_of(vault: Vault) -> VaultRow:
    with vault._runtime.records.read() as transaction:
        row = transaction.vaults.get(vault.name)
    assert row is not None, f"nothing was written to {vault.name}"
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Searched:
    """A vault with its texts, their vectors, and what will be asked."""

    memory: MemoryOS
    vault: Vault
    texts: list[str]
    matrix: Floats
    """``(n, d)``."""
    questions: list[str]
    vectors: Floats
    """Of the questions."""

    @property
    def view(self) -> IndexView:
        return runtime(self.memory).engine.index.view(row_of(self.vault), (InstantEmbedder.fingerprint,))

    def recall(self, number: int) -> None:
        """The whole public call; the question's vector is known from the second time on."""
        self.vault.recall(self.questions[number % len(self.questions)], limit=K)

    def hybrid(self) -> "Hybrid":
        return Hybrid(self)


class Hybrid:
    """Dense and lexical search, ranking and fetching ten memories, as ``recall`` does it; no planning, no packing."""

    def __init__(self, searched: Searched) -> None:
        self._records = runtime(searched.memory).records
        self._row = row_of(searched.vault)
        self._view = searched.view
        self._calls: list[MemoryCall] = [
            planned(runtime(searched.memory), self._view, question, Filter(), 1000, K)
            for question in searched.questions
        ]
        self._vectors = searched.vectors

    def __call__(self, number: int) -> None:
        call = self._calls[number % len(self._calls)]
        ranked = self.rank(call, self._vectors[number % len(self._calls)])
        with self._records.read() as transaction:
            found = transaction.feed.find(self._row.id, ranked.slots[:K].tolist())
        assert len(found) == min(K, self._view.size)

    def rank(self, call: MemoryCall, vector: Floats) -> Ranked:
        return rank(self._view, call, vector, visible(self._view.columns, call.where))


@contextmanager
def searched_vault(
    file: Path, records: int, asked: int = 100, outlier: float = 0.0, beside: Sequence[str] = ()
) -> Iterator[Searched]:
    """A store with one sealed vault of ``records`` memories, and one of others' texts if there are any."""
    corpus = texts(records, seed=7)
    embedder = InstantEmbedder(outlier)
    asking = questions(corpus, asked, seed=8)
    with MemoryOS.open(url(file), embedder=embedder, worker=False) as memory:
        vault = memory.vault("owner")
        for name, said in (("owner", corpus), ("others", beside)):
            for batch in batched(turns(said), BATCH):
                memory.vault(name).remember(batch)
        memory.settle()
        yield Searched(
            memory=memory,
            vault=vault,
            texts=corpus,
            matrix=np.ascontiguousarray(embedder.embed(corpus)),
            questions=asking,
            vectors=embedder.embed(asking),
        )
