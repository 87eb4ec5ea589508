"""A language model behind an OpenAI-compatible endpoint, for answers and verdicts. Needs the ``openai`` extra."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from memos_core.errors import MemOSError, MissingExtra

TRIES = 4
FIRST_WAIT_S = 1.0
TIMEOUT_S = 120.0
_WORTH_ANOTHER_TRY = frozenset({408, 409, 429, 500, 502, 503, 504})


class EndpointFailed(MemOSError):
    """The endpoint did not answer as an OpenAI-compatible one does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What the model said, and what it cost."""

    text: str
    prompt_tokens: int
    """0 where the endpoint does not say."""
    answer_tokens: int


class EndpointChat:
    """A chat model behind ``POST {base_url}/chat/completions``."""

    def __init__(
        self, base_url: str, model: str, *, api_key: str = "", sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Describe the endpoint; nothing is asked yet.

        Raises:
            MissingExtra: httpx is not installed.
        """
        if find_spec("httpx") is None:
            raise MissingExtra.named("openai", "httpx, which asks the endpoint,")
        self.model = model
        self._url = f"{base_url.rstrip('/')}/chat/completions"
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._sleep = sleep

    def ask(self, prompt: str) -> Reply:
        """The reply to one prompt, at temperature 0; busy and failing endpoints are tried again.

        Raises:
            EndpointFailed: it did not answer, or not as expected.
        """
        body = {"model": self.model, "messages": [{"role": "user", "content": prompt}], "temperature": 0}
        wait = FIRST_WAIT_S
        for _ in range(TRIES - 1):
            reply = self._try(body)
            if reply is not None:
                return reply
            self._sleep(wait)
            wait *= 2
        reply = self._try(body, last=True)
        if reply is None:
            raise EndpointFailed(f"{self._url} was busy {TRIES} times; try again later: what was answered is kept")
        return reply

    def _try(self, body: dict[str, Any], *, last: bool = False) -> Reply | None:
        """One request; ``None`` where another try may help."""
        import httpx

        try:
            answer = httpx.post(self._url, json=body, headers=self._headers, timeout=TIMEOUT_S)
            if answer.status_code in _WORTH_ANOTHER_TRY:
                return None
            answer.raise_for_status()
            value = answer.json()
            text = value["choices"][0]["message"]["content"]
            usage = value.get("usage") or {}
        except httpx.TransportError as error:
            if not last:
                return None
            raise EndpointFailed(f"{self._url} cannot be reached: {error}; check --base-url") from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError, AttributeError) as error:
            raise EndpointFailed(f"{self._url} did not answer: {error}; check --base-url and --model") from error
        return Reply(
            text=str(text or ""),
            prompt_tokens=int(usage.get("prompt_tokens") or 0),
            answer_tokens=int(usage.get("completion_tokens") or 0),
        )
