"""One implementation behind sync and async doors: what to ask of the shelf is decided here, asked by the caller."""

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

from memos_core import Shelf

R = TypeVar("R")

Call: TypeAlias = tuple[str, tuple[Any, ...], dict[str, Any]]
Steps: TypeAlias = Generator[Call, Any, R]
"""Yields calls to a shelf, is sent their results, and returns its own."""


def call(method: str, *args: Any, **kwargs: Any) -> Steps[Any]:
    """Ask the shelf; the result is what ``yield from`` this returns."""
    answer = yield method, args, kwargs
    return answer


def run(shelf: Shelf, steps: Steps[R]) -> R:
    """Take the steps on this thread."""
    answer: Any = None
    while True:
        try:
            method, args, kwargs = steps.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer = getattr(shelf, method)(*args, **kwargs)


async def arun(shelf: Shelf, steps: Steps[R]) -> R:
    """Take the steps through the shelf's async doors."""
    answer: Any = None
    while True:
        try:
            method, args, kwargs = steps.send(answer)
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]
        answer = await getattr(shelf, f"a{method}")(*args, **kwargs)
