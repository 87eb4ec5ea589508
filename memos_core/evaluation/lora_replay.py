"""Replays of made-up traces: what it saves to let a policy decide which memories are taught to a model.

No model runs. A prompt costs the tokens of those of its memories that no adapter knows; training costs what it was
measured to cost. The policy is the one that serves a real model.
"""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from math import log

from memos_core.memories.eviction import Heat
from memos_core.operation.policies.parametric import (
    Adapter,
    Candidate,
    Condition,
    Demote,
    Distil,
    Teaching,
    Terms,
    decide,
)

TOKEN = 1e-3
"""Seconds that a token of a prompt takes; of training as many tokens as were measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One prompt, and what had changed before it."""

    owner: str
    memories: tuple[str, ...]
    revised: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A memory of a trace."""

    owner: str
    tokens: int
    facts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Talks:
    """A trace of the prompts of several owners."""

    prompts: tuple[Prompt, ...]
    memories: dict[str, Told]


def talks(
    seed: int, *, owners: int = 6, prompts: int = 8000, drift: int = 2000, revised: float = 0.02, once: float = 0.1
) -> Talks:
    """Owners with memories that stand in every prompt, some that come by topic, and some that come once.

    Args:
        seed: Of the trace.
        owners: Used by Zipf's law. Each has 24 memories, 16 of them in any prompt, and 20 for each of 8 topics, 6 of
            which come together.
        prompts: Their number.
        drift: Every so many prompts each owner's topics get 5 new memories.
        revised: Chance that one of an owner's memories has changed before a prompt; half of the owners change their
            minds a hundred times less.
        once: Share of prompts with memories that never come again.
    """
    chance = random.Random(seed)
    memories: dict[str, Told] = {}

    def fresh(owner: int, count: int) -> list[str]:
        made = [f"{owner}:{len(memories) + place}" for place in range(count)]
        for one in made:
            facts = chance.randint(1, 3)
            memories[one] = Told(owner=str(owner), tokens=12 + facts * chance.randint(12, 20), facts=facts)
        return made

    core = [fresh(owner, 24) for owner in range(owners)]
    topics = [[fresh(owner, 20) for _ in range(8)] for owner in range(owners)]
    weights = [1 / (rank + 1) for rank in range(owners)]
    made = []
    for turn in range(prompts):
        if turn and turn % drift == 0:
            for owner, shelves in enumerate(topics):
                for shelf in shelves:
                    shelf[:5] = fresh(owner, 5)
        owner = chance.choices(range(owners), weights)[0]
        shelf = chance.choice(topics[owner])
        several = fresh(owner, 6) if chance.random() < once else chance.sample(shelf, 6)
        unsteady = revised if owner % 2 else revised / 100
        changed = (chance.choice([*core[owner], *shelf]),) if chance.random() < unsteady else ()
        head = (*chance.sample(core[owner], 16), *several)
        made.append(Prompt(owner=str(owner), memories=head, revised=changed))
    return Talks(prompts=tuple(made), memories=memories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What a strategy sees."""

    candidates: tuple[Candidate, ...]
    adapters: tuple[Adapter, ...]
    moment: int
    spent: float
    """Seconds of training within the last horizon."""
    terms: Terms
    costs: Teaching
    ahead: Callable[[], tuple[Counter[str], Counter[str]]]
    """Uses and revisions of each memory within the next horizon, which only an oracle knows."""


Strategy = Callable[[Situation], Sequence[Distil | Demote]]


def never(now: Situation) -> Sequence[Distil | Demote]:
    """Text for ever."""
    del now
    return ()


def always(now: Situation) -> Sequence[Distil | Demote]:
    """Whatever was used, as soon as it is there and again when it has changed."""
    made: list[Distil] = []
    for owner in sorted({one.owner for one in now.candidates}):
        there = next((one for one in now.adapters if one.owner == owner), None)
        several = sorted((one for one in now.candidates if one.owner == owner), key=lambda one: -one.heat.at)
        chosen = [
            one for place, one in enumerate(several) if sum(o.facts for o in several[: place + 1]) <= now.terms.most
        ]
        sources = frozenset(one.id for one in chosen)
        if there is None or there.condition is not Condition.READY or there.sources != sources:
            training = now.costs.seconds(sum(one.facts for one in chosen))
            made.append(Distil(owner=owner, sources=tuple(sources), predicted=0.0, training=training))
    return made


