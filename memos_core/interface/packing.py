"""Hits to prompt text within a token budget."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from memos_core.domain.query import Hit
from memos_core.ports import TokenCounter


def pack(hits: Sequence[Hit], budget: int, count: TokenCounter) -> tuple[str, int, list[Hit]]:
    """Choose hits by rank while they fit, show them by time under a heading per session and day.

    Args:
        hits: Best first.
        budget: Tokens that the text may cost.
        count: The host model's token counter.

    Returns:
        The text, its cost, and the hits with ``shown`` set.
    """
    chosen: list[Hit] = []
    headings: set[str] = set()
    spent = 0
    for hit in hits:
        heading = _heading(hit)
        cost = count(_line(hit) + "\n") + (0 if heading in headings else count(heading + "\n\n"))
        if spent + cost <= budget:
            chosen.append(hit)
            headings.add(heading)
            spent += cost
    text = _render(chosen)
    # Line by line is an upper bound for nearly every tokenizer; where it is not, the weakest hits give way.
    while chosen and count(text) > budget:
        chosen.pop()
        text = _render(chosen)
    shown = {id(hit) for hit in chosen}
    return text, count(text) if text else 0, [replace(hit, shown=id(hit) in shown) for hit in hits]


def _render(hits: Sequence[Hit]) -> str:
    lines: list[str] = []
    last = ""
    for hit in sorted(hits, key=_by_time):
        heading = _heading(hit)
        if heading != last:
            lines.append(heading if not lines else f"\n{heading}")
            last = heading
        lines.append(_line(hit))
    return "\n".join(lines)


def _by_time(hit: Hit) -> tuple[datetime, str, str, int]:
    header = hit.cube.header
    day = header.occurred_at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day, header.session, f"{header.occurred_at.isoformat()} {header.id}", hit.passage[0]


def _heading(hit: Hit) -> str:
    header = hit.cube.header
    day = f"{header.occurred_at:%A} {header.occurred_at.day} {header.occurred_at:%B %Y}"
    session = " ".join(header.session.split())
    return f"## {day} ({session})" if session else f"## {day}"


def _line(hit: Hit) -> str:
    """One entry. Further lines are indented, so that a remembered text cannot pass for a heading or a speaker."""
    header = hit.cube.header
    start, stop = hit.passage
    body = hit.text.strip()
    if start > 0:
        body = f"… {body}"
    if stop < len(hit.cube.text):
        body = f"{body} …"
    body = body.replace("\n", "\n  ")
    speaker = " ".join((header.speaker or header.role).split())
    return f"- {speaker}: {body}" if speaker else f"- {body}"
