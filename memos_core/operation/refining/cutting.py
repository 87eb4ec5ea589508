"""Lets a model decide where the rules are unsure whether an episode ends. Its verdicts are kept; forming reads them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from memos_core.domain.engram import Message
from memos_core.domain.record import DerivedRow, VaultRow
from memos_core.operation.formation.forming import CELL, MOST_CHARS, cell_of
from memos_core.operation.formation.segmentation import LOOKAHEAD, START, State, doubtful
from memos_core.operation.formation.verdicts import decide, decided
from memos_core.operation.refining.asking import Asked, Asker
from memos_core.ports import Transaction

MAX_TOKENS = 40
_AROUND = 6
"""Messages on each side that are shown."""
_MOST_CHARS = 600
_NO_OTHERS = 2**62


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A gap that the rules are unsure of."""

    vault: str
    before: tuple[Message, ...]
    """The messages before it, from the beginning of its cell."""
    after: tuple[Message, ...]
    is_cut: bool
    """Whether the rules made an end of it."""


def doubts(transaction: Transaction, vault: VaultRow, row: DerivedRow, fingerprint: str) -> list[Doubt]:
    """The gaps in a cell, and at its end, that the rules are unsure of and on which no model has decided."""
    before, after = _neighbours(transaction, vault, row)
    own = [source for source, _ in cell_of(row).sources]
    following = [source for source, _ in cell_of(after).sources][:LOOKAHEAD] if after else []
    order = {source: place for place, source in enumerate([*own, *following])}
    stream = transaction.derived.stream(vault.id, row.session, _NO_OTHERS, list(order), MOST_CHARS)
    messages = sorted(stream, key=lambda one: order[one.source])
    if len(messages) != len(order):
        return []  # the session is about to be formed anew
    found = transaction.derived.vectors(vault.id, fingerprint, list(order)) if fingerprint else {}
    state = State.from_json(json.loads(before.body)["state"]) if before else START
    gaps = doubtful(messages, [found.get(one.source) for one in messages], state, zone=ZoneInfo(vault.zone))
    known = decided(transaction, vault.uid, messages)
    return [
        Doubt(
            vault=vault.uid,
            before=tuple(messages[:gap]),
            after=tuple(messages[gap:]),
            is_cut=gap == len(own),
        )
        for gap in gaps
        if gap not in known and gap <= len(own)
    ]


def asked(asker: Asker, doubt: Doubt) -> Asked[bool]:
    """Ask a model whether what follows a gap is a new episode, by the messages next to it."""
    fields = {"before": _told(doubt.before[-_AROUND:]), "after": _told(doubt.after[:_AROUND])}
    return asker.ask("boundary", fields, _read, max_tokens=MAX_TOKENS)


def keeping(doubt: Doubt, cut: bool) -> Callable[[Transaction], None]:
    """Keeps a verdict."""
    return lambda transaction: decide(transaction, doubt.vault, doubt.before[-1], doubt.after[0], cut)


def _neighbours(
    transaction: Transaction, vault: VaultRow, row: DerivedRow
) -> tuple[DerivedRow | None, DerivedRow | None]:
    """The cells of the session before and after a cell."""
    rows = transaction.derived.in_session(vault.id, CELL, row.session, row.start, 1)
    place = next((at for at, one in enumerate(rows) if one.uid == row.uid), None)
    if place is None:
        return None, None
    return rows[place - 1] if place else None, rows[place + 1] if place + 1 < len(rows) else None


def _read(said: Mapping[str, Any]) -> tuple[bool | None, list[str]]:
    return bool(said["new"]), []


def _told(messages: Sequence[Message]) -> str:
    return "\n".join(f"{one.who}: {one.text[:_MOST_CHARS]}" for one in messages)
