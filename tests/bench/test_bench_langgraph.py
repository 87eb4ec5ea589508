"""The rows beside LangGraph run, on sizes at which their figures mean nothing: nothing here judges a time."""

import pytest

from tests.bench import langgraph_saver, langgraph_store, langgraph_turn
from tests.bench.corpus import InstantEmbedder
from tests.bench.langgraph_saver import installed
from tests.bench.results import Line
from tests.bench.scale import TINY

needs_the_peers = pytest.mark.skipif(
    not installed("langgraph.checkpoint.sqlite", "pysqlite3", "sqlite_vec"), reason="needs the extra bench"
)


def is_measured(line: Line) -> bool:
    return line.value is not None and line.low is not None and line.low <= line.value <= line.high  # type: ignore[operator]


@needs_the_peers
def test_savers_take_turns(tmp_path):
    lines = langgraph_saver.saver(TINY, tmp_path)
    assert all(map(is_measured, lines))
    assert set(lines[0].p50_ms or ()) == {"MemosSaver", "SqliteSaver", "InMemorySaver"}
    puts = [line for line in lines if "put" in line.what]
    assert len(puts) == 1 + 2 * 3 and all(line.target and "synchronous=FULL" in line.detail for line in puts)


@needs_the_peers
def test_stores_take_turns(tmp_path):
    lines = langgraph_store.store(TINY, tmp_path)
    assert all(map(is_measured, lines)) and len(lines) == 5
    assert [bool(line.target) for line in lines] == [True, False, False, False, False]


def test_peers_that_are_not_installed_are_reported_as_not_measured(tmp_path, monkeypatch):
    for row, measure in ((langgraph_saver, langgraph_saver.saver), (langgraph_store, langgraph_store.store)):
        monkeypatch.setattr(row, "installed", lambda *names: False)
        (line,) = measure(TINY, tmp_path)
        assert line.met is None and "not installed" in line.detail


def test_a_turn_is_timed_with_and_without_vectors(tmp_path, monkeypatch):
    monkeypatch.setattr(langgraph_turn, "default_embedder", InstantEmbedder)
    monkeypatch.setattr(langgraph_turn, "_THINKING_S", 0.01)
    lines = langgraph_turn.turn(TINY, tmp_path)
    assert all(map(is_measured, lines)) and len(lines) == 4
    monkeypatch.setattr(langgraph_turn, "default_embedder", lambda: None)
    (tmp_path / "again").mkdir()
    assert langgraph_turn.turn(TINY, tmp_path / "again")[-1].value is None
