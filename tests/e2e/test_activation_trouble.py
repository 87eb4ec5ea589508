"""Activation memory when things go wrong: killed, full, read-only, damaged, changed by others at the same time."""

import contextlib
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import apsw
import pytest

from memos_adapters.files import BlobFiles
from memos_core import Activation, LocalModelRuntime, MemCube, MemoryOS, Vault
from memos_core.errors import (
    Conflict,
    DiskFull,
    ForeignActivation,
    InvalidInput,
    ReadOnlyStore,
    StoreError,
    UnknownCube,
    UnknownVersion,
)
from memos_core.testing.local_model import WordModel

ASKED = [{"role": "user", "content": "What do I eat?"}]
SECRET = "7391-zebra"


def heard(prompt: str) -> str:
    """What the model attends to, as its reply."""
    return prompt.replace("\n", "/")


def opened(folder: Path, **options: Any) -> MemoryOS:
    runtime = LocalModelRuntime(WordModel(heard))
    return MemoryOS.open(f"sqlite:///{folder}/m.db", **{"embedder": None, "local_model": runtime, **options})


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with opened(tmp_path) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    vault = memory.vault("alice")
    vault.remember(["I no longer eat meat.", f"The code is {SECRET} they say."], speaker="Alice")
    return vault


def blobs(folder: Path) -> list[Path]:
    """Every file of activation memory, finished or not."""
    return sorted(path for path in (folder / "m.db.files" / "blobs").rglob("*") if path.is_file())


def holding(folder: Path, text: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes()]


def settled_blobs(memory: MemoryOS, folder: Path) -> list[Path]:
    memory.settle(timeout=60)
    return blobs(folder)


# ── killed ──

KILLED = """
import os, signal, sys
from memos_adapters.files import BlobFiles
from memos_core import LocalModelRuntime, MemoryOS
from memos_core.testing.local_model import WordModel

url, moment = sys.argv[1:]
put = BlobFiles.put

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def putting(self, chunks):
    def torn():
        for chunk in chunks:
            yield chunk * (1 if moment == "after the file" else 9999)
            if moment == "within the file":
                die()
    row = put(self, torn())
    if moment == "after the file":
        die()
    return row

if moment != "after the row":
    BlobFiles.put = putting
with MemoryOS.open(url, embedder=None, worker=False, local_model=LocalModelRuntime(WordModel())) as memory:
    vault = memory.vault("alice")
    print(vault.transform(list(vault.cubes())).id, flush=True)
    die()
"""


def killed(folder: Path, moment: str) -> str:
    """Transform in a process that dies at a moment; the handle that was acknowledged, if any."""
    command = [sys.executable, "-c", KILLED, f"sqlite:///{folder}/m.db", moment]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("moment", ["within the file", "after the file"])
def test_killed_before_the_row(memory: MemoryOS, vault: Vault, tmp_path: Path, moment: str) -> None:
    assert killed(tmp_path, moment) == ""
    (left,) = blobs(tmp_path)
    assert SECRET.encode() in left.read_bytes()
    assert vault.activations() == [] and memory.doctor() == []
    vault.erase(list(vault.cubes())[1].id)
    assert holding(tmp_path, SECRET) == []
    assert blobs(tmp_path) == []
    fresh = vault.transform(list(vault.cubes()))
    assert vault.attach(fresh).generate(ASKED).cache_read > 0


