"""Segment files: sealing, merging and damage."""

import json
import logging
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memos_adapters.segments.file import MAGIC
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import SegmentRow
from memos_core.errors import DiskFull, ReadOnlyStore
from tests.contract.index_contract import Said, unit_vectors
from tests.unit.segments_desk import VECTORS, Desk, same


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "segments")


@pytest.fixture
def sealed(desk: Desk) -> Desk:
    """A vault of 20 slots, 12 of them in a segment."""
    desk.add(12)
    assert desk.seal()
    desk.add(8)
    desk.view()
    return desk


# ── sealing ─────────────────────────────────────────────────────────────────────────────────────


def test_sealing_changes_no_answer(desk: Desk) -> None:
    desk.add(30)
    before = desk.answers()
    assert desk.seal()
    assert desk.spans() == [(0, 30)]
    same(before, desk.answers())
    same(before, desk.answers(desk.open()))
    assert desk.index.check(desk.writer.row()) == []


def test_an_unchanged_vault_is_not_looked_at(sealed: Desk) -> None:
    row = sealed.writer.row()
    view = sealed.index.view(row, ("e",))
    reads = sealed.records.reads
    assert sealed.index.view(row, ("e",)) is view
    assert sealed.index.view(row, ("e", "f")) is view
    assert sealed.records.reads == reads


def test_small_segments_merge_into_larger_ones(desk: Desk) -> None:
    lengths = []
    for _ in range(12):
        desk.add(8)
        before = desk.answers()
        assert desk.seal()
        same(before, desk.answers())
        lengths.append([hi - lo for lo, hi in desk.spans()])
        assert len(desk.files()) == len(lengths[-1]), "replaced files are gone"
    assert lengths[-1] == [96] or all(a > 2 * b for a, b in zip(lengths[-1], lengths[-1][1:], strict=False))
    assert max(map(len, lengths)) <= 4
    same(before, desk.answers(desk.open()))


def test_only_slots_with_vectors_are_sealed(desk: Desk) -> None:
    desk.add(10)
    desk.writer.add(*[Said() for _ in range(20)])
    desk.view()
    assert desk.seal()
    assert desk.spans() == [(0, 10)]


def test_without_an_embedder_everything_is_sealed(desk: Desk) -> None:
    desk.embedder = ""
    desk.add(10)
    before = desk.answers()
    assert desk.seal()
    assert desk.spans() == [(0, 10)]
    same(before, desk.answers(desk.open()))


def test_what_changed_since_the_sealing_is_seen(sealed: Desk) -> None:
    sealed.writer.revise(sealed.cubes[2], Said(passages=((7, 7),)), minute=99)
    sealed.writer.set_state(sealed.cubes[3], LifecycleState.FORGOTTEN)
    same(sealed.answers(), sealed.answers(sealed.open()))
    assert sealed.view(sealed.open()).columns.hidden.nonzero()[0].tolist() == [3]
    sealed.add(4)
    before = sealed.answers()
    assert sealed.seal()
    assert sealed.segments()[-1].log_n > 20
    same(before, sealed.answers(sealed.open()))


def test_changes_to_an_older_segment_are_seen(desk: Desk) -> None:
    desk.add(50)
    desk.seal()
    desk.writer.set_state(desk.cubes[3], LifecycleState.FORGOTTEN)
    desk.add(16)
    desk.seal()
    assert desk.spans() == [(0, 50), (50, 66)]
    assert desk.view(desk.open()).columns.hidden.nonzero()[0].tolist() == [3]


def test_a_new_embedder_serves_at_once_and_is_sealed_over_the_old(sealed: Desk) -> None:
    sealed.embedder = "f"
    other = unit_vectors(3000, d=24, seed=9)
    sealed.writer.embed("f", other, 20)
    view = sealed.view()
    assert view.fingerprint == "f"
    np.testing.assert_allclose(view.dense(other[5], np.ones(20, np.bool_)), other[:20] @ other[5], atol=2e-3)
    assert sealed.seal()
    assert sealed.spans() == [(0, 20)]
    again = sealed.view(sealed.open())
    np.testing.assert_array_equal(
        again.dense(other[5], np.ones(20, np.bool_)), view.dense(other[5], np.ones(20, np.bool_))
    )


def test_an_embedder_that_is_catching_up_is_read_from_rows(sealed: Desk) -> None:
    other = unit_vectors(3000, d=24, seed=9)
    for upto in (3, 12, 17, 20):
        sealed.writer.embed("f", other, upto)
        scores = sealed.index.view(sealed.writer.row(), ("f",)).dense(other[1], np.ones(20, np.bool_))
        np.testing.assert_allclose(scores[:upto], other[:upto] @ other[1], atol=2e-3)
        assert np.isnan(scores[upto:]).all()


