"""``memos demo``: two processes, one memory."""

import json
import os
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from typer.testing import CliRunner

from memos_core import MemoryOS, Turn
from memos_core.cli import demo_insight
from memos_core.cli.app import app
from memos_core.cli.demo import example_file, halfway
from memos_core.cli.demo_screen import telling_part
from memos_core.cli.screen import one_line
from memos_core.cli.stage import spread
from memos_core.domain.engram import Attribute, AttributeStatus, Evidence, Fact, MemCell, Profile
from memos_core.evaluation.conversations import Conversation, load_conversations

MINIATURE: dict[str, Any] = {
    "name": "small",
    "speakers": ["Ada", "Ben"],
    "sessions": [
        {
            "id": "S1",
            "at": "2024-03-04T18:10:00+00:00",
            "messages": [
                {"id": "S1:1", "role": "assistant", "name": "Ben", "content": "Good evening, Ada!"},
                {"id": "S1:2", "role": "user", "name": "Ada", "content": "I adopted a parrot called Quill."},
                {"id": "S1:3", "role": "user", "name": "Ada", "content": "He only eats walnuts. 🦜"},
                {"id": "S1:4", "role": "assistant", "name": "Ben", "content": "Quill! Lovely."},
                {"id": "S1:5", "role": "assistant", "name": "Ben", "content": "My own news: I moved to Turku."},
            ],
        },
        {
            "id": "S2",
            "at": "2024-05-01T09:00:00+00:00",
            "messages": [
                {"id": "S2:1", "role": "user", "name": "Ada", "content": "Quill learned to whistle yesterday."},
                {"id": "S2:2", "role": "assistant", "name": "Ben", "content": "Which tune?"},
                {"id": "S2:3", "role": "user", "name": "Ada", "content": "The tune of the ice cream van."},
            ],
        },
    ],
    "questions": [
        {"question": "What is the parrot called?", "answer": "Quill", "category": "fact", "evidence": ["S1:2"]},
        {"question": "Where did Ben move?", "answer": "Turku", "category": "fact", "evidence": ["S1:5"]},
        {"question": "What does Ada drive?", "answer": "Not known", "category": "unanswerable", "evidence": []},
    ],
}


@pytest.fixture(scope="module")
def miniature(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("data") / "small.json"
    file.write_text(json.dumps(MINIATURE), encoding="utf-8")
    return file


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """One run of the demo."""

    text: str
    store: Path


@pytest.fixture(scope="module")
def show(miniature: Path, tmp_path_factory: pytest.TempPathFactory) -> Show:
    store = tmp_path_factory.mktemp("demo") / "kept"
    return Show(text=demo("--data", str(miniature), "--store", str(store), "--questions", "2").stdout, store=store)


def demo(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(app, ["demo", "--no-embedder", *arguments])
    assert result.exit_code == code, result.output + result.stderr
    assert "Traceback" not in result.output + result.stderr
    return result


def test_the_demo_plays_every_turn_once_with_its_name_and_time(show: Show, miniature: Path) -> None:
    with MemoryOS.open(f"sqlite:///{show.store}/memory.db", embedder=None, worker=False) as memory:
        cubes = list(memory.vault("small", create=False).cubes())
    played = [(c.header.session, c.header.speaker, c.header.role, c.text, c.header.occurred_at) for c in cubes]
    (conversation,) = load_conversations(miniature)
    assert played == [(t.session, t.speaker, t.role, t.text, t.at) for t in conversation.turns]


def test_the_demo_finds_the_evidence_and_names_the_place(show: Show) -> None:
    assert "What is the parrot called?" in show.text
    assert "✓ 1 of 1 evidence turns in the context" in show.text
    assert "nothing was ever said about it" in show.text
    assert "2 of 2" in show.text and "100%" in show.text
    assert str(show.store / "memory.db") in show.text


def test_the_demo_shows_what_became_of_the_conversation_before_it_asks(show: Show) -> None:
    shown, _, asked = show.text.partition("What the model would be told")
    assert asked
    titles = re.findall(r"╭─ (\w+) ", shown.partition("What became of it")[2])
    assert titles == ["episodes", "scenes", "profile", "foresight"]
    assert "2024-03-04" in shown and "2024-05-01" in shown
    assert "seen from 1 May 2024 (the end)" in shown


def test_without_a_terminal_there_are_no_colours_and_no_bars(show: Show) -> None:
    assert "\x1b" not in show.text
    assert "━" not in show.text
    assert max(len(line) for line in show.text.splitlines() if str(show.store) not in line) <= 80


def test_the_halves_are_played_by_processes_that_end(show: Show) -> None:
    said = one_line(show.text)
    pids = re.findall(r"has ended \(pid (\d+)\)", said)
    assert len(set(pids)) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid), 0)
    assert "played turns 1–5" in said
    assert "found 5 memories, played turns 6–8" in said


