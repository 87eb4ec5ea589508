"""What is compared with: plain stores over the same passages, the same vectors and the same term index.

A plain store returns passages by one score and shows each as ``Speaker: text`` under its day and session. BM25 has
the same stemming, stop words, names and dates as ours; fusion is by reciprocal ranks (Cormack, Clarke and Büttcher
2009, k = 60).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.query import Filter
from memos_core.domain.record import Found as Truth
from memos_core.evaluation.dialogue import Question
from memos_core.evaluation.systems import Context, Found
from memos_core.interface.vault import Vault
from memos_core.operation.recall.analysis import query_terms
from memos_core.operation.recall.ranking import visible
from memos_core.ports import Mask

CANDIDATES = 400
"""Passages of a ranking that may go into a context."""
RRF_K = 60
COSINE, BM25, FUSED, NEWEST = "cosine", "BM25", "reciprocal ranks", "recent context"

Scores = NDArray[np.float64]
"""``(n,)``, one per slot; ``-inf`` for what is not found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A passage as a plain store shows it."""

    source: str
    heading: str
    text: str
    heading_tokens: int
    tokens: int


class Haystack:
    """The passages of one vault, with the scores that plain stores give them."""

    def __init__(self, vault: Vault) -> None:
        """Read every passage of the vault once."""
        row = vault._row()
        if row is None:
            raise ValueError(f"vault {vault.name!r} is empty")
        self._runtime = vault._runtime
        self._view = self._runtime.engine.index.view(row, tuple(self._runtime.embedders))
        live = np.flatnonzero(visible(self._view.columns, Filter())).tolist()
        with self._runtime.records.read() as transaction:
            found = transaction.feed.find(row.id, live)
        self._lines = {slot: self._line(truth) for slot, truth in found.items()}

    @cached_property
    def has_vectors(self) -> bool:
        """Whether there are vectors to compare."""
        return bool(self._view.fingerprint)

    def cosine(self, question: Question) -> Scores:
        """Similarity of the question as it stands with each passage."""
        vector = self._runtime.query_vector(self._view.fingerprint, question.text)
        scores = self._view.dense(vector, self._mask(question), CANDIDATES).astype(np.float64)
        return np.where(np.isnan(scores), -np.inf, scores)

    def bm25(self, question: Question) -> Scores:
        """Words in common."""
        (scores,) = self._view.lexical(query_terms(question.text), self._mask(question), (0,))
        return np.where(scores > 0, scores.astype(np.float64), -np.inf)

    def fused(self, question: Question) -> Scores:
        """The two, each as the reciprocal of its rank."""
        total = np.zeros(self._view.size)
        for scores in (self.cosine(question), self.bm25(question)):
            order = self._order(scores)
            total[order] += 1 / (RRF_K + 1 + np.arange(len(order)))
        return np.where(total > 0, total, -np.inf)

    def newest(self, question: Question) -> Scores:
        """The newest first: what is left of the full context when it is cut to a budget."""
        return np.where(self._mask(question), np.arange(self._view.size, dtype=np.float64), -np.inf)

    def found(self, scores: Scores, budgets: Sequence[int]) -> Found:
        """The ranking by ``scores``, and the contexts that fit into ``budgets``."""
        order = [slot for slot in self._order(scores).tolist() if slot in self._lines]
        return Found(
            ranking=tuple(dict.fromkeys(self._lines[slot].source for slot in order)),
            contexts={budget: self._context(order[:CANDIDATES], budget) for budget in budgets},
            score=float(scores[order[0]]) if order else None,
        )

    def whole(self) -> Context:
        """All of it, in order."""
        return self._rendered(sorted(self._lines))

    def _mask(self, question: Question) -> Mask:
        return visible(self._view.columns, Filter(sessions=question.sessions))

    def _order(self, scores: Scores) -> NDArray[np.int64]:
        """Slots that are found, best first."""
        order = np.argsort(-scores, kind="stable")
        return order[: int(np.isfinite(scores).sum())]

    def _context(self, order: Sequence[int], budget: int) -> Context:
        """What fits, by rank; a passage that does not fit makes room for the next."""
        chosen, headings, spent = [], set(), 0
        for slot in order:
            line = self._lines[slot]
            cost = line.tokens + (0 if line.heading in headings else line.heading_tokens)
            if spent + cost <= budget:
                chosen.append(slot)
                headings.add(line.heading)
                spent += cost
        return self._rendered(sorted(chosen))

    def _rendered(self, slots: Iterable[int]) -> Context:
        lines, tokens, last, entries = [], 0, "", dict[str, list[str]]()
        for line in (self._lines[slot] for slot in slots):
            if line.heading != last:
                lines.append(line.heading)
                tokens += line.heading_tokens
                last = line.heading
            lines.append(line.text)
            tokens += line.tokens
            entries.setdefault(line.source, []).append(line.text)
        return Context(text="\n".join(lines), tokens=tokens, entries=entries)

    def _line(self, truth: Truth) -> _Line:
        header = truth.cube.header
        heading = f"## {header.occurred_at:%d %B %Y} ({header.session})"
        body = truth.cube.text[truth.start : truth.stop].strip().replace("\n", "\n  ")
        text = f"- {header.speaker or header.role}: {body}"
        count = self._runtime.count_tokens
        return _Line(
            source=header.provenance.source,
            heading=heading,
            text=text,
            heading_tokens=count(f"{heading}\n"),
            tokens=count(f"{text}\n"),
        )


@dataclass(frozen=True, slots=True)
class Plain:
    """A store with one way to score."""

    name: str
    haystack: Haystack
    score: Callable[[Question], Scores]

    def find(self, question: Question, budgets: Sequence[int]) -> Found:
        """Rank by the one score."""
        return self.haystack.found(self.score(question), budgets)


def names(*, vectors: bool) -> tuple[str, ...]:
    """The baselines there are, with or without an embedder."""
    return (FUSED, COSINE, BM25, NEWEST) if vectors else (BM25, NEWEST)


def baseline(name: str, haystack: Haystack) -> Plain:
    """The baseline of that name."""
    scores = {COSINE: haystack.cosine, BM25: haystack.bm25, FUSED: haystack.fused, NEWEST: haystack.newest}
    return Plain(name, haystack, scores[name])
