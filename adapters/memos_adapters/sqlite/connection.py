"""Connections to one database file: opening, the oldest safe engine, errors in the library's own words."""

import errno
from pathlib import Path
from typing import Any

import apsw

from memos_adapters.sqlite.cleaning import CLEANING, LARGEST_PAGE
from memos_adapters.sqlite.statements import migrations
from memos_core.errors import (
    CorruptStore,
    DiskFull,
    EngineTooOld,
    FutureFormat,
    InvalidInput,
    MemOSError,
    ReadOnlyStore,
    StoreError,
)

APPLICATION_ID = 0x4D454D4F
"""Marks the file as ours (ASCII "MEMO")."""
OLDEST_ENGINE = (3, 51, 3)
"""Older SQLite can lose commits when two connections write and checkpoint at once (the WAL-reset bug)."""
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
"""What the system says when the disk, a quota or a limit on the size of files is exhausted."""
BUSY_MS = 60_000
READER_MS = 100
"""How long a checkpoint waits for readers; writers wait with it."""

_BUSY_HINT = "another process holds the database for too long"


def check_engine(version: str | None = None) -> None:
    """Refuse an engine older than ``OLDEST_ENGINE``.

    Raises:
        EngineTooOld: with the version found and the cure.
    """
    found = version or apsw.sqlite_lib_version()
    if tuple(int(part) for part in found.split(".")[:3]) < OLDEST_ENGINE:
        oldest = ".".join(map(str, OLDEST_ENGINE))
        raise EngineTooOld(f"SQLite {found} can lose commits; at least {oldest} is needed: pip install -U apsw")


class Translated:
    """A block that raises the library's errors in place of the engine's, keeping the cause.

    A class, not a generator: every write passes two such blocks, and a generator's costs a microsecond more.

    Args:
        location: What the errors name.
        connection: One that knows what went wrong, where there is one.
    """

    __slots__ = ("_connection", "_location")

    def __init__(self, location: Path, connection: apsw.Connection | None = None) -> None:
        self._location = location
        self._connection = connection

    def __enter__(self) -> None:
        """Nothing to do."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        if isinstance(error, apsw.Error) and (told := _told(error, self._location, self._connection)) is not None:
            raise told from error


def _told(error: apsw.Error, location: Path, connection: apsw.Connection | None) -> MemOSError | None:
    """The library's error for one of the engine's; ``None`` for those that nobody can cause from outside."""
    match error:
        case apsw.FullError():
            return DiskFull(f"{location}: the disk is full; nothing of this call was stored")
        case apsw.ReadOnlyError() | apsw.CantOpenError() | apsw.PermissionsError():
            return ReadOnlyStore(f"{location}: cannot be written ({error}); check the permissions of its folder")
        case apsw.CorruptError() | apsw.NotADBError():
            return CorruptStore(f"{location}: not a sound database ({error}); restore it from an export or backup")
        case apsw.TooBigError() | apsw.MismatchError():
            return InvalidInput(f"{location}: the store refused a value ({error})")
        case apsw.BusyError():
            return StoreError(f"{location}: {_BUSY_HINT} (waited {BUSY_MS // 1000} s)")
        case apsw.IOError() if connection is not None and connection.system_errno in NO_ROOM:
            return DiskFull(f"{location}: a limit on disk space is reached; nothing of this call was stored")
        case apsw.IOError():
            return StoreError(f"{location}: reading or writing failed ({error})")
    return None


def connect(path: Path, *, writable: bool, vfs: str | None = None) -> apsw.Connection:
    """Open one connection with the settings that durability and erasure rest on."""
    flags = apsw.SQLITE_OPEN_READWRITE | (apsw.SQLITE_OPEN_CREATE if writable else 0)
    connection = apsw.Connection(str(path), flags=flags, vfs=vfs, statementcachesize=128)
    connection.set_busy_timeout(BUSY_MS)
    if writable:
        _refuse_stranger(connection, path)
    connection.config(apsw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0 if vfs else 1)
    for pragma in ("foreign_keys=OFF", "temp_store=MEMORY", "cache_size=-32768", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    if writable:
        # secure_delete overwrites what is deleted; checkpoints run apart from commits, so that a commit costs one sync.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "wal_autocheckpoint=0"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(f"PRAGMA max_page_count={LARGEST_PAGE}")
    else:
        connection.execute("PRAGMA query_only=ON")
    return connection


def connect_to_clean(path: Path) -> apsw.Connection:
    """Open a connection for checkpoints, the only way from the write-ahead log into the file; see ``cleaning``."""
    connection = connect(path, writable=True, vfs=CLEANING)
    connection.set_busy_timeout(READER_MS)
    return connection


def migrate(connection: apsw.Connection, path: Path) -> None:
    """Bring the file to the newest format, in one transaction.

    Raises:
        FutureFormat: it was written by a newer release.
    """
    scripts = migrations()
    newest = scripts[-1][0]
    connection.execute("BEGIN IMMEDIATE")
    try:
        found = _pragma(connection, "user_version")
        if found > newest:
            raise FutureFormat(
                f"{path} has format {found}, this release reads up to {newest}: pip install -U memos-middleware"
            )
        for number, script in scripts:
            if number > found:
                connection.execute(script)
                connection.execute(f"PRAGMA user_version={number}")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _pragma(connection: apsw.Connection, name: str) -> int:
    value: Any = connection.execute(f"PRAGMA {name}").fetchall()[0][0]
    return int(value)


def _refuse_stranger(connection: apsw.Connection, path: Path) -> None:
    """Leave a database of another program as it is, its journal mode included."""
    tables = connection.execute("SELECT 1 FROM sqlite_schema LIMIT 1").fetchall()
    if tables and _pragma(connection, "application_id") != APPLICATION_ID:
        raise CorruptStore(f"{path} is a database of another program; choose another file")
