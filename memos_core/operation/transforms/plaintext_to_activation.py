"""Plaintext to activation: compute a text's keys and values once, keep them with everything that makes them exact."""

from collections.abc import Sequence
from dataclasses import dataclass

from memos_core.domain.activation import Manifest, Storage
from memos_core.domain.cube import MemCube
from memos_core.domain.query import Recollection
from memos_core.domain.record import DerivedRow
from memos_core.errors import InvalidInput
from memos_core.memories.local_model import LocalModelRuntime
from memos_core.operation.transforms.activation_rows import row_of
from memos_core.operation.transforms.origins import check_current, origin_of
from memos_core.ports import BlobStore, Clock, RecordStore, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a transform works with."""

    records: RecordStore
    blobs: BlobStore
    clock: Clock
    model: LocalModelRuntime
    vault: int
    tenant: str
    actor: str


def plaintext_to_activation(
    bench: Bench, given: Recollection | Sequence[MemCube], storage: Storage, self_contained: bool
) -> DerivedRow:
    """Compute, write the file, then commit the row with the proof that no source has changed in the meantime.

    Raises:
        InvalidInput: there is no text in it.
        TooLossy: the form of storage would change the model's answers.
        UnsupportedModel: the model's values cannot be reused.
        Conflict: a source changed in the meantime; nothing was kept.
        DiskFull, ReadOnlyStore: nothing was kept.
    """
    origin = origin_of(given)
    if not origin.text.strip() or not origin.sources:
        raise InvalidInput("there is nothing to transform: the recollection or the list of memories is empty")
    tokens, values = bench.model.memorise(origin.text)
    error = bench.model.storage_error(values, tokens, storage)
    manifest = Manifest(
        fingerprint=bench.model.fingerprint,
        tokens=tokens,
        layers=bench.model.capability.layers,
        storage=storage,
        error=error,
        sources=origin.sources,
        self_contained=self_contained,
        salt=bench.tenant,
        made_at=bench.clock.now(),
    )
    blob = bench.blobs.put(bench.model.dump(values, manifest))

    def keep(transaction: Transaction) -> DerivedRow:
        check_current(transaction, bench.vault, origin.sources)
        cubes = [cube for one in origin.sources if (cube := transaction.cubes.get(bench.vault, one.id)) is not None]
        moments = [cube.header.occurred_at for cube in cubes]
        row = row_of(manifest, origin.text, blob, (min(moments), max(moments)), bench.actor)
        transaction.blobs.add(blob)
        transaction.derived.put(bench.vault, [row])
        return row

    return bench.records.write(keep)
