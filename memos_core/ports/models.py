"""What is asked of models, clocks and tokenizers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float32]


@runtime_checkable
class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def fingerprint(self) -> str:
        """Names weights and settings; equal fingerprints mean interchangeable vectors."""

    @property
    def dimensions(self) -> int:
        """``d``."""

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return ``(len(texts), d)`` float32 rows of length one, in the order of ``texts``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a language model said, and what it cost."""

    text: str
    prompt_tokens: int = 0
    """0, like ``completion_tokens``, where the model does not tell."""
    completion_tokens: int = 0


@runtime_checkable
class ChatModel(Protocol):
    """A language model that may refine what the rules make. Whatever it raises is taken for "no reply"."""

    @property
    def name(self) -> str:
        """Names the model in the account and in what it refined."""

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int, timeout_s: float) -> Reply:
        """Reply to messages, each with ``role`` (``system``, ``user``, ``assistant``) and ``content``.

        Gives up after ``timeout_s`` seconds, its own retries included; the caller waits no longer.
        """


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """The current moment, aware UTC."""


TokenCounter: TypeAlias = Callable[[str], int]
"""Number of tokens a text costs in the host's model."""
