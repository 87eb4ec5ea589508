"""``MemosStore`` beside ``InMemoryStore``: the same operations, the same results; and its items as memories."""

import asyncio
import random
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from langgraph.store.base import GetOp, ListNamespacesOp, MatchCondition, PutOp, SearchOp
from langgraph.store.memory import InMemoryStore

from langgraph_memos import MemosStore
from memos_core import MemoryOS
from memos_core.errors import InvalidInput
from memos_core.testing.fakes import HashEmbedder
from tests.integrations.releases import since

EMBEDDER = HashEmbedder()
WORDS = ["tea", "milk", "rain", "sun", "cat", "dog", "train", "boat", "Lisbon", "Oslo", "red", "blue"]


def embed(texts: list[str]) -> list[list[float]]:
    return EMBEDDER.embed(texts).tolist()


INDEX: Any = {"dims": 64, "embed": embed, "fields": ["text"]}


@pytest.fixture
def memory(tmp_path: Path):
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=EMBEDDER) as opened:
        yield opened


@pytest.fixture
def store(memory: MemoryOS) -> MemosStore:
    return MemosStore(memory)


# ── like the reference ──


def plain(result: Any) -> Any:
    if isinstance(result, list):
        return [plain(item) for item in result]
    if not hasattr(result, "namespace"):
        return result
    score = getattr(result, "score", None)
    return result.namespace, result.key, result.value, None if score is None else round(score, 4)


def operation(draw: random.Random, number: int) -> Any:
    """An operation. The reference stumbles over equal texts in a batch and keeps vectors of what is indexed no more."""
    space = tuple(draw.choice(["u", "v", "1", "12", "ü"]) for _ in range(draw.randint(1, 3)))
    key = draw.choice(["a", "b", "a/b", "ü"])
    value = {
        "text": " ".join([*draw.sample(WORDS, 3), str(number)]),
        "tags": draw.sample(WORDS, draw.randint(0, 2)),
        "n": draw.randint(0, 5),
        "in": {"x": draw.choice([1, None, "s", True])},
    }
    wanted = draw.choice(
        [
            None,
            {"n": {"$gt": 1, "$lte": 4}},
            {"n": 2},
            {"in": {"x": 1}},
            {"tags": []},
            {"text": {"$ne": "x"}},
            {"q": None},
        ]
    )
    return draw.choice(
        [
            GetOp(space, key),
            PutOp(space, key, value, index=["text"]),
            PutOp(space, key, value),
            PutOp(space, "unindexed", value, index=False),
            PutOp(space, key, None),
            SearchOp(space[:1], filter=wanted, limit=500),
            SearchOp(space[: draw.randint(0, 2)], filter=wanted, query=draw.choice(WORDS), limit=500),
            SearchOp((), query=" ".join(draw.sample(WORDS, 2)), limit=500),
        ]
    )


def drive(batch: Any, seed: int) -> list[Any]:
    draw, said = random.Random(seed), list[Any]()
    for number in range(60):
        said.append(plain(batch([operation(draw, number * 9 + n) for n in range(draw.randint(1, 4))])))
    return said


def listing(draw: random.Random) -> ListNamespacesOp:
    path = tuple(draw.choice(["u", "*", "12"]) for _ in range(draw.randint(1, 2)))
    condition = MatchCondition(draw.choice(["prefix", "suffix"]), path)
    depth, limit = draw.choice([None, 1, 2]), draw.choice([2, 100])
    return ListNamespacesOp((condition,), max_depth=depth, limit=limit, offset=draw.choice([0, 1]))


@pytest.mark.parametrize("seed", range(15))
@pytest.mark.parametrize("index", [None, INDEX], ids=["plain", "index"])
def test_the_same_operations_give_the_same_results(memory: MemoryOS, index: Any, seed: int) -> None:
    ours = drive(MemosStore(memory, index=index).batch, seed)
    reference = drive(InMemoryStore(index=index).batch, seed)
    for mine, theirs in zip(ours, reference, strict=True):
        assert list(map(sorted_by_place, mine)) == [about(sorted_by_place(result)) for result in theirs]
    assert memory.doctor() == []


