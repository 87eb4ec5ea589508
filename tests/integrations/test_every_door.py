"""Every method of a host's base class is there through both doors; and those that no host calls by themselves work."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from langchain.agents.middleware import AgentMiddleware
from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import AIMessage, HumanMessage
from langgraph.checkpoint.base import BaseCheckpointSaver, empty_checkpoint
from langgraph.store.base import BaseStore
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import ChatMessage, TextBlock
from llama_index.core.memory import Memory
from llama_index.core.postprocessor.types import BaseNodePostprocessor

from langchain_memos import MemosChatHistory, MemosMiddleware
from langchain_memos import MemosRetriever as ChainRetriever
from langgraph_memos import MemosSaver, MemosStore
from llama_index_memos import MemosMemoryBlock, MemosNodePostprocessor, MemosRetriever
from memos_core import MemoryOS

Door = Callable[[Any, str], Callable[..., Any]]


def sync_door(owner: Any, name: str) -> Callable[..., Any]:
    return getattr(owner, name)


def async_door(owner: Any, name: str) -> Callable[..., Any]:
    async def call(*args: Any, **kwargs: Any) -> Any:
        return await getattr(owner, f"a{name}")(*args, **kwargs)

    def waited(*args: Any, **kwargs: Any) -> Any:
        work: Coroutine[Any, Any, Any] = call(*args, **kwargs)
        return asyncio.run(work)

    return waited


both_doors = pytest.mark.parametrize("door", [sync_door, async_door], ids=["sync", "async"])


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


# What the host leaves to its subclasses, without the leading "a" of the async door.
OURS = [
    (
        MemosSaver,
        BaseCheckpointSaver,
        "get_tuple list put put_writes delete_thread delete_for_runs copy_thread prune get_delta_channel_history",
    ),
    (MemosStore, BaseStore, "batch"),
    (MemosChatHistory, BaseChatMessageHistory, "add_messages clear"),
    (MemosMiddleware, AgentMiddleware, "before_agent wrap_model_call after_agent"),
    (ChainRetriever, object, "get_relevant_documents"),
    (MemosRetriever, BaseRetriever, "retrieve"),
    (MemosNodePostprocessor, BaseNodePostprocessor, "postprocess_nodes"),
]


@pytest.mark.parametrize(("cls", "base", "names"), OURS, ids=lambda value: getattr(value, "__name__", None))
def test_both_doors_are_ours(cls: Any, base: Any, names: str) -> None:
    """Where the base class raises, or leaves a door to a default that blocks a loop, we do not."""
    for name in names.split():
        sync, waited = (
            next(n for n in (prefix + name, f"_{prefix}{name}") if any(n in vars(c) for c in mro(cls, base)))
            for prefix in ("", "a")
        )
        assert asyncio.iscoroutinefunction(getattr(cls, waited)) or name == "list"
        assert not asyncio.iscoroutinefunction(getattr(cls, sync))


def mro(cls: Any, base: Any) -> list[Any]:
    """The classes before the host's."""
    return [one for one in cls.__mro__ if one is not object and one is not base and "_memos." in one.__module__]


@both_doors
def test_a_saver_gives_the_checkpoint_alone(memory: MemoryOS, door: Door) -> None:
    saver: Any = MemosSaver(memory)
    config: Any = {"configurable": {"thread_id": "t", "checkpoint_ns": ""}}
    assert door(saver, "get")(config) is None
    stored = saver.put(config, empty_checkpoint(), {}, {})
    assert door(saver, "get")(config) == saver.get_tuple(stored).checkpoint


@both_doors
def test_a_sweep_counts_what_it_deletes(memory: MemoryOS, door: Door) -> None:
    store: Any = MemosStore(memory)
    store.put(("a",), "short", {"text": "tea"}, ttl=timedelta(milliseconds=1) / timedelta(minutes=1))
    store.put(("a",), "long", {"text": "milk"}, ttl=60)
    time.sleep(0.01)
    assert door(store, "sweep_ttl")() == 1
    assert [item.key for item in store.search(("a",))] == ["long"]


def test_a_history_takes_single_messages_as_well(memory: MemoryOS) -> None:
    history = MemosChatHistory(memory.vault("anna"), "s")
    history.add_message(HumanMessage("one"))
    history.add_user_message("two")
    history.add_ai_message("three")
    history.add_ai_message(AIMessage("four"))
    assert [(message.type, message.text) for message in history.messages] == [
        ("human", "one"),
        ("human", "two"),
        ("ai", "three"),
        ("ai", "four"),
    ]


async def test_a_block_gives_way_where_the_conversation_leaves_no_room(memory: MemoryOS) -> None:
    vault = memory.vault("anna")
    vault.remember("Anna likes green tea from Uji. " * 20)
    block = MemosMemoryBlock(vault=vault, priority=1)
    assert await block.atruncate("what was recalled", 3) is None
    for limit, shown in ((2000, True), (40, False)):
        queue = Memory.from_defaults(
            session_id="s", token_limit=limit, memory_blocks=[block], tokenizer_fn=lambda text: str(text).split()
        )
        await queue.aput(ChatMessage("What tea does Anna like?", role="user"))
        seen = [part.text for m in await queue.aget() for part in m.blocks if isinstance(part, TextBlock)]
        assert ("Uji" in " ".join(seen)) is shown
