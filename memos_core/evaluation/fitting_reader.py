"""Fits what reads sentences by their words, on sentences that were written and marked for it.

Log-linear models by AdaGrad (Duchi, Hazan & Singer 2011): one example after the other, in an order that a fixed seed
gives. Features that few examples have are left out. The same sentences give the same weights.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.engram import ForesightKind, Message, Modality, Polarity
from memos_core.evaluation.sentences import MarkedValue, Sentence, by_author
from memos_core.operation.formation import words
from memos_core.operation.formation.facts import tagging
from memos_core.operation.formation.facts.page import page_of
from memos_core.operation.formation.facts.reading import Reading
from memos_core.operation.formation.facts.statements import ruled as ruled_readings
from memos_core.operation.formation.facts.tagged_values import weighed
from memos_core.operation.formation.foresight import likelihood
from memos_core.operation.formation.foresight.clauses import Clause, clauses
from memos_core.operation.formation.foresight.extract import ruled
from memos_core.operation.formation.foresight.likelihood import KINDS, described
from memos_core.operation.formation.foresight.weighing import LIKELY
from memos_core.operation.formation.linear import NONE, SIZE, Floats, Linear, Numbers, level, likely

SAID = datetime(2026, 3, 11, 10, tzinfo=UTC)
"""When the sentences are taken to be said: a Wednesday."""
FOLDS = 4
_DAMPING = 1e-2
_SETTLED = 0.02
"""An example whose every outcome is nearer than this changes nothing."""
_FOR_GOOD = 1000
"""Days from which a mark says that something has no end."""
_NAMED_BY_TAG = frozenset({"relationship_status", "diet"})
"""Slots whose value the words seldom spell."""
_FAMILIES = frozenset({"count", "favorite", "budget", "measurement", "attribute"})
"""Slots whose second half the words tell elsewhere."""

Slope = Callable[[int, Floats], Floats]
"""By the number of an example and its logits ``(outcomes,)`` the slope of its loss in each of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """How a model is fitted."""

    rounds: int
    """How often every example is seen."""
    rate: float
    least: int
    """Examples that must have a feature."""


