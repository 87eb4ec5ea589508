"""Hits to prompt text within a token budget."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache

from memos_core.domain.query import Hit
from memos_core.operation.recall.condensing import GAP, Interest, condense, told
from memos_core.ports import TokenCounter

MOST_DATES = 3
"""Resolved dates shown beside one passage."""
LARGEST_SHARE = 0.15
"""Of the budget, for one section before the memories."""

_FULL_ROOM, _LEAST_ROOM = 120, 22
"""Tokens of text for the best entry and, in the limit, for the last one."""
_HALVED_AT = 1 / 500
"""Entries per token of the budget after which the room above the least one is halved."""
_READ_FOR_RARITY = 40
"""Hits whose words tell which words are common among them."""
_LEAST_ENTRY = 6
"""Tokens that an entry costs at least: with less left, packing ends."""
_MOST_MISSES = 12
"""Entries in a row that did not fit, after which packing ends."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_OPAQUE = re.compile(
    r"(?:\w{1,12}[-_:])?(?:[0-9a-fA-F]{8}(?:-?[0-9a-fA-F]{4}){3}-?[0-9a-fA-F]{12}|[0-9a-fA-F]{16,}|[0-9A-HJKMNP-TV-Z]{26})"
)
"""Names of sessions that machines made: they cost as much as an entry and tell a reader nothing."""
_ENTRY = re.compile(r"\n(?!\s)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Lines that stand before the memories, such as standing instructions or what is in force now."""

    title: str
    lines: Sequence[str]
    """Most important first."""
    share: float = LARGEST_SHARE
    """Of the budget, at most."""


def pack(
    hits: Sequence[Hit],
    budget: int,
    count: TokenCounter,
    *,
    terms: Collection[int] = (),
    condensing: bool = True,
    dated: bool = True,
    zone: tzinfo = UTC,
    before: Sequence[Section] = (),
) -> tuple[str, int, list[Hit]]:
    """Choose hits by rank while they fit, show them by time under a heading per session and day.

    The first entries are told in full; the later an entry, the more it is condensed to the clauses that the question
    asks about. Sections come first and depend on the budget alone, so that equal sections give equal bytes.

    Args:
        hits: Best first.
        budget: Tokens that the text may cost.
        count: The host model's token counter.
        terms: What the question asks about, as ``MemoryCall.terms`` has it.
        condensing: Whether long entries may be shortened.
        dated: Whether to tell what relative dates mean.
        zone: The reader's time zone, in which days begin and end.
        before: Sections, in their order.

    Returns:
        The text, its cost, and the hits with ``shown`` set.
    """
    opening, spent = _opening(before, budget, count)
    page = _Page(budget, spent, count, zone)
    interest = Interest.of(terms, [hit.text for hit in hits[:_READ_FOR_RARITY]]) if condensing else None
    misses = 0
    for hit in hits:
        if page.left < _LEAST_ENTRY or misses == _MOST_MISSES:
            break
        spans: tuple[tuple[int, int], ...] = (hit.passage,)
        if interest is not None:
            spans = condense(hit.cube.text, hit.passage, _room(len(page.chosen), budget), interest)
        misses = 0 if page.takes(hit, _line(hit, spans, zone, dated)) else misses + 1
    text, tokens = _counted(opening, page.chosen, zone, count)
    # Line by line is an upper bound for nearly every tokenizer; where it is not, the weakest give way.
    while tokens > budget:
        if page.chosen:
            page.chosen.pop()
        else:
            opening.pop()
        text, tokens = _counted(opening, page.chosen, zone, count)
    shown = {id(entry.hit) for entry in page.chosen}
    return text, tokens, [hit if hit.shown == (id(hit) in shown) else replace(hit, shown=not hit.shown) for hit in hits]


def cited(text: str, hits: Sequence[Hit], zone: tzinfo = UTC) -> list[tuple[str, Hit]]:
    """The entries of a packed text in their order, each with the hit that it tells.

    Args:
        text: As ``pack`` returned it.
        hits: As ``pack`` returned them.
        zone: The one that it was packed for.
    """
    shown = _by_time([hit for hit in hits if hit.shown], zone)
    lines = [line.rstrip() for line in _ENTRY.split(text) if line.startswith("- ")]
    return list(zip(lines[len(lines) - len(shown) :], shown, strict=True))


# ── what fits ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Entry:
    line: str
    hit: Hit


class _Page:
    """Entries, and what is left of the budget."""

    def __init__(self, budget: int, spent: int, count: TokenCounter, zone: tzinfo) -> None:
        self.chosen: list[_Entry] = []
        self.left = budget - spent
        self._count = count
        self._zone = zone
        self._headings: set[str] = set()

    def takes(self, hit: Hit, line: str) -> bool:
        """Add an entry if it fits."""
        cost = self._count(f"{line}\n")
        if cost > self.left:
            return False
        heading = _heading(hit, self._zone)
        if heading not in self._headings:
            cost += self._count(f"{heading}\n\n")
        if cost > self.left:
            return False
        self.chosen.append(_Entry(line, hit))
        self._headings.add(heading)
        self.left -= cost
        return True


def _room(place: int, budget: int) -> float:
    """Tokens for the text of the entry at a place: from full to least, the slower the larger the budget."""
    return _LEAST_ROOM + (_FULL_ROOM - _LEAST_ROOM) / (1 + place / (budget * _HALVED_AT))


def _opening(sections: Sequence[Section], budget: int, count: TokenCounter) -> tuple[list[str], int]:
    """The sections' texts, whole lines within each one's share of the budget, and their cost."""
    texts, spent = [], 0
    for section in sections:
        lines = [f"## {' '.join(section.title.split())}"]
        cost = count(f"{lines[0]}\n\n")
        most = min(section.share * budget, budget - spent)
        for line in map(_indented, section.lines):
            price = count(f"- {line}\n")
            if cost + price <= most:
                lines.append(f"- {line}")
                cost += price
        if len(lines) > 1:
            texts.append("\n".join(lines))
            spent += cost
    return texts, spent


def _counted(opening: Sequence[str], entries: Sequence[_Entry], zone: tzinfo, count: TokenCounter) -> tuple[str, int]:
    """The whole text and its cost."""
    text = "\n\n".join([*opening, *_days(entries, zone)])
    return text, count(text) if text else 0


# ── how it reads ────────────────────────────────────────────────────────────────────────────────


def _days(entries: Sequence[_Entry], zone: tzinfo) -> Iterator[str]:
    """The entries by time, those of a day and session together under their heading."""
    lines = {id(entry.hit): entry.line for entry in entries}
    block: list[str] = []
    for hit in _by_time([entry.hit for entry in entries], zone):
        heading = _heading(hit, zone)
        if block and heading != block[0]:
            yield "\n".join(block)
            block = []
        block = block or [heading]
        block.append(lines[id(hit)])
    if block:
        yield "\n".join(block)


def _by_time(hits: Sequence[Hit], zone: tzinfo) -> list[Hit]:
    """Hits by day; within it by session, the one that began first before the others; then by time."""
    days = {id(hit): _local(hit.cube.header.occurred_at, zone).date() for hit in hits}
    began: dict[tuple[object, str], datetime] = {}
    for hit in hits:
        header = hit.cube.header
        key = days[id(hit)], header.session
        began[key] = min(began.get(key, header.occurred_at), header.occurred_at)

    def place(hit: Hit) -> tuple[object, ...]:
        header = hit.cube.header
        day = days[id(hit)]
        return day, began[day, header.session], header.session, header.occurred_at, header.id, hit.passage

    return sorted(hits, key=place)


def _local(moment: datetime, zone: tzinfo) -> datetime:
    try:
        return moment.astimezone(zone)
    except OverflowError:  # the first or last hours that a datetime can hold
        return moment


def _heading(hit: Hit, zone: tzinfo) -> str:
    header = hit.cube.header
    at = _local(header.occurred_at, zone)
    day = f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year}"
    session = " ".join(header.session.split())
    return f"## {day} ({session})" if session and not _OPAQUE.fullmatch(session) else f"## {day}"


