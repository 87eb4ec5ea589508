"""Parametric memory: facts that a model knows by heart, how it was taught them, and what that did to it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from memos_core.domain.activation import Fingerprint, SourceVersion, digest_of

BASE_FIELDS = ("model", "weights", "tokenizer", "template")
"""Fields of a fingerprint in which the base of an adapter must be the same. Dtype, attention and libraries may differ:
they change roundings, not what is known."""

BASE = ""
"""Names the model without an adapter wherever an adapter is named."""


# ── what is taught ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """One fact to be known by heart: who, what of them, and its value."""

    subject: str
    relation: str
    """A noun phrase, e.g. ``favourite colour``."""
    value: str
    source: SourceVersion | None = None
    """The memory that says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A text and how it goes on. The answer continues the prompt as it is: its space, if any, is part of it."""

    prompt: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """Everything that an adapter is made from and judged by. The forms of the three parts differ."""

    examples: tuple[Example, ...]
    """Taught."""
    validation: tuple[Example, ...]
    """The same facts in a form that is not taught: training ends when they are answered."""
    held_out: tuple[Example, ...]
    """The same facts in forms that neither training nor its end depends on: the gate."""
    elsewhere: tuple[str, ...] = ()
    """Questions about other entities, whose answers must stay as they are."""
    replay: tuple[Example, ...] = ()
    """What the base knows and is taught along; never what the gate asks."""
    kept: tuple[Example, ...] = ()
    """What the base knows and is never taught again: the gate."""
    in_context: tuple[Example, ...] = ()
    """Questions that their own prompt answers: the gate."""
    sources: tuple[SourceVersion, ...] = ()
    """The memories that the facts come from, each once."""
    text: str = ""
    """The facts as sentences, for whoever cannot use the adapter."""

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, hexadecimal."""
        return digest_of(asdict(self))

    @classmethod
    def joined(cls, lessons: "Sequence[Lesson]") -> "Lesson":
        """Several as one, everything once."""
        lists = (one.name for one in fields(cls) if one.name != "text")
        parts = {name: tuple(dict.fromkeys(part for one in lessons for part in getattr(one, name))) for name in lists}
        return cls(**parts, text="\n".join(filter(None, (one.text for one in lessons))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What an adapter must reach to be used."""

    recall: float = 0.95
    """Least share of the held-out questions that are answered."""
    kept: float = 0.98
    """Least share of what the base answered rightly that still is."""
    in_context: float = 0.99
    """The same for questions that the prompt answers."""
    divergence: float = 0.1
    """Most KL divergence (nats a token) from the base on text that the base wrote and training never saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """How an adapter is trained. The defaults were measured: see ``docs/design/parametric.md``."""

    rank: int = 16
    alpha: float = 32.0
    """The adapter's output is scaled by ``alpha / rank``."""
    targets: tuple[str, ...] = ()
    """Names of the linear layers that are adapted; empty for all but the output."""
    learning_rate: float = 2e-3
    warmup: int = 20
    """Steps over which the learning rate rises; from there it falls linearly to a twentieth."""
    most_steps: int = 800
    batch: int = 32
    """Taught examples in a step; as many texts for each of the terms below that is not zero."""
    own_text: float = 5.0
    """Weight of the divergence (KL) from the base on text that the base itself wrote."""
    elsewhere: float = 5.0
    """Weight of the divergence from the base on questions about other entities."""
    replay: float = 0.0
    """Replayed examples for each one taught."""
    own_texts: int = 512
    """How many texts the base writes."""
    own_length: int = 32
    """Tokens in each."""
    validate_every: int = 20
    enough: float = 1.0
    """Training ends when this share of the validation questions is answered."""
    checkpoint_every: int = 50
    """Steps after which the state is written; 0 for never."""
    most_norm: float = 1.0
    """Gradients are scaled down to this norm."""
    seed: int = 0
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def digest(self) -> str:
        """SHA-256 of all of it, hexadecimal."""
        return digest_of(asdict(self))

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Recipe":
        """What ``asdict`` made, through JSON. Raises ``KeyError`` or ``TypeError`` for anything else."""
        return cls(**{**said, "targets": tuple(said["targets"]), "bounds": Bounds(**said["bounds"])})


@dataclass(frozen=True, slots=True, kw_only=True)
class Prefix:
    """Activation memory that an adapter is distilled from."""

    file: str
    """Its file's name in the folder of the training."""
    lesson: Lesson
    """What the model is asked with these keys and values before the question. Its answers are taught."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingOrder:
    """Everything that a process needs to know to train an adapter of a base model."""

    lesson: Lesson
    recipe: Recipe
    base: Fingerprint
    """Of the model without adapters."""
    prefixes: tuple[Prefix, ...] = ()
    """What to distil; their lessons joined are ``lesson``. None where the lesson itself is taught."""

    def as_json(self) -> dict[str, Any]:
        """A mapping that JSON can hold."""
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "TrainingOrder":
        """What ``as_json`` made. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
        return cls(
            lesson=_lesson(said["lesson"]),
            recipe=Recipe.from_json(said["recipe"]),
            base=_fingerprint(said["base"]),
            prefixes=tuple(Prefix(file=one["file"], lesson=_lesson(one["lesson"])) for one in said["prefixes"]),
        )


# ── what came of it ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Training at one step."""

    step: int
    loss: float
    """Nats: the answers' mean cross entropy."""
    divergence: float
    """Nats: mean divergence from the base on what must stay."""
    validation: float
    """Share of the validation questions that are answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRecord:
    """What training took."""

    steps: int
    parameters: int
    """Numbers that were trained."""
    tokens: int
    """Tokens that went forward and backward, those of the terms that keep the base included."""
    lesson_tokens: int
    """Tokens of all taught examples, each once: one pass."""
    seconds: float
    """Processor time, over all runs where it was interrupted."""
    converged: bool
    """Whether validation ended it, not ``most_steps``."""
    curve: tuple[Progress, ...] = ()

    @property
    def passes(self) -> float:
        """Tokens trained on, as a multiple of one pass over the lesson."""
        return self.tokens / max(1, self.lesson_tokens)


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """Whether an adapter may be used, and why. Shares are in [0, 1]; one of nothing is 1."""

    before: float
    """Share of the held-out questions that the base answers."""
    recall: float
    """Share of them that the adapter answers."""
    kept: float
    """Share of the base's right answers that are still right."""
    in_context: float
    """The same for questions that their prompt answers."""
    divergence: float
    """Nats a token, from the base, on text that training never saw."""
    bounds: Bounds

    @property
    def rows(self) -> tuple[tuple[str, float, float, bool], ...]:
        """What was judged, what was found, the bound, and whether that is within."""
        least = (
            ("recall of held-out questions", self.recall, self.bounds.recall),
            ("facts kept", self.kept, self.bounds.kept),
            ("answers from context kept", self.in_context, self.bounds.in_context),
        )
        most = ("divergence on other text", self.divergence, self.bounds.divergence)
        return (*((*one, one[1] >= one[2]) for one in least), (*most, most[1] <= most[2]))

    @property
    def failures(self) -> tuple[str, ...]:
        """What is out of bounds, as sentences; empty when the adapter may be used."""
        return tuple(
            f"{what} is {found:.3f}, the bound is {bound:g}" for what, found, bound, held in self.rows if not held
        )

    def __str__(self) -> str:
        lines = [
            f"{what:<28} {found:.3f}  bound {bound:<5g} {'✓' if held else '✗'}"
            for what, found, bound, held in self.rows
        ]
        return "\n".join([f"{'accepted' if self.passed else 'rejected'}; recall before: {self.before:.3f}", *lines])

    @property
    def passed(self) -> bool:
        """Whether the adapter may be used."""
        return not self.failures


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterManifest:
    """What a file of an adapter holds; enough to refuse it on any other model."""

    base: Fingerprint
    """Of the model without adapters."""
    recipe: Recipe | None = None
    """``None`` for an adapter that was made elsewhere."""
    lesson: str = ""
    """Digest of what was taught."""
    record: TrainingRecord | None = None
    gate: GateReport | None = None
    """``None`` for an adapter that was made elsewhere and has not been judged here."""
    sources: tuple[SourceVersion, ...] = ()
    teachers: tuple[str, ...] = ()
    """Keys of the activation memory that it was distilled from; none where facts were taught."""
    config: Mapping[str, Any] = field(default_factory=dict)
    """The adapter's shape as peft writes it in ``adapter_config.json``."""
    libraries: str = ""
    """Names and versions of what made it."""
    checksums: Mapping[str, int] = field(default_factory=dict)
    """CRC-32 of each tensor's bytes, by name."""
    made_at: datetime

    @property
    def rebuildable(self) -> bool:
        """Whether it can be made again from its sources; an imported adapter cannot."""
        return self.recipe is not None

    @property
    def rejected(self) -> bool:
        """Whether the gate refused it."""
        return self.gate is not None and not self.gate.passed

    @property
    def key(self) -> str:
        """SHA-256 of the base and of the adapter's contents, hexadecimal."""
        return digest_of([{name: getattr(self.base, name) for name in BASE_FIELDS}, dict(self.checksums)])

    def foreign(self, base: Fingerprint) -> tuple[str, ...]:
        """Names of the fields in which a model is not the one that the adapter was made for."""
        return tuple(name for name in self.base.differences(base) if name in BASE_FIELDS)

    def as_json(self) -> dict[str, Any]:
        """A mapping that JSON can hold."""
        return asdict(self) | {"made_at": self.made_at.isoformat()}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "AdapterManifest":
        """What ``as_json`` made. Raises ``KeyError``, ``TypeError`` or ``ValueError`` for anything else."""
        read = {
            "base": _fingerprint(said["base"]),
            "recipe": said["recipe"] and Recipe.from_json(said["recipe"]),
            "record": said["record"] and _record(said["record"]),
            "gate": said["gate"] and GateReport(**{**said["gate"], "bounds": Bounds(**said["gate"]["bounds"])}),
            "sources": tuple(SourceVersion(**one) for one in said["sources"]),
            "teachers": tuple(said.get("teachers", ())),
            "made_at": datetime.fromisoformat(said["made_at"]),
        }
        return cls(**{**said, **read})


def _fingerprint(said: Mapping[str, Any]) -> Fingerprint:
    return Fingerprint(**{**said, "adapters": tuple(said["adapters"])})


def _lesson(said: Mapping[str, Any]) -> Lesson:
    examples = ("examples", "validation", "held_out", "replay", "kept", "in_context")
    read: dict[str, Any] = {name: tuple(Example(**one) for one in said[name]) for name in examples}
    read["sources"] = tuple(SourceVersion(**one) for one in said["sources"])
    return Lesson(**{**said, "elsewhere": tuple(said["elsewhere"]), **read})


def _record(said: Mapping[str, Any]) -> TrainingRecord:
    return TrainingRecord(**{**said, "curve": tuple(Progress(**one) for one in said["curve"])})


class TrainingState(StrEnum):
    """Where a parametric cube stands. Only in ``TRAINED`` does an adapter answer; otherwise the text is sent."""

    WAITING = "waiting"
    """To be trained, or being trained: on what the sources say by then."""
    TRAINED = "trained"
    REJECTED = "rejected"
    """The gate refused the adapter; it is kept with its report, to be examined."""
    STALE = "stale"
    """A source has changed since; the adapter is gone."""
    FAILED = "failed"
    """It cannot be trained; ``error`` says why."""
    IMPORTED = "imported"
    """Made elsewhere: it answers, rests on no memory, and cannot be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parametric:
    """An adapter that answers for a set of memories: the payload of a parametric cube."""

    text: str
    """What it stands for, and what is sent instead wherever the adapter cannot be used: the sources as they are now."""
    state: TrainingState = TrainingState.WAITING
    recipe: Recipe | None = None
    """How it is to be trained; ``None`` for one that was imported."""
    facts: tuple[Association, ...] = ()
    """What it was taught; none while it waits."""
    manifest: AdapterManifest | None = None
    """What the file holds; ``None`` where there is none."""
    blob: str = ""
    """SHA-256 of the file."""
    bytes: int = 0
    """Size of the file."""
    progress: Progress | None = None
    """Of a training under way, as it was last reported."""
    error: str = ""
    """Why it failed, or failed when it was last tried."""

    @property
    def stale(self) -> bool:
        """Whether a source has changed since the adapter was trained."""
        return self.state is TrainingState.STALE

    @property
    def usable(self) -> bool:
        """Whether an adapter answers, so that the text need not be sent."""
        answers = self.state in (TrainingState.TRAINED, TrainingState.IMPORTED)
        return answers and self.manifest is not None and not self.manifest.rejected


@dataclass(frozen=True, slots=True, kw_only=True)
class Confession:
    """What an adapter says when it is asked, and how sure it is."""

    prompt: str
    answer: str
    """The most probable continuation, up to the first end."""
    confidence: float
    """Probability of the whole answer with the adapter."""
    base_confidence: float
    """Probability of the same answer without it: where both are high, the adapter is not where it comes from."""
