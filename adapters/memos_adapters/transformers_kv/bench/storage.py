"""Smaller forms of stored values: bytes and divergence, on a model whose answers depend on them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import mean

from memos_adapters.transformers_kv.bench import recalling
from memos_adapters.transformers_kv.bench.subjects import medium, tokens, words_of
from memos_adapters.transformers_kv.composing import divergence_of
from memos_adapters.transformers_kv.engine import TransformersEngine
from memos_core.domain.activation import Manifest, Storage
from memos_core.domain.measurement import Measurement

_MOST = 0.005
_HALF = 0.55
"""Of the bytes of bfloat16, scales included."""


def measure(folder: Path, *, quick: bool) -> Iterator[Measurement]:
    """A row for each form."""
    blocks = 3 if quick else 8
    small = TransformersEngine(recalling.trained(folder, blocks), words_of(recalling.VOCABULARY))
    large = TransformersEngine(medium(*((2, 64, 4, 2) if quick else ())), words_of(8192))
    sizes = {form: _bytes(large, folder, form, 256 if quick else 1024) for form in Storage}
    for form in (Storage.BFLOAT16, Storage.INT8):
        lost = [_lost(small, folder, form, one) for one in recalling.stories(5 if quick else 40, blocks, 12, seed=99)]
        share = sizes[form] / sizes[Storage.BFLOAT16]
        promised = form is Storage.INT8
        yield Measurement(
            name=f"stored as {form.value}",
            measured=f"{share:.2f} of bfloat16's bytes, KL {mean(lost):.5f} nats",
            target=f"half the bytes, KL <= {_MOST}" if promised else "",
            met=(share <= _HALF and mean(lost) <= _MOST) if promised else None,
            note=f"{sizes[form] / sizes[Storage.NATIVE]:.2f} of the model's own form (float32); scales included",
            figures={"share": share, "kl": mean(lost)},
        )


def _stored(engine: TransformersEngine, ids: list[int], form: Storage, path: Path) -> int:
    manifest = Manifest(
        fingerprint=engine.fingerprint,
        tokens=tuple(ids),
        layers=engine.capability.layers,
        storage=form,
        made_at=datetime.now(UTC),
    )
    return path.write_bytes(b"".join(engine.dump([engine.prefill(ids)], manifest)))


def _bytes(engine: TransformersEngine, folder: Path, form: Storage, length: int) -> int:
    path = folder / "stored.kv"
    size = _stored(engine, tokens(length), form, path)
    path.unlink()
    return size


def _lost(engine: TransformersEngine, folder: Path, form: Storage, told: recalling.Story) -> float:
    path, ids = folder / "stored.kv", recalling.context(told.blocks)
    _stored(engine, ids, form, path)
    _, read = engine.load(path)
    full = engine.prefill(ids)
    path.unlink()
    pairs = (
        [engine.logits([*ids, *question.tokens], [values])[None] for values in (full, read)]
        for question in told.questions
    )
    return mean(divergence_of(true, other) for true, other in pairs)
