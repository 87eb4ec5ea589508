"""What is measured: recall as a user gets it, and recall with other weights."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, replace
from itertools import cycle
from typing import Protocol

from memos_core.domain.query import DEFAULT_STAGES, Filter, Hit, Recollection, Stage
from memos_core.evaluation.dialogue import Question
from memos_core.interface.packing import cited
from memos_core.interface.recollect import recollect
from memos_core.interface.vault import Vault
from memos_core.operation.recall.ranking import DEFAULT_WEIGHTS, Weights

LIMIT = 200
"""Hits asked for, so that it is the budget that ends a context."""
TIMED_BUDGET = 1000
OURS = "memos"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a model would be given at one budget."""

    text: str
    tokens: int
    entries: Mapping[str, Sequence[str]]
    """The parts of the text that tell something of a message, by its ``Turn.source``."""

    @property
    def sources(self) -> Collection[str]:
        """The messages that the text tells something of."""
        return self.entries.keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one system has to say to one question."""

    ranking: Sequence[str]
    """Sources of distinct messages, best first."""
    contexts: Mapping[int, Context]
    """By budget, in tokens."""
    score: float | None = None
    """How sure it is that the answer is there, on any scale; ``None`` where it found nothing."""
    ms: float | None = None
    """Milliseconds that a user waits, the question's embedding left out; ``None`` where it was not timed."""


class System(Protocol):
    """Answers questions about one conversation."""

    @property
    def name(self) -> str:
        """As tables show it."""

    def find(self, question: Question, budgets: Sequence[int]) -> Found:
        """Answer one question at every budget."""


class Recall:
    """``Vault.recall``, called once per budget."""

    def __init__(
        self,
        vault: Vault,
        *,
        timed_every: int = 1,
        as_users_do: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """Ask this vault.

        Args:
            vault: What is asked.
            timed_every: Time every so manieth question.
            as_users_do: Surrounds what is timed.
        """
        self.name = OURS
        self._vault = vault
        self._as_users_do = as_users_do
        self._timed = cycle([True, *[False] * (timed_every - 1)])

    def find(self, question: Question, budgets: Sequence[int]) -> Found:
        """Time one call with a user's defaults, then ask at every budget for up to ``LIMIT`` hits."""
        ms = self._time(question) if next(self._timed) else None
        given = {
            budget: self._vault.recall(question.text, budget=budget, limit=LIMIT, sessions=question.sessions)
            for budget in budgets
        }
        return found_in(given, ms)

    def _time(self, question: Question) -> float:
        with self._as_users_do():
            began = time.perf_counter()
            self._vault.recall(question.text, budget=TIMED_BUDGET, sessions=question.sessions)
            return 1000 * (time.perf_counter() - began)


class Reweighted:
    """Recall with weights of its own."""

    def __init__(self, vault: Vault, weights: Weights, name: str) -> None:
        """Ask this vault with these weights."""
        self.name = name
        self.weights = weights
        self._vault = vault

    def find(self, question: Question, budgets: Sequence[int]) -> Found:
        """Ask at every budget."""
        return found_in(
            {
                budget: recall_with(self._vault, question.text, self.weights, budget=budget, sessions=question.sessions)
                for budget in budgets
            }
        )


def without_each(vault: Vault, weights: Weights = DEFAULT_WEIGHTS) -> Iterator[Reweighted]:
    """For every feature that counts, recall without it, the other weights unchanged."""
    for field in fields(weights):
        if getattr(weights, field.name):
            yield Reweighted(vault, replace(weights, **{field.name: 0.0}), f"without {field.name}")


class Staged:
    """Recall with some stages left out, or with one that is off by default."""

    def __init__(self, vault: Vault, name: str, stages: frozenset[Stage]) -> None:
        """Ask this vault in these stages."""
        self.name = name
        self.weights = DEFAULT_WEIGHTS
        self._vault = vault
        self._stages = stages

    def find(self, question: Question, budgets: Sequence[int]) -> Found:
        """Ask at every budget."""
        asked = {"limit": LIMIT, "sessions": question.sessions, "without": tuple(DEFAULT_STAGES - self._stages)}
        asked["including"] = tuple(self._stages - DEFAULT_STAGES)
        return found_in({budget: self._vault.recall(question.text, budget=budget, **asked) for budget in budgets})  # type: ignore[arg-type]


def stage_by_stage(vault: Vault) -> Iterator[Staged]:
    """Recall without each of its stages, and with each that is off by default."""
    for stage in Stage:
        if stage in DEFAULT_STAGES:
            yield Staged(vault, f"without {stage}", DEFAULT_STAGES - {stage})
        else:
            yield Staged(vault, f"with {stage}", DEFAULT_STAGES | {stage})


def recall_with(
    vault: Vault, query: str, weights: Weights, *, budget: int, limit: int = LIMIT, sessions: Sequence[str] = ()
) -> Recollection:
    """``Vault.recall`` with other weights; with the default ones it finds the same, which a test checks."""
    where = Filter(sessions=tuple(sessions))
    return recollect(vault._runtime, vault._row(), query, where, budget, limit, weights=weights)


def found_in(given: Mapping[int, Recollection], ms: float | None = None) -> Found:
    """What recollections at several budgets hold; the ranking is that of the largest one."""
    largest = given[max(given)]
    return Found(
        ranking=tuple(dict.fromkeys(_source(hit) for hit in largest)),
        contexts={budget: _context(recollection) for budget, recollection in given.items()},
        score=largest.verdict.confidence if largest.hits and largest.verdict else None,
        ms=ms,
    )


def _context(recollection: Recollection) -> Context:
    entries: dict[str, list[str]] = {}
    for line, hit in cited(recollection.text, recollection.hits):
        entries.setdefault(_source(hit), []).append(line)
    return Context(text=recollection.text, tokens=recollection.tokens, entries=entries)


def _source(hit: Hit) -> str:
    return hit.cube.header.provenance.source
