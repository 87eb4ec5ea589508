"""How good a grouping into scenes is, measured from outside."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from memos_core.operation.consolidation.scenes import Scene


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneQuality:
    """Figures of one grouping."""

    scenes: int
    mean_size: float
    """Cells a scene."""
    largest: int
    alone: float
    """Share of the scenes with one cell."""
    purity: float | None
    """Share of the cells whose topic is the commonest of their scene; ``None`` without topics."""
    together: float | None
    """Share of the pairs of related cells that share a scene; ``None`` without such pairs."""
    by_chance: float
    """The same for all pairs of cells: what ``together`` would be if relation did not matter."""


def quality(
    scenes: Sequence[Scene], topics: Mapping[str, str] | None = None, related: Iterable[Sequence[str]] = ()
) -> SceneQuality:
    """Measure scenes.

    Args:
        scenes: A grouping, at least one scene.
        topics: By cell id, what it is really about, where that is known.
        related: Groups of cell ids that belong together, such as the evidence of one question.
    """
    home = {cell: place for place, scene in enumerate(scenes) for cell in scene.cells}
    sizes = [len(scene.cells) for scene in scenes]
    pairs = len(home) * (len(home) - 1) // 2
    asked = [pair for group in related for pair in combinations(sorted({one for one in group if one in home}), 2)]
    told = [[topics[cell] for cell in scene.cells if cell in topics] for scene in scenes] if topics else []
    known = sum(map(len, told))
    return SceneQuality(
        scenes=len(scenes),
        mean_size=len(home) / len(scenes),
        largest=max(sizes),
        alone=sizes.count(1) / len(scenes),
        purity=sum(Counter(group).most_common(1)[0][1] for group in told if group) / known if known else None,
        together=sum(home[a] == home[b] for a, b in asked) / len(asked) if asked else None,
        by_chance=sum(size * (size - 1) // 2 for size in sizes) / pairs if pairs else 0.0,
    )
