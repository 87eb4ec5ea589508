"""A server on loopback that speaks OpenAI's ``/chat/completions`` by a script, and models that follow one."""

import json
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from memos_core.ports import Reply

NOTHING = '{"episode": [], "facts": [], "foresight": []}'


class ChatServer(ThreadingHTTPServer):
    """Answers with one step of ``script`` a request, then with what ``otherwise`` makes of the prompt.

    A step is a text, ``(status, headers, body)``, or a function of the request that returns one of these.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.script: list[Any] = []
        self.otherwise: Callable[[dict[str, Any]], Any] = lambda asked: NOTHING
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that gave up is part of the tests
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Requests(BaseHTTPRequestHandler):
    server: ChatServer

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(asked)
        self.server.headers.append(dict(self.headers) | {"path": self.path})
        step = self.server.script.pop(0) if self.server.script else self.server.otherwise
        if callable(step):
            step = step(asked)
        status, headers, body = step if isinstance(step, tuple) else (200, {}, completion(step))
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def completion(text: str | None, prompt_tokens: int = 100, completion_tokens: int = 10) -> bytes:
    usage = {"prompt_tokens": prompt_tokens, "completion_tokens": completion_tokens}
    return json.dumps({"choices": [{"message": {"content": text}}], "usage": usage}).encode()


@contextmanager
def serving() -> Iterator[ChatServer]:
    with ChatServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


class Scripted:
    """``ports.ChatModel`` that replies with the next step, raises it, or calls it; then with ``otherwise``."""

    def __init__(self, *script: Any, otherwise: Any = NOTHING, name: str = "scripted") -> None:
        self.name = name
        self.script = list(script)
        self.otherwise = otherwise
        self.seen: list[list[Mapping[str, str]]] = []

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int, timeout_s: float) -> Reply:
        self.seen.append(list(messages))
        step = self.script.pop(0) if self.script else self.otherwise
        if callable(step) and not isinstance(step, type):
            step = step(messages)
        if isinstance(step, BaseException):
            raise step
        return step if not isinstance(step, str) else Reply(text=step, prompt_tokens=100, completion_tokens=10)

    def prompts(self) -> list[str]:
        return [messages[1]["content"] for messages in self.seen]
