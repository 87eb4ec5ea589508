"""The job in which a model reads cells and scenes that it has not read yet.

What it may change are rows that the rules have made. A row is stored only if it is still the one that was read: if a
source was erased or revised in between, the row is gone, and what the model made of it is dropped. A row keeps the
name of the model that read it, so that it is read once, also where the model's reply could not be used.
"""

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from memos_core.domain.engram import MemCell, Message
from memos_core.domain.record import DerivedRow, Job, VaultRow
from memos_core.operation.consolidation.consolidating import SCENE, scene_of
from memos_core.operation.consolidation.scenes import scene_to_body
from memos_core.operation.formation import cells
from memos_core.operation.formation.forming import CELL, cell_of
from memos_core.operation.refining import cell as cell_refining
from memos_core.operation.refining import cutting, scene
from memos_core.operation.refining.asking import Asked, Asker, Outcome
from memos_core.operation.work import CONSOLIDATE, FORM, Postponed, Workplace
from memos_core.ports import ChatModel, Transaction

_log = logging.getLogger(__name__)

RULES = 1
"""Rises when prompts and checks change so much that what a model has read should be read anew."""
_NO_OTHERS = 2**62
"""Number of a cube that no other is newer than."""


class _Enough(Exception):
    """The model cannot be asked any more now."""


def refine(place: Workplace, job: Job) -> None:
    """Let the model read every closed cell that it has not read; where there is none, every scene.

    What it cannot be asked now, because it is out of reach or the budget is used up, stays as the rules made it and is
    tried by the next such job.

    Raises:
        Postponed: the store is being closed.
    """
    if place.model is None:
        return
    vault = place.vault(job)
    asker = Asker(place.model, lambda work: place.store(job, work), budget=place.model_budget, stopping=place.stopping)
    changed = job.tries > 1  # an earlier try may have stored cells before it was killed
    try:
        recut = _settle_cuts(place, job, vault, asker)
        for row in _unread(place, vault, CELL):
            if row.session not in recut:
                changed |= _refine_cell(place, job, vault, asker, row)
        if not changed and not recut:
            for row in _unread(place, vault, SCENE):
                _refine_scene(place, job, vault, asker, row)
    except _Enough as reason:
        _log.info("refining of vault %s rests: %s", vault.uid, reason)
    finally:
        if changed:
            place.store(job, lambda transaction: transaction.jobs.defer(CONSOLIDATE, vault.id, place.clock.now()))


def read_by(row: DerivedRow) -> str:
    """Name of the model that has read a row; empty for none."""
    mark = json.loads(row.body).get("refined") or {}
    return str(mark.get("by", "")) if mark.get("rules") == RULES else ""


# ── where episodes end ──────────────────────────────────────────────────────────────────────────


def _settle_cuts(place: Workplace, job: Job, vault: VaultRow, asker: Asker) -> set[str]:
    """Ask about the gaps that the rules are unsure of; the sessions that are therefore formed anew."""
    recut: set[str] = set()
    for row in _unread(place, vault, CELL):
        with place.records.read() as transaction:
            doubts = cutting.doubts(transaction, vault, row, place.embedder.fingerprint if place.embedder else "")
        for doubt in doubts:
            answer = cutting.asked(asker, doubt)
            _raise_if_ended(answer)
            verdict = doubt.is_cut if answer.value is None else answer.value
            differs = verdict != doubt.is_cut
            place.store(job, _cut(vault, row, doubt, verdict, place) if differs else cutting.keeping(doubt, verdict))
            if differs:
                recut.add(row.session)
    return recut


def _cut(
    vault: VaultRow, row: DerivedRow, doubt: cutting.Doubt, verdict: bool, place: Workplace
) -> Callable[[Transaction], None]:
    def keep(transaction: Transaction) -> None:
        cutting.keeping(doubt, verdict)(transaction)
        if transaction.derived.get(vault.id, row.uid) == row:
            transaction.derived.mark(vault.id, row.session, row.start, doubt.before[0].source)
            transaction.jobs.defer(FORM, vault.id, place.clock.now())

    return keep


