"""Background work stays out of the way of calls: a turn does not wait for what nobody asks for."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from memos_core import MemoryOS, Vault
from memos_core.operation import scheduler
from memos_core.operation.work import CONSOLIDATE, FORM, SEAL
from memos_core.ports import Floats
from memos_core.testing.fakes import HashEmbedder


class Gated(HashEmbedder):
    """Embeds only while its gate is open."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = threading.Event()
        self.gate.set()

    def embed(self, texts: Sequence[str]) -> Floats:
        assert self.gate.wait(30)
        return super().embed(texts)


def opened(folder: Path, embedder: HashEmbedder) -> MemoryOS:
    return MemoryOS.open(f"sqlite:///{folder}/memory.db", embedder=embedder)


def until(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not true() and time.monotonic() < deadline:
        time.sleep(0.01)
    return true()


def test_the_vectors_of_what_the_caller_shows_are_not_waited_for(tmp_path: Path) -> None:
    embedder = Gated()
    with opened(tmp_path, embedder) as memory:
        vault = memory.vault("owner")
        vault.remember("Mara keeps bees.")
        memory.settle()
        vault.recall("Who keeps bees?")  # its vector is known from now on
        embedder.gate.clear()
        late = vault.remember([{"role": "user", "content": "Tea?"}, {"role": "assistant", "content": "Yes."}])
        try:
            for shown in (["Tea?", "Yes."], [cube.id for cube in late]):
                found = vault.recall("Who keeps bees?", exclude=shown)
                assert [hit.cube.text for hit in found] == ["Mara keeps bees."]
            answered = threading.Event()

            def asking() -> None:
                vault.recall("Who keeps bees?", exclude=["Tea?"])
                answered.set()

            waiting = threading.Thread(target=asking)
            waiting.start()
            assert not answered.wait(0.3)
        finally:
            embedder.gate.set()
        waiting.join()
        assert vault.recall("Who keeps bees?").notes == ()


def forming_waits(memory: MemoryOS, vault: Vault) -> bool:
    row = vault._row()
    return row is not None and memory._runtime.scheduler.is_waiting(FORM, row.id)


def test_forming_waits_for_a_quiet_moment_but_embedding_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "QUIET_S", 60.0)
    monkeypatch.setattr(scheduler, "PUT_OFF_S", dict.fromkeys((FORM, CONSOLIDATE, SEAL), 60.0))
    with opened(tmp_path, HashEmbedder()) as memory:
        assert until(lambda: FORM in memory._runtime.scheduler._benches[0].done_at)
        vault = memory.vault("owner")
        vault.remember([{"role": "user", "content": f"I keep bees in field {n}.", "session": "s"} for n in range(4)])
        assert vault.recall("bees").notes == ()
        assert until(lambda: forming_waits(memory, vault))
        time.sleep(0.1)
        assert forming_waits(memory, vault)
        assert len(vault.cells()) == 1  # who asks for cells has them made
        assert not forming_waits(memory, vault)


def test_forming_is_not_put_off_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "QUIET_S", 0.2)
    with opened(tmp_path, HashEmbedder()) as memory:
        vault = memory.vault("owner")
        stop = time.monotonic() + 20
        vault.remember("Mara keeps bees.")
        while forming_waits(memory, vault) and time.monotonic() < stop:
            vault.recall("bees")  # never quiet
        assert not forming_waits(memory, vault)
