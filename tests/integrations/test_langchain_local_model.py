"""LangChain's own suite for chat models, and activation memory through a chat model and an agent."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain.agents import create_agent
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.tools import tool
from langchain_tests.integration_tests import ChatModelIntegrationTests
from langchain_tests.unit_tests import ChatModelUnitTests

from langchain_memos import MemosChatModel, MemosMiddleware
from memos_core import LocalModelRuntime, MemoryOS, Vault
from memos_core.errors import InvalidInput, UnknownCube, UnknownVault
from memos_core.testing.local_model import WordModel


def reply(prompt: str) -> str:
    """What a small model might say: a call when tools are offered and nothing has answered, else what it heard."""
    if "<tools>" in prompt and "<tool>" not in prompt:
        offered = json.loads(prompt.partition("<tools> ")[2].partition(" \n ")[0])
        function = offered[0]["function"]
        quoted = re.findall(r"'([^']+)'", prompt.rpartition("<user>")[2])
        words = quoted[0] if quoted else "hello"
        kinds = {"integer": 3, "number": 3.0, "string": words, "array": [], "object": {}, "boolean": True}
        properties = function["parameters"].get("properties", {})
        given = {name: kinds.get(one.get("type"), words) for name, one in properties.items()}
        return f"<tool_call>{json.dumps({'name': function['name'], 'arguments': given})}</tool_call>"
    return re.sub(r"\s+", " ", prompt.rpartition("<user>")[2]) or "well"


def read(message: AIMessage) -> int:
    """Tokens of the prompt that were not computed."""
    assert message.usage_metadata is not None
    return message.usage_metadata["input_token_details"]["cache_read"]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    runtime = LocalModelRuntime(WordModel(reply))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=runtime) as memory:
        yield memory


@pytest.fixture(scope="module")
def open_memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MemoryOS]:
    runtime = LocalModelRuntime(WordModel(reply))
    path = tmp_path_factory.mktemp("chat") / "m.db"
    with MemoryOS.open(f"sqlite:///{path}", embedder=None, local_model=runtime) as memory:
        yield memory


class _OurModel:
    @pytest.fixture(autouse=True)
    def _opened(self, open_memory: MemoryOS) -> None:
        type(self).opened = open_memory  # type: ignore[attr-defined]

    @property
    def chat_model_class(self) -> type[MemosChatModel]:
        return MemosChatModel

    @property
    def chat_model_params(self) -> dict:
        return {"memory": self.opened}  # type: ignore[attr-defined]


class TestUnit(_OurModel, ChatModelUnitTests):
    """LangChain's unit suite."""


class TestIntegration(_OurModel, ChatModelIntegrationTests):
    """LangChain's integration suite; the model behind it knows words only."""


def test_memory_enters_by_its_handle(memory: MemoryOS) -> None:
    vault = memory.vault("alice")
    cube = vault.transform([vault.remember("I no longer eat meat.", speaker="Alice")])
    model = MemosChatModel(memory=memory, vault="alice")
    asked = [SystemMessage("Be brief."), HumanMessage("What do I eat?")]
    memory.local_model._engine.reply = lambda prompt: prompt  # type: ignore[attr-defined]
    bare, with_memory = model.invoke(asked), model.bind(memos_handle=cube.id).invoke(asked)
    assert "meat" not in bare.content
    assert with_memory.content.count("I no longer eat meat.") == 1
    assert read(bare) == 0
    assert read(with_memory) > 5
    assert "memos_note" not in with_memory.response_metadata
    chunks = list(model.stream(asked, memos_handle=cube.id))
    whole = sum(chunks[1:], chunks[0])
    assert (whole.content, whole.usage_metadata) == (with_memory.content, with_memory.usage_metadata)
    vault.revise(next(iter(vault.cubes())).id, "I eat fish.")
    stale = model.invoke(asked, memos_handle=cube.id)
    assert "I eat fish." in stale.content and "transform it again" in stale.response_metadata["memos_note"]


async def test_async_doors(memory: MemoryOS) -> None:
    vault = memory.vault("alice")
    cube = vault.transform([vault.remember("I no longer eat meat.", speaker="Alice")])
    model = MemosChatModel(memory=memory, vault="alice").bind(memos_handle=cube.id)
    said = await model.ainvoke("What do I eat?")
    pieces = [piece async for piece in model.astream("What do I eat?")]
    assert "".join(str(piece.content) for piece in pieces) == said.content
    assert read(said) > 5
    both = await model.abatch(["What do I eat?"] * 4)
    assert [one.content for one in both] == [said.content] * 4


def test_nobody_reads_anothers_memory(memory: MemoryOS) -> None:
    cube = memory.vault("alice").transform([memory.vault("alice").remember("secret")])
    memory.vault("bob").remember("x")
    with pytest.raises(UnknownCube):
        MemosChatModel(memory=memory, vault="bob").invoke("?", memos_handle=cube.id)
    with pytest.raises(UnknownVault):
        MemosChatModel(memory=memory, vault="carol").invoke("?", memos_handle=cube.id)
    with pytest.raises(InvalidInput, match="vault"):
        MemosChatModel(memory=memory).invoke("?", memos_handle=cube.id)
    served = MemosChatModel(memory=memory).invoke("?", memos_handle=cube.id, memos_vault="alice")
    assert read(served) > 0


