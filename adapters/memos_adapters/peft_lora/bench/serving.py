"""Adapters in use: exact restoration, what a cycle leaves behind, and mixed batches beside one request at a time."""

import gc
import resource
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

import torch

from memos_adapters.peft_lora.bench import world
from memos_adapters.peft_lora.bench.learning import lesson_about, new_facts
from memos_adapters.peft_lora.engine import PeftLoraEngine
from memos_adapters.peft_lora.examples import ENGLISH, in_forms
from memos_adapters.peft_lora.file import ADAPTER
from memos_adapters.transformers_kv.bench.timing import interleaved, ratio
from memos_core.domain.activation import Sampling
from memos_core.domain.measurement import Measurement
from memos_core.domain.parametric import Recipe

_ADAPTERS, _LENGTH = 8, 8
_LEAST_SPEED = 3.0
_MOST_GROWTH = 4.0
"""MiB that a thousand cycles may leave; one adapter has a third of one."""


def measure(engine: PeftLoraEngine, tokenizer: Any, device: torch.device, *, quick: bool) -> Iterator[Measurement]:
    """Attach and detach, then eight adapters at once on the model itself and on larger ones."""
    with tempfile.TemporaryDirectory() as name:
        path = _quickly(engine, Path(name), seed=0)
        yield from _cycles(engine, path, 20 if quick else 1000)
    yield _mixed(engine, f"the model of {_size(engine)}")
    if not quick:
        for layers, width in ((6, 256), (8, 512)):
            with torch.random.fork_rng():
                torch.manual_seed(0)
                larger = PeftLoraEngine(world.untrained(tokenizer, layers, width).to(device), tokenizer)
            yield _mixed(larger, f"a random one of {_size(larger)}")


def _size(engine: PeftLoraEngine) -> str:
    return f"{engine.parameters / 1e6:.1f} million parameters"


def _quickly(engine: PeftLoraEngine, folder: Path, seed: int) -> Path:
    """An adapter that differs from the base, whatever it knows."""
    lesson = lesson_about(*new_facts(4, seed=seed), asked=2)
    recipe = Recipe(most_steps=10, warmup=0, learning_rate=2e-2, own_text=0, elsewhere=0, own_length=2, seed=seed)
    engine.train(lesson, recipe, folder)
    return folder / ADAPTER


def _cycles(engine: PeftLoraEngine, path: Path, count: int) -> Iterator[Measurement]:
    prompt = in_forms(world.KNOWN[:1], ENGLISH.held_out)[0].prompt
    before = engine.logits(prompt)
    changed = 0
    for _ in range(10):  # what is allocated once
        _cycle(engine, path)
    alive, memory, began = _alive(), _resident(), process_time()
    for _ in range(count):
        changed += int(_cycle(engine, path) and not torch.equal(engine.logits(prompt), before))
    took = (process_time() - began) / count
    grown, more = _resident() - memory, _alive() - alive
    engine.attach("cycle", path, rejected=True)
    differs = float((engine.logits(prompt, "cycle") - before).abs().max())
    engine.detach("cycle")
    exact = changed == 0 and torch.equal(engine.logits(prompt), before)
    yield Measurement(
        name=f"logits after {count:,} times attached and detached",
        measured="bit-identical" if exact else f"changed in {changed} cycles",
        target="bit-identical",
        met=exact and differs > 0,
        note=f"{1000 * took:.1f} ms of processor time a cycle; attached, they differ by up to {differs:.2f}",
    )
    yield Measurement(
        name=f"left behind by {count:,} cycles",
        measured=f"{more} tensors, {grown:.1f} MiB",
        target=f"no tensor, < {_MOST_GROWTH:g} MiB",
        met=more == 0 and grown < _MOST_GROWTH,
    )


def _cycle(engine: PeftLoraEngine, path: Path) -> bool:
    engine.attach("cycle", path, rejected=True)
    engine.detach("cycle")
    return True


def _alive() -> int:
    gc.collect()
    return sum(issubclass(type(one), torch.Tensor) for one in gc.get_objects())


def _resident() -> float:
    """MiB of main memory at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _mixed(engine: PeftLoraEngine, what: str) -> Measurement:
    names = [f"user {number}" for number in range(_ADAPTERS)]
    with tempfile.TemporaryDirectory() as folder:
        for number, name in enumerate(names):
            engine.attach(name, _quickly(engine, Path(folder) / str(number), seed=number), rejected=True)
    prompts = [in_forms([fact], ENGLISH.held_out)[0].prompt for fact in world.KNOWN[: len(names)]]
    sampling = Sampling(max_tokens=_LENGTH)
    said: dict[str, list[tuple[int, ...]]] = {}

    def together() -> None:
        said["together"] = [one.tokens for one in engine.generate(prompts, sampling, names)]

    def apart() -> None:
        said["apart"] = [
            engine.generate([prompt], sampling, [name])[0].tokens for prompt, name in zip(prompts, names, strict=True)
        ]

    times = interleaved({"together": together, "apart": apart}, rounds=5)
    for name in names:
        engine.detach(name)
    low, middle, high = ratio(times, "apart", "together")
    same = said["together"] == said["apart"]
    return Measurement(
        name=f"{_ADAPTERS} adapters in one batch beside one by one, {what}",
        measured=f"{middle:.1f}x throughput ({low:.1f}-{high:.1f}), {'identical' if same else 'OTHER'} greedy tokens",
        target=f">= {_LEAST_SPEED:g}x, identical",
        met=middle >= _LEAST_SPEED and same,
        note=f"{_LENGTH} tokens each, fp32; {len(set(said['apart']))} different replies",
        figures={"ratio": middle},
    )
