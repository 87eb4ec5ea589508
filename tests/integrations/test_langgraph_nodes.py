"""Nodes that recall and remember: in any graph, killed anywhere, each memory once."""

import asyncio
import operator
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import Command, RetryPolicy, interrupt

from langgraph_memos import MemosSaver, recall_node, remember_node
from memos_core import MemoryOS, Turn
from memos_core.errors import InvalidInput


class Killed(BaseException):
    """The process dies: no node, no retry policy and no LangGraph may handle it."""


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    memories: str
    notes: list[str]
    stored: Annotated[list[str], operator.add]


class Caller(TypedDict):
    user_id: str


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/memory.db"


@pytest.fixture
def memory(url: str):
    with MemoryOS.open(url, embedder=None) as opened:
        yield opened


def texts(memory: MemoryOS, vault: str = "mara") -> list[str]:
    return [cube.text for cube in memory.vault(vault).cubes()]


BOUNDARIES = [
    f"{when} {name}"
    for name in ("recall", "answer", "remember", "note", "remember notes", "end")
    for when in ("before", "after")
]


def graph_of(memory: MemoryOS, saver: Any, kill: Callable[[str], None] = lambda place: None) -> Any:
    """Recall, answer, remember the exchange, note two things, remember them, end."""

    def plain(name: str, update: Callable[[State], dict[str, Any]]) -> Callable[[State], dict[str, Any]]:
        def node(state: State) -> dict[str, Any]:
            kill(f"before {name}")
            made = update(state)
            kill(f"after {name}")
            return made

        return node

    def guarded(name: str, node: Any) -> Any:
        def run(state: State) -> Any:
            kill(f"before {name}")
            made = node.invoke(state)
            kill(f"after {name}")
            return made

        return run

    builder = StateGraph(State)
    nodes = {
        "recall": guarded("recall", recall_node(memory, vault="mara")),
        "answer": plain("answer", lambda state: {"messages": [AIMessage(f"Noted: {state['messages'][-1].text}")]}),
        "remember": guarded("remember", remember_node(memory, vault="mara", to="stored")),
        "note": plain("note", lambda state: {"notes": [f"turn {len(state['messages']) // 2}", "same each turn"]}),
        "remember notes": guarded("remember notes", remember_node(memory, vault="mara", what="notes", to="stored")),
        "end": plain("end", lambda state: {}),
    }
    for before, (name, node) in zip([START, *nodes], nodes.items(), strict=False):
        builder.add_node(name, node)
        builder.add_edge(before, name)
    builder.add_edge("end", END)
    return builder.compile(checkpointer=saver)


EXPECTED = ["I moved to Oslo", "Noted: I moved to Oslo", "turn 1", "same each turn"]
EXPECTED += ["I like rain", "Noted: I like rain", "turn 2", "same each turn"]


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_killed_at_any_boundary_and_resumed_each_memory_is_stored_once(url: str, boundary: str, times: int) -> None:
    config, left = {"configurable": {"thread_id": "t"}}, times

    def kill(place: str) -> None:
        nonlocal left
        if place == boundary and left:
            left -= 1
            raise Killed(place)

    for said in ("I moved to Oslo", "I like rain"):
        given: Any = {"messages": [HumanMessage(said)], "stored": []}
        left = times
        while True:
            with MemoryOS.open(url, embedder=None) as memory:  # a new process opens the store, and knows nothing
                graph = graph_of(memory, MemosSaver(memory), kill)
                try:
                    state = graph.invoke(given, config, durability="sync")
                    break
                except Killed:
                    given = None
        assert left == 0
    with MemoryOS.open(url, embedder=None) as memory:
        assert texts(memory) == EXPECTED
        assert set(state["stored"]) == {cube.id for cube in memory.vault("mara").cubes()}
        assert memory.doctor() == []


def test_a_node_that_is_retried_or_travelled_to_stores_nothing_twice(memory: MemoryOS) -> None:
    failures = [True, True]

    def shaky(place: str) -> None:
        if place == "after remember" and failures:
            failures.pop()
            raise ConnectionError

    config = {"configurable": {"thread_id": "t"}}
    graph = graph_of(memory, MemosSaver(memory), shaky)
    graph.nodes["remember"].retry_policy = [RetryPolicy(initial_interval=0, jitter=False, max_attempts=3)]
    graph.invoke({"messages": [HumanMessage("I moved to Oslo")], "stored": []}, config)
    assert texts(memory) == EXPECTED[:4] and not failures
    past = next(state for state in graph.get_state_history(config) if state.next == ("remember",))
    graph.invoke(None, past.config)
    assert texts(memory)[:2] == EXPECTED[:2] and texts(memory).count("I moved to Oslo") == 1


