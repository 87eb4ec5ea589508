"""MemosMemory inside LlamaIndex's chat engines and agents: as the reference memory does, plus what was remembered."""

# LlamaIndex types a message's content as optional; None would fail these tests as well.
# mypy: disable-error-code="operator, union-attr, type-var"

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.agent.workflow import AgentWorkflow, FunctionAgent, ReActAgent
from llama_index.core.chat_engine import (
    CondensePlusContextChatEngine,
    CondenseQuestionChatEngine,
    ContextChatEngine,
    SimpleChatEngine,
)
from llama_index.core.llms import ChatMessage, MockLLM
from llama_index.core.memory import BaseMemory, ChatMemoryBuffer
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import ResponseMode
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
from llama_index.core.workflow import Context

from llama_index_memos import MemosMemory, MemosRetriever
from memos_core import MemoryOS, Vault
from tests.integrations.llama_index_models import ScriptedModel, calls
from tests.integrations.releases import since

pytestmark = [  # LlamaIndex looks at every attribute of a model, the deprecated ones too
    pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecationWarning"),
    pytest.mark.filterwarnings("ignore:is_running called:DeprecationWarning"),
]


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


@pytest.fixture
def recalls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query that a memory asks a vault."""
    asked: list[str] = []
    recall = Vault.recall

    def recorded(self: Vault, query: str, **options: Any) -> Any:
        asked.append(query)
        return recall(self, query, **options)

    monkeypatch.setattr(Vault, "recall", recorded)
    return asked


class Manual(BaseRetriever):
    """Finds the same page for every question."""

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [NodeWithScore(node=TextNode(text="Page one.", id_="page"), score=1.0)]


def of(memory: MemoryOS, session: str = "s", **fields: Any) -> MemosMemory:
    return MemosMemory(memory, vault="anna", session_id=session, **fields)


def told(memory: MemoryOS, text: str = "I live in Lisbon and eat no meat.") -> None:
    memory.vault("anna").remember({"role": "user", "content": text}, session="before")


def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


# ── every host, a turn at a time ────────────────────────────────────────────────────────────────

Talk = Callable[[str], str]
a_thread_to_wait_for = since("llama-index-core", "0.14.17", "write_response_to_history_thread")


def simple(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = SimpleChatEngine.from_defaults(llm=model, memory=memory, system_prompt="Be brief.")
    return lambda text: str(engine.chat(text))


def simple_async(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = SimpleChatEngine.from_defaults(llm=model, memory=memory)
    return lambda text: str(asyncio.run(engine.achat(text)))


def simple_streamed(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = SimpleChatEngine.from_defaults(llm=model, memory=memory)

    def talk(text: str) -> str:
        response = engine.stream_chat(text)
        writing = response.write_response_to_history_thread
        said = "".join(response.response_gen)
        writing.join()
        return said

    return talk


def simple_streamed_async(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = SimpleChatEngine.from_defaults(llm=model, memory=memory)

    async def talk(text: str) -> str:
        response = await engine.astream_chat(text)
        writing = response.awrite_response_to_history_task
        said = [part async for part in response.async_response_gen()]
        await writing
        return "".join(said)

    return lambda text: asyncio.run(talk(text))


def context(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = ContextChatEngine.from_defaults(Manual(), llm=model, memory=memory, system_prompt="Be brief.")
    return lambda text: str(engine.chat(text))


def context_async(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = ContextChatEngine.from_defaults(Manual(), llm=model, memory=memory)
    return lambda text: str(asyncio.run(engine.achat(text)))


def condense_plus_context(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = CondensePlusContextChatEngine.from_defaults(Manual(), llm=model, memory=memory)
    return lambda text: str(engine.chat(text))


def condense_plus_context_async(model: ScriptedModel, memory: BaseMemory) -> Talk:
    engine = CondensePlusContextChatEngine.from_defaults(Manual(), llm=model, memory=memory)
    return lambda text: str(asyncio.run(engine.achat(text)))


def condense_question(model: ScriptedModel, memory: BaseMemory) -> Talk:
    queries = RetrieverQueryEngine.from_args(Manual(), llm=model, response_mode=ResponseMode.COMPACT)
    engine = CondenseQuestionChatEngine.from_defaults(queries, llm=model, memory=memory)
    return lambda text: str(engine.chat(text))


def function_agent(model: ScriptedModel, memory: BaseMemory) -> Talk:
    async def talk(text: str) -> str:
        agent = FunctionAgent(llm=model, tools=[add], system_prompt="Be brief.")
        return str(await agent.run(text, memory=memory))

    return lambda text: asyncio.run(talk(text))


def agent_workflow(model: ScriptedModel, memory: BaseMemory) -> Talk:
    async def talk(text: str) -> str:
        agent = FunctionAgent(name="adder", description="adds", llm=model, tools=[add])
        return str(await AgentWorkflow(agents=[agent], root_agent="adder").run(text, memory=memory))

    return lambda text: asyncio.run(talk(text))


HOSTS = [
    simple,
    simple_async,
    pytest.param(simple_streamed, marks=a_thread_to_wait_for),
    simple_streamed_async,
    context,
    context_async,
    condense_plus_context,
    condense_plus_context_async,
    condense_question,
    function_agent,
    agent_workflow,
]
every_host = pytest.mark.parametrize("host", HOSTS, ids=lambda host: host.__name__)


def script(host: Any) -> list[Any]:
    """Two turns; agents call a tool in the first, one engine asks for a better question in the second."""
    called = [calls("add", a=1, b=2)] if host in (function_agent, agent_workflow) else []
    condensed = ["Sure of 3?"] if host is condense_question else []
    return [*called, "It is 3.", *condensed, "Yes."]


@every_host
def test_a_model_sees_what_it_sees_with_the_reference_memory(memory: MemoryOS, host: Any) -> None:
    reference, ours = ScriptedModel(script=script(host)), ScriptedModel(script=script(host))
    buffer, kept = ChatMemoryBuffer.from_defaults(), of(memory)
    for model, each in ((reference, buffer), (ours, kept)):
        talk = host(model, each)
        assert talk("What is 1 and 2?").strip() == "It is 3."
        assert talk("Are you sure?").strip() == "Yes."
    assert ours.seen == reference.seen
    assert kept.get_all() == buffer.get_all()
    assert len(memory.vault("anna").transcript("s")) == len(buffer.get_all()) >= 4


@every_host
def test_what_was_remembered_is_there_once_for_every_call_of_a_turn(
    memory: MemoryOS, host: Any, recalls: list[str]
) -> None:
    told(memory)
    model = ScriptedModel(script=script(host))
    talk = host(model, of(memory))
    talk("What do I eat in Lisbon?")
    blocks = {block for block in model.systems() if block}
    if host is not condense_question:  # it has no use for memories in its prompt to the model
        assert all(block.count("I live in Lisbon and eat no meat.") == 1 for block in model.systems())
        assert len(blocks) == 1
    assert recalls == ["What do I eat in Lisbon?"]
    talk("Are you sure?")
    assert recalls == ["What do I eat in Lisbon?", "Are you sure?"]


@every_host
def test_a_later_session_recalls_an_earlier_one(memory: MemoryOS, host: Any) -> None:
    host(ScriptedModel(script=script(host)), of(memory, "monday"))("My dog is called Kelp.")
    model = ScriptedModel(script=script(host))
    kept = of(memory, "tuesday")
    host(model, kept)("What is my dog called?")
    assert "My dog is called Kelp." in kept.get(input="What is my dog called?")[0].content
    if host is not condense_question:
        assert "My dog is called Kelp." in model.systems()[0]


@pytest.mark.parametrize("host", [simple, function_agent], ids=lambda host: host.__name__)
def test_the_user_message_is_kept_when_the_model_fails(memory: MemoryOS, host: Any) -> None:
    with pytest.raises(RuntimeError, match="overloaded"):
        host(ScriptedModel(script=[RuntimeError("overloaded")] * 5), of(memory))("My dog is called Kelp.")
    assert [message.content for message in of(memory).get_all()] == ["My dog is called Kelp."]


# ── chat engines ────────────────────────────────────────────────────────────────────────────────


def test_an_engine_echoes_its_whole_prompt(memory: MemoryOS) -> None:
    engine = SimpleChatEngine.from_defaults(llm=MockLLM(), memory=of(memory))
    assert str(engine.chat("One.")) == "user: One.\nassistant: "
    engine.reset()
    assert engine.chat_history == []
    assert str(engine.chat("Two.")) == "user: Two.\nassistant: ", "what was reset came back from memory"


def test_a_client_that_sends_the_history_along_stores_it_once(memory: MemoryOS) -> None:
    history: list[ChatMessage] = []
    for text in ("One.", "Two.", "Three."):
        engine = SimpleChatEngine.from_defaults(llm=ScriptedModel(), memory=of(memory))
        engine.chat(text, chat_history=list(history))
        history = engine.chat_history
    assert [message.content for message in history if message.role == "user"] == ["One.", "Two.", "Three."]
    assert sum(1 for _ in memory.vault("anna").cubes()) == len(history) == 6


def test_a_context_engine_may_be_asked_with_a_bundle(memory: MemoryOS) -> None:
    engine = ContextChatEngine.from_defaults(Manual(), llm=ScriptedModel(), memory=of(memory))
    engine.chat(QueryBundle("Where am I?"))
    assert engine.chat_history[0].content == "Where am I?"


def test_a_retriever_of_memories_is_a_context(memory: MemoryOS) -> None:
    told(memory)
    model = ScriptedModel()
    retriever = MemosRetriever(memory.vault("anna"))
    ContextChatEngine.from_defaults(retriever, llm=model, memory=of(memory, budget=0)).chat("What do I eat?")
    assert "eat no meat" in model.systems()[0] and "speaker: user" in model.systems()[0]


@a_thread_to_wait_for
def test_a_reader_that_leaves_a_stream_early_loses_no_answer(memory: MemoryOS) -> None:
    kept = of(memory)
    engine = SimpleChatEngine.from_defaults(llm=ScriptedModel(script=["one two three"]), memory=kept)
    response = engine.stream_chat("Count.")
    writing = response.write_response_to_history_thread
    next(iter(response.response_gen))
    writing.join()
    assert [message.content for message in kept.get_all()] == ["Count.", "one two three"]


# ── agents ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_context_survives_being_dumped_and_restored(memory: MemoryOS, recalls: list[str]) -> None:
    told(memory)
    model = ScriptedModel(script=[calls("add", a=1, b=2), "It is 3.", "Still Lisbon."])
    agent = FunctionAgent(llm=model, tools=[add])
    ctx: Context = Context(agent)
    await agent.run("What do I eat in Lisbon?", memory=of(memory), ctx=ctx)
    restored = Context.from_dict(agent, json.loads(json.dumps(ctx.to_dict())))
    await agent.run("And where is Lisbon?", ctx=restored)
    assert recalls == ["What do I eat in Lisbon?", "And where is Lisbon?"]
    assert all("eat no meat" in block for block in model.systems())
    found = await restored.store.get("memory")
    assert isinstance(found, MemosMemory)
    assert [message.role.value for message in found.get_all()] == [
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
        "assistant",
    ]
    assert found.get_all() == of(memory).get_all()


async def test_an_edit_of_the_state_does_not_copy_the_store(memory: MemoryOS) -> None:
    agent = FunctionAgent(llm=ScriptedModel(), tools=[add])
    ctx: Context = Context(agent)
    await agent.run("Hello.", memory=of(memory), ctx=ctx)
    async with ctx.store.edit_state() as state:
        state["seen"] = True
    await agent.run("Hello again.", ctx=ctx)
    assert len(of(memory).get_all()) == 4


async def test_a_state_that_is_written_into_the_prompt_is_not_stored(memory: MemoryOS) -> None:
    model = ScriptedModel()
    workflow = AgentWorkflow(
        agents=[FunctionAgent(name="adder", description="adds", llm=model, tools=[add])], initial_state={"mood": "odd"}
    )
    await workflow.run("Hello.", memory=of(memory))
    assert "odd" in str(model.seen[0])
    assert of(memory).get_all()[0].content == "Hello."


async def test_agents_that_hand_over_share_the_conversation(memory: MemoryOS, recalls: list[str]) -> None:
    told(memory)
    first = ScriptedModel(script=[calls("handoff", to_agent="second", reason="it adds")])
    second = ScriptedModel(script=[calls("add", "call-2", a=1, b=2), "It is 3."])
    agents = [
        FunctionAgent(name="first", description="talks", llm=first, tools=[add], can_handoff_to=["second"]),
        FunctionAgent(name="second", description="adds", llm=second, tools=[add]),
    ]
    done = await AgentWorkflow(agents=agents, root_agent="first").run("What do I eat in Lisbon?", memory=of(memory))
    assert str(done) == "It is 3."
    assert recalls == ["What do I eat in Lisbon?"]
    assert len({*first.systems(), *second.systems()}) == 1
    texts = [message.content for message in of(memory).get_all() if message.role == "assistant" and message.content]
    assert texts[-1] == "It is 3." and texts.count("It is 3.") == 1


async def test_a_react_agent_keeps_one_answer(memory: MemoryOS) -> None:
    model = ScriptedModel(script=["Thought: I know it.\nAnswer: It is 3."])
    done = await ReActAgent(llm=model, tools=[add]).run("What is 1 and 2?", memory=of(memory))
    assert str(done) == "It is 3."
    assert [message.role.value for message in of(memory).get_all()] == ["user", "assistant"]


async def test_many_agents_at_once_do_not_mix(memory: MemoryOS) -> None:
    async def talk(session: str) -> None:
        model = ScriptedModel(script=[calls("add", a=1, b=2), f"answer for {session}"])
        await FunctionAgent(llm=model, tools=[add]).run(f"question of {session}", memory=of(memory, session))

    sessions = [f"session {n}" for n in range(12)]
    await asyncio.gather(*map(talk, sessions))
    for session in sessions:
        found = [message.content for message in of(memory, session).get_all()]
        assert found == [f"question of {session}", None, "3", f"answer for {session}"]
    assert sum(1 for _ in memory.vault("anna").cubes()) == 4 * len(sessions)


async def test_a_cancelled_run_leaves_the_memory_usable(memory: MemoryOS) -> None:
    started = asyncio.Event()

    async def wait_for_ever() -> str:
        """Wait."""
        started.set()
        await asyncio.sleep(3600)
        return "never"

    kept = of(memory)
    agent = FunctionAgent(llm=ScriptedModel(script=[calls("wait_for_ever")]), tools=[wait_for_ever])
    handler = agent.run("Wait for me.", memory=kept)
    await started.wait()
    await handler.cancel_run()
    with pytest.raises(BaseException):  # noqa: B017 LlamaIndex's own, or asyncio's, as its version has it
        await handler
    assert [message.content for message in kept.get_all()] == ["Wait for me."]
    await FunctionAgent(llm=ScriptedModel(script=["Here."]), tools=[add]).run("Again.", memory=kept)
    assert [message.content for message in kept.get_all()] == ["Wait for me.", "Again.", "Here."]
