"""Which words of a message are values of somebody's profile, by the words around them.

A log-linear tagger (Ratnaparkhi 1996): each word is scored by itself, by its neighbours and by the word lists that it
is in. A sieve over the whole message goes before it, as most messages state no such thing. ``memos fit-reader`` fits
both on sentences that were written and marked for this project.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from memos_core.operation.formation.facts import lexicon
from memos_core.operation.formation.facts.given_names import GIVEN_NAMES
from memos_core.operation.formation.linear import (
    NONE,
    Codes,
    Floats,
    Linear,
    Numbers,
    codes,
    likely,
    numbered,
    read,
    write,
)
from memos_core.operation.formation.words import Token, normal, outline, tokens

WEIGHTS = Path(__file__).with_name("tagging.npz")
PROMISING = 0.3
"""Probability from which a message is read word by word."""
LIKELY = 0.5
"""Probability from which a word is taken to be a value."""
NEIGHBOUR = 0.15
"""Probability from which a word beside it belongs to the same value."""
_LISTS = {
    "trade": lexicon.TRADES,
    "pet": lexicon.PETS,
    "vehicle": lexicon.VEHICLES,
    "model": lexicon.MODELS,
    "diet": lexicon.DIETS,
    "condition": lexicon.CONDITIONS,
    "nationality": lexicon.NATIONALITIES,
    "language": lexicon.LANGUAGES,
    "religion": lexicon.RELIGIONS,
    "kin": lexicon.KIN_WORDS,
    "name": GIVEN_NAMES,
    "activity": lexicon.ACTIVITIES | lexicon.PRACTISED | lexicon.PLAYED,
    "ownable": lexicon.OWNABLE,
}
_REACH = 3
"""Words to each side whose places count."""
_FAR_BEFORE, _FAR_AFTER = 9, 8
"""Words to each side that count at all."""
_STOPS = frozenset(".!?。！？")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Words that are taken to be a value."""

    start: int
    stop: int
    tag: str
    """``slot`` or ``slot=canonical value``."""
    likely: float
    ended: bool
    other: bool
    """It is somebody else's than the speaker's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """The words of a text with what each may be."""

    words: Sequence[Token]
    chances: Floats
    """``(words, tags)``."""
    marks: Floats
    """Probabilities of having ended, and of being somebody else's ``(words, 2)``."""
    slots: Mapping[str, Sequence[int]]
    """The columns of ``chances`` that belong to a slot."""

    def chance(self, slot: str, start: int, stop: int) -> float | None:
        """Probability that a stretch of the text holds a value of a slot; ``None`` of no word or unknown slot."""
        held = [place for place, word in enumerate(self.words) if start < word.stop and word.start < stop]
        columns = self.slots.get(slot)
        return float(self.chances[np.ix_(held, columns)].sum(1).max()) if held and columns else None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tagger:
    """What finds the values in a text."""

    tags: tuple[str, ...]
    """What a word may be; the first is nothing."""
    words: Linear
    """Scores of the tags, then of the value having ended, and of its being somebody else's."""
    sieve: Linear
    """Score of a message being worth a closer look."""

    @classmethod
    def load(cls, path: Path) -> "Tagger":
        """Read a file that ``save`` wrote."""
        models, tags = read(path)
        return cls(tags=tags, words=models["words"], sieve=models["sieve"])

    def save(self, path: Path) -> None:
        """Keep the tagger in a file."""
        write(path, {"words": self.words, "sieve": self.sieve}, self.tags)

    def tagged(self, text: str) -> list[Tagged]:
        """The values in a text, in order; most messages state none."""
        if len(self.tags) == 1 or likely(self.sieve.scores(outline(text)))[0, 0] < PROMISING:
            return []
        return _joined(self.weighed(text), self.tags)

    def weighed(self, text: str) -> Weighed:
        """What each word of a text may be. The last texts are remembered."""
        return _weighed(self, text)


@cache
def shipped() -> Tagger:
    """The one that comes with the library."""
    return Tagger.load(WEIGHTS)


def described(words: Sequence[Token]) -> Numbers:
    """The features of each word ``(words, m)``."""
    plain = normal([word.text for word in words])
    places = np.arange(len(plain))
    framed = codes([*_EDGES[0], *plain, *_EDGES[1]])
    near = framed[_STEPS + places]
    shapes = codes(["", *(_shape(word.text) for word in words), ""])[_STEPS[:3] + places]
    opens = codes("opens" if not place or plain[place - 1] in _STOPS else "inside" for place in places)
    rows = [
        numbered(_WORDS, near),
        numbered(_PAIRS, near[:-1], near[1:]),
        numbered(_THREES, near[:-2], near[1:-1], near[2:]),
        numbered(_SHAPES, shapes),
        numbered(_PLACE, opens, shapes[1])[None],
        _affixes(plain),
        *_listed(plain, near),
        *_far(framed[_REACH : _REACH + len(plain)]),
    ]
    return np.concatenate(rows).T


_STEPS = np.arange(2 * _REACH + 1)[:, None]
_EDGES = [f"<{step}" for step in range(_REACH, 0, -1)], [f">{step}" for step in range(1, _REACH + 1)]


