"""Hits to prompt text within a token budget."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from memos_core.domain.query import Hit
from memos_core.ports import TokenCounter

MOST_DATES = 3
"""Resolved dates shown beside one passage."""


def pack(hits: Sequence[Hit], budget: int, count: TokenCounter) -> tuple[str, int, list[Hit]]:
    """Choose hits by rank while they fit, show them by time under a heading per session and day.

    Args:
        hits: Best first.
        budget: Tokens that the text may cost.
        count: The host model's token counter.

    Returns:
        The text, its cost, and the hits with ``shown`` set.
    """
    entries = [_Entry(_heading(hit), _line(hit), hit) for hit in hits]
    chosen: list[_Entry] = []
    headings: set[str] = set()
    spent = 0
    for entry in entries:
        cost = count(entry.line + "\n")
        if entry.heading not in headings and spent + cost <= budget:
            cost += count(entry.heading + "\n\n")
        if spent + cost <= budget:
            chosen.append(entry)
            headings.add(entry.heading)
            spent += cost
    text, tokens = _rendered(chosen, count)
    # Line by line is an upper bound for nearly every tokenizer; where it is not, the weakest hits give way.
    while tokens > budget:
        chosen.pop()
        text, tokens = _rendered(chosen, count)
    shown = {id(entry.hit) for entry in chosen}
    return text, tokens, [hit if id(hit) in shown else replace(hit, shown=False) for hit in hits]


class _Entry(NamedTuple):
    heading: str
    line: str
    hit: Hit


def _rendered(entries: Sequence[_Entry], count: TokenCounter) -> tuple[str, int]:
    """The text of ``entries`` and its cost."""
    lines: list[str] = []
    last = ""
    for entry in sorted(entries, key=_by_time):
        if entry.heading != last:
            lines.append(entry.heading if not lines else f"\n{entry.heading}")
            last = entry.heading
        lines.append(entry.line)
    text = "\n".join(lines)
    return text, count(text) if text else 0


def _by_time(entry: _Entry) -> tuple[datetime, str, str, int]:
    header = entry.hit.cube.header
    day = header.occurred_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day, header.session, f"{header.occurred_at.isoformat()} {header.id}", entry.hit.passage[0]


def _heading(hit: Hit) -> str:
    header = hit.cube.header
    day = header.occurred_at.strftime(f"%A {header.occurred_at.day} %B %Y")
    session = " ".join(header.session.split())
    return f"## {day} ({session})" if session else f"## {day}"


@lru_cache(maxsize=4096)
def _dates(text: str, said_at: datetime) -> str:
    """What relative expressions in ``text`` mean, e.g. ``" [7 May 2023]"`` for "yesterday" said the day after."""
    from memos_core.operation.formation.temporal import resolve  # its rules take longer to load than the core

    labels = [
        found.label
        for found in resolve(text, said_at)
        if found.label.casefold() not in text.casefold() and not _is_day_of(said_at, found.start, found.end)
    ]
    return f" [{'; '.join(dict.fromkeys(labels[:MOST_DATES]))}]" if labels else ""


def _is_day_of(said_at: datetime, start: datetime, end: datetime) -> bool:
    """Whether an interval lies within the day that the heading names."""
    day = said_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return start >= day and end <= day + timedelta(days=1)


def _line(hit: Hit) -> str:
    """One entry. Further lines are indented, so that a remembered text cannot pass for a heading or a speaker."""
    header = hit.cube.header
    start, stop = hit.passage
    body = hit.text.strip()
    if start > 0:
        body = f"… {body}"
    if stop < len(hit.cube.text):
        body = f"{body} …"
    body = body.replace("\n", "\n  ") + _dates(hit.text, header.occurred_at)
    speaker = " ".join((header.speaker or header.role).split())
    return f"- {speaker}: {body}" if speaker else f"- {body}"
