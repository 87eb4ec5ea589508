"""What every background job works with, and how it ends other than well."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from memos_core.domain.record import Job, VaultRow
from memos_core.domain.usage import ModelBudget
from memos_core.errors import StoreError
from memos_core.ports import (
    AdapterTrainer,
    BlobStore,
    ChatModel,
    Clock,
    Embedder,
    RecordStore,
    Transaction,
    VaultIndex,
)

EMBED, FORM, CONSOLIDATE, REFINE, SEAL, SCRUB = "embed", "form", "consolidate", "refine", "seal", "scrub"
DISTIL = "distil"

LEASE_S = 60.0
"""A worker that is silent for this long loses its job."""


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
    model: ChatModel | None = None
    """Refines what the rules make."""
    model_budget: ModelBudget = field(default_factory=ModelBudget)
    trainer: AdapterTrainer | None = None
    """Teaches the local model; ``None`` where it cannot be taught."""
    workshop: Path | None = None
    """Where trainings are kept while they are under way."""
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

    def vault(self, job: Job) -> VaultRow:
        """The vault that a job is for."""
        with self.records.read() as transaction:
            vault = transaction.vaults.by_id(job.vault)
        if vault is None:
            raise StoreError(f"job {job.id} is for vault {job.vault}, which does not exist")
        return vault