CLAUSES = Schedule(rounds=8, rate=0.3, least=3)
WORDS = Schedule(rounds=10, rate=0.3, least=50)
TAG_LEAST = 20
"""Sentences that must have a tag."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well something is found."""

    right: int
    found: int
    wanted: int

    @property
    def precision(self) -> float:
        """Share of what is found that is right."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """Share of what is wanted that is found."""
        return self.right / max(1, self.wanted)


def linear(examples: Sequence[Numbers], outcomes: int, slope: Slope, schedule: Schedule) -> Linear:
    """The model whose logits make the loss of the examples small."""
    seen = np.bincount(np.concatenate(examples), minlength=SIZE)
    features = np.flatnonzero(seen >= schedule.least).astype(np.int32)
    rows = np.full(SIZE, -1, np.int64)
    rows[features] = np.arange(len(features))
    known = [found[found >= 0] for found in (rows[numbers] for numbers in examples)]
    weights = np.zeros((len(features), outcomes), np.float32)
    bias = np.zeros(outcomes, np.float32)
    gone, gone_bias = np.full_like(weights, _DAMPING), np.full_like(bias, _DAMPING)
    order = np.random.default_rng(0)
    for _ in range(schedule.rounds):
        for place in order.permutation(len(known)).tolist():
            own = known[place]
            share = np.float32(1 / np.sqrt(max(1, len(own))))
            by_logit = slope(place, weights[own].sum(0) * share + bias)
            if np.abs(by_logit).max() < _SETTLED:
                continue
            by_weight = by_logit * share
            gone[own] += by_weight * by_weight
            weights[own] -= schedule.rate * by_weight / np.sqrt(gone[own])
            gone_bias += by_logit * by_logit
            bias -= schedule.rate * by_logit / np.sqrt(gone_bias)
    scale = float(np.abs(weights).max(initial=0) / 127) or 1.0
    return Linear.of(features, np.round(weights / scale).astype(np.int8), bias, scale)


# ── clauses: the likelihood of foresight ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedClauses:
    """The clauses of some sentences, one after the other."""

    features: list[Numbers]
    kinds: Floats
    """1 where a clause is of a kind ``(clauses, len(KINDS))``."""
    always: Floats
    """1 where what it tells has no end, 0 where it has, NaN where that is not marked ``(clauses,)``."""
    ruled: Floats
    """1 where the rules take it to be of a kind, as ``kinds``."""


def clauses_of(sentences: Sequence[Sentence]) -> MarkedClauses:
    """The clauses of sentences as examples."""
    features: list[Numbers] = []
    kinds: list[list[bool]] = []
    always: list[float] = []
    rules: list[list[bool]] = []
    for sentence in sentences:
        if not sentence.tells_foresight:
            continue
        split = clauses(sentence.text, SAID, UTC)
        message = Message(source="sentence", text=sentence.text, speaker="", role="user", session="", at=SAID)
        drafts = ruled(message, UTC)
        found = [{one.kind for one in drafts if clause.start <= one.clause.start < clause.stop} for clause in split]
        features += described(split, found, range(len(split)))
        for clause, by_rule in zip(split, found, strict=True):
            told, days = _told(sentence, clause)
            kinds.append([kind in told for kind in KINDS])
            rules.append([kind in by_rule for kind in KINDS])
            always.append(float("nan") if days is None else float(days >= _FOR_GOOD))
    return MarkedClauses(
        features=features,
        kinds=np.array(kinds, np.float32),
        always=np.array(always, np.float32),
        ruled=np.array(rules, np.float32),
    )


def _told(sentence: Sentence, clause: Clause) -> tuple[set[ForesightKind], int | None]:
    """Of what kinds a clause is marked, and how long that lasts."""
    kinds: set[ForesightKind] = set()
    days: int | None = None
    for mark in sentence.clauses:
        common = min(mark.stop, clause.stop) - max(mark.start, clause.start)
        if 2 * common >= clause.stop - clause.start or 5 * common >= 3 * (mark.stop - mark.start):
            kinds.add(mark.kind)
            days = mark.days if days is None else days
    return kinds, days


def fit_likelihood(examples: MarkedClauses) -> Linear:
    """How likely a clause is of each kind, and without end."""
    wanted = np.column_stack([examples.kinds, examples.always])

    def slope(place: int, logits: Floats) -> Floats:
        found: Floats = np.nan_to_num(likely(logits) - wanted[place])
        return found

    return linear(examples.features, len(KINDS) + 1, slope, CLAUSES)


def fit_foresight(sentences: Sequence[Sentence]) -> likelihood.Models:
    """All that weighs foresight."""
    told = [one for one in sentences if one.tells_foresight]
    sieve = fit_sieve(told, lambda one: bool(one.clauses))
    return likelihood.Models(clauses=fit_likelihood(clauses_of(told)), sieve=sieve)


def clauses_left_out(sentences: Sequence[Sentence]) -> dict[str, tuple[Score, Score]]:
    """By kind, how well the clauses of authors are found that the model was not fitted on; and by the rules alone."""
    found: list[NDArray[np.bool_]] = []
    wanted: list[NDArray[np.bool_]] = []
    ruled_: list[NDArray[np.bool_]] = []
    for others, own in by_author(sentences, FOLDS):
        model, left = fit_likelihood(clauses_of(others)), clauses_of(own)
        chances = likely(model.scores(level(left.features)))[:, : len(KINDS)]
        found.append(chances >= LIKELY)
        wanted.append(left.kinds > 0)
        ruled_.append(left.ruled > 0)
    truth, by_words, by_rules = np.concatenate(wanted), np.concatenate(found), np.concatenate(ruled_)
    return {
        str(kind): (_score(by_words[:, place], truth[:, place]), _score(by_rules[:, place], truth[:, place]))
        for place, kind in enumerate(KINDS)
    }


def _score(found: NDArray[np.bool_], wanted: NDArray[np.bool_]) -> Score:
    return Score(right=int((found & wanted).sum()), found=int(found.sum()), wanted=int(wanted.sum()))


# ── words: the values of a profile ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedWords:
    """The words of some sentences, one after the other."""

    features: list[Numbers]
    tags: list[str]
    """Empty for a word that is no value."""
    ended: list[bool]
    other: list[bool]
    """It is somebody else's."""


def tag_of(value: MarkedValue) -> str:
    """What the tagger calls a value."""
    if value.canonical and value.slot in _NAMED_BY_TAG:
        return f"{value.slot}={value.canonical}"
    family = value.slot.partition(".")[0]
    return family if family in _FAMILIES else value.slot


def words_of(sentences: Sequence[Sentence]) -> MarkedWords:
    """The words of sentences as examples."""
    made = MarkedWords(features=[], tags=[], ended=[], other=[])
    for sentence in sentences:
        if not sentence.tells_profile:
            continue
        split = words.tokens(sentence.text)
        if split:
            made.features.extend(row[row != NONE] for row in tagging.described(split))
        for word in split:
            over = [one for one in sentence.values if one.start < word.stop and word.start < one.stop]
            mark = over[0] if over else None  # the innermost was closed first
            made.tags.append(tag_of(mark) if mark else "")
            made.ended.append(mark is not None and mark.ended)
            made.other.append(mark is not None and bool(mark.person))
    return made


