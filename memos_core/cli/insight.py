"""Commands about what was made of memories: cells, scenes, profile, foresight, correct."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.text import Text

from memos_core import Vault
from memos_core.cli import insight_screen
from memos_core.cli.options import Options, existing_vault, moment, open_memory
from memos_core.cli.screen import ACCENT, GOOD, QUIET, console, plain, print_json, short_id
from memos_core.cli.values import (
    Quote,
    agenda_value,
    cell_value,
    change_value,
    cube_value,
    profile_value,
    scene_value,
)
from memos_core.cli.waiting import settle
from memos_core.domain.engram import Evidence, Profile


def cells(
    options: Options,
    session: Annotated[str, typer.Option(help="Only of this session.", metavar="ID")] = "",
    limit: Annotated[int, typer.Option(help="The latest so many.", min=1)] = 20,
) -> None:
    """Show the episodes that the conversations consist of: what was said in a few turns on one thing."""
    with _formed(options) as vault:
        found = vault.cells(session=session)
        shown = found[-limit:]
        if options.json:
            quote = quoting(vault)
            print_json([cell_value(cell, quote) for cell in shown])
            return
    out = console()
    if not shown:
        out.print(Text("No episodes yet."), style=QUIET)
        return
    out.print(insight_screen.cells_table(shown, out.width))
    if len(found) > len(shown):
        out.print(Text(f"{len(found) - len(shown)} earlier; --limit shows them."), style=QUIET)


def scenes(options: Options) -> None:
    """Show the themes of the vault: episodes on one thing, however far apart in time."""
    with _formed(options) as vault:
        found = vault.scenes()
    if options.json:
        print_json([scene_value(scene) for scene in found])
        return
    out = console()
    if not found:
        out.print(Text("No scenes yet."), style=QUIET)
        return
    out.print(insight_screen.scenes_table(found, out.width))


def profile(
    options: Options,
    as_of: Annotated[str | None, typer.Option(help="As it was known at this moment.", metavar="WHEN")] = None,
    who: Annotated[str, typer.Option(help="Only this person, and what is theirs.", metavar="NAME")] = "",
    history: Annotated[bool, typer.Option("--history", help="Show former values, too.")] = False,
) -> None:
    """Show who the people of the vault are, since when, and who said so."""
    with _formed(options) as vault:
        known = insight_screen.about(vault.profile(as_of=moment(as_of, "--as-of")), who)
        quote = quoting(vault)
        if options.json:
            print_json(profile_value(_current(known) if not history else known, quote))
            return
        out = console()
        if not (known.attributes or known.traits):
            out.print(Text("Nothing is known of anybody yet." if not who else f"Nothing is known of {plain(who)}."))
            return
        out.print(insight_screen.profile_table(known, quote, out.width, history=history))
        if known.traits:
            out.print()
            out.print(insight_screen.traits_list(known.traits))
        former = len(known.attributes) - len(_current(known).attributes)
        if former and not history:
            out.print(Text(f"{former} former values; --history shows them."), style=QUIET)


def foresight(
    options: Options,
    at: Annotated[str | None, typer.Option(help="Seen from this moment; default: now.", metavar="WHEN")] = None,
    rows: Annotated[int, typer.Option(help="Past ones at most.", min=0)] = 10,
) -> None:
    """Show what is in force, what comes up, and what has passed."""
    with _formed(options) as vault:
        agenda = vault.foresight(at=moment(at, "--at"))
        if options.json:
            print_json(agenda_value(agenda, quoting(vault)))
            return
    console().print(insight_screen.agenda_table(agenda, most_past=rows))


def correct(
    options: Options,
    text: Annotated[str, typer.Argument(help='What is so instead: "No, her sister is called Ana."')],
    speaker: Annotated[str, typer.Option(help="Who corrects.")] = "",
    session: Annotated[str, typer.Option(help="The conversation in which it is said.", metavar="ID")] = "",
    at: Annotated[str | None, typer.Option(help="When it was said; default: now.", metavar="WHEN")] = None,
    reason: Annotated[str, typer.Option(help="Why; kept in the log.")] = "",
) -> None:
    """Put right what the profile holds; what was believed stays in its history."""
    with _formed(options) as vault:
        done = vault.correct(text, speaker=speaker, session=session, at=moment(at, "--at"), reason=reason)
    if options.json:
        print_json({"cube": cube_value(done.cube), "changes": [change_value(one) for one in done.changes]})
        return
    out = console()
    said = Text("✓ ", style=GOOD).append("remembered ", style="default")
    out.print(said.append(short_id(done.cube.id), style=ACCENT))
    if done.changes:
        out.print(insight_screen.changes_table(done.changes))
    else:
        out.print(Text("It contradicts nothing that the profile holds."), style=QUIET)


def quoting(vault: Vault) -> Quote:
    """Read the words that an evidence points at."""

    def quote(evidence: Evidence) -> str:
        return vault.get(evidence.source, version=evidence.version).text[evidence.start : evidence.stop]

    return quote


@contextmanager
def _formed(options: Options) -> Iterator[Vault]:
    """The vault that the user named, after everything remembered has become cells and scenes."""
    with open_memory(options, thinking=True) as memory:
        vault = existing_vault(memory, options)
        settle(memory, console(), quiet=options.json)
        yield vault


def _current(known: Profile) -> Profile:
    return Profile(
        as_of=known.as_of,
        attributes=tuple(one for one in known.attributes if insight_screen.holds(one)),
        traits=known.traits,
    )
