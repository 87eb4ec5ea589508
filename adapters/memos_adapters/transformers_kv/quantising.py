"""Keys and values in fewer bytes: as they lie in a file, and as they are read back.

One byte a number: keys by channel in groups of tokens, because a few channels are large in all tokens; values by token
(KIVI, arXiv:2402.02750). Each group has its own scale and lowest value.
"""

from collections.abc import Mapping

import torch

from memos_adapters.transformers_kv.values import TensorValues
from memos_core.domain.activation import Storage

GROUP = 64
"""Tokens that share a scale in a channel of keys."""
_STEPS = 255


def encoded(values: TensorValues, storage: Storage) -> dict[str, torch.Tensor]:
    """The tensors of a file, by name."""
    named = values.named()
    if storage is Storage.NATIVE:
        return named
    if storage is Storage.BFLOAT16:
        return {name: one.to(torch.bfloat16) for name, one in named.items()}
    packed: dict[str, torch.Tensor] = {}
    for name, one in named.items():
        numbers, scale, lowest = _packed(one, by_channel=name.endswith(".k"))
        packed |= {name: numbers, f"{name}.scale": scale, f"{name}.lowest": lowest}
    return packed


def decoded(tensors: Mapping[str, torch.Tensor], storage: Storage, dtype: torch.dtype) -> dict[str, torch.Tensor]:
    """Keys and values in the model's dtype from the tensors of a file.

    Raises:
        KeyError: a scale is missing.
    """
    if storage is not Storage.INT8:
        return {name: one.to(dtype) for name, one in tensors.items()}
    return {
        name: _unpacked(one, tensors[f"{name}.scale"], tensors[f"{name}.lowest"], dtype)
        for name, one in tensors.items()
        if name.endswith((".k", ".v"))
    }


def _packed(tensor: torch.Tensor, *, by_channel: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Numbers ``[heads, T, d]`` (uint8), and a scale and a lowest value for each group."""
    given = tensor.detach().float()
    groups = _grouped(given) if by_channel else given
    axis = 2 if by_channel else -1
    lowest, highest = groups.amin(axis, keepdim=True), groups.amax(axis, keepdim=True)
    lowest = lowest.to(torch.float16)
    scale = ((highest - lowest.float()) / _STEPS).clamp(min=1e-7).to(torch.float16).clamp(min=6e-8)
    numbers = ((groups - lowest.float()) / scale.float()).round().clamp(0, _STEPS).to(torch.uint8)
    if by_channel:
        numbers = numbers.flatten(1, 2)[:, : tensor.shape[1]]
    return numbers.contiguous(), scale, lowest


def _unpacked(numbers: torch.Tensor, scale: torch.Tensor, lowest: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    by_channel = scale.dim() == 4
    groups = _grouped(numbers.float()) if by_channel else numbers.float()
    read = groups * scale.float() + lowest.float()
    if by_channel:
        read = read.flatten(1, 2)[:, : numbers.shape[1]]
    return read.to(dtype)


def _grouped(tensor: torch.Tensor) -> torch.Tensor:
    """``[heads, groups, GROUP, d]``; the last group is filled with its last row, which changes no extreme."""
    heads, length, width = tensor.shape
    missing = -length % GROUP
    if missing:
        tensor = torch.cat([tensor, tensor[:, -1:].expand(heads, missing, width)], dim=1)
    return tensor.reshape(heads, -1, GROUP, width)
