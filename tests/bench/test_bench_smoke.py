"""Every row's code runs, on sizes at which its figures mean nothing: nothing here judges a time."""

import json
import shutil
from pathlib import Path

import pytest

from tests.bench import growth, lifecycle, locomo, searching, syncs, writing
from tests.bench.corpus import InstantEmbedder, questions, texts
from tests.bench.disk import watched_syncs
from tests.bench.measure import interleaved
from tests.bench.peers import PEERS, missing
from tests.bench.report import BEGIN, END, cells, lines_of, markdown, tables_of, write_json, write_page
from tests.bench.results import Line, Table, Target, ratio
from tests.bench.rows import Outcome, dumped, loaded
from tests.bench.scale import TINY
from tests.bench.vaults import lexical_store, searched_vault

SAMPLE = [
    {
        "sample_id": "conv-0",
        "conversation": {
            "session_1_date_time": "1:56 pm on 8 May, 2023",
            "session_1": [
                {"speaker": "Mara", "dia_id": "D1:1", "text": "I adopted a greyhound called Comet."},
                {"speaker": "Theo", "dia_id": "D1:2", "text": "Lovely! My ferry to Oban was late again."},
                {"speaker": "Mara", "dia_id": "D1:3", "text": "My sister is learning to weld."},
            ],
        },
        "qa": [
            {"question": "Which dog did Mara adopt?", "answer": "Comet", "evidence": ["D1:1"], "category": 4},
            {"question": "Where did Theo's ferry go?", "answer": "Oban", "evidence": ["D1:2"], "category": 1},
            {"question": "What is Theo's sister learning?", "evidence": ["D1:3"], "category": 5},
        ],
    }
]


def measured(line: Line) -> bool:
    return line.value is not None and line.low is not None and line.low <= line.value <= line.high  # type: ignore[operator]


# ── the rows ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "row", [writing.single, writing.group, searching.floor, searching.exactness, lifecycle.candidates]
)
def test_rows_without_peers(row, tmp_path):
    lines = row(TINY, tmp_path)
    assert all(measured(line) and line.value > 0 for line in lines)
    assert any(line.target for line in lines)


def test_forming_is_measured_beside_embedding_if_there_is_an_embedder(tmp_path, monkeypatch):
    monkeypatch.setattr(lifecycle, "default_embedder", InstantEmbedder)
    (line,) = lifecycle.forming(TINY, tmp_path)
    assert measured(line) and line.row == 11 and line.target
    monkeypatch.setattr(lifecycle, "default_embedder", lambda: None)
    (line,) = lifecycle.forming(TINY, tmp_path)
    assert line.value is None and "embeddings" in line.detail


def test_a_small_and_a_large_store_are_compared_and_the_large_one_is_kept(tmp_path):
    (line,) = growth.growth(TINY, tmp_path, tmp_path / "cache")
    assert measured(line)
    (kept,) = (tmp_path / "cache").iterdir()
    made = (kept / "done.json").stat().st_mtime_ns
    assert measured(growth.growth(TINY, tmp_path / "again", tmp_path / "cache")[0])
    assert (kept / "done.json").stat().st_mtime_ns == made


@pytest.mark.skipif(bool("".join(map(missing, PEERS))), reason="needs the extra bench")
@pytest.mark.parametrize("row", [searching.peers, writing.ingest])
def test_rows_beside_peers(row, tmp_path):
    lines = row(TINY, tmp_path)
    assert all(measured(line) for line in lines)
    assert all("recall@10 1.00" in line.detail for line in lines if line.row == 6)


def test_peers_that_are_not_installed_are_reported_as_not_measured(tmp_path, monkeypatch):
    monkeypatch.setattr(searching, "missing", lambda name: "something")
    lines = searching.peers(TINY, tmp_path)
    assert [line.value for line in lines] == [None] * len(PEERS)
    assert all(line.met is None and "not measured: something" in line.detail for line in lines)


# ── syncs ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_strace_counts_one_sync_a_write(tmp_path):
    assert syncs._traced(syncs.OURS, tmp_path, TINY.syncs) == [1] * TINY.syncs


def test_without_strace_the_engine_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    (line,) = syncs.syncs(TINY, tmp_path)
    assert (line.value, line.low, line.high, line.met) == (1, 1, 1, True)
    assert "strace is not installed" in line.detail


def test_syncs_are_counted_between_marks():
    trace = [
        "7  fsync(9</t/other>) = 0",
        "7  fsync(3</t/mark>) = 0",
        "7  fdatasync(4</t/m.db-wal> <unfinished ...>",
        "8  fdatasync(5</t/m.db>) = 0",
        "7  <... fdatasync resumed>) = 0",
        "7  fsync(3</t/mark>) = 0",
        "7  fsync(3</t/mark>) = 0",
    ]
    assert syncs.between_marks(trace, "/t/mark") == [2, 0]


def test_a_watched_store_works_and_a_later_one_is_not_watched(tmp_path):
    seen = []
    with watched_syncs(lambda: seen.append(1)), lexical_store(tmp_path / "a.db") as memory:
        memory.vault("v").remember("something")
        assert seen
    count = len(seen)
    with lexical_store(tmp_path / "b.db") as memory:
        memory.vault("v").remember("something")
    assert len(seen) == count


