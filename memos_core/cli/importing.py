"""``memos import``: conversations from a file into a vault, once however often it is run."""

import dataclasses
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from memos_core import Turn, Vault
from memos_core.cli.options import Options, open_memory
from memos_core.cli.screen import GOOD, console, plain, print_json, progress
from memos_core.cli.waiting import settle
from memos_core.errors import InvalidInput
from memos_core.evaluation.conversations import Conversation, load_conversations

BATCH = 200
"""Turns per transaction."""


class Format(StrEnum):
    """What a file may hold."""

    AUTO = "auto"
    OPENAI = "openai"
    LOCOMO = "locomo"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Turns that are stored together, under one idempotency key."""

    key: str
    turns: Sequence[Turn]


def import_file(
    options: Options,
    file: Annotated[Path, typer.Argument(help="A transcript, an OpenAI export, a LoCoMo file, or our own JSON.")],
    layout: Annotated[Format, typer.Option("--format", help="What the file is; auto looks at it.")] = Format.AUTO,
    session: Annotated[str, typer.Option(help="Put all turns into this session instead of the file's.")] = "",
    conversation: Annotated[str, typer.Option(help="Only this one of the file: its name or number.")] = "",
) -> None:
    """Remember the conversations of a file, word for word. Importing a file again stores nothing twice."""
    found = load_conversations(file, format=str(layout))
    chosen = found if not conversation else [pick(found, conversation)]
    work = batches(file, chosen, session)
    total = sum(len(batch.turns) for batch in work)
    out = console()
    with open_memory(options, create=True, thinking=True) as memory:
        vault = memory.vault(options.vault)
        with progress(out) as bars:
            bars.disable = bars.disable or options.json
            bar = bars.add_task("remembering", total=total)
            fresh = store(vault, work, lambda count: bars.advance(bar, count))
        if options.embedder:
            settle(memory, out, quiet=options.json)
        counts = vault.stats()
    if options.json:
        print_json(
            {
                "file": str(file),
                "vault": options.vault,
                "conversations": len(chosen),
                "turns": total,
                "stored": fresh,
                "known": total - fresh,
                "passages": counts.passages,
                "vectors": counts.vectors,
            }
        )
        return
    known = f", {total - fresh} were there already" if fresh < total else ""
    line = f"{fresh} of {total} turns stored in vault {options.vault} of {options.url}{known}"
    out.print(Text("✓ ", style=GOOD).append(plain(line), style="default"), soft_wrap=True)
    out.print(Text(f"  {counts.vectors} of {counts.passages} passages have a vector"))


def pick(found: Sequence[Conversation], asked: str) -> Conversation:
    """Return one conversation by its name, or by its number from 1 on.

    Raises:
        InvalidInput: There is none like that; the message lists them.
    """
    for one in found:
        if one.name == asked:
            return one
    if asked.isdecimal() and 1 <= int(asked) <= len(found):
        return found[int(asked) - 1]
    names = ", ".join(one.name for one in found[:12])
    raise InvalidInput(f"there is no conversation {asked!r} in the file; it has {len(found)}: {names}")


def batches(file: Path, conversations: Sequence[Conversation], session: str = "") -> list[Batch]:
    """Cut conversations into batches whose keys follow from the file's bytes, so that they are the same next time.

    Sessions of several conversations in one vault are told apart by the conversation's name.
    """
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    work = []
    for one in conversations:
        lead = f"{one.name}/" if len(conversations) > 1 else ""
        turns = [dataclasses.replace(turn, session=session or f"{lead}{turn.session}") for turn in one.turns]
        work += [
            Batch(key=f"import/{digest}/{one.name}/{session}/{begin}", turns=turns[begin : begin + BATCH])
            for begin in range(0, len(turns), BATCH)
        ]
    return work


def store(vault: Vault, work: Sequence[Batch], tell: Callable[[int], object]) -> int:
    """Remember the batches in order and return how many turns were new; ``tell`` hears of each batch's size."""
    fresh = 0
    for batch in work:
        began = datetime.now(UTC)
        cubes = vault.remember(batch.turns, idempotency_key=batch.key, reason="memos import")
        fresh += sum(cube is not None and cube.header.recorded_at >= began for cube in cubes)
        tell(len(batch.turns))
    return fresh
