"""Which form pays when: from a report's figures to a picture."""

import json
from pathlib import Path

import pytest

from memos_core.errors import InvalidInput
from memos_core.evaluation.forms import cases_of, main, paid, plot_of


def row(tokens: int, query: int, **changes: float) -> dict[str, object]:
    said = {"whole_ms": 2.0 * tokens + 50, "injected_ms": 60.0, "query_ms": 50.0, "build_ms": 2.0 * tokens}
    return {"name": f"first token, memory {tokens} + query {query}", "figures": said | changes}


ROWS = [row(256, 32), row(64, 32), row(4096, 167), {"name": "something else", "figures": {}}]


def test_lengths_are_read_from_the_report() -> None:
    cases = cases_of(ROWS)
    assert [one.tokens for one in cases] == [64, 256], "of the shortest query"
    assert (cases[0].text, cases[0].values, cases[0].alone, cases[0].building) == (0.178, 0.06, 0.05, 0.128)
    assert cases[0].training == pytest.approx(0.002 * (280_000 + 4 * 6_500))
    with pytest.raises(InvalidInput, match="memos bench kv"):
        cases_of(ROWS[3:])


def test_uses_until_it_has_paid() -> None:
    assert paid(10.0, 3.0, 1.0) == 5.0
    assert paid(10.0, 1.0, 1.0) == float("inf")
    curves = plot_of(cases_of(ROWS)).curves
    values, adapter, both = curves.values()
    assert values[1][0] == 256 and values[1][1] == pytest.approx(0.512 / 0.502)
    assert adapter[1][1] == pytest.approx(0.002 * (280_000 + 16 * 6_500) / 0.512)
    assert both[1][1] > adapter[1][1] > values[1][1], "training takes more uses, the more so beside keys and values"
    never = plot_of(cases_of([row(64, 32, injected_ms=500.0)])).curves
    assert not never["keys and values instead of text"], "what never pays is not drawn"


def test_the_published_report_draws(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib", reason="extra: bench")
    report = Path(__file__).parents[3] / "docs" / "bench-kv" / "kv.json"
    drawn = main(report, tmp_path)
    assert drawn.read_bytes().startswith(b"\x89PNG")
    assert drawn.name in {one.name for one in (report.parents[1] / "bench-forms").iterdir()}, "docs/forms.md shows it"
    assert len(cases_of(json.loads(report.read_text())["rows"])) == 6
