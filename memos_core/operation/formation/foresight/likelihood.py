"""How likely a clause tells of the time to come, by its words: for the wordings that no rule has a pattern for.

Logistic regression over n-grams of words, with what the rules make of the clause among its features. ``memos
fit-reader`` fits it on sentences that were written and marked for this project.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path

import numpy as np

from memos_core.domain.engram import ForesightKind
from memos_core.operation.formation.foresight.clauses import Clause
from memos_core.operation.formation.foresight.hints import FORBIDS, SPEAKS
from memos_core.operation.formation.foresight.lexicon import names_a_state
from memos_core.operation.formation.linear import Codes, Linear, Numbers, codes, level, likely, numbered, read, write
from memos_core.operation.formation.words import outline

KINDS = tuple(ForesightKind)
WEIGHTS = Path(__file__).with_name("likelihood.npz")
PROMISING = 0.05
"""Probability from which a message is weighed of which no rule makes anything."""
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[£$€]|[\u3400-\u9fff]|[?!]")
_LONG = 4
"""Letters above which a word's ending is a feature of its own."""

Found = Sequence[Collection[ForesightKind]]
"""What the rules made of each clause of a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likelihood:
    """What a clause may be."""

    kinds: Mapping[ForesightKind, float]
    """Probability of each; a clause may be of several."""
    always: float
    """Probability that it has no end, should it give none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Models:
    """What is fitted."""

    clauses: Linear
    """Scores of the kinds, then of having no end."""
    sieve: Linear
    """Score of a message being worth a closer look."""

    @classmethod
    def load(cls, path: Path) -> "Models":
        """Read a file that ``save`` wrote."""
        models, _ = read(path)
        return cls(clauses=models["clauses"], sieve=models["sieve"])

    def save(self, path: Path) -> None:
        """Keep the models in a file."""
        write(path, {"clauses": self.clauses, "sieve": self.sieve})


@cache
def shipped() -> Models:
    """Those that come with the library."""
    return Models.load(WEIGHTS)


def promising(text: str) -> bool:
    """Whether a message may tell of the time to come."""
    return bool(likely(shipped().sieve.scores(outline(text)))[0, 0] >= PROMISING)


def likelihoods(clauses: Sequence[Clause], found: Found, places: Sequence[int]) -> dict[int, Likelihood]:
    """What some clauses of a message may be, by their places in it."""
    if not places:
        return {}
    chances = likely(shipped().clauses.scores(level(described(clauses, found, places))))
    return {
        place: Likelihood(kinds=dict(zip(KINDS, row[:-1], strict=True)), always=row[-1])
        for place, row in zip(places, chances.tolist(), strict=True)
    }


def described(clauses: Sequence[Clause], found: Found, places: Sequence[int]) -> list[Numbers]:
    """The features of some clauses of a message, ascending ``(m,)``."""
    said = [_words(clause) for clause in clauses]
    coded = [codes(words) for words in said]
    made = []
    for place in places:
        around = [
            numbered(beside, coded[place + step])
            for step, beside in ((-1, _BEFORE), (1, _BEHIND))
            if 0 <= place + step < len(clauses)
        ]
        marks = codes(chain(_form(said[place]), _around(clauses, place), _reading(clauses, found, place)))
        made.append(np.unique(np.concatenate([*_wording(coded[place]), *around, numbered(_MARK, marks)])))
    return made


def _words(clause: Clause) -> list[str]:
    """The words of a clause; digits are ``0``, a time is its role and whether it lies ahead."""
    words: list[str] = []
    place = 0
    low = clause.low.replace("’", "'")
    for time in clause.times:
        start = time.start - clause.start
        if start < place:
            continue
        words += _TOKEN.findall(low[place:start])
        words.append(f"T{time.role.name}{'+' if time.ahead else '-'}")
        place = time.stop - clause.start
    words += _TOKEN.findall(low[place:])
    return ["0" if word.isdigit() else word for word in words]


_FRAME = codes("<>")
_WORD, _PAIR, _THREE, _BEFORE, _BEHIND, _MARK = codes(["word", "pair", "three", "before", "behind", "mark"])


def _wording(words: Codes) -> Iterator[Numbers]:
    framed = np.concatenate([_FRAME[:1], words, _FRAME[1:]])
    yield numbered(_WORD, framed)
    yield numbered(_PAIR, framed[:-1], framed[1:])
    yield numbered(_THREE, framed[:-2], framed[1:-1], framed[2:])


def _form(words: Sequence[str]) -> Iterator[str]:
    yield from (f"ends {word[-3:]}" for word in words if len(word) > _LONG)
    yield f"length {min(5, (len(words) + 2) // 4)}"


def _around(clauses: Sequence[Clause], place: int) -> Iterator[str]:
    own = clauses[place].sentence
    for step in (-1, 1):
        if 0 <= place + step < len(clauses):
            yield f"{step} sentence {clauses[place + step].sentence == own}"
    for other, clause in enumerate(clauses):
        if other != place and clause.sentence == own:
            yield from (f"beside {time.role.name}" for time in clause.times)
    yield f"clauses {min(4, len(clauses))}"


def _reading(clauses: Sequence[Clause], found: Found, place: int) -> Iterator[str]:
    """What the rules see in a clause."""
    clause = clauses[place]
    yield from (f"rule {kind}" for kind in found[place] or ("none",))
    for step in (-1, 1):
        if 0 <= place + step < len(clauses) and found[place + step]:
            yield f"rule at {step}"
    marks = {
        "asked": clause.asked,
        "unreal": clause.unreal,
        "state": names_a_state(clause.bare),
        "speaks": SPEAKS.search(clause.low) is not None,
        "forbids": FORBIDS.search(clause.bare) is not None,
    }
    yield from (f"is {mark}" for mark, holds in marks.items() if holds)
    yield f"times {min(2, len(clause.times))}"
    yield from (f"time {time.granularity.name}{'+' if time.ahead else '-'}" for time in clause.times)
