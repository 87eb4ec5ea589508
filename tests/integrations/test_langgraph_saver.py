"""``MemosSaver`` beside ``InMemorySaver``: the same calls, the same answers; and what only a durable saver can do."""

import asyncio
import operator
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, CheckpointTuple, empty_checkpoint
from langgraph.checkpoint.base.id import uuid6
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.serde.types import ERROR, INTERRUPT, RESUME, _DeltaSnapshot
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from langgraph_memos import MemosSaver
from memos_core import MemoryOS


@pytest.fixture
def memory(tmp_path: Path):
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


@pytest.fixture
def saver(memory: MemoryOS) -> MemosSaver:
    return MemosSaver(memory)


def place(thread: str, ns: str = "", checkpoint_id: str = "") -> RunnableConfig:
    configurable = {"thread_id": thread, "checkpoint_ns": ns}
    return {"configurable": {**configurable, "checkpoint_id": checkpoint_id} if checkpoint_id else configurable}


def made(number: int = 0, **values: Any) -> Checkpoint:
    versions: dict[str, Any] = {channel: f"{number + 1:032}.{channel}" for channel in values}
    return {
        **empty_checkpoint(),
        "id": str(uuid6(clock_seq=number)),
        "channel_values": values,
        "channel_versions": versions,
    }


def chain(saver: Any, thread: str, count: int, ns: str = "", **metadata: Any) -> list[RunnableConfig]:
    configs, parent = [], place(thread, ns)
    for number in range(count):
        checkpoint = made(number, step=number)
        parent = saver.put(parent, checkpoint, {"step": number, **metadata}, checkpoint["channel_versions"])
        configs.append(parent)
    return configs


def ids(found) -> list[str]:
    return [item.config["configurable"]["checkpoint_id"] for item in found]


def plain(item: CheckpointTuple | None) -> Any:
    return item and (item.config, item.checkpoint, item.metadata, item.parent_config, item.pending_writes)


# ── like the reference ──


def both(memory: MemoryOS) -> tuple[MemosSaver, InMemorySaver]:
    return MemosSaver(memory), InMemorySaver()


def drive(saver: Any, seed: int) -> list[Any]:
    """Random puts and writes, and what every kind of read says after them."""
    draw = random.Random(seed)
    serial, heads, said = 0, dict[tuple[str, str], list[RunnableConfig]](), list[Any]()
    for _ in range(40):
        thread, ns = draw.choice(["a", "b", "a\x01b", "ü/…"]), draw.choice(["", "sub:1", "sub:1|x"])
        known = heads.setdefault((thread, ns), [])
        if known and draw.random() < 0.5:
            target, task = draw.choice(known), draw.choice(["t1", "t2"])
            channels = draw.sample(["x", "y", ERROR, INTERRUPT, RESUME], draw.randint(1, 3))
            writes = [(channel, draw.random()) for channel in channels]
            saver.put_writes(target, writes, task, draw.choice(["", "~b", "~a"]))
            continue
        parent = draw.choice([place(thread, ns), *known[-2:]])
        before = saver.get_tuple(parent) if "checkpoint_id" in parent["configurable"] else None
        checkpoint = made()
        serial += 1
        checkpoint["id"] = f"{serial:04}"
        checkpoint["ts"] = "2026-01-01T00:00:00+00:00"
        values = dict(before.checkpoint["channel_values"]) if before else {}
        versions = dict(before.checkpoint["channel_versions"]) if before else {}
        new = {channel: f"{serial:032}.0" for channel in draw.sample(["x", "y", "z"], draw.randint(1, 3))}
        for channel in new:
            values[channel] = {"n": [draw.random(), "é"]}
            if draw.random() < 0.3:
                del values[channel]
        checkpoint["channel_values"], checkpoint["channel_versions"] = values, versions | new
        metadata = {"source": draw.choice(["loop", "input"]), "step": serial, "run_id": draw.choice(["r1", "r2"])}
        known.append(saver.put(parent, checkpoint, metadata, new))
    for (thread, ns), known in heads.items():
        said += [plain(saver.get_tuple(place(thread, ns))), plain(saver.get_tuple(place(thread, ns, "none")))]
        said += [plain(saver.get_tuple(config)) for config in known]
        said += [[plain(item) for item in saver.list(place(thread, ns), limit=limit)] for limit in (None, 0, 1, 3)]
        said.append([plain(item) for item in saver.list(place(thread, ns), before=known[-1])])
        said.append([plain(item) for item in saver.list(place(thread, ns), filter={"source": "loop", "run_id": "r1"})])
        said.append([plain(item) for item in saver.list(place(thread, ns), filter={"absent": None}, limit=2)])
        said.append([plain(item) for item in saver.list(known[0])])
        said.append(
            {c: dict(h) for c, h in saver.get_delta_channel_history(config=known[-1], channels=["x", "q"]).items()}
        )
    said.append(sorted(map(str, (item.config for item in saver.list(None)))))
    return said


