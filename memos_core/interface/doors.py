"""The async door to a synchronous method."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class _Offloading(Protocol):
    async def offload(self, work: Callable[[], R]) -> R: ...


class _Owner(Protocol):
    @property
    def _runtime(self) -> Any: ...


S = TypeVar("S", bound=_Owner)


def door(method: Callable[Concatenate[S, P], R]) -> Callable[Concatenate[S, P], Awaitable[R]]:
    """The async door to a method: the same work on the kernel's own threads, with the caller's context variables."""

    @wraps(method)
    async def through(self: S, /, *args: P.args, **kwargs: P.kwargs) -> R:
        runtime: _Offloading = self._runtime
        return await runtime.offload(lambda: method(self, *args, **kwargs))

    through.__name__ = f"a{method.__name__}"
    through.__qualname__ = f"{method.__qualname__.rpartition('.')[0]}.a{method.__name__}"
    through.__doc__ = f"Async door to ``{method.__name__}``."
    return through
