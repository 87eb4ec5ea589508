"""How cells, scenes, the profile and foresight look."""

import re
from collections.abc import Iterable, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from memos_core.cli.screen import BAD, GOOD, QUIET, WARN, day, excerpt, excerpt_lines, one_line, plain, table
from memos_core.cli.values import Quote
from memos_core.domain.engram import (
    Agenda,
    Attribute,
    AttributeStatus,
    Foresight,
    ForesightKind,
    ForesightStatus,
    MemCell,
    MemScene,
    Profile,
    ProfileChange,
    Trait,
)

LONGEST_NAME, LONGEST_VALUE, LONGEST_SLOT = 18, 36, 22
SUMMARY_LINES = 3
ALIGNED_FROM = 100
"""Columns from which on quotations stand below each other."""

_CITED = re.compile(r"\s*\[[^\]\s]+\]")
_MONTH = re.compile(r"\b(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]+(?= \d)")
_HELD = (AttributeStatus.ACTIVE, AttributeStatus.DISPUTED)
_STYLES = {
    ForesightStatus.FULFILLED: GOOD,
    ForesightStatus.CANCELLED: BAD,
}


def cells_table(cells: Sequence[MemCell], width: int) -> Table:
    """Episodes, each with its title and two lines of what happened."""
    made = table("when", "who", "episode", "turns", "facts", "ahead", right=["turns", "facts", "ahead"], wide="episode")
    names = [excerpt(", ".join(cell.speakers), LONGEST_NAME) for cell in cells]
    room = width - len("2024-01-01") - max(map(len, ("who", *names))) - 3 * len("turns") - 10
    for cell, name in zip(cells, names, strict=True):
        told = Text(bare_title(cell), style="bold").append("" if cell.closed else "  (may go on)", style=QUIET)
        told.append("\n" + excerpt_lines(" · ".join(cell.episode.splitlines()), room, 2), style=f"not bold {QUIET}")
        counts = (len(cell.sources), len(cell.facts), len(cell.foresight))
        made.add_row(day(cell.start), name, told, *(str(count) for count in counts))
    return made


def scenes_table(scenes: Sequence[MemScene], width: int) -> Table:
    """Themes, each with the first lines of its summary."""
    made = table("from", "to", "cells", "scene", right=["cells"], wide="scene")
    room = width - 2 * len("2024-01-01") - len("cells") - 6
    for scene in scenes:
        told = Text(excerpt(scene.label, room), style="bold")
        for line in summary_lines(scene)[:SUMMARY_LINES]:
            told.append("\n" + excerpt(line, room), style=f"not bold {QUIET}")
        made.add_row(day(scene.start), day(scene.end), str(len(scene.cells)), told)
    return made


def profile_table(profile: Profile, quote: Quote, width: int, *, history: bool) -> Table:
    """Values by person and slot, with the words that they rest on: below each other where there is room."""
    columns = ("who", "what", "since", *(["until"] if history else []), "value")
    made = table(*columns, wide="value")
    made.columns[-1].no_wrap, made.columns[-1].overflow = True, "ellipsis"
    shown = [one for one in profile.attributes if history or holds(one)]
    aligned = max((len(value_text(one)) for one in shown), default=0) if width >= ALIGNED_FROM else 0
    subject, slot = "", ""
    for one in shown:
        again = one.subject == subject
        same = again and one.slot == slot
        subject, slot = one.subject, one.slot
        made.add_row(
            Text("" if again else excerpt(subject, LONGEST_NAME), style="bold"),
            "" if same else excerpt(slot_name(slot), LONGEST_SLOT),
            Text(day(one.valid_from), style=QUIET),
            *([Text(day(one.valid_to), style=QUIET)] if history else []),
            _padded(value_text(one), aligned).append(f"  {quoted(one, quote)}", style=QUIET),
        )
    return made


def value_text(one: Attribute, room: int = LONGEST_VALUE) -> Text:
    """A value, and how it stands where it does not simply hold."""
    if one.status is AttributeStatus.DISPUTED:
        return Text(excerpt(one.value, room), style=WARN).append(" disputed", style=QUIET)
    return Text(excerpt(one.value, room), style="default" if holds(one) else QUIET)


def _padded(text: Text, width: int) -> Text:
    text.pad_right(max(0, width - len(text)))
    return text