def policy(now: Situation) -> Sequence[Distil | Demote]:
    """What ``policies.parametric`` decides."""
    return decide(now.candidates, now.adapters, now.costs, now.moment, now.terms, spent=now.spent)


def oracle(now: Situation) -> Sequence[Distil | Demote]:
    """The same decision with the uses and changes that are to come, and no caution."""
    uses, changes = now.ahead()
    told = replace(now.terms, enter=1.0, leave=0.0, quiet=0.0, contexts=0)
    past = max(0.5, 1 - 0.5 ** (now.moment / told.half_life))
    each = told.half_life * past / (log(2) * told.horizon)
    known = [
        replace(one, heat=Heat(uses=uses[one.id] * each, at=now.moment), revisions=changes[one.id])
        for one in now.candidates
    ]
    return decide(known, now.adapters, now.costs, now.moment, told, spent=now.spent)


def shuffled(now: Situation) -> Sequence[Distil | Demote]:
    """The policy with uses and changes that belong to other memories: what it owes to knowing them."""
    order = random.Random(now.moment).sample(range(len(now.candidates)), len(now.candidates))
    known = [
        replace(one, heat=now.candidates[other].heat, revisions=now.candidates[other].revisions)
        for one, other in zip(now.candidates, order, strict=True)
    ]
    return decide(known, now.adapters, now.costs, now.moment, now.terms, spent=now.spent)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingReplay:
    """What serving a trace took."""

    seconds: float
    """For all prompts, training included."""
    training: float
    """Of them, for training."""
    without: float
    """For all prompts as text."""
    predicted: float
    """Seconds that the trainings were expected to save, their own cost taken off; of those whose horizon has passed."""
    realised: float
    """Seconds that these did save, each within the horizon after it."""
    trainings: int
    demotions: int
    most: int
    """Adapters at once."""

    @property
    def saved(self) -> float:
        """Share of the time, all costs counted; below zero where training cost more than it brought."""
        return 1 - self.seconds / self.without


def replay(
    trace: Talks,
    strategy: Strategy,
    *,
    costs: Teaching | None = None,
    terms: Terms | None = None,
    every: int = 200,
    refused: float = 0.05,
) -> TeachingReplay:
    """Decide again and again, and serve the trace with what there is.

    Args:
        trace: The prompts.
        strategy: Who decides.
        costs: Of training.
        terms: Of the policy.
        every: Prompts between two decisions.
        refused: Chance that the gate refuses an adapter.
    """
    state = _Replay(trace=trace, costs=costs or Teaching.estimated(TOKEN), terms=terms or Terms())
    chance = random.Random(len(trace.prompts))
    for moment, prompt in enumerate(trace.prompts):
        state.serve(prompt, moment)
        if moment % every == every - 1:
            for action in strategy(state.situation(moment)):
                state.apply(action, moment, chance.random() < refused)
    return TeachingReplay(
        seconds=state.spent + sum(cost for _, cost in state.trained),
        training=sum(cost for _, cost in state.trained),
        without=state.without,
        predicted=state.predicted,
        realised=state.realised,
        trainings=len(state.trained),
        demotions=state.demotions,
        most=state.most,
    )


