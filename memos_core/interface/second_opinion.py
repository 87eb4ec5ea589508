"""What a language model says of a recollection, where the store was opened with one for recall."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from memos_core.domain.query import Verdict

if TYPE_CHECKING:
    from memos_core.interface.runtime import Runtime


def model_verdict(runtime: Runtime, question: str, text: str, now: datetime) -> Verdict | None:
    """Whether a text to be shown answers a question; ``None`` where the rules' verdict stands.

    Args:
        runtime: The open store.
        question: As the caller asked it.
        text: The rendered recollection.
        now: When it is asked.
    """
    if runtime.asker is None or not (lines := _lines(text)):
        return None
    from memos_core.operation.refining.answers import verdict

    return verdict(runtime.asker, question, lines, now).value


def model_queries(runtime: Runtime, question: str, text: str, missing: Sequence[str]) -> tuple[str, ...]:
    """Other forms of a question, best first; none where the rules' forms stand."""
    if runtime.asker is None:
        return ()
    from memos_core.operation.refining.answers import rewritten

    return rewritten(runtime.asker, question, _lines(text), missing).value or ()


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip()]
