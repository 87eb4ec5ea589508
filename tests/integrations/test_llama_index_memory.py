"""MemosMemory by itself: what it keeps, what it shows, how it is restored, and what runs beside it."""

# LlamaIndex types a message's content as optional; None would fail these tests as well.
# mypy: disable-error-code="operator, union-attr, type-var"

import asyncio
import copy
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from llama_index.core.base.llms.types import (
    ChatMessage,
    CitableBlock,
    DocumentBlock,
    ImageBlock,
    MessageRole,
    TextBlock,
    ThinkingBlock,
    ToolCallBlock,
)
from llama_index.core.memory import BaseMemory, ChatMemoryBuffer
from llama_index.core.schema import QueryBundle
from pydantic import ValidationError

from llama_index_memos import MemosMemory
from memos_core import MemoryOS, Vault, errors
from memos_core.testing.fakes import HashEmbedder
from tests.integrations.llama_index_models import ScriptedModel, calls
from tests.integrations.releases import since


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


@pytest.fixture
def recalls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every query that reaches a vault."""
    asked: list[str] = []
    recall = Vault.recall

    def recorded(self: Vault, query: str, **options: Any) -> Any:
        asked.append(query)
        return recall(self, query, **options)

    monkeypatch.setattr(Vault, "recall", recorded)
    return asked


@pytest.fixture(params=["sync", "async"])
def door(request: pytest.FixtureRequest) -> Callable[[MemosMemory], Any]:
    """Turns a memory into one that does everything through one of its doors."""
    verbs = ("get", "get_all", "put", "put_messages", "set", "reset")

    def through(inner: MemosMemory) -> Any:
        if request.param == "sync":
            return inner

        def run(verb: str) -> Callable[..., Any]:
            return lambda *args, **kwargs: asyncio.run(getattr(inner, f"a{verb}")(*args, **kwargs))

        return SimpleNamespace(**{verb: run(verb) for verb in verbs})

    return through


def user(text: str) -> ChatMessage:
    return ChatMessage(text, role="user")


def assistant(text: str) -> ChatMessage:
    return ChatMessage(text, role="assistant")


def of(memory: MemoryOS, session: str = "s", vault: str = "anna", **fields: Any) -> MemosMemory:
    return MemosMemory(memory, vault=vault, session_id=session, **fields)


# ── what goes in comes out ──────────────────────────────────────────────────────────────────────

PIXEL = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

ROUND_TRIPS = [
    user("  spaces kept \n"),
    ChatMessage("hello", role="assistant", additional_kwargs={"name": "Bot", "a": [1, {"b": None, "c": 0.5}]}),
    calls("search", q="tea", n=[1, "é"]),
    ChatMessage("42", role="tool", additional_kwargs={"tool_call_id": "call-1"}),
    ChatMessage(None, role="assistant", additional_kwargs={"tool_calls": [{"id": "c", "function": {"name": "f"}}]}),
    ChatMessage("Be kind.", role="system"),
    ChatMessage("Be kinder.", role="developer"),
    ChatMessage("hi", role="chatbot"),
    ChatMessage(role="user", blocks=[TextBlock(text="look:"), ImageBlock(image=PIXEL, image_mimetype="image/png")]),
    ChatMessage(role="user", blocks=[ImageBlock(url="https://example.com/a.png")]),
    ChatMessage(role="user", blocks=[DocumentBlock(data=b"JVBERi0xLjQ=", title="d.pdf")]),
    ChatMessage(role="assistant", blocks=[ThinkingBlock(content="hm"), TextBlock(text="yes"), TextBlock(text="no")]),
    ChatMessage(role="assistant", blocks=[CitableBlock(title="t", source="s", content=[TextBlock(text="cited")])]),
    ChatMessage(role="assistant", blocks=[ToolCallBlock(tool_name="f", tool_kwargs='{"x": ')]),
    ChatMessage("", role="assistant"),
    ChatMessage(None, role="assistant"),
    ChatMessage("\u200b \n", role="user"),
]


@pytest.mark.parametrize("message", ROUND_TRIPS, ids=lambda message: f"{message.role.value}-{str(message.content)[:9]}")
def test_a_message_comes_back_as_it_was(memory: MemoryOS, door: Any, message: ChatMessage) -> None:
    kept = door(of(memory))
    kept.put(message)
    assert kept.get_all() == [message]
    assert of(memory).get_all() == [message]


@pytest.mark.parametrize(
    "message, text",
    [
        (calls("search", q="tea", n=2), "[calls search(q='tea', n=2)]"),
        (ChatMessage(role="assistant", blocks=[ToolCallBlock(tool_name="f", tool_kwargs='{"x"')]), '[calls f({"x")]'),
        (
            ChatMessage(
                role="assistant",
                additional_kwargs={"tool_calls": [{"id": "c", "function": {"name": "g", "arguments": {"x": 1}}}]},
            ),
            "[calls g(x=1)]",
        ),
        (ChatMessage(role="user", blocks=[ImageBlock(url="https://example.com/a.png")]), "[image]"),
        (ChatMessage(role="assistant", blocks=[ThinkingBlock(content="hm")]), "[empty message]"),
        (ChatMessage(role="assistant", blocks=[ThinkingBlock(content="hm"), TextBlock(text="yes")]), "yes"),
    ],
)
def test_what_is_not_text_is_marked(memory: MemoryOS, message: ChatMessage, text: str) -> None:
    of(memory).put(message)
    (cube,) = memory.vault("anna").transcript("s")
    assert (cube.text, cube.header.role) == (text, message.role.value)


def test_messages_come_back_in_order_from_every_door(memory: MemoryOS, door: Any) -> None:
    kept = door(of(memory))
    kept.put(ROUND_TRIPS[0])
    kept.put_messages(ROUND_TRIPS[1:4])
    kept.put_messages([])
    assert kept.get_all() == kept.get() == of(memory).get_all(status=None) == ROUND_TRIPS[:4]


def test_messages_put_together_are_one_transaction(memory: MemoryOS) -> None:
    with pytest.raises(errors.InvalidText):
        of(memory).put_messages([user("fine"), user("x" * (16 * 1024 * 1024 + 1))])
    assert of(memory).get_all() == []


def test_what_no_store_can_keep_becomes_text(memory: MemoryOS) -> None:
    odd = ChatMessage("nul \0 and \ud800", role="user", additional_kwargs={"raw": object(), "n": float("nan")})
    of(memory).put(odd)
    (found,) = of(memory).get_all()
    assert found.content == "nul \ufffd and ?"
    assert found.additional_kwargs["n"] == "nan"


def test_what_a_host_changes_in_a_message_is_not_stored(memory: MemoryOS) -> None:
    kept = of(memory)
    message = user("hello")
    kept.put(message)
    message.blocks[0].text = "changed after it was put"
    kept.get()[-1].blocks[0].text = "changed after it was got"
    assert [found.content for found in kept.get()] == ["hello"]


def test_a_revised_message_reads_as_revised_and_an_erased_one_is_gone(memory: MemoryOS) -> None:
    kept, vault = of(memory), memory.vault("anna")
    kept.put_messages([user("I live in Rome."), assistant("Good."), user("Bye.")])
    first, second, _ = vault.transcript("s")
    vault.revise(first.id, "I live in Porto.")
    vault.erase(second.id)
    assert [message.content for message in kept.get_all()] == ["I live in Porto.", "Bye."]


def test_turns_that_came_another_way_are_messages_and_notes_are_not(memory: MemoryOS) -> None:
    vault = memory.vault("anna")
    vault.remember({"role": "assistant", "content": "Hello."}, session="s")
    vault.remember("Anna likes tea.", session="s", kind="note")
    vault.remember({"role": "tool", "content": "42"}, session="s")
    assert of(memory).get_all() == [assistant("Hello."), user("42")]


# ── as the reference implementation ─────────────────────────────────────────────────────────────

WORDS = st.lists(st.sampled_from(["a", "bb", "ccc"]), min_size=1, max_size=6).map(" ".join)
MESSAGES = st.lists(st.builds(ChatMessage, WORDS, role=st.sampled_from(["user", "assistant", "tool"])), max_size=8)


@since("llama-index-core", "0.14.16", "a buffer that keeps one message at least")
@settings(max_examples=60)
@given(messages=MESSAGES, limit=st.integers(1, 20), spent=st.integers(0, 21))
def test_trimming_is_that_of_chat_memory_buffer(
    tmp_path_factory: pytest.TempPathFactory, messages: list[ChatMessage], limit: int, spent: int
) -> None:
    reference = ChatMemoryBuffer.from_defaults(token_limit=limit, tokenizer_fn=str.split)
    with MemoryOS.open(f"sqlite:///{tmp_path_factory.mktemp('m')}/m.db", embedder=None, worker=False) as memory:
        ours = of(memory, token_limit=limit, tokenizer_fn=str.split)
        for each in (reference, ours):
            each.put_messages(messages)
        assert ours.get_all() == reference.get_all()
        if spent > limit:
            with pytest.raises(ValueError, match="Initial token count exceeds token limit"):
                ours.get(initial_token_count=spent)
            return
        expected = reference.get(initial_token_count=spent)
        if len(expected) == 1 and expected[0].role in ("assistant", "tool") and len(messages) > 1:
            # Where no turn fits, the buffer keeps the last message, which no model takes without its question.
            expected = last_turn(messages) or expected
        assert ours.get(initial_token_count=spent) == expected


def last_turn(messages: list[ChatMessage]) -> list[ChatMessage]:
    asked = [place for place, message in enumerate(messages) if message.role == "user"]
    return messages[asked[-1] :] if asked else []


def test_what_is_sent_begins_with_a_question_though_it_does_not_fit(memory: MemoryOS) -> None:
    ours = of(memory, token_limit=4, tokenizer_fn=str.split)
    ours.put_messages([user("one"), assistant("two")])
    turn = [user("a long question of many words"), calls("f"), ChatMessage("r", role="tool")]
    ours.put_messages(turn)
    assert ours.get() == turn


HISTORIES = st.lists(st.sampled_from([user("a"), assistant("b"), user("c"), calls("f")]), max_size=5)
STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from([user("a"), assistant("b")])),
    st.tuples(st.just("put_messages"), HISTORIES),
    st.tuples(st.just("set"), HISTORIES),
    st.tuples(st.just("reset"), st.none()),
)


@settings(max_examples=60)
@given(steps=st.lists(STEPS, max_size=8))
def test_any_order_of_calls_leaves_the_history_that_the_reference_has(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, Any]]
) -> None:
    reference: BaseMemory = ChatMemoryBuffer.from_defaults()
    with MemoryOS.open(f"sqlite:///{tmp_path_factory.mktemp('m')}/m.db", embedder=None, worker=False) as memory:
        ours: BaseMemory = of(memory)
        for verb, argument in steps:
            for each in (reference, ours):
                # The reference keeps the caller's list itself.
                getattr(each, verb)(*([] if argument is None else [copy.copy(argument)]))
            assert ours.get_all() == reference.get_all()


def test_from_defaults_takes_what_hosts_pass(memory: MemoryOS) -> None:
    model = ScriptedModel()
    kept = MemosMemory.from_defaults(memory=memory, vault="anna", session_id="s", chat_history=[user("hi")], llm=model)
    assert kept.get() == [user("hi")]
    assert kept.token_limit == ChatMemoryBuffer.from_defaults(llm=model).token_limit
    assert MemosMemory.from_defaults(memory, vault="anna", chat_history=[], token_limit=7).token_limit == 7
    again = MemosMemory.from_defaults(memory, vault="anna", session_id="s", chat_history=[])
    assert again.get() == [user("hi")], "an engine's empty default forgot the conversation"


@pytest.mark.parametrize("fields", [{"vault": ""}, {"session_id": ""}, {"token_limit": 0}, {"colour": "red"}])
def test_what_makes_no_sense_is_refused(memory: MemoryOS, fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        MemosMemory(memory, **{"vault": "anna", **fields})


# ── a host that sets the history ────────────────────────────────────────────────────────────────


def stored(memory: MemoryOS, vault: str = "anna") -> int:
    return sum(1 for _ in memory.vault(vault).cubes())


def test_a_history_that_grows_is_stored_once(memory: MemoryOS, door: Any) -> None:
    kept = door(of(memory))
    history: list[ChatMessage] = []
    for n in range(4):
        history += [user("yes"), assistant(f"answer {n}")]
        kept.set(list(history))
        assert kept.get_all() == history
    assert stored(memory) == 8


def test_an_edited_history_replaces_its_end(memory: MemoryOS, door: Any) -> None:
    kept = door(of(memory))
    kept.set([user("I eat fish."), assistant("Noted."), user("wrong"), assistant("what?")])
    kept.set([user("I eat fish."), assistant("Noted."), user("right")])
    assert [message.content for message in kept.get_all()] == ["I eat fish.", "Noted.", "right"]
    states = [cube.state.value for cube in memory.vault("anna").cubes()]
    assert states.count("active") == 3 and len(states) == 5


def test_a_sliding_window_leaves_the_transcript_but_not_the_memory(memory: MemoryOS, door: Any) -> None:
    inner = of(memory)
    kept = door(inner)
    said = [user("My dog is called Kelp."), assistant("A fine name."), user("Let us talk of boats."), assistant("Yes.")]
    kept.set(said)
    kept.set([*said[2:], user("And what is my dog called?")])
    assert kept.get_all() == [*said[2:], user("And what is my dog called?")]
    assert "My dog is called Kelp." in kept.get()[0].content
    assert stored(memory) == 5
    assert MemosMemory.from_dict(inner.to_dict()).get_all() == kept.get_all()


def test_reset_forgets_the_conversation_and_no_other(memory: MemoryOS, door: Any) -> None:
    of(memory, session="other").put(user("I like tea."))
    kept = door(of(memory))
    kept.put_messages([user("I like rum."), assistant("Cheers.")])
    kept.reset()
    assert kept.get_all() == kept.get() == []
    vault = memory.vault("anna")
    assert "tea" in vault.recall("What do I like?").text and "rum" not in vault.recall("What do I like?").text
    hidden = [cube for cube in vault.cubes() if cube.state.value != "active"]
    vault.restore(hidden[0].id)
    assert kept.get_all() == [user("I like rum.")]


# ── what is recalled ────────────────────────────────────────────────────────────────────────────


def told(memory: MemoryOS, text: str = "I live in Lisbon and eat no meat.", vault: str = "anna") -> None:
    memory.vault(vault).remember({"role": "user", "content": text}, session="before")


def test_memories_come_first_and_only_those_of_other_conversations(memory: MemoryOS, door: Any) -> None:
    told(memory)
    kept = door(of(memory))
    kept.put_messages([user("We talk of Lisbon."), assistant("Of Lisbon, then."), user("Where do I live, Lisbon?")])
    first, *rest = kept.get()
    assert first.role == MessageRole.SYSTEM and "I live in Lisbon and eat no meat." in first.content
    assert "We talk of Lisbon." not in first.content and "Where do I live" not in first.content
    assert rest == kept.get_all() and len(rest) == 3


def test_without_anything_new_there_is_no_block(memory: MemoryOS, door: Any) -> None:
    kept = door(of(memory))
    for text in ("I live in Lisbon.", "Where do I live?", "In Lisbon?"):
        kept.put(user(text))
        assert kept.get() == kept.get_all()


def test_many_messages_of_this_conversation_do_not_crowd_out_others(memory: MemoryOS) -> None:
    told(memory, "The harbour of Lisbon is where I keep my boat.")
    kept = of(memory, budget=60)
    kept.put_messages([user(f"Tell me of the harbour of Lisbon, part {n}.") for n in range(30)])
    assert "where I keep my boat" in kept.get()[0].content


def test_the_block_is_within_its_budget(memory: MemoryOS) -> None:
    for n in range(40):
        memory.vault("anna").remember(
            f"Lisbon has a street that is called number {n}.", session=f"old {n}", role="user"
        )
    plain, mixed = of(memory, session="fresh", budget=100), of(memory, budget=100)
    mixed.put_messages([user("Lisbon?"), user("Which street in Lisbon?")])
    for block in (plain.get(input="Which street in Lisbon?")[0].content, mixed.get()[0].content):
        body = block.removeprefix("<memories>\n").partition("\n</memories>")[0]
        assert body.count("is called number") >= 1 and len(plain.tokenizer_fn(body)) <= 115


def test_one_recall_for_each_user_message(memory: MemoryOS, door: Any, recalls: list[str]) -> None:
    told(memory)
    kept = door(of(memory))
    kept.put(user("Where in Lisbon?"))
    blocks = {kept.get()[0].content, kept.get(input="Where in Lisbon?")[0].content}
    told(memory, "Something else about Lisbon.")
    kept.put_messages([calls("search"), ChatMessage("found", role="tool"), assistant("There.")])
    blocks |= {kept.get()[0].content, kept.get(input=user("Where in Lisbon?"))[0].content}
    assert recalls == ["Where in Lisbon?"] and len(blocks) == 1
    kept.put(user("Where in Lisbon?"))
    assert "Something else" in kept.get()[0].content
    assert len(recalls) == 2


def test_a_question_asked_before_it_is_put_and_again_later(memory: MemoryOS, recalls: list[str]) -> None:
    kept = of(memory)
    assert kept.get(input="Where do I live?") == []
    kept.put_messages([user("Where do I live?"), assistant("I do not know.")])
    told(memory, "I live in Porto.")
    assert "I live in Porto." in kept.get(input="Where do I live?")[0].content
    assert len(recalls) == 2


@pytest.mark.parametrize("question", ["Where do I live?", user("Where do I live?"), QueryBundle("Where do I live?")])
def test_input_is_whatever_a_host_calls_a_question(memory: MemoryOS, door: Any, question: Any) -> None:
    told(memory, "I live in Porto.")
    assert "Porto" in door(of(memory)).get(input=question)[0].content


@pytest.mark.parametrize("question", ["", " \n", "\u200b", None, "nul \0 \ud800 Porto"])
def test_odd_questions_are_no_error(memory: MemoryOS, question: Any) -> None:
    told(memory, "I live in Porto.")
    of(memory).get(input=question)


def test_a_system_message_is_not_doubled(memory: MemoryOS) -> None:
    told(memory)
    kept = of(memory)
    kept.set([ChatMessage("Be brief.", role="system"), user("Where in Lisbon do I live?")])
    first, *rest = kept.get()
    assert first.content.startswith("<memories>") and first.content.endswith("Be brief.")
    assert [message.role.value for message in rest] == ["user"]
    assert kept.get_all()[0].content == "Be brief."


def test_memories_can_ride_with_the_user_message(memory: MemoryOS) -> None:
    told(memory)
    kept = of(memory, insert_method="user")
    assert [message.role.value for message in kept.get(input="Where in Lisbon do I live?")] == ["user"]
    kept.put_messages([user("Hello."), assistant("Hi."), user("Where in Lisbon do I live?")])
    *before, last = kept.get()
    assert before == kept.get_all()[:-1]
    assert last.content.startswith("<memories>") and last.content.endswith("Where in Lisbon do I live?")


def test_memories_count_towards_the_limit(memory: MemoryOS) -> None:
    told(memory)
    kept = of(memory, token_limit=60, tokenizer_fn=str.split)
    kept.put_messages([user("word " * 9) for _ in range(10)])
    kept.put(user("Where in Lisbon do I live?"))
    messages = kept.get()
    assert "<memories>" in messages[0].content and messages[-1].content == "Where in Lisbon do I live?"
    assert len(" ".join(str(message.content) for message in messages).split()) <= 60


def test_a_budget_of_zero_only_keeps(memory: MemoryOS, recalls: list[str]) -> None:
    told(memory)
    kept = of(memory, budget=0)
    kept.put(user("Where in Lisbon do I live?"))
    assert kept.get() == kept.get_all()
    assert recalls == []


def test_with_an_embedder_too(tmp_path: Path) -> None:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=HashEmbedder()) as memory:
        told(memory)
        kept = of(memory)
        kept.put(user("Where in Lisbon do I live?"))
        assert "eat no meat" in kept.get()[0].content


# ── restored ────────────────────────────────────────────────────────────────────────────────────


def test_a_restored_memory_finds_its_open_store(memory: MemoryOS) -> None:
    kept = of(memory, budget=70, actor="agent", insert_method="user")
    kept.put(user("hello"))
    restored = MemosMemory.from_dict(json.loads(json.dumps(kept.to_dict())))
    assert restored.to_dict() == kept.to_dict()
    restored.put(assistant("hi"))
    assert kept.get_all() == restored.get_all() == [user("hello"), assistant("hi")]
    assert "hello" not in json.dumps(kept.to_dict()), "what was said must not leave the store"
    assert {entry.actor for entry in memory.vault("anna").log()} == {"agent"}


def test_a_closed_store_is_opened_again_for_a_restored_memory(tmp_path: Path) -> None:
    place = f"sqlite:///{tmp_path}/odd%20name.db"
    with MemoryOS.open(place, embedder=None) as memory:
        kept = of(memory, embedder=None)
        kept.put(user("hello"))
        data = kept.to_dict()
    with pytest.raises(errors.StoreClosed):
        kept.get()
    assert MemosMemory.from_dict(data).get() == [user("hello")]
    with MemoryOS.open(place, embedder=None) as memory:
        MemosMemory.from_dict(data).put(assistant("hi"))
        assert len(of(memory).get_all()) == 2


def test_another_process_restores_it(tmp_path: Path) -> None:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None) as memory:
        kept = of(memory, embedder=None)
        kept.put(user("hello"))
        program = (
            "import json, sys; from llama_index.core.llms import ChatMessage;"
            "from llama_index_memos import MemosMemory;"
            "memory = MemosMemory.from_dict(json.loads(sys.argv[1])); memory.put(ChatMessage('hi', role='assistant'));"
            "print(len(memory.get()))"
        )
        run = subprocess.run(
            [sys.executable, "-c", program, json.dumps(kept.to_dict())], check=False, capture_output=True, text=True
        )
        assert (run.returncode, run.stdout.strip()) == (0, "2"), run.stderr
        assert kept.get_all() == [user("hello"), assistant("hi")]


def test_a_store_that_is_not_there_is_said_and_can_be_given(memory: MemoryOS, tmp_path: Path, door: Any) -> None:
    restored = MemosMemory(vault="anna", session_id="s", store=str(tmp_path / "gone.db"))
    with pytest.raises(errors.NotFound, match=r"gone\.db.*connect"):
        door(restored).get()
    assert not (tmp_path / "gone.db").exists()
    of(memory).put(user("hello"))
    before = restored.to_dict()
    assert restored.connect(memory).get() == [user("hello")]
    assert MemosMemory.from_dict(restored.to_dict()).get() == [user("hello")]
    assert MemosMemory.from_dict(before).get() == [user("hello")], "moved stores are found by every restored memory"


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_is_a_handle_on_the_same(memory: MemoryOS, copied: Callable[[MemosMemory], MemosMemory]) -> None:
    kept = of(memory)
    other = copied(kept)
    other.put(user("hello"))
    assert kept.get() == other.get() == [user("hello")]


# ── side by side ────────────────────────────────────────────────────────────────────────────────


def test_threads_and_sessions_do_not_mix(memory: MemoryOS) -> None:
    vaults, sessions, turns = ("anna", "bert"), ("x", "y", "z"), 6
    start = threading.Barrier(len(vaults) * len(sessions))

    def talk(vault: str, session: str) -> None:
        kept = of(memory, session, vault)
        start.wait()
        for n in range(turns):
            kept.put(user(f"{vault} {session} question {n}"))
            shown = kept.get()
            own = [message for message in shown if message.role != MessageRole.SYSTEM]
            assert [message.content.split()[:2] for message in own] == [[vault, session]] * (2 * n + 1)
            assert not any(other in str(shown) for other in vaults if other != vault)
            kept.put_messages([assistant(f"{vault} {session} answer {n}")])

    with ThreadPoolExecutor(len(vaults) * len(sessions)) as pool:
        for done in [pool.submit(talk, vault, session) for vault in vaults for session in sessions]:
            done.result()
    for vault in vaults:
        assert stored(memory, vault) == len(sessions) * turns * 2
        for session in sessions:
            assert [message.content for message in of(memory, session, vault).get_all()] == [
                f"{vault} {session} {kind} {n}" for n in range(turns) for kind in ("question", "answer")
            ]


async def test_concurrent_puts_into_one_session_lose_and_double_nothing(memory: MemoryOS) -> None:
    kept = of(memory)
    await asyncio.gather(*(kept.aput(user(f"message {n}")) for n in range(30)), *(kept.aget() for _ in range(5)))
    found = [message.content for message in await kept.aget_all()]
    assert sorted(found) == sorted(f"message {n}" for n in range(30))


async def test_the_loop_runs_while_a_recall_is_slow(memory: MemoryOS, monkeypatch: pytest.MonkeyPatch) -> None:
    told(memory)
    entered, released = threading.Event(), threading.Event()
    recall = Vault.recall

    def slow(self: Vault, query: str, **options: Any) -> Any:
        entered.set()
        assert released.wait(30)
        return recall(self, query, **options)

    monkeypatch.setattr(Vault, "recall", slow)
    waiting = asyncio.create_task(of(memory).aget(input="Where in Lisbon do I live?"))
    while not entered.is_set():
        await asyncio.sleep(0.001)
    released.set()
    assert "Lisbon" in (await waiting)[0].content


async def test_a_cancelled_task_leaves_nothing_locked(memory: MemoryOS, monkeypatch: pytest.MonkeyPatch) -> None:
    told(memory)
    entered, released = threading.Event(), threading.Event()
    recall = Vault.recall

    def slow(self: Vault, query: str, **options: Any) -> Any:
        entered.set()
        assert released.wait(30)
        return recall(self, query, **options)

    monkeypatch.setattr(Vault, "recall", slow)
    kept = of(memory)
    waiting = asyncio.create_task(kept.aget(input="Where in Lisbon do I live?"))
    while not entered.is_set():
        await asyncio.sleep(0.001)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await kept.aput(user("Still here."))  # while the recall is still going on
    released.set()
    assert (await kept.aget_all()) == [user("Still here.")]
    assert "Lisbon" in (await kept.aget(input="Where in Lisbon do I live?"))[0].content


def test_loops_that_were_closed_leave_it_usable(memory: MemoryOS) -> None:
    kept = of(memory)
    for n in range(3):
        asyncio.run(kept.aput(user(f"message {n}")))
    assert len(asyncio.run(kept.aget())) == len(kept.get()) == 3
