"""Blocks of keys and values that were computed apart, joined into one prompt. Approximate, and labelled so.

Keys are turned from where they were computed to where they stand: rotary position embeddings make that a rotation by
the difference (RoFormer, arXiv:2104.09864, section 3.2). What a block would have seen of the blocks before it is
missing; the rows that need it are computed again in one forward pass (CacheBlend, arXiv:2405.16444).
"""

from collections.abc import Sequence
from typing import Any

import torch
from transformers import DynamicCache
from transformers.cache_utils import DynamicLayer

from memos_adapters.transformers_kv.audit import first_layer
from memos_adapters.transformers_kv.caches import whole
from memos_adapters.transformers_kv.running import ForwardPass
from memos_adapters.transformers_kv.values import LayerTensors, TensorValues
from memos_core.errors import InvalidInput, NotComposable

Blocks = Sequence[tuple[int, TensorValues]]
"""Position of each block's first token when it was computed, and its values."""

_PROBE, _MOVED = 8, 37
_TURNED = 1e-3
_TURNED_HALF = 0.1
"""Allowed difference after a rotation, in standard deviations of the keys."""
_DECIDING_LAYER = 1
"""The layer whose deviation tells which tokens miss what is before them (CacheBlend, section 4.3)."""


class Composition:
    """Moves and joins blocks for one model."""

    def __init__(self, run: ForwardPass) -> None:
        """Prepare, and make sure that this model's keys turn as rotary embeddings do.

        Raises:
            NotComposable: they do not.
        """
        self._run = run
        rotary = next((one for one in run.model.modules() if hasattr(one, "inv_freq")), None)
        if rotary is None:
            raise NotComposable("the model has no rotary embeddings")
        self._frequencies: torch.Tensor = rotary.inv_freq.float()
        self._check()

    def compose(self, tokens: Sequence[int], blocks: Blocks, recompute: Sequence[int]) -> TensorValues:
        """Values of ``tokens`` from their blocks; rows ``recompute`` are computed again, seeing all before them.

        Raises:
            InvalidInput: the blocks are not as long as the tokens, or a position is outside.
        """
        placed = self._placed(tokens, blocks)
        rows = sorted(set(recompute))
        if rows and not 0 <= rows[0] <= rows[-1] < len(tokens):
            raise InvalidInput(f"positions to compute again must lie in [0, {len(tokens)})")
        if not rows:
            return placed
        chosen = torch.tensor(rows, device=self._run.device)
        cache = DynamicCache()
        cache.layers.extend(_Scattering(pair, chosen) for pair in _pairs(placed))
        self._run(
            self._run.ids([[tokens[row] for row in rows]]),
            cache,
            mask=_seeing(chosen, len(tokens), self._run.model.dtype),
            positions=chosen[None],
        )
        layers = tuple((layer.keys[0], layer.values[0]) for layer in cache.layers)
        return TensorValues(layers=layers, tier=placed.tier)

    def deviation(self, tokens: Sequence[int], blocks: Blocks) -> list[float]:
        """How far each token's values in the second layer are from those with all before it seen, by their own length.

        Squared. Values, for they are what attention adds up; by their length, or the first tokens of every block would
        come first, whose large keys and values change with anything before them and carry nothing.
        """
        if sum(one.length for _, one in blocks) != len(tokens):
            raise InvalidInput(f"blocks of together {len(tokens)} tokens were expected")
        columns = [_pairs(one) for _, one in blocks]
        layer = min(_DECIDING_LAYER, len(columns[0]) - 1)
        seen = self._layer(tokens, layer)[1].float()
        held = torch.cat([column[layer][1] for column in columns], dim=1).to(seen.device).float()
        far = (held - seen).square().sum(dim=(0, 2)) / seen.square().sum(dim=(0, 2)).clamp(min=1e-12)
        return [float(one) for one in far]

    def divergence(self, tokens: Sequence[int], values: TensorValues, query: Sequence[int]) -> float:
        """Mean KL divergence (nats) of the next token, over the query's tokens, from that of a full prefill."""
        if not query:
            raise InvalidInput("a query of at least one token is needed")
        ids = self._run.ids([query])
        devices = [pair[0].device for pair in _pairs(values)]
        approximate = self._run(ids, whole([values], devices), last_only=False)[0]
        full = self._run(self._run.ids([[*tokens, *query]]), None, last_only=False)[0, len(tokens) :]
        return divergence_of(full, approximate)

    def _placed(self, tokens: Sequence[int], blocks: Blocks) -> TensorValues:
        """The blocks one after the other, in memory of their own."""
        if sum(one.length for _, one in blocks) != len(tokens):
            raise InvalidInput(f"blocks of together {len(tokens)} tokens were expected")
        starts = [start for start, _ in blocks]
        layers = tuple(
            (self._keys(starts, [keys for keys, _ in column]), torch.cat([values for _, values in column], dim=1))
            for column in zip(*(_pairs(block) for _, block in blocks), strict=True)
        )
        return TensorValues(layers=layers, tier=blocks[0][1].tier)

    def _keys(self, starts: Sequence[int], columns: Sequence[torch.Tensor]) -> torch.Tensor:
        """Keys ``[kv_heads, T, d]`` of blocks, each turned from where it was computed to where it stands."""
        heads, _, width = columns[0].shape
        whole = columns[0].new_empty(heads, sum(one.shape[1] for one in columns), width)
        place = 0
        for start, keys in zip(starts, columns, strict=True):
            self._turn(keys, place - start, whole[:, place : place + keys.shape[1]])
            place += keys.shape[1]
        return whole

    def _turn(self, keys: torch.Tensor, by: int, into: torch.Tensor) -> None:
        """Write keys ``[kv_heads, T, d]`` moved by positions, computed in float32 from the originals."""
        if by == 0:
            into.copy_(keys)
            return
        angle = by * self._frequencies.to(keys.device)
        cosine, sine, half = angle.cos(), angle.sin(), len(angle)
        first, second, rest = keys.split([half, half, keys.shape[-1] - 2 * half], dim=-1)
        turned = into if into.dtype == torch.float32 else torch.empty_like(into, dtype=torch.float32)
        torch.mul(first.float(), cosine, out=turned[..., :half]).addcmul_(second.float(), sine, value=-1)
        torch.mul(second.float(), cosine, out=turned[..., half : 2 * half]).addcmul_(first.float(), sine)
        if turned is not into:
            into[..., : 2 * half] = turned[..., : 2 * half]
        into[..., 2 * half :] = rest

    def _layer(self, tokens: Sequence[int], layer: int) -> LayerTensors:
        """A layer's keys and values with everything before seen; the layers after it are not run."""
        cache, last = DynamicCache(), _Last()
        cache.layers.extend([*(DynamicLayer() for _ in range(layer)), last])
        try:
            self._run(self._run.ids([tokens]), cache)
        except _Reached:
            return last.keys[0], last.values[0]
        raise NotComposable("the model does not put its layers' keys and values into a cache")

    def _check(self) -> None:
        probe = [token % self._run.vocabulary for token in range(1, _PROBE + 1)]
        here, there = (first_layer(self._run, probe, start)[0].float() for start in (0, _MOVED))
        self._turn(here, _MOVED, turned := torch.empty_like(here))
        gap = (turned - there).abs().max() / there.std()
        exact = self._run.model.dtype in (torch.float32, torch.float64)
        if not gap <= (_TURNED if exact else _TURNED_HALF):
            raise NotComposable("this model's keys do not turn as rotary embeddings do")


