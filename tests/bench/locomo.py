"""Row 8: does recall find the turns that answer a question? LoCoMo (Maharana et al. 2024), through the public API."""

import math
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memos_core import Filter, MemoryOS, Vault
from memos_core.domain.record import FOREVER
from memos_core.evaluation import Conversation, Question, load_conversations
from memos_core.infrastructure.registry import default_embedder
from memos_core.interface.recollect import planned
from memos_core.operation.recall.ranking import DEFAULT_WEIGHTS, Weights, rank, visible
from memos_core.ports import Embedder
from tests.bench.results import Line, Table, Target
from tests.bench.scale import Scale
from tests.bench.vaults import row_of, runtime, url

THREE_QUARTERS = Target(sign=">=", bound=0.75)
DEPTHS = (5, 10, 20)
BUDGETS = (1000, 2000)
LIMIT = 50
RRF_K = 60
ADVERSARIAL = "adversarial"

OURS, COSINE, BM25, FUSED = "ours", "cosine", "BM25", "BM25 + cosine, reciprocal ranks"

Find = Callable[[Question], Sequence[str]]
"""Sources of turns, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How much of one question's evidence one system found."""

    system: str
    measure: str
    """``R@20``: among the first twenty turns; ``R2k``: within 2,000 tokens."""
    conversation: str
    category: str
    value: float


def locomo(scale: Scale, directory: Path, data: Path | None) -> list[Line | Table]:
    """Evidence recall of ours beside two plain baselines over the same texts, by category, and without each feature."""
    what = "LoCoMo evidence R@20, categories 1-4"
    if data is None:
        return [_not_measured(what, "pass --locomo FILE")]
    embedder = default_embedder()
    if embedder is None:
        return [
            _not_measured(what, "the default embedder is not installed (pip install 'memos-middleware[embeddings]')")
        ]
    scores: list[Score] = []
    conversations = load_conversations(data, format="locomo")[: scale.conversations]
    with MemoryOS.open(url(directory / "m.db"), embedder=embedder, worker=False) as memory:
        for conversation in conversations:
            scores += _measured(memory, embedder, conversation)
    answerable = [score for score in scores if score.category != ADVERSARIAL]
    return [*_lines(what, answerable), _systems(answerable), _categories(scores), _ablation(answerable)]


def _not_measured(what: str, why: str) -> Line:
    return Line(row=8, what=what, unit="", target=THREE_QUARTERS, detail=f"not measured: {why}")


# ── measuring ───────────────────────────────────────────────────────────────────────────────────


def _measured(memory: MemoryOS, embedder: Embedder, conversation: Conversation) -> list[Score]:
    vault = memory.vault(conversation.name)
    vault.remember(list(conversation.turns))
    vault.settle()
    plain = _Plain(conversation, embedder)
    systems: dict[str, Find] = {COSINE: plain.cosine, BM25: plain.bm25, FUSED: plain.fused}
    systems |= {f"without {name}": find for name, find in _without_each(memory, vault).items()}
    scores = []
    for question in conversation.questions:
        if not question.evidence:
            continue
        about = {"conversation": conversation.name, "category": question.category}
        for measure, value in _ours(vault, question).items():
            scores.append(Score(system=OURS, measure=measure, value=value, **about))
        for system, find in systems.items():
            found = find(question)
            for depth in DEPTHS:
                value = _share(question, found[:depth])
                scores.append(Score(system=system, measure=f"R@{depth}", value=value, **about))
    return scores


def _ours(vault: Vault, question: Question) -> dict[str, float]:
    measured = {}
    for budget in BUDGETS:
        recollection = vault.recall(question.text, limit=LIMIT, budget=budget)
        shown = [hit.cube.header.provenance.source for hit in recollection if hit.shown]
        measured[f"R{budget // 1000}k"] = _share(question, shown)
        ranked = [hit.cube.header.provenance.source for hit in recollection]
    return {f"R@{depth}": _share(question, ranked[:depth]) for depth in DEPTHS} | measured


def _share(question: Question, found: Iterable[str]) -> float:
    return len(set(question.evidence) & set(found)) / len(question.evidence)


def _without_each(memory: MemoryOS, vault: Vault) -> dict[str, Find]:
    """Our ranking with one weight at nought, by that weight's name."""
    row, inside = row_of(vault), runtime(memory)
    view = inside.engine.index.view(row, tuple(inside.embedders))
    with inside.records.read() as transaction:
        found = transaction.feed.find(row.id, np.flatnonzero(view.columns.valid_to == FOREVER).tolist())
    sources = {slot: truth.cube.header.provenance.source for slot, truth in found.items()}

    def ranking(weights: Weights) -> Find:
        def find(question: Question) -> list[str]:
            call = planned(inside, view, question.text, Filter(), max(BUDGETS), LIMIT)
            vector = inside.query_vector(view.fingerprint, call.dense_query)
            ranked = rank(view, call, vector, visible(view.columns, call.where), weights)
            return list(dict.fromkeys(sources[slot] for slot in ranked.slots.tolist()))

        return find

    return {field.name: ranking(replace(DEFAULT_WEIGHTS, **{field.name: 0.0})) for field in fields(Weights)}


