"""One endpoint of a server that speaks OpenAI's interface: addresses, keys, retries. Needs the ``openai`` extra."""

import json
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from importlib import import_module
from threading import Lock
from typing import Any

from memos_adapters._extras import require_extra
from memos_core.errors import InvalidInput, MemOSError

_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 60.0
_EXCERPT_CHARS = 300


class Endpoint:
    """Posts JSON to one address and tries again where that may help; thread-safe."""

    def __init__(
        self,
        base_url: str,
        path: str,
        *,
        api_key: str | None,
        timeout: float,
        max_retries: int,
        sleep: Callable[[float], None],
        failed: Callable[[str], MemOSError],
    ) -> None:
        """Describe the server; nothing is asked yet.

        Args:
            base_url: Such as ``http://localhost:11434/v1``.
            path: What is added to it.
            api_key: Sent as a bearer token; never part of an error.
            timeout: Seconds for connecting, sending and each wait for data.
            max_retries: Further tries after a refused connection, a timeout, status 429 or 5xx.
            sleep: Waits between tries, in seconds.
            failed: Makes the error that is raised, from what happened.

        Raises:
            MissingExtra: httpx is not installed.
            InvalidInput: ``base_url`` is not an HTTP address.
        """
        require_extra("openai", "httpx")
        self._httpx: Any = import_module("httpx")
        self.host = self._host_of(base_url)
        self._url = f"{base_url.rstrip('/')}/{path}"
        self._key = api_key
        self._timeout = timeout
        self._max_retries = max_retries
        self._sleep = sleep
        self._failed = failed
        self._client: Any = None
        self._opening = Lock()

    def post(self, asked: Mapping[str, object], *, within: float | None = None) -> Any:
        """The response to a request, status 200.

        Args:
            asked: The body.
            within: Seconds for all tries and waits together; ``None`` for no such limit.

        Raises:
            What ``failed`` makes: the server could not be reached, refused, or was busy for too long.
        """
        body = json.dumps(asked).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        deadline = None if within is None else time.monotonic() + within
        for tried in range(self._max_retries + 1):
            timeout = self._timeout if deadline is None else min(self._timeout, max(deadline - time.monotonic(), 0.01))
            reason, cause, response = "", None, None
            try:
                response = self._opened().post(self._url, content=body, headers=headers, timeout=timeout)
            except self._httpx.TransportError as error:
                reason, cause = f"could not be reached in {tried + 1} tries: {type(error).__name__}", error
            if response is not None:
                if response.status_code == 200:
                    return response
                reason = f"answered status {response.status_code}: {self.excerpt(response)}"
                if not (response.status_code == 429 or response.status_code >= 500):
                    raise self._failed(reason)
            wait = _wait(tried, response.headers.get("retry-after") if response is not None else None)
            if tried == self._max_retries or (deadline is not None and time.monotonic() + wait >= deadline):
                raise self._failed(reason) from cause
            self._sleep(wait)
        raise self._failed("was not asked: max_retries must be 0 or more")

    def excerpt(self, response: Any) -> str:
        """The start of an answer, without the key and with nothing that a terminal would act on."""
        text = response.text
        if self._key:
            text = text.replace(self._key, "***")
        return "".join(char if char.isprintable() else " " for char in text[:_EXCERPT_CHARS])

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        with self._opening:
            client, self._client = self._client, None
        if client is not None:
            client.close()

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
