"""Smaller forms of stored keys and values: their size, their error, their files."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from memos_adapters.transformers_kv import TransformersEngine  # noqa: E402
from memos_adapters.transformers_kv.quantising import decoded, encoded  # noqa: E402
from memos_adapters.transformers_kv.values import TensorValues  # noqa: E402
from memos_core.domain.activation import Manifest, Storage  # noqa: E402
from tests.unit.activation.tiny_models import random_tokens, tiny_model, tiny_tokenizer  # noqa: E402


def some(length: int, width: int = 64) -> TensorValues:
    """Keys with two large channels, as trained models have them."""
    generator = torch.Generator().manual_seed(length)
    keys, values = (torch.randn(2, length, width, generator=generator) for _ in range(2))
    keys[..., :2] *= 20
    return TensorValues(layers=((keys, values),), tier="memory")


@pytest.mark.parametrize("length", [1, 63, 64, 65, 200])
def test_a_byte_a_number(length: int) -> None:
    values = some(length)
    read = decoded(encoded(values, Storage.INT8), Storage.INT8, torch.float32)
    for name, one in values.named().items():
        assert read[name].shape == one.shape
        spread = (one.amax(1) - one.amin(1)).amax() if name.endswith(".k") else (one.amax(2) - one.amin(2)).amax()
        assert float((read[name] - one).abs().max()) <= float(spread) / 255 + 1e-3 * float(one.abs().max())


def test_large_channels_do_not_cost_the_others() -> None:
    keys = some(128).layers[0][0]  # type: ignore[index]
    read = decoded(encoded(some(128), Storage.INT8), Storage.INT8, torch.float32)["layers.0.k"]
    assert float((read - keys)[..., 2:].abs().max()) < 0.02


def test_half_of_the_bytes_of_bfloat16() -> None:
    sizes = {
        storage: sum(one.numel() * one.element_size() for one in encoded(some(1024), storage).values())
        for storage in (Storage.BFLOAT16, Storage.INT8)
    }
    assert sizes[Storage.INT8] < 0.56 * sizes[Storage.BFLOAT16]


@pytest.mark.parametrize("storage", list(Storage))
def test_a_file_of_every_form(storage: Storage, tmp_path: Path) -> None:
    engine = TransformersEngine(tiny_model("llama"), tiny_tokenizer())
    tokens = random_tokens(100)
    values = engine.prefill(tokens)
    manifest = Manifest(
        fingerprint=engine.fingerprint,
        tokens=tuple(tokens),
        layers=engine.capability.layers,
        storage=storage,
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    path = tmp_path / "kv"
    path.write_bytes(b"".join(engine.dump([values], manifest)))
    found, read = engine.load(path)
    assert found.storage is storage
    error = engine.storage_error(values, tokens, storage)
    far = max(
        float((one - other).abs().max() / one.std())
        for one, other in zip(values.named().values(), read.named().values(), strict=True)
    )
    if storage is Storage.NATIVE:
        assert far == error == 0
    else:
        assert 0 < far < 0.05
        assert 0 < error < 0.02
    assert engine.audit(found, read) == []
