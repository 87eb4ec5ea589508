"""Which beginnings of prompts have been seen before: what is seen once is not worth keeping."""

from collections import OrderedDict
from collections.abc import Hashable, Sequence

BLOCK = 16
"""Tokens."""
BLOCKS = 1 << 16
"""Remembered at most: of a million tokens."""


class Sightings:
    """A bounded memory of token sequences as digests of blocks, each chained to the one before it.

    Whoever keeps only what is seen a second time wastes nothing on what never comes again. Not thread-safe.
    """

    def __init__(self, blocks: int = BLOCKS, block: int = BLOCK) -> None:
        self._most, self._block = blocks, block
        self._seen: OrderedDict[int, None] = OrderedDict()

    def seen(self, space: Hashable, tokens: Sequence[int]) -> int:
        """How many of the first tokens were seen before in this space, in whole blocks; from now on, all of them."""
        length, known, chain = 0, True, hash(space)
        for start in range(0, len(tokens), self._block):
            block = tuple(tokens[start : start + self._block])
            chain = hash((chain, block))
            known = known and chain in self._seen
            if known:
                length = start + len(block)
            self._seen[chain] = None
            self._seen.move_to_end(chain)
        while len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return length

    def clear(self) -> None:
        """Forget everything."""
        self._seen.clear()
