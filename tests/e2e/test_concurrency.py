"""Many threads, processes and event loops at once; and the async door is the same door."""

import asyncio
import contextvars
import inspect
import itertools
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from memos_adapters.segments import SegmentIndex
from memos_adapters.sqlite import store
from memos_core import MemoryOS, Vault
from memos_core.errors import Conflict, StoreClosed, UnknownCube
from memos_core.testing.fakes import HashEmbedder

THREADS, PROCESSES, EACH = 64, 4, 12


def opened(folder: Path, **options: Any) -> MemoryOS:
    options = {"embedder": HashEmbedder(), "count_tokens": len} | options
    return MemoryOS.open(f"sqlite:///{folder}/memory.db", **options)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with opened(tmp_path, embedder=None) as memory:
        yield memory


def word(worker: str, n: int) -> str:
    return f"word{worker}x{n}x"


def work(memory: MemoryOS, worker: str) -> None:
    """Add memories, each twice under one key, and find each at once."""
    vault = memory.vault("common")
    for n in range(EACH):
        text = word(worker, n)
        first = vault.remember(text, idempotency_key=text, session=worker)
        again = vault.remember(text, idempotency_key=text, session=worker)
        assert first.id == again.id
        if n % 4 == 0:
            assert first.id in [hit.cube.id for hit in vault.recall(text, limit=20, sessions=[worker])]
        elif n % 4 == 1:
            vault.revise(first.id, f"{text} revised", expect=1)
        elif n % 4 == 2:
            vault.erase(first.id) if n == 2 else vault.forget(first.id)


def test_threads_and_processes_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 100)
    opened(tmp_path, worker=False).close()
    children = []
    for number in range(PROCESSES):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                run(tmp_path, f"p{number}", THREADS // PROCESSES)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
    run(tmp_path, "main", THREADS)
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * PROCESSES
    workers = [f"main{n}" for n in range(THREADS)]
    workers += [f"p{number}{n}" for number in range(PROCESSES) for n in range(THREADS // PROCESSES)]
    with opened(tmp_path, worker=False) as memory:
        memory.settle(timeout=60)
        assert memory.doctor() == []
        vault = memory.vault("common")
        texts = sorted(cube.text for cube in vault.cubes())
        assert texts == sorted(
            f"{word(worker, n)}{' revised' * (n % 4 == 1)}" for worker in workers for n in range(EACH) if n != 2
        )
        log = vault.log(limit=10**6)
        assert [entry.n for entry in log] == list(range(1, len(log) + 1))
        assert vault.stats().cubes["erased"] == len(workers)
        assert vault.stats().vectors == vault.stats().passages


def run(folder: Path, name: str, threads: int) -> None:
    with opened(folder) as memory, ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work, memory, f"{name}{n}") for n in range(threads)]:
            done.result(120)


def test_writers_share_syncs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    transactions = 0
    turn = store._Turnstile.__enter__

    def slow(turnstile: store._Turnstile) -> None:
        nonlocal transactions
        transactions += 1
        time.sleep(0.002)  # as a sync of a slow disk would take
        turn(turnstile)

    monkeypatch.setattr(store._Turnstile, "__enter__", slow)
    with opened(tmp_path, embedder=None, worker=False) as memory:
        vault = memory.vault("ours")
        with ThreadPoolExecutor(32) as pool:
            list(pool.map(lambda n: vault.remember(f"text {n}"), range(640)))
        assert len(list(vault.cubes())) == 640
    assert transactions < 320, f"{transactions} transactions for 640 writes"


def test_one_who_fails_does_not_fail_the_others(memory: MemoryOS) -> None:
    vault = memory.vault("ours")
    kept = vault.remember("kept")

    def one(n: int) -> str:
        if n % 3:
            return vault.remember(f"text {n}").text
        with pytest.raises(UnknownCube):
            vault.forget(f"mem_{n:026d}")
        return ""

    with ThreadPoolExecutor(16) as pool:
        texts = [text for text in pool.map(one, range(300)) if text]
    assert sorted(cube.text for cube in vault.cubes()) == sorted([kept.text, *texts])


def test_of_many_revisions_of_one_version_one_wins(memory: MemoryOS) -> None:
    vault = memory.vault("ours")
    cube = vault.remember("start")

    def revise(n: int) -> bool:
        try:
            vault.revise(cube.id, f"by {n}", expect=1)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(revise, range(64))) == 1
    assert len(vault.history(cube.id)) == 2


