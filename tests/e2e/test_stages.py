"""Every stage of a recall can be left out; what was made of memories respects the caller's filter in every one."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from memos_core import MemoryOS, Stage, Turn, Vault
from memos_core.errors import InvalidInput
from memos_core.testing.fakes import FrozenClock, HashEmbedder

START = datetime(2024, 3, 4, 9, 0, tzinfo=UTC)
SAID = (
    "Always answer in metric units, please.",
    "I'm on antibiotics until 12 March, so no alcohol for me.",
    "I live in Lisbon and I'm allergic to hazelnuts.",
    "We talked about the garden fence yesterday, it is broken.",
)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    clock = FrozenClock(START + timedelta(days=2))
    with MemoryOS.open(
        f"sqlite:///{tmp_path}/m.db", embedder=HashEmbedder(), worker=False, count_tokens=len, clock=clock
    ) as memory:
        vault = memory.vault("alice")
        vault.remember(
            [
                Turn(text=text, role="user", session=f"s{n}", at=START + timedelta(minutes=n))
                for n, text in enumerate(SAID)
            ]
        )
        vault.settle()
        yield vault


def test_what_applies_is_shown_though_no_word_of_it_is_asked(vault: Vault) -> None:
    found = vault.recall("Can you recommend a bar for tonight?", budget=4000)
    assert "## Standing instructions" in found.text and "metric units" in found.text
    assert "## In force now" in found.text and "alcohol" in found.text.lower()
    assert any("alcohol" in one.text.lower() for one in found.foresight)
    assert any(one.slot == "allergy" for one in found.attributes)


@pytest.mark.parametrize(
    ("stage", "sign"),
    [
        (Stage.INSTRUCTIONS, "## Standing instructions"),
        (Stage.FORESIGHT, "## In force now"),
        (Stage.PROFILE, "## Profile"),
        (Stage.DATES, "[3 March 2024]"),
    ],
)
def test_a_stage_can_be_left_out(vault: Vault, stage: Stage, sign: str) -> None:
    question = "Can you recommend a bar by my garden fence in Lisbon?"
    assert sign in vault.recall(question, budget=4000).text
    assert sign not in vault.recall(question, budget=4000, without=[stage]).text


def test_past_constraints_are_not_in_force(vault: Vault) -> None:
    later = vault.recall("Can you recommend a bar for tonight?", budget=4000, at=START + timedelta(days=30))
    assert [one.text for one in later.foresight] == ["The user is allergic to hazelnuts"]  # for good


def test_a_filter_hides_what_was_made_of_others(vault: Vault) -> None:
    for narrow in ({"sessions": ["s3"]}, {"speakers": ["Bob"]}, {"roles": ["assistant"]}, {"since": START}):
        found = vault.recall("Can you recommend a bar for tonight?", budget=4000, **narrow)  # type: ignore[arg-type]
        assert not found.foresight and not found.attributes and "##  " not in found.text
        assert not found.cells


def test_what_the_caller_shows_anyway_is_left_out(vault: Vault) -> None:
    found = vault.recall("Where do I live?", budget=4000)
    (lisbon,) = [hit.cube for hit in found if "Lisbon" in hit.cube.text]
    for known in (lisbon.id, lisbon.text):
        again = vault.recall("Where do I live?", budget=4000, exclude=[known])
        assert lisbon.id not in [hit.cube.id for hit in again]
    assert "Lisbon" not in vault.recall("Where do I live?", budget=4000, exclude=[lisbon.id]).text


def test_hits_name_their_episodes_and_scenes_can_select(vault: Vault) -> None:
    found = vault.recall("the garden fence", budget=4000)
    assert found.cells[0].sources[0][0] == found.hits[0].cube.id
    assert {cell for scene in found.scenes for cell in scene.cells} >= {found.cells[0].id}
    guided = vault.recall("the garden fence", budget=4000, including=["scenes"])
    assert [hit.cube.id for hit in guided] == [hit.cube.id for hit in found], "fewer scenes than are selected"


def test_an_unknown_stage_is_refused(vault: Vault) -> None:
    with pytest.raises(InvalidInput, match="without='magic' is no stage"):
        vault.recall("x", without=["magic"])


def test_a_verdict_tells_what_is_missing(vault: Vault) -> None:
    assert vault.recall("Where do I live?").verdict is not None
    unknown = vault.recall("What is the name of my submarine?").verdict
    assert unknown is not None and not unknown.sufficient and "submarine" in unknown.missing