def test_an_edited_message_is_another_memory(memory: MemoryOS) -> None:
    config = {"configurable": {"thread_id": "t"}}
    graph: Any = StateGraph(State).add_node("remember", remember_node(memory, vault="mara"))
    graph = graph.add_edge(START, "remember").compile(checkpointer=InMemorySaver())
    graph.invoke({"messages": [HumanMessage("red", id="1")]}, config)
    graph.invoke({"messages": [HumanMessage("blue", id="1")]}, config)
    graph.invoke({"messages": [HumanMessage("blue", id="2")]}, config)
    assert texts(memory) == ["red", "blue", "blue"]


def test_an_answer_from_a_cache_is_remembered_after_each_question(memory: MemoryOS) -> None:
    config = {"configurable": {"thread_id": "t"}}
    graph: Any = StateGraph(State).add_node("remember", remember_node(memory, vault="mara"))
    graph = graph.add_edge(START, "remember").compile()
    for question in ("one", "two"):
        graph.invoke({"messages": [HumanMessage(question), AIMessage("Yes.", id="cached")]}, config)
    assert texts(memory) == ["one", "Yes.", "two", "Yes."]


def test_what_is_remembered_of_messages(memory: MemoryOS) -> None:
    graph: Any = StateGraph(State).add_node("remember", remember_node(memory, vault="mara", session="s"))
    graph = graph.add_edge(START, "remember").compile()
    call = {"name": "look", "args": {}, "id": "1"}
    said = [SystemMessage("Be brief."), HumanMessage("Hi\0 \ud800", name="Mara"), AIMessage("", tool_calls=[call])]
    graph.invoke({"messages": [*said, ToolMessage("42", tool_call_id="1"), AIMessage("It is 42."), HumanMessage(" ")]})
    first, second = memory.vault("mara").cubes()
    assert (first.text, first.header.role, first.header.speaker, first.header.session) == (
        "Hi\ufffd ?",
        "user",
        "Mara",
        "s",
    )
    assert (second.text, second.header.role) == ("It is 42.", "assistant")


def test_turns_and_texts_are_remembered_as_they_are(memory: MemoryOS) -> None:
    @dataclass
    class Found:
        facts: Any

    def remember(**more: Any) -> Any:
        builder = StateGraph(Found).add_node("remember", remember_node(memory, vault="mara", what="facts", **more))
        return builder.add_edge(START, "remember").compile()

    remember(kind="fact", metadata={"by": "graph"}).invoke({"facts": ["one", Turn(text="two", session="own", key="k")]})
    remember().invoke({"facts": Turn(text="two", key="k")})
    remember().invoke({"facts": "three"})
    remember().invoke({"facts": None})
    one, two, three = memory.vault("mara").cubes()
    assert (one.header.kind, dict(one.header.metadata), two.header.session) == ("fact", {"by": "graph"}, "own")
    assert (three.text, three.header.kind) == ("three", "note")


def test_what_was_erased_stays_erased(memory: MemoryOS) -> None:
    config = {"configurable": {"thread_id": "t"}}
    graph = graph_of(memory, InMemorySaver())
    graph.invoke({"messages": [HumanMessage("secret", id="1")], "stored": []}, config)
    memory.vault("mara").erase([cube.id for cube in memory.vault("mara").cubes()])
    graph.invoke({"messages": [HumanMessage("open", id="2")], "stored": []}, config)
    assert not any("secret" in text for text in texts(memory)) and "open" in texts(memory)


# ── recalling ──


def recalling(memory: MemoryOS, **arguments: Any) -> Any:
    builder = StateGraph(State, context_schema=Caller).add_node("recall", recall_node(memory, **arguments))
    return builder.add_edge(START, "recall").compile()


def test_the_state_gets_a_text(memory: MemoryOS) -> None:
    memory.vault("mara").remember("I moved to Oslo in May.")
    memory.vault("jonah").remember("I moved to Lisbon.")
    asked = {"messages": [HumanMessage("Where did I move to?"), AIMessage("Let me see.")]}
    graph = recalling(memory, vault=lambda context: context["user_id"])
    state = graph.invoke(asked, context={"user_id": "mara"})
    assert type(state["memories"]) is str and "Oslo" in state["memories"] and "Lisbon" not in state["memories"]
    state = graph.invoke(asked, {"configurable": {"user_id": "jonah"}})
    assert "Lisbon" in state["memories"]
    awaited = asyncio.run(graph.ainvoke(asked, context={"user_id": "mara"}))
    assert "Oslo" in awaited["memories"]


def test_what_the_messages_show_is_not_recalled(memory: MemoryOS) -> None:
    memory.vault("mara").remember("I moved to Oslo in May.")
    asked = {"messages": [HumanMessage("I moved to Oslo in May."), HumanMessage("Where did I move to in May?")]}
    assert "Oslo" not in recalling(memory, vault="mara").invoke(asked)["memories"]


