"""Extraction and ledger together, on the written cases."""

import pytest

from tests.unit.ledger.profile_cases import CASES, load, run

FILES = sorted(CASES.glob("profile_*.jsonl"))
LEAST = 0.95
LEAST_OF = {"profile_round5": 0.91}
"""A set that was hidden while the rules were written; what is still wrong there is known."""


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_current_and_former_values_are_right(path):
    outcomes = [outcome for case in load(path) for outcome in run(case)]
    for asked in (False, True):
        chosen = [one for one in outcomes if one.as_of is asked]
        wrong = [f"{one.case}: {one.why}" for one in chosen if not one.held]
        assert len(wrong) <= (1 - LEAST_OF.get(path.stem, LEAST)) * len(chosen), wrong


def test_there_are_cases_in_both_languages():
    languages = {case["language"] for path in FILES for case in load(path)}
    assert languages == {"en", "zh"}
