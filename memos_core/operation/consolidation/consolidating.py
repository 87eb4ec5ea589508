"""The job that gathers the cells of a vault into scenes."""

import json
from collections.abc import Callable, Mapping, Sequence, Set
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple

from memos_core.domain.engram import Fact, MemCell, MemScene
from memos_core.domain.record import DerivedRow, Job, VaultRow
from memos_core.operation.consolidation.affinity import CellPoint
from memos_core.operation.consolidation.scenes import assign_ids, cluster, scene_from_body, scene_to_body
from memos_core.operation.consolidation.summaries import newest, summarise, superseded
from memos_core.operation.formation.forming import CELL, cell_of, entities_of
from memos_core.operation.work import REFINE, Workplace
from memos_core.ports import Floats, Transaction

SCENE = "scene"
RULES = "rules 2"


def consolidate(place: Workplace, job: Job) -> None:
    """Cluster all cells of the vault; store the scenes that are new or changed, delete those that are no more."""
    vault = place.vault(job)
    now = place.clock.now()
    with place.records.read() as transaction:
        read = dict(transaction.derived.listed(vault.id, CELL))
        cells = _cells(transaction, vault)
        earlier = {uid: row for uid, row in _rows(transaction, vault)}
        vectors = _vectors(transaction, vault, cells, place.embedder.fingerprint if place.embedder else "")
    found = cluster([_point(cell, vectors) for cell in cells.values()])
    named = assign_ids({uid: scene_of(row).cells for uid, row in earlier.items()}, found)
    last = newest(read.cell for read in cells.values())
    made = []
    for uid, scene in zip(named.ids, found, strict=True):
        inside = [cells[cell] for cell in scene.cells]
        outdated = superseded([read.cell for read in inside], last)
        basis = _digest([(cell, read[cell]) for cell in scene.cells], sorted({fact.text for fact in outdated}))
        if uid not in earlier or json.loads(earlier[uid].body)["basis"] != basis:
            made.append(_row(uid, inside, outdated, basis, now))
    keep = _keeping(vault, made, named.vanished, read)

    def keep_and_refine(transaction: Transaction) -> None:
        keep(transaction)
        if made and place.model is not None:
            transaction.jobs.defer(REFINE, vault.id, now)

    place.store(job, keep_and_refine)


def scene_of(row: DerivedRow) -> MemScene:
    """The scene that a row holds."""
    return scene_from_body(json.loads(row.body), row.uid)


def _keeping(
    vault: VaultRow, made: Sequence[DerivedRow], gone: Sequence[str], read: Mapping[str, int]
) -> Callable[[Transaction], None]:
    def keep(transaction: Transaction) -> None:
        derived = transaction.derived
        there = dict(derived.listed(vault.id, CELL))
        same = {uid for uid, n in read.items() if there.get(uid) == n}
        derived.remove(vault.id, gone)
        # What a cell said before it changed may have been erased since; the job that follows makes its scene anew.
        derived.put(vault.id, [row for row in made if same.issuperset(json.loads(row.body)["cells"])])

    return keep


class _Read(NamedTuple):
    """What is read of a cell's row."""

    cell: MemCell
    sources: tuple[str, ...]
    """Its messages, and those before it that its facts rest on."""
    entities: frozenset[str]


def _cells(transaction: Transaction, vault: VaultRow) -> dict[str, _Read]:
    rows = [transaction.derived.get(vault.id, uid) for uid, _ in transaction.derived.listed(vault.id, CELL)]
    return {row.uid: _Read(cell_of(row), row.sources, entities_of(row)) for row in rows if row is not None}


def _rows(transaction: Transaction, vault: VaultRow) -> list[tuple[str, DerivedRow]]:
    rows = [(uid, transaction.derived.get(vault.id, uid)) for uid, _ in transaction.derived.listed(vault.id, SCENE)]
    return [(uid, row) for uid, row in rows if row is not None]


def _vectors(
    transaction: Transaction, vault: VaultRow, cells: Mapping[str, _Read], fingerprint: str
) -> dict[str, Floats]:
    """By cell: the sum of the vectors of its turns; only of those that have any."""
    if not fingerprint:
        return {}
    sources = [source for read in cells.values() for source, _ in read.cell.sources]
    of = transaction.derived.vectors(vault.id, fingerprint, sources)
    sums: dict[str, Floats] = {}
    for uid, read in cells.items():
        parts = [of[source] for source, _ in read.cell.sources if source in of]
        if parts:
            sums[uid] = sum(parts[1:], start=parts[0])
    return sums


def _point(read: _Read, vectors: Mapping[str, Floats]) -> CellPoint:
    cell = read.cell
    return CellPoint(
        id=cell.id,
        session=cell.session,
        start=cell.start,
        end=cell.end,
        vector=vectors.get(cell.id),
        entities=read.entities,
        text=cell.episode,
    )


def _digest(cells: Sequence[tuple[str, int]], outdated: Sequence[str]) -> str:
    """Names the state of a scene's cells and what others have overtaken: while it is the same, so is the summary."""
    return blake2b(json.dumps([cells, outdated]).encode(), digest_size=8).hexdigest()


def _row(uid: str, inside: Sequence[_Read], outdated: Set[Fact], basis: str, now: datetime) -> DerivedRow:
    cells = [read.cell for read in inside]
    label, summary = summarise(cells, outdated=outdated)
    scene = MemScene(
        id=uid,
        label=label,
        summary=summary,
        cells=tuple(cell.id for cell in cells),
        start=cells[0].start,
        end=max(cell.end for cell in cells),
    )
    return DerivedRow(
        uid=uid,
        kind=SCENE,
        start=scene.start,
        stop=scene.end,
        made_at=now,
        rules=RULES,
        sources=tuple(sorted({source for read in inside for source in read.sources})),
        body=json.dumps({**scene_to_body(scene), "basis": basis}, ensure_ascii=False, separators=(",", ":")),
    )
