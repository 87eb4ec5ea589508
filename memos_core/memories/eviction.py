"""What to keep where room is scarce: what it costs to have values again, and who goes first. Pure functions.

Greedy-Dual-Size-Frequency (Cherkasova, HP Labs report HPL-98-69, 1998) with a frequency that decays; least recently
used as the baseline to be measured against.
"""

from dataclasses import dataclass
from typing import Protocol

HALF_LIFE = 2000.0
"""After as many uses of anything, a past use counts half."""

TIERS = ("device", "memory", "disk")
"""From the fastest on. Values on ``disk`` are mapped from files that somebody else keeps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TierBudgets:
    """Bytes that stored values may occupy in each tier of this process.

    Where a model runs on the processor, the first two are both main memory.
    """

    device: int = 1 << 30
    memory: int = 4 << 30
    disk: int = 64 << 30
    """Of files that are mapped. Nothing is deleted from disk: a file that is no longer mapped is mapped anew on use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Seconds that it takes to have values again."""

    token: float = 1e-3
    """To compute one token that follows none."""
    pair: float = 0.0
    """More for each token before it: attention."""
    load_byte: float = 1 / 2e9
    """To read from a mapped file."""
    move_byte: float = 1 / 10e9
    """To move from main memory to the device."""
    fixed: float = 1e-3
    """To read at all."""

    def prefill(self, tokens: int, before: int = 0) -> float:
        """Seconds to compute ``tokens`` that follow ``before`` others."""
        return tokens * (self.token + self.pair * (before + tokens / 2))

    def load(self, size: int, tier: str = "disk") -> float:
        """Seconds until ``size`` bytes of a tier are where the model runs."""
        if tier == "device":
            return 0.0
        return self.fixed + size * (self.load_byte if tier == "disk" else self.move_byte)

    def regain(self, tier: str, tokens: int, before: int, size: int, mapped: bool) -> float:
        """Seconds that are lost on the next use when values leave ``tier``.

        Args:
            tier: Where they are now.
            tokens: How many they are of.
            before: How many tokens come before them.
            size: Bytes.
            mapped: Whether a file holds them too.
        """
        if tier == "device":
            return self.load(size, "memory")
        if tier == "disk":
            return self.load(size)
        again = self.load(size) if mapped else self.prefill(tokens, before)
        return max(0.0, again - self.load(size, "memory"))

    def uses_to_pay(self, tokens: int, size: int, tier: str = "memory") -> float:
        """After how many uses values in ``tier`` have saved what writing them there costs; infinite where never."""
        saving = self.prefill(tokens) - self.load(size, tier)
        writing = size * (self.load_byte if tier == "disk" else self.move_byte)
        return writing / saving if saving > 0 else float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heat:
    """How often something was used lately, in uses that decay."""

    uses: float = 0.0
    at: float = 0.0
    """When it was used last, on the caller's clock."""

    def now(self, moment: float, half_life: float = HALF_LIFE) -> float:
        """Uses, decayed until ``moment``."""
        return float(self.uses * 0.5 ** ((moment - self.at) / half_life))

    def used(self, moment: float, half_life: float = HALF_LIFE) -> "Heat":
        """After one more use at ``moment``."""
        return Heat(uses=self.now(moment, half_life) + 1.0, at=moment)


class Priority(Protocol):
    """Who stays: values of the lowest priority leave a tier first."""

    def __call__(self, *, inflation: float, heat: float, seconds: float, size: int, moment: float) -> float:
        """The priority of values at the moment of their use.

        Args:
            inflation: The priority of what left the tier last.
            heat: Decayed uses, this one included.
            seconds: What is lost on the next use when they leave, see ``Costs.regain``.
            size: Bytes.
            moment: On the clock of uses.
        """


def gdsf(*, inflation: float, heat: float, seconds: float, size: int, moment: float) -> float:
    """Seconds that a byte saves, on top of what has been given up before: old fame fades."""
    return inflation + heat * seconds / max(1, size)


def lru(*, inflation: float, heat: float, seconds: float, size: int, moment: float) -> float:
    """The moment of the last use."""
    return moment
