"""A language model behind any server that speaks OpenAI's ``/chat/completions``."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from memos_adapters._openai_http import Endpoint
from memos_core.errors import ModelFailed
from memos_core.ports import Reply


class OpenAICompatibleChat:
    """``ports.ChatModel`` over HTTP; thread-safe."""

    def __init__(
        self,
        model: str,
        *,
        base_url: str,
        api_key: str | None = None,
        max_retries: int = 3,
        options: Mapping[str, object] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Describe the server; nothing is asked yet.

        Args:
            model: The model's name on the server.
            base_url: Such as ``http://localhost:11434/v1``; ``/chat/completions`` is added.
            api_key: Sent as a bearer token; never part of a name or an error.
            max_retries: Further tries after a refused connection, a timeout, status 429 or 5xx, as long as there is
                time. What the server asks for in ``Retry-After`` is kept to.
            options: Further fields of every request, such as ``{"response_format": {"type": "json_object"}}``;
                ``None`` as a value leaves a field out that is sent otherwise (``temperature``, ``max_tokens``).
            sleep: Waits between tries, in seconds.

        Raises:
            MissingExtra: httpx is not installed.
            InvalidInput: ``base_url`` is not an HTTP address.
        """
        self._model = model
        self._options = dict(options or {})
        self._endpoint = Endpoint(
            base_url,
            "chat/completions",
            api_key=api_key,
            timeout=_LONGEST_S,
            max_retries=max_retries,
            sleep=sleep,
            failed=self._failed,
        )

    @property
    def name(self) -> str:
        """Model and host."""
        return f"openai:{self._model}@{self._endpoint.host}"

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int, timeout_s: float) -> Reply:
        """The model's reply, at temperature 0 unless ``options`` say otherwise.

        Raises:
            ModelFailed: the server could not be reached in time, refused, or answered something else.
        """
        asked: dict[str, object] = {
            "model": self._model,
            "messages": [dict(one) for one in messages],
            "temperature": 0,
            "max_tokens": max_tokens,
            **self._options,
        }
        asked = {name: value for name, value in asked.items() if value is not None}
        response = self._endpoint.post(asked, within=timeout_s)
        try:
            answer = response.json()
            text = answer["choices"][0]["message"]["content"]
            usage = answer.get("usage") or {}
            counts = [int(usage.get(name) or 0) for name in ("prompt_tokens", "completion_tokens")]
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            excerpt = self._endpoint.excerpt(response)
            raise self._failed(f"answered something else than a completion: {excerpt}") from error
        return Reply(text=_text(text), prompt_tokens=max(counts[0], 0), completion_tokens=max(counts[1], 0))

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self._endpoint.close()

    def _failed(self, what: str) -> ModelFailed:
        return ModelFailed(f"the model server {self._endpoint.host} ({self._model}) {what}")


_LONGEST_S = 600.0
"""Seconds for one request where the caller allows more."""


def _text(content: Any) -> str:
    """The text of a message; a model that refuses may send none."""
    return content if isinstance(content, str) else ""
