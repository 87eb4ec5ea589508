"""After ``erase`` no file of the store holds anything of the memory: text, names, words as hashes, vectors."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import apsw
import numpy as np
import pytest

from memos_adapters.segments import SegmentIndex
from memos_adapters.segments.dense import quantized
from memos_adapters.sqlite import cleaning
from memos_core import MemCube, MemoryOS, Turn, Vault
from memos_core.errors import Erased
from memos_core.operation.formation.passages import split
from memos_core.operation.recall.analysis import terms
from memos_core.testing.fakes import HashEmbedder

EMBEDDER = HashEmbedder()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


def opened(folder: Path, *, worker: bool = False) -> MemoryOS:
    return MemoryOS.open(f"sqlite:///{folder}/memory.db", embedder=EMBEDDER, worker=worker, count_tokens=len)


@pytest.fixture
def memory(folder: Path) -> Iterator[MemoryOS]:
    with opened(folder) as memory:
        yield memory


@pytest.fixture(params=[True, False], ids=["sealed", "unsealed"])
def sealing(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 8 if request.param else 10**9)
    return bool(request.param)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def whereabouts(folder: Path, trace: bytes) -> list[str]:
    """Files that hold ``trace``."""
    return [name for name, data in contents(folder).items() if trace in data]


def secret(n: int) -> str:
    """A word of its own for memory ``n``, whose analysed form is the word itself."""
    return f"zq{n:05d}jx"


def secret_turn(n: int, words: int = 5) -> Turn:
    """A memory whose every field holds something that stands nowhere else."""
    word = secret(n)
    filler = " ".join(f"{word}w{i}" for i in range(words))
    return Turn(
        text=f'He "said" {word}: Grüße\n{filler}',
        speaker=f"Speaker{word}",
        session=f"session/{word}",
        kind=f"kind-{word}",
        source=f"source-{word}",
        metadata={f"key {word}": f"value {word}", "list": [f"item {word}"]},
    )


def traces(cube: MemCube) -> list[bytes]:
    """Byte strings that betray a memory of ``secret_turn``: its word, and its passages as the store codes them.

    The word is part of every field and survives any escaping.
    """
    passages = [cube.text[start:stop] for start, stop in split(cube.text)]
    vectors = EMBEDDER.embed(passages).astype("<f2")
    codes, _ = quantized(vectors.astype(np.float32))
    return [
        secret_word(cube),
        *(terms(passage) for passage in passages),
        *(vector.tobytes() for vector in vectors),
        *(row.tobytes() for row in codes),
    ]


def assert_gone(folder: Path, *cubes: MemCube) -> None:
    data = contents(folder)
    left = [(trace, name) for cube in cubes for trace in traces(cube) for name in data if trace in data[name]]
    assert left == []


def single_hashes(cube: MemCube) -> list[bytes]:
    """The hashed words of a memory one by one: in a segment's vocabulary they stand in order of size."""
    word = secret_word(cube).decode()
    return [np.uint32(term).tobytes() for term in np.frombuffer(terms(f"{word} {word}w0 Speaker{word}"), "<u4")]


def secret_word(cube: MemCube) -> bytes:
    return cube.header.speaker.removeprefix("Speaker").encode()


# ── the test can see ──


def test_the_traces_are_there_before(memory: MemoryOS, folder: Path, sealing: bool) -> None:
    vault = memory.vault("ours")
    cubes = vault.remember([secret_turn(n) for n in range(20)], reason=f"because {secret(0)}")
    memory.settle()
    for cube in cubes:
        word, *derived = traces(cube)
        assert whereabouts(folder, word)
        missing = [trace for trace in derived if not whereabouts(folder, trace)]
        assert len(missing) == (0 if sealing else 1), "only segments hold vectors in short form"
    in_segments = {name for cube in cubes for trace in single_hashes(cube) for name in whereabouts(folder, trace)}
    assert any(name.endswith(".seg") for name in in_segments) == sealing


# ── what is gone ──


