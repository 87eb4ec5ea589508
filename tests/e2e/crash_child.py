"""Processes that work on a store until they are killed, and say what they begin and what was acknowledged.

Run as ``python crash_child.py``: every line on the standard input, a JSON list ``[URL, JOURNAL, SEED, WORKER]``, forks
one child, whose number is printed. Each line of the journal is JSON: ``{"will": ...}`` before a call and ``{"done":
...}`` after it has returned. What the life before left open is delivered again under the same keys.
"""

import json
import os
import random
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from memos_adapters.segments import SegmentIndex
from memos_core import MemoryOS, Turn, Vault
from memos_core.testing.fakes import HashEmbedder

SEALED_AT = 24
VAULTS = ("left", "right")


class Journal:
    """Lines that survive the process: each is one unbuffered write."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)

    def write(self, **entry: Any) -> None:
        self._file.write(json.dumps(entry).encode() + b"\n")


def entries(path: Path) -> list[dict[str, Any]]:
    """The complete lines of a journal."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_bytes().splitlines(keepends=True) if line.endswith(b"\n")]


def undone(path: Path) -> list[dict[str, Any]]:
    """What was begun under a key and never acknowledged."""
    done = {entry["done"]["op"] for entry in entries(path) if "done" in entry}
    return [entry["will"] for entry in entries(path) if "will" in entry and entry["will"]["op"] not in done]


def unique(op: str, place: int = 0) -> str:
    """A word that stands in one text only, and that is no prefix of another."""
    return f"unq{op.replace('-', 'x')}y{place}z"


class Life:
    """One run of a child."""

    def __init__(self, memory: MemoryOS, journal: Path, seed: str) -> None:
        self._memory = memory
        self._random = random.Random(seed)
        self._left = undone(journal)
        self._name = seed
        self._count = 0
        self._active: dict[str, set[str]] = {vault: set() for vault in VAULTS}
        self._forgotten: dict[str, set[str]] = {vault: set() for vault in VAULTS}
        for entry in entries(journal):
            if "done" in entry:
                self._learn(entry["done"])
        for will in self._left:  # whether that happened is not known here: leave these memories alone
            self._active[will["vault"]].discard(will.get("id", ""))
            self._forgotten[will["vault"]].discard(will.get("id", ""))
        self._journal = Journal(journal)

    def run(self) -> None:
        """Deliver again what was left open, then go on until killed."""
        for will in self._left:
            if will["kind"] in ("add", "batch", "long", "erase"):
                self._do(will)
        while True:
            self._do(self._next())

    def _next(self) -> dict[str, Any]:
        self._count += 1
        vault = self._random.choice(VAULTS)
        active, forgotten = sorted(self._active[vault]), sorted(self._forgotten[vault])
        kinds = ["add"] * 4 + ["batch"] * 3 + ["long", "settle"]
        kinds += ["revise", "revise", "forget", "erase"] * bool(active) + ["restore", "erase"] * bool(forgotten)
        kind = self._random.choice(kinds)
        will: dict[str, Any] = {"op": f"{self._name}-{self._count}", "kind": kind, "vault": vault}
        if kind == "batch":
            will["size"] = self._random.randint(2, 12)
        elif kind in ("revise", "forget"):
            will["id"] = self._random.choice(active)
        elif kind == "restore":
            will["id"] = self._random.choice(forgotten)
        elif kind == "erase":
            will["id"] = self._random.choice(active + forgotten)
        return will

    def _do(self, will: dict[str, Any]) -> None:
        self._journal.write(will=will)
        made = self._perform(self._memory.vault(will["vault"]), will)
        done = will | {"made": made}
        self._journal.write(done=done)
        self._learn(done)

    def _perform(self, vault: Vault, will: dict[str, Any]) -> list[str]:
        op = will["op"]
        match will["kind"]:
            case "add":
                return [vault.remember(_turn(op), idempotency_key=op).id]
            case "long":
                text = " ".join([unique(op), *(f"filler{n} sentence." for n in range(2500))])
                return [vault.remember(text, session=op, metadata={"tag": unique(op)}, idempotency_key=op).id]
            case "batch":
                turns = [_turn(op, place) for place in range(will["size"])]
                return [cube.id for cube in vault.remember(turns, idempotency_key=op)]
            case "revise":
                vault.revise(will["id"], f"{unique(op)} was put right", reason=f"because {unique(op)}")
            case "forget":
                vault.forget(will["id"])
            case "restore":
                vault.restore(will["id"])
            case "erase":
                vault.erase(will["id"])
            case "settle":
                vault.settle(timeout=30)
        return []

    def _learn(self, done: dict[str, Any]) -> None:
        active, forgotten = self._active[done["vault"]], self._forgotten[done["vault"]]
        active.update(done["made"])
        match done["kind"]:
            case "forget":
                active.discard(done["id"])
                forgotten.add(done["id"])
            case "restore":
                forgotten.discard(done["id"])
                active.add(done["id"])
            case "erase":
                active.discard(done["id"])
                forgotten.discard(done["id"])


def _turn(op: str, place: int = 0) -> Turn:
    word = unique(op, place)
    return Turn(
        text=f"{word} is what was said, number {place}",
        speaker=f"speaker of {word}",
        session=f"session {op}",
        metadata={"tag": word},
        source=f"source {word}",
    )


def live(url: str, journal: str, seed: str, worker: bool) -> None:
    """Open the store and work until killed."""
    with MemoryOS.open(url, embedder=HashEmbedder(), worker=worker, count_tokens=len) as memory:
        Life(memory, Path(journal), seed).run()


def main() -> None:
    """Fork a child for each line; children that end are reaped by the system."""
    SegmentIndex.SEALED_AT = SEALED_AT
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                live(*json.loads(line))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
