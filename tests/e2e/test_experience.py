"""Procedural memory: what was done for a task is found when a task like it comes up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memos_core import Experience, MemoryOS, ToolCall, Vault
from memos_core.errors import InvalidInput
from memos_core.testing.fakes import HashEmbedder


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=HashEmbedder(), worker=False, count_tokens=len) as memory:
        yield memory.vault("agent", actor="agent")


def deploy(vault: Vault) -> Experience:
    calls = [
        ToolCall(tool="run", arguments={"command": "make image"}, result="built"),
        ToolCall(tool="push", arguments={"tag": 3}, result="denied: log in first", failed=True),
    ]
    return vault.learn("Deploy the shop to staging", calls, outcome="the registry wants a login", succeeded=False)


def test_it_comes_back_as_it_was_kept(vault: Vault) -> None:
    kept = deploy(vault)
    vault.learn("Water the plants", [ToolCall(tool="pump")], outcome="done")
    vault.remember("We deploy the shop to staging on Fridays.")
    found = vault.experience("deploy the shop to staging again", limit=1)
    assert found == [kept]
    assert found[0].calls[1].failed and found[0].calls[1].arguments == {"tag": 3}
    assert "2. push(tag=3) -> failed: denied: log in first" in str(found[0])


def test_success_and_failure_can_be_told_apart(vault: Vault) -> None:
    deploy(vault)
    vault.learn("Deploy the shop to production", outcome="went well")
    assert [one.succeeded for one in vault.experience("deploy the shop", succeeded=True)] == [True]
    assert [one.task for one in vault.experience("deploy the shop", succeeded=False)] == ["Deploy the shop to staging"]


def test_an_experience_can_be_forgotten_and_delivered_once(vault: Vault) -> None:
    once = vault.learn("Deploy", idempotency_key="run-1")
    assert vault.learn("Deploy", idempotency_key="run-1") == once
    assert once.cube is not None
    vault.forget(once.cube.id)
    assert vault.experience("Deploy") == []


def test_calls_must_be_calls(vault: Vault) -> None:
    with pytest.raises(InvalidInput, match="ToolCall"):
        vault.learn("Deploy", [{"tool": "run"}])  # type: ignore[list-item]
