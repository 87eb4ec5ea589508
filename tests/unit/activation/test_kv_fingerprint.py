"""Fingerprints tell whatever changes keys and values, and nothing else."""

from contextlib import nullcontext

import peft
import pytest
import torch
import transformers as hf

from memos_adapters.transformers_kv import TransformersEngine
from memos_adapters.transformers_kv import fingerprint as fingerprints
from memos_core.domain.activation import Fingerprint, Sampling
from tests.unit.activation.tiny_models import BASE, CHATML, random_tokens, rope, strongly, tiny_model, tiny_tokenizer

pytestmark = pytest.mark.filterwarnings("ignore:.is_gradient_checkpointing. is deprecated:FutureWarning")

PROMPT = random_tokens(30)


def of(model, tokenizer=None) -> Fingerprint:
    return TransformersEngine(model, tokenizer or tiny_tokenizer()).fingerprint


def built(**changes):
    return strongly(hf.AutoModelForCausalLM.from_config(hf.LlamaConfig(**BASE | changes))).eval()


def adapted(seed: int = 0, *, targets=("q_proj", "v_proj"), **settings):
    torch.manual_seed(seed)
    config = peft.LoraConfig(r=4, target_modules=list(targets), init_lora_weights=False, **settings)
    return peft.get_peft_model(tiny_model(), config).eval()


@pytest.fixture(scope="module")
def plain() -> Fingerprint:
    return of(tiny_model())


def test_the_same_contents_have_the_same_fingerprint(plain) -> None:
    renamed = built()
    renamed.config._name_or_path = "somebody/else"
    renamed.config.pad_token_id = 7
    assert of(renamed) == plain
    assert of(tiny_model()).key == plain.key


@pytest.mark.parametrize(
    "field, other",
    [
        ("weights", lambda: tiny_model(seed=1)),
        ("model", lambda: built(rms_norm_eps=1e-3)),
        ("positions", lambda: built(rope_parameters=rope("linear", factor=2.0))),
        ("positions", lambda: built(rope_parameters={"rope_type": "default", "rope_theta": 5e5})),
        ("positions", lambda: tiny_model("bloom alibi")),
        ("attention", lambda: tiny_model("llama eager")),
        ("dtype", lambda: tiny_model(dtype=torch.bfloat16)),
    ],
)
def test_another_model_is_told_by_what_differs(plain, field, other) -> None:
    found = of(other())
    assert field in plain.differences(found)
    assert found.key != plain.key
    assert "tokenizer" not in plain.differences(found)


def test_another_tokenizer_or_template_is_told(plain) -> None:
    model = tiny_model()
    shouting = tiny_tokenizer(CHATML.replace("assistant", "ASSISTANT"))
    assert plain.differences(of(model, shouting)) == ("template",)
    assert plain.differences(of(model, tiny_tokenizer(None))) == ("template",)
    larger = tiny_tokenizer()
    larger.add_tokens(["<|memory|>"])
    assert plain.differences(of(model, larger)) == ("tokenizer",)


def test_using_a_tokenizer_does_not_change_it(plain) -> None:
    tokenizer = tiny_tokenizer()
    engine = TransformersEngine(tiny_model(), tokenizer)
    tokenizer(["a", "a longer text"], padding=True, truncation=True, max_length=4)
    assert engine.fingerprint == plain


@pytest.mark.parametrize(
    "change",
    [
        lambda weight: weight.data.mul_(1.5),
        lambda weight: weight.data.__setitem__((0, 0), 9.0),
        lambda weight: weight.detach().__setitem__((3, 5), 9.0),
        lambda weight: weight.copy_(weight.roll(1, 0)),
    ],
)
def test_changed_weights_are_noticed(plain, change) -> None:
    model = tiny_model()
    engine = TransformersEngine(model, tiny_tokenizer())
    assert engine.fingerprint == plain
    with torch.no_grad():
        change(model.model.layers[1].self_attn.k_proj.weight)
    assert plain.differences(engine.fingerprint) == ("weights",)


