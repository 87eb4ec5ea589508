"""What the demo shows."""

import re
import shlex
import statistics
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from memos_core.cli.options import store_path
from memos_core.cli.screen import ACCENT, BAD, GOOD, QUIET, WARN, excerpt, excerpt_lines, plain, size, table
from memos_core.domain.record import StoreStats
from memos_core.evaluation.conversations import Conversation

STRONGEST = 3
"""Lines of a recollection that are shown besides those that hold the evidence."""
WIDEST = 120
"""Columns that are used at most."""
WIDEST_NAME = 10
INDENT = 3


def introduce(out: Console, played: Conversation, middle: int, url: str, *, embedder: bool) -> None:
    """Say what is about to happen, and where."""
    turns = played.turns
    who = list(dict.fromkeys(turn.speaker or turn.role for turn in turns))
    days = [turn.at for turn in turns if turn.at is not None]
    when = f", {_month(min(days))} to {_month(max(days))}" if days else ""
    sessions = len({turn.session for turn in turns})
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style=QUIET)
    rows.add_column()
    rows.add_row("conversation", plain(f"{' and '.join(who[:3])}: {len(turns)} turns, {sessions} sessions{when}"))
    rows.add_row("chain", "LangChain's: history, prompt, a model that replies as recorded")
    rows.add_row("memory", f"ours, at {place(url)}")
    rows.add_row("search", "by words and by meaning, with a model on this machine" if embedder else "by words only")
    rows.add_row("process 1", f"plays turns 1–{middle} and ends")
    rows.add_row(
        "process 2",
        f"opens the store, plays turns {middle + 1}–{len(turns)}, is asked {len(played.questions)} questions",
    )
    title = Text("memos demo", style=f"bold {ACCENT}").append(f"  {plain(played.name)}", style=QUIET)
    out.print(Panel(rows, title=title, title_align="left", box=box.ROUNDED, border_style=QUIET, width=_width(out)))


def tell_part(out: Console, begin: int, end: int, report: dict[str, Any]) -> None:
    """Say what a process did, when it has ended."""
    found = f"found {report['memories']} memories, " if report["memories"] else ""
    made = f", made vectors in {report['settle_s']:.1f} s" if report["vectors"] else ""
    row = Table.grid(padding=(0, 1))
    row.add_column(style=GOOD)
    row.add_column()
    said = Text(f"process {report['part']} has ended").append(f" (pid {report['pid']}): ", style=QUIET)
    row.add_row("✓", said.append(f"{found}played turns {begin + 1}–{end} in {report['play_s']:.1f} s{made}"))
    out.print(row)


def show_questions(out: Console, chosen: Sequence[dict[str, Any]]) -> None:
    """Show questions in full: what the model would be told, and whether the evidence is in it."""
    if not chosen:
        return
    out.print()
    legend = "  the strongest memories, and those with the answer (●)"
    out.print(Text("What the model would be told", style="bold").append(legend, style=f"not bold {QUIET}"))
    lines = [hit for one in chosen for hit in _lines_that_matter(one)]
    widths = [max((len(excerpt(hit[name], WIDEST_NAME)) for hit in lines), default=0) for name in ("speaker", "source")]
    for number, one in enumerate(chosen, 1):
        out.print()
        out.print(_question(number, one, _width(out), widths))


def _question(number: int, one: dict[str, Any], width: int, widths: Sequence[int]) -> Group:
    head = Table.grid()
    head.add_column(width=INDENT, style="bold")
    head.add_column()
    asked = Text(plain(one["question"]), style="bold")
    head.add_row(str(number), asked.append(f"  {plain(one['category'])}", style=f"not bold {QUIET}"))
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style=QUIET)
    facts.add_column()
    facts.add_row("gold", Text(plain(one["answer"]), style=GOOD))
    if one["said"]:
        facts.add_row("model", plain(one["said"]))
    body: list[Table | Text] = [facts, _lines(one, width - INDENT, widths), _verdict(one)]
    return Group(head, *(Padding(part, (0, 0, 0, INDENT)) for part in body))


def _lines_that_matter(one: dict[str, Any]) -> list[dict[str, Any]]:
    """The strongest lines of the recollection, and those that hold the evidence."""
    evidence = set(one["evidence"])
    return [hit for n, hit in enumerate(one["hits"]) if n < STRONGEST or hit["source"] in evidence]


