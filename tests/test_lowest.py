"""The floors of ``pyproject.toml`` are releases that were run: those of ``constraints-lowest.txt``."""

import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
RUN = ("langchain", "langchain-classic", "langgraph", "llama-index", "openai", "cli", "tokens")
"""The extras of ``make lowest``."""


def floors() -> dict[str, Version]:
    """The lowest release that each requirement of the core and of the extras allows."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["dependencies"] + [line for name in RUN for line in project["optional-dependencies"][name]]
    wanted = [Requirement(line) for line in lines if not line.startswith("memos-middleware[")]
    return {one.name: Version(at.version) for one in wanted for at in one.specifier if at.operator == ">="}


def pins() -> dict[str, Version]:
    lines = (ROOT / "constraints-lowest.txt").read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {name: Version(pinned) for name, pinned in pairs}


FLOORS = floors()


def test_every_framework_has_a_floor() -> None:
    frameworks = {"langchain", "langchain-classic", "langchain-core", "langgraph", "langgraph-checkpoint"}
    assert FLOORS.keys() >= {*frameworks, "llama-index-core", "numpy", "apsw", "snowballstemmer"}


@pytest.mark.parametrize("name", FLOORS)
def test_a_floor_is_the_release_that_is_run(name: str) -> None:
    assert pins()[name] == FLOORS[name]


@pytest.mark.lowest
@pytest.mark.parametrize("name", FLOORS)
def test_this_environment_holds_the_floors(name: str) -> None:
    assert Version(version(name)) == FLOORS[name]
