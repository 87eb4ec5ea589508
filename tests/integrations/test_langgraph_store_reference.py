"""Operations and graphs on LangGraph's own stores and on ours: the same results."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import AIMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.config import get_store
from langgraph.graph import START, StateGraph
from langgraph.prebuilt import InjectedStore, ToolNode
from langgraph.runtime import Runtime
from langgraph.store.base import BaseStore, GetOp, ListNamespacesOp, MatchCondition, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore
from pydantic import BaseModel

from langgraph_memos import MemosStore
from memos_core import MemoryOS
from tests.integrations.langgraph_programs import State, Teller


@pytest.fixture
def memory(tmp_path: Path):
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None, worker=False) as opened:
        yield opened


class Kind(Enum):
    FISH = "fish"


class Shop(BaseModel):
    opened: date


def test_items_may_hold_what_the_store_for_sqlite_accepts(memory: MemoryOS) -> None:
    store = MemosStore(memory)
    moment, id = datetime(2026, 1, 2, 3, tzinfo=UTC), UUID(int=1)
    value = {"at": moment, "id": id, "kind": Kind.FISH, "shop": Shop(opened=date(2026, 1, 2)), "tags": {"one"}}
    store.put(("u",), "k", value)
    item = store.get(("u",), "k")
    assert item is not None and item.value == {
        "at": "2026-01-02T03:00:00+00:00",
        "id": str(id),
        "kind": "fish",
        "shop": {"opened": "2026-01-02"},
        "tags": ["one"],
    }
    (cube,) = memory.vault("store").cubes()
    assert "fish" in cube.text
    with pytest.raises(TypeError, match="cannot hold a bytes"):
        store.put(("u",), "k", {"x": b""})


def test_items_are_filtered_by_paths_as_by_the_store_for_sqlite(memory: MemoryOS) -> None:
    store = MemosStore(memory)
    store.put(("u",), "k", {"user": {"access-level": 2}, "a.b": 1})
    for fits in ({"user.access-level": 2}, {"user.access-level": {"$gt": 1}}, {"a.b": 1}, {"user.none": None}):
        assert len(store.search(("u",), filter=fits)) == 1
    assert store.search(("u",), filter={"user.access-level": 3}) == []


def test_the_fields_of_an_index_go_by_both_names(memory: MemoryOS) -> None:
    def embed(texts: list[str]) -> list[list[float]]:
        return [[float("tea" in text), 1.0] for text in texts]

    for number, name in enumerate(("fields", "text_fields")):
        index: Any = {"dims": 2, "embed": embed, name: ["said"]}
        store = MemosStore(memory, index=index, vault=None, shelf=f"shelf {number}")
        store.put(("u",), "other", {"said": "coffee", "note": "tea"})
        store.put(("u",), "tea", {"said": "tea"})
        assert [item.key for item in store.search(("u",), query="tea")] == ["tea", "other"]


@pytest.mark.parametrize("door", ["sync", "async"])
def test_a_graph_uses_its_store_as_it_uses_the_reference(memory: MemoryOS, door: str) -> None:
    def embed(texts: list[str]) -> list[list[float]]:
        return [[float(text.count(letter)) for letter in "abcdef"] for text in texts]

    index: Any = {"dims": 6, "embed": embed, "fields": ["said"]}
    stories = []
    for store in (MemosStore(memory, index=index), InMemoryStore(index=index)):
        teller = Teller(remembering(door).compile(store=store, checkpointer=InMemorySaver()), door)
        for said in ("abc", "face", "bed", "abc"):
            teller.run({"said": [said]})
        stories.append([*teller.told, store.list_namespaces(), plain(store.search((), limit=99))])
    assert stories[0] == stories[1]
    assert len(stories[0][-1]) == 5


def remembering(door: str) -> Any:
    """A graph whose nodes and tools read and write the store in all the ways there are."""

    @tool
    def look(query: str, store: Annotated[Any, InjectedStore()]) -> str:
        """Look something up."""
        found = store.search(("said",), query=query)
        return str([(item.key, item.score and round(item.score, 3)) for item in found])

    def write(state: State, *, store: BaseStore) -> None:
        said = state["said"][-1]
        store.put(("said", said), said, {"said": said})
        store.batch([PutOp(("said", "last"), "last", {"said": said}, index=False), GetOp(("said", "last"), "last")])

    async def awrite(state: State, *, store: BaseStore) -> None:
        said = state["said"][-1]
        await store.aput(("said", said), said, {"said": said})
        await asyncio.gather(*(store.aput(("said", "last"), "last", {"said": said}, index=False) for _ in range(3)))

    def read(state: State, runtime: Runtime[Any]) -> State:
        assert runtime.store is not None
        runtime.store.put(("count",), "turns", {"n": len(state["said"])})
        found = runtime.store.search(("said",), query=state["said"][-1], limit=2)
        before = get_store().get(("count",), "turns")
        call = {"name": "look", "args": {"query": "a"}, "id": "1", "type": "tool_call"}
        seen = ToolNode([look]).invoke({"messages": [AIMessage("", tool_calls=[call])]})["messages"][0].content
        return {"said": [[item.key for item in found], before and before.value, seen]}

    builder = StateGraph(State).add_node("write", write if door == "sync" else awrite).add_node("read", read)
    return builder.add_edge(START, "write").add_edge("write", "read")


LABELS = st.sampled_from(["u", "v", "1", "12", "*", "ü"])
SPACES = st.lists(LABELS, min_size=1, max_size=3).map(tuple)
KEYS = st.sampled_from(["a", "b", "a.b"])
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(["", "1", "x y", "ü"]), st.just(0.5))
VALUES = st.dictionaries(
    st.sampled_from(["n", "text", "in"]),
    st.one_of(LEAVES, st.lists(LEAVES, max_size=2), st.dictionaries(st.just("x"), LEAVES, max_size=1)),
)
WANTED = st.one_of(
    LEAVES,
    st.dictionaries(st.sampled_from(["$eq", "$ne", "x"]), LEAVES, min_size=1, max_size=1),
    st.dictionaries(st.sampled_from(["$gt", "$gte", "$lt", "$lte"]), st.integers(-2, 2), min_size=1),
)
FILTERS = st.none() | st.dictionaries(st.sampled_from(["n", "text", "in", "absent"]), WANTED, max_size=2)
BOUNDS = st.integers(0, 6)
READS = st.one_of(
    st.builds(GetOp, SPACES, KEYS, refresh_ttl=st.booleans()),
    st.builds(SearchOp, SPACES | st.just(()), filter=FILTERS, limit=BOUNDS, offset=BOUNDS, query=st.none()),
    st.builds(
        ListNamespacesOp,
        st.lists(st.builds(MatchCondition, st.sampled_from(["prefix", "suffix"]), SPACES), max_size=2).map(tuple),
        max_depth=st.none() | st.integers(1, 3),
        limit=BOUNDS,
        offset=BOUNDS,
    ),
)
PUTS = st.builds(PutOp, SPACES, KEYS, VALUES, index=st.none(), ttl=st.none())


@settings(max_examples=40)
@given(batches=st.lists(st.lists(READS | PUTS, max_size=8), min_size=1, max_size=8))
def test_any_operations_have_the_same_results(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[Any]]
) -> None:
    url = f"sqlite:///{tmp_path_factory.mktemp('m')}/m.db"
    with MemoryOS.open(url, embedder=None, worker=False) as memory:
        ours, reference = MemosStore(memory, vault=None), InMemoryStore()
        for batch in batches:
            try:
                expected = dict(in_steps(reference, batch))
            except (TypeError, ValueError):  # the reference compares what cannot be compared
                return
            for place, mine in enumerate(ours.batch(list(batch))):
                assert plain(mine) == plain(expected[place])


def in_steps(reference: Any, batch: list[Any]) -> Iterator[tuple[int, Any]]:
    """The results by their places. Looking for an item makes a namespace of the reference, which is listed then."""
    for kind in (ListNamespacesOp, SearchOp, GetOp, PutOp):
        places = [place for place, op in enumerate(batch) if isinstance(op, kind)]
        yield from zip(places, reference.batch([batch[place] for place in places]), strict=True)
        for namespace in [namespace for namespace, items in reference._data.items() if not items]:
            del reference._data[namespace]


def plain(result: Any) -> Any:
    if isinstance(result, list):
        return [plain(one) for one in result]
    return (result.namespace, result.key, result.value) if hasattr(result, "key") else result
