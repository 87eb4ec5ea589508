"""What the search index is built from: slots, vectors, segments."""

import json
from collections.abc import Mapping, Sequence

import apsw
import numpy as np
from numpy.typing import NDArray

from memos_adapters.sqlite.cubes import SLOT_BITS, Cubes, metadata_text
from memos_adapters.sqlite.statements import Statements
from memos_core.domain.cube import Json
from memos_core.domain.record import Found, SegmentRow, SlotRow, SlotState


class Feed:
    """``ports.IndexFeed``."""

    def __init__(self, connection: apsw.Connection, cubes: Cubes) -> None:
        self._sql = Statements(connection)
        self._cubes = cubes

    def slots(self, vault: int, lo: int, hi: int) -> list[SlotRow]:
        return [
            SlotRow._make((*row[:10], bool(row[10]), *row[11:]))
            for row in self._sql.rows("feed_slots", _rowid(vault, lo), _rowid(vault, hi))
        ]

    def changes(self, vault: int, after: int) -> tuple[list[SlotState], int]:
        newest = int(
            self._sql.rows(
                "feed_last_change",
                vault,
            )[0][0]
        )
        if newest <= after:
            return [], newest
        rows = self._sql.rows("feed_changes", vault, after)
        return [SlotState(slot, valid_to, bool(hidden)) for slot, valid_to, hidden in rows], newest

    def erased(self, vault: int, lo: int, hi: int) -> list[int]:
        rows = self._sql.rows("feed_slot_ids", _rowid(vault, lo), _rowid(vault, hi))
        kept = np.fromiter((row[0] for row in rows), np.int64)
        gone: list[int] = np.setdiff1d(np.arange(lo, hi), kept, assume_unique=True).tolist()
        return gone

    def texts(self, vault: int, lo: int, limit: int) -> list[tuple[int, str]]:
        rows = self._sql.rows("feed_passages", _rowid(vault, lo), _rowid(vault + 1, 0), limit)
        # Each version once: cutting in SQL would read a long text anew for every passage of it.
        texts = {version: self._sql.rows("version_text", version)[0][0] for version in {row[1] for row in rows}}
        return [(slot, texts[version][start:stop]) for slot, version, start, stop in rows]

    def find(self, vault: int, slots: Sequence[int]) -> dict[int, Found]:
        wanted = json.dumps([_rowid(vault, slot) for slot in slots])
        return {
            row[0]: Found(self._cubes.cube_of(row[3:]), row[1], row[2]) for row in self._sql.rows("feed_find", wanted)
        }

    def with_metadata(self, vault: int, fields: Mapping[str, Json]) -> NDArray[np.int64]:
        span = (_rowid(vault, 0), _rowid(vault + 1, 0), metadata_text(fields))
        return np.fromiter((row[0] for row in self._sql.rows("feed_metadata", *span)), np.int64)

    # ── vectors ──

    def coverage(self, vault: int) -> dict[str, int]:
        return {fingerprint: upto for fingerprint, upto in self._sql.rows("coverage_read", vault)}

    def vectors(self, vault: int, fingerprint: str, lo: int, hi: int) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        embedder = self._embedder(fingerprint)
        if embedder is None:
            return np.empty(0, np.int64), np.empty((0, 0), np.float16)
        rows = self._sql.rows("vector_read", embedder, _rowid(vault, lo), _rowid(vault, hi))
        slots = np.fromiter((row[0] for row in rows), np.int64, len(rows))
        data = np.frombuffer(b"".join(row[1] for row in rows), "<f2")
        return slots, data.reshape(len(rows), -1) if rows else data.reshape(0, 0)

    def put_vectors(
        self, vault: int, fingerprint: str, slots: Sequence[int], vectors: NDArray[np.float16], upto: int
    ) -> None:
        embedder = self._embedder(fingerprint)
        if embedder is None:
            embedder = int(self._sql.rows("embedder_add", fingerprint)[0][0])
        rows = np.ascontiguousarray(vectors, "<f2")
        self._sql.run_many(
            "vector_put",
            [(embedder, row.tobytes(), _rowid(vault, slot)) for slot, row in zip(slots, rows, strict=True)],
        )
        self._sql.run("coverage_raise", vault, embedder, upto)
        self._touch(vault)

    def drop_vectors(self, vault: int, keep: str) -> None:
        kept = self._embedder(keep)
        if kept is None:
            return
        for (embedder,) in self._sql.rows("embedder_ids"):
            if embedder != kept:
                self._sql.run("vector_drop", embedder, _rowid(vault, 0), _rowid(vault + 1, 0))
        self._sql.run("coverage_drop_others", vault, kept)
        self._touch(vault)

    def _embedder(self, fingerprint: str) -> int | None:
        rows = self._sql.rows(
            "embedder_id",
            fingerprint,
        )
        return int(rows[0][0]) if rows else None

    # ── segments ──

    def segments(self, vault: int) -> list[SegmentRow]:
        rows = self._sql.rows("segment_read", vault)
        return [SegmentRow(lo=lo, hi=hi, file=file, log_n=log_n) for lo, hi, file, log_n in rows]

    def segment_files(self) -> set[str]:
        return {str(row[0]) for row in self._sql.rows("segment_files")}

    def publish(self, vault: int, segment: SegmentRow) -> None:
        self._sql.run("segment_replace", vault, segment.lo, segment.hi)
        self._sql.run("segment_add", vault, segment.lo, segment.hi, segment.file, segment.log_n)
        self._touch(vault)

    def retract(self, vault: int, file: str) -> None:
        self._sql.run("segment_retract", vault, file)
        self._touch(vault)

    def _touch(self, vault: int) -> None:
        self._sql.run("vault_touch", vault)


def _rowid(vault: int, slot: int) -> int:
    return vault << SLOT_BITS | slot
