"""From turns to cells, scenes, profile and foresight: the same however they come, nothing doubled, nothing left."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core import MemoryOS, Turn, Vault
from memos_core.domain.engram import Evidence, ForesightStatus, MemCell
from memos_core.errors import Erased
from memos_core.evaluation.conversations import load_conversations
from memos_core.operation.work import Workplace
from memos_core.testing.fakes import FrozenClock, HashEmbedder

HARBOUR = Path(__file__).parent.parent.parent / "examples" / "harbour.json"
START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
MUCH_LATER = datetime(2025, 1, 1, tzinfo=UTC)


def opened(folder: Path, *, embedder: bool = True, now: datetime = MUCH_LATER) -> MemoryOS:
    folder.mkdir(exist_ok=True)
    return MemoryOS.open(
        f"sqlite:///{folder}/memory.db",
        embedder=HashEmbedder() if embedder else None,
        worker=False,
        count_tokens=len,
        clock=FrozenClock(now),
    )


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[MemoryOS]:
    with opened(tmp_path / "store") as memory:
        yield memory


def harbour(count: int = 60) -> list[Turn]:
    """The first turns of the example, a minute apart where they are simultaneous."""
    turns = load_conversations(HARBOUR)[0].turns[:count]
    return [replace(turn, at=turn.at + timedelta(seconds=n)) for n, turn in enumerate(turns) if turn.at]


def told(vault: Vault, *texts: str, session: str = "s", speaker: str = "Mara", start: datetime = START) -> list[str]:
    turns = [
        Turn(text=text, speaker=speaker, role="user", session=session, at=start + timedelta(minutes=n))
        for n, text in enumerate(texts)
    ]
    return [cube.id for cube in vault.remember(turns)]


def picture(vault: Vault) -> dict[str, Any]:
    """Everything that was made of a vault's memories, without ids that differ from store to store."""
    texts = {cube.id: cube.text for cube in vault.cubes()}
    cells = vault.cells()
    titles = {cell.id: cell.title for cell in cells}
    return {
        "cells": [_cell(cell, texts) for cell in cells],
        "scenes": sorted((scene.label, [titles[cell] for cell in scene.cells]) for scene in vault.scenes()),
        "profile": [_plain(one, texts) for one in vault.profile().attributes],
        "foresight": [_plain(one, texts) for one in vault._known().foresight],
    }


def _cell(cell: MemCell, texts: dict[str, str]) -> dict[str, Any]:
    plain = _plain(cell, texts)
    del plain["id"]
    plain["sources"] = [texts[source] for source, _ in cell.sources]
    return plain


