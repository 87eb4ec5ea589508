"""What is known of a scene: a label, and lines that each cite the cell they rest on. Extracted, not invented."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from memos_core.domain.engram import (
    Fact,
    Foresight,
    ForesightStatus,
    MemCell,
    Modality,
    Polarity,
)
from memos_core.domain.slots import SAID, Arity, arity
from memos_core.operation.formation.phrases import key_phrases
from memos_core.operation.recall.analysis import analyse

MOST_LINES = 12

_VALUES = 5
_AHEAD = 3
_LONGEST_LINE = 240
_PHRASES = 3
_CELLS_TO_COUNT_BY = 3
_LEAST_CONFIDENCE = 0.5
_TELLING = frozenset({Modality.ASSERTED, Modality.CORRECTING, Modality.REPORTED})
_OPEN = (ForesightStatus.ACTIVE, ForesightStatus.UPCOMING)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A fact and the cell that holds it."""

    fact: Fact
    cell: MemCell

    @property
    def when(self) -> datetime:
        return self.fact.period.start if self.fact.period else self.fact.observed_at


def summarise(cells: Sequence[MemCell], now: datetime | None = None) -> tuple[str, str]:
    """Say what the cells of a scene are about and what they tell.

    Args:
        cells: Of one scene, by time, at least one.
        now: When foresight is judged to be open; the end of the last cell for ``None``.

    Returns:
        A label of up to three phrases, and a summary of up to ``MOST_LINES`` lines: the newest value of every
        attribute, a timeline, and what lies ahead. Each line ends with the id of its cell in brackets.
    """
    moment = max(cell.end for cell in cells) if now is None else now
    told = [_Told(fact=fact, cell=cell) for cell in cells for fact in cell.facts if _counts(fact)]
    values = _current(told)[:_VALUES]
    ahead = [_ahead(one, cell) for one, cell in _open(cells, moment)[:_AHEAD]]
    shown = {one.fact.text for one in values}
    room = MOST_LINES - len(values) - len(ahead)
    events = _timeline([one for one in told if one.fact.text not in shown], room)
    lines = [
        *(_line(one.fact.text, one.cell) for one in values),
        *(_line(_event(one), one.cell) for one in events),
        *ahead,
    ]
    return _label(cells), "\n".join(dict.fromkeys(lines or _gist(cells)))


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
    """The newest fact of each slot, or of each value where a slot holds many; the newest first."""
    newest: dict[tuple[str, ...], _Told] = {}
    for one in sorted(told, key=lambda one: one.fact.observed_at):
        fact = one.fact
        if fact.predicate == SAID:
            continue
        place: tuple[str, ...] = (fact.subject.casefold(), fact.predicate)
        if arity(fact.predicate) is Arity.MANY:
            place = (*place, fact.object.casefold())
        newest.pop(place, None)
        newest[place] = one
    held = [one for one in newest.values() if one.fact.polarity is not Polarity.ENDED]
    return held[::-1]


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
    return f"{one.when.day} {one.when:%B} {one.when.year}"


# ── what lies ahead ─────────────────────────────────────────────────────────────────────────────


def _open(cells: Sequence[MemCell], now: datetime) -> list[tuple[Foresight, MemCell]]:
    found = [(one, cell) for cell in cells for one in cell.foresight if one.status(now) in _OPEN]
    return sorted(found, key=lambda pair: (pair[0].period.start, pair[0].text))


def _ahead(one: Foresight, cell: MemCell) -> str:
    label = one.period.label
    return _line(one.text if not label or label in one.text else f"{one.text} ({label})", cell, "Open: ")


# ── lines ───────────────────────────────────────────────────────────────────────────────────────


def _gist(cells: Sequence[MemCell]) -> Iterator[str]:
    """Titles and first lines, where no facts are known."""
    for cell in cells[-MOST_LINES:]:
        yield _line(f"{cell.title}: {cell.episode.partition(chr(10))[0]}", cell)


def _line(text: str, cell: MemCell, lead: str = "") -> str:
    flat = lead + " ".join(text.split())
    short = flat if len(flat) <= _LONGEST_LINE else f"{flat[: _LONGEST_LINE - 1].rstrip()}…"
    return f"{short} [{cell.id}]" if cell.id else short
