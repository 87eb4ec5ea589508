"""Stores that are damaged, read-only or out of room, models that fail, workers that die."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import apsw
import numpy as np
import pytest

from memos_adapters.segments import SegmentIndex
from memos_core import MemoryOS, Turn, Vault
from memos_core.domain.record import BlobRow, DerivedRow
from memos_core.errors import CorruptStore, DiskFull, FutureFormat, ReadOnlyStore, WorkFailed
from memos_core.operation import scheduler
from memos_core.operation.upkeep import embed
from memos_core.operation.work import EMBED, LeaseLost
from memos_core.ports import Embedder, Transaction
from memos_core.testing.fakes import FrozenClock, HashEmbedder

WORDS = [
    *("amber", "birch", "cedar", "daisy", "elder", "fern", "ginger", "hazel"),
    *("iris", "juniper", "kelp", "laurel", "maple", "nettle", "olive", "poppy"),
]
QUESTIONS = ("birch cedar", "where is the olive?", "juniper")


def opened(folder: Path, embedder: Embedder | None = None, **options: Any) -> MemoryOS:
    options = {"worker": False, "count_tokens": len} | options
    return MemoryOS.open(f"sqlite:///{folder}/memory.db", embedder=embedder, **options)


def turns(count: int, session: str = "s") -> list[Turn]:
    return [
        Turn(text=f"{WORDS[n % 16]} {WORDS[n // 2 % 16]} {WORDS[n // 3 % 16]} {n}", speaker="Ann", session=session)
        for n in range(count)
    ]


def answers(vault: Vault) -> list[list[tuple[str, float]]]:
    return [[(hit.cube.id, hit.score) for hit in vault.recall(question, limit=10)] for question in QUESTIONS]


# ── segments ──


@pytest.fixture
def sealed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store with one segment and a tail."""
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 64)
    with opened(tmp_path, HashEmbedder()) as memory:
        memory.vault("ours").remember(turns(100))
        memory.settle()
        memory.vault("ours").remember(turns(10))
        memory.settle()
    return tmp_path


def segments(folder: Path) -> list[Path]:
    return sorted((folder / "memory.db.files" / "segments").glob("*.seg"))


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def empty(path: Path) -> None:
    os.truncate(path, 0)


def flip_header(path: Path) -> None:
    flip(path, 40)


def flip_middle(path: Path) -> None:
    flip(path, path.stat().st_size // 2)


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)


def replace_by_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize("damage", [cut, empty, flip_header, flip_middle, Path.unlink, replace_by_folder])
def test_a_damaged_segment_is_rebuilt_from_the_truth(sealed: Path, damage: Any) -> None:
    with opened(sealed, HashEmbedder()) as memory:
        before = answers(memory.vault("ours"))
    assert all(before)
    (segment,) = segments(sealed)
    damage(segment)
    with opened(sealed, HashEmbedder()) as memory:
        assert len(memory.doctor()) == 1
        assert answers(memory.vault("ours")) == before
        memory.vault("ours").remember(turns(70))
        memory.settle()
        assert memory.doctor() == []
        assert len(segments(sealed)) >= 1
    shutil.rmtree(segment, ignore_errors=True)


def test_all_derived_files_may_be_lost(sealed: Path) -> None:
    with opened(sealed, HashEmbedder()) as memory:
        before = answers(memory.vault("ours"))
    shutil.rmtree(sealed / "memory.db.files")
    with opened(sealed, HashEmbedder()) as memory:
        assert answers(memory.vault("ours")) == before


# ── the database ──


