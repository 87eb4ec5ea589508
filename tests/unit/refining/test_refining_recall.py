"""What recall asks of a model, where the store was opened with one for it."""

import json
from pathlib import Path
from typing import Any

import pytest

from memos_core import MemoryOS
from memos_core.interface.second_opinion import model_queries, model_verdict
from memos_core.testing.fakes import FrozenClock
from tests.unit.refining.chat_server import Scripted

TEXT = "[3 May 2024] Mara: I moved to Leeds.\n\n[6 May 2024] Mara: Ana is a nurse."


def opened(folder: Path, model: Any, in_recall: bool) -> MemoryOS:
    return MemoryOS.open(
        f"sqlite:///{folder}/memory.db", embedder=None, worker=False, model=model, model_in_recall=in_recall
    )


def test_a_model_is_asked_in_recall_only_where_that_is_wanted(tmp_path: Path) -> None:
    reply = json.dumps({"sufficient": True, "quotes": [{"line": "l2", "text": "a nurse"}], "missing": []})
    model = Scripted(otherwise=reply)
    now = FrozenClock().now()
    with opened(tmp_path, model, in_recall=False) as memory:
        assert model_verdict(memory._runtime, "What is Ana?", TEXT, now) is None
        assert model_queries(memory._runtime, "What is Ana?", TEXT, ()) == ()
    assert model.seen == []
    with opened(tmp_path, model, in_recall=True) as memory:
        verdict = model_verdict(memory._runtime, "What is Ana?", TEXT, now)
        assert verdict is not None and verdict.sufficient
        assert model_verdict(memory._runtime, "What is Ana?", "", now) is None
        model.otherwise = json.dumps({"queries": ["Ana works as a nurse", "Ana in Paris"]})
        assert model_queries(memory._runtime, "What is Ana?", TEXT, ("her job",)) == ("Ana works as a nurse",)
        assert {one.operation for one in memory.usage()} == {"verdict", "rewrite"}


@pytest.mark.parametrize("trouble", ["I cannot.", RuntimeError("boom")])
def test_a_model_in_trouble_leaves_the_verdict_to_the_rules(tmp_path: Path, trouble: Any) -> None:
    with opened(tmp_path, Scripted(otherwise=trouble), in_recall=True) as memory:
        assert model_verdict(memory._runtime, "What is Ana?", TEXT, FrozenClock().now()) is None
        assert model_queries(memory._runtime, "What is Ana?", TEXT, ()) == ()