def test_there_may_be_nothing_to_recall(memory: MemoryOS) -> None:
    graph = recalling(memory, vault="mara")
    for messages in ([], [HumanMessage(" ")], [AIMessage("Hi.")], [HumanMessage("Oslo?")]):
        assert graph.invoke({"messages": messages})["memories"] == ""
    memory.vault("mara").remember("Oslo")
    assert recalling(memory, vault="mara", budget=0).invoke({"messages": [HumanMessage("Oslo?")]})["memories"] == ""
    by_function = recalling(memory, vault=memory.vault("mara"), query=lambda state: "Oslo", kinds=["note"])
    assert "Oslo" in by_function.invoke({"messages": []})["memories"]


@pytest.mark.parametrize("choice", ["", None, 7])
def test_a_vault_that_is_nobody_is_refused(memory: MemoryOS, choice: Any) -> None:
    with pytest.raises(InvalidInput, match="names nobody"):
        recalling(memory, vault=lambda context: choice).invoke({"messages": [HumanMessage("Oslo?")]})


# ── many at once ──


def test_threads_and_sessions_do_not_mix(memory: MemoryOS) -> None:
    saver = MemosSaver(memory)

    def person(name: str) -> None:
        builder = StateGraph(State)
        builder.add_node("recall", recall_node(memory, vault=name))
        builder.add_node(
            "answer", lambda state: {"messages": [AIMessage(f"{name} hears {state['memories'].count(name)}")]}
        )
        builder.add_node("remember", remember_node(memory, vault=name))
        builder.add_edge(START, "recall").add_edge("recall", "answer").add_edge("answer", "remember")
        graph = builder.compile(checkpointer=saver)
        for turn in range(4):
            for session in range(2):
                said = {"messages": [HumanMessage(f"{name} says {turn} in {session}")]}
                graph.invoke(said, {"configurable": {"thread_id": f"{name} {session}"}})

    names = [f"person{number}" for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(person, names))
    for name in names:
        stored = texts(memory, name)
        assert len(stored) == 16 and all(text.startswith(name) for text in stored)
        for session in range(2):
            said = [cube.text for cube in memory.vault(name).transcript(f"{name} {session}")]
            assert said[::2] == [f"{name} says {turn} in {session}" for turn in range(4)]


async def test_awaited_graphs_survive_cancelled_ones(memory: MemoryOS) -> None:
    saver = MemosSaver(memory)
    graph = graph_of_async(memory, saver)

    def run(number: int) -> Any:
        said = {"messages": [HumanMessage(f"number {number}")], "stored": []}
        return graph.ainvoke(said, {"configurable": {"thread_id": str(number)}})

    tasks = [asyncio.create_task(run(number)) for number in range(8)]
    await asyncio.sleep(0.01)
    for task in tasks[::2]:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, dict) for result in done[1::2])
    for number in range(0, 8, 2):  # what was cancelled begins anew, or goes on where it was
        config = {"configurable": {"thread_id": str(number)}}
        begun = await saver.aget_tuple(config)
        await asyncio.wait_for(graph.ainvoke(None, config) if begun else run(number), 20)
    assert sorted(texts(memory)) == sorted([f"number {n}" for n in range(8)] + ["Yes."] * 8)


def graph_of_async(memory: MemoryOS, saver: Any) -> Any:
    async def answer(state: State) -> dict[str, Any]:
        await asyncio.sleep(0.005)
        return {"messages": [AIMessage("Yes.")]}

    builder = StateGraph(State)
    builder.add_node("recall", recall_node(memory, vault="mara"))
    builder.add_node("answer", answer)
    builder.add_node("remember", remember_node(memory, vault="mara"))
    builder.add_edge(START, "recall").add_edge("recall", "answer").add_edge("answer", "remember")
    return builder.compile(checkpointer=saver)


def test_an_interrupted_graph_remembers_once_it_is_resumed(memory: MemoryOS) -> None:
    config = {"configurable": {"thread_id": "t"}}
    builder = StateGraph(State)
    builder.add_node("remember", remember_node(memory, vault="mara"))
    builder.add_node("ask", lambda state: {"messages": [HumanMessage(interrupt("and?"))]})
    builder.add_node("remember more", remember_node(memory, vault="mara"))
    builder.add_edge(START, "remember").add_edge("remember", "ask").add_edge("ask", "remember more")
    builder.compile(checkpointer=MemosSaver(memory)).invoke({"messages": [HumanMessage("one")]}, config)
    assert texts(memory) == ["one"]
    builder.compile(checkpointer=MemosSaver(memory)).invoke(Command(resume="two"), config)
    assert texts(memory) == ["one", "two"]