def sorted_by_place(result: Any) -> Any:
    """Without the order: the reference's namespaces keep their place in it when they are empty, ours do not."""
    return sorted(result, key=repr) if isinstance(result, list) else result


def about(result: Any) -> Any:
    if not isinstance(result, list):
        return result
    return [(*item[:3], item[3] and pytest.approx(item[3], abs=2e-4)) for item in result]


@pytest.mark.parametrize("seed", range(15))
def test_namespaces_are_listed_as_by_the_reference(memory: MemoryOS, seed: int) -> None:
    ours, reference, draw = MemosStore(memory, vault=None), InMemoryStore(), random.Random(seed)
    # Of the reference's namespaces, those without items and those that were only looked at are listed too.
    puts = [op for n in range(90) if isinstance(op := operation(draw, n), PutOp) and op.value is not None]
    listings = [listing(draw) for _ in range(30)]
    pages = [SearchOp((draw.choice("uv1"),), limit=draw.randint(0, 9), offset=draw.randint(0, 9)) for _ in range(30)]
    for store in (ours, reference):
        store.batch(puts)
    assert ours.batch(listings) == reference.batch(listings)
    assert plain(ours.batch(pages)) == plain(reference.batch(pages))


def test_pages_of_what_is_ranked_follow_each_other(memory: MemoryOS) -> None:
    ours: Any = MemosStore(memory, index=INDEX)
    reference = InMemoryStore(index=INDEX)
    for store in (ours, reference):
        store.batch([PutOp(("a", str(n % 3)), str(n), {"text": f"{WORDS[n % 12]} {n}", "n": n % 4}) for n in range(60)])
    for op in [SearchOp(("a",), query="tea sun", limit=7, offset=offset) for offset in range(0, 60, 7)]:
        for wanted in (op, op._replace(filter={"n": 2})):
            mine: Any = ours.batch([wanted])[0]
            theirs: Any = reference.batch([wanted])[0]
            assert [item.key for item in mine] == [item.key for item in theirs]


async def test_async_doors_do_the_same(memory: MemoryOS) -> None:
    ours: Any = MemosStore(memory, index=INDEX)
    reference = InMemoryStore(index=INDEX)
    for batch in (ours.abatch, reference.abatch):
        await batch([PutOp(("a",), "k", {"text": "tea"}), PutOp(("a",), "k", {"text": "milk"})])
    found = plain(await ours.asearch(("a",), query="milk tea"))
    assert found == plain(await reference.asearch(("a",), query="milk tea"))
    assert found[0][3] > 0.5
    assert await ours.alist_namespaces() == [("a",)]
    await ours.adelete(("a",), "k")
    assert await ours.aget(("a",), "k") is None


def test_reads_of_a_batch_come_before_its_writes(store: Any) -> None:
    store.put(("a",), "k", {"n": 1})
    got, _, found, _, spaces = store.batch(
        [
            GetOp(("a",), "k"),
            PutOp(("a",), "k", {"n": 2}),
            SearchOp(("a",)),
            PutOp(("a",), "k", {"n": 3}),
            ListNamespacesOp(),
        ]
    )
    assert (got.value, found[0].value, spaces) == ({"n": 1}, {"n": 1}, [("a",)])
    assert store.get(("a",), "k").value == {"n": 3}


def test_results_are_copies(store: Any) -> None:
    value = {"list": [1]}
    store.put(("a",), "k", value)
    value["list"].append(2)
    store.get(("a",), "k").value["list"].append(3)
    store.search(("a",))[0].value["list"].append(4)
    assert store.get(("a",), "k").value == {"list": [1]}


