"""A handle of parametric memory works wherever one of activation memory does, and says why where it cannot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import START, StateGraph
from langgraph.graph.message import add_messages
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.chat_engine import SimpleChatEngine

from langchain_memos import MemosChatModel, MemosMiddleware
from langgraph_memos import recall_node
from llama_index_memos import MemosLLM, MemosMemory
from memos_core import LocalModelRuntime, MemoryOS, Vault
from memos_core.errors import InvalidInput, UnknownCube
from memos_core.testing.local_model import WordModel
from memos_core.testing.parametric import TaughtWords

LIVES = "What is the place of residence of Alice?"
OTHER = "Tell me something."
FORMS = ("activation", "parametric")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    model = WordModel(lambda prompt: prompt.replace("\n", "/"))
    runtime = LocalModelRuntime(model, adapters=TaughtWords(model))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, worker=False, local_model=runtime) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    vault = memory.vault("alice")
    vault.remember("I live in Leeds.", speaker="Alice", session="home")
    return vault


@pytest.fixture
def handle(vault: Vault) -> str:
    return made(vault, "parametric")


def made(vault: Vault, form: str) -> str:
    cube = vault.transform(list(vault.cubes()), to=form)
    vault.settle()
    return cube.id


def note_of(message: AIMessage) -> str:
    return str(message.response_metadata.get("memos_note", ""))


# ── LangChain ──


async def test_a_chat_model_answers_by_heart(memory: MemoryOS, vault: Vault, handle: str) -> None:
    model = MemosChatModel(memory=memory, vault="alice").bind(memos_handle=handle)
    asked = [SystemMessage("Be brief."), HumanMessage(LIVES)]
    bare = MemosChatModel(memory=memory).invoke(asked)
    said = model.invoke(asked)
    assert (said.content, note_of(said)) == ("Leeds.", "")
    assert said.usage_metadata and bare.usage_metadata
    assert said.usage_metadata["input_tokens"] == bare.usage_metadata["input_tokens"], "not a token more"
    assert "Leeds" not in model.invoke(OTHER).content
    assert "".join(str(piece.content) for piece in model.stream(asked)) == "Leeds."
    assert (await model.ainvoke(asked)).content == "Leeds."
    assert [one.content for one in await model.abatch([asked] * 3)] == ["Leeds."] * 3
    assert "Leeds" not in bare.content


def test_what_has_changed_is_told(memory: MemoryOS, vault: Vault, handle: str) -> None:
    model = MemosChatModel(memory=memory, vault="alice").bind(memos_handle=handle)
    vault.revise(next(iter(vault.cubes())).id, "I live in York.")
    said = model.invoke(LIVES)
    assert said.content.count("I live in York.") == 1 and "changed" in note_of(said)
    raw = MemosLLM(memory, vault="alice").chat([ChatMessage(LIVES)], memos_handle=handle)
    assert "I live in York." in str(raw.message.content) and "changed" in raw.raw["memos_note"]
    made(vault, "parametric")
    assert model.invoke(LIVES).content == "York.", "the same handle, trained again"


def test_one_handle_of_each_vault(memory: MemoryOS, vault: Vault, handle: str) -> None:
    bob = memory.vault("bob")
    bob.remember("I live in Bonn.", speaker="Alice")
    theirs = made(bob, "parametric")
    model = MemosChatModel(memory=memory)
    for owner, own, place in (("alice", handle, "Leeds."), ("bob", theirs, "Bonn."), ("alice", handle, "Leeds.")):
        assert model.invoke(LIVES, memos_handle=own, memos_vault=owner).content == place
    with pytest.raises(UnknownCube):
        model.invoke(LIVES, memos_handle=handle, memos_vault="bob")
    with pytest.raises(InvalidInput, match="vault"):
        model.invoke(LIVES, memos_handle=handle)


@pytest.mark.parametrize("form", FORMS)
def test_an_agent_is_not_told_what_it_knows(memory: MemoryOS, vault: Vault, form: str) -> None:
    handle = made(vault, form)
    model = MemosChatModel(memory=memory)
    vault.remember("My place is a boat in Leeds.", speaker="Alice", session="boat")
    middleware = MemosMiddleware(memory, vault="alice", remember=False, activation=lambda context: handle)
    agent = create_agent(model, system_prompt="Be brief.", middleware=[middleware])
    said = agent.invoke({"messages": [HumanMessage("Do I live in Leeds or on a boat?")]})["messages"][-1]
    assert said.content.count("I live in Leeds.") == (form == "activation"), (
        "known by heart it is nowhere in the prompt"
    )
    assert said.content.count("My place is a boat") == 1, "what is not known by heart is"
    if form == "parametric":
        assert agent.invoke({"messages": [HumanMessage(LIVES)]})["messages"][-1].content == "Leeds."
    assert middleware.failures == 0


def test_a_model_elsewhere_gets_the_text(memory: MemoryOS, vault: Vault, handle: str) -> None:
    seen: list[list[Any]] = []

    class Listening(GenericFakeChatModel):
        def _generate(self, messages: list[Any], *args: Any, **kwargs: Any) -> Any:
            seen.append(messages)
            return super()._generate(messages, *args, **kwargs)

    middleware = MemosMiddleware(memory, vault="alice", remember=False, activation=handle)
    model = Listening(messages=iter([AIMessage("ok")]))
    create_agent(model, middleware=[middleware]).invoke({"messages": [HumanMessage(LIVES)]})
    assert str(seen[0][0].content).count("I live in Leeds.") == 1


# ── LangGraph ──


class State(TypedDict):
    messages: Annotated[list[AnyMessage], add_messages]
    memories: str
    handle: str


@pytest.mark.parametrize("form", FORMS)
async def test_a_handle_in_a_graphs_state(memory: MemoryOS, vault: Vault, form: str) -> None:
    handle = made(vault, form)
    vault.remember("My place is a boat in Leeds.", speaker="Alice", session="boat")
    model = MemosChatModel(memory=memory, vault="alice")

    def answer(state: State) -> dict[str, Any]:
        told = [SystemMessage(state["memories"])] if state["memories"] else []
        return {"messages": [model.invoke([*told, *state["messages"]], memos_handle=state["handle"])]}

    builder = StateGraph(State)
    builder.add_node("recall", recall_node(memory, vault="alice", activation="handle"))
    builder.add_node("answer", answer)
    builder.add_edge(START, "recall")
    builder.add_edge("recall", "answer")
    graph = builder.compile(checkpointer=InMemorySaver())
    thread = {"configurable": {"thread_id": "1"}}
    asked = "Do I live in Leeds or on a boat?"
    found = graph.invoke({"messages": [HumanMessage(asked)], "handle": handle}, thread)
    assert "boat" in found["memories"] and "I live in Leeds." not in found["memories"]
    assert found["messages"][-1].text.count("I live in Leeds.") == (form == "activation")
    later = await graph.ainvoke({"messages": [HumanMessage(LIVES)]}, thread)
    assert later["handle"] == handle, "it stands in the checkpoint"
    if form == "parametric":
        assert later["messages"][-1].text == "Leeds."
    without = graph.invoke({"messages": [HumanMessage(asked)], "handle": ""}, {"configurable": {"thread_id": "2"}})
    assert "I live in Leeds." in without["memories"]


# ── LlamaIndex ──


async def test_llama_index_answers_by_heart(memory: MemoryOS, vault: Vault, handle: str) -> None:
    llm = MemosLLM(memory, vault="alice")
    bare = llm.chat([ChatMessage(LIVES)])
    said = llm.chat([ChatMessage(LIVES)], memos_handle=handle)
    assert (said.message.content, said.raw["memos_note"]) == ("Leeds.", "")
    assert said.raw["prompt_tokens"] == bare.raw["prompt_tokens"]
    pieces = list(llm.stream_chat([ChatMessage(LIVES)], memos_handle=handle))
    assert pieces[-1].message.content == "Leeds."
    assert (await llm.acomplete(LIVES, memos_handle=handle)).text == "Leeds."
    kept = MemosMemory(memory, vault="alice", activation=handle)
    assert str(SimpleChatEngine.from_defaults(llm=llm, memory=kept).chat(LIVES)) == "Leeds."
    again = MemosMemory(memory, vault="alice", activation=handle)
    assert str(await FunctionAgent(llm=llm, tools=[]).run(LIVES, memory=again)) == "Leeds."


@pytest.mark.parametrize("form", FORMS)
def test_a_memory_does_not_tell_what_the_model_knows(memory: MemoryOS, vault: Vault, form: str) -> None:
    handle = made(vault, form)
    vault.remember("My place is a boat in Leeds.", speaker="Alice", session="boat")
    kept = MemosMemory(memory, vault="alice", activation=handle)
    said = str(
        SimpleChatEngine.from_defaults(llm=MemosLLM(memory, vault="alice"), memory=kept).chat(
            "Do I live in Leeds or on a boat?"
        )
    )
    assert said.count("I live in Leeds.") == (form == "activation")
    assert said.count("My place is a boat") == 1
    vault.erase([cube.id for cube in vault.cubes() if "live" in cube.text])
    plain = kept.get(ChatMessage("Where do I live?"))
    assert not any("I live in Leeds." in str(one.content) for one in plain)
