"""LangGraph's own conformance suite for savers: every capability is found, and every one of its tests passes."""

import tempfile
from collections.abc import AsyncIterator

from langgraph.checkpoint.conformance import checkpointer_test, validate

from langgraph_memos import MemosSaver
from memos_core import MemoryOS

TESTS = {
    "put": 17, "put_writes": 10, "get_tuple": 10, "list": 16,
    "delete_thread": 5, "delete_for_runs": 7, "copy_thread": 8, "prune": 8,
}  # fmt: skip
"""By capability: how many tests the suite has for it. An empty class has the full level with none of them."""


@checkpointer_test(name="memos")
async def memos() -> AsyncIterator[MemosSaver]:
    with (
        tempfile.TemporaryDirectory() as folder,
        MemoryOS.open(f"sqlite:///{folder}/m.db", embedder=None, worker=False) as memory,
    ):
        yield MemosSaver(memory)


async def test_every_capability_is_found_and_passes_all_of_its_tests() -> None:
    report = await validate(memos)
    for name, result in report.results.items():
        assert result.detected and result.passed, (name, result.failures)
        assert result.tests_failed == 0, (name, result.failures)
    assert {name: result.tests_passed for name, result in report.results.items()} == TESTS
