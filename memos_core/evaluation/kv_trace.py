"""Replays of made-up traces through the prefix tree and the policy: how much an order, an eviction, a promotion saves.

No model runs. Prompts are token ids with values that have a size only; the tree, the order, the cost model and the
policy are those that serve a real model. One token here stands for ``GRAIN``.
"""

import random
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import log

from memos_core.memories.eviction import Costs, Priority, TierBudgets, gdsf
from memos_core.memories.layout import Paths, Unit, canonical
from memos_core.memories.prefix_tree import PrefixTree, Space
from memos_core.memories.sightings import Sightings
from memos_core.ports import KeyValues

GRAIN = 10
"""Tokens."""
TOKEN_BYTES = 114_688
"""Of keys and values: 28 layers, 8 heads of 128 numbers, two bytes each (a model of 1.7 billion parameters)."""
CORE = 3
"""Memories that stand in every prompt."""

TRACE = Space("trace", "")
"""Where the traces keep what they keep."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """``ports.KeyValues`` of which only the size is known."""

    length: int
    tier: str = "device"

    @property
    def bytes(self) -> int:
        """As a model of ``TOKEN_BYTES`` would need."""
        return self.length * GRAIN * TOKEN_BYTES

    def part(self, lo: int, hi: int) -> "Sized":
        """As long as the range."""
        return replace(self, length=hi - lo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one prompt has at its head."""

    relevant: tuple[int, ...]
    """Memories, the most relevant first."""
    core: tuple[int, ...]
    """Those that stand in every prompt of this user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """A trace of prompts made of memories."""

    requests: tuple[Request, ...]
    lengths: Mapping[int, int]
    """Of each memory, in grains."""

    def tokens(self, order: Sequence[int]) -> tuple[int, ...]:
        """Token ids of memories in an order; every memory has its own."""
        return tuple(memory * 100 + place for memory in order for place in range(self.lengths[memory]))


def prompts(seed: int, *, users: int = 8, requests: int = 3000, drift: int = 1000, noise: float = 0.6) -> Prompts:
    """Skewed users, topics and memories; relevance is noisy, and memories are replaced by new ones in time.

    Args:
        seed: Of the trace.
        users: Each has 17 memories of 60 to 140 tokens in each of 12 topics; a prompt has 7 of one topic and 3 others.
        requests: Their number.
        drift: Every so many requests 2 of the 17 are replaced in every topic.
        noise: Standard deviation of relevance. At 0 every prompt of a topic has the same memories.
    """
    chance = random.Random(seed)
    topics, size, chosen = 12, 17, 7
    fresh = iter(range(1_000_000))
    core = [[next(fresh) for _ in range(CORE)] for _ in range(users)]
    shelf = {(user, topic): [next(fresh) for _ in range(size)] for user in range(users) for topic in range(topics)}
    for memories in shelf.values():
        chance.shuffle(memories)  # the popular ones are not the old ones
    made = []
    for turn in range(requests):
        if turn and turn % drift == 0:
            for memories in shelf.values():
                for place in chance.sample(range(size), size // 8):
                    memories[place] = next(fresh)
        user = min(int(chance.paretovariate(1.0)) - 1, users - 1)
        topic = min(int(chance.paretovariate(0.9)) - 1, topics - 1)
        score = {one: -1.1 * log(rank + 1) + chance.gauss(0, noise) for rank, one in enumerate(shelf[user, topic])}
        best = sorted(score, key=lambda one: -score[one])[:chosen]
        made.append(Request(relevant=tuple(best), core=tuple(core[user])))
    lengths = {one: chance.randint(60, 140) // GRAIN for one in range(next(fresh))}
    return Prompts(requests=tuple(made), lengths=lengths)


ORDERS = ("relevance", "relevance, core first", "id, core first", "canonical")


def hit_rate(trace: Prompts, order: str, budget: int, priority: Priority = gdsf, half_life: float = 500.0) -> float:
    """Share of the memory tokens of all prompts that the tree has, keeping what is seen a second time.

    Args:
        trace: The prompts.
        order: One of ``ORDERS``.
        budget: Tokens that may be kept.
        priority: Who stays.
        half_life: Of uses, in requests.
    """
    tree = tree_of(budget * TOKEN_BYTES, priority=priority, half_life=half_life)
    paths = Paths(half_life=half_life)
    sightings = Sightings(half_life, block=2)
    hit = total = 0
    for request in trace.requests:
        laid = _laid(request, order, paths)
        tokens = trace.tokens(laid)
        with tree.lease(TRACE, tokens) as found:
            hit += found.length
            total += len(tokens)
            seen, uses = sightings.seen(TRACE, tokens)
            if found.length < seen:
                known = Sized(length=seen - found.length)
                tree.insert(TRACE, tokens[:seen], known, ["trace"], start=found.length, uses=uses)
    return hit / total


def _laid(request: Request, order: str, paths: Paths) -> tuple[int, ...]:
    if order == "relevance":
        return (*request.relevant, *request.core)
    if order == "relevance, core first":
        return (*request.core, *request.relevant)
    if order == "id, core first":
        return (*request.core, *sorted(request.relevant))
    units = [Unit(id=f"{one:07}", pinned=True) for one in request.core]
    units += [Unit(id=f"{one:07}") for one in request.relevant]
    laid = canonical(units, paths).order
    paths.add(laid)
    return tuple(int(one) for one in laid)


def block_bound(trace: Prompts, budget: int) -> float:
    """The hit rate if every memory could be reused wherever it stands: what no exact reuse reaches.

    The better of least recently and least frequently used.
    """
    return max(_blocks(trace, budget, by_use) for by_use in (False, True))


def exact_bound(trace: Prompts) -> float:
    """The hit rate that no exact reuse exceeds, whatever the order and the room.

    As if all that a prompt has in common with the most similar earlier one stood at the head of both.
    """
    earlier: dict[tuple[int, ...], list[frozenset[int]]] = {}
    hit = total = 0
    for request in trace.requests:
        core = sum(trace.lengths[one] for one in request.core)
        asked = frozenset(request.relevant)
        others = earlier.setdefault(request.core, [])
        if others:
            hit += core + max(sum(trace.lengths[one] for one in asked & other) for other in others)
        total += core + sum(trace.lengths[one] for one in asked)
        others.append(asked)
    return hit / total


def _blocks(trace: Prompts, budget: int, by_use: bool) -> float:
    kept: OrderedDict[int, int] = OrderedDict()
    uses: Counter[int] = Counter()
    hit = total = used = 0
    for request in trace.requests:
        for one in (*request.core, *request.relevant):
            uses[one] += 1
            length = trace.lengths[one]
            total += length
            if one in kept:
                hit += length
                kept.move_to_end(one)
                continue
            kept[one] = length
            used += length
            while used * GRAIN > budget:
                gone = min(kept, key=uses.__getitem__) if by_use else next(iter(kept))
                used -= kept.pop(gone)
    return hit / total


def tree_of(
    device: int, *, memory: int = 0, priority: Priority, half_life: float, costs: Costs | None = None
) -> PrefixTree:
    """A tree of values that have a size only."""
    budgets = TierBudgets(device=device, memory=memory, disk=0)

    def move(values: KeyValues, tier: str) -> KeyValues:
        return Sized(length=values.length, tier=tier)

    return PrefixTree(budgets, move, costs=costs, priority=priority, half_life=half_life)