def _templates(name: str, count: int) -> Codes:
    return codes(f"{name} {step}" for step in range(count))[:, None]


_PLACE, _AFTER, _AFTER_TWO, _BEFORE_FAR, _AFTER_FAR = codes(
    ["place", "list after", "list after two", "far before", "far after"]
)
_WORDS, _PAIRS, _THREES = (_templates(name, 2 * _REACH + 1 - less) for less, name in enumerate(("w", "p", "t")))
_SHAPES, _AFFIXES, _LISTED = _templates("shape", 3), _templates("affix", 3), _templates("list", 2 * _REACH + 1)


def _affixes(plain: Sequence[str]) -> Numbers:
    parts = codes(part for word in plain for part in (word[-3:], word[-2:], word[:3])).reshape(-1, 3).T
    long = [len(word) > _REACH and word.isascii() for word in plain]
    return np.where(np.array(long), numbered(_AFFIXES, parts), NONE)


def _listed(plain: Sequence[str], near: Codes) -> Iterator[Numbers]:
    """The lists that a word and its neighbours are in, two of each; and its own with the words before it."""
    places = np.arange(len(plain))
    lists = [(*_lists(word), "", "")[:2] for word in plain]
    for which in range(2):
        names = [""] * _REACH + [pair[which] for pair in lists] + [""] * _REACH
        coded, named = codes(names), np.array([bool(name) for name in names])
        around, inside = coded[_STEPS + places], named[_STEPS + places]
        own = around[_REACH]
        after = [
            numbered(_AFTER, own, near[_REACH - 1]),
            numbered(_AFTER_TWO, own, near[_REACH - 2], near[_REACH - 1]),
        ]
        yield np.where(inside, numbered(_LISTED, around), NONE)
        yield np.where(inside[_REACH], np.stack(after), NONE)


def _far(plain: Codes) -> Iterator[Numbers]:
    """The words farther away, wherever they stand."""
    count = len(plain)
    nothing = np.full(_FAR_BEFORE, NONE, np.int64)
    before = np.concatenate([nothing, numbered(_BEFORE_FAR, plain)])
    after = np.concatenate([numbered(_AFTER_FAR, plain), nothing])
    steps = np.arange(_REACH + 1, _FAR_BEFORE + 1)[:, None]
    yield before[np.arange(count) + _FAR_BEFORE - steps]
    yield after[np.minimum(np.arange(count) + steps[: _FAR_AFTER - _REACH - 1], count)]


def _shape(text: str) -> str:
    if text[0].isdigit():
        return f"d{min(4, len(text))}"
    if text[0] >= "\u3400":
        return "z"
    if not text[0].isalpha():
        return text
    if text.isupper() and len(text) > 1:
        return "X"
    return "Xx" if text[0].isupper() else "x"


@lru_cache(maxsize=8192)
def _lists(word: str) -> tuple[str, ...]:
    """The word lists that a word is in, alone or without its plural."""
    found = [name for name, words in _LISTS.items() if word in words or word.removesuffix("s") in words]
    return (*found, "trade") if "trade" not in found and lexicon.is_trade(word) else tuple(found)


@lru_cache(maxsize=16)  # the rules' readings of a message are weighed, then those that they missed
def _weighed(tagger: Tagger, text: str) -> Weighed:
    words, tags = tokens(text), len(tagger.tags)
    logits = tagger.words.scores(described(words)) if words else np.zeros((0, tags + 2), np.float32)
    chances, marks = softmax(logits[:, :tags]), likely(logits[:, tags:])
    return Weighed(words=words, chances=chances, marks=marks, slots=_columns(tagger.tags))


@lru_cache(maxsize=4)
def _columns(tags: tuple[str, ...]) -> Mapping[str, Sequence[int]]:
    """The columns of each slot: one for its words, more where a tag names the value."""
    columns: dict[str, list[int]] = {}
    for column, tag in enumerate(tags[1:], 1):
        columns.setdefault(tag.partition("=")[0], []).append(column)
    return columns


def _joined(weighed: Weighed, names: Sequence[str]) -> list[Tagged]:
    """Neighbours of one tag as one value."""
    words, chances, marks = weighed.words, weighed.chances, weighed.marks
    best = chances[:, 1:].argmax(1) + 1
    sure = chances[np.arange(len(words)), best]
    found: list[Tagged] = []
    stop = 0
    for place in np.flatnonzero(sure >= LIKELY).tolist():
        if place < stop:
            continue
        alike = chances[:, best[place]] >= NEIGHBOUR
        first = place
        while first > stop and alike[first - 1]:
            first -= 1
        stop = place + 1
        while stop < len(words) and alike[stop]:
            stop += 1
        ended, other = marks[first:stop].mean(0).tolist()
        found.append(
            Tagged(
                start=words[first].start,
                stop=words[stop - 1].stop,
                tag=names[best[place]],
                likely=float(sure[first:stop].max()),
                ended=ended >= 0.5,
                other=other >= 0.5,
            )
        )
    return found


def softmax(logits: Floats) -> Floats:
    """Probabilities of outcomes that exclude each other, row by row ``(m, outcomes)``."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    chances: Floats = powers / powers.sum(-1, keepdims=True)
    return chances
