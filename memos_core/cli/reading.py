"""Commands that look into a vault: recall, history, log, export."""

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from memos_core import Vault
from memos_core.cli.identity import resolve
from memos_core.cli.options import (
    NOTHING_FOUND,
    Options,
    existing_vault,
    moment,
    open_memory,
    pairs,
)
from memos_core.cli.screen import (
    ACCENT,
    GAP,
    QUIET,
    SHORT_ID,
    WARN,
    console,
    day,
    excerpt,
    excerpt_lines,
    minute,
    one_line,
    plain,
    print_json,
    short_id,
    table,
)
from memos_core.cli.values import cube_value, entry_value, recollection_value
from memos_core.cli.waiting import settle
from memos_core.domain.query import Hit, Recollection
from memos_core.domain.record import LogEntry

LOG_PAGE = 1000
SMALLEST_SHARE = 0.005


def recall(
    options: Options,
    query: Annotated[str, typer.Argument(help="A question, a topic, a few words.")],
    budget: Annotated[int, typer.Option(help="Tokens that the text may cost.", min=1)] = 1000,
    limit: Annotated[int, typer.Option(help="Memories at most.", min=1)] = 50,
    rows: Annotated[int, typer.Option(help="Rows of the table at most.", min=1)] = 10,
    at: Annotated[str | None, typer.Option(help="As the vault stood at this moment.", metavar="WHEN")] = None,
    speaker: Annotated[list[str] | None, typer.Option(help="Said by; may be repeated.", metavar="NAME")] = None,
    session: Annotated[list[str] | None, typer.Option(help="From this session; may be repeated.", metavar="ID")] = None,
    since: Annotated[str | None, typer.Option(help="Said at or after this moment.", metavar="WHEN")] = None,
    until: Annotated[str | None, typer.Option(help="Said before this moment.", metavar="WHEN")] = None,
    metadata: Annotated[list[str] | None, typer.Option(help="Only with this field.", metavar="KEY=VALUE")] = None,
    why: Annotated[bool, typer.Option("--why", help="Show what each score is made of.")] = False,
) -> None:
    """Find what is remembered about a question and print it as a prompt would carry it.

    Moments are ISO 8601 (2024-05-01, 2024-05-01T18:30+02:00); without an offset they mean UTC.
    """
    with open_memory(options, thinking=True) as memory:
        vault = existing_vault(memory, options)
        if options.embedder:
            settle(memory, console(), quiet=options.json)
        found = vault.recall(
            query,
            budget=budget,
            limit=limit,
            at=moment(at, "--at"),
            speakers=tuple(speaker or ()),
            sessions=tuple(session or ()),
            since=moment(since, "--since"),
            until=moment(until, "--until"),
            metadata=pairs(metadata, "--metadata") or None,
        )
    if options.json:
        print_json({"vault": options.vault, **recollection_value(found)})
    else:
        _print_recollection(found, rows, why)
    if not found:
        raise typer.Exit(NOTHING_FOUND)


def _print_recollection(found: Recollection, rows: int, why: bool) -> None:
    out = console()
    if not found:
        out.print(Text("Nothing found."), style=QUIET)
    else:
        out.print(_hits(list(found)[:rows], why, out.width))
        if len(found) > rows:
            out.print(Text(f"{len(found) - rows} more; --rows shows them, --json all of them."), style=QUIET)
        kept, sign = sum(hit.shown for hit in found), "" if found.tokens_exact else "about "
        out.print()
        title = f"for the prompt: {kept} memories, {sign}{found.tokens} of {found.call.budget} tokens"
        out.rule(Text(title, style=QUIET), align="left", style=QUIET)
        out.print(Text(plain(found.text)), soft_wrap=True)
    for line in _judgement(found):
        out.print(Text(plain(line)), style=QUIET)
    for note in found.notes:
        out.print(Text(f"note: {plain(note)}"), style=WARN)


