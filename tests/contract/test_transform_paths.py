"""Every path between types of memory: what the result rests on, and what becomes of it when a source changes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memos_core import Activation, ChatTurn, LifecycleState, LocalModelRuntime, MemCube, MemoryOS, Vault
from memos_core.domain.activation import SourceVersion
from memos_core.domain.parametric import Parametric, Recipe, TrainingState
from memos_core.errors import Conflict, InvalidInput, StaleActivation, UnknownCube
from memos_core.operation.transforms import TRANSFORMS
from memos_core.operation.transforms.handles import HANDLES
from memos_core.testing.local_model import WordModel
from memos_core.testing.parametric import TaughtWords

LIVES = "What is the place of residence of Alice?"
SAID = ("I live in Leeds.", "I work as a nurse.")


@pytest.fixture
def model() -> WordModel:
    return WordModel(lambda prompt: f"heard {prompt}".replace("\n", "/"))


@pytest.fixture
def memory(tmp_path: Path, model: WordModel) -> Iterator[MemoryOS]:
    runtime = LocalModelRuntime(model, adapters=TaughtWords(model))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, worker=False, local_model=runtime) as memory:
        yield memory


@pytest.fixture
def vault(memory: MemoryOS) -> Vault:
    vault = memory.vault("alice")
    for place, text in enumerate(SAID):
        vault.remember(text, speaker="Alice", session=f"s{place}")
    return vault


def of_type(vault: Vault, form: str) -> list[MemCube]:
    """The vault's memories in a form, ready to be transformed."""
    cubes = sorted(vault.cubes(), key=lambda one: one.id)
    if form == "plaintext":
        return cubes
    made = vault.transform(cubes, to=form)
    vault.settle()
    return [vault.get(made.id)]


PATHS = [pytest.param(*path, id=" to ".join(path)) for path in TRANSFORMS]
MADE = [pytest.param(*path, id=" to ".join(path)) for path in TRANSFORMS if path[1] != "plaintext"]
BACK = [pytest.param(*path, id=" to ".join(path)) for path in TRANSFORMS if path[1] == "plaintext"]


def walked(vault: Vault, given: str, wanted: str) -> MemCube:
    made = vault.transform(of_type(vault, given), to=wanted)
    assert isinstance(made, MemCube)
    vault.settle()
    return vault.get(made.id)


def manifest_sources(cube: MemCube) -> tuple[SourceVersion, ...]:
    assert isinstance(cube.payload, Activation | Parametric) and cube.payload.manifest is not None
    return cube.payload.manifest.sources


def test_all_pairs_of_types_have_a_path() -> None:
    forms = ("plaintext", "activation", "parametric")
    assert set(TRANSFORMS) == {(one, other) for one in forms for other in forms if one != other}


@pytest.mark.parametrize(("given", "wanted"), MADE)
def test_sources_versions_and_fingerprint_are_recorded(vault: Vault, model: WordModel, given: str, wanted: str) -> None:
    cubes = of_type(vault, "plaintext")
    vault.revise(cubes[0].id, "I live in York.")
    made = walked(vault, given, wanted)
    assert manifest_sources(made) == tuple(
        SourceVersion(id=one.id, version=version) for one, version in zip(cubes, (2, 1), strict=True)
    )
    assert vault.sources(made) == tuple(one.id for one in cubes)
    provenance = made.header.provenance
    assert (made.header.kind, provenance.reason, provenance.source) == (wanted, "transform", given)
    payload = made.payload
    assert isinstance(payload, Activation | Parametric) and payload.manifest is not None
    if isinstance(payload, Activation):
        assert payload.manifest.fingerprint == model.fingerprint
    else:
        assert payload.manifest.base == model.fingerprint and payload.manifest.recipe == Recipe()
        assert payload.usable
    assert "York" in made.text


@pytest.mark.parametrize(("given", "wanted"), MADE)
def test_the_answer_is_that_of_the_text(vault: Vault, given: str, wanted: str) -> None:
    made = walked(vault, given, wanted)
    attached = vault.attach(made.id)
    said = attached.generate([{"role": "user", "content": LIVES}])
    assert "Leeds" in said.text and said.note == ""
    assert (said.text == "Leeds.") == (wanted == "parametric")
    assert (said.cache_read > 0) == (wanted == "activation")


@pytest.mark.parametrize(("given", "wanted"), MADE)
@pytest.mark.parametrize("change", ["revise", "forget"])
def test_a_changed_source_makes_it_stale(vault: Vault, given: str, wanted: str, change: str) -> None:
    made = walked(vault, given, wanted)
    source = of_type(vault, "plaintext")[0]
    if change == "revise":
        vault.revise(source.id, "I live in York.")
    else:
        vault.forget(source.id)
    now = vault.get(made.id)
    assert isinstance(now.payload, Activation | Parametric) and now.payload.stale and not now.payload.blob
    assert now.header.provenance.source == given, "it is known what it was made of"
    said = vault.attach(made.id).generate([{"role": "user", "content": LIVES}])
    assert "Leeds" not in said.text and ("York" in said.text) == (change == "revise"), "text takes precedence"
    assert said.note


@pytest.mark.parametrize(("given", "wanted"), MADE)
def test_an_erased_source_is_nowhere(vault: Vault, tmp_path: Path, given: str, wanted: str) -> None:
    made = walked(vault, given, wanted)
    source, other = of_type(vault, "plaintext")
    vault.erase(source.id)
    held = [one for one in tmp_path.rglob("*") if one.is_file() and b"Leeds" in one.read_bytes()]
    assert held == []
    vault.settle()
    now = vault.get(made.id)
    assert vault.sources(now) == (other.id,) and "Leeds" not in now.text
    if isinstance(now.payload, Parametric):  # trained again without it
        assert now.payload.state is TrainingState.TRAINED
        assert [one.value for one in now.payload.facts] == ["nurse"]
        assert manifest_sources(now) == (SourceVersion(id=other.id, version=1),)
        assert now.payload.manifest is not None and now.payload.manifest.teachers == ()
    vault.erase(other.id)
    with pytest.raises(UnknownCube):
        vault.get(made.id)


