"""What training teaches, what it harms and what it takes, over numbers of facts, ranks and learning rates."""

import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_adapters.peft_lora.examples import ENGLISH, in_forms, lesson_of
from memos_core.domain.measurement import Measurement, Plot
from memos_core.domain.parametric import AdapterManifest, Association, GateReport, Lesson, Recipe, TrainingRecord

_BYSTANDERS = 150
_EACH = 2
"""Facts about each person."""
_TARGETS = {60: (0.95, 0.98, 0.99), 300: (0.95, 0.95, 0.99)}
"""By number of facts: recall, base facts kept, answers from context kept."""
_RANKS, _RATES = (2, 8, 32), (1e-3, 2e-3, 5e-3, 1e-2)
_GRID_STEPS = 300


def measure(engine: PeftLoraEngine, *, quick: bool) -> Iterator[Measurement]:
    """60 and 300 facts with the default recipe, then 60 with others."""
    for count in (8,) if quick else tuple(_TARGETS):
        yield from _count(engine, count, quick=quick)
    yield from _grid(engine, 8 if quick else 60, quick=quick)


def lesson_about(facts: Sequence[Association], others: Sequence[str], asked: int = 300) -> Lesson:
    """A lesson that is judged by what the base knows of its own people, of which nothing is taught again."""
    rng = random.Random(5)
    return lesson_of(
        facts,
        bystanders=others,
        kept=in_forms(world.KNOWN[:asked], ENGLISH.held_out),
        in_context=[world.from_prompt(rng) for _ in range(asked)],
    )


def new_facts(count: int, seed: int) -> tuple[list[Association], list[str]]:
    """Facts about people whom the base has not read about, and other such people."""
    people = world.strangers(count // _EACH + _BYSTANDERS, seed)
    own, others = people[: count // _EACH], people[count // _EACH :]
    return world.facts_about(own, _EACH, seed), others


def taught(engine: PeftLoraEngine, lesson: Lesson, recipe: Recipe) -> AdapterManifest:
    """Train in a folder that is not kept."""
    with tempfile.TemporaryDirectory() as folder:
        return engine.train(lesson, recipe, Path(folder))


def results(manifest: AdapterManifest) -> tuple[GateReport, TrainingRecord]:
    """What training here always leaves."""
    assert manifest.gate is not None and manifest.record is not None
    return manifest.gate, manifest.record


def _count(engine: PeftLoraEngine, count: int, *, quick: bool) -> Iterator[Measurement]:
    lesson = lesson_about(*new_facts(count, seed=count), asked=20 if quick else 300)
    recipe = Recipe(most_steps=20 if quick else 800, checkpoint_every=0)
    gate, record = results(taught(engine, lesson, recipe))
    least = _TARGETS.get(count)
    rows = (
        ("recall in held-out forms, without context", gate.recall, f"; before: {gate.before:.3f}"),
        ("base facts kept that are never replayed", gate.kept, ""),
        ("answers from context kept", gate.in_context, ""),
    )
    for at, (name, found, more) in enumerate(rows):
        yield Measurement(
            name=f"{count} new facts: {name}",
            measured=f"{found:.3f}{more}",
            target=f">= {least[at]}" if least else "",
            met=found >= least[at] if least else None,
            figures={"share": found},
        )
    once = _one_pass(engine, lesson, recipe)
    yield Measurement(
        name=f"{count} new facts: training",
        measured=f"{record.seconds / once:.0f} times one pass over the same tokens",
        note=(
            f"{record.steps} steps, {record.seconds:.1f} s of processor time against {once:.2f} s; "
            f"{record.tokens:,} tokens, {record.passes:.0f} times those of the lesson, texts that keep the base "
            f"included; {record.parameters:,} parameters; divergence on other text {gate.divergence:.3f} nats"
        ),
        figures={"multiple": record.seconds / once, "tokens": record.passes, "seconds": record.seconds},
    )


def _one_pass(engine: PeftLoraEngine, lesson: Lesson, recipe: Recipe) -> float:
    """Processor seconds of training once on every example, with nothing that keeps the base."""
    steps = -(-len(lesson.examples) // recipe.batch)
    plain = replace(recipe, own_text=0.0, elsewhere=0.0, most_steps=steps, validate_every=10 * steps)
    _, record = results(taught(engine, replace(lesson, validation=lesson.validation[:1]), plain))
    return record.seconds


def _grid(engine: PeftLoraEngine, count: int, *, quick: bool) -> Iterator[Measurement]:
    lesson = lesson_about(*new_facts(count, seed=count), asked=20 if quick else 300)
    ranks, rates = (_RANKS[:1], _RATES[:2]) if quick else (_RANKS, _RATES)
    found: dict[int, list[tuple[float, GateReport, TrainingRecord]]] = {}
    for rank in ranks:
        recipe = Recipe(rank=rank, alpha=2.0 * rank, most_steps=20 if quick else _GRID_STEPS, checkpoint_every=0)
        found[rank] = [
            (1000 * rate, *results(taught(engine, lesson, replace(recipe, learning_rate=rate)))) for rate in rates
        ]
    once = _one_pass(engine, lesson, Recipe())
    ways: tuple[tuple[str, str, Callable[[GateReport, TrainingRecord], float]], ...] = (
        ("Recall in held-out forms", "share", lambda gate, record: gate.recall),
        ("Base facts kept", "share", lambda gate, record: gate.kept),
        ("Answers from context kept", "share", lambda gate, record: gate.in_context),
        ("Training time", "times one pass", lambda gate, record: record.seconds / once),
    )
    for title, up, way in ways:
        curves = {f"rank {rank}": [(rate, way(gate, record)) for rate, gate, record in found[rank]] for rank in ranks}
        told = "; ".join(f"{name}: " + ", ".join(f"{y:.3g}" for _, y in points) for name, points in curves.items())
        yield Measurement(
            name=f"{count} facts, {title.casefold()} by rank and learning rate",
            measured=told,
            note=f"at learning rates of {', '.join(f'{rate:g}' for rate in rates)}; at most {_GRID_STEPS} steps",
            figures={f"{name} at {x:g}e-3": y for name, points in curves.items() for x, y in points},
            plot=Plot(title=f"{title}, {count} facts", across="learning rate, thousandths", up=up, curves=curves),
        )
