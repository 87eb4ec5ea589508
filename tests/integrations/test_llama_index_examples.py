"""The examples run offline, as they stand; and two frameworks write into one vault at the same time."""

# LlamaIndex types a message's content as optional; None would fail these tests as well.
# mypy: disable-error-code="operator, union-attr, type-var"

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from langchain_core.messages import HumanMessage
from llama_index.core.llms import ChatMessage

from langchain_memos import MemosChatHistory, MemosRetriever
from llama_index_memos import MemosMemory
from memos_core import MemoryOS

EXAMPLES = Path(__file__).parents[2] / "examples"


def run(name: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(EXAMPLES / name)], capture_output=True, text=True, check=False)


def test_the_engine_remembers_after_a_restart_and_tells_nobody_else() -> None:
    done = run("llama_index_chat.py")
    assert done.returncode == 0, done.stderr
    told, asked, jonah = done.stdout.strip().split("\n\n")
    assert "I will remember that." in told
    assert "You told me:" in asked and "I never fly" in asked
    assert "I never fly" not in jonah


def test_each_framework_knows_what_the_other_was_told() -> None:
    done = run("two_frameworks.py")
    assert done.returncode == 0, done.stderr
    told, asked, told_other, asked_other = done.stdout.strip().split("\n\n")
    assert "I will remember that." in told and "You told me" not in told
    assert asked.startswith("mara") and "- user: My dog is called Kelp." in asked.partition("LlamaIndex:")[2]
    assert "LlamaIndex:" in told_other
    assert "The vet of my dog is Dr. Sousa." in asked_other.partition("LangChain:")[2]


def test_two_frameworks_in_one_session_read_one_transcript(tmp_path: Path) -> None:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None) as memory:
        llama = MemosMemory(memory, vault="anna", session_id="s")
        chain = MemosChatHistory(memory.vault("anna"), "s")
        llama.put(ChatMessage("from LlamaIndex", role="assistant"))
        chain.add_messages([HumanMessage("from LangChain")])
        assert [message.content for message in llama.get_all()] == ["from LlamaIndex", "from LangChain"]
        assert [message.text for message in chain.messages] == ["from LlamaIndex", "from LangChain"]
        assert [message.role.value for message in llama.get_all()] == ["assistant", "user"]
        assert [message.type for message in chain.messages] == ["ai", "human"]


def test_two_frameworks_write_at_once_and_find_everything(tmp_path: Path) -> None:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None) as memory:

        def write(n: int) -> None:
            MemosMemory(memory, vault="anna", session_id=f"llama {n}").put(ChatMessage(f"boat{n}", role="user"))
            MemosChatHistory(memory.vault("anna"), f"chain {n}").add_messages([HumanMessage(f"bridge{n}")])

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(write, range(16)))
        retriever = MemosRetriever(vault=memory.vault("anna"), k=1)
        for n in range(16):
            assert retriever.invoke(f"boat{n}")[0].page_content == f"boat{n}"
            shown = MemosMemory(memory, vault="anna").get(input=f"Which bridge{n}?")
            assert f"bridge{n}" in shown[0].content
        assert sum(1 for _ in memory.vault("anna").cubes()) == 32
