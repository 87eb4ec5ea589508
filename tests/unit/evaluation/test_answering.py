"""Answers and verdicts against a server on the loopback that plays a language model."""

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from memos_core.domain.turn import Turn
from memos_core.errors import MissingExtra
from memos_core.evaluation import chat, report
from memos_core.evaluation.answering import (
    JUDGES,
    NOT_KNOWN,
    STYLES,
    WHOLE,
    Exam,
    as_outcomes,
    final,
    prompt,
    spread,
    verdict,
)
from memos_core.evaluation.bench import Settings, run
from memos_core.evaluation.benchmarks import Benchmark
from memos_core.evaluation.chat import EndpointChat, EndpointFailed
from memos_core.evaluation.dialogue import Conversation, Question
from memos_core.evaluation.summary import summarise


class Server:
    """Plays a model: answers "copper" when the context tells of it, and judges by comparing words."""

    def __init__(self):
        self.prompts, self.failures, self.body, self.authorization = [], [], None, None
        server = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.authorization = self.headers.get("Authorization")
                status = server.failures.pop(0) if server.failures else 200
                said = server.reply(asked["messages"][0]["content"])
                usage = {"prompt_tokens": 100, "completion_tokens": 5}
                value = {"choices": [{"message": {"content": said}}], "usage": usage}
                body = json.dumps(value).encode() if server.body is None else server.body
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args):
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def reply(self, prompt):
        self.prompts.append(prompt)
        if "Answer given:" not in prompt:
            answer = "copper" if "copper" in prompt else "not known"
            return f"1. An entry.\nAnswer: {answer}" if "Work towards" in prompt else answer
        given, expected = (
            next(line for line in prompt.splitlines() if line.startswith(start)).partition(": ")[2].lower()
            for start in ("Answer given", "Expected answer")
        )
        if "point by point" in prompt and given == "copper":
            return "It is hard to say."
        return "RIGHT" if given in expected else "The answer is WRONG."

    def close(self):
        self._http.shutdown()
        self._http.server_close()


@pytest.fixture
def server():
    started = Server()
    yield started
    started.close()


def endpoint(server, **options):
    return EndpointChat(server.url, "toy", sleep=lambda _: None, **options)


TALK = Conversation(
    name="talk",
    turns=(
        Turn(text="The heron on the weather vane is made of copper.", speaker="Ada", source="m0"),
        Turn(text="I bought quinces.", speaker="Ben", source="m1"),
    ),
    questions=(
        Question(text="What is the heron made of?", answer="copper", category="one", evidence=("m0",)),
        Question(text="Who sang?", category="adversarial"),
        Question(text="Is the heron old?", answer="no", category="one"),
    ),
)
TINY = Benchmark(
    name="tiny", title="Tiny", about="", load=lambda path: [TALK], headline=("recall@5",), budgets=(60,),
    compared=("recall@5", "recall_within_60"),
)  # fmt: skip


def exam(server, **options):
    return Exam(answers=endpoint(server), judges=endpoint(server), questions=2, **options)


def measure(tmp_path, exam):
    settings = Settings(kept=tmp_path, embedder=None, exam=exam)
    return list(run(TINY, [TALK], settings)), settings


def test_answers_are_asked_for_every_system_style_and_run_and_judged(server, tmp_path):
    (measured,), _ = measure(tmp_path, exam(server, runs=2))
    asked = {(one.system, one.style, one.run, one.question) for one in measured.answers}
    assert asked == {
        (system, style, number, question)
        for system in ("memos", "BM25", WHOLE)
        for style in STYLES
        for number in (0, 1)
        for question in (0, 1)
    }
    found = {(one.system, one.style, one.question): one for one in measured.answers}
    heron = found["memos", "long", 0]
    assert (heron.answer, heron.verdicts) == ("copper", {"lenient": True, "strict": None})
    assert (heron.prompt_tokens, heron.answer_tokens) == (100, 5)
    assert found["memos", "short", 1].verdicts == {"lenient": True, "strict": True}, "the answer is not known"
    assert any(NOT_KNOWN in prompt for prompt in server.prompts)


def test_what_was_answered_is_not_asked_again_and_a_failure_keeps_complete_runs(server, tmp_path):
    server.reply_plain = server.reply
    limit = 2 * 3  # the first style of the first run: two questions, each answered once and judged twice

    def failing(prompt):
        if len(server.prompts) >= limit:
            server.failures = [500] * 99
        return server.reply_plain(prompt)

    server.reply = failing
    with pytest.raises(EndpointFailed, match="try again later"):
        measure(tmp_path, exam(server))
    server.reply, server.failures = server.reply_plain, []
    server.prompts.clear()
    measure(tmp_path, exam(server))
    assert len(server.prompts) == 5 * limit, "one of six sheets was kept"
    server.prompts.clear()
    measure(tmp_path, exam(server))
    assert server.prompts == []


