"""The handle that everything is called on: one owner's memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar, Unpack, overload

from memos_core.domain.cube import Json, MemCube, Provenance
from memos_core.domain.query import DEFAULT_STAGES, Filter, Recollection
from memos_core.domain.record import LogEntry, StoreStats, VaultRow
from memos_core.domain.turn import Turn
from memos_core.errors import Erased
from memos_core.infrastructure.exchange import write_export
from memos_core.interface.arguments import (
    a_moment,
    a_number,
    a_path,
    a_version,
    an_id,
    names,
    several_ids,
    some_stages,
    texts,
    words,
)
from memos_core.interface.content import Content, Details
from memos_core.interface.doors import door
from memos_core.interface.insight import Insight
from memos_core.interface.planner import check_call
from memos_core.interface.reader import many, read, redraft
from memos_core.interface.recollect import recollect
from memos_core.interface.runtime import Runtime
from memos_core.interface.transforming import Transforming
from memos_core.operation import transitions
from memos_core.operation.formation.passages import drafts
from memos_core.operation.transforms.handles import HANDLES
from memos_core.operation.transitions import Change
from memos_core.operation.work import EMBED, SCRUB
from memos_core.ports import Transaction

R = TypeVar("R")

SCRUB_TIMEOUT_S = 60.0
PAGE = 500


@dataclass(frozen=True, slots=True)
class Vault(Insight, Transforming):
    """One owner's memory (a user, an agent, a team). Thread-safe; get one from ``MemoryOS.vault``."""

    name: str
    """The owner's name in this store."""
    _runtime: Runtime
    actor: str = "user"
    """Who acts through this handle; written into every version and log entry."""
    _zone: str = ""
    """The owner's time zone, kept with the first write; empty to leave it as it is."""

    # ── writing ──

    @overload
    def remember(self, content: Content, **details: Unpack[Details]) -> MemCube: ...

    @overload
    def remember(
        self, content: Sequence[Turn] | list[Any] | tuple[Any, ...] | Iterator[Any], **details: Unpack[Details]
    ) -> list[MemCube]: ...

    def remember(
        self,
        content: Content | Sequence[Content] | Iterator[Content],
        *,
        speaker: str = "",
        role: str = "",
        session: str = "",
        at: datetime | None = None,
        kind: str = "",
        metadata: Mapping[str, Json] | None = None,
        source: str = "",
        reason: str = "",
        idempotency_key: str = "",
    ) -> MemCube | list[MemCube]:
        """Store one memory, or a batch in one transaction. When this returns, it survives a crash.

        Args:
            content: Text, a ``Turn``, a chat message (OpenAI-style mapping, LangChain, LlamaIndex), or a sequence.
            speaker: Name of who said it; a message's own name goes before this and the following.
            role: ``user``, ``assistant``, ``system``, ``tool``.
            session: The conversation that it belongs to; neighbours in a session explain each other.
            at: Event time, aware; now by default.
            kind: ``turn`` or ``note``, or a kind of the caller's.
            metadata: The caller's fields, values as JSON holds them.
            source: Where it came from.
            reason: Why it is remembered, for the log.
            idempotency_key: A second delivery under the same key returns what the first one stored. In a batch
                item ``i`` has the key ``f"{idempotency_key}#{i}"``.

        Returns:
            The stored cube, or a list of cubes in the order of the batch.

        Raises:
            InvalidInput, InvalidText, NaiveDatetime: nothing of the batch was stored.
            Erased: a key belongs to a memory that was erased; the rest of the batch was stored.
            StoreError: see ``memos_core.errors``; nothing was stored.
        """
        turns = read(
            content,
            speaker=speaker,
            role=role,
            session=session,
            at=at,
            kind=kind,
            metadata=metadata,
            source=source,
            key=idempotency_key,
        )
        ready = drafts(turns, self._runtime.clock.now())
        if not ready:
            return []

        def store(transaction: Transaction, change: Change) -> list[MemCube | None]:
            stored = transitions.store(transaction, change, ready)
            self._runtime.defer(transaction, EMBED, change.vault)
            return stored

        cubes = [cube for cube in self._write(store, reason) if cube is not None]
        if len(cubes) < len(ready):
            raise Erased(
                f"{len(ready) - len(cubes)} item(s) were delivered under the idempotency key of an erased memory"
            )
        return cubes if many(content) else cubes[0]

    def revise(
        self,
        id: str,
        text: str,
        *,
        reason: str = "",
        at: datetime | None = None,
        expect: int | None = None,
        metadata: Mapping[str, Json] | None = None,
    ) -> MemCube:
        """Supersede a memory's text; the old version stays in its history and in ``recall(at=...)`` before then.

        Args:
            id: The cube's id.
            text: The new text.
            reason: Why, for the log.
            at: From when on the new text holds; now by default.
            expect: Refuse unless the current version has this number.
            metadata: New metadata; unchanged by default.

        Raises:
            UnknownCube, Erased, Conflict, IllegalTransition, InvalidText, NaiveDatetime, InvalidInput.
        """
        uid, valid_from, version = an_id(id), a_moment(at, "at"), a_version(expect, "expect")

        def supersede(transaction: Transaction, change: Change) -> MemCube:
            current = transitions.require(transaction, change.vault, uid)
            draft = redraft(current, text, current.header.metadata if metadata is None else metadata)
            revised = transitions.revise(transaction, change, uid, draft, valid_from, version)
            self._runtime.defer(transaction, EMBED, change.vault)
            return revised

        return self._write(supersede, reason)

    def forget(self, id: str, *, reason: str = "") -> MemCube:
        """Hide a memory from recall; its history stays and ``restore`` brings it back.

        Raises:
            UnknownCube, Erased.
        """
        uid = an_id(id)
        return self._write(lambda transaction, change: transitions.forget(transaction, change, uid), reason)

    def restore(self, id: str, *, version: int | None = None, reason: str = "") -> MemCube:
        """Bring back a forgotten memory, or an old version's content as the newest version.

        Raises:
            UnknownCube, UnknownVersion, Erased.
        """
        uid, number = an_id(id), a_version(version)

        def bring_back(transaction: Transaction, change: Change) -> MemCube:
            draft = None
            if number is not None:
                old = transitions.require(transaction, change.vault, uid, number)
                draft = redraft(old, old.text, old.header.metadata)
                self._runtime.defer(transaction, EMBED, change.vault)
            return transitions.restore(transaction, change, uid, draft)

        return self._write(bring_back, reason)

    def erase(self, ids: str | Iterable[str], *, reason: str = "") -> None:
        """Destroy memories for good: all versions, vectors and index entries. One transaction for all ids.

        When this returns, no file of the store holds their text any more, unless somebody was reading all that time:
        then the worker, or ``settle``, removes the last copies from the write-ahead log afterwards.

        Raises:
            UnknownCube, InvalidInput: nothing was erased.
            WorkFailed, TimeoutError: they are erased, but their last copies could not be removed from the files yet.
        """
        uids = several_ids(ids)

        def destroy(transaction: Transaction, change: Change) -> None:
            transitions.erase(transaction, change, uids)
            transaction.jobs.defer(SCRUB, change.vault, change.now)

        self._write(destroy, reason)
        self._let_go(uids)
        row = self._row()
        if row is not None:
            self._runtime.scheduler.hasten(SCRUB, row.id, SCRUB_TIMEOUT_S)

    # ── reading ──

    def recall(
        self,
        query: str,
        *,
        budget: int = 1000,
        limit: int | None = None,
        at: datetime | None = None,
        speakers: Sequence[str] = (),
        roles: Sequence[str] = (),
        sessions: Sequence[str] = (),
        kinds: Sequence[str] = (),
        since: datetime | None = None,
        until: datetime | None = None,
        metadata: Mapping[str, Json] | None = None,
        exclude: Sequence[str] = (),
        without: Sequence[str] = (),
        including: Sequence[str] = (),
    ) -> Recollection:
        """What this vault has to say to ``query``, best first, rendered within ``budget`` tokens.

        Args:
            query: A question or any text.
            budget: Tokens that the rendered text may cost, by the store's token counter.
            limit: Hits at most; by default as many as the budget may show, at least 50.
            at: See the vault as of this moment: later memories do not exist yet, revised ones show what held then.
            speakers: Only what one of these said.
            roles: Only what was said in one of these roles.
            sessions: Only memories of one of these sessions.
            kinds: Only memories of one of these kinds.
            since: Only memories whose event time is at or after this.
            until: Only memories whose event time is before this.
            metadata: Only memories that hold all these fields.
            exclude: Ids, or whole texts, of memories that the caller shows anyway.
            without: Names of stages to leave out, e.g. ``["foresight"]``; see ``Stage``.
            including: Names of stages that are left out by default, e.g. ``["scenes"]``.

        Raises:
            InvalidInput, InvalidText, NaiveDatetime.
        """
        where = Filter(
            speakers=names(speakers, "speakers"),
            roles=names(roles, "roles"),
            sessions=names(sessions, "sessions"),
            kinds=names(kinds, "kinds"),
            since=since,
            until=until,
            at=at,
            metadata=metadata or {},
            exclude=texts(exclude, "exclude"),
        )
        checked, limit = check_call(query, where, budget, limit)
        stages = DEFAULT_STAGES - some_stages(without, "without") | some_stages(including, "including")
        return recollect(self._runtime, self._row(), query, checked, budget, limit, stages=stages)

    def get(self, id: str, *, version: int | None = None) -> MemCube:
        """The current version of a memory, or the numbered one.

        Raises:
            UnknownCube, UnknownVersion, Erased.
        """
        uid, number = an_id(id), a_version(version)
        if uid.startswith(HANDLES):
            return self._derived(uid, number)[0]
        with self._runtime.records.read() as transaction:
            return transitions.require(transaction, self._id(transaction), uid, number)

    def history(self, id: str) -> list[MemCube]:
        """All versions of a memory, oldest first.

        Raises:
            UnknownCube, Erased.
        """
        uid = an_id(id)
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            transitions.require(transaction, vault, uid)
            return transaction.cubes.history(vault, uid)

    def transcript(self, session: str) -> list[MemCube]:
        """The session's memories that are not forgotten, in order of arrival."""
        name = words(session, "session")
        with self._runtime.records.read() as transaction:
            cubes = transaction.cubes.session(self._id(transaction), name)
        return [cube for cube in cubes if cube.state == "active"]

    def cubes(self) -> Iterator[MemCube]:
        """Every memory that is not erased, in its current version, by age. Pages through the store."""
        page = self._page("")
        while page:
            yield from page
            page = self._page(page[-1].id)

    async def acubes(self) -> AsyncIterator[MemCube]:
        """Async door to ``cubes``."""
        page = await self._runtime.offload(lambda: self._page(""))
        while page:
            for cube in page:
                yield cube
            after = page[-1].id
            page = await self._runtime.offload(lambda after=after: self._page(after))  # type: ignore[misc]

    def log(self, *, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        """Committed changes, oldest first: who did what to which memory, when and why."""
        start, count = a_number(after, "after", 0), a_number(limit, "limit", 0)
        with self._runtime.records.read() as transaction:
            return transaction.cubes.log(self._id(transaction), start, count)

    def export(self, path: str | Path) -> int:
        """Write every memory with all of its versions as JSON lines; return the number of memories.

        The file appears under its name when it is complete. Raises ``InvalidInput`` when it cannot be written.
        """
        target, now = a_path(path), self._runtime.clock.now()
        with self._runtime.records.read() as transaction:
            return write_export(transaction, self._id(transaction), self.name, target, now)

    def stats(self) -> StoreStats:
        """Counts of what this vault holds."""
        with self._runtime.records.read() as transaction:
            return transaction.vaults.stats(self._id(transaction))

    def settle(self, timeout: float | None = None) -> None:
        """Wait until everything remembered is embedded and indexed, helping with the work.

        Raises:
            TimeoutError: not settled after ``timeout`` seconds.
            WorkFailed: background work was given up.
        """
        row = self._row()
        if row is not None:
            self._runtime.scheduler.settle(row.id, timeout)

    aremember = door(remember)
    arevise = door(revise)
    aforget = door(forget)
    arestore = door(restore)
    aerase = door(erase)
    arecall = door(recall)
    aget = door(get)
    ahistory = door(history)
    atranscript = door(transcript)
    alog = door(log)
    aexport = door(export)
    astats = door(stats)
    asettle = door(settle)

    # ── inside ──

    def _write(self, work: Callable[[Transaction, Change], R], reason: str) -> R:
        now = self._runtime.clock.now()
        provenance = Provenance(actor=self.actor, reason=words(reason, "reason"))

        def change(transaction: Transaction) -> tuple[int, R]:
            vault = self._runtime.vault_id(self.name) or transaction.vaults.create(self.name, now).id
            if self._zone and transaction.vaults.set_zone(vault, self._zone):
                transaction.derived.mark_all(vault)
            return vault, work(transaction, Change(vault=vault, provenance=provenance, now=now))

        vault, done = self._runtime.records.write(change)
        self._runtime.know_vault(self.name, vault)
        self._runtime.scheduler.notify()
        return done

    def _page(self, after: str) -> list[MemCube]:
        with self._runtime.records.read() as transaction:
            return transaction.cubes.scan(self._id(transaction), after, PAGE)

    def _row(self) -> VaultRow | None:
        with self._runtime.records.read() as transaction:
            return transaction.vaults.get(self.name)

    def _id(self, transaction: Transaction) -> int:
        """The vault's number; 0, which no vault has, before anything was written to it."""
        known = self._runtime.vault_id(self.name)
        if known is None:
            row = transaction.vaults.get(self.name)
            known = row.id if row else 0
            if row:
                self._runtime.know_vault(self.name, row.id)
        return known
