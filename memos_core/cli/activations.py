"""The command about memory that is kept as keys and values of a local model."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from memos_core import Activation, MemCube, Vault
from memos_core.cli.identity import resolve
from memos_core.cli.options import Options, existing_vault, open_memory
from memos_core.cli.screen import (
    ACCENT,
    GAP,
    GOOD,
    QUIET,
    WARN,
    console,
    excerpt_lines,
    minute,
    one_line,
    plain,
    print_json,
    short_id,
    size,
    table,
)
from memos_core.errors import InvalidInput

_MODEL = 8
"""Characters of a model's fingerprint that a table shows."""


def activations(
    options: Options,
    identity: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Show this one, with its text and its sources.")
    ] = None,
) -> None:
    """List activation memory: what it stands for, what it takes, and whether it still serves."""
    with open_memory(options) as memory:
        vault = existing_vault(memory, options)
        if identity is not None:
            _show(vault, vault.get(resolve(vault, identity)), options)
            return
        found = [(cube, cube.payload) for cube in vault.activations() if isinstance(cube.payload, Activation)]
        if options.json:
            print_json([activation_value(*one, vault.sources(one[0])) for one in found])
            return
    out = console()
    if not found:
        out.print(Text("No activation memory; Vault.transform makes it of memories."), style=QUIET)
        return
    out.print(_listed(found, out.width))
    if any(payload.stale for _, payload in found):
        out.print(Text("What is stale is sent as text; transform its sources again, or erase it."), style=QUIET)


def activation_value(cube: MemCube, payload: Activation, sources: Sequence[str]) -> dict[str, Any]:
    """Activation memory as ``--json`` prints it.

    Args:
        cube: Its header.
        payload: What it keeps.
        sources: Ids of the memories that it tells of.
    """
    header, manifest = cube.header, payload.manifest
    return {
        "id": cube.id,
        "vault": header.vault,
        "stale": payload.stale,
        "text": payload.text,
        "sources": list(sources),
        "tokens": len(manifest.tokens) if manifest else 0,
        "bytes": payload.bytes,
        "storage": manifest.storage.value if manifest else None,
        "error": manifest.error if manifest else None,
        "self_contained": manifest.self_contained if manifest else None,
        "model": manifest.fingerprint.key if manifest else None,
        "fingerprint": asdict(manifest.fingerprint) if manifest else None,
        "made_at": header.recorded_at,
        "occurred_at": header.occurred_at,
        "actor": header.provenance.actor,
    }


def _listed(found: Sequence[tuple[MemCube, Activation]], width: int) -> Table:
    columns = ("id", "tokens", "size", "storage", "model", "state")
    rows = [_row(cube, payload) for cube, payload in found]
    taken = sum(max(map(len, column)) + GAP for column in zip(columns, *rows, strict=True))
    shown = table(*columns, "text", right=["tokens", "size"], wide="text")
    for (cube, payload), (identity, *facts, _) in zip(found, rows, strict=True):
        text = Text(excerpt_lines(cube.text, width - taken, 2))
        shown.add_row(Text(identity, style=ACCENT), *facts, _state(payload), text)
    return shown


def _row(cube: MemCube, payload: Activation) -> tuple[str, ...]:
    identity, state, manifest = short_id(cube.id), _state(payload).plain, payload.manifest
    if manifest is None:
        return identity, "", "", "", "", state
    tokens, key = f"{len(manifest.tokens):,}", manifest.fingerprint.key[:_MODEL]
    return identity, tokens, size(payload.bytes), manifest.storage.value, key, state


def _show(vault: Vault, cube: MemCube, options: Options) -> None:
    if not isinstance(cube.payload, Activation):
        raise InvalidInput(f"{cube.id!r} is not activation memory; memos activations lists it")
    sources = vault.sources(cube)
    if options.json:
        print_json(activation_value(cube, cube.payload, sources))
        return
    out = console()
    made = f"   {minute(cube.header.recorded_at)}"
    out.print(Text(f"{cube.id}  ", style="bold").append_text(_state(cube.payload)).append(made, style=QUIET))
    for line in _facts(cube.payload):
        out.print(Text(plain(line)), style=QUIET)
    shown = table("source", "state", "text", wide="text")
    for source in map(vault.get, sources):
        shown.add_row(Text(short_id(source.id), style=ACCENT), str(source.state), one_line(plain(source.text)))
    out.print(shown)
    out.print()
    out.rule(Text("for the prompt", style=QUIET), align="left", style=QUIET)
    out.print(Text(plain(cube.text)), soft_wrap=True)


def _facts(payload: Activation) -> Iterator[str]:
    manifest = payload.manifest
    if manifest is None:
        return
    yield f"{len(manifest.tokens):,} tokens, {size(payload.bytes)}, stored as {manifest.storage.value}"
    if manifest.error:
        yield f"its next token diverges by {manifest.error:.2g} nats from the exact one"
    made = manifest.fingerprint
    yield f"model {made.key[:_MODEL]}: {made.dtype}, {made.attention} attention, {made.libraries}"


def _state(payload: Activation) -> Text:
    return Text("stale", style=WARN) if payload.stale else Text("ready", style=GOOD)
