"""Activation memory: keys and values of a prompt's beginning, and what makes them exact."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any


class LayerKind(StrEnum):
    """What a layer of a model keeps of the tokens it has seen."""

    FULL = "full"
    """Keys and values of all of them."""
    SLIDING = "sliding"
    """All are stored, so that any prefix can be cut off; the mask shows only the last ``window``."""
    SHARED = "shared"
    """Nothing of its own: it reads an earlier layer's."""


class Storage(StrEnum):
    """How stored keys and values are encoded."""

    NATIVE = "native"
    """As the model computed them: exact."""
    BFLOAT16 = "bfloat16"
    """Two bytes a number."""
    INT8 = "int8"
    """One byte a number: keys by channel in groups of tokens, values by token (KIVI, arXiv:2402.02750)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One layer's part in a cache."""

    kind: LayerKind = LayerKind.FULL
    window: int | None = None
    """Tokens that a sliding layer attends to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Everything that keys and values depend on besides the tokens. Equal fingerprints give equal values."""

    model: str
    """Digest of the configuration, without names and special tokens."""
    weights: str
    """Digest of the weights."""
    dtype: str
    positions: str
    """Digest of the rotary parameters, or the name of another scheme."""
    attention: str
    """The implementation in use, e.g. ``sdpa``."""
    adapters: tuple[str, ...] = ()
    """Digests of the active adapters, in order."""
    tokenizer: str
    template: str
    """Digest of the chat template."""
    libraries: str
    """Names and versions of what computed them."""

    @property
    def key(self) -> str:
        """SHA-256 over all fields, hexadecimal."""
        return digest_of(asdict(self))

    def differences(self, other: "Fingerprint") -> tuple[str, ...]:
        """Names of the fields in which two differ."""
        return tuple(one.name for one in fields(self) if getattr(self, one.name) != getattr(other, one.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What can be done with the keys and values of a model."""

    served: bool
    """Whether a stored prefix gives the same result as the whole prompt."""
    reason: str = ""
    """Why not."""
    composable: bool = False
    """Whether keys can be moved to other positions."""
    not_composable: str = ""
    """Why not."""
    limit: int | None = None
    """Prompt and reply together must stay below this many tokens to be exact; ``None`` for no limit."""
    layers: tuple[Layer, ...] = ()
    bytes_per_token: int = 0
    """Of all layers, in the model's dtype."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceVersion:
    """A memory whose text went into the tokens."""

    id: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a file of keys and values holds; enough to refuse it anywhere else."""

    fingerprint: Fingerprint
    tokens: tuple[int, ...] = field(repr=False)
    """The tokens that the values are of. They follow ``before`` other ones, on which the values depend too."""
    before: int = 0
    prefix: str = ""
    """Digest of the tokens before; empty for none."""
    layers: tuple[Layer, ...] = field(repr=False)
    storage: Storage = Storage.NATIVE
    error: float = 0.0
    """Mean measured divergence (KL, nats) of the next token's distribution from that of the native values."""
    sources: tuple[SourceVersion, ...] = ()
    self_contained: bool = False
    """Nothing in it refers to a text before it: it may be composed without being computed again."""
    salt: str = ""
    """The tenant's; files of equal tokens differ between tenants."""
    checksums: Mapping[str, int] = field(default_factory=dict, repr=False)
    """Of each tensor's bytes, by name; how it is computed goes by the file's format."""
    made_at: datetime

    @property
    def key(self) -> str:
        """SHA-256 of all that the values are determined by and of the tenant, hexadecimal: the content's address."""
        return digest_of([self.fingerprint.key, self.prefix, list(self.tokens), self.storage.value, self.salt])

    def as_json(self) -> dict[str, Any]:
        """A mapping that JSON can hold."""
        return asdict(self) | {"made_at": self.made_at.isoformat()}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Manifest":
        """What ``as_json`` made. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
        fingerprint = {**said["fingerprint"], "adapters": tuple(said["fingerprint"]["adapters"])}
        read = {
            "fingerprint": Fingerprint(**fingerprint),
            "tokens": tuple(said["tokens"]),
            "layers": tuple(Layer(kind=LayerKind(one["kind"]), window=one["window"]) for one in said["layers"]),
            "storage": Storage(said["storage"]),
            "sources": tuple(SourceVersion(**one) for one in said["sources"]),
            "made_at": datetime.fromisoformat(said["made_at"]),
        }
        return cls(**{**said, **read})


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """Keys and values of a text at the head of a prompt: the payload of an activation cube."""

    text: str
    """What it stands for, and what is sent instead wherever the values cannot be used."""
    manifest: Manifest | None = None
    """``None`` when a source has changed since: the text tells what the sources say now."""
    blob: str = ""
    """SHA-256 of the file."""
    bytes: int = 0
    """Size of the file."""

    @property
    def stale(self) -> bool:
        """Whether a source has changed since the values were computed."""
        return self.manifest is None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatTurn:
    """One message of a prompt, as chat templates take it."""

    role: str
    """``system``, ``user``, ``assistant`` or ``tool``."""
    content: str
    tool_calls: tuple[Mapping[str, object], ...] = ()
    """Calls that an assistant asked for: ``{"id", "name", "arguments"}``."""
    name: str = ""
    call: str = ""
    """Id of the call that a ``tool`` message answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How a reply is generated."""

    max_tokens: int = 256
    temperature: float = 0.0
    """0 for the most probable token each time."""
    top_p: float = 1.0
    top_k: int = 0
    """0 for no limit."""
    beams: int = 1
    seed: int | None = None
    stop: tuple[str, ...] = ()
    """The reply ends before any of these strings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """A reply, and what it took."""

    text: str
    tokens: tuple[int, ...] = ()
    """Of the reply, the end-of-text token included where there was one."""
    prompt_tokens: int = 0
    cache_read: int = 0
    """Tokens of the prompt that were not computed, because their values were at hand."""
    finish: str = "stop"
    """``stop`` at an end or a stop string, ``length`` at the limit, ``closed`` when nobody wanted the rest."""
    note: str = ""
    """Why stored values of a memory did not serve; empty where they did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Whether stored keys and values are what their manifest says, as found from the values themselves."""

    problems: tuple[str, ...] = ()
    """As sentences; empty when all is well."""
    tokens: tuple[int, ...] = ()
    """Token ids that were read back from the values; none where this model's values do not tell."""
    text: str = ""
    """The same as text, with the words that a chat template puts around it."""
    tells: bool = True
    """Whether token ids could be read back."""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems


def token_digest(tokens: Sequence[int]) -> str:
    """SHA-256 of token ids, hexadecimal; empty for none."""
    return digest_of(list(tokens)) if tokens else ""


def digest_of(value: object) -> str:
    """SHA-256 of a JSON-like value, hexadecimal."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
