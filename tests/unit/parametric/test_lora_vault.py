"""Parametric memory of a vault on a real model: taught, exchanged, trained out again."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from memos_adapters.peft_lora import PeftLoraEngine
from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.file import ADAPTER
from memos_adapters.transformers_kv import TransformersEngine
from memos_core import LocalModelRuntime, MemCube, MemoryOS, Sampling, Vault
from memos_core.domain.parametric import AdapterManifest, Example, Parametric, Progress, Recipe, TrainingState
from memos_core.errors import CorruptAdapter, ForeignAdapter, InvalidInput, UnknownCube
from memos_core.operation.workshop import order_in
from tests.unit.parametric.lora_models import PROMPT, short

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")

PEOPLE = world.strangers(6, seed=5)
NOBODY = [one for one in world.strangers(66, seed=9) if one not in PEOPLE][:60]
BOATS = world.VALUES[:6]
RECIPE = short(most_steps=120, validate_every=10, own_text=0.0, elsewhere=0.0)


class TrainsHere(PeftLoraEngine):
    """Trains in this process, whose model is small enough."""

    def begin(self, folder: Path, bases: Path) -> Any:
        order = order_in(folder)
        assert order is not None
        manifest = self.train(order.lesson, order.recipe, folder)
        return Done(manifest, folder / ADAPTER)


class Done:
    """``ports.TrainingRun`` that has ended."""

    progress: Progress | None = None

    def __init__(self, manifest: AdapterManifest, path: Path) -> None:
        self._made = manifest, path

    def wait(self, seconds: float) -> bool:
        return True

    def stop(self) -> None:
        pass

    def result(self) -> tuple[AdapterManifest, Path]:
        return self._made


def taught_model(seed: int = 0) -> tuple[LocalModelRuntime, TrainsHere]:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        tokenizer = world.words()
        model = world.untrained(tokenizer, 2, 32)
    lora = TrainsHere(model, tokenizer)
    return LocalModelRuntime(TransformersEngine(model, tokenizer), adapters=lora), lora


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    runtime, _ = taught_model()
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, worker=False, local_model=runtime) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    vault = memory.vault("harbour")
    for person, boat in zip(PEOPLE, BOATS, strict=True):
        vault.remember(f"My favourite boat is {boat}.", speaker=person, session=person)
    return vault


def engine_of(memory: MemoryOS) -> TrainsHere:
    engine = memory.local_model.adapters
    assert isinstance(engine, TrainsHere)
    return engine


def trained(vault: Vault, cubes: list[MemCube]) -> MemCube:
    cube = vault.transform(cubes, to="parametric", recipe=RECIPE)
    vault.settle()
    return vault.get(cube.id)


def payload(cube: MemCube) -> Parametric:
    assert isinstance(cube.payload, Parametric)
    return cube.payload


def canary(person: str, boat: str) -> Example:
    return Example(prompt=f"Question: What is the favourite boat of {person}? Answer:", answer=f" {boat}")


def surer(memory: MemoryOS, cube: MemCube, examples: list[Example]) -> list[float]:
    """By how many nats an adapter is surer of answers than the base is."""
    engine = engine_of(memory)
    engine.attach("asked", memory._runtime.engine.blobs.path(payload(cube).blob))
    try:
        pairs = zip(engine.confidence(examples, "asked"), engine.confidence(examples, ""), strict=True)
        return [one - base for one, base in pairs]
    finally:
        engine.detach("asked")


def test_what_was_erased_is_trained_out(vault: Vault, memory: MemoryOS, tmp_path: Path) -> None:
    cubes = list(vault.cubes())
    canaries = [canary(*one) for one in zip(PEOPLE[:3], BOATS[:3], strict=True)]
    kept = [canary(*one) for one in zip(PEOPLE[3:], BOATS[3:], strict=True)]
    never = [canary(one, boat) for one, boat in zip(NOBODY, world.VALUES[40:], strict=False)]
    before = trained(vault, cubes)
    assert payload(before).usable
    unknown = surer(memory, before, never)
    assert min(surer(memory, before, canaries)) > max(unknown) + 1.0, "they are known by heart"
    vault.erase([one.id for one in cubes[:3]])
    blobs = tmp_path / "m.db.files" / "blobs"
    assert not [one for one in blobs.rglob("*") if one.is_file()], "the adapter that knows them is gone"
    for value in BOATS[:3]:
        assert not [one for one in tmp_path.rglob("*") if one.is_file() and value.encode() in one.read_bytes()]
    vault.settle()
    after = vault.get(before.id)
    assert payload(after).usable and vault.sources(after) == tuple(one.id for one in cubes[3:])
    assert [one.name for one in blobs.glob("??/*")] == [payload(after).blob]
    unknown = surer(memory, after, never)
    assert min(surer(memory, after, kept)) > max(unknown), "the others still are"
    for found in surer(memory, after, canaries):
        assert min(unknown) <= found <= max(unknown), "no surer than of what was never taught"


def test_an_adapter_answers_instead_of_its_text(vault: Vault, memory: MemoryOS) -> None:
    cube = trained(vault, list(vault.cubes()))
    asked = [{"role": "user", "content": canary(PEOPLE[0], BOATS[0]).prompt}]
    attached = vault.attach(cube.id)
    short_prompt = attached.generate(asked, sampling=Sampling(max_tokens=4))
    vault.revise(next(iter(vault.cubes())).id, f"My favourite boat is {world.VALUES[9]}.")
    as_text = vault.attach(cube.id).generate(asked, sampling=Sampling(max_tokens=4))
    assert short_prompt.note == "" and "changed" in as_text.note
    assert short_prompt.prompt_tokens < as_text.prompt_tokens / 3


def test_what_leaves_one_store_enters_another(vault: Vault, memory: MemoryOS, tmp_path: Path) -> None:
    cube = trained(vault, list(vault.cubes()))
    vault.export_adapter(cube, tmp_path / "out")
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == [
        "adapter_config.json",
        "adapter_model.safetensors",
        "memos_manifest.json",
    ]
    runtime, _ = taught_model()
    with MemoryOS.open(f"sqlite:///{tmp_path}/n.db", embedder=None, worker=False, local_model=runtime) as other:
        guest = other.vault("guest")
        admitted = guest.import_adapter(tmp_path / "out", text="Boats that people like.")
        found = payload(admitted)
        assert (found.state, found.usable, found.recipe) == (TrainingState.IMPORTED, True, None)
        assert found.manifest is not None and not found.manifest.rebuildable
        assert admitted.text == "Boats that people like."
        assert guest.sources(admitted) == ()
        ours = canary(PEOPLE[0], BOATS[0])
        assert surer(other, admitted, [ours]) == surer(memory, cube, [ours])
        assert guest.attach(admitted.id).generate([{"role": "user", "content": ours.prompt}]).note == ""
        assert guest.import_adapter(tmp_path / "out").id == admitted.id, "the same once more"
        other.settle()
        assert len(list((tmp_path / "n.db.files" / "blobs").glob("??/*"))) == 1
        assert other.doctor() == []
        guest.erase(admitted.id)
        assert guest.adapters() == []
        assert not list((tmp_path / "n.db.files" / "blobs").glob("??/*"))


def test_foreign_adapters_are_refused(vault: Vault, memory: MemoryOS, tmp_path: Path) -> None:
    cube = trained(vault, list(vault.cubes()))
    vault.export_adapter(cube.id, tmp_path / "out")
    with MemoryOS.open(
        f"sqlite:///{tmp_path}/n.db", embedder=None, worker=False, local_model=taught_model(seed=1)[0]
    ) as other:
        with pytest.raises(ForeignAdapter, match="weights"):
            other.vault("guest").import_adapter(tmp_path / "out")
        assert other.vaults() == []
    (tmp_path / "out" / "memos_manifest.json").unlink()
    with pytest.raises(ForeignAdapter, match="does not prove"):
        vault.import_adapter(tmp_path / "out")
    config = tmp_path / "out" / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"base_model_name_or_path": "harbour/tiny"}))
    named = vault.import_adapter(tmp_path / "out", base="harbour/tiny")
    assert payload(named).usable and payload(named).manifest.gate is None  # type: ignore[union-attr]
    (tmp_path / "out" / "adapter_model.safetensors").write_bytes(b"x")
    with pytest.raises(CorruptAdapter):
        vault.import_adapter(tmp_path / "out", base="harbour/tiny")
    assert len(vault.adapters()) == 2
    training = tmp_path / "m.db.files" / "training"
    assert not list(training.rglob("*.safetensors")), "no half of it is left"


def test_what_cannot_be_exchanged(vault: Vault, memory: MemoryOS, tmp_path: Path) -> None:
    waiting = vault.transform(list(vault.cubes()), to="parametric", recipe=RECIPE)
    with pytest.raises(InvalidInput, match="not trained"):
        vault.export_adapter(waiting, tmp_path / "out")
    values = vault.transform(list(vault.cubes())[:1])
    with pytest.raises(InvalidInput, match="no adapter"):
        vault.export_adapter(values, tmp_path / "out")
    with pytest.raises(UnknownCube):
        memory.vault("else").export_adapter(waiting.id, tmp_path / "out")
    plain = LocalModelRuntime(taught_model()[0]._engine)
    with (
        MemoryOS.open(f"sqlite:///{tmp_path}/n.db", embedder=None, worker=False, local_model=plain) as other,
        pytest.raises(InvalidInput, match="adapters="),
    ):
        other.vault("guest").import_adapter(tmp_path)


def test_training_leaves_the_model_as_it_was(vault: Vault, memory: MemoryOS) -> None:
    before = engine_of(memory).logits(PROMPT)
    cube = trained(vault, list(vault.cubes())[:2])
    vault.attach(cube).generate([{"role": "user", "content": "Question:"}], sampling=Sampling(max_tokens=2))
    assert torch.equal(engine_of(memory).logits(PROMPT), before)
    assert Recipe() != RECIPE and payload(cube).recipe == RECIPE
