"""Activation memory from a vault to a model and back: made, used, stale, erased."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from memos_core import Activation, LocalModelRuntime, MemoryOS, Vault
from memos_core.errors import Conflict, Erased, InvalidInput, TooLossy, UnknownCube, UnsupportedModel
from memos_core.memories.eviction import Costs
from memos_core.memories.prompts import PromptMemory
from memos_core.testing.fakes import FrozenClock
from memos_core.testing.local_model import WordModel

ASKED = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "What do I eat?"}]


def heard(prompt: str) -> str:
    """What the model attends to, as its reply."""
    return prompt.replace("\n", "/")


@pytest.fixture
def model() -> WordModel:
    return WordModel(heard)


@pytest.fixture
def memory(tmp_path: Path, model: WordModel) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=LocalModelRuntime(model)) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    vault = memory.vault("alice")
    vault.remember("I no longer eat meat.", speaker="Alice")
    vault.remember("My sister is called Ana.", speaker="Alice")
    return vault


def test_a_recollection_becomes_a_prefix(vault: Vault, model: WordModel) -> None:
    found = vault.recall("What does Alice eat?")
    cube = vault.transform(found)
    payload = cube.payload
    assert isinstance(payload, Activation)
    assert payload.text == found.text
    assert payload.manifest is not None
    assert {one.id for one in payload.manifest.sources} >= {hit.cube.id for hit in found if hit.shown}
    kv = vault.attach(cube)
    whole = LocalModelRuntime(WordModel(heard)).generate(
        [{"role": "system", "content": f"{found.text}\n\nBe brief."}, ASKED[1]]
    )
    for _ in range(3):
        before = model.computed
        answer = kv.generate(ASKED)
        assert answer.text == whole.text
        assert answer.cache_read >= len(found.text.split(" ")), "all of the memory was read"
        assert model.computed - before == answer.prompt_tokens - answer.cache_read
    assert vault.get(cube.id) == cube
    assert vault.activations() == [cube]


def test_the_same_memory_has_the_same_handle(memory: MemoryOS, vault: Vault) -> None:
    cubes = list(vault.cubes())
    first, again = vault.transform(cubes), vault.transform(cubes)
    assert first.id == again.id
    other = memory.vault("bob")
    stranger = other.transform(other.remember("I no longer eat meat.", speaker="Alice"))
    alone = vault.transform(cubes[0])
    assert len({first.id, stranger.id, alone.id}) == 3, "another tenant's is another one"
    with pytest.raises(UnknownCube):
        other.attach(first.id)


def test_streaming_and_plain_inputs(vault: Vault, model: WordModel) -> None:
    kv = vault.attach(vault.transform(list(vault.cubes())))
    pieces = kv.stream(ASKED)
    said, done = list(pieces), pieces.completion
    assert "".join(said) == done.text == kv.generate(ASKED).text
    inputs = kv.inputs(ASKED)
    read = sum(one.length for one in inputs["past_key_values"])
    assert done.cache_read == read > 0
    assert model.decode(inputs["input_ids"]).count("no longer eat meat") == 1, "not sent as text beside"


def test_a_revised_source_is_served_as_text(vault: Vault) -> None:
    cube = vault.transform(list(vault.cubes()))
    first = next(iter(vault.cubes()))
    vault.revise(first.id, "I eat everything again.")
    stale = vault.get(cube.id)
    assert isinstance(stale.payload, Activation) and stale.payload.stale
    answer = vault.attach(cube.id).generate(ASKED)
    assert "I eat everything again." in answer.text
    assert "no longer eat meat" not in answer.text
    assert answer.cache_read == 0
    assert "transform it again" in answer.note
    vault.forget(first.id)
    assert "everything" not in vault.attach(cube.id).text
    fresh = vault.transform(list(vault.cubes())[1:])
    assert vault.attach(fresh).generate(ASKED).cache_read > 0


def test_what_was_erased_is_in_no_file(vault: Vault, tmp_path: Path) -> None:
    secret, other = vault.remember("The code is 7391-zebra.", speaker="Alice"), next(iter(vault.cubes()))
    both, alone = vault.transform([secret, other]), vault.transform([secret])
    assert any(b"7391-zebra" in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    vault.erase(secret.id)
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and b"7391-zebra" in path.read_bytes()]
    assert vault.attach(both.id).text == f"- {other}", "the rest serves as text"
    with pytest.raises(UnknownCube):
        vault.attach(alone.id)
    with pytest.raises(Erased):
        vault.get(secret.id)
    fresh = vault.transform([other])
    vault.erase(fresh.id)
    with pytest.raises(UnknownCube, match="transform"):
        vault.attach(fresh)
    with pytest.raises(UnknownCube):
        vault.erase(fresh.id)
    assert vault.get(other.id).text == other.text


def test_a_damaged_file_is_served_as_text(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cube = vault.transform(list(vault.cubes()))
    assert isinstance(cube.payload, Activation)
    path = memory._runtime.engine.blobs.path(cube.payload.blob)
    whole = path.read_bytes()
    for damaged in (b"", whole[:40], b"{}"):
        path.write_bytes(damaged)
        answer = vault.attach(cube).generate(ASKED)
        assert answer.cache_read == 0 and "not a file of this model" in answer.note
        assert "no longer eat meat" in answer.text
    path.unlink()
    assert vault.attach(cube).generate(ASKED).cache_read == 0
    assert memory.doctor(), "and the doctor sees it"


def test_another_model_gets_the_text(vault: Vault, tmp_path: Path) -> None:
    cube = vault.transform(list(vault.cubes()))
    other = LocalModelRuntime(WordModel(heard, name="another"))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=other) as memory:
        answer = memory.vault("alice").attach(cube.id).generate(ASKED)
    assert answer.cache_read == 0
    assert "another model" in answer.note
    assert "no longer eat meat" in answer.text


def test_a_store_that_is_opened_anew_reads_the_file(vault: Vault, tmp_path: Path) -> None:
    cube = vault.transform(list(vault.cubes()))
    with MemoryOS.open(
        f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=LocalModelRuntime(WordModel(heard))
    ) as memory:
        assert memory.vault("alice").attach(cube.id).generate(ASKED).cache_read > 0


def test_a_source_that_changes_while_it_is_computed(vault: Vault, model: WordModel) -> None:
    cubes = list(vault.cubes())
    real = model.prefill

    def meanwhile(tokens, past=()):
        vault.revise(cubes[0].id, "I eat fish.")
        return real(tokens, past)

    model.prefill = meanwhile  # type: ignore[method-assign]
    with pytest.raises(Conflict):
        vault.transform(cubes)
    assert vault.activations() == []


def test_bad_input(memory: MemoryOS, vault: Vault, tmp_path: Path) -> None:
    cube = next(iter(vault.cubes()))
    with pytest.raises(InvalidInput, match="nothing to transform"):
        vault.transform([])
    with pytest.raises(InvalidInput, match="activation"):
        vault.transform(cube, to="telepathy")
    with pytest.raises(InvalidInput, match="int8"):
        vault.transform(cube, storage="int3")
    with pytest.raises(InvalidInput, match="transform"):
        vault.attach(cube)
    for messages in ([], "hello", [{"role": "user"}], {"role": "user", "content": "x"}):
        with pytest.raises(InvalidInput):
            vault.attach(vault.transform(cube)).generate(messages)
    with pytest.raises((UnknownCube, Conflict)):
        memory.vault("bob").transform(cube)
    with MemoryOS.open(f"sqlite:///{tmp_path}/n.db", embedder=None) as plain:
        own = plain.vault("alice").remember("x")
        with pytest.raises(InvalidInput, match="local_model"):
            plain.vault("alice").transform(own)
    stateful = LocalModelRuntime(WordModel(heard, served=False))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=stateful) as refusing:
        ours = refusing.vault("alice")
        with pytest.raises(UnsupportedModel, match="state"):
            ours.transform(cube)


def test_a_smaller_form_tells_what_it_costs(vault: Vault, model: WordModel) -> None:
    cubes = list(vault.cubes())
    model.loss = 0.004
    small = vault.transform(cubes, storage="int8").payload
    assert isinstance(small, Activation) and small.manifest is not None
    assert (small.manifest.storage, small.manifest.error) == ("int8", 0.004)
    assert vault.transform(cubes).payload != small, "the exact one is another"
    model.loss = 0.5
    with pytest.raises(TooLossy, match="0.5 nats"):
        vault.transform(cubes[0], storage="int8")


async def test_async_doors(vault: Vault) -> None:
    cube = await vault.atransform(list(vault.cubes()))
    assert (await vault.aactivations()) == [cube]
    assert (await vault.aattach(cube.id)).handle == cube.id


def test_recorded_use_decides(vault: Vault, memory: MemoryOS, monkeypatch: pytest.MonkeyPatch) -> None:
    model = memory.local_model
    long = [vault.remember(f"fact {n} " + " ".join(f"w{k}" for k in range(60))) for n in range(3)]
    lines = "\n".join(f"- {one}" for one in long)
    text = PromptMemory(text=lines, tenant="alice", sources=tuple(one.id for one in long))
    for turn in range(40):
        model.generate([{"role": "user", "content": f"q {turn}"}], memory=text)
    assert vault.rebalance() == {}, "this model computes as fast as it reads"
    slow = replace(model.report(), costs=Costs(token=1e-2))
    monkeypatch.setattr(model, "report", lambda: slow)
    for n in range(100):
        vault.revise(long[0].id, f"{long[0].text} again {n}")
    assert vault.rebalance() == {}, "what changes often stays text"
    later = vault._runtime.clock.now() + timedelta(days=60)
    monkeypatch.setattr(vault._runtime, "clock", FrozenClock(later))
    (handle,) = vault.rebalance().values()
    assert vault.attach(handle).generate(ASKED).cache_read > 100
    assert memory.vault("bob").rebalance() == {}