def tags_of(sentences: Sequence[Sentence]) -> list[str]:
    """The tags that enough sentences have, after the empty one."""
    counts = Counter(tag for one in sentences for tag in {tag_of(value) for value in one.values})
    return ["", *sorted(tag for tag, count in counts.items() if count >= TAG_LEAST)]


def fit_tagger(examples: MarkedWords, tags: Sequence[str]) -> Linear:
    """Which tag a word has; then whether its value has ended, and whether it is somebody else's."""
    number = {tag: place for place, tag in enumerate(tags)}
    wanted = [number.get(tag, 0) for tag in examples.tags]
    marks = np.column_stack([examples.ended, examples.other]).astype(np.float32)

    def slope(place: int, logits: Floats) -> Floats:
        found = np.concatenate([tagging.softmax(logits[None, : len(tags)])[0], likely(logits[len(tags) :])])
        found[wanted[place]] -= 1
        found[len(tags) :] = found[len(tags) :] - marks[place] if wanted[place] else 0
        return found

    return linear(examples.features, len(tags) + 2, slope, WORDS)


def fit_sieve(sentences: Sequence[Sentence], told: Callable[[Sentence], bool]) -> Linear:
    """Whether a message tells something of a sort."""
    wanted = np.array([[told(one)] for one in sentences], np.float32)
    outlines = [words.outline(one.text)[0] for one in sentences]
    return linear(outlines, 1, lambda place, logits: likely(logits) - wanted[place], CLAUSES)


def fit_profile(sentences: Sequence[Sentence]) -> tagging.Tagger:
    """All that finds values."""
    told = [one for one in sentences if one.tells_profile]
    tags = tags_of(told)
    sieve = fit_sieve(told, lambda one: bool(one.values))
    return tagging.Tagger(tags=tuple(tags), words=fit_tagger(words_of(told), tags), sieve=sieve)


def values_left_out(sentences: Sequence[Sentence]) -> dict[str, tuple[Score, Score]]:
    """By slot, and in ``all``, how well the values of authors are found that the tagger was not fitted on.

    Returns:
        By rules and tagger together, and by the rules alone.
    """
    tallies = Tally(), Tally()
    for others, own in by_author(sentences, FOLDS):
        tagger = fit_profile(others)
        for sentence in own:
            page = page_of(sentence.text, SAID, UTC)
            said = ruled_readings(page)
            for tally, readings in zip(tallies, (weighed(page, said, tagger), said), strict=True):
                tally.add(sentence, readings)
    both, rules = tallies
    return {slot: (both.score(slot), rules.score(slot)) for slot, _ in both.wanted.most_common()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Values by slot; each counts once more in ``all``."""

    right: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    wanted: Counter[str] = field(default_factory=Counter)

    def add(self, sentence: Sentence, readings: Sequence[Reading]) -> None:
        """Count what was read of a sentence; readings of what is planned or supposed are no values."""
        stated = {
            (_family(one.slot), one.value, one.polarity is Polarity.AFFIRMED)
            for one in readings
            if one.modality in (Modality.ASSERTED, Modality.CORRECTING) and one.slot != "instruction"
        }
        for value in sentence.values:
            said = sentence.text[value.start : value.stop]
            hits = [
                key
                for key in stated
                if key[0] == _family(value.slot)
                and key[2] is not value.ended
                and (alike(key[1], said) or alike(key[1], value.canonical))
            ]
            self.wanted.update((_family(value.slot), ALL))
            if hits:
                self.right.update((_family(value.slot), ALL))
                stated.difference_update(hits)
                self.found.update((_family(value.slot), ALL))
        for slot, _, affirmed in stated:
            if affirmed:  # few authors mark what is denied
                self.found.update((slot, ALL))

    def score(self, slot: str) -> Score:
        """How well the values of one slot are found."""
        return Score(right=self.right[slot], found=self.found[slot], wanted=self.wanted[slot])


ALL = "all"


def _family(slot: str) -> str:
    return slot.partition(".")[0]


def alike(one: str, other: str) -> bool:
    """Whether one of two values is part of the other, but for case and articles."""
    first, second = (" ".join(_ARTICLES.sub(" ", value.lower()).split()) for value in (one, other))
    return bool(first and second) and (first in second or second in first)


_ARTICLES = re.compile(r"\b(?:a|an|the)\b")


# ── both ────────────────────────────────────────────────────────────────────────────────────────


def fit_all(sentences: Sequence[Sentence], folder: Path) -> Iterator[str]:
    """Fit every model and write it into a folder, naming each file when it is there."""
    fit_foresight(sentences).save(folder / likelihood.WEIGHTS.name)
    yield likelihood.WEIGHTS.name
    fit_profile(sentences).save(folder / tagging.WEIGHTS.name)
    yield tagging.WEIGHTS.name
