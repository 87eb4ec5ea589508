"""Adapters in peft's own format: ``adapter_config.json`` and ``adapter_model.safetensors`` in a folder."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig

from memos_adapters.peft_lora import file
from memos_core.domain.activation import Fingerprint
from memos_core.domain.parametric import AdapterManifest, GateReport, Recipe
from memos_core.errors import CorruptAdapter, ForeignAdapter

CONFIG, TENSORS, MANIFEST = "adapter_config.json", "adapter_model.safetensors", "memos_manifest.json"

_SHAPE = (
    "alpha_pattern", "bias", "fan_in_fan_out", "layers_pattern", "layers_to_transform", "lora_alpha", "peft_type", "r",
    "rank_pattern", "target_modules", "task_type", "use_rslora",
)  # fmt: skip
"""The parts of peft's configuration that say what an adapter computes. No other part is taken from a file."""

_REFUSED = (
    "alora_invocation_tokens", "megatron_config", "modules_to_save", "target_parameters", "trainable_token_indices",
    "use_dora",
)  # fmt: skip
"""Parts that change more than the linear layers, or that a mixed batch cannot do."""


def new_config(recipe: Recipe, linear: Sequence[str]) -> dict[str, Any]:
    """The shape of an adapter that is to be trained, on the layers ``linear`` where the recipe names none."""
    config = LoraConfig(
        task_type="CAUSAL_LM",
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        target_modules=list(recipe.targets or linear),
    )
    return shape_of(config.to_dict())


def shape_of(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a peft configuration an adapter's manifest keeps."""
    return {name: file.plain(config[name]) for name in _SHAPE if name in config}


def export(path: Path, folder: Path) -> None:
    """Write a file of ours in peft's format, with the manifest beside. Raises ``CorruptAdapter``."""
    manifest, tensors = file.read(path)
    folder.mkdir(parents=True, exist_ok=True)
    file.write_tensors(folder / TENSORS, tensors, {"format": "pt"})
    config = {**manifest.config, "inference_mode": True}
    (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    said = json.dumps(manifest.as_json(), indent=2, sort_keys=True, ensure_ascii=False)
    (folder / MANIFEST).write_text(said + "\n", encoding="utf-8")


def read(
    folder: Path, base: Fingerprint, named: str, *, libraries: str
) -> tuple[AdapterManifest, dict[str, torch.Tensor]]:
    """Read peft's format for a base model.

    What we exported proves by its manifest what it is for. Of any other adapter the caller has to name the base, since
    peft notes a name at most, and an adapter works without complaint, and wrongly, on every model of the same shape.

    Raises:
        ForeignAdapter, CorruptAdapter: see ``ports.parametric.AdapterExchange``.
    """
    config = _json(folder / CONFIG)
    refused = [name for name in _REFUSED if config.get(name)]
    if config.get("peft_type") != "LORA" or refused:
        what = ", ".join(refused) or f"peft_type {config.get('peft_type')!r}"
        raise ForeignAdapter(f"{folder} is not a plain LoRA adapter of linear layers: {what}")
    _, tensors = file.read_tensors(folder / TENSORS)
    told = folder / MANIFEST
    if told.exists():
        gate = _proven(told, base, tensors)
    else:
        gate = None
        said = config.get("base_model_name_or_path") or ""
        if not named or said != named:
            raise ForeignAdapter(
                f"{folder} does not prove which model it is for; it says {said!r}. "
                "If that is the model at hand, pass base= with the same name"
            )
    manifest = AdapterManifest(
        base=base, config=shape_of(config), gate=gate, libraries=libraries, made_at=datetime.now(UTC)
    )
    return manifest, tensors


def _proven(path: Path, base: Fingerprint, tensors: Mapping[str, torch.Tensor]) -> GateReport | None:
    try:
        manifest = AdapterManifest.from_json(_json(path))
    except (KeyError, TypeError, ValueError) as error:
        raise CorruptAdapter(f"{path} is no valid manifest: {error!r}") from error
    if manifest.checksums != file.checksums(tensors):
        raise CorruptAdapter(f"the tensors beside {path} are not those of the manifest")
    differing = manifest.foreign(base)
    if differing:
        raise ForeignAdapter(f"{path} was made for another base model: {', '.join(differing)} differ")
    return manifest.gate


def _json(path: Path) -> dict[str, Any]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CorruptAdapter(f"{path} cannot be read: {error}") from error
    if not isinstance(said, dict):
        raise CorruptAdapter(f"{path} holds no settings")
    return said