@pytest.mark.parametrize("words", [1, 40, 4000], ids=["short", "middling", "overflow pages"])
def test_nothing_is_left(memory: MemoryOS, folder: Path, sealing: bool, words: int) -> None:
    vault = memory.vault("ours")
    kept = vault.remember([secret_turn(n, 5) for n in range(100, 120)])
    gone = vault.remember([secret_turn(n, words) for n in range(10)], reason=f"because {secret(3)}")
    memory.settle()
    vault.revise(gone[0].id, f"{secret(0)}r was better", reason=f"reason {secret(0)}")
    vault.forget(gone[1].id, reason=f"reason {secret(1)}")
    memory.settle()
    vault.erase([cube.id for cube in gone])
    assert_gone(folder, *gone)
    for cube in gone:
        with pytest.raises(Erased):
            vault.get(cube.id)
    assert [vault.get(cube.id) for cube in kept] == kept
    assert [hit.cube.id for hit in vault.recall(secret(101), limit=1)] == [kept[1].id]
    assert memory.doctor() == []


def test_no_hash_of_a_single_word_is_left(memory: MemoryOS, folder: Path, sealing: bool) -> None:
    vault = memory.vault("ours")
    vault.remember([secret_turn(n) for n in range(100, 120)])
    gone = vault.remember(secret_turn(1))
    memory.settle()
    hashes = single_hashes(gone)
    assert all(whereabouts(folder, trace) for trace in hashes)
    vault.erase(gone.id)
    assert [whereabouts(folder, trace) for trace in hashes] == [[]] * len(hashes)


def test_what_another_memory_says_too_stays(memory: MemoryOS, folder: Path, sealing: bool) -> None:
    vault = memory.vault("ours")
    first, second = vault.remember([Turn(text="the same words", speaker="Ann", session="s") for _ in range(2)])
    vault.remember([secret_turn(n) for n in range(100, 120)])
    memory.settle()
    vault.erase(first.id)
    assert vault.get(second.id) == second
    assert [hit.cube.id for hit in vault.recall("same words", speakers=["Ann"])] == [second.id]


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_is_left_after_pages_were_split_and_merged(
    folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """SQLite alone leaves copies in the free space of pages here: see ``memos_adapters.sqlite.cleaning``."""
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 500)
    chance = random.Random(seed)
    with opened(folder) as memory:
        vaults = [memory.vault(f"vault {n}") for n in range(3)]
        held = [(vault, cube) for vault, cube in grown(vaults, chance, 2400)]
        for vault, cube in chance.sample(held, 300):
            vault.revise(cube.id, f"{cube.text} {'and more ' * chance.randrange(60)}")
        memory.settle()
        chance.shuffle(held)
        for lap in range(6):
            part, held = held[:200], held[200:]
            for vault in vaults:
                vault.erase([cube.id for of, cube in part if of is vault])
            words = {secret_word(cube) for _, cube in part}
            assert not words & found_words(folder)
            if lap % 2:
                grown(vaults, chance, 60, first=10_000 + 100 * lap)
        assert memory.doctor() == []


def grown(vaults: list[Vault], chance: random.Random, count: int, first: int = 0) -> list[tuple[Vault, MemCube]]:
    """Memories of very different lengths, in turns of twenty to random vaults."""
    held = []
    for lo in range(first, first + count, 20):
        vault = chance.choice(vaults)
        sizes = [chance.choice([1, 3, 10, 40]) if chance.random() < 0.98 else 1500 for _ in range(20)]
        cubes = vault.remember([secret_turn(lo + n, size) for n, size in enumerate(sizes)])
        held += [(vault, cube) for cube in cubes]
    return held


def found_words(folder: Path) -> set[bytes]:
    """The secrets found in any file."""
    found = set()
    for data in contents(folder).values():
        place = data.find(b"zq")
        while place >= 0:
            found.add(data[place : place + len(secret(0))])
            place = data.find(b"zq", place + 1)
    return found


