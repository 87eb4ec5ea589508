"""MemosMemory in classic chains, and the package without langchain-classic."""

import asyncio
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import HumanMessage
from langchain_core.prompts import ChatPromptTemplate, MessagesPlaceholder, PromptTemplate

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from langchain_classic.base_memory import BaseMemory
    from langchain_classic.chains import ConversationChain, LLMChain
    from langchain_classic.memory import CombinedMemory, ConversationBufferMemory

from langchain_memos import MemosChatHistory, MemosMemory
from memos_core import MemoryOS
from tests.integrations.langchain_models import ScriptedModel

pytestmark = pytest.mark.filterwarnings("ignore::langchain_core._api.LangChainDeprecationWarning")


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as opened:
        yield opened


@pytest.fixture(params=["sync", "async"])
def door(request: pytest.FixtureRequest) -> Any:
    def through(chain: Any, given: Any) -> Any:
        return chain.invoke(given) if request.param == "sync" else asyncio.run(chain.ainvoke(given))

    return through


def prompts(model: ScriptedModel) -> list[str]:
    return [call[0].text for call in model.seen]


def stored(memory: MemoryOS) -> list[tuple[str, str, str]]:
    return [(cube.header.role, cube.header.session, cube.text) for cube in memory.vault("anna").cubes()]


def test_a_conversation_chain_remembers(memory: MemoryOS, tmp_path: Path, door: Any) -> None:
    model = ScriptedModel(script=["Noted.", "Green."])
    door(ConversationChain(llm=model, memory=MemosMemory(vault=memory.vault("anna"), session="s")), "I drink green tea")
    memory.close()
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as reopened:
        slot = MemosMemory(vault=reopened.vault("anna"), session="s")
        reply = door(ConversationChain(llm=model, memory=slot), "Which tea?")
        assert reply["response"] == "Green."
        assert "Human: I drink green tea\nAI: Noted." in prompts(model)[1]
        assert stored(reopened)[2:] == [("user", "s", "Which tea?"), ("assistant", "s", "Green.")]


