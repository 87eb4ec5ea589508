"""What the background jobs do: embed new passages, seal the index, scrub what was erased."""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import numpy as np

from memos_core.domain.record import Job, VaultRow
from memos_core.errors import EmbeddingFailed, StoreError
from memos_core.ports import BlobStore, Clock, Embedder, Floats, RecordStore, Transaction, VaultIndex

_log = logging.getLogger(__name__)

EMBED, SEAL, SCRUB = "embed", "seal", "scrub"

EMBED_BATCH = 256
"""Passages per embedder call and transaction."""
LEASE_S = 60.0
"""A worker that is silent for this long loses its job."""
BLOB_GRACE = timedelta(hours=1)
"""A blob that nothing refers to is kept this long: its reference may be about to be committed."""


class LeaseLost(Exception):
    """Another worker has the job now; whatever this one made is dropped."""


class Postponed(Exception):
    """The job cannot be finished now. It is tried again a little later, however often that takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """What jobs work with."""

    records: RecordStore
    index: VaultIndex
    blobs: BlobStore
    embedder: Embedder | None
    clock: Clock
    stopping: threading.Event = field(default_factory=threading.Event)
    """Set when the store is about to be closed: long jobs leave the rest for the next open."""

    def store(self, job: Job, work: Callable[[Transaction], None]) -> None:
        """Commit a result together with the proof that the lease still holds.

        Raises:
            LeaseLost: it does not; nothing was stored.
        """

        def fenced(transaction: Transaction) -> None:
            if not transaction.jobs.extend(job, self.clock.now(), LEASE_S):
                raise LeaseLost
            work(transaction)

        self.records.write(fenced)


def embed(place: Workplace, job: Job) -> None:
    """Embed every passage of the vault that has no vector of the current embedder yet."""
    embedder = place.embedder
    if embedder is None:
        return
    while True:
        if place.stopping.is_set():
            raise Postponed("the store is being closed")
        with place.records.read() as transaction:
            vault = transaction.vaults.by_id(job.vault)
            covered = transaction.feed.coverage(job.vault).get(embedder.fingerprint, 0)
            texts = transaction.feed.texts(job.vault, covered, EMBED_BATCH)
        if vault is None or covered >= vault.next_slot:
            break
        upto = texts[-1][0] + 1 if len(texts) == EMBED_BATCH else vault.next_slot
        vectors = embedded(embedder, [text for _, text in texts])
        slots = [slot for slot, _ in texts]
        place.store(job, _keeping(job.vault, embedder.fingerprint, slots, vectors, upto))
    place.store(job, lambda transaction: _after_embedding(place, transaction, job.vault, embedder.fingerprint))


def embedded(embedder: Embedder, texts: list[str]) -> Floats:
    """Vectors ``(len(texts), d)`` of ``texts``, checked.

    Raises:
        EmbeddingFailed: the embedder raised, or returned another shape or numbers that are not finite.
    """
    if not texts:
        return np.empty((0, embedder.dimensions), np.float32)
    try:
        vectors = np.asarray(embedder.embed(texts), np.float32)
    except EmbeddingFailed:
        raise
    except Exception as error:  # a model of the caller's, which may raise anything
        raise EmbeddingFailed(f"embedder {embedder.fingerprint!r} raised {type(error).__name__}: {error}") from error
    if vectors.shape != (len(texts), embedder.dimensions) or not np.isfinite(vectors).all():
        raise EmbeddingFailed(
            f"embedder {embedder.fingerprint!r} returned an array of shape {vectors.shape} for {len(texts)} texts; "
            f"finite ({len(texts)}, {embedder.dimensions}) was expected"
        )
    return vectors


def seal(place: Workplace, job: Job) -> None:
    """Move what is in memory only into segment files."""
    while place.index.seal(_vault(place, job)):
        _log.debug("sealed a segment of vault %d", job.vault)


def scrub(place: Workplace, job: Job) -> None:
    """Remove every byte of erased content: from segments, unreferenced blobs, free pages and the write-ahead log.

    Raises:
        Postponed: a reader holds on to pages that are no longer current.
    """
    place.index.scrub(_vault(place, job))
    with place.records.read() as transaction:
        orphans = transaction.blobs.unreferenced(place.clock.now() - BLOB_GRACE)
    for digest in orphans:
        place.blobs.remove(digest)
        place.store(job, _without(digest))
    if not place.records.purge():
        raise Postponed("a reader holds on to old pages; erased bytes are removed from the log when it is done")


HANDLERS: Mapping[str, Callable[[Workplace, Job], None]] = {EMBED: embed, SEAL: seal, SCRUB: scrub}
"""By kind of job."""


def _keeping(
    vault: int, fingerprint: str, slots: list[int], vectors: Floats, upto: int
) -> Callable[[Transaction], None]:
    return lambda transaction: transaction.feed.put_vectors(vault, fingerprint, slots, vectors.astype(np.float16), upto)


def _after_embedding(place: Workplace, transaction: Transaction, vault: int, fingerprint: str) -> None:
    if any(other != fingerprint for other in transaction.feed.coverage(vault)):
        transaction.feed.drop_vectors(vault, keep=fingerprint)
    transaction.jobs.defer(SEAL, vault, place.clock.now())


def _without(digest: str) -> Callable[[Transaction], None]:
    return lambda transaction: transaction.blobs.remove(digest)


def _vault(place: Workplace, job: Job) -> VaultRow:
    with place.records.read() as transaction:
        vault = transaction.vaults.by_id(job.vault)
    if vault is None:
        raise StoreError(f"job {job.id} is for vault {job.vault}, which does not exist")
    return vault
