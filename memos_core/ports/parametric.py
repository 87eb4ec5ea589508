"""What is asked of a local model that facts are taught to, in adapters."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from memos_core.domain.activation import Completion, Fingerprint, Sampling
from memos_core.domain.parametric import AdapterManifest, Association, Confession, Example, Lesson, Progress, Recipe

Watch = Callable[[Progress], None]
"""Called after each validation. What it raises ends the training, which can be resumed."""


class ParametricEngine(Protocol):
    """A causal language model in this process, and adapters in its layers.

    Adapters are named by the caller; ``BASE`` names the model without any. Thread-safe: one call at a time.
    """

    @property
    def base(self) -> Fingerprint:
        """Of the model without adapters."""

    @property
    def attached(self) -> tuple[str, ...]:
        """Names of the adapters in the model's layers, in the order in which they came."""

    @property
    def active(self) -> str:
        """The one that answers where no other is named; ``BASE`` for none."""

    def train(self, lesson: Lesson, recipe: Recipe, folder: Path, watch: Watch | None = None) -> AdapterManifest:
        """Teach a lesson to a new adapter, judge it, and write ``folder / ADAPTER``. Accepted or not, it is kept.

        Training that was interrupted goes on from its last checkpoint in ``folder``, if lesson, recipe and base are the
        same, and ends with the same numbers as if it had not been. The model is left as it was.

        Raises:
            InvalidInput: nothing to learn, or a recipe that cannot be followed.
        """

    def attach(self, name: str, path: Path, *, rejected: bool = False) -> AdapterManifest:
        """Put an adapter into the layers; it answers when it is named or activated.

        Args:
            name: Any text but ``BASE``; the adapter of that name is replaced.
            path: Its file.
            rejected: Whether to take one that the gate refused, to examine it.

        Raises:
            ForeignAdapter, CorruptAdapter, RejectedAdapter: it stays out.
        """

    def detach(self, name: str) -> None:
        """Take an adapter out; without any, the logits are those of before, bit by bit.

        Raises:
            UnknownAdapter: none of that name.
        """

    def activate(self, name: str) -> None:
        """Let an adapter answer from now on; ``BASE`` for none. Raises ``UnknownAdapter``."""

    def generate(
        self, prompts: Sequence[str], sampling: Sampling, adapters: Sequence[str] | None = None
    ) -> list[Completion]:
        """Complete prompts in one batch.

        Args:
            prompts: Texts.
            sampling: How.
            adapters: The name of an adapter, or ``BASE``, for each; the active one when not given.

        Raises:
            UnknownAdapter: none of a name.
        """

    def confidence(self, examples: Sequence[Example], adapter: str) -> list[float]:
        """Log-probabilities (nats) of whole answers. Raises ``UnknownAdapter``."""

    def probe(self, prompts: Sequence[str], adapter: str, *, most: int = 16) -> list[Confession]:
        """Ask an adapter, and compare with the base.

        Args:
            prompts: Questions.
            adapter: Whom to ask.
            most: Tokens of an answer.

        Raises:
            UnknownAdapter: none of that name.
        """


ORDER = "order.json"
"""A ``TrainingOrder`` in the folder of a training. Without it a process that trains there ends."""


LOCK = "lock"
"""A file in the same folder; whoever trains there holds an exclusive ``flock`` on it."""


class TrainingRun(Protocol):
    """A training that is under way outside this process."""

    @property
    def progress(self) -> Progress | None:
        """As it was last reported."""

    def wait(self, seconds: float) -> bool:
        """Wait for its end, at most so long; whether it has ended."""

    def stop(self) -> None:
        """End it now, and wait until it is no more. Its last checkpoint stays. Ending what has ended does nothing."""

    def result(self) -> tuple[AdapterManifest, Path]:
        """What came of it, accepted or not, and its file.

        Raises:
            InvalidInput: the order cannot be followed.
            TrainingFailed: it ended without an adapter, e.g. since it was killed.
        """


@runtime_checkable
class AdapterTrainer(Protocol):
    """An engine that trains adapters of its model in processes of their own, so that only these can run out of memory.

    A process ends with this one. Of several for one folder only one trains.
    """

    @property
    def base(self) -> Fingerprint:
        """Of the model without adapters."""

    def lesson(
        self, facts: Sequence[Association], bystanders: Sequence[str] = (), said: Sequence[Example] = ()
    ) -> Lesson:
        """Put facts into what is taught and asked.

        Args:
            facts: What is to be known by heart.
            bystanders: Others, about whom nothing is to change.
            said: The same facts in further words.
        """

    def begin(self, folder: Path, bases: Path) -> TrainingRun:
        """Train what ``folder / ORDER`` asks for, from the last checkpoint in ``folder`` on.

        Args:
            folder: Of this training; everything that it writes is in there.
            bases: Where a copy of the model may be kept for it.

        Raises:
            ForeignAdapter: the order is for another base model.
        """


@runtime_checkable
class AdapterExchange(Protocol):
    """An engine that reads and writes adapters in peft's own format: a folder with two files."""

    def export(self, path: Path, folder: Path) -> None:
        """Write ``adapter_config.json``, ``adapter_model.safetensors`` and the manifest. Raises ``CorruptAdapter``."""

    def admit(self, folder: Path, path: Path, *, base: str = "") -> AdapterManifest:
        """Read peft's format and write it as a file of ours, marked as not rebuildable.

        Args:
            folder: Holds the adapter.
            path: The file to write.
            base: Name of the model that the adapter is for, where the folder itself cannot prove it; it must equal
                what the adapter says.

        Raises:
            ForeignAdapter: made for another model, or for one that is not known.
            CorruptAdapter: no such adapter.
        """