def test_killed_after_the_row(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    handle = killed(tmp_path, "after the row")
    assert vault.attach(handle).generate(ASKED).cache_read > 0
    vault.erase(list(vault.cubes())[1].id)
    assert holding(tmp_path, SECRET) == [] and blobs(tmp_path) == []
    answer = vault.attach(handle).generate(ASKED)
    assert answer.cache_read == 0 and SECRET not in answer.text


LIVING = """
import json, random, sys
from memos_core import LocalModelRuntime, MemoryOS
from memos_core.testing.local_model import WordModel

url, seed = sys.argv[1:]
chance = random.Random(int(seed))

def told(**said):
    print(json.dumps(said), flush=True)

with MemoryOS.open(url, embedder=None, local_model=LocalModelRuntime(WordModel())) as memory:
    vault = memory.vault("alice")
    for n in range(10_000):
        word = f"unq{seed}x{n}x"
        cube = vault.remember(f"{word} was said")
        told(made=vault.transform([cube]).id, word=word)
        if chance.random() < 0.5:
            vault.revise(cube.id, f"{word} was put right")
            told(stale=cube.id)
        if chance.random() < 0.5:
            vault.erase(cube.id)
            told(erased=word)
"""


def test_killed_at_any_moment(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    chance, handles, erased = random.Random(7), dict[str, str](), set[str]()
    for lap in range(4):
        command = [sys.executable, "-c", LIVING, f"sqlite:///{tmp_path}/m.db", str(lap)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            first = child.stdout.readline()
            time.sleep(chance.uniform(0.05, 0.4))
            child.kill()
            lines = [json.loads(line) for line in (first, *child.stdout) if line.endswith("\n")]
        handles |= {line["word"]: line["made"] for line in lines if "made" in line}
        erased |= {line["erased"] for line in lines if "erased" in line}
        vault.erase(vault.remember("let a scrub run").id)
        memory.settle(timeout=60)
        assert memory.doctor() == []
        assert not [word for word in erased if holding(tmp_path, word)], "what was erased is in a file again"
        held = {one.payload.blob for one in vault.activations() if isinstance(one.payload, Activation)}
        assert {path.name for path in blobs(tmp_path)} == held - {""}, "every file belongs to somebody"
    told = {cube.id for cube in vault.activations()}
    said = {cube.text.split(" ")[0] for cube in vault.cubes()}
    assert {handle for word, handle in handles.items() if word in said} <= told
    assert erased and handles


# ── files that nobody refers to ──


def test_a_scrub_between_the_file_and_the_row(
    memory: MemoryOS, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, other = BlobFiles.put, vault.remember("to be erased")
    times: list[int] = []

    def interrupted(self: BlobFiles, chunks: Any) -> Any:
        row = put(self, chunks)
        times.append(1)
        if len(times) == 1:
            vault.erase(other.id)
            assert blobs(tmp_path) == []
        return row

    cubes = list(vault.cubes())[:2]
    monkeypatch.setattr(BlobFiles, "put", interrupted)
    cube = vault.transform(cubes)
    assert len(times) == 2, "written again"
    assert vault.attach(cube).generate(ASKED).cache_read > 0
    assert memory.doctor() == []


def test_a_scrub_leaves_a_file_that_is_being_written(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    files = memory._runtime.engine.blobs
    inside, go = threading.Event(), threading.Event()

    def slow() -> Iterator[bytes]:
        yield b"first half, "
        inside.set()
        assert go.wait(30)
        yield b"second half"

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(files.put, slow())
        assert inside.wait(30)
        vault.erase(vault.remember("to be erased").id)
        go.set()
        row = writing.result(30)
    assert files.path(row.digest, verify=True).read_bytes() == b"first half, second half"


def test_a_changed_source_takes_its_file_with_it(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cubes = list(vault.cubes())
    vault.transform(cubes)
    assert len(settled_blobs(memory, tmp_path)) == 1
    vault.revise(cubes[0].id, "I eat fish.")
    assert settled_blobs(memory, tmp_path) == []
    vault.transform(list(vault.cubes()))
    vault.forget(cubes[0].id)
    assert settled_blobs(memory, tmp_path) == []


def test_a_conflict_leaves_no_file(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cubes = list(vault.cubes())
    dump = memory.local_model.dump

    def meanwhile(*given: Any) -> Any:
        vault.revise(cubes[0].id, "I eat fish.")
        return dump(*given)

    memory.local_model.dump = meanwhile  # type: ignore[method-assign, assignment]
    with pytest.raises(Conflict, match="no longer"):
        vault.transform(cubes)
    assert blobs(tmp_path) == [] and vault.activations() == []


# ── no room, no permission ──


def test_no_room_for_the_file(memory: MemoryOS, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cubes = list(vault.cubes())
    with monkeypatch.context() as patched:
        patched.setattr("memos_adapters.files.os.fsync", _no_room)
        with pytest.raises(DiskFull):
            vault.transform(cubes)
    assert blobs(tmp_path) == [] and vault.activations() == [] and memory.doctor() == []
    assert vault.attach(vault.transform(cubes)).generate(ASKED).cache_read > 0


def _no_room(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_no_room_for_the_row(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    long = vault.remember(" ".join(f"word{n}" for n in range(3000)))
    memory.settle(timeout=60)
    writer: apsw.Connection = memory._runtime.records._writer  # type: ignore[attr-defined]
    pages = int(str(writer.execute("PRAGMA page_count").fetchall()[0][0]))
    writer.execute(f"PRAGMA max_page_count={pages}").fetchall()
    with pytest.raises(DiskFull):
        vault.transform(long)
    assert blobs(tmp_path) == [] and vault.activations() == []
    writer.execute("PRAGMA max_page_count=100000").fetchall()
    assert vault.attach(vault.transform(long)).generate(ASKED).cache_read > 3000


def test_a_disk_that_is_full(tmp_path: Path) -> None:
    with mounted("-t", "tmpfs", "-o", "size=6m", "tmpfs", at=tmp_path), opened(tmp_path, worker=False) as memory:
        vault, kept, ballast = memory.vault("alice"), list[MemCube](), tmp_path / "ballast"
        ballast.write_bytes(bytes(3_000_000))
        with pytest.raises(DiskFull):
            for n in range(1000):
                kept.append(vault.transform(vault.remember(f"{n} " + "padding " * 4000)))
        assert kept and vault.activations() == kept
        assert len(blobs(tmp_path)) == len(kept)
        ballast.unlink()
        vault.erase(kept.pop(0).id)
        assert len(blobs(tmp_path)) == len(kept)
        assert all(vault.attach(one).generate(ASKED).cache_read > 4000 for one in kept)
        assert memory.doctor() == []


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


def test_a_store_that_cannot_be_written(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cubes = list(vault.cubes())
    cube = vault.transform(cubes)
    memory._runtime.records._writer.execute("PRAGMA query_only=ON")  # type: ignore[attr-defined]
    with pytest.raises(ReadOnlyStore):
        vault.transform(cubes[:1])
    assert len(blobs(tmp_path)) == 1
    assert vault.attach(cube).generate(ASKED).cache_read > 0, "what is there can be read"
    assert vault.transform(cubes) == cube, "and need not be written"


def test_a_model_that_changes_meanwhile(vault: Vault, tmp_path: Path) -> None:
    model = vault._local_model()._engine
    assert isinstance(model, WordModel)
    real = model.prefill

    def with_another_adapter(*given: Any) -> Any:
        model.fingerprint = replace(model.fingerprint, adapters=("another",))
        return real(*given)

    model.prefill = with_another_adapter  # type: ignore[method-assign, assignment]
    with pytest.raises(ForeignActivation, match="adapters"):
        vault.transform(list(vault.cubes()))
    assert vault.activations() == [] and blobs(tmp_path) == []


def test_a_folder_that_cannot_be_written(vault: Vault, tmp_path: Path) -> None:
    (tmp_path / "m.db.files").mkdir(exist_ok=True)
    (tmp_path / "m.db.files" / "blobs").write_text("in the way")
    with pytest.raises(StoreError, match="blobs"):
        vault.transform(list(vault.cubes()))
    assert vault.activations() == []


# ── damage ──


@pytest.mark.parametrize("damage", ["gone", "cut", "changed"])
def test_the_doctor_names_damaged_files_with_the_cure(
    memory: MemoryOS, vault: Vault, tmp_path: Path, damage: str
) -> None:
    cubes = list(vault.cubes())
    cube, other = vault.transform(cubes), vault.transform(cubes[:1])
    assert memory.doctor() == []
    assert isinstance(cube.payload, Activation)
    path = memory._runtime.engine.blobs.path(cube.payload.blob)
    whole = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(whole[:-9] if damage == "cut" else whole.replace(SECRET.encode(), b"7391-zobra"))
    (problem,) = memory.doctor()
    assert cube.id in problem and "'alice'" in problem and "transform" in problem
    assert ("gone" in problem) == (damage == "gone")
    assert other.id not in problem
    mended = vault.transform(cubes)
    assert mended.id == cube.id
    assert memory.doctor() == []
    assert vault.attach(cube.id).generate(ASKED).cache_read > 0
    assert len(settled_blobs(memory, tmp_path)) == 2, "nothing is left of the damaged one"


def test_a_file_that_goes_after_it_was_attached(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    kv = vault.attach(vault.transform(list(vault.cubes())))
    (path,) = blobs(tmp_path)
    path.unlink()
    answer = kv.generate(ASKED)
    assert answer.cache_read == 0 and answer.note
    assert "no longer eat meat" in answer.text


# ── a template that puts something before the memory ──


def test_tools_that_stand_before_the_memory(vault: Vault) -> None:
    vault.remember(" ".join(f"word{n}" for n in range(100)))
    kv = vault.attach(vault.transform(list(vault.cubes())))
    tools = [{"name": "look_up", "description": "finds a number"}]
    answers = [kv.generate(ASKED, tools=tools) for _ in range(4)]
    assert {one.text for one in answers} == {answers[0].text}
    assert "look_up" in answers[0].text and "no longer eat meat" in answers[0].text
    assert all("tools" in one.note for one in answers), "it is said why the file was not read"
    assert answers[0].cache_read == 0 and answers[-1].cache_read > 100, "what was computed twice is kept"
    plain = kv.generate(ASKED)
    assert plain.cache_read > 100 and plain.note == ""


# ── several at once ──


def test_the_same_memories_are_transformed_by_many_at_once(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cubes = list(vault.cubes())
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: vault.transform(cubes), range(16)))
    assert len({one.id for one in made}) == 1
    assert vault.activations() == [made[0]] == [made[-1]]
    assert len(settled_blobs(memory, tmp_path)) == 1
    assert vault.attach(made[0]).generate(ASKED).cache_read > 0
    assert memory.doctor() == []


def test_the_same_again_writes_nothing(vault: Vault, tmp_path: Path) -> None:
    cubes = list(vault.cubes())
    first = vault.transform(cubes)
    before = [(path, path.stat().st_mtime_ns) for path in blobs(tmp_path)]
    model = vault._local_model()._engine
    assert isinstance(model, WordModel)
    computed = model.computed
    assert vault.transform(cubes) == first
    assert model.computed == computed
    assert [(path, path.stat().st_mtime_ns) for path in blobs(tmp_path)] == before
    alone = vault.transform(cubes, self_contained=True)
    assert isinstance(alone.payload, Activation) and alone.payload.manifest
    assert alone.payload.manifest.self_contained, "what is to be used otherwise is written anew"


CHURN = """
import sys
from memos_core import LocalModelRuntime, MemoryOS
from memos_core.errors import Conflict, UnknownCube
from memos_core.testing.local_model import WordModel

url, rounds = sys.argv[1], int(sys.argv[2])
with MemoryOS.open(url, embedder=None, local_model=LocalModelRuntime(WordModel())) as memory:
    vault = memory.vault("alice")
    print("ready", flush=True)
    for n in range(rounds):
        meal, *others = vault.cubes()
        if n % 4 == 3 and others:
            vault.erase(others[-1].id)
            vault.remember(f"guest number {n}")
        else:
            vault.revise(meal.id, f"meal number {n}")
        try:
            vault.transform(list(vault.cubes()))
        except Conflict:
            pass
    print("done", flush=True)
"""


def test_another_process_changes_what_is_in_use(tmp_path: Path) -> None:
    with opened(tmp_path) as memory:
        vault = memory.vault("alice")
        vault.remember(["meal number -1", "guest number -1"])
        handles, read, noted, conflicts = {vault.transform(list(vault.cubes())).id}, 0, 0, 0
        command = [sys.executable, "-c", CHURN, f"sqlite:///{tmp_path}/m.db", "16"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout and child.stdout.readline() == "ready\n"
            while child.poll() is None:
                for handle in sorted(handles):
                    try:
                        kv = vault.attach(handle)
                        answer = kv.generate(ASKED)
                    except UnknownCube:
                        continue
                    assert kv.text.replace("\n", "/") in answer.text, "values and text are of one moment"
                    read += answer.cache_read > 0
                    noted += answer.note != ""
                try:
                    handles.add(vault.transform(list(vault.cubes())).id)
                except Conflict:
                    conflicts += 1
                handles.update(cube.id for cube in vault.activations()[-3:])
                handles = set(sorted(handles)[-8:])
            assert child.returncode == 0
        assert read and noted
        memory.settle(timeout=60)
        assert memory.doctor() == []
        last = vault.transform(list(vault.cubes()))
        assert vault.attach(last).generate(ASKED).cache_read > 0


def test_a_source_erased_elsewhere_is_not_served_here(tmp_path: Path) -> None:
    with opened(tmp_path) as ours, opened(tmp_path) as theirs:
        vault = ours.vault("alice")
        secret, other = vault.remember([f"The code is {SECRET}.", "I eat fish."])
        both, alone = vault.transform([secret, other]), vault.transform([secret])
        assert vault.attach(both).generate(ASKED).cache_read > 0, "in this process' memory, too"
        theirs.vault("alice").erase(secret.id)
        answer = vault.attach(both.id).generate(ASKED)
        assert SECRET not in answer.text and "I eat fish." in answer.text
        with pytest.raises(UnknownCube):
            vault.attach(alone)
        assert holding(tmp_path, SECRET) == []


# ── whose it is ──


def test_a_handle_serves_in_its_own_vault_and_store_only(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cubes = list(vault.cubes())
    cube = vault.transform(cubes)
    (tmp_path / "other").mkdir()
    with opened(tmp_path / "other") as elsewhere:
        stranger = elsewhere.vault("alice")
        stranger.remember("something else")
        for foreign in (memory.vault("bob"), memory.vault("nobody yet"), stranger):
            for use in (foreign.attach, foreign.sources, foreign.get, foreign.erase):
                with pytest.raises(UnknownCube):
                    use(cube.id)
            for given in (cubes, cubes[0]):
                with pytest.raises(UnknownCube, match=cubes[0].id):
                    foreign.transform(given)
        assert blobs(tmp_path / "other") == []
    assert "bob" not in memory.vaults()
    assert vault.attach(cube).generate(ASKED).cache_read > 0


def test_a_memory_of_another_vault_is_refused_before_anything_is_computed(memory: MemoryOS, vault: Vault) -> None:
    model = memory.local_model._engine
    assert isinstance(model, WordModel)
    with pytest.raises(UnknownCube):
        memory.vault("bob").transform(list(vault.cubes()))
    assert model.computed == 0


# ── a handle is no memory ──


def test_what_a_handle_is_not_for(vault: Vault) -> None:
    cubes = list(vault.cubes())
    cube = vault.transform(cubes)
    for use in (vault.history, vault.forget, vault.restore, lambda id: vault.revise(id, "x")):
        with pytest.raises(InvalidInput, match="activation memory"):
            use(cube.id)
    with pytest.raises(InvalidInput, match="already"):
        vault.transform(cube)
    with pytest.raises(UnknownVersion):
        vault.get(cube.id, version=2)
    assert vault.get(cube.id, version=1) == vault.get(cube.id) == cube
    assert vault.sources(cube) == tuple(sorted(one.id for one in cubes))
    with pytest.raises(UnknownCube):
        vault.transform("kv_x", to="plaintext")
    wrong: list[Any] = ["mem_x", 7, None, [None], vault.recall("eat").hits]
    for given in wrong:
        with pytest.raises(InvalidInput, match="transform takes"):
            vault.transform(given)
    for given in (None, 7, ["kv_x"]):
        with pytest.raises(InvalidInput):
            vault.attach(given)  # type: ignore[arg-type]
    alone: list[Any] = [cube.id, cube, None, 7]
    for given in alone:
        with pytest.raises(InvalidInput, match="two or more"):
            vault.compose(given)


def test_the_rest_of_the_vault_does_not_see_it(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cubes, log = list(vault.cubes()), vault.log()
    recalled = vault.recall("What is the code?").text
    cube = vault.transform(cubes)
    assert list(vault.cubes()) == cubes
    assert vault.log() == log
    assert vault.recall("What is the code?").text == recalled
    assert memory.vaults() == ["alice"]
    assert vault.stats().derived["activation"] == memory.stats().derived["activation"] == 1
    assert vault.stats().blobs == memory.stats().blobs == 1
    assert sum(vault.stats().cubes.values()) == 2
    assert isinstance(cube.payload, Activation)
    assert memory.stats().bytes > cube.payload.bytes


def test_an_export_holds_the_texts_and_nothing_computed(vault: Vault, tmp_path: Path) -> None:
    cube = vault.transform(list(vault.cubes()))
    assert vault.export(tmp_path / "out.jsonl") == 2
    said = (tmp_path / "out.jsonl").read_text(encoding="utf-8")
    assert cube.id not in said and "manifest" not in said
    assert all(one.text in said for one in vault.cubes())


def test_forgotten_and_restored(vault: Vault) -> None:
    cubes = list(vault.cubes())
    cube = vault.transform(cubes)
    vault.forget(cubes[1].id)
    assert SECRET not in vault.attach(cube).generate(ASKED).text
    with pytest.raises(Conflict, match=cubes[1].id):
        vault.transform(cubes)
    vault.restore(cubes[1].id)
    answer = vault.attach(cube).generate(ASKED)
    assert SECRET in answer.text and answer.cache_read == 0 and "transform it again" in answer.note
    again = vault.transform(list(vault.cubes()))
    assert again.id == cube.id, "the same text has the same handle"
    assert vault.attach(cube.id).generate(ASKED).cache_read > 0


def test_erased_and_made_again(vault: Vault) -> None:
    cubes = list(vault.cubes())
    handle = vault.transform(cubes).id
    vault.erase(handle)
    assert list(vault.cubes()) == cubes, "the memories stay"
    again = vault.transform(cubes)
    assert again.id == handle
    assert [vault.attach(again).generate(ASKED).cache_read > 0 for _ in range(3)] == [True] * 3


def test_something_else_than_a_runtime(tmp_path: Path) -> None:
    engine: Any = WordModel()
    with pytest.raises(InvalidInput, match="LocalModelRuntime"):
        opened(tmp_path, local_model=engine)
    assert list(tmp_path.iterdir()) == []
    model: Any = object()
    with pytest.raises(InvalidInput, match="TransformersEngine"):
        LocalModelRuntime(model)


def test_what_is_printed_of_a_cube_is_short(vault: Vault) -> None:
    long = vault.transform(vault.remember(" ".join(f"word{n}" for n in range(500))))
    assert isinstance(long.payload, Activation) and long.payload.manifest
    assert str(long.payload.manifest.tokens[7]) not in repr(long)
    assert len(repr(long.payload.manifest)) < 1000
