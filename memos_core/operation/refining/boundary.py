"""Lets a model decide where the rules are unsure whether an episode ends."""

from collections.abc import Mapping, Sequence
from typing import Any

from memos_core.domain.engram import Message
from memos_core.operation.refining.asking import Asked, Asker

MAX_TOKENS = 40
_AROUND = 6
"""Messages on each side that are shown."""
_MOST_CHARS = 600


def begins_anew(asker: Asker, before: Sequence[Message], after: Sequence[Message]) -> Asked[bool]:
    """Ask a model whether ``after`` is a new episode, by the messages next to the gap."""
    fields = {"before": _told(before[-_AROUND:]), "after": _told(after[:_AROUND])}
    return asker.ask("boundary", fields, _read, max_tokens=MAX_TOKENS)


def _read(said: Mapping[str, Any]) -> tuple[bool | None, list[str]]:
    return bool(said["new"]), []


def _told(messages: Sequence[Message]) -> str:
    return "\n".join(f"{one.who}: {one.text[:_MOST_CHARS]}" for one in messages)
