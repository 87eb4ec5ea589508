"""An adapter that is distilled from stored keys and values, beside the model with them and without."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean
from typing import Any

import torch

from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.bench.learning import lesson_about
from memos_adapters.peft_lora.distilling import Teacher, missed
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_adapters.peft_lora.examples import ENGLISH, in_forms
from memos_adapters.peft_lora.file import ADAPTER
from memos_adapters.peft_lora.rows import Encoder, batch_of
from memos_adapters.transformers_kv import TransformersEngine
from memos_core.domain.activation import Manifest, Sampling
from memos_core.domain.measurement import Measurement
from memos_core.domain.parametric import BASE, Association, Example, Lesson, Recipe

_BLOCKS, _OTHERS = 24, 60
_AS_GOOD = 0.95
"""Share of the teacher's right answers that the adapter has to give as well."""
_CLOSER = 0.2
"""Of the divergence that the model without the prefix has."""


def measure(engine: PeftLoraEngine, tokenizer: Any, *, quick: bool) -> Iterator[Measurement]:
    """Distil many blocks into one adapter. Each tells one fact: more in a prompt this model does not keep apart."""
    kv = TransformersEngine(engine.layers.model, tokenizer)
    people = world.strangers((4 if quick else _BLOCKS) + _OTHERS, seed=21)
    facts, others = world.facts_about(people[:-_OTHERS], 1, seed=21), people[-_OTHERS:]
    lessons = [lesson_about([one], others, asked=20 if quick else 300) for one in facts]
    recipe = Recipe(most_steps=20 if quick else 800)
    with tempfile.TemporaryDirectory() as name:
        paths = [_stored(kv, tokenizer, one, Path(name) / f"{at}.kv") for at, one in enumerate(facts)]
        taught = list(zip(paths, lessons, strict=True))
        manifest = engine.distil(taught, Lesson.joined(lessons), recipe, Path(name) / "adapter")
        engine.attach("distilled", Path(name) / "adapter" / ADAPTER, rejected=True)
        found = [_block(engine, kv, tokenizer, path, lesson) for path, lesson in taught]
        engine.detach("distilled")
    assert manifest.gate is not None and manifest.record is not None
    by_teacher, without, far, near = (mean(one[at] for one in found) for at in range(4))
    recall = manifest.gate.recall
    yield Measurement(
        name=f"{len(facts)} blocks of keys and values, a fact in each, distilled into one adapter",
        measured=f"{recall:.1%} of held-out questions answered; with the values in the cache {by_teacher:.1%}, "
        f"without both {without:.1%}",
        target=f">= {_AS_GOOD:.0%} of what the values give, divergence <= {_CLOSER:.0%} of the model's without",
        met=None if quick else recall >= _AS_GOOD * by_teacher and near <= _CLOSER * far,
        note=f"divergence from the model with the values {near:.3f} nats a token, without the adapter {far:.3f}; "
        f"{manifest.record.steps} steps, {manifest.record.seconds:.0f} s; gate "
        f"{'passed' if manifest.gate.passed else 'refused: ' + '; '.join(manifest.gate.failures)}",
        figures={
            "recall": recall,
            "teacher": by_teacher,
            "base": without,
            "divergence": near,
            "divergence before": far,
        },
    )


def _stored(kv: TransformersEngine, tokenizer: Any, fact: Association, path: Path) -> Path:
    (told,) = in_forms([fact], ENGLISH.statements[:1])
    tokens = Encoder(tokenizer).prompt(f"{told.prompt}{told.answer}")
    manifest = Manifest(
        fingerprint=kv.fingerprint,
        tokens=tokens,
        layers=kv.capability.layers,
        salt=path.name,
        made_at=datetime.now(UTC),
    )
    path.write_bytes(b"".join(kv.dump([kv.prefill(tokens)], manifest)))
    return path


def _block(
    engine: PeftLoraEngine, kv: TransformersEngine, tokenizer: Any, path: Path, lesson: Lesson
) -> tuple[float, float, float, float]:
    """Shares answered by the teacher and by the base, and how far base and adapter are from the teacher."""
    encoder, layers = Encoder(tokenizer), engine.layers
    teacher = Teacher(layers, encoder, *kv.load(path), kv)
    said = {one.prompt: one.answer for one in teacher.answered(lesson.held_out, ENGLISH.ending)}
    prompts = [one.prompt for one in lesson.held_out]
    alone = engine.generate(prompts, Sampling(max_tokens=2), [BASE] * len(prompts))
    right = mean(said.get(one.prompt) == one.answer for one in lesson.held_out)
    without = mean(_bare(other.text) == _bare(one.answer) for one, other in zip(lesson.held_out, alone, strict=True))
    rows = encoder.examples([Example(prompt=prompt, answer=answer) for prompt, answer in said.items()])
    if not rows:
        return right, without, 0.0, 0.0
    batch, wanted = batch_of(rows, layers.device), teacher.chances(rows)
    with torch.no_grad():
        far, near = (
            float(missed(wanted, layers.logits(batch.ids, batch.mask, [name] * len(rows)), batch))
            for name in (BASE, "distilled")
        )
    return right, without, far, near


def _bare(text: str) -> str:
    return text.strip(" .")
