"""What every search index must do, whatever store lies beneath and however it keeps its files.

A test class inherits ``IndexContract`` and defines the fixture ``stack`` that opens a store and an index over it.
"""

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from memos_core.domain.cube import Provenance
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.record import FOREVER, Draft, Passage, VaultRow
from memos_core.domain.turn import Turn
from memos_core.errors import EmbeddingFailed, UnknownVault
from memos_core.ports import IndexView, RecordStore, VaultIndex

START = datetime(2024, 5, 1, tzinfo=UTC)
K1, B = 0.9, 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """A store, an index over it, and a way to open another index on the same files."""

    records: RecordStore
    index: VaultIndex
    reopen: Callable[[], VaultIndex]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A turn for the tests: its passages are lists of terms."""

    passages: tuple[tuple[int, ...], ...] = ((),)
    session: str = ""
    speaker: str = ""
    role: str = ""
    minute: int = 0


class Writer:
    """Writes into one vault of a store, and remembers the slots that it should have used."""

    def __init__(self, records: RecordStore, name: str = "ada") -> None:
        self.records = records
        self.vault = records.write(lambda tx: tx.vaults.create(name, START))

    def row(self) -> VaultRow:
        with self.records.read() as tx:
            row = tx.vaults.by_id(self.vault.id)
        assert row is not None
        return row

    def add(self, *said: Said) -> list[str]:
        drafts = [_draft(one) for one in said]
        cubes = self.records.write(lambda tx: tx.cubes.add(self.vault.id, drafts, Provenance(), START))
        return [cube.id for cube in cubes]

    def revise(self, cube: str, said: Said, minute: int) -> None:
        moment = START + timedelta(minutes=minute)
        self.records.write(
            lambda tx: tx.cubes.add_version(self.vault.id, cube, _draft(said), Provenance(), moment, START, "revise")
        )

    def set_state(self, cube: str, state: LifecycleState) -> None:
        op = "restore" if state is LifecycleState.ACTIVE else "forget"
        self.records.write(lambda tx: tx.cubes.set_state(self.vault.id, cube, state, Provenance(), START, op))

    def erase(self, cube: str) -> None:
        self.records.write(lambda tx: tx.cubes.erase(self.vault.id, cube, Provenance(), START))

    def embed(self, fingerprint: str, vectors: NDArray[Any], upto: int) -> None:
        """Store ``vectors`` ``(n, d)`` of the slots below ``upto`` that still need them."""
        with self.records.read() as tx:
            lo = tx.feed.coverage(self.vault.id).get(fingerprint, 0)
        self.records.write(
            lambda tx: tx.feed.put_vectors(
                self.vault.id, fingerprint, range(lo, upto), vectors[lo:upto].astype(np.float16), upto
            )
        )


def _draft(said: Said) -> Draft:
    return Draft(
        turn=Turn(text="words", session=said.session, speaker=said.speaker, role=said.role),
        occurred_at=START + timedelta(minutes=said.minute),
        passages=tuple(
            Passage(start=0, stop=1, terms=np.array(passage, "<u4").tobytes(), signals=len(passage))
            for passage in said.passages
        ),
        key=None,
    )


def unit_vectors(n: int, d: int = 16, seed: int = 0) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def bm25(documents: Sequence[Sequence[int]], terms: Sequence[int]) -> list[float]:
    """The textbook formula, one document and one term at a time."""
    mean = sum(map(len, documents)) / len(documents) if any(documents) else 1.0
    scores = []
    for document in documents:
        score = 0.0
        for term in set(terms):
            df = sum(term in other for other in documents)
            tf = document.count(term)
            idf = math.log(1 + (len(documents) - df + 0.5) / (df + 0.5))
            score += idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * len(document) / mean))
        scores.append(score)
    return scores


class IndexContract:
    """Behaviour of ``ports.VaultIndex`` and ``ports.IndexView``."""

    @pytest.fixture
    def stack(self) -> Stack:
        raise NotImplementedError

    @pytest.fixture
    def writer(self, stack: Stack) -> Writer:
        return Writer(stack.records)

    def view(self, stack: Stack, writer: Writer, *fingerprints: str) -> IndexView:
        return stack.index.view(writer.row(), fingerprints)

    def test_an_empty_vault_answers_with_empty_arrays(self, stack: Stack, writer: Writer) -> None:
        view = self.view(stack, writer, "e")
        assert view.size == 0
        assert view.dense(np.ones(4, np.float32), np.ones(0, np.bool_)).shape == (0,)
        turns, windows = view.lexical([1, 2], np.ones(0, np.bool_), (0, 2))
        assert turns.shape == windows.shape == (0,)

    def test_a_vault_that_is_not_in_the_store_is_refused(self, stack: Stack) -> None:
        with pytest.raises(UnknownVault):
            stack.index.view(VaultRow(id=4711, uid="nobody", next_slot=0, revision=0), ())

    def test_columns_tell_what_was_written(self, stack: Stack, writer: Writer) -> None:
        writer.add(
            Said(passages=((1,), (2, 3)), session="s", speaker="Ada", role="user", minute=3),
            Said(passages=((4,),), speaker="Bob", minute=1),
        )
        columns = self.view(stack, writer).columns
        assert [columns.sessions[code] for code in columns.session] == ["s", "s", ""]
        assert [columns.speakers[code] for code in columns.speaker] == ["Ada", "Ada", "Bob"]
        assert [columns.roles[code] for code in columns.role] == ["user", "user", ""]
        assert [columns.kinds[code] for code in columns.kind] == ["turn"] * 3
        assert columns.cube[0] == columns.cube[1] != columns.cube[2]
        assert columns.version.tolist() == [1, 1, 1]
        assert columns.occurred[0] - columns.occurred[2] == 120_000_000
        assert columns.valid_to.tolist() == [FOREVER] * 3
        assert not columns.hidden.any()

    def test_turns_of_a_session_are_linked_by_event_time(self, stack: Stack, writer: Writer) -> None:
        writer.add(
            Said(session="s", minute=5), Said(session="s", minute=1), Said(minute=2), Said(session="t", minute=3)
        )
        self.view(stack, writer)
        writer.add(Said(session="s", minute=3), Said(session="s", minute=5))
        columns = self.view(stack, writer).columns
        assert columns.previous.tolist() == [4, -1, -1, -1, 1, 0]
        assert columns.following.tolist() == [5, 4, -1, -1, 0, -1]

    def test_every_committed_change_is_seen_at_once(self, stack: Stack, writer: Writer) -> None:
        first, second = writer.add(Said(passages=((1,),)), Said(passages=((2,),)))
        assert self.view(stack, writer).size == 2
        writer.revise(first, Said(passages=((3,),)), minute=7)
        writer.set_state(second, LifecycleState.FORGOTTEN)
        before = self.view(stack, writer)
        columns = before.columns
        assert columns.valid_to.tolist() == [columns.valid_from[2], FOREVER, FOREVER]
        assert columns.version.tolist() == [1, 1, 2]
        assert columns.hidden.tolist() == [False, True, False]
        writer.set_state(second, LifecycleState.ACTIVE)
        assert not self.view(stack, writer).columns.hidden.any()
        assert before.columns.hidden.tolist() == [False, True, False]

    def test_a_view_is_a_snapshot(self, stack: Stack, writer: Writer) -> None:
        first, *_ = writer.add(Said(passages=((1,),), session="s"))
        old = self.view(stack, writer)
        writer.add(Said(passages=((1,),), session="s", minute=1))
        writer.set_state(first, LifecycleState.FORGOTTEN)
        assert self.view(stack, writer).size == 2
        assert old.size == 1
        assert not old.columns.hidden[0]
        assert old.columns.following.tolist() == [-1]
        with pytest.raises(ValueError):
            old.columns.hidden[0] = True

    def test_views_stay_whole_while_others_append(self, stack: Stack, writer: Writer) -> None:
        vectors = unit_vectors(60)
        failures: list[str] = []
        finished = threading.Event()

        def look() -> None:
            while not finished.is_set():
                view = self.view(stack, writer, "e")
                n = view.size
                turns, _ = view.lexical([7], np.ones(n, np.bool_), (0, 1))
                dense = view.dense(vectors[0], np.ones(n, np.bool_))
                chain = np.arange(n) - 1
                if not (len(turns) == len(dense) == n and view.columns.previous.tolist() == chain.tolist()):
                    failures.append(f"a view of {n} slots is not whole")

        lookers = [threading.Thread(target=look) for _ in range(3)]
        for thread in lookers:
            thread.start()
        for i in range(60):
            writer.add(Said(passages=((7,),), session="s", minute=i))
            writer.embed("e", vectors, i + 1)
        finished.set()
        for thread in lookers:
            thread.join()
        assert not failures
        assert self.view(stack, writer, "e").size == 60

    def test_dense_scores_are_cosines_within_the_mask(self, stack: Stack, writer: Writer) -> None:
        vectors = unit_vectors(50)
        writer.add(*[Said() for _ in range(52)])
        writer.embed("e", vectors, 50)
        mask = np.arange(52) % 3 > 0
        scores = self.view(stack, writer, "e").dense(vectors[4], mask, exact=10)
        visible = mask & (np.arange(52) < 50)
        assert np.isnan(scores[~visible]).all()
        assert scores.dtype == np.float32
        truth = vectors @ vectors[4]
        np.testing.assert_allclose(scores[visible], truth[visible[:50]], atol=0.03)
        best = np.flatnonzero(visible)[np.argsort(-truth[visible[:50]])[:10]]
        np.testing.assert_allclose(scores[best], truth[best], atol=1e-3)

    def test_a_query_of_another_size_is_refused(self, stack: Stack, writer: Writer) -> None:
        writer.add(Said())
        writer.embed("e", unit_vectors(1), 1)
        with pytest.raises(EmbeddingFailed):
            self.view(stack, writer, "e").dense(np.ones(3, np.float32), np.ones(1, np.bool_))

    def test_the_first_embedder_that_covers_the_vault_serves(self, stack: Stack, writer: Writer) -> None:
        writer.add(*[Said() for _ in range(4)])
        writer.embed("old", unit_vectors(4), 4)
        writer.embed("new", unit_vectors(4, d=8), 3)
        assert self.view(stack, writer, "new", "old").fingerprint == "old"
        assert self.view(stack, writer, "new").fingerprint == "new"
        assert (self.view(stack, writer, "new").covered, self.view(stack, writer, "old").covered) == (3, 4)
        assert self.view(stack, writer).fingerprint == ""
        assert self.view(stack, writer, "other").fingerprint == ""
        assert self.view(stack, writer, "other").covered == 0
        writer.embed("new", unit_vectors(4, d=8), 4)
        view = self.view(stack, writer, "new", "old")
        assert view.fingerprint == "new"
        assert view.dense(unit_vectors(1, d=8)[0], np.ones(4, np.bool_))[0] == pytest.approx(1, abs=1e-3)
        writer.add(Said())
        assert self.view(stack, writer, "new", "old").fingerprint == "new", "equal coverage goes to the earlier one"

    def test_lexical_scores_are_bm25_of_turns_and_windows(self, stack: Stack, writer: Writer) -> None:
        texts = [[1, 2, 2], [3], [], [1, 4, 5], [2]]
        writer.add(*[Said(passages=(tuple(text),), session="s", minute=i) for i, text in enumerate(texts)])
        turns, windows = self.view(stack, writer).lexical([1, 2], np.ones(5, np.bool_), (0, 1))
        np.testing.assert_allclose(turns, bm25(texts, [1, 2]), rtol=1e-5)
        around = [[term for text in texts[max(0, i - 1) : i + 2] for term in text] for i in range(5)]
        np.testing.assert_allclose(windows, bm25(around, [1, 2]), rtol=1e-5)

    def test_slots_outside_the_mask_do_not_count(self, stack: Stack, writer: Writer) -> None:
        texts = [[1], [1, 1, 1, 2], [3, 2], [2]]
        writer.add(*[Said(passages=(tuple(text),), session="s", minute=i) for i, text in enumerate(texts)])
        mask = np.array([True, False, True, True])
        turns, windows = self.view(stack, writer).lexical([1, 2], mask, (0, 1))
        assert turns[1] == windows[1] == 0
        np.testing.assert_allclose(turns[mask], bm25([[1], [3, 2], [2]], [1, 2]), rtol=1e-5)
        np.testing.assert_allclose(windows[mask], bm25([[1], [3, 2, 2], [3, 2, 2]], [1, 2]), rtol=1e-5)

    def test_vaults_do_not_see_each_other(self, stack: Stack, writer: Writer) -> None:
        other = Writer(stack.records, "bob")
        writer.add(Said(passages=((1,),)), Said(passages=((2,),)))
        alone = self.view(stack, writer).lexical([1], np.ones(2, np.bool_), (0,))[0]
        other.add(*[Said(passages=((1, 1, 1),)) for _ in range(20)])
        beside = self.view(stack, writer).lexical([1], np.ones(2, np.bool_), (0,))[0]
        assert alone.tolist() == beside.tolist()
        assert self.view(stack, other).size == 20

    def test_an_erased_slot_is_hidden_for_ever(self, stack: Stack, writer: Writer) -> None:
        vectors = unit_vectors(3)
        cubes = writer.add(*[Said(passages=((i,),), session="s", speaker=f"p{i}", minute=i) for i in range(3)])
        writer.embed("e", vectors, 3)
        self.view(stack, writer, "e")
        writer.erase(cubes[1])
        for index in (stack.index, stack.reopen()):
            view = index.view(writer.row(), ("e",))
            assert view.size == 3
            assert view.columns.hidden.tolist() == [False, True, False]
            assert view.columns.previous.tolist() == [-1, -1, 0]
            assert view.lexical([1], np.ones(3, np.bool_), (0, 2))[1].tolist() == [0, 0, 0]
            assert np.isnan(view.dense(vectors[1], np.ones(3, np.bool_))).tolist() == [False, True, False]
        stack.index.scrub(writer.row())
        assert stack.index.check(writer.row()) == []
        assert "p1" not in self.view(stack, writer, "e").columns.speakers

    def test_another_index_over_the_same_store_sees_the_same(self, stack: Stack, writer: Writer) -> None:
        vectors = unit_vectors(9)
        writer.add(*[Said(passages=((i % 3,),), session="s", minute=i) for i in range(9)])
        writer.embed("e", vectors, 9)
        here, there = self.view(stack, writer, "e"), stack.reopen().view(writer.row(), ("e",))
        every = np.ones(9, np.bool_)
        np.testing.assert_array_equal(here.dense(vectors[0], every), there.dense(vectors[0], every))
        np.testing.assert_array_equal(here.lexical([1], every, (0, 2)), there.lexical([1], every, (0, 2)))

    def test_sealing_little_does_nothing(self, stack: Stack, writer: Writer) -> None:
        writer.add(Said())
        assert stack.index.seal(writer.row()) is False
        assert stack.index.check(writer.row()) == []

    def test_a_closed_index_has_let_go(self, stack: Stack, writer: Writer) -> None:
        writer.add(Said(passages=((1,),)))
        view = self.view(stack, writer)
        stack.index.close()
        assert view.lexical([1], np.ones(1, np.bool_), (0,))[0][0] > 0, "a view that is in use stays whole"
