"""The job that turns new memories into cells, session by session.

Cells are a pure function of a session's memories in order of event time. A job restarts a little before the earliest
change, so that its work does not grow with the session, and stores what differs from what is there.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from hashlib import blake2b
from zoneinfo import ZoneInfo

from memos_core.domain.engram import MemCell, Message
from memos_core.domain.moment import from_micros, to_micros
from memos_core.domain.record import DerivedRow, Job, Unformed, VaultRow
from memos_core.operation.formation import cells
from memos_core.operation.formation.phrases import entities
from memos_core.operation.formation.segmentation import START, State, segments
from memos_core.operation.formation.verdicts import decided
from memos_core.operation.work import CONSOLIDATE, EMBED, REFINE, Postponed, Workplace
from memos_core.ports import Transaction

CELL = "cell"
RULES = "rules 1"
"""Rises when the rules change so much that what older ones made should be made anew."""
OPEN_FOR = timedelta(hours=4)
"""The last cell of a session stays open for this long: what is said later begins a new one anyway."""
REOPENED = 4
"""Cells up to the earliest change that are segmented anew: where one ends depends on the ``LOOKAHEAD`` messages after
it, and a cell has two messages at least."""
MOST_CHARS = 8_000
"""Of one message that are read: a pasted document is no statement of its sender's."""
TOGETHER = 32
"""Sessions whose cells are stored in one transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Formed:
    """What forming one session changes."""

    seen: Unformed
    made: tuple[DerivedRow, ...]
    """New cells, and those that changed."""
    gone: tuple[str, ...]
    """Ids of cells that are no more."""
    tail: tuple[Message, ...] = ()
    """The messages of the cell that is still open; it is not stored."""
    before: tuple[Message, ...] = ()
    """Those before them."""


def form(place: Workplace, job: Job) -> None:
    """Form every session of the vault that has changed; ask for consolidation if a cell did.

    Raises:
        Postponed: the store is being closed.
    """
    vault = place.vault(job)
    fingerprint = place.embedder.fingerprint if place.embedder else ""
    with place.records.read() as transaction:
        if _vectors_are_coming(transaction, vault, fingerprint):
            return
        waiting = transaction.derived.unformed(vault.id)
    for first in range(0, len(waiting), TOGETHER):
        if place.stopping.is_set():
            raise Postponed("the store is being closed")
        now = place.clock.now()
        with place.records.read() as transaction:
            formed = [
                form_session(transaction, vault, seen, fingerprint, now) for seen in waiting[first : first + TOGETHER]
            ]
        place.store(job, _keeping(vault.id, formed, now))
    if waiting and place.model is not None:
        place.store(job, lambda transaction: transaction.jobs.defer(REFINE, vault.id, place.clock.now()))


def form_session(transaction: Transaction, vault: VaultRow, seen: Unformed, fingerprint: str, now: datetime) -> Formed:
    """What the cells of a session should be from the earliest change on, against what they are. Stores nothing."""
    stored = transaction.derived.in_session(vault.id, CELL, seen.session, seen.since, REOPENED + 1)
    earlier = sum(row.start < seen.since for row in stored)
    kept, again = (stored[:1], stored[1:]) if earlier > REOPENED else ([], stored)
    inside = {source for row in again for source in _messages_of(row)}
    context = {source for row in kept for source in _messages_of(row)}
    stream = transaction.derived.stream(vault.id, seen.session, seen.first, (*context, *inside), MOST_CHARS)
    messages = [one for one in stream if one.source in inside or (one.at >= seen.since and one.source not in context)]
    if not messages:
        return Formed(seen=seen, made=(), gone=tuple(row.uid for row in again))
    before = [one for one in stream if one.source in context]
    found = transaction.derived.vectors(vault.id, fingerprint, [one.source for one in messages]) if fingerprint else {}
    zone = _zone(vault)
    closed, _ = segments(
        messages,
        [found.get(one.source) for one in messages],
        State.from_json(json.loads(kept[-1].body)["state"]) if kept else START,
        zone=zone,
        final=now - messages[-1].at >= OPEN_FOR,
        decided=decided(transaction, vault.uid, messages),
    )
    old = {_key_of(row): row for row in again if row.rules == _rules(vault)}
    made: list[DerivedRow] = []
    same: set[str] = set()
    for part in closed:
        inner = messages[part.start : part.stop]
        if (known := old.get(_key(inner, part.after))) is not None:
            same.add(known.uid)
            continue
        made.append(_row(vault, inner, (*before, *messages[: part.start]), part.after, now))
    tail = closed[-1].stop if closed else 0
    remaining = same | {row.uid for row in made}
    return Formed(
        seen=seen,
        made=tuple(made),
        gone=tuple(row.uid for row in again if row.uid not in remaining),
        tail=tuple(messages[tail:]),
        before=(*before, *messages[:tail]),
    )


def open_cell(vault: VaultRow, formed: Formed, *, told: bool) -> tuple[MemCell, tuple[Message, ...]] | None:
    """The open cell of a session as it stands, and its closers; with its episode if ``told``. ``None`` for none."""
    if not formed.tail:
        return None
    cell = cells.form(formed.tail, _zone(vault), closed=False, before=formed.before, told=told)
    return cell, _closers(formed.tail, cell, _may_close)


def cell_of(row: DerivedRow) -> MemCell:
    """The cell that a row holds."""
    return cells.from_body(json.loads(row.body)["cell"], row.uid)


def entities_of(row: DerivedRow) -> frozenset[str]:
    """The names and key terms of a cell, in lower case."""
    return frozenset(json.loads(row.body)["entities"])


def closers_of(row: DerivedRow) -> tuple[Message, ...]:
    """The messages of a cell that may say what became of a foresight."""
    return tuple(
        Message(
            source=source,
            version=version,
            text=text,
            speaker=speaker,
            role=role,
            session=row.session,
            at=from_micros(at),
        )
        for source, version, text, speaker, role, at in json.loads(row.body)["closers"]
    )


def _vectors_are_coming(transaction: Transaction, vault: VaultRow, fingerprint: str) -> bool:
    """Whether embedding is under way; it asks for forming when it is done."""
    if not fingerprint or transaction.feed.coverage(vault.id).get(fingerprint, 0) >= vault.next_slot:
        return False
    return transaction.jobs.waiting((EMBED,), vault.id) > 0


def _keeping(vault: int, formed: Sequence[Formed], now: datetime) -> Callable[[Transaction], None]:
    def keep(transaction: Transaction) -> None:
        derived = transaction.derived
        marks = {one.session: one.marks for one in derived.unformed(vault)}
        changed = False
        for one in formed:
            if marks.get(one.seen.session) != one.seen.marks:
                continue  # it changed in the meantime, perhaps by an erasure: the next job forms what is there now
            derived.remove(vault, one.gone)
            derived.put(vault, one.made)
            changed |= bool(one.made or one.gone)
            if one.tail:
                derived.settle(vault, one.seen, one.tail[0].at, [message.source for message in one.tail])
            else:
                derived.settle(vault, one.seen)
        if changed:
            transaction.jobs.defer(CONSOLIDATE, vault, now)

    return keep


def _row(
    vault: VaultRow, messages: Sequence[Message], before: Sequence[Message], after: State, now: datetime
) -> DerivedRow:
    cell, kept, named = _closed(tuple(messages), tuple(before[-cells.CONTEXT :]), _zone(vault))
    closers = [(one.source, one.version, one.text, one.speaker, one.role, to_micros(one.at)) for one in kept]
    body = {"cell": cells.to_body(cell), "state": after.to_json(), "closers": closers, "entities": named}
    evidence = {one.source for fact in cell.facts for one in fact.evidence}
    evidence |= {one.source for foresight in cell.foresight for one in foresight.evidence}
    return DerivedRow(
        uid=f"cell_{blake2b(f'{vault.uid} {cell.sources[0][0]}'.encode(), digest_size=13).hexdigest()}",
        kind=CELL,
        session=cell.session,
        start=cell.start,
        stop=cell.end,
        made_at=now,
        rules=_rules(vault),
        sources=tuple(sorted(evidence | {source for source, _ in cell.sources})),
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
    )


@lru_cache(maxsize=128)  # until the job has stored a cell every recall asks for it, and then the job does
def _closed(
    messages: tuple[Message, ...], before: tuple[Message, ...], zone: tzinfo
) -> tuple[MemCell, tuple[Message, ...], list[str]]:
    """A closed cell, its closers and its entities."""
    cell = cells.form(messages, zone, closed=True, before=before)
    named = sorted(entities([cell.episode], exclude=cell.speakers))
    return cell, _closers(messages, cell, lambda message: _ends(message, zone)), named


def _zone(vault: VaultRow) -> tzinfo:
    """The zone of a vault; UTC as the one value that every reader of a message asks with."""
    return UTC if vault.zone == "UTC" else ZoneInfo(vault.zone)


def _rules(vault: VaultRow) -> str:
    """What a cell is made by: "yesterday" depends on the zone."""
    return f"{RULES}, {vault.zone}"


def _closers(messages: Sequence[Message], cell: MemCell, ends: Callable[[Message], bool]) -> tuple[Message, ...]:
    """The messages that may end a foresight, and those that the cell's own foresight comes from."""
    origins = {evidence.source for one in cell.foresight for evidence in one.evidence}
    return tuple(message for message in messages if message.source in origins or ends(message))


@lru_cache(maxsize=1024)  # an open cell is read again with every message that joins it
def _may_close(message: Message) -> bool:
    from memos_core.operation.formation.foresight.closing import may_close  # takes longer to load than the core

    return may_close(message.text)


def _ends(message: Message, zone: tzinfo) -> bool:
    """Whether a message ends anything; told once in the background, so that a recall reads only those that do."""
    from memos_core.operation.formation.foresight.ledger import ends

    return ends(message, zone)


def _messages_of(row: DerivedRow) -> list[str]:
    """Ids of the messages of a cell; ``row.sources`` also holds those before it that its facts rest on."""
    return [source for source, _ in json.loads(row.body)["cell"]["sources"]]


def _key(messages: Sequence[Message], after: State) -> str:
    return json.dumps([[[one.source, one.version] for one in messages], after.to_json()])


def _key_of(row: DerivedRow) -> str:
    body = json.loads(row.body)
    return json.dumps([body["cell"]["sources"], body["state"]])
