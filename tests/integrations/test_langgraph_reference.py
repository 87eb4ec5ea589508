"""Programs that are run on LangGraph's own saver and on ours: they must tell the same story."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import Checkpoint, empty_checkpoint
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.checkpoint.serde.types import _DeltaSnapshot

from langgraph_memos import MemosSaver
from memos_core import MemoryOS
from tests.integrations.langgraph_programs import CONFIG, PROGRAMS, Teller


@pytest.fixture
def memory(tmp_path: Path):
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None, worker=False) as opened:
        yield opened


@pytest.mark.parametrize("door", ["sync", "async"])
@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
def test_a_program_tells_the_same_story(memory: MemoryOS, program: Callable[[Any, str], Teller], door: str) -> None:
    ours, reference = program(MemosSaver(memory), door).told, program(InMemorySaver(), door).told
    assert len(reference) > 1
    for mine, theirs in zip(ours, reference, strict=True):
        assert mine == theirs
    assert memory.doctor() == []


def test_a_checkpoint_that_is_its_own_ancestor_ends_the_walk(memory: MemoryOS) -> None:
    saver = MemosSaver(memory)
    first = put(saver, CONFIG, "1")
    second = put(saver, first, "2", metadata={"counters_since_delta_snapshot": {"said": [1, 1]}})
    saver.put_writes(first, [("said", "x")], "task")
    put(saver, second, "1")
    assert saver.get_delta_channel_history(config=second, channels=["said"]) == {
        "said": {"writes": [("task", "said", "x")]}
    }
    saver.prune(["t"])
    assert saver.get_tuple(CONFIG).config == second  # type: ignore[union-attr]


def test_a_value_that_is_put_later_is_the_seed(memory: MemoryOS) -> None:
    saver = MemosSaver(memory)
    first = put(saver, CONFIG, "1", versions={"said": "1"})
    second = put(saver, first, "2", versions={"said": "1"})
    third = put(saver, second, "3", versions={"said": "1"})
    put(saver, first, "2", values={"said": _DeltaSnapshot([1])}, versions={"said": "1"})
    found = saver.get_delta_channel_history(config=third, channels=["said"])["said"]
    assert found["seed"].value == [1]


def test_a_set_that_is_added_to_after_it_was_stored_stays_as_it_was(memory: MemoryOS) -> None:
    """LangGraph's barriers hand over the set that they go on adding to; a step is stored while the next one runs."""
    saver, waiting = MemosSaver(memory), {"a"}
    first = put(saver, CONFIG, "1", versions={"other": "1"})
    second = saver.put(first, checkpoint("2", {"join": waiting}, {"join": "1"}), {}, {"join": "1"})
    waiting.add("b")
    saver.put(second, checkpoint("3", {"join": waiting}, {"join": "1"}), {}, {})
    assert [one.checkpoint["channel_values"].get("join") for one in saver.list(CONFIG)] == [{"a"}, {"a"}, None]


def test_metadata_are_filtered_by_paths_as_by_the_saver_for_sqlite(memory: MemoryOS) -> None:
    saver = MemosSaver(memory)
    put(saver, CONFIG, "1", metadata={"user": {"access-level": "low"}, "a.b": 1})
    for fits in ({"user.access-level": "low"}, {"a.b": 1}, {"user": {"access-level": "low"}}, {"user.none.x": None}):
        assert len(list(saver.list(CONFIG, filter=fits))) == 1
    for fails in ({"user.access-level": "high"}, {"user.access-level.x": "low"}, {"a.b": 2}):
        assert list(saver.list(CONFIG, filter=fails)) == []


def put(saver: Any, parent: RunnableConfig, id: str, **given: Any) -> RunnableConfig:
    config = {"configurable": {"checkpoint_ns": "", **parent["configurable"]}}
    stored = checkpoint(id, given.get("values", {}), given.get("versions", {}))
    made: RunnableConfig = saver.put(config, stored, given.get("metadata", {}), {})
    return made


def checkpoint(id: str, values: dict[str, Any], versions: dict[str, Any]) -> Checkpoint:
    return {**empty_checkpoint(), "id": id, "channel_values": values, "channel_versions": versions}
