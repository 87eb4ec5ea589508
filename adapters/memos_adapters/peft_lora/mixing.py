"""A batch whose rows are answered by different adapters, as two batched products a layer.

peft's own way (``adapter_names``) takes the rows of each adapter apart in every layer, which on eight adapters costs
more than the layer itself. Here the matrices of each row's adapter are laid side by side once for the whole batch.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from peft.tuners.lora import LoraLayer


@contextmanager
def mixed(model: Any, slots: Sequence[str]) -> Iterator[None]:
    """Let each row of a batch be answered by the adapter in its slot, while the adapters themselves are switched off.

    Args:
        model: Whose layers hold the adapters.
        slots: peft's name of an adapter for each row; empty for the model without one.
    """
    hooks = []
    try:
        for layer in [one for one in model.modules() if isinstance(one, LoraLayer) and one.lora_A]:
            hooks.append(layer.register_forward_hook(_Rows(layer, slots)))
        yield
    finally:
        for hook in hooks:
            hook.remove()


class _Rows:
    """What the adapters of the rows add to the output of one layer."""

    def __init__(self, layer: Any, slots: Sequence[str]) -> None:
        with torch.no_grad():
            down, up = zip(*(_matrices(layer, slot) for slot in slots), strict=True)
            rank = max(one.shape[0] for one in down)
            # ``[rows, inputs, rank]`` and ``[rows, rank, outputs]``; smaller ranks are filled up with zeros.
            self._down = torch.stack([_filled(one, rank).T for one in down])
            self._up = torch.stack([_filled(one.T, rank) for one in up])

    def __call__(self, layer: Any, given: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        values = given[0].to(self._down.dtype)
        down, up = self._down, self._up
        if len(values) != len(down):  # beams: each row several times
            down, up = (one.repeat_interleave(len(values) // len(down), dim=0) for one in (down, up))
        added = torch.bmm(torch.bmm(values.reshape(len(values), -1, values.shape[-1]), down), up)
        return output + added.reshape(output.shape).to(output.dtype)


def _matrices(layer: Any, slot: str) -> tuple[torch.Tensor, torch.Tensor]:
    """``[rank, inputs]`` and the scaled ``[outputs, rank]``; of rank 0 where the layer is not adapted."""
    if slot not in layer.lora_A:
        like = next(iter(layer.lora_A.values())).weight
        return like.new_zeros(0, layer.in_features), like.new_zeros(layer.out_features, 0)
    return layer.lora_A[slot].weight, layer.lora_B[slot].weight * layer.scaling[slot]


def _filled(matrix: torch.Tensor, rank: int) -> torch.Tensor:
    return torch.nn.functional.pad(matrix, (0, 0, 0, rank - matrix.shape[0]))
