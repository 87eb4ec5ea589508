"""The examples with a real client against an OpenAI-compatible server on loopback; and without the client."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.unit.refining.chat_server import ChatServer, serving

EXAMPLES = Path(__file__).parents[2] / "examples"
CLIENTS = {
    "langchain_agent.py": ["langchain_openai"],
    "langchain_chain.py": ["langchain_openai"],
    "langgraph_agent.py": ["langchain_openai"],
    "llama_index_chat.py": ["llama_index.llms.openai_like"],
    "two_frameworks.py": ["langchain_openai", "llama_index.llms.openai_like"],
}


def answered(asked: dict[str, Any]) -> Any:
    """A whole answer, as OpenAI's servers give it."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Gladly."}}
    usage = {"prompt_tokens": 9, "completion_tokens": 2, "total_tokens": 11}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": asked["model"], "choices": [choice]}
    return 200, {"Content-Type": "application/json"}, json.dumps({**body, "usage": usage}).encode()


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as running:
        running.otherwise = answered
        yield running


def sent(server: ChatServer) -> list[str]:
    """What each request says, all of its messages."""
    return ["\n".join(str(message["content"]) for message in request["messages"]) for request in server.requests]


def run(name: str, server: ChatServer) -> str:
    """What the example prints."""
    missing = [client for client in CLIENTS[name] if not installed(client)]
    if missing:
        pytest.skip(f"needs the client {missing[0]}")
    command = [sys.executable, str(EXAMPLES / name), "--base-url", server.url, "--model", "tiny"]
    env = os.environ | {"OPENAI_API_KEY": "secret"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stderr
    assert {request["model"] for request in server.requests} == {"tiny"}
    assert {headers["path"] for headers in server.headers} == {"/v1/chat/completions"}
    assert {headers["Authorization"] for headers in server.headers} == {"Bearer secret"}
    return done.stdout


def installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # of the package that it would be in
        return False


@pytest.mark.parametrize("name", ["langchain_agent.py", "llama_index_chat.py"])
def test_the_model_is_told_what_this_user_said_before(server: ChatServer, name: str) -> None:
    assert run(name, server).count("Gladly.") == 3
    told, asked, by_another = sent(server)
    assert "I never fly" in asked and "I never fly" not in by_another
    assert "I never fly" in told and "memories" not in told


def test_the_model_gets_the_transcript_and_what_was_recalled(server: ChatServer) -> None:
    assert run("langchain_chain.py", server).count("Gladly.") == 3
    _, asked, again = sent(server)
    assert "Her name is Kelp" in asked
    assert len(server.requests[1]["messages"]) == 2 and len(server.requests[2]["messages"]) == 4
    assert "What is the name of my dog?" in again


def test_the_graph_asks_for_what_the_model_proposed(server: ChatServer) -> None:
    assert "Shall I book Gladly.?" in run("langgraph_agent.py", server)
    assert "I never fly" in sent(server)[0]


def test_both_clients_are_told_what_the_other_heard(server: ChatServer) -> None:
    assert run("two_frameworks.py", server).count("Gladly.") == 4
    _, about_the_dog, _, about_the_vet = sent(server)
    assert "My dog is called Kelp." in about_the_dog
    assert "The vet of my dog is Dr. Sousa." in about_the_vet


WITHOUT = """
import runpy, sys
name, *clients = sys.argv[1:]
sys.modules.update(dict.fromkeys(clients))
sys.argv = [name, "--base-url", "http://127.0.0.1:1/v1", "--model", "m"]
runpy.run_path(name, run_name="__main__")
"""


@pytest.mark.parametrize("name", CLIENTS)
def test_an_endpoint_without_its_client_is_explained(name: str) -> None:
    command = [sys.executable, "-c", WITHOUT, str(EXAMPLES / name), *CLIENTS[name]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "pip install l" in done.stderr.splitlines()[-1] and "Traceback" not in done.stderr
