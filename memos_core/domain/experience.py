"""Procedural memory: what an agent did for a task, and how it went."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from memos_core.domain.cube import Json, MemCube


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall:
    """One step: a tool that was called, and what came of it."""

    tool: str
    """Its name."""
    arguments: Mapping[str, Json] = field(default_factory=dict)
    result: str = ""
    """What it returned, as text."""
    failed: bool = False
    """Whether it returned an error."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """A task, the calls that were made for it, and the outcome."""

    task: str
    """What was to be done, in words that a later task of the kind would use."""
    calls: tuple[ToolCall, ...] = ()
    outcome: str = ""
    """How it ended, in a sentence."""
    succeeded: bool = True
    cube: MemCube | None = None
    """Where it is kept; ``None`` before that."""

    def __str__(self) -> str:
        lines = [f"Task: {self.task}"]
        for number, call in enumerate(self.calls, 1):
            given = ", ".join(f"{name}={value!r}" for name, value in call.arguments.items())
            came = f" -> {'failed: ' if call.failed else ''}{call.result}" if call.result or call.failed else ""
            lines.append(f"{number}. {call.tool}({given}){came}")
        ended = "Succeeded" if self.succeeded else "Failed"
        return "\n".join([*lines, f"{ended}: {self.outcome}" if self.outcome else f"{ended}."])
