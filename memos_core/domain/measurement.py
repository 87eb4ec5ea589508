"""One figure of a benchmark, with what was promised."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """Curves that tell more than a figure."""

    title: str
    across: str
    """What the horizontal axis shows, with its unit."""
    up: str
    curves: Mapping[str, Sequence[tuple[float, float]]]
    logarithmic: bool = False
    """Whether both axes are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """A line of a report."""

    name: str
    measured: str
    """As a reader reads it, with its unit."""
    target: str = ""
    """What was promised; empty where nothing was."""
    met: bool | None = None
    """Whether that holds; ``None`` where nothing was promised."""
    note: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)
    """The numbers behind it, by name."""
    plot: Plot | None = None
