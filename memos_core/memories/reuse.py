"""What memory in a forward pass has cost and saved, as measured."""

from collections import OrderedDict
from dataclasses import dataclass, field, replace

from memos_core.memories.eviction import Costs, Heat
from memos_core.memories.prefix_tree import Kept

MEMORIES = 4096
"""Whose use is remembered; beyond, the one that was used least lately is forgotten."""
_NEW = 0.3
"""How much a new measurement counts against the earlier ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """One memory at the head of prompts."""

    tenant: str
    key: str
    """The handle, or a digest of the text."""
    handle: str = ""
    """Empty for memory that is text only."""
    sources: tuple[str, ...] = ()
    tokens: int = 0
    """Of the memory."""
    uses: int = 0
    heat: Heat = field(default_factory=Heat)
    """Uses that decay with the uses of any memory."""
    hits: int = 0
    """Uses in which stored values served."""
    read: int = 0
    """Tokens that were not computed."""
    built: int = 0
    """Tokens that were computed in order to be kept."""
    loaded: float = 0.0
    """Seconds spent on reading files."""
    saved: float = 0.0
    """Seconds that computing what was read would have taken, less those spent on reading."""
    predicted: float = 0.0
    """Seconds that it was expected to save when it was computed; 0 where nobody said."""

    def used(
        self, moment: int, *, tokens: int, read: int = 0, built: int = 0, seconds: float = 0.0, worth: float = 0.0
    ) -> "Reuse":
        """After one more use.

        Args:
            moment: On the clock of uses.
            tokens: Of the memory.
            read: Tokens whose values were at hand.
            built: Tokens computed to be kept.
            seconds: Spent on reading.
            worth: Seconds that computing the tokens read takes.
        """
        return replace(
            self,
            tokens=tokens,
            uses=self.uses + 1,
            heat=self.heat.used(moment),
            hits=self.hits + (read > 0),
            read=self.read + read,
            built=self.built + built,
            loaded=self.loaded + seconds,
            saved=self.saved + worth - seconds,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReuseReport:
    """What a runtime has saved. Prints as a table."""

    memories: tuple[Reuse, ...]
    """Those that saved the most first."""
    kept: Kept
    costs: Costs
    """As measured by now."""
    moment: int
    """Uses of any memory so far."""

    @property
    def saved(self) -> float:
        """Seconds, of all."""
        return sum(one.saved for one in self.memories)

    def __str__(self) -> str:
        lines = [
            f"{'memory':<24} {'tokens':>8} {'uses':>6} {'hits':>6} {'read':>9} {'loaded s':>9} {'saved s':>9} "
            f"{'predicted':>9}"
        ]
        lines += [
            f"{one.key[:24]:<24} {one.tokens:>8,} {one.uses:>6,} {one.hits:>6,} {one.read:>9,} "
            f"{one.loaded:>9.3f} {one.saved:>9.3f} {one.predicted:>9.3f}"
            for one in self.memories
        ]
        held = ", ".join(f"{size / 2**20:.1f} MiB in {tier}" for tier, size in self.kept.bytes.items())
        lines.append(f"saved {self.saved:.3f} s; kept {self.kept.tokens:,} tokens: {held}")
        return "\n".join(lines)


class ReuseBook:
    """Records of use, by tenant and memory. Not thread-safe."""

    def __init__(self, memories: int = MEMORIES) -> None:
        self._most = memories
        self._all: OrderedDict[tuple[str, str], Reuse] = OrderedDict()
        self.moment = 0

    def of(self, tenant: str, key: str) -> Reuse:
        """What is known of a memory."""
        return self._all.get((tenant, key)) or Reuse(tenant=tenant, key=key)

    def note(self, reuse: Reuse) -> None:
        """Keep a record."""
        place = (reuse.tenant, reuse.key)
        self._all[place] = reuse
        self._all.move_to_end(place)
        if len(self._all) > self._most:
            self._all.popitem(last=False)

    def drop(self, tenant: str, ids: frozenset[str]) -> None:
        """Forget memories that rest on any of these, or that are named so."""
        for place, one in list(self._all.items()):
            if one.tenant == tenant and (one.handle in ids or not ids.isdisjoint(one.sources)):
                del self._all[place]

    def all(self) -> tuple[Reuse, ...]:
        """Every record, those that saved the most first."""
        return tuple(sorted(self._all.values(), key=lambda one: (-one.saved, one.key)))


def after_prefill(costs: Costs, tokens: int, seconds: float, *, first: bool) -> Costs:
    """Costs as one more measurement of computing ``tokens`` corrects them."""
    measured = seconds / max(1, tokens)
    return replace(costs, token=measured if first else (1 - _NEW) * costs.token + _NEW * measured)


def after_load(costs: Costs, size: int, seconds: float, *, first: bool) -> Costs:
    """Costs as one more measurement of reading a file of ``size`` bytes corrects them."""
    measured = max(0.0, seconds - costs.fixed) / max(1, size)
    return replace(costs, load_byte=measured if first else (1 - _NEW) * costs.load_byte + _NEW * measured)