def test_a_damaged_database_is_reported(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        memory.vault("ours").remember(turns(2000))
    path = tmp_path / "memory.db"
    data = bytearray(path.read_bytes())
    for page in range(4, len(data) // 4096, 3):
        data[4096 * page : 4096 * page + 200] = os.urandom(200)
    path.write_bytes(data)
    with opened(tmp_path) as memory:
        assert "memory.db" in memory.doctor()[0]
        with pytest.raises(CorruptStore, match="restore it from an export or backup"):
            list(memory.vault("ours").cubes())
            memory.vault("ours").recall("birch")


def test_a_file_of_another_program(tmp_path: Path) -> None:
    (tmp_path / "memory.db").write_text("Dear diary, ..." * 1000)
    with pytest.raises(CorruptStore):
        opened(tmp_path)
    with contextlib.closing(apsw.Connection(str(tmp_path / "other.db"))) as connection:
        connection.execute("CREATE TABLE t (x)")
    shutil.copy(tmp_path / "other.db", tmp_path / "memory.db")
    with pytest.raises(CorruptStore, match="another program"):
        opened(tmp_path)


def test_a_store_of_a_newer_release(tmp_path: Path) -> None:
    opened(tmp_path).close()
    with contextlib.closing(apsw.Connection(str(tmp_path / "memory.db"))) as connection:
        connection.execute("PRAGMA user_version=7000")
    with pytest.raises(FutureFormat, match="pip install -U"):
        opened(tmp_path)


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "memory.db").mkdir()
    with pytest.raises(ReadOnlyStore):
        opened(tmp_path)


# ── blobs ──


def made_of(cube: str, row: BlobRow) -> DerivedRow:
    return DerivedRow(
        uid=f"kv_{row.digest[:8]}_{cube}",
        kind="scene",
        start=row.created_at,
        stop=row.created_at,
        made_at=row.created_at,
        rules="",
        sources=(cube,),
        body="{}",
        blob=row.digest,
    )


def add_blob(tx: Transaction, row: BlobRow, id: str) -> None:
    tx.blobs.add(row)
    tx.derived.put(1, [made_of(id, row)])


def test_blobs_that_are_gone_are_reported(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        engine = memory._runtime.engine
        cube = memory.vault("ours").remember("x")
        row = engine.blobs.put([b"kv"])
        engine.records.write(partial(add_blob, row=row, id=cube.id))
        assert memory.doctor() == []
        engine.blobs.path(row.digest).unlink()
        (problem,) = memory.doctor()
        assert row.digest[:12] in problem


def test_erasing_removes_the_blobs_of_a_memory(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        engine = memory._runtime.engine
        gone, kept = memory.vault("ours").remember(["x", "y"])
        own, shared = engine.blobs.put([b"own"]), engine.blobs.put([b"shared"])
        for row in (own, shared):
            engine.records.write(partial(add_blob, row=row, id=gone.id))
        engine.records.write(lambda tx: tx.derived.put(1, [made_of(kept.id, shared)]))
        memory.vault("ours").erase(gone.id)
        assert engine.blobs.digests() == {shared.digest}
        assert memory.doctor() == []


# ── read-only ──


@contextlib.contextmanager
def mounted(*arguments: str, at: Path) -> Iterator[None]:
    """Mount something, where the system lets us."""
    done = subprocess.run(["mount", *arguments, str(at)], check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"mounting is not permitted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(at)], check=True)


def test_a_read_only_file_system(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    with opened(source) as memory:
        memory.vault("ours").remember("x")
    with mounted("-o", "bind", str(source), at=target):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(target)], check=True)
        with pytest.raises(ReadOnlyStore):
            opened(target)
        with pytest.raises(ReadOnlyStore):
            opened(target / "deeper")
        with pytest.raises(ReadOnlyStore):
            MemoryOS.open(f"sqlite:///{target}/new.db", embedder=None)
    with opened(source) as memory:
        assert len(list(memory.vault("ours").cubes())) == 1


def test_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    """As when only the file is protected. Permission bits do not bind the superuser, so the engine refuses itself."""
    with opened(tmp_path) as memory:
        vault = memory.vault("ours")
        vault.remember("first")
        memory._runtime.records._writer.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]
        with pytest.raises(ReadOnlyStore, match="check the permissions"):
            vault.remember("second")
        assert [cube.text for cube in vault.cubes()] == ["first"]
        assert vault.recall("first")


# ── no room ──


def fill(vault: Vault) -> list[str]:
    """Remember until there is no room; the texts of what was acknowledged."""
    acknowledged: list[str] = []
    with pytest.raises(DiskFull):
        for n in range(100_000):
            text = f"number {n} " + "padding " * 200
            vault.remember(text, session=f"s{n}")
            acknowledged.append(text)
    assert acknowledged
    return acknowledged


def check_full(memory: MemoryOS, acknowledged: list[str]) -> None:
    vault = memory.vault("ours")
    assert [cube.text for cube in vault.cubes()] == acknowledged
    assert [entry.op for entry in vault.log(limit=10**6)] == ["remember"] * len(acknowledged)
    assert [hit.cube.text for hit in vault.recall("number 0 padding", limit=1)] != []
    assert vault.transcript("s0")[0].text == acknowledged[0]


def test_a_full_disk(tmp_path: Path) -> None:
    with mounted("-t", "tmpfs", "-o", "size=3m", "tmpfs", at=tmp_path):
        ballast = tmp_path / "ballast"
        ballast.write_bytes(bytes(500_000))
        with opened(tmp_path, HashEmbedder()) as memory:
            vault = memory.vault("ours")
            acknowledged = fill(vault)
            check_full(memory, acknowledged)
            for _ in range(3):
                with pytest.raises(DiskFull, match="nothing of this call was stored"):
                    vault.remember(["a " * 100_000, "b " * 100_000])
                with pytest.raises(DiskFull):
                    vault.revise(next(vault.cubes()).id, "c " * 300_000)
            check_full(memory, acknowledged)
            ballast.unlink()
            more = vault.remember("there is room again")
            assert [cube.text for cube in vault.cubes()] == [*acknowledged, more.text]
            assert memory._runtime.records.check() == []
        with opened(tmp_path) as memory:
            assert [cube.text for cube in memory.vault("ours").cubes()] == [*acknowledged, more.text]


def test_opening_on_a_full_disk(tmp_path: Path) -> None:
    with mounted("-t", "tmpfs", "-o", "size=1m", "tmpfs", at=tmp_path):
        ballast = tmp_path / "ballast"
        with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
            while file.write(bytes(4096)):
                pass
        with pytest.raises(DiskFull):
            opened(tmp_path)
        ballast.unlink()
        with opened(tmp_path) as memory:
            memory.vault("ours").remember("x")


def test_a_database_that_may_not_grow(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        vault = memory.vault("ours")
        vault.remember("before")
        writer: apsw.Connection = memory._runtime.records._writer  # type: ignore[attr-defined]
        pages = int(str(writer.execute("PRAGMA page_count").fetchall()[0][0]))
        writer.execute(f"PRAGMA max_page_count={pages + 20}").fetchall()
        acknowledged = fill(vault)
        assert [cube.text for cube in vault.cubes()] == ["before", *acknowledged]
        writer.execute("PRAGMA max_page_count=100000").fetchall()
        vault.remember("after")
        assert [cube.text for cube in vault.cubes()] == ["before", *acknowledged, "after"]
        assert memory.doctor() == []


def test_no_room_for_one_of_many_writers(tmp_path: Path) -> None:
    """A full disk undoes the whole group commit: nobody of the group may be told that theirs was stored."""
    with opened(tmp_path) as memory:
        vault = memory.vault("ours")
        vault.remember("before")
        writer: apsw.Connection = memory._runtime.records._writer  # type: ignore[attr-defined]
        pages = int(str(writer.execute("PRAGMA page_count").fetchall()[0][0]))
        writer.execute(f"PRAGMA max_page_count={pages + 60}").fetchall()
        stored, refused = [], []

        def work(number: int) -> None:
            for n in range(40):
                text = f"{number}.{n} " + "padding " * 200
                try:
                    vault.remember(text)
                    stored.append(text)
                except DiskFull:
                    refused.append(text)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert refused
        assert sorted(cube.text for cube in vault.cubes()) == sorted(["before", *stored])


LIMITED = """
import resource, sys
from memos_core import MemoryOS
from memos_core.domain.record import BlobRow
from memos_core.errors import StoreError
with MemoryOS.open(sys.argv[1], embedder=None, worker=False, count_tokens=len) as memory:
    vault = memory.vault("ours")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    stored = 0
    try:
        while True:
            vault.remember(f"number {stored} " + "padding " * 200)
            stored += 1
    except StoreError as error:
        print(type(error).__name__)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert len(list(vault.cubes())) == stored > 10
    vault.remember("works again")
    assert len(list(vault.cubes())) == stored + 1
    assert memory.doctor() == []
"""


def test_a_limit_on_the_size_of_files(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/memory.db"
    done = subprocess.run([sys.executable, "-c", LIMITED, url], check=False, capture_output=True, text=True)
    assert (done.stderr, done.stdout) == ("", "DiskFull\n")


def test_no_room_for_a_segment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 64)
    monkeypatch.setattr(scheduler, "FIRST_RETRY_S", 0.001)
    with opened(tmp_path, HashEmbedder()) as memory:
        vault = memory.vault("ours")
        vault.remember(turns(100))
        before = answers(vault)
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", no_room)
            with pytest.raises(WorkFailed, match="DiskFull"):
                memory.settle(timeout=60)
            assert segments(tmp_path) == []
        assert "given up" in memory.doctor()[0]
        assert all(answers(vault))
    with opened(tmp_path, HashEmbedder(), worker=True) as memory:
        memory.settle(timeout=60)
        assert len(segments(tmp_path)) == 1
        assert memory.doctor() == []
        assert len(before) == len(answers(memory.vault("ours")))


def no_room(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


# ── models ──


class Failing(HashEmbedder):
    """Fails as told while ``trouble`` is set."""

    def __init__(self, trouble: str = "") -> None:
        super().__init__()
        self.trouble = trouble

    def embed(self, texts: Sequence[str]) -> Any:
        vectors = super().embed(texts)
        match self.trouble:
            case "raises":
                raise RuntimeError("out of memory")
            case "nan":
                return vectors * np.nan
            case "infinite":
                return vectors / 0
            case "too few":
                return vectors[1:]
            case "too narrow":
                return vectors[:, 1:]
            case "flat":
                return vectors.reshape(-1)
            case "none":
                return None
            case "ragged":
                return [[1.0], [1.0, 2.0]]
            case "words":
                return "no vectors"
        return vectors


TROUBLES = ("raises", "nan", "infinite", "too few", "too narrow", "flat", "none", "ragged", "words")


@pytest.mark.filterwarnings("ignore:divide by zero:RuntimeWarning", "ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_an_embedder_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: str) -> None:
    monkeypatch.setattr(scheduler, "FIRST_RETRY_S", 0.001)
    embedder = Failing()
    with opened(tmp_path, embedder) as memory:
        vault = memory.vault("ours")
        vault.remember(turns(20))
        memory.settle()
        embedder.trouble = trouble
        recollection = vault.recall("a birch and something new")
        assert recollection.hits
        assert "found by words only" in "".join(recollection.notes)
        vault.remember("kelp and poppy")
        with pytest.raises(WorkFailed, match=r"embed after 5 tries: EmbeddingFailed: .*The memories are intact"):
            memory.settle(timeout=60)
        assert vault.recall("kelp poppy").hits[0].cube.text == "kelp and poppy"
        assert "embed was given up after 5 tries" in "".join(memory.doctor())
    with opened(tmp_path, Failing(), worker=True) as memory:
        memory.settle(timeout=60)
        assert memory.doctor() == []
        assert memory.stats().vectors == 21
        assert memory.vault("ours").recall("kelp poppy").notes == ()


def test_an_embedder_that_recovers_needs_no_reopening(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "FIRST_RETRY_S", 0.001)
    embedder = Failing("raises")
    with opened(tmp_path, embedder) as memory:
        memory.vault("ours").remember("one")
        with pytest.raises(WorkFailed):
            memory.settle(timeout=60)
        embedder.trouble = ""
        memory.vault("ours").remember("two")
        memory.settle(timeout=60)
        assert memory.doctor() == []
        assert memory.stats().vectors == 2


def test_recall_does_not_wait_for_an_embedder_that_fails(tmp_path: Path) -> None:
    with opened(tmp_path, Failing("raises"), worker=True) as memory:
        vault = memory.vault("ours")
        vault.remember("kelp and poppy")
        start = time.monotonic()
        for _ in range(3):
            assert vault.recall("kelp").hits
        assert time.monotonic() - start < 4


def test_another_embedder_on_an_existing_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 64)
    old, new = HashEmbedder(64, "old"), HashEmbedder(32, "new")
    with opened(tmp_path, old) as memory:
        memory.vault("ours").remember(turns(100))
        memory.settle()
        with_old = answers(memory.vault("ours"))
    with opened(tmp_path, new, retiring=[old]) as memory:
        vault = memory.vault("ours")
        assert answers(vault) == with_old, "the old vectors serve"
        assert vault.recall("birch").notes == ()
        vault.remember("mistletoe birch")
        assert vault.recall("mistletoe").hits[0].cube.text == "mistletoe birch"
        memory.settle()
        assert old.calls > 0 < new.calls
        calls = old.calls
        with_new = answers(vault)
        assert vault.recall("birch").notes == ()
        assert old.calls == calls, "once the new ones are complete, the old ones are gone"
        assert memory.stats().vectors == 101
        assert memory.doctor() == []
    with opened(tmp_path / "fresh", new) as memory:
        vault = memory.vault("ours")
        vault.remember(turns(100))
        vault.remember("mistletoe birch")
        memory.settle()
        assert [[score for _, score in answer] for answer in answers(vault)] == [
            [score for _, score in answer] for answer in with_new
        ]


def test_without_the_old_embedder_words_find_meanwhile(tmp_path: Path) -> None:
    with opened(tmp_path, HashEmbedder(64, "old")) as memory:
        memory.vault("ours").remember(turns(30))
        memory.settle()
    with opened(tmp_path, HashEmbedder(64, "new")) as memory:
        recollection = memory.vault("ours").recall("juniper")
        assert "juniper" in recollection.hits[0].text
        assert "dense" not in recollection.hits[0].why
        assert "not embedded yet" in recollection.notes[0]
        memory.settle()
        recollection = memory.vault("ours").recall("juniper")
        assert "dense" in recollection.hits[0].why
        assert recollection.notes == ()


def test_an_embedder_on_a_store_that_had_none(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        memory.vault("ours").remember(turns(30))
        memory.settle()
        assert memory.vault("ours").recall("juniper").notes == ("no embedder: found by words only",)
    with opened(tmp_path, HashEmbedder(), worker=True) as memory:
        memory.settle(timeout=60)
        assert memory.stats().vectors == 30
        assert "dense" in memory.vault("ours").recall("juniper").hits[0].why
    with opened(tmp_path) as memory:
        assert "juniper" in memory.vault("ours").recall("juniper").hits[0].text


# ── workers ──


def test_a_job_of_a_dead_process_is_taken_over(tmp_path: Path) -> None:
    read, write = os.pipe()

    class Stuck(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Any:
            os.write(write, b"x")
            time.sleep(60)

    child = os.fork()
    if child == 0:
        memory = opened(tmp_path, Stuck(), worker=True)
        memory.vault("ours").remember(turns(3))
        time.sleep(60)
        os._exit(0)
    os.read(read, 1)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with opened(tmp_path, HashEmbedder()) as memory:
        assert memory.stats().jobs["leased"] == 1
        memory.settle(timeout=20)
        assert memory.stats().vectors == 3


def test_a_worker_whose_lease_has_passed_stores_nothing(tmp_path: Path) -> None:
    clock = FrozenClock()
    inside, go = threading.Event(), threading.Event()

    class Slow(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Any:
            inside.set()
            go.wait(30)
            return -super().embed(texts)

    with opened(tmp_path, Slow(), clock=clock) as slow, opened(tmp_path, HashEmbedder(), clock=clock) as quick:
        slow.vault("ours").remember(turns(3))
        lagging = threading.Thread(target=slow._runtime.scheduler.run_one)
        lagging.start()
        assert inside.wait(30)
        assert not quick._runtime.scheduler.run_one([EMBED])
        clock.advance(timedelta(seconds=61))
        assert quick._runtime.scheduler.run_one([EMBED])
        with quick._runtime.records.read() as transaction:
            vectors = transaction.feed.vectors(1, HashEmbedder().fingerprint, 0, 3)[1]
        go.set()
        lagging.join(30)
        with quick._runtime.records.read() as transaction:
            after = transaction.feed.vectors(1, HashEmbedder().fingerprint, 0, 3)[1]
            assert transaction.jobs.dead() == []
        assert np.array_equal(vectors, after)


def test_a_stale_token_stores_nothing(tmp_path: Path) -> None:
    with opened(tmp_path, HashEmbedder()) as memory:
        memory.vault("ours").remember("x")
        place = memory._runtime.scheduler._place
        now = place.clock.now()
        stale = place.records.write(lambda tx: tx.jobs.claim("me", now, -1, [EMBED]))
        assert place.records.write(lambda tx: tx.jobs.claim("you", now, 60, [EMBED]))
        assert stale
        with pytest.raises(LeaseLost):
            embed(place, stale)
        assert memory.stats().vectors == 0


def test_closing_does_not_wait_for_a_long_queue(tmp_path: Path) -> None:
    class Slow(HashEmbedder):
        def embed(self, texts: Sequence[str]) -> Any:
            time.sleep(0.4)
            return super().embed(texts)

    memory = opened(tmp_path, Slow(), worker=True)
    memory.vault("ours").remember(turns(256 * 16))
    time.sleep(0.5)
    start = time.monotonic()
    memory.close()
    assert time.monotonic() - start < 3
    with opened(tmp_path, HashEmbedder()) as memory:
        memory.settle(timeout=60)
        assert memory.stats().vectors == 256 * 16
