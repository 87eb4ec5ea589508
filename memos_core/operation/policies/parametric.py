"""Text or weights: memories that are stable, used often and in many prompts are taught to a model, others are not.

An owner has one adapter, since a request is routed to one. What a memory costs as text it costs in every prompt, in
whatever company it stands there; keys and values save that only for the same beginning. An adapter saves it for any
mixture, but is made anew when a single one of its memories changes. So the set is what is decided, not each memory.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import accumulate
from typing import TypeAlias

from memos_core.memories.eviction import HALF_LIFE, Heat
from memos_core.operation.policies.activation import Terms as Expectation
from memos_core.operation.policies.activation import expected_uses

_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When an adapter is worth having."""

    horizon: float = 5 * HALF_LIFE
    """Uses of any memory within which it must pay."""
    half_life: float = HALF_LIFE
    """Of a use, in uses."""
    price: float = 1e-9
    """Seconds of saving that each byte kept over the horizon has to bring."""
    adapters: int = 64
    """Of all owners; what saves the most has them."""
    bytes: int = 4 << 30
    """That all files together may take."""
    training: float = 4 * 3600.0
    """Seconds that may be spent on training within a horizon."""
    least: int = 20
    """Facts below which no adapter is trained."""
    most: int = 300
    """Facts that one adapter holds: beyond, what the base knew begins to suffer."""
    quiet: float = 0.1
    """Share of the horizon for which a memory must not have changed."""
    contexts: int = 2
    """Different prompts in which a memory must have stood: what always stands in the same one is served by its keys."""
    enter: float = 1.5
    """Expected saving over cost from which on text becomes an adapter, or an adapter another one."""
    leave: float = 0.5
    """Expected saving over price below which it becomes text again. Between the two nothing changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching:
    """What adapters of a model cost."""

    fixed: float
    """Seconds to train at all: a process, the model, texts of its own, the least number of steps."""
    fact: float
    """Seconds more for each fact."""
    attach: float = 0.0
    """Seconds that a use of an adapter takes beyond one without."""
    bytes: int = 1 << 20
    """Of a file; it depends on the rank, not on the facts."""

    def seconds(self, facts: int) -> float:
        """To train an adapter."""
        return self.fixed + self.fact * facts

    @classmethod
    def estimated(cls, token: float, *, bytes: int = 1 << 20) -> "Teaching":
        """Where nothing was trained yet: 60 facts took 224,000 tokens forward and backward, 300 took 746,000.

        Args:
            token: Seconds to compute one token of a prompt; backward takes twice that.
            bytes: Of a file.
        """
        return cls(fixed=280_000 * token, fact=6_500 * token, bytes=bytes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A memory that can be taught, as it is used."""

    id: str
    owner: str = ""
    """The vault."""
    facts: int = 1
    """That it tells; none of what has not been understood."""
    heat: Heat = field(default_factory=Heat)
    """Uses of it, in whatever prompt."""
    seconds: float = 0.0
    """That one use costs without an adapter."""
    contexts: int = 1
    """Different prompts in which it stood."""
    revisions: float = 0.0
    """Of it, within the last horizon."""
    quiet: float = 1.0
    """Share of the horizon since its last change."""


