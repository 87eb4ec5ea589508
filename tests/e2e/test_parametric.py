"""Parametric memory from a vault to a model and back: ordered, trained, used, stale, erased."""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from memos_core import LocalModelRuntime, MemCube, MemoryOS, Vault
from memos_core.domain.parametric import Bounds, Parametric, Recipe, TrainingState
from memos_core.errors import Conflict, Erased, InvalidInput, TrainingFailed, UnknownCube, UnknownVersion, WorkFailed
from memos_core.operation.scheduler import MAX_TRIES
from memos_core.testing.local_model import WordModel
from memos_core.testing.parametric import TaughtWords

LIVES = "What is the place of residence of Alice?"
WORKS = "What is the occupation of Alice?"


def asked(question: str) -> list[dict[str, str]]:
    return [{"role": "user", "content": question}]


class Bench:
    """A store with a model that can be taught, opened as often as wanted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.model = WordModel(lambda prompt: f"heard {prompt}".replace("\n", "/"))
        self.engine = TaughtWords(self.model)

    def open(self, **options: object) -> MemoryOS:
        given = {"embedder": None, "worker": False, "local_model": LocalModelRuntime(self.model, adapters=self.engine)}
        return MemoryOS.open(f"sqlite:///{self.folder}/m.db", **given | options)  # type: ignore[arg-type]

    def bytes_with(self, text: str) -> list[Path]:
        files = [one for one in self.folder.rglob("*") if one.is_file()]
        return [one for one in files if text.encode() in one.read_bytes()]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


@pytest.fixture
def memory(bench: Bench) -> Iterator[MemoryOS]:
    with bench.open() as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    vault = memory.vault("alice")
    vault.remember("I live in Leeds.", speaker="Alice", session="home")
    vault.remember("I work as a nurse.", speaker="Alice", session="work")
    return vault


def payload(cube: MemCube) -> Parametric:
    assert isinstance(cube.payload, Parametric)
    return cube.payload


def now(vault: Vault, cube: MemCube) -> Parametric:
    return payload(vault.get(cube.id))


def test_memories_are_known_by_heart(vault: Vault, memory: MemoryOS, bench: Bench) -> None:
    cubes = list(vault.cubes())
    ordered = vault.transform(cubes, to="parametric")
    assert payload(ordered).state is TrainingState.WAITING
    assert vault.stats().derived["parametric"] == 1
    before = vault.attach(ordered).generate(asked(LIVES))
    assert "I live in Leeds." in before.text and "not trained yet" in before.note
    vault.settle()
    trained = vault.get(ordered.id)
    assert payload(trained).usable and payload(trained).bytes > 0
    manifest = payload(trained).manifest
    assert manifest is not None and manifest.gate is not None and manifest.gate.passed
    assert [(one.id, one.version) for one in manifest.sources] == [(one.id, 1) for one in cubes]
    assert {(one.subject, one.relation, one.value) for one in payload(trained).facts} == {
        ("Alice", "place of residence", "Leeds"),
        ("Alice", "occupation", "nurse"),
    }
    attached = vault.attach(trained.id)
    answer = attached.generate(asked(LIVES))
    assert (answer.text, answer.note) == ("Leeds.", "")
    assert attached.text == trained.text == "\n".join(f"- {one}" for one in cubes)
    assert vault.attach(trained).generate(asked("Anything else?")).text.count("Leeds") == 0, "no word of it is sent"
    assert vault.adapters() == [trained]
    assert vault.sources(trained) == tuple(one.id for one in cubes)
    assert (memory.doctor(), bench.engine.running) == ([], 0)
    assert not list((bench.folder / "m.db.files" / "training").rglob("order.json")), "nothing of it is left"


def test_the_same_is_not_taught_twice(vault: Vault, bench: Bench) -> None:
    cubes = list(vault.cubes())
    first, again = (vault.transform(cubes, to="parametric") for _ in range(2))
    vault.settle()
    later = vault.transform(list(reversed(cubes)), to="parametric")
    vault.settle()
    assert first.id == again.id == later.id
    assert bench.engine.trained == [0, 1, 2]
    other = vault.transform(cubes, to="parametric", recipe=Recipe(rank=4))
    alone = vault.transform(cubes[0], to="parametric")
    assert len({first.id, other.id, alone.id}) == 3


def test_a_revised_source_is_served_as_text(vault: Vault, memory: MemoryOS, bench: Bench) -> None:
    cubes = list(vault.cubes())
    trained = vault.transform(cubes, to="parametric")
    vault.settle()
    blob = now(vault, trained).blob
    vault.revise(cubes[0].id, "I live in York.")
    stale = now(vault, trained)
    assert (stale.state, stale.facts, stale.blob) == (TrainingState.STALE, (), "")
    reply = vault.attach(trained.id).generate(asked(LIVES))
    assert "I live in York." in reply.text and "changed" in reply.note
    vault.settle()
    assert now(vault, trained).stale, "nobody asked for another one"
    assert not (bench.folder / "m.db.files" / "blobs" / blob[:2] / blob).exists()
    again = vault.transform([vault.get(one.id) for one in cubes], to="parametric")
    assert again.id == trained.id
    vault.settle()
    assert vault.attach(trained.id).generate(asked(LIVES)).text == "York."
    assert memory.doctor() == []


def test_a_forgotten_source_is_served_by_the_others(vault: Vault) -> None:
    cubes = list(vault.cubes())
    trained = vault.transform(cubes, to="parametric")
    vault.settle()
    vault.forget(cubes[0].id)
    attached = vault.attach(trained.id)
    assert "Leeds" not in attached.text and "nurse" in attached.text
    assert now(vault, trained).stale


def test_an_erased_source_is_trained_out(vault: Vault, bench: Bench, memory: MemoryOS) -> None:
    cubes = list(vault.cubes())
    both, alone = (vault.transform(one, to="parametric") for one in (cubes, cubes[0]))
    vault.settle()
    assert bench.bytes_with("Leeds")
    vault.erase(cubes[0].id)
    assert not bench.bytes_with("Leeds"), "before anything was trained again"
    assert now(vault, both).state is TrainingState.WAITING
    with pytest.raises(UnknownCube):
        vault.attach(alone.id)
    vault.settle()
    retrained = now(vault, both)
    assert retrained.usable
    assert [one.value for one in retrained.facts] == ["nurse"]
    assert vault.sources(both) == (cubes[1].id,)
    assert vault.attach(both.id).generate(asked(WORKS)).text == "nurse."
    assert "Leeds" not in vault.attach(both.id).generate(asked(LIVES)).text
    assert not bench.bytes_with("Leeds")
    assert memory.doctor() == []
    with pytest.raises(Erased):
        vault.get(cubes[0].id)


def test_an_erased_handle(vault: Vault, bench: Bench) -> None:
    cube = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    vault.attach(cube.id).generate(asked(LIVES))
    attached = vault.attach(cube.id)
    blob = now(vault, cube).blob
    vault.erase(cube.id)
    assert not (bench.folder / "m.db.files" / "blobs" / blob[:2] / blob).exists()
    assert vault.adapters() == []
    with pytest.raises(UnknownCube):
        vault.get(cube.id)
    assert "I live in Leeds." in attached.generate(asked(LIVES)).text, "one that was attached before falls back"
    assert len(list(vault.cubes())) == 2


@pytest.mark.parametrize(
    "change, left",
    [
        (lambda vault, cube: vault.revise(cube.id, "I live in York."), "York."),
        (lambda vault, cube: vault.erase(cube.id), ""),
        (lambda vault, cube: vault.forget(cube.id), ""),
    ],
    ids=["revised", "erased", "forgotten"],
)
def test_a_source_that_changes_while_it_is_trained(
    vault: Vault, bench: Bench, change: Callable[[Vault, MemCube], object], left: str
) -> None:
    first = next(iter(vault.cubes()))
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    changes = [change]

    def meanwhile(step: int) -> None:
        if step == 1 and changes:
            changes.pop()(vault, first)

    bench.engine.each = meanwhile
    vault.settle()
    assert now(vault, ordered).usable
    said = vault.attach(ordered.id).generate(asked(LIVES)).text
    assert said == left if left else "Leeds" not in said
    if change is not None and not left:
        assert [one.value for one in now(vault, ordered).facts] == ["nurse"]
    assert bench.engine.running == 0
    assert not list((bench.folder / "m.db.files" / "training").rglob("order.json"))


def test_a_handle_that_is_erased_while_it_is_trained(vault: Vault, bench: Bench) -> None:
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    bench.engine.each = lambda step: vault.erase(ordered.id) if step == 1 else None
    vault.settle()
    assert vault.adapters() == []
    assert not list((bench.folder / "m.db.files" / "blobs").glob("??/*"))


def test_a_refused_adapter_is_kept_with_its_report(vault: Vault, bench: Bench) -> None:
    bench.engine.recall = 0.4
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    refused = now(vault, ordered)
    assert refused.state is TrainingState.REJECTED and not refused.usable and refused.blob
    reply = vault.attach(ordered.id).generate(asked(LIVES))
    assert "I live in Leeds." in reply.text
    assert "0.400, the bound is 0.95" in reply.note
    assert vault.transform(list(vault.cubes()), to="parametric").id == ordered.id
    vault.settle()
    assert len(bench.engine.trained) == 3, "it would be refused again"
    milder = vault.transform(list(vault.cubes()), to="parametric", recipe=Recipe(bounds=Bounds(recall=0.3)))
    vault.settle()
    assert now(vault, milder).usable


def test_a_training_that_fails_is_tried_again_where_it_was(vault: Vault, bench: Bench) -> None:
    failures = [TrainingFailed("out of memory")]

    def fail_once(step: int) -> None:
        if step == 2 and failures:
            raise failures.pop()

    bench.engine.each = fail_once
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    trained = now(vault, ordered)
    assert trained.usable and trained.error == "" and len(trained.facts) == 2
    assert bench.engine.trained == [0, 1, 2]


def test_a_training_that_always_fails_is_given_up_and_tells_why(
    vault: Vault, bench: Bench, memory: MemoryOS, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("memos_core.operation.scheduler.FIRST_RETRY_S", 0.001)

    def fail(step: int) -> None:
        raise TrainingFailed("out of memory")

    bench.engine.each = fail
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    with pytest.raises(WorkFailed, match=rf"distil after {MAX_TRIES} tries: TrainingFailed: out of memory"):
        vault.settle()
    waiting = now(vault, ordered)
    assert (waiting.state, waiting.error) == (TrainingState.WAITING, "out of memory")
    assert any("distil was given up" in one for one in memory.doctor())
    assert "I live in Leeds." in vault.attach(ordered).generate(asked(LIVES)).text
    bench.engine.each = lambda step: None
    with bench.open(worker=True) as again:
        again.settle(timeout=60)
        assert now(again.vault("alice"), ordered).usable


def test_what_cannot_be_followed_is_not_tried_again(vault: Vault, bench: Bench) -> None:
    def refuse(step: int) -> None:
        raise InvalidInput("recipe.targets does not suit this model")

    bench.engine.each = refuse
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    failed = now(vault, ordered)
    assert (failed.state, failed.error) == (TrainingState.FAILED, "recipe.targets does not suit this model")
    assert "recipe.targets" in vault.attach(ordered).generate(asked(LIVES)).note
    bench.engine.each = lambda step: None
    assert vault.transform(list(vault.cubes()), to="parametric").id == ordered.id
    vault.settle()
    assert now(vault, ordered).usable


def test_one_that_fails_does_not_hold_up_the_others(vault: Vault, bench: Bench) -> None:
    cubes = list(vault.cubes())
    several = [vault.transform(one, to="parametric") for one in (cubes, cubes[0], cubes[1])]
    failures = [TrainingFailed("killed")]

    def fail_once(step: int) -> None:
        if failures:
            raise failures.pop()

    bench.engine.each = fail_once
    vault._runtime.scheduler.run_one(["distil"])
    assert sorted(now(vault, one).usable for one in several) == [False, True, True]
    vault.settle()
    assert all(now(vault, one).usable for one in several)


def test_a_store_that_is_closed_goes_on_where_it_was(vault: Vault, memory: MemoryOS, bench: Bench) -> None:
    ordered = vault.transform(list(vault.cubes()), to="parametric")

    def close(step: int) -> None:
        if step == 1:
            vault._runtime.scheduler._place.stopping.set()

    bench.engine.each = close
    assert vault._runtime.scheduler.run_one(["distil"])
    assert not now(vault, ordered).usable and bench.engine.trained == [0, 1]
    bench.engine.each = lambda step: None
    memory.close()
    with bench.open() as again:
        again.settle()
        assert now(again.vault("alice"), ordered).usable
    assert bench.engine.trained == [0, 1, 2]


def test_another_model_leaves_it_waiting(vault: Vault, memory: MemoryOS, bench: Bench, tmp_path: Path) -> None:
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    memory.close()
    other = WordModel(name="another")
    with bench.open(local_model=LocalModelRuntime(other, adapters=TaughtWords(other))) as another:
        another.settle()
        assert now(another.vault("alice"), ordered).state is TrainingState.WAITING
    with bench.open(local_model=LocalModelRuntime(WordModel())) as untaught:
        untaught.settle()
    with bench.open() as again:
        again.settle()
        assert now(again.vault("alice"), ordered).usable


def test_a_file_that_is_gone_or_damaged(vault: Vault, memory: MemoryOS, bench: Bench) -> None:
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    path = memory._runtime.engine.blobs.path(now(vault, ordered).blob)
    path.write_text("{}")
    assert "is damaged" in " ".join(memory.doctor())
    reply = vault.attach(ordered).generate(asked(LIVES))
    assert "I live in Leeds." in reply.text and reply.note
    path.unlink()
    assert "is gone" in " ".join(memory.doctor())
    assert "I live in Leeds." in vault.attach(ordered).generate(asked(LIVES)).text
    vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    assert vault.attach(ordered.id).generate(asked(LIVES)).text == "Leeds."
    assert memory.doctor() == []


def test_bad_input(vault: Vault, memory: MemoryOS, bench: Bench) -> None:
    idle = vault.remember("Hm, well, you know how it is.", speaker="Alice", session="idle")
    with pytest.raises(InvalidInput, match="nothing to learn.*profile"):
        vault.transform(idle, to="parametric")
    with pytest.raises(InvalidInput, match="nothing to transform"):
        vault.transform([], to="parametric")
    with pytest.raises(InvalidInput, match="recipe is a dict"):
        vault.transform(idle, to="parametric", recipe={"rank": 4})  # type: ignore[call-overload]
    first = next(iter(vault.cubes()))
    with pytest.raises(UnknownCube):
        memory.vault("bob").transform(first, to="parametric")
    ordered = vault.transform(first, to="parametric")
    with pytest.raises(UnknownVersion):
        vault.get(ordered.id, version=2)
    with pytest.raises(InvalidInput, match="parametric memory"):
        vault.revise(ordered.id, "x")
    with pytest.raises(UnknownCube):
        memory.vault("bob").attach(ordered.id)
    vault.revise(first.id, "I live in York.")
    with pytest.raises(Conflict):
        vault.transform(first, to="parametric")
    with (
        bench.open(local_model=LocalModelRuntime(WordModel())) as untaught,
        pytest.raises(InvalidInput, match="adapters="),
    ):
        untaught.vault("alice").transform(vault.get(first.id), to="parametric")


def test_memories_that_tell_nothing_are_not_part_of_it(vault: Vault) -> None:
    idle = vault.remember("Hm, well, you know how it is.", speaker="Alice", session="idle")
    cubes = list(vault.cubes())
    ordered = vault.transform(cubes, to="parametric")
    assert idle.id not in vault.sources(ordered)
    assert "you know" not in ordered.text


def test_only_what_holds_now_is_taught(vault: Vault) -> None:
    vault.remember("I live in York now.", speaker="Alice", session="moved")
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    assert {one.value for one in now(vault, ordered).facts} == {"York", "nurse"}


async def test_async_doors(vault: Vault) -> None:
    cube = await vault.atransform(list(vault.cubes()), to="parametric")
    await vault.asettle()
    assert (await vault.aadapters())[0].id == cube.id
    assert (await vault.aattach(cube.id)).handle == cube.id


def test_an_order_in_the_folder_is_whole(vault: Vault, bench: Bench) -> None:
    vault.transform(list(vault.cubes()), to="parametric")
    seen: list[str] = []

    def look(step: int) -> None:
        (path,) = (bench.folder / "m.db.files" / "training").rglob("order.json")
        seen.append(json.loads(path.read_text())["lesson"]["text"])

    bench.engine.each = look
    vault.settle()
    assert len(set(seen)) == 1 and "Leeds" in seen[0]


def test_a_language_model_says_facts_in_other_words(bench: Bench) -> None:
    asked: list[str] = []

    def model(prompt: str) -> str:
        asked.append(prompt)
        if "learn by heart" not in prompt:
            return "{}"
        return json.dumps(
            {"facts": [{"id": "f1", "sentences": ["The job that Alice does is nurse.", "Tom is nurse."]}]}
        )

    seen: list[list[str]] = []

    def look(step: int) -> None:
        (path,) = (bench.folder / "m.db.files" / "training").rglob("order.json")
        seen.append([one["prompt"] for one in json.loads(path.read_text())["lesson"]["examples"]])

    bench.engine.each = look
    with bench.open(model=model) as memory:
        vault = memory.vault("alice")
        ordered = vault.transform(vault.remember("I work as a nurse.", speaker="Alice"), to="parametric")
        vault.settle()
        assert now(vault, ordered).usable
        assert "paraphrase" in {one.operation for one in memory.usage()}
    assert "The job that Alice does is" in seen[0] and "Tom is" not in seen[0]
    assert len({str(one) for one in seen}) == 1, "asked once for a training"


def test_waiting_for_a_training_ends_in_time(bench: Bench) -> None:
    going_on = threading.Event()

    def hold(step: int) -> None:
        going_on.wait(20)

    bench.engine.each = hold
    with bench.open(worker=True) as memory:
        vault = memory.vault("alice")
        ordered = vault.transform(vault.remember("I live in Leeds.", speaker="Alice"), to="parametric")
        with pytest.raises(TimeoutError):
            memory.settle(timeout=0.1)
        found = vault.recall("Where does Alice live?")
        assert len(found.hits) == 1, "other work does not wait for it"
        going_on.set()
        memory.settle(timeout=60)
        assert now(vault, ordered).usable


def test_what_a_later_memory_says_otherwise_is_not_answered_from_the_weights(vault: Vault, bench: Bench) -> None:
    trained = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    vault.remember("I like tea.", speaker="Alice", session="taste")
    vault.settle()
    assert now(vault, trained).usable, "nothing speaks against it"
    vault.remember("I moved to York last week.", speaker="Alice", session="moved")
    vault.settle()
    assert now(vault, trained).stale
    assert not list((bench.folder / "m.db.files" / "blobs").glob("??/*"))
    again = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    assert vault.attach(again).generate(asked(LIVES)).text == "York."
    assert not now(vault, again).stale


def test_a_value_that_came_back_holds(vault: Vault) -> None:
    for number, place in enumerate(("York", "Leeds")):
        vault.remember(f"I moved to {place}. I like {place} best.", speaker="Alice", session=f"moved {number}")
    trained = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    vault.remember("I like tea.", speaker="Alice", session="taste")
    vault.settle()
    assert "Leeds" in [one.value for one in now(vault, trained).facts]
    assert not now(vault, trained).stale


def test_a_folder_that_vanishes_is_no_end_of_it(vault: Vault, bench: Bench) -> None:
    vanished: list[int] = []

    def vanish(step: int) -> None:
        if step == 1 and not vanished:
            vanished.append(step)
            (folder,) = (bench.folder / "m.db.files" / "training").glob("*/*")
            shutil.rmtree(folder)

    bench.engine.each = vanish
    ordered = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    assert vanished and now(vault, ordered).usable
    assert bench.engine.trained[-3:] == [0, 1, 2], "from the beginning: nothing of it was left"


def test_many_conversations_may_be_open(memory: MemoryOS) -> None:
    vault = memory.vault("harbour")
    cubes = [
        vault.remember("I live in Leeds.", speaker=f"Mara {name}", session=name) for name in map(chr, range(65, 90))
    ]
    ordered = vault.transform(cubes, to="parametric")
    assert len(vault.sources(ordered)) == len(cubes)
    vault.settle()
    assert len(now(vault, ordered).facts) == len(cubes)
