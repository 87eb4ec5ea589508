"""A local model without weights: every word is a token, and keys and values are the tokens themselves."""

import json
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from memos_core.domain.activation import (
    Capability,
    ChatTurn,
    Completion,
    Fingerprint,
    Layer,
    Manifest,
    Sampling,
    Storage,
)
from memos_core.errors import CorruptActivation, InvalidInput
from memos_core.ports import KeyValues


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenValues:
    """``ports.KeyValues`` that are their tokens, so that a test sees what would have been attended to."""

    tokens: tuple[int, ...]
    tier: str = "memory"
    bytes_per_token: int = 64

    @property
    def length(self) -> int:
        return len(self.tokens)

    @property
    def bytes(self) -> int:
        return len(self.tokens) * self.bytes_per_token

    def part(self, lo: int, hi: int) -> "TokenValues":
        return replace(self, tokens=self.tokens[lo:hi])


class WordModel:
    """``ports.ActivationEngine``. Replies with what ``reply`` makes of the words that it attends to.

    It attends to the values of ``past`` and to the rest of the prompt, exactly as a real model does: past values of
    other tokens than the prompt's lead to another reply, silently.
    """

    def __init__(
        self,
        reply: Callable[[str], str] = lambda prompt: f"({len(prompt.split())} words)",
        *,
        name: str = "words",
        served: bool = True,
    ) -> None:
        self.reply = reply
        self.capability = Capability(
            served=served,
            reason="" if served else "this model keeps a state that cannot be cut",
            composable=False,
            layers=(Layer(),),
            bytes_per_token=64,
        )
        self.fingerprint = Fingerprint(
            model=name,
            weights="w",
            dtype="int",
            positions="none",
            attention="words",
            tokenizer="spaces",
            template="lines",
            libraries="none",
        )
        self.computed = 0
        """Tokens run through the model so far."""
        self.loss = 0.0
        """The divergence that storing in another form than the native one is said to make."""
        self._words: dict[int, str] = {}

    def encode(self, messages: Sequence[ChatTurn], tools: Sequence[Mapping[str, Any]] = ()) -> list[int]:
        said = [f"<{one.role}> {one.content}" for one in messages]
        if tools:
            said.insert(0, f"<tools> {json.dumps(list(tools))}")
        return [self._id(word) for word in " \n ".join([*said, "<assistant>"]).split(" ")]

    def count(self, text: str) -> int:
        return len(text.split(" "))

    def decode(self, tokens: Sequence[int]) -> str:
        """The words of token ids."""
        return " ".join(self._words[token] for token in tokens)

    def prefill(self, tokens: Sequence[int], past: Sequence[KeyValues] = ()) -> TokenValues:
        self.computed += len(tokens)
        return TokenValues(tokens=tuple(tokens))

    def generate(
        self, prompts: Sequence[Sequence[int]], past: Sequence[KeyValues], sampling: Sampling
    ) -> list[Completion]:
        return [self._complete(prompt, past, sampling) for prompt in prompts]

    def stream(
        self, prompt: Sequence[int], past: Sequence[KeyValues], sampling: Sampling
    ) -> Generator[str, None, Completion]:
        done = self._complete(prompt, past, sampling)
        for place, word in enumerate(done.text.split(" ")):
            yield f" {word}" if place else word
        return done

    def inputs(self, prompt: Sequence[int], past: Sequence[KeyValues]) -> dict[str, Any]:
        return {"input_ids": list(prompt), "past_key_values": list(past)}

    def move(self, values: KeyValues, tier: str) -> KeyValues:
        return replace(_own(values), tier=tier)

    def dump(self, values: Sequence[KeyValues], manifest: Manifest) -> Iterator[bytes]:
        held = [token for one in values for token in _own(one).tokens]
        words = self.decode(held)
        yield json.dumps({"manifest": manifest.as_json(), "words": words}).encode()

    def load(self, path: Path) -> tuple[Manifest, TokenValues]:
        try:
            said = json.loads(path.read_bytes())
            manifest = Manifest.from_json(said["manifest"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CorruptActivation(f"{path.name[:12]}… is not a file of this model") from error
        tokens = tuple(self._id(word) for word in said["words"].split(" "))
        return manifest, TokenValues(tokens=tokens, tier="disk")

    def storage_error(self, values: KeyValues, tokens: Sequence[int], storage: Storage) -> float:
        return self.loss

    def audit(self, manifest: Manifest, values: KeyValues) -> list[str]:
        pairs = enumerate(zip(manifest.tokens, _own(values).tokens, strict=False))
        return [f"row {place} is of another token" for place, (one, other) in pairs if one != other]

    def read_back(self, values: KeyValues) -> list[int]:
        return list(_own(values).tokens)

    def _complete(self, prompt: Sequence[int], past: Sequence[KeyValues], sampling: Sampling) -> Completion:
        before = [token for one in past for token in _own(one).tokens]
        if len(before) >= len(prompt):
            raise InvalidInput("at least one token of the prompt must be left to run")
        self.computed += len(prompt) - len(before)
        words = self.reply(self.decode([*before, *prompt[len(before) :]])).split(" ")
        kept = words[: sampling.max_tokens]
        return Completion(
            text=" ".join(kept),
            tokens=tuple(self._id(word) for word in kept),
            prompt_tokens=len(prompt),
            finish="stop" if len(kept) == len(words) else "length",
        )

    def _id(self, word: str) -> int:
        token = zlib.crc32(word.encode())
        self._words[token] = word
        return token


def _own(values: KeyValues) -> TokenValues:
    if not isinstance(values, TokenValues):
        raise InvalidInput(f"values of another model: {type(values).__name__}")
    return values