def _judgement(found: Recollection) -> Iterator[str]:
    """Whether the memories answer the question, and how else it was asked."""
    if found.verdict is not None:
        sure = f"confidence {found.verdict.confidence:.2f}"
        missing = ", ".join(found.verdict.missing)
        if found.verdict.sufficient:
            yield f"verdict: enough to answer, {sure}"
        else:
            lead = "better say that nothing is known" if found.verdict.abstain else "may not be enough"
            yield f"verdict: {lead}, {sure}" + (f"; nothing speaks of: {missing}" if missing else "")
    if len(found.queries) > 1:
        yield "asked again as: " + "; ".join(found.queries[1:])


def _hits(hits: Sequence[Hit], why: bool, width: int) -> Table:
    """Hits as a table, two lines of text each; quiet ones did not fit into the prompt."""
    shown = table("score", "when", "who", "id", "text", right=["score"], wide="text")
    names = [excerpt(hit.cube.header.speaker or hit.cube.header.role, 12) for hit in hits]
    room = width - len("score") - len("2024-01-01") - SHORT_ID - max(map(len, ("who", *names))) - 4 * GAP
    for hit, name in zip(hits, names, strict=True):
        text = Text(excerpt_lines(hit.cube.text, room, 2, hit.passage[0]))
        if why:
            parts = sorted(hit.why.items(), key=lambda item: -abs(item[1]))
            shares = "  ".join(f"{feature} {share:+.2f}" for feature, share in parts if abs(share) >= SMALLEST_SHARE)
            text.append(f"\n{shares}", style=QUIET)
        identity = Text(short_id(hit.cube.id), style=ACCENT)
        when = day(hit.cube.header.occurred_at)
        shown.add_row(f"{hit.score:.2f}", when, name, identity, text, style=None if hit.shown else QUIET)
    return shown


def history(
    options: Options,
    identity: Annotated[str, typer.Argument(metavar="ID", help="An id, or its last characters.")],
) -> None:
    """Show every version of one memory."""
    with open_memory(options) as memory:
        vault = existing_vault(memory, options)
        versions = vault.history(resolve(vault, identity))
    if options.json:
        print_json([cube_value(cube) for cube in versions])
        return
    shown = table("version", "recorded", "valid until", "actor", "text", "reason", right=["version"], wide="text")
    for cube in versions:
        header = cube.header
        until = minute(header.valid_to) if header.valid_to else "now"
        by = header.provenance
        shown.add_row(
            str(cube.version), minute(header.recorded_at), until, plain(by.actor), plain(cube.text), plain(by.reason)
        )
    out = console()
    out.print(Text(f"{versions[-1].id}  {versions[-1].state}", style="bold"))
    out.print(shown)


def log(
    options: Options,
    limit: Annotated[int, typer.Option(help="Entries at most.", min=1)] = 30,
    after: Annotated[int | None, typer.Option(help="Begin behind this entry; default: the newest.", min=0)] = None,
) -> None:
    """Show who changed what, when and why; the newest entries come last."""
    with open_memory(options) as memory:
        vault = existing_vault(memory, options)
        entries = list(deque(_entries(vault), limit)) if after is None else vault.log(after=after, limit=limit)
    if options.json:
        print_json([entry_value(entry) for entry in entries])
        return
    shown = table("n", "when", "op", "actor", "cube", "version", "reason", right=["n", "version"], wide="reason")
    for entry in entries:
        shown.add_row(
            str(entry.n),
            minute(entry.at),
            entry.op,
            plain(entry.actor),
            Text(short_id(entry.cube), style=ACCENT),
            str(entry.version),
            one_line(plain(entry.reason)),
        )
    console().print(shown)


def _entries(vault: Vault) -> Iterator[LogEntry]:
    after = 0
    while page := vault.log(after=after, limit=LOG_PAGE):
        yield from page
        after = page[-1].n


def export(
    options: Options,
    file: Annotated[Path, typer.Argument(help="Where to write the memories, one JSON object a line.")],
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write every memory of the vault to a file."""
    if file.exists() and not force:
        raise FileExistsError(17, "it exists; add --force to overwrite it", str(file))
    with open_memory(options) as memory:
        count = existing_vault(memory, options).export(file)
    if options.json:
        print_json({"file": str(file), "cubes": count})
    else:
        console().print(Text(f"{count} memories written to {file}"))
