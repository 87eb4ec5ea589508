"""Cells to scenes, and the ids of scenes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.domain.engram import MemScene
from memos_core.operation.consolidation.affinity import CellPoint, by_time, whole
from memos_core.operation.consolidation.calibration import FEW_EMBEDDED, WORDED, Calibration, calibrate
from memos_core.operation.consolidation.quality import quality
from memos_core.operation.consolidation.scenes import (
    LEAST_TO_SPLIT,
    Scene,
    assign_ids,
    cluster,
    scene_from_body,
    scene_to_body,
)

NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
THEMES = np.random.default_rng(7).normal(size=(6, 32))
LIMITS = Calibration(join=0.5, merge=0.7, split=0.3)


def cell(number: int, theme: int, *, seed: int | None = None, noise: float = 0.5, **given) -> CellPoint:
    """A cell near one of six directions in 32 dimensions."""
    off = np.random.default_rng(1000 + (number if seed is None else seed)).normal(size=32)
    vector = (THEMES[theme] + noise * off).astype(np.float32)
    start = given.pop("start", NOON + number * HOUR)
    return CellPoint(
        **{
            "id": f"cell_{number:03}",
            "session": f"s{number // 3}",
            "start": start,
            "end": start + HOUR / 2,
            "vector": vector,
        }
        | given
    )


def themes_of(scenes: list[Scene], cells: list[CellPoint], themes: list[int]) -> list[set[int]]:
    known = {point.id: theme for point, theme in zip(cells, themes, strict=True)}
    return [{known[one] for one in scene.cells} for scene in scenes]


points = st.lists(
    st.tuples(st.integers(0, 5), st.floats(0, 3), st.integers(0, 400), st.sets(st.sampled_from("abcdef"), max_size=3)),
    min_size=1,
    max_size=40,
).map(
    lambda drawn: [
        cell(number, theme, noise=noise, start=NOON + hours * HOUR, entities=frozenset(names))
        for number, (theme, noise, hours, names) in enumerate(drawn)
    ]
)


# ── grouping ────────────────────────────────────────────────────────────────────────────────────


def test_cells_on_one_theme_share_a_scene() -> None:
    themes = [number % 6 for number in range(60)]
    cells = [cell(number, theme) for number, theme in enumerate(themes)]
    found = cluster(cells)
    assert len(found) == 6
    assert all(len(group) == 1 for group in themes_of(found, cells, themes))


def test_scenes_and_their_cells_are_in_order_of_time() -> None:
    cells = [cell(number, number % 6) for number in range(30)]
    found = cluster(cells)
    assert [scene.start for scene in found] == sorted(scene.start for scene in found)
    assert all(list(scene.cells) == sorted(scene.cells) for scene in found)
    assert found[0].start == cells[0].start
    assert found[0].end == max(one.end for one in cells if one.id in found[0].cells)


def test_nothing_makes_no_scenes() -> None:
    assert cluster([]) == []


def test_shared_names_bring_cells_together() -> None:
    alone = [cell(number, number, noise=0, start=NOON + number * timedelta(days=300)) for number in range(2)]
    named = [replace(one, entities=frozenset({"ana"})) for one in alone]
    between = Calibration(join=0.75 * _cosine(alone) + 0.1, merge=2.0, split=-1.0)
    assert len(cluster(alone, between)) == 2
    assert len(cluster(named, between)) == 1


def test_nearness_in_time_brings_cells_together() -> None:
    far = [cell(number, number, noise=0, start=NOON + number * timedelta(days=300)) for number in range(2)]
    near = [cell(number, number, noise=0) for number in range(2)]
    between = Calibration(join=0.75 * _cosine(far) + 0.05, merge=2.0, split=-1.0)
    assert len(cluster(far, between)) == 2
    assert len(cluster(near, between)) == 1


def _cosine(cells: list[CellPoint]) -> float:
    ready = by_time(cells)
    return float(ready.vectors[0] @ ready.vectors[1] / (ready.lengths[0] * ready.lengths[1]))


def test_a_cell_that_speaks_of_everything_gathers_no_scene_around_it() -> None:
    """Three themes that share nothing, and in between a long cell near to each of them."""
    vectors = np.eye(32, dtype=np.float32)
    themes = [
        cell(number, 0, start=NOON + number * timedelta(days=40), session=f"s{number}", vector=vectors[number % 3])
        for number in range(6)
    ]
    hub = cell(6, 0, start=NOON - timedelta(days=40), session="s6", vector=vectors[:3].sum(axis=0))
    found = [scene.cells for scene in cluster([hub, *themes], Calibration(join=0.4, merge=0.9, split=-1.0))]
    assert {("cell_001", "cell_004"), ("cell_002", "cell_005")} <= set(found)


def test_cells_without_vectors_are_compared_by_their_words() -> None:
    soup = ["lentil soup with cumin and lemon", "cumin and lemon for the lentil soup", "the soup needs cumin"]
    climb = ["climbing shoes for the red route", "the red route at the climbing gym", "new climbing shoes"]
    cells = [
        cell(number, 0, vector=None, text=text, session=f"s{number}")
        for number, text in enumerate(chain(*zip(soup, climb, strict=True)))
    ]
    assert [scene.cells for scene in cluster(cells)] == [
        ("cell_000", "cell_002", "cell_004"),
        ("cell_001", "cell_003", "cell_005"),
    ]


def test_where_most_have_vectors_one_without_stands_alone() -> None:
    cells = [cell(number, 0, noise=0.1, text="soup") for number in range(3)]
    lacking = cell(3, 0, vector=None, text="soup")
    assert not by_time([*cells, lacking]).is_worded
    assert ("cell_003",) in [scene.cells for scene in cluster([*cells, lacking], LIMITS)]


@pytest.mark.parametrize("other", [{"vector": None}, {"vector": np.ones(8, np.float32)}])
def test_where_vectors_cannot_serve_words_count_for_all(other) -> None:
    cells = [cell(0, 0, text="soup"), cell(1, 0, text="soup"), cell(2, 0, text="soup"), cell(3, 0, **other)]
    cells += [cell(number, 0, vector=None) for number in range(4, 8)]
    ready = by_time(cells)
    assert ready.is_worded
    assert ready.vectors.shape == (8, 512)


def test_a_scene_of_two_themes_is_divided() -> None:
    cells = [cell(number, number % 2, noise=0.1) for number in range(LEAST_TO_SPLIT)]
    everything = Calibration(join=-1.0, merge=2.0, split=0.9)
    assert [scene.cells[0] for scene in cluster(cells, everything)] == ["cell_000", "cell_001"]
    assert len(cluster(cells[:-1], everything)) == 1


def test_scenes_that_are_alike_become_one() -> None:
    cells = [cell(number, number % 2, noise=0.1) for number in range(8)]
    never_joined = Calibration(join=2.0, merge=0.7, split=-1.0)
    assert [scene.cells[:2] for scene in cluster(cells, never_joined)] == [
        ("cell_000", "cell_002"),
        ("cell_001", "cell_003"),
    ]


@settings(max_examples=60)
@given(points, st.randoms(use_true_random=False))
def test_every_cell_is_in_one_scene_however_delivered(cells, random) -> None:
    found = cluster(cells)
    assert sorted(chain(*(scene.cells for scene in found))) == sorted(point.id for point in cells)
    shuffled = list(cells)
    random.shuffle(shuffled)
    assert cluster(shuffled) == found


@settings(max_examples=40)
@given(points)
def test_a_cell_that_comes_late_counts_as_if_it_had_come_in_time(cells) -> None:
    late, *others = cells
    cluster(others)
    assert cluster([*others, late]) == cluster(cells)


def test_the_number_of_cells_in_a_block_changes_nothing(monkeypatch) -> None:
    cells = [cell(number, number % 6, noise=2.0) for number in range(100)]
    found = cluster(cells)
    monkeypatch.setattr("memos_core.operation.consolidation.scenes._BLOCK", 7)
    assert cluster(cells) == found


def test_products_of_whole_vectors_are_exact() -> None:
    vectors = whole(np.random.default_rng(3).normal(size=(50, 384)).astype(np.float32))
    exact = vectors.astype(np.int64) @ vectors.astype(np.int64).T
    assert (vectors @ vectors.T == exact).all()
    assert exact.max() < 2**24


def test_a_vector_of_zeros_stands_alone() -> None:
    cells = [cell(number, 0, noise=0.1) for number in range(3)]
    nothing = cell(3, 0, vector=np.zeros(32, np.float32))
    assert ("cell_003",) in [scene.cells for scene in cluster([*cells, nothing], LIMITS)]


# ── calibration ─────────────────────────────────────────────────────────────────────────────────


def test_a_small_vault_is_judged_by_the_prior() -> None:
    assert calibrate(by_time([cell(0, 0)])) == FEW_EMBEDDED
    assert calibrate(by_time([cell(0, 0, vector=None, text="soup")])) == WORDED
    few = calibrate(by_time([cell(number, number % 6) for number in range(4)]))
    assert abs(few.join - FEW_EMBEDDED.join) <= 0.05


def test_two_groups_of_pairs_are_told_apart_whatever_their_shares() -> None:
    for themes in (2, 3, 6):
        cells = [cell(number, number % themes, noise=0.3) for number in range(90)]
        assert len(cluster(cells)) == themes


def test_cells_that_differ_little_need_more() -> None:
    """A spread in one direction, as of one long talk: the more alike all pairs are, the higher the threshold."""
    loose, tight = (
        calibrate(by_time([cell(number, 0, noise=noise, session=f"s{number}") for number in range(90)]))
        for noise in (3.0, 0.8)
    )
    assert tight.join > loose.join
    assert tight.split > loose.split


@given(points)
def test_thresholds_stay_within_bounds_and_on_steps(cells) -> None:
    found = calibrate(by_time(cells))
    assert 0.2 <= found.join <= 0.65
    assert found.join < found.merge <= 0.95
    if found != FEW_EMBEDDED:
        assert found.join / 0.025 == pytest.approx(round(found.join / 0.025))


# ── ids ─────────────────────────────────────────────────────────────────────────────────────────


def scene(*cells: str) -> Scene:
    return Scene(cells=cells, start=NOON, end=NOON)


def test_a_scene_that_grows_keeps_its_id() -> None:
    first = assign_ids({}, [scene("a", "b"), scene("c")])
    later = assign_ids(
        dict(zip(first.ids, [("a", "b"), ("c",)], strict=True)), [scene("a", "b", "x"), scene("c"), scene("y")]
    )
    assert later.ids[:2] == first.ids
    assert later.ids[2] not in first.ids
    assert later.vanished == ()


def test_of_two_that_become_one_the_larger_gives_its_id() -> None:
    named = assign_ids({"one": ("a",), "two": ("b", "c")}, [scene("a", "b", "c")])
    assert named.ids == ("two",)
    assert named.vanished == ("one",)


def test_of_two_parts_the_larger_keeps_the_id() -> None:
    named = assign_ids({"one": ("a", "b", "c")}, [scene("a"), scene("b", "c")])
    assert named.ids[1] == "one"
    assert named.ids[0] != "one"


def test_a_part_that_keeps_the_first_cell_does_not_take_the_others_id() -> None:
    (old,) = assign_ids({}, [scene("a", "b", "c")]).ids
    named = assign_ids({old: ("a", "b", "c")}, [scene("a"), scene("b", "c")])
    assert named.ids[1] == old
    assert len(set(named.ids)) == 2


@settings(max_examples=40)
@given(points, st.integers(0, 40))
def test_ids_are_distinct_and_do_not_change_with_nothing(cells, known) -> None:
    before = cluster(cells[:known])
    old = assign_ids({}, before)
    now = cluster(cells)
    previous = {id: one.cells for id, one in zip(old.ids, before, strict=True)}
    named = assign_ids(previous, now)
    assert len(set(named.ids)) == len(now)
    assert set(named.vanished) == set(old.ids) - set(named.ids)
    again = assign_ids({id: one.cells for id, one in zip(named.ids, now, strict=True)}, now)
    assert again.ids == named.ids and again.vanished == ()
    assert assign_ids(dict(reversed(previous.items())), now) == named


# ── as a row ────────────────────────────────────────────────────────────────────────────────────

moments = st.datetimes(datetime(1, 1, 2), datetime(9998, 12, 30), timezones=st.just(UTC))


@given(
    st.builds(
        MemScene,
        id=st.just("scene_1"),
        label=st.text(max_size=9),
        summary=st.text(max_size=50),
        cells=st.lists(st.text(max_size=5), max_size=4).map(tuple),
        start=moments,
        end=moments,
    )
)
def test_a_scene_survives_json(stored) -> None:
    assert scene_from_body(json.loads(json.dumps(scene_to_body(stored))), stored.id) == stored


def test_a_scene_of_another_release_is_refused() -> None:
    with pytest.raises(ValueError, match="version"):
        scene_from_body({"v": 2})


# ── quality ─────────────────────────────────────────────────────────────────────────────────────


def test_quality_counts() -> None:
    found = quality(
        [scene("a", "b", "c"), scene("d")],
        {"a": "x", "b": "x", "c": "y", "d": "y"},
        [("a", "b"), ("a", "d"), ("a", "unknown")],
    )
    assert (found.scenes, found.mean_size, found.largest, found.alone) == (2, 2.0, 3, 0.5)
    assert (found.purity, found.together, found.by_chance) == (0.75, 0.5, 0.5)


def test_quality_without_knowledge() -> None:
    found = quality([scene("a")])
    assert (found.purity, found.together, found.by_chance) == (None, None, 0.0)
