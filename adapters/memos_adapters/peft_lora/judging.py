"""What a model answers, with and without an adapter: the end of the training and the gate ask the same way."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import torch

from memos_adapters.peft_lora.layers import AdaptedLayers
from memos_adapters.peft_lora.rows import IGNORED, Batch, Row, batch_of
from memos_core.domain.parametric import BASE, Bounds, GateReport

_Found = TypeVar("_Found")

_AT_ONCE = 64
"""Rows of one batch."""


def answered(layers: AdaptedLayers, rows: Sequence[Row], name: str) -> list[bool]:
    """For each example whether greedy decoding gives its answer, from its first token to its last."""
    right: list[bool] = []
    for batch, logits in _passes(layers, rows, name):
        wanted = batch.labels[:, 1:]
        found = logits[:, :-1].argmax(dim=-1)
        right += ((found == wanted) | (wanted == IGNORED)).all(dim=-1).tolist()
    return _as_given(rows, right)


def log_probabilities(layers: AdaptedLayers, rows: Sequence[Row], name: str) -> list[float]:
    """The log-probability (nats) of each example's whole answer."""
    sums: list[float] = []
    for batch, logits in _passes(layers, rows, name):
        wanted = batch.labels[:, 1:]
        chances = logits[:, :-1].float().log_softmax(dim=-1)
        of_tokens = chances.gather(-1, wanted.clamp(min=0)[..., None])[..., 0]
        sums += of_tokens.masked_fill(wanted == IGNORED, 0.0).sum(dim=-1).tolist()
    return _as_given(rows, sums)


def divergence(layers: AdaptedLayers, rows: Sequence[Row], name: str) -> float:
    """Mean KL divergence (nats a token) of an adapter from the base."""
    total, tokens = 0.0, 0
    for batch, logits in _passes(layers, rows, name):
        with torch.no_grad():
            base = layers.logits(batch.ids, batch.mask, [BASE] * len(batch.ids))
        total += float(apart(base, logits, batch.mask)) * batch.tokens
        tokens += batch.tokens
    return total / max(1, tokens)


def apart(base: torch.Tensor, other: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """KL divergence (nats) of ``other`` from ``base``, both ``[rows, tokens, vocabulary]``, mean over the mask."""
    true, said = base.float().log_softmax(dim=-1), other.float().log_softmax(dim=-1)
    each = (true.exp() * (true - said)).sum(dim=-1)
    return (each * mask).sum() / mask.sum().clamp(min=1)


def judge(
    layers: AdaptedLayers,
    name: str,
    *,
    held_out: Sequence[Row],
    kept: Sequence[Row],
    in_context: Sequence[Row],
    other_text: Sequence[Row],
    bounds: Bounds,
) -> GateReport:
    """Compare an adapter with the base on questions that training has not seen."""
    return GateReport(
        before=share(answered(layers, held_out, BASE)),
        recall=share(answered(layers, held_out, name)),
        kept=_kept(layers, kept, name),
        in_context=_kept(layers, in_context, name),
        divergence=divergence(layers, other_text, name),
        bounds=bounds,
    )


def _kept(layers: AdaptedLayers, rows: Sequence[Row], name: str) -> float:
    before = answered(layers, rows, BASE)
    known = [row for row, right in zip(rows, before, strict=True) if right]
    return share(answered(layers, known, name))


def share(right: Sequence[bool]) -> float:
    """How many of them; all where there are none."""
    return sum(right) / len(right) if right else 1.0


def _order(rows: Sequence[Row]) -> list[int]:
    return sorted(range(len(rows)), key=lambda at: len(rows[at].ids))


def _passes(layers: AdaptedLayers, rows: Sequence[Row], name: str) -> Iterator[tuple[Batch, torch.Tensor]]:
    """Batches of rows of about the same length, and their logits."""
    order = _order(rows)
    for start in range(0, len(order), _AT_ONCE):
        batch = batch_of([rows[at] for at in order[start : start + _AT_ONCE]], layers.device)
        with torch.no_grad():
            yield batch, layers.logits(batch.ids, batch.mask, [name] * len(batch.ids))


def _as_given(rows: Sequence[Row], found: list[_Found]) -> list[_Found]:
    placed = dict(zip(_order(rows), found, strict=True))
    return [placed[at] for at in range(len(rows))]
