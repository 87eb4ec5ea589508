import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.evaluation.listwise import Pull, RankingList, fit, loss

ANYTHING = np.full(2, np.inf)


def a_list(features: object, relevant: list[int]) -> RankingList:
    rows = np.array(features, np.float64)
    return RankingList(features=rows, relevant=np.isin(np.arange(len(rows)), relevant))


def pull(strength: float = 0.01, prior: object = (0, 0), low: object = -ANYTHING, high: object = ANYTHING) -> Pull:
    return Pull(prior=np.array(prior, np.float64), strength=strength, low=np.array(low), high=np.array(high))


def some_lists(seed: int, count: int = 30) -> list[RankingList]:
    drawn = np.random.default_rng(seed)
    return [a_list(drawn.random((6, 2)), [int(drawn.integers(6))]) for _ in range(count)]


def test_what_picks_the_evidence_weighs_more():
    found = fit([a_list([[1, 0], [0, 1], [0, 0]], [0]), a_list([[0, 1], [1, 0], [0, 1]], [1])], pull())
    assert found[0] > 1
    assert found[1] < 0


def test_without_a_pull_either_way_the_prior_stands():
    same = [a_list([[1, 1], [1, 1]], [0])]
    np.testing.assert_allclose(fit(same, pull(prior=(0.7, -0.2))), (0.7, -0.2))


def test_weights_stay_within_their_bounds():
    lists = [a_list([[1, 0], [0, 1], [0, 0]], [0])]
    np.testing.assert_array_equal(fit(lists, pull(low=(-1, 0), high=(0.5, 9))), (0.5, 0))


def test_the_loss_is_the_chance_of_the_evidence():
    lists = [a_list([[1, 0], [0, 0], [0, 0]], [0])]
    assert loss(lists, np.zeros(2)) == pytest.approx(np.log(3))
    assert loss(lists, np.array([np.log(2), 0])) == pytest.approx(np.log(2))


def test_pieces_of_evidence_do_not_compete():
    alone = loss([a_list([[3, 0], [0, 0]], [0])], np.ones(2))
    assert loss([a_list([[3, 0], [3, 0], [0, 0]], [0, 1])], np.ones(2)) == pytest.approx(alone)


@given(st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_no_other_weights_nearby_are_better(seed: int):
    lists, held = some_lists(seed), pull(0.1, prior=(0.5, 0.5), low=(0, 0), high=(3, 3))

    def value(weights: np.ndarray) -> float:
        return loss(lists, weights) + 0.05 * float(((weights - 0.5) ** 2).sum())

    found = fit(lists, held)
    for step in np.array([(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1)]) * 0.01:
        assert value(np.clip(found + step, 0, 3)) >= value(found) - 1e-9


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_lists_does_not_matter(seed: int):
    lists = some_lists(seed)
    np.testing.assert_allclose(fit(lists, pull()), fit(lists[::-1], pull()), atol=1e-6)
