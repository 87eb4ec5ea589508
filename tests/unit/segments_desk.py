"""A vault with its segment files, to be sealed, damaged and erased from."""

from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from memos_adapters.segments import SegmentIndex
from memos_core.domain.record import SegmentRow
from memos_core.ports import IndexView
from tests.contract.index_contract import Said, Writer, unit_vectors
from tests.unit.segments_records import MemoryRecords

VECTORS = unit_vectors(3000)
TERM = 0xDEADBEEF


class SmallIndex(SegmentIndex):
    SEALED_AT = 8


class Desk:
    """A store in memory, a vault in it, and the folder of its segments."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.records = cast(Any, MemoryRecords())
        self.writer = Writer(self.records)
        self.index = self.open()
        self.embedder = "e"
        self.cubes: list[str] = []

    def open(self) -> SegmentIndex:
        return SmallIndex(self.records, self.directory)

    def add(self, n: int, **said: Any) -> None:
        numbers = range(len(self.cubes), len(self.cubes) + n)
        turns = [Said(passages=((i % 5, 7),), session=f"s{i % 3}", minute=i) for i in numbers]
        self.cubes += self.writer.add(*[replace(turn, **said) for turn in turns])
        if self.embedder:
            self.writer.embed(self.embedder, VECTORS, self.writer.row().next_slot)

    def view(self, index: SegmentIndex | None = None) -> IndexView:
        return (index or self.index).view(self.writer.row(), (self.embedder,) if self.embedder else ())

    def seal(self) -> bool:
        return self.index.seal(self.writer.row())

    def scrub(self) -> None:
        self.index.scrub(self.writer.row())

    def segments(self) -> list[SegmentRow]:
        with self.records.read() as tx:
            found: list[SegmentRow] = tx.feed.segments(self.writer.vault.id)
            return found

    def spans(self) -> list[tuple[int, int]]:
        return [(row.lo, row.hi) for row in self.segments()]

    def files(self) -> list[str]:
        return sorted(path.name for path in self.directory.iterdir()) if self.directory.exists() else []

    def only_file(self) -> Path:
        (name,) = self.files()
        return self.directory / name

    def answers(self, index: SegmentIndex | None = None) -> list[NDArray[Any]]:
        view = self.view(index)
        mask = ~view.columns.hidden
        columns = view.columns
        names = np.array([columns.sessions[code] for code in columns.session])
        return [
            *view.lexical([1, 7, TERM], mask, (0, 2)),
            view.dense(VECTORS[3], mask),
            *(columns.previous, columns.following, columns.valid_to, columns.hidden, columns.cube, names),
        ]

    def bytes(self) -> bytes:
        return b"".join((self.directory / name).read_bytes() for name in self.files())


def same(left: list[NDArray[Any]], right: list[NDArray[Any]]) -> None:
    for one, other in zip(left, right, strict=True):
        np.testing.assert_array_equal(one, other)
