"""What the demo shows of what became of its conversation: episodes, scenes, the profile and foresight."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich import box
from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from memos_core import Vault
from memos_core.cli.insight import quoting
from memos_core.cli.insight_screen import bare_title, holds, quoted, slot_name, summary_lines, traits_list, value_text
from memos_core.cli.screen import ACCENT, BAD, GOOD, QUIET, WARN, day, excerpt, one_line, plain
from memos_core.cli.values import Quote
from memos_core.domain.engram import (
    Agenda,
    Attribute,
    Foresight,
    ForesightKind,
    ForesightStatus,
    MemCell,
    MemScene,
    Profile,
)

WIDEST = 120
"""Columns that are used at most."""
SIDE_BY_SIDE = 100
"""Columns from which on two agendas stand beside each other."""
MOST_CELLS, MOST_SCENES, MOST_VALUES, MOST_TRAITS = 8, 4, 14, 2
MOST_AHEAD, MOST_PAST = 4, 3
SCENE_LINES = 6
"""Of all summaries together."""

_GLYPHS = {
    "restricts": ("!", WARN),
    "in force": ("●", GOOD),
    "ahead": ("○", ACCENT),
    "done": ("✓", QUIET),
    "called off": ("✗", BAD),
    "past": ("·", QUIET),
}
_STANDING = {
    ForesightStatus.ACTIVE: "in force",
    ForesightStatus.UPCOMING: "ahead",
    ForesightStatus.FULFILLED: "done",
    ForesightStatus.CANCELLED: "called off",
    ForesightStatus.EXPIRED: "past",
}
_OPEN = ("restricts", "in force", "ahead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What was made of the conversation, read at its end."""

    cells: Sequence[MemCell]
    scenes: Sequence[MemScene]
    profile: Profile
    agendas: Sequence[Agenda]
    """At a moment in between and at the end; only the end where nothing was ever ahead."""
    quote: Quote


def understand(vault: Vault) -> Understanding | None:
    """Read what was made of a vault; ``None`` where nothing was."""
    cells = vault.cells()
    if not cells:
        return None
    end = max(cell.end for cell in cells)
    return Understanding(
        cells=cells,
        scenes=vault.scenes(),
        profile=vault.profile(as_of=end),
        agendas=[*_in_between(vault, cells), vault.foresight(at=end)],
        quote=quoting(vault),
    )


def _in_between(vault: Vault, cells: Sequence[MemCell]) -> list[Agenda]:
    """The fullest agenda at the end of any session but the last."""
    ends: dict[str, datetime] = {}
    for cell in cells:
        ends[cell.session] = max(cell.end, ends.get(cell.session, cell.end))
    agendas = [vault.foresight(at=moment) for moment in sorted(ends.values())[:-1]]
    fullest = max(agendas, key=_fullness, default=None)
    return [fullest] if fullest is not None and any(_fullness(fullest)) else []


def _fullness(agenda: Agenda) -> tuple[int, int]:
    return min(len(agenda.constraints), 1), len(agenda.constraints) + len(agenda.active) + len(agenda.upcoming)


def show(out: Console, known: Understanding) -> None:
    """Show episodes, scenes, the profile and foresight, each in a panel."""
    width = min(out.width, WIDEST)
    room = width - 4
    cells, scenes = representative(known.cells), _widest(known.scenes)
    out.print()
    out.print(
        Text("What became of it", style="bold").append(
            "  by rules, without a language model", style=f"not bold {QUIET}"
        )
    )
    out.print()
    for title, count, body in (
        ("episodes", _some(len(cells), len(known.cells), "one of each session"), _cells(cells, room)),
        ("scenes", _some(len(scenes), len(known.scenes), "themes that come up again"), _scenes(scenes)),
        ("profile", f"as of {long_day(known.profile.as_of)}, with what changed", _profile(known, room)),
        ("foresight", _legend(known.agendas), _clock(known, room)),
    ):
        head = Text(title, style=f"bold {ACCENT}").append(f"  {count}", style=f"not bold {QUIET}")
        out.print(Panel(body, title=head, title_align="left", box=box.ROUNDED, border_style=QUIET, width=width))


