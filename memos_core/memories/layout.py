"""The order in which memories stand in a prompt, so that prompts begin alike and what is computed once serves often."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from memos_core.memories.eviction import HALF_LIFE, Heat


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A memory to be laid out."""

    id: str
    keys: frozenset[str] = frozenset()
    """What it speaks of, e.g. a subject and a slot. Between memories that share a key order is meaning: it is kept."""
    pinned: bool = False
    """Stands in every prompt, before all others."""
    volatile: bool = False
    """Will change soon: stands behind all others, outside of what is stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Memories in the order of a prompt."""

    stored: tuple[Unit, ...]
    """Worth storing, pinned ones first."""
    volatile: tuple[Unit, ...] = ()
    """To be computed each time."""

    @property
    def order(self) -> tuple[str, ...]:
        """Ids of all."""
        return tuple(unit.id for unit in (*self.stored, *self.volatile))


@dataclass(slots=True)
class _Step:
    heat: Heat = field(default_factory=Heat)
    after: dict[str, "_Step"] = field(default_factory=dict)


class Paths:
    """The orders in which memories stood in prompts, and how often each beginning was used lately.

    Not thread-safe.
    """

    def __init__(self, half_life: float = HALF_LIFE, steps: int = 50_000) -> None:
        """Start empty.

        Args:
            half_life: Of a use, in uses of any path.
            steps: How many may be remembered; beyond, the coldest half is forgotten.
        """
        self._root = _Step()
        self._units: dict[str, Heat] = {}
        self._moment, self._half_life = 0, half_life
        self._steps, self._most = 0, steps

    def add(self, order: Sequence[str]) -> None:
        """Note that a prompt had these memories in this order."""
        self._moment += 1
        at = self._root
        for one in order:
            if one not in at.after:
                at.after[one] = _Step()
                self._steps += 1
            at = at.after[one]
            at.heat = at.heat.used(self._moment, self._half_life)
            self._units[one] = self._units.get(one, Heat()).used(self._moment, self._half_life)
        if self._steps > self._most:
            self._forget_cold()

    def drop(self, ids: Iterable[str]) -> None:
        """Forget memories, and all that stood behind them."""
        gone = frozenset(ids)
        for one in gone:
            self._units.pop(one, None)
        self._keep(lambda id, step: id not in gone)

    def next(self, path: Sequence[str]) -> dict[str, float]:
        """What has followed a path, and how hot each is."""
        at = self._root
        for one in path:
            step = at.after.get(one)
            if step is None:
                return {}
            at = step
        return {one: step.heat.now(self._moment, self._half_life) for one, step in at.after.items()}

    def heat(self, id: str) -> float:
        """How often a memory was used lately, wherever it stood."""
        return self._units.get(id, Heat()).now(self._moment, self._half_life)

    def _forget_cold(self) -> None:
        heats: list[float] = []

        def noted(id: str, step: _Step) -> bool:
            heats.append(step.heat.now(self._moment, self._half_life))
            return True

        self._keep(noted)
        limit = sorted(heats)[len(heats) // 2]
        self._keep(lambda id, step: step.heat.now(self._moment, self._half_life) > limit)
        self._units = {id: heat for id, heat in self._units.items() if heat.now(self._moment, self._half_life) > limit}

    def _keep(self, wanted: Callable[[str, _Step], bool]) -> None:
        waiting, self._steps = [self._root], 0
        while waiting:
            at = waiting.pop()
            at.after = {id: step for id, step in at.after.items() if wanted(id, step)}
            self._steps += len(at.after)
            waiting += at.after.values()


def canonical(units: Sequence[Unit], paths: Paths) -> Layout:
    """Lay out memories so that they begin as earlier prompts began.

    Pinned ones come first, by id. Then the hottest path that other prompts took is followed as long as it leads to
    memories of this prompt; the rest stands by how often it is used, then by id. What shares a key stays in its order,
    even where that keeps a pinned memory from the front or takes a stable one behind a volatile one.

    Args:
        units: In an order that has a meaning, e.g. by time; each id once.
        paths: Of earlier prompts.
    """
    before = _before(units)
    volatile: list[Unit] = []
    pinned: set[str] = set()
    for unit in units:
        if unit.volatile or not before[unit.id].isdisjoint(one.id for one in volatile):
            volatile.append(unit)
        elif unit.pinned and before[unit.id] <= pinned:
            pinned.add(unit.id)
    left = {unit.id: unit for unit in units if unit not in volatile}
    placed: list[str] = []
    while left:
        ready = [id for id in left if before[id].isdisjoint(left)]
        front = [id for id in ready if id in pinned]
        followed = {id: heat for id, heat in paths.next(placed).items() if id in ready}
        if front:
            chosen = min(front)
        elif followed:
            chosen = min(followed, key=lambda id: (-followed[id], id))
        else:
            chosen = min(ready, key=lambda id: (-paths.heat(id), id))
        placed.append(chosen)
        del left[chosen]
    by_id = {unit.id: unit for unit in units}
    return Layout(stored=tuple(by_id[id] for id in placed), volatile=tuple(volatile))


def _before(units: Sequence[Unit]) -> dict[str, set[str]]:
    """For each memory those that must stand before it: earlier ones that share a key with it."""
    before: dict[str, set[str]] = {}
    by_key: dict[str, list[str]] = {}
    for unit in units:
        before[unit.id] = {id for key in unit.keys for id in by_key.get(key, ())}
        for key in unit.keys:
            by_key.setdefault(key, []).append(unit.id)
    return before
