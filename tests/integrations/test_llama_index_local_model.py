"""LlamaIndex over a local model: completions, chats, engines, agents, activation memory."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from llama_index.core.agent.workflow import FunctionAgent
from llama_index.core.base.llms.types import ChatMessage
from llama_index.core.chat_engine import SimpleChatEngine

from llama_index_memos import MemosLLM, MemosMemory
from memos_core import LocalModelRuntime, MemoryOS, Vault
from memos_core.errors import InvalidInput, UnknownCube
from memos_core.testing.local_model import WordModel


def reply(prompt: str) -> str:
    if "<tools>" in prompt and "<tool>" not in prompt:
        return f"<tool_call>{json.dumps({'name': 'weather', 'arguments': {'city': 'Leeds'}})}</tool_call>"
    return prompt.replace(" \n ", " / ")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    runtime = LocalModelRuntime(WordModel(reply))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=runtime) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    return memory.vault("alice")


@pytest.fixture
def handle(vault: Vault) -> str:
    return vault.transform([vault.remember("I no longer eat meat.", speaker="Alice")]).id


@pytest.fixture
def llm(memory: MemoryOS) -> MemosLLM:
    return MemosLLM(memory, vault="alice")


def asked(handle: str = "") -> list[ChatMessage]:
    system = ChatMessage("Be brief.", role="system", additional_kwargs={"memos_handle": handle} if handle else {})
    return [system, ChatMessage("What do I eat?")]


async def test_all_doors_say_the_same(llm: MemosLLM, handle: str) -> None:
    said = llm.chat(asked(handle))
    text = said.message.content
    assert text is not None and text.count("I no longer eat meat.") == 1
    assert said.raw["cache_read"] > 5
    assert llm.chat(asked()).raw["cache_read"] == 0
    pieces = list(llm.stream_chat(asked(handle)))
    assert "".join(one.delta or "" for one in pieces) == pieces[-1].message.content == text
    assert (await llm.achat(asked(handle))).message.content == text
    apieces = [one async for one in await llm.astream_chat(asked(handle))]
    assert "".join(one.delta or "" for one in apieces) == text
    done = llm.complete("What do I eat?", memos_handle=handle)
    assert done.raw["cache_read"] > 5 and "no longer eat meat" in done.text
    assert (await llm.acomplete("What do I eat?", memos_handle=handle)).text == done.text
    assert list(llm.stream_complete("What do I eat?", memos_handle=handle))[-1].text == done.text
    last = [one async for one in await llm.astream_complete("What do I eat?", memos_handle=handle)][-1]
    assert last.text == done.text


def test_a_chat_engine(llm: MemosLLM, memory: MemoryOS, handle: str) -> None:
    engine = SimpleChatEngine.from_defaults(
        llm=llm, memory=MemosMemory(memory, vault="alice", budget=0), prefix_messages=asked(handle)[:1]
    )
    assert "I no longer eat meat." in str(engine.chat("What do I eat?"))
    assert "I no longer eat meat." in "".join(engine.stream_chat("And what else?").response_gen)


async def test_an_agent_calls_a_tool(llm: MemosLLM) -> None:
    def weather(city: str) -> str:
        """The weather in a city."""
        return f"Rain in {city}."

    for streaming in (True, False):
        agent = FunctionAgent(llm=llm, tools=[weather], streaming=streaming)
        assert "Rain in Leeds." in str(await agent.run("How is the weather?"))


async def test_a_memory_passes_the_handle_on(llm: MemosLLM, memory: MemoryOS, handle: str) -> None:
    kept = MemosMemory(memory, vault="alice", budget=0, activation=handle)
    said = str(SimpleChatEngine.from_defaults(llm=llm, memory=kept).chat("What do I eat?"))
    assert said.count("I no longer eat meat.") == 1
    assert "I no longer eat meat." in str(await FunctionAgent(llm=llm, tools=[]).run("And now?", memory=kept))
    assert MemosMemory.from_dict(kept.to_dict()).activation == handle


def test_nobody_reads_anothers_memory(memory: MemoryOS, handle: str) -> None:
    memory.vault("bob").remember("x")
    with pytest.raises(UnknownCube):
        MemosLLM(memory, vault="bob").chat(asked(handle))
    with pytest.raises(InvalidInput, match="vault"):
        MemosLLM(memory).chat(asked(handle))


def test_a_store_without_a_model(tmp_path: Path) -> None:
    with MemoryOS.open(f"sqlite:///{tmp_path}/n.db", embedder=None) as plain, pytest.raises(InvalidInput):
        MemosLLM(plain)
