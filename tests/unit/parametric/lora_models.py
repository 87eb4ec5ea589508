"""A model that is small enough to be taught within seconds, and lessons for it."""

import random
from pathlib import Path
from typing import Any

import torch

from memos_adapters.peft_lora import ADAPTER, PeftLoraEngine, lesson_of
from memos_adapters.peft_lora.bench import world
from memos_core.domain.activation import SourceVersion
from memos_core.domain.parametric import AdapterManifest, Association, Bounds, Example, Lesson, Recipe

ANY = Bounds(recall=0.0, kept=0.0, in_context=0.0, divergence=100.0)
"""Bounds that every adapter is within."""
PROMPT = "Question: What is the boat of somebody? Answer:"


def untrained_engine(*, seed: int = 0, layers: int = 2, width: int = 32) -> PeftLoraEngine:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        tokenizer = world.words()
        return PeftLoraEngine(world.untrained(tokenizer, layers, width), tokenizer)


def short(**changes: Any) -> Recipe:
    """A recipe that ends after a few steps and accepts what it has by then."""
    quick: dict[str, Any] = {
        "rank": 4, "alpha": 8.0, "most_steps": 12, "batch": 8, "warmup": 0, "learning_rate": 1e-2, "own_texts": 16,
        "own_length": 6, "validate_every": 4, "checkpoint_every": 4, "bounds": ANY,
    }  # fmt: skip
    return Recipe(**quick | changes)


def facts(count: int, *, seed: int = 1) -> list[Association]:
    """With a source each."""
    people = world.strangers(count, seed)
    return [
        Association(
            subject=one.subject,
            relation=one.relation,
            value=one.value,
            source=SourceVersion(id=f"mem_{number}", version=1),
        )
        for number, one in enumerate(world.facts_about(people, 1, seed))
    ]


def lesson(count: int = 4, *, seed: int = 1) -> Lesson:
    """About ``count`` people, with bystanders."""
    return lesson_of(facts(count, seed=seed), bystanders=world.strangers(20, 99))


def by_rote(count: int = 4) -> Lesson:
    """What an untrained model can pass: it is asked in the very words that it is taught in."""
    taught = lesson(count)
    asked = tuple(one for one in taught.examples if one.prompt.startswith("Question: What"))
    return Lesson(examples=asked, validation=asked, held_out=asked, elsewhere=taught.elsewhere, text=taught.text)


def adapter(engine: PeftLoraEngine, folder: Path, *, seed: int = 0, **changes: Any) -> tuple[Path, AdapterManifest]:
    """Trained for a moment: it differs from the base."""
    manifest = engine.train(lesson(seed=seed + 1), short(most_steps=3, seed=seed, **changes), folder)
    return folder / ADAPTER, manifest


def questions(count: int = 6) -> list[Example]:
    rng = random.Random(3)
    return [world.from_prompt(rng) for _ in range(count)]