def test_the_number_of_questions_shown_is_chosen_and_all_are_measured(show: Show) -> None:
    assert "Where did Ben move?" not in show.text.partition("All 3 questions")[0]  # the second of its kind
    assert "All 3 questions" in show.text


def test_a_conversation_is_not_played_twice_into_one_vault(show: Show, miniature: Path) -> None:
    said = demo("--data", str(miniature), "--store", str(show.store), code=2).stderr
    assert "has a vault 'small' already" in said


def test_the_store_of_the_demo_is_open_to_other_commands(show: Show) -> None:
    command = next(line for line in show.text.splitlines() if "memos recall" in line)
    arguments = shlex.split(command.partition("memos ")[2])
    result = CliRunner().invoke(app, [*arguments, "--no-embedder"])
    assert result.exit_code == 0
    assert "Quill" in result.stdout


def test_a_part_that_fails_is_reported_in_one_line(miniature: Path, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "memory.db").mkdir()
    said = demo("--data", str(miniature), "--store", str(tmp_path / "kept"), code=2).stderr
    assert said.startswith("memos: a process of the demo ended with 3: ")
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [["--data", "nowhere.json"], ["--conversation", "7"], ["--base-url", "http://127.0.0.1:9"], ["--questions", "-1"]],
)
def test_bad_arguments_exit_with_2(arguments: list[str], tmp_path: Path) -> None:
    assert demo(*arguments, "--store", str(tmp_path / "kept"), code=2).stderr
    assert not (tmp_path / "kept").exists()


def test_the_example_plays_as_a_process(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "memos_core.cli", "demo", "--no-embedder"],
        cwd=tmp_path,
        env={"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "All 24 questions" in done.stdout
    shown = done.stdout.partition("What became of it")[2].partition("What the model would be told")[0]
    assert len(shown.splitlines()) <= 72
    for former, since, current in (("vegetarian", "Apr", "pescatarian"), ("Altona", "Jul", "Gothenburg")):
        assert re.search(rf"{current} +since {since} 2024.*\n.* {former} +Mar – {since} 2024", shown)
    assert re.search(r"address +Karl Johansgatan 47 .*\n.* Karl Johansgatan 44 ", shown), "she corrects herself"
    before, _, after = shown.partition("(the end)")
    assert "Mara is allergic to hazelnuts" in before and "Mara is allergic to hazelnuts" in after
    assert "No wine" not in before
    assert "! No wine for Mara until 13 September 2024" in after
    (kept,) = tmp_path.glob("memos-demo-*/memory.db")
    assert str(kept) in done.stdout
    assert done.stderr == ""


# ── with an endpoint ────────────────────────────────────────────────────────────────────────────


class Endpoint(BaseHTTPRequestHandler):
    """Answers every chat request with a fixed text and keeps what it was sent."""

    requests: ClassVar[list[dict[str, Any]]] = []
    answer: ClassVar[bytes] = json.dumps({"choices": [{"message": {"content": "It is Quill."}}]}).encode()

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).requests.append({"path": self.path, "key": self.headers["Authorization"], **body})
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: Any) -> None:
        """Keep standard error clean."""