def _some(shown: int, all_of_them: int, what: str) -> str:
    return what if shown == all_of_them else f"{shown} of {all_of_them}, {what}"


# ── episodes and scenes ─────────────────────────────────────────────────────────────────────────


def representative(cells: Sequence[MemCell]) -> list[MemCell]:
    """One cell of each session, the one that tells most; of many sessions, some from first to last."""
    sessions: dict[str, list[MemCell]] = {}
    for cell in cells:
        sessions.setdefault(cell.session, []).append(cell)
    best = [max(group, key=lambda cell: len(cell.facts) + len(cell.foresight)) for group in sessions.values()]
    if len(best) <= MOST_CELLS:
        return best
    step = (len(best) - 1) / (MOST_CELLS - 1)
    return [best[round(n * step)] for n in range(MOST_CELLS)]


def gist(cell: MemCell) -> str:
    """The line of an episode to show alone: one in the third person with a date resolved, if there is one."""
    lines = [one_line(plain(line)) for line in cell.episode.splitlines() if line.strip()]
    told = [line for line in lines if " said: " not in line and " asked: " not in line]
    dated = [line for line in told if line.endswith("]")]
    return next(iter((*dated, *told, *lines)), "")


def _cells(cells: Sequence[MemCell], room: int) -> Table:
    made = _grid(10, room * 3 // 10)
    for cell in cells:
        made.add_row(Text(day(cell.start), style=QUIET), excerpt(bare_title(cell), room), Text(gist(cell), style=QUIET))
    return made


def _widest(scenes: Sequence[MemScene]) -> list[MemScene]:
    """The scenes of most episodes, those of one episode only where there are no others; by time."""
    spread = [scene for scene in scenes if len(scene.cells) > 1] or scenes
    widest = sorted(spread, key=lambda scene: (-len(scene.cells), scene.start))[:MOST_SCENES]
    return sorted(widest, key=lambda scene: scene.start)


def _scenes(scenes: Sequence[MemScene]) -> Table:
    spans = [months(scene.start, scene.end) for scene in scenes]
    counts = [f"{len(scene.cells)} episode{'s' if len(scene.cells) > 1 else ''}" for scene in scenes]
    made = _grid(max(map(len, spans), default=0), max(map(len, counts), default=0))
    most = max(1, SCENE_LINES // max(1, len(scenes)))
    for scene, span, count in zip(scenes, spans, counts, strict=True):
        lines = Text(one_line(plain(scene.label)))
        for line in summary_lines(scene)[:most]:
            lines.append(f"\n{line}", style=QUIET)
        made.add_row(Text(span, style=QUIET), Text(count, style=QUIET), lines)
    return made


# ── profile ─────────────────────────────────────────────────────────────────────────────────────


def _profile(known: Understanding, room: int) -> RenderableType:
    rows = list(chosen(known.profile))
    if not rows:
        return Text("nothing was said that fits a profile", style=QUIET)
    names = max(len(excerpt(one.subject, 18)) for one in rows)
    slots = max(len(excerpt(slot_name(one.slot), 18)) for one in rows)
    values = min(max(len(one.value) + 9 * (one.status == "disputed") for one in rows), room // 3)
    made = _grid(names, slots, values, 14)
    subject, slot = "", ""
    for one in rows:
        again = one.subject == subject
        same = again and one.slot == slot
        subject, slot = one.subject, one.slot
        when = f"since {one.valid_from:%b %Y}" if holds(one) else months(one.valid_from, one.valid_to or one.valid_from)
        made.add_row(
            Text("" if again else excerpt(subject, 18), style="bold"),
            "" if same else excerpt(slot_name(slot), 18),
            value_text(one, values),
            Text(when, style=QUIET),
            Text(quoted(one, known.quote), style=QUIET),
        )
    left = len(known.profile.attributes) - len(rows)
    note = [Text(f"{left} more values; memos profile --history shows them", style=QUIET)] if left else []
    traits = [traits_list(known.profile.traits[:MOST_TRAITS])] if known.profile.traits else []
    return Group(made, *traits, *note)


def chosen(profile: Profile) -> Iterator[Attribute]:
    """Up to ``MOST_VALUES`` values: the best-known person first, slots that changed before others, newest first."""
    people: dict[str, dict[str, list[Attribute]]] = {}
    for one in profile.attributes:
        people.setdefault(one.subject, {}).setdefault(one.slot, []).append(one)
    count = 0
    for slots in sorted(people.values(), key=lambda slots: -sum(map(len, slots.values()))):
        for held in sorted(slots.values(), key=_steadiness):
            if count + len(held) > MOST_VALUES:
                continue
            count += len(held)
            yield from sorted(held, key=lambda one: (holds(one), one.valid_from), reverse=True)


def _steadiness(held: Sequence[Attribute]) -> int:
    """Slots with one value replaced by another come first, then those with former values, then the rest."""
    former = sum(not holds(one) for one in held)
    return 0 if former and former < len(held) else 1 if former else 2


# ── foresight ───────────────────────────────────────────────────────────────────────────────────


def _clock(known: Understanding, room: int) -> RenderableType:
    """The agendas, beside each other where there is room."""
    if room + 4 < SIDE_BY_SIDE or len(known.agendas) == 1:
        agendas = [_agenda(agenda, known, room) for agenda in known.agendas]
        return Group(*[part for each in agendas for part in (Text(), each)][1:])
    made = Table.grid(padding=(0, 2), expand=True)
    half = room // 2 - 1
    for _ in known.agendas:
        made.add_column(width=half)
    made.add_row(*(_agenda(agenda, known, half) for agenda in known.agendas))
    return made


def _agenda(agenda: Agenda, known: Understanding, room: int) -> Table:
    made = Table.grid(padding=(0, 1))
    made.add_column(width=1)
    made.add_column(width=room - 2, overflow="fold")
    end = " (the end)" if agenda is known.agendas[-1] else ""
    made.title, made.title_justify = f"seen from {long_day(agenda.now)}{end}", "left"
    made.title_style = "bold"
    for one in _worth_showing(agenda):
        standing = _standing(one, agenda.now)
        glyph, style = _GLYPHS[standing]
        words = Text(one_line(plain(one.text)), style="default" if standing in _OPEN else QUIET)
        made.add_row(Text(glyph, style=style), words)
    return made


def _legend(agendas: Sequence[Agenda]) -> str:
    used = {_standing(one, agenda.now) for agenda in agendas for one in _worth_showing(agenda)}
    return "  ".join(f"{glyph} {standing}" for standing, (glyph, _) in _GLYPHS.items() if standing in used)


def _standing(one: Foresight, now: datetime) -> str:
    status = one.status(now)
    restricts = one.kind is ForesightKind.CONSTRAINT and status is ForesightStatus.ACTIVE
    return "restricts" if restricts else _STANDING[status]


def _worth_showing(agenda: Agenda) -> list[Foresight]:
    """What holds and what comes, and of the past rather what was done or called off than what ran out."""
    past = sorted(agenda.past, key=lambda one: one.closed_as is None)
    held = (*agenda.constraints[:MOST_AHEAD], *agenda.active[:MOST_AHEAD], *agenda.upcoming[:MOST_AHEAD])
    return [*held, *past[:MOST_PAST]]


# ── shapes ──────────────────────────────────────────────────────────────────────────────────────


def long_day(when: datetime) -> str:
    """A date in words."""
    return f"{when.day} {when:%B %Y}"


def months(start: datetime, end: datetime) -> str:
    """A span of time in months: ``Mar 2024``, ``Mar – Jul 2024``, ``Nov 2023 – Jul 2024``."""
    if (start.year, start.month) == (end.year, end.month):
        return f"{end:%b %Y}"
    return f"{start:%b} – {end:%b %Y}" if start.year == end.year else f"{start:%b %Y} – {end:%b %Y}"


def _grid(*widths: int) -> Table:
    """Columns of fixed widths, and one that takes the room left on one line."""
    made = Table.grid(padding=(0, 2), expand=True)
    for width in widths:
        made.add_column(width=width, no_wrap=True, overflow="ellipsis")
    made.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    return made
