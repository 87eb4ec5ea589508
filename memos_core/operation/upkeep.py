"""Background jobs that keep the index: embed new passages, seal segments, scrub what was erased."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np

from memos_core.domain.record import Job
from memos_core.errors import EmbeddingFailed
from memos_core.operation import distilling
from memos_core.operation.work import FORM, SEAL, Postponed, Workplace
from memos_core.ports import Embedder, Floats, Transaction

_log = logging.getLogger(__name__)

EMBED_BATCH = 256
"""Passages per embedder call and transaction."""
BLOB_GRACE = timedelta(hours=1)
"""A blob that nothing refers to is kept this long: its reference may be about to be committed."""


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
    while place.index.seal(place.vault(job)):
        _log.debug("sealed a segment of vault %d", job.vault)


def scrub(place: Workplace, job: Job) -> None:
    """Remove every byte of erased content: from segments, unreferenced blobs, free pages and the write-ahead log.

    Trainings that are not wanted any more end, and what they were taught goes with them.

    Raises:
        Postponed: a reader holds on to pages that are no longer current, or a training has not ended yet.
    """
    place.index.scrub(place.vault(job))
    ended: list[Path] = []

    def sweep(transaction: Transaction) -> None:
        _sweep(place, transaction)
        ended[:] = distilling.sweep(place, transaction, job.vault)

    place.store(job, sweep)
    distilling.clear(ended)
    if not place.records.purge():
        raise Postponed("a reader holds on to old pages; erased bytes are removed from the log when it is done")


def _keeping(
    vault: int, fingerprint: str, slots: list[int], vectors: Floats, upto: int
) -> Callable[[Transaction], None]:
    return lambda transaction: transaction.feed.put_vectors(vault, fingerprint, slots, vectors.astype(np.float16), upto)


def _after_embedding(place: Workplace, transaction: Transaction, vault: int, fingerprint: str) -> None:
    if any(other != fingerprint for other in transaction.feed.coverage(vault)):
        transaction.feed.drop_vectors(vault, keep=fingerprint)
    transaction.jobs.defer(SEAL, vault, place.clock.now())
    transaction.jobs.defer(FORM, vault, place.clock.now())


def _sweep(place: Workplace, transaction: Transaction) -> None:
    """Remove the files that nothing refers to. In a transaction, so that nothing can begin to refer to one of them."""
    for digest in transaction.blobs.unreferenced(place.clock.now() - BLOB_GRACE):
        place.blobs.remove(digest)
        transaction.blobs.remove(digest)
    place.blobs.sweep(transaction.blobs.digests())