def _lines(one: dict[str, Any], width: int, widths: Sequence[int]) -> Table:
    made = Table.grid(padding=(0, 1))
    made.width = width
    fixed = (1, 3, 5, 10, *widths)
    for n, room in enumerate(fixed):
        made.add_column(justify="right" if n in {1, 2} else "left", style=QUIET, no_wrap=True, width=room)
    made.add_column(ratio=1, overflow="ellipsis")
    room = width - sum(fixed) - len(fixed)
    for hit in _lines_that_matter(one):
        here = hit["source"] in one["evidence"]
        start = telling_part(hit["text"], one["answer"], 2 * room) if here else hit["passage"][0]
        made.add_row(
            Text("●" if here else "", style=GOOD),
            f"{hit['rank']}.",
            f"{hit['score']:.2f}",
            hit["day"],
            excerpt(hit["speaker"], WIDEST_NAME),
            excerpt(hit["source"], WIDEST_NAME),
            Text(excerpt_lines(hit["text"], room, 2 if here else 1, start), style="default" if here else QUIET),
        )
    return made


def telling_part(text: str, answer: str, room: int) -> int:
    """Where to begin an excerpt of ``room`` characters, so that it shows the sentence nearest to the gold answer."""
    if len(text) <= room:
        return 0
    wanted = set(_words(answer))
    starts = [0, *(found.end() for found in re.finditer(r"[.!?]\s+", text))]
    ends = [*starts[1:], len(text)]
    shared = [len(wanted & set(_words(text[start:end]))) for start, end in zip(starts, ends, strict=True)]
    best = max(range(len(starts)), key=lambda n: shared[n])
    return 0 if ends[best] <= room else starts[best]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.lower()) if len(word) > 2]


def _verdict(one: dict[str, Any]) -> Text:
    wanted, there = len(one["evidence"]), len(one["in_context"])
    cost = f"{'' if one['tokens_exact'] else 'about '}{one['tokens']} tokens, {one['ms']:.0f} ms"
    if not wanted:
        said = Text("– nothing was ever said about it", style=QUIET)
    elif there == wanted:
        said = Text(f"✓ {there} of {wanted} evidence turns in the context", style=GOOD)
    else:
        missing = ", ".join(source for source in one["evidence"] if source not in one["in_context"])
        said = Text(f"✗ {there} of {wanted} evidence turns in the context; missing {missing}")
        said.stylize(WARN if there else BAD)
    return said.append(f"   {cost}", style=QUIET)


def conclude(
    out: Console, asked: Sequence[dict[str, Any]], counts: StoreStats, url: str, vault: str, budget: int
) -> None:
    """Sum up, by category and in all, and say what to try next."""
    out.print()
    if asked:
        out.print(_summary(asked, budget))
        out.print()
    kept = Text("kept  ", style=QUIET).append(place(url), style="default")
    out.print(kept.append(f"  {size(counts.bytes)}", style=QUIET), soft_wrap=True)
    easy = [one["question"] for one in asked if "'" not in one["question"]]
    asking = ["recall", easy[0]] if easy else ["log"]
    here = ["--store", place(url)]
    for lead, words in (
        ("next", [*asking, *here, "--vault", vault]),
        ("", ["profile", "--history", *here, "--vault", vault]),
        ("", ["doctor", *here]),
    ):
        command = plain(shlex.join(["memos", *words]))
        out.print(Text(f"{lead:<6}", style=QUIET).append(command, style=ACCENT), soft_wrap=True)


def place(url: str) -> str:
    """The store as ``--store`` takes it: the file's path, or the URL of another engine."""
    path = store_path(url)
    return str(path) if path else url


def _summary(asked: Sequence[dict[str, Any]], budget: int) -> Table:
    columns = ("questions", "evidence found", "recall", "mean tokens", "p50 ms")
    made = table("kind", *columns, right=columns, title=f"All {len(asked)} questions, {budget} tokens of memory each")
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in asked:
        groups.setdefault(one["category"] or "any", []).append(one)
    for name, group in groups.items():
        made.add_row(plain(name), *_measures(group))
    if len(groups) > 1:
        made.add_section()
        made.add_row(Text("all", style="bold"), *_measures(asked))
    return made


def _measures(group: Sequence[dict[str, Any]]) -> list[str]:
    wanted = sum(len(one["evidence"]) for one in group)
    found = sum(len(one["in_context"]) for one in group)
    return [
        str(len(group)),
        f"{found} of {wanted}" if wanted else "–",
        f"{found / wanted:.0%}" if wanted else "–",
        f"{statistics.fmean(one['tokens'] for one in group):.0f}",
        f"{statistics.median(one['ms'] for one in group):.0f}",
    ]


def _width(out: Console) -> int:
    return min(out.width, WIDEST)


def _month(day: datetime) -> str:
    return f"{day:%b %Y}"