class Condition(StrEnum):
    """What an adapter is good for."""

    READY = "ready"
    WAITING = "waiting"
    """It is being trained."""
    REJECTED = "rejected"
    """By the gate."""
    STALE = "stale"
    """A source has changed; its text serves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """Parametric memory, as it is used."""

    handle: str
    sources: frozenset[str]
    owner: str = ""
    condition: Condition = Condition.READY
    heat: Heat | None = None
    """Uses; ``None`` where none was recorded, and it is left alone."""
    seconds: float = 0.0
    """That one use saves."""
    bytes: int = 0
    realised: float = 0.0
    """Seconds saved so far."""
    own: bool = True
    """Made by this policy; what somebody else made or imported is never given up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distil:
    """Train an adapter."""

    owner: str
    sources: tuple[str, ...]
    predicted: float
    """Seconds that this saves within the horizon, those of training and what there is already taken off."""
    training: float
    """Seconds that it will take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demote:
    """Let go; the text remains."""

    handle: str
    predicted: float
    """Seconds that it would save within the horizon, were it kept."""
    realised: float
    """Seconds that it has saved."""


Action: TypeAlias = Distil | Demote


def decide(
    candidates: Iterable[Candidate],
    adapters: Iterable[Adapter],
    costs: Teaching,
    moment: float,
    terms: Terms | None = None,
    *,
    spent: float = 0.0,
) -> list[Action]:
    """What to teach and what to let go.

    Of an owner's memories that set is taught whose saving, over the time until one of them changes, exceeds the cost of
    training the most. It is taught when the excess over what its adapter saves already is ``enter`` times what training
    and keeping it cost. An adapter goes when it is used too seldom, or when the next one of its owner is ready. What
    the gate refused is not tried again before it changes.

    Args:
        candidates: Memories in use, of any owners.
        adapters: All there are, the oldest first.
        costs: Of training.
        moment: Now, on the clock of uses.
        terms: When it is worth it.
        spent: Seconds of training within the last horizon.

    Returns:
        Demotions first, then what is to be trained, what saves the most for a second of training first.
    """
    terms = terms or Terms()
    known = list(adapters)
    newest = {one.owner: one for one in known if one.own and one.condition is Condition.READY}
    judged = [_judged(one, newest.get(one.owner), costs, moment, terms) for one in known]
    leaving = [one for one in judged if one.leaves]
    room = _Room([one for one in judged if not one.leaves], terms)
    wanted = sorted(
        _wishes(list(candidates), room.staying, costs, moment, terms),
        key=lambda one: (-one.predicted / one.training, one.owner),
    )
    distilled = []
    for one in wanted:
        if spent + one.training <= terms.training and room.made(one, costs.bytes):
            spent += one.training
            distilled.append(one)
    demoted = [
        Demote(handle=one.adapter.handle, predicted=one.gain, realised=one.adapter.realised)
        for one in [*leaving, *room.yielding]
    ]
    return [*demoted, *distilled]


@dataclass(frozen=True, slots=True)
class _Judged:
    adapter: Adapter
    gain: float
    """Seconds that it saves within the horizon."""
    leaves: bool


def _judged(one: Adapter, newest: Adapter | None, costs: Teaching, moment: float, terms: Terms) -> _Judged:
    followed = one.own and newest is not None and newest is not one and one.condition is not Condition.WAITING
    if one.condition is not Condition.READY or one.heat is None:
        return _Judged(one, 0.0, followed)
    gain = max(0.0, _uses(one.heat, moment, terms) * (one.seconds - costs.attach))
    return _Judged(one, gain, followed or (one.own and gain <= terms.leave * one.bytes * terms.price))


def _wishes(
    candidates: Sequence[Candidate], staying: Sequence[_Judged], costs: Teaching, moment: float, terms: Terms
) -> Iterator[Distil]:
    """For each owner the set that is worth a training, if there is one."""
    memories_of: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        memories_of[one.owner].append(one)
    theirs: dict[str, list[_Judged]] = defaultdict(list)
    for judged in staying:
        theirs[judged.adapter.owner].append(judged)
    for owner, memories in memories_of.items():
        there = theirs[owner]
        if any(one.adapter.condition is Condition.WAITING for one in there):
            continue
        uses = {one.id: _uses(one.heat, moment, terms) for one in memories}
        gains = {one.id: uses[one.id] * one.seconds for one in memories}
        changes = _changes(memories, uses)
        refused = {id for one in there if one.adapter.condition is Condition.REJECTED for id in one.adapter.sources}
        chosen = _best(
            [one for one in memories if one.id not in refused and _fit(one, terms)], gains, changes, costs, terms
        )
        training = costs.seconds(sum(one.facts for one in chosen))
        more = _saved(chosen, gains, changes) - _saved_already(there, memories, gains, changes)
        if chosen and more > terms.enter * (training + costs.bytes * terms.price):
            yield Distil(
                owner=owner,
                sources=tuple(sorted(one.id for one in chosen)),
                predicted=more - training,
                training=training,
            )


def _changes(memories: Sequence[Candidate], uses: Mapping[str, float]) -> dict[str, float]:
    """Changes to be expected of each memory within the horizon.

    Many memories that change seldom make a set that changes often, and that none of them was seen to change does not
    say that none will. So each is expected to change as often for its uses as all do, and its own past counts the more,
    the more they differ: rates of a gamma distribution whose variance is taken from what was seen.
    """
    each = sum(one.revisions for one in memories) / max(1.0, sum(uses.values()))
    usual = {id: each * count for id, count in uses.items()}
    excess = sum((one.revisions - usual[one.id]) ** 2 - usual[one.id] for one in memories)
    spread = max(0.0, excess / max(1e-9, sum(one**2 for one in usual.values())))
    return {one.id: usual[one.id] * (1 + spread * one.revisions) / (1 + spread * usual[one.id]) for one in memories}


def _saved_already(
    there: Iterable[_Judged], memories: Sequence[Candidate], gains: Mapping[str, float], changes: Mapping[str, float]
) -> float:
    """Seconds that the best of an owner's adapters saves, by the use of what it holds."""
    ready = (one.adapter.sources for one in there if one.adapter.condition is Condition.READY)
    return max((_saved([one for one in memories if one.id in held], gains, changes) for held in ready), default=0.0)