def traits_list(traits: Iterable[Trait]) -> Table:
    """Tendencies, the surest first."""
    made = Table.grid(padding=(0, 2))
    for trait in sorted(traits, key=lambda one: -one.confidence):
        seen = f"seen {len(trait.evidence)} times"
        made.add_row(Text(plain(trait.subject), style="bold"), plain(trait.text), Text(seen, style=QUIET))
    return made


def agenda_table(agenda: Agenda, *, most_past: int) -> Group:
    """What holds, comes and has passed, as seen from one moment."""
    head = Text("seen from ", style=QUIET).append(day(agenda.now), style="default")
    made = Table.grid(padding=(0, 2))
    for _ in range(2):
        made.add_column(style=QUIET, no_wrap=True)
    made.add_column(ratio=1)
    parts = (
        ("In force", (*agenda.constraints, *agenda.active)),
        ("Coming up", agenda.upcoming),
        ("Past", agenda.past[:most_past]),
    )
    for title, items in parts:
        made.add_row()
        made.add_row(Text(title, style="bold"))
        for one in items:
            made.add_row(*foresight_cells(one, agenda))
        if not items:
            made.add_row(Text("nothing", style=QUIET))
    left_out = len(agenda.past) - most_past
    note = [Text(f"{left_out} earlier; --rows shows them.", style=QUIET)] if left_out > 0 else []
    return Group(head, made, *note)


def foresight_cells(one: Foresight, agenda: Agenda) -> tuple[Text, Text, Text]:
    """When, what kind, and what: one item as a row."""
    status = one.status(agenda.now)
    past = status in (ForesightStatus.EXPIRED, ForesightStatus.FULFILLED, ForesightStatus.CANCELLED)
    kind, style = (str(status), _STYLES.get(status, QUIET)) if past else (str(one.kind), QUIET)
    if one.kind is ForesightKind.CONSTRAINT and not past:
        style = WARN
    return Text(short_label(one)), Text(kind, style=style), Text(bare_text(one), style=QUIET if past else "default")


def changes_table(changes: Iterable[ProfileChange]) -> Table:
    """What was believed, and what is."""
    made = Table.grid(padding=(0, 2))
    for one in changes:
        values = Text("; ".join(map(plain, one.before)) or "–", style=QUIET).append(" → ")
        values.append("; ".join(map(plain, one.after)) or "–", style="default")
        made.add_row(Text(plain(one.subject), style="bold"), slot_name(one.slot), values)
    return made


# ── words ───────────────────────────────────────────────────────────────────────────────────────


def about(profile: Profile, who: str) -> Profile:
    """The part of a profile that is about one person and what is theirs; all of it for an empty name."""
    name = who.casefold()

    def meant(subject: str) -> bool:
        return not name or subject.casefold() == name or subject.casefold().startswith((f"{name}'s ", f"{name}’s "))

    return Profile(
        as_of=profile.as_of,
        attributes=tuple(one for one in profile.attributes if meant(one.subject)),
        traits=tuple(one for one in profile.traits if meant(one.subject)),
    )


def holds(one: Attribute) -> bool:
    """Whether a value is believed at the moment of its profile."""
    return one.status in _HELD


def slot_name(slot: str) -> str:
    """``relative.sister`` as ``sister``, ``field_of_study`` as ``field of study``."""
    family, _, own = slot.partition(".")
    named = own if family in ("relative", "attribute", "count", "measurement") and own else slot
    return plain(named.replace("_", " ").replace(".", " "))


def bare_title(cell: MemCell) -> str:
    """A cell's title without the date that stands beside it."""
    title = one_line(plain(cell.title))
    return title.rpartition(" (")[0] if title.endswith(")") and " (" in title else title


def summary_lines(scene: MemScene) -> list[str]:
    """A scene's summary without the ids that it cites."""
    return [_CITED.sub("", plain(line)) for line in scene.summary.splitlines() if line.strip()]


def short_label(one: Foresight) -> str:
    """An interval in few characters: ``until about 16 September 2024`` as ``until ~16 Sep 2024``."""
    return _MONTH.sub(r"\1", plain(one.period.label)).replace("about ", "~") or day(one.period.start)


def bare_text(one: Foresight) -> str:
    """A foresight without the interval that stands beside it."""
    return one_line(plain(one.text)).removesuffix(f" ({one.period.label})")


def quoted(one: Attribute, quote: Quote) -> str:
    """The words that a value rests on."""
    return f"“{one_line(plain(quote(one.evidence[0])))}”"