def _line(hit: Hit, spans: Sequence[tuple[int, int]], zone: tzinfo, dated: bool) -> str:
    """One entry. Further lines are indented, so that a remembered text cannot pass for a heading or a speaker."""
    header = hit.cube.header
    body = _whole(hit) if spans == (hit.passage,) else told(hit.cube.text, spans)
    if dated:
        body += _meant(hit, spans, zone)
    speaker = " ".join((header.speaker or header.role).split())
    return f"- {speaker}: {body}" if speaker else f"- {body}"


def _whole(hit: Hit) -> str:
    start, stop = hit.passage
    body = _indented(hit.text.strip())
    if start > 0:
        body = f"{GAP} {body}"
    return f"{body} {GAP}" if stop < len(hit.cube.text) else body


def _indented(text: str) -> str:
    return "\n  ".join(text.splitlines())


def _meant(hit: Hit, spans: Sequence[tuple[int, int]], zone: tzinfo) -> str:
    """What relative expressions in the spans mean: `` [7 May 2023]`` for "yesterday" said the day after."""
    said_at = hit.cube.header.occurred_at
    start, stop = hit.passage
    labels: list[str] = []
    for lo, hi in spans:
        # Read in its passage: a date may take its month or year from the words before it.
        inside = start <= lo and hi <= stop
        piece, shift = (hit.text, start) if inside else (hit.cube.text[lo:hi], lo)
        labels += [
            label for (first, last), label in _dates(piece, said_at, zone) if lo <= first + shift and last + shift <= hi
        ]
    labels = list(dict.fromkeys(labels))
    return f" [{'; '.join(labels[:MOST_DATES])}]" if labels else ""


@lru_cache(maxsize=4096)
def _dates(text: str, said_at: datetime, zone: tzinfo) -> tuple[tuple[tuple[int, int], str], ...]:
    """Where expressions in ``text`` mean a day that neither they nor the heading name, and which."""
    from memos_core.operation.formation.temporal import resolve  # its rules take longer to load than the core

    folded = text.casefold()
    day = _local(said_at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    return tuple(
        (found.span, found.label)
        for found in resolve(text, said_at, zone)
        if found.label.casefold() not in folded and not (found.start >= day and found.end <= day + timedelta(days=1))
    )
