"""MemosMiddleware in real agents with a scripted model. Whatever has two doors is tested through both."""

import asyncio
import inspect
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import AgentMiddleware, ModelRequest, PIIMiddleware, SummarizationMiddleware
from langchain.agents.structured_output import ToolStrategy
from langchain_core.caches import InMemoryCache
from langchain_core.globals import set_llm_cache
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.types import Command, interrupt
from pydantic import BaseModel

from langchain_memos import MemosMiddleware
from memos_core import MemoryOS, Vault, errors
from tests.integrations.langchain_models import ScriptedModel, StreamingModel, calls

THREAD: Any = {"configurable": {"thread_id": "t1"}}


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


@pytest.fixture(params=["sync", "async"])
def door(request: pytest.FixtureRequest) -> Any:
    def through(agent: Any, given: Any, config: Any = None, **kwargs: Any) -> Any:
        if isinstance(given, str):
            given = {"messages": [HumanMessage(given)]}
        if request.param == "sync":
            return agent.invoke(given, config, **kwargs)
        return asyncio.run(agent.ainvoke(given, config, **kwargs))

    return through


@pytest.fixture
def recalls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The queries that any vault was asked."""
    asked: list[str] = []
    recall, arecall = Vault.recall, Vault.arecall

    def counted(self: Vault, query: str, **kwargs: Any) -> Any:
        asked.append(query)
        return recall(self, query, **kwargs)

    async def acounted(self: Vault, query: str, **kwargs: Any) -> Any:
        asked.append(query)
        return await arecall(self, query, **kwargs)

    monkeypatch.setattr(Vault, "recall", counted)
    monkeypatch.setattr(Vault, "arecall", acounted)
    return asked


def stored(memory: MemoryOS, name: str = "anna") -> list[tuple[str, str]]:
    return [(cube.header.role, cube.text) for cube in memory.vault(name).cubes()]


@tool
def weather(city: str) -> str:
    """Say the weather in a city."""
    return f"rain in {city}"


# ── reading ─────────────────────────────────────────────────────────────────────────────────────


def test_the_model_is_told_what_was_recalled(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("Anna drinks green tea")
    model = ScriptedModel()
    agent = create_agent(model, system_prompt="Be kind.", middleware=[MemosMiddleware(memory, vault="anna")])
    reply = door(agent, "Which tea does Anna drink?")["messages"][-1]
    (system,) = model.systems()
    assert system.startswith("Be kind.\n\n<memories>\n")
    assert "green tea" in system
    assert "green tea" in reply.text


def test_without_a_system_prompt_memory_is_the_system_message(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("Anna drinks green tea")
    model = ScriptedModel()
    door(create_agent(model, middleware=[MemosMiddleware(memory, vault="anna")]), "Which tea?")
    assert [message.type for message in model.seen[0]] == ["system", "human"]
    assert "green tea" in model.systems()[0]


def test_the_blocks_of_a_system_message_are_kept(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("Anna drinks green tea")
    block = {"type": "text", "text": "Be kind.", "cache_control": {"type": "ephemeral"}}
    prompt = SystemMessage([block], name="house", additional_kwargs={"x": 1})
    model = ScriptedModel()
    door(create_agent(model, system_prompt=prompt, middleware=[MemosMiddleware(memory, vault="anna")]), "Which tea?")
    system = model.seen[0][0]
    assert system.content[0] == block
    assert "green tea" in system.content[1]["text"]  # type: ignore[index]
    assert (system.name, system.additional_kwargs, prompt.content) == ("house", {"x": 1}, [block])


def test_nothing_recalled_leaves_the_request_alone(memory: MemoryOS, door: Any) -> None:
    model = ScriptedModel(script=["hello", "hello again"])
    agent = create_agent(model, system_prompt="Be kind.", middleware=[MemosMiddleware(memory, vault="anna")])
    door(agent, "A question that must not find itself")
    assert model.systems() == ["Be kind."]


def test_nothing_is_left_in_the_state_after_three_turns(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("Anna drinks green tea")
    model = ScriptedModel(script=["a1", "a2", "a3"])
    saver = InMemorySaver()
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="anna")], checkpointer=saver)
    for i in range(3):
        state = door(agent, f"tea {i}?", THREAD)
    assert all("green tea" in system for system in model.systems())
    assert [message.type for message in state["messages"]] == ["human", "ai"] * 3
    assert set(state) == {"messages"}
    assert "green tea" not in str([checkpoint.checkpoint for checkpoint in saver.list(THREAD)])


def test_a_turn_with_tools_recalls_once(memory: MemoryOS, door: Any, recalls: list[str]) -> None:
    memory.vault("anna").remember("Anna lives in Bergen")
    model = ScriptedModel(script=[calls("weather", city="Bergen"), calls("weather", "call-2", city="Oslo"), "Rain."])
    agent = create_agent(model, [weather], middleware=[MemosMiddleware(memory, vault="anna")])
    door(agent, "What is the weather where Anna lives?")
    assert recalls == ["What is the weather where Anna lives?"]
    assert ["Bergen" in system for system in model.systems()] == [True] * 3


def test_each_turn_recalls_anew_even_for_a_message_used_before(memory: MemoryOS, door: Any) -> None:
    model = ScriptedModel(script=["one", "two"])
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="anna", remember=False)])
    question = HumanMessage("Which tea?", id="always the same")
    door(agent, {"messages": [question]})
    memory.vault("anna").remember("Anna drinks green tea")
    door(agent, {"messages": [question]})
    assert ["green tea" in system for system in model.systems()] == [False, True]


def test_what_the_conversation_holds_anyway_is_not_repeated(memory: MemoryOS, door: Any) -> None:
    model = ScriptedModel(script=["Noted.", "Green.", "Green, and from Uji."])
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="anna")], checkpointer=InMemorySaver())
    door(agent, "I drink green tea", THREAD)
    door(agent, "Which tea do I drink?", THREAD)
    assert model.systems() == ["", ""]
    memory.vault("anna").remember("The tea is from Uji", session="another")
    door(agent, "Tell me about my tea", THREAD)
    assert "Uji" in model.systems()[2]


@pytest.mark.parametrize("first", [True, False], ids=["before the redaction", "after the redaction"])
def test_a_question_that_others_redact_does_not_find_itself(
    memory: MemoryOS, door: Any, recalls: list[str], first: bool
) -> None:
    model = ScriptedModel(script=["ok"])
    ours, redaction = MemosMiddleware(memory, vault="anna"), PIIMiddleware("email", strategy="redact")
    agent = create_agent(model, middleware=[ours, redaction] if first else [redaction, ours])
    door(agent, "Write to ines@example.com about the tea")
    assert "ines@example.com" not in str(model.seen)
    assert len(recalls) == 1


def test_a_message_without_text_is_no_query(memory: MemoryOS, door: Any, recalls: list[str]) -> None:
    memory.vault("anna").remember("an image of a cat")
    model = ScriptedModel(script=["A cat."])
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="anna")])
    image = {"type": "image", "url": "https://example.org/cat.png"}
    door(agent, {"messages": [HumanMessage([image])]})
    assert recalls == []
    assert stored(memory)[1:] == [("user", "[image]"), ("assistant", "A cat.")]


def test_memory_travels_in_the_prompt_so_that_an_llm_cache_is_not_stale(memory: MemoryOS, door: Any) -> None:
    set_llm_cache(InMemoryCache())
    try:
        model = ScriptedModel()
        agent = create_agent(model, middleware=[MemosMiddleware(memory, vault="anna", remember=False)])
        first = door(agent, "Which tea does Anna drink?")["messages"][-1].text
        memory.vault("anna").remember("Anna drinks green tea")
        second = door(agent, "Which tea does Anna drink?")["messages"][-1].text
    finally:
        set_llm_cache(None)
    assert ("green tea" in first, "green tea" in second) == (False, True)


# ── writing ─────────────────────────────────────────────────────────────────────────────────────


def test_the_exchange_is_remembered_without_tool_messages(memory: MemoryOS, door: Any) -> None:
    model = ScriptedModel(script=[calls("weather", city="Oslo"), "Take an umbrella."])
    agent = create_agent(
        model, [weather], middleware=[MemosMiddleware(memory, vault="anna")], checkpointer=InMemorySaver()
    )
    door(agent, {"messages": [HumanMessage("Weather in Oslo?", name="Anna")]}, THREAD)
    assert stored(memory) == [("user", "Weather in Oslo?"), ("assistant", "Take an umbrella.")]
    first = next(memory.vault("anna").cubes())
    assert (first.header.speaker, first.header.session, first.header.kind) == ("Anna", "t1", "turn")


def test_tool_messages_are_remembered_on_request(memory: MemoryOS, door: Any) -> None:
    model = ScriptedModel(script=[calls("weather", city="Oslo"), "Take an umbrella."])
    agent = create_agent(model, [weather], middleware=[MemosMiddleware(memory, vault="anna", tool_messages=True)])
    door(agent, "Weather in Oslo?")
    assert [role for role, _ in stored(memory)] == ["user", "tool", "assistant"]


def test_a_history_that_the_host_sends_again_is_not_stored_again(memory: MemoryOS, door: Any) -> None:
    agent = create_agent(
        ScriptedModel(script=["a1", "a2"]), middleware=[MemosMiddleware(memory, vault="anna", session="s")]
    )
    door(agent, {"messages": [("user", "q1")]})
    door(agent, {"messages": [("user", "q1"), ("assistant", "a1"), ("user", "q2")]})
    assert [text for _, text in stored(memory)] == ["q1", "a1", "q2", "a2"]


def test_what_the_user_added_while_tools_ran_is_stored_with_the_question(memory: MemoryOS, door: Any) -> None:
    agent = create_agent(ScriptedModel(script=["Rain in both."]), middleware=[MemosMiddleware(memory, vault="anna")])
    answer = ToolMessage("rain", tool_call_id="call-1")
    asked = [HumanMessage("Oslo?"), calls("weather", city="Oslo"), answer, HumanMessage("and Bergen?")]
    door(agent, {"messages": asked})
    assert [text for _, text in stored(memory)] == ["Oslo?", "and Bergen?", "Rain in both."]


def test_a_hook_that_runs_again_stores_nothing_twice(memory: MemoryOS, door: Any) -> None:
    middleware = MemosMiddleware(memory, vault="anna")
    model = ScriptedModel(script=["a1"])
    agent = create_agent(model, middleware=[middleware], checkpointer=InMemorySaver())
    door(agent, "q1", THREAD)
    before = agent.get_state(THREAD)
    config = agent.update_state(THREAD, None, as_node="model")  # as if killed between the model and the last hook
    door(agent, None, config)
    assert [text for _, text in stored(memory)] == ["q1", "a1"]
    assert len(agent.get_state(THREAD).values["messages"]) == len(before.values["messages"])
    assert middleware.failures == 0


def test_resuming_after_an_interrupt_stores_nothing_twice(memory: MemoryOS, door: Any) -> None:
    @tool
    def approve(what: str) -> str:
        """Ask a human."""
        return str(interrupt(what))

    model = ScriptedModel(script=[calls("approve", what="cake"), "Ordered."])
    agent = create_agent(
        model, [approve], middleware=[MemosMiddleware(memory, vault="anna")], checkpointer=InMemorySaver()
    )
    door(agent, "Order a cake", THREAD)
    assert stored(memory) == [("user", "Order a cake")]
    door(agent, Command(resume="yes"), THREAD)
    assert stored(memory) == [("user", "Order a cake"), ("assistant", "Ordered.")]


def test_saying_the_same_twice_is_remembered_twice(memory: MemoryOS, door: Any) -> None:
    agent = create_agent(
        ScriptedModel(script=["ok", "ok"]),
        middleware=[MemosMiddleware(memory, vault="anna")],
        checkpointer=InMemorySaver(),
    )
    door(agent, "again", THREAD)
    door(agent, "again", THREAD)
    assert [text for _, text in stored(memory)] == ["again", "ok", "again", "ok"]


def test_a_reply_out_of_a_model_cache_is_remembered_again(memory: MemoryOS, door: Any) -> None:
    agent = create_agent(
        ScriptedModel(script=[AIMessage("ok", id="run-1"), AIMessage("ok", id="run-1")]),
        middleware=[MemosMiddleware(memory, vault="anna")],
    )
    door(agent, "again")
    door(agent, "again")
    assert [text for _, text in stored(memory)] == ["again", "ok", "again", "ok"]


@pytest.mark.parametrize("early, kept", [(True, [("user", "I moved to Oslo")]), (False, [])])
def test_a_raising_model_does_not_lose_the_users_message(memory: MemoryOS, door: Any, early: bool, kept: Any) -> None:
    model = ScriptedModel(script=[RuntimeError("overloaded"), "Nice."])
    agent = create_agent(
        model, middleware=[MemosMiddleware(memory, vault="anna", early=early)], checkpointer=InMemorySaver()
    )
    with pytest.raises(RuntimeError, match="overloaded"):
        door(agent, "I moved to Oslo", THREAD)
    assert stored(memory) == kept
    door(agent, None, THREAD)
    assert stored(memory) == [("user", "I moved to Oslo"), ("assistant", "Nice.")]


def test_an_abandoned_stream_keeps_the_users_message(memory: MemoryOS) -> None:
    agent = create_agent(StreamingModel(script=["a b c"]), middleware=[MemosMiddleware(memory, vault="anna")])
    stream = agent.stream({"messages": [("user", "I moved to Oslo")]}, stream_mode="messages")
    next(stream)
    stream.close()
    assert ("user", "I moved to Oslo") in stored(memory)


def test_a_streamed_reply_is_remembered_whole(memory: MemoryOS) -> None:
    agent = create_agent(StreamingModel(script=["a b c"]), middleware=[MemosMiddleware(memory, vault="anna")])
    assert len(list(agent.stream({"messages": [("user", "q")]}, stream_mode="messages"))) > 1
    assert [text.strip() for _, text in stored(memory)] == ["q", "a b c"]


def test_a_structured_reply_is_remembered_readably(memory: MemoryOS, door: Any) -> None:
    class Contact(BaseModel):
        """A person."""

        name: str

    agent = create_agent(
        ScriptedModel(script=[calls("Contact", name="Ole")]),
        middleware=[MemosMiddleware(memory, vault="anna")],
        response_format=ToolStrategy(Contact),
    )
    door(agent, "Who is my dentist?")
    assert stored(memory) == [("user", "Who is my dentist?"), ("assistant", "[calls Contact(name='Ole')]")]


def test_a_summary_made_by_the_host_is_not_taken_for_the_users_words(memory: MemoryOS, door: Any) -> None:
    model = ScriptedModel(script=["a1", "SUMMARY", "a2"])
    agent = create_agent(
        model,
        middleware=[
            SummarizationMiddleware(model, trigger=("messages", 3), keep=("messages", 1)),
            MemosMiddleware(memory, vault="anna"),
        ],
        checkpointer=InMemorySaver(),
    )
    door(agent, "q1", THREAD)
    state = door(agent, "q2", THREAD)
    assert "SUMMARY" in state["messages"][0].text  # the host did put one into its state
    assert [text for _, text in stored(memory)] == ["q1", "a1", "q2", "a2"]


def test_writing_can_be_switched_off(memory: MemoryOS, door: Any) -> None:
    agent = create_agent(ScriptedModel(), middleware=[MemosMiddleware(memory, vault="anna", remember=False)])
    door(agent, "secret")
    assert stored(memory) == []


@pytest.mark.parametrize("session", ["fixed", lambda context: context["room"]])
def test_the_session_can_be_named(memory: MemoryOS, door: Any, session: Any) -> None:
    agent = create_agent(
        ScriptedModel(script=["a"]), middleware=[MemosMiddleware(memory, vault="anna", session=session)]
    )
    door(agent, "q", context={"room": "fixed"})
    assert [cube.text for cube in memory.vault("anna").transcript("fixed")] == ["q", "a"]


# ── whose memory ────────────────────────────────────────────────────────────────────────────────


def test_the_owner_comes_from_the_context(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("tea: green")
    memory.vault("ben").remember("tea: black")
    model = ScriptedModel(script=["", ""])
    agent = create_agent(model, middleware=[MemosMiddleware(memory, vault=lambda context: context["user_id"])])
    door(agent, "tea?", context={"user_id": "anna"})
    door(agent, "tea?", context={"user_id": "ben"})
    assert [("green" in s, "black" in s) for s in model.systems()] == [(True, False), (False, True)]


def test_without_a_context_the_owner_comes_from_the_config(memory: MemoryOS, door: Any) -> None:
    agent = create_agent(
        ScriptedModel(script=["a"]), middleware=[MemosMiddleware(memory, vault=lambda c: c["user_id"])]
    )
    door(agent, "q", {"configurable": {"user_id": "anna"}})
    assert len(stored(memory, "anna")) == 2


def test_users_with_equal_message_ids_do_not_see_each_other(memory: MemoryOS) -> None:
    """Two turns at once, without threads: the second user's recall must not answer the first one's model call."""
    memory.vault("anna").remember("tea: green")
    memory.vault("ben").remember("tea: black")
    together = threading.Barrier(2, timeout=30)

    class Meet(AgentMiddleware):
        def before_agent(self, state: Any, runtime: Any) -> None:
            together.wait()

    models = {name: ScriptedModel(script=["a"]) for name in ("anna", "ben")}
    shared = MemosMiddleware(memory, vault=lambda context: context["user_id"])

    def turn(name: str) -> None:
        agent = create_agent(models[name], middleware=[shared, Meet()])
        agent.invoke({"messages": [HumanMessage("tea?", id="1")]}, context={"user_id": name})

    threads = [threading.Thread(target=turn, args=(name,)) for name in models]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "green" in models["anna"].systems()[0] and "black" not in models["anna"].systems()[0]
    assert "black" in models["ben"].systems()[0] and "green" not in models["ben"].systems()[0]


@pytest.mark.parametrize("nobody", ["", "  "])
def test_an_empty_owner_is_refused_when_the_agent_is_built(memory: MemoryOS, nobody: str) -> None:
    with pytest.raises(errors.InvalidInput, match="names nobody"):
        MemosMiddleware(memory, vault=nobody)


@pytest.mark.parametrize("context", [{"user_id": None}, {"user_id": ""}, {"user_id": True}, {}])
def test_a_turn_without_an_owner_goes_on_without_memory(memory: MemoryOS, door: Any, context: Any) -> None:
    failed: list[tuple[Exception, str]] = []
    middleware = MemosMiddleware(
        memory, vault=lambda c: c["user_id"], on_error=lambda error, operation: failed.append((error, operation))
    )
    agent = create_agent(ScriptedModel(script=["fine"]), middleware=[middleware])
    assert door(agent, "q", context=context)["messages"][-1].text == "fine"
    assert {operation for _, operation in failed} == {"recall", "remember"}
    assert middleware.failures == len(failed)
    assert memory.vaults() == []


def test_an_owner_may_be_a_number_or_a_vault(memory: MemoryOS, door: Any) -> None:
    door(create_agent(ScriptedModel(), middleware=[MemosMiddleware(memory, vault=lambda c: 17)]), "q")
    door(create_agent(ScriptedModel(), middleware=[MemosMiddleware(memory, vault=memory.vault("x"))]), "q")
    assert memory.vaults() == ["17", "x"]


# ── failing memory ──────────────────────────────────────────────────────────────────────────────


def test_a_failing_memory_does_not_break_the_turn(
    memory: MemoryOS, door: Any, caplog: pytest.LogCaptureFixture
) -> None:
    failed: list[tuple[str, str]] = []
    middleware = MemosMiddleware(
        memory, vault="anna", on_error=lambda error, operation: failed.append((operation, type(error).__name__))
    )
    agent = create_agent(
        ScriptedModel(script=[calls("weather", city="Oslo"), "fine"]), [weather], middleware=[middleware]
    )
    memory.close()
    with caplog.at_level(logging.ERROR, "langchain_memos"):
        assert door(agent, "q")["messages"][-1].text == "fine"
    # One try to recall for the whole turn, one to store the question, one to store the exchange.
    assert failed == [("recall", "StoreClosed"), ("remember", "StoreClosed"), ("remember", "StoreClosed")]
    assert middleware.failures == 3
    assert [record.name for record in caplog.records] == ["langchain_memos"] * 3


def test_an_error_of_the_callers_callback_does_not_break_the_turn(memory: MemoryOS, door: Any) -> None:
    def broken(error: Exception, operation: str) -> None:
        raise ValueError("no connection to the pager")

    middleware = MemosMiddleware(memory, vault=lambda c: None, on_error=broken)  # type: ignore[arg-type, return-value]
    agent = create_agent(ScriptedModel(script=["fine"]), middleware=[middleware])
    assert door(agent, "q")["messages"][-1].text == "fine"


def test_the_models_own_error_is_not_taken_for_memorys(memory: MemoryOS, door: Any) -> None:
    middleware = MemosMiddleware(memory, vault="anna")
    with pytest.raises(RuntimeError, match="overloaded"):
        door(create_agent(ScriptedModel(script=[RuntimeError("overloaded")]), middleware=[middleware]), "q")
    assert middleware.failures == 0


# ── several in one agent ────────────────────────────────────────────────────────────────────────


def test_two_instances_work_in_one_agent(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("tea: green")
    memory.vault("team").remember("tea: at four")
    model = ScriptedModel(script=["a"])
    both = [MemosMiddleware(memory, vault="anna"), MemosMiddleware(memory, vault="team", remember=False)]
    door(create_agent(model, middleware=both), "tea?")
    assert "green" in model.systems()[0] and "at four" in model.systems()[0]
    assert len(stored(memory, "team")) == 1


def test_two_instances_for_one_vault_store_once(memory: MemoryOS, door: Any) -> None:
    both = [MemosMiddleware(memory, vault="anna"), MemosMiddleware(memory, vault="anna")]
    assert both[0].name != both[1].name
    door(create_agent(ScriptedModel(script=["a"]), middleware=both), "q")
    assert [text for _, text in stored(memory)] == ["q", "a"]


def test_names_hold_the_owner_and_only_what_a_graph_allows(memory: MemoryOS, door: Any) -> None:
    middleware = MemosMiddleware(memory, vault="tenant:7|anna")
    assert "tenant_7_anna" in middleware.name
    door(create_agent(ScriptedModel(script=["a"]), middleware=[middleware]), "q")
    assert len(stored(memory, "tenant:7|anna")) == 2
    assert MemosMiddleware(memory, vault="anna", name="mine").name == "mine"


def test_hooks_have_the_parameters_that_langchain_injects_by_name() -> None:
    for hook in ("before_agent", "abefore_agent", "after_agent", "aafter_agent"):
        assert list(inspect.signature(getattr(MemosMiddleware, hook)).parameters) == ["self", "state", "runtime"]
    for method in ("wrap_model_call", "awrap_model_call"):
        assert method in vars(MemosMiddleware)


def test_a_request_made_by_hand_is_answered_too(memory: MemoryOS) -> None:
    memory.vault("anna").remember("tea: green")
    seen: list[Any] = []
    asked: list[AnyMessage] = [HumanMessage("tea?")]
    request: Any = ModelRequest(model=ScriptedModel(), messages=asked)
    MemosMiddleware(memory, vault="anna").wrap_model_call(request, lambda r: seen.append(r) or AIMessage("a"))  # type: ignore[func-returns-value, arg-type, return-value]
    assert "green" in seen[0].system_message.text
    assert request.system_message is None
