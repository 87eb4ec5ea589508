"""The hand-written cases, and what counts as right."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from memos_core.operation.formation.temporal import TimeExpression

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    phrase: str
    start: datetime
    """Aware UTC."""
    end: datetime
    granularity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    language: str
    text: str
    anchor: datetime
    zone: ZoneInfo
    half: str
    """``dev``: seen while the rules were written. ``held_out``: written before them and not used to change them."""
    expected: tuple[Expected, ...]

    def __str__(self) -> str:
        return f"{self.text!r} at {self.anchor.isoformat()} in {self.zone.key}"


def cases() -> tuple[Case, ...]:
    return tuple(
        _case(language, json.loads(line))
        for language in ("en", "zh")
        for line in (HERE / f"cases_{language}.jsonl").read_text(encoding="utf-8").splitlines()
    )


def _case(language: str, row: dict) -> Case:
    zone = ZoneInfo(row["tz"])

    def utc(local: str) -> datetime:
        return datetime.fromisoformat(local).replace(tzinfo=zone).astimezone(UTC)

    return Case(
        language=language,
        text=row["text"],
        anchor=datetime.fromisoformat(row["anchor"]),
        zone=zone,
        half=row["half"],
        expected=tuple(
            Expected(phrase=e["phrase"], start=utc(e["start"]), end=utc(e["end"]), granularity=e["granularity"])
            for e in row["expect"]
        ),
    )


def is_exact(case: Case, found: Sequence[TimeExpression]) -> bool:
    """The same intervals with the same granularities, in the same order, and none besides."""
    return [(x.start, x.end, x.granularity.value) for x in found] == [
        (x.start, x.end, x.granularity) for x in case.expected
    ]
