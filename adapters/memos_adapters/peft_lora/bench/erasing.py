"""What is left of facts in an adapter that was trained again without them."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.bench.learning import lesson_about
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_adapters.peft_lora.examples import ENGLISH, in_forms
from memos_adapters.peft_lora.file import ADAPTER
from memos_core.domain.measurement import Measurement
from memos_core.domain.parametric import BASE, Association, Recipe

_ROUNDS = 10_000
_LEAST = 0.05
"""A difference that chance makes this often is none."""


def measure(engine: PeftLoraEngine, *, quick: bool) -> Iterator[Measurement]:
    """Teach facts and canaries, erase the canaries, train again from the base, and compare with facts never taught."""
    count, size = (4, 8) if quick else (60, 50)
    people = world.strangers(count + 2 * size + 150, seed=77)
    staying = world.facts_about(people[: count // 2], 2, seed=1)
    canaries = world.facts_about(people[count : count + size], 1, seed=2)
    unseen = world.facts_about(people[count + size : count + 2 * size], 1, seed=3)
    others = people[count + 2 * size :]
    recipe = Recipe(most_steps=20 if quick else 800, checkpoint_every=0)
    before = _sureness(engine, [*staying, *canaries], others, recipe, (canaries, unseen))
    after = _sureness(engine, staying, others, recipe, (canaries, unseen))
    base = [_asked(engine, facts, BASE) for facts in (canaries, unseen)]
    chance, control = (p_value(*pair, seed=9) for pair in (after, before))
    yield Measurement(
        name=f"{size} erased facts after training again, beside {size} that were never taught",
        measured=f"log-probability {mean(after[0]):.2f} and {mean(after[1]):.2f} nats, p = {chance:.2f}",
        target="the same (p >= 0.05)",
        met=None if quick else chance >= _LEAST,
        note=(
            f"before the erasure {mean(before[0]):.2f} and {mean(before[1]):.2f}, p = {control:.4f}; "
            f"in the base {mean(base[0]):.2f} and {mean(base[1]):.2f}. Rank sums, {_ROUNDS:,} permutations"
        ),
        figures={"p": chance, "p before": control, "erased": mean(after[0]), "never taught": mean(after[1])},
    )


def _sureness(
    engine: PeftLoraEngine,
    facts: Sequence[Association],
    others: Sequence[str],
    recipe: Recipe,
    asked: Sequence[Sequence[Association]],
) -> list[list[float]]:
    with TemporaryDirectory() as folder:
        engine.train(lesson_about(facts, others, asked=20), recipe, Path(folder))
        engine.attach("erasing", Path(folder) / ADAPTER, rejected=True)
    found = [_asked(engine, one, "erasing") for one in asked]
    engine.detach("erasing")
    return found


def _asked(engine: PeftLoraEngine, facts: Sequence[Association], adapter: str) -> list[float]:
    return engine.confidence(in_forms(facts, ENGLISH.held_out[:1]), adapter)


def p_value(one: Sequence[float], other: Sequence[float], *, seed: int, rounds: int = _ROUNDS) -> float:
    """How often chance separates two samples as far as they are: the rank-sum test, by permutation, two-sided."""
    ranks = _ranks([*one, *other])
    size, middle = len(one), mean(ranks) * len(one)
    found = abs(sum(ranks[:size]) - middle)
    rng = random.Random(seed)
    further = sum(abs(sum(rng.sample(ranks, size)) - middle) >= found for _ in range(rounds))
    return (further + 1) / (rounds + 1)


def _ranks(values: Sequence[float]) -> list[float]:
    """Places in the order of size; equal values share the mean of theirs."""
    ordered = sorted(values)
    first = {value: ordered.index(value) for value in set(values)}
    return [first[value] + (ordered.count(value) - 1) / 2 for value in values]
