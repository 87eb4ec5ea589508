"""Replays of packs of memories: what eviction saves, and what the policy between text and keys and values saves."""

import random
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from math import exp

from memos_core.evaluation.kv_trace import GRAIN, TRACE, Sized, tree_of
from memos_core.memories.eviction import Costs, Heat, Priority, gdsf
from memos_core.memories.sightings import ONCE, Sightings
from memos_core.operation.policies.activation import Candidate, Promote, Terms, decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """What serving a trace took."""

    seconds: float
    """For all prompts, reading and writing included."""
    written: float
    """Of them, for writing what was computed to be kept."""
    without: float
    """For all prompts without any stored values."""
    builds: int
    """How often values were computed to be kept."""
    hits: int
    """Prompts whose values were at hand."""

    @property
    def saved(self) -> float:
        """Share of the time that is saved, all costs counted; below zero where keeping cost more than it brought."""
        return 1 - self.seconds / self.without

    @property
    def prefill_saved(self) -> float:
        """Share of the time that is saved if writing costs nothing."""
        return 1 - (self.seconds - self.written) / self.without


@dataclass(frozen=True, slots=True, kw_only=True)
class Packs:
    """A trace of prompts with a pack of memories each, all of it or nothing reused."""

    uses: tuple[int, ...]
    lengths: Mapping[int, int]
    """Of each pack, in grains."""

    def tokens(self, pack: int) -> tuple[int, ...]:
        """Token ids, all of them the pack's own."""
        return tuple(range(pack * 10_000, pack * 10_000 + self.lengths[pack]))


