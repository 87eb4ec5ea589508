"""Whether a model's keys and values can be reused: what its configuration says, and a test on the model itself."""

from dataclasses import dataclass
from typing import Any

import torch
from transformers import DynamicCache, PreTrainedConfig
from transformers.cache_utils import DummyLayer, DynamicLayer, DynamicSlidingWindowLayer

from memos_adapters.transformers_kv.caches import for_use, taken, whole
from memos_adapters.transformers_kv.running import ForwardPass
from memos_adapters.transformers_kv.values import TensorValues
from memos_core.domain.activation import Capability, Layer, LayerKind

PROBE, SPLIT = 48, 31
"""Tokens of the test's prompt, and how many of them are stored."""

_EXACT_TYPES = {torch.float32, torch.float64}
_LARGEST = 1e-3
"""Largest difference of logits in float32, in standard deviations of them. Right models stay below 1e-5."""
_LARGEST_LEAK = 0.25
"""The same in 16 bits, of two passes that differ in their last token: a causal model computes the same twice."""
_MEAN = 0.05
"""Mean difference of logits in 16 bits: a right cache differs by up to 0.006 and a wrong one by 0.13 to 1, while the
largest difference may be that of one token whose rounding led it to another expert."""

_PROBE_FAILS = (RuntimeError, ValueError, TypeError, AttributeError, IndexError, KeyError, NotImplementedError)
"""What a model may raise that was not made for a cache of this kind."""

_FREE_ROTATIONS = {"default", "linear", "llama3", "yarn"}
"""Rotary embeddings whose angle depends on the position alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the layers of a model are, and what their keys and values look like."""

    devices: tuple[torch.device, ...]
    shapes: tuple[tuple[tuple[int, int], tuple[int, int]] | None, ...]
    """``(kv_heads, width)`` of keys and of values; ``None`` for a layer that has none of its own."""
    dtype: torch.dtype

    @classmethod
    def of(cls, values: TensorValues, device: torch.device) -> "Layout":
        """The layout of a model that computed ``values``; ``device`` is where it takes its input."""
        devices = [device]
        for pair in values.layers:
            devices.append(pair[0].device if pair is not None else devices[-1])
        return cls(
            devices=tuple(devices[1:]), shapes=shapes_of(values), dtype=next(iter(values.named().values())).dtype
        )


def shapes_of(values: TensorValues) -> tuple[tuple[tuple[int, int], tuple[int, int]] | None, ...]:
    """``(kv_heads, width)`` of keys and of values, layer by layer."""
    return tuple(
        pair and ((pair[0].shape[0], pair[0].shape[2]), (pair[1].shape[0], pair[1].shape[2])) for pair in values.layers
    )


def examine(run: ForwardPass) -> tuple[Capability, Layout | None]:
    """What ``run``'s model allows, and its layout where it is served.

    Raises:
        RuntimeError: PyTorch has no memory for the test.
    """
    reason = "peft puts learned vectors before the prompt" if run.prompt_is_learned else refusal(run.model)
    if reason:
        return Capability(served=False, reason=reason), None
    layers = layers_of(run.model.config)
    try:
        reason, values = _self_test(run, len(layers))
    except _PROBE_FAILS as error:
        if _is_want_of_memory(error):
            raise
        return Capability(served=False, reason=f"the self-test failed: {type(error).__name__}: {error}"), None
    if reason:
        return Capability(served=False, reason=reason), None
    config = run.model.config.get_text_config(decoder=True)
    fixed = not_composable(config, layers)
    capability = Capability(
        served=True,
        composable=not fixed,
        not_composable=fixed,
        limit=length_limit(config),
        layers=layers,
        bytes_per_token=values.bytes // values.length,
    )
    return capability, Layout.of(values, run.device)


def _is_want_of_memory(error: Exception) -> bool:
    """Which says nothing about the model: the same model may be served a moment later."""
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)


def refusal(model: Any) -> str:
    """Why the configuration alone rules the model out; empty where it does not."""
    if getattr(model.config, "is_encoder_decoder", False):
        return "an encoder-decoder: keys and values depend on the encoder's output"
    if not model.can_generate():
        return "not a causal language model"
    if getattr(model, "_is_stateful", False):
        return "it keeps a state that cannot be cut at a token (recurrent or convolutional layers)"
    try:
        cache = DynamicCache(config=model.config)
    except _PROBE_FAILS as error:
        return f"transformers has no cache for it: {type(error).__name__}: {error}"
    # Exactly these: what is derived from them keeps more than keys and values.
    known = {DynamicLayer, DynamicSlidingWindowLayer, DummyLayer}
    foreign = sorted({type(layer).__name__ for layer in cache.layers} - {kind.__name__ for kind in known})
    return f"layers that do not keep keys and values by token: {', '.join(foreign)}" if foreign else ""


