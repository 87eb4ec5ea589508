"""Scores and links against plain reference implementations, over any history of a vault."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from memos_adapters.segments import SegmentIndex, dense, postings
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import SlotRow
from memos_core.ports import IndexView, Mask
from tests.contract.index_contract import Said, Writer, bm25, unit_vectors
from tests.unit.segments_records import MemoryRecords

TERMS = st.lists(st.integers(1, 6), max_size=5).map(tuple)
SAID = st.builds(
    Said,
    passages=st.lists(TERMS, min_size=1, max_size=2).map(tuple),
    session=st.sampled_from(["", "s", "t"]),
    speaker=st.sampled_from(["", "Ada", "Bob"]),
    minute=st.integers(0, 4),
)
STEP = st.one_of(
    st.tuples(st.just("add"), st.lists(SAID, min_size=1, max_size=7)),
    st.tuples(st.sampled_from(["forget", "erase", "revise"]), st.integers(0, 30)),
    st.tuples(st.just("embed"), st.sampled_from(["e", "f"])),
    st.tuples(st.sampled_from(["look", "seal", "scrub", "reopen", "lose"]), st.none()),
)


class SmallIndex(SegmentIndex):
    """Seals early, so that small vaults have segments."""

    SEALED_AT = 3


class History:
    """A vault that lives through steps, and what its index must say."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.records = cast(Any, MemoryRecords())
        self.writer = Writer(self.records)
        self.index = SmallIndex(self.records, directory)
        self.cubes: list[str] = []
        self.vectors = {"e": unit_vectors(400), "f": unit_vectors(400, d=12, seed=1)}

    def take(self, step: tuple[str, Any]) -> None:
        what, argument = step
        if what == "add":
            self.cubes += self.writer.add(*argument)
        elif what == "embed":
            upto = self.writer.row().next_slot
            self.writer.embed(argument, self.vectors[argument], upto)
        elif what in ("forget", "erase", "revise"):
            if self.cubes:
                self._change(what, argument % len(self.cubes))
        elif what == "reopen":
            self.index.close()
            self.index = SmallIndex(self.records, self.directory)
        elif what == "lose":
            for path in sorted(self.directory.glob("*.seg"))[:1]:
                path.unlink()
        elif what == "look":
            self.view()
        else:
            getattr(self.index, what)(self.writer.row())

    def _change(self, what: str, at: int) -> None:
        if what == "erase":
            self.writer.erase(self.cubes.pop(at))
        elif what == "forget":
            self.writer.set_state(self.cubes[at], LifecycleState.FORGOTTEN)
        else:
            self.writer.revise(self.cubes[at], Said(passages=((2, 9),), minute=2), minute=9)

    def view(self) -> IndexView:
        return self.index.view(self.writer.row(), ("e", "f"))

    def rows(self) -> list[SlotRow | None]:
        """The truth by slot; ``None`` for what was erased."""
        with self.records.read() as tx:
            n = self.writer.row().next_slot
            held = {row.slot: row for row in tx.feed.slots(self.writer.vault.id, 0, n)}
        return [held.get(slot) for slot in range(n)]

    def check(self) -> None:
        view, rows = self.view(), self.rows()
        assert view.size == len(rows)
        self._check_columns(view, rows)
        around = neighbourhoods(rows, 2)
        for mask in (~view.columns.hidden, np.arange(view.size) % 3 > 0):
            self._check_lexical(view, rows, mask, around)
            self._check_dense(view, rows, mask)

    def _check_columns(self, view: IndexView, rows: list[SlotRow | None]) -> None:
        columns = view.columns
        previous, following = links(rows)
        assert columns.previous.tolist() == previous
        assert columns.following.tolist() == following
        for slot, row in enumerate(rows):
            if row is None:
                assert columns.hidden[slot]
                assert columns.speakers[columns.speaker[slot]] == ""
                continue
            found = (
                columns.cube[slot],
                columns.version[slot],
                columns.sessions[columns.session[slot]],
                columns.speakers[columns.speaker[slot]],
                columns.occurred[slot],
                columns.valid_from[slot],
                columns.valid_to[slot],
                columns.hidden[slot],
            )
            assert found == (*row[1:5], *row[7:11])

    def _check_lexical(self, view: IndexView, rows: list[SlotRow | None], mask: Mask, around: list[list[int]]) -> None:
        terms = [2, 5, 9, 77]
        turns, windows = view.lexical(terms, mask, (0, 2))
        texts = [np.frombuffer(row.terms, "<u4").tolist() if row else [] for row in rows]
        visible = np.flatnonzero(mask)
        joined = [[term for other in around[slot] if mask[other] for term in texts[other]] for slot in visible]
        assert not turns[~mask].any()
        assert not windows[~mask].any()
        if len(visible):
            np.testing.assert_allclose(turns[visible], bm25([texts[slot] for slot in visible], terms), rtol=1e-5)
            np.testing.assert_allclose(windows[visible], bm25(joined, terms), rtol=1e-5)

    def _check_dense(self, view: IndexView, rows: list[SlotRow | None], mask: Mask) -> None:
        with self.records.read() as tx:
            coverage = tx.feed.coverage(self.writer.vault.id)
        best = max(("e", "f"), key=lambda name: coverage.get(name, 0))
        assert view.fingerprint == (best if any(coverage.values()) else "")
        query = self.vectors[best][3]
        scores = view.dense(query, mask)
        for slot, row in enumerate(rows):
            if row is not None and mask[slot] and slot < coverage.get(best, 0):
                assert scores[slot] == pytest.approx(float(self.vectors[best][slot] @ query), abs=2e-3)
            else:
                assert np.isnan(scores[slot])


