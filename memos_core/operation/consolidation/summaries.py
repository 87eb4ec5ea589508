"""What is known of a scene: a label, and lines that each cite the cell they rest on. Extracted, not invented."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from memos_core.domain.engram import (
    Fact,
    Foresight,
    ForesightStatus,
    MemCell,
    Modality,
    Polarity,
)
from memos_core.domain.slots import SAID, Arity, arity
from memos_core.operation.consolidation.rows import matches
from memos_core.operation.formation.phrases import key_phrases
from memos_core.operation.formation.standing import is_clean
from memos_core.operation.recall.analysis import analyse

MOST_LINES = 12
Place: TypeAlias = tuple[str, ...]
"""A subject and a slot, and the value where a slot holds many."""

_VALUES = 5
_AHEAD = 3
_LONGEST_LINE = 240
_PHRASES = 3
_CELLS_TO_COUNT_BY = 3
_LEAST_CONFIDENCE = 0.5
_TELLING = frozenset({Modality.ASSERTED, Modality.CORRECTING, Modality.REPORTED})
_SUBSTANCE = 2
"""Words with a meaning of their own that an undated statement has at least."""
_MOST_TERMS = 24
"""What a line says beyond them is cut off anyway."""
_ASKED = 0.5
_IS_QUESTION = re.compile(r"\S+(?: \S+){0,3} asked: |[^：]{1,20}问：")
_OPEN = (ForesightStatus.ACTIVE, ForesightStatus.UPCOMING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A fact and the cell that holds it."""

    fact: Fact
    cell: MemCell

    @property
    def when(self) -> datetime:
        return self.fact.period.start if self.fact.period else self.fact.observed_at


def summarise(
    cells: Sequence[MemCell], now: datetime | None = None, outdated: Set[Fact] | None = None
) -> tuple[str, str]:
    """Say what the cells of a scene are about and what they tell.

    Args:
        cells: Of one scene, by time, at least one.
        now: When foresight is judged to be open; the end of the last cell for ``None``.
        outdated: Facts that no longer hold, as ``superseded`` finds them; ``None`` looks at these cells only.

    Returns:
        A label of up to three phrases, and a summary of up to ``MOST_LINES`` lines: the newest value of every
        attribute, a timeline, and what lies ahead; cells of which none of these tells are quoted. Each line ends with
        the id of its cell in brackets.
    """
    moment = max(cell.end for cell in cells) if now is None else now
    gone = superseded(cells, newest(cells)) if outdated is None else outdated
    told = [_Told(fact=fact, cell=cell) for cell in cells for fact in cell.facts if _counts(fact) and fact not in gone]
    values = _current(told)[:_VALUES]
    ahead = _open(cells, moment)[:_AHEAD]
    shown = {one.fact.text for one in values}
    room = MOST_LINES - len(values) - len(ahead)
    rest = [one for one in told if one.fact.text not in shown and _is_telling(one.fact, one.cell)]
    events = _timeline([one for one in rest if not any(_says_more(value, one) for value in values)], room)
    cited = {one.cell.id for one in (*values, *events)} | {cell.id for _, cell in ahead}
    quotes = _quotes([cell for cell in cells if cell.id not in cited], room - len(events))
    by_time = sorted([*((one.when, _event(one), one.cell) for one in events), *quotes], key=lambda line: line[:2])
    lines = [
        *(_line(one.fact.text, one.cell) for one in values),
        *(_line(text, cell) for _, text, cell in by_time),
        *(_ahead(one, cell) for one, cell in ahead),
    ]
    return _label(cells), "\n".join(dict.fromkeys(lines))


def newest(cells: Iterable[MemCell]) -> dict[Place, Fact]:
    """The last fact of each attribute: of each value where a slot holds many at once."""
    found: dict[Place, Fact] = {}
    for fact in sorted((fact for cell in cells for fact in cell.facts if _counts(fact)), key=_order):
        if fact.predicate != SAID:
            found[_place(fact)] = fact
    return found


def superseded(cells: Iterable[MemCell], last: Mapping[Place, Fact]) -> frozenset[Fact]:
    """The facts of the cells whose attribute has another value, or has ended, according to ``last``.

    Args:
        cells: Some cells.
        last: What ``newest`` found in these and all others.
    """
    return frozenset(
        fact
        for cell in cells
        for fact in cell.facts
        if fact.predicate != SAID and _counts(fact) and _is_over(fact, last[_place(fact)])
    )


def _is_over(fact: Fact, last: Fact) -> bool:
    same = fact.object.casefold() == last.object.casefold() and fact.polarity is last.polarity
    return fact.polarity is not Polarity.ENDED and not same and _order(fact) < _order(last)


def _place(fact: Fact) -> Place:
    place = (fact.subject.casefold(), fact.predicate)
    return (*place, fact.object.casefold()) if arity(fact.predicate) is Arity.MANY else place


