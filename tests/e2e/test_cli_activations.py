"""``memos activations``, and what the other commands make of a handle."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from memos_core import LocalModelRuntime, MemoryOS
from memos_core.cli.app import app
from memos_core.testing.local_model import WordModel


class Shell:
    """Runs ``memos`` commands against one store."""

    def __init__(self, place: Path) -> None:
        self.url = f"sqlite:///{place / 'memory.db'}"

    def run(self, *arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, ["--store", self.url, "--no-embedder", "--vault", "alice", *arguments])
        assert result.exit_code == code, f"{arguments}: {result.exit_code}, not {code}\n{result.output}{result.stderr}"
        return result

    def read(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)


@pytest.fixture
def memos(tmp_path: Path) -> Shell:
    """A store with activation memory of three kinds: exact, smaller, stale."""
    shell = Shell(tmp_path)
    runtime = LocalModelRuntime(WordModel())
    with MemoryOS.open(shell.url, embedder=None, local_model=runtime) as memory:
        vault = memory.vault("alice")
        facts = vault.remember(["I no longer eat meat.", "My sister is called Ana.", "Soon to be changed."])
        vault.transform(facts[:2])
        vault.transform(facts[1], storage="int8")
        vault.transform(facts[2])
        vault.revise(facts[2].id, "It has been changed.")
    return shell


def test_all_are_listed(memos: Shell) -> None:
    exact, small, stale = sorted(memos.read("activations"), key=lambda one: (one["stale"], one["storage"] == "int8"))
    assert exact["text"] == "- I no longer eat meat.\n- My sister is called Ana."
    assert (exact["storage"], exact["error"], exact["stale"], exact["vault"]) == ("native", 0.0, False, "alice")
    assert exact["tokens"] == 11 and exact["bytes"] > 0 and len(exact["sources"]) == 2
    assert exact["model"] == small["model"] and exact["fingerprint"]["weights"] == "w"
    assert small["storage"] == "int8"
    assert (stale["stale"], stale["tokens"], stale["model"]) == (True, 0, None)
    assert stale["text"] == "- It has been changed."
    shown = memos.run("activations").stdout
    for one in (exact, small, stale):
        assert one["id"][-7:] in shown
    assert shown.count("ready") == 2 and exact["model"][:8] in shown
    assert "transform its sources again" in shown


def test_one_is_shown_with_its_sources(memos: Shell) -> None:
    (whole,) = [one for one in memos.read("activations") if len(one["sources"]) == 2]
    assert memos.read("activations", whole["id"]) == memos.read("activations", whole["id"][-7:]) == whole
    shown = memos.run("activations", whole["id"][-7:]).stdout
    assert whole["id"] in shown and "11 tokens" in shown and "words attention" in shown
    assert all(id[-7:] in shown for id in whole["sources"])
    assert "- I no longer eat meat.\n- My sister is called Ana." in shown
    (stale,) = [one for one in memos.read("activations") if one["stale"]]
    assert "stale" in memos.run("activations", stale["id"]).stdout


def test_a_vault_without_any(memos: Shell) -> None:
    memos.run("remember", "x", "--vault", "bob")
    assert memos.read("activations", "--vault", "bob") == []
    assert "No activation memory" in memos.run("activations", "--vault", "bob").stdout


def test_other_commands_and_handles(memos: Shell) -> None:
    handle, *others = [one["id"] for one in memos.read("activations")]
    memory = memos.read("log")[0]["cube"]
    assert "not activation memory" in memos.run("activations", memory, code=2).stderr
    assert "kv_" in memos.run("activations", "kv_" + "0" * 32, code=1).stderr
    for command in ("history", "forget", "restore"):
        assert "activation memory" in memos.run(command, handle[-7:], code=2).stderr
    stats = memos.read("stats")
    assert stats["by_vault"]["alice"]["derived"]["activation"] == 3
    assert "kv" in memos.run("stats").stdout
    assert memos.read("erase", handle[-7:], "--yes")["erased"] == [handle]
    assert [one["id"] for one in memos.read("activations")] == others


def test_the_doctor_names_it(memos: Shell, tmp_path: Path) -> None:
    memos.run("doctor")
    for path in (tmp_path / "memory.db.files" / "blobs").rglob("*"):
        if path.is_file():
            path.unlink()
    said = memos.run("doctor", code=1).stdout
    assert said.count("kv_") == 2 and "transform" in said