@pytest.mark.parametrize("seed", range(12))
def test_the_same_calls_give_the_same_answers(memory: MemoryOS, seed: int) -> None:
    ours, reference = both(memory)
    assert drive(ours, seed) == drive(reference, seed)


async def test_async_doors_say_what_the_sync_ones_say(saver: Any) -> None:
    checkpoint = made(x=1)
    config = await saver.aput(place("t"), checkpoint, {"step": 0, "run_id": "r"}, checkpoint["channel_versions"])
    await saver.aput_writes(config, [("x", 2), (INTERRUPT, "stop")], "task", "path")
    assert plain(await saver.aget_tuple(place("t"))) == plain(saver.get_tuple(place("t")))
    assert [plain(item) async for item in saver.alist(None)] == [plain(item) for item in saver.list(None)]
    assert [item async for item in saver.alist(place("t"), limit=0)] == []
    assert await saver.aget_delta_channel_history(config=config, channels=["x"]) == {"x": {"writes": []}}
    await saver.acopy_thread("t", "u")
    await saver.adelete_for_runs(["r"])
    assert list(saver.list(None)) == []
    chain(saver, "t", 3)
    await saver.aprune(["t"])
    assert len(list(saver.list(place("t")))) == 1
    await saver.adelete_thread("t")
    assert await saver.aget_tuple(place("t")) is None


def test_writes_come_back_in_the_order_in_which_they_are_applied(saver: Any) -> None:
    (config,) = chain(saver, "t", 1)
    saver.put_writes(config, [("c", f"late {n}") for n in range(12)], "task 0", "~b")
    saver.put_writes(config, [("c", "early")], "task 9", "~a")
    saver.put_writes(config, [(ERROR, "e"), ("c", "pathless")], "task 5")
    found = saver.get_tuple(config)
    assert found is not None
    assert [value for _, _, value in found.pending_writes] == [
        "e",
        "pathless",
        "early",
        *(f"late {n}" for n in range(12)),
    ]


def test_a_write_that_is_there_stays_and_a_resume_is_replaced(saver: Any) -> None:
    (config,) = chain(saver, "t", 1)
    for value in (1, 2):
        saver.put_writes(config, [("c", value), (RESUME, value)], "task")
    assert saver.get_tuple(config).pending_writes == [("task", RESUME, 2), ("task", "c", 1)]


def test_several_namespaces_are_listed_newest_first(saver: Any) -> None:
    first, second = chain(saver, "t", 2, "b"), chain(saver, "t", 2, "a")
    listed = ids(saver.list({"configurable": {"thread_id": "t"}}))
    assert listed == sorted([c["configurable"]["checkpoint_id"] for c in first + second], reverse=True)


# ── storage ──


