"""MemosChatHistory by itself, and inside RunnableWithMessageHistory through with_memos_history."""

import asyncio
import logging
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder
from langchain_core.runnables import RunnableLambda

from langchain_memos import MemosChatHistory, with_memos_history
from memos_core import MemoryOS, errors
from tests.integrations.langchain_models import ScriptedModel, StreamingModel, calls

PROMPT = ChatPromptTemplate([MessagesPlaceholder("history"), ("human", "{input}")])
ANNA: Any = {"configurable": {"user_id": "anna", "session_id": "s"}}


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


@pytest.fixture(params=["sync", "async"])
def history(request: pytest.FixtureRequest, memory: MemoryOS) -> Any:
    """A history that does everything through one of its doors."""
    inner = MemosChatHistory(memory.vault("anna"), "s")
    if request.param == "sync":
        return inner

    class Async:
        vault = inner.vault
        messages = property(lambda self: asyncio.run(inner.aget_messages()))

        def add_messages(self, messages: Any) -> None:
            asyncio.run(inner.aadd_messages(messages))

        def clear(self) -> None:
            asyncio.run(inner.aclear())

    return Async()


def chain(model: Any, memory: MemoryOS, **kwargs: Any) -> Any:
    return with_memos_history(
        PROMPT | model, memory, input_messages_key="input", history_messages_key="history", **kwargs
    )


def texts(memory: MemoryOS, vault: str = "anna") -> list[str]:
    return [message.text for message in MemosChatHistory(memory.vault(vault), "s").messages]


# ── what goes in comes out ──────────────────────────────────────────────────────────────────────


class Note(BaseMessage):
    """A message that LangChain cannot read back by itself."""

    type: Literal["note"] = "note"


class Moody(HumanMessage):
    type: Literal["moody"] = "moody"  # type: ignore[assignment]
    mood: str = ""