def layers_of(config: PreTrainedConfig) -> tuple[Layer, ...]:
    """The layers' parts in a cache."""
    return tuple(_layer(layer) for layer in DynamicCache(config=config).layers)


def _layer(layer: Any) -> Layer:
    if isinstance(layer, DummyLayer):
        return Layer(kind=LayerKind.SHARED)
    if isinstance(layer, DynamicSlidingWindowLayer):
        return Layer(kind=LayerKind.SLIDING, window=int(layer.sliding_window))
    return Layer()


def rotations(config: PreTrainedConfig) -> list[dict[str, Any]]:
    """The parameters of the rotary embeddings, of each kind of layer; empty for other schemes of positions."""
    if getattr(config, "alibi", False):
        return []
    parameters = getattr(config, "rope_parameters", None) or {}
    if "rope_type" in parameters:
        return [parameters]
    return [one for one in parameters.values() if isinstance(one, dict)]


def scheme(config: PreTrainedConfig) -> str:
    """``rotary``, ``alibi``, ``learned`` (a table with a row for each position) or ``none``."""
    if rotations(config):
        return "rotary"
    if getattr(config, "alibi", False) or config.model_type in {"bloom", "mpt"}:
        return "alibi"
    return "learned" if getattr(config, "max_position_embeddings", None) else "none"


def length_limit(config: PreTrainedConfig) -> int | None:
    """Prompt and reply must stay below it: rotations change with the length, or the table of positions ends."""
    limits = [config.max_position_embeddings + 1] if scheme(config) == "learned" else []
    for one in rotations(config):
        if "dynamic" in one["rope_type"]:
            limits.append(config.max_position_embeddings)
        elif one["rope_type"] == "longrope":
            before = one.get("original_max_position_embeddings")
            limits.append(before or getattr(config, "original_max_position_embeddings", config.max_position_embeddings))
    return min(limits, default=None)


def not_composable(config: PreTrainedConfig, layers: tuple[Layer, ...]) -> str:
    """Why keys cannot be moved to other positions; empty where they can."""
    kinds = {one["rope_type"] for one in rotations(config)}
    if not kinds:
        return f"positions are not rotary ({scheme(config)})"
    if kinds - _FREE_ROTATIONS:
        return (
            f"rotary embeddings of type {', '.join(sorted(kinds - _FREE_ROTATIONS))} depend on more than the position"
        )
    if len(rotations(config)) > 1 or {layer.kind for layer in layers} != {LayerKind.FULL}:
        return "not all layers attend to all tokens in the same way"
    if not all(getattr(config, "no_rope_layers", None) or [True]):
        return "some layers do not rotate their keys"
    if getattr(config, "kv_lora_rank", None):
        return "latent attention: its keys are rotated in part, in another layout"
    return ""


def _self_test(run: ForwardPass, layers: int) -> tuple[str, TensorValues]:
    """Why stored values would not give the whole prompt's result, and the values of the test."""
    tokens = torch.randint(0, run.vocabulary, (1, PROBE), generator=torch.Generator().manual_seed(7)).to(run.device)
    other = tokens.clone()
    other[0, -1] = (other[0, -1] + 1) % run.vocabulary
    full, changed = (run(one, None, last_only=False) for one in (tokens, other))
    cache = whole((), ())
    run(tokens[:, :SPLIT], cache)
    values = taken(cache, 0, layers)
    layout = Layout.of(values, run.device)
    exact = full.dtype in _EXACT_TYPES
    full, changed = full.float(), changed.float()
    leak = _apart(full[:, :-1], changed[:, :-1]).max()
    if not leak <= (_LARGEST if exact else _LARGEST_LEAK):
        return f"not causal: changing the last token moves earlier logits by {leak:.2g} of their deviation", values
    reused = for_use(run.model.config, [values], layout.devices)
    gap = _apart(full[:, SPLIT:], run(tokens[:, SPLIT:], reused, last_only=False).float())
    if not (gap.max() <= _LARGEST if exact else gap.mean() <= _MEAN):
        return f"a stored prefix does not give the whole prompt's logits: {gap.max():.2g} deviations apart", values
    return "", values


def _apart(one: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
    """Distances of logits in standard deviations of the first."""
    return (one - other).abs() / one.std()
