"""Embedding in this process with sentence-transformers, from local files only."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from memos_adapters._extras import require_extra
from memos_adapters._minilm import (
    DIMENSIONS,
    MINILM,
    PACKAGE,
    WEIGHTS,
    WEIGHTS_SHA256,
    packaged_model,
    verified_bytes,
)
from memos_core.errors import EmbeddingFailed
from memos_core.ports import Floats

_MINILM_SHA256 = WEIGHTS_SHA256


class SentenceTransformersEmbedder:
    """Turns texts into unit vectors with a sentence-transformers model; thread-safe.

    The model is loaded on first use and never fetched: a name must be in the local cache already. Texts longer than
    the model takes are truncated by it.
    """

    def __init__(
        self,
        model: str | Path | Any,
        *,
        batch_size: int = 16,
        fingerprint: str | None = None,
        dimensions: int | None = None,
        weights_sha256: str | None = None,
        threads: int | None = None,
        device: str | None = None,
    ) -> None:
        """Describe the model; nothing is loaded yet.

        Args:
            model: Directory, name in the local Hugging Face cache, or a loaded ``SentenceTransformer``.
            batch_size: Texts per forward pass. On a CPU 8 to 16, sorted by length, is fastest.
            fingerprint: Names weights and settings; ``None`` loads the model and hashes them.
            dimensions: ``d`` where it is known without loading.
            weights_sha256: What ``model.safetensors`` in the directory must hash to, checked before it is loaded.
            threads: Threads of a forward pass. PyTorch keeps this setting for the whole process.
            device: As sentence-transformers takes it; ``None`` lets it choose.

        Raises:
            MissingExtra: sentence-transformers or torch is not installed.
        """
        self._source = model if isinstance(model, str | Path) else type(model).__name__
        self._model: Any = None if isinstance(model, str | Path) else model
        if self._model is None:
            require_extra("sentence-transformers", "sentence_transformers", "torch")
        self._batch_size = batch_size
        self._fingerprint = fingerprint
        self._dimensions = dimensions
        self._weights_sha256 = weights_sha256
        self._threads = threads
        self._device = device
        self._loading = Lock()
        self._queue, self._model_free = Lock(), Lock()

    @property
    def fingerprint(self) -> str:
        if self._fingerprint is None:
            self._fingerprint = f"{Path(str(self._source)).name}@{_digest(self._loaded())}"
        return self._fingerprint

    @property
    def dimensions(self) -> int:
        if self._dimensions is None:
            model = self._loaded()
            # Renamed in sentence-transformers 5.2; the old name warns.
            ask = getattr(model, "get_embedding_dimension", None) or model.get_sentence_embedding_dimension
            self._dimensions = int(ask())
        return self._dimensions

    def embed(self, texts: Sequence[str]) -> Floats:
        """Return ``(len(texts), d)`` float32 rows of length one, in the order of ``texts``.

        Raises:
            EmbeddingFailed: The model could not be loaded, raised, or returned something else than finite vectors.
        """
        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        by_length = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for lo in range(0, len(texts), self._batch_size):
            batch = by_length[lo : lo + self._batch_size]
            rows[batch] = self._vectors([texts[i] for i in batch])
        return rows

    def _vectors(self, batch: list[str]) -> Floats:
        model = self._loaded()
        with self._turn():
            try:
                made = model.encode(batch, batch_size=len(batch), show_progress_bar=False, convert_to_numpy=True)
                vectors = np.asarray(made, dtype=np.float32)
            except Exception as error:
                raise EmbeddingFailed(
                    f"{self._source} failed on a batch of {len(batch)} texts: {type(error).__name__}"
                ) from error
        if vectors.shape != (len(batch), self.dimensions):
            raise EmbeddingFailed(
                f"{self._source} returned vectors of shape {vectors.shape} for {len(batch)} texts; "
                f"expected {(len(batch), self.dimensions)}"
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.all(np.isfinite(lengths) & (lengths > 0)):
            raise EmbeddingFailed(f"{self._source} returned a vector that is zero or not finite")
        return np.asarray(vectors / lengths, dtype=np.float32)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One forward pass at a time (the tokenizer is not thread-safe), first come, first served.

        Whoever waits for the model holds the queue, so a long embedding run lets a query in after its current batch.
        """
        with self._queue:
            self._model_free.acquire()
        try:
            yield
        finally:
            self._model_free.release()

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                self._check_weights()
                try:
                    self._model = _load(str(self._source), self._device, self._threads)
                except Exception as error:
                    raise EmbeddingFailed(
                        f"cannot load the model {self._source} from local files: {error}. "
                        "Pass a directory that holds it, or download it first"
                    ) from error
            return self._model

    def _check_weights(self) -> None:
        if self._weights_sha256 is not None:
            verified_bytes(Path(self._source) / WEIGHTS, self._weights_sha256)


def minilm(
    *, batch_size: int = 16, threads: int | None = None, device: str | None = None
) -> SentenceTransformersEmbedder:
    """The bundled all-MiniLM-L6-v2 (384 dimensions, 256 tokens, English) in full precision, run by PyTorch.

    ``memos_adapters.onnx_minilm`` runs the same weights several times faster and is the default.

    Returns:
        An embedder that verifies and loads the weights on first use.

    Raises:
        MissingExtra: A package of the extras ``embeddings`` and ``sentence-transformers`` is not installed.
    """
    require_extra("sentence-transformers", "sentence_transformers", "torch")
    require_extra("embeddings", PACKAGE)
    return SentenceTransformersEmbedder(
        packaged_model(),
        batch_size=batch_size,
        fingerprint=MINILM,
        dimensions=DIMENSIONS,
        weights_sha256=_MINILM_SHA256,
        threads=threads,
        device=device,
    )


def _load(source: str, device: str | None, threads: int | None) -> Any:
    # Imported by name: type checkers would otherwise follow all of torch.
    if threads is not None:
        import_module("torch").set_num_threads(threads)
    progress = import_module("transformers.utils.logging")
    shown = progress.is_progress_bar_enabled()
    progress.disable_progress_bar()
    try:
        model_class = import_module("sentence_transformers").SentenceTransformer
        if not Path(source).is_dir():
            # Looked up here: given a name, the library asks the network for some files even with ``local_files_only``.
            source = import_module("huggingface_hub").snapshot_download(source, local_files_only=True)
        return model_class(source, device=device, local_files_only=True)
    finally:
        if shown:
            progress.enable_progress_bar()


def _digest(model: Any) -> str:
    """Twelve hexadecimal digits over the weights and the settings that change a vector."""
    torch = import_module("torch")
    settings = (model.max_seq_length, model.default_prompt_name, sorted(model.prompts.items()), model.truncate_dim)
    total = hashlib.sha256(repr(settings).encode())
    for name, tensor in sorted(model.state_dict().items()):
        total.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}".encode())
        total.update(tensor.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return total.hexdigest()[:12]
