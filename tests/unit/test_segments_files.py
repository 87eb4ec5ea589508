"""Segment files: sealing, merging, damage, erasure, several processes."""

import fcntl
import json
import logging
import struct
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from memos_adapters.segments import SegmentIndex, sealing
from memos_adapters.segments.file import MAGIC
from memos_core.domain.record import SegmentRow
from memos_core.errors import DiskFull, ReadOnlyStore
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
            *view.lexical([1, 7, TERM], mask, 2),
            view.dense(VECTORS[3], mask),
            *(columns.previous, columns.following, columns.valid_to, columns.hidden, columns.cube, names),
        ]

    def bytes(self) -> bytes:
        return b"".join((self.directory / name).read_bytes() for name in self.files())


def same(left: list[NDArray[Any]], right: list[NDArray[Any]]) -> None:
    for one, other in zip(left, right, strict=True):
        np.testing.assert_array_equal(one, other)


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
    sealed.writer.set_state(sealed.cubes[3], "forgotten")  # type: ignore[arg-type]
    same(sealed.answers(), sealed.answers(sealed.open()))
    assert sealed.view(sealed.open()).columns.hidden.nonzero()[0].tolist() == [3]
    sealed.add(4)
    before = sealed.answers()
    assert sealed.seal()
    assert sealed.segments()[-1].log_n > 20
    same(before, sealed.answers(sealed.open()))


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


# ── erasure ─────────────────────────────────────────────────────────────────────────────────────


def traces(desk: Desk, slot: int) -> list[str]:
    """What of an erased slot stands in the files."""
    held = desk.bytes()
    half = VECTORS[slot].astype(np.float16)
    scale = np.abs(half.astype(np.float32)).max() / np.float32(127)
    secrets = {
        "vector": half.tobytes(),
        "codes": np.rint(half.astype(np.float32) / scale).astype(np.int8).tobytes(),
        "scale": np.float32(scale).tobytes(),
        "term": struct.pack("<I", TERM),
        "name": b"Mallory",
    }
    return [name for name, secret in secrets.items() if secret in held]


@pytest.fixture
def secretive(desk: Desk) -> Desk:
    """A vault with a secret in slot 5, sealed in the larger of two segments."""
    desk.add(5)
    desk.add(1, passages=((TERM, TERM),), speaker="Mallory", session="Mallory", role="Mallory")
    desk.add(40)
    assert desk.seal()
    desk.add(10)
    assert desk.seal()
    assert traces(desk, 5) == ["vector", "codes", "scale", "term", "name"]
    return desk


def test_scrubbing_leaves_no_trace_in_any_file(secretive: Desk) -> None:
    untouched = secretive.segments()[1]
    kept = secretive.view()
    before = kept.dense(VECTORS[9], ~kept.columns.hidden)
    secretive.writer.erase(secretive.cubes[5])
    secretive.scrub()
    assert traces(secretive, 5) == []
    assert secretive.spans() == [(0, 46), (46, 56)]
    assert secretive.segments()[1] == untouched
    assert len(secretive.files()) == 2
    assert secretive.index.check(secretive.writer.row()) == []
    for index in (secretive.index, secretive.open()):
        view = secretive.view(index)
        assert "Mallory" not in (*view.columns.speakers, *view.columns.sessions, *view.columns.roles)
        assert not view.lexical([TERM], np.ones(56, np.bool_), 2)[1].any()
        after = view.dense(VECTORS[9], np.ones(56, np.bool_))
        assert np.isnan(after[5])
        np.testing.assert_array_equal(np.delete(after, 5), np.delete(before, 5))
    files = secretive.files()
    secretive.scrub()
    assert secretive.files() == files, "nothing is left to do"


def test_what_was_erased_before_sealing_or_merging_gets_into_no_file(secretive: Desk) -> None:
    secretive.writer.erase(secretive.cubes[5])
    secretive.add(60)
    assert secretive.seal()
    assert secretive.spans() == [(0, 116)]
    assert traces(secretive, 5) == []


