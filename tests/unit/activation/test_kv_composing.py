"""Blocks of keys and values joined: what is exact, what is approximate, what is refused."""

from typing import Any

import pytest

torch = pytest.importorskip("torch")

from memos_adapters.transformers_kv import TransformersEngine  # noqa: E402
from memos_adapters.transformers_kv.values import TensorValues  # noqa: E402
from memos_core.errors import InvalidInput, NotComposable  # noqa: E402
from tests.unit.activation.tiny_models import random_tokens, tiny_model, tiny_tokenizer  # noqa: E402

TURNING = (
    *("llama", "llama eager", "llama multi-query", "llama linear", "llama yarn", "llama3 scaling"),
    *("qwen2", "qwen3", "phi", "phi3", "falcon", "gpt-neox", "mixtral"),
)
FIXED = ["gpt2", "falcon alibi", "mistral", "gemma3", "deepseek latent"]


def engine_of(name: str) -> TransformersEngine:
    return TransformersEngine(tiny_model(name), tiny_tokenizer())


def far(one, other) -> float:
    """Largest difference of keys and values, in standard deviations."""
    pairs = zip(one.named().values(), other.named().values(), strict=True)
    return max(float((a - b).abs().max() / b.std()) for a, b in pairs)


def apart(engine: TransformersEngine, tokens, cuts):
    """Blocks of the tokens, each computed by itself from position 0."""
    spans = zip([0, *cuts], [*cuts, len(tokens)], strict=True)
    return [(0, engine.prefill(tokens[lo:hi])) for lo, hi in spans]


def second_values(held: TensorValues) -> Any:
    pair = held.layers[1]
    assert pair is not None
    return pair[1]


@pytest.mark.parametrize("name", TURNING)
def test_computing_everything_again_is_exact(name: str) -> None:
    engine = engine_of(name)
    tokens = random_tokens(40)
    blocks = apart(engine, tokens, [9, 22])
    full = engine.prefill(tokens)
    again = engine.compose(tokens, blocks, range(40))
    assert far(again, full) < 1e-4
    turned = engine.compose(tokens, blocks, [])
    assert far(turned, full) > 0.1, "what is before a block is missing in it"
    assert far(turned.part(0, 9), full.part(0, 9)) < 1e-4, "the first block has nothing before it"
    tail = engine.compose(tokens, blocks, range(9, 40))
    assert far(tail, full) < 1e-4
    assert far(blocks[1][1], engine.prefill(tokens[9:22])) == 0, "the originals are as they were"


@pytest.mark.parametrize("name", TURNING)
def test_the_first_layer_is_exact_wherever_a_block_stands(name: str) -> None:
    engine = engine_of(name)
    tokens = random_tokens(40)
    turned = engine.compose(tokens, apart(engine, tokens, [9, 22]), [])
    full = engine.prefill(tokens)
    for ours, true in zip(turned.layers[0], full.layers[0], strict=True):
        assert float((ours - true).abs().max() / true.std()) < 1e-4


def test_a_block_computed_after_a_prefix_is_turned_from_there() -> None:
    engine = engine_of("llama")
    tokens = random_tokens(30)
    prefix = engine.prefill(tokens[:10])
    later = engine.prefill(tokens[10:], [prefix])
    together = engine.compose(tokens, [(0, prefix), (10, later)], [])
    assert far(together, engine.prefill(tokens)) < 1e-4, "nothing moved, everything was seen"


def test_deviation_tells_which_tokens_miss_something() -> None:
    engine = engine_of("llama")
    tokens = random_tokens(30)
    deviation = engine.deviation(tokens, apart(engine, tokens, [12]))
    assert max(deviation[:12]) < 1e-6 < min(deviation[12:])
    composed = [engine.compose(tokens, apart(engine, tokens, [12]), rows) for rows in ([], range(12, 30))]
    query = random_tokens(8, seed=3)
    approximate, exact = (engine.divergence(tokens, one, query) for one in composed)
    assert exact < 1e-6 < approximate


def test_deviation_is_that_of_the_second_layers_values_by_their_length() -> None:
    engine, tokens = engine_of("qwen2"), random_tokens(30)
    blocks = apart(engine, tokens, [12])
    true = second_values(engine.prefill(tokens))
    held = torch.cat([second_values(one) for _, one in blocks], dim=1)
    expected = (held - true).square().sum(dim=(0, 2)) / true.square().sum(dim=(0, 2))
    assert torch.allclose(torch.tensor(engine.deviation(tokens, blocks)), expected, rtol=1e-4, atol=1e-9)
    assert expected[12:].max() > 100 * expected[:12].max()


@pytest.mark.parametrize("name", FIXED)
def test_what_cannot_be_moved_is_refused(name: str) -> None:
    engine = engine_of(name)
    tokens = random_tokens(10)
    with pytest.raises(NotComposable):
        engine.compose(tokens, [(0, engine.prefill(tokens))], [])


def test_a_rotation_of_another_layout_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of("llama")
    engine._run.model.model.rotary_emb.inv_freq *= 1.1
    rotary = engine._run.model.model.rotary_emb
    frequencies = rotary.inv_freq.clone()
    tokens = random_tokens(10)
    values = engine.prefill(tokens)
    original = rotary.forward
    monkeypatch.setattr(rotary, "forward", lambda x, position_ids: original(x, position_ids * 2))
    with pytest.raises(NotComposable, match="turn"):
        engine.compose(tokens, [(0, values)], [])
    assert torch.equal(frequencies, rotary.inv_freq)


def test_bad_input() -> None:
    engine = engine_of("llama")
    tokens = random_tokens(10)
    values = engine.prefill(tokens)
    with pytest.raises(InvalidInput, match="10 tokens"):
        engine.compose(tokens, [(0, values.part(0, 4))], [])
    with pytest.raises(InvalidInput, match="positions"):
        engine.compose(tokens, [(0, values)], [10])
    with pytest.raises(InvalidInput, match="query"):
        engine.divergence(tokens, values, [])
