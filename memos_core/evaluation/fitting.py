"""Fits the weights of the ranking on the dialogues in ``memos_core/evaluation/dialogues``, written for that.

Every dialogue is asked in a vault of its own and again in one that holds all dialogues of its kind, so that weights
suit small and large memories. There is a model for each kind of question, with vectors and by words only. A prior,
chosen by hand, says what is plausible; the questions say how far to go from it. Deterministic: the same dialogues and
the same embedder give the same weights.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.query import Filter
from memos_core.errors import InvalidInput
from memos_core.evaluation.conversations import load_conversations
from memos_core.evaluation.dialogue import Conversation, gathered
from memos_core.evaluation.keeping import KeptVectors
from memos_core.evaluation.listwise import Doubles, Pull, RankingList, fit, loss
from memos_core.interface.memory_os import MemoryOS
from memos_core.interface.planner import plan
from memos_core.operation.recall.ranking import (
    ADVICE,
    ASKER,
    BY_WORDS,
    PEOPLE,
    WITH_VECTORS,
    kind,
    measured,
    visible,
)
from memos_core.operation.work import EMBED
from memos_core.ports import Embedder

DIALOGUES = Path(__file__).with_name("dialogues")
MEANING, WORDS = ("dense", "dense_near", "dense_wide", "dense_message"), ("turn", "window", "wide")
_OF_TEXT = {
    "dense": 1.0,
    "dense_near": 0.3,
    "dense_wide": 0.6,
    "dense_message": 0.0,
    "turn": 0.2,
    "window": 0.5,
    "wide": 0.5,
}
PRIORS: Mapping[str, Mapping[str, float]] = {
    PEOPLE: _OF_TEXT | {"subject": 0.6, "period": 1.0, "when": 0.3, "who": 0.3, "question": -0.2, "reply": 0.1},
    ASKER: _OF_TEXT
    | {"dense_near": 0.0, "dense_wide": 0.5, "turn": 0.3, "window": 0.7, "wide": 0.0}
    | {"asker": 0.6, "answerer": 0.3, "period": 0.7, "standing": 0.3, "when": 0.15, "who": 0.15},
    ADVICE: _OF_TEXT
    | {"dense_near": 0.0, "dense_wide": 0.0, "turn": 0.1, "window": 0.1, "wide": 0.0, "asker": 0.6}
    | {"standing": 0.3, "stance": 0.3, "choice": 0.3, "persona": 0.1, "when": 0.15, "who": 0.15},
}
"""What a weight is thought to be before any question is asked; 0 lets the questions find it."""
AGAINST = frozenset({"question"})
"""Features that may only count against a passage; all others may only speak for it."""
STRENGTH = 0.1
"""How firmly weights are held to the prior."""
TEXT_TOTAL = 2.5
"""What the weights of the features of text add up to: scores keep their range from one fit to the next."""
STEP = 0.05
"""Weights are rounded to multiples of this."""
DEPTH = 10
_LARGEST = 50.0
_SCALES = np.arange(1.0, 12.5, 0.5)
_PATIENCE_S = 600.0
_ASKED = datetime(2030, 1, 1, tzinfo=UTC)

Weighting = Mapping[str, Mapping[str, Mapping[str, float]]]
"""As ``ranking.fitted``: by ``WITH_VECTORS`` or ``BY_WORDS``, by kind of question, by feature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question in one vault, measured."""

    dialogue: str
    alone: bool
    """Whether the vault holds its dialogue only."""
    kind: str
    features: Mapping[str, Doubles]
    """By name ``(m,)``; those that do not apply are missing."""
    evidence: NDArray[np.int64]
    """Which of the messages that hold the answer each candidate is part of ``(m,)``, counted from 0; -1 for others."""
    wanted: int
    """Messages that hold the answer."""
    messages: NDArray[np.int64]
    """Which message each candidate is part of ``(m,)``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fold:
    """A dialogue that was left out, and the recall that weights of the others reach on it."""

    dialogue: str
    questions: int
    fitted: float
    """Share of the evidence among the first ``DEPTH`` messages."""
    prior: float
    """The same by the prior alone."""