def test_after_a_fork_the_child_is_told(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        vault = memory.vault("ours")
        cube = vault.remember("x")
        child = os.fork()
        if child == 0:
            told = 0
            calls: list[Callable[[], object]] = [
                lambda: vault.remember("y"),
                lambda: vault.recall("x"),
                lambda: vault.get(cube.id),
                lambda: vault.erase(cube.id),
                memory.settle,
                memory.doctor,
            ]
            for call in calls:
                try:
                    call()
                except StoreClosed as error:
                    told += "fork" in str(error)
            memory.close()
            with opened(tmp_path) as own:
                own.vault("ours").remember("from the child")
            os._exit(told)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 6
        assert [found.text for found in vault.cubes()] == ["x", "from the child"]
        vault.remember("from the parent")
        assert memory.doctor() == []


# ── the async door ──

DOORS = sorted(name for name in vars(Vault) if not name.startswith("_") and inspect.isfunction(getattr(Vault, name)))
SYNC = [name for name in DOORS if not (name.startswith("a") and name[1:] in DOORS)]


def test_there_are_doors() -> None:
    assert {"remember", "recall", "erase", "cubes", "export", "settle"} <= set(SYNC)
    assert len(SYNC) >= 14


@pytest.mark.parametrize("name", SYNC)
def test_every_method_has_an_async_twin(name: str) -> None:
    sync, twin = getattr(Vault, name), getattr(Vault, f"a{name}")
    assert inspect.iscoroutinefunction(twin) or inspect.isasyncgenfunction(twin)
    assert twin.__name__ == f"a{name}"
    assert f"``{name}``" in twin.__doc__
    ours, theirs = inspect.signature(sync), inspect.signature(twin)
    assert list(ours.parameters.values()) == list(theirs.parameters.values())
    if name != "cubes":
        assert ours.return_annotation == theirs.return_annotation


async def test_both_doors_lead_to_the_same(memory: MemoryOS, tmp_path: Path) -> None:
    vault = memory.vault("ours")
    first, second = await vault.aremember(["one birch", "two birches"], session="s", reason="r")
    assert await vault.aget(first.id) == vault.get(first.id) == first
    await vault.arevise(first.id, "one beech")
    assert await vault.ahistory(first.id) == vault.history(first.id)
    assert (await vault.arecall("birch")).text == vault.recall("birch").text
    await vault.aforget(second.id)
    assert [cube async for cube in vault.acubes()] == list(vault.cubes())
    await vault.arestore(second.id)
    assert await vault.atranscript("s") == vault.transcript("s")
    assert await vault.alog(limit=3) == vault.log(limit=3)
    await vault.asettle()
    assert await vault.astats() == vault.stats()
    assert await vault.acells() == vault.cells()
    assert await vault.ascenes() == vault.scenes()
    moment = first.header.occurred_at
    assert await vault.aprofile(as_of=moment) == vault.profile(as_of=moment)
    assert await vault.aforesight(at=moment) == vault.foresight(at=moment)
    assert (await vault.acorrect("No, two beeches.")).cube == vault.get(next(reversed(list(vault.cubes()))).id)
    assert await vault.alearn("count beeches", idempotency_key="k") == vault.learn("count beeches", idempotency_key="k")
    assert await vault.aexperience("count beeches") == vault.experience("count beeches")
    assert await vault.aexport(tmp_path / "a") == vault.export(tmp_path / "b")
    await vault.aerase(second.id)
    await vault.asettle()
    with pytest.raises(UnknownCube):
        await vault.aget("mem_00000000000000000000000000")


async def test_many_pages_through_the_async_door(memory: MemoryOS) -> None:
    vault = memory.vault("ours")
    vault.remember([f"text {n}" for n in range(1203)])
    assert [cube.text async for cube in vault.acubes()] == [f"text {n}" for n in range(1203)]


current = contextvars.ContextVar("current", default="nobody")


async def test_context_variables_come_along(tmp_path: Path) -> None:
    seen: list[str] = []

    def count(text: str) -> int:
        seen.append(current.get())
        return len(text)

    async with opened(tmp_path, embedder=None, count_tokens=count) as memory:
        vault = memory.vault("ours")
        await vault.aremember("birch")

        async def ask(who: str) -> None:
            current.set(who)
            await vault.arecall("birch")

        await asyncio.gather(ask("ann"), ask("bob"))
    assert set(seen) == {"ann", "bob"}
    assert current.get() == "nobody"


async def test_the_loop_is_not_blocked(memory: MemoryOS) -> None:
    release = threading.Event()
    memory.vault("ours").remember("x")
    blocker = threading.Thread(target=lambda: memory._runtime.records.write(lambda tx: release.wait(30)))
    blocker.start()
    writing = asyncio.create_task(memory.vault("ours").aremember("y"))
    for _ in range(20):
        await asyncio.sleep(0.005)
    assert not writing.done()
    release.set()
    assert (await writing).text == "y"
    blocker.join()


async def test_cancelling_leaves_nothing_locked(memory: MemoryOS) -> None:
    vault = memory.vault("ours")
    vault.remember("before")
    release = threading.Event()
    blocker = threading.Thread(target=lambda: memory._runtime.records.write(lambda tx: release.wait(30)))
    blocker.start()
    tasks = [asyncio.create_task(vault.aremember(f"maybe {n}")) for n in range(50)]
    await asyncio.sleep(0.05)
    for task in tasks:
        task.cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in done)
    release.set()
    blocker.join()
    async with asyncio.timeout(20):
        await vault.aremember("birch")
        assert (await vault.arecall("birch")).hits
    texts = [cube.text for cube in vault.cubes()]
    assert {"before", "birch"} <= set(texts) and len(texts) == len(set(texts))
    assert memory.doctor() == []


def test_several_event_loops(memory: MemoryOS) -> None:
    vault = memory.vault("ours")

    async def some(loop: int) -> None:
        await asyncio.gather(*(vault.aremember(f"loop {loop} text {n}") for n in range(10)))
        assert len(await vault.arecall(f"loop {loop}", limit=100)) >= 10

    threads = [threading.Thread(target=lambda n=n: asyncio.run(some(n))) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    asyncio.run(some(4))
    assert len(list(vault.cubes())) == 50


async def test_closing_does_not_block_the_loop(tmp_path: Path) -> None:
    beats = []

    async def beat() -> None:
        while True:
            beats.append(time.monotonic())
            await asyncio.sleep(0.01)

    class Slow(HashEmbedder):
        def embed(self, texts: Any) -> Any:
            time.sleep(0.5)
            return super().embed(texts)

    async with opened(tmp_path, embedder=Slow()) as memory:
        await memory.vault("ours").aremember("x")
        await asyncio.sleep(0.05)
        heart = asyncio.create_task(beat())
        await asyncio.sleep(0)
    heart.cancel()
    assert max(later - earlier for earlier, later in itertools.pairwise(beats)) < 0.3
    assert len(beats) > 5
