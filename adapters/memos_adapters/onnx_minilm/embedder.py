"""Embedding in this process with ONNX Runtime, on the CPU."""

import os
import weakref
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any, Literal, TypeAlias

import numpy as np

from memos_adapters._extras import require_extra
from memos_adapters._minilm import (
    DIMENSIONS,
    MAX_TOKENS,
    MINILM,
    PACKAGE,
    TOKENIZER,
    TOKENIZER_SHA256,
    WEIGHTS,
    WEIGHTS_SHA256,
    packaged_model,
    verified_bytes,
)
from memos_adapters.onnx_minilm.cache import cached, user_cache
from memos_adapters.onnx_minilm.quantize import read_tensors
from memos_core.errors import EmbeddingFailed
from memos_core.ports import Floats

Precision: TypeAlias = Literal["int8", "fp32"]

# Whoever changes what the graph computes counts its recipe up, and changes the fingerprint with it.
_RECIPES: dict[str, tuple[str, str]] = {"int8": ("int8-1", f"{MINILM}/int8"), "fp32": ("fp32-1", MINILM)}
"""By precision: the recipe's name in the cache, and the fingerprint of the vectors."""


class OnnxMiniLM:
    """Turns texts into unit vectors with all-MiniLM-L6-v2 (384 dimensions, 256 tokens, English); thread-safe.

    Loaded on first use. A text's vector depends on the text alone: texts are run one at a time, each in one thread, as
    many at once as there are threads. The graph is made from the packaged weights once for a user and kept as a file.
    A forked child loads its own copy.
    """

    def __init__(
        self,
        model: str | Path | None = None,
        *,
        precision: Precision = "int8",
        threads: int | None = None,
        cache_dir: str | Path | None = None,
    ) -> None:
        """Describe the embedder; nothing is loaded yet.

        Args:
            model: Directory with ``model.safetensors`` and ``tokenizer.json`` of the very same model; ``None`` is the
                package of the extra ``embeddings``.
            precision: ``int8`` is fast; ``fp32`` agrees with PyTorch to 1e-5.
            threads: Texts that one call runs at once; ``None`` for as many as this process may use processors.
            cache_dir: Where the graph is kept; ``None`` is the user's cache directory (see ``cache.user_cache``).
                If it cannot be written, the graph is made anew in every process.

        Raises:
            MissingExtra: A package of the extra is not installed.
            ValueError: The precision is unknown, or ``threads`` is less than one.
        """
        if precision not in _RECIPES:
            raise ValueError(f"precision must be 'int8' or 'fp32', not {precision!r}")
        if threads is not None and threads < 1:
            raise ValueError(f"threads must be at least 1, not {threads}")
        require_extra("embeddings", "onnxruntime", "onnx", "tokenizers", *([PACKAGE] if model is None else []))
        self._model = packaged_model() if model is None else Path(model)
        self._recipe, self._fingerprint = _RECIPES[precision]
        self._threads = threads or _processors()
        self._cache = user_cache() if cache_dir is None else Path(cache_dir)
        self._run: Callable[[str], Floats] | None = None
        self._loading = Lock()
        self._left_behind: Any = None
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_forgetting(weakref.ref(self)))

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        return DIMENSIONS

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return ``(len(texts), 384)`` float32 rows of length one, in the order of ``texts``.

        Raises:
            EmbeddingFailed: The model could not be loaded, raised, or returned something else than finite vectors.
        """
        rows = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        if not texts:
            return rows
        run = self._loaded()
        try:
            self._fill(rows, texts, run)
        except Exception as error:
            raise EmbeddingFailed(
                f"{self._fingerprint} failed on one of {len(texts)} texts: {type(error).__name__}"
            ) from error
        if not np.isfinite(rows).all():
            raise EmbeddingFailed(f"{self._fingerprint} returned a vector that is not finite")
        return rows

    def _fill(self, rows: Floats, texts: Sequence[str], run: Callable[[str], Floats]) -> None:
        threads = min(self._threads, len(texts))
        if threads == 1:
            for i, text in enumerate(texts):
                rows[i] = run(text)
            return
        # Made for the call: an idle pool would not survive a fork, and starting threads costs less than one text.
        pool = ThreadPoolExecutor(threads, thread_name_prefix="minilm")
        try:
            for i, row in enumerate(pool.map(run, texts)):
                rows[i] = row
        finally:
            pool.shutdown(cancel_futures=True)

    def _loaded(self) -> Callable[[str], Floats]:
        with self._loading:
            if self._run is None:
                tokenizer = verified_bytes(self._model / TOKENIZER, TOKENIZER_SHA256, "tokens")
                content = cached(self._cache, f"all-MiniLM-L6-v2-{WEIGHTS_SHA256[:12]}-{self._recipe}", self._made)
                try:
                    self._run = _runner(content, tokenizer)
                except Exception as error:
                    raise EmbeddingFailed(f"ONNX Runtime cannot load {self._fingerprint}: {error}") from error
            return self._run

    def _made(self) -> bytes:
        # Imported here: the graph's builder needs onnx, which whoever finds the file made does not load.
        graph = import_module("memos_adapters.onnx_minilm.graph")
        make = graph.fp32_model if self._fingerprint == MINILM else graph.int8_model
        made: bytes = make(read_tensors(verified_bytes(self._model / WEIGHTS, WEIGHTS_SHA256)))
        return made


def _runner(content: bytes, tokenizer: bytes) -> Callable[[str], Floats]:
    """Load the graph and the tokenizer; return what turns one text into its vector, from any thread."""
    runtime = import_module("onnxruntime")
    options = runtime.SessionOptions()
    # One thread, the caller's: no pool that spins, oversubscribes or is lost in a fork.
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    # The graph is written in fused operators already; what "extended" fuses here is slower (SkipLayerNormalization).
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    options.log_severity_level = 3
    session = runtime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    tokens = import_module("tokenizers").Tokenizer.from_buffer(tokenizer)
    tokens.no_padding()
    tokens.enable_truncation(MAX_TOKENS)

    def run(text: str) -> Floats:
        ids = np.array([tokens.encode(text).ids], dtype=np.int64)
        (vector,) = session.run(None, {"ids": ids})
        found: Floats = vector[0]
        return found

    return run


def _forgetting(embedder: "weakref.ref[OnnxMiniLM]") -> Callable[[], None]:
    """What to do in a forked child, where locks may be held by threads that are not there."""

    def forget() -> None:
        if (found := embedder()) is not None:
            # Kept, or destroying it might wait for such a lock.
            found._left_behind, found._run = found._run, None
            found._loading = Lock()

    return forget


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