def test_other_sessions_are_recalled_and_this_one_is_shown(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("Anna drinks green tea", session="long ago")
    memory.vault("anna").remember([f"talk {i}" for i in range(5)], session="s", role="user")
    model = ScriptedModel(script=["a"])
    chain = LLMChain(
        llm=model,
        prompt=PromptTemplate.from_template("{memory}|{question}"),
        memory=MemosMemory(vault=memory.vault("anna"), session="s", memory_key="memory", k=2),
    )
    door(chain, {"question": "Which tea does Anna drink?"})
    (prompt,) = prompts(model)
    assert prompt.startswith("# Remembered\n") and "green tea" in prompt
    assert prompt.split("# This conversation\n")[1] == "Human: talk 3\nHuman: talk 4|Which tea does Anna drink?"


def test_what_is_shown_anyway_is_not_recalled_as_well(memory: MemoryOS) -> None:
    memory.vault("anna").remember("I drink green tea", session="s", role="user")
    slot = MemosMemory(vault=memory.vault("anna"), session="s")
    assert slot.load_memory_variables({"input": "tea?"}) == {"history": "Human: I drink green tea"}
    assert (
        "# Remembered"
        in MemosMemory(vault=memory.vault("anna"), session="s", k=0).load_memory_variables({"input": "tea?"})["history"]
    )


def test_an_exchange_is_one_transaction_and_a_transcript(memory: MemoryOS) -> None:
    slot = MemosMemory(vault=memory.vault("anna"), session="s")
    slot.save_context({"input": HumanMessage("q")}, {"output": ""})
    assert [m.text for m in MemosChatHistory(memory.vault("anna"), "s").messages] == ["q", "[empty message]"]
    assert len({entry.at for entry in memory.vault("anna").log()}) == 1


def test_keys_are_inferred_as_classic_memories_do(memory: MemoryOS) -> None:
    slot = MemosMemory(vault=memory.vault("anna"), session="s")
    slot.save_context({"question": "q", "history": "…", "stop": ["\n"]}, {"text": "a"})
    slot.save_context({"question": "q2"}, {"output": "a2", "log": "…"})
    assert [text for *_, text in stored(memory)] == ["q", "a", "q2", "a2"]
    with pytest.raises(ValueError, match="One input key"):
        slot.save_context({"a": "1", "b": "2"}, {"output": "x"})
    with pytest.raises(ValueError, match="One input key"):
        slot.load_memory_variables({"a": "1", "b": "2"})
    for outputs in ({"x": "1", "y": "2"}, {}):
        with pytest.raises(ValueError, match="Got multiple output keys.*output_key"):
            slot.save_context({"a": "1"}, outputs)
    chosen = MemosMemory(vault=memory.vault("anna"), session="s", input_key="b", output_key="y")
    chosen.save_context({"a": "1", "b": "2"}, {"x": "3", "y": "4"})
    assert [text for *_, text in stored(memory)][4:] == ["2", "4"]


def test_without_an_input_the_conversation_is_shown(memory: MemoryOS) -> None:
    memory.vault("anna").remember("Anna drinks green tea", session="long ago")
    slot = MemosMemory(vault=memory.vault("anna"), session="s")
    reference = ConversationBufferMemory()
    for each in (slot, reference):
        assert each.load_memory_variables({}) == {"history": ""}
        each.save_context({"input": "tea?"}, {"output": "yes"})
        assert each.load_memory_variables({}) == {"history": "Human: tea?\nAI: yes"}
        assert each.load_memory_variables({"history": "…"}) == {"history": "Human: tea?\nAI: yes"}
        each.clear()
        assert each.load_memory_variables({}) == {"history": ""}


def test_a_prompt_with_a_placeholder_gets_messages(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("Anna drinks green tea", session="long ago")
    model = ScriptedModel(script=["a", "b"])
    slot = MemosMemory(vault=memory.vault("anna"), session="s", return_messages=True)
    assert slot.load_memory_variables({}) == {"history": []}
    prompt = ChatPromptTemplate([MessagesPlaceholder("history"), ("human", "{input}")])
    for said in ("tea?", "and milk?"):
        door(LLMChain(llm=model, prompt=prompt, memory=slot), {"input": said})
    assert [(message.type, message.text) for message in model.seen[1]][-3:] == [
        ("human", "tea?"),
        ("ai", "a"),
        ("human", "and milk?"),
    ]
    recalled, *asked = model.seen[0]
    assert recalled.type == "system" and "green tea" in recalled.text
    assert [message.text for message in asked] == ["tea?"]


def test_it_works_in_a_combined_memory(memory: MemoryOS, door: Any) -> None:
    memory.vault("anna").remember("Anna drinks green tea", session="long ago")
    model = ScriptedModel(script=["a"])
    combined = CombinedMemory(
        memories=[
            MemosMemory(vault=memory.vault("anna"), session="s", memory_key="memos", input_key="input"),
            ConversationBufferMemory(memory_key="buffer", input_key="input"),
        ]
    )
    prompt = PromptTemplate.from_template("{memos}|{buffer}|{input}")
    door(LLMChain(llm=model, prompt=prompt, memory=combined), {"input": "tea?"})
    assert "green tea" in prompts(model)[0]
    assert [text for *_, text in stored(memory)][1:] == ["tea?", "a"]


def test_clear_forgets_this_session(memory: MemoryOS) -> None:
    anna = memory.vault("anna")
    anna.remember("tea", session="other")
    for clear in (MemosMemory.clear, lambda slot: asyncio.run(slot.aclear())):
        slot = MemosMemory(vault=anna, session="s")
        slot.save_context({"input": "tea"}, {"output": "ok"})
        clear(slot)
        assert anna.transcript("s") == []
        assert len(anna.recall("tea")) == 1


def test_a_failing_store_does_not_break_the_chain(
    memory: MemoryOS, door: Any, caplog: pytest.LogCaptureFixture
) -> None:
    failed: list[str] = []
    slot = MemosMemory(
        vault=memory.vault("anna"), session="s", on_error=lambda error, operation: failed.append(operation)
    )
    memory.close()
    reply = door(ConversationChain(llm=ScriptedModel(script=["fine"]), memory=slot), "q")
    assert reply["response"] == "fine"
    assert failed == ["recall", "remember"]
    assert slot.failures == 2
    assert sum(record.name == "langchain_memos" for record in caplog.records) == 2


def test_an_input_without_text_is_not_looked_up(memory: MemoryOS) -> None:
    slot = MemosMemory(vault=memory.vault("anna"), session="s")
    slot.save_context({"input": "q"}, {"output": "a"})
    assert slot.load_memory_variables({"input": ""}) == {"history": "Human: q\nAI: a"}
    assert slot.failures == 0


@pytest.mark.parametrize("wrong", [{"session": ""}, {"session": "s", "k": -1}, {"session": "s", "vault": "anna"}])
def test_what_makes_no_sense_is_refused(memory: MemoryOS, wrong: Any) -> None:
    with pytest.raises(ValueError, match=next(iter({"session", "k", "vault"} & set(list(wrong)[-1:])))):
        MemosMemory(**{"vault": memory.vault("anna"), **wrong})


def test_it_is_a_memory_and_repeats_no_secrets_of_the_store(memory: MemoryOS) -> None:
    slot = MemosMemory(vault=memory.vault("anna"), session="s")
    assert isinstance(slot, BaseMemory)
    assert slot.memory_variables == ["history"]
    assert not slot.is_lc_serializable()


WITHOUT_CLASSIC = """
import sys
sys.modules["langchain_classic"] = None
import langchain_memos
from langchain_memos import MemosChatHistory, MemosMiddleware, MemosRetriever, memory_tools, with_memos_history
for take in (lambda: langchain_memos.MemosMemory, lambda: __import__("langchain_memos.memory")):
    try:
        take()
    except langchain_memos.memos_core.errors.MissingExtra as error:
        assert isinstance(error, ImportError)
        print(error)
"""
WITHOUT_LANGCHAIN = """
import sys
import langchain_memos
assert not {"langchain", "langchain_core", "langgraph", "langchain_classic"} & set(sys.modules), "loaded too early"
sys.modules["langchain"] = None
try:
    langchain_memos.MemosMiddleware
except ImportError as error:
    print(error)
"""


@pytest.mark.parametrize("program, extra", [(WITHOUT_CLASSIC, "langchain-classic"), (WITHOUT_LANGCHAIN, "langchain")])
def test_a_missing_extra_is_named(program: str, extra: str) -> None:
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    lines = run.stdout.splitlines()
    assert lines and all(line.endswith(f"Run: pip install 'memos-middleware[{extra}]'") for line in lines)
    assert len(lines) == (2 if extra == "langchain-classic" else 1)