def packs(seed: int, *, kinds: int = 2000, uses: int = 20_000, drift: int = 4000, once: float = 0.3) -> Packs:
    """Packs of about a thousand tokens, used by Zipf's law with exponent 0.9.

    Args:
        seed: Of the trace.
        kinds: Packs that come again.
        uses: Prompts.
        drift: Every so many, a tenth of the packs change ranks.
        once: Share of prompts whose pack never comes again.
    """
    chance = random.Random(seed)
    ranks = list(range(kinds))
    chance.shuffle(ranks)
    weights = list(accumulate((place + 1) ** -0.9 for place in range(kinds)))
    fresh = iter(range(kinds, kinds + uses))
    made = []
    for turn in range(uses):
        if turn and turn % drift == 0:
            for _ in range(kinds // 10):
                one, other = chance.randrange(kinds), chance.randrange(kinds)
                ranks[one], ranks[other] = ranks[other], ranks[one]
        if chance.random() < once:
            made.append(next(fresh))
        else:
            made.append(ranks[bisect(weights, chance.random() * weights[-1])])
    lengths = {one: max(1, int(exp(chance.gauss(6.5, 1.0)) + 64) // GRAIN) for one in sorted(set(made))}
    return Packs(uses=tuple(made), lengths=lengths)


GPU = Costs(token=1.13e-5 * GRAIN, pair=3.8e-10 * GRAIN**2, move_byte=1 / 20e9, load_byte=1 / 5e9, fixed=2e-3)
"""A model of 1.7 billion parameters at 300 TFLOP/s, values in main memory; of a grain, as all token counts here."""


_EMPTY = 0.1
"""How full a memory counts at least."""


def serve(trace: Packs, budget: int, *, priority: Priority = gdsf, second: bool = True, costs: Costs = GPU) -> Replay:
    """Keep packs in main memory and read them from there.

    Args:
        trace: The prompts.
        budget: Bytes.
        priority: Who stays.
        second: Keep only what was used often enough for keeping it to pay, a second time at least.
        costs: Of a grain.
    """
    tree = tree_of(0, memory=budget, priority=priority, half_life=3000.0, costs=costs)
    sightings = Sightings(half_life=3000.0)
    spent = written = without = 0.0
    builds = hits = 0
    for pack in trace.uses:
        tokens = trace.tokens(pack)
        whole = Sized(length=len(tokens), tier="memory")
        computing, reading = costs.prefill(len(tokens)), costs.load(whole.bytes, "memory")
        without += computing
        with tree.lease(TRACE, tokens) as found:
            if found.length:
                hits += 1
                spent += reading
                continue
            spent += computing
            uses = sightings.seen(TRACE, tokens)[1]
            # As long as there is room what is kept stays longer, so that fewer uses promise as many to come.
            full = max(_EMPTY, tree.tiers.used["memory"] / budget)
            wanted = not second or uses >= max(ONCE, full * costs.uses_to_pay(len(tokens), whole.bytes))
            if wanted and tree.insert(TRACE, tokens, whole, ["trace"], uses=uses):
                builds += 1
                written += whole.bytes * costs.move_byte
    return Replay(seconds=spent + written, written=written, without=without, builds=builds, hits=hits)


def unlimited(trace: Packs, costs: Costs = GPU) -> float:
    """``Replay.prefill_saved`` if all that is worth reading is kept from its first use on, without a limit."""
    seen: set[int] = set()
    spent = without = 0.0
    for pack in trace.uses:
        computing = costs.prefill(trace.lengths[pack])
        reading = costs.load(Sized(length=trace.lengths[pack]).bytes, "memory")
        spent += min(reading, computing) if pack in seen else computing
        without += computing
        seen.add(pack)
    return 1 - spent / without


CPU = replace(GPU, token=0.04 * GRAIN, pair=0.0, load_byte=1 / 2e9)
"""The same model on two cores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyReplay:
    """What a policy did with a trace."""

    seconds: float
    """For all prompts, computing, writing and reading included."""
    without: float
    """For all prompts as text."""
    at_once: float
    """For all prompts if every pack were computed and kept at its first use and again after every revision."""
    predicted: float
    """Seconds that the promotions were expected to save, the cost of computing and writing taken off."""
    realised: float
    """Seconds that they did save, each within the horizon after it."""
    bytes: int
    """Of all files, at the most."""
    promotions: int
    demotions: int
    """Those of revised texts not counted."""

    @property
    def saved(self) -> float:
        """Share of the time."""
        return 1 - self.seconds / self.without


def follow(
    trace: Packs, costs: Costs, *, terms: Terms | None = None, every: int = 100, revised: float = 0.002
) -> PolicyReplay:
    """Decide again and again what is worth a file of keys and values, and serve the trace with what there is.

    Args:
        trace: The prompts.
        costs: Of a grain.
        terms: Of the policy, with a half-life in uses.
        every: Uses between two decisions.
        revised: Chance that a prompt's pack has changed since its last use; for every tenth pack a hundred times that.
    """
    state = _State(terms=terms or Terms(tokens=64 // GRAIN), costs=costs, trace=trace)
    chance = random.Random(len(trace.uses))
    for moment, pack in enumerate(trace.uses):
        state.serve(pack, moment, chance.random() < (min(0.5, 100 * revised) if pack % 10 == 0 else revised))
        if moment % every == every - 1:
            state.decide(moment)
    return PolicyReplay(
        seconds=state.spent,
        without=state.without,
        at_once=state.at_once,
        predicted=state.predicted,
        realised=state.realised,
        bytes=state.most,
        promotions=state.promotions,
        demotions=state.demotions,
    )


@dataclass(slots=True, kw_only=True)
class _State:
    terms: Terms
    costs: Costs
    trace: Packs
    known: dict[int, Candidate] = field(default_factory=dict)
    ever: set[int] = field(default_factory=set)
    changes: dict[int, Heat] = field(default_factory=dict)
    spent: float = 0.0
    without: float = 0.0
    at_once: float = 0.0
    predicted: float = 0.0
    realised: float = 0.0
    promoted: dict[int, int] = field(default_factory=dict)
    most: int = 0
    promotions: int = 0
    demotions: int = 0

    def serve(self, pack: int, moment: int, changed: bool) -> None:
        length = self.trace.lengths[pack]
        size = Sized(length=length).bytes
        computing, reading = self.costs.prefill(length), self.costs.load(size)
        fresh = Candidate(key=str(pack), sources=(str(pack),), tokens=length, heat=Heat(), bytes=size)
        one = self.known.get(pack, fresh)
        if changed and pack in self.known:
            self.changes[pack] = self.changes.get(pack, Heat()).used(moment, self.terms.half_life)
            one = replace(one, handle="")
        self.known[pack] = replace(one, heat=one.heat.used(moment, self.terms.half_life))
        self.without += computing
        self.spent += reading if one.handle else computing
        if one.handle and moment - self.promoted[pack] <= self.terms.horizon:
            self.realised += computing - reading
        self.at_once += computing + size * self.costs.load_byte if changed or pack not in self.ever else reading
        self.ever.add(pack)

    def decide(self, moment: int) -> None:
        lately = {
            pack: replace(one, revisions=round(self.changes.get(pack, Heat()).now(moment, self.terms.half_life)))
            for pack, one in self.known.items()
            if one.handle or one.heat.now(moment, self.terms.half_life) > ONCE
        }
        for action in decide(lately.values(), self.costs, moment, self.terms):
            if isinstance(action, Promote):
                pack = int(action.key)
                one = self.known[pack]
                self.known[pack] = replace(one, handle=action.key)
                building = self.costs.prefill(one.tokens) + one.bytes * self.costs.load_byte
                self.spent += building
                self.realised -= building
                self.promoted[pack] = moment
                self.predicted += action.predicted
                self.promotions += 1
            else:
                pack = int(action.handle)
                self.known[pack] = replace(self.known[pack], handle="")
                self.demotions += 1
        self.most = max(self.most, sum(one.bytes for one in self.known.values() if one.handle))