def test_an_agent_with_tools(memory: MemoryOS) -> None:
    @tool
    def weather(city: str) -> str:
        """The weather in a city."""
        return f"Rain in {city}."

    agent = create_agent(MemosChatModel(memory=memory), [weather])
    said = agent.invoke({"messages": [HumanMessage("How is the weather?")]})["messages"]
    calls = [one for one in said if isinstance(one, AIMessage) and one.tool_calls]
    assert [call["name"] for one in calls for call in one.tool_calls] == ["weather"]
    assert any("Rain in hello" in str(one.content) for one in said)
    assert isinstance(said[-1], AIMessage) and not said[-1].tool_calls


def test_a_reader_that_stops_early_lets_go(memory: MemoryOS) -> None:
    memory.local_model._engine.reply = lambda prompt: "one two three"  # type: ignore[attr-defined]
    model = MemosChatModel(memory=memory)
    first = next(model.stream("?"))
    assert first.content == "one"
    assert model.invoke("?").content == "one two three"


def test_an_agent_reads_its_memory_from_stored_values(memory: MemoryOS) -> None:
    memory.local_model._engine.reply = lambda prompt: prompt  # type: ignore[attr-defined]
    vault = memory.vault("alice")
    cube = vault.transform([vault.remember("I no longer eat meat.", speaker="Alice")])
    model = MemosChatModel(memory=memory)
    for handle in (cube.id, lambda context: cube.id):
        middleware = MemosMiddleware(memory, vault="alice", remember=False, activation=handle)
        agent = create_agent(model, system_prompt="Be brief.", middleware=[middleware])
        said = agent.invoke({"messages": [HumanMessage("hi")]})["messages"][-1]
        assert str(said.content).count("I no longer eat meat.") == 1, "what is stored is not recalled beside"
        assert read(said) > 5
    plain = create_agent(model, system_prompt=f"{cube.text}\n\nBe brief.", middleware=[])
    text = plain.invoke({"messages": [HumanMessage("hi")]})["messages"][-1]
    assert read(text) == 0
    assert memory.usage() == (), "the runtime keeps the record of a local model"
    vault.remember("I eat no meat on Mondays.", speaker="Alice")
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="alice", activation=cube.id)])
    said = agent.invoke({"messages": [HumanMessage("Do I eat meat?")]})["messages"][-1]
    assert "no meat on Mondays" in str(said.content), "the rest is"


def test_another_model_gets_the_text_first(memory: MemoryOS) -> None:
    vault = memory.vault("alice")
    cube = vault.transform([vault.remember("I no longer eat meat.", speaker="Alice")])
    seen: list[list] = []

    class Listening(GenericFakeChatModel):
        def _generate(self, messages, *args, **kwargs):
            seen.append(messages)
            return super()._generate(messages, *args, **kwargs)

    for system in ("Be brief.", None):
        model = Listening(messages=iter([AIMessage("ok")]))
        middleware = MemosMiddleware(memory, vault="alice", remember=False, activation=cube.id)
        create_agent(model, system_prompt=system, middleware=[middleware]).invoke({"messages": [HumanMessage("hi")]})
    assert all(str(one[0].content).startswith(f"{cube.text}") for one in seen)
    assert memory.usage() == (), "this model tells nothing"


@pytest.mark.parametrize("door", ["invoke", "ainvoke"])
async def test_what_a_provider_says_of_its_prompt_cache_is_kept(memory: MemoryOS, door: str) -> None:
    vault = memory.vault("alice")
    cube = vault.transform([vault.remember("I no longer eat meat.", speaker="Alice")])
    told = {"input_tokens": 100, "output_tokens": 7, "total_tokens": 107, "input_token_details": {"cache_read": 64}}
    model = GenericFakeChatModel(messages=iter([AIMessage("ok", usage_metadata=told)] * 2))
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="alice", activation=cube.id)])
    for _ in range(2):
        asked = {"messages": [HumanMessage("hi")]}
        await agent.ainvoke(asked) if door == "ainvoke" else agent.invoke(asked)
    (account,) = memory.usage()
    assert (account.operation, account.model, account.calls) == ("host", "GenericFakeChatModel", 2)
    assert (account.prompt_tokens, account.completion_tokens, account.cached_tokens) == (200, 14, 128)


async def test_an_awaited_agent_reads_the_store_beside_the_event_loop(memory: MemoryOS, monkeypatch) -> None:
    vault = memory.vault("alice")
    cube = vault.transform([vault.remember("I no longer eat meat.", speaker="Alice")])
    threads: dict[str, set[int]] = {"sources": set(), "get": set()}

    def noted(name: str, method):
        def read(self, *args, **kwargs):
            threads[name].add(threading.get_ident())
            return method(self, *args, **kwargs)

        return read

    for name in threads:
        monkeypatch.setattr(Vault, name, noted(name, getattr(Vault, name)))
    model = GenericFakeChatModel(messages=iter([AIMessage("Fish.")]))
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="alice", activation=cube.id)])
    await agent.ainvoke({"messages": [HumanMessage("What can I cook tonight?")]})
    assert threads["sources"] and threads["get"]
    assert threading.get_ident() not in threads["sources"] | threads["get"]
