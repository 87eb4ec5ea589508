"""What is measured of one question, and means over many with their 95 % intervals."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.turn import Turn
from memos_core.evaluation.dialogue import Question
from memos_core.evaluation.systems import Context, Found
from memos_core.operation.recall.analysis import analyse

DEPTHS = (5, 10, 20, 50)
BUDGETS = (500, 1000, 2000, 4000)
FEWEST_WORDS = 4
"""Content words of a message that must stand in one entry of it for the message to count as found."""
TOLD = 0.5
"""Share of what a message has to say to a question that its entries must hold for it to count as told."""
RESAMPLES = 1000
SEED = 20_240_501

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])|\n+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one system made of one question."""

    question: int
    """Its place among the conversation's questions."""
    category: str
    answerable: bool
    metrics: Mapping[str, float]
    """Only those that the question allows: no recall without evidence, no coverage without an answer."""
    score: float | None = None
    ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its 95 % interval by the percentile bootstrap over questions (Efron and Tibshirani 1993, ch. 13)."""

    mean: float
    low: float
    high: float
    n: int
    """Questions that it is the mean of."""


@dataclass(frozen=True, slots=True)
class Messages:
    """What the metrics need to know of a conversation's messages."""

    sessions: Mapping[str, str]
    """Session of each message by source."""
    words: Mapping[str, frozenset[int]]
    """Content words of each message by source, analysed."""
    texts: Mapping[str, str]
    """Each message by source."""

    @classmethod
    def of(cls, turns: Sequence[Turn]) -> "Messages":
        """Read a conversation's turns."""
        return cls(
            {turn.source: turn.session for turn in turns},
            {turn.source: frozenset(analyse(turn.text)) for turn in turns},
            {turn.source: turn.text for turn in turns},
        )


def outcome(number: int, question: Question, found: Found, messages: Messages) -> Outcome:
    """Measure what was found for a question."""
    metrics = _ranks(question, found, messages) if question.evidence else {}
    for budget, context in found.contexts.items():
        metrics |= _within(budget, question, context, messages)
    return Outcome(
        question=number,
        category=question.category,
        answerable=question.answerable,
        metrics=metrics,
        score=found.score,
        ms=found.ms,
    )


def _ranks(question: Question, found: Found, messages: Messages) -> dict[str, float]:
    wanted = set(question.evidence)
    measured: dict[str, float] = {}
    for depth in DEPTHS:
        share = len(wanted.intersection(found.ranking[:depth])) / len(wanted)
        measured |= {f"recall@{depth}": share, f"all@{depth}": float(share == 1), f"hit@{depth}": float(share > 0)}
    sessions = dict.fromkeys(messages.sessions[source] for source in found.ranking if source in messages.sessions)
    wanted_sessions = {messages.sessions[source] for source in wanted}
    for depth in DEPTHS[:2]:
        measured[f"session_hit@{depth}"] = float(not wanted_sessions.isdisjoint(list(sessions)[:depth]))
    return measured


def _within(budget: int, question: Question, context: Context, messages: Messages) -> dict[str, float]:
    measured = {f"tokens_within_{budget}": float(context.tokens)}
    text = frozenset(analyse(context.text))
    if question.evidence:
        entries = {
            source: [frozenset(analyse(entry)) for entry in context.entries.get(source, ())]
            for source in question.evidence
        }
        found = [source for source in question.evidence if _found(messages.words[source], entries[source])]
        share = len(found) / len(question.evidence)
        told = sum(_told(question, source, frozenset().union(*entries[source]), messages) for source in found)
        measured |= {
            f"recall_within_{budget}": share,
            f"all_within_{budget}": float(share == 1),
            f"told_within_{budget}": told / len(question.evidence),
        }
    if question.answerable:
        if (covered := coverage(question, text)) is not None:
            measured[f"answer_within_{budget}"] = covered
        if question.options:
            measured[f"choice_within_{budget}"] = choice(question, text)
        if rubric := frozenset(analyse(" ".join(question.rubric))):
            measured[f"rubric_within_{budget}"] = len(rubric & text) / len(rubric)
    return measured


def _found(words: frozenset[int], entries: Sequence[frozenset[int]]) -> bool:
    """Whether an entry holds something of its message."""
    return any(len(words & entry) >= min(FEWEST_WORDS, len(words)) for entry in entries)


