"""Composition of blocks that were computed apart: answers, divergence and time beside a full prefill."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import mean

import torch

from memos_adapters.transformers_kv.bench import recalling
from memos_adapters.transformers_kv.bench.recalling import KINDS, LOCAL, Story
from memos_adapters.transformers_kv.bench.subjects import medium, tokens, words_of
from memos_adapters.transformers_kv.bench.timing import interleaved, ratio
from memos_adapters.transformers_kv.composing import divergence_of
from memos_adapters.transformers_kv.engine import TransformersEngine
from memos_adapters.transformers_kv.values import TensorValues
from memos_core.domain.activation import Sampling
from memos_core.domain.measurement import Measurement, Plot

_SHARES = (0.1, 0.15, 0.2, 0.3)
_SHARE = 0.2
"""Of the tokens, recomputed at most."""
_PROMISED = f"of those, at most {_SHARE:.0%} of the tokens recomputed"
_MOST_DIVERGENCE, _LEAST_RIGHT = 0.01, 0.99
_LEAST_SPEED, _LEAST_TURNED = 2.3, 20.0

Compose = Callable[[TransformersEngine, Story, Sequence[int], list[tuple[int, TensorValues]]], TensorValues]


def measure(folder: Path, *, quick: bool) -> Iterator[Measurement]:
    """Quality on a trained model, then time on a larger one."""
    blocks = 3 if quick else 8
    engine = TransformersEngine(recalling.trained(folder, blocks), words_of(recalling.VOCABULARY))
    told = list(recalling.stories(10 if quick else 60, blocks, 12, seed=12345))
    ways: dict[str, Compose] = {
        "full prefill": lambda engine, told, ids, blocks: engine.prefill(ids),
        "keys not turned": _not_turned,
        "keys turned": lambda engine, told, ids, blocks: engine.compose(ids, blocks, []),
        "blocks that are not self-contained recomputed": _flagged(1.0),
        _PROMISED: _flagged(_SHARE),
        **{f"{share:.0%} of all tokens recomputed": _chosen(share) for share in _SHARES},
    }
    scores = {name: _Score.of(engine, told, way) for name, way in ways.items()}
    for name, score in scores.items():
        yield score.row(name, blocks)
    yield Measurement(
        name=f"answers from {blocks} blocks by share recomputed",
        measured=", ".join(f"{kind}: {scores['keys turned'].right[kind]:.2f} without" for kind in KINDS),
        plot=Plot(
            title="Answers from blocks computed apart",
            across="share of the tokens recomputed",
            up="right answers",
            curves={
                kind: [(0.0, scores["keys turned"].right[kind])]
                + [(share, scores[f"{share:.0%} of all tokens recomputed"].right[kind]) for share in _SHARES]
                for kind in KINDS
            },
        ),
    )
    yield from _speed(quick=quick)


class _Score:
    """How one way of composing answers."""

    def __init__(self, right: dict[str, float], lost: dict[str, float], counts: dict[str, int]) -> None:
        self.right = right
        self.lost = lost
        self.counts = counts

    @classmethod
    def of(cls, engine: TransformersEngine, told: Sequence[Story], way: Compose) -> "_Score":
        right: dict[str, list[float]] = defaultdict(list)
        lost: dict[str, list[float]] = defaultdict(list)
        for one in told:
            ids = recalling.context(one.blocks)
            held = way(engine, one, ids, _apart(engine, one))
            full = engine.prefill(ids)
            for question in one.questions:
                given, expected = (_next(engine, ids, values, question.tokens) for values in (held, full))
                right[question.kind].append(float(given.argmax()) == question.answer)
                lost[question.kind].append(divergence_of(expected[None], given[None]))
        counts = {kind: len(several) for kind, several in right.items()}
        shares, kl = ({kind: mean(several[kind]) for kind in KINDS} for several in (right, lost))
        return cls(shares, kl, counts)

    def row(self, name: str, blocks: int) -> Measurement:
        promised = name == _PROMISED
        met = max(self.lost.values()) <= _MOST_DIVERGENCE and min(self.right.values()) >= _LEAST_RIGHT
        return Measurement(
            name=f"{blocks} blocks, {name}",
            measured="right: " + ", ".join(f"{kind} {self.right[kind]:.3f}" for kind in KINDS),
            target=f"each >= {_LEAST_RIGHT}, KL <= {_MOST_DIVERGENCE}" if promised else "",
            met=met if promised else None,
            note="KL, nats: " + ", ".join(f"{kind} {self.lost[kind]:.4f}" for kind in KINDS),
            figures={
                f"{kind} {what}": of[kind] for kind in KINDS for what, of in (("right", self.right), ("kl", self.lost))
            },
        )


def _apart(engine: TransformersEngine, told: Story) -> list[tuple[int, TensorValues]]:
    """The first token, and each block computed by itself after it."""
    start = engine.prefill([recalling.BEGIN])
    return [(0, start), *((1, engine.prefill(block, [start])) for block in told.blocks)]


def _not_turned(
    engine: TransformersEngine, told: Story, ids: Sequence[int], blocks: list[tuple[int, TensorValues]]
) -> TensorValues:
    """What concatenation alone gives: every block stands where it was computed."""
    places = [0]
    for _, block in blocks:
        places.append(places[-1] + block.length)
    return engine.compose(ids, [(place, block) for place, (_, block) in zip(places, blocks, strict=False)], [])


def _flagged(share: float) -> Compose:
    """Of the blocks that are not self-contained, the rows that deviate most, ``share`` of all tokens at most."""

    def way(
        engine: TransformersEngine, told: Story, ids: Sequence[int], blocks: list[tuple[int, TensorValues]]
    ) -> TensorValues:
        place = 1
        rows: list[int] = []
        for block, kind in zip(told.blocks, told.plan, strict=True):
            rows += range(place, place + len(block)) if kind != LOCAL else ()
            place += len(block)
        deviation = engine.deviation(ids, blocks)
        return engine.compose(ids, blocks, sorted(rows, key=lambda row: -deviation[row])[: int(share * len(ids))])

    return way


def _chosen(share: float) -> Compose:
    def way(
        engine: TransformersEngine, told: Story, ids: Sequence[int], blocks: list[tuple[int, TensorValues]]
    ) -> TensorValues:
        return engine.compose(ids, blocks, furthest(engine.deviation(ids, blocks), share))

    return way


def furthest(deviation: Sequence[float], share: float) -> list[int]:
    """Positions of the largest deviations, ``share`` of all."""
    order = sorted(range(len(deviation)), key=lambda place: -deviation[place])
    return order[: int(share * len(deviation))]


def _next(engine: TransformersEngine, ids: Sequence[int], values: TensorValues, query: Sequence[int]) -> torch.Tensor:
    """Logits of the token after a query."""
    return engine.logits([*ids, *query], [values])


def _speed(*, quick: bool) -> Iterator[Measurement]:
    engine = TransformersEngine(medium(*((2, 64, 4, 2) if quick else ())), words_of(8192))
    length, query, count = (16, 4, 4) if quick else (256, 32, 8)
    ids = tokens(length * count)
    asked = tokens(query, seed=1)
    blocks = [(0, engine.prefill(ids[length * n : length * (n + 1)])) for n in range(count)]
    first = Sampling(max_tokens=1)

    def composed(share: float) -> None:
        rows = furthest(engine.deviation(ids, blocks), share) if share else []
        engine.generate([[*ids, *asked]], [engine.compose(ids, blocks, rows)], first)

    times = interleaved(
        {
            "whole": lambda: engine.generate([[*ids, *asked]], [], first),
            "turned": lambda: composed(0.0),
            "recomputed": lambda: composed(_SHARE),
        },
        rounds=3,
    )
    for name, promised, what in (
        ("turned", _LEAST_TURNED, "keys turned, self-contained blocks"),
        ("recomputed", _LEAST_SPEED, f"{_SHARE:.0%} recomputed, selection included"),
    ):
        low, middle, high = ratio(times, "whole", name)
        yield Measurement(
            name=f"first token from {count} blocks of {length}, {what}",
            measured=f"{middle:.1f}x faster ({low:.1f}-{high:.1f})",
            target=f">= {promised:g}x",
            met=middle >= promised,
            figures={"ratio": middle},
        )
