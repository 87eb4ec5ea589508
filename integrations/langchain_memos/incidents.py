"""The edge to the host: a memory that fails must not take the conversation down, nor fail unseen."""

import logging
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeAlias

logger = logging.getLogger("langchain_memos")

OnError: TypeAlias = Callable[[Exception, str], object] | None
"""Called with the error and the name of the operation that failed."""


class Incidents:
    """Counts failures, logs each once and hands it to ``on_error``."""

    def __init__(self, on_error: OnError = None) -> None:
        self.count = 0
        self._on_error = on_error

    def report(self, error: Exception, operation: str) -> None:
        """Make a failure visible; an error of ``on_error`` itself is logged."""
        self.count += 1
        logger.error("memory failed to %s: %s", operation, error, exc_info=error)
        if self._on_error is None:
            return
        try:
            self._on_error(error, operation)
        except Exception:  # the caller's code, which may raise anything
            logger.exception("on_error failed")

    def contained(self, operation: str) -> "Contained":
        """A block, for ``with``, whose failure is reported and goes no further.

        It holds back every ``Exception``: such a block also runs the caller's functions and the store's engine, and
        whatever they raise, the host's turn is worth more than the memory of it.
        """
        return Contained(self, operation, quiet=True)

    def noted(self, operation: str) -> "Contained":
        """A block, for ``with``, whose failure is reported and goes on to the caller."""
        return Contained(self, operation, quiet=False)


class Contained:
    """The block of ``Incidents.contained`` and ``Incidents.noted``."""

    def __init__(self, incidents: Incidents, operation: str, *, quiet: bool) -> None:
        self.error: BaseException | None = None
        self._incidents, self._operation, self._quiet = incidents, operation, quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        if not isinstance(error, Exception):
            return False
        self._incidents.report(error, self._operation)
        return self._quiet