@pytest.mark.parametrize(("given", "wanted"), BACK)
def test_back_to_the_memories(vault: Vault, given: str, wanted: str) -> None:
    (made,) = of_type(vault, given)
    cubes = of_type(vault, "plaintext")
    assert vault.transform(made, to="plaintext") == vault.transform(made.id, to="plaintext") == cubes
    revised = vault.revise(cubes[0].id, "I live in York.")
    vault.forget(cubes[1].id)
    assert vault.transform(made.id, to="plaintext") == [revised], "as they are now"
    assert revised.state is LifecycleState.ACTIVE


@pytest.mark.parametrize(("given", "wanted"), PATHS)
def test_nothing_and_what_is_gone_are_refused(vault: Vault, memory: MemoryOS, given: str, wanted: str) -> None:
    made = of_type(vault, given)
    other = memory.vault("bob")
    with pytest.raises((UnknownCube, InvalidInput)):
        other.transform(made, to=wanted)
    for one in made:
        vault.erase(one.id)
    with pytest.raises((UnknownCube, Conflict)):
        vault.transform(made if given == "plaintext" else made[0].id, to=wanted)


def test_the_same_prefix_is_not_distilled_twice(vault: Vault) -> None:
    (kept,) = of_type(vault, "activation")
    first, again = (vault.transform(kept, to="parametric") for _ in range(2))
    told = vault.transform(of_type(vault, "plaintext"), to="parametric")
    assert first.id == again.id != told.id
    assert first.id.startswith(HANDLES)


def test_what_is_distilled_is_what_the_values_hold(vault: Vault, model: WordModel) -> None:
    cubes = of_type(vault, "plaintext")
    each = [vault.transform(one) for one in (cubes, cubes[::-1])]
    made = vault.transform(each, to="parametric")
    vault.settle()
    now = vault.get(made.id)
    assert isinstance(now.payload, Parametric) and now.payload.manifest is not None
    keys = [one.payload.manifest.key for one in each if isinstance(one.payload, Activation) and one.payload.manifest]
    assert now.payload.manifest.teachers == tuple(keys)
    assert vault.attach(now).generate([{"role": "user", "content": LIVES}]).text == "Leeds."
    alone = vault.transform(vault.transform(cubes[0]), to="parametric")
    vault.settle()
    said = vault.attach(alone.id).generate([{"role": "user", "content": LIVES}]).text
    assert said.startswith("heard"), "its last word is no stored token of this model, so it is not taught"


def test_a_prefix_that_goes_before_it_is_distilled_is_taught_from_its_sources(vault: Vault) -> None:
    (kept,) = of_type(vault, "activation")
    made = vault.transform(kept, to="parametric")
    vault.erase(kept.id)
    vault.settle()
    now = vault.get(made.id)
    assert isinstance(now.payload, Parametric) and now.payload.manifest is not None and now.payload.usable
    assert now.payload.manifest.teachers == ()


def test_a_stale_prefix_is_not_distilled(vault: Vault) -> None:
    (kept,) = of_type(vault, "activation")
    vault.revise(of_type(vault, "plaintext")[0].id, "I live in York.")
    with pytest.raises(StaleActivation, match="changed"):
        vault.transform(kept.id, to="parametric")
    with pytest.raises(Conflict):
        vault.transform(kept, to="parametric")


def test_the_audit_reads_the_text_back_from_the_values(vault: Vault, model: WordModel) -> None:
    (kept,) = of_type(vault, "activation")
    found = vault.audit(kept)
    assert found.sound and found.tells and "I live in Leeds." in found.text
    assert isinstance(kept.payload, Activation) and kept.payload.manifest is not None
    assert found.tokens == kept.payload.manifest.tokens
    genuine, (paris,) = model.load, model.encode([ChatTurn(role="user", content="Paris.")])[1:2]

    def swapped(path: Path) -> object:
        manifest, values = genuine(path)
        return manifest, type(values)(tokens=(*values.tokens[:-1], paris), tier="disk")

    model.load = swapped  # type: ignore[method-assign,assignment]
    found = vault.audit(kept.id)
    assert not found.sound and "Paris." in found.text
    assert any("1 of" in one for one in found.problems)


def test_what_cannot_be_audited_or_probed_is_named(vault: Vault) -> None:
    (kept,), (taught,) = of_type(vault, "activation"), of_type(vault, "parametric")
    with pytest.raises(InvalidInput, match="probe"):
        vault.audit(taught)
    with pytest.raises(InvalidInput, match="audit"):
        vault.probe(kept)
    with pytest.raises(InvalidInput, match="list"):
        vault.probe(taught, "Where?")
    vault.revise(of_type(vault, "plaintext")[0].id, "I live in York.")
    with pytest.raises(InvalidInput, match="changed"):
        vault.audit(kept)
    with pytest.raises(InvalidInput):
        vault.probe(taught.id, ["Where?"])


def test_the_probe_asks_an_adapter_for_its_facts(vault: Vault) -> None:
    (taught,) = of_type(vault, "parametric")
    said = vault.probe(taught)
    assert {one.answer for one in said} == {"Leeds.", "nurse."}
    assert all(one.confidence > one.base_confidence for one in said)
    (one,) = vault.probe(taught.id, [LIVES])
    assert (one.prompt, one.answer) == (LIVES, "Leeds.")
