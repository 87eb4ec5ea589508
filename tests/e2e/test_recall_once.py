"""What a recall has computed it does not compute again."""

from pathlib import Path

import pytest

from memos_adapters.segments.view import SegmentView
from memos_core import MemoryOS, Turn
from memos_core.operation.formation import cells, forming
from memos_core.ports import Floats, Mask
from memos_core.testing.fakes import HashEmbedder


def test_cosines_serve_the_ranking_and_the_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    dense = SegmentView.dense

    def counted(self: SegmentView, query: Floats, mask: Mask, exact: int = 64) -> Floats:
        nonlocal asked
        asked += 1
        return dense(self, query, mask, exact)

    monkeypatch.setattr(SegmentView, "dense", counted)
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=HashEmbedder()) as memory:
        vault = memory.vault("owner")
        vault.remember([f"the heron stood on pier {number}" for number in range(60)])
        memory.settle()
        queries = vault.recall("Where did the heron stand?").queries
    assert asked == len(queries)


def test_a_closed_cell_that_waits_for_the_worker_is_formed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    formed: list[bool] = []
    form = cells.form

    def counted(messages: object, zone: object, *, closed: bool, **options: object) -> object:
        formed.append(closed)
        return form(messages, zone, closed=closed, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(cells, "form", counted)
    forming._closed.cache_clear()
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, worker=False) as memory:
        vault = memory.vault("owner")
        for day in (1, 2, 3):
            vault.remember(
                [Turn(text=text, role="user", session="talk") for text in ("I moved to Lisbon.", "I have a dog.")],
                at=f"2026-03-0{day}T10:00:00+00:00",
            )
            vault.recall("Where do I live?")
        memory.settle()
    assert formed.count(True) == 3
