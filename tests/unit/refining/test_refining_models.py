"""Models of other libraries, and the client for an OpenAI-compatible server."""

import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langchain_core.runnables import RunnableLambda
from llama_index.core.llms import CompletionResponse, CustomLLM, LLMMetadata, MockLLM

from memos_adapters.openai_chat import OpenAICompatibleChat
from memos_core.errors import InvalidInput, MissingExtra, ModelFailed
from memos_core.interface.models import as_model
from memos_core.ports import ChatModel, Reply
from tests.unit.refining.chat_server import ChatServer, Scripted, completion, serving

KEY = "sk-do-not-tell"
SAID = [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hello?"}]


def reply(model: Any) -> Reply:
    return as_model(model).complete(SAID, max_tokens=5, timeout_s=5)


# ── libraries ───────────────────────────────────────────────────────────────────────────────────


class Echo(CustomLLM):
    usage: dict[str, int] | None = None

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(model_name="echo-1")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=prompt.upper(), raw={"usage": self.usage} if self.usage else None)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise NotImplementedError


def test_a_langchain_chat_model() -> None:
    model = FakeListChatModel(responses=["one", "two"])
    assert as_model(model).name == "langchain:FakeListChatModel"
    assert reply(model) == Reply(text="one")


def test_a_langchain_model_that_tells_its_tokens_and_replies_in_parts() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "image", "url": "x"}, "b"]
    usage = {"input_tokens": 7, "output_tokens": 2, "total_tokens": 9}

    def answer(messages: Any) -> AIMessage:
        return AIMessage(content=parts, usage_metadata=usage)

    model = RunnableLambda(answer)
    assert reply(model) == Reply(text="ab", prompt_tokens=7, completion_tokens=2)


def test_a_llama_index_llm() -> None:
    assert as_model(Echo()).name == "llama-index:echo-1"
    assert reply(Echo()) == Reply(text="BE BRIEF.\n\nHELLO?")
    assert reply(Echo(usage={"prompt_tokens": 4, "completion_tokens": 3})).completion_tokens == 3
    assert as_model(MockLLM()).name == "llama-index:MockLLM" and "Hello?" in reply(MockLLM()).text


def test_a_function() -> None:
    def shout(prompt: str) -> str:
        return prompt.upper()

    assert as_model(shout).name == "function:shout"
    assert reply(shout).text == "BE BRIEF.\n\nHELLO?"
    assert reply(lambda prompt: Reply(text="x", prompt_tokens=3)) == Reply(text="x", prompt_tokens=3)
    with pytest.raises(TypeError, match="holds no text"):
        reply(lambda prompt: 5)


def test_a_chat_model_stays_itself() -> None:
    model = Scripted()
    assert as_model(model) is model


@pytest.mark.parametrize("thing", [None, 5, "gpt-4", object(), FakeListChatModel])
def test_anything_else_is_refused(thing: object) -> None:
    with pytest.raises(InvalidInput, match="model must be"):
        as_model(thing)


# ── over HTTP ───────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with serving() as server:
        yield server


@pytest.fixture
def waits() -> list[float]:
    return []


def chat(server: ChatServer, waits: list[float], **options: Any) -> OpenAICompatibleChat:
    return OpenAICompatibleChat("small", **{"base_url": server.url, "api_key": KEY, "sleep": waits.append} | options)


def test_a_completion(server: ChatServer, waits: list[float]) -> None:
    server.script += ["hello"]
    model = chat(server, waits)
    assert isinstance(model, ChatModel) and as_model(model) is model
    assert model.complete(SAID, max_tokens=9, timeout_s=5) == Reply(
        text="hello", prompt_tokens=100, completion_tokens=10
    )
    assert server.requests == [{"model": "small", "messages": SAID, "temperature": 0, "max_tokens": 9}]
    assert server.headers[0]["path"] == "/v1/chat/completions"
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert model.name == f"openai:small@127.0.0.1:{server.server_port}"
    model.close()


def test_options_add_and_leave_out_fields(server: ChatServer, waits: list[float]) -> None:
    options = {"temperature": None, "max_tokens": None, "max_completion_tokens": 50}
    chat(server, waits, options=options).complete(SAID, max_tokens=9, timeout_s=5)
    assert server.requests == [{"model": "small", "messages": SAID, "max_completion_tokens": 50}]


def test_a_busy_server_is_asked_again_when_it_says(server: ChatServer, waits: list[float]) -> None:
    server.script += [(429, {"Retry-After": "2"}, b"slow down"), (500, {}, b""), (503, {}, b""), "hello"]
    assert chat(server, waits).complete(SAID, max_tokens=9, timeout_s=30).text == "hello"
    assert waits == [2.0, 1.0, 2.0]


def test_a_wait_that_is_too_long_is_not_waited_for(server: ChatServer, waits: list[float]) -> None:
    server.script += [(429, {"Retry-After": "30"}, b"slow down")]
    with pytest.raises(ModelFailed, match="status 429: slow down"):
        chat(server, waits).complete(SAID, max_tokens=9, timeout_s=5)
    assert waits == [] and len(server.requests) == 1


def test_a_server_that_stalls_is_given_up_in_time(server: ChatServer, waits: list[float]) -> None:
    released = threading.Event()
    server.otherwise = lambda asked: released.wait(20) and "late"
    begin = time.monotonic()
    with pytest.raises(ModelFailed, match="ReadTimeout"):
        chat(server, waits, sleep=time.sleep).complete(SAID, max_tokens=9, timeout_s=0.3)
    assert time.monotonic() - begin < 5
    released.set()


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_to_serve_is_final_and_does_not_tell_the_key(
    server: ChatServer, waits: list[float], status: int
) -> None:
    server.script += [(status, {}, f"wrong key {KEY}".encode())]
    with pytest.raises(ModelFailed, match=rf"status {status}: wrong key \*\*\*") as caught:
        chat(server, waits).complete(SAID, max_tokens=9, timeout_s=5)
    assert KEY not in str(caught.value) and waits == []


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"{}", b'{"choices": []}', b'{"choices": [{"message": null}]}', b"[1]", b'{"choices": 5}']
)
def test_what_is_no_completion_is_refused(server: ChatServer, waits: list[float], body: bytes) -> None:
    server.script += [(200, {}, body)]
    with pytest.raises(ModelFailed, match="something else than a completion"):
        chat(server, waits).complete(SAID, max_tokens=9, timeout_s=5)


def test_a_message_without_text_is_an_empty_reply(server: ChatServer, waits: list[float]) -> None:
    server.script += [
        (200, {}, completion(None)),
        (200, {}, json.dumps({"choices": [{"message": {"content": "x"}}]}).encode()),
    ]
    model = chat(server, waits)
    assert model.complete(SAID, max_tokens=9, timeout_s=5).text == ""
    assert model.complete(SAID, max_tokens=9, timeout_s=5) == Reply(text="x")


def test_no_server_at_all(server: ChatServer, waits: list[float]) -> None:
    server.server_close()
    with pytest.raises(ModelFailed, match="could not be reached in 1 tries: ConnectError"):
        chat(server, waits, max_retries=0).complete(SAID, max_tokens=9, timeout_s=5)


def test_an_address_must_be_one_and_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="base_url must be an address"):
        OpenAICompatibleChat("small", base_url="localhost:80")
    monkeypatch.setattr("memos_adapters._extras.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"memos-middleware\[openai\]"):
        OpenAICompatibleChat("small", base_url="http://localhost/v1")
