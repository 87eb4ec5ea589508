"""A model that is taught without weights: its adapters are the questions and answers of their lessons."""

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from math import log
from pathlib import Path

from memos_core.domain.activation import Completion, Fingerprint, Sampling
from memos_core.domain.parametric import (
    BASE,
    AdapterManifest,
    Association,
    Confession,
    Example,
    GateReport,
    Lesson,
    Progress,
    Recipe,
    TrainingOrder,
    TrainingRecord,
)
from memos_core.errors import (
    CorruptAdapter,
    ForeignAdapter,
    MemOSError,
    RejectedAdapter,
    TrainingFailed,
    UnknownAdapter,
)
from memos_core.ports.parametric import ORDER, Watch
from memos_core.testing.local_model import WordModel

_FILE, _CHECKPOINT = "adapter.json", "checkpoint.json"
_KNOWN, _UNKNOWN = log(0.99), log(1e-6)


class TaughtWords:
    """Adapters of a ``WordModel``: ``ports.ParametricEngine``, ``AdapterTrainer``, and what a runtime routes by.

    While an adapter answers, the reply to a prompt that holds a question of its lesson is the answer. Trainings run in
    the caller's thread, a step at each ``wait``, with a checkpoint after each.
    """

    def __init__(
        self,
        model: WordModel,
        *,
        steps: int = 3,
        recall: float = 1.0,
        each: Callable[[int], None] = lambda step: None,
    ) -> None:
        """Take a model.

        Args:
            model: Whose replies the adapters change.
            steps: That a training takes.
            recall: What the gate finds.
            each: Called with each step before it is done; what it raises ends the training like a killed process.
        """
        self.lock = threading.RLock()
        self.steps, self.recall, self.each = steps, recall, each
        self.trained: list[int] = []
        """All steps that were done, in order."""
        self.running = 0
        """Trainings under way."""
        self._model = model
        self._plain, model.reply = model.reply, self._reply
        self._answers: dict[str, dict[str, str]] = {}
        self._active = BASE
        self._now: tuple[str, ...] = ()

    @property
    def base(self) -> Fingerprint:
        return replace(self._model.fingerprint, adapters=())

    @property
    def attached(self) -> tuple[str, ...]:
        return tuple(self._answers)

    @property
    def active(self) -> str:
        return self._active

    # ── teaching ──

    def lesson(
        self, facts: Sequence[Association], bystanders: Sequence[str] = (), said: Sequence[Example] = ()
    ) -> Lesson:
        def asked(form: str) -> tuple[Example, ...]:
            return tuple(
                Example(prompt=form.format(subject=one.subject, relation=one.relation), answer=f" {one.value}.")
                for one in facts
            )

        return Lesson(
            examples=(*asked("The {relation} of {subject} is"), *said),
            validation=asked("Which {relation} has {subject}?"),
            held_out=asked("What is the {relation} of {subject}?"),
            elsewhere=tuple(f"What is the {one.relation} of {other}?" for other in bystanders for one in facts),
            text="\n".join(f"The {one.relation} of {one.subject} is {one.value}." for one in facts),
        )

    def train(self, lesson: Lesson, recipe: Recipe, folder: Path, watch: Watch | None = None) -> AdapterManifest:
        folder.mkdir(parents=True, exist_ok=True)
        manifest = self._written(TrainingOrder(lesson=lesson, recipe=recipe, base=self.base), folder / _FILE)
        if watch is not None:
            watch(Progress(step=self.steps, loss=0.0, divergence=0.0, validation=1.0))
        return manifest

    def begin(self, folder: Path, bases: Path) -> "ScriptedRun":
        order = TrainingOrder.from_json(json.loads((folder / ORDER).read_text()))
        if order.base != self.base:
            raise ForeignAdapter("the order is for another model")
        return ScriptedRun(self, order, folder)

    # ── using ──

    def attach(self, name: str, path: Path, *, rejected: bool = False) -> AdapterManifest:
        try:
            said = json.loads(path.read_text(encoding="utf-8"))
            manifest = AdapterManifest.from_json(said["manifest"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorruptAdapter(f"{path.name[:12]}… is no adapter of this model") from error
        if manifest.rejected and not rejected:
            raise RejectedAdapter("the gate refused it")
        if manifest.foreign(self.base):
            raise ForeignAdapter("made for another model")
        self._answers[name] = said["answers"]
        return manifest

    def detach(self, name: str) -> None:
        self._check([name])
        del self._answers[name]
        self._active = BASE if self._active == name else self._active

    def activate(self, name: str) -> None:
        self._check([name])
        self._active = name

    @contextmanager
    def answering(self, names: Sequence[str]) -> Iterator[None]:
        with self.lock:
            self._check(names)
            before, self._now = self._now, tuple(names)
            try:
                yield
            finally:
                self._now = before

    def generate(
        self, prompts: Sequence[str], sampling: Sampling, adapters: Sequence[str] | None = None
    ) -> list[Completion]:
        names = [self._active] * len(prompts) if adapters is None else list(adapters)
        self._check(names)
        said = [self._answers.get(name, {}).get(one, " nothing") for one, name in zip(prompts, names, strict=True)]
        return [Completion(text=one) for one in said]

    def confidence(self, examples: Sequence[Example], adapter: str) -> list[float]:
        self._check([adapter])
        known = self._answers.get(adapter, {})
        return [_KNOWN if known.get(one.prompt) == one.answer else _UNKNOWN for one in examples]

    def probe(self, prompts: Sequence[str], adapter: str, *, most: int = 16) -> list[Confession]:
        said = self.generate(prompts, Sampling(), [adapter] * len(prompts))
        return [
            Confession(
                prompt=prompt,
                answer=one.text.strip(),
                confidence=0.99 if prompt in self._answers.get(adapter, {}) else 0.01,
                base_confidence=0.01,
            )
            for prompt, one in zip(prompts, said, strict=True)
        ]

    # ── inside ──

    def _reply(self, prompt: str) -> str:
        """What the first of the adapters that answer now says; a batch of one."""
        for name in self._now:
            for question, answer in self._answers.get(name, {}).items():
                if question in prompt:
                    return answer.strip()
        return self._plain(prompt)

    def _check(self, names: Sequence[str]) -> None:
        for name in names:
            if name != BASE and name not in self._answers:
                raise UnknownAdapter(f"no adapter {name!r} is attached")

    def _written(self, order: TrainingOrder, path: Path) -> AdapterManifest:
        lesson, bounds = order.lesson, order.recipe.bounds
        told, keys = None, []
        for one in order.prefixes:  # what is distilled is what stands in the stored values, and nothing else
            known, values = self._model.load(path.parent / one.file)
            told = f"{told or ''} {self._model.decode(self._model.read_back(values))}"
            keys.append(known.key)
        asked = (*lesson.examples, *lesson.validation, *lesson.held_out)
        answers = {one.prompt: one.answer for one in asked if told is None or one.answer.strip(" .") in told}
        said = json.dumps(answers, sort_keys=True)
        manifest = AdapterManifest(
            base=self.base,
            recipe=order.recipe,
            lesson=lesson.digest,
            record=TrainingRecord(
                steps=self.steps, parameters=1, tokens=1, lesson_tokens=1, seconds=0.0, converged=True
            ),
            gate=GateReport(before=0.0, recall=self.recall, kept=1.0, in_context=1.0, divergence=0.0, bounds=bounds),
            sources=lesson.sources,
            teachers=tuple(keys),
            libraries="none",
            checksums={"answers": zlib.crc32(said.encode())},
            made_at=datetime.now(UTC),
        )
        path.write_text(json.dumps({"manifest": manifest.as_json(), "answers": answers}), encoding="utf-8")
        return manifest


class ScriptedRun:
    """``ports.TrainingRun`` without a process."""

    def __init__(self, engine: TaughtWords, order: TrainingOrder, folder: Path) -> None:
        self._engine, self._order, self._folder = engine, order, folder
        self._failure: Exception | None = None
        self._ended = False
        self.progress: Progress | None = None
        engine.running += 1

    def wait(self, seconds: float) -> bool:
        if self._ended:
            return True
        if not (self._folder / ORDER).exists():  # nobody wants it any more
            self._failure = TrainingFailed("the order is gone")
            self.stop()
            return True
        checkpoint = self._folder / _CHECKPOINT
        step = json.loads(checkpoint.read_text()) if checkpoint.exists() else 0
        try:
            self._engine.each(step)
        except MemOSError as error:
            self._failure = error
            self.stop()
            return True
        self._engine.trained.append(step)
        checkpoint.write_text(json.dumps(step + 1))
        self.progress = Progress(step=step + 1, loss=1.0, divergence=0.0, validation=(step + 1) / self._engine.steps)
        if step + 1 >= self._engine.steps:
            self._engine._written(self._order, self._folder / _FILE)
            self.stop()
        else:
            time.sleep(min(seconds, 0.001))
        return self._ended

    def stop(self) -> None:
        if not self._ended:
            self._ended = True
            self._engine.running -= 1

    def result(self) -> tuple[AdapterManifest, Path]:
        if self._failure is not None:
            raise self._failure
        path = self._folder / _FILE
        if not path.exists():
            raise TrainingFailed("it was ended")
        return AdapterManifest.from_json(json.loads(path.read_text())["manifest"]), path
