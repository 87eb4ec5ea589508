"""Fits the constants by which a recall judges itself, on the dialogues in ``memos_core/evaluation/dialogues``.

Few of their questions have no answer, so more are made of those that have one: asked of another person of the same
dialogue, and asked in another dialogue of the same kind. Requests for advice are left out, for they need no answer in a
memory. Deterministic: the same dialogues and the same embedder give the same constants.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from memos_core.domain.query import Filter
from memos_core.errors import InvalidInput
from memos_core.evaluation.dialogue import Conversation, Question
from memos_core.evaluation.keeping import KeptVectors
from memos_core.evaluation.listwise import Doubles
from memos_core.interface.finding import find
from memos_core.interface.memory_os import MemoryOS
from memos_core.interface.planner import plan
from memos_core.operation.recall.ranking import ASKER, PEOPLE, kind, visible
from memos_core.operation.recall.sufficiency import (
    READ,
    SLOPES,
    commonness_of,
    highest,
    measures,
    rarity,
    read,
)
from memos_core.ports import Embedder

STRENGTH = 1.0
"""Of the L2 penalty on the slopes."""
DIGITS = 2
"""Constants are rounded to so many decimals."""
_MADE = "adversarial"
_BUDGET, _LIMIT = 1000, 50
_MOST_STEPS = 50
_SMALL_STEP = 1e-8
_FREE = 1e-3
_ASKED = datetime(2030, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One question in one vault, measured."""

    dialogue: str
    kind: str
    answerable: bool
    measures: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What came out."""

    intercept: float
    slopes: Mapping[str, float]
    separation: Mapping[str, float]
    """By kind of question: area under the ROC curve on dialogues that were left out of the fit."""
    cases: Mapping[str, int]
    """By kind of question."""


def judgement_on(conversations: Sequence[Conversation], embedder: Embedder) -> Judgement:
    """Fit the constants of ``sufficiency.judge``.

    Raises:
        InvalidInput: A kind of question is not asked, or has no question without an answer.
    """
    asked = cases(conversations, embedder)
    for of in (PEOPLE, ASKER):
        if {one.answerable for one in asked if one.kind == of} != {True, False}:
            raise InvalidInput(f"questions of the kind {of!r} must be there with and without an answer")
    found = fitted(asked)
    scores = np.zeros(len(asked))
    for left_out in dict.fromkeys(one.dialogue for one in asked):
        learnt = fitted([one for one in asked if one.dialogue != left_out])
        for place, one in enumerate(asked):
            if one.dialogue == left_out:
                scores[place] = learnt[0] + learnt[1:] @ _row(one)
    return Judgement(
        intercept=round(float(found[0]), DIGITS),
        slopes={name: round(float(slope), DIGITS) for name, slope in zip(SLOPES, found[1:], strict=True)},
        separation={of: _separation(asked, scores, of) for of in (PEOPLE, ASKER)},
        cases=dict(Counter(one.kind for one in asked)),
    )


# ── questions ───────────────────────────────────────────────────────────────────────────────────


def cases(conversations: Sequence[Conversation], embedder: Embedder) -> list[Case]:
    """Ask every dialogue its own questions and those made for it."""
    chats = [one for one in conversations if any(turn.role == "assistant" for turn in one.turns)]
    found: list[Case] = []
    with TemporaryDirectory() as folder:
        kept = KeptVectors(embedder, Path(folder))
        with MemoryOS.open(f"sqlite:///{folder}/judge.db", embedder=kept, clock=_Then(), worker=False) as memory:
            for one in conversations:
                other = next((chat for chat in chats if chat is not one), None) if one in chats else None
                found += _asked(memory, one, [*one.questions, *of_others(one), *_foreign(other)])
    return found


def of_others(conversation: Conversation) -> list[Question]:
    """The questions about one person of a dialogue, asked about another: hardly any has an answer there."""
    people = sorted({turn.speaker for turn in conversation.turns if turn.speaker and turn.role != "assistant"})
    made = []
    for question in conversation.questions:
        named = [name for name in people if re.search(_named(name), question.text)]
        other = next((name for name in people if name not in named), None)
        if question.answerable and len(named) == 1 and other:
            text = re.sub(_named(named[0]), other.split()[0], question.text.replace(named[0], other))
            made.append(replace(question, text=text, answer="", category=_MADE, evidence=()))
    return made


def _named(name: str) -> str:
    return rf"(?<!\w){re.escape(name.split()[0])}(?!\w)"


def _foreign(conversation: Conversation | None) -> list[Question]:
    asked = conversation.questions if conversation else ()
    return [replace(one, answer="", category=_MADE, evidence=()) for one in asked if one.answerable]


class _Then:
    """A clock that stands still, so that a fit does not depend on the day."""

    def now(self) -> datetime:
        return _ASKED


def _asked(memory: MemoryOS, conversation: Conversation, questions: Sequence[Question]) -> Iterator[Case]:
    vault = memory.vault(conversation.name)
    vault.remember(conversation.turns)
    vault.settle()
    runtime, row = vault._runtime, vault._row()
    if row is None:
        return
    view = runtime.engine.index.view(row, tuple(runtime.embedders))
    mask = visible(view.columns, Filter())
    years = sorted({turn.at.year for turn in conversation.turns if turn.at})
    for question in questions:
        call = plan(question.text, view.columns.speakers, Filter(), _BUDGET, _LIMIT, _ASKED, years)
        if call.advice:
            continue
        hits = find(runtime, row, view, call, None).hits
        common = commonness_of(call.terms, view, mask)
        weights = rarity(call, hits, common)
        cosine = highest(view.dense(runtime.query_vector(view.fingerprint, call.dense_query), mask))
        yield Case(
            dialogue=conversation.name,
            kind=kind(call, view.columns),
            answerable=question.answerable,
            measures=measures([read(call, hit, weights) for hit in hits[:READ]], weights, common, cosine),
        )


# ── fit ─────────────────────────────────────────────────────────────────────────────────────────


def fitted(asked: Sequence[Case]) -> Doubles:
    """Intercept and slopes ``(1 + f,)`` of a logistic regression by Newton's method.

    Kinds of questions count alike, and in each those with and without an answer.
    """
    groups = [(one.kind, one.answerable) for one in asked]
    sizes = Counter(groups)
    weights = np.array([len(asked) / len(sizes) / sizes[group] for group in groups])
    wanted = np.array([float(one.answerable) for one in asked])
    rows = np.array([[1.0, *_row(one)] for one in asked])
    penalty = np.diag([_FREE, *[STRENGTH] * len(SLOPES)])
    found = np.zeros(rows.shape[1])
    for _ in range(_MOST_STEPS):
        chances = 1 / (1 + np.exp(-rows @ found))
        slope = rows.T @ (weights * (wanted - chances)) - penalty @ found
        step = np.linalg.solve((rows.T * (weights * chances * (1 - chances))) @ rows + penalty, slope)
        found = found + step
        if np.abs(step).max() < _SMALL_STEP:
            break
    return found


def _row(one: Case) -> Doubles:
    return np.array([one.measures[name] for name in SLOPES])


def _separation(asked: Sequence[Case], scores: Doubles, of: str) -> float:
    good = np.array([score for one, score in zip(asked, scores, strict=True) if one.kind == of and one.answerable])
    bad = np.array([score for one, score in zip(asked, scores, strict=True) if one.kind == of and not one.answerable])
    wins = (good[:, None] > bad[None, :]).sum() + 0.5 * (good[:, None] == bad[None, :]).sum()
    return float(wins / (good.size * bad.size))
