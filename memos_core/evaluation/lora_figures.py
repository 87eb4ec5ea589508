"""What the policy between text and weights saves on made-up traces, beside doing nothing, everything, and knowing."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import mean

from memos_core.domain.measurement import Measurement, Plot
from memos_core.evaluation.lora_replay import (
    TOKEN,
    Strategy,
    TeachingReplay,
    always,
    oracle,
    policy,
    replay,
    shuffled,
    talks,
)
from memos_core.operation.policies.parametric import Teaching, Terms

_CHANGES = (0.0, 0.02, 0.1, 0.5)
"""Chances that a memory of an owner who changes its mind has changed before a prompt."""
_PROMPTS, _QUICK = 20_000, 1500
_SHARE = 0.6
"""Of what one saves who knows the future."""
_LOSS = 0.05
"""Of the time that text takes: a training may turn out to have been for nothing."""


def measure(*, quick: bool = False, seeds: Sequence[int] = (1, 2)) -> Iterator[Measurement]:
    """A row for each price of training, the worst seed of each, and a curve over how often memories change."""
    seeds = seeds[:1] if quick else seeds
    dear = Teaching.estimated(TOKEN)
    cheap = replace(dear, fixed=dear.fixed / 10, fact=dear.fact / 10)
    for name, costs in (("as measured", dear), ("a tenth of that", cheap)):
        yield _policy(f"text or weights, training costs {name}", costs, seeds, quick)


def _policy(name: str, costs: Teaching, seeds: Sequence[int], quick: bool) -> Measurement:
    changes = _CHANGES[1:2] if quick else _CHANGES
    strategies: dict[str, Strategy] = {"policy": policy, "knowing the future": oracle, "uses of others": shuffled}
    found = {
        label: [_replays(one, costs, seeds, often, quick) for often in changes] for label, one in strategies.items()
    }
    everything = mean(one.saved for one in _replays(always, costs, seeds[:1], changes[0], quick))
    ours = found["policy"]
    least = min(one.saved for several in ours for one in several)
    saved, known = (mean(one.saved for several in found[label] for one in several) for label in list(strategies)[:2])
    done = [one for several in ours for one in several]
    predicted, realised = sum(one.predicted for one in done), sum(one.realised for one in done)
    curves = {
        label: [(often, mean(one.saved for one in several)) for often, several in zip(changes, rows, strict=True)]
        for label, rows in found.items()
        if label != "uses of others"
    }
    return Measurement(
        name=name,
        measured=f"{saved:+.1%} time, {least:+.1%} at least; who knows the future {known:+.1%}",
        target=f">= {_SHARE:.0%} of what knowing the future saves; {_LOSS:.0%} lost at most",
        met=least >= -_LOSS and saved >= _SHARE * known,
        note=f"{realised:,.0f} s realised, {predicted:,.0f} predicted; with uses and changes of other memories "
        f"{mean(one.saved for several in found['uses of others'] for one in several):+.0%}, everything at once "
        f"{everything:+.0%}; {mean(one.trainings for one in done):.0f} trainings, at most "
        f"{max(one.most for one in done)} adapters",
        figures={
            "saved": saved,
            "least": least,
            "knowing": known,
            "everything": everything,
            "realised_to_predicted": realised / predicted if predicted else 1.0,
        },
        plot=Plot(
            title=f"{name}: time saved",
            across="chance that a memory has changed before a prompt",
            up="share of the time that text takes",
            curves=curves,
        ),
    )


def _replays(
    strategy: Strategy, costs: Teaching, seeds: Sequence[int], often: float, quick: bool
) -> list[TeachingReplay]:
    prompts = _QUICK if quick else _PROMPTS
    terms = Terms(horizon=prompts * 0.3, half_life=prompts * 0.1)
    return [replay(talks(seed, prompts=prompts, revised=often), strategy, costs=costs, terms=terms) for seed in seeds]
