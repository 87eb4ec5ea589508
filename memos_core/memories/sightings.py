"""Which beginnings of prompts have been seen before, and how often: what is seen once is not worth keeping."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence

from memos_core.memories.eviction import HALF_LIFE, Heat

BLOCK = 16
"""Tokens."""
BLOCKS = 1 << 16
"""Remembered at most: of a million tokens."""
ONCE = 0.1
"""Decayed uses that still count as one: half-lives of the past add up to more than three."""


class Sightings:
    """A bounded memory of token sequences as digests of blocks, each chained to the one before it.

    Whoever keeps only what is seen a second time wastes nothing on what never comes again. Not thread-safe.
    """

    def __init__(self, half_life: float = HALF_LIFE, blocks: int = BLOCKS, block: int = BLOCK) -> None:
        """Start empty.

        Args:
            half_life: Of a use, in uses.
            blocks: How many are remembered.
            block: Tokens of one.
        """
        self._half_life, self._most, self._block = half_life, blocks, block
        self._seen: OrderedDict[int, Heat] = OrderedDict()
        self._moment = 0

    def seen(self, space: Hashable, tokens: Sequence[int], least: float = ONCE) -> tuple[int, float]:
        """How much of ``tokens`` was seen before in this space, and how often; from now on, once more.

        Args:
            space: Nothing is shared between spaces.
            tokens: From the prompt's first on.
            least: Decayed uses before this one that count.

        Returns:
            The number of tokens, in whole blocks or all of them, and the decayed uses of the last block.
        """
        self._moment += 1
        length, often, known, chain = 0, 0.0, True, hash(space)
        for start in range(0, len(tokens), self._block):
            block = tuple(tokens[start : start + self._block])
            chain = hash((chain, block))
            heat = self._seen.pop(chain, Heat())
            uses = heat.now(self._moment, self._half_life)
            known = known and uses >= least
            if known:
                length, often = start + len(block), uses
            self._seen[chain] = heat.used(self._moment, self._half_life)
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return length, often

    def clear(self) -> None:
        """Forget everything."""
        self._seen.clear()