def test_erased_content_leaves_memory_with_the_next_view(desk: Desk) -> None:
    desk.add(3, speaker="Mallory")
    desk.view()
    for cube in desk.cubes:
        desk.writer.erase(cube)
    assert desk.view().columns.speakers == ("",)


def test_a_vault_of_nothing_but_erased_slots_can_be_sealed(desk: Desk) -> None:
    desk.add(9)
    for cube in desk.cubes:
        desk.writer.erase(cube)
    assert desk.seal()
    assert not desk.seal()
    desk.add(9)
    before = desk.answers()
    assert desk.seal()
    assert desk.spans() == [(0, 18)]
    same(before, desk.answers(desk.open()))


# ── several processes ───────────────────────────────────────────────────────────────────────────


def test_a_seal_that_an_erasure_overtook_publishes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add(9)
    compose = sealing.composed

    def overtaken(tx: Any, plan: sealing.Plan) -> sealing.Composed:
        made = compose(tx, plan)
        desk.writer.erase(desk.cubes[4])
        return made

    monkeypatch.setattr(sealing, "composed", overtaken)
    assert not desk.seal()
    assert desk.segments() == []
    assert desk.files() == []


def test_a_seal_that_another_process_overtook_publishes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add(9)
    compose = sealing.composed
    other = desk.open()
    race = [True]

    def overtaken(tx: Any, plan: sealing.Plan) -> sealing.Composed:
        made = compose(tx, plan)
        if race.pop() if race else False:
            assert other.seal(desk.writer.row())
        return made

    monkeypatch.setattr(sealing, "composed", overtaken)
    assert not desk.seal()
    assert len(desk.segments()) == len(desk.files()) == 1
    assert desk.index.check(desk.writer.row()) == []


def test_files_that_somebody_is_writing_survive_the_sweep(sealed: Desk) -> None:
    abandoned = sealed.directory / "1-0-12-00000000000000aa.seg"
    unfinished = sealed.directory / "1-0-12-00000000000000bb.seg.tmp"
    busy = sealed.directory / "1-0-12-00000000000000cc.seg"
    others = sealed.directory / "11-0-12-00000000000000dd.seg"
    for path in (abandoned, unfinished, busy, others):
        path.write_bytes(b"x")
    with busy.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        sealed.scrub()
        assert not abandoned.exists()
        assert not unfinished.exists()
        assert busy.exists()
        assert others.exists(), "another vault's"
    sealed.scrub()
    assert not busy.exists()
    assert sealed.segments()[0].file in sealed.files()


def test_a_segment_is_safe_between_its_writing_and_its_publication(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.add(9)
    write = desk.records.write
    other = desk.open()

    def swept_first(work: Any) -> Any:
        monkeypatch.setattr(desk.records, "write", write)
        other.scrub(desk.writer.row())
        return write(work)

    monkeypatch.setattr(desk.records, "write", swept_first)
    assert desk.seal()
    assert desk.index.check(desk.writer.row()) == []


def test_a_segment_replaced_while_it_is_opened_is_no_damage(
    sealed: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = sealed.answers()
    late = sealed.open()
    read = sealed.records.read
    raced: list[bool] = []

    def stale(*arguments: Any) -> Any:
        context = read()
        if not raced:
            raced.append(True)
            row = sealed.writer.row()
            sealed.add(8)
            tx = context.__enter__()
            assert sealed.index.seal(sealed.writer.row())
            assert row.revision < sealed.writer.row().revision
            return _Held(tx)
        return context

    monkeypatch.setattr(sealed.records, "read", stale)
    view = late.view(sealed.writer.vault, ("e",))
    assert view.size == 28
    assert "rebuilt" not in caplog.text
    assert sealed.index.check(sealed.writer.row()) == []
    assert len(before[0]) == 20


class _Held:
    def __init__(self, tx: Any) -> None:
        self._tx = tx

    def __enter__(self) -> Any:
        return self._tx

    def __exit__(self, *error: object) -> None:
        return None