@pytest.fixture
def endpoint() -> Iterator[str]:
    Endpoint.requests.clear()
    server = HTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_an_endpoint_answers_from_the_memories(
    miniature: Path, tmp_path: Path, endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_KEY", "s3cret")
    flags = ["--base-url", endpoint, "--model", "tiny", "--api-key-env", "A_KEY", "--questions", "2"]
    shown = demo("--data", str(miniature), "--store", str(tmp_path / "kept"), *flags).stdout
    assert "It is Quill." in shown
    assert "s3cret" not in shown
    assert len(Endpoint.requests) == 2
    first = Endpoint.requests[0]
    assert (first["path"], first["key"], first["model"]) == ("/v1/chat/completions", "Bearer s3cret", "tiny")
    system, human = first["messages"]
    assert "I adopted a parrot called Quill." in system["content"]
    assert human == {"role": "user", "content": "What is the parrot called?"}


def test_an_endpoint_that_talks_nonsense_is_one_line(miniature: Path, tmp_path: Path, endpoint: str) -> None:
    flags = ["--base-url", f"{endpoint}/chat/completions?x=", "--model", "tiny"]
    Endpoint.answer, kept = b"<html>", Endpoint.answer
    try:
        said = demo("--data", str(miniature), "--store", str(tmp_path / "kept"), *flags, code=2).stderr
    finally:
        Endpoint.answer = kept
    assert "did not answer" in said
    assert len(said.strip().splitlines()) == 1


def test_a_missing_key_is_named(miniature: Path, tmp_path: Path) -> None:
    flags = ["--base-url", "http://127.0.0.1:9/v1", "--model", "tiny", "--api-key-env", "NOT_SET_ANYWHERE"]
    said = demo("--data", str(miniature), "--store", str(tmp_path / "kept"), *flags, code=2).stderr
    assert "NOT_SET_ANYWHERE" in said
    assert not (tmp_path / "kept").exists()


# ── the pieces ──────────────────────────────────────────────────────────────────────────────────


def test_the_example_is_what_it_says() -> None:
    (example,) = load_conversations(example_file())
    assert (example.name, len(example.turns), len(example.questions)) == ("harbour", 156, 24)
    assert {turn.speaker for turn in example.turns} == {"Mara", "Jonah"}
    assert len({turn.session for turn in example.turns}) == 7
    times = [turn.at for turn in example.turns if turn.at]
    assert len(times) == 156 and times == sorted(times)
    assert all(bool(question.evidence) == (question.category != "unanswerable") for question in example.questions)


def talk(*sessions: str) -> Conversation:
    return Conversation(name="talk", turns=tuple(Turn(text="x", session=session) for session in sessions))


@pytest.mark.parametrize(
    ("sessions", "stop"), [("AABB", 2), ("AAAB", 3), ("ABBB", 1), ("AAAA", 2), ("AABBCC", 2), ("ABBBBBCC", 6)]
)
def test_the_first_process_stops_between_sessions(sessions: str, stop: int) -> None:
    assert halfway(talk(*sessions)) == stop


def cell(session: str, facts: int, episode: str = "", hour: int = 9) -> MemCell:
    at = datetime(2024, 3, 4, hour, tzinfo=UTC)
    fact = Fact(
        subject="Ada",
        predicate="said",
        object="x",
        text="x",
        observed_at=at,
        evidence=(Evidence(source="mem_1", start=0, stop=1),),
    )
    return MemCell(
        session=session, start=at, end=at, title="x", episode=episode, sources=(), speakers=(), facts=(fact,) * facts
    )


def test_one_episode_of_each_session_is_shown() -> None:
    few = [cell("a", 1), cell("a", 3), cell("b", 0)]
    assert demo_insight.representative(few) == few[1:]
    many = [cell(f"s{n}", n) for n in range(40)]
    shown = demo_insight.representative(many)
    assert len(shown) == demo_insight.MOST_CELLS
    assert (shown[0], shown[-1]) == (many[0], many[-1])


def test_an_episode_is_told_by_the_line_that_the_rules_made_most_of() -> None:
    lines = 'Ada said: "Hello."', "Ada likes tea", "Ada moved to Turku [on 3 March 2024]"
    assert demo_insight.gist(cell("a", 1, "\n".join(lines))) == lines[2]
    assert demo_insight.gist(cell("a", 1, "\n".join(lines[:2]))) == lines[1]
    assert demo_insight.gist(cell("a", 1, lines[0])) == lines[0]
    assert demo_insight.gist(cell("a", 1)) == ""


def test_spans_are_told_in_months() -> None:
    march, july, later = datetime(2024, 3, 4), datetime(2024, 7, 1), datetime(2025, 1, 1)
    assert demo_insight.months(march, march) == "Mar 2024"
    assert demo_insight.months(march, july) == "Mar – Jul 2024"
    assert demo_insight.months(march, later) == "Mar 2024 – Jan 2025"


def test_values_that_changed_come_first_and_all_of_a_slot_or_none() -> None:
    moment = datetime(2024, 3, 4, tzinfo=UTC)

    def value(slot: str, value: str, status: AttributeStatus = AttributeStatus.ACTIVE, who: str = "Ada") -> Attribute:
        return Attribute(
            subject=who,
            slot=slot,
            value=value,
            valid_from=moment,
            observed_at=moment,
            status=status,
            evidence=(Evidence(source="mem_1", start=0, stop=1),),
        )

    old = value("residence", "Turku", AttributeStatus.SUPERSEDED)
    known = [value("age", "40"), old, value("residence", "Oulu"), value("pet", "Quill", who="Ben")]
    chosen = list(demo_insight.chosen(Profile(as_of=moment, attributes=tuple(known))))
    assert [one.value for one in chosen] == ["Oulu", "Turku", "40", "Quill"]
    crowd = [value("likes", str(n)) for n in range(demo_insight.MOST_VALUES + 1)]
    assert [one.value for one in demo_insight.chosen(Profile(as_of=moment, attributes=(*crowd, *known)))] == [
        one.value for one in chosen
    ]


def test_questions_are_spread_over_categories() -> None:
    assert spread(["a", "a", "b", "a", "c", "b"], 4) == [0, 2, 4, 1]
    assert spread(["a"], 9) == [0]
    assert spread([], 3) == []


def test_an_excerpt_begins_where_the_answer_is() -> None:
    text = "It rained all day long. The name of the boat is Petrel. We had soup and went to bed early."
    assert telling_part(text, "Petrel", 1000) == 0
    assert text[telling_part(text, "Petrel", 30) :].startswith("The name of the boat")
    assert telling_part(text, "rained", 30) == 0