ROUND_TRIPS: list[BaseMessage] = [
    HumanMessage("  spaces kept \n", id="1", name="Anna", additional_kwargs={"a": [1, {"b": None}]}),
    AIMessage("hello", id="2", response_metadata={"model_name": "m", "logprob": 0.5}),
    AIMessage(
        "done",
        id="3",
        usage_metadata={"input_tokens": 1, "output_tokens": 2, "total_tokens": 3},
        tool_calls=[{"name": "f", "args": {"x": [1, "é"]}, "id": "c", "type": "tool_call"}],
        invalid_tool_calls=[{"name": "g", "args": "{", "id": "d", "error": "bad", "type": "invalid_tool_call"}],
    ),
    ToolMessage("42", tool_call_id="c", name="f", id="4", artifact={"rows": [[1, 2.5], ["x", True]]}, status="error"),
    SystemMessage("Be kind.", id="5"),
    ChatMessage("arr", role="pirate", id="6"),
    FunctionMessage("7", name="f", id="7"),
    HumanMessage(
        [{"type": "text", "text": "look:"}, {"type": "image", "base64": "AAAA", "mime_type": "image/png"}], id="8"
    ),
    HumanMessage([{"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}], id="9"),
    HumanMessage("", id="10"),
    HumanMessage("\u200b \n", id="11"),
    HumanMessage(["two", "strings"], id="12"),
    calls("search", q="tea").model_copy(update={"id": "13"}),
    AIMessage([{"type": "reasoning", "reasoning": "hm"}, {"type": "text", "text": "yes"}], id="14"),
]


@pytest.mark.parametrize("message", ROUND_TRIPS, ids=lambda message: f"{message.type}-{message.id}")
def test_a_message_comes_back_as_it_was(history: Any, message: BaseMessage) -> None:
    history.add_messages([message])
    assert history.messages == [message]
    assert type(history.messages[0]) is type(message)


def test_many_come_back_in_order_also_from_another_process(memory: MemoryOS, history: Any, tmp_path: Path) -> None:
    history.add_messages(ROUND_TRIPS[:5])
    history.add_messages(ROUND_TRIPS[5:])
    assert history.messages == ROUND_TRIPS
    memory.close()
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as reopened:
        assert MemosChatHistory(reopened.vault("anna"), "s").messages == ROUND_TRIPS


@settings(max_examples=60)
@given(
    content=st.text(max_size=40),
    name=st.none() | st.text(max_size=5),
    extra=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=8,
    ),
)
def test_no_message_is_refused(tmp_path_factory: Any, content: str, name: Any, extra: Any) -> None:
    path = tmp_path_factory.mktemp("m")
    with MemoryOS.open(f"sqlite:///{path}/memory.db", embedder=None, worker=False) as memory:
        history = MemosChatHistory(memory.vault("anna"), "s")
        history.add_messages([HumanMessage(content, name=name, additional_kwargs={"x": extra, "at": extra})])
        (back,) = history.messages
    if "\0" not in content:
        assert back.content == content


def test_surrogates_and_nul_are_replaced_rather_than_refused(history: Any) -> None:
    history.add_messages([HumanMessage("a\0b\ud800", name="\ud800", id="\0")])
    assert history.messages[0].content == "a\ufffdb?"


def test_adding_nothing_is_fine(history: Any) -> None:
    history.add_messages([])
    assert history.messages == []


def test_messages_without_ids_come_back_without_ids(history: Any) -> None:
    said = [HumanMessage("hi"), AIMessage("hello"), HumanMessage("hi")]
    history.add_messages(said)
    assert history.messages == said


def test_a_chunk_becomes_a_message(history: Any) -> None:
    chunk = AIMessageChunk(
        "str",
        id="1",
        tool_call_chunks=[{"name": "f", "args": '{"x": 1}', "id": "c", "index": 0}],
        chunk_position="last",
    )
    history.add_messages([chunk])
    (back,) = history.messages
    assert type(back) is AIMessage
    assert back.tool_calls == [{"name": "f", "args": {"x": 1}, "id": "c", "type": "tool_call"}]
    assert back.model_extra in (None, {})


def test_a_subclass_comes_back_as_its_base(history: Any) -> None:
    history.add_messages([Moody("hi", id="1", mood="glum"), Note("remember the milk", id="2")])
    moody, note = history.messages
    assert (type(moody), moody.content, moody.id) == (HumanMessage, "hi", "1")
    assert (type(note), note.content, note.role) == (ChatMessage, "remember the milk", "note")


class Plot:
    def __str__(self) -> str:
        return "a plot of rain"


def test_a_value_that_json_cannot_hold_is_kept_as_text_and_said(history: Any, caplog: pytest.LogCaptureFixture) -> None:
    circular: dict[str, Any] = {}
    circular["self"] = circular
    turn = [
        HumanMessage(
            "plot it", id="1", additional_kwargs={"x": Plot(), "n": float("nan"), "big": 2**70, "loop": circular}
        ),
        ToolMessage("ok", tool_call_id="c", id="2", artifact=Plot()),
    ]
    with caplog.at_level(logging.WARNING, "langchain_memos"):
        history.add_messages(turn)
    human, tool = history.messages
    assert (human.text, human.additional_kwargs["x"], human.additional_kwargs["n"]) == (
        "plot it",
        "a plot of rain",
        "nan",
    )
    assert human.additional_kwargs["big"] == str(2**70)
    assert tool.artifact == "a plot of rain"
    assert sum("Plot" in record.message for record in caplog.records) == 2


def test_a_text_is_kept_once(history: Any) -> None:
    history.add_messages([HumanMessage("I like green tea")])
    assert "green tea" not in str(history.vault.transcript("s")[0].header.metadata)


# ── what is searchable ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "message, text",
    [
        (HumanMessage([{"type": "text", "text": "look:"}, {"type": "image", "base64": "AAAA"}]), "look:"),
        (HumanMessage([{"type": "image_url", "image_url": {"url": "x"}}]), "[image]"),
        (calls("search", q="tea", n=2), "[calls search(q='tea', n=2)]"),
        (AIMessage(""), "[empty message]"),
        (AIMessage([{"type": "reasoning", "reasoning": "secret thoughts"}]), "[empty message]"),
    ],
)
def test_text_is_what_a_reader_sees(history: Any, message: BaseMessage, text: str) -> None:
    history.add_messages([message])
    assert [cube.text for cube in history.vault.transcript("s")] == [text]


def test_what_was_said_is_found_with_speaker_and_role(history: Any) -> None:
    history.add_messages([HumanMessage("I like green tea", name="Anna"), AIMessage("noted")])
    hit, *_ = history.vault.recall("green tea")
    assert (hit.cube.header.speaker, hit.cube.header.role, hit.cube.header.session) == ("Anna", "user", "s")


@pytest.mark.parametrize("key", ["at", "timestamp"])
@pytest.mark.parametrize("value", ["2024-03-04T18:10:00+01:00", datetime.fromisoformat("2024-03-04T17:10:00+00:00")])
def test_event_time_is_taken_from_the_message(history: Any, key: str, value: Any) -> None:
    history.add_messages([AIMessage("now"), HumanMessage("then", additional_kwargs={key: value})])
    assert history.vault.transcript("s")[1].header.occurred_at == datetime(2024, 3, 4, 17, 10, tzinfo=UTC)
    assert [message.text for message in history.messages] == ["now", "then"]  # the order of arrival


@pytest.mark.parametrize("value", ["2024-03-04T18:10:00", "yesterday", 17])
def test_an_event_time_without_a_zone_is_said_and_not_used(
    history: Any, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    history.add_messages([HumanMessage("then", additional_kwargs={"at": value})])
    assert history.vault.transcript("s")[0].header.occurred_at.year > 2024
    assert "event time" in caplog.text


# ── governance ──────────────────────────────────────────────────────────────────────────────────


def test_clear_forgets_this_session_and_nothing_is_lost(memory: MemoryOS, history: Any) -> None:
    MemosChatHistory(memory.vault("anna"), "other").add_messages([HumanMessage("tea")])
    history.add_messages([HumanMessage("tea", id="1"), AIMessage("ok", id="2")])
    cube = history.vault.transcript("s")[0]
    history.clear()
    assert history.messages == []
    assert [hit.cube.header.session for hit in history.vault.recall("tea")] == ["other"]
    history.vault.restore(cube.id)
    assert history.messages == [HumanMessage("tea", id="1")]


@pytest.mark.parametrize(
    "message", [HumanMessage("I weigh 80 kg"), HumanMessage([{"type": "text", "text": "I weigh 80 kg"}])]
)
def test_a_revised_turn_is_read_as_revised(history: Any, message: BaseMessage) -> None:
    history.add_messages([message])
    history.vault.revise(history.vault.transcript("s")[0].id, "I weigh 75 kg")
    assert [m.content for m in history.messages] == ["I weigh 75 kg"]


def test_turns_that_came_another_way_are_messages_by_role(history: Any) -> None:
    history.vault.remember(
        [{"role": r, "content": r} for r in ("user", "assistant", "system")], session="s", speaker="Anna"
    )
    assert [(type(m), m.text, m.name) for m in history.messages] == [
        (HumanMessage, "user", "Anna"),
        (AIMessage, "assistant", "Anna"),
        (SystemMessage, "system", "Anna"),
    ]


@pytest.mark.parametrize("session", ["", " "])
def test_an_empty_session_is_refused(memory: MemoryOS, session: str) -> None:
    with pytest.raises(errors.InvalidInput, match="session_id"):
        MemosChatHistory(memory.vault("anna"), session)


# ── in a chain ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("door", ["sync", "async"])
def test_a_chain_goes_on_where_it_stopped(memory: MemoryOS, tmp_path: Path, door: str) -> None:
    def say(runnable: Any, text: str) -> None:
        if door == "sync":
            runnable.invoke({"input": text}, ANNA)
        else:
            asyncio.run(runnable.ainvoke({"input": text}, ANNA))

    say(chain(ScriptedModel(script=["a1"]), memory), "q1")
    memory.close()
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as reopened:
        model = ScriptedModel(script=["a2"])
        say(chain(model, reopened), "q2")
        assert [message.text for message in model.seen[0]] == ["q1", "a1", "q2"]
        assert texts(reopened) == ["q1", "a1", "q2", "a2"]


def test_six_turns_at_once_lose_nothing(memory: MemoryOS) -> None:
    all_in = threading.Barrier(6, timeout=30)

    def slow(messages: Any) -> AIMessage:
        all_in.wait()  # every turn has read the history before any writes
        return AIMessage("ok")

    runnable = chain(RunnableLambda(slow), memory)
    turns = [threading.Thread(target=runnable.invoke, args=({"input": f"q{i}"}, ANNA)) for i in range(6)]
    for turn in turns:
        turn.start()
    for turn in turns:
        turn.join()
    assert sorted(texts(memory)) == ["ok"] * 6 + [f"q{i}" for i in range(6)]


def test_a_history_that_shrinks_during_the_turn_is_not_doubled(memory: MemoryOS) -> None:
    history = MemosChatHistory(memory.vault("anna"), "s")
    history.add_messages([HumanMessage(f"old {i}") for i in range(4)])

    def forgetful(messages: Any) -> AIMessage:
        for cube in memory.vault("anna").transcript("s")[:3]:
            memory.vault("anna").forget(cube.id)
        return AIMessage("a")

    chain(RunnableLambda(forgetful), memory).invoke({"input": "q"}, ANNA)
    assert texts(memory) == ["old 3", "q", "a"]


def test_users_have_their_own_transcript_of_equal_sessions(memory: MemoryOS) -> None:
    runnable = chain(ScriptedModel(script=["a", "b"]), memory)
    runnable.invoke({"input": "from anna"}, ANNA)
    runnable.invoke({"input": "from ben"}, {"configurable": {"user_id": "ben", "session_id": "s"}})
    assert (texts(memory, "anna"), texts(memory, "ben")) == (["from anna", "a"], ["from ben", "b"])


def test_a_fixed_owner_needs_a_session_only(memory: MemoryOS) -> None:
    for vault in ("anna", memory.vault("anna")):
        chain(ScriptedModel(script=["a"]), memory, vault=vault).invoke(
            {"input": "q"}, {"configurable": {"session_id": "s"}}
        )
    assert texts(memory) == ["q", "a"] * 2


def test_an_owner_can_be_made_of_both_ids(memory: MemoryOS) -> None:
    runnable = chain(ScriptedModel(script=["a"]), memory, vault=lambda ids: f"{ids['user_id']}-{ids['session_id']}")
    runnable.invoke({"input": "q"}, ANNA)
    assert memory.vaults() == ["anna-s"]


@pytest.mark.parametrize("ids", [{"session_id": "s"}, {"user_id": "anna"}, {}])
def test_a_missing_id_is_refused(memory: MemoryOS, ids: Any) -> None:
    with pytest.raises(ValueError, match="Missing keys"):
        chain(ScriptedModel(), memory).invoke({"input": "q"}, {"configurable": ids})


@pytest.mark.parametrize("ids", [{"session_id": "s", "user_id": ""}, {"user_id": "anna", "session_id": ""}])
def test_an_empty_id_is_refused(memory: MemoryOS, ids: Any) -> None:
    with pytest.raises(errors.InvalidInput):
        chain(ScriptedModel(), memory).invoke({"input": "q"}, {"configurable": ids})


def test_an_empty_owner_is_refused_when_the_chain_is_built(memory: MemoryOS) -> None:
    with pytest.raises(errors.InvalidInput, match="names nobody"):
        chain(ScriptedModel(), memory, vault="")


@pytest.mark.parametrize("door", ["sync", "async"])
def test_a_failed_write_is_reported_although_langchain_swallows_it(
    memory: MemoryOS, door: str, caplog: pytest.LogCaptureFixture
) -> None:
    failed: list[tuple[str, str]] = []

    def closing(messages: Any) -> AIMessage:
        memory.close()
        return AIMessage("fine")

    runnable = chain(
        RunnableLambda(closing),
        memory,
        on_error=lambda error, operation: failed.append((operation, type(error).__name__)),
    )
    reply = (
        runnable.invoke({"input": "q"}, ANNA) if door == "sync" else asyncio.run(runnable.ainvoke({"input": "q"}, ANNA))
    )
    assert reply.text == "fine"
    assert failed == [("add messages", "StoreClosed")]
    assert any(record.name == "langchain_memos" for record in caplog.records)


def test_a_failed_write_raises_where_nobody_swallows_it(memory: MemoryOS, history: Any) -> None:
    inner = MemosChatHistory(memory.vault("anna"), "s")
    memory.close()
    with pytest.raises(errors.StoreClosed):
        inner.add_messages([HumanMessage("q")])
    assert inner.failures == 1
    with pytest.raises(errors.StoreClosed):
        history.add_messages([HumanMessage("q")])


def test_a_streamed_reply_is_stored_whole_and_an_abandoned_one_leaves_no_half(memory: MemoryOS) -> None:
    runnable = chain(StreamingModel(script=["a b c"]), memory)
    assert len(list(runnable.stream({"input": "q"}, ANNA))) > 1
    assert [text.strip() for text in texts(memory)] == ["q", "a b c"]
    assert [type(m) for m in MemosChatHistory(memory.vault("anna"), "s").messages] == [HumanMessage, AIMessage]
    stream = chain(StreamingModel(script=["d e f"]), memory).stream({"input": "q2"}, ANNA)
    next(stream)
    stream.close()
    assert "d" not in texts(memory)


def test_a_raising_chain_stores_nothing(memory: MemoryOS) -> None:
    with pytest.raises(RuntimeError):
        chain(ScriptedModel(script=[RuntimeError("overloaded")]), memory).invoke({"input": "q"}, ANNA)
    assert texts(memory) == []


def test_building_a_chain_warns_of_nothing(memory: MemoryOS) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        chain(ScriptedModel(), memory)
