"""Commands about the store as a whole: vaults, stats, doctor."""

import platform
from collections.abc import Iterable
from typing import Any

import typer
from rich.text import Text

from memos_core import MemoryOS
from memos_core.cli.options import NOTHING_FOUND, Options, open_memory
from memos_core.cli.screen import BAD, GOOD, QUIET, console, plain, print_json, size, table
from memos_core.cli.values import stats_value
from memos_core.domain.record import StoreStats


def vaults(options: Options) -> None:
    """List the vaults of the store."""
    with open_memory(options) as memory:
        names = memory.vaults()
    if options.json:
        print_json(names)
        return
    for name in names:
        console().print(Text(plain(name)))


def stats(options: Options) -> None:
    """Count what the store holds."""
    with open_memory(options) as memory:
        whole = memory.stats()
        parts = {name: memory.vault(name, create=False).stats() for name in memory.vaults()}
    if options.json:
        by_name = {name: stats_value(part) for name, part in parts.items()}
        print_json({"store": options.url, **stats_value(whole), "by_vault": by_name})
        return
    kinds = {"cells": "cell", "scenes": "scene"}
    kinds |= {name: kind for name, kind in _OTHER_FORMS.items() if whole.derived.get(kind)}
    columns = ("active", "forgotten", "erased", "versions", "vectors", *kinds, "jobs")
    shown = table("vault", *columns, right=columns)
    for name, part in parts.items():
        shown.add_row(plain(name), *_counts(part, kinds.values()))
    if len(parts) != 1:
        shown.add_section()
        shown.add_row(Text("all", style="bold"), *_counts(whole, kinds.values()))
    out = console()
    out.print(Text(options.url, style="bold").append(f"   {size(whole.bytes)}", style=QUIET))
    out.print(shown)


_OTHER_FORMS = {"kv": "activation", "lora": "parametric"}
"""Columns that are shown where there is something to count."""


def _counts(part: StoreStats, kinds: Iterable[str]) -> list[str]:
    states = [part.cubes.get(state, 0) for state in ("active", "forgotten", "erased")]
    jobs = ", ".join(f"{count} {state}" for state, count in part.jobs.items() if count) or "0"
    derived = [part.derived.get(kind, 0) for kind in kinds]
    vectors = f"{part.vectors:,}/{part.passages:,}"
    return [*(f"{n:,}" for n in (*states, part.versions)), vectors, *(f"{n:,}" for n in derived), jobs]


def doctor(options: Options) -> None:
    """Check the store: integrity, index, jobs, vectors. Exits with 1 when something is wrong."""
    with open_memory(options) as memory:
        problems = memory.doctor()
        facts = _facts(memory)
    if options.json:
        print_json({"store": options.url, "sound": not problems, "problems": problems, **facts})
    else:
        _print_checkup(options, problems, facts)
    if problems:
        raise typer.Exit(NOTHING_FOUND)


def _facts(memory: MemoryOS) -> dict[str, Any]:
    counts = memory.stats()
    return {
        "python": platform.python_version(),
        "vaults": counts.vaults,
        "cubes": sum(counts.cubes.values()),
        "passages": counts.passages,
        "vectors": counts.vectors,
        "jobs": dict(counts.jobs),
        "bytes": counts.bytes,
    }


def _print_checkup(options: Options, problems: list[str], facts: dict[str, Any]) -> None:
    out = console()
    tick, cross = Text("✓ ", style=GOOD), Text("✗ ", style=BAD)
    out.print(tick + Text(f"{options.url} opens: {facts['vaults']} vaults, {facts['cubes']} memories"))
    waiting = sum(count for state, count in facts["jobs"].items() if state != "dead")
    out.print(tick + Text(f"{facts['vectors']} of {facts['passages']} passages have a vector, {waiting} jobs to do"))
    for problem in problems:
        out.print(cross + Text(plain(problem)))
    if not problems:
        out.print(tick + Text("database, index, jobs and blobs are sound"))