# ── LoCoMo ──────────────────────────────────────────────────────────────────────────────────────


def test_locomo_finds_the_evidence(tmp_path, monkeypatch):
    data = tmp_path / "sample.json"
    data.write_text(json.dumps(SAMPLE), encoding="utf-8")
    monkeypatch.setattr(locomo, "default_embedder", InstantEmbedder)
    outcome = locomo.locomo(TINY, tmp_path, data)
    ours = lines_of(outcome)[0]
    assert (ours.value, ours.met) == (1.0, True)
    systems, categories, ablation = tables_of(outcome)
    assert [row[0] for row in systems.rows][1:] == [locomo.COSINE, locomo.BM25, locomo.FUSED]
    assert [row[:2] for row in categories.rows] == [["multi-hop", "1"], ["single-hop", "1"], ["adversarial", "1"]]
    assert "without dense" in [row[0] for row in ablation.rows]


def test_locomo_needs_its_file_and_an_embedder(tmp_path, monkeypatch):
    (line,) = lines_of(locomo.locomo(TINY, tmp_path, None))
    assert (line.value, line.detail) == (None, "not measured: pass --locomo FILE")
    monkeypatch.setattr(locomo, "default_embedder", lambda: None)
    (line,) = lines_of(locomo.locomo(TINY, tmp_path, tmp_path / "sample.json"))
    assert line.value is None and "embeddings" in line.detail


# ── measuring and telling ───────────────────────────────────────────────────────────────────────


def test_contenders_take_turns_and_nobody_always_goes_first():
    order: list[tuple[str, int]] = []
    work = {name: lambda i, name=name: order.append((name, i)) for name in "ab"}
    found = interleaved(work, rounds=2, turns=2, warm=1)
    assert order[:2] == [("a", 0), ("b", 0)]
    assert order[2:6] == [("a", 1), ("b", 1), ("b", 2), ("a", 2)]
    assert [len(of) for of in found.values()] == [2, 2]


def test_a_ratio_is_the_median_of_its_rounds():
    line = ratio(1, "x", [2.0, 9.0, 4.0], [1.0, 3.0, 1.0], Target(sign="<=", bound=2.5))
    assert (line.value, line.low, line.high, line.met) == (3.0, 2.0, 4.0, False)


@pytest.mark.parametrize("sign, met", [("<=", True), (">=", False), ("==", False)])
def test_targets(sign, met):
    assert Target(sign=sign, bound=2).met(1.0) is met


OUTCOME: Outcome = [
    Line(row=4, what="a | b", value=2.0, low=1.0, high=3.0, target=Target(sign="<=", bound=4), p50_ms={"recall": 2.0}),
    Line(row=8, what="c", unit="", detail="not measured: why"),
    Table(row=8, title="T", columns=["system", "R@5", "R@10", "R@20"], rows=[["ours", "0.1", "0.2", "0.3"]]),
]


def test_an_outcome_survives_the_way_between_processes():
    assert loaded(dumped(OUTCOME)) == OUTCOME


def test_a_page_gets_the_tables_between_its_markers(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_page(markdown(OUTCOME, {"run": "quick"}), page)
    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n") and text.endswith("\nafter\n") and "old" not in text
    assert "| 4 | a / b | 2x | 1x to 3x | <= 4 | met |  |" in text
    assert "| ours | 0.1 | 0.2 | 0.3 |" in text
    page.write_text("no markers", encoding="utf-8")
    with pytest.raises(ValueError, match="must hold"):
        write_page("x", page)


def test_json_tells_what_was_met(tmp_path):
    write_json(OUTCOME, {"run": "quick"}, tmp_path / "r.json")
    content = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert [line["met"] for line in content["lines"]] == [True, None]
    assert cells(lines_of(OUTCOME)[1])[2] == "not measured"


def test_pictures_are_drawn(tmp_path: Path):
    pytest.importorskip("matplotlib", reason="needs the extra bench")
    from tests.bench.plots import draw

    assert [file.name for file in draw(OUTCOME, tmp_path)] == ["targets.png", "search.png", "locomo.png"]
    assert all(file.stat().st_size > 1000 for file in tmp_path.iterdir())


def test_the_corpus_is_a_function_of_its_seed():
    assert texts(3, 1) == texts(3, 1) != texts(3, 2)
    assert questions(texts(3, 1), 2, 5) == questions(texts(3, 1), 2, 5)
    vectors = InstantEmbedder(outlier=1.0).embed(texts(50, 1))
    assert abs((vectors**2).sum(axis=1) - 1).max() < 1e-5
    assert (vectors[:, 7] ** 2).mean() > 0.3


def test_the_exact_search_agrees_with_sorting(tmp_path):
    with searched_vault(tmp_path / "m.db", 50, asked=3) as searched:
        for vector in searched.vectors:
            best = (-(searched.matrix @ vector)).argsort()[:10]
            assert searching.nearest(searched.matrix, vector).tolist() == best.tolist()
