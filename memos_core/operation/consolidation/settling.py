"""How the rows of one slot are put in order, by how many values hold at a time.

Each function takes the facts of one subject and slot in the order of their saying, and the moment that is asked about.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from itertools import pairwise

from memos_core.domain.engram import AttributeStatus, Fact, Modality, Polarity
from memos_core.operation.consolidation.rows import ANY, Row, expire, matches, oppose, related, row_of, same, support

_SAME_DAY = timedelta(hours=24)
_BLUR = timedelta(days=150)
"""How far back news may reach behind what was said to hold before."""
_SELF = 0.9
"""Confidence from which a fact is one's own word or a relative's; below it stands what others tell."""
_PRESUMED = 0.5
"""An ending of no more confidence says nothing by itself: "Coco died" is news of a pet only if there was a Coco."""
_ALIKE = 0.5


def settle_one(slot: str, facts: Sequence[Fact], moment: datetime) -> list[Row]:
    """One value at a time: the newer takes the place of the older, unless it is weaker; corrections undo."""
    rows = _opened(slot, facts, moment)
    standing = [row for row in rows if not row.corrected and row.end is None]
    _said_later(standing)
    standing.sort(key=lambda row: (row.start, row.observed))
    past = [row for row in rows if row.corrected or row.end is not None]
    started = [row for row in standing if row.start <= moment]
    _succeed(started)
    for row in started:
        _followed(row, past)
    for row in standing:
        if row.start > moment:
            row.status = AttributeStatus.SUPERSEDED  # agreed for later: not yet so
    return past + standing


def _said_later(rows: Sequence[Row]) -> None:
    """Who said "I live in Ulm" and later, or in the same breath, "I moved to Bern last year" lives in Bern.

    A plain statement begins when it is made, which is later than what it tells; what was said after it is the news, if
    it reaches no further back than a few months or was said in the same message.
    """
    for place, row in enumerate(rows):
        if row.fact.period is None:
            continue
        for other in rows[:place]:
            near = other.start - row.start <= _BLUR or other.fact.evidence[0].source == row.fact.evidence[0].source
            if other.fact.period is None and other.observed <= row.observed and row.start < other.start and near:
                row.start = other.start


def _followed(row: Row, past: Sequence[Row]) -> None:
    """A value that another took the place of does not come back when that one ends."""
    after = [
        one
        for one in past
        if not one.corrected
        and one.fact.polarity is Polarity.AFFIRMED
        and (one.start, one.observed) > (row.start, row.observed)
        and one.until is None
        and one.observed >= row.observed
        and not same(one.value, row.value)
    ]
    if row.end is None and row.status is AttributeStatus.ACTIVE and after:
        newer = min(after, key=lambda one: (one.start, one.observed))
        row.status, row.end = AttributeStatus.SUPERSEDED, max(row.start, newer.start)
        oppose(row, newer.fact)


def settle_fixed(slot: str, facts: Sequence[Fact], moment: datetime) -> list[Row]:
    """What does not change in a life: two values contradict each other unless one was a correction."""
    rows = _opened(slot, facts, moment)
    standing = [row for row in rows if not row.corrected and row.end is None]
    if len(standing) > 1:
        _dispute(standing)
    return rows


def settle_many(slot: str, facts: Sequence[Fact], moment: datetime) -> list[Row]:
    """Values beside each other until one is ended."""
    rows: list[Row] = []
    for fact in facts:
        expire(rows, fact.observed_at)
        if fact.polarity is not Polarity.AFFIRMED:
            _close(rows, fact, moment, related if slot == "instruction" else matches)
        elif known := _open_row(rows, fact, loose=slot == "pet"):
            support(known, fact)
        else:
            if fact.modality is Modality.CORRECTING:
                _retract_slip(slot, rows, fact)
            rows.append(row_of(fact))
    expire(rows, moment)
    return rows


def settle_series(slot: str, facts: Sequence[Fact], moment: datetime) -> list[Row]:
    """Measurements: each true of its time, the latest is the current one."""
    rows: list[Row] = []
    for fact in facts:
        if fact.polarity is Polarity.AFFIRMED:
            if fact.modality is Modality.CORRECTING and rows:
                _retract(max(rows, key=lambda row: row.observed), fact)
            rows.append(row_of(fact))
        elif fact.modality is Modality.CORRECTING:
            for row in rows:
                if same(row.value, fact.object):
                    _retract(row, fact)
    standing = sorted((row for row in rows if not row.corrected), key=lambda row: (row.start, row.observed))
    for older, newer in pairwise(standing):
        older.status, older.end = AttributeStatus.SUPERSEDED, max(older.start, newer.start)
        oppose(older, newer.fact)
    return rows


# ── opening and closing ─────────────────────────────────────────────────────────────────────────


def _opened(slot: str, facts: Sequence[Fact], moment: datetime) -> list[Row]:
    """Rows of a slot with one value: equal values in a row are one, endings close, corrections undo."""
    rows: list[Row] = []
    for fact in facts:
        expire(rows, fact.observed_at)
        if fact.polarity is not Polarity.AFFIRMED:
            _close(rows, fact, moment, _meets_diet if slot == "diet" else matches)
            continue
        if fact.modality is Modality.CORRECTING:
            for row in rows:
                if (
                    row.end is None
                    and not row.corrected
                    and not matches(row.value, fact.object)
                    and _contradicts(row, rows)
                ):
                    _retract(row, fact)
        current = _latest(rows)
        if current is not None and matches(current.value, fact.object):
            support(current, fact)
        elif fixed := next(
            (
                row
                for row in rows
                if row.end is None and not row.corrected and same(row.value, fact.object) and row.start == _start(fact)
            ),
            None,
        ):
            support(fixed, fact)
        else:
            rows.append(row_of(fact))
    expire(rows, moment)
    return rows


def _meets_diet(value: str, ended: str) -> bool:
    """Who is no longer a vegetarian also no longer keeps the "no meat" that went with it."""
    return matches(value, ended) or (value.startswith(("no ", "不吃")) and not ended.startswith(("no ", "不吃")))


def _contradicts(row: Row, rows: Sequence[Row]) -> bool:
    """A correction undoes what was said last, not what held before that."""
    return row is _latest(rows)


def _latest(rows: Sequence[Row]) -> Row | None:
    return max(
        (row for row in rows if row.end is None and not row.corrected),
        key=lambda row: (row.start, row.observed),
        default=None,
    )


def _start(fact: Fact) -> datetime:
    return fact.period.start if fact.period else fact.observed_at


def _open_row(rows: Sequence[Row], fact: Fact, loose: bool) -> Row | None:
    """The open row of a value that a fact repeats; ``a kitten`` is ``a kitten named Miso``."""
    for row in rows:
        if (
            row.end is None
            and not row.corrected
            and (same(row.value, fact.object) or (loose and _same_animal(row.value, fact.object)))
        ):
            return row
    return None


def _same_animal(one: str, other: str) -> bool:
    first, second = one.partition(" named "), other.partition(" named ")
    if first[2] and second[2]:
        return same(first[2], second[2])
    return bool(first[2] or second[2]) and matches(first[0], second[0])


def _close(rows: list[Row], fact: Fact, moment: datetime, meets: Callable[[str, str], bool] = matches) -> None:
    """An ending or a denial: closes the rows that it names, or keeps a value of the past that it tells of."""
    bounded = fact.polarity is Polarity.ENDED and fact.period is not None and fact.period.end is not None
    named = [row for row in rows if row.end is None and not row.corrected and meets(row.value, fact.object)]
    if fact.polarity is Polarity.NEGATED and fact.modality is Modality.CORRECTING:
        for row in named:
            if row.observed <= fact.observed_at:
                _retract(row, fact)
        return
    if not bounded:
        for row in named:
            row.end, row.status = max(row.start, _start(fact)), AttributeStatus.RETRACTED
            oppose(row, fact)
    if (
        (bounded or not named)
        and fact.polarity is Polarity.ENDED
        and fact.object != ANY
        and fact.confidence > _PRESUMED
    ):
        row = row_of(fact)
        row.end = fact.period.end if fact.period and fact.period.end else row.start
        row.status = AttributeStatus.SUPERSEDED if bounded else AttributeStatus.RETRACTED
        rows.append(row)


def _retract(row: Row, fact: Fact) -> None:
    row.corrected, row.status, row.end = True, AttributeStatus.RETRACTED, row.end or max(row.start, fact.observed_at)
    oppose(row, fact)


def _retract_slip(slot: str, rows: Sequence[Row], fact: Fact) -> None:
    """A correction in a slot of many values undoes the latest one, if that reads like a slip for it."""
    latest = max(
        (row for row in rows if row.end is None and not row.corrected), key=lambda row: row.observed, default=None
    )
    if latest is None:
        return
    soon = fact.observed_at - latest.observed <= _SAME_DAY
    likeness = SequenceMatcher(None, latest.value.casefold(), fact.object.casefold(), autojunk=False).ratio()
    relative = slot.startswith("relative.")
    if (likeness >= _ALIKE and (soon or relative)) or (soon and relative):
        _retract(latest, fact)


# ── succession and dispute ──────────────────────────────────────────────────────────────────────


def _succeed(rows: Sequence[Row]) -> None:
    """Put the rows of a slot with one value, by their start, one after the other."""
    if not rows:
        return
    current = rows[0]
    rivals: list[Row] = []
    for newer in rows[1:]:
        if _rivals(current, newer):
            rivals.append(newer)
            continue
        for older in (current, *rivals):
            if not same(older.value, newer.value):
                older.status, older.end = AttributeStatus.SUPERSEDED, max(older.start, newer.start)
                oppose(older, newer.fact)
            else:
                older.status, older.end = AttributeStatus.SUPERSEDED, max(older.start, newer.start)
        current, rivals = newer, []
    if rivals:
        _dispute([current, *rivals])


def _rivals(older: Row, newer: Row) -> bool:
    """Whether a newer value contradicts the older instead of following it."""
    if newer.fact.modality is Modality.CORRECTING or newer.fact.period is not None or same(older.value, newer.value):
        return False
    if newer.confidence < older.confidence and newer.confidence < _SELF:
        return True
    told = older.confidence < _SELF and newer.confidence < _SELF
    return (
        told
        and abs(newer.observed - older.observed) < _SAME_DAY
        and older.fact.evidence[0].source != newer.fact.evidence[0].source
    )


def _dispute(rows: Sequence[Row]) -> None:
    for row in rows:
        row.status = AttributeStatus.DISPUTED
        for other in rows:
            if other is not row:
                oppose(row, other.fact)
