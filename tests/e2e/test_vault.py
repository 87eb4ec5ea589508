"""What a caller of ``Vault`` relies on, on the embedded default, by words only."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memos_core import MemoryOS, Turn, Vault, errors

LONG_AGO = datetime(2023, 5, 8, 13, 56, tzinfo=UTC)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None, count_tokens=lambda text: len(text) // 4) as m:
        yield m


@pytest.fixture
def alice(memory: MemoryOS) -> Vault:
    return memory.vault("alice")


def test_what_is_remembered_is_found_at_once_and_after_a_restart(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/memory.db"
    with MemoryOS.open(url, embedder=None) as memory:
        memory.vault("alice").remember("I moved to Lisbon in May.", speaker="Alice")
        assert "Lisbon" in str(memory.vault("alice").recall("Where did Alice move?"))
    with MemoryOS.open(url, embedder=None) as memory:
        found = memory.vault("alice").recall("Where did Alice move?")
    assert "- Alice: I moved to Lisbon in May." in found.text
    assert found.hits[0].cube.text == "I moved to Lisbon in May."
    assert 0 < found.tokens <= 1000


def test_a_batch_keeps_its_order_and_shares_a_transaction(alice: Vault):
    cubes = alice.remember([{"role": "user", "content": "one"}, Turn(text="two"), "three"], session="s")
    assert [cube.text for cube in cubes] == ["one", "two", "three"]
    assert [cube.text for cube in alice.transcript("s")] == ["one", "two", "three"]
    with pytest.raises(errors.InvalidText, match="item 1"):
        alice.remember(["four", " ", "five"])
    assert len(list(alice.cubes())) == 3


def test_a_repeated_delivery_stores_once(alice: Vault):
    first = alice.remember("pay the rent", idempotency_key="k")
    assert alice.remember("pay the rent", idempotency_key="k").id == first.id
    batch = alice.remember(["a1", "a2"], idempotency_key="b")
    longer = alice.remember(["a1", "a2", "a3"], idempotency_key="b")
    assert [cube.id for cube in longer[:2]] == [cube.id for cube in batch]
    twins = alice.remember([Turn(text="x", key="same"), Turn(text="y", key="same")])
    assert twins[0].id == twins[1].id
    assert sorted(cube.text for cube in alice.cubes()) == ["a1", "a2", "a3", "pay the rent", "x"]


def test_a_key_belongs_to_its_vault(memory: MemoryOS):
    a = memory.vault("a").remember("x", idempotency_key="k")
    b = memory.vault("b").remember("y", idempotency_key="k")
    assert (a.text, b.text) == ("x", "y")


def test_an_erased_memory_does_not_come_back_by_redelivery(alice: Vault):
    cube = alice.remember("my secret", idempotency_key="k")
    alice.erase(cube.id)
    with pytest.raises(errors.Erased):
        alice.remember("my secret", idempotency_key="k")
    assert not alice.recall("secret")


def test_a_revision_supersedes_and_history_keeps_what_was(alice: Vault):
    cube = alice.remember("I live in Lisbon.", speaker="Alice", at=LONG_AGO, metadata={"topic": "home"})
    moved = LONG_AGO + timedelta(days=100)
    revised = alice.revise(cube.id, "I live in Porto.", reason="moved", at=moved, expect=1)
    assert (revised.version, revised.header.speaker, revised.header.metadata) == (2, "Alice", {"topic": "home"})
    assert "Lisbon" not in alice.recall("Where do I live?").text
    assert "Lisbon" in alice.recall("Where do I live?", at=moved - timedelta(days=1)).text
    assert "Porto" in alice.recall("Where do I live?", at=moved).text
    assert not alice.recall("Where do I live?", at=LONG_AGO - timedelta(days=1))
    assert [(cube.version, cube.header.valid_to) for cube in alice.history(cube.id)] == [(1, moved), (2, None)]
    assert alice.get(cube.id, version=1).text == "I live in Lisbon."
    with pytest.raises(errors.Conflict):
        alice.revise(cube.id, "I live in Faro.", expect=1)
    with pytest.raises(errors.InvalidInput):
        alice.revise(cube.id, "I live in Faro.", at=LONG_AGO)
    with pytest.raises(errors.UnknownVersion):
        alice.get(cube.id, version=3)


def test_forget_hides_and_restore_brings_back(alice: Vault):
    cube = alice.remember("The code is 4711.")
    alice.forget(cube.id, reason="asked to")
    assert not alice.recall("code")
    assert alice.get(cube.id).state == "forgotten"
    with pytest.raises(errors.IllegalTransition):
        alice.revise(cube.id, "The code is 0815.")
    alice.restore(cube.id)
    assert alice.recall("code")
    alice.revise(cube.id, "The code is 0815.")
    assert alice.restore(cube.id, version=1).version == 3
    assert "4711" in alice.recall("code").text
    assert [entry.op for entry in alice.log()] == ["remember", "forget", "restore", "revise", "restore"]
    assert alice.log()[1].reason == "asked to"


def test_erase_leaves_an_id_that_says_so(alice: Vault):
    keep, gone = alice.remember(["keep the red box", "burn the blue box"])
    alice.erase(gone.id)
    alice.erase(gone.id)
    for call in (alice.get, alice.history, alice.forget, alice.restore):
        with pytest.raises(errors.Erased):
            call(gone.id)
    assert [hit.cube.id for hit in alice.recall("box")] == [keep.id]
    with pytest.raises(errors.UnknownCube):
        alice.erase([keep.id, "mem_nobody"])
    assert alice.get(keep.id).text == "keep the red box"


def test_filters_hold(alice: Vault):
    day = timedelta(days=1)
    for number, (speaker, role, session) in enumerate(
        [("Ann", "user", "s1"), ("Bob", "assistant", "s1"), ("Ann", "user", "s2")]
    ):
        alice.remember(
            f"tea number {number}",
            speaker=speaker,
            role=role,
            session=session,
            at=LONG_AGO + number * day,
            metadata={"n": number, "even": number % 2 == 0, "none": None},
        )

    def texts(**where: object) -> list[str]:
        return sorted(hit.cube.text[-1] for hit in alice.recall("tea", **where))  # type: ignore[arg-type]

    assert texts() == ["0", "1", "2"]
    assert texts(speakers=["Ann"]) == ["0", "2"]
    assert texts(roles=["assistant"]) == ["1"]
    assert texts(sessions=["s1"], speakers=["Ann"]) == ["0"]
    assert texts(kinds=["note"]) == []
    assert texts(since=LONG_AGO + day) == ["1", "2"]
    assert texts(until=LONG_AGO + day) == ["0"]
    assert texts(metadata={"n": 2}) == ["2"]
    assert texts(metadata={"even": True}) == ["0", "2"]
    assert texts(metadata={"even": 1}) == []
    assert texts(metadata={"none": None, "n": 0}) == ["0"]
    assert texts(metadata={"absent": None}) == []
    with pytest.raises(errors.InvalidInput):
        alice.recall("tea", since=LONG_AGO, until=LONG_AGO)
    with pytest.raises(errors.InvalidInput):
        alice.recall("tea", speakers="Ann")


def test_a_date_without_a_year_is_not_tried_in_every_year_of_history(alice: Vault):
    alice.remember(["the wall was built", "the wall was painted"], at=datetime(122, 5, 3, tzinfo=UTC))
    alice.remember("the wall was sold", at=datetime(2023, 5, 3, tzinfo=UTC))
    found = alice.recall("What happened to the wall on 3 May?")
    assert found.hits[0].cube.text == "the wall was sold"
    assert 0 < len(found.call.periods) <= 30


def test_a_long_text_is_found_by_the_passage_that_matters(alice: Vault):
    filler = "The weather stayed grey and the harbour quiet all through that week. " * 40
    alice.remember(f"{filler}The spare key hangs behind the blue door. {filler}", source="letter.txt")
    found = alice.recall("Where is the spare key?", limit=1)
    assert "behind the blue door" in found.hits[0].text
    assert len(found.hits[0].text.split()) <= 60
    assert len(found) == 1


def test_two_handles_and_two_stores_see_each_other(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/memory.db"
    with MemoryOS.open(url, embedder=None) as one, MemoryOS.open(url, embedder=None) as other:
        for number in range(20):
            one.vault("v").remember(f"fact{number} is true")
            assert f"fact{number}" in other.vault("v").recall(f"fact{number}").text


def test_export_writes_every_version_and_nothing_of_others(memory: MemoryOS, alice: Vault, tmp_path: Path):
    cube = alice.remember("I like tea.", metadata={"ö": ["ü"]})
    alice.revise(cube.id, "I like coffee.")
    memory.vault("bob").remember("I like milk.")
    path = tmp_path / "alice.jsonl"
    assert alice.export(path) == 1
    head, *lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert (head["format"], head["vault"]) == ("memos-export", "alice")
    assert [(line["version"], line["text"]) for line in lines] == [(1, "I like tea."), (2, "I like coffee.")]
    assert lines[0]["metadata"] == {"ö": ["ü"]}
    with pytest.raises(errors.InvalidInput):
        alice.export(tmp_path / "no" / "such" / "folder.jsonl")


def test_a_vault_nobody_wrote_to_is_empty_and_may_be_refused(memory: MemoryOS):
    nobody = memory.vault("nobody")
    assert not nobody.recall("anything")
    assert nobody.log() == []
    assert list(nobody.cubes()) == []
    assert memory.vaults() == []
    with pytest.raises(errors.UnknownVault):
        memory.vault("nobody", create=False)
    with pytest.raises(errors.UnknownCube):
        nobody.get("mem_x")


async def test_every_verb_has_an_async_door(tmp_path: Path):
    async with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as memory:
        vault = memory.vault("alice")
        cube = await vault.aremember("Tea, never coffee.")
        assert "Tea" in str(await vault.arecall("What tea?"))
        assert (await vault.aget(cube.id)).text == "Tea, never coffee."
        assert (await vault.arevise(cube.id, "Coffee after all.")).version == 2
        await vault.aforget(cube.id)
        await vault.arestore(cube.id)
        assert [entry.op for entry in await vault.alog()] == ["remember", "revise", "forget", "restore"]
        assert len(await vault.ahistory(cube.id)) == 2
        await vault.aerase(cube.id)
        await vault.asettle()
        assert await vault.aexport(tmp_path / "x.jsonl") == 0
