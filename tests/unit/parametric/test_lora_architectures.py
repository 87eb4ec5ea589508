"""Models of several architectures are taught, serve mixed batches, and are given back as they were."""

import pytest
import torch

from memos_adapters.peft_lora import PeftLoraEngine
from memos_core.domain.activation import Sampling
from memos_core.domain.parametric import BASE
from memos_core.errors import InvalidInput
from tests.unit.activation.tiny_models import tiny_model, tiny_tokenizer
from tests.unit.parametric.lora_models import PROMPT, adapter, lesson, short

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")


def engine_of(name: str, dtype: torch.dtype = torch.float32) -> PeftLoraEngine:
    return PeftLoraEngine(tiny_model(name, dtype=dtype), tiny_tokenizer())


@pytest.mark.parametrize(
    "name, dtype",
    [
        ("llama", torch.bfloat16),
        *((name, torch.float32) for name in ("gpt2", "gemma3", "mixtral", "bloom alibi", "phi3")),
    ],
)
def test_any_decoder_is_taught_and_given_back(tmp_path, name, dtype) -> None:
    engine = engine_of(name, dtype)
    before = engine.logits(PROMPT)
    for seed, rank in enumerate((4, 2)):
        engine.attach(str(seed), adapter(engine, tmp_path / str(seed), seed=seed, rank=rank)[0])
    assert not torch.equal(engine.logits(PROMPT, "0"), before)
    prompts, names, brief = [PROMPT, f"{PROMPT} is", "The boat"], ["0", "1", BASE], Sampling(max_tokens=4)
    together = engine.generate(prompts, brief, names)
    pairs = zip(prompts, names, strict=True)
    assert together == [engine.generate([prompt], brief, [one])[0] for prompt, one in pairs]
    engine.detach("0")
    engine.detach("1")
    assert torch.equal(engine.logits(PROMPT), before)


@pytest.mark.parametrize("name, targets", [("llama", ("no_such_layer",)), ("deepseek latent", ())])
def test_layers_that_cannot_be_adapted_are_refused(tmp_path, name, targets) -> None:
    engine = engine_of(name)
    before = engine.logits(PROMPT)
    with pytest.raises(InvalidInput, match=r"recipe\.targets"):
        engine.train(lesson(), short(targets=targets), tmp_path)
    assert engine.attached == ()
    assert torch.equal(engine.logits(PROMPT), before)


def test_where_experts_cannot_be_adapted_attention_can(tmp_path) -> None:
    engine = engine_of("deepseek latent")
    path, manifest = adapter(engine, tmp_path, targets=("q_b_proj", "o_proj"))
    assert manifest.config["target_modules"] == ["o_proj", "q_b_proj"]
    engine.attach("a", path)
    assert not torch.equal(engine.logits(PROMPT, "a"), engine.logits(PROMPT))
