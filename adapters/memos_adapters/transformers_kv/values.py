"""Keys and values as tensors."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch

from memos_core.domain.activation import Layer, LayerKind
from memos_core.errors import InvalidInput

LayerTensors: TypeAlias = tuple[torch.Tensor, torch.Tensor]
"""Keys ``[kv_heads, T, d_k]`` and values ``[kv_heads, T, d_v]``, rotated to their positions where the model does so."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TensorValues:
    """Keys and values of ``T`` consecutive tokens. No code writes into the tensors; ``part`` shares them."""

    layers: tuple[LayerTensors | None, ...]
    """One entry a layer; ``None`` for a layer that reads an earlier one's."""
    tier: str
    """``device``, ``memory`` or ``disk``."""

    @property
    def length(self) -> int:
        return int(next(keys.shape[1] for keys, _ in self._own()))

    @property
    def bytes(self) -> int:
        return sum(one.numel() * one.element_size() for pair in self._own() for one in pair)

    def part(self, lo: int, hi: int) -> TensorValues:
        """Those of tokens ``[lo, hi)``, as views: the memory of all is held as long as a part is.

        Raises:
            InvalidInput: the range is empty or reaches beyond the tokens.
        """
        if not 0 <= lo < hi <= self.length:
            raise InvalidInput(f"no tokens [{lo}, {hi}) in values of {self.length} tokens")
        cut = tuple(pair and (pair[0][:, lo:hi], pair[1][:, lo:hi]) for pair in self.layers)
        return TensorValues(layers=cut, tier=self.tier)

    def named(self) -> dict[str, torch.Tensor]:
        """The tensors by their name in a file: ``layers.{i}.k`` and ``layers.{i}.v``."""
        pairs = ((i, pair) for i, pair in enumerate(self.layers) if pair is not None)
        return {f"layers.{i}.{name}": one for i, pair in pairs for name, one in zip("kv", pair, strict=True)}

    def copied(self, devices: Sequence[torch.device], tier: str) -> TensorValues:
        """Copies in memory of their own, one device a layer."""
        copies = tuple(
            pair and (_copy(pair[0], device), _copy(pair[1], device))
            for pair, device in zip(self.layers, devices, strict=True)
        )
        return TensorValues(layers=copies, tier=tier)

    def _own(self) -> Iterator[LayerTensors]:
        return (pair for pair in self.layers if pair is not None)


def from_names(tensors: Mapping[str, torch.Tensor], layers: Sequence[Layer], tier: str) -> TensorValues:
    """The values whose tensors are named as ``TensorValues.named`` names them.

    Raises:
        KeyError: a tensor of a layer that has its own is missing.
    """
    pairs = tuple(
        None if layer.kind is LayerKind.SHARED else (tensors[f"layers.{i}.k"], tensors[f"layers.{i}.v"])
        for i, layer in enumerate(layers)
    )
    return TensorValues(layers=pairs, tier=tier)


def joined(past: Sequence[TensorValues], devices: Sequence[torch.device] | None = None) -> TensorValues:
    """Values of tokens that follow each other as one; a single one is returned as it is.

    Args:
        past: At least one.
        devices: Where each layer is to be; by default where the first of ``past`` has it.
    """
    if len(past) == 1:
        return past[0]
    columns = list(zip(*(one.layers for one in past), strict=True))
    places = devices if devices is not None else [column[0] and column[0][0].device for column in columns]
    layers = tuple(
        _join([pair for pair in column if pair is not None], device)
        for column, device in zip(columns, places, strict=True)
    )
    return TensorValues(layers=layers, tier=past[0].tier)


def _join(column: Sequence[LayerTensors], device: torch.device | None) -> LayerTensors | None:
    if not column:
        return None
    keys, values = (torch.cat([pair[i].to(device, non_blocking=True) for pair in column], dim=1) for i in (0, 1))
    return keys, values


def _copy(tensor: torch.Tensor, device: torch.device) -> torch.Tensor:
    # Not ``to``: it returns the tensor itself where nothing changes, with all the memory that a view holds.
    return torch.empty(tensor.shape, dtype=tensor.dtype, device=device).copy_(tensor)
