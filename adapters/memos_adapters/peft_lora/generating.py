"""Completing texts in one batch, each row by the adapter that is named for it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from transformers import GenerationConfig

from memos_adapters.peft_lora.layers import AdaptedLayers
from memos_adapters.peft_lora.rows import Encoder
from memos_adapters.transformers_kv.generating import checked
from memos_adapters.transformers_kv.replies import Reply
from memos_core.domain.activation import Completion, Sampling


def complete(
    layers: AdaptedLayers, encoder: Encoder, prompts: Sequence[str], sampling: Sampling, names: Sequence[str]
) -> list[Completion]:
    """Complete all prompts in one batch.

    Raises:
        InvalidInput: a value of ``sampling`` that is out of range.
        UnknownAdapter: none of a name.
    """
    checked(sampling)
    encoded = [encoder.prompt(one) for one in prompts]
    longest = max(map(len, encoded))
    gaps = [longest - len(one) for one in encoded]
    ids = [[0] * gap + list(one) for gap, one in zip(gaps, encoded, strict=True)]
    mask = [[0] * gap + [1] * len(one) for gap, one in zip(gaps, encoded, strict=True)]
    inputs: dict[str, Any] = {
        "input_ids": torch.tensor(ids, device=layers.device),
        "attention_mask": torch.tensor(mask, device=layers.device),
    }
    ends = _ends(layers.model, encoder.tokenizer)
    with torch.no_grad(), layers.answering(names), _seeded(sampling, layers.device):
        made = layers.model.generate(**inputs, generation_config=_settings(sampling, ends))
    done = []
    for row, prompt in zip(made[:, longest:].tolist(), encoded, strict=True):
        reply = Reply(encoder.tokenizer, stop=sampling.stop, ends=ends, limit=sampling.max_tokens)
        for token in row:
            reply.add(token)
            if reply.finished:
                break
        done.append(reply.completion(len(prompt), 0))
    return done


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    own = getattr(model.generation_config, "eos_token_id", None)
    several = own if isinstance(own, list) else [own]
    return frozenset(one for one in [*several, tokenizer.eos_token_id] if one is not None)


def _settings(sampling: Sampling, ends: frozenset[int]) -> GenerationConfig:
    settings: dict[str, Any] = {
        "max_new_tokens": sampling.max_tokens,
        "num_beams": sampling.beams,
        "do_sample": sampling.temperature > 0,
        "eos_token_id": sorted(ends) or None,
        "pad_token_id": min(ends, default=0),
    }
    if sampling.temperature > 0:
        settings |= {"temperature": sampling.temperature, "top_p": sampling.top_p, "top_k": sampling.top_k}
    return GenerationConfig(**settings)


@contextmanager
def _seeded(sampling: Sampling, device: torch.device) -> Iterator[None]:
    """The library samples from PyTorch's global state: with a seed, put it back afterwards."""
    if sampling.temperature <= 0 or sampling.seed is None:
        yield
        return
    with torch.random.fork_rng([device] if device.type == "cuda" else []):
        torch.manual_seed(sampling.seed)
        yield
