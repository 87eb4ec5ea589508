"""The dated cases of foresight, and what counts as right.

A check names a moment, a keyword, a kind and a status: right when an item known at that moment has the keyword in its
text or topic, the kind and the status. A keyword of ``absent`` must be in no item at all.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from memos_core.domain.engram import Foresight, ForesightKind, Message
from memos_core.operation.formation.foresight import close, extract_foresight

FILES = sorted((Path(__file__).parents[2] / "cases").glob("foresight_*.jsonl"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    now: datetime
    topic: str
    kind: str
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    name: str
    zone: ZoneInfo
    messages: tuple[Message, ...]
    checks: tuple[Check, ...]
    absent: tuple[str, ...]


def cases(path: Path) -> list[Case]:
    return [_case(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _case(said: dict) -> Case:
    messages = tuple(
        Message(
            source=f"{said['id']}:{place}",
            text=message["text"],
            speaker=message["speaker"],
            role=message["role"],
            session=message["session"],
            at=datetime.fromisoformat(message["at"]),
        )
        for place, message in enumerate(said["messages"])
    )
    checks = (Check(**{**check, "now": datetime.fromisoformat(check["now"])}) for check in said["checks"])
    return Case(
        name=said["id"],
        zone=ZoneInfo(said["zone"]),
        messages=messages,
        checks=tuple(checks),
        absent=tuple(said["absent"]),
    )


def foreseen(messages: Sequence[Message], zone: ZoneInfo) -> list[Foresight]:
    """What formation makes of a conversation."""
    found: list[Foresight] = []
    for place, message in enumerate(messages):
        before = [earlier for earlier in messages[:place] if earlier.session == message.session]
        found += extract_foresight(message, before[-4:], zone)
    return close(found, messages)


def told_once(items: Sequence[Foresight]) -> list[Foresight]:
    """The items without the states that stand beside a restriction of the same words: an injury is both."""
    restricts = {item.evidence for item in items if item.kind is ForesightKind.CONSTRAINT}
    return [item for item in items if item.kind is not ForesightKind.STATE or item.evidence not in restricts]


def _named(item: Foresight, word: str) -> bool:
    return word.casefold() in f"{item.text} {item.topic}".casefold()


def verdicts(case: Case) -> Iterator[tuple[str, bool]]:
    """Each decision of the case and whether it is right."""
    items = foreseen(case.messages, case.zone)
    for check in case.checks:
        known = [item for item in items if item.observed_at <= check.now and _named(item, check.topic)]
        right = any((item.kind, item.status(check.now)) == (check.kind, check.status) for item in known)
        yield f"{case.name} {check.now:%Y-%m-%d} {check.topic} {check.kind} {check.status}", right
    for word in case.absent:
        yield f"{case.name} absent {word}", not any(_named(item, word) for item in items)
