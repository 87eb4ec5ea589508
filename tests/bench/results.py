"""What a benchmark row yields."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is promised."""

    sign: str
    """``<=``, ``>=`` or ``==``."""
    bound: float

    def met(self, value: float) -> bool:
        if self.sign == "==":
            return value == self.bound
        return value <= self.bound if self.sign == "<=" else value >= self.bound

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One measured value beside its target."""

    row: int
    """Number of the benchmark; several lines may share one."""
    what: str
    unit: str = "x"
    value: float | None = None
    """Median over the rounds; ``None``: not measured, ``detail`` says why."""
    low: float | None = None
    high: float | None = None
    """The smallest and the largest round."""
    target: Target | None = None
    detail: str = ""
    """Absolute figures and conditions."""
    p50_ms: dict[str, float] | None = None
    """Median time of a call by contender, in milliseconds, over all rounds."""

    @property
    def met(self) -> bool | None:
        """Whether the target is met; ``None`` without a target or a value."""
        if self.target is None or self.value is None:
            return None
        return self.target.met(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Figures that need a table of their own."""

    row: int
    title: str
    columns: list[str]
    rows: list[list[str]]


def over_rounds(row: int, what: str, values: Sequence[float], **rest: object) -> Line:
    """A line for one value per round."""
    return Line(row=row, what=what, value=statistics.median(values), low=min(values), high=max(values), **rest)  # type: ignore[arg-type]


def ratio(
    row: int,
    what: str,
    above: Sequence[float],
    below: Sequence[float],
    target: Target | None = None,
    detail: str = "",
    **rest: object,
) -> Line:
    """A line for the quotient of two series with one entry per round."""
    values = [a / b for a, b in zip(above, below, strict=True)]
    return over_rounds(row, what, values, target=target, detail=detail, **rest)