def test_unchanged_weights_are_hashed_once(monkeypatch) -> None:
    hashed = []
    digest = fingerprints._digest

    def counted(tensors) -> str:
        hashed.append(len(tensors))
        return digest(tensors)

    monkeypatch.setattr(fingerprints, "_digest", counted)
    model = tiny_model()
    engine, again = (TransformersEngine(model, tiny_tokenizer()) for _ in range(2))
    assert len({one.fingerprint for _ in range(5) for one in (engine, again)}) == 1
    engine.generate([PROMPT], [engine.prefill(PROMPT[:20])], Sampling(max_tokens=3))
    assert engine.fingerprint.weights == engine.fingerprint.weights
    assert len(hashed) == 1


def test_active_adapters_are_told_by_their_content(plain) -> None:
    lora = of(adapted())
    assert plain.differences(lora) == ("adapters",)
    assert len(lora.adapters) == 1
    assert of(adapted()) == lora
    assert of(adapted(seed=1)).adapters != lora.adapters
    assert of(adapted(lora_alpha=64)).adapters != lora.adapters
    assert of(adapted(targets=("q_proj",))).adapters != lora.adapters


def test_an_adapter_that_is_switched_off_leaves_the_bare_model(plain) -> None:
    model = adapted()
    engine = TransformersEngine(model, tiny_tokenizer())
    active = engine.fingerprint
    with model.disable_adapter():
        assert engine.fingerprint == plain
    assert engine.fingerprint == active != plain


def test_adapters_are_told_apart_when_they_are_switched() -> None:
    model = adapted()
    torch.manual_seed(1)
    model.add_adapter("second", peft.LoraConfig(r=4, target_modules=["q_proj", "v_proj"], init_lora_weights=False))
    engine = TransformersEngine(model, tiny_tokenizer())
    first = engine.fingerprint
    model.set_adapter("second")
    second = engine.fingerprint
    assert first.differences(second) == ("adapters",)
    model.base_model.set_adapter(["default", "second"])
    assert engine.fingerprint.adapters == (*first.adapters, *second.adapters)
    model.set_adapter("default")
    assert engine.fingerprint == first
    with torch.no_grad():
        model.base_model.model.model.layers[0].self_attn.q_proj.lora_B["default"].weight.mul_(2)
    assert first.differences(engine.fingerprint) == ("adapters",)


def test_a_merged_adapter_changes_the_weights(plain) -> None:
    model = adapted()
    engine = TransformersEngine(model, tiny_tokenizer())
    active = engine.fingerprint
    model.merge_adapter()
    assert plain.differences(engine.fingerprint) == ("weights",)
    assert active.differences(engine.fingerprint) == ("weights", "adapters")


def test_whole_modules_that_an_adapter_brings_count(plain) -> None:
    model = adapted(modules_to_save=["lm_head"])
    engine = TransformersEngine(model, tiny_tokenizer())
    with model.disable_adapter():
        assert engine.fingerprint == plain
    before = engine.fingerprint
    with torch.no_grad():
        model.base_model.model.lm_head.modules_to_save["default"].weight.mul_(2)
    assert before.differences(engine.fingerprint) == ("adapters",)


@pytest.mark.parametrize("active", [True, False])
def test_values_are_the_active_adapters(active) -> None:
    """Exact with the adapter and without, and wrong when the two are mixed: why the fingerprint tells."""
    model = adapted()
    engine = TransformersEngine(model, tiny_tokenizer())

    def switched(on: bool):
        return nullcontext() if on else model.disable_adapter()

    def gap(built_with: bool, used_with: bool) -> float:
        with switched(built_with):
            values = engine.prefill(PROMPT[:20])
        with switched(used_with), torch.no_grad():
            full = model(input_ids=torch.tensor([PROMPT])).logits[0, 20:]
            cache = engine.inputs(PROMPT, [values])["past_key_values"]
            reused = model(input_ids=torch.tensor([PROMPT[20:]]), past_key_values=cache).logits[0]
        return (full - reused).abs().max().item()

    assert gap(active, active) <= 1e-4
    assert gap(not active, active) > 0.1


def test_learned_prompts_are_refused() -> None:
    config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    engine = TransformersEngine(peft.get_peft_model(tiny_model(), config).eval(), tiny_tokenizer())
    assert not engine.capability.served
    assert "learned vectors" in engine.capability.reason
