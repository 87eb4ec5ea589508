"""Adapters from and to peft's own format: a folder with two files."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from memos_core.domain.activation import digest_of
from memos_core.domain.parametric import AdapterManifest, TrainingState
from memos_core.domain.record import BlobRow, DerivedRow
from memos_core.errors import InvalidInput
from memos_core.operation.transforms.bench import Bench
from memos_core.operation.transforms.handles import LORA
from memos_core.operation.transforms.keeping import in_chunks, kept
from memos_core.operation.transforms.parametric_rows import Standing, base_key, row_of
from memos_core.operation.work import SCRUB
from memos_core.ports import AdapterExchange, Transaction


def imported(
    bench: Bench,
    folder: Path,
    base: str,
    text: str,
    commit: Callable[[Callable[[Transaction, int], DerivedRow]], DerivedRow],
) -> DerivedRow:
    """Keep an adapter that was made elsewhere. It rests on no memory, and cannot be made again.

    Args:
        bench: Of the vault.
        folder: Holds the adapter.
        base: Name of the model that it is for, where the folder cannot prove it.
        text: What it stands for.
        commit: Runs a write with the number of the vault, made now if it is new.

    Raises:
        InvalidInput: this model takes no adapters.
        ForeignAdapter: made for another model.
        CorruptAdapter: no such adapter.
        DiskFull, ReadOnlyStore: nothing was kept.
    """
    exchange = _exchange(bench)
    if bench.workshop is None:
        raise InvalidInput("this store has no place for files of work under way; adapters cannot be imported")
    half = bench.workshop / f"{uuid.uuid4().hex}.safetensors"
    try:
        manifest = exchange.admit(folder, half, base=base)
        return kept(
            bench.records,
            bench.blobs,
            lambda: in_chunks(half),
            lambda blob: commit(lambda tx, vault: _committed(bench, tx, vault, manifest, blob, text)),
        )
    finally:
        half.unlink(missing_ok=True)
        with suppress(OSError):  # others may be at work in it
            bench.workshop.rmdir()


def exported(bench: Bench, row: DerivedRow, folder: Path) -> None:
    """Write the adapter of a row in peft's format, with its manifest beside.

    Raises:
        InvalidInput: there is none: it waits, is stale or has failed; or this model takes no adapters.
        CorruptAdapter, MissingBlob: its file is damaged or gone.
    """
    exchange = _exchange(bench)
    if not row.blob:
        raise InvalidInput(f"{row.uid!r} has no adapter to export: it is not trained, or a source has changed since")
    exchange.export(bench.blobs.path(row.blob), folder)


def _exchange(bench: Bench) -> AdapterExchange:
    adapters: object = bench.model.adapters
    if not isinstance(adapters, AdapterExchange):
        raise InvalidInput(
            "this store's model takes no adapters; open it with "
            "local_model=LocalModelRuntime(engine, adapters=PeftLoraEngine(model, tokenizer))"
        )
    return adapters


def _committed(
    bench: Bench, transaction: Transaction, vault: int, manifest: AdapterManifest, blob: BlobRow, text: str
) -> DerivedRow:
    """The row of it; the same adapter once more is the same row, with the newer text."""
    bench.blobs.path(blob.digest)
    now = bench.clock.now()
    standing = Standing(
        state=TrainingState.REJECTED if manifest.rejected else TrainingState.IMPORTED,
        asked="",
        order=(),
        base=base_key(manifest.base),
        recipe=None,
        actor=bench.actor,
        origin="import",
        text=text,
        manifest=manifest,
    )
    uid = f"{LORA}{digest_of([bench.tenant, 'import', manifest.key])[:32]}"
    row = row_of(uid, standing, (now, now), now, blob)
    if transaction.derived.get(vault, uid) is not None:  # its file serves nobody any more
        transaction.jobs.defer(SCRUB, vault, now)
    transaction.blobs.add(blob)
    transaction.derived.put(vault, [row])
    return row
