"""Injected memory against the full prompt, by architecture, with a cache that is wrong on purpose beside it."""

from collections.abc import Callable, Iterator
from typing import Any

import torch
import transformers as hf

from memos_adapters.transformers_kv.bench.subjects import strongly, tokens, words_of
from memos_adapters.transformers_kv.engine import TransformersEngine
from memos_adapters.transformers_kv.values import TensorValues
from memos_core.domain.activation import Sampling
from memos_core.domain.measurement import Measurement

_WORDS, _BEFORE, _AFTER, _USES = 300, 60, 20, 10
_MOST = 1e-4
_GREEDY = Sampling(max_tokens=32)
_BASE: dict[str, Any] = {
    "vocab_size": _WORDS,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "max_position_embeddings": 512,
    "eos_token_id": None,
    "bos_token_id": 1,
    "pad_token_id": 0,
    "tie_word_embeddings": False,
}
_GROUPED = {**_BASE, "num_key_value_heads": 2}
_WINDOW = {"sliding_window": 24}
_GPT2 = {"n_embd": 64, "n_layer": 4, "n_head": 4, "n_positions": 512}
_LLAMA3 = {
    "rope_type": "llama3",
    "rope_theta": 1e4,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 64,
}
ARCHITECTURES: dict[str, Callable[[], Any]] = {
    "Llama": lambda: hf.LlamaConfig(**_GROUPED),
    "Llama 3 scaling": lambda: hf.LlamaConfig(**_GROUPED, rope_parameters=_LLAMA3),
    "Qwen2": lambda: hf.Qwen2Config(**_GROUPED),
    "Qwen3": lambda: hf.Qwen3Config(**_GROUPED, head_dim=16),
    "Mistral, sliding": lambda: hf.MistralConfig(**_GROUPED, **_WINDOW),
    "Gemma 2, hybrid": lambda: hf.Gemma2Config(**_GROUPED, **_WINDOW, head_dim=16, query_pre_attn_scalar=16),
    "Gemma 3, hybrid": lambda: hf.Gemma3TextConfig(**_GROUPED, **_WINDOW, head_dim=16, query_pre_attn_scalar=16),
    "Phi": lambda: hf.PhiConfig(**_GROUPED, partial_rotary_factor=0.5),
    "GPT-2": lambda: hf.GPT2Config(
        vocab_size=_WORDS, eos_token_id=None, bos_token_id=1, tie_word_embeddings=False, **_GPT2
    ),
    "Falcon, ALiBi": lambda: hf.FalconConfig(**_BASE, alibi=True),
    "GPT-NeoX": lambda: hf.GPTNeoXConfig(**_BASE),
    "Mixtral": lambda: hf.MixtralConfig(**_GROUPED, num_local_experts=4),
}
"""Configurations of tiny models, by the name that readers know."""


def measure(*, quick: bool) -> Iterator[Measurement]:
    """One row: the largest difference over all architectures; a row for each that fails."""
    worst, wrong, same = 0.0, float("inf"), 0
    names = list(ARCHITECTURES)[:2] if quick else list(ARCHITECTURES)
    for name in names:
        gap, mistaken, equal = _architecture(ARCHITECTURES[name]())
        worst, wrong, same = max(worst, gap), min(wrong, mistaken), same + equal
        if gap > _MOST or not equal:
            yield Measurement(name=f"exactness, {name}", measured=f"{gap:.1e}", target=f"<= {_MOST:g}", met=False)
    yield Measurement(
        name=f"logits after injection, {len(names)} architectures, float32, {_USES}th use",
        measured=f"{worst:.1e} at most; {same} of {len(names)} the same 32 greedy tokens",
        target=f"<= {_MOST:g}, the same tokens",
        met=worst <= _MOST and same == len(names),
        note=f"a cache with its values moved by one row is off by {wrong:.2g} at least",
        figures={"worst": worst, "wrong": wrong, "same": same},
    )


def _architecture(config: Any) -> tuple[float, float, bool]:
    """Largest difference of logits on the tenth use, that of a wrong cache, and whether greedy tokens are the same."""
    model = strongly(hf.AutoModelForCausalLM.from_config(config, dtype=torch.float32))
    engine = TransformersEngine(model, words_of(_WORDS))
    prompt = tokens(_BEFORE + _AFTER, _WORDS)
    values = engine.prefill(prompt[:_BEFORE])
    with torch.no_grad():
        full = model(input_ids=torch.tensor([prompt])).logits[0, _BEFORE:]
    said = [engine.generate([prompt], [values], _GREEDY)[0] for _ in range(_USES)]
    expected = engine.generate([prompt], [], _GREEDY)[0]
    gap = float((_logits(engine, model, prompt, values) - full).abs().max())
    mistaken = float((_logits(engine, model, prompt, _moved(values)) - full).abs().max())
    return gap, mistaken, all(one.tokens == expected.tokens for one in said)


def _logits(engine: TransformersEngine, model: Any, prompt: list[int], values: TensorValues) -> torch.Tensor:
    inputs = engine.inputs(prompt, [values])
    inputs["input_ids"] = inputs["input_ids"][:, values.length :]
    with torch.no_grad():
        logits: torch.Tensor = model(**inputs).logits[0]
    return logits


def _moved(values: TensorValues) -> TensorValues:
    layers = tuple(pair and (pair[0], pair[1].roll(1, dims=1)) for pair in values.layers)
    return TensorValues(layers=layers, tier=values.tier)
