"""Tool calls in a local model's reply, in the notations that open models are trained to write."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_TAGGED = re.compile(r"<tool_call>\s*(.*?)\s*(?:</tool_call>|\Z)", re.DOTALL)
"""Hermes, Qwen: JSON between tags."""
_MARKED = re.compile(r"\[TOOL_CALLS\]\s*(\[.*\]|\{.*\})", re.DOTALL)
"""Mistral: a JSON list after a mark."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolRequest:
    """A call that a model asks for."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)


def tool_requests(reply: str) -> tuple[str, list[ToolRequest]]:
    """The words of a reply and the calls in it; what is not well-formed stays among the words.

    Known notations: JSON in ``<tool_call>`` tags, a list after ``[TOOL_CALLS]``, a whole reply that is one JSON object
    with ``name`` and ``arguments`` or ``parameters`` (Llama 3).
    """
    for pattern in (_TAGGED, _MARKED):
        found: list[ToolRequest] = []

        def taken(match: re.Match[str], found: list[ToolRequest] = found) -> str:
            calls = list(_requests(match[1]))
            found += calls
            return "" if calls else match[0]

        words = pattern.sub(taken, reply)
        if found:
            return words.strip(), found
    whole = list(_requests(reply.strip().removeprefix("<|python_tag|>"))) if "{" in reply[:20] else []
    return ("", whole) if whole else (reply, [])


def _requests(text: str) -> Iterator[ToolRequest]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return
    for one in said if isinstance(said, list) else [said]:
        if not isinstance(one, dict):
            return
        name, arguments = one.get("name"), one.get("arguments", one.get("parameters"))
        if isinstance(arguments, str):
            try:
                arguments = json.loads(arguments)
            except (ValueError, RecursionError):
                return
        if not isinstance(name, str) or not isinstance(arguments, dict):
            return
        yield ToolRequest(name=name, arguments=arguments)
