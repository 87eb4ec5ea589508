"""Lets a model say facts in other words, to be taught beside the templates. What it invents is refused."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from memos_core.domain.parametric import Association, Example
from memos_core.operation.refining.asking import Asker, Outcome
from memos_core.operation.refining.grounding import ground

MAX_TOKENS = 1500
AT_ONCE = 12
"""Facts that are shown together."""
SENTENCES = 3
"""For each of them, at most."""
_DENIES = re.compile(
    r"\b(?:not|no|never|nothing|none|nobody|without|cannot|formerly|used to|former|was|were)\b|n['’]t\b|[不没无非]|曾",
    re.IGNORECASE,
)
_END = re.compile(r"[.!。！]+$")


def reworded(asker: Asker, facts: Sequence[Association]) -> tuple[tuple[Example, ...], bool]:
    """Ask a model for further sentences.

    Args:
        asker: The model with its budget.
        facts: What they are to say.

    Returns:
        Sentences that name the subject, end with the value, deny nothing and hold no name or number that the fact does
        not; and whether the store is being closed, so that it was not asked for all of them.
    """
    found: list[Example] = []
    for start in range(0, len(facts), AT_ONCE):
        shown = {f"f{number}": one for number, one in enumerate(facts[start : start + AT_ONCE], 1)}
        lines = [f"{name}: {one.subject} | {one.relation} | {one.value}" for name, one in shown.items()]
        fields = {"facts": "\n".join(lines), "sentences": str(SENTENCES)}

        def read(
            said: Mapping[str, Any], shown: Mapping[str, Association] = shown
        ) -> tuple[tuple[Example, ...] | None, list[str]]:
            return _read(said, shown)

        asked = asker.ask("paraphrase", fields, read, max_tokens=MAX_TOKENS)
        found += asked.value or ()
        if asked.outcome is Outcome.STOPPED:
            return tuple(found), True
        if asked.outcome in (Outcome.FAILED, Outcome.SPENT):  # the templates do without
            break
    return tuple(found), False


def _read(said: Mapping[str, Any], shown: Mapping[str, Association]) -> tuple[tuple[Example, ...] | None, list[str]]:
    made: dict[tuple[str, str], Example] = {}
    refused: list[str] = []
    for name, sentence in _sentences(said):
        fact = shown.get(name)
        if fact is None:
            refused.append(f"there is no {name}")
        elif complaint := _complaint(sentence, fact):
            refused.append(f"{name}: {sentence[:80]!r} {complaint}")
        else:
            prompt = sentence[: -len(fact.value)].rstrip()
            made.setdefault((name, prompt), Example(prompt=prompt, answer=f" {fact.value}."))
    return tuple(made.values()) or None, refused


def _sentences(said: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in said["facts"]:
        for sentence in one["sentences"][:SENTENCES]:
            yield one["id"], _END.sub("", " ".join(sentence.split()))


def _complaint(sentence: str, fact: Association) -> str:
    """Why a sentence cannot be taught; empty where it can."""
    if not sentence.endswith(fact.value):
        return f"does not end with {fact.value!r}"
    rest = sentence[: -len(fact.value)]
    if fact.subject not in rest:
        return f"does not name {fact.subject!r}"
    if _DENIES.search(rest.replace(fact.subject, " ")):
        return "denies something, or tells of the past"
    if invented := ground([fact.subject, fact.relation, fact.value]).invented(sentence):
        return f"invents {', '.join(invented)}"
    return ""