def divergence_of(true: torch.Tensor, other: torch.Tensor) -> float:
    """Mean over the rows of the KL divergence (nats) of softmax(other) from softmax(true); logits ``[rows, n]``."""
    expected, given = (one.double().log_softmax(-1) for one in (true, other.to(true.device)))
    return float((expected.exp() * (expected - given)).sum(-1).mean())


class _Scattering(DynamicLayer):  # type: ignore[misc] # transformers is not type-checked
    """Holds all rows, in memory of its own; what is computed replaces the chosen before anything attends to them."""

    def __init__(self, pair: LayerTensors, rows: torch.Tensor) -> None:
        super().__init__()
        keys, values = (one[None] for one in pair)
        self.lazy_initialization(keys, values)
        self.keys, self.values = keys, values
        self._rows = rows

    def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> Any:
        rows = self._rows.to(self.keys.device)
        self.keys.index_copy_(-2, rows, key_states)
        self.values.index_copy_(-2, rows, value_states)
        return self.keys, self.values


class _Reached(Exception):
    """Ends a forward pass where enough is known."""


class _Last(DynamicLayer):  # type: ignore[misc] # transformers is not type-checked
    def update(self, key_states: Any, value_states: Any, *args: Any, **kwargs: Any) -> Any:
        self.keys, self.values = key_states, value_states
        raise _Reached


def _seeing(rows: torch.Tensor, tokens: int, dtype: torch.dtype) -> torch.Tensor:
    """A mask ``[1, 1, rows, tokens]`` to add to the scores: each row sees the tokens up to its own."""
    seen = torch.arange(tokens, device=rows.device)[None] <= rows[:, None]
    return torch.zeros(seen.shape, dtype=dtype, device=rows.device).masked_fill(~seen, torch.finfo(dtype).min)[
        None, None
    ]


def _pairs(values: TensorValues) -> list[LayerTensors]:
    return [pair for pair in values.layers if pair is not None]
