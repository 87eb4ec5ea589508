"""The memory tools: LangChain's own conformance tests, then whose memory they reach."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain_core.tools import BaseTool
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import RetryPolicy

from langchain_memos import memory_tools
from memos_core import MemoryOS, errors
from tests.integrations.langchain_models import ScriptedModel, calls


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


@pytest.fixture(params=["sync", "async"])
def door(request: pytest.FixtureRequest) -> Any:
    def through(runnable: Any, given: Any, config: Any = None, **kwargs: Any) -> Any:
        if request.param == "sync":
            return runnable.invoke(given, config, **kwargs)
        return asyncio.run(runnable.ainvoke(given, config, **kwargs))

    return through


class _Conformance:
    place = 0

    @pytest.fixture(autouse=True)
    def _memory(self, memory: MemoryOS) -> None:
        self.memory = memory

    @property
    def tool_constructor(self) -> BaseTool:
        return memory_tools(self.memory, vault="anna")[self.place]

    @property
    def tool_invoke_params_example(self) -> dict[str, Any]:
        return ({"query": "tea"}, {"text": "Anna drinks tea"})[self.place]


class TestSearchUnit(_Conformance, ToolsUnitTests):
    pass


class TestSearchIntegration(_Conformance, ToolsIntegrationTests):
    pass


class TestSaveUnit(_Conformance, ToolsUnitTests):
    place = 1


class TestSaveIntegration(_Conformance, ToolsIntegrationTests):
    place = 1


def test_what_was_saved_is_found(memory: MemoryOS, door: Any) -> None:
    search, save = memory_tools(memory, vault="anna")
    assert "Nothing" in door(search, {"query": "tea"})
    assert door(save, {"text": "Anna drinks green tea"}) == "Saved."
    assert "green tea" in door(search, {"query": "tea"})
    (note,) = memory.vault("anna").cubes()
    assert (note.header.kind, note.header.role) == ("note", "assistant")


def test_a_model_sees_one_argument_each(memory: MemoryOS) -> None:
    search, save = memory_tools(memory, vault=lambda context: context["user_id"])
    assert list(search.tool_call_schema.model_json_schema()["properties"]) == ["query"]  # type: ignore[union-attr]
    assert list(save.tool_call_schema.model_json_schema()["properties"]) == ["text"]  # type: ignore[union-attr]
    assert search.name == "search_memory" and save.name == "save_memory"


def test_the_owner_comes_from_the_context_and_not_from_the_model(memory: MemoryOS, door: Any) -> None:
    memory.vault("ben").remember("tea: black")
    evil = {"user_id": "ben", "vault": "ben", "config": {"configurable": {"user_id": "ben"}}, "runtime": "ben"}
    model = ScriptedModel(
        script=[calls("save_memory", text="tea: green", **evil), calls("search_memory", "2", query="tea", **evil), "ok"]
    )
    agent = create_agent(model, memory_tools(memory, vault=lambda context: context["user_id"]))
    state = door(agent, {"messages": [("user", "hi")]}, context={"user_id": "anna"})
    assert [cube.text for cube in memory.vault("anna").cubes()] == ["tea: green"]
    assert len(list(memory.vault("ben").cubes())) == 1
    found = state["messages"][-2].text
    assert "green" in found and "black" not in found


def test_without_a_context_the_owner_comes_from_the_config(memory: MemoryOS, door: Any) -> None:
    _, save = memory_tools(memory, vault=lambda configurable: configurable["user_id"])
    config = {"configurable": {"user_id": "anna", "thread_id": "t1"}}
    assert door(save, {"text": "tea"}, config) == "Saved."
    assert next(memory.vault("anna").cubes()).header.session == "t1"


def test_a_failure_is_told_to_the_model(memory: MemoryOS, door: Any) -> None:
    failed: list[str] = []
    tools = memory_tools(memory, vault=lambda c: c["user_id"], on_error=lambda _, operation: failed.append(operation))
    model = ScriptedModel(
        script=[calls("search_memory", query="tea"), calls("save_memory", "2", text="tea"), "I can't."]
    )
    state = door(create_agent(model, tools), {"messages": [("user", "hi")]}, context={})
    replies = [message.text for message in state["messages"] if message.type == "tool"]
    assert [reply.split("(")[0] for reply in replies] == ["Memory could not be searched ", "Memory could not be saved "]
    assert failed == ["search memory", "save memory"]
    assert state["messages"][-1].text == "I can't."


def test_what_the_model_can_mend_is_named(memory: MemoryOS, door: Any) -> None:
    search, save = memory_tools(memory, vault="anna")
    assert "empty" in door(search, {"query": ""})
    assert "empty" in door(save, {"text": " "})


def test_an_empty_owner_is_refused_when_the_tools_are_made(memory: MemoryOS) -> None:
    with pytest.raises(errors.InvalidInput, match="names nobody"):
        memory_tools(memory, vault="")


def test_a_tool_node_that_runs_again_saves_once(memory: MemoryOS) -> None:
    _, save = memory_tools(memory, vault="anna")
    runs: list[int] = []

    from langgraph.graph import START, MessagesState, StateGraph

    def node(state: MessagesState) -> dict[str, Any]:
        runs.append(1)
        save.invoke({"text": "tea"})
        if len(runs) == 1:
            raise ConnectionError("lost after saving")
        return {}

    graph = StateGraph(MessagesState)
    graph.add_node("tools", node, retry_policy=RetryPolicy(initial_interval=0, jitter=False))
    graph.add_edge(START, "tools")
    compiled = graph.compile(checkpointer=InMemorySaver())
    config: Any = {"configurable": {"thread_id": "t"}}
    compiled.invoke({"messages": []}, config)
    assert (len(runs), len(list(memory.vault("anna").cubes()))) == (2, 1)
    compiled.invoke({"messages": []}, config)  # said again in a later turn, it is a second note
    assert len(list(memory.vault("anna").cubes())) == 2
