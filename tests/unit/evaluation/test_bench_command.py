import json

import pytest
from typer.testing import CliRunner

from memos_core.cli.app import app

SAMPLE = {
    "sample_id": "talk-1",
    "conversation": {
        "session_1_date_time": "1:56 pm on 8 May, 2023",
        "session_1": [
            {"speaker": "Ada", "dia_id": "D1:1", "text": "The heron on the weather vane is made of copper."},
            {"speaker": "Ben", "dia_id": "D1:2", "text": "I bought three crates of quinces."},
        ],
    },
    "qa": [{"question": "How many crates did Ben buy?", "answer": "three", "evidence": ["D1:2"], "category": 4}],
}


@pytest.fixture
def bench(tmp_path):
    data = tmp_path / "samples.json"
    data.write_text(json.dumps([SAMPLE, SAMPLE | {"sample_id": "talk-2"}]), encoding="utf-8")

    def called(*arguments, code=0):
        common = ["--data", str(data), "--out", str(tmp_path / "out"), "--no-embedder", "--no-plots"]
        result = CliRunner().invoke(app, ["bench", "locomo", *common, *arguments])
        assert result.exit_code == code, result.output
        return result

    return called


def test_bench_prints_tables_and_writes_a_report(bench, tmp_path):
    out = bench().output
    assert "2 conversation(s), 4 turns" in out
    assert "single-hop" in out
    assert (tmp_path / "out" / "locomo.md").read_text(encoding="utf-8").startswith("# LoCoMo\n")


def test_bench_as_json(bench):
    value = json.loads(bench("--json", "--conversations", "1", "--ablate").output)
    assert (value["conversations"], value["embedder"]) == (1, "")
    assert value["systems"]["memos"]["overall"]["recall@5"]["mean"] == 1.0
    assert "without window" in value["systems"]


def test_bench_measures_other_weights(bench):
    value = json.loads(bench("--json", "--weight", "window=0", "--weight", "turn=0.5").output)
    assert (value["weights"]["window"], value["weights"]["turn"]) == (0.0, 0.5)
    assert "memos, other weights" in value["systems"]


@pytest.mark.parametrize(
    "weight, says", [("taste=1", "there is no such weight"), ("turn=x", "expected a number"), ("turn", "key=value")]
)
def test_bench_refuses_weights_that_are_none(bench, weight, says):
    assert says in bench("--weight", weight, code=2).stderr


def test_bench_without_data_says_so(tmp_path):
    result = CliRunner().invoke(app, ["bench", "beam", "--data", str(tmp_path), "--no-embedder", "--no-plots"])
    assert result.exit_code == 2
    assert "expected a folder with chat.json" in " ".join(result.stderr.split())


def test_bench_asks_one_memory_of_all_conversations(bench):
    value = json.loads(bench("--json", "--together").output)
    assert (value["conversations"], value["counts"]["single-hop"]) == (1, 2)
    assert value["systems"]["memos"]["overall"]["recall@5"]["n"] == 2
