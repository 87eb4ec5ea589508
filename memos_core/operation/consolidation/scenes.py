"""Cells to scenes: one pass in the order of time, then upkeep; and which scene keeps which id.

The pass puts each cell into the scene whose least alike cell is most like it, if that is enough, else into a new one
(complete linkage, Defays 1977). EverMemOS (arXiv 2601.02163, section 3.2) compares with a running mean instead; that
lets one scene swallow half of a conversation, for everything is near the mean of many things. The pass starts anew on
every call: the same cells make the same scenes however they were delivered; 5,000 cells take a fraction of a second.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from memos_core.domain.engram import MemScene
from memos_core.domain.moment import from_micros, to_micros
from memos_core.operation.consolidation.affinity import (
    MEANING,
    NAMES,
    NEARNESS,
    CellPoint,
    Cells,
    by_time,
    nearness,
)
from memos_core.operation.consolidation.calibration import Calibration, calibrate
from memos_core.ports import Floats

BODY_VERSION = 1
LEAST_TO_SPLIT = 6
"""Cells of a scene that may be divided."""

_BLOCK = 256
_ROUNDS = 10
_PLACES = 9
"""Decimals to which means are compared: the order of additions shows far behind them."""
_COMMON, _FEW = 20, 25
"""What more than every 20th cell names, and more than 25 do, tells no cells apart."""

Places = list[int]
"""Places of cells in the order of time, rising."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Cells on one theme."""

    cells: tuple[str, ...]
    """Ids by time."""
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The ids of new scenes, and what became of the earlier ones."""

    ids: tuple[str, ...]
    """One for each scene, in their order."""
    vanished: tuple[str, ...]
    """Earlier ids that no scene carries on, in order."""


def cluster(points: Sequence[CellPoint], calibration: Calibration | None = None) -> list[Scene]:
    """Group cells into scenes.

    Args:
        points: Cells in any order, their ids distinct.
        calibration: Thresholds; measured on these cells if ``None``.

    Returns:
        Scenes by the time of their first cell. Every cell is in exactly one.
    """
    cells = by_time(points)
    limits = calibrate(cells) if calibration is None else calibration
    groups = _divided(cells, _merged(cells, _passed(cells, limits.join), limits.merge), limits.split)
    return [
        Scene(
            cells=tuple(cells.points[place].id for place in group),
            start=cells.points[group[0]].start,
            end=max(cells.points[place].end for place in group),
        )
        for group in sorted(groups)
    ]


def assign_ids(previous: Mapping[str, Sequence[str]], scenes: Sequence[Scene]) -> Named:
    """Let each scene keep the id of the earlier one with which it shares most cells.

    Args:
        previous: Ids of the cells of every earlier scene, by its id; vanished ones may be among them.
        scenes: What ``cluster`` returned.

    Returns:
        Ids, each given to one scene only. A scene that carries on none gets one made of the id of its first cell.
    """
    owner: dict[str, list[str]] = {}
    for id, members in previous.items():
        for cell in members:
            owner.setdefault(cell, []).append(id)
    shared: dict[tuple[str, int], int] = {}
    for place, scene in enumerate(scenes):
        for cell in scene.cells:
            for id in owner.get(cell, ()):
                shared[id, place] = shared.get((id, place), 0) + 1
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for (id, place), _ in sorted(shared.items(), key=lambda one: (-one[1], one[0][1], one[0][0])):
        if place not in ids and id not in taken:
            ids[place] = id
            taken.add(id)
    for place, scene in enumerate(scenes):
        if place not in ids:
            ids[place] = _new_id(scene.cells[0], taken | previous.keys())
            taken.add(ids[place])
    vanished = tuple(sorted(previous.keys() - taken))
    return Named(ids=tuple(ids[place] for place in range(len(scenes))), vanished=vanished)


def scene_to_body(scene: MemScene) -> dict[str, Any]:
    """The scene as JSON values, without its id; times are microseconds since the epoch."""
    return {
        "v": BODY_VERSION,
        "label": scene.label,
        "summary": scene.summary,
        "cells": list(scene.cells),
        "start": to_micros(scene.start),
        "end": to_micros(scene.end),
    }


def scene_from_body(body: Mapping[str, Any], id: str = "") -> MemScene:
    """The scene that ``scene_to_body`` wrote.

    Raises:
        ValueError: The body was written by another release, or is no scene.
    """
    if body.get("v") != BODY_VERSION:
        raise ValueError(f"scene {id}: body version {body.get('v')!r}, this release reads {BODY_VERSION}")
    return MemScene(
        id=id,
        label=body["label"],
        summary=body["summary"],
        cells=tuple(body["cells"]),
        start=from_micros(body["start"]),
        end=from_micros(body["end"]),
    )


def _new_id(founder: str, taken: set[str]) -> str:
    """An id that a scene of the same founder does not carry on already."""
    digests = (blake2b(f"{founder} {attempt}".encode(), digest_size=13).hexdigest() for attempt in count())
    return next(id for digest in digests if (id := f"scene_{digest}") not in taken)


# ── the pass ────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Pass:
    """Scenes as they grow."""

    home: NDArray[np.int64]
    """``(n,)``, the scene of each cell so far."""
    sizes: NDArray[np.float64]
    last: NDArray[np.float64]
    """By scene: its cells, and when the last of them ended, in days."""
    count: int = 0
    naming: dict[str, "array[int]"] = field(default_factory=dict)
    """By entity: the cells that name it."""


def _passed(cells: Cells, join: float) -> list[Places]:
    total = len(cells.points)
    grown = _Pass(home=np.zeros(total, np.int64), sizes=np.zeros(total), last=np.zeros(total))
    widths = np.array([len(point.entities) for point in cells.points], np.float64)
    for lo in range(0, total, _BLOCK):
        hi = min(lo + _BLOCK, total)
        products = cells.vectors[lo:hi] @ cells.vectors[:hi].T
        for place in range(lo, hi):
            scene = _best(cells, grown, place, products[place - lo, :place], widths, join)
            _add(cells, grown, place, scene)
    groups: list[Places] = [[] for _ in range(grown.count)]
    for place in range(total):
        groups[grown.home[place]].append(place)
    return groups


def _best(cells: Cells, grown: _Pass, place: int, products: Floats, widths: NDArray[np.float64], join: float) -> int:
    """The scene that a cell joins: one there is, or the next."""
    if not grown.count:
        return 0
    home, sizes = grown.home[:place], grown.sizes[: grown.count]
    cosines = products / (cells.lengths[:place] * cells.lengths[place])
    least = np.ones(grown.count)
    np.minimum.at(least, home, cosines)
    if cells.is_worded:  # two short texts on one theme may share no word
        least = (least + np.bincount(home, weights=cosines, minlength=grown.count) / sizes) / 2
    affinity = MEANING * least
    affinity += NEARNESS * nearness(cells.starts[place] - grown.last[: grown.count])
    entities = cells.points[place].entities
    others = [np.frombuffer(found, np.int64) for name in entities if (found := grown.naming.get(name))]
    common = max(place // _COMMON, _FEW)
    others = [found for found in others if len(found) <= common]
    if others:
        shared = np.bincount(np.concatenate(others), minlength=place)
        alike = shared / (widths[:place] + len(entities) - shared)
        affinity += NAMES * np.bincount(home, weights=alike, minlength=grown.count) / sizes
    best = int(np.argmax(affinity))
    return best if affinity[best] >= join else grown.count


def _add(cells: Cells, grown: _Pass, place: int, scene: int) -> None:
    is_new = scene == grown.count
    grown.home[place] = scene
    grown.sizes[scene] += 1
    grown.last[scene] = cells.ends[place] if is_new else max(grown.last[scene], cells.ends[place])
    grown.count += is_new
    for entity in cells.points[place].entities:
        grown.naming.setdefault(entity, array("q")).append(place)


# ── upkeep ──────────────────────────────────────────────────────────────────────────────────────


def _merged(cells: Cells, groups: list[Places], merge: float) -> list[Places]:
    """Unite scenes whose cells are alike, pair by pair on average; the most alike first."""
    unit = cells.vectors.astype(np.float64) / cells.lengths[:, None]
    sums = np.array([unit[group].sum(axis=0) for group in groups]).reshape(len(groups), unit.shape[1])
    sizes = np.array([len(group) for group in groups], np.float64)
    pairs: list[tuple[float, int, int]] = []
    for lo in range(0, len(groups), _BLOCK):
        alike = np.round(sums[lo : lo + _BLOCK] @ sums.T / np.outer(sizes[lo : lo + _BLOCK], sizes), _PLACES)
        rows, columns = np.nonzero(alike >= merge)
        found = zip(rows.tolist(), columns.tolist(), strict=True)
        pairs += [(float(alike[row, at]), lo + row, at) for row, at in found if lo + row < at]
    root = list(range(len(groups)))
    united = [list(group) for group in groups]
    for _, one, other in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        a, b = sorted((_root(root, one), _root(root, other)))
        if a != b and round(float(sums[a] @ sums[b] / (sizes[a] * sizes[b])), _PLACES) >= merge:
            root[b] = a
            sums[a] += sums[b]
            sizes[a] += sizes[b]
            united[a] = sorted(united[a] + united[b])
    return [group for place, group in enumerate(united) if root[place] == place]


def _root(root: Sequence[int], place: int) -> int:
    while root[place] != place:
        place = root[place]
    return place


def _divided(cells: Cells, groups: Sequence[Places], split: float) -> list[Places]:
    """Divide scenes whose cells have little in common, for as long as that makes them clearly more alike."""
    done: list[Places] = []
    waiting = list(groups)
    while waiting:
        group = waiting.pop()
        parts = _halves(cells, group) if len(group) >= LEAST_TO_SPLIT and _alike(cells, group) < split else ()
        if parts and all(len(part) > 1 and _alike(cells, part) > _alike(cells, group) for part in parts):
            waiting += parts
        else:
            done.append(group)
    return done


def _alike(cells: Cells, group: Places) -> float:
    """Mean cosine of two different cells of a group of at least two."""
    unit = cells.vectors[group] / cells.lengths[group][:, None]
    total = unit.astype(np.float64).sum(axis=0)
    size = len(group)
    return (float(total @ total) - size) / (size * (size - 1))


def _halves(cells: Cells, group: Places) -> tuple[Places, ...]:
    """Two parts around the two cells that are least alike (2-means on directions); none where one part is empty."""
    vectors = cells.vectors[group].astype(np.float64)
    cosines = vectors @ vectors.T / np.outer(cells.lengths[group], cells.lengths[group])
    one, other = divmod(int(np.argmin(cosines)), len(group))
    centres = np.stack([vectors[one], vectors[other]])
    side = np.zeros(len(group), np.bool_)
    for round_ in range(_ROUNDS):
        nearer = vectors @ (centres / _lengths(centres)[:, None]).T
        found = nearer[:, 1] > nearer[:, 0]
        if found.all() or not found.any() or (round_ and (found == side).all()):
            break
        side = found
        centres = np.stack([vectors[~side].sum(axis=0), vectors[side].sum(axis=0)])
    parts = [
        [place for place, is_other in zip(group, side, strict=True) if is_other == which] for which in (False, True)
    ]
    return tuple(parts) if all(parts) else ()


def _lengths(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    return np.where(lengths > 0, lengths, 1.0)
