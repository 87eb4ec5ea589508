"""The composition root: opens a store, its models and its worker, and hands out vaults."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal

from memos_core.domain.moment import SystemClock
from memos_core.domain.record import StoreStats
from memos_core.domain.usage import ModelBudget, Usage
from memos_core.errors import CorruptStore, DiskFull, InvalidInput, ReadOnlyStore, UnknownVault
from memos_core.infrastructure import registry
from memos_core.interface.arguments import a_zone
from memos_core.interface.models import as_model
from memos_core.interface.reader import check_name
from memos_core.interface.runtime import Runtime, trainer_of
from memos_core.interface.shelf import Shelf
from memos_core.interface.tokens import default_counter
from memos_core.interface.vault import Vault
from memos_core.memories.local_model import LocalModelRuntime
from memos_core.operation.distilling import waits
from memos_core.operation.formation.forming import CELL, RULES
from memos_core.operation.refining.accounts import enter, usage
from memos_core.operation.refining.asking import asker_for
from memos_core.operation.scheduler import Scheduler
from memos_core.operation.transforms.checking import damaged
from memos_core.operation.work import DISTIL, EMBED, FORM, REFINE, Workplace
from memos_core.ports import Clock, Embedder, TokenCounter, Transaction

_log = logging.getLogger(__name__)

_EVER = datetime.max.replace(tzinfo=UTC)


class MemoryOS:
    """An open store of vaults. A context manager, sync and async; thread-safe.

    Example:
        >>> with MemoryOS.open("sqlite:///memory.db") as memory:  # doctest: +SKIP
        ...     memory.vault("alice").remember("I no longer eat meat.")
    """

    def __init__(self, runtime: Runtime) -> None:
        """Use ``MemoryOS.open``."""
        self._runtime = runtime

    @classmethod
    def open(
        cls,
        url: str,
        *,
        embedder: Embedder | Literal["default"] | None = "default",
        retiring: Sequence[Embedder] = (),
        clock: Clock | None = None,
        count_tokens: TokenCounter | None = None,
        worker: bool = True,
        model: Any = None,
        model_budget: ModelBudget | None = None,
        model_in_recall: bool = False,
        local_model: LocalModelRuntime | None = None,
    ) -> MemoryOS:
        """Open a store, creating it if it is new.

        Args:
            url: ``sqlite:///memory.db`` (relative) or ``sqlite:////var/lib/memory.db`` (absolute).
            embedder: ``"default"`` is the bundled MiniLM if the extra ``embeddings`` is installed, otherwise none;
                ``None`` finds by words only. A store opened with another embedder than before is embedded anew in the
                background.
            retiring: Embedders of before, whose vectors serve until the new ones are complete.
            clock: Tells the time; the machine's by default.
            count_tokens: Cost of a text in the host's model; by default tiktoken's cl100k where its table is at hand,
                otherwise an estimate, flagged as such.
            worker: Embed and index in a background thread. Without it only ``settle`` works.
            model: A language model that refines in the background what the rules make of memories: a LangChain chat
                model, a LlamaIndex LLM, a ``ports.ChatModel`` such as ``memos_adapters.openai_chat``'s, or a function
                from text to text. Whatever it does, the deterministic answer stands where its reply cannot be used.
            model_budget: How much all models may be used over the life of the store; no limit by default.
            model_in_recall: Let the model also judge what a recall found and rewrite its question; a recall then takes
                as long as the model does.
            local_model: A model in this process, which reads activation memory and is taught parametric memory.

        Raises:
            InvalidInput: no adapter for the URL, or something else than a ``LocalModelRuntime`` as the local model.
            EngineTooOld, FutureFormat, ReadOnlyStore, CorruptStore, DiskFull: see ``memos_core.errors``.
        """
        if local_model is not None and not isinstance(local_model, LocalModelRuntime):
            raise InvalidInput(
                f"local_model is a {type(local_model).__name__}; give "
                "LocalModelRuntime(TransformersEngine(model, tokenizer))"
            )
        engine = registry.open_engine(url)
        current = registry.default_embedder() if embedder == "default" else embedder
        place = Workplace(
            records=engine.records,
            index=engine.index,
            blobs=engine.blobs,
            embedder=current,
            clock=clock or SystemClock(),
            model=None if model is None else as_model(model),
            model_budget=model_budget or ModelBudget(),
            trainer=trainer_of(local_model),
            workshop=engine.workshop,
        )
        scheduler = Scheduler(place)
        runtime = Runtime(
            engine,
            (current, *retiring) if current is not None else tuple(retiring),
            place.clock,
            (count_tokens, True) if count_tokens is not None else default_counter(),
            scheduler,
            asker_for(place) if model_in_recall else None,
            local_model,
        )
        try:
            _catch_up(place)
        except (CorruptStore, DiskFull, ReadOnlyStore) as error:  # what can be read of it still can, and doctor() tells
            _log.warning("cannot ask for background work: %s", error)
        if worker:
            _revive(place)
            scheduler.start()
        return cls(runtime)

    def vault(self, name: str, *, create: bool = True, actor: str = "user", zone: str = "") -> Vault:
        """One owner's memory.

        Args:
            name: The owner: a user id, an agent's or a team's name.
            create: Make it with the first write if it is new.
            actor: Who acts through this handle, for the log.
            zone: The owner's time zone (``Europe/Berlin``), in which "yesterday" is meant and dates are shown. It is
                kept with the first write through this handle; UTC for a new vault.

        Raises:
            UnknownVault: there is none of that name and ``create`` is false.
            InvalidInput: not a name.
        """
        check_name(name, "vault name")
        check_name(actor, "actor")
        if not create and name not in self.vaults():
            raise UnknownVault(f"{self.location} has no vault {name!r}")
        return Vault(name, self._runtime, actor, a_zone(zone))

    def shelf(self, name: str) -> Shelf:
        """A place for what a host framework keeps beside memories, by name.

        Raises:
            InvalidInput: not a name.
        """
        check_name(name, "shelf name")
        return Shelf(name, self._runtime)

    def vaults(self) -> list[str]:
        """Names of all vaults that something was written to, sorted."""
        with self._runtime.records.read() as transaction:
            return [row.uid for row in transaction.vaults.all()]

    def stats(self) -> StoreStats:
        """Counts over the whole store, and its size on disk."""
        with self._runtime.records.read() as transaction:
            counts = transaction.vaults.stats(None)
        return replace(counts, bytes=self._runtime.engine.measure())

    def doctor(self) -> list[str]:
        """Problems found in the database, the index, the blobs and the background work; empty when all is well.

        Reads every file of activation and parametric memory.
        """
        problems = self._runtime.records.check()
        if problems:  # what is derived from a damaged truth tells nothing
            return problems
        with self._runtime.records.read() as transaction:
            vaults = transaction.vaults.all()
            dead = transaction.jobs.dead()
            referred = transaction.blobs.digests().difference(transaction.blobs.unreferenced(_EVER))
        for row in vaults:
            problems += self._runtime.engine.index.check(row)
        blobs = self._runtime.engine.blobs
        told = dict(one for row in vaults for one in damaged(self._runtime.records, blobs, row))
        problems += told.values()
        missing = referred - blobs.digests() - told.keys()
        problems += [f"blob {digest[:12]}… is referenced but its file is gone" for digest in sorted(missing)]
        problems += [f"job {job.kind} was given up after {job.tries} tries: {error}" for job, error in dead]
        return problems

    def usage(self) -> tuple[Usage, ...]:
        """What language models have cost in this store, by operation and model, over its life."""
        with self._runtime.records.read() as transaction:
            return usage(transaction)

    def note_usage(self, usage: Usage) -> None:
        """Add to the account that ``usage`` tells of, e.g. what a provider said of its prompt cache."""
        self._runtime.records.write(lambda transaction: enter(transaction, usage))

    def settle(self, timeout: float | None = None) -> None:
        """Wait until everything in every vault is embedded and indexed, helping with the work.

        Raises:
            TimeoutError: not settled after ``timeout`` seconds.
            WorkFailed: background work was given up.
        """
        self._runtime.scheduler.settle(None, timeout)

    async def asettle(self, timeout: float | None = None) -> None:
        """Async door to ``settle``."""
        await self._runtime.offload(lambda: self.settle(timeout))

    @property
    def local_model(self) -> LocalModelRuntime:
        """The model in this process.

        Raises:
            InvalidInput: the store was opened without one.
        """
        if self._runtime.local_model is None:
            raise InvalidInput("this store has no local model; open it with MemoryOS.open(..., local_model=...)")
        return self._runtime.local_model

    @property
    def location(self) -> str:
        """Where the store lives."""
        return self._runtime.engine.location

    def close(self) -> None:
        """Finish the job in hand and close. Waiting work goes on at the next open. Closing twice is fine."""
        self._runtime.close()

    def __enter__(self) -> MemoryOS:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    async def __aenter__(self) -> MemoryOS:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.close)


def _catch_up(place: Workplace) -> None:
    """Ask for what is missing: vectors by this embedder, cells, adapters, and what the model has not read."""
    embedder = place.embedder
    with place.records.read() as transaction:
        outdated = transaction.derived.outdated(CELL, RULES)
        unformed = {*transaction.derived.unformed_vaults(), *outdated}
        untaught = [row.id for row in transaction.vaults.all() if place.trainer and waits(transaction, row.id)]
        everyone = [row.id for row in transaction.vaults.all()] if place.model else []
        behind = [
            row.id
            for row in transaction.vaults.all()
            if embedder and transaction.feed.coverage(row.id).get(embedder.fingerprint, 0) < row.next_slot
        ]
    now = place.clock.now()

    def ask(transaction: Transaction) -> None:
        if outdated:
            transaction.derived.mark_outdated(CELL, RULES)
        for kind, vaults in (
            (EMBED, behind),
            (FORM, sorted(unformed)),
            (REFINE, everyone),
            (DISTIL, untaught),
        ):
            for vault in vaults:
                transaction.jobs.defer(kind, vault, now)

    if behind or unformed or everyone or untaught:
        place.records.write(ask)


def _revive(place: Workplace) -> None:
    """Give jobs that were given up by an earlier run another chance."""
    with place.records.read() as transaction:
        dead = transaction.jobs.dead()
    if dead:
        now = place.clock.now()
        place.records.write(lambda transaction: transaction.jobs.revive(None, now))