def test_erased_bytes_do_not_return_with_later_writes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages that a connection has cached could bring back what was blanked in the file."""
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 50)
    chance = random.Random(3)
    with opened(folder) as memory, opened(folder) as second:
        held = grown([memory.vault("a"), memory.vault("b"), second.vault("b"), second.vault("c")], chance, 800)
        memory.settle()
        chance.shuffle(held)
        for vault, cube in held[:400]:
            vault.erase(cube.id) if chance.random() < 0.2 else vault.revise(cube.id, f"{cube.text} again")
        erased = [cube for vault, cube in held[:400] if is_erased(vault, cube)]
        for number, (vault, cube) in enumerate(held[400:600]):
            (memory if number % 2 else second).vault(vault.name).revise(cube.id, f"new {number}")
        assert not {secret_word(cube) for cube in erased} & found_words(folder)


def is_erased(vault: Vault, cube: MemCube) -> bool:
    try:
        vault.get(cube.id)
    except Erased:
        return True
    return False


def test_jobs_in_between_bring_nothing_back(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 16)
    with opened(folder, worker=True) as memory:
        vault = memory.vault("ours")
        gone: list[MemCube] = []
        for lap in range(12):
            cubes = vault.remember([secret_turn(20 * lap + n, 30) for n in range(20)])
            vault.erase([cube.id for cube in cubes[::3]])
            gone += cubes[::3]
        memory.settle()
        assert_gone(folder, *gone)
        assert memory.doctor() == []


class Complaining(HashEmbedder):
    """Refuses everything and quotes it."""

    def embed(self, texts):
        raise ValueError(f"cannot embed {texts}")


def test_complaints_of_a_model_are_forgotten_as_well(folder: Path) -> None:
    url = f"sqlite:///{folder}/memory.db"
    with MemoryOS.open(url, embedder=Complaining(), worker=False, count_tokens=len) as memory:
        vault = memory.vault("ours")
        cube = vault.remember(secret_turn(1))
        memory._runtime.scheduler.run_one()
        assert whereabouts(folder, b"cannot embed")
        vault.erase(cube.id)
        assert_gone(folder, cube)


# ── readers in the way ──

READER = """
import sys, apsw
connection = apsw.Connection(sys.argv[1])
connection.execute("BEGIN")
print(connection.execute("SELECT count(*) FROM version").fetchall()[0][0], flush=True)
sys.stdin.readline()
connection.execute("COMMIT")
print("done", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def reader(memory: MemoryOS, folder: Path) -> Iterator[Callable[[], subprocess.Popen[str]]]:
    started = []

    def start() -> "subprocess.Popen[str]":
        program = [sys.executable, "-c", READER, str(folder / "memory.db")]
        process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout
        assert int(process.stdout.readline()) > 0
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_reader_elsewhere_delays_it(
    memory: MemoryOS, folder: Path, reader: Callable[[], "subprocess.Popen[str]"]
) -> None:
    vault = memory.vault("ours")
    gone = vault.remember(secret_turn(1))
    memory.settle()
    process = reader()
    start = time.monotonic()
    vault.erase(gone.id)
    vault.remember("life goes on")
    assert time.monotonic() - start < 10, "a reader must not hold up the one who erases"
    with pytest.raises(Erased):
        vault.get(gone.id)
    assert vault.recall(secret(1)).text.count(secret(1)) == 0
    with pytest.raises(TimeoutError):
        memory.settle(timeout=3)
    assert process.stdin and process.stdout
    process.stdin.write("\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"
    memory.settle(timeout=30)
    assert_gone(folder, gone)
    assert memory.doctor() == []


def test_the_worker_finishes_when_the_reader_has_ended(
    folder: Path, memory: MemoryOS, reader: Callable[[], "subprocess.Popen[str]"]
) -> None:
    with opened(folder, worker=True) as working:
        vault = working.vault("ours")
        gone = vault.remember(secret_turn(1))
        working.settle()
        process = reader()
        vault.erase(gone.id)
        process.kill()
        deadline = time.monotonic() + 30
        while whereabouts(folder, secret(1).encode()) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert_gone(folder, gone)


# ── why it is so ──


def test_without_blanking_pages_copies_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Should this fail one day, SQLite has learnt to do it by itself, and ``cleaning`` can go."""
    monkeypatch.setattr(cleaning, "cleaned", lambda page, offset: page)
    monkeypatch.setattr(SegmentIndex, "SEALED_AT", 10**9)
    left = set()
    for seed in range(4):
        chance = random.Random(seed)
        place = folder / str(seed)
        with opened(place) as memory:
            vaults = [memory.vault(f"vault {n}") for n in range(3)]
            held = grown(vaults, chance, 2000)
            chance.shuffle(held)
            for lo in range(0, 1500, 100):
                part = held[lo : lo + 100]
                for vault in vaults:
                    vault.erase([cube.id for of, cube in part if of is vault])
                left |= {secret_word(cube) for _, cube in held[: lo + 100]} & found_words(place)
        if left:
            return
    pytest.fail("no copy was left: are the pages blanked elsewhere?")


def test_the_engine_overwrites_what_it_deletes(folder: Path, memory: MemoryOS) -> None:
    memory.vault("ours").remember("x")
    with memory._runtime.records.read() as transaction:
        assert transaction is not None
    writer: apsw.Connection = memory._runtime.records._writer  # type: ignore[attr-defined]
    assert writer.execute("PRAGMA secure_delete").fetchall() == [(1,)]
