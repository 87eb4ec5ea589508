"""Examples as token ids, and rows of different lengths as one batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from memos_core.domain.parametric import Example
from memos_core.errors import InvalidInput

IGNORED = -100
"""Label of a token that the loss leaves out."""


@dataclass(frozen=True, slots=True)
class Row:
    """Token ids of an example, and how many of them are the prompt's."""

    ids: tuple[int, ...]
    prompt: int

    @property
    def answer(self) -> tuple[int, ...]:
        """Token ids of the answer."""
        return self.ids[self.prompt :]


class Encoder:
    """A tokenizer that begins every text as the model expects it."""

    def __init__(self, tokenizer: Any) -> None:
        self.tokenizer = tokenizer

    def prompt(self, text: str) -> tuple[int, ...]:
        """Token ids of a text that is to be continued."""
        return self._begun(self._ids(text))

    def example(self, example: Example) -> Row:
        """Tokenise prompt and answer as one text: where they meet, tokens may span both.

        Raises:
            InvalidInput: the answer adds no token to the prompt.
        """
        alone, whole = self._ids(example.prompt), self._ids(example.prompt + example.answer)
        shared = next((at for at, (one, other) in enumerate(zip(alone, whole, strict=False)) if one != other), None)
        length = min(len(alone), len(whole)) if shared is None else shared
        if length == len(whole):
            raise InvalidInput(f"{example.answer!r} adds nothing to {example.prompt!r}")
        begun = self._begun(whole)
        return Row(begun, length + len(begun) - len(whole))

    def examples(self, examples: Sequence[Example]) -> list[Row]:
        """Several of them."""
        return [self.example(one) for one in examples]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self.tokenizer.encode(text, add_special_tokens=False)
        return ids

    def _begun(self, ids: Sequence[int]) -> tuple[int, ...]:
        begin = self.tokenizer.bos_token_id
        return tuple(ids) if begin is None else (begin, *ids)


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows padded at the right: ``ids``, ``mask`` and ``labels`` are ``[rows, tokens]``."""

    ids: torch.Tensor
    mask: torch.Tensor
    labels: torch.Tensor

    @property
    def tokens(self) -> int:
        """Tokens that are no padding."""
        return int(self.mask.sum())


def batch_of(rows: Sequence[Row], device: torch.device) -> Batch:
    """Rows of any lengths as one batch. Labels are those of the answers only."""
    longest = max(len(row.ids) for row in rows)
    gaps = [longest - len(row.ids) for row in rows]
    return Batch(
        torch.tensor([[*row.ids, *[0] * gap] for row, gap in zip(rows, gaps, strict=True)], device=device),
        torch.tensor([[1] * len(row.ids) + [0] * gap for row, gap in zip(rows, gaps, strict=True)], device=device),
        torch.tensor(
            [[IGNORED] * row.prompt + list(row.answer) + [IGNORED] * gap for row, gap in zip(rows, gaps, strict=True)],
            device=device,
        ),
    )