def _plain(value: Any, texts: dict[str, str]) -> Any:
    if isinstance(value, Evidence):
        return texts[value.source][value.start : value.stop]
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name), texts) for name in value.__dataclass_fields__}
    if isinstance(value, tuple):
        return [_plain(one, texts) for one in value]
    return value


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the example becomes when it is remembered in one go."""
    with opened(tmp_path_factory.mktemp("reference") / "store") as memory:
        vault = memory.vault("v")
        vault.remember(harbour())
        return picture(vault)


# ── the same however they come ──────────────────────────────────────────────────────────────────


def test_every_turn_is_in_one_cell_and_every_statement_has_evidence(memory: MemoryOS) -> None:
    vault = memory.vault("v")
    ids = [cube.id for cube in vault.remember(harbour())]
    cells = vault.cells()
    assert sorted(source for cell in cells for source, _ in cell.sources) == sorted(ids)
    texts = {cube.id: cube.text for cube in vault.cubes()}
    evidence = [fact.evidence for cell in cells for fact in cell.facts]
    evidence += [foresight.evidence for cell in cells for foresight in cell.foresight]
    assert len(evidence) > 10
    for stretches in evidence:
        assert stretches
        for one in stretches:
            assert 0 <= one.start < one.stop <= len(texts[one.source])
    scenes = vault.scenes()
    assert sorted(cell for scene in scenes for cell in scene.cells) == sorted(cell.id for cell in cells)


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6))
def test_blocks_of_any_size_make_the_same_memory(
    seed: int, tmp_path_factory: pytest.TempPathFactory, reference: dict[str, Any]
) -> None:
    rng = random.Random(seed)
    turns = harbour()
    with opened(tmp_path_factory.mktemp("blocks") / "store") as memory:
        vault = memory.vault("v")
        while turns:
            size = rng.randint(1, 12)
            vault.remember(turns[:size])
            turns = turns[size:]
            if rng.random() < 0.7:
                vault.settle()
        assert picture(vault) == reference


@settings(max_examples=6)
@given(seed=st.integers(0, 10**6))
def test_shuffled_and_repeated_delivery_makes_the_same_memory(
    seed: int, tmp_path_factory: pytest.TempPathFactory, reference: dict[str, Any]
) -> None:
    rng = random.Random(seed)
    turns = [replace(turn, key=f"k{n}") for n, turn in enumerate(harbour())]
    delivered = turns + rng.sample(turns, 20)
    rng.shuffle(delivered)
    with opened(tmp_path_factory.mktemp("shuffled") / "store") as memory:
        vault = memory.vault("v")
        for place in range(0, len(delivered), 13):
            vault.remember(delivered[place : place + 13])
            if rng.random() < 0.7:
                vault.settle()
        assert picture(vault) == reference


@pytest.mark.parametrize("stopped_after", range(1, 9))
def test_a_crash_between_any_two_stages_loses_and_doubles_nothing(
    stopped_after: int, tmp_path: Path, reference: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Crash(BaseException):
        """What a killed process is to the code that was running."""

    stores = 0
    store = Workplace.store

    def crashing(self: Workplace, *args: Any) -> None:
        nonlocal stores
        stores += 1
        if stores == stopped_after:
            raise Crash
        store(self, *args)

    with opened(tmp_path / "store") as memory, monkeypatch.context() as patch:
        patch.setattr(Workplace, "store", crashing)
        try:
            memory.vault("v").remember(harbour())
            memory.settle()
        except Crash:
            pass
    with opened(tmp_path / "store", now=MUCH_LATER + timedelta(hours=1)) as memory:
        assert picture(memory.vault("v")) == reference


def test_the_open_cell_is_seen_before_it_is_stored(tmp_path: Path) -> None:
    with opened(tmp_path / "store", now=START + timedelta(minutes=5)) as memory:
        vault = memory.vault("v")
        told(vault, "I moved to Leeds.", "I work as a nurse there.")
        (cell,) = vault.cells()
        assert (cell.id, cell.closed, len(cell.sources)) == ("", False, 2)
        assert vault.stats().derived == {}
        assert [one.value for one in vault.profile().current("residence", "Mara")] == ["Leeds"]
    with opened(tmp_path / "store", now=START + timedelta(hours=5)) as memory:
        memory.settle()
        (cell,) = memory.vault("v").cells()
        assert cell.closed and cell.id


# ── changes ─────────────────────────────────────────────────────────────────────────────────────


def residence(vault: Vault) -> list[str]:
    return sorted(one.value for one in vault.profile().current("residence", "Mara"))


def test_what_is_forgotten_leaves_the_profile_and_comes_back(memory: MemoryOS) -> None:
    vault = memory.vault("v")
    first, second = told(vault, "I live in Leeds.", "I have a dog called Kelp.")
    assert residence(vault) == ["Leeds"]
    vault.forget(first)
    assert vault._runtime.knowledge.of(_row(vault)).profile(MUCH_LATER).current("residence") == ()
    assert residence(vault) == []
    assert [source for cell in vault.cells() for source, _ in cell.sources] == [second]
    vault.restore(first)
    assert residence(vault) == ["Leeds"]


def test_a_revision_takes_the_old_statement_out(memory: MemoryOS) -> None:
    vault = memory.vault("v")
    first, _ = told(vault, "I live in Leeds.", "I have a dog called Kelp.")
    assert residence(vault) == ["Leeds"]
    vault.revise(first, "I live in York.")
    assert residence(vault) == ["York"]
    ((_, version), _) = vault.cells()[0].sources
    assert version == 2


def test_what_is_erased_is_in_no_file_and_not_in_what_was_made_of_it(tmp_path: Path) -> None:
    folder = tmp_path / "store"
    with opened(folder) as memory:
        vault = memory.vault("v")
        ids = told(vault, "I live in Zanzibarville.", "I have a dog called Kelp.", "My sister is called Ana.")
        assert "Zanzibarville" in json.dumps(picture(vault), default=str)
        assert vault.stats().derived["cell"] == 1
        vault.erase(ids[0])
        assert vault.stats().derived.get("cell", 0) == 0, "in the same transaction"
        assert "Zanzibarville" not in json.dumps(picture(vault), default=str)
        assert len(vault.cells()[0].sources) == 2
        with pytest.raises(Erased):
            vault.get(ids[0])
    for file in folder.rglob("*"):
        if file.is_file():
            assert b"Zanzibarville" not in file.read_bytes(), file


def test_a_scene_outlives_one_of_its_cells(memory: MemoryOS) -> None:
    vault = memory.vault("v")
    texts = ("We sailed the boat on the lake.", "The boat on the lake has a new sail.")
    ids = [told(vault, text, session=f"s{n}", start=START + timedelta(days=n))[0] for n, text in enumerate(texts)]
    before = sorted(cell for scene in vault.scenes() for cell in scene.cells)
    assert len(before) == 2
    vault.erase(ids[0])
    assert [cell for scene in vault.scenes() for cell in scene.cells] == [vault.cells()[0].id]
    assert [cell.sources[0][0] for cell in vault.cells()] == [ids[1]]


def test_an_erasure_while_cells_are_formed_wins(memory: MemoryOS, monkeypatch: pytest.MonkeyPatch) -> None:
    from memos_core.operation.formation import forming

    vault = memory.vault("v")
    ids = told(vault, "I live in Zanzibarville.", "I have a dog called Kelp.")
    keeping = forming._keeping

    def erased_in_between(*args: Any) -> Any:
        monkeypatch.setattr(forming, "_keeping", keeping)
        vault.erase(ids[0])
        return keeping(*args)

    monkeypatch.setattr(forming, "_keeping", erased_in_between)
    vault.settle()
    assert "Zanzibarville" not in json.dumps(picture(vault), default=str)
    assert [source for cell in vault.cells() for source, _ in cell.sources] == [ids[1]]


def test_another_zone_reads_yesterday_otherwise(tmp_path: Path) -> None:
    def day(zone: str, folder: Path) -> str:
        with opened(folder) as memory:
            vault = memory.vault("v", zone=zone)
            told(vault, "I have a dentist appointment tomorrow.", start=datetime(2024, 3, 4, 23, 30, tzinfo=UTC))
            (one,) = vault._known().foresight
            return one.period.label

    assert "5 March" in day("UTC", tmp_path / "utc")
    assert "6 March" in day("Asia/Shanghai", tmp_path / "shanghai")


def test_a_zone_given_later_reads_everything_anew(tmp_path: Path) -> None:
    with opened(tmp_path / "store") as memory:
        vault = memory.vault("v")
        told(vault, "I have a dentist appointment tomorrow.", start=datetime(2024, 3, 4, 23, 30, tzinfo=UTC))
        assert "5 March" in vault._known().foresight[0].period.label
        vault = memory.vault("v", zone="Asia/Shanghai")
        told(vault, "Hello there.", session="t")
        assert "6 March" in vault._known().foresight[0].period.label


# ── foresight, corrections, experience ──────────────────────────────────────────────────────────


def test_foresight_follows_the_clock(memory: MemoryOS) -> None:
    vault = memory.vault("v")
    told(vault, "I'm on antibiotics until 12 March, so no alcohol for me.")
    during, after = START + timedelta(days=2), START + timedelta(days=30)
    assert any(
        "antibiotics" in one.text
        for one in (*vault.foresight(at=during).constraints, *vault.foresight(at=during).active)
    )
    agenda = vault.foresight(at=after)
    assert not agenda.constraints and not agenda.active
    assert {one.status(after) for one in agenda.past} == {ForesightStatus.EXPIRED}


def test_a_correction_supersedes_and_keeps_what_it_contradicts(memory: MemoryOS) -> None:
    vault = memory.vault("v")
    told(vault, "My sister is called Anna.")
    done = vault.correct("No, my sister is called Ana.", speaker="Mara", at=START + timedelta(days=1))
    assert [(change.before, change.after) for change in done.changes] == [(("Anna",), ("Ana",))]
    profile = vault.profile()
    (current,) = profile.current("relative.sister", "Mara")
    assert current.value == "Ana"
    (former,) = [one for one in profile.attributes if one.value == "Anna"]
    assert former.against[0].source == done.cube.id
    assert [one.value for one in vault.profile(as_of=START + timedelta(hours=1)).current("relative.sister")] == ["Anna"]


def _row(vault: Vault) -> Any:
    row = vault._row()
    assert row is not None
    return row


def _texts(cells: Sequence[MemCell]) -> str:
    return " ".join(cell.episode for cell in cells)
