"""What lies ahead of people, what they owe, and what holds for them for a while. Rules, and the weight of all words.

The interval that decides whether such a thing holds now is the P of a cell in EverMemOS (arXiv 2601.02163, section 3).
The rule tables are loaded on first use.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo

from memos_core.domain.engram import Agenda, Foresight, Message

__all__ = ["agenda", "close", "extract_foresight"]


def extract_foresight(message: Message, before: Sequence[Message] = (), zone: tzinfo = UTC) -> list[Foresight]:
    """What a message says of the time to come: plans, commitments, temporary states and restrictions.

    Args:
        message: The message.
        before: Up to four messages of its session before it, oldest first.
        zone: The time zone whose days its people mean.

    Returns:
        In the order of the text; most messages say nothing of the kind. What assistants say never counts.
    """
    from memos_core.operation.formation.foresight.extract import extract

    return extract(message, before, zone)


def close(foresights: Sequence[Foresight], messages: Sequence[Message]) -> list[Foresight]:
    """The foresights with what later messages say of them: fulfilled, cancelled, or said again.

    A pure function of both sets: their order does not matter.

    Args:
        foresights: As extracted, open.
        messages: Of the same conversation, the ones that the foresights come from included.

    Returns:
        By start, then by when they were said. Mentions of one thing with one interval are merged into the first.
    """
    from memos_core.operation.formation.foresight.ledger import closed

    return closed(foresights, messages)


def agenda(foresights: Iterable[Foresight], now: datetime) -> Agenda:
    """The foresights as they stand at ``now``; what was said later is not among them.

    Of several mentions of one thing the latest known at ``now`` counts.
    """
    from memos_core.operation.formation.foresight.ledger import agenda_at

    return agenda_at(foresights, now)