def test_dropped_vectors_no_longer_serve(sealed: Desk) -> None:
    sealed.records.write(lambda tx: tx.feed.drop_vectors(sealed.writer.vault.id, "f"))
    view = sealed.view()
    assert view.fingerprint == ""
    assert np.isnan(view.dense(VECTORS[0], np.ones(20, np.bool_))).all()


# ── damage ──────────────────────────────────────────────────────────────────────────────────────


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-70])


def _cut_to_nothing(path: Path) -> None:
    path.write_bytes(b"")


def _flip_content(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-100] ^= 4
    path.write_bytes(data)


def _flip_header(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[40] ^= 4
    path.write_bytes(data)


def _other_magic(path: Path) -> None:
    path.write_bytes(b"SOMETHNG" + path.read_bytes()[8:])


def _future_format(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:8] + struct.pack("<I", 99) + data[12:])


def _of_another_vault(path: Path) -> None:
    data = path.read_bytes()
    size = struct.unpack("<I", data[12:16])[0]
    header = json.loads(data[24 : 24 + size])
    header["vault"] = 9
    text = json.dumps(header).encode()
    assert len(text) == size
    preamble = struct.pack("<8sIIII", MAGIC, 1, size, zlib.crc32(text), 0)
    path.write_bytes(preamble + text + data[24 + size :])


DAMAGES: list[Callable[[Path], Any]] = [
    Path.unlink,
    _cut,
    _cut_to_nothing,
    _flip_content,
    _flip_header,
    _other_magic,
    _future_format,
    _of_another_vault,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_bad_segment_is_rebuilt_from_rows(
    damage: Callable[[Path], Any], sealed: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    before = sealed.answers()
    damage(sealed.only_file())
    (problem,) = sealed.index.check(sealed.writer.row())
    fresh = sealed.open()
    with caplog.at_level(logging.WARNING):
        same(before, sealed.answers(fresh))
    assert problem in caplog.text
    assert sealed.segments() == []
    assert sealed.seal()
    assert sealed.spans() == [(0, 20)]
    assert sealed.index.check(sealed.writer.row()) == []
    assert len(sealed.files()) == 1, "the bad file is gone"
    same(before, sealed.answers(sealed.open()))


def test_a_bad_segment_in_a_store_that_cannot_be_written_is_left_out(
    sealed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sealed.answers()
    _flip_content(sealed.only_file())

    def refuse(work: Any) -> Any:
        raise ReadOnlyStore("no")

    monkeypatch.setattr(sealed.records, "write", refuse)
    same(before, sealed.answers(sealed.open()))


def test_a_gap_between_segments_is_read_from_rows_and_sealed(desk: Desk) -> None:
    desk.add(50)
    desk.seal()
    desk.add(16)
    desk.seal()
    assert desk.spans() == [(0, 50), (50, 66)]
    before = desk.answers()
    (desk.directory / desk.segments()[0].file).unlink()
    same(before, desk.answers(desk.open()))
    assert desk.spans() == [(50, 66)]
    assert desk.seal()
    assert desk.spans() == [(0, 66)]
    same(before, desk.answers(desk.open()))


def test_a_gap_is_sealed_only_as_far_as_the_next_segment(desk: Desk) -> None:
    desk.add(50)
    desk.seal()
    desk.add(16)
    desk.seal()
    (desk.directory / desk.segments()[0].file).unlink()
    desk.writer.embed("f", unit_vectors(66, d=24), 55)
    fresh = desk.open()
    view = fresh.view(desk.writer.row(), ("f",))
    assert view.fingerprint == "f"
    assert fresh.seal(desk.writer.row())
    assert desk.spans() == [(0, 50), (50, 66)]
    assert fresh.check(desk.writer.row()) == []


def test_a_file_that_was_cut_short_is_called_that(sealed: Desk) -> None:
    _cut(sealed.only_file())
    assert "is cut short" in sealed.index.check(sealed.writer.row())[0]


def test_check_reports_overlaps(sealed: Desk) -> None:
    row = sealed.segments()[0]

    def overlap(tx: Any) -> None:
        tx.data[sealed.writer.vault.id].segments.append(SegmentRow(lo=4, hi=30, file="x.seg", log_n=0))

    sealed.records.write(overlap)
    problems = sealed.index.check(sealed.writer.row())
    assert any("overlaps" in problem for problem in problems)
    assert row.file not in "".join(problems)


def test_a_full_disk_leaves_nothing_behind(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add(10)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("memos_adapters.segments.file.os.fsync", full)
    with pytest.raises(DiskFull):
        desk.seal()
    assert desk.files() == []
    assert desk.segments() == []
