"""One memory under LangChain, LangGraph and LlamaIndex: in one process and in several, while all of them write."""

import asyncio
import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from langgraph_memos import MemosStore
from memos_core import MemoryOS
from tests.integrations import shared_hosts
from tests.integrations.shared_hosts import DOORS, HOSTS, USERS, Host, conversations, reply_to, said, talk, tell, word

TURNS = 4


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/memory.db"


@pytest.fixture
def memory(url: str) -> Iterator[MemoryOS]:
    with MemoryOS.open(url, embedder=None) as opened:
        yield opened


@pytest.fixture
def hosts(memory: MemoryOS) -> dict[str, Host]:
    return {name: host(memory) for name, host in HOSTS.items()}


def nothing_is_lost_doubled_or_crossed(memory: MemoryOS, processes: list[str], turns: int) -> None:
    """Every conversation is there as it was held, and nothing else is."""
    expected: dict[str, list[str]] = {user: [] for user in USERS}
    for process in processes:
        for _, _, user, session in conversations(process):
            told = [said(user, session, number) for number in range(turns)]
            held = [line for text in told for line in (text, reply_to(text))]
            assert [cube.text for cube in memory.vault(user).transcript(session)] == held
            expected[user] += held
    for user in USERS:
        assert sorted(cube.text for cube in memory.vault(user).cubes()) == sorted(expected[user])
    assert memory.doctor() == []


def no_model_saw_what_it_may_not(seen: dict[str, list[str]]) -> None:
    """A call shows the words of one user only."""
    for texts in seen.values():
        for text in texts:
            assert sum(f"{user}zq" in text for user in USERS) == 1, text


# ── one process ──


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(("teller", "asked"), list(permutations(HOSTS, 2)))
def test_what_one_framework_is_told_another_recalls(
    memory: MemoryOS, hosts: dict[str, Host], teller: str, asked: str, door: str
) -> None:
    tell(hosts[teller], door, "anna", "anna on monday", "My sister Ines grows tomatoes in Porto.")
    tell(hosts[teller], door, "ben", "ben on monday", "My sister Lea grows onions in Oslo.")
    tell(hosts[asked], door, "anna", "anna on tuesday", "What does my sister grow?")
    assert "Ines grows tomatoes" in hosts[asked].seen[-1]
    assert "onions" not in hosts[asked].seen[-1]
    assert next(memory.vault("ben").cubes()).text.startswith("My sister Lea")


def test_all_of_them_talk_at_once_to_several_users_in_several_sessions(
    memory: MemoryOS, hosts: dict[str, Host]
) -> None:
    talk(hosts, "here", TURNS)
    nothing_is_lost_doubled_or_crossed(memory, ["here"], TURNS)
    no_model_saw_what_it_may_not({name: host.seen for name, host in hosts.items()})
    heard = MemosStore(memory).search(("heard",), limit=1000)
    assert len({item.key for item in heard}) == len(heard) == len(USERS) * len(DOORS) * TURNS
    graph: Any = hosts["langgraph"]
    for name, _, user, session in conversations("here"):
        if name == "langgraph":
            state = graph.graph.get_state({"configurable": {"thread_id": session}}).values
            told = [message.text for message in state["messages"] if message.type == "human"]
            assert told == [said(user, session, number) for number in range(TURNS)]


# ── tasks that are cancelled, loops that are closed ──


def usable(memory: MemoryOS, url: str, hosts: dict[str, Host]) -> None:
    """Nothing is locked: every host, both doors, and another connection to the file can write."""
    with MemoryOS.open(url, embedder=None, worker=False) as other:
        other.vault("carl").remember("from another connection")
    for name in HOSTS:
        for door in DOORS:
            text = f"still here, {name} {door}"
            assert tell(hosts[name], door, "carl", f"after {name} {door}", text) == reply_to(text)
            assert len(memory.vault("carl").transcript(f"after {name} {door}")) == 2
    memory.settle(timeout=30)
    assert memory.doctor() == []


