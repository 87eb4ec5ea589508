"""Finds activation and parametric memory whose file is gone or holds other bytes."""

from collections.abc import Iterator

from memos_core.domain.record import DerivedRow, VaultRow
from memos_core.errors import CorruptStore, MissingBlob
from memos_core.operation.transforms.activation_rows import ACTIVATION
from memos_core.operation.transforms.parametric_rows import PARAMETRIC
from memos_core.ports import BlobStore, RecordStore


def damaged(records: RecordStore, blobs: BlobStore, vault: VaultRow) -> Iterator[tuple[str, str]]:
    """Files of a vault's activation and parametric memory that are not as they were written.

    By their digests, with what to do about each. Every file is read. Nothing is lost with a file: the text serves.
    """
    with records.read() as transaction:
        listed = [one for kind in (ACTIVATION, PARAMETRIC) for one in transaction.derived.listed(vault.id, kind)]
        rows = [transaction.derived.get(vault.id, uid) for uid, _ in listed]
    for row in rows:
        if row is None or not row.blob:
            continue
        try:
            blobs.path(row.blob, verify=True)
        except (CorruptStore, MissingBlob) as error:
            if _is_current(records, vault, row):
                what = "is gone" if isinstance(error, MissingBlob) else "is damaged"
                yield (
                    row.blob,
                    f"{row.kind} memory {row.uid} of vault {vault.uid!r}: its file {row.blob[:12]}… {what}, so its "
                    "text is sent; transform the same memories again, or erase it",
                )


def _is_current(records: RecordStore, vault: VaultRow, row: DerivedRow) -> bool:
    """Whether that was not changed or erased in the meantime."""
    with records.read() as transaction:
        now = transaction.derived.get(vault.id, row.uid)
    return now is not None and now.blob == row.blob
