"""Writing segments: sealing a tail, merging small segments, and taking erased content out of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from memos_adapters.segments.columns import ColumnTable
from memos_adapters.segments.dense import Block, GrowingBlock, fresh_blocks
from memos_adapters.segments.file import file_name, names_of, unlocked, written
from memos_adapters.segments.postings import Pairs, Postings
from memos_adapters.segments.segment import Segment
from memos_adapters.segments.state import may_have_erased
from memos_core.domain.record import SegmentRow
from memos_core.ports import IndexFeed, RecordStore, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A segment to be written: slots ``[lo, hi)``, from segments as far as these go, then from rows."""

    vault: int
    lo: int
    hi: int
    fingerprint: str
    sources: Sequence[tuple[SegmentRow, Segment]]
    published: Sequence[SegmentRow]
    """All segments of the vault when this was planned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A segment ready to be written."""

    plan: Plan
    segment: Segment
    log_n: int
    """The log entry up to which it is true."""


def planned(
    vault: int,
    published: Sequence[SegmentRow],
    files: Mapping[str, Segment],
    fingerprint: str,
    upto: int,
    at_least: int,
) -> Plan | None:
    """What to seal of the slots below ``upto``, whose vectors, if ``fingerprint`` is not empty, are all there.

    Kept are the segments from slot 0 on that are readable and have these vectors, or cannot have them yet.
    The rest is sealed from rows, together with kept segments that are at most twice as long: so lengths
    grow geometrically, and a slot is rewritten O(log n) times. ``None`` for fewer than ``at_least`` new slots.
    """
    kept: list[tuple[SegmentRow, Segment]] = []
    lo = 0
    for row in published:
        segment = files.get(row.file)
        outdated = segment is not None and fingerprint not in ("", segment.fingerprint) and segment.hi <= upto
        if segment is None or outdated or row.lo != lo:
            break
        kept.append((row, segment))
        lo = row.hi
    upto = min([upto, *(row.lo for row in published[len(kept) :] if row.hi > upto)])
    if upto - lo < at_least:
        return None
    sources: list[tuple[SegmentRow, Segment]] = []
    while kept and kept[-1][1].fingerprint == fingerprint and kept[-1][0].hi - kept[-1][0].lo <= 2 * (upto - lo):
        sources.insert(0, kept.pop())
        lo = sources[0][0].lo
    return Plan(vault=vault, lo=lo, hi=upto, fingerprint=fingerprint, sources=sources, published=published)


def composed(tx: Transaction, plan: Plan) -> Composed:
    """Read what ``plan`` asks for, as it is now: changes applied, nothing left of erased slots."""
    erased = np.array(tx.feed.erased(plan.vault, plan.lo, plan.hi), np.int64)
    changed, log_n = tx.feed.changes(plan.vault, min((row.log_n for row, _ in plan.sources), default=0))
    segments = [segment.without(erased) for _, segment in plan.sources]
    tail = segments[-1].hi if segments else plan.lo
    rows = tx.feed.slots(plan.vault, tail, plan.hi)
    table = ColumnTable()
    for segment in segments:
        table.append_arrays(segment.columns, segment.names)
    table.append_rows(rows, tail, plan.hi)
    table.change(changed, plan.lo)
    columns, names = table.encoded()
    parts = [*(segment.postings for segment in segments), Postings.of(Pairs.of_rows(rows))]
    segment = Segment(
        vault=plan.vault,
        lo=plan.lo,
        hi=plan.hi,
        fingerprint=plan.fingerprint,
        columns=columns,
        names=names,
        postings=Postings.joined(parts) if segments else parts[0],
        vectors=_vectors(tx.feed, plan, segments, tail) if plan.fingerprint else (),
    )
    return Composed(plan=plan, segment=segment, log_n=log_n)


def uncleaned(
    tx: Transaction, vault: int, published: Sequence[SegmentRow], files: Mapping[str, Segment]
) -> Plan | None:
    """The rewriting of the first segment that still holds something erased."""
    for row in published:
        segment = files[row.file]
        erased = tx.feed.erased(vault, row.lo, row.hi)
        if len(np.setdiff1d(np.array(erased, np.int64), segment.holes)):
            return Plan(
                vault=vault,
                lo=row.lo,
                hi=row.hi,
                fingerprint=segment.fingerprint,
                sources=[(row, segment)],
                published=published,
            )
    return None


def publish(records: RecordStore, directory: Path, made: Composed) -> bool:
    """Write the file and publish it. False when the vault's segments changed meanwhile, or content was erased."""
    segment, vault = made.segment, made.plan.vault
    row = SegmentRow(lo=segment.lo, hi=segment.hi, file=file_name(vault, segment.lo, segment.hi), log_n=made.log_n)

    def replace(tx: Transaction) -> bool:
        if tx.feed.segments(vault) != list(made.plan.published):
            return False
        if may_have_erased(tx, vault, made.log_n):
            erased = tx.feed.erased(vault, segment.lo, segment.hi)
            if len(erased) != len(segment.holes):
                return False
        tx.feed.publish(vault, row)
        return True

    with written(directory, row.file, segment) as path:
        if records.write(replace):
            return True
        path.unlink()
        return False


def sweep(records: RecordStore, directory: Path, vault: int) -> None:
    """Delete the vault's files that are not published and that nobody is writing."""
    with records.read() as tx:
        published = tx.feed.segment_files()
    strays = [name for name in names_of(vault, directory) if name not in published]
    with unlocked(directory, strays) as free:
        if free:
            with records.read() as tx:  # once more: what was being written may have been published since
                published = tx.feed.segment_files()
        for name in free:
            if name not in published:
                (directory / name).unlink(missing_ok=True)


def _vectors(feed: IndexFeed, plan: Plan, segments: Sequence[Segment], tail: int) -> tuple[Block, ...]:
    slots, vectors = feed.vectors(plan.vault, plan.fingerprint, tail, plan.hi)
    dimensions = next((segment.vectors[0].dimensions for segment in segments if segment.vectors), 0)
    if len(slots):
        dimensions = vectors.shape[1]
    blocks: list[Block | GrowingBlock] = []
    for segment in segments:
        blocks += segment.vectors or [_missing(segment.lo, segment.hi, dimensions)]
    rest = _missing(tail, tail, dimensions)
    rest.append(slots, vectors.reshape(len(slots), dimensions), plan.hi)
    return fresh_blocks([*blocks, rest])


def _missing(lo: int, hi: int, dimensions: int) -> GrowingBlock:
    block = GrowingBlock(lo, dimensions)
    block.append(np.empty(0, np.int64), np.empty((0, dimensions), np.float16), hi)
    return block
