"""Plaintext to activation: compute a text's keys and values once, keep them with everything that makes them exact."""

from dataclasses import dataclass, replace

from memos_core.domain.activation import Manifest
from memos_core.domain.record import BlobRow, DerivedRow
from memos_core.errors import CorruptStore, InvalidInput, MissingBlob
from memos_core.operation.transforms.activation_rows import handle_of, row_of, tells_the_same
from memos_core.operation.transforms.bench import Bench, Given, Wanted
from memos_core.operation.transforms.keeping import kept
from memos_core.operation.transforms.origins import Origin, check_current, origin_of
from memos_core.operation.work import SCRUB
from memos_core.ports import Transaction


def plaintext_to_activation(bench: Bench, given: Given, wanted: Wanted) -> DerivedRow:
    """Compute, write the file, then commit the row with the proof that no source has changed in the meantime.

    What is there already, and sound, is returned as it is.

    Raises:
        InvalidInput: there is no text in it.
        TooLossy: the form of storage would change the model's answers.
        UnsupportedModel: the model's values cannot be reused.
        ForeignActivation: the model was changed in the meantime; nothing was kept.
        UnknownCube: a memory of another vault or store.
        Conflict: a source changed in the meantime; nothing was kept.
        DiskFull, ReadOnlyStore: nothing was kept.
    """
    origin = origin_of(given)
    if not origin.text.strip() or not origin.sources:
        raise InvalidInput("there is nothing to transform: the recollection or the list of memories is empty")
    with bench.records.read() as transaction:
        check_current(transaction, bench.vault, origin.sources)
    fingerprint, tokens = bench.model.head(origin.text)
    manifest = Manifest(
        fingerprint=fingerprint,
        tokens=tokens,
        layers=bench.model.capability.layers,
        storage=wanted.storage,
        sources=origin.sources,
        self_contained=wanted.self_contained,
        salt=bench.tenant,
        made_at=bench.clock.now(),
    )
    return _Transform(bench, replace(origin, form=wanted.origin), manifest).done()


@dataclass(frozen=True, slots=True)
class _Transform:
    """One text on its way to a file and a row."""

    bench: Bench
    origin: Origin
    manifest: Manifest
    """Its error is not known before the values are."""

    def done(self) -> DerivedRow:
        """Compute and write, unless it is there."""
        with self.bench.records.read() as transaction:
            known = self._known(transaction)
        if known is not None and self._is_sound(known):
            return known
        damaged = known.blob if known else ""
        model, tokens = self.bench.model, self.manifest.tokens
        values = model.memorise(self.manifest.fingerprint, tokens)
        error = model.storage_error(values, tokens, self.manifest.storage)
        measured = replace(self, manifest=replace(self.manifest, error=error))
        return kept(
            self.bench.records,
            self.bench.blobs,
            lambda: model.dump(values, measured.manifest),
            lambda blob: self.bench.records.write(lambda tx: measured._committed(tx, blob, damaged)),
        )

    def _committed(self, transaction: Transaction, blob: BlobRow, damaged: str) -> DerivedRow:
        vault, sources = self.bench.vault, self.origin.sources
        self.bench.blobs.path(blob.digest)
        check_current(transaction, vault, sources)
        known = self._known(transaction)
        if known is not None and known.blob != damaged:  # somebody has made the same in the meantime
            return known
        cubes = [cube for one in sources if (cube := transaction.cubes.get(vault, one.id)) is not None]
        moments = [cube.header.occurred_at for cube in cubes]
        span = min(moments), max(moments)
        row = row_of(self.manifest, self.origin, blob, span, self.bench.actor)
        replaced = transaction.derived.get(vault, row.uid)
        transaction.blobs.add(blob)
        transaction.derived.put(vault, [row])
        if replaced is not None and replaced.blob not in ("", blob.digest):
            transaction.jobs.defer(SCRUB, vault, self.bench.clock.now())
        return row

    def _known(self, transaction: Transaction) -> DerivedRow | None:
        """What is stored of the same text, sources and tokens."""
        row = transaction.derived.get(self.bench.vault, handle_of(self.manifest))
        return row if row is not None and tells_the_same(row, self.origin.text, self.manifest) else None

    def _is_sound(self, row: DerivedRow) -> bool:
        try:
            self.bench.blobs.path(row.blob, verify=True)
        except (CorruptStore, MissingBlob):
            return False
        return True
