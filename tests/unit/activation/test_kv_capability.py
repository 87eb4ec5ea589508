"""Which models are served from stored values, which are refused, and up to which length."""

import logging
import sys
from importlib import import_module

import pytest
import torch
import transformers as hf

from memos_adapters.transformers_kv import TensorValues, TransformersEngine, capability
from memos_adapters.transformers_kv.caches import taken
from memos_core.domain.activation import Layer, LayerKind, Sampling
from memos_core.errors import MissingExtra, PromptTooLong, UnsupportedModel
from tests.unit.activation.tiny_models import (
    BASE,
    DYNAMIC_LIMIT,
    LIMITED,
    REFUSED,
    SERVED,
    WINDOW,
    random_tokens,
    strongly,
    tiny_engine,
    tiny_model,
    tiny_tokenizer,
)

REASONS = {
    "mamba": "state",
    "jamba": "state",
    "qwen3-next": "state",
    "lfm2": "layers that do not keep keys and values by token",
    "t5": "encoder-decoder",
    "bert": "not causal",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_models_say_why_and_reply_from_text(name) -> None:
    model = tiny_model(name)
    engine = TransformersEngine(model, tiny_tokenizer())
    assert not engine.capability.served
    assert REASONS[name] in engine.capability.reason
    prompt = random_tokens(12)
    with pytest.raises(UnsupportedModel, match=REASONS[name]):
        engine.prefill(prompt)
    other = TransformersEngine(tiny_model(), tiny_tokenizer())
    with pytest.raises(UnsupportedModel, match=REASONS[name]):
        engine.generate([prompt], [other.prefill(prompt[:5])], Sampling())
    (reply,) = engine.generate([prompt], [], Sampling(max_tokens=6))
    with torch.no_grad():
        theirs = model.generate(
            torch.tensor([prompt]), max_new_tokens=6, do_sample=False, eos_token_id=3, pad_token_id=0
        )[0].tolist()
    assert list(reply.tokens) == theirs[1 if name == "t5" else len(prompt) :]
    assert reply.cache_read == 0
    assert "".join(engine.stream(prompt, [], Sampling(max_tokens=6))) == reply.text


@pytest.mark.parametrize("name", SERVED)
def test_served_models_have_no_reason_and_no_hidden_limit(name) -> None:
    found = tiny_engine(name).capability
    assert (found.served, found.reason) == (True, "")
    assert found.limit == (513 if name == "gpt2" else None)
    assert found.composable == (not found.not_composable)
    assert len(found.layers) == (4 if name == "gemma3n shared" else 3)
    assert found.bytes_per_token > 0


def test_layers_are_told_apart() -> None:
    def layers(name: str) -> tuple[Layer, ...]:
        return tiny_engine(name).capability.layers

    full, sliding = Layer(), Layer(kind=LayerKind.SLIDING, window=WINDOW)
    assert layers("llama") == (full, full, full)
    assert layers("mistral") == (sliding, sliding, sliding)
    assert layers("gemma2") == (sliding, full, sliding)
    assert layers("gemma3n shared") == (sliding, full, Layer(kind=LayerKind.SHARED), Layer(kind=LayerKind.SHARED))


def test_grouped_heads_and_types_decide_the_bytes_of_a_token() -> None:
    def bytes_per_token(name: str, dtype: torch.dtype = torch.float32) -> int:
        return tiny_engine(name, dtype).capability.bytes_per_token

    # 3 layers, keys and values, 2 of 4 heads of 8 numbers of 4 bytes.
    assert bytes_per_token("llama") == 3 * 2 * 2 * 8 * 4
    assert bytes_per_token("llama multi-query") == 3 * 2 * 1 * 8 * 4
    assert bytes_per_token("llama", torch.bfloat16) == 3 * 2 * 2 * 8 * 2
    assert bytes_per_token("gemma3n shared") == 2 * 2 * 2 * 8 * 4


def test_only_freely_rotated_keys_can_be_moved() -> None:
    composable = {name for name in SERVED if tiny_engine(name).capability.composable}
    assert {"llama", "llama yarn", "llama3 scaling", "qwen2", "qwen3", "phi", "gpt-neox"} <= composable
    assert not composable & {"gpt2", "falcon alibi", "bloom alibi", "deepseek latent", "llama4 chunked"}
    assert not any(tiny_engine(name).capability.composable for name in LIMITED)


@pytest.mark.parametrize("name", LIMITED)
def test_values_are_exact_below_the_limit_and_refused_from_there(name) -> None:
    engine = tiny_engine(name)
    assert engine.capability.limit == DYNAMIC_LIMIT
    prompt = random_tokens(DYNAMIC_LIMIT)
    past = [engine.prefill(prompt[:100])]
    below, beyond = (Sampling(max_tokens=count) for count in (7, 8))
    assert (
        engine.generate([prompt[:120]], past, below)[0].tokens == engine.generate([prompt[:120]], [], below)[0].tokens
    )
    for use in (
        lambda: engine.generate([prompt[:120]], past, beyond),
        lambda: list(engine.stream(prompt[:120], past, beyond)),
        lambda: engine.inputs(prompt, past),
        lambda: engine.prefill(prompt),
        lambda: engine.prefill(prompt[100:], past),
    ):
        with pytest.raises(PromptTooLong, match=str(DYNAMIC_LIMIT)):
            use()
    # Text is served at any length.
    assert len(engine.generate([prompt], [], beyond)[0].tokens) == 8


@pytest.mark.parametrize("name", LIMITED)
def test_beyond_the_limit_stored_values_are_wrong(name) -> None:
    """Why the limit is there: without it, this would be served."""
    engine = tiny_engine(name)
    prompt = random_tokens(DYNAMIC_LIMIT + 40)
    past = [engine.prefill(prompt[:100])]
    unguarded = TransformersEngine(tiny_model(name), tiny_tokenizer())
    unguarded._within_limit = lambda tokens: None  # type: ignore[method-assign]
    cached = unguarded.inputs(prompt, past)["past_key_values"]
    model = unguarded._run.model
    with torch.no_grad():
        full = model(input_ids=torch.tensor([prompt]), use_cache=False).logits[0, 100:]
        reused = model(input_ids=torch.tensor([prompt[100:]]), past_key_values=cached).logits[0]
    assert (full - reused).abs().max() > 0.5


def test_a_long_prompt_leaves_no_trace_in_a_dynamic_model() -> None:
    engine = TransformersEngine(tiny_model("dynamic ntk"), tiny_tokenizer())
    prompt = random_tokens(60)
    values = engine.prefill(prompt)
    engine.generate([random_tokens(DYNAMIC_LIMIT + 50)], [], Sampling(max_tokens=4))
    again = engine.prefill(prompt)
    assert all(torch.equal(again.named()[name], one) for name, one in values.named().items())


def test_a_model_in_training_is_refused_while_it_is() -> None:
    model = tiny_model()
    engine = TransformersEngine(model, tiny_tokenizer())
    prompt = random_tokens(12)
    values = engine.prefill(prompt[:5])
    model.train()
    for use in (
        lambda: engine.prefill(prompt),
        lambda: engine.generate([prompt], [values], Sampling(max_tokens=2)),
    ):
        with pytest.raises(UnsupportedModel, match="eval"):
            use()
    model.eval()
    assert engine.generate([prompt], [values], Sampling(max_tokens=2))


def test_the_self_test_notices_what_the_configuration_hides() -> None:
    class Leaning(torch.nn.Module):
        """Adds something of the prompt's last token everywhere."""

        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            return hidden + hidden[:, -1:]

    model = tiny_model()
    model.model.norm = Leaning()
    leaking = TransformersEngine(model, tiny_tokenizer()).capability
    assert (leaking.served, "not causal" in leaking.reason) == (False, True)

    class Counting(torch.nn.Module):
        """Scales by the number of tokens in this pass: causal, but not the same in two passes."""

        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            return hidden * hidden.shape[1]

    model = tiny_model()
    model.model.norm = Counting()
    split = TransformersEngine(model, tiny_tokenizer()).capability
    assert (split.served, "stored prefix" in split.reason) == (False, True)


def test_a_model_that_fails_the_self_test_by_raising_is_refused() -> None:
    class Breaking(torch.nn.Module):
        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            raise ValueError("no such operation")

    model = tiny_model()
    model.model.norm = Breaking()
    found = TransformersEngine(model, tiny_tokenizer()).capability
    assert not found.served
    assert "no such operation" in found.reason


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"),
    ],
)
def test_want_of_memory_is_no_refusal(error) -> None:
    class Short(torch.nn.Module):
        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            raise error

    model = tiny_model()
    norm, model.model.norm = model.model.norm, Short()
    with pytest.raises(type(error), match="memory"):
        TransformersEngine(model, tiny_tokenizer())
    model.model.norm = norm
    assert TransformersEngine(model, tiny_tokenizer()).capability.served


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_a_bidirectional_model_is_refused_in_sixteen_bits_too(dtype) -> None:
    for seed in range(5):
        found = TransformersEngine(tiny_model("bert", seed=seed, dtype=dtype), tiny_tokenizer()).capability
        assert (found.served, "not causal" in found.reason) == (False, True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("name", SERVED)
def test_the_self_test_notices_wrong_values_in_every_type(name, dtype, monkeypatch) -> None:
    def rolled(*args):
        values = taken(*args)
        layers = tuple(pair and (pair[0], pair[1].roll(1, dims=1)) for pair in values.layers)
        return TensorValues(layers=layers, tier=values.tier)

    model = tiny_engine(name, dtype)._run.model
    monkeypatch.setattr(capability, "taken", rolled)
    spoilt = TransformersEngine(model, tiny_tokenizer()).capability
    assert (spoilt.served, "stored prefix" in spoilt.reason) == (False, True)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("name", SERVED)
def test_sixteen_bits_pass_the_self_test(name, dtype) -> None:
    found = tiny_engine(name, dtype).capability
    assert found.served, found.reason


def test_default_initialisation_would_hide_a_wrong_cache() -> None:
    """Why ``strongly`` is there: attention of a tiny default model hardly matters."""
    prompt = random_tokens(60)

    def harm(model) -> float:
        engine = TransformersEngine(model.eval(), tiny_tokenizer())
        inputs = engine.inputs(prompt, [engine.prefill(prompt[:40])])
        with torch.no_grad():
            full = model(torch.tensor([prompt])).logits[0, 40:]
            for layer in inputs["past_key_values"].layers:
                layer.values = layer.values.roll(1, dims=2)
            rolled = model(torch.tensor([prompt[40:]]), past_key_values=inputs["past_key_values"]).logits[0]
        return ((full - rolled).abs().max() / full.std()).item()

    torch.manual_seed(0)
    default = hf.AutoModelForCausalLM.from_config(hf.LlamaConfig(**BASE))
    weak = harm(default)
    assert harm(strongly(default)) > 20 * weak


@pytest.fixture(autouse=True)
def _quiet():
    logging.getLogger("transformers").setLevel(logging.ERROR)


@pytest.mark.parametrize("missing", ["torch", "transformers", "safetensors", "jinja2"])
def test_a_missing_package_is_named_with_the_line_that_installs_it(monkeypatch, missing) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.delitem(sys.modules, "memos_adapters.transformers_kv")
    with pytest.raises(MissingExtra, match=rf"{missing} is not installed.*memos-middleware\[transformers\]"):
        import_module("memos_adapters.transformers_kv")
