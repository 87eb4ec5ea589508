"""What a process keeps of one vault between queries, and how it catches up with the rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments.columns import HOLE, ColumnTable
from memos_adapters.segments.dense import Block, GrowingBlock, fresh_blocks
from memos_adapters.segments.file import read
from memos_adapters.segments.postings import Inverted, Pairs
from memos_adapters.segments.segment import Segment
from memos_adapters.segments.view import SegmentView
from memos_core.domain.record import SegmentRow, VaultRow
from memos_core.errors import CorruptStore, FutureFormat
from memos_core.ports import IndexFeed, Transaction

_LOG_PAGE = 1000


class Unreadable(Exception):
    """Published segments that cannot be used: what is wrong, by file."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__("; ".join(problems.values()))
        self.problems = problems


class VaultState:
    """The index of one vault: sealed parts and a tail in memory. Not thread-safe; its views are."""

    def __init__(self, vault: int, rows: Sequence[SegmentRow]) -> None:
        self._vault = vault
        self.rows = list(rows)
        """The published segments that this was built with."""
        self.files: dict[str, Segment] = {}
        """What is mapped, by file."""
        self.cursor = 0
        """The log entry up to which changes have been applied."""
        self.coverage: dict[str, int] = {}
        self._segments: list[Segment] = []
        self._table = ColumnTable()
        self._inverted = Inverted()
        self._fingerprint = ""
        self._blocks: list[Block | GrowingBlock] = []
        self._covered = 0

    @classmethod
    def load(
        cls, tx: Transaction, vault: VaultRow, rows: Sequence[SegmentRow], directory: Path, files: Mapping[str, Segment]
    ) -> "VaultState":
        """Read the vault from its segments and, where there are none, from its rows.

        Raises:
            Unreadable: some segments cannot be used.
        """
        state = cls(vault.id, rows)
        state.files, problems = opened(directory, vault.id, rows, files)
        if problems:
            raise Unreadable(problems)
        state.cursor = min((row.log_n for row in rows), default=0)
        erased = np.empty(0, np.int64)
        if rows and may_have_erased(tx, vault.id, state.cursor):
            erased = np.array(tx.feed.erased(vault.id, 0, rows[-1].hi), np.int64)
        for row in rows:
            state._append_rows(tx.feed, row.lo)
            state._append_segment(state.files[row.file].without(erased))
        state.advance(tx, vault)
        return state

    def advance(self, tx: Transaction, vault: VaultRow) -> None:
        """Take in the rows added and changed since."""
        self._append_rows(tx.feed, vault.next_slot)
        changed, self.cursor = tx.feed.changes(vault.id, self.cursor)
        self._table.change(changed)
        self.coverage = tx.feed.coverage(vault.id)

    def lost_content(self, tx: Transaction) -> bool:
        """Whether something that is held here has been erased since."""
        if not may_have_erased(tx, self._vault, self.cursor):
            return False
        cube = self._table.snapshot().cube
        return len(tx.feed.erased(self._vault, 0, len(cube))) != np.count_nonzero(cube == HOLE)

    def view(self, feed: IndexFeed, fingerprint: str) -> SegmentView:
        """A snapshot whose vectors are those of ``fingerprint``."""
        coverage = min(self.coverage.get(fingerprint, 0), len(self._table))
        if fingerprint != self._fingerprint or coverage < self._covered:
            self._fingerprint, self._blocks, self._covered = fingerprint, [], 0
        self._extend_vectors(feed, coverage)
        parts, recent = self._inverted.snapshot()
        return SegmentView(
            columns=self._table.snapshot(),
            fingerprint=fingerprint,
            covered=self._covered,
            blocks=fresh_blocks(self._blocks),
            parts=parts,
            recent=recent,
            order=self._table.order(),
            lengths=self._table.lengths(),
        )

    def _append_rows(self, feed: IndexFeed, upto: int) -> None:
        lo = len(self._table)
        if lo < upto:
            rows = feed.slots(self._vault, lo, upto)
            self._table.append_rows(rows, lo, upto)
            self._inverted.append(Pairs.of_rows(rows))

    def _append_segment(self, segment: Segment) -> None:
        self._segments.append(segment)
        self._table.append_arrays(segment.columns, segment.names)
        self._inverted.append_part(segment.postings)

    def _extend_vectors(self, feed: IndexFeed, coverage: int) -> None:
        """Add vectors up to ``coverage``: mapped where a segment has them, from rows elsewhere."""
        ready = {s.lo: s for s in self._segments if s.fingerprint == self._fingerprint and s.hi <= coverage}
        while self._covered < coverage:
            if (segment := ready.get(self._covered)) is not None:
                self._blocks += segment.vectors
                self._covered = segment.hi
            else:
                stop = min((lo for lo in ready if lo > self._covered), default=coverage)
                slots, vectors = feed.vectors(self._vault, self._fingerprint, self._covered, stop)
                append_vectors(self._blocks, self._covered, slots, vectors, stop)
                self._covered = stop


def serving(fingerprints: Sequence[str], coverage: Mapping[str, int], slots: int) -> str:
    """The embedder whose vectors serve, as ``ports.VaultIndex.view`` has it; empty when none has any."""
    best = max(fingerprints, key=lambda name: min(coverage.get(name, 0), slots), default="")
    return best if coverage.get(best, 0) else ""


def may_have_erased(tx: Transaction, vault: int, after: int) -> bool:
    """Whether a cube was erased after that log entry; true as well when there are too many entries to tell."""
    entries = tx.cubes.log(vault, after, _LOG_PAGE)
    return len(entries) == _LOG_PAGE or any(entry.op == "erase" for entry in entries)


def append_vectors(
    blocks: list[Block | GrowingBlock],
    lo: int,
    slots: NDArray[np.int64],
    vectors: NDArray[np.float16],
    hi: int,
) -> None:
    """Add the vectors of ``[lo, hi)`` as read from rows to the blocks before them."""
    if not len(slots):
        return  # slots beyond every block have no vector
    last = blocks[-1] if blocks else None
    if not isinstance(last, GrowingBlock) or last.hi != lo:
        last = GrowingBlock(lo, vectors.shape[1])
        blocks.append(last)
    last.append(slots, vectors, hi)


def opened(
    directory: Path, vault: int, rows: Sequence[SegmentRow], files: Mapping[str, Segment]
) -> tuple[dict[str, Segment], dict[str, str]]:
    """Map the files of ``rows``, those in ``files`` not again; beside them, by file, why the others cannot be used."""
    segments: dict[str, Segment] = {}
    problems: dict[str, str] = {}
    reached = 0
    for row in rows:
        if row.lo < reached:
            problems[row.file] = f"segment {row.file} overlaps the one before it"
            continue
        reached = row.hi
        try:
            segments[row.file] = files.get(row.file) or read(directory, row, vault)
        except (CorruptStore, FutureFormat) as error:
            problems[row.file] = str(error)
    return segments, problems
