"""Embedding over HTTP with any server that speaks OpenAI's ``/embeddings``."""

import time
from collections.abc import Callable, Sequence

import numpy as np

from memos_adapters._openai_http import Endpoint
from memos_core.errors import EmbeddingFailed
from memos_core.ports import Floats


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
        self._model = model
        self._asked_dimensions = self._dimensions = dimensions
        self._batch_size = batch_size
        self._endpoint = Endpoint(
            base_url,
            "embeddings",
            api_key=api_key,
            timeout=timeout,
            max_retries=max_retries,
            sleep=sleep,
            failed=self._failed,
        )

    @property
    def fingerprint(self) -> str:
        return f"openai:{self._model}@{self._endpoint.host}/{self.dimensions}"

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
        self._endpoint.close()

    def _batch(self, texts: list[str]) -> Floats:
        asked: dict[str, object] = {"model": self._model, "input": texts, "encoding_format": "float"}
        if self._asked_dimensions is not None:
            asked["dimensions"] = self._asked_dimensions
        response = self._endpoint.post(asked)
        try:
            data = sorted(response.json()["data"], key=lambda entry: entry["index"])
            places = [entry["index"] for entry in data]
            vectors = np.array([entry["embedding"] for entry in data], dtype=np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise self._failed(
                f"answered something else than embeddings: {self._endpoint.excerpt(response)}"
            ) from error
        if places != list(range(len(texts))) or vectors.ndim != 2:
            raise self._failed(f"returned {len(places)} vectors of shape {vectors.shape[1:]} for {len(texts)} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths) & (lengths > 0)):
            raise self._failed("returned a vector that is zero or not finite")
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _failed(self, what: str) -> EmbeddingFailed:
        return EmbeddingFailed(f"the embedding server {self._endpoint.host} ({self._model}) {what}")