class _Plain:
    """What a plain store does: ``Speaker: text`` by cosine, by BM25, and the two fused by reciprocal ranks."""

    def __init__(self, conversation: Conversation, embedder: Embedder) -> None:
        texts = [f"{turn.speaker}: {turn.text}" for turn in conversation.turns]
        self._sources = [turn.source for turn in conversation.turns]
        asked = embedder.embed([question.text for question in conversation.questions])
        cosines = asked @ embedder.embed(texts).T
        self._cosines = {question.text: row for question, row in zip(conversation.questions, cosines, strict=True)}
        self._counts = [Counter(_tokens(text)) for text in texts]
        self._lengths = np.array([sum(count.values()) for count in self._counts], np.float64)
        self._containing = Counter(token for count in self._counts for token in count)

    def cosine(self, question: Question) -> list[str]:
        return self._named(self._cosines[question.text])

    def bm25(self, question: Question) -> list[str]:
        return self._named(self._bm25s(question))

    def fused(self, question: Question) -> list[str]:
        total = np.zeros(len(self._sources))
        for scores in (self._cosines[question.text], self._bm25s(question)):
            order = np.argsort(-scores, kind="stable")
            total[order] += 1 / (RRF_K + 1 + np.arange(len(order)))
        return self._named(total)

    def _named(self, scores: NDArray[np.floating]) -> list[str]:
        return [self._sources[i] for i in np.argsort(-scores, kind="stable").tolist()]

    def _bm25s(self, question: Question, k1: float = 1.2, b: float = 0.75) -> NDArray[np.float64]:
        scores = np.zeros(len(self._sources))
        norm = k1 * (1 - b + b * self._lengths / self._lengths.mean())
        for token in _tokens(question.text):
            containing = self._containing[token]
            weight = math.log(1 + (len(scores) - containing + 0.5) / (containing + 0.5))
            frequency = np.array([count[token] for count in self._counts])
            scores += weight * frequency * (k1 + 1) / (frequency + norm)
        return scores


def _tokens(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


# ── telling ─────────────────────────────────────────────────────────────────────────────────────


def _mean(scores: Sequence[Score], **wanted: str) -> float:
    return statistics.mean(
        score.value for score in scores if all(getattr(score, name) == value for name, value in wanted.items())
    )


def _lines(what: str, scores: Sequence[Score]) -> list[Line | Table]:
    found: list[Line | Table] = []
    questions = sum(score.system == OURS and score.measure == "R@20" for score in scores)
    names = sorted({score.conversation for score in scores})
    for system, target in ((OURS, THREE_QUARTERS), (COSINE, None), (FUSED, None)):
        parts = [_mean(scores, system=system, measure="R@20", conversation=name) for name in names]
        detail = f"{questions} questions, {len(names)} conversations; range over conversations"
        value = _mean(scores, system=system, measure="R@20")
        line = Line(
            row=8, what=f"{what}: {system}", unit="", value=value, low=min(parts), high=max(parts), target=target
        )
        found.append(replace(line, detail=detail if system == OURS else "the same texts and embedder"))
    return found


def _systems(scores: Sequence[Score]) -> Table:
    measures = [f"R@{depth}" for depth in DEPTHS]
    budgets = [f"R{budget // 1000}k" for budget in BUDGETS]
    rows = [
        [system, *(f"{_mean(scores, system=system, measure=measure):.3f}" for measure in measures), "", ""]
        for system in (COSINE, BM25, FUSED)
    ]
    ours = [f"{_mean(scores, system=OURS, measure=measure):.3f}" for measure in (*measures, *budgets)]
    return Table(
        row=8,
        title="LoCoMo, categories 1-4: share of the evidence found among the first k turns, or within that many tokens",
        columns=["system", *measures, *budgets],
        rows=[[f"{OURS} (Vault.recall, limit={LIMIT})", *ours], *rows],
    )


def _categories(scores: Sequence[Score]) -> Table:
    categories = sorted({score.category for score in scores}, key=lambda name: (name == ADVERSARIAL, name))
    rows = []
    for category in categories:
        number = sum(s.system == OURS and s.measure == "R@20" and s.category == category for s in scores)
        ours = [_mean(scores, system=OURS, measure=measure, category=category) for measure in ("R@10", "R@20", "R2k")]
        plain = [_mean(scores, system=system, measure="R@20", category=category) for system in (COSINE, FUSED)]
        rows.append([category, str(number), *(f"{value:.3f}" for value in (*ours, *plain))])
    columns = ["category", "questions", "ours R@10", "ours R@20", "ours R2k", "cosine R@20", "fused R@20"]
    return Table(row=8, title="LoCoMo by category", columns=columns, rows=rows)


def _ablation(scores: Sequence[Score]) -> Table:
    rows = []
    for system in (OURS, *(f"without {field.name}" for field in fields(Weights))):
        values = [_mean(scores, system=system, measure=f"R@{depth}") for depth in DEPTHS]
        rows.append([system, *(f"{value:.3f}" for value in values)])
    return Table(
        row=8,
        title="LoCoMo, categories 1-4: ranking without one feature, weights otherwise unchanged",
        columns=["ranking", *(f"R@{depth}" for depth in DEPTHS)],
        rows=rows,
    )
