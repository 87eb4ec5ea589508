"""The truth in one SQLite file: lock-free readers, one writer at a time with group commit."""

import fcntl
import logging
import os
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import apsw

from memos_adapters.sqlite.blobs import Blobs
from memos_adapters.sqlite.connection import NO_ROOM, Translated, check_engine, connect, connect_to_clean, migrate
from memos_adapters.sqlite.cubes import Cubes
from memos_adapters.sqlite.derived import Derived
from memos_adapters.sqlite.feed import Feed
from memos_adapters.sqlite.jobs import Jobs
from memos_adapters.sqlite.shelves import Shelves
from memos_adapters.sqlite.vaults import Vaults
from memos_core.errors import CorruptStore, DiskFull, ReadOnlyStore, StoreClosed
from memos_core.ports import Transaction

T = TypeVar("T")

_log = logging.getLogger(__name__)

LARGEST_GROUP = 256
"""Writes that share one sync at most."""
CHECKPOINT_PAGES = 4000
"""A write-ahead log of this length is copied back into the file by a thread of its own."""
RESTART_PAGES = 4 * CHECKPOINT_PAGES
"""At this length the next commit waits until all is copied back, so that the log cannot grow for ever."""


class SQLiteTransaction:
    """The tables as a connection sees them, in one transaction after the other; each is made when first used."""

    def __init__(self, connection: apsw.Connection, names: dict[int, str]) -> None:
        self.connection = connection
        self.cursor = connection.cursor()
        self.names = names

    @cached_property
    def vaults(self) -> Vaults:
        return Vaults(self.connection)

    @cached_property
    def cubes(self) -> Cubes:
        return Cubes(self.connection, self.names)

    @cached_property
    def feed(self) -> Feed:
        return Feed(self.connection, self.cubes)

    @cached_property
    def derived(self) -> Derived:
        return Derived(self.connection)

    @cached_property
    def jobs(self) -> Jobs:
        return Jobs(self.connection)

    @cached_property
    def shelves(self) -> Shelves:
        return Shelves(self.connection)

    @cached_property
    def blobs(self) -> Blobs:
        return Blobs(self.connection)


class _Change(SQLiteTransaction):
    """The writer's transaction: committed at the end of a block, undone where the block raises."""

    def __enter__(self) -> SQLiteTransaction:
        self.cursor.execute("BEGIN IMMEDIATE")
        return self

    def __exit__(self, kind: type[BaseException] | None, *raised: object) -> None:
        # A vault that was made may have been undone, and its number be given to another.
        self.names.clear()
        try:
            if kind is None:
                self.cursor.execute("COMMIT")
        finally:
            if self.connection.in_transaction:
                self.cursor.execute("ROLLBACK")


class _Ticket:
    """One caller's write, waiting for a group commit."""

    __slots__ = ("error", "finished", "result", "wake", "work")

    def __init__(self, work: Callable[[Transaction], Any]) -> None:
        self.work = work
        self.result: Any = None
        self.error: BaseException | None = None
        self.finished = False
        self.wake = threading.Lock()
        self.wake.acquire()


class _Turnstile:
    """Lets one thread of one process write at a time; processes in a fair order, by an advisory lock on a file."""

    __slots__ = ("_usable", "file", "threads")

    def __init__(self, file: int, usable: Callable[[], None]) -> None:
        self.file = file
        self.threads = threading.Lock()
        self._usable = usable

    def __enter__(self) -> None:
        self.threads.acquire()
        try:
            self._usable()
            fcntl.flock(self.file, fcntl.LOCK_EX)
        except BaseException:
            self.threads.release()
            raise

    def __exit__(self, *raised: object) -> None:
        try:
            fcntl.flock(self.file, fcntl.LOCK_UN)
        finally:
            self.threads.release()


