"""What programs written for other savers and stores call before and after use."""

from collections.abc import Callable
from pathlib import Path

import pytest

from langgraph_memos import MemosSaver, MemosStore
from memos_core import MemoryOS


@pytest.mark.parametrize("made", [MemosSaver, MemosStore])
async def test_set_up_and_left_open(tmp_path: Path, made: Callable[[MemoryOS], MemosSaver | MemosStore]) -> None:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None) as memory:
        with made(memory) as one:
            one.setup()
        async with made(memory) as one:
            await one.setup()
        memory.vault("v").remember("the store is still open")
