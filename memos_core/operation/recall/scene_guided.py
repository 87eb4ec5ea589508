"""Scene-guided selection: only memories of the scenes that match best (EverMemOS, arXiv 2601.02163, section 3.3).

Measured against ranking turns alone it gains nothing (see ``docs/evaluation.md``), so recall does it only on request.
"""

from collections.abc import Mapping, Sequence

from memos_core.domain.query import Hit

MOST_SCENES = 10
"""Scenes that are selected, the N of the paper."""


def guided(hits: Sequence[Hit], scenes: Mapping[str, str], most: int = MOST_SCENES) -> tuple[Hit, ...]:
    """The hits of the best scenes, in their order; a scene is as good as its best hit.

    Args:
        hits: Best first.
        scenes: By id of a memory, the id of its scene. A memory without one, because it was said a moment ago, stays.
        most: Scenes at most.
    """
    chosen: set[str] = set()
    kept: list[Hit] = []
    for hit in hits:
        scene = scenes.get(hit.cube.id)
        if scene is not None and scene not in chosen:
            if len(chosen) == most:
                continue
            chosen.add(scene)
        kept.append(hit)
    return tuple(kept)