class SQLiteRecords:
    """``ports.RecordStore`` over one database file.

    The thread that finds nobody committing commits for everybody who waits, in one transaction, each write in a
    savepoint of its own; then it passes the lead on. Between processes an advisory file lock keeps the order fair,
    where SQLite's sleeping busy handler starves writers.
    """

    def __init__(self, path: Path) -> None:
        """Open or create the store.

        Raises:
            EngineTooOld, ReadOnlyStore, CorruptStore, FutureFormat, DiskFull: see ``memos_core.errors``.
        """
        check_engine()
        self.path = path
        self._forked = False
        self._closed = False
        self._mutex = threading.Lock()
        self._waiting: deque[_Ticket] = deque()
        self._leading = False
        self._names: dict[int, str] = {}
        self._readers: list[SQLiteTransaction] = []
        self._checkpointer = threading.Thread()
        self._wal_pages = 0
        self._checkpoint_due = CHECKPOINT_PAGES
        self._restart_due = RESTART_PAGES
        try:
            lock = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            trouble = DiskFull if error.errno in NO_ROOM else ReadOnlyStore
            raise trouble(f"{path}: cannot create its lock file: {error.strerror}") from error
        self._turnstile = _Turnstile(lock, self._usable)
        try:
            with Translated(path), self._turnstile:
                self._writer = connect(path, writable=True)
                migrate(self._writer, path)
                self._writer.set_wal_hook(self._note_wal)
        except BaseException:
            os.close(lock)
            raise
        self._change = _Change(self._writer, {})
        self._translated = Translated(path, self._writer)
        _open_stores.add(self)

    # ── reading ──

    @contextmanager
    def read(self) -> Iterator[SQLiteTransaction]:
        self._usable()
        with Translated(self.path):
            reader = self._borrow()
            try:
                reader.cursor.execute("BEGIN")
                yield reader
            finally:
                if reader.connection.in_transaction:
                    reader.cursor.execute("ROLLBACK")
                self._give_back(reader)

    def _borrow(self) -> SQLiteTransaction:
        with self._mutex:
            if self._readers:
                return self._readers.pop()
        return SQLiteTransaction(connect(self.path, writable=False), self._names)

    def _give_back(self, reader: SQLiteTransaction) -> None:
        with self._mutex:
            if not self._closed:
                self._readers.append(reader)
                return
        reader.connection.close()

    # ── writing ──

    def write(self, work: Callable[[Transaction], T]) -> T:
        with self._mutex:
            self._usable()
            alone = not self._leading
            self._leading = True
            if not alone:
                ticket = _Ticket(work)
                self._waiting.append(ticket)
        if alone:
            return self._commit_alone(work)
        self._wait(ticket)
        if not ticket.finished:
            self._lead()
        if ticket.error is not None:
            raise ticket.error
        result: T = ticket.result
        return result

    def _commit_alone(self, work: Callable[[Transaction], T]) -> T:
        try:
            with self._translated, self._turnstile:
                with self._change as transaction:
                    result = work(transaction)
                self._checkpoint_when_long()
        finally:
            self._pass_on()
        return result

    def _wait(self, ticket: _Ticket) -> None:
        try:
            ticket.wake.acquire()
        except BaseException:
            # Interrupted while waiting (Ctrl-C): withdraw, and do not keep a lead that may just have been handed over.
            with self._mutex:
                if ticket in self._waiting:
                    self._waiting.remove(ticket)
                promoted = not ticket.finished and ticket.wake.acquire(blocking=False)
            if promoted:
                self._pass_on()
            raise

    def _lead(self) -> None:
        with self._mutex:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), LARGEST_GROUP))]
        try:
            self._commit_group(group)
        finally:
            for ticket in group:
                ticket.finished = True
                ticket.wake.release()
            self._pass_on()

    def _pass_on(self) -> None:
        with self._mutex:
            if self._waiting:
                self._waiting[0].wake.release()
            else:
                self._leading = False

    def _commit_group(self, group: list[_Ticket]) -> None:
        try:
            with self._translated, self._turnstile:
                with self._change as transaction:
                    for ticket in group:
                        self._run_beside_others(ticket, transaction)
                self._checkpoint_when_long()
        except BaseException as error:
            for ticket in group:
                ticket.error = ticket.error or error

    def _run_beside_others(self, ticket: _Ticket, transaction: SQLiteTransaction) -> None:
        transaction.cursor.execute("SAVEPOINT one")
        transaction.names.clear()
        try:
            with self._translated:
                ticket.result = ticket.work(transaction)
        except Exception as error:
            if not transaction.connection.in_transaction:  # a full disk has rolled back the whole group
                raise
            transaction.cursor.execute("ROLLBACK TO one")
            ticket.error = error
        transaction.cursor.execute("RELEASE one")

    # ── upkeep ──

    def _checkpoint_when_long(self) -> None:
        if self._wal_pages > self._restart_due:
            self._restart_due = self._wal_pages + CHECKPOINT_PAGES  # should a reader be in the way
            self._checkpoint(apsw.SQLITE_CHECKPOINT_RESTART)
        elif self._wal_pages > self._checkpoint_due and not self._checkpointer.is_alive():
            self._checkpoint_due = self._wal_pages + CHECKPOINT_PAGES
            self._checkpointer = threading.Thread(target=self._copy_back, name="memos-checkpoint", daemon=True)
            self._checkpointer.start()

    def _note_wal(self, connection: apsw.Connection, schema: str, pages: int) -> int:
        if pages < self._wal_pages:  # the log was copied back and began anew
            self._checkpoint_due, self._restart_due = CHECKPOINT_PAGES, RESTART_PAGES
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _copy_back(self) -> None:
        """Copy the log back beside the writers, then what they wrote meanwhile, so that the next one begins it anew."""
        self._checkpoint()
        with suppress(StoreClosed), self._turnstile:
            self._checkpoint()

    def _checkpoint(self, mode: int = apsw.SQLITE_CHECKPOINT_PASSIVE) -> None:
        """Copy the log back into the file. What was committed is safe in the log, so failing here fails nobody."""
        try:
            with closing(connect_to_clean(self.path)) as connection:
                connection.wal_checkpoint(mode=mode)
        except apsw.Error as error:
            _log.warning("checkpoint of %s put off: %s", self.path, error)

    def _wal_bytes(self) -> int:
        try:
            return os.stat(f"{self.path}-wal").st_size
        except FileNotFoundError:
            return 0

    def purge(self) -> bool:
        with Translated(self.path), self._turnstile:
            try:
                with closing(connect_to_clean(self.path)) as connection:
                    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            except apsw.BusyError:
                return False
            self._writer.execute("PRAGMA shrink_memory")  # its cached pages still have the free space of before
        return self._wal_bytes() == 0

    def check(self) -> list[str]:
        self._usable()
        try:
            with self.read() as transaction:
                rows = transaction.vaults.integrity()
        except CorruptStore as error:
            return [str(error)]
        return [] if rows == ["ok"] else [f"{self.path}: {row}" for row in rows]

    def close(self) -> None:
        with self._mutex:
            if self._closed or self._forked:
                self._closed = True
                return
            self._closed = True
            readers, self._readers = self._readers, []
        for reader in readers:
            reader.connection.close()
        if self._checkpointer.is_alive():
            self._checkpointer.join()
        with self._turnstile.threads:
            with suppress(apsw.Error), closing(connect_to_clean(self.path)):  # the last one to close checkpoints
                self._writer.close()
            self._writer.close()
            os.close(self._turnstile.file)

    def _usable(self) -> None:
        if self._closed:
            raise StoreClosed(f"{self.path} was closed; open it again with MemoryOS.open")
        if self._forked:
            raise StoreClosed(f"{self.path} was opened before a fork; open it again in the child process")

    def let_go(self) -> None:
        """In a forked child: of no use any more; keep no hold on the turnstile, which would outlive a killed parent."""
        if not (self._closed or self._forked):
            os.close(self._turnstile.file)
        self._forked = True


_open_stores: "weakref.WeakSet[SQLiteRecords]" = weakref.WeakSet()


def _after_fork() -> None:
    for store in _open_stores:
        store.let_go()


os.register_at_fork(after_in_child=_after_fork)
