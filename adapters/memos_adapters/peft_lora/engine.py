"""The door: a causal language model and its tokenizer as a ``ParametricEngine``."""

import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from math import exp
from pathlib import Path
from typing import Any

import peft
import torch

from memos_adapters.peft_lora import checkpoint, exchange, file, generating, judging, merging
from memos_adapters.peft_lora.chats import with_conversations
from memos_adapters.peft_lora.distilling import Teacher, Teachers
from memos_adapters.peft_lora.examples import ENGLISH
from memos_adapters.peft_lora.file import ADAPTER
from memos_adapters.peft_lora.handover import Handover, copied, where_it_is
from memos_adapters.peft_lora.layers import AdaptedLayers
from memos_adapters.peft_lora.lessons import lesson_with_strangers
from memos_adapters.peft_lora.merging import MOST_DIVERGENCE, MOST_LOST, Interference, Part
from memos_adapters.peft_lora.process import ChildProcess
from memos_adapters.peft_lora.rows import Encoder, Row
from memos_adapters.peft_lora.training import Training, checked, own_texts
from memos_adapters.transformers_kv.engine import TransformersEngine
from memos_adapters.transformers_kv.fingerprint import Fingerprints
from memos_adapters.transformers_kv.running import ForwardPass
from memos_core.domain.activation import Completion, Fingerprint, Sampling, digest_of
from memos_core.domain.parametric import (
    BASE,
    BASE_FIELDS,
    AdapterManifest,
    Association,
    Confession,
    Example,
    GateReport,
    Lesson,
    Recipe,
    TrainingOrder,
)
from memos_core.errors import ForeignAdapter, InvalidInput, RejectedAdapter
from memos_core.ports.parametric import ORDER, Watch

_PUPIL = "an adapter on its way"
"""Name of the one that is being trained, or tried on."""


