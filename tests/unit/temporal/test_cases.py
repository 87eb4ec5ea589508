from collections import Counter

import pytest

from memos_core.operation.formation.temporal import resolve
from tests.unit.temporal.cases import Case, cases, is_exact

CASES = cases()


def failures(half: str, language: str) -> list[Case]:
    chosen = [case for case in CASES if case.half == half and case.language == language]
    return [case for case in chosen if not is_exact(case, resolve(case.text, case.anchor, case.zone))]


def shown(case: Case) -> str:
    found = [
        f"{x.phrase} = {x.start:%F %H:%M} to {x.end:%F %H:%M} {x.granularity}"
        for x in resolve(case.text, case.anchor, case.zone)
    ]
    wanted = [f"{x.phrase} = {x.start:%F %H:%M} to {x.end:%F %H:%M} {x.granularity}" for x in case.expected]
    return f"{case}\n    wanted {wanted}\n    found  {found}"


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("half", ["dev", "held_out"])
def test_at_least_95_of_100_are_exact(half, language):
    wrong = failures(half, language)
    total = sum(case.half == half and case.language == language for case in CASES)
    assert len(wrong) <= 0.05 * total, f"{len(wrong)} of {total} wrong:\n" + "\n".join(map(shown, wrong))


def test_the_phrases_are_those_of_the_text():
    for case in CASES:
        found = resolve(case.text, case.anchor, case.zone)
        if is_exact(case, found) and case.half == "dev":
            assert [x.phrase for x in found] == [x.phrase for x in case.expected], case


def test_the_set_is_large_and_half_of_it_is_held_out():
    halves = Counter(case.half for case in CASES)
    assert len(CASES) >= 320
    assert halves["held_out"] >= halves["dev"]
    assert sum(not case.expected for case in CASES) >= 60
    assert len({(case.text, case.anchor) for case in CASES}) == len(CASES)
