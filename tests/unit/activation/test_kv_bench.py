"""The benchmark of activation memory in its smallest size; the GPU grid on the processor."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from memos_adapters.transformers_kv.bench import exactness, grid, latency, storage  # noqa: E402
from memos_adapters.transformers_kv.bench.composition import furthest  # noqa: E402
from memos_adapters.transformers_kv.bench.recalling import KINDS, context, stories  # noqa: E402
from memos_core.domain.activation import Storage  # noqa: E402


def test_exactness_has_a_wrong_cache_beside_it() -> None:
    (row,) = exactness.measure(quick=True)
    assert row.met is True
    assert row.figures["wrong"] > 100 * row.figures["worst"]


def test_latency_rows(tmp_path: Path) -> None:
    rows = list(latency.measure(tmp_path, quick=True))
    assert [row.name.split(",")[0] for row in rows[:2]] == ["first token", "first token"]
    assert rows[-1].plot is not None
    assert not list(tmp_path.iterdir()), "files are removed"


def test_the_grid_without_a_gpu(tmp_path: Path) -> None:
    if not torch.cuda.is_available():
        (row,) = grid.measure(tmp_path, quick=False)
        assert row.measured == "not measured"
    shape = grid.Shape(
        config=lambda: transformers.LlamaConfig(
            vocab_size=64,
            hidden_size=32,
            intermediate_size=64,
            num_hidden_layers=2,
            num_attention_heads=4,
            eos_token_id=None,
        ),
        published={(40, 8): 23.0, (20, 8): 10.0},
        layers=2,
    )
    rows = list(grid.measure_shape("tiny", shape, tmp_path, torch.device("cpu")))
    assert [row.name for row in rows[:2]] == ["tiny, context 20 + query 8", "tiny, context 40 + query 8"]
    assert rows[-1].plot is not None and set(rows[-1].plot.curves) == {"device", "memory", "disk"}


def test_stories_ask_for_every_kind() -> None:
    told = list(stories(30, 8, 12, seed=1))
    assert {question.kind for one in told for question in one.questions} == set(KINDS)
    for one in told:
        ids = context(one.blocks)
        for question in one.questions:
            last = max(
                place
                for place in range(len(ids) - 1)
                if ids[place : place + 2] == [question.tokens[2], question.answer]
            )
            assert last, "the answer stands in the story"


def test_the_furthest_are_chosen() -> None:
    assert furthest([0.0, 3.0, 1.0, 2.0], 0.5) == [1, 3]
    assert furthest([0.0, 3.0], 0.0) == []


def test_every_form_of_storage_is_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from memos_adapters.transformers_kv.bench import recalling

    monkeypatch.setattr(recalling, "trained", lambda folder, blocks, say=None: recalling.made().eval())
    rows = list(storage.measure(tmp_path, quick=True))
    assert [row.name for row in rows] == [f"stored as {form.value}" for form in (Storage.BFLOAT16, Storage.INT8)]
