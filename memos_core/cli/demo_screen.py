"""What the demo shows."""

import shlex
import statistics
from collections.abc import Sequence
from typing import Any

from rich import box
from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from memos_core.cli.screen import ACCENT, BAD, GOOD, QUIET, WARN, excerpt, plain, size, table
from memos_core.domain.record import StoreStats
from memos_core.evaluation.conversations import Conversation

STRONGEST = 3
"""Lines of a recollection that are shown besides those that hold the evidence."""
WIDEST = 120


def introduce(out: Console, played: Conversation, middle: int, url: str, *, embedder: bool) -> None:
    """Say what is about to happen, and where."""
    turns = played.turns
    who = list(dict.fromkeys(turn.speaker or turn.role for turn in turns))
    days = [turn.at for turn in turns if turn.at is not None]
    when = f", {min(days):%-d %b %Y} to {max(days):%-d %b %Y}" if days else ""
    sessions = len({turn.session for turn in turns})
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style=QUIET)
    rows.add_column()
    rows.add_row("conversation", plain(f"{' and '.join(who[:3])}: {len(turns)} turns in {sessions} sessions{when}"))
    rows.add_row("memory", f"a LangChain message history over {url}")
    rows.add_row("search", "words and meaning (sentence embeddings, on this machine)" if embedder else "words only")
    rows.add_row("process 1", f"plays turns 1–{middle} through a LangChain chain, and ends")
    rows.add_row(
        "process 2",
        f"opens the store, plays turns {middle + 1}–{len(turns)}, answers {len(played.questions)} questions",
    )
    title = Text("memos demo", style=f"bold {ACCENT}").append(f"  {plain(played.name)}", style=QUIET)
    out.print(Panel(rows, title=title, title_align="left", box=box.ROUNDED, border_style=QUIET, width=_width(out)))


def tell_part(out: Console, begin: int, end: int, report: dict[str, Any]) -> None:
    """Say what a process did, when it has ended."""
    tick = Text("✓ ", style=GOOD)
    number = report["part"]
    found = f"found {report['memories']} memories, " if number > 1 else ""
    line = f"process {number} (pid {report['pid']}) {found}played turns {begin + 1}–{end} in {report['play_s']:.1f} s"
    out.print(tick + Text(line, style="default"))
    vectors = f"{report['vectors']} of {report['passages']} passages have a vector"
    vectors += f" ({report['settle_s']:.1f} s)" if report["vectors"] else ""
    out.print(Text(f"  {vectors}; it has ended", style=QUIET))


def show_questions(out: Console, asked: Sequence[dict[str, Any]], count: int) -> None:
    """Show ``count`` questions in full, of every category in turn."""
    chosen = spread(asked, count)
    if not chosen:
        return
    out.print()
    out.print(Text("What the model would be told", style="bold"))
    for number, one in enumerate(chosen, 1):
        out.print()
        out.print(_question(number, one, _width(out)))


def spread(asked: Sequence[dict[str, Any]], count: int) -> list[dict[str, Any]]:
    """The first question of every category, then the second of every category, up to ``count``."""
    by_category: dict[str, list[dict[str, Any]]] = {}
    for one in asked:
        by_category.setdefault(one["category"], []).append(one)
    rounds = [[group[n] for group in by_category.values() if n < len(group)] for n in range(len(asked))]
    return [one for each in rounds for one in each][:count]


def _question(number: int, one: dict[str, Any], width: int) -> Group:
    head = Text(f"{number}  {plain(one['question'])}", style="bold").append(
        f"  {one['category']}", style=f"not bold {QUIET}"
    )
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style=QUIET)
    facts.add_column()
    facts.add_row("gold", Text(plain(one["answer"]), style=GOOD))
    if one["said"]:
        facts.add_row("model", plain(one["said"]))
    body = [facts, _lines(one, width - 3), _verdict(one)]
    return Group(head, *(Padding(part, (0, 0, 0, 3)) for part in body))


def _lines(one: dict[str, Any], width: int) -> Table:
    """The strongest lines of the recollection, and those that hold the evidence."""
    evidence = set(one["evidence"])
    lines = [hit for n, hit in enumerate(one["hits"]) if n < STRONGEST or hit["source"] in evidence]
    made = Table.grid(padding=(0, 1))
    for name in ("mark", "rank", "score", "day", "who", "source"):
        made.add_column(justify="right" if name in {"rank", "score"} else "left", style=QUIET, no_wrap=True)
    made.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    made.width = width
    for hit in lines:
        here = hit["source"] in evidence
        made.add_row(
            Text("●" if here else " ", style=GOOD),
            f"{hit['rank']}.",
            f"{hit['score']:.2f}",
            hit["day"],
            excerpt(hit["speaker"], 10),
            excerpt(hit["source"], 10),
            Text(excerpt(hit["text"], width, tuple(hit["passage"])), style="default" if here else QUIET),
        )
    return made


def _verdict(one: dict[str, Any]) -> Text:
    wanted, there = len(one["evidence"]), len(one["in_context"])
    cost = f"{'' if one['tokens_exact'] else 'about '}{one['tokens']} tokens, {one['ms']:.0f} ms"
    if not wanted:
        said = Text("– nothing was ever said about it", style=QUIET)
    elif there == wanted:
        said = Text(f"✓ {there} of {wanted} evidence turns in the context", style=GOOD)
    else:
        missing = ", ".join(source for source in one["evidence"] if source not in one["in_context"])
        said = Text(
            f"✗ {there} of {wanted} evidence turns in the context; missing {missing}", style=BAD if not there else WARN
        )
    return said.append(f"   {cost}", style=QUIET)


def conclude(
    out: Console, asked: Sequence[dict[str, Any]], counts: StoreStats, url: str, vault: str, budget: int
) -> None:
    """Sum up, by category and in all, and say what to try next."""
    out.print()
    if asked:
        out.print(_summary(asked, budget))
    out.print(
        Text("kept  ", style=QUIET).append(f"{url}", style="default").append(f"   {size(counts.bytes)}", style=QUIET),
        soft_wrap=True,
    )
    out.print(Text("next  ", style=QUIET).append("the same store is open to every command:", style="default"))
    question = asked[0]["question"] if asked else "What do you remember?"
    for words in (["recall", question, "--why"], ["log", "--limit", "10"], ["doctor"]):
        command = shlex.join(["memos", *words, "--store", url, "--vault", vault])
        out.print(Text(f"      {plain(command)}", style=ACCENT), soft_wrap=True)


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
