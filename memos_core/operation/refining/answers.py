"""Lets a model judge whether what was found answers a question, and ask otherwise where it does not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from memos_core.domain.query import Verdict
from memos_core.operation.refining.asking import Asked, Asker
from memos_core.operation.refining.grounding import Ground, ground

MAX_TOKENS = 400
MOST_QUERIES = 2
MOST_LINES = 60
_MOST_CHARS = 1200
"""Of a line."""
_UNSURE = 0.5


def verdict(asker: Asker, question: str, lines: Sequence[str], now: datetime) -> Asked[Verdict]:
    """Ask a model whether lines of memory answer a question. It must quote what does.

    Args:
        asker: The model with its budget.
        question: As the caller asked it.
        lines: What would be shown, best first.
        now: When it is asked.
    """
    shown = _shown(lines)
    known = ground([question, *shown.values()])
    fields = {"question": question, "lines": _listed(shown), "now": f"{now:%A}, {now.day} {now:%B} {now.year}"}
    return asker.ask("verdict", fields, lambda said: _judged(said, shown, known), max_tokens=MAX_TOKENS)


def rewritten(asker: Asker, question: str, lines: Sequence[str], missing: Sequence[str]) -> Asked[tuple[str, ...]]:
    """Ask a model for up to ``MOST_QUERIES`` other ways to ask, with no names, numbers or dates of its own."""
    shown = _shown(lines)
    fields = {
        "question": question,
        "missing": "; ".join(missing) or "the answer",
        "lines": _listed(shown),
        "most": str(MOST_QUERIES),
    }
    known = ground([question, *shown.values()])

    def read(said: Mapping[str, Any]) -> tuple[tuple[str, ...] | None, list[str]]:
        refused, kept = [], []
        for query in said["queries"]:
            if invented := known.invented(query):
                refused.append(f"query {query!r}: {', '.join(invented)} is neither in the question nor in the lines")
            elif _plain(query) != _plain(question):
                kept.append(" ".join(query.split()))
        return tuple(dict.fromkeys(kept))[:MOST_QUERIES] or None, refused

    return asker.ask("rewrite", fields, read, max_tokens=MAX_TOKENS)


def _judged(said: Mapping[str, Any], shown: Mapping[str, str], known: Ground) -> tuple[Verdict | None, list[str]]:
    refused = []
    held = 0
    for quote in said["quotes"]:
        words = quote["text"].strip()
        if words and words in shown.get(quote["line"], ""):
            held += 1
        else:
            refused.append(f"{quote['line']} does not say {words[:80]!r}")
    if said["sufficient"] and not held:
        return None, [*refused, "sufficient: quote the words that hold the answer"]
    missing = () if said["sufficient"] else tuple(said["missing"])
    if guessed := [one for one in missing if known.invented(one)]:
        refused.append(f"missing: {', '.join(guessed)} names what nobody asked for")
    given = float(said.get("confidence", _UNSURE))
    return (
        Verdict(
            sufficient=said["sufficient"],
            missing=tuple(" ".join(one.split()) for one in missing if one not in guessed),
            confidence=given if held else min(given, 1 - given),
            abstain=not said["sufficient"] and not held,
        ),
        refused,
    )


def _shown(lines: Sequence[str]) -> dict[str, str]:
    return {f"l{number}": line[:_MOST_CHARS] for number, line in enumerate(lines[:MOST_LINES], 1)}


def _listed(shown: Mapping[str, str]) -> str:
    return "\n".join(f"{name}: {line}" for name, line in shown.items()) or "nothing was found"


def _plain(query: str) -> str:
    return " ".join(query.casefold().split()).rstrip("?？.。")