@dataclass(slots=True)
class _Use:
    heat: Heat = field(default_factory=Heat)
    seen: int = 0
    changes: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Replay:
    trace: Talks
    costs: Teaching
    terms: Terms
    uses: dict[str, _Use] = field(default_factory=dict)
    adapters: dict[str, Adapter] = field(default_factory=dict)
    credited: dict[str, dict[str, float]] = field(default_factory=dict)
    """Of each owner's adapter: until when what a memory saves counts as foretold."""
    spent: float = 0.0
    without: float = 0.0
    predicted: float = 0.0
    realised: float = 0.0
    trained: list[tuple[int, float]] = field(default_factory=list)
    demotions: int = 0
    most: int = 0

    def serve(self, prompt: Prompt, moment: int) -> None:
        for one in prompt.revised:
            self._changed(one, moment)
        adapter = self.adapters.get(prompt.owner)
        known = adapter.sources if adapter and adapter.condition is Condition.READY else frozenset[str]()
        credited = self.credited.get(prompt.owner, {})
        less = 0.0
        for one in prompt.memories:
            use = self.uses.setdefault(one, _Use())
            use.heat, use.seen = use.heat.used(moment, self.terms.half_life), use.seen + 1
            cost = self.trace.memories[one].tokens * TOKEN
            self.without += cost
            less += cost * (one in known)
            self.spent += cost * (one not in known)
            if one in known and moment <= credited.get(one, 0):
                self.realised += cost
        if adapter is not None and known:
            heat = (adapter.heat or Heat()).used(moment, self.terms.half_life)
            self.adapters[prompt.owner] = replace(adapter, heat=heat, seconds=less)
            self.spent += self.costs.attach

    def _changed(self, one: str, moment: int) -> None:
        self.uses.setdefault(one, _Use()).changes.append(moment)
        owner = self.trace.memories[one].owner
        adapter = self.adapters.get(owner)
        if adapter is not None and one in adapter.sources and adapter.condition is not Condition.WAITING:
            self.adapters[owner] = replace(adapter, condition=Condition.STALE, bytes=0)

    def situation(self, moment: int) -> Situation:
        half, horizon = self.terms.half_life, self.terms.horizon
        candidates = [
            Candidate(
                id=one,
                owner=self.trace.memories[one].owner,
                facts=self.trace.memories[one].facts,
                heat=use.heat,
                seconds=self.trace.memories[one].tokens * TOKEN,
                contexts=use.seen,
                revisions=sum(at > moment - horizon for at in use.changes) / min(1.0, moment / horizon),
                quiet=(moment - use.changes[-1]) / horizon if use.changes else 1.0,
            )
            for one, use in self.uses.items()
            if use.heat.now(moment, half) > 1.0
        ]
        lately = sum(cost for at, cost in self.trained if moment - at <= horizon)
        return Situation(
            candidates=tuple(candidates),
            adapters=tuple(self.adapters.values()),
            moment=moment,
            spent=lately,
            terms=self.terms,
            costs=self.costs,
            ahead=lambda: self._ahead(moment),
        )

    def _ahead(self, moment: int) -> tuple[Counter[str], Counter[str]]:
        coming = self.trace.prompts[moment + 1 : moment + 1 + round(self.terms.horizon)]
        return (
            Counter(one for prompt in coming for one in prompt.memories),
            Counter(one for prompt in coming for one in prompt.revised),
        )

    def apply(self, action: Distil | Demote, moment: int, refused: bool) -> None:
        if isinstance(action, Demote):
            self.adapters = {owner: one for owner, one in self.adapters.items() if one.handle != action.handle}
            self.demotions += 1
            return
        before = self.adapters.get(action.owner)
        serves = before is not None and before.condition is Condition.READY
        self.trained.append((moment, action.training))
        until = moment + self.terms.horizon
        if until < len(self.trace.prompts):
            self.predicted += action.predicted
            self.realised -= action.training
        if refused and serves:
            return
        credited = self.credited.get(action.owner, {}) if serves else {}
        self.credited[action.owner] = {
            one: credited.get(one, until if until < len(self.trace.prompts) else 0.0) for one in action.sources
        }
        self.adapters[action.owner] = Adapter(
            handle=f"lora_{action.owner}",
            owner=action.owner,
            sources=frozenset(action.sources),
            condition=Condition.REJECTED if refused else Condition.READY,
            heat=before.heat if before else None,
            seconds=before.seconds if before else 0.0,
            bytes=self.costs.bytes,
        )
        self.most = max(self.most, len(self.adapters))
