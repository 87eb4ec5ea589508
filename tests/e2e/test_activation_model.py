"""Activation memory in a real forward pass: the answer of the text, fewer tokens computed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memos_core import Activation, Completion, LocalModelRuntime, MemoryOS, Sampling, Vault
from memos_core.errors import InvalidInput, NotComposable, StaleActivation

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from memos_adapters.transformers_kv import TransformersEngine  # noqa: E402
from tests.unit.activation.tiny_models import tiny_model, tiny_tokenizer  # noqa: E402

ASKED = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where does Alice work?"}]
SHORT = Sampling(max_tokens=24)


def runtime_of(architecture: str) -> LocalModelRuntime:
    return LocalModelRuntime(TransformersEngine(tiny_model(architecture), tiny_tokenizer()))


def as_text(runtime: LocalModelRuntime, text: str) -> Completion:
    system = {"role": "system", "content": f"{text}\n\nBe brief."}
    return runtime.generate([system, ASKED[1]], sampling=SHORT)


@pytest.fixture(params=["llama", "gemma3", "gpt2"])
def runtime(request: pytest.FixtureRequest) -> LocalModelRuntime:
    return runtime_of(request.param)


@pytest.fixture
def memory(tmp_path: Path, runtime: LocalModelRuntime) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=runtime) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    vault = memory.vault("alice")
    vault.remember(["Alice moved to Lisbon in March.", "She works on the ferry."], speaker="Alice")
    return vault


def test_the_answer_is_that_of_the_text(vault: Vault, memory: MemoryOS) -> None:
    cube = vault.transform(list(vault.cubes()))
    expected = as_text(memory.local_model, cube.text)
    assert expected.cache_read == 0
    blob = memory._runtime.engine.blobs.path(cube.payload.blob)  # type: ignore[union-attr]
    before = blob.read_bytes()
    for _ in range(10):
        answer = vault.attach(cube).generate(ASKED, sampling=SHORT)
        assert answer.tokens == expected.tokens
        assert answer.cache_read > 0.5 * answer.prompt_tokens
    assert blob.read_bytes() == before
    streamed = vault.attach(cube).stream(ASKED, sampling=SHORT)
    assert "".join(streamed) == expected.text
    model = memory.local_model._engine._run.model  # type: ignore[attr-defined]
    plain = model.generate(**vault.attach(cube).inputs(ASKED), max_new_tokens=24, do_sample=False)
    said = plain[0, answer.prompt_tokens :].tolist()
    assert tuple(said[: len(expected.tokens)]) == expected.tokens


def test_a_cache_of_other_words_would_not_do(vault: Vault, memory: MemoryOS) -> None:
    cubes = list(vault.cubes())
    right, wrong = vault.transform(cubes), vault.transform(cubes[::-1])
    texts = [as_text(memory.local_model, cube.text).tokens for cube in (right, wrong)]
    assert texts[0] != texts[1], "order is meaning: the model tells them apart"
    assert vault.attach(wrong).generate(ASKED, sampling=SHORT).tokens == texts[1]


def test_a_store_opened_anew(vault: Vault, memory: MemoryOS, tmp_path: Path) -> None:
    cube = vault.transform(list(vault.cubes()))
    assert isinstance(cube.payload, Activation)
    expected = vault.attach(cube).generate(ASKED, sampling=SHORT)
    memory.close()
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=memory.local_model) as again:
        assert again.vault("alice").attach(cube.id).generate(ASKED, sampling=SHORT) == expected
    stranger = LocalModelRuntime(TransformersEngine(tiny_model("llama", seed=9), tiny_tokenizer()))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=stranger) as other:
        answer = other.vault("alice").attach(cube.id).generate(ASKED, sampling=SHORT)
    assert answer.cache_read == 0 and "weights" in answer.note
    assert answer.tokens == as_text(stranger, cube.text).tokens


@pytest.mark.parametrize("runtime", ["llama"], indirect=True)
def test_memories_that_were_transformed_apart(vault: Vault, memory: MemoryOS) -> None:
    first, second = [vault.transform(cube, self_contained=True) for cube in vault.cubes()]
    together = vault.compose([first, second.id], share=1.0)
    assert together.text == f"{first.text}\n{second.text}"
    answer = together.generate(ASKED, sampling=SHORT)
    assert answer.note.startswith(("approximate: 2 blocks", "2 blocks computed whole"))
    assert answer.cache_read > 0.5 * answer.prompt_tokens
    if "whole" in answer.note:
        assert answer.tokens == as_text(memory.local_model, together.text).tokens
    dependent = [vault.transform(cube) for cube in vault.cubes()]
    exact = vault.compose(dependent, share=1.0).generate(ASKED, sampling=SHORT)
    assert exact.tokens == as_text(memory.local_model, together.text).tokens, (
        "everything that depends was computed again"
    )
    with pytest.raises(InvalidInput, match="two"):
        vault.compose([first])
    vault.revise(next(iter(vault.cubes())).id, "Alice moved to Porto.")
    with pytest.raises(StaleActivation):
        vault.compose([first, second])


@pytest.mark.parametrize("runtime", ["gpt2"], indirect=True)
def test_positions_that_are_learned_cannot_be_composed(vault: Vault) -> None:
    made = [vault.transform(cube) for cube in vault.cubes()]
    with pytest.raises(NotComposable, match="positions"):
        vault.compose(made)
