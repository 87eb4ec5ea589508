"""A base model handed over to a process of its own: by its path where it was loaded from one, else by a copy."""

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from huggingface_hub import try_to_load_from_cache
from huggingface_hub.errors import HFValidationError
from transformers.utils import logging as transformers_logging

from memos_core.domain.activation import Fingerprint, digest_of
from memos_core.domain.parametric import BASE_FIELDS

HANDOVER = "base.json"
"""In the folder of a training: where its model is, and how to load it."""
PROGRESS, FAILURE = "progress.jsonl", "failure.json"
"""In the same folder: what the process tells of itself."""
_COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A model on disk."""

    model: str
    tokenizer: str
    kind: str
    """Name of the tokenizer's class: another one may read the same files otherwise."""
    dtype: str
    attention: str
    device: str
    copied: bool
    """Written by us; otherwise the weights in it may have changed since it was loaded."""

    def write(self, folder: Path) -> None:
        """Note it for the process that trains in a folder."""
        (folder / HANDOVER).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> "Handover":
        """What ``write`` noted."""
        return cls(**json.loads((folder / HANDOVER).read_text(encoding="utf-8")))

    def load(self) -> tuple[Any, Any]:
        """The model, in evaluation mode, and its tokenizer. Nothing is fetched from anywhere."""
        model = transformers.AutoModelForCausalLM.from_pretrained(
            self.model,
            dtype=getattr(torch, self.dtype),
            attn_implementation=self.attention,
            local_files_only=True,
        )
        kind = getattr(transformers, self.kind, transformers.AutoTokenizer)
        tokenizer = kind.from_pretrained(self.tokenizer, local_files_only=True)
        return model.to(self.device).eval(), tokenizer


def where_it_is(model: Any, tokenizer: Any) -> Handover | None:
    """The folders that model and tokenizer were loaded from, also if by name; ``None`` where they were not."""
    places = _folder_of(model, "config.json"), _folder_of(tokenizer, "tokenizer_config.json")
    if places[0] is None or places[1] is None:
        return None
    return _handover(model, tokenizer, places[0], places[1], copied=False)


def copied(model: Any, tokenizer: Any, base: Fingerprint, bases: Path) -> Handover:
    """A copy of the model, made once for each base.

    Args:
        model: A causal language model; peft's adapters may be in its linear layers.
        tokenizer: Its tokenizer.
        base: Of the model without adapters.
        bases: Where copies are kept.
    """
    target = bases / digest_of({name: getattr(base, name) for name in BASE_FIELDS})[:32]
    if not (target / _COMPLETE).exists():
        half = bases / f"{uuid.uuid4().hex}.part"
        try:
            with _without_progress_bars():
                model.save_pretrained(half, state_dict=_own(model))
                tokenizer.save_pretrained(half)
            (half / _COMPLETE).touch()
            shutil.rmtree(target, ignore_errors=True)
            half.rename(target)
        except OSError:
            if not (target / _COMPLETE).exists():  # another process was not quicker either
                raise
        finally:
            shutil.rmtree(half, ignore_errors=True)
    return _handover(model, tokenizer, target, target, copied=True)


def _folder_of(loaded: Any, file: str) -> Path | None:
    name = str(getattr(loaded, "name_or_path", "") or "")
    if not name:
        return None
    if (Path(name) / file).is_file():
        return Path(name).resolve()
    try:
        found = try_to_load_from_cache(name, file)
    except HFValidationError:  # a path that is gone, or a name of the caller's
        return None
    return Path(found).parent if isinstance(found, str) else None


def _own(model: Any) -> dict[str, torch.Tensor]:
    """The model's own tensors by their names without peft."""
    state: dict[str, torch.Tensor] = model.state_dict()
    return {name.replace(".base_layer.", "."): one for name, one in state.items() if ".lora_" not in name}


def _handover(model: Any, tokenizer: Any, place: Path, words: Path, *, copied: bool) -> Handover:
    config = model.config.get_text_config(decoder=True)
    return Handover(
        model=str(place),
        tokenizer=str(words),
        kind=type(tokenizer).__name__,
        dtype=str(model.dtype).removeprefix("torch."),
        attention=str(config._attn_implementation),
        device=str(model.get_input_embeddings().weight.device),
        copied=copied,
    )


@contextmanager
def _without_progress_bars() -> Iterator[None]:
    """A job in the background draws nothing on its host's terminal."""
    shown = transformers_logging.is_progress_bar_enabled()
    transformers_logging.disable_progress_bar()
    try:
        yield
    finally:
        if shown:
            transformers_logging.enable_progress_bar()
