"""What facts of one message are expected, in short: ``subject | slot | value | marks``."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from memos_core.domain.engram import Fact, Message, Modality, Polarity
from memos_core.operation.formation.facts import extract_facts

SAID_AT = datetime(2024, 6, 12, 18, tzinfo=UTC)  # a Wednesday


def said(text: str, speaker: str = "Mara", role: str = "user", place: int = 0) -> Message:
    return Message(
        source=f"m{place}", text=text, speaker=speaker, role=role, session="s", at=SAID_AT + timedelta(minutes=place)
    )


def facts_of(text: str, speaker: str = "Mara", before: Sequence[Message] = ()) -> list[Fact]:
    return extract_facts(said(text, speaker, place=len(before)), before)


def short(fact: Fact) -> str:
    marks = [
        *([fact.polarity.value] if fact.polarity is not Polarity.AFFIRMED else []),
        *([fact.modality.value] if fact.modality is not Modality.ASSERTED else []),
    ]
    return " | ".join((fact.subject, fact.predicate, fact.object, *marks))


def slots(text: str, speaker: str = "Mara", before: Sequence[Message] = ()) -> set[str]:
    """Facts that fill a slot, in short."""
    return {short(one) for one in facts_of(text, speaker, before) if one.predicate != "said"}
