"""Runs a benchmark: remembers its conversations, asks every system, keeps what was measured."""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from memos_core.evaluation import baselines, fingerprints
from memos_core.evaluation.answering import WHOLE, Answered, Exam
from memos_core.evaluation.baselines import Haystack
from memos_core.evaluation.benchmarks import Benchmark
from memos_core.evaluation.dialogue import Conversation, Question
from memos_core.evaluation.keeping import KeptCounts, KeptVectors, file_name, write_json
from memos_core.evaluation.metrics import Messages, Outcome, coverage, outcome
from memos_core.evaluation.systems import OURS, Recall, Reweighted, System, stage_by_stage, without_each
from memos_core.interface.memory_os import MemoryOS
from memos_core.interface.tokens import default_counter
from memos_core.interface.vault import Vault
from memos_core.operation.recall.analysis import analyse
from memos_core.operation.recall.ranking import DEFAULT_WEIGHTS, Weights
from memos_core.operation.recall.rewriting import first_person, subjects
from memos_core.ports import Embedder

BATCH = 256
"""Turns that are remembered, then embedded, at a time."""
TIMED = 200
"""Questions of a conversation that are timed, about."""
TUNED = "memos, other weights"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a benchmark is run."""

    kept: Path
    """Directory of stores, vectors and what was measured; a later run goes on from there."""
    embedder: Embedder | None
    weights: Weights = DEFAULT_WEIGHTS
    """Other than the default ones, they are measured beside them."""
    ablate: bool = False
    """Also measure recall without each feature."""
    exam: Exam | None = None
    """Also let a language model answer from what was found, and judge the answers."""
    fresh: bool = False
    """Measure anew what was measured before; stores and vectors are used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingest:
    """What remembering a conversation took, from the first turn to the last vector."""

    turns: int
    passages: int
    seconds: float
    """0 where it was not measured in one go."""
    tokens: int
    """Of the whole conversation as a plain context."""
    answers: float | None
    """Mean share of the expected answers' content words that stand in the whole conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One conversation."""

    name: str
    ingest: Ingest
    systems: dict[str, list[Outcome]] = field(default_factory=dict)
    answers: list[Answered] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How far a run has come, for whoever shows it."""

    conversation: str
    what: str
    done: int
    total: int


Tell = Callable[[Step], object]


def run(
    benchmark: Benchmark, conversations: Sequence[Conversation], settings: Settings, tell: Tell = lambda step: None
) -> Iterator[Measured]:
    """Measure one conversation after the other.

    Every conversation has a vault of its own. What was measured is kept in ``settings.kept`` and read again while the
    data, the embedder and the code that it depends on are the same.

    Raises:
        InvalidInput, StoreError, WorkFailed: see ``MemoryOS``.
    """
    settings.kept.mkdir(parents=True, exist_ok=True)
    embedder = KeptVectors(settings.embedder, settings.kept) if settings.embedder else None
    file = settings.kept / f"{benchmark.name}-{fingerprints.of_storing()}.db"
    counts = KeptCounts(default_counter()[0])
    with MemoryOS.open(f"sqlite:///{file}", embedder=embedder, count_tokens=counts, worker=False) as memory:
        for conversation in conversations:
            yield _Bench(benchmark, conversation, settings, memory, (embedder, counts), tell).measured()
            counts.forget()


class _Bench:
    """One conversation under measurement."""

    def __init__(
        self,
        benchmark: Benchmark,
        conversation: Conversation,
        settings: Settings,
        memory: MemoryOS,
        kept: tuple[KeptVectors | None, KeptCounts],
        tell: Tell,
    ) -> None:
        self._benchmark = benchmark
        self._conversation = conversation
        self._settings = settings
        self._memory = memory
        self._tell = tell
        self._embedder, self._counts = kept
        self._model = self._embedder.fingerprint if self._embedder else ""
        self._results = settings.kept / "measured" / benchmark.name
        self._haystack: Haystack | None = None

    def measured(self) -> Measured:
        """Remember it, then ask every system."""
        self._embed_questions()
        vault, seconds = self._remembered()
        ingest = self._ingest(vault, seconds)
        messages = Messages.of(self._conversation.turns)
        systems = dict(self._systems(vault, messages))
        answers = self._answers(vault)
        if self._embedder:
            self._embedder.save()
        return Measured(name=self._conversation.name, ingest=ingest, systems=systems, answers=answers)

    # ── remembering ──

    def _remembered(self) -> tuple[Vault, float]:
        """The vault with all turns, embedded, and the seconds that it took; 0 where a part was there already."""
        turns = self._conversation.turns
        vault = self._memory.vault(f"{self._conversation.name} {fingerprints.of_turns(self._conversation)}")
        stored = sum(vault.stats().cubes.values()) if vault.name in self._memory.vaults() else 0
        served = self._embedder.served if self._embedder else 0
        began = time.perf_counter()
        done = stored - stored % BATCH
        while batch := turns[done : done + BATCH]:
            self._tell(self._step("remembering", done, len(turns)))
            vault.remember(batch, idempotency_key=f"bench/{done}")
            vault.settle()
            done += len(batch)
        vault.settle()
        seconds = time.perf_counter() - began
        if self._embedder:
            self._embedder.save()
            stored += self._embedder.served - served
        return vault, 0.0 if stored else seconds

    def _embed_questions(self) -> None:
        """Together, and before anything is timed, in the forms in which the systems will ask for them."""
        if self._embedder is None:
            return
        self._tell(self._step("embedding questions", 0, len(self._conversation.questions)))
        speakers = sorted({turn.speaker for turn in self._conversation.turns})
        asked = [question.text for question in self._conversation.questions]
        rewritten = [first_person(text, subjects(text, speakers)) for text in asked]
        self._embedder.embed(list(dict.fromkeys((*asked, *rewritten))))
        self._embedder.save()

    def _ingest(self, vault: Vault, seconds: float) -> Ingest:
        name = file_name(self._conversation.name)
        taken = self._results / f"{name}-seconds-{fingerprints.digest(vault.name, self._model)}.json"
        if seconds:
            write_json(taken, seconds)
        key = fingerprints.digest(vault.name, self._model, fingerprints.of_baselines())
        file = self._results / f"{name}-ingest-{key}.json"
        if file.exists() and not seconds:
            return Ingest(**json.loads(file.read_text(encoding="utf-8")))
        whole = self._searched(vault).whole()
        words = set(analyse(whole.text))
        shares = [coverage(question, words) for question in self._conversation.questions]
        known = [share for share in shares if share is not None]
        made = Ingest(
            turns=len(self._conversation.turns),
            passages=vault.stats().passages,
            seconds=json.loads(taken.read_text(encoding="utf-8")) if taken.exists() else 0.0,
            tokens=whole.tokens,
            answers=sum(known) / len(known) if known else None,
        )
        write_json(file, asdict(made))
        return made

    # ── asking ──

    def _systems(self, vault: Vault, messages: Messages) -> Iterator[tuple[str, list[Outcome]]]:
        every = max(1, len(self._conversation.questions) // TIMED)
        plain = Recall(vault, timed_every=every, as_users_do=self._counts.paused)
        ours: list[tuple[System, Weights]] = [(plain, DEFAULT_WEIGHTS)]
        if self._settings.weights != DEFAULT_WEIGHTS:
            ours.append((Reweighted(vault, self._settings.weights, TUNED), self._settings.weights))
        if self._settings.ablate:
            ours += [(system, system.weights) for system in without_each(vault, self._settings.weights)]
            ours += [(system, system.weights) for system in stage_by_stage(vault)]
        for system, weights in ours:
            key = fingerprints.of_recall(weights)
            yield system.name, self._asked(system.name, key, messages, lambda system=system: system)  # type: ignore[misc]
        key = fingerprints.of_baselines()
        for name in baselines.names(vectors=bool(self._model)):
            asking = lambda name=name: baselines.baseline(name, self._searched(vault))  # noqa: E731
            yield name, self._asked(name, key, messages, asking)

    def _answers(self, vault: Vault) -> list[Answered]:
        """What a language model made of the contexts of ours, of the fused baseline and of the whole conversation."""
        exam = self._settings.exam
        if exam is None:
            return []
        haystack = self._searched(vault)
        fused = baselines.baseline(baselines.names(vectors=bool(self._model))[0], haystack)
        given: dict[str, tuple[str, Callable[[Question], str]]] = {
            OURS: (fingerprints.of_recall(DEFAULT_WEIGHTS), lambda question: exam.context(Recall(vault), question)),
            fused.name: (fingerprints.of_baselines(), lambda question: exam.context(fused, question)),
            WHOLE: (fingerprints.of_baselines(), lambda question: haystack.whole().text),
        }
        about = (self._model, fingerprints.of_conversation(self._conversation))
        return [
            answered
            for name, (key, context) in given.items()
            for answered in exam.sit(
                name, self._conversation, context, self._results, fingerprints.digest(key, *about), self._told
            )
        ]

    def _told(self, what: str, done: int, total: int) -> None:
        self._tell(self._step(what, done, total))

    def _asked(self, name: str, key: str, messages: Messages, asking: Callable[[], System]) -> list[Outcome]:
        """What a system made of every question, from an earlier run if nothing has changed."""
        about = fingerprints.digest(key, self._model, fingerprints.of_conversation(self._conversation), self._budgets)
        file = self._results / f"{file_name(self._conversation.name)}-{file_name(name)}-{about}.json"
        if file.exists() and not self._settings.fresh:
            return [Outcome(**one) for one in json.loads(file.read_text(encoding="utf-8"))]
        questions, system = self._conversation.questions, asking()
        outcomes = []
        for number, question in enumerate(questions):
            self._tell(self._step(name, number, len(questions)))
            outcomes.append(outcome(number, question, system.find(question, self._budgets), messages))
        write_json(file, [asdict(one) for one in outcomes])
        return outcomes

    @property
    def _budgets(self) -> tuple[int, ...]:
        return self._benchmark.budgets

    def _searched(self, vault: Vault) -> Haystack:
        if self._haystack is None:
            self._haystack = Haystack(vault)
        return self._haystack

    def _step(self, what: str, done: int, total: int) -> Step:
        return Step(conversation=self._conversation.name, what=what, done=done, total=total)
