"""Memories that were computed apart, joined into one prompt: approximate, labelled, and guarded.

A block that was computed by itself has not seen the blocks before it. Where it refers to nothing outside, its keys are
only turned to their new positions; rows of other blocks are computed again, those first that differ the most
(CacheBlend, arXiv:2405.16444). On samples the result is compared with a full prefill, and given up where it is too far.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memos_core.errors import InvalidInput
from memos_core.ports import Composer, KeyValues

_log = logging.getLogger(__name__)

MOST_RECOMPUTED = 0.2
"""Share of the tokens that are computed again at most, the seams between blocks not counted."""
MOST_DIVERGENCE = 0.01
"""Nats (KL of the next token) from a full prefill, above which the prompt is computed whole."""
SAMPLED = 8
"""One composition of so many is compared with a full prefill; the first one is."""
_SEAM = 4
"""Tokens at the end of a block that may be other ones beside another neighbour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A memory's own part of the tokens that it was computed with."""

    tokens: tuple[int, ...]
    start: int
    """Position of its first token when it was computed."""
    values: KeyValues
    self_contained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """Values of a prompt's beginning, made of blocks."""

    tokens: tuple[int, ...]
    values: KeyValues
    blocks: int
    recomputed: int
    """Tokens that were computed again."""
    divergence: float | None = None
    """Measured on this one (KL, nats); ``None`` where it was not sampled."""
    model: str = ""
    """Key of the fingerprint of the model that made them."""
    exact: bool = False
    """The guard found it too far off: computed whole."""

    def __str__(self) -> str:
        if self.exact:
            return f"{self.blocks} blocks computed whole: composed they were off by {self.divergence:.2g} nats"
        share = self.recomputed / max(1, len(self.tokens))
        measured = f", off by {self.divergence:.2g} nats" if self.divergence is not None else ""
        return f"approximate: {self.blocks} blocks composed, {share:.0%} of the tokens computed again{measured}"


@dataclass(frozen=True, slots=True)
class _Placed:
    """Where tokens ``[lo, hi)`` of the prompt come from; without a block they are a seam."""

    lo: int
    hi: int
    block: Block | None = None
    at: int = 0
    """The first of them in the block."""


class BlockComposer:
    """Joins blocks for one engine, and watches what that costs. Not thread-safe: its owner holds the engine's lock."""

    def __init__(self, engine: Composer, *, bound: float = MOST_DIVERGENCE) -> None:
        """Prepare.

        Args:
            engine: Computes and joins.
            bound: Nats that a sampled composition may be off.
        """
        self._engine, self._bound = engine, bound
        self._made = 0

    def compose(
        self, tokens: Sequence[int], blocks: Sequence[Block], query: Sequence[int], *, share: float = MOST_RECOMPUTED
    ) -> Composed:
        """Values of ``tokens``.

        Args:
            tokens: What prompts with all these memories at their head begin with.
            blocks: In the order in which they stand there. The first one begins with the prompt's first token.
            query: Tokens that may follow, by which a sample is compared.
            share: Of the tokens, computed again at most.

        Raises:
            NotComposable: this model's blocks cannot be moved.
            InvalidInput: no blocks, an empty query, or no share.
        """
        if not blocks or not query:
            raise InvalidInput("blocks and a query are needed")
        if not 0 <= share <= 1:
            raise InvalidInput(f"share={share}: 0 to 1 was expected")
        parts = list(_places(tokens, blocks))
        held = [(one.lo, self._values(tokens, one)) if one.block is None else _moved(one) for one in parts]
        rows = self._rows(tokens, parts, held, int(share * len(tokens)))
        values = self._engine.compose(tokens, held, rows)
        sampled = self._made % SAMPLED == 0
        self._made += 1
        divergence = self._engine.divergence(tokens, values, query) if sampled else None
        if divergence is not None and divergence > self._bound:
            self._made = 0  # the next one is sampled as well
            _log.warning("%d blocks are computed whole: composed they were off by %.2g nats", len(blocks), divergence)
            return Composed(
                tokens=tuple(tokens),
                values=self._engine.prefill(tokens),
                blocks=len(blocks),
                recomputed=len(tokens),
                divergence=divergence,
                model=self._engine.fingerprint.key,
                exact=True,
            )
        return Composed(
            tokens=tuple(tokens),
            values=values,
            blocks=len(blocks),
            recomputed=len(rows),
            divergence=divergence,
            model=self._engine.fingerprint.key,
        )

    def _values(self, tokens: Sequence[int], seam: _Placed) -> KeyValues:
        """Something to stand in a seam until it is computed."""
        return self._engine.prefill(tokens[seam.lo : seam.hi])

    def _rows(
        self, tokens: Sequence[int], parts: Sequence[_Placed], held: Sequence[tuple[int, KeyValues]], room: int
    ) -> list[int]:
        seams = [row for one in parts if one.block is None for row in range(one.lo, one.hi)]
        dependent = [
            row
            for one in parts
            if one.block is not None and one.lo and not one.block.self_contained
            for row in range(one.lo, one.hi)
        ]
        if len(dependent) > room:
            deviation = self._engine.deviation(tokens, held)
            dependent = sorted(dependent, key=lambda row: -deviation[row])[:room]
        return sorted([*seams, *dependent])


def _moved(one: _Placed) -> tuple[int, KeyValues]:
    block = one.block
    assert block is not None
    return block.start + one.at, block.values.part(one.at, one.at + one.hi - one.lo)


def _places(tokens: Sequence[int], blocks: Sequence[Block]) -> Iterator[_Placed]:
    """Where each token comes from, from the first to the last."""
    end = 0
    for block in blocks:
        found = _found(tokens, block.tokens, end)
        if found is None:
            continue  # no two tokens of it stand there as they did: a seam
        at, lo, hi = found
        if lo > end:
            yield _Placed(end, lo)
        yield _Placed(lo, hi, block, at)
        end = hi
    if end < len(tokens):
        yield _Placed(end, len(tokens))


def _found(tokens: Sequence[int], wanted: Sequence[int], start: int) -> tuple[int, int, int] | None:
    """The longest stretch of a block in the prompt from ``start`` on: its place in the block, and in the prompt."""
    best: tuple[int, int, int] | None = None
    for skipped in range(min(_SEAM, len(wanted))):
        for lo in range(start, len(tokens)):
            if tokens[lo] != wanted[skipped]:
                continue
            length = 0
            while (
                skipped + length < len(wanted)
                and lo + length < len(tokens)
                and tokens[lo + length] == wanted[skipped + length]
            ):
                length += 1
            if length > (best[2] - best[1] if best else 1):
                best = (skipped, lo, lo + length)
        if best is not None and best[2] - best[1] >= len(wanted) - skipped - _SEAM:
            return best
    return best
