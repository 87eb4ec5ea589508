"""A folder of a training is gone when ``clear`` says so, and only then."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from memos_core.operation import workshop


def test_what_cannot_be_removed_is_not_said_to_be_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "order"
    folder.mkdir()
    (folder / "lesson").write_text("what is to be erased", encoding="utf-8")

    def refused(*given: Any, **_: Any) -> None:
        """A removal whose errors are passed over."""

    with monkeypatch.context() as patched:
        patched.setattr(shutil, "rmtree", refused)
        assert not workshop.clear(folder, timeout=0.05)
    assert workshop.clear(folder, timeout=5) and not folder.exists()


def test_a_training_is_waited_for(tmp_path: Path) -> None:
    folder = tmp_path / "order"
    folder.mkdir()
    with workshop.held(folder):
        assert not workshop.clear(folder, timeout=0.05)
    assert workshop.clear(folder, timeout=5) and not folder.exists()
