"""The published grid of times to the first token, on a GPU: memory from the device, from pinned memory, from disk.

Published: MemOS, "KV cache memory", and its paper (arXiv:2507.03724), table 8, with contexts of 583, 2,773 and 6,064
tokens and queries of 167, 303 and 953. Its reduction leaves the time of building out; the one beside it counts it once.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import torch
import transformers

from memos_adapters.transformers_kv.bench.subjects import tokens, words_of
from memos_adapters.transformers_kv.engine import TransformersEngine
from memos_core.domain.activation import Manifest, Sampling
from memos_core.domain.measurement import Measurement, Plot
from memos_core.ports import KeyValues

_FIRST = Sampling(max_tokens=1)
_ROUNDS = 5
_TIERS = ("device", "memory", "disk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """A model's shape, with random weights, and what was published for it."""

    config: Callable[[], Any]
    published: Mapping[tuple[int, int], float]
    """Reduction in percent, by tokens of context and of query."""
    layers: int
    """Of the model as it is; fewer may be measured, and times scaled."""


def _reductions(*values: float) -> dict[tuple[int, int], float]:
    cells = [(context, query) for context in (6064, 2773, 583) for query in (953, 303, 167)]
    return dict(zip(cells, values, strict=True))


def _qwen3(width: int, layers: int, heads: int, inner: int) -> Any:
    return transformers.Qwen3Config(
        hidden_size=width,
        intermediate_size=inner,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=8,
        head_dim=128,
        vocab_size=151_936,
        max_position_embeddings=40_960,
        eos_token_id=None,
    )


SHAPES: dict[str, Shape] = {
    "Qwen3-8B": Shape(
        config=lambda: _qwen3(4096, 36, 32, 12_288),
        published=_reductions(79.1, 91.1, 94.2, 64.6, 85.1, 89.7, 23.0, 55.6, 71.3),
        layers=36,
    ),
    "Qwen3-32B": Shape(
        config=lambda: _qwen3(5120, 64, 64, 25_600),
        published=_reductions(71.4, 84.3, 88.8, 56.9, 75.1, 81.2, 18.6, 39.6, 53.5),
        layers=64,
    ),
    "Qwen2.5-72B, a quarter of its layers": Shape(
        config=lambda: transformers.Qwen2Config(
            hidden_size=8192,
            intermediate_size=29_568,
            num_hidden_layers=20,
            num_attention_heads=64,
            num_key_value_heads=8,
            vocab_size=152_064,
            max_position_embeddings=32_768,
            eos_token_id=None,
        ),
        published=_reductions(76.4, 87.2, 91.4, 62.7, 79.2, 71.6, 23.8, 43.2, 60.5),
        layers=80,
    ),
}


def measure(folder: Path, *, quick: bool) -> Iterator[Measurement]:
    """Every cell for every shape that fits on the device; a single row that says so where there is no GPU."""
    if quick or not torch.cuda.is_available():
        yield Measurement(name="the published grid on a GPU", measured="not measured", note="it needs a GPU")
        return
    for name, shape in SHAPES.items():
        yield from measure_shape(name, shape, folder, torch.device("cuda"))
        torch.cuda.empty_cache()


def measure_shape(name: str, shape: Shape, folder: Path, device: torch.device) -> Iterator[Measurement]:
    """All cells of one shape."""
    config = shape.config()
    with device:
        model = transformers.AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).eval()
    engine = TransformersEngine(model, words_of(64))
    vocabulary = min(config.vocab_size, 8192)
    curves: dict[str, list[tuple[float, float]]] = {tier: [] for tier in _TIERS}
    for (context, query), published in sorted(shape.published.items()):
        prompt = tokens(context + query, vocabulary)
        times = _cell(engine, prompt, context, folder, device)
        whole = times["whole"]
        reduced = {tier: 100 * (1 - times[tier] / whole) for tier in _TIERS}
        honest = 100 * (1 - times["device"] / (times["build"] + times["device"]))
        possible = 100 * (1 - times["query"] / whole)
        for tier in _TIERS:
            curves[tier].append((context + query, reduced[tier]))
        yield Measurement(
            name=f"{name}, context {context:,} + query {query}",
            measured=", ".join(f"{tier} {reduced[tier]:.1f} %" for tier in _TIERS),
            target=f"> {published:.1f} % (published)",
            met=reduced["device"] > published,
            note=f"at most {possible:.1f} % is possible; build {1000 * times['build']:.0f} ms, whole "
            f"{1000 * whole:.0f} ms; against build + injection {honest:.1f} %; paid back after "
            f"{times['build'] / max(whole - times['device'], 1e-9):.2f} uses"
            + (
                ""
                if shape.layers == config.num_hidden_layers
                else f"; {config.num_hidden_layers} of {shape.layers} layers"
            ),
            figures={**times, **{f"{tier} reduction": value for tier, value in reduced.items()}},
        )
    yield Measurement(
        name=f"{name}: reduction of the time to the first token",
        measured=f"{len(shape.published)} cells",
        plot=Plot(
            title=f"{name}: memory injected instead of computed",
            across="tokens of context and query",
            up="reduction of the time to the first token, %",
            curves={tier: sorted(points) for tier, points in curves.items()},
        ),
    )


def _cell(
    engine: TransformersEngine, prompt: list[int], context: int, folder: Path, device: torch.device
) -> dict[str, float]:
    """Median seconds of each way."""
    values = engine.prefill(prompt[:context])
    path = folder / "grid.kv"
    manifest = Manifest(
        fingerprint=engine.fingerprint,
        tokens=tuple(prompt[:context]),
        layers=engine.capability.layers,
        made_at=datetime.now(UTC),
    )
    with path.open("wb") as file:
        file.writelines(engine.dump([values], manifest))
    held = engine.move(values, "memory")

    def answered(past: KeyValues) -> None:
        engine.generate([prompt], [past], _FIRST)

    ways: dict[str, Callable[[], object]] = {
        "whole": lambda: engine.generate([prompt], [], _FIRST),
        "device": lambda: answered(values),
        "memory": lambda: answered(engine.move(held, "device")),
        "disk": lambda: answered(engine.load(path)[1]),
        "build": lambda: engine.prefill(prompt[:context]),
        "query": lambda: engine.generate([prompt[context:]], [], _FIRST),
    }
    times = {name: median(_timed(way, device)) for name, way in ways.items()}
    path.unlink()
    return times


def _timed(way: Callable[[], object], device: torch.device) -> list[float]:
    found = []
    for number in range(_ROUNDS + 1):
        _wait(device)
        begun = time.perf_counter()
        way()
        _wait(device)
        if number:
            found.append(time.perf_counter() - begun)
    return found


def _wait(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
