"""The index contract over the store in memory."""

from pathlib import Path
from typing import Any

import pytest

from memos_adapters.segments import SegmentIndex, dense
from tests.contract.index_contract import IndexContract, Stack
from tests.unit.segments_records import MemoryRecords


class TestSegmentIndex(IndexContract):
    @pytest.fixture(params=["numkong", "numpy"])
    def stack(self, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
        if request.param == "numpy":
            monkeypatch.setattr(dense, "numkong", None)
        elif dense.numkong is None:
            pytest.skip("the extra 'fast' is not installed")
        records: Any = MemoryRecords()
        directory = tmp_path / "segments"
        return Stack(
            records=records,
            index=SegmentIndex(records, directory),
            reopen=lambda: SegmentIndex(records, directory),
        )