def test_a_value_is_stored_where_it_is_new_and_once_for_all_who_share_it(memory: MemoryOS, saver: Any) -> None:
    large, config = "x" * 50_000, place("t")
    versions = {"large": saver.get_next_version(None, None)}
    for number in range(20):
        checkpoint = made(number)
        checkpoint["channel_values"] = {"large": large, "n": number}
        new = {"n": f"{number + 1:032}.5", **(versions if number == 0 else {})}
        checkpoint["channel_versions"] = versions | new
        config = saver.put(config, checkpoint, {}, new)
    stored = memory.shelf("langgraph.checkpoints").scan()
    assert sum(large.encode() in value for _, value in stored) == 2
    assert saver.get_tuple(config).checkpoint["channel_values"] == {"large": large, "n": 19}


def test_values_without_versions_and_a_first_checkpoint_are_whole(saver: Any) -> None:
    checkpoint = made(x=1)
    checkpoint["channel_values"]["loose"] = [2]
    saver.put(place("t"), checkpoint, {}, {})
    assert saver.get_tuple(place("t")).checkpoint["channel_values"] == {"x": 1, "loose": [2]}


@dataclass
class Foreign:
    name: str


def test_nothing_is_pickled_and_strict_serialisation_holds(memory: MemoryOS) -> None:
    class Local:
        pass

    checkpoint = made(x=Local())
    with pytest.raises(TypeError):
        MemosSaver(memory).put(place("t"), checkpoint, {}, checkpoint["channel_versions"])
    assert MemosSaver(memory).get_tuple(place("t")) is None
    checkpoint = made(x=Foreign("kept"))
    strict: Any = MemosSaver(memory, serde=JsonPlusSerializer(allowed_msgpack_modules=None))
    strict.put(place("t"), checkpoint, {}, checkpoint["channel_versions"])
    assert strict.get_tuple(place("t")).checkpoint["channel_values"]["x"] != Foreign("kept")
    allowed: Any = strict.with_allowlist([(Foreign.__module__, "Foreign")])
    assert allowed is not strict and type(allowed).__name__ == "MemosSaver"
    assert allowed.get_tuple(place("t")).checkpoint["channel_values"]["x"] == Foreign("kept")


def test_shelves_do_not_see_each_other(memory: MemoryOS) -> None:
    chain(MemosSaver(memory), "t", 2)
    assert list(MemosSaver(memory, shelf="other").list(None)) == []


# ── upkeep ──


def keys(memory: MemoryOS) -> list[str]:
    return memory.shelf("langgraph.checkpoints").keys()


def test_deleting_leaves_nothing(memory: MemoryOS, saver: Any) -> None:
    for thread in ("t", "t2"):
        for config in chain(saver, thread, 3, run_id=f"run of {thread}"):
            saver.put_writes(config, [("c", 1)], "task")
    saver.delete_thread("t")
    assert len(keys(memory)) == 3 * 3 and all("t2" in key for key in keys(memory))
    saver.delete_for_runs(["run of t2", "unknown"])
    assert keys(memory) == []


def test_a_run_that_is_deleted_leaves_the_values_that_others_share(memory: MemoryOS, saver: Any) -> None:
    first, second = made(0, x="shared"), made(1, y="own")
    second["channel_values"]["x"] = "shared"
    second["channel_versions"] |= first["channel_versions"]
    config = saver.put(place("t"), first, {"run_id": "one"}, first["channel_versions"])
    saver.put(config, second, {"run_id": "two"}, {"y": second["channel_versions"]["y"]})
    saver.delete_for_runs(["one"])
    assert saver.get_tuple(place("t")).checkpoint["channel_values"] == {"x": "shared", "y": "own"}
    assert ids(saver.list(place("t"))) == [second["id"]]


