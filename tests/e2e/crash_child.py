"""A process that works on a store until it is killed, and says what it is about to do and what was acknowledged.

Run as ``python crash_child.py URL JOURNAL SEED WORKER``. Each line of the journal is JSON: ``{"will": ...}`` before a
call and ``{"done": ...}`` after it has returned. What the last life left open is delivered again under the same keys.
"""

import json
import random
import sys
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
    """One run of the child."""

    def __init__(self, memory: MemoryOS, journal: Path, seed: str) -> None:
        self._memory = memory
        self._random = random.Random(seed)
        self._left = undone(journal)
        self._journal = Journal(journal)
        self._name = seed
        self._count = 0
        self._known: dict[str, list[str]] = {vault: [] for vault in VAULTS}
        self._doomed: set[str] = set()
        for entry in entries(journal):
            if "done" in entry:
                self._learn(entry["done"])

    def run(self) -> None:
        """Deliver again what was left open, then go on until killed."""
        for will in self._left:
            if will["kind"] in ("add", "batch", "long", "erase"):
                self._do(will)
        while True:
            self._do(self._next())

    def _next(self) -> dict[str, Any]:
        self._count += 1
        op = f"{self._name}-{self._count}"
        vault = self._random.choice(VAULTS)
        kinds = ["add"] * 4 + ["batch"] * 3 + ["long"]
        living = [id for id in self._known[vault] if id not in self._doomed]
        if living:
            kinds += ["revise"] * 3 + ["forget", "restore", "erase", "erase", "settle"]
        kind = self._random.choice(kinds)
        will: dict[str, Any] = {"op": op, "kind": kind, "vault": vault}
        if kind == "batch":
            will["size"] = self._random.randint(2, 12)
        if kind in ("revise", "forget", "restore", "erase"):
            will["id"] = self._random.choice(living)
        return will

    def _do(self, will: dict[str, Any]) -> None:
        if will["kind"] == "erase":
            self._doomed.add(will["id"])
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
                turn = Turn(text=" ".join([unique(op), *(f"filler{n} sentence." for n in range(2500))]), session=op)
                return [vault.remember(turn, idempotency_key=op).id]
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
        self._known[done["vault"]] += done["made"]
        if done["kind"] == "forget":  # a forgotten memory cannot be revised: leave it to restore
            self._doomed.add(done["id"])
        if done["kind"] == "erase":
            self._doomed.add(done["id"])


def _turn(op: str, place: int = 0) -> Turn:
    word = unique(op, place)
    return Turn(
        text=f"{word} is what was said, number {place}",
        speaker=f"speaker of {word}",
        session=f"session {op}",
        metadata={"tag": word},
        source=f"source {word}",
    )


def main(url: str, journal: str, seed: str, worker: str) -> None:
    """Open the store and live."""
    SegmentIndex.SEALED_AT = SEALED_AT
    with MemoryOS.open(url, embedder=HashEmbedder(), worker=worker == "worker", count_tokens=len) as memory:
        Life(memory, Path(journal), seed).run()


if __name__ == "__main__":
    main(*sys.argv[1:])
