"""What keys and values depend on, as digests of contents: names of models and paths say nothing."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import torch
import transformers

from memos_adapters.transformers_kv.capability import rotations, scheme
from memos_adapters.transformers_kv.running import ForwardPass
from memos_adapters.transformers_kv.templates import PLAIN
from memos_core.domain.activation import Fingerprint, digest_of

_SAMPLES = 64
"""Numbers of each tensor that are looked at to see whether it has changed."""

_ADAPTERS = 256
"""Adapters whose digests are remembered."""

_NAMES_ONLY = {
    "_name_or_path", "architectures", "bos_token_id", "dtype", "eos_token_id", "id2label", "label2id", "name_or_path",
    "output_attentions", "output_hidden_states", "pad_token_id", "return_dict", "torch_dtype", "transformers_version",
    "use_cache", "_attn_implementation", "_attn_implementation_internal",
}  # fmt: skip
"""Parts of a configuration that keys and values do not depend on, or that have a field of their own."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """Tensors as they were when they were hashed."""

    signs: tuple[object, ...]
    sample: bytes
    digest: str


class TensorDigest:
    """SHA-256 of named tensors, computed in full once and again when they have changed.

    A change shows in PyTorch's version counters or addresses, or, where it was made around them (``.data``), in a
    sample of 64 numbers of each tensor.
    """

    def __init__(self) -> None:
        self._seen: _Seen | None = None

    def of(self, tensors: Mapping[str, torch.Tensor]) -> str:
        """The digest of names, shapes, dtypes and bytes."""
        signs = tuple((name, one.data_ptr(), one._version, tuple(one.shape)) for name, one in sorted(tensors.items()))
        sample = _sample(tensors)
        if self._seen is None or (self._seen.signs, self._seen.sample) != (signs, sample):
            self._seen = _Seen(signs, sample, _digest(tensors))
        return self._seen.digest


_OF_MODELS: WeakKeyDictionary[torch.nn.Module, TensorDigest] = WeakKeyDictionary()
"""Hashing the weights of a large model takes half a minute: once, however often it is attached."""


class Fingerprints:
    """Fingerprints of one model and tokenizer as they are now; what is slow to hash is remembered."""

    def __init__(self, run: ForwardPass, tokenizer: Any) -> None:
        self._run = run
        self._tokenizer = tokenizer
        self._weights = _OF_MODELS.setdefault(run.model, TensorDigest())
        self._adapters: dict[str, TensorDigest] = {}
        self._vocabulary: tuple[object, str] | None = None

    def now(self) -> Fingerprint:
        """Of the model as it is at this moment, active adapters included."""
        model = self._run.model
        config = model.config.get_text_config(decoder=True)
        own, adapters = _split(model)
        return Fingerprint(
            model=digest_of(_plain(model.config.to_dict())),
            weights=self._weights.of(own),
            dtype=str(model.dtype).removeprefix("torch."),
            positions=digest_of(_plain(rotations(config))) if rotations(config) else scheme(config),
            attention=str(config._attn_implementation),
            adapters=tuple(self._adapter(name, one) for name, one in adapters.items()),
            tokenizer=self._tokenizer_digest(),
            template=digest_of(_plain(getattr(self._tokenizer, "chat_template", None) or PLAIN)),
            libraries=f"torch {torch.__version__} transformers {transformers.__version__}",
        )

    def _adapter(self, name: str, adapter: "_Adapter") -> str:
        known = self._adapters.pop(name, None) or TensorDigest()
        self._adapters[name] = known
        while len(self._adapters) > _ADAPTERS:  # names of adapters that have long left
            del self._adapters[next(iter(self._adapters))]
        tensors = known.of(adapter.tensors)
        return digest_of([tensors, adapter.settings])

    def _tokenizer_digest(self) -> str:
        tokenizer = self._tokenizer
        sign = (len(tokenizer), str(tokenizer.special_tokens_map))
        if self._vocabulary is None or self._vocabulary[0] != sign:
            self._vocabulary = sign, digest_of(_plain(_tokenizer_parts(tokenizer)))
        return self._vocabulary[1]


def _tokenizer_parts(tokenizer: Any) -> list[object]:
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return [type(tokenizer).__name__, tokenizer.get_vocab(), tokenizer.special_tokens_map]
    parts = json.loads(backend.to_str())
    # These two are set by each call that pads or truncates.
    return [{**parts, "padding": None, "truncation": None}, tokenizer.special_tokens_map]


@dataclass(slots=True)
class _Adapter:
    """What one active adapter adds to a model."""

    tensors: dict[str, torch.Tensor]
    settings: list[object]


def _split(model: torch.nn.Module) -> tuple[dict[str, torch.Tensor], dict[str, _Adapter]]:
    """The model's own tensors by their names without peft's additions, and the active adapters in order.

    A model whose adapters are all switched off has the tensors of the bare one. Recognises peft's layers by their
    attributes: peft need not be installed.
    """
    adapted = {path: module for path, module in model.named_modules() if _is_adapted(module)}
    active: dict[str, _Adapter] = {}
    taken: set[str] = set()
    for path, module in adapted.items():
        theirs = _additions(module)
        taken |= {f"{path}.{name}" for name in theirs}
        for adapter in _active(module):
            into = active.setdefault(adapter, _Adapter({}, []))
            own = {name: one for name, one in theirs.items() if name.split(".")[1] == adapter}
            # Without the adapter's name: the same content under another name is the same.
            into.tensors |= {_without(f"{path}.{name}", adapter): one for name, one in own.items()}
            into.settings.append([path, type(module).__name__, *_settings(module, adapter)])
    state = model.state_dict(keep_vars=True)
    return {_bare(name): one for name, one in state.items() if name not in taken}, active


def _is_adapted(module: Any) -> bool:
    return all(hasattr(module, name) for name in ("active_adapters", "adapter_layer_names", "disable_adapters"))


def _additions(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """What adapters bring to a layer, by names such as ``lora_A.default.weight``."""
    state = module.state_dict(keep_vars=True)
    return {name: one for name, one in state.items() if not name.startswith(("base_layer.", "original_module."))}


def _active(module: Any) -> Iterator[str]:
    if not module.disable_adapters and not getattr(module, "merged", False):
        yield from module.active_adapters


def _settings(module: Any, adapter: str) -> list[object]:
    held = (getattr(module, name, None) for name in ("scaling", "use_dora", "use_rslora", "r"))
    return [one.get(adapter) for one in held if isinstance(one, dict)]


def _without(name: str, adapter: str) -> str:
    return ".".join(part for part in name.split(".") if part != adapter)


def _bare(name: str) -> str:
    return name.replace(".base_layer.", ".").replace(".original_module.", ".")


def _digest(tensors: Mapping[str, torch.Tensor]) -> str:
    total = hashlib.sha256()
    for name, one in sorted(tensors.items()):
        total.update(f"{name} {one.dtype} {tuple(one.shape)}\n".encode())
        flat = one.detach().contiguous().reshape(-1)
        total.update(flat.view(torch.uint8).cpu().numpy().data)
    return total.hexdigest()


def _sample(tensors: Mapping[str, torch.Tensor]) -> bytes:
    """The bytes of evenly spread numbers of every tensor, fetched from each device at once."""
    by_place: dict[tuple[torch.device, torch.dtype], list[torch.Tensor]] = {}
    for _, one in sorted(tensors.items()):
        flat = one.detach().reshape(-1)
        by_place.setdefault((one.device, one.dtype), []).append(flat[:: max(1, flat.numel() // _SAMPLES)])
    return b"".join(torch.cat(some).view(torch.uint8).cpu().numpy().tobytes() for some in by_place.values())


def _plain(value: Any) -> Any:
    """The value without what is a name only, in types that JSON has."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items() if name not in _NAMES_ONLY}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