def half_told_at_most(memory: MemoryOS, sessions: list[str]) -> None:
    """A conversation of one turn, cut off anywhere, has its beginning, once."""
    for session in sessions:
        text = said("anna", session, 0)
        kept = [cube.text for cube in memory.vault("anna").transcript(session)]
        assert kept == [text, reply_to(text)][: len(kept)]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("name", HOSTS)
def test_tasks_that_are_cancelled_at_any_moment_leave_nothing_locked(
    memory: MemoryOS, url: str, hosts: dict[str, Host], name: str
) -> None:
    sessions, cut = [f"cut {number}" for number in range(30)], list[bool]()

    async def cut_off() -> None:
        loop = asyncio.get_running_loop()
        took = []
        for number in range(8):
            started = loop.time()
            await hosts[name].atell("ben", f"whole {number}", "How long does a turn take?")
            took.append(loop.time() - started)
        for place, session in enumerate(sessions):
            task = asyncio.create_task(hosts[name].atell("anna", session, said("anna", session, 0)))
            loop.call_later(1.2 * min(took) * place / len(sessions), task.cancel)
            await asyncio.wait([task])
            assert task.cancelled() or task.result()
            cut.append(task.cancelled())

    asyncio.run(cut_off())
    assert cut[0]
    memory.settle(timeout=30)
    half_told_at_most(memory, sessions)
    usable(memory, url, hosts)


@pytest.mark.timeout(120)
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", HOSTS)
def test_loops_that_are_closed_under_running_tasks_leave_nothing_locked(
    memory: MemoryOS, url: str, hosts: dict[str, Host], name: str
) -> None:
    sessions = [f"closed {number}" for number in range(8)]
    for place, session in enumerate(sessions):
        loop = asyncio.new_event_loop()
        task = loop.create_task(hosts[name].atell("anna", session, said("anna", session, 0)))
        loop.run_until_complete(asyncio.wait([task], timeout=place * 0.01))
        loop.close()  # abandoned: nobody cancels the task, and what it waits for comes back to a closed loop
        del task, loop
        gc.collect()  # the frameworks complain here, where it is expected
    half_told_at_most(memory, sessions)
    usable(memory, url, hosts)


# ── several processes ──


@pytest.mark.timeout(240)
def test_processes_share_one_file_while_all_of_them_write(memory: MemoryOS, url: str, hosts: dict[str, Host]) -> None:
    names = ["one", "two"]
    children = [start(url, name) for name in names]
    try:
        assert [answer(child) for child in children] == ["ready"] * len(children)
        for child in children:
            say(child, "go")
        talk(hosts, "here", TURNS)
        for seen in [*map(answer, children), {name: host.seen for name, host in hosts.items()}]:
            no_model_saw_what_it_may_not(seen)
        nothing_is_lost_doubled_or_crossed(memory, ["here", *names], TURNS)
        heard = MemosStore(memory).search(("heard",), limit=1000)
        assert len({item.key for item in heard}) == len(heard) == 3 * len(USERS) * len(DOORS) * TURNS
        every_host_recalls_what_the_other_process_was_told(children)
    finally:
        for child in children:
            child.stdin.close()
            child.wait(60)


def every_host_recalls_what_the_other_process_was_told(children: list[Any]) -> None:
    for (teller, asked), door in zip(permutations(HOSTS, 2), DOORS * 3, strict=True):
        told = word("anna", f"one {teller} {door} anna", 2)
        say(children[1], [asked, door, "anna", f"anna asks about {teller} {door}", f"What was it about {told}?"])
        assert f"box 2 is {told}" in answer(children[1])
        say(children[1], [asked, door, "ben", f"ben asks about {teller} {door}", f"What was it about {told}?"])
        assert f"box 2 is {told}" not in answer(children[1])


def start(url: str, name: str) -> Any:
    program = [sys.executable, str(Path(shared_hosts.__file__)), url, name, str(TURNS)]
    return subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def say(child: Any, line: Any) -> None:
    child.stdin.write(json.dumps(line) + "\n")
    child.stdin.flush()


def answer(child: Any) -> Any:
    line = child.stdout.readline()
    assert line, f"the child ended with {child.wait(60)}"
    return json.loads(line)