def test_items_keep_their_creation_and_tell_their_update(store: Any) -> None:
    store.put(("a",), "k", {"n": 1})
    first = store.get(("a",), "k")
    time.sleep(0.002)
    store.put(("a",), "k", {"n": 2})
    second = store.get(("a",), "k")
    assert first.created_at == first.updated_at == second.created_at < second.updated_at
    assert second.created_at.utcoffset().total_seconds() == 0


def test_what_no_item_may_be_is_refused(store: Any) -> None:
    for space in ((), ("",), ("a.b",), ("langgraph",)):
        with pytest.raises(ValueError):
            store.put(space, "k", {})
    with pytest.raises(ValueError):
        store.batch([GetOp(("a.b",), "k")])
    with pytest.raises(ValueError, match="unknown operation"):
        store.batch(["get"])
    store.put(("a",), "k", {"n": 1})
    with pytest.raises(ValueError, match="unsupported operator"):
        store.search(("a",), filter={"n": {"$in": [1]}})
    with pytest.raises(TypeError):
        store.put(("a",), "k", {"n": object()})
    assert store.get(("a",), "k").value == {"n": 1}


@since("langgraph-checkpoint", "4.3.1", "the rule that labels hold no NUL")
def test_a_namespace_with_a_nul_is_refused(store: Any) -> None:
    with pytest.raises(ValueError, match="NUL"):
        store.put(("a\0",), "k", {})


def test_a_filter_that_does_not_fit_matches_nothing(store: Any) -> None:
    store.put(("a",), "k", {"n": 1, "s": "b"})
    assert store.search(("a",), filter={"absent": {"$gt": 1}}) == []
    assert store.search(("a",), filter={"n": {"$gt": "a"}}) == []
    assert len(store.search(("a",), filter={"s": {"$gte": "b", "$lt": "c"}})) == 1


def test_only_the_cosine_is_there(memory: MemoryOS) -> None:
    with pytest.raises(InvalidInput, match="cosine"):
        MemosStore(memory, index={**INDEX, "distance_type": "l2"})
    with pytest.raises(InvalidInput, match="vault"):
        MemosStore(memory, index="recall", vault=None)


# ── times to live ──

SECOND = 1 / 60


def test_items_end_with_their_time_and_reading_prolongs_it(memory: MemoryOS) -> None:
    store = MemosStore(memory, ttl={"default_ttl": 0.4 * SECOND})
    store.put(("a",), "short", {"n": 1})
    store.put(("a",), "read", {"n": 1})
    store.put(("a",), "found", {"m": 1})
    store.put(("a",), "kept", {"n": 1}, ttl=None)
    for _ in range(3):
        time.sleep(0.2)
        store.get(("a",), "read")
        store.get(("a",), "short", refresh_ttl=False)
        store.search(("a",), filter={"m": 1})
    assert store.sweep_ttl() == 1
    assert {item.key for item in store.search(("a",), refresh_ttl=False)} == {"read", "found", "kept"}
    time.sleep(0.5)
    assert (store.sweep_ttl(), store.sweep_ttl()) == (2, 0)
    assert store.list_namespaces() == [("a",)]


def test_expired_items_may_be_hidden_before_they_are_swept(memory: MemoryOS) -> None:
    store = MemosStore(memory, ttl={"omit_expired": True}, index=INDEX)
    store.put(("a",), "k", {"text": "tea"}, ttl=0.1 * SECOND)
    time.sleep(0.15)
    assert store.get(("a",), "k") is None
    assert store.search(("a",), query="tea") == []
    assert store.list_namespaces() == []
    assert MemosStore(memory).get(("a",), "k") is not None