def _uses(heat: Heat, moment: float, terms: Terms) -> float:
    return expected_uses(heat, moment, Expectation(horizon=terms.horizon, half_life=terms.half_life))


def _fit(one: Candidate, terms: Terms) -> bool:
    """Whether a memory can be taught, is stable, and stands in several prompts."""
    return one.facts > 0 and one.quiet >= terms.quiet and one.contexts >= terms.contexts


def _saved(chosen: Sequence[Candidate], gains: Mapping[str, float], changes: Mapping[str, float]) -> float:
    """Seconds that an adapter of these saves until one of them changes: with ``r`` changes, ``1 / (r + 1)`` of all."""
    return sum(gains[one.id] for one in chosen) / (1 + sum(changes[one.id] for one in chosen))


def _best(
    fit: Sequence[Candidate],
    gains: Mapping[str, float],
    changes: Mapping[str, float],
    costs: Teaching,
    terms: Terms,
) -> list[Candidate]:
    """The set that saves the most, training taken off: a sum of what memories bring over one plus a sum of changes.

    Such a ratio is the largest for those memories that bring more than the ratio for each of their changes (Dinkelbach,
    Management Science 13(7), 1967), which is found by repeating. Beyond what an adapter holds the least leave.
    """
    brings = {one.id: gains[one.id] - costs.fact * one.facts for one in fit}
    chosen = [one for one in fit if brings[one.id] > 0]
    for _ in range(_ROUNDS):
        ratio = _saved(chosen, brings, changes)
        margin = {one.id: brings[one.id] - ratio * changes[one.id] for one in fit}
        ordered = sorted(fit, key=lambda one: (-margin[one.id] / one.facts, one.id))
        held = accumulate(one.facts for one in ordered)
        again = [one for one, facts in zip(ordered, held, strict=True) if margin[one.id] > 0 and facts <= terms.most]
        if again == chosen:
            break
        chosen = again
    return chosen if sum(one.facts for one in chosen) >= terms.least else []


class _Room:
    """What the budgets leave, and who yields for whom."""

    def __init__(self, staying: list[_Judged], terms: Terms) -> None:
        self.staying = staying
        self.yielding: list[_Judged] = []
        self._terms = terms
        held = [one for one in staying if one.adapter.condition in (Condition.READY, Condition.WAITING)]
        self._sizes = {one.adapter.handle: one.adapter.bytes for one in held}
        self._followed = {one.adapter.owner: one.adapter.handle for one in held if one.adapter.own}
        self._poorest = sorted(
            (one for one in held if one.adapter.own and one.adapter.heat is not None),
            key=lambda one: (one.gain, one.adapter.handle),
        )

    def made(self, wish: Distil, size: int) -> bool:
        """Make room for an adapter; those that save less by the margin of the thresholds yield."""
        below = wish.predicted * self._terms.leave / self._terms.enter
        place = self._followed.get(wish.owner, f"of {wish.owner}")  # the one before goes once this one is ready
        sizes = self._sizes | {place: size}
        yielding = []
        for one in self._poorest:
            if self._fits(sizes) or one.gain >= below:
                break
            if one.adapter.handle != place:
                del sizes[one.adapter.handle]
                yielding.append(one)
        if not self._fits(sizes):
            return False
        self._sizes = sizes
        self._poorest = [one for one in self._poorest if one not in yielding]
        self.yielding += yielding
        return True

    def _fits(self, sizes: Mapping[str, int]) -> bool:
        return len(sizes) <= self._terms.adapters and sum(sizes.values()) <= self._terms.bytes