def test_a_copy_is_independent(saver: Any) -> None:
    configs = chain(saver, "t", 3)
    saver.put_writes(configs[-1], [("c", 1)], "task")
    saver.copy_thread("t", "copy")
    saver.delete_thread("t")
    copied = list(saver.list(place("copy")))
    assert [item.checkpoint["channel_values"]["step"] for item in copied] == [2, 1, 0]
    assert copied[0].pending_writes == [("task", "c", 1)]
    assert copied[0].parent_config == copied[1].config


def test_pruning_keeps_what_delta_channels_are_rebuilt_from(memory: MemoryOS, saver: Any) -> None:
    config = place("t")
    for number in range(6):
        checkpoint = made(number, **({"log": _DeltaSnapshot(["old"])} if number == 2 else {}))
        metadata = {"counters_since_delta_snapshot": {"log": (number, number)}}
        config = saver.put(config, checkpoint, metadata, checkpoint["channel_versions"])
        saver.put_writes(config, [("log", number)], "task")
    before = saver.get_delta_channel_history(config=config, channels=["log"])
    assert [value for _, _, value in before["log"]["writes"]] == [2, 3, 4]
    saver.prune(["t"])
    assert len(list(saver.list(place("t")))) == 4
    assert saver.get_delta_channel_history(config=config, channels=["log"]) == before
    with pytest.raises(ValueError, match="keep_latest"):
        saver.prune(["t"], strategy="everything")
    saver.prune(["t"], strategy="delete")
    assert keys(memory) == []


# ── several writers ──


def test_threads_do_not_disturb_each_other(saver: Any) -> None:
    def work(number: int) -> None:
        for config in chain(saver, f"t{number}", 15):
            saver.put_writes(config, [("c", number)], "task")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    for number in range(8):
        found = list(saver.list(place(f"t{number}")))
        assert [item.checkpoint["channel_values"]["step"] for item in found] == list(range(14, -1, -1))
        assert {item.pending_writes[0][2] for item in found} == {number}


def test_of_concurrent_writes_of_one_task_exactly_one_is_kept(saver: Any) -> None:
    (config,) = chain(saver, "t", 1)
    barrier = threading.Barrier(8)

    def work(number: int) -> None:
        barrier.wait()
        saver.put_writes(config, [("a", number), ("b", number)], "task")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    writes = saver.get_tuple(config).pending_writes
    assert len(writes) == 2 and writes[0][2] == writes[1][2]


CHILD = """
import sys
from langgraph.checkpoint.base import empty_checkpoint
from langgraph_memos import MemosSaver
from memos_core import MemoryOS
with MemoryOS.open(sys.argv[1], embedder=None) as memory:
    saver, config = MemosSaver(memory), {"configurable": {"thread_id": sys.argv[2], "checkpoint_ns": ""}}
    for number in range(20):
        checkpoint = {**empty_checkpoint(), "channel_values": {"n": number}, "channel_versions": {"n": number + 1}}
        config = saver.put(config, checkpoint, {"step": number}, {"n": number + 1})
        saver.put_writes(config, [("c", number)], "task")
"""


def test_processes_share_a_store(memory: MemoryOS, saver: Any) -> None:
    url = f"sqlite:///{memory.location}"
    children = [subprocess.Popen([sys.executable, "-c", CHILD, url, name]) for name in ("one", "two")]
    chain(saver, "here", 20)
    assert [child.wait(60) for child in children] == [0, 0]
    for name in ("one", "two"):
        found = list(saver.list(place(name)))
        assert [item.checkpoint["channel_values"]["n"] for item in found] == list(range(19, -1, -1))
        assert [item.pending_writes[0][2] for item in found] == list(range(19, -1, -1))
    assert len(list(saver.list(place("here")))) == 20


async def test_a_cancelled_call_leaves_nothing_locked(saver: Any) -> None:
    tasks = []
    for number in range(30):
        checkpoint = made(number, x=number)
        tasks.append(asyncio.create_task(saver.aput(place("t"), checkpoint, {}, checkpoint["channel_versions"])))
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, dict | asyncio.CancelledError) for result in done)
    checkpoint = made(99, x="after")
    await asyncio.wait_for(saver.aput(place("t"), checkpoint, {}, checkpoint["channel_versions"]), 10)
    assert (await saver.aget_tuple(place("t", "", checkpoint["id"]))).checkpoint["channel_values"] == {"x": "after"}


