"""What was acknowledged survives ``kill -9``, what was erased does not come back.

Children work on one store until they are killed at random moments; between the rounds everything that they said is
compared with what the store holds, by an instance opened anew and by one that has lived through all crashes.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from memos_adapters.segments import SegmentIndex
from memos_core import MemCube, MemoryOS, Vault
from memos_core.errors import Erased
from memos_core.evaluation.systems import recall_with
from memos_core.operation.recall.ranking import Weights
from memos_core.testing.fakes import HashEmbedder
from tests.e2e.crash_child import SEALED_AT, VAULTS, entries, unique

WORD = re.compile(rb"unq[0-9a-z]+?y[0-9]+z")
MAKING = ("add", "batch", "long")
BY_WORDS = Weights(dense=0, dense_near=0, dense_wide=0, dense_message=0)

ENOUGH, MOST = 2, 10
"""Operations a round that must have been acknowledged; times as many rounds at most."""


class Children:
    """Forks children from a process that has everything loaded."""

    def __init__(self, errors: Path) -> None:
        program = Path(__file__).with_name("crash_child.py")
        self.errors = errors
        self._running: set[int] = set()
        with errors.open("wb") as log:
            self._nursery = subprocess.Popen(
                [sys.executable, str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True
            )

    def start(self, url: str, journal: Path, seed: str, worker: bool) -> int:
        assert self._nursery.stdin and self._nursery.stdout
        self._nursery.stdin.write(json.dumps([url, str(journal), seed, worker]) + "\n")
        self._nursery.stdin.flush()
        child = int(self._nursery.stdout.readline())
        self._running.add(child)
        return child

    def kill(self, child: int) -> None:
        self._running.discard(child)
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            pytest.fail(f"a child ended by itself: {self.errors.read_text()}")
        while Path(f"/proc/{child}").exists():
            time.sleep(0.001)

    def close(self) -> None:
        for child in self._running:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._nursery.kill()
        self._nursery.communicate()


@pytest.fixture
def children(tmp_path: Path) -> Iterator[Children]:
    children = Children(tmp_path / "stderr")
    yield children
    children.close()


@dataclass
class Told:
    """What the journals say about one vault."""

    made: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids by acknowledged operation."""
    begun: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Operations that make memories, acknowledged or not."""
    revisions: dict[str, list[tuple[str, bool]]] = field(default_factory=lambda: defaultdict(list))
    """By id the operations that revise it, in order, and whether each was acknowledged."""
    states: dict[str, set[str]] = field(default_factory=dict)
    """By id the states that it may be in."""
    erased: set[str] = field(default_factory=set)
    """Ids whose erasure was acknowledged."""

    def words(self, id: str) -> set[str]:
        """Every word that was ever in a text of this memory."""
        words = {unique(op, place) for op, ids in self.made.items() for place, made in enumerate(ids) if made == id}
        return words | {unique(op) for op, _ in self.revisions[id]}


def told(journals: list[Path]) -> dict[str, Told]:
    """Read the journals. Each child changes only what it made itself, so their order does not matter."""
    vaults = {vault: Told() for vault in VAULTS}
    for journal in journals:
        lines = entries(journal)
        done = {line["done"]["op"]: line["done"] for line in lines if "done" in line}
        wills = {line["will"]["op"]: line["will"] for line in lines if "will" in line}
        for op, will in wills.items():
            _read(vaults[will["vault"]], will, done.get(op))
    return vaults


def _read(vault: Told, will: dict[str, Any], done: dict[str, Any] | None) -> None:
    op, kind = will["op"], will["kind"]
    if kind in MAKING:
        vault.begun[op] = will
        if done:
            vault.made[op] = tuple(done["made"])
            vault.states.update({id: {"active"} for id in done["made"]})
    elif kind == "revise":
        vault.revisions[will["id"]].append((op, done is not None))
    elif kind != "settle":
        after = {"forget": "forgotten", "restore": "active", "erase": "erased"}[kind]
        vault.states[will["id"]] = {after} if done else vault.states[will["id"]] | {after}
        if done and kind == "erase":
            vault.erased.add(will["id"])


def check(memory: MemoryOS, journals: list[Path], chance: random.Random) -> None:
    """Compare every vault with what was told about it."""
    for name, vault in told(journals).items():
        cubes = {cube.id: cube for cube in memory.vault(name).cubes()}
        check_nothing_lost(memory.vault(name), vault, cubes)
        check_nothing_doubled(vault, cubes)
        check_nothing_returns(memory.vault(name), vault, chance)
        check_recall(memory.vault(name), vault, cubes, chance)


def check_nothing_lost(handle: Vault, vault: Told, cubes: dict[str, MemCube]) -> None:
    for op, ids in vault.made.items():
        for place, id in enumerate(ids):
            if id not in cubes:
                assert "erased" in vault.states[id], f"{op}: {id} is lost"
                continue
            history = handle.history(id)
            found = [WORD.findall(version.text.encode())[0].decode() for version in history]
            expected = [unique(op, place), *(unique(revision) for revision, _ in vault.revisions[id])]
            sure = [unique(op, place), *(unique(revision) for revision, done in vault.revisions[id] if done)]
            assert [word for word in expected if word in found] == found, f"{op}: strange versions"
            assert set(sure) <= set(found), f"{op}: a version is lost"
            assert cubes[id] == history[-1]
            assert cubes[id].state in vault.states[id], op


def check_nothing_doubled(vault: Told, cubes: dict[str, MemCube]) -> None:
    held = Counter(str(cube.header.metadata["tag"]) for cube in cubes.values())
    possible = {unique(op, place): op for op, will in vault.begun.items() for place in range(will.get("size", 1))}
    assert held.keys() <= possible.keys(), "a memory of nobody"
    assert set(held.values()) <= {1}, f"stored twice: {held.most_common(3)}"
    parts = Counter(possible[word] for word in held)
    for op, will in vault.begun.items():
        if op not in vault.made:
            assert parts[op] in (0, will.get("size", 1)), f"half a batch: {op}"


def check_nothing_returns(handle: Vault, vault: Told, chance: random.Random) -> None:
    for id in vault.erased:
        with pytest.raises(Erased):
            handle.get(id)
        with pytest.raises(Erased):
            handle.history(id)
    for id in chance.sample(sorted(vault.erased), min(5, len(vault.erased))):
        for word in vault.words(id):
            recollection = handle.recall(word)
            assert id not in {hit.cube.id for hit in recollection}
            assert word not in recollection.text
    gone = {word for id in vault.erased for word in vault.words(id)}
    log = [entry for entry in handle.log(limit=1_000_000) if entry.reason]
    assert not gone & {word.decode() for entry in log for word in WORD.findall(entry.reason.encode())}


def check_recall(handle: Vault, vault: Told, cubes: dict[str, MemCube], chance: random.Random) -> None:
    acknowledged = {id for ids in vault.made.values() for id in ids}
    active = [id for id in acknowledged if vault.states[id] == {"active"}]
    newest = list(vault.made.values())[-1:]
    for id in {*chance.sample(sorted(active), min(8, len(active))), *(newest[0][-1:] if newest else ())} & set(active):
        word = WORD.findall(cubes[id].text.encode())[0].decode()
        # By words: vectors without meaning would put another memory, or another passage of a long one, first.
        found = recall_with(handle, word, BY_WORDS, budget=1000, limit=10)
        assert found.hits[0].cube.id == id, f"{word} is not found"


def check_files(folder: Path, journals: list[Path]) -> None:
    gone = {word for vault in told(journals).values() for id in vault.erased for word in vault.words(id)}
    for path in folder.rglob("*"):
        if path.is_file():
            # In a process of its own: closing a database file drops every lock that SQLite holds on it in this one.
            content = subprocess.run(["cat", str(path)], capture_output=True, check=True).stdout
            left = gone & {word.decode() for word in WORD.findall(content)}
            assert not left, f"{sorted(left)[:3]} in {path.name}"


def crash(folder: Path, children: Children, seed: int, rounds: int) -> int:
    """Let children crash, check after each round; return how many operations were acknowledged.

    On a busy machine a child is killed before it has done much: there are more rounds then.
    """
    print("seed:", seed)
    chance = random.Random(seed)
    store = folder / "store"
    url = f"sqlite:///{store}/memory.db"
    journals = [folder / f"journal-{number}" for number in range(4)]
    with MemoryOS.open(url, embedder=HashEmbedder(), worker=False, count_tokens=len) as reader:
        for lap in range(MOST * rounds):
            if lap >= rounds and len(acknowledged(journals)) > ENOUGH * rounds:
                break
            running = [
                children.start(url, journal, f"s{seed}r{lap}c{number}", chance.random() < 0.5)
                for number, journal in enumerate(chance.sample(journals, chance.randint(1, 4)))
            ]
            for child in running:
                time.sleep(chance.uniform(0, 0.5 / len(running)))
                children.kill(child)
            check(reader, journals, chance)
            with MemoryOS.open(url, embedder=HashEmbedder(), worker=False, count_tokens=len) as reopened:
                check(reopened, journals, chance)
                reopened.settle(timeout=60)
                assert reopened.doctor() == []
                check_files(store, journals)
                check(reopened, journals, chance)
            for name in VAULTS:
                exported = folder / "exported"
                exported.mkdir(exist_ok=True)
                reader.vault(name).export(exported / name)
            check_files(exported, journals)
    kinds = acknowledged(journals)
    print("acknowledged:", dict(Counter(kinds)))
    return len(kinds)


def acknowledged(journals: list[Path]) -> list[str]:
    """The kind of each operation that was acknowledged."""
    return [line["done"]["kind"] for journal in journals for line in entries(journal) if "done" in line]


@pytest.fixture(autouse=True)
def _early_sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", SEALED_AT)


def test_what_is_acknowledged_survives_being_killed(tmp_path: Path, children: Children) -> None:
    assert crash(tmp_path, children, seed=random.SystemRandom().randrange(10**6), rounds=8) > ENOUGH * 8


@pytest.mark.kill
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("seed", range(12))
def test_what_is_acknowledged_survives_being_killed_again_and_again(
    tmp_path: Path, children: Children, seed: int
) -> None:
    assert crash(tmp_path, children, seed, rounds=25) > ENOUGH * 25
