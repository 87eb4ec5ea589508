"""Several adapters as one: their exact sum, and what each of them loses by it.

Summed adapters interfere with each other (e.g. TIES-Merging, arXiv:2306.01708): each moves the inputs of the others'
layers. Routing does not, and costs nothing but a name for each request, so it is what to do; a sum is for where only
one adapter can be loaded, e.g. in another program.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from memos_adapters.peft_lora import judging
from memos_adapters.peft_lora.layers import AdaptedLayers
from memos_adapters.peft_lora.rows import Encoder
from memos_adapters.peft_lora.training import own_texts
from memos_core.domain.parametric import AdapterManifest, Bounds, Example
from memos_core.errors import ForeignAdapter, InvalidInput

MOST_LOST = 0.02
"""Recall that any part may lose."""
MOST_DIVERGENCE = Bounds().divergence
"""Nats a token from the base on other text."""

_PREFIX, _DOWN, _UP = "base_model.model.", ".lora_A.weight", ".lora_B.weight"

Tensors = Mapping[str, torch.Tensor]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An adapter that is to be merged, and how it is asked."""

    path: Path
    asked: tuple[Example, ...]
    """Questions in forms that it was not taught, with their answers."""
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Interference:
    """What adapters lose when they are merged. Shares are in [0, 1], in the order of the parts."""

    alone: tuple[float, ...]
    """Recall of each part's questions by that part, which is also what routing gives."""
    merged: tuple[float, ...]
    """The same by the sum."""
    divergence_alone: float
    """Nats a token from the base on text that the base wrote: the largest of the parts'."""
    divergence: float
    """The sum's."""
    most_lost: float = MOST_LOST
    most_divergence: float = MOST_DIVERGENCE

    @property
    def lost(self) -> float:
        """The most that any part loses."""
        return max(before - after for before, after in zip(self.alone, self.merged, strict=True))

    @property
    def passed(self) -> bool:
        """Whether no part loses more than the bound, and other text stays what it was."""
        return self.lost <= self.most_lost and self.divergence <= self.most_divergence

    def __str__(self) -> str:
        pairs = enumerate(zip(self.alone, self.merged, strict=True), start=1)
        lines = [
            f"adapter {number}: recall {before:.3f} alone, {after:.3f} merged" for number, (before, after) in pairs
        ]
        return "\n".join(
            [
                *lines,
                f"the most that is lost {self.lost:.3f}, the bound is {self.most_lost:g}",
                f"divergence on other text {self.divergence:.3f} nats a token, of one at most "
                f"{self.divergence_alone:.3f}; the bound is {self.most_divergence:g}",
            ]
        )


def summed(parts: Sequence[Tensors], scalings: Sequence[Mapping[str, float]]) -> dict[str, torch.Tensor]:
    """The weighted sum of low-rank updates, as one of the sum of their ranks: their matrices side by side.

    Args:
        parts: Tensors of each adapter by peft's names.
        scalings: For each, by what its update of each layer is multiplied, weight included.

    Returns:
        Tensors whose update is not scaled any more. A layer that only some adapt has rows of zeros.

    Raises:
        ForeignAdapter: something else than two matrices a layer.
    """
    layers = sorted({_layer(name) for part in parts for name in part})
    rank = sum(max(one.shape[0] for name, one in part.items() if name.endswith(_DOWN)) for part in parts)
    found: dict[str, torch.Tensor] = {}
    for layer in layers:
        down, up = [], []
        for part, scaling in zip(parts, scalings, strict=True):
            if layer + _DOWN in part:
                down.append(part[layer + _DOWN].float())
                up.append(part[layer + _UP].float() * scaling[layer.removeprefix(_PREFIX)])
        whole = torch.cat(down, dim=0), torch.cat(up, dim=1)
        gap = rank - whole[0].shape[0]
        found[layer + _DOWN] = torch.nn.functional.pad(whole[0], (0, 0, 0, gap))
        found[layer + _UP] = torch.nn.functional.pad(whole[1], (0, gap))
    return found


def config_of(configs: Sequence[Mapping[str, object]], tensors: Tensors) -> dict[str, Any]:
    """The shape of a sum, with the layers by their full names."""
    rank = next(one.shape[0] for name, one in tensors.items() if name.endswith(_DOWN))
    layers = sorted({_layer(name).removeprefix(_PREFIX) for name in tensors})
    changed = {"r": rank, "lora_alpha": rank, "use_rslora": False, "target_modules": layers}
    free: dict[str, Any] = {
        "rank_pattern": {},
        "alpha_pattern": {},
        "layers_to_transform": None,
        "layers_pattern": None,
    }
    return {**configs[0], **{name: one for name, one in free.items() if name in configs[0]}, **changed}


def sum_of(
    layers: AdaptedLayers, parts: Mapping[str, Part], manifests: Sequence[AdapterManifest]
) -> tuple[dict[str, Any], dict[str, torch.Tensor]]:
    """Configuration and tensors of the sum of adapters that are in the layers, by the names that they have there.

    Raises:
        ForeignAdapter: something else than two matrices a layer.
    """
    scalings = [
        {layer: part.weight * by for layer, by in layers.scalings(name).items()} for name, part in parts.items()
    ]
    tensors = summed([layers.tensors(name) for name in parts], scalings)
    return config_of([one.config for one in manifests], tensors), tensors


def interference(
    layers: AdaptedLayers, encoder: Encoder, parts: Mapping[str, Part], merged: str, bounds: tuple[float, float]
) -> Interference:
    """Ask each part alone, then the sum; all are in the layers. The bounds are those of recall and divergence."""
    rows = {name: encoder.examples(one.asked) for name, one in parts.items()}
    others = own_texts(layers, encoder, 64, 32, 1)
    return Interference(
        alone=tuple(judging.share(judging.answered(layers, asked, name)) for name, asked in rows.items()),
        merged=tuple(judging.share(judging.answered(layers, asked, merged)) for asked in rows.values()),
        divergence_alone=max(judging.divergence(layers, others, name) for name in rows),
        divergence=judging.divergence(layers, others, merged),
        most_lost=bounds[0],
        most_divergence=bounds[1],
    )


def checked(parts: Sequence[Part]) -> None:
    """Refuse what cannot be measured.

    Raises:
        InvalidInput: fewer than two parts, or one that nothing is asked of.
    """
    if len(parts) < 2:
        raise InvalidInput("two or more adapters can be merged")
    if not all(one.asked for one in parts):
        raise InvalidInput("each adapter needs questions, or nobody knows what merging costs it")


def _layer(name: str) -> str:
    for end in (_DOWN, _UP):
        if name.endswith(end):
            return name.removesuffix(end)
    raise ForeignAdapter(f"{name} is not one of two matrices of a linear layer: it cannot be merged")