def links(rows: list[SlotRow | None]) -> tuple[list[int], list[int]]:
    previous, following = [-1] * len(rows), [-1] * len(rows)
    for session in {row.session for row in rows if row and row.session}:
        chain = sorted((row.occurred, row.slot) for row in rows if row and row.session == session)
        for (_, before), (_, after) in pairwise(chain):
            previous[after], following[before] = before, after
    return previous, following


def neighbourhoods(rows: list[SlotRow | None], radius: int) -> list[list[int]]:
    """The slots reached from each in at most ``radius`` steps, itself included."""
    previous, following = links(rows)
    reached = []
    for slot in range(len(rows)):
        here = [slot]
        for step in (previous, following):
            at = slot
            for _ in range(radius):
                at = step[at] if at >= 0 else -1
                here += [at] if at >= 0 else []
        reached.append(here)
    return reached


@contextmanager
def history() -> Iterator[History]:
    with tempfile.TemporaryDirectory() as directory:
        yield History(Path(directory))


@settings(max_examples=150)
@given(steps=st.lists(STEP, max_size=25), scanned=st.sampled_from([0, 6, 8192]), checked=st.booleans())
def test_any_history_gives_the_scores_of_its_rows(steps: list[tuple[str, Any]], scanned: int, checked: bool) -> None:
    with pytest.MonkeyPatch.context() as patch, history() as vault:
        patch.setattr(postings.Inverted, "_SCANNED", scanned)
        for step in steps:
            vault.take(step)
            if checked:
                vault.check()
        vault.check()


@settings(max_examples=30)
@given(steps=st.lists(STEP, max_size=15))
def test_any_history_gives_the_same_without_numkong(steps: list[tuple[str, Any]]) -> None:
    with pytest.MonkeyPatch.context() as patch, history() as vault:
        patch.setattr(dense, "numkong", None)
        for step in steps:
            vault.take(step)
        vault.check()


def with_outlier(n: int, size: float) -> NDArray[np.float32]:
    """Unit vectors one of whose dimensions outweighs the others, as encoders produce them."""
    vectors = np.random.default_rng(5).normal(size=(n, 96)).astype(np.float32)
    vectors[:, 7] += size
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("kernel", ["numkong", "numpy"])
@pytest.mark.parametrize(
    ("outlier", "stored"),
    [
        (0, np.float32),
        (10, np.float32),
        pytest.param(40, np.float16, id="beyond what the rows' half precision can tell apart"),
    ],
)
def test_recall_at_ten_is_that_of_exact_search(
    kernel: str, outlier: float, stored: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if kernel == "numpy":
        monkeypatch.setattr(dense, "numkong", None)
    elif dense.numkong is None:
        pytest.skip("the extra 'fast' is not installed")
    n, queries = 3000, 40
    vectors = with_outlier(n + queries, outlier)
    truth = vectors[:n].astype(stored).astype(np.float32)
    records: Any = MemoryRecords()
    writer = Writer(records)
    writer.add(*[Said() for _ in range(n)])
    writer.embed("e", vectors, n)
    view = SegmentIndex(records, tmp_path).view(writer.row(), ("e",))
    mask = np.ones(n, np.bool_)
    found = 0
    for query in vectors[n:]:
        best = np.argsort(-(truth @ query))[:10]
        found += len(np.intersect1d(np.argsort(-view.dense(query, mask))[:10], best))
    assert found / (10 * queries) >= 0.99


def test_the_order_of_sessions_survives_many_small_additions(tmp_path: Path) -> None:
    vault = History(tmp_path)
    for i in range(40):
        vault.take(("add", [Said(session="st"[i % 2], minute=(i * 7) % 5), Said(session="s", minute=3)]))
        vault.view()
    vault.check()
