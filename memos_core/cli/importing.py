"""``memos import``: conversations from a file into a vault, once however often it is run."""

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.console import Console
from rich.text import Text

from memos_core import MemCube, Turn, Vault
from memos_core.cli.options import Options, open_memory
from memos_core.cli.screen import GOOD, QUIET, console, plain, print_json, progress
from memos_core.cli.waiting import settle
from memos_core.errors import Erased, InvalidInput
from memos_core.evaluation.conversations import Conversation, Format, load_conversations

BATCH = 200
"""Turns per transaction."""
REASON = "memos import"


class Outcome(StrEnum):
    """What became of a turn of the file."""

    STORED = "stored"
    KNOWN = "known"
    """An earlier import had stored it."""
    ERASED = "erased"
    """An earlier import had stored it, and it was erased since."""


class Layout(StrEnum):
    """``Format`` as the command line offers it."""

    AUTO = "auto"
    OPENAI = "openai"
    LOCOMO = "locomo"
    CHATGPT = "chatgpt"
    JSONL = "jsonl"
    TRANSCRIPT = "transcript"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Turns that are stored together, under one idempotency key."""

    key: str
    turns: Sequence[Turn]


def import_file(
    options: Options,
    file: Annotated[Path, typer.Argument(help="A transcript, messages in JSON, a ChatGPT export, LoCoMo.")],
    layout: Annotated[Layout, typer.Option("--format", help="What the file is; auto looks at it.")] = Layout.AUTO,
    session: Annotated[str, typer.Option(help="Put all turns into this session instead of the file's.")] = "",
    conversation: Annotated[str, typer.Option(help="Only this one of the file: its name or number.")] = "",
) -> None:
    """Remember the conversations of a file, word for word. Importing a file again stores nothing twice."""
    found = load_conversations(file, format=cast(Format, str(layout)))
    chosen = found if not conversation else [pick(found, conversation)]
    work = batches(file, chosen, session, several=len(found) > 1)
    total = sum(len(batch.turns) for batch in work)
    out = console()
    with open_memory(options, create=True, thinking=True) as memory:
        vault = memory.vault(options.vault)
        with progress(out, quiet=options.json) as bars:
            bar = bars.add_task("remembering", total=total)
            outcome = Counter[Outcome]()
            for batch in work:
                outcome.update(store(vault, batch))
                bars.advance(bar, len(batch.turns))
        if options.embedder:
            settle(memory, out, quiet=options.json)
        counts = vault.stats()
    facts = {
        "file": str(file),
        "vault": options.vault,
        "conversations": len(chosen),
        "turns": total,
        **{str(kind): outcome[kind] for kind in Outcome},
        "passages": counts.passages,
        "vectors": counts.vectors,
    }
    if options.json:
        print_json(facts)
    else:
        _tell(out, facts, options.url)


def _tell(out: Console, facts: Mapping[str, object], url: str) -> None:
    line = f"{facts['stored']} of {facts['turns']} turns stored in vault {facts['vault']} of {url}"
    line += f", {facts['known']} were there already" if facts["known"] else ""
    line += f", {facts['erased']} were erased once and stay so" if facts["erased"] else ""
    out.print(Text("✓ ", style=GOOD).append(plain(line), style="default"), soft_wrap=True)
    out.print(Text(f"  {facts['vectors']} of {facts['passages']} passages have a vector", style=QUIET))


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


def batches(file: Path, conversations: Sequence[Conversation], session: str, *, several: bool) -> list[Batch]:
    """Cut conversations into batches whose keys follow from the file's bytes, so that they are the same next time.

    In a file of ``several`` conversations, their sessions are told apart by the conversation's name.
    """
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    work = []
    for one in conversations:
        lead = f"{one.name}/" if several else ""
        turns = [dataclasses.replace(turn, session=session or f"{lead}{turn.session}") for turn in one.turns]
        work += [
            Batch(key=f"import/{digest}/{one.name}/{session}/{begin}", turns=turns[begin : begin + BATCH])
            for begin in range(0, len(turns), BATCH)
        ]
    return work


def store(vault: Vault, batch: Batch) -> list[Outcome]:
    """Remember a batch and return what became of each turn."""
    began = datetime.now(UTC)
    try:
        cubes = vault.remember(batch.turns, idempotency_key=batch.key, reason=REASON)
    except Erased:  # which ones, only asking one by one can tell; the others are stored by now
        return [_store_one(vault, turn, f"{batch.key}#{i}", began) for i, turn in enumerate(batch.turns)]
    return [_outcome(cube, began) for cube in cubes]


def _store_one(vault: Vault, turn: Turn, key: str, began: datetime) -> Outcome:
    try:
        return _outcome(vault.remember(turn, idempotency_key=key, reason=REASON), began)
    except Erased:
        return Outcome.ERASED


def _outcome(cube: MemCube, began: datetime) -> Outcome:
    return Outcome.STORED if cube.header.recorded_at >= began else Outcome.KNOWN
