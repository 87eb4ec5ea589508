import pytest

from tests.unit.foresight.foresight_cases import FILES, cases, verdicts

TARGET = 0.95


def test_there_are_cases() -> None:
    assert any(path.name == "foresight_dev.jsonl" for path in FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_validity_decisions(path) -> None:
    decided = [verdict for case in cases(path) for verdict in verdicts(case)]
    wrong = [name for name, right in decided if not right]
    assert len(decided) >= 100
    assert len(wrong) <= (1 - TARGET) * len(decided), "\n".join(wrong)
