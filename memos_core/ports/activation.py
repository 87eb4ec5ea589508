"""What is asked of a local model whose forward pass memory is put into."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from memos_core.domain.activation import Capability, ChatTurn, Completion, Fingerprint, Manifest, Sampling, Storage


class KeyValues(Protocol):
    """Keys and values of consecutive tokens in every layer. Immutable: using them never changes their bytes."""

    @property
    def length(self) -> int:
        """Number of tokens."""

    @property
    def bytes(self) -> int:
        """What they occupy where they are."""

    @property
    def tier(self) -> str:
        """``device``, ``memory`` or ``disk`` (mapped from a file)."""

    def part(self, lo: int, hi: int) -> "KeyValues":
        """Those of tokens ``[lo, hi)``, without copying."""


class ActivationEngine(Protocol):
    """A causal language model in this process. Not thread-safe: ``LocalModelRuntime`` holds its lock."""

    @property
    def capability(self) -> Capability:
        """What this model allows; found out once, with a self-test, when it is attached."""

    @property
    def fingerprint(self) -> Fingerprint:
        """Of the model as it is now, active adapters included."""

    def encode(self, messages: Sequence[ChatTurn], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
        """Token ids of the whole prompt as the chat template renders it, ready for the reply."""

    def count(self, text: str) -> int:
        """Number of tokens of a text."""

    def prefill(self, tokens: Sequence[int], past: Sequence[KeyValues] = ()) -> KeyValues:
        """Values of ``tokens``, which follow those of ``past``.

        Raises:
            UnsupportedModel: the model's values cannot be reused.
            PromptTooLong: beyond the length up to which they are exact.
        """

    def generate(
        self, prompts: Sequence[Sequence[int]], past: Sequence[KeyValues], sampling: Sampling
    ) -> list[Completion]:
        """Complete prompts, each of which begins with the tokens of ``past`` and has at least one token more."""

    def stream(
        self, prompt: Sequence[int], past: Sequence[KeyValues], sampling: Sampling
    ) -> Generator[str, None, Completion]:
        """Complete one prompt piece by piece; the generator returns the ``Completion``."""

    def inputs(self, prompt: Sequence[int], past: Sequence[KeyValues]) -> dict[str, Any]:
        """Keyword arguments for the model's own ``generate``: the whole prompt and a fresh cache of ``past``."""

    def move(self, values: KeyValues, tier: str) -> KeyValues:
        """The same values in another tier."""

    def dump(self, values: Sequence[KeyValues], manifest: Manifest) -> Iterator[bytes]:
        """The bytes of a file that holds them in the manifest's form of storage; its checksums are filled in."""

    def load(self, path: Path) -> tuple[Manifest, KeyValues]:
        """Map a file.

        Raises:
            CorruptActivation: truncated, damaged, or not such a file.
        """

    def storage_error(self, values: KeyValues, tokens: Sequence[int], storage: Storage) -> float:
        """Mean divergence (KL, nats) of the next token that reading the values back from ``storage`` makes."""

    def audit(self, manifest: Manifest, values: KeyValues) -> list[str]:
        """Recompute the first layer from the tokens and compare; problems as sentences, empty when all is well."""


@runtime_checkable
class TokenReader(Protocol):
    """An engine that tells from values alone which tokens they are of."""

    def read_back(self, values: KeyValues) -> list[int]:
        """The token ids that values are of, without looking at any manifest.

        Raises:
            UnsupportedModel: the model's values do not tell.
        """

    def decode(self, tokens: Sequence[int]) -> str:
        """Token ids as text."""


@runtime_checkable
class Composer(ActivationEngine, Protocol):
    """An engine that can also join values that were computed apart. Approximate: see ``memories.composition``."""

    def compose(
        self, tokens: Sequence[int], blocks: Sequence[tuple[int, KeyValues]], recompute: Sequence[int]
    ) -> KeyValues:
        """Values of a prompt made of blocks that were computed by themselves.

        Args:
            tokens: The whole prompt's beginning.
            blocks: For each block the position where it was computed, and its values; together as long as ``tokens``.
            recompute: Positions to compute again, seeing all that is before them.
        """

    def deviation(self, tokens: Sequence[int], blocks: Sequence[tuple[int, KeyValues]]) -> Sequence[float]:
        """How far each token's values in layer 1 are from those of its place, by their length."""

    def divergence(self, tokens: Sequence[int], values: KeyValues, query: Sequence[int]) -> float:
        """KL divergence (nats) of the next token after ``query`` from that of a full prefill, the largest of all."""
