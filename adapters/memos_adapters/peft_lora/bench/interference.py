"""Several adapters as one, beside routing each question to its own: what a sum forgets, over how many are summed."""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import mean

from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.bench.learning import lesson_about
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_adapters.peft_lora.examples import ENGLISH, in_forms
from memos_adapters.peft_lora.file import ADAPTER
from memos_adapters.peft_lora.merging import MOST_DIVERGENCE, MOST_LOST, Interference, Part
from memos_core.domain.measurement import Measurement, Plot
from memos_core.domain.parametric import Bounds, Recipe

_FACTS = 10
_PEOPLE = _FACTS // 2
_COUNTS = (2, 3, 4, 6, 8)


def measure(engine: PeftLoraEngine, *, quick: bool) -> Iterator[Measurement]:
    """Train adapters about different people, and ask each alone and all summed."""
    counts = _COUNTS[:1] if quick else _COUNTS
    people = world.strangers(counts[-1] * _PEOPLE + 150, seed=61)
    others = people[counts[-1] * _PEOPLE :]
    # What each recalls alone is measured here: no gate is needed before.
    free = Bounds(recall=0.0, kept=0.0, in_context=0.0, divergence=float("inf"))
    recipe = Recipe(most_steps=20 if quick else 400, checkpoint_every=0, bounds=free)
    with tempfile.TemporaryDirectory() as name:
        parts = [
            _part(engine, people[at * _PEOPLE : (at + 1) * _PEOPLE], others, recipe, Path(name) / str(at))
            for at in range(counts[-1])
        ]
        found = {count: _merged(engine, parts[:count], Path(name) / "sum") for count in counts}
    told = "; ".join(
        f"{count} adapters {mean(one.merged):.2f} (worst {min(one.merged):.2f})" for count, one in found.items()
    )
    alone = mean(found[counts[-1]].alone)
    refused = [count for count, one in found.items() if not one.passed]
    yield Measurement(
        name=f"recall of summed adapters of {_FACTS} facts each; routed {alone:.2f}",
        measured=told,
        note=(
            f"a sum is refused where one adapter loses more than {MOST_LOST:g} or other text diverges by more than "
            f"{MOST_DIVERGENCE:g} nats: {', '.join(map(str, refused)) or 'none'} here. Divergence "
            + ", ".join(f"{one.divergence:.2f}" for one in found.values())
            + f"; of one adapter at most {found[counts[-1]].divergence_alone:.2f}"
        ),
        figures={f"{count} summed": mean(one.merged) for count, one in found.items()} | {"routed": alone},
        plot=None
        if quick
        else Plot(
            title=f"Adapters of {_FACTS} facts each, summed or routed",
            across="adapters",
            up="recall in held-out forms",
            curves={
                "routed": [(count, mean(one.alone)) for count, one in found.items()],
                "summed": [(count, mean(one.merged)) for count, one in found.items()],
                "summed, the worst": [(count, min(one.merged)) for count, one in found.items()],
            },
        ),
    )


def _part(engine: PeftLoraEngine, people: Sequence[str], others: Sequence[str], recipe: Recipe, folder: Path) -> Part:
    facts = world.facts_about(people, _FACTS // _PEOPLE, seed=int(folder.name))
    engine.train(lesson_about(facts, others, asked=20), recipe, folder)
    return Part(path=folder / ADAPTER, asked=in_forms(facts, ENGLISH.held_out))


def _merged(engine: PeftLoraEngine, parts: Sequence[Part], path: Path) -> Interference:
    """Measured whatever it loses, then judged by the bounds."""
    found = engine.merge(parts, path, most_lost=1.0, most_divergence=float("inf"))
    return replace(found, most_lost=MOST_LOST, most_divergence=MOST_DIVERGENCE)
