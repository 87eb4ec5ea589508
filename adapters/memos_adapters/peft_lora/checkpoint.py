"""The state of a training, written so that another process goes on from it with the same numbers."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import torch

from memos_adapters.peft_lora.file import read_tensors, write_tensors
from memos_core.domain.parametric import Progress
from memos_core.errors import CorruptAdapter

CHECKPOINT = "checkpoint.safetensors"
_FORMAT = "memos-training/1"
_MOMENTS = ("step", "exp_avg", "exp_avg_sq")
"""What Adam remembers of each parameter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How far a training is, besides its tensors."""

    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    curve: tuple[Progress, ...] = ()


Named = Sequence[tuple[str, torch.nn.Parameter]]


def save(folder: Path, purpose: str, state: State, named: Named, optimiser: torch.optim.Optimizer) -> None:
    """Write parameters, the optimiser's moments and the state.

    Args:
        folder: Where.
        purpose: Digest of everything that the training depends on.
        state: How far it is.
        named: The parameters, by names.
        optimiser: Adam over exactly these.
    """
    tensors = {f"parameter {name}": one for name, one in named}
    for name, one in named:
        moments = optimiser.state.get(one, {})
        tensors |= {f"{moment} {name}": moments[moment] for moment in _MOMENTS if moment in moments}
    told = {"format": _FORMAT, "purpose": purpose, "state": json.dumps(asdict(state))}
    write_tensors(folder / CHECKPOINT, tensors, told)


def load(folder: Path, purpose: str, named: Named, optimiser: torch.optim.Optimizer) -> State:
    """Go on from what ``save`` wrote for the same purpose; otherwise begin, with everything as it is."""
    path = folder / CHECKPOINT
    if not path.exists():
        return State()
    try:
        told, tensors = read_tensors(path)
    except CorruptAdapter:
        return State()  # training anew costs time, nothing else
    if (told.get("format"), told.get("purpose")) != (_FORMAT, purpose):
        return State()
    said = json.loads(told["state"])
    with torch.no_grad():
        for name, one in named:
            one.copy_(tensors[f"parameter {name}"])
            found = {moment: tensors.get(f"{moment} {name}") for moment in _MOMENTS}
            moments = {key: value for key, value in found.items() if value is not None}
            if moments:
                # Adam keeps the step in main memory, the moments beside the parameter.
                optimiser.state[one] = {
                    key: value if key == "step" else value.to(one.device) for key, value in moments.items()
                }
    return State(**{**said, "curve": tuple(Progress(**one) for one in said["curve"])})


def remove(folder: Path) -> None:
    """Forget the state: the training has ended."""
    (folder / CHECKPOINT).unlink(missing_ok=True)
