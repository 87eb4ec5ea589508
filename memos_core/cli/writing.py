"""Commands that change one vault by hand: remember, forget, restore, erase."""

import sys
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.text import Text

from memos_core import Turn, Vault
from memos_core.cli.identity import resolve
from memos_core.cli.options import BAD_INPUT, Options, existing_vault, moment, open_memory, pairs
from memos_core.cli.screen import ACCENT, complain, console, excerpt, print_json, short_id
from memos_core.cli.values import cube_value
from memos_core.cli.waiting import settle
from memos_core.domain.cube import MemCube
from memos_core.errors import InvalidInput

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, or their last characters.")]
Reason = Annotated[str, typer.Option(help="Why; kept in the log.")]


def remember(
    options: Options,
    text: Annotated[str, typer.Argument(help="What to remember; - reads standard input.")],
    speaker: Annotated[str, typer.Option(help="Who said it.")] = "",
    role: Annotated[str, typer.Option(help="user, assistant, system or tool.")] = "",
    session: Annotated[str, typer.Option(help="The conversation that it belongs to.")] = "",
    at: Annotated[str | None, typer.Option(help="When it was said; default: now.", metavar="WHEN")] = None,
    metadata: Annotated[list[str] | None, typer.Option(help="A field; may be repeated.", metavar="KEY=VALUE")] = None,
    reason: Reason = "",
) -> None:
    """Remember a text, word for word. The store and the vault are created if need be."""
    said = sys.stdin.read() if text == "-" else text
    turn = Turn(
        text=said,
        speaker=speaker,
        role=role,
        session=session,
        at=moment(at, "--at"),
        metadata=dict(pairs(metadata, "--metadata")),
        source="memos remember",
    )
    with open_memory(options, create=True) as memory:
        cube = memory.vault(options.vault).remember(turn, reason=reason)
    if options.json:
        print_json(cube_value(cube))
    else:
        _tell("remembered", [cube], options)


def forget(options: Options, ids: Ids, reason: Reason = "") -> None:
    """Hide memories from recall. They keep their history and can be restored."""
    with open_memory(options) as memory:
        vault = existing_vault(memory, options)
        cubes = [vault.forget(each, reason=reason) for each in _resolved(vault, ids)]
    if options.json:
        print_json([cube_value(cube) for cube in cubes])
    else:
        _tell("forgotten", cubes, options)


def restore(
    options: Options,
    identity: Annotated[str, typer.Argument(metavar="ID", help="An id, or its last characters.")],
    version: Annotated[int | None, typer.Option(help="Bring this version's text back.", min=1)] = None,
    reason: Reason = "",
) -> None:
    """Bring a forgotten memory, or an earlier version of one, back."""
    with open_memory(options) as memory:
        vault = existing_vault(memory, options)
        cube = vault.restore(resolve(vault, identity), version=version, reason=reason)
    if options.json:
        print_json(cube_value(cube))
    else:
        _tell("restored", [cube], options)


def erase(
    options: Options,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID...]", help="Ids, or their last characters.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Everything in the vault.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    reason: Reason = "",
) -> None:
    """Destroy memories: their text leaves every table, index and file, for good."""
    if bool(ids) == everything:
        raise InvalidInput("say which memories to erase: their ids, or --all")
    with open_memory(Options(store=options.store, vault=options.vault, embedder=False), thinking=True) as memory:
        vault = existing_vault(memory, options)
        chosen = [cube.id for cube in vault.cubes()] if everything else _resolved(vault, ids or ())
        if not yes and not _agreed(f"Erase {len(chosen)} of the vault {options.vault!r} for good?"):
            raise typer.Exit(BAD_INPUT)
        vault.erase(chosen, reason=reason)
        settle(memory, console(), quiet=options.json)
    if options.json:
        print_json({"vault": options.vault, "erased": chosen})
    else:
        console().print(Text(f"erased {len(chosen)} from vault {options.vault}"))


def _agreed(question: str) -> bool:
    """Ask, on standard error, so that standard output stays clean."""
    try:
        agreed = typer.confirm(question, err=True)
    except typer.Abort:
        agreed = False
        typer.echo(err=True)
    if not agreed:
        complain(InvalidInput("nothing was erased. Answer y, or add --yes"))
    return agreed


def _resolved(vault: Vault, ids: Sequence[str]) -> list[str]:
    """Whole ids in the order given, each once."""
    return list(dict.fromkeys(resolve(vault, each) for each in ids))


def _tell(done: str, cubes: Sequence[MemCube], options: Options) -> None:
    for cube in cubes:
        console().print(
            Text(f"{done} ").append(short_id(cube.id), style=ACCENT).append(f" in vault {options.vault}: "),
            Text(excerpt(cube.text, 60)),
            soft_wrap=True,
            sep="",
        )
