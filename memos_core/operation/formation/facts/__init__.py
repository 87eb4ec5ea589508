"""Atomic facts of a message, English and Chinese: who, which slot, which value, how certain, since when."""

from collections.abc import Sequence
from datetime import UTC, tzinfo

from memos_core.domain.engram import Fact, Message

__all__ = ["extract_facts"]


def extract_facts(message: Message, before: Sequence[Message] = (), zone: tzinfo = UTC) -> list[Fact]:
    """The facts that a message states, in the order in which it states them.

    Slots of ``domain.slots`` come first; sentences that fill none but tell something become ``said`` facts, a few at
    most. Questions, courtesies, quotations and code state nothing; neither does an assistant. Rules, then a tagger of
    words where they are silent: no clock, no language model, the same answer every time. Idea of the atomic fact:
    EverMemOS, arXiv 2601.02163, section 3.1.

    Args:
        message: The turn.
        before: Up to four turns of the session before it, the oldest first: for pronouns, answers and corrections.
        zone: The time zone whose days the speaker means.

    Returns:
        Facts whose evidence lies inside ``message.text``.

    Raises:
        NaiveDatetime: ``message.at`` has no time zone.
    """
    # The rules compile some hundred patterns; who never extracts does not wait for them.
    from memos_core.operation.formation.facts.extraction import extracted

    return extracted(message, before, zone)
