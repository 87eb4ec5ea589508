import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from memos_adapters.openai_compatible import OpenAICompatibleEmbedder
from memos_core.errors import EmbeddingFailed, InvalidInput, MissingExtra
from memos_core.ports import Embedder

KEY = "sk-do-not-tell"


def vectors(asked, d=3):
    entries = [{"index": i, "embedding": [len(text), 1.0, 0.0][:d]} for i, text in enumerate(asked["input"])]
    return {"data": entries[::-1]}


class Server(ThreadingHTTPServer):
    """Answers with what it is told, one entry of ``answers`` a request, then with vectors."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Requests)
        self.answers: list = []
        self.requests: list = []

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # a client that gave up is part of the tests
            super().handle_error(request, client_address)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1/"


class Requests(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), json.loads(body)))
        answer = self.server.answers.pop(0) if self.server.answers else vectors
        status, headers, text = answer if isinstance(answer, tuple) else (200, {}, answer)
        if callable(text):
            text = text(json.loads(body))
        payload = text if isinstance(text, bytes) else json.dumps(text).encode()
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(payload))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    with Server() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def ask(server):
    made = []

    def make(**options):
        options = {"base_url": server.url, "api_key": KEY, "sleep": waits.append, **options}
        made.append(OpenAICompatibleEmbedder("small", **options))
        return made[-1]

    waits: list[float] = []
    make.waits = waits  # type: ignore[attr-defined]
    yield make
    for embedder in made:
        embedder.close()


def test_batches_are_sent_and_put_in_order(server, ask):
    embedder = ask(dimensions=3, batch_size=2)
    rows = embedder.embed(["aaa", "a", "aa", "", "aaaa"])
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows[:, 0] / rows[:, 1], [3, 1, 2, 0, 4], rtol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)
    assert [body["input"] for _, _, body in server.requests] == [["aaa", "a"], ["aa", ""], ["aaaa"]]
    path, headers, body = server.requests[0]
    assert path == "/v1/embeddings"
    assert headers["Authorization"] == f"Bearer {KEY}"
    assert body == {"model": "small", "input": ["aaa", "a"], "encoding_format": "float", "dimensions": 3}
    assert isinstance(embedder, Embedder)


def test_nothing_gives_no_rows_and_asks_nobody(server, ask):
    assert ask(dimensions=3).embed([]).shape == (0, 3)
    assert server.requests == []


def test_its_name_tells_model_host_and_size(server, ask):
    host = f"127.0.0.1:{server.server_port}"
    assert ask().fingerprint == f"openai:small@{host}/3"
    assert "dimensions" not in server.requests[0][2]
    assert ask(dimensions=256).fingerprint == f"openai:small@{host}/256"
    assert len(server.requests) == 1


def test_no_key_sends_no_header(server, ask):
    ask(api_key=None).embed(["a"])
    assert "Authorization" not in server.requests[0][1]


def test_a_busy_server_is_asked_again(server, ask):
    server.answers += [(429, {"Retry-After": "7"}, b"slow down"), (500, {}, b""), (503, {"Retry-After": "soon"}, b"")]
    assert ask(dimensions=3).embed(["a"]).shape == (1, 3)
    assert ask.waits == [7.0, 1.0, 2.0]


def test_retry_after_may_be_a_date_and_is_bounded(server, ask):
    server.answers += [
        (429, {"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"}, b""),
        (429, {"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"}, b""),
    ]
    ask(dimensions=3).embed(["a"])
    assert ask.waits == [60.0, 0.0]


def test_a_server_that_stays_busy_is_given_up(server, ask):
    server.answers += [(500, {}, b"out of \x1b[31mmemory")] * 3
    with pytest.raises(EmbeddingFailed, match=r"status 500: out of  \[31mmemory"):
        ask(dimensions=3, max_retries=2).embed(["a"])
    assert len(server.requests) == 3


def test_a_refusal_is_final_and_does_not_tell_the_key(server, ask):
    server.answers += [(401, {}, f"wrong key {KEY} {'x' * 1000}".encode())]
    with pytest.raises(EmbeddingFailed, match=r"status 401: wrong key \*\*\*") as caught:
        ask(dimensions=3).embed(["a secret"])
    assert KEY not in str(caught.value) and "secret" not in str(caught.value)
    assert len(str(caught.value)) < 500
    assert len(server.requests) == 1 and ask.waits == []


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (b'{"data": [{"index": 0, "embed', "something else than embeddings"),
        (b"<html>hello</html>", "something else than embeddings: <html>hello"),
        ({"data": "none"}, "something else than embeddings"),
        ({"data": [{"embedding": [1, 2, 3]}]}, "something else than embeddings"),
        ({"data": [{"index": 0, "embedding": [1, 2, "x"]}]}, "something else than embeddings"),
        ({"data": []}, "returned 0 vectors"),
        ({"data": [{"index": i, "embedding": [1, 2, 3]} for i in range(2)]}, "returned 2 vectors"),
        ({"data": [{"index": 1, "embedding": [1, 2, 3]}]}, "returned 1 vectors"),
        ({"data": [{"index": 0, "embedding": 1}]}, "returned 1 vectors"),
        ({"data": [{"index": 0, "embedding": [1, 2]}]}, "returned 2 dimensions instead of 3"),
        ({"data": [{"index": 0, "embedding": [0, 0, 0]}]}, "zero or not finite"),
        ({"data": [{"index": 0, "embedding": [1, float("nan"), 0]}]}, "zero or not finite"),
    ],
)
def test_what_is_no_embedding_is_refused(server, ask, answer, says):
    server.answers += [answer]
    with pytest.raises(EmbeddingFailed, match=says):
        ask(dimensions=3).embed(["a"])


def test_a_server_that_does_not_answer_is_given_up(server, ask):
    released = threading.Event()

    def stall(asked):
        released.wait(10)
        return vectors(asked)

    server.answers += [stall, stall]
    with pytest.raises(EmbeddingFailed, match="could not be reached in 2 tries: ReadTimeout"):
        ask(dimensions=3, timeout=0.1, max_retries=1).embed(["a"])
    assert ask.waits == [0.5]
    released.set()


def test_an_answer_that_breaks_off_is_asked_for_again(server, ask):
    server.answers += [(200, {"Content-Length": "1000", "Connection": "close"}, b'{"data": [')]

    class Impatient(Requests):
        def do_POST(self):
            super().do_POST()
            self.close_connection = True

    server.RequestHandlerClass = Impatient
    assert ask(dimensions=3).embed(["a"]).shape == (1, 3)
    assert ask.waits == [0.5]


def test_no_server_at_all(server, ask):
    server.server_close()
    with pytest.raises(EmbeddingFailed, match="could not be reached in 1 tries: ConnectError") as caught:
        ask(dimensions=3, max_retries=0).embed(["a"])
    assert caught.value.__cause__ is not None


def test_threads_share_one_embedder(server, ask):
    embedder, rows = ask(dimensions=3), {}

    def work(i):
        rows[i] = embedder.embed(["x" * i])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [round(float(rows[i][0, 0] / rows[i][0, 1])) for i in range(1, 9)] == list(range(1, 9))


@pytest.mark.parametrize("address", ["localhost:11434", "ftp://host/v1", "", "http://", "http://host:port/"])
def test_an_address_must_be_one(address):
    with pytest.raises(InvalidInput, match="base_url must be an address"):
        OpenAICompatibleEmbedder("small", base_url=address)


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr("memos_adapters._extras.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"httpx is not installed.*memos-middleware\[openai\]"):
        OpenAICompatibleEmbedder("small", base_url="http://localhost/v1")


def test_by_default_it_really_waits(server, ask):
    server.answers += [(429, {"Retry-After": "0.05"}, b"")]
    begin = time.monotonic()
    ask(dimensions=3, sleep=time.sleep).embed(["a"])
    assert time.monotonic() - begin >= 0.05
