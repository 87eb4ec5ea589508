"""Sentences with marks for what a reader should take from them.

One message a line. ``{kind:clause}`` marks what lies ahead or holds for a while, ``{kind~DAYS:clause}`` what gives no
end and lasts about so many days. ``[slot:value]`` marks a value of a profile, ``[slot=canonical:words]`` one that its
words do not spell, ``[slot@person:value]`` somebody else's, ``[-slot:value]`` one that holds no longer. Marks may be
nested. Blank lines and lines that begin with ``#`` are left out. In files named ``*_foresight.txt`` and
``*_profile.txt`` only one of the two sorts is marked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from memos_core.domain.engram import ForesightKind
from memos_core.errors import InvalidInput

_CLAUSE = re.compile(rf"\{{({'|'.join(ForesightKind)})(?:~(\d+))?:")
_VALUE = re.compile(r"\[(-?)([a-z_]+(?:\.[^\[\]@=:]+)?)(?:@([^\[\]=:]+))?(?:=([^\[\]:]+))?:")


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedClause:
    """Part of a sentence that tells of the time to come."""

    start: int
    stop: int
    kind: ForesightKind
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedValue:
    """Part of a sentence that is a value of somebody's profile."""

    start: int
    stop: int
    slot: str
    canonical: str
    person: str
    """Empty for the speaker."""
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A message without its marks, and what was marked."""

    author: str
    text: str
    clauses: tuple[MarkedClause, ...]
    values: tuple[MarkedValue, ...]

    @property
    def tells_foresight(self) -> bool:
        """Whether a clause without a mark is known to tell nothing of the time to come."""
        return not self.author.endswith("_profile")

    @property
    def tells_profile(self) -> bool:
        """Whether words without a mark are known to be no value."""
        return not self.author.endswith("_foresight")


def load_sentences(folder: Path) -> list[Sentence]:
    """The sentences of all ``*.txt`` files of a folder; a file is an author's.

    Raises:
        InvalidInput: there are none, or a mark is malformed: says where.
    """
    found: list[Sentence] = []
    for path in sorted(folder.glob("*.txt")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip() and not line.startswith("#"):
                try:
                    found.append(parsed(line.strip(), path.stem))
                except InvalidInput as error:
                    raise InvalidInput(f"{path}:{number}: {error}") from None
    if not found:
        raise InvalidInput(f"{folder} holds no sentences (*.txt)")
    return found


def parsed(line: str, author: str = "") -> Sentence:
    """One line with its marks.

    Raises:
        InvalidInput: a mark is malformed.
    """
    text: list[str] = []
    open_marks: list[tuple[str, int, re.Match[str]]] = []
    clauses: list[MarkedClause] = []
    values: list[MarkedValue] = []
    place = 0
    while place < len(line):
        if mark := _CLAUSE.match(line, place) or _VALUE.match(line, place):
            open_marks.append(("}" if line[place] == "{" else "]", len(text), mark))
            place = mark.end()
            continue
        character = line[place]
        place += 1
        if character in "{[":
            raise InvalidInput(f"no mark: {line[place - 1 : place + 20]!r}")
        if character not in "}]":
            text.append(character)
            continue
        if not open_marks or open_marks[-1][0] != character:
            raise InvalidInput(f"{character!r} closes nothing")
        _, start, mark = open_marks.pop()
        if character == "}":
            clauses.append(_clause(mark, start, len(text)))
        else:
            values.append(_value(mark, start, len(text)))
    if open_marks:
        raise InvalidInput(f"{open_marks[-1][2].group()!r} is not closed")
    return Sentence(author=author, text="".join(text), clauses=tuple(clauses), values=tuple(values))


def _clause(mark: re.Match[str], start: int, stop: int) -> MarkedClause:
    kind, days = mark.groups()
    return MarkedClause(start=start, stop=stop, kind=ForesightKind(kind), days=int(days) if days else None)


def _value(mark: re.Match[str], start: int, stop: int) -> MarkedValue:
    minus, slot, person, canonical = mark.groups()
    return MarkedValue(
        start=start, stop=stop, slot=slot, canonical=canonical or "", person=person or "", ended=bool(minus)
    )


def by_author(sentences: Sequence[Sentence], folds: int) -> Iterator[tuple[list[Sentence], list[Sentence]]]:
    """Every author left out once, in ``folds`` groups: the others' sentences, and theirs.

    Files with one sort of marks are never left out: many are made of what the rules found, and would flatter them.
    """
    authors = sorted({one.author for one in sentences if one.tells_foresight and one.tells_profile})
    for fold in range(folds):
        left_out = set(authors[fold::folds])
        yield (
            [one for one in sentences if one.author not in left_out],
            [one for one in sentences if one.author in left_out],
        )
