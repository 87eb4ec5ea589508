"""Embedding over HTTP with any server that speaks OpenAI's ``/embeddings``."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from email.utils import parsedate_to_datetime
from importlib import import_module
from threading import Lock
from typing import Any

import numpy as np

from memos_adapters._extras import require_extra
from memos_core.errors import EmbeddingFailed, InvalidInput
from memos_core.ports import Floats

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 60.0
_EXCERPT_CHARS = 300


class OpenAICompatibleEmbedder:
    """Turns texts into unit vectors by asking a server; thread-safe."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str | None = None,
        dimensions: int | None = None,
        batch_size: int = 64,
        timeout: float = 30.0,
        max_retries: int = 3,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Describe the server; nothing is asked yet.

        Args:
            model: The model's name on the server.
            base_url: Such as ``http://localhost:11434/v1``; ``/embeddings`` is added.
            api_key: Sent as a bearer token; never part of a fingerprint or an error.
            dimensions: ``d``, asked for in every request; ``None`` takes what the first answer has.
            batch_size: Texts per request.
            timeout: Seconds for connecting, sending and each wait for data.
            max_retries: Further tries after a refused connection, a timeout, status 429 or 5xx.
            sleep: Waits between tries, in seconds.

        Raises:
            MissingExtra: httpx is not installed.
            InvalidInput: ``base_url`` is not an HTTP address.
        """
        require_extra("openai", "httpx")
        self._httpx: Any = import_module("httpx")
        self._model = model
        self._host = self._host_of(base_url)
        self._url = f"{base_url.rstrip('/')}/embeddings"
        self._key = api_key
        self._asked_dimensions = self._dimensions = dimensions
        self._batch_size = batch_size
        self._timeout = timeout
        self._max_retries = max_retries
        self._sleep = sleep
        self._client: Any = None
        self._opening = Lock()

    @property
    def fingerprint(self) -> str:
        return f"openai:{self._model}@{self._host}/{self.dimensions}"

    @property
    def dimensions(self) -> int:
        if self._dimensions is None:
            self._dimensions = self._batch(["dimensions"]).shape[1]
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return ``(len(texts), d)`` float32 rows of length one, in the order of ``texts``.

        Raises:
            EmbeddingFailed: The server could not be reached, refused, or answered something else than
                that many finite vectors of ``d`` dimensions.
        """
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for lo in range(0, len(texts), self._batch_size):
            batch = list(texts[lo : lo + self._batch_size])
            vectors = self._batch(batch)
            if vectors.shape[1] != self.dimensions:
                raise self._failed(f"returned {vectors.shape[1]} dimensions instead of {self.dimensions}")
            rows[lo : lo + len(batch)] = vectors
        return rows

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        with self._opening:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _batch(self, texts: list[str]) -> Floats:
        asked: dict[str, object] = {"model": self._model, "input": texts, "encoding_format": "float"}
        if self._asked_dimensions is not None:
            asked["dimensions"] = self._asked_dimensions
        response = self._post(asked)
        try:
            data = sorted(response.json()["data"], key=lambda entry: entry["index"])
            places = [entry["index"] for entry in data]
            vectors = np.array([entry["embedding"] for entry in data], dtype=np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise self._failed(f"answered something else than embeddings: {self._excerpt(response)}") from error
        if places != list(range(len(texts))) or vectors.ndim != 2:
            raise self._failed(f"returned {len(places)} vectors of shape {vectors.shape[1:]} for {len(texts)} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths) & (lengths > 0)):
            raise self._failed("returned a vector that is zero or not finite")
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _post(self, asked: Mapping[str, object]) -> Any:
        body = json.dumps(asked).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        for tried in range(self._max_retries + 1):
            last = tried == self._max_retries
            try:
                response = self._opened().post(self._url, content=body, headers=headers)
            except self._httpx.TransportError as error:
                if last:
                    raise self._failed(f"could not be reached in {tried + 1} tries: {type(error).__name__}") from error
                self._sleep(_wait(tried, None))
                continue
            if response.status_code == 200:
                return response
            if last or not (response.status_code == 429 or response.status_code >= 500):
                raise self._failed(f"answered status {response.status_code}: {self._excerpt(response)}")
            self._sleep(_wait(tried, response.headers.get("retry-after")))
        raise self._failed("was not asked: max_retries must be 0 or more")

    def _opened(self) -> Any:
        with self._opening:
            if self._client is None:
                # No proxies or credentials from the environment: configuration is arguments.
                self._client = self._httpx.Client(timeout=self._timeout, trust_env=False)
            return self._client

    def _host_of(self, base_url: str) -> str:
        cure = "base_url must be an address like 'http://localhost:11434/v1'"
        try:
            address = self._httpx.URL(base_url)
        except self._httpx.InvalidURL as error:
            raise InvalidInput(f"{cure}: {error}") from error
        if address.scheme not in ("http", "https") or not address.host:
            raise InvalidInput(cure)
        return f"{address.host}:{address.port}" if address.port else str(address.host)

    def _failed(self, what: str) -> EmbeddingFailed:
        return EmbeddingFailed(f"the embedding server {self._host} ({self._model}) {what}")

    def _excerpt(self, response: Any) -> str:
        """The start of an answer, without the key and with nothing that a terminal would act on."""
        text = response.text
        if self._key:
            text = text.replace(self._key, "***")
        return "".join(char if char.isprintable() else " " for char in text[:_EXCERPT_CHARS])


def _wait(tried: int, retry_after: str | None) -> float:
    """Seconds until the next try: what the server asks for, otherwise doubling."""
    asked: float | None = None
    if retry_after is not None:
        try:
            asked = float(retry_after)
        except ValueError:
            asked = _until(retry_after)
    wait = _FIRST_WAIT_S * 2**tried if asked is None else asked
    return min(max(wait, 0.0), _LONGEST_WAIT_S)


def _until(moment: str) -> float | None:
    try:
        return parsedate_to_datetime(moment).timestamp() - time.time()
    except ValueError:
        return None