# ── cells and scenes ────────────────────────────────────────────────────────────────────────────


def _refine_cell(place: Workplace, job: Job, vault: VaultRow, asker: Asker, row: DerivedRow) -> bool:
    """Whether the cell was changed, if only by a mark that it was read."""
    told = cell_of(row)
    with place.records.read() as transaction:
        messages = _messages(transaction, vault, told)
    if messages is None:
        return False  # its session is about to be formed anew
    asked = cell_refining.refined(asker, told, messages, ZoneInfo(vault.zone))
    _raise_if_ended(asked)
    body = {} if asked.value is None else {"cell": cells.to_body(asked.value)}
    return _keep(place, job, vault, row, body, asked)


def _refine_scene(place: Workplace, job: Job, vault: VaultRow, asker: Asker, row: DerivedRow) -> None:
    told = scene_of(row)
    with place.records.read() as transaction:
        found = [transaction.derived.get(vault.id, uid) for uid in told.cells]
    rows = [one for one in found if one is not None]
    if len(rows) < len(found):
        return  # it is about to be made anew
    asked = scene.refined(asker, told, [cell_of(one) for one in rows])
    _raise_if_ended(asked)
    _keep(place, job, vault, row, {} if asked.value is None else scene_to_body(asked.value), asked)


def _keep(
    place: Workplace, job: Job, vault: VaultRow, row: DerivedRow, changes: dict[str, Any], asked: Asked[Any]
) -> bool:
    """Store a row with changes and the mark that it was read, if it is still the same; whether it was."""
    if asked.notes:
        _log.info("%s %s: %s", row.kind, row.uid, "; ".join(asked.notes[:3]))
    mark = {"by": _name(place.model), "rules": RULES, "kept": not changes}
    body = {**json.loads(row.body), **changes, "refined": mark}
    made = replace(row, body=json.dumps(body, ensure_ascii=False, separators=(",", ":")))
    kept = False

    def keep(transaction: Transaction) -> None:
        nonlocal kept
        kept = transaction.derived.get(vault.id, row.uid) == row
        if kept:
            transaction.derived.put(vault.id, [made])

    place.store(job, keep)
    return kept


def _unread(place: Workplace, vault: VaultRow, kind: str) -> Iterator[DerivedRow]:
    """Rows of a kind that the model has not read, one after the other, as they are when it is their turn."""
    name = _name(place.model)
    with place.records.read() as transaction:
        uids = [uid for uid, _ in transaction.derived.listed(vault.id, kind)]
    for uid in uids:
        with place.records.read() as transaction:
            row = transaction.derived.get(vault.id, uid)
        if row is not None and read_by(row) != name:
            yield row


def _messages(transaction: Transaction, vault: VaultRow, told: MemCell) -> list[Message] | None:
    """The messages of a cell in its order; ``None`` where they are no longer those that it was made of."""
    wanted = [source for source, _ in told.sources]
    stream = transaction.derived.stream(vault.id, told.session, _NO_OTHERS, wanted, cell_refining.MOST_CHARS)
    by_source = {message.source: message for message in stream}
    found = [by_source[source] for source in wanted if source in by_source]
    return found if [(one.source, one.version) for one in found] == list(told.sources) else None


def _raise_if_ended(asked: Asked[Any]) -> None:
    """End the job where the model cannot be asked.

    Raises:
        Postponed: the store is being closed.
        _Enough: the model is out of reach, or the budget is used up.
    """
    if asked.outcome is Outcome.STOPPED:
        raise Postponed("the store is being closed")
    if asked.outcome in (Outcome.FAILED, Outcome.SPENT):
        raise _Enough("; ".join(asked.notes))


def _name(model: ChatModel | None) -> str:
    return "" if model is None else model.name
