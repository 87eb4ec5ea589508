"""Every command of ``memos``, in this process and without a model."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from memos_core import MemoryOS
from memos_core.cli.app import app

TRANSCRIPT = (
    "Mara: I brought a dog home, her name is Kelp.\nJonah: Does she like the harbour?\nMara: She barks at ships.\n"
)
NEVER_A_TRACEBACK = "Traceback"


class Shell:
    """Runs ``memos`` commands against one store."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.url = f"sqlite:///{place / 'memory.db'}"

    def run(self, *arguments: str, code: int = 0, typed: str | None = None) -> Any:
        result = CliRunner().invoke(app, ["--store", self.url, "--no-embedder", *arguments], input=typed)
        assert NEVER_A_TRACEBACK not in result.output
        assert result.exit_code == code, f"{arguments}: {result.exit_code}, not {code}\n{result.output}{result.stderr}"
        return result

    def read(self, *arguments: str, code: int = 0) -> Any:
        """What the command prints with ``--json``: the whole of standard output must parse."""
        return json.loads(self.run(*arguments, "--json", code=code).stdout)

    def remember(self, text: str, *more: str) -> str:
        return str(self.read("remember", text, *more)["id"])


@pytest.fixture
def memos(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


# ── remember and recall ─────────────────────────────────────────────────────────────────────────


def test_what_is_remembered_is_recalled(memos: Shell) -> None:
    memos.remember("Kelp is three years old.", "--speaker", "Mara")
    memos.remember("The ferry leaves at seven.")
    found = memos.read("recall", "How old is Kelp?")
    assert found["hits"][0]["text"] == "Kelp is three years old."
    assert "Kelp is three years old." in found["text"]
    assert 0 < found["tokens"] <= found["budget"] == 1000


def test_every_field_of_a_memory_is_kept(memos: Shell) -> None:
    stored = memos.read(
        *("remember", "We moved.", "--speaker", "Mara", "--role", "user", "--session", "S1"),
        *("--at", "2024-07-06T10:00:00+02:00", "--metadata", "place=Göteborg", "--metadata", "mood=a=b"),
        *("--reason", "said so"),
    )
    (hit,) = memos.read("recall", "Who moved?")["hits"]
    for value in (stored, hit):
        assert (value["speaker"], value["role"], value["session"]) == ("Mara", "user", "S1")
        assert value["occurred_at"] == "2024-07-06T08:00:00+00:00"
        assert value["metadata"] == {"place": "Göteborg", "mood": "a=b"}
        assert value["reason"] == "said so"
        assert value["version"] == 1


def test_standard_input_is_remembered_word_for_word(memos: Shell) -> None:
    text = "first line\n\n  second line, ünïcode 海 🐕\n"
    memos.run("remember", "-", typed=text)
    assert memos.read("recall", "second line")["hits"][0]["text"] == text


def test_recall_shows_a_table_and_the_prompt(memos: Shell) -> None:
    memos.remember("Kelp barks at ships.", "--speaker", "Mara", "--at", "2024-03-04")
    shown = memos.run("recall", "What does Kelp bark at?").stdout
    assert "2024-03-04" in shown
    assert "of 1000 tokens" in shown
    assert "- Mara: Kelp barks at ships." in shown.splitlines()


def test_why_names_the_shares_of_a_score(memos: Shell) -> None:
    memos.remember("Kelp barks at ships.")
    (hit,) = memos.read("recall", "Kelp")["hits"]
    strongest = max(hit["why"], key=lambda name: abs(hit["why"][name]))
    assert strongest in memos.run("recall", "Kelp", "--why").stdout
    assert strongest not in memos.run("recall", "Kelp").stdout


@pytest.mark.parametrize(
    ("restriction", "kept"),
    [
        (("--speaker", "Mara"), {"Kelp one"}),
        (("--speaker", "Mara", "--speaker", "Jonah"), {"Kelp one", "Kelp two"}),
        (("--session", "S2"), {"Kelp two"}),
        (("--since", "2024-05-01"), {"Kelp two"}),
        (("--until", "2024-05-01"), {"Kelp one"}),
        (("--metadata", "place=sea"), {"Kelp two"}),
        (("--limit", "1"), {"Kelp one", "Kelp two"}),
    ],
)
def test_recall_is_restricted(memos: Shell, restriction: tuple[str, ...], kept: set[str]) -> None:
    memos.remember("Kelp one", "--speaker", "Mara", "--session", "S1", "--at", "2024-04-01")
    memos.remember("Kelp two", "--speaker", "Jonah", "--session", "S2", "--at", "2024-06-01", "--metadata", "place=sea")
    texts = {hit["text"] for hit in memos.read("recall", "Kelp", *restriction)["hits"]}
    assert texts <= kept
    assert len(texts) == (1 if restriction[0] == "--limit" else len(kept))


def test_recall_as_of_an_earlier_moment_sees_nothing_later(memos: Shell) -> None:
    memos.remember("Kelp is here.")
    memos.read("recall", "Kelp", "--at", "2020-01-01", code=1)


def test_the_budget_is_kept(memos: Shell) -> None:
    for n in range(20):
        memos.remember(f"Kelp barked at container ship number {n} this morning.")
    found = memos.read("recall", "Kelp", "--budget", "60")
    assert 0 < found["tokens"] <= 60
    assert 0 < sum(hit["shown"] for hit in found["hits"]) < 20


def test_finding_nothing_exits_with_1(memos: Shell) -> None:
    memos.remember("Kelp barks.")
    assert memos.read("recall", "zzz", "--speaker", "nobody", code=1)["hits"] == []
    assert "Nothing found" in memos.run("recall", "zzz", "--speaker", "nobody", code=1).stdout


def test_a_memory_cannot_drive_the_terminal(memos: Shell) -> None:
    memos.remember("Kelp \x1b[2J\x1b]0;owned\x07 [bold]not markup[/bold]")
    shown = memos.run("recall", "Kelp").stdout
    assert "\x1b]" not in shown and "\x1b[2J" not in shown and "\x07" not in shown
    assert "[bold]not markup[/bold]" in shown


# ── a life: forget, restore, erase, history, log ────────────────────────────────────────────────


def test_forgetting_hides_and_restoring_brings_back(memos: Shell) -> None:
    identity = memos.remember("Kelp is afraid of balloons.")
    (gone,) = memos.read("forget", identity, "--reason", "asked to")
    assert gone["state"] == "forgotten"
    memos.read("recall", "balloons", code=1)
    assert memos.read("restore", identity)["state"] == "active"
    assert memos.read("recall", "balloons")["hits"][0]["id"] == identity


def test_the_end_of_an_id_is_enough(memos: Shell) -> None:
    identity = memos.remember("Kelp is afraid of balloons.")
    memos.remember("Something else.")
    shown = memos.run("recall", "balloons").stdout
    assert identity[-7:] in shown
    assert memos.read("history", identity[-7:])[0]["id"] == identity
    assert "too short" in memos.run("history", identity[-2:], code=2).stderr
    assert "ends in" in memos.run("history", "0000zzzz", code=1).stderr


def test_history_and_log_tell_who_did_what_and_why(memos: Shell) -> None:
    identity = memos.remember("We move in June.", "--reason", "plan")
    with MemoryOS.open(memos.url, embedder=None, worker=False) as memory:
        memory.vault("default", actor="mara").revise(identity, "We move in July.", reason="burst pipe")
    versions = memos.read("history", identity)
    assert [version["text"] for version in versions] == ["We move in June.", "We move in July."]
    assert versions[0]["valid_to"] == versions[1]["valid_from"]
    assert "burst pipe" in memos.run("history", identity).stdout
    entries = memos.read("log")
    assert [(e["op"], e["actor"], e["version"], e["reason"]) for e in entries] == [
        ("remember", "user", 1, "plan"),
        ("revise", "mara", 2, "burst pipe"),
    ]
    assert identity[-7:] in memos.run("log").stdout


def test_log_shows_the_newest_entries_last(memos: Shell) -> None:
    for n in range(5):
        memos.remember(f"number {n}")
    numbers = [entry["n"] for entry in memos.read("log")]
    assert numbers == sorted(numbers)
    assert [entry["n"] for entry in memos.read("log", "--limit", "2")] == numbers[-2:]
    after = memos.read("log", "--after", str(numbers[1]), "--limit", "2")
    assert [entry["n"] for entry in after] == numbers[2:4]


def test_erased_text_leaves_every_file(memos: Shell) -> None:
    secret = "xylophone-7341"
    identity = memos.remember(f"The code word is {secret}.")
    memos.remember("Something that stays.")
    assert memos.read("erase", identity, "--yes") == {"vault": "default", "erased": [identity]}
    assert "erased" in memos.run("history", identity, code=1).stderr
    for file in memos.place.rglob("*"):
        assert file.is_dir() or secret.encode() not in file.read_bytes(), file
    assert memos.read("recall", "stays")["hits"][0]["text"] == "Something that stays."


def test_erase_asks_first(memos: Shell) -> None:
    identity = memos.remember("Kelp barks.")
    assert "nothing was erased" in memos.run("erase", identity, code=2, typed="n\n").stderr
    assert "nothing was erased" in memos.run("erase", identity, code=2, typed="").stderr
    assert len(memos.read("recall", "Kelp")["hits"]) == 1
    memos.run("erase", identity, typed="y\n")
    memos.read("recall", "Kelp", code=1)


def test_erase_all_takes_the_whole_vault_and_no_other(memos: Shell) -> None:
    ids = {memos.remember("one"), memos.remember("two")}
    memos.run("forget", min(ids))
    memos.remember("kept", "--vault", "other")
    assert set(memos.read("erase", "--all", "--yes")["erased"]) == ids
    assert memos.read("recall", "kept", "--vault", "other")["hits"]
    memos.run("erase", "--yes", code=2)
    memos.run("erase", "--all", min(ids), "--yes", code=2)


# ── the store: vaults, stats, doctor, export ────────────────────────────────────────────────────


def test_stats_count_by_vault(memos: Shell) -> None:
    memos.remember("one", "--vault", "alice")
    memos.run("forget", memos.remember("two", "--vault", "alice"), "--vault", "alice")
    memos.remember("three", "--vault", "bob")
    assert memos.read("vaults") == ["alice", "bob"]
    assert memos.run("vaults").stdout.split() == ["alice", "bob"]
    counts = memos.read("stats")
    assert counts["vaults"] == 2
    assert counts["versions"] == 3
    assert counts["bytes"] > 0
    assert counts["by_vault"]["alice"]["cubes"]["forgotten"] == 1
    assert counts["by_vault"]["bob"]["cubes"]["active"] == 1
    shown = memos.run("stats").stdout
    assert "alice" in shown and "bob" in shown and "all" in shown


def test_a_sound_store_passes_the_doctor(memos: Shell) -> None:
    memos.remember("Kelp barks.")
    checked = memos.read("doctor")
    assert (checked["sound"], checked["problems"]) == (True, [])
    assert "✓" in memos.run("doctor").stdout


def test_a_damaged_store_is_reported_without_a_traceback(memos: Shell) -> None:
    memos.remember("Kelp barked at a container ship, which was long and grey. " * 500)
    file = memos.place / "memory.db"
    damaged = bytearray(file.read_bytes())
    damaged[4096 : len(damaged)] = bytes(len(damaged) - 4096)
    file.write_bytes(bytes(damaged))
    result = CliRunner().invoke(app, ["doctor", "--store", memos.url])
    assert result.exit_code in {1, 3}
    assert NEVER_A_TRACEBACK not in result.output


def test_export_writes_every_memory_once_and_asks_before_overwriting(memos: Shell) -> None:
    memos.remember("Kelp barks.")
    memos.remember("Kelp sleeps.")
    file = memos.place / "out.jsonl"
    assert memos.read("export", str(file)) == {"file": str(file), "cubes": 2}
    assert "Kelp barks." in file.read_text(encoding="utf-8")
    assert "--force" in memos.run("export", str(file), code=2).stderr
    memos.run("export", str(file), "--force")


# ── import ──────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def transcript(tmp_path: Path) -> Path:
    file = tmp_path / "chat.txt"
    file.write_text(TRANSCRIPT, encoding="utf-8")
    return file


def test_import_remembers_turns_with_their_speakers(memos: Shell, transcript: Path) -> None:
    done = memos.read("import", str(transcript))
    assert (done["turns"], done["stored"], done["known"]) == (3, 3, 0)
    first = memos.read("recall", "dog's name")["hits"][0]
    assert (first["speaker"], first["text"]) == ("Mara", "I brought a dog home, her name is Kelp.")


def test_importing_twice_stores_once_and_says_so(memos: Shell, transcript: Path) -> None:
    memos.run("import", str(transcript))
    again = memos.run("import", str(transcript)).stdout
    assert "0 of 3 turns stored" in again and "3 were there already" in again
    assert memos.read("stats")["versions"] == 3
    assert memos.read("import", str(transcript), "--vault", "other")["stored"] == 3


def test_import_crosses_batches(memos: Shell, tmp_path: Path) -> None:
    file = tmp_path / "long.txt"
    file.write_text("".join(f"{'AB'[n % 2]}: this is turn number {n}\n" for n in range(450)), encoding="utf-8")
    assert memos.read("import", str(file))["stored"] == 450
    assert memos.read("import", str(file))["known"] == 450
    assert memos.read("stats")["cubes"]["active"] == 450


def test_import_into_a_session_of_choice(memos: Shell, transcript: Path) -> None:
    memos.run("import", str(transcript), "--session", "kitchen")
    assert {hit["session"] for hit in memos.read("recall", "Kelp harbour ships")["hits"]} == {"kitchen"}


def test_import_of_our_own_format_and_of_one_conversation(memos: Shell, tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "harbour.json"
    done = memos.read("import", str(example))
    assert done["stored"] == done["turns"] == 156
    found = memos.read("recall", "the night after a hazelnut praline", "--session", "S1")
    assert found["hits"][0]["source"] == "S1:19"
    assert "harbour" in memos.run("import", str(example), "--conversation", "nope", code=2).stderr


def test_sessions_of_several_conversations_do_not_mix(memos: Shell, tmp_path: Path) -> None:
    file = tmp_path / "two.json"
    chats = [
        {"name": name, "sessions": [{"id": "S1", "messages": [{"role": "user", "content": f"{name} likes figs"}]}]}
        for name in ("ada", "ben")
    ]
    file.write_text(json.dumps(chats), encoding="utf-8")
    assert memos.read("import", str(file), "--conversation", "2")["stored"] == 1
    done = memos.read("import", str(file))
    assert (done["conversations"], done["stored"], done["known"]) == (2, 1, 1)
    assert {hit["session"] for hit in memos.read("recall", "figs")["hits"]} == {"ada/S1", "ben/S1"}


def test_what_was_erased_is_not_imported_again(memos: Shell, transcript: Path) -> None:
    memos.run("import", str(transcript))
    memos.run("erase", memos.read("recall", "harbour")["hits"][0]["id"], "--yes")
    done = memos.read("import", str(transcript))
    assert (done["stored"], done["known"], done["erased"]) == (0, 2, 1)
    assert "1 were erased once and stay so" in memos.run("import", str(transcript)).stdout


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe\x00garbage\x80", b'{"sessions": 3}', b'{"unrelated": true}']
)
def test_a_bad_file_is_one_line_and_stores_nothing(memos: Shell, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(content)
    said = memos.run("import", str(file), code=2).stderr
    assert len(said.strip().splitlines()) == 1 and said.startswith("memos: ")
    assert not (tmp_path / "memory.db").exists()


# ── bad input and trouble ───────────────────────────────────────────────────────────────────────


READING = [["recall", "x"], ["log"], ["stats"], ["doctor"], ["vaults"], ["history", "x" * 30], ["export", "out.jsonl"]]


@pytest.mark.parametrize("command", [*READING, ["forget", "x" * 30], ["erase", "--all", "--yes"]], ids=lambda c: c[0])
def test_a_missing_store_is_named_and_not_created(memos: Shell, command: list[str]) -> None:
    said = memos.run(*command, code=2).stderr
    assert "no store" in said and "memory.db" in said
    assert list(memos.place.iterdir()) == []


@pytest.mark.parametrize(
    "command", [c for c in READING if c[0] not in {"stats", "doctor", "vaults"}], ids=lambda c: c[0]
)
def test_an_unknown_vault_is_named_and_not_created(memos: Shell, command: list[str]) -> None:
    memos.remember("Kelp barks.", "--vault", "mara")
    said = memos.run(*command, "--vault", "marla", code=2).stderr
    assert "'marla'" in said and "mara" in said
    assert memos.read("vaults") == ["mara"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["remember", "   "],
        ["remember", "x", "--at", "yesterday"],
        ["remember", "x", "--metadata", "novalue"],
        ["remember", "x", "--vault", ""],
        ["recall", "x", "--budget", "0"],
        ["recall", "x", "--since", "2024-13-01"],
        ["import", "no such file.json"],
        ["nonsense"],
        ["recall"],
    ],
)
def test_bad_input_exits_with_2(memos: Shell, arguments: list[str]) -> None:
    memos.remember("Kelp barks.")
    assert memos.run(*arguments, code=2).stderr


def test_a_directory_that_does_not_exist_is_named(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["remember", "x", "--store", f"sqlite:///{tmp_path}/no/where.db"])
    assert result.exit_code == 2
    assert "no directory" in result.stderr


def test_a_file_that_is_no_store_is_trouble(tmp_path: Path) -> None:
    file = tmp_path / "memory.db"
    file.write_text("this is not a database, it only looks like a file " * 100, encoding="utf-8")
    result = CliRunner().invoke(app, ["recall", "x", "--store", f"sqlite:///{file}"])
    assert result.exit_code == 3
    assert result.stderr.startswith("memos: ") and NEVER_A_TRACEBACK not in result.stderr


def test_an_unknown_engine_is_bad_input() -> None:
    result = CliRunner().invoke(app, ["recall", "x", "--store", "nosuch://here"])
    assert result.exit_code == 2
    assert "nosuch" in result.stderr


def test_debug_lets_the_error_through(memos: Shell) -> None:
    result = CliRunner().invoke(app, ["recall", "x", "--store", memos.url, "--debug"])
    assert "there is no store" in str(result.exception)


def test_shared_options_stand_before_or_after_the_command(memos: Shell) -> None:
    memos.remember("Kelp barks.", "--vault", "mara")
    before = CliRunner().invoke(app, ["--store", memos.url, "--vault", "mara", "--json", "log"])
    after = CliRunner().invoke(app, ["log", "--store", memos.url, "--vault", "mara", "--json"])
    wins = CliRunner().invoke(app, ["--vault", "nobody", "log", "--store", memos.url, "--vault", "mara", "--json"])
    assert before.stdout == after.stdout == wins.stdout
    assert len(json.loads(after.stdout)) == 1


@pytest.mark.parametrize("command", [c for c in app.registered_commands if not c.hidden], ids=lambda c: c.name)
def test_every_command_explains_itself(command: Any) -> None:
    result = CliRunner().invoke(app, [command.name, "--help"])
    assert result.exit_code == 0
    assert "--store" in result.stdout
