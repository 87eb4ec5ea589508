"""Adapters as one: the sum is exact, and what it costs is measured before anything is written."""

from dataclasses import replace

import pytest
import torch

from memos_adapters.peft_lora import Interference, Part, PeftLoraEngine, file
from memos_core.domain.activation import SourceVersion
from memos_core.domain.parametric import BASE
from memos_core.errors import ForeignAdapter, InvalidInput, RejectedAdapter
from tests.unit.parametric.lora_models import PROMPT, adapter, by_rote, questions, short, untrained_engine

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


@pytest.fixture(scope="module")
def engine() -> PeftLoraEngine:
    return untrained_engine()


@pytest.fixture(scope="module")
def parts(engine, tmp_path_factory) -> list[Part]:
    """Two adapters of different ranks, scalings and layers, about which the questions say nothing in particular."""
    folder = tmp_path_factory.mktemp("parts")
    made = [
        adapter(engine, folder / "a", seed=0, rank=4, alpha=8.0),
        adapter(engine, folder / "b", seed=1, rank=2, alpha=1.0, targets=("q_proj", "down_proj")),
    ]
    return [Part(path=path, asked=tuple(questions(3))) for path, _ in made]


def test_the_sum_is_exact(engine, parts, tmp_path) -> None:
    """In the first layer, whose input is the same: the update is the sum of the updates."""
    halved = [parts[0], replace(parts[1], weight=0.5)]
    engine.merge(halved, tmp_path / "sum", most_lost=1.0, most_divergence=9.0)
    assert engine.attached == () and engine.active == BASE
    for name, path in (("a", parts[0].path), ("b", parts[1].path), ("sum", tmp_path / "sum")):
        engine.attach(name, path)
    values = torch.randn(1, 3, 32, generator=torch.Generator().manual_seed(0))
    for layer in ("q_proj", "v_proj"):
        module = engine._layers.model.get_submodule(f"model.layers.0.self_attn.{layer}")
        said = {}
        for name in (BASE, "a", "b", "sum"):
            with engine.answering([name]):
                said[name] = module(values)
        added = {name: said[name] - said[BASE] for name in ("a", "b", "sum")}
        assert torch.allclose(added["sum"], added["a"] + 0.5 * added["b"], atol=1e-5)
        assert added["a"].abs().max() > 1e-3
    assert added["b"].abs().max() == 0, "it does not adapt this layer"
    manifest, _ = file.read(tmp_path / "sum")
    assert not manifest.rebuildable and manifest.gate is None
    assert {one.id for one in manifest.sources} == {f"mem_{number}" for number in range(4)}
    assert isinstance(manifest.sources[0], SourceVersion)
    for name in ("a", "b", "sum"):
        engine.detach(name)


def test_merging_is_refused_beyond_the_bound(engine, tmp_path) -> None:
    taught = by_rote(2)
    engine.train(taught, short(most_steps=200, own_text=0.0, elsewhere=0.0), tmp_path / "one")
    whole = Part(path=tmp_path / "one" / "adapter.safetensors", asked=taught.held_out)
    before = engine.logits(PROMPT)
    with pytest.raises(RejectedAdapter, match=r"route requests instead(.|\n)*adapter 1: recall 1\.000 alone, 0\.000"):
        engine.merge([whole, replace(whole, weight=-1.0)], tmp_path / "none", most_divergence=9.0)
    half = replace(whole, weight=0.5)
    with pytest.raises(RejectedAdapter, match=r"adapter 2: recall 1\.000 alone, 1\.000"):
        engine.merge([half, half], tmp_path / "none", most_divergence=1e-6)
    assert not (tmp_path / "none").exists()
    assert engine.attached == () and torch.equal(engine.logits(PROMPT), before)
    found = engine.merge([half, half], tmp_path / "same", most_lost=0.0, most_divergence=9.0)
    assert found.alone == found.merged == (1.0, 1.0)
    assert found.divergence == pytest.approx(found.divergence_alone, rel=1e-3)


def test_what_cannot_be_merged(engine, parts, tmp_path) -> None:
    with pytest.raises(InvalidInput, match="two or more"):
        engine.merge(parts[:1], tmp_path / "x")
    with pytest.raises(InvalidInput, match="questions"):
        engine.merge([parts[0], replace(parts[1], asked=())], tmp_path / "x")
    stranger = untrained_engine(seed=1)
    with pytest.raises(ForeignAdapter):
        stranger.merge(parts, tmp_path / "x")
    assert stranger.attached == ()


def test_the_report_says_what_is_lost() -> None:
    found = Interference(alone=(1.0, 0.9), merged=(0.95, 0.9), divergence_alone=0.02, divergence=0.05)
    assert found.lost == pytest.approx(0.05) and not found.passed
    assert replace(found, most_lost=0.06).passed
    assert not replace(found, most_lost=0.06, divergence=0.2).passed
    assert "adapter 1: recall 1.000 alone, 0.950 merged" in str(found)