Folds = Sequence[Fold]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What came out."""

    weights: Weighting
    folds: Mapping[str, Folds]
    """By ``WITH_VECTORS`` or ``BY_WORDS``."""
    questions: Mapping[str, int]
    """By kind."""


def fitted_on(conversations: Sequence[Conversation], embedder: Embedder | None, *, folds: bool = True) -> Fit:
    """Fit all models; without an embedder only those by words.

    Args:
        conversations: With questions that name their evidence.
        embedder: Gives the vectors.
        folds: Also leave out one dialogue after the other.

    Raises:
        InvalidInput: A kind of question is asked nowhere.
    """
    weights: dict[str, dict[str, dict[str, float]]] = {}
    checked: dict[str, Folds] = {}
    counts: dict[str, int] = {}
    for name, given in ((WITH_VECTORS, embedder), (BY_WORDS, None)):
        if name == WITH_VECTORS and embedder is None:
            continue
        asked = examples(conversations, given)
        weights[name] = models(asked, words_only=given is None)
        checked[name] = list(_folds(asked, words_only=given is None)) if folds else []
        counts = {of: sum(one.kind == of and one.alone for one in asked) for of in PRIORS}
    return Fit(weights=weights, folds=checked, questions=counts)


def load_dialogues(path: Path = DIALOGUES) -> list[Conversation]:
    """Every conversation in a folder, by file name; each known by its file, so that names need not differ.

    Raises:
        InvalidInput: There is none, or a file cannot be read.
    """
    files = sorted(path.glob("*.json"))
    if not files:
        raise InvalidInput(f"{path}: expected JSON files of conversations with questions, found none")
    return [replace(one, name=file.stem) for file in files for one in load_conversations(file)]


def models(asked: Sequence[Example], *, words_only: bool) -> dict[str, dict[str, float]]:
    """Weights by kind of question, rounded."""
    return {of: _model([one for one in asked if one.kind == of], of, words_only) for of in PRIORS}


def overall(folds: Folds) -> tuple[float, float]:
    """Mean recall over the questions of all folds: by the weights that did not see them, and by the prior."""
    sizes = [fold.questions for fold in folds]
    fitted = float(np.average([fold.fitted for fold in folds], weights=sizes))
    return fitted, float(np.average([fold.prior for fold in folds], weights=sizes))


# ── questions ───────────────────────────────────────────────────────────────────────────────────


def examples(conversations: Sequence[Conversation], embedder: Embedder | None) -> list[Example]:
    """Ask every question that has evidence, in the vault of its dialogue and in that of all of its kind."""
    chats = [one for one in conversations if any(turn.role == "assistant" for turn in one.turns)]
    friends = [one for one in conversations if one not in chats]
    asked: list[Example] = []
    with TemporaryDirectory() as folder:
        kept = KeptVectors(embedder, Path(folder)) if embedder else None
        with MemoryOS.open(f"sqlite:///{folder}/fit.db", embedder=kept, clock=_Then(), worker=False) as memory:
            for one in conversations:
                asked += _asked(memory, one.name, [one])
            for name, several in (("all chats", chats), ("all friends", friends)):
                if len(several) > 1:
                    asked += _asked(memory, name, several)
    return asked


class _Then:
    """A clock that stands still, so that a fit does not depend on the day."""

    def now(self) -> datetime:
        return _ASKED


def _asked(memory: MemoryOS, name: str, conversations: Sequence[Conversation]) -> Iterator[Example]:
    vault = memory.vault(name)
    vault.remember(gathered(conversations, name).turns)
    runtime, row = vault._runtime, vault._row()
    if row is None:
        return
    if runtime.embedders:  # vectors only: ranking does not look at what is made of conversations
        runtime.scheduler.hasten(EMBED, row.id, _PATIENCE_S)
    view = runtime.engine.index.view(row, tuple(runtime.embedders))
    with runtime.records.read() as transaction:
        truth = transaction.feed.find(row.id, range(view.size))
    sources = {slot: found.cube.header.provenance.source for slot, found in truth.items()}
    years = sorted({turn.at.year for one in conversations for turn in one.turns if turn.at})
    mask = visible(view.columns, Filter())
    for one in conversations:
        for question in gathered([one], name).questions:
            if not question.evidence:
                continue
            call = plan(question.text, view.columns.speakers, Filter(), 1000, 50, _ASKED, years)
            vector = runtime.query_vector(view.fingerprint, call.dense_query) if runtime.embedders else None
            cosines = None if vector is None else view.dense(vector, mask)
            candidates, found = measured(view, call, cosines, mask)
            places = {source: place for place, source in enumerate(question.evidence)}
            yield Example(
                dialogue=one.name,
                alone=len(conversations) == 1,
                kind=kind(call, view.columns),
                features={feature: values.astype(np.float64) for feature, values in found.items()},
                evidence=np.array([places.get(sources[slot], -1) for slot in candidates.tolist()], np.int64),
                wanted=len(places),
                messages=view.columns.cube[candidates],
            )


# ── fits ────────────────────────────────────────────────────────────────────────────────────────


def _model(asked: Sequence[Example], of: str, words_only: bool) -> dict[str, float]:
    names = [name for name in PRIORS[of] if not (words_only and name in MEANING)]
    lists = [_list(one, names) for one in asked if (one.evidence >= 0).any()]
    if not lists:
        raise InvalidInput(f"no question of the kind {of!r} has evidence that can be found")
    by_hand = np.array([PRIORS[of][name] for name in names])
    scale = min(_SCALES, key=lambda size: loss(lists, by_hand * size))
    against = np.array([name in AGAINST for name in names])
    low, high = np.where(against, -_LARGEST, 0.0), np.where(against, 0.0, _LARGEST)
    found = fit(lists, Pull(prior=by_hand * scale, strength=STRENGTH, low=low, high=high))
    total = sum(weight for name, weight in zip(names, found, strict=True) if name in (*MEANING, *WORDS))
    rounded = (round(float(weight) * TEXT_TOTAL / total / STEP) * STEP for weight in found)
    return {name: round(weight, 2) for name, weight in zip(names, rounded, strict=True) if weight}


def _list(one: Example, names: Sequence[str]) -> RankingList:
    nothing = np.zeros(one.evidence.size)
    features = np.stack([one.features.get(name, nothing) for name in names], axis=1)
    return RankingList(features=features, relevant=one.evidence >= 0)


def _folds(asked: Sequence[Example], *, words_only: bool) -> Iterator[Fold]:
    for left_out in dict.fromkeys(one.dialogue for one in asked):
        learnt = models([one for one in asked if one.dialogue != left_out], words_only=words_only)
        tested = [one for one in asked if one.dialogue == left_out and one.alone]
        yield Fold(
            dialogue=left_out,
            questions=len(tested),
            fitted=float(np.mean([_recall(one, learnt[one.kind]) for one in tested])),
            prior=float(np.mean([_recall(one, PRIORS[one.kind]) for one in tested])),
        )


def _recall(one: Example, weights: Mapping[str, float]) -> float:
    """Share of the evidence among the first ``DEPTH`` messages."""
    scores = sum(
        (weights[name] * values for name, values in one.features.items() if name in weights),
        start=np.zeros(one.evidence.size),
    )
    order = np.lexsort((-np.arange(scores.size), -scores))
    first: dict[int, int] = {}
    for place in order.tolist():
        first.setdefault(int(one.messages[place]), int(one.evidence[place]))
        if len(first) == DEPTH:
            break
    return len({which for which in first.values() if which >= 0}) / one.wanted