def test_the_report_tells_of_the_answers(server, tmp_path):
    measured, settings = measure(tmp_path, exam(server))
    summary = summarise(TINY, measured, settings)
    table = report.tables(TINY, summary)[-1]
    assert table.title == "Answers judged right"
    assert table.rows[0][:3] == ("memos, short prompt", "1.000 [1.00, 1.00]", "0.500 [0.00, 1.00]")
    assert table.rows[0][3:] == ("100", "5", "0.50")
    value = json.loads(json.dumps(summary.value()))
    assert [one["style"] for one in value["answers"][:2]] == ["short", "long"]


def test_runs_are_averaged_by_question(server, tmp_path):
    (measured,), _ = measure(tmp_path, exam(server))
    first, second = (
        measured.answers[0],
        replace(measured.answers[0], run=1, verdicts={"lenient": False, "strict": True}),
    )
    (outcome,) = as_outcomes([first, second])
    assert outcome.metrics["lenient"] == outcome.metrics["strict"] == 0.5
    assert outcome.metrics["unreadable"] == 0.5


# ── the endpoint ────────────────────────────────────────────────────────────────────────────────


def test_a_busy_endpoint_is_asked_again(server):
    server.failures = [429, 503]
    assert endpoint(server, api_key="secret").ask("copper?").text == "copper"
    assert server.authorization == "Bearer secret"
    assert len(server.prompts) == 3


@pytest.mark.parametrize("body", [b"", b"[]", b'{"choices": []}', b'{"choices": [{"message": 1}]}', b"{"])
def test_an_endpoint_that_says_something_else_is_named(server, body):
    server.body = body
    with pytest.raises(EndpointFailed, match="did not answer: .*check --base-url and --model"):
        endpoint(server).ask("copper?")


def test_a_refusal_is_not_tried_again_and_names_no_key(server):
    server.failures = [401]
    with pytest.raises(EndpointFailed, match="401") as caught:
        endpoint(server, api_key="secret").ask("copper?")
    assert "secret" not in str(caught.value)
    assert len(server.prompts) == 1


def test_an_endpoint_that_is_not_there_is_named():
    waits = []
    with pytest.raises(EndpointFailed, match="cannot be reached"):
        EndpointChat("http://127.0.0.1:9/v1", "toy", sleep=waits.append).ask("copper?")
    assert waits == [1.0, 2.0, 4.0]


def test_without_httpx_the_cure_is_named(monkeypatch):
    monkeypatch.setattr(chat, "find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"memos-middleware\[openai\]"):
        EndpointChat("http://127.0.0.1:9/v1", "toy")


# ── prompts and replies ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("style", STYLES)
def test_answer_prompts_have_their_places(style):
    assert set(prompt(f"answer_{style}").get_identifiers()) == {"context", "question"}


@pytest.mark.parametrize("judge", JUDGES)
def test_judges_prompts_have_their_places(judge):
    places = {"question", "reference", "answer"} | ({"rubric"} if judge == "strict" else set())
    assert set(prompt(f"judge_{judge}").get_identifiers()) == places


def test_what_is_filled_in_is_left_as_it_is():
    assert "it costs $5 and ${more}" in prompt("answer_short").substitute(
        context="it costs $5 and ${more}", question="?"
    )


@pytest.mark.parametrize(
    "reply, answer",
    [
        ("copper", "copper"),
        ("1. Entries.\nAnswer: copper", "copper"),
        ("**Answer:** copper, on\n8 May", "copper, on\n8 May"),
        ("Answer: tin\nNo, newer:\nAnswer: copper", "copper"),
        ("The answer: is within a line", "The answer: is within a line"),
    ],
)
def test_the_answer_is_what_follows_the_last_mark(reply, answer):
    assert final(reply) == answer


@pytest.mark.parametrize(
    "reply, found", [("RIGHT", True), ("right.", True), ("Not RIGHT but WRONG", False), ("Bright", None), ("", None)]
)
def test_a_verdict_is_the_last_word_of_the_kind(reply, found):
    assert verdict(reply) is found


def test_questions_are_spread_over_categories():
    assert spread(["a", "a", "b", "a", "c"], 3) == [0, 2, 4]
    assert spread(["a", "a"], 0) == [0, 1]
