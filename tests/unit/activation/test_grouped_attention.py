"""Stored keys and values are attended to as they are, and the model is left as it was."""

import pytest
import torch

from memos_adapters.transformers_kv import TransformersEngine, attending
from memos_core.domain.activation import Sampling
from tests.unit.activation.tiny_models import random_tokens, tiny_engine, tiny_model, tiny_tokenizer

CUT = 40


@pytest.fixture
def repeated(monkeypatch) -> list[int]:
    """Tokens of each copy that transformers makes for the query heads of a group."""
    from transformers.integrations import sdpa_attention

    copies: list[int] = []
    plain = sdpa_attention.repeat_kv

    def noted(states: torch.Tensor, times: int) -> torch.Tensor:
        copies.append(states.shape[2])
        return plain(states, times)

    monkeypatch.setattr(sdpa_attention, "repeat_kv", noted)
    return copies


@pytest.mark.parametrize("name", ["llama", "llama multi-query", "qwen3", "mistral", "phi3"])
def test_nothing_stored_is_repeated_for_query_heads(name, repeated) -> None:
    engine, prompt = tiny_engine(name), random_tokens(60)
    past = [engine.prefill(prompt[:CUT])]
    repeated.clear()
    given = engine.logits(prompt, past)
    assert repeated == []
    inputs = engine.inputs(prompt, past)
    with torch.no_grad():  # the model by itself does repeat, and computes the same
        theirs = engine._run.model(input_ids=inputs["input_ids"][:, CUT:], past_key_values=inputs["past_key_values"])
    assert repeated
    assert torch.allclose(given, theirs.logits[0, -1], atol=1e-5)


def test_the_model_keeps_its_own_attention(monkeypatch) -> None:
    engine, prompt = TransformersEngine(tiny_model(), tiny_tokenizer()), random_tokens(30)
    config, seen = engine._run.model.config, []
    plain = vars(attending)["sdpa_mask"]

    def noted(*args, **kwargs):
        seen.append(config._attn_implementation)
        return plain(*args, **kwargs)

    monkeypatch.setattr(attending, "sdpa_mask", noted)
    fingerprint = engine.fingerprint
    engine.generate([prompt], [engine.prefill(prompt[:20])], Sampling(max_tokens=2))
    assert set(seen) == {"memos_grouped"}
    assert config._attn_implementation == "sdpa"
    assert engine.fingerprint == fingerprint
    with pytest.raises(IndexError):
        engine._run(torch.tensor([[10**6]]), None)
    assert config._attn_implementation == "sdpa", "after a failure too"


@pytest.mark.parametrize("name", ["llama eager", "gpt2", "gpt-neox", "falcon alibi", "gpt-oss"])
def test_other_attention_is_left_alone(name, monkeypatch) -> None:
    engine, prompt = tiny_engine(name), random_tokens(30)

    def fails(*args, **kwargs):
        raise AssertionError("asked")

    monkeypatch.setattr(torch.nn.functional, "scaled_dot_product_attention", _ungrouped(fails))
    engine.logits(prompt, [engine.prefill(prompt[:20])])


def _ungrouped(refuse):
    plain = torch.nn.functional.scaled_dot_product_attention

    def attend(*args, attn_mask=None, enable_gqa=False, **kwargs):
        if attn_mask is not None and enable_gqa:
            refuse()
        return plain(*args, attn_mask=attn_mask, enable_gqa=enable_gqa, **kwargs)

    return attend


def test_rows_that_are_padded_see_what_they_should() -> None:
    engine = tiny_engine("llama")
    prompts = [random_tokens(40)[:length] for length in (40, 33)]
    past = [engine.prefill(prompts[0][:20])]
    asked = Sampling(max_tokens=8)
    together = engine.generate(prompts, past, asked)
    assert [one.tokens for one in together] == [engine.generate([one], [], asked)[0].tokens for one in prompts]
