"""Plays the profile cases of ``tests/cases`` through extraction and ledger, and says how many checks hold.

``python -m tests.unit.ledger.profile_cases FILE...`` prints the failures and the shares.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from memos_core.domain.engram import AttributeStatus, Fact, Message, Profile
from memos_core.domain.slots import canonical
from memos_core.operation.consolidation.ledger import profile
from memos_core.operation.formation.facts import extract_facts

CASES = Path(__file__).parents[2] / "cases"
_BEFORE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One check of one case."""

    case: str
    as_of: bool
    """It asks about an earlier moment."""
    held: bool
    why: str


def load(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def messages_of(case: Mapping[str, Any]) -> list[Message]:
    return [
        Message(
            source=f"{case['id']}-{place}",
            text=one["text"],
            speaker=one["speaker"],
            role=one["role"],
            session=one["session"],
            at=datetime.fromisoformat(one["at"]).astimezone(UTC),
        )
        for place, one in enumerate(case["messages"])
    ]


def facts_of(messages: Sequence[Message], zone: ZoneInfo) -> list[Fact]:
    """Facts of all messages, each read after the four before it in its session."""
    found: list[Fact] = []
    for message in messages:
        before = [
            one
            for one in messages
            if one.session == message.session and (one.at, one.source) < (message.at, message.source)
        ]
        before.sort(key=lambda one: (one.at, one.source))
        found += extract_facts(message, before[-_BEFORE:], zone)
    return found


def run(case: Mapping[str, Any]) -> Iterator[Outcome]:
    messages = messages_of(case)
    facts = facts_of(messages, ZoneInfo(case["zone"]))
    sessions = {one.source: one.session for one in messages}
    last = max(one.at for one in messages) + timedelta(days=1)
    for check in case["checks"]:
        moment = datetime.fromisoformat(check["as_of"]) if check["as_of"] else last
        why = fault(profile(facts, moment, sessions), check)
        yield Outcome(case=case["id"], as_of=bool(check["as_of"]), held=not why, why=why)


def fault(known: Profile, check: Mapping[str, Any]) -> str:
    """What is wrong with a check, or nothing."""
    current = known.current(check["slot"], check["subject"])
    shown = [one.value for one in current]
    wanted = check["value"] if isinstance(check["value"], list) else [] if check["value"] is None else [check["value"]]
    if check["value"] is None and current:
        return f"expected none, has {shown}"
    for value in wanted:
        if not any(alike(value, one) for one in shown):
            return f"lacks {value!r}, has {shown}"
    for value in check.get("not", ()):
        if any(alike(value, one) for one in shown):
            return f"still has {value!r}: {shown}"
    status = check.get("status")
    if status and any(one.status != AttributeStatus(status) for one in current):
        return f"is {[one.status.value for one in current]}, not {status}"
    over = [
        one.value
        for one in known.attributes
        if (one.subject, one.slot) == (check["subject"], canonical(check["slot"]))
        and one.status in (AttributeStatus.SUPERSEDED, AttributeStatus.RETRACTED)
    ]
    for value in check.get("former", ()):
        if not any(alike(value, one) for one in over):
            return f"former lacks {value!r}, has {over}"
    return ""


def alike(one: str, other: str) -> bool:
    first, second = _plain(one), _plain(other)
    if any("\u4e00" <= char <= "\u9fff" for char in one + other):  # Chinese is written without spaces, or with some
        first, second = first.replace(" ", ""), second.replace(" ", "")
    return bool(first and second) and (first in second or second in first)


def _plain(value: str) -> str:
    folded = unicodedata.normalize("NFKC", value).casefold()
    return " ".join(re.sub(r"[^\w\s]", " ", re.sub(r"\b(?:a|an|the)\b", " ", folded)).split())


def main(paths: Sequence[str]) -> None:
    for path in paths:
        cases = load(Path(path))
        outcomes = [outcome for case in cases for outcome in run(case)]
        by_id = {case["id"]: case for case in cases}
        shown: set[str] = set()
        for one in outcomes:
            if not one.held:
                if one.case not in shown:
                    shown.add(one.case)
                    print(one.case, [message["text"] for message in by_id[one.case]["messages"]])
                print("    ", "as of" if one.as_of else "current", one.why)
        for label, chosen in (
            ("current", [one for one in outcomes if not one.as_of]),
            ("as of", [one for one in outcomes if one.as_of]),
        ):
            print(f"{Path(path).name} {label}: {sum(one.held for one in chosen)}/{len(chosen)}")


if __name__ == "__main__":
    main(sys.argv[1:])
