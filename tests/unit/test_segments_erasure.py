"""What is erased leaves files and memory, whatever other processes do meanwhile."""

import fcntl
import gc
import struct
import weakref
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from memos_adapters.segments import sealing
from memos_adapters.segments.view import SegmentView
from tests.unit.segments_desk import TERM, VECTORS, Desk, same


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
        assert not view.lexical([TERM], np.ones(56, np.bool_), (0, 2))[1].any()
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


def test_erased_content_leaves_memory_with_the_scrubbing(desk: Desk) -> None:
    desk.add(3)
    held = weakref.ref(cast(SegmentView, desk.view()).blocks[0])
    assert held() is not None
    desk.writer.erase(desk.cubes[0])
    desk.scrub()
    gc.collect()
    assert held() is None


def test_an_erased_slot_in_a_segment_has_no_name(desk: Desk) -> None:
    desk.add(9, speaker="Ada")
    assert desk.seal()
    desk.writer.erase(desk.cubes[4])
    columns = desk.view(desk.open()).columns
    assert [columns.speakers[code] for code in columns.speaker] == ["Ada"] * 4 + [""] + ["Ada"] * 4


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
