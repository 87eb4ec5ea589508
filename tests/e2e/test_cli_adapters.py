"""``memos adapters``: what is listed, what one of them shows, and what the other commands make of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from memos_core import LocalModelRuntime, MemoryOS, Recipe, Vault
from memos_core.cli.app import app
from memos_core.domain.parametric import Parametric
from memos_core.errors import InvalidInput
from memos_core.evaluation import adapter_plot
from memos_core.testing.local_model import WordModel
from memos_core.testing.parametric import TaughtWords


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

    @contextmanager
    def vault(self, **changes: Any) -> Iterator[Vault]:
        """The vault with a model that is taught by the caller only."""
        model = WordModel()
        runtime = LocalModelRuntime(model, adapters=TaughtWords(model, **changes))
        with MemoryOS.open(self.url, embedder=None, worker=False, local_model=runtime) as memory:
            yield memory.vault("alice")


SAID = ("I live in Leeds.", "I work as a nurse.", "My cat is called Tom.")


@pytest.fixture
def memos(tmp_path: Path) -> Shell:
    """A store with an adapter in each state: ready, refused, stale, waiting."""
    shell = Shell(tmp_path)
    with shell.vault() as vault:
        cubes = [vault.remember(one, speaker="Alice", session=one[:9]) for one in SAID]
        vault.transform(cubes[:2], to="parametric")
        vault.transform(cubes[2], to="parametric")
        vault.settle()
        vault.revise(cubes[2].id, "My cat is called Tim.")
    with shell.vault(recall=0.5) as vault:
        vault.transform(list(vault.cubes())[:1], to="parametric", recipe=Recipe(rank=2))
        vault.settle()
        vault.transform(list(vault.cubes())[1], to="parametric", recipe=Recipe(rank=4))
    return shell


def by_state(memos: Shell) -> dict[str, Any]:
    return {one["state"]: one for one in memos.read("adapters")}


def test_all_are_listed(memos: Shell) -> None:
    known = by_state(memos)
    assert set(known) == {"trained", "rejected", "stale", "waiting"}
    ready = known["trained"]
    assert (ready["answers"], ready["made_of"], ready["vault"], ready["error"]) == (True, "plaintext", "alice", None)
    assert ready["text"] == "- Alice: I live in Leeds.\n- Alice: I work as a nurse."
    assert {one["value"] for one in ready["facts"]} == {"Leeds", "nurse"}
    assert ready["gate"]["passed"] and ready["gate"]["rows"][0]["found"] == 1.0
    assert ready["recipe"]["rank"] == 16 and ready["training"]["steps"] == 3 and ready["bytes"] > 0
    refused = known["rejected"]
    assert (refused["answers"], refused["gate"]["passed"]) == (False, False)
    assert refused["model"] == ready["model"]
    for state in ("stale", "waiting"):
        assert (known[state]["answers"], known[state]["model"], known[state]["gate"]) == (False, None, None)
    assert known["stale"]["text"] == "- Alice: My cat is called Tim."
    shown = memos.run("adapters").stdout
    for one in known.values():
        assert one["id"][-7:] in shown
    for word in ("ready", "refused", "stale", "waiting", "100%", "50%"):
        assert word in shown
    assert "until a process with its model trained it" in shown and "transform its sources again" in shown


def test_one_is_shown_with_its_gate(memos: Shell) -> None:
    known = by_state(memos)
    ready, refused = known["trained"], known["rejected"]
    assert memos.read("adapters", ready["id"]) == memos.read("adapters", ready["id"][-7:]) == ready
    shown = memos.run("adapters", ready["id"][-7:]).stdout
    assert ready["id"] in shown and "2 facts" in shown and "trained 3 steps" in shown and "known by heart" in shown
    assert all(one[-7:] in shown for one in ready["sources"])
    assert shown.count("✓") == 4 and "✗" not in shown and "recall of held-out questions" in shown
    shown = memos.run("adapters", refused["id"]).stdout
    assert shown.count("✗") == 1 and "0.500" in shown and ">= 0.95" in shown and "for the prompt" in shown
    for state in ("stale", "waiting"):
        shown = memos.run("adapters", known[state]["id"]).stdout
        assert state in shown and "gate" not in shown and known[state]["text"] in shown


def test_an_erased_source_shows_until_it_is_trained_out(memos: Shell) -> None:
    ready = by_state(memos)["trained"]
    memos.run("erase", ready["sources"][0], "--yes")
    now = memos.read("adapters", ready["id"])
    assert (now["state"], now["answers"], now["facts"], now["bytes"]) == ("waiting", False, [], 0)
    assert now["sources"] == ready["sources"][1:] and "Leeds" not in json.dumps(now)
    with memos.vault() as vault:
        vault.settle()
    now = memos.read("adapters", ready["id"])
    assert (now["state"], [one["value"] for one in now["facts"]]) == ("trained", ["nurse"])


def test_a_vault_without_any_and_wrong_ids(memos: Shell) -> None:
    memos.run("remember", "x", "--vault", "bob")
    assert memos.read("adapters", "--vault", "bob") == []
    assert "No parametric memory" in memos.run("adapters", "--vault", "bob").stdout
    memory, known = memos.read("log")[0]["cube"], by_state(memos)
    assert "not parametric memory" in memos.run("adapters", memory, code=2).stderr
    assert "lora_" in memos.run("adapters", "lora_" + "0" * 32, code=1).stderr
    assert "give its id" in memos.run("adapters", "--plot", "x.png", code=2).stderr
    stale = known["stale"]["id"]
    assert memos.read("stats")["by_vault"]["alice"]["derived"]["parametric"] == 4
    assert "lora" in memos.run("stats").stdout
    assert memos.read("erase", stale[-7:], "--yes")["erased"] == [stale]
    assert len(memos.read("adapters")) == 3


def test_a_picture(memos: Shell, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="extra: bench")
    ready, file = by_state(memos)["trained"], tmp_path / "one.png"
    stale = by_state(memos)["stale"]["id"]
    assert "nothing to draw" in memos.run("adapters", stale, "--plot", "x.png", code=2).stderr
    assert str(file) in memos.run("adapters", ready["id"], "--plot", str(file)).stdout
    assert file.read_bytes().startswith(b"\x89PNG")
    assert "no directory" in memos.run("adapters", ready["id"], "--plot", str(tmp_path / "no" / "x.png"), code=2).stderr
    with memos.vault() as vault:
        payload = vault.get(ready["id"]).payload
    assert isinstance(payload, Parametric) and payload.manifest is not None
    elsewhere = type(payload.manifest).from_json({**payload.manifest.as_json(), "gate": None})
    with pytest.raises(InvalidInput, match="made elsewhere"):
        adapter_plot.draw(elsewhere, "x", file)