def _told(question: Question, source: str, shown: frozenset[int], messages: Messages) -> bool:
    """Whether what is shown of a message holds what it has to say to the question.

    That is half of the words that it shares with the expected answer and the rubric, or half of the words of its
    sentence that shares most with them.
    """
    expected = frozenset(analyse(" ".join((question.answer, *question.rubric))))
    wanted = expected & messages.words[source]
    if not wanted or len(wanted & shown) >= TOLD * len(wanted):
        return True
    asked = frozenset(analyse(question.text))
    sentences = [frozenset(analyse(sentence)) for sentence in _SENTENCE.split(messages.texts[source])]
    best = max(sentences, key=lambda words: (len(words & expected), len(words & asked)))
    return len(best & shown) >= TOLD * len(best)


def coverage(question: Question, words: Collection[int]) -> float | None:
    """Share of the expected answer's content words among ``words``, analysed; ``None`` where none is expected.

    Of an answer to choose, only the words count that no other option has.
    """
    answer = _distinctive(question, question.answer)
    return len(answer.intersection(words)) / len(answer) if answer and question.answerable else None


def choice(question: Question, words: Collection[int]) -> float:
    """Whether the expected answer is the option of whose distinctive words most, as a share, are among ``words``.

    As good as others counts by its chance among them.
    """
    options = {option: _distinctive(question, option) for option in question.options}
    shares = {option: len(own.intersection(words)) / max(len(own), 1) for option, own in options.items()}
    best = [option for option, share in shares.items() if share == max(shares.values())]
    return (question.answer in best) / len(best)


def _distinctive(question: Question, answer: str) -> set[int]:
    """The content words of an answer; of an option those that no other option has."""
    others = [analyse(option) for option in question.options if option != answer]
    return set(analyse(answer)).difference(*others)


# ── over many questions ─────────────────────────────────────────────────────────────────────────


def estimates(outcomes: Sequence[Outcome]) -> dict[str, Estimate]:
    """The mean of every metric over the questions that have it."""
    names = list(dict.fromkeys(name for one in outcomes for name in one.metrics))
    values = np.array([[one.metrics.get(name, np.nan) for name in names] for one in outcomes])
    if not values.size:
        return {}
    has = ~np.isnan(values)
    counts = _resampled(len(outcomes))
    totals = counts @ np.where(has, values, 0.0)
    weights = counts @ has
    resampled = np.divide(totals, weights, out=np.full_like(totals, np.nan), where=weights > 0)
    lows, highs = np.nanpercentile(resampled, [2.5, 97.5], axis=0)
    means = np.nanmean(values, axis=0)
    return {
        name: Estimate(mean=float(mean), low=float(low), high=float(high), n=int(n))
        for name, mean, low, high, n in zip(names, means, lows, highs, has.sum(axis=0), strict=True)
    }


def _resampled(n: int) -> NDArray[np.float64]:
    """How often each of ``n`` questions is drawn in each resample, the same on every machine: ``(RESAMPLES, n)``."""
    draws = np.random.default_rng(SEED).integers(0, n, size=(RESAMPLES, n))
    counts = np.zeros((RESAMPLES, n))
    np.add.at(counts, (np.arange(RESAMPLES)[:, None], draws), 1)
    return counts


def separation(outcomes: Sequence[Outcome]) -> float | None:
    """How well the top score tells answerable questions from others: area under the ROC curve, 0.5 for not at all.

    A question for which nothing was found scores lowest. ``None`` where there is only one sort.
    """
    scores = np.array([-np.inf if one.score is None else one.score for one in outcomes])
    answerable = np.array([one.answerable for one in outcomes], dtype=bool)
    good, bad = scores[answerable], scores[~answerable]
    if not good.size or not bad.size:
        return None
    wins = (good[:, None] > bad[None, :]).sum() + 0.5 * (good[:, None] == bad[None, :]).sum()
    return float(wins / (good.size * bad.size))


def tokens_to_reach(share: float, curve: Sequence[tuple[float, float]]) -> float | None:
    """Tokens at which recall reaches ``share``, between measured points linear in the logarithm of the tokens.

    Args:
        share: Of the evidence.
        curve: Tokens and recall, rising.

    Returns:
        ``None`` when it does not reach it; the first point's tokens when it reaches it there.
    """
    before: tuple[float, float] | None = None
    for tokens, recall in curve:
        if recall >= share:
            if before is None or recall == before[1]:
                return tokens
            part = (share - before[1]) / (recall - before[1])
            return float(np.exp(np.log(before[0]) + part * (np.log(tokens) - np.log(before[0]))))
        before = tokens, recall
    return None
