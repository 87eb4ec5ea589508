"""Who stays where room is scarce, and what that saves."""

import pytest

from memos_core.evaluation.kv_replay import packs, serve, unlimited
from memos_core.memories.eviction import Costs, Heat, gdsf, lru
from memos_core.memories.sightings import Sightings

GIB = 1 << 30


def test_costs() -> None:
    costs = Costs(token=1e-3, pair=1e-6, load_byte=1e-9, move_byte=1e-10, fixed=0.01)
    assert costs.prefill(100) == pytest.approx(0.1 + 100 * 50e-6)
    assert costs.prefill(100, 1000) == pytest.approx(0.1 + 100 * 1050e-6)
    assert costs.load(10**6) == pytest.approx(0.011)
    assert costs.load(10**6, "device") == 0
    assert costs.regain("device", 100, 0, 10**6, False) == pytest.approx(costs.load(10**6, "memory"))
    computed = costs.regain("memory", 100, 0, 10**6, False)
    assert computed == pytest.approx(0.105 - 0.0101)
    assert costs.regain("memory", 100, 0, 10**6, True) < computed, "a file has it too"
    assert costs.regain("memory", 1, 0, 10**9, False) == 0, "reading takes longer than computing"


def test_uses_until_writing_has_paid() -> None:
    costs = Costs(token=1e-3, move_byte=1e-8, fixed=0.0)
    assert costs.uses_to_pay(100, 5 * 10**6) == pytest.approx(0.05 / 0.05)
    assert costs.uses_to_pay(100, 10**6) == pytest.approx(0.01 / 0.09)
    assert costs.uses_to_pay(100, 10**7) == float("inf")


def test_heat_fades() -> None:
    heat = Heat().used(0, 10).used(10, 10)
    assert heat.uses == pytest.approx(1.5)
    assert heat.now(30, 10) == pytest.approx(1.5 / 4)


def test_priorities() -> None:
    known = {"inflation": 1.0, "seconds": 2.0, "size": 4, "moment": 7.0}
    assert gdsf(heat=3.0, **known) == 1.0 + 3.0 * 2.0 / 4
    assert lru(heat=3.0, **known) == 7.0


def test_sightings() -> None:
    sightings = Sightings(half_life=2.0, block=4)
    assert sightings.seen("a", range(10)) == (0, 0.0)
    length, uses = sightings.seen("a", [*range(8), 99, 98])
    assert length == 8 and uses == pytest.approx(0.5**0.5)
    assert sightings.seen("b", range(10))[0] == 0, "another space"
    assert sightings.seen("a", [1, *range(8)])[0] == 0, "at another place"
    assert sightings.seen("a", range(10))[0] == 10, "the end counts as a block"
    for _ in range(20):
        sightings.seen("a", [7])
    assert sightings.seen("a", range(10))[0] == 0, "too long ago"
    assert sightings.seen("a", range(10), least=5.0)[0] == 0
    sightings.clear()
    assert sightings.seen("a", range(10))[0] == 0


def test_only_so_many_sightings() -> None:
    sightings = Sightings(blocks=10, block=4)
    for turn in range(50):
        sightings.seen("a", [turn] * 8)
    assert len(sightings._seen) == 10
    assert sightings.seen("a", [49] * 8)[0] == 8
    assert sightings.seen("a", [2] * 8)[0] == 0


def test_what_is_worth_keeping_saves_more_than_what_was_used_last() -> None:
    ours, theirs = [], []
    for seed in (1, 2):
        trace = packs(seed, uses=5000)
        ours.append(serve(trace, 10 * GIB))
        theirs.append(serve(trace, 10 * GIB, priority=lru, second=False))
    assert all(one.saved >= 0 for one in ours), "never slower than without"
    assert sum(one.prefill_saved for one in ours) >= 1.3 * sum(one.prefill_saved for one in theirs)
    assert all(3 * one.builds <= other.builds for one, other in zip(ours, theirs, strict=True))
    assert all(one.saved < 0 for one in theirs), "writing what never comes again costs more than it brings"


def test_no_memory_saves_more_than_one_without_limit() -> None:
    trace = packs(1, uses=2000)
    most = unlimited(trace)
    tight, ample = (serve(trace, budget * GIB) for budget in (5, 200))
    lavish = serve(trace, 10_000 * GIB, priority=lru, second=False)
    assert tight.prefill_saved < ample.prefill_saved < most
    assert 0.7 * most < lavish.prefill_saved <= most, "it reads what would be computed as fast, too"
