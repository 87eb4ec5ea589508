"""The door: a causal language model and its tokenizer as an ``ActivationEngine``."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from memos_adapters.transformers_kv import audit, file
from memos_adapters.transformers_kv.caches import for_use, taken, whole
from memos_adapters.transformers_kv.capability import Layout, examine, scheme, shapes_of
from memos_adapters.transformers_kv.composing import Composition, divergence_of
from memos_adapters.transformers_kv.fingerprint import Fingerprints
from memos_adapters.transformers_kv.generating import Generation, checked
from memos_adapters.transformers_kv.quantising import decoded, encoded
from memos_adapters.transformers_kv.running import ForwardPass
from memos_adapters.transformers_kv.templates import ChatRenderer
from memos_adapters.transformers_kv.values import TensorValues, from_names, joined
from memos_core.domain.activation import Capability, ChatTurn, Completion, Fingerprint, Manifest, Sampling, Storage
from memos_core.errors import (
    CorruptActivation,
    ForeignActivation,
    InvalidInput,
    NotComposable,
    PromptTooLong,
    UnsupportedModel,
)
from memos_core.ports import KeyValues

_MEASURED = 64
"""Tokens by which the error of a smaller form of storage is measured."""


class TransformersEngine:
    """Keys and values of a transformers model. Not thread-safe; two engines over two models can run side by side."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        """Attach a model, which is tested with a few tokens.

        Args:
            model: A causal language model in evaluation mode, or one that peft has wrapped.
            tokenizer: Its tokenizer, with a chat template or without.

        Raises:
            InvalidInput: something else than a model and a tokenizer, e.g. their names.
        """
        if not isinstance(model, torch.nn.Module):
            cure = "AutoModelForCausalLM.from_pretrained(path).eval()"
            raise InvalidInput(f"model is a {type(model).__name__}, not a model of transformers; load it: {cure}")
        if not callable(tokenizer):
            cure = "AutoTokenizer.from_pretrained(path)"
            raise InvalidInput(f"tokenizer is a {type(tokenizer).__name__}, not one of transformers; load it: {cure}")
        self._run = ForwardPass(model)
        self._chat = ChatRenderer(tokenizer)
        self._capability, layout = examine(self._run)
        self._layout = layout or Layout(devices=(), shapes=(), dtype=self._run.model.dtype)
        # Without stored values other models go on beyond their limit; these have nothing to go on with.
        self._ends_with_table = scheme(self._run.model.config.get_text_config(decoder=True)) == "learned"
        self._fingerprints = Fingerprints(self._run, tokenizer)
        self._composing: Composition | None = None
        self._generation = Generation(self._run, tokenizer, self._layout.devices)

    @property
    def capability(self) -> Capability:
        return self._capability

    @property
    def fingerprint(self) -> Fingerprint:
        return self._fingerprints.now()

    def encode(self, messages: Sequence[ChatTurn], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
        return self._chat.encode(messages, tools)

    def count(self, text: str) -> int:
        return self._chat.count(text)

    def prefill(self, tokens: Sequence[int], past: Sequence[KeyValues] = ()) -> TensorValues:
        held = self._usable(past)
        self._served()
        if not tokens:
            raise InvalidInput("no tokens to compute values of")
        before = sum(one.length for one in held)
        self._within_limit(before + len(tokens))
        cache = whole(held, self._layout.devices)
        self._run(self._run.ids([tokens]), cache)
        return taken(cache, before, len(self._layout.shapes))

    def generate(
        self, prompts: Sequence[Sequence[int]], past: Sequence[KeyValues], sampling: Sampling
    ) -> list[Completion]:
        held = self._checked(prompts, past, sampling)
        if not prompts:
            return []
        if not self._capability.served:
            return [self._generation.by_library(prompt, (), sampling) for prompt in prompts]
        return self._generation.complete(prompts, held, sampling)

    def stream(
        self, prompt: Sequence[int], past: Sequence[KeyValues], sampling: Sampling
    ) -> Generator[str, None, Completion]:
        held = self._checked([prompt], past, sampling)
        if self._capability.served:
            return (yield from self._generation.stream(prompt, held, sampling))
        completion = self._generation.by_library(prompt, (), sampling)
        yield completion.text
        return completion

    def logits(self, prompt: Sequence[int], past: Sequence[KeyValues]) -> torch.Tensor:
        """Logits ``[vocabulary]`` of the token after a prompt that begins with the tokens of ``past``."""
        held = self._checked([prompt], past, Sampling(max_tokens=1))
        before = sum(one.length for one in held)
        cache = for_use(self._run.model.config, held, self._layout.devices)
        return self._run(self._run.ids([prompt[before:]]), cache)[0, -1]

    def inputs(self, prompt: Sequence[int], past: Sequence[KeyValues]) -> dict[str, Any]:
        held = self._checked([prompt], past, Sampling(max_tokens=1))
        ids = self._run.ids([prompt])
        inputs: dict[str, Any] = {"input_ids": ids, "attention_mask": torch.ones_like(ids)}
        if held:
            inputs["past_key_values"] = for_use(self._run.model.config, held, self._layout.devices)
        return inputs

    def move(self, values: KeyValues, tier: str) -> TensorValues:
        (held,) = self._usable([values])
        if tier not in {"device", "memory"}:
            raise InvalidInput(f"values cannot be moved to {tier!r}: write them by dump() and map them by load()")
        if held.tier == tier:
            return held
        devices = self._layout.devices if tier == "device" else [torch.device("cpu")] * len(held.layers)
        return held.copied(devices, tier)

    def dump(self, values: Sequence[KeyValues], manifest: Manifest) -> Iterator[bytes]:
        return file.dump(encoded(joined(self._usable(values)), manifest.storage), manifest)

    def load(self, path: Path) -> tuple[Manifest, TensorValues]:
        manifest, stored = file.load(path)
        try:
            tensors = decoded(stored, manifest.storage, self._layout.dtype)
        except (KeyError, RuntimeError) as error:
            raise CorruptActivation(f"{path} does not hold what its storage {manifest.storage} needs") from error
        file.check_shapes(path, manifest, tensors)
        return manifest, from_names(tensors, manifest.layers, "disk")

    def storage_error(self, values: KeyValues, tokens: Sequence[int], storage: Storage) -> float:
        (held,) = self._usable([values])
        given = decoded(encoded(held, storage), storage, self._layout.dtype)
        rest = min(_MEASURED, held.length // 2)
        if not rest:
            return 0.0
        past = [one.part(0, held.length - rest) for one in (held, from_names(given, self._capability.layers, "memory"))]
        ids = self._run.ids([tokens[held.length - rest :]])
        true, other = (self._run(ids, whole([one], self._layout.devices), last_only=False)[0] for one in past)
        return divergence_of(true, other)

    def compose(
        self, tokens: Sequence[int], blocks: Sequence[tuple[int, KeyValues]], recompute: Sequence[int]
    ) -> TensorValues:
        return self._composition().compose(tokens, self._blocks(blocks), recompute)

    def deviation(self, tokens: Sequence[int], blocks: Sequence[tuple[int, KeyValues]]) -> Sequence[float]:
        return self._composition().deviation(tokens, self._blocks(blocks))

    def divergence(self, tokens: Sequence[int], values: KeyValues, query: Sequence[int]) -> float:
        (held,) = self._usable([values])
        return self._composition().divergence(tokens, held, query)

    def audit(self, manifest: Manifest, values: KeyValues) -> list[str]:
        (held,) = self._usable([values])
        return audit.audited(self._run, manifest, held)

    def read_back(self, values: KeyValues) -> list[int]:
        """The token ids that values are of, found from the values alone (activation to plaintext).

        Raises:
            UnsupportedModel: the model's values depend on more than the token.
        """
        (held,) = self._usable([values])
        return audit.read_back(self._run, held)

    def decode(self, tokens: Sequence[int]) -> str:
        """See ``ports.TokenReader``."""
        return self._chat.decode(tokens)

    def _checked(
        self, prompts: Sequence[Sequence[int]], past: Sequence[KeyValues], sampling: Sampling
    ) -> list[TensorValues]:
        checked(sampling)
        held = self._usable(past)
        before = sum(one.length for one in held)
        if any(len(prompt) <= before for prompt in prompts):
            raise InvalidInput(f"a prompt needs at least one token more than the {before} whose values are given")
        if held or self._ends_with_table:
            self._within_limit(max(map(len, prompts), default=0) + sampling.max_tokens)
        return held

    def _usable(self, values: Sequence[KeyValues]) -> list[TensorValues]:
        """The values as this engine's, if they can be of its model."""
        held = [one for one in values if isinstance(one, TensorValues)]
        if len(held) < len(values):
            raise ForeignActivation("values of another engine")
        if held:
            self._served()
        for one in held:
            dtypes = {tensor.dtype for tensor in one.named().values()}
            if shapes_of(one) != self._layout.shapes or dtypes != {self._layout.dtype}:
                raise ForeignActivation("values of a model with other layers, or in another dtype")
        return held

    def _composition(self) -> Composition:
        self._served()
        if not self._capability.composable:
            raise NotComposable(f"blocks of this model cannot be moved: {self._capability.not_composable}")
        if self._composing is None:
            self._composing = Composition(self._run)
        return self._composing

    def _blocks(self, blocks: Sequence[tuple[int, KeyValues]]) -> list[tuple[int, TensorValues]]:
        held = self._usable([values for _, values in blocks])
        return [(start, values) for (start, _), values in zip(blocks, held, strict=True)]

    def _served(self) -> None:
        if not self._capability.served:
            raise UnsupportedModel(f"this model's keys and values cannot be reused: {self._capability.reason}")
        if self._run.model.training:
            raise UnsupportedModel("the model is in training mode, where dropout changes its values: call eval() first")

    def _within_limit(self, tokens: int) -> None:
        limit = self._capability.limit
        if limit is not None and tokens >= limit:
            raise PromptTooLong(f"values of this model are exact below {limit} tokens; prompt and reply have {tokens}")
