"""Caches as transformers takes them, made anew for each use from values that stay as they are.

The layers' ``update`` concatenates and never writes in place, so any number of caches can share the same tensors.
"""

from collections.abc import Sequence

import torch
from transformers import DynamicCache, PreTrainedConfig
from transformers.cache_utils import DynamicLayer, DynamicSlidingWindowLayer

from memos_adapters.transformers_kv.values import LayerTensors, TensorValues, joined

_ROOM = 64
"""Tokens that a growing layer takes memory for in advance, at least."""


def whole(past: Sequence[TensorValues], devices: Sequence[torch.device]) -> DynamicCache:
    """A cache that keeps every token in every layer, so that what it holds can be cut anywhere.

    Without the configuration transformers builds no sliding layers; the mask alone enforces the window.
    """
    cache = DynamicCache()
    if past:
        for pair, device in zip(joined(past, devices).layers, devices, strict=True):
            layer = DynamicLayer()
            if pair is not None:
                _fill(layer, *_rows(pair, device, (0,)))
            cache.layers.append(layer)
    return cache


def for_use(
    config: PreTrainedConfig, past: Sequence[TensorValues], devices: Sequence[torch.device], pads: Sequence[int] = (0,)
) -> DynamicCache:
    """A cache of ``past`` for one forward pass after the other, as the model itself would have built it.

    Args:
        config: Of the model.
        past: Values of the prompt's beginning; none for an empty cache.
        devices: Where each layer runs.
        pads: For each row of the batch, how many slots at the left are padding. The slots of all rows are as many as
            ``past`` has tokens, so a row with ``p`` slots of padding holds all but the last ``p`` tokens of ``past``.
    """
    cache = DynamicCache(config=config)
    if not past:
        return cache
    held = joined(past, devices)
    for layer, pair, device in zip(cache.layers, held.layers, devices, strict=True):
        if pair is None:
            continue
        keys, values = _rows(pair, device, pads)
        if isinstance(layer, DynamicSlidingWindowLayer):
            # Its own update would keep as much; the count is of all tokens it has seen.
            keys, values = (one[:, :, -layer.sliding_window + 1 :] for one in (keys, values))
            _fill(layer, keys, values)
            layer.cumulative_length = held.length
        else:
            _fill(layer, keys, values)
    return cache


def growing(cache: DynamicCache) -> DynamicCache:
    """The same cache for generating many tokens: a step costs its own token, not a copy of all before it."""
    cache.layers = [_GrowingLayer(layer) if type(layer) is DynamicLayer else layer for layer in cache.layers]
    return cache


class _GrowingLayer(DynamicLayer):  # type: ignore[misc] # transformers is not type-checked
    """Appends in place, in memory that it takes with some room to spare. For greedy and sampled decoding only."""

    keys: torch.Tensor
    values: torch.Tensor

    def __init__(self, filled: DynamicLayer) -> None:
        super().__init__()
        if filled.is_initialized:
            _fill(self, filled.keys, filled.values)
        self._memory: LayerTensors | None = None

    def update(
        self, key_states: torch.Tensor, value_states: torch.Tensor, *args: object, **kwargs: object
    ) -> LayerTensors:
        held = self.get_seq_length()
        if not self.is_initialized:
            self.lazy_initialization(key_states, value_states)
        end = held + key_states.shape[-2]
        if self._memory is None or end > self._memory[0].shape[-2]:
            self._memory = (_roomier(self.keys, held, key_states, end), _roomier(self.values, held, value_states, end))
        for memory, new in zip(self._memory, (key_states, value_states), strict=True):
            memory[:, :, held:end] = new
        self.keys, self.values = (memory[:, :, :end] for memory in self._memory)
        return self.keys, self.values


def _roomier(tensor: torch.Tensor, held: int, like: torch.Tensor, end: int) -> torch.Tensor:
    rows, heads, _, width = like.shape
    memory = like.new_empty(rows, heads, end + max(_ROOM, end // 4), width)
    if held:
        memory[:, :, :held] = tensor
    return memory


def taken(cache: DynamicCache, start: int, layers: int) -> TensorValues:
    """Values of the tokens from ``start`` on, of a cache of one row that keeps every token."""
    pairs: list[LayerTensors | None] = []
    for layer in cache.layers:
        if not layer.is_initialized or layer.keys is None:
            pairs.append(None)
            continue
        keys, values = layer.keys[0, :, start:], layer.values[0, :, start:]
        # Contiguous: a view would hold the tokens before, and sliding layers' views the whole prompt.
        pairs.append((keys.contiguous(), values.contiguous()))
    pairs += [None] * (layers - len(pairs))
    return TensorValues(layers=tuple(pairs), tier="device")


def _fill(layer: DynamicLayer, keys: torch.Tensor, values: torch.Tensor) -> None:
    # Not ``update``: it would copy.
    layer.lazy_initialization(keys, values)
    layer.keys, layer.values = keys, values


def _rows(pair: LayerTensors, device: torch.device, pads: Sequence[int]) -> LayerTensors:
    """``[rows, kv_heads, T, d]`` each; without padding the rows are views of the same tensor."""
    keys, values = (_row_by_row(one.to(device, non_blocking=True), pads) for one in pair)
    return keys, values


def _row_by_row(tensor: torch.Tensor, pads: Sequence[int]) -> torch.Tensor:
    heads, length, width = tensor.shape
    if not any(pads):
        return tensor[None].expand(len(pads), heads, length, width)
    rows = tensor.new_zeros(len(pads), heads, length, width)
    for row, pad in zip(rows, pads, strict=True):
        row[:, pad:] = tensor[:, : max(0, length - pad)]
    return rows