def test_a_thread_sweeps_until_it_is_stopped(memory: MemoryOS) -> None:
    store = MemosStore(memory, ttl={"sweep_interval_minutes": 0.05 * SECOND})  # type: ignore[typeddict-item]
    store.put(("a",), "k", {}, ttl=0.01 * SECOND)
    future = store.start_ttl_sweeper()
    deadline = time.monotonic() + 10
    while store.get(("a",), "k", refresh_ttl=False) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert store.get(("a",), "k") is None
    assert store.stop_ttl_sweeper(5) and future.done()


# ── items are memories ──


def test_items_have_history_and_are_recalled_by_others(memory: MemoryOS) -> None:
    store, vault = MemosStore(memory, actor="agent"), memory.vault("store")
    store.put(("users", "mara"), "diet", {"text": "Mara eats fish"})
    store.put(("users", "mara"), "diet", {"text": "Mara eats no fish"})
    store.put(("users", "mara"), "secret", {"text": "fish for a present"}, index=False)
    (cube,) = vault.cubes()
    assert [version.text for version in vault.history(cube.id)] == ["text: Mara eats fish", "text: Mara eats no fish"]
    assert (cube.header.kind, cube.header.session, cube.header.metadata["key"]) == ("item", "users.mara", "diet")
    assert "no fish" in vault.recall("Does Mara eat fish?").text
    assert {entry.actor for entry in vault.log()} == {"agent"}
    store.delete(("users", "mara"), "diet")
    assert vault.get(cube.id).state == "forgotten"
    store.put(("users", "mara"), "diet", {"text": "Mara eats all"})
    assert [c.text for c in vault.cubes() if c.state == "active"] == ["text: Mara eats all"]


def test_an_item_that_is_no_longer_indexed_is_hidden(memory: MemoryOS) -> None:
    store, vault = MemosStore(memory, index=INDEX), memory.vault("store")
    store.put(("a",), "k", {"text": "tea"})
    store.put(("a",), "k", {"text": "tea"}, index=False)
    assert [cube.state for cube in vault.cubes()] == ["forgotten"]
    store.put(("a",), "k", {"text": "milk"})
    assert [(cube.state, cube.text) for cube in vault.cubes()] == [("active", "milk")]


def test_an_item_whose_memory_was_erased_can_still_be_put(memory: MemoryOS) -> None:
    store: Any = MemosStore(memory)
    vault = memory.vault("store")
    store.put(("a",), "k", {"text": "tea"})
    vault.erase([cube.id for cube in vault.cubes()])
    store.batch([PutOp(("a",), "k", {"text": "milk"}), PutOp(("a",), "other", {"text": "rain"})])
    assert store.get(("a",), "k").value == {"text": "milk"}
    assert [cube.text for cube in vault.cubes()] == ["text: rain"]
    store.delete(("a",), "k")
    assert memory.doctor() == []


def test_the_vault_ranks(memory: MemoryOS) -> None:
    store = MemosStore(memory, index="recall")
    for number, word in enumerate(WORDS):
        store.put(("w", "even" if number % 2 == 0 else "odd"), word, {"text": f"all about {word}", "n": number})
    memory.vault("store").remember("Lisbon Lisbon Lisbon")
    memory.settle(30)
    found = store.search(("w",), query="Lisbon", limit=3)
    assert found[0].key == "Lisbon" and found[0].score is not None
    assert store.search(("w", "even"), query="dog cat", limit=20)[0].key == "cat"
    assert {item.namespace for item in store.search(("w", "odd"), query="Lisbon", limit=20)} == {("w", "odd")}
    assert [item.key for item in store.search(("w",), query="train", filter={"n": 6})] == ["train"]
    assert len(store.search((), query="?", limit=50)) == len(WORDS)
    assert store.search(("none",), query="Lisbon") == []