class PeftLoraEngine:
    """Low-rank adapters of a transformers model (LoRA, arXiv:2106.09685), by peft. Thread-safe: one call at a time.

    Example:
        >>> engine = PeftLoraEngine(model, tokenizer)  # doctest: +SKIP
        >>> manifest = engine.train(lesson_of(facts, bystanders=others), Recipe(), folder)  # doctest: +SKIP
        >>> engine.attach("alice", folder / ADAPTER)  # doctest: +SKIP
        >>> engine.generate(["Question: ..."], Sampling(), ["alice"])  # doctest: +SKIP
    """

    def __init__(self, model: Any, tokenizer: Any, *, lock: Any = None) -> None:
        """Take a model in evaluation mode, without adapters.

        Args:
            model: A causal language model.
            tokenizer: Its tokenizer.
            lock: Held in every call; a reentrant lock of whoever else runs the model.

        Raises:
            InvalidInput: the model has adapters already.
        """
        self._lock = lock or threading.RLock()
        self._layers = AdaptedLayers(model)
        self._encoder = Encoder(tokenizer)
        self._fingerprints = Fingerprints(ForwardPass(model), tokenizer)

    @property
    def lock(self) -> Any:
        """Reentrant; held in every call, and by a ``LocalModelRuntime`` that uses these adapters."""
        return self._lock

    @property
    def layers(self) -> AdaptedLayers:
        """What the model is run by; for measuring, under ``lock``."""
        return self._layers

    @property
    def base(self) -> Fingerprint:
        with self._lock:
            return replace(self._fingerprints.now(), adapters=())

    @property
    def parameters(self) -> int:
        """Numbers that the model has, adapters not counted."""
        with self._lock:
            own = (name for name, _ in self._layers.model.named_parameters() if ".lora_" not in name)
            return sum(self._layers.model.get_parameter(name).numel() for name in own)

    @property
    def attached(self) -> tuple[str, ...]:
        with self._lock:
            return self._layers.names

    @property
    def active(self) -> str:
        with self._lock:
            return self._layers.active

    def train(self, lesson: Lesson, recipe: Recipe, folder: Path, watch: Watch | None = None) -> AdapterManifest:
        checked(lesson, recipe)
        with self._lock:
            purpose = digest_of([self.base.key, lesson.digest, recipe.digest])
            training = Training(self._layers, self._encoder, lesson, recipe)
            return self._made(training, lesson, recipe, folder, purpose, watch)

    def distil(
        self,
        taught: Sequence[tuple[Path, Lesson]],
        lesson: Lesson,
        recipe: Recipe,
        folder: Path,
        watch: Watch | None = None,
        *,
        stop: str = ENGLISH.ending,
    ) -> AdapterManifest:
        """Teach a new adapter to answer as the base does with stored keys and values before the question.

        As ``train``, but the answers of the lesson serve the gate only.

        Args:
            taught: Files of activation memory, each with the questions that it is to answer.
            lesson: All of these, for the gate and the manifest.
            recipe: How.
            folder: See ``train``.
            watch: See ``train``.
            stop: What an answer ends with.

        Raises:
            ForeignActivation, CorruptActivation: a file is damaged, or of another model.
            InvalidInput: the model answers nothing with them, or see ``train``.
        """
        checked(lesson, recipe)
        with self._lock:
            kv = TransformersEngine(self._layers.model, self._encoder.tokenizer)
            parts = [(*kv.load(path), part) for path, part in taught]
            teachers = Teachers(
                self._encoder,
                [
                    (Teacher(self._layers, self._encoder, manifest, values, kv), part)
                    for manifest, values, part in parts
                ],
                stop=stop,
            )
            keys = tuple(manifest.key for manifest, _, _ in parts)
            purpose = digest_of([self.base.key, lesson.digest, recipe.digest, *keys])
            training = Training(self._layers, self._encoder, teachers.lesson, recipe, teachers)
            return self._made(training, lesson, recipe, folder, purpose, watch, keys)

    def _made(
        self,
        training: Training,
        lesson: Lesson,
        recipe: Recipe,
        folder: Path,
        purpose: str,
        watch: Watch | None,
        teachers: tuple[str, ...] = (),
    ) -> AdapterManifest:
        base, before = self.base, self._layers.active
        self._begin(recipe)
        try:
            record = training.run(_PUPIL, folder, purpose, watch)
            gate = self._judged(_PUPIL, lesson, recipe)
            manifest = AdapterManifest(
                base=base,
                recipe=recipe,
                lesson=lesson.digest,
                record=record,
                gate=gate,
                sources=lesson.sources,
                teachers=teachers,
                config=exchange.shape_of(self._layers.config(_PUPIL)),
                libraries=self._libraries(),
                made_at=datetime.now(UTC),
            )
            manifest = file.write(folder / ADAPTER, self._layers.tensors(_PUPIL), manifest)
        finally:
            self._layers.take(_PUPIL)
            self._layers.activate(before)
        checkpoint.remove(folder)
        return manifest

    def attach(self, name: str, path: Path, *, rejected: bool = False) -> AdapterManifest:
        if name in {BASE, _PUPIL}:
            raise InvalidInput(f"{name!r} cannot name an adapter")
        manifest, tensors = file.read(path)
        if manifest.gate is not None and manifest.gate.failures and not rejected:
            raise RejectedAdapter(f"the gate refused {path}: {'; '.join(manifest.gate.failures)}")
        with self._lock:
            differing = manifest.foreign(self.base)
            if differing:
                raise ForeignAdapter(f"{path} was made for another base model: {', '.join(differing)} differ")
            before = self._layers.active
            self._layers.put(_PUPIL, manifest.config, tensors)
            if name in self._layers.names:
                self._layers.take(name)
            self._layers.rename(_PUPIL, name)
            self._layers.activate(before)
        return manifest

    def detach(self, name: str) -> None:
        with self._lock:
            self._layers.take(name)

    def activate(self, name: str) -> None:
        with self._lock:
            self._layers.activate(name)

    @contextmanager
    def answering(self, names: Sequence[str]) -> Iterator[None]:
        """See ``memories.adapters.AdapterRouter``: what runs the model in this thread meanwhile is answered by them."""
        with self._lock, self._layers.answering(names):
            yield

    def generate(
        self, prompts: Sequence[str], sampling: Sampling, adapters: Sequence[str] | None = None
    ) -> list[Completion]:
        if adapters is not None and len(adapters) != len(prompts):
            raise InvalidInput(f"{len(prompts)} prompts, but adapters for {len(adapters)}")
        if not prompts:
            return []
        with self._lock:
            names = [self._layers.active] * len(prompts) if adapters is None else list(adapters)
            return generating.complete(self._layers, self._encoder, prompts, sampling, names)

    def confidence(self, examples: Sequence[Example], adapter: str) -> list[float]:
        with self._lock:
            self._layers.check([adapter])
            return judging.log_probabilities(self._layers, self._encoder.examples(examples), adapter)

    def logits(self, prompt: str, adapter: str = BASE) -> torch.Tensor:
        """Logits ``[vocabulary]`` of the token after a prompt. Raises ``UnknownAdapter``."""
        ids = torch.tensor([self._encoder.prompt(prompt)], device=self._layers.device)
        with self._lock, torch.no_grad():
            return self._layers.logits(ids, torch.ones_like(ids), [adapter])[0, -1]

    def probe(self, prompts: Sequence[str], adapter: str, *, most: int = 16) -> list[Confession]:
        with self._lock:
            said = self.generate(prompts, Sampling(max_tokens=most), [adapter] * len(prompts))
            rows = []
            for prompt, one in zip(prompts, said, strict=True):
                ids = self._encoder.prompt(prompt)
                rows.append(Row((*ids, *one.tokens), len(ids)))
            own, base = (judging.log_probabilities(self._layers, rows, name) for name in (adapter, BASE))
        return [
            Confession(prompt=prompt, answer=one.text.strip(), confidence=exp(sure), base_confidence=exp(without))
            for prompt, one, sure, without in zip(prompts, said, own, base, strict=True)
        ]

    def merge(
        self,
        parts: Sequence[Part],
        path: Path,
        *,
        most_lost: float = MOST_LOST,
        most_divergence: float = MOST_DIVERGENCE,
    ) -> Interference:
        """Write several adapters as one, if none of them forgets more than a bound by it. Routing forgets nothing.

        Args:
            parts: The adapters, with questions to each.
            path: The file to write. It cannot be trained again from its sources, and is marked so.
            most_lost: Recall that any part may lose.
            most_divergence: Nats a token from the base on text that the base wrote.

        Returns:
            What was measured.

        Raises:
            InvalidInput: fewer than two, or nothing is asked of one.
            ForeignAdapter, CorruptAdapter, RejectedAdapter: one of them cannot be used.
            RejectedAdapter: they interfere too much; nothing is written. The message holds what was measured.
        """
        merging.checked(parts)
        with self._lock:
            held = {f"{_PUPIL}, part {number}": one for number, one in enumerate(parts)}
            try:
                manifests = [self.attach(name, one.path) for name, one in held.items()]
                config, tensors = merging.sum_of(self._layers, held, manifests)
                self._layers.put(_PUPIL, config, tensors)
                found = merging.interference(self._layers, self._encoder, held, _PUPIL, (most_lost, most_divergence))
            finally:
                for name in {*held, _PUPIL} & {*self._layers.names}:
                    self._layers.take(name)
            manifest = AdapterManifest(
                base=self.base,
                sources=tuple(dict.fromkeys(source for one in manifests for source in one.sources)),
                config=config,
                libraries=self._libraries(),
                made_at=datetime.now(UTC),
            )
        if not found.passed:
            raise RejectedAdapter(f"merged, the adapters interfere too much; route requests instead:\n{found}")
        file.write(path, tensors, manifest)
        return found

    def lesson(
        self, facts: Sequence[Association], bystanders: Sequence[str] = (), said: Sequence[Example] = ()
    ) -> Lesson:
        """See ``ports.parametric.AdapterTrainer``. Of the bystanders some are asked about from the prompt instead."""
        made = lesson_with_strangers(facts, bystanders, ())
        asked = with_conversations(made, facts, self._encoder.tokenizer)
        return replace(asked, examples=(*asked.examples, *said))

    def begin(self, folder: Path, bases: Path) -> ChildProcess:
        """See ``ports.parametric.AdapterTrainer``."""
        order = TrainingOrder.from_json(json.loads((folder / ORDER).read_text(encoding="utf-8")))
        model, tokenizer, base = self._layers.model, self._encoder.tokenizer, self.base
        if differing := [name for name in BASE_FIELDS if getattr(base, name) != getattr(order.base, name)]:
            raise ForeignAdapter(f"the order is for another base model: {', '.join(differing)} differ")

        def copy() -> Handover:
            with self._lock:
                return copied(model, tokenizer, base, bases)

        return ChildProcess(folder, order, where_it_is(model, tokenizer) or copy(), copy)

    def export(self, path: Path, folder: Path) -> None:
        """See ``ports.parametric.AdapterExchange``."""
        exchange.export(path, folder)

    def admit(self, folder: Path, path: Path, *, base: str = "") -> AdapterManifest:
        """See ``ports.parametric.AdapterExchange``."""
        manifest, tensors = exchange.read(folder, self.base, base, libraries=self._libraries())
        with self._lock:
            # Tried on, so that one of another shape is refused here and not when it is needed.
            self._layers.put(_PUPIL, manifest.config, tensors)
            self._layers.take(_PUPIL)
        return file.write(path, tensors, manifest)

    def _begin(self, recipe: Recipe) -> None:
        config = exchange.new_config(recipe, self._layers.linear)
        try:
            with torch.random.fork_rng():
                torch.manual_seed(recipe.seed)
                self._layers.put(_PUPIL, config)
        except ForeignAdapter as error:
            raise InvalidInput(f"recipe.targets does not suit this model: {error}") from error

    def _judged(self, name: str, lesson: Lesson, recipe: Recipe) -> GateReport:
        rows = self._encoder.examples
        others = own_texts(self._layers, self._encoder, 64, max(1, recipe.own_length), recipe.seed + 1)
        return judging.judge(
            self._layers,
            name,
            held_out=rows(lesson.held_out),
            kept=rows(lesson.kept),
            in_context=rows(lesson.in_context),
            other_text=others,
            bounds=recipe.bounds,
        )

    def _libraries(self) -> str:
        return f"peft {peft.__version__} {self._fingerprints.now().libraries}"
