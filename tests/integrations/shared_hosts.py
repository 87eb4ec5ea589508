"""One host of each framework over one memory, told and asked through either door; their models are deterministic.

Run as a program, it is one process of several on one file: ``shared_hosts.py URL NAME TURNS``.
"""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypedDict

from langchain.agents import create_agent
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.graph import START, MessagesState, StateGraph
from llama_index.core.chat_engine import SimpleChatEngine
from llama_index.core.llms import ChatMessage, ChatResponse, MockLLM
from pydantic import Field

from langchain_memos import MemosMiddleware
from langgraph_memos import MemosSaver, MemosStore, recall_node, remember_node
from llama_index_memos import MemosMemory
from memos_core import MemoryOS

USERS = ("anna", "ben")
DOORS = ("sync", "async")


def reply_to(text: str) -> str:
    """What every model answers."""
    return f"Noted: {text}"


class ChainModel(BaseChatModel):
    """Answers the last message, and keeps the text of everything that it was sent."""

    seen: list[str] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "deterministic"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        self.seen.append("\n".join(message.text for message in messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(reply_to(messages[-1].text)))])


class IndexModel(MockLLM):
    """The same for LlamaIndex."""

    seen: list[str] = Field(default_factory=list)

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        self.seen.append("\n".join(message.content or "" for message in messages))
        return ChatResponse(message=ChatMessage(reply_to(messages[-1].content or ""), role="assistant"))

    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return self.chat(messages)


class Host(Protocol):
    """A program that talks to users."""

    seen: list[str]
    """What its model was sent, a text for each call."""

    def tell(self, user: str, session: str, text: str) -> str: ...
    async def atell(self, user: str, session: str, text: str) -> str: ...


class Who(TypedDict):
    user: str


class ChainAgent:
    """A LangChain agent."""

    def __init__(self, memory: MemoryOS) -> None:
        model = ChainModel()
        middleware = MemosMiddleware(memory, vault=lambda who: who["user"])
        self.seen, self._agent = model.seen, create_agent(model, middleware=[middleware], context_schema=Who)

    def tell(self, user: str, session: str, text: str) -> str:
        return str(self._agent.invoke(*self._call(session, text), context=Who(user=user))["messages"][-1].text)

    async def atell(self, user: str, session: str, text: str) -> str:
        return str((await self._agent.ainvoke(*self._call(session, text), context=Who(user=user)))["messages"][-1].text)

    def _call(self, session: str, text: str) -> Any:
        return {"messages": [("user", text)]}, {"configurable": {"thread_id": session}}


class State(MessagesState):
    memories: str


class Graph:
    """A LangGraph graph with both nodes, the checkpointer and the store."""

    def __init__(self, memory: MemoryOS) -> None:
        model = ChainModel()
        owner = {"vault": lambda who: who["user"]}

        def answer(state: State) -> dict[str, Any]:
            return {"messages": [model.invoke([("system", state["memories"]), *state["messages"]])]}

        builder = StateGraph(State, context_schema=Who)
        builder.add_node("recall", recall_node(memory, **owner))
        builder.add_node("answer", answer)
        builder.add_node("remember", remember_node(memory, **owner))
        builder.add_edge(START, "recall").add_edge("recall", "answer").add_edge("answer", "remember")
        self.seen, self.store = model.seen, MemosStore(memory)
        self.graph = builder.compile(checkpointer=MemosSaver(memory), store=self.store)

    def tell(self, user: str, session: str, text: str) -> str:
        self.store.put(("heard", user), text, {"text": text}, index=False)
        return str(self.graph.invoke(*self._call(session, text), context=Who(user=user))["messages"][-1].text)

    async def atell(self, user: str, session: str, text: str) -> str:
        await self.store.aput(("heard", user), text, {"text": text}, index=False)
        state = await self.graph.ainvoke(*self._call(session, text), context=Who(user=user))
        return str(state["messages"][-1].text)

    def _call(self, session: str, text: str) -> Any:
        return {"messages": [("user", text)]}, {"configurable": {"thread_id": session}}


class Engine:
    """A LlamaIndex chat engine for each session."""

    def __init__(self, memory: MemoryOS) -> None:
        self._memory, self._model = memory, IndexModel()
        self.seen = self._model.seen

    def tell(self, user: str, session: str, text: str) -> str:
        return str(self._engine(user, session).chat(text))

    async def atell(self, user: str, session: str, text: str) -> str:
        return str(await self._engine(user, session).achat(text))

    def _engine(self, user: str, session: str) -> SimpleChatEngine:
        kept = MemosMemory(self._memory, vault=user, session_id=session)
        return SimpleChatEngine.from_defaults(llm=self._model, memory=kept)


HOSTS: dict[str, Any] = {"langchain": ChainAgent, "langgraph": Graph, "llama_index": Engine}


def tell(host: Host, door: str, user: str, session: str, text: str) -> str:
    """Tell a host something through one of its doors."""
    if door == "sync":
        return host.tell(user, session, text)
    return asyncio.run(host.atell(user, session, text))


def word(user: str, session: str, number: int) -> str:
    """A word that nobody else says."""
    return f"{user}zq{session.replace(' ', 'x')}zq{number}"


def said(user: str, session: str, number: int) -> str:
    """What the user says in one turn."""
    return f"The password of my box {number} is {word(user, session, number)}."


def conversations(process: str) -> Iterator[tuple[str, str, str, str]]:
    """Host, door, user and session of every conversation of a process."""
    for name in HOSTS:
        for door in DOORS:
            for user in USERS:
                yield name, door, user, f"{process} {name} {door} {user}"


def talk(hosts: dict[str, Host], process: str, turns: int) -> None:
    """Hold all conversations at once: a thread for each that is sync, a task for each that is async."""

    def held(name: str, user: str, session: str) -> None:
        for number in range(turns):
            text = said(user, session, number)
            assert hosts[name].tell(user, session, text) == reply_to(text)

    async def aheld(name: str, user: str, session: str) -> None:
        for number in range(turns):
            text = said(user, session, number)
            assert await hosts[name].atell(user, session, text) == reply_to(text)

    async def all_async() -> None:
        await asyncio.gather(*(aheld(n, u, s) for n, door, u, s in conversations(process) if door == "async"))

    threads = [(n, u, s) for n, door, u, s in conversations(process) if door == "sync"]
    with ThreadPoolExecutor(len(threads) + 1) as pool:
        done = [pool.submit(asyncio.run, all_async()), *(pool.submit(held, *one) for one in threads)]
        for one in done:
            one.result()


def main() -> None:
    """Talk once told to, then answer questions with what the models see; every line in and out is JSON."""
    url, process, turns = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with MemoryOS.open(url, embedder=None) as memory:
        hosts: dict[str, Host] = {name: host(memory) for name, host in HOSTS.items()}
        print(json.dumps("ready"), flush=True)
        sys.stdin.readline()
        talk(hosts, process, turns)
        print(json.dumps({name: host.seen for name, host in hosts.items()}), flush=True)
        for line in sys.stdin:
            name, door, user, session, question = json.loads(line)
            tell(hosts[name], door, user, session, question)
            print(json.dumps(hosts[name].seen[-1]), flush=True)


if __name__ == "__main__":
    main()
