"""The first layer, recomputed from the tokens, tells wrong values from right ones, and tokens from values."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import torch

from memos_adapters.transformers_kv import TensorValues, TransformersEngine
from memos_core.domain.activation import Manifest, Storage
from memos_core.errors import UnsupportedModel
from tests.unit.activation.tiny_models import SERVED, random_tokens, tiny_engine, tiny_model, tiny_tokenizer

BEFORE, TOKENS = 7, random_tokens(40)


def manifest_of(engine: TransformersEngine, **changes) -> Manifest:
    manifest = Manifest(
        fingerprint=engine.fingerprint,
        tokens=tuple(TOKENS[BEFORE:]),
        before=BEFORE,
        layers=engine.capability.layers,
        made_at=datetime.now(UTC),
    )
    return replace(manifest, **changes)


def values_of(engine: TransformersEngine) -> TensorValues:
    return engine.prefill(TOKENS[BEFORE:], [engine.prefill(TOKENS[:BEFORE])])


def changed(values: TensorValues, change) -> TensorValues:
    tensors = values.named()
    keys, held = (tensors[f"layers.0.{part}"].clone() for part in "kv")
    change(keys, held)
    return TensorValues(layers=((keys, held), *values.layers[1:]), tier=values.tier)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("name", SERVED)
def test_right_values_pass_and_a_wrong_token_is_named(name, dtype) -> None:
    engine = tiny_engine(name, dtype)
    values, manifest = values_of(engine), manifest_of(engine)
    assert engine.audit(manifest, values) == []
    tokens = list(manifest.tokens)
    tokens[12] = (tokens[12] + 1) % 300
    (problem,) = engine.audit(replace(manifest, tokens=tuple(tokens)), values)
    assert f"row 12, position {BEFORE + 12}" in problem
    assert str(tokens[12]) in problem


@pytest.mark.parametrize("part", [0, 1])
def test_a_changed_number_is_found_in_its_row(part) -> None:
    engine = tiny_engine()

    def change(*tensors: torch.Tensor) -> None:
        tensors[part][1, 20, 3] += 0.5

    (problem,) = engine.audit(manifest_of(engine), changed(values_of(engine), change))
    assert "row 20" in problem


def test_numbers_that_are_none_are_found() -> None:
    engine = tiny_engine()

    def change(keys: torch.Tensor, values: torch.Tensor) -> None:
        values[0, 3, 0] = torch.nan

    assert "row 3" in engine.audit(manifest_of(engine), changed(values_of(engine), change))[0]


def test_other_weights_other_positions_and_other_lengths_are_found() -> None:
    engine, other = tiny_engine(), TransformersEngine(tiny_model(seed=1), tiny_tokenizer())
    values, manifest = values_of(engine), manifest_of(engine)
    assert "other weights" in other.audit(manifest, values)[0]
    assert "other positions" in engine.audit(replace(manifest, before=BEFORE + 1), values)[0]
    assert "33 tokens, the manifest names 32" in engine.audit(replace(manifest, tokens=manifest.tokens[:-1]), values)[0]


def test_many_wrong_rows_are_summed_up() -> None:
    engine = tiny_engine()
    values, manifest = values_of(engine), manifest_of(engine)
    tokens = [(one + 1) % 300 if i < 8 else one for i, one in enumerate(manifest.tokens)]
    problems = engine.audit(replace(manifest, tokens=tuple(tokens)), values)
    assert len(problems) == 6
    assert problems[-1] == "and 3 rows more"


def test_rounded_storage_is_allowed_its_rounding() -> None:
    engine = tiny_engine()
    rounded = changed(values_of(engine), lambda keys, values: [one.copy_(one.bfloat16()) for one in (keys, values)])
    assert engine.audit(manifest_of(engine, storage=Storage.BFLOAT16), rounded) == []
    assert engine.audit(manifest_of(engine), rounded) != []


@pytest.mark.parametrize("name", [name for name in SERVED if name != "gpt2"])
def test_tokens_are_read_back_from_values_alone(name) -> None:
    engine = tiny_engine(name)
    assert engine.read_back(values_of(engine)) == TOKENS[BEFORE:]


def test_tokens_are_read_back_after_rounding_to_four_bits() -> None:
    engine = tiny_engine()

    def rounded(keys: torch.Tensor, values: torch.Tensor) -> None:
        scale = values.abs().amax(-1, keepdim=True) / 7
        values.copy_((values / scale).round() * scale)

    assert engine.read_back(changed(values_of(engine), rounded)) == TOKENS[BEFORE:]


def test_learned_positions_hide_the_tokens() -> None:
    engine = tiny_engine("gpt2")
    with pytest.raises(UnsupportedModel, match="positions"):
        engine.read_back(values_of(engine))


def test_an_audit_runs_the_first_layer_only() -> None:
    engine = TransformersEngine(tiny_model(), tiny_tokenizer())
    values, manifest = values_of(engine), manifest_of(engine)
    ran = []
    for i, layer in enumerate(engine._run.model.model.layers):
        layer.mlp.register_forward_hook(lambda *_, i=i: ran.append(i))
    engine.audit(manifest, values)
    assert ran == []
    engine.prefill(TOKENS)
    assert ran == [0, 1, 2]