def test_loops_that_are_closed_leave_nothing_locked(saver: Any) -> None:
    for number in range(3):
        checkpoint = made(number, x=number)
        asyncio.run(saver.aput(place("t"), checkpoint, {}, checkpoint["channel_versions"]))
    assert len(list(saver.list(place("t")))) == 3


# ── graphs ──


class State(TypedDict):
    said: Annotated[list[str], operator.add]


def graph_of(saver: Any) -> Any:
    def ask(state: State) -> State:
        return {"said": [f"answer {interrupt('which?')}"]}

    sub = StateGraph(State).add_node("inner", ask).add_edge(START, "inner").add_edge("inner", END).compile()
    builder = StateGraph(State)
    builder.add_node("before", lambda state: {"said": ["before"]})
    builder.add_node("ask", sub)
    builder.add_node("left", lambda state: {"said": ["left"]})
    builder.add_node("right", lambda state: {"said": ["right"]})
    builder.add_edge(START, "before").add_edge("before", "ask")
    builder.add_edge("ask", "left").add_edge("ask", "right").add_edge("left", END).add_edge("right", END)
    return builder.compile(checkpointer=saver)


def story(graph: Any) -> list[Any]:
    """Interrupt, resume, time travel and a state that is edited, as values that do not depend on ids."""
    config = {"configurable": {"thread_id": "t"}}
    told = [graph.invoke({"said": ["hi"]}, config)["said"], graph.get_state(config).next]
    told.append(graph.invoke(Command(resume="one"), config)["said"])
    past = next(state for state in graph.get_state_history(config) if state.next == ("ask",))
    told.append(graph.invoke(Command(resume="two"), past.config)["said"])
    edited = graph.update_state(past.config, {"said": ["edited"]})
    told += [graph.get_state(edited).values, graph.invoke(None, edited)["said"]]
    history = [(s.values, s.next, s.metadata["source"], s.metadata["step"]) for s in graph.get_state_history(config)]
    return [*told, history]


@pytest.mark.parametrize("durability", ["sync", "async", "exit"])
def test_a_graph_tells_the_same_story_as_on_the_reference(memory: MemoryOS, durability: str) -> None:
    ours, reference = both(memory)
    config = {"configurable": {"thread_id": "other"}}
    assert story(graph_of(ours)) == story(graph_of(reference))
    for saver in (ours, reference):
        graph = graph_of(saver)
        graph.invoke({"said": ["hi"]}, config, durability=durability)
        assert graph.invoke(Command(resume="x"), config, durability=durability)["said"][-2:] == ["left", "right"]
    count: Callable[[Any], int] = lambda saver: len(list(saver.list(config)))  # noqa: E731
    assert count(ours) == count(reference)


async def test_an_awaited_graph_goes_on_in_another_store_object(tmp_path: Path) -> None:
    url, config = f"sqlite:///{tmp_path}/memory.db", {"configurable": {"thread_id": "t"}}
    async with MemoryOS.open(url, embedder=None) as memory:
        await graph_of(MemosSaver(memory)).ainvoke({"said": ["hi"]}, config)
    async with MemoryOS.open(url, embedder=None) as memory:
        result = await graph_of(MemosSaver(memory)).ainvoke(Command(resume="later"), config)
    assert result["said"] == ["hi", "before", "hi", "before", "answer later", "left", "right"]


def test_versions_increase_and_differ_between_branches(saver: Any) -> None:
    version = None
    for _ in range(12):
        following = saver.get_next_version(version, None)
        assert version is None or following > version
        version = following
    assert saver.get_next_version(version, None) != saver.get_next_version(version, None)
