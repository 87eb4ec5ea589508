"""Row 14: LangGraph's store on ours beside its own."""

from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from time import process_time
from typing import Any

from memos_core import MemoryOS
from tests.bench.corpus import DIMENSIONS, InstantEmbedder, questions, texts
from tests.bench.langgraph_saver import installed
from tests.bench.measure import P50s, Work, in_words, interleaved, milliseconds
from tests.bench.results import Line, Target, ratio
from tests.bench.scale import Scale
from tests.bench.vaults import K, url

TENFOLD = Target(sign=">=", bound=10)
PLACE = ("memories", "owner")

_BATCH = 1_000
_ASKED = 50


def store(scale: Scale, directory: Path) -> list[Line]:
    """Row 14: ``put``, ``get`` and ``search`` of ``MemosStore`` against ``SqliteStore`` and ``InMemoryStore``."""
    if not installed("langgraph.store.sqlite", "pysqlite3", "sqlite_vec"):
        detail = "not measured: langgraph-checkpoint-sqlite, pysqlite3 or sqlite-vec is not installed"
        return [Line(row=14, what="SqliteStore / MemosStore: search", target=TENFOLD, detail=detail)]
    corpus = texts(scale.records, seed=7)
    asked = questions(corpus, _ASKED, seed=8)
    with ExitStack() as stack:
        stores = _opened(stack, directory, corpus + asked)
        for one in stores.values():
            _fill(one, corpus)
        for memory in (stores["MemosStore"].memory, stores["MemosStore by recall"].memory):
            memory.settle()
        return [*_searches(stores, asked, scale), *_others(stores, scale)]


class Opened:
    """A store, and the ``MemoryOS`` that it lies in if it is ours."""

    def __init__(self, store: Any, memory: Any = None) -> None:
        self.store, self.memory = store, memory
        self.put_op = import_module("langgraph.store.base").PutOp

    def put(self, number: int) -> None:
        self.store.put((*PLACE, "new"), str(number), {"text": f"the note {number}"}, index=False)

    def get(self, number: int) -> None:
        assert self.store.get(PLACE, str(number)) is not None


def _opened(stack: ExitStack, directory: Path, known: list[str]) -> dict[str, Opened]:
    vectors = dict(zip(known, InstantEmbedder().embed(known).tolist(), strict=True))
    # The reference of SqliteStore calls the key "fields"; 3.1 reads "text_fields".
    fields = {"fields": ["text"], "text_fields": ["text"]}
    index: Any = {"dims": DIMENSIONS, "embed": lambda batch: [vectors[text] for text in batch], **fields}
    connection = import_module("pysqlite3").connect(
        str(directory / "store.db"), check_same_thread=False, isolation_level=None
    )
    stack.callback(connection.close)
    theirs = import_module("langgraph.store.sqlite").SqliteStore(connection, index=index)
    theirs.setup()
    embedded = stack.enter_context(MemoryOS.open(url(directory / "embedded.db"), embedder=None, worker=False))
    recalled = stack.enter_context(
        MemoryOS.open(url(directory / "recalled.db"), embedder=InstantEmbedder(), worker=False)
    )
    ours = import_module("langgraph_memos").MemosStore
    return {
        "MemosStore": Opened(ours(embedded, index=index), embedded),
        "MemosStore by recall": Opened(ours(recalled, index="recall"), recalled),
        "SqliteStore": Opened(theirs),
        "InMemoryStore": Opened(import_module("langgraph.store.memory").InMemoryStore(index=index)),
    }


def _fill(opened: Opened, corpus: list[str]) -> None:
    puts = [opened.put_op(PLACE, str(number), {"text": text}) for number, text in enumerate(corpus)]
    for start in range(0, len(puts), _BATCH):
        opened.store.batch(puts[start : start + _BATCH])


def _searches(stores: dict[str, Opened], asked: list[str], scale: Scale) -> list[Line]:
    def searching(name: str) -> Work:
        return lambda number: stores[name].store.search(PLACE, query=asked[number % len(asked)], limit=K)

    turns, scope = scale.peer_queries, f"{scale.records:,} items, one namespace, k={K}, warm, CPU time"
    works = {name: searching(name) for name in stores}
    found = interleaved(
        works, rounds=scale.rounds, turns=turns, block=turns // 2, warm=min(len(asked), turns), clock=process_time
    )
    exact = {name: [item.key for item in stores[name].store.search(PLACE, query=asked[0], limit=K)] for name in stores}
    assert exact["MemosStore"] == exact["InMemoryStore"], "both rank exactly"
    listed = {name: lambda number, one=one: one.store.search(PLACE, limit=K) for name, one in stores.items()}
    pages = interleaved(listed, rounds=scale.rounds, turns=turns, block=turns // 2, warm=1, clock=process_time)
    return [
        _line("search by the given embeddings", found, "MemosStore", TENFOLD, scope),
        _line("search by the vault's recall", found, "MemosStore by recall", None, f"words and vectors; {scope}"),
        _line("search without a query", pages, "MemosStore", None, scope),
    ]


def _others(stores: dict[str, Opened], scale: Scale) -> list[Line]:
    puts = interleaved({name: one.put for name, one in stores.items()}, rounds=scale.rounds, turns=scale.writes)
    gets = interleaved(
        {name: one.get for name, one in stores.items()},
        rounds=1,
        turns=min(scale.queries, scale.records),
        block=min(20, scale.queries),
    )
    durable = "not indexed; MemosStore and SqliteStore survive a crash when put returns, InMemoryStore does not"
    return [
        _line("put of an item", puts, "MemosStore", None, durable),
        _line("get of an item", gets, "MemosStore", None, ""),
    ]


def _line(what: str, found: P50s, ours: str, target: Target | None, detail: str) -> Line:
    told = "; ".join(filter(None, [in_words(found), detail]))
    above, below = found["SqliteStore"], found[ours]
    return ratio(14, f"SqliteStore / {ours}: {what}", above, below, target, told, p50_ms=milliseconds(found))