def _order(fact: Fact) -> tuple[datetime, bool, str]:
    return fact.observed_at, fact.modality is Modality.CORRECTING, fact.text


def _is_telling(fact: Fact, cell: MemCell) -> bool:
    """Whether a fact says something by itself; what fits no slot must be a clean clause of some substance."""
    if fact.predicate != SAID:
        return True
    if not is_clean(fact.text, fact.subject, fact.object, cell.speakers):
        return False
    return fact.period is not None or len(set(analyse(fact.text)) - set(analyse(fact.subject))) >= _SUBSTANCE


def _counts(fact: Fact) -> bool:
    return fact.modality in _TELLING and fact.confidence >= _LEAST_CONFIDENCE and bool(fact.text.strip())


# ── the label ───────────────────────────────────────────────────────────────────────────────────


def _label(cells: Sequence[MemCell]) -> str:
    speakers = {speaker for cell in cells for speaker in cell.speakers}
    texts = [cell.episode for cell in cells]
    if len(cells) < _CELLS_TO_COUNT_BY:
        texts = [line for text in texts for line in text.splitlines()]
    return ", ".join(key_phrases(texts, speakers, _PHRASES)) or cells[0].title


# ── values ──────────────────────────────────────────────────────────────────────────────────────


def _current(told: Sequence[_Told]) -> list[_Told]:
    """The facts that hold, one of each attribute; the newest first."""
    held: dict[Place, _Told] = {}
    for one in sorted(told, key=lambda one: _order(one.fact)):
        if one.fact.predicate != SAID and one.fact.polarity is not Polarity.ENDED:
            held.pop(_place(one.fact), None)
            held[_place(one.fact)] = one
    return [one for one in list(held.values())[::-1] if not any(_says_more(other, one) for other in held.values())]


def _says_more(other: _Told, one: _Told) -> bool:
    """Whether two values name the same, the other in more words: ``dog named Kelp`` and ``dog``."""
    if (other.fact.subject, other.fact.predicate) != (one.fact.subject, one.fact.predicate):
        return False
    return len(other.fact.object) > len(one.fact.object) and matches(other.fact.object, one.fact.object)


# ── timeline ────────────────────────────────────────────────────────────────────────────────────


def _timeline(told: Sequence[_Told], room: int) -> list[_Told]:
    """The facts that say most, by time; the dated ones before the others."""
    distinct = {one.fact.text: one for one in reversed(told)}
    ranked = sorted(distinct.values(), key=lambda one: (-_weight(one.fact), one.when, one.fact.text))
    return sorted(ranked[:room], key=lambda one: (one.when, one.fact.text))


def _weight(fact: Fact) -> float:
    dated = 4.0 if fact.period is not None else 0.0
    stated = 2.0 if fact.predicate != SAID or fact.text.startswith(fact.subject) else 0.0
    return fact.confidence * (dated + stated + min(len(set(analyse(fact.text))), 8) / 2)


def _event(one: _Told) -> str:
    day = _day(one)
    return f"{day}: {one.fact.text.replace(f' [{day}]', '')}"


def _day(one: _Told) -> str:
    if one.fact.period is not None and one.fact.period.label:
        return one.fact.period.label
    return _date(one.when)


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%B} {moment.year}"


# ── what lies ahead ─────────────────────────────────────────────────────────────────────────────


def _open(cells: Sequence[MemCell], now: datetime) -> list[tuple[Foresight, MemCell]]:
    found = [(one, cell) for cell in cells for one in cell.foresight if one.status(now) in _OPEN]
    return sorted(found, key=lambda pair: (pair[0].period.start, pair[0].text))


def _ahead(one: Foresight, cell: MemCell) -> str:
    label = one.period.label
    return _line(one.text if not label or label in one.text else f"{one.text} ({label})", cell, "Open: ")


# ── lines ───────────────────────────────────────────────────────────────────────────────────────


def _quotes(cells: Sequence[MemCell], room: int) -> list[tuple[datetime, str, MemCell]]:
    """The line of each episode that says most, for as many cells as there is room."""
    return [(cell.start, f"{_date(cell.start)}: {_best_line(cell)}", cell) for cell in cells[: max(room, 0)]]


def _best_line(cell: MemCell) -> str:
    def substance(line: str) -> float:
        weight = min(len(set(analyse(line))), _MOST_TERMS)
        return weight * (_ASKED if _IS_QUESTION.match(line) else 1.0)

    return max(cell.episode.splitlines() or [cell.title], key=substance)


def _line(text: str, cell: MemCell, lead: str = "") -> str:
    flat = lead + " ".join(text.split())
    short = flat if len(flat) <= _LONGEST_LINE else f"{flat[: _LONGEST_LINE - 1].rstrip()}…"
    return f"{short} [{cell.id}]" if cell.id else short