def test_what_a_dead_process_left_is_done_at_the_next_start(memory: MemoryOS, monkeypatch: pytest.MonkeyPatch) -> None:
    store: Any = MemosStore(memory)
    vault = memory.vault("store")
    store.put(("a",), "deleted", {"text": "tea"})
    with monkeypatch.context() as patched:
        patched.setattr("langgraph_memos.mirror.Mirror.settle", lambda self, keys: {})
        store.put(("a",), "k", {"text": "milk"})
        store.delete(("a",), "deleted")
        store.put(("a",), "gone", {"text": "rain"})
        store.delete(("a",), "gone")
    assert [cube.text for cube in vault.cubes()] == ["text: tea"]
    for _ in range(2):
        MemosStore(memory)
        found = sorted((cube.text, cube.state) for cube in vault.cubes())
        assert found == [("text: milk", "active"), ("text: rain", "forgotten"), ("text: tea", "forgotten")]


# ── several of them ──


def test_stores_see_what_others_write(memory: MemoryOS) -> None:
    one, two = MemosStore(memory, index=INDEX), MemosStore(memory, index=INDEX)
    assert two.search((), query="tea") == []
    one.put(("a",), "k", {"text": "tea"})
    assert two.search((), query="tea")[0].score == pytest.approx(1)
    one.put(("a",), "k", {"text": "milk"})
    one.put(("a",), "l", {"text": "tea"})
    assert [item.key for item in two.search((), query="tea")] == ["l", "k"]
    one.delete(("a",), "l")
    assert [item.key for item in two.search(())] == ["k"]


def test_who_lags_far_behind_reads_anew(memory: MemoryOS, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langgraph_memos.writing.LOG_KEPT", 3)
    one, two = MemosStore(memory, vault=None), MemosStore(memory, vault=None)
    one.put(("a",), "0", {})
    assert len(two.search(())) == 1
    for number in range(10):
        one.put(("a",), str(number), {"n": number})
    assert [item.value["n"] for item in two.search(())] == list(range(10))
    assert len(memory.shelf("langgraph.store").keys("log")) == 3


CHILD = """
import sys
from langgraph_memos import MemosStore
from memos_core import MemoryOS
with MemoryOS.open(sys.argv[1], embedder=None) as memory:
    store = MemosStore(memory)
    for number in range(30):
        store.put(("shared",), f"{sys.argv[2]} {number}", {"text": f"number {number}"})
        store.put(("shared",), "last", {"text": f"{sys.argv[2]} {number}"})
"""


def test_processes_and_threads_share_a_store(memory: MemoryOS, store: Any) -> None:
    url = f"sqlite:///{memory.location}"
    children = [subprocess.Popen([sys.executable, "-c", CHILD, url, name]) for name in ("one", "two")]

    def work(thread: int) -> None:
        for number in range(10):
            store.put(("shared",), f"here {thread} {number}", {"text": f"number {number}"})
            assert len(store.search(("shared",), limit=1)) == 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert [child.wait(120) for child in children] == [0, 0]
    items = store.search(("shared",), limit=1000)
    assert len(items) == 30 * 2 + 40 + 1
    cubes = {cube.header.metadata["key"]: cube.text for cube in memory.vault("store").cubes()}
    assert cubes == {item.key: f"text: {item.value['text']}" for item in items}


async def test_a_cancelled_call_leaves_nothing_locked(store: Any) -> None:
    tasks = [asyncio.create_task(store.aput(("a",), str(number), {"n": number})) for number in range(20)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait_for(store.aput(("a",), "after", {}), 10)
    assert {str(number) for number in range(1, 20, 2)} | {"after"} <= {
        item.key for item in store.search(("a",), limit=99)
    }


def test_vectors_of_other_lengths_are_left_out(memory: MemoryOS) -> None:
    MemosStore(memory, index=INDEX).put(("a",), "old", {"text": "tea"})
    longer: Any = {"dims": 65, "embed": lambda texts: np.ones((len(texts), 65)).tolist(), "fields": ["text"]}
    store = MemosStore(memory, index=longer)
    store.put(("a",), "new", {"text": "milk"})
    assert {item.key for item in store.search((), query="tea")} == {"old", "new"}
