"""What the first layer tells: whether stored values are of these tokens and weights, and which tokens they are of.

Keys and values of layer 0 depend on the tokens and their positions only, so they cost next to nothing to recompute.
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from memos_adapters.transformers_kv.running import ForwardPass
from memos_adapters.transformers_kv.values import LayerTensors, TensorValues
from memos_core.domain.activation import Manifest, Storage
from memos_core.errors import UnsupportedModel

_EXACT = {torch.float32: 1e-3, torch.float64: 1e-3}
_ROUNDED = 0.1
"""Allowed differences in standard deviations. A wrong token differs by 1 to 6."""
_NAMED = 5
"""Rows that a report names."""
_VOCABULARY_PART = 1024


class _Taken(Exception):
    """Ends a forward pass after the first layer's keys and values are known."""


class _FirstLayer(DynamicLayer):  # type: ignore[misc] # transformers is not type-checked
    def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> Any:
        self.keys, self.values = key_states, value_states
        raise _Taken


def first_layer(run: ForwardPass, tokens: Sequence[int], start: int = 0) -> LayerTensors:
    """Keys and values ``[kv_heads, T, d]`` that layer 0 has for tokens from position ``start`` on."""
    cache, layer = DynamicCache(), _FirstLayer()
    cache.layers.append(layer)
    positions = torch.arange(start, start + len(tokens), device=run.device)[None]
    try:
        run(run.ids([tokens]), cache, positions=positions)
    except _Taken:
        return layer.keys[0], layer.values[0]
    raise UnsupportedModel("the model does not put its first layer's keys and values into a cache")


def audited(run: ForwardPass, manifest: Manifest, values: TensorValues) -> list[str]:
    """Compare the first layer with what the manifest's tokens give; problems as sentences, empty when all is well."""
    tokens = manifest.tokens
    if values.length != len(tokens):
        return [f"the values are of {values.length} tokens, the manifest names {len(tokens)}"]
    stored = values.layers[0]
    if stored is None:
        return ["the first layer has no keys and values"]
    far = torch.zeros(len(tokens), device=run.device)
    for true, held in zip(first_layer(run, tokens, manifest.before), stored, strict=True):
        if true.shape != held.shape:
            return [f"the first layer's values are of shape {tuple(held.shape)}, the model's {tuple(true.shape)}"]
        true = true.float()
        gap = (true - held.to(true.device).float()).abs().amax(dim=(0, 2)) / true.std().clamp(min=1e-12)
        # NaN compares as false: it counts as far.
        far = torch.maximum(far, gap.nan_to_num(nan=torch.inf))
    native = manifest.storage is Storage.NATIVE
    allowed = _EXACT.get(run.model.dtype, _ROUNDED) if native else _ROUNDED
    return _report((far > allowed).nonzero()[:, 0].tolist(), manifest)


def _report(wrong: list[int], manifest: Manifest) -> list[str]:
    tokens = manifest.tokens
    if len(wrong) > len(tokens) // 2:
        return [f"{len(wrong)} of {len(tokens)} rows differ: other weights, other positions, or other tokens"]
    found = [
        f"row {row}, position {manifest.before + row}: the values are not those of token {tokens[row]}"
        for row in wrong[:_NAMED]
    ]
    if len(wrong) > _NAMED:
        found.append(f"and {len(wrong) - _NAMED} rows more")
    return found


def read_back(run: ForwardPass, values: TensorValues) -> list[int]:
    """The token ids that values are of, from the first layer alone: stored values are as good as their text.

    The nearest of the whole vocabulary, which stays right after rounding to eight or even four bits.

    Raises:
        UnsupportedModel: all that the first layer keeps depends on positions too (as where those are learned).
    """
    stored = values.layers[0]
    part = _free_of_positions(run)
    if stored is None or part is None:
        raise UnsupportedModel("token ids cannot be read back: all that the first layer keeps depends on positions too")
    rows = _by_token(stored[part].to(run.device))
    best = torch.full((len(rows),), torch.inf, device=run.device)
    found = torch.zeros(len(rows), dtype=torch.long, device=run.device)
    for lo in range(0, run.vocabulary, _VOCABULARY_PART):
        some = range(lo, min(run.vocabulary, lo + _VOCABULARY_PART))
        near, which = torch.cdist(rows, _by_token(first_layer(run, some)[part])).min(dim=1)
        found = torch.where(near < best, which + lo, found)
        best = torch.minimum(best, near)
    return [int(one) for one in found.tolist()]


def _free_of_positions(run: ForwardPass) -> int | None:
    """Which of the two does not change with the position: the values, or in latent attention what stands for keys."""
    tokens = range(min(8, run.vocabulary))
    pairs = zip(first_layer(run, tokens), first_layer(run, tokens, start=3), strict=True)
    free = [i for i, (one, moved) in enumerate(pairs) if torch.allclose(one, moved, rtol=1e-2, atol=1e-2)]
    return free[-1] if free else None


def _by_token(tensor: torch.Tensor) -> torch.Tensor:
    """``[kv_heads, T, d]`` as ``[T, kv_heads * d]``."""
    return tensor.transpose(0, 1).reshape(tensor.shape[1], -1).float()
