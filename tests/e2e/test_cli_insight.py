"""``memos cells``, ``scenes``, ``profile``, ``foresight``, ``correct``: what was made of memories, in a terminal."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from typer.testing import CliRunner

from memos_core import Evidence, MemoryOS, Profile, Recollection, Vault, Verdict
from memos_core.cli import insight_screen
from memos_core.cli.app import app
from memos_core.cli.screen import one_line
from memos_core.domain.engram import Attribute, AttributeStatus, Trait

SPRING, SUMMER = "2024-03-04T18:00", "2024-07-14T16:00"
SAID = (
    ("I live in Hamburg, and my dog is called Kelp.", "spring", SPRING),
    ("I'm on antibiotics until 12 March, so no alcohol for me.", "spring", SPRING),
    ("I have a dentist appointment on 20 March.", "spring", SPRING),
    ("I moved to Gothenburg last week.", "summer", SUMMER),
)


class Shell:
    """Runs ``memos`` commands against one store."""

    def __init__(self, place: Path) -> None:
        self.url = f"sqlite:///{place / 'memory.db'}"

    def run(self, *arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, ["--store", self.url, "--no-embedder", *arguments])
        assert "Traceback" not in result.output + result.stderr
        assert result.exit_code == code, f"{arguments}: {result.exit_code}, not {code}\n{result.output}{result.stderr}"
        return result

    def shown(self, *arguments: str) -> str:
        """What it prints, with white space folded."""
        return one_line(self.run(*arguments).stdout)

    def read(self, *arguments: str) -> Any:
        return json.loads(self.run(*arguments, "--json").stdout)

    def says(self, text: str, session: str = "spring", at: str = SPRING) -> None:
        self.run("remember", text, "--speaker", "Mara", "--role", "user", "--session", session, "--at", at)


@pytest.fixture
def memos(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path)
    for text, session, at in SAID:
        shell.says(text, session, at)
    return shell


# ── cells and scenes ────────────────────────────────────────────────────────────────────────────


def test_cells_hold_every_turn_and_quote_what_their_facts_rest_on(memos: Shell) -> None:
    cells = memos.read("cells")
    assert sum(len(cell["sources"]) for cell in cells) == len(SAID)
    facts = [fact for cell in cells for fact in cell["facts"]]
    assert ("residence", "Hamburg") in {(fact["predicate"], fact["object"]) for fact in facts}
    texts = " ".join(text for text, _, _ in SAID)
    assert all(proof["text"] and proof["text"] in texts for fact in facts for proof in fact["evidence"])


def test_cells_are_shown_by_session_and_the_latest_only(memos: Shell) -> None:
    assert {cell["session"] for cell in memos.read("cells", "--session", "summer")} == {"summer"}
    shown = memos.shown("cells", "--limit", "1")
    assert "2024-07-14" in shown and "2024-03-04" not in shown
    assert "earlier; --limit shows them." in shown
    assert "2024-03-04" in memos.shown("cells")


def test_an_open_cell_says_that_it_may_go_on(tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    shell.run("remember", "I live in Leeds.", "--speaker", "Jonah")
    assert "(may go on)" in shell.run("cells").stdout
    assert shell.read("cells")[0]["closed"] is False


def test_scenes_join_all_cells(memos: Shell) -> None:
    scenes = memos.read("scenes")
    assert sorted(cell for scene in scenes for cell in scene["cells"]) == sorted(c["id"] for c in memos.read("cells"))
    shown = memos.run("scenes").stdout
    assert scenes[0]["label"].split(",")[0] in shown
    assert "[cell_" not in shown, "ids of cells are for programs"


# ── profile ─────────────────────────────────────────────────────────────────────────────────────


def test_the_profile_shows_what_holds_and_with_history_what_did(memos: Shell) -> None:
    shown = memos.shown("profile")
    assert "Gothenburg" in shown and "Hamburg" not in shown
    assert "former value" in shown
    history = memos.shown("profile", "--history")
    assert "Gothenburg" in history and "Hamburg" in history and "former value" not in history


def test_the_profile_as_of_a_moment(memos: Shell) -> None:
    shown = memos.shown("profile", "--as-of", "2024-05-01")
    assert "Hamburg" in shown and "Gothenburg" not in shown
    assert "“I live in Hamburg" in shown


def test_the_profile_of_one_person(memos: Shell) -> None:
    memos.run("remember", "I live in Leeds.", "--speaker", "Jonah", "--role", "user", "--at", SPRING)
    assert "Leeds" not in memos.shown("profile", "--who", "mara")
    assert "Leeds" in memos.shown("profile", "--who", "Jonah")
    assert "Nothing is known of nobody." in memos.shown("profile", "--who", "nobody")


def test_the_profile_as_json_holds_former_values_only_when_asked(memos: Shell) -> None:
    def residences(*more: str) -> list[tuple[str, str]]:
        values = memos.read("profile", *more)["attributes"]
        return sorted((one["value"], one["status"]) for one in values if one["slot"] == "residence")

    assert residences() == [("Gothenburg", "active")]
    assert residences("--history") == [("Gothenburg", "active"), ("Hamburg", "superseded")]


def test_disputes_and_traits_are_marked() -> None:
    moment = datetime(2024, 3, 4, tzinfo=UTC)
    proof = Evidence(source="mem_1", start=0, stop=4)
    value = Attribute(
        subject="Mara",
        slot="relative.sister",
        value="Anna",
        valid_from=moment,
        observed_at=moment,
        status=AttributeStatus.DISPUTED,
        evidence=(proof,),
    )
    profile = Profile(
        as_of=moment,
        attributes=(value, replace(value, value="Ana"), replace(value, value="Eve", status=AttributeStatus.RETRACTED)),
        traits=(Trait(subject="Mara", text="often talks of tides", evidence=(proof,) * 3, confidence=0.5),),
    )
    shown = rendered(insight_screen.profile_table(profile, lambda _: "her \x1bname", 80, history=False))
    assert shown.count("disputed") == 2 and "Eve" not in shown
    assert "\x1b" not in shown
    assert rendered(insight_screen.profile_table(profile, lambda _: "", 120, history=True)).count("disputed") == 2
    assert "often talks of tides" in rendered(insight_screen.traits_list(profile.traits))
    assert "seen 3 times" in rendered(insight_screen.traits_list(profile.traits))


def rendered(what: Any, width: int = 80) -> str:
    out = Console(width=width, no_color=True, highlight=False, markup=False)
    with out.capture() as captured:
        out.print(what)
    return captured.get()


# ── foresight ───────────────────────────────────────────────────────────────────────────────────


def parts(shown: str) -> dict[str, str]:
    """The printed agenda by its headings."""
    lead, force, rest = shown.partition("In force")
    assert force, lead
    now, _, rest = rest.partition("Coming up")
    ahead, _, past = rest.partition("Past")
    return {"now": one_line(now), "ahead": one_line(ahead), "past": one_line(past)}


def test_foresight_moves_with_the_clock(memos: Shell) -> None:
    during = parts(memos.run("foresight", "--at", "2024-03-05").stdout)
    assert "alcohol" in during["now"] and "constraint" in during["now"]
    assert "dentist" in during["ahead"]
    assert during["past"] == "nothing"
    after = parts(memos.run("foresight", "--at", "2024-05-01").stdout)
    assert after["now"] == after["ahead"] == "nothing"
    assert "dentist" in after["past"] and "antibiotics" in after["past"]


def test_past_rows_are_limited_and_json_holds_all(memos: Shell) -> None:
    assert "earlier; --rows shows them." in memos.shown("foresight", "--at", "2024-05-01", "--rows", "1")
    past = memos.read("foresight", "--at", "2024-05-01")["past"]
    assert {one["status"] for one in past} == {"expired"}
    assert len(past) >= 3
    assert all(one["evidence"][0]["text"] for one in past)


# ── correct ─────────────────────────────────────────────────────────────────────────────────────


def test_a_correction_shows_what_changed(memos: Shell) -> None:
    memos.says("My sister is called Anna.")
    shown = memos.shown("correct", "No, my sister is called Ana.", "--speaker", "Mara")
    assert "Mara sister Anna → Ana" in shown
    assert "Ana" in memos.shown("profile") and "Anna" not in memos.shown("profile")
    assert "Anna" in memos.shown("profile", "--history")


def test_a_correction_that_changes_nothing_says_so(memos: Shell) -> None:
    assert "contradicts nothing" in memos.shown("correct", "Well, never mind.", "--speaker", "Mara")
    assert memos.read("correct", "Never mind at all.", "--speaker", "Mara")["changes"] == []


# ── what other commands show of it ──────────────────────────────────────────────────────────────


def test_stats_count_cells_and_scenes(memos: Shell) -> None:
    memos.run("scenes")
    counts = memos.read("stats")["derived"]
    assert counts["cell"] == len(memos.read("cells"))
    assert counts["scene"] >= 1
    assert "cells" in memos.shown("stats") and "scenes" in memos.shown("stats")


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        (Verdict(sufficient=True, confidence=0.87), "verdict: enough to answer, confidence 0.87"),
        (
            Verdict(sufficient=False, missing=("parrot",), confidence=0.2, abstain=True),
            "verdict: better say that nothing is known, confidence 0.20; nothing speaks of: parrot",
        ),
        (Verdict(sufficient=False, confidence=0.4), "verdict: may not be enough, confidence 0.40"),
        (None, ""),
    ],
)
def test_recall_prints_its_verdict(
    memos: Shell, monkeypatch: pytest.MonkeyPatch, verdict: Verdict | None, line: str
) -> None:
    recall = Vault.recall

    def judged(self: Vault, *args: Any, **kwargs: Any) -> Recollection:
        return replace(recall(self, *args, **kwargs), verdict=verdict, queries=("Where is Kelp?", "Kelp place"))

    monkeypatch.setattr(Vault, "recall", judged)
    shown = memos.shown("recall", "Where is Kelp?")
    assert line in shown and ("verdict" in shown) == (verdict is not None)
    assert "asked again as: Kelp place" in shown
    value = memos.read("recall", "Where is Kelp?")
    assert value["queries"] == ["Where is Kelp?", "Kelp place"]
    assert (value["verdict"] or {}).get("confidence") == (verdict.confidence if verdict else None)


# ── trouble ─────────────────────────────────────────────────────────────────────────────────────

COMMANDS = [["cells"], ["scenes"], ["profile"], ["foresight"], ["correct", "x"]]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one[0])
def test_a_store_or_vault_that_is_not_there_is_named(command: list[str], memos: Shell, tmp_path: Path) -> None:
    assert "no vault 'bob'" in memos.run(*command, "--vault", "bob", code=2).stderr
    nowhere = tmp_path / "nowhere.db"
    assert str(nowhere) in memos.run(*command, "--store", str(nowhere), code=2).stderr
    assert not nowhere.exists()


@pytest.mark.parametrize("command", [["profile", "--as-of"], ["foresight", "--at"], ["correct", "x", "--at"]])
def test_a_moment_that_is_none_is_refused(command: list[str], memos: Shell) -> None:
    assert "is not a date" in memos.run(*command, "yesterday", code=2).stderr


@pytest.mark.parametrize("command", COMMANDS[:4], ids=lambda one: one[0])
def test_an_empty_vault_is_no_error(command: list[str], tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    with MemoryOS.open(shell.url, embedder=None, worker=False) as memory:
        vault = memory.vault("default")
        vault.erase(vault.remember("x").id)
    assert shell.run(*command).stdout
    assert shell.read(*command) is not None
