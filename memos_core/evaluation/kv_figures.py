"""What order, eviction and policy save on made-up traces, beside what is promised."""

from collections.abc import Iterator, Sequence
from statistics import mean

from memos_core.domain.measurement import Measurement
from memos_core.evaluation.kv_replay import CPU, GPU, Replay, follow, packs, serve, unlimited
from memos_core.evaluation.kv_trace import Prompts, block_bound, exact_bound, hit_rate, prompts
from memos_core.memories.eviction import lru

_GAIN, _BOUND, _SAVING, _BUILDS = 1.3, 0.85, 1.3, 3.0
_GIB = 1 << 30


def measure(*, quick: bool = False, seeds: Sequence[int] = (1, 2, 3)) -> Iterator[Measurement]:
    """A row for each budget and noise; the worst seed of each."""
    seeds = seeds[:1] if quick else seeds
    requests = 1000 if quick else 3000
    for noise in (0.3,) if quick else (0.3, 0.6):
        traces = [prompts(seed, noise=noise, requests=requests, drift=requests // 3) for seed in seeds]
        exact = [exact_bound(trace) for trace in traces]
        for budget in (10_000, 50_000) if quick else (10_000, 50_000, 400_000):
            yield _order(traces, exact, noise, budget)
    for size in (10,) if quick else (10, 40, 160):
        yield _eviction(seeds, size, 6000 if quick else 20_000)
    yield from _policy(seeds, 6000 if quick else 20_000)


def _order(traces: Sequence[Prompts], exact: Sequence[float], noise: float, budget: int) -> Measurement:
    hits, plain, core, bounds = [], [], [], []
    for trace in traces:
        hits.append(hit_rate(trace, "canonical", budget))
        plain.append(hit_rate(trace, "relevance", budget))
        core.append(hit_rate(trace, "relevance, core first", budget))
        bounds.append(block_bound(trace, budget))
    over = min(one / other for one, other in zip(hits, plain, strict=True))
    over_core = min(one / other for one, other in zip(hits, core, strict=True))
    share = min(one / other for one, other in zip(hits, bounds, strict=True))
    return Measurement(
        name=f"order of memories, {budget:,} tokens kept, noise {noise}",
        measured=f"{mean(hits):.1%} read, {over:.2f}x relevance order, {over_core:.2f}x with the core first, "
        f"{share:.0%} of the bound",
        target=f">= {_GAIN}x relevance order, >= {_BOUND:.0%} of the bound",
        met=over >= _GAIN and share >= _BOUND,
        note=f"worst of {len(traces)} traces; the bound reuses every memory wherever it stands, best of LRU and LFU; "
        f"exact reuse, all earlier prompts kept, has {mean(exact):.1%} at the very most",
        figures={
            "hits": mean(hits),
            "over_relevance": over,
            "over_core_first": over_core,
            "of_bound": share,
            "exact_bound": mean(exact),
        },
    )


def _eviction(seeds: Sequence[int], size: int, uses: int) -> Measurement:
    ours: list[Replay] = []
    theirs: list[Replay] = []
    most: list[float] = []
    for seed in seeds:
        trace = packs(seed, uses=uses)
        most.append(unlimited(trace))
        ours.append(serve(trace, size * _GIB))
        theirs.append(serve(trace, size * _GIB, priority=lru, second=False))
    saved_by_lru = mean(one.prefill_saved for one in theirs)
    gain, possible = (mean(one) / saved_by_lru for one in ([one.prefill_saved for one in ours], most))
    fewer = min(other.builds / one.builds for one, other in zip(ours, theirs, strict=True))
    least = min(one.saved for one in ours)
    return Measurement(
        name=f"eviction, {size} GiB in main memory",
        measured=f"{gain:.2f}x the prefill time that LRU saves, {fewer:.1f}x fewer builds, {least:+.1%} time at least",
        target=f">= {_SAVING}x, >= {_BUILDS:.0f}x fewer, never slower than without",
        met=gain >= _SAVING and fewer >= _BUILDS and least >= 0,
        note=f"writing counted, LRU saves {mean(one.saved for one in theirs):+.1%}, "
        f"this {mean(one.saved for one in ours):+.1%}; {possible:.2f}x if memory had no limit",
        figures={"gain": gain, "possible": possible, "fewer_builds": fewer, "least_saved": least},
    )


def _policy(seeds: Sequence[int], uses: int) -> Iterator[Measurement]:
    for name, costs in (("two cores", CPU), ("a GPU that computes faster than a disk reads", GPU)):
        done = [follow(packs(seed, uses=uses), costs) for seed in seeds]
        saved = min(one.saved for one in done)
        told = mean(one.realised / one.predicted for one in done) if done[0].predicted else 1.0
        yield Measurement(
            name=f"text or keys and values, {name}",
            measured=f"{saved:+.1%} time at least, {told:.2f} of the predicted saving realised, "
            f"{mean(one.promotions for one in done):.0f} promotions, {mean(one.demotions for one in done):.0f} back",
            target="never slower than text",
            met=saved >= 0,
            note=f"at most {max(one.bytes for one in done) / _GIB:.0f} GiB in files; "
            f"everything at once: {mean(1 - one.at_once / one.without for one in done):+.1%} without a limit",
            figures={"saved": saved, "realised_to_predicted": told},
        )
