"""The embedded default: one SQLite file, and beside it a folder with segments and blobs."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote

from memos_adapters.files import BlobFiles
from memos_adapters.segments import SegmentIndex
from memos_adapters.sqlite.store import SQLiteRecords
from memos_core.errors import InvalidInput, ReadOnlyStore
from memos_core.ports import Engine

__all__ = ["SQLiteRecords", "open_engine"]


def open_engine(url: str, **options: Any) -> Engine:
    """Open ``sqlite:///relative.db`` or ``sqlite:////absolute.db``, creating folder and file as needed.

    Raises:
        InvalidInput: the URL names no file, or has options.
        ReadOnlyStore: the folder cannot be made or written.
    """
    scheme, _, rest = url.partition("://")
    path = Path(unquote(rest.removeprefix("/")))
    if scheme != "sqlite" or not rest.startswith("/") or path.name in {"", ":memory:"} or "\0" in str(path) or options:
        raise InvalidInput(f"{url!r} is not of the form sqlite:///file.db or sqlite:////absolute/file.db")
    try:
        path = path.expanduser()
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadOnlyStore(f"{path.parent}: cannot be created: {error.strerror}") from error
    except RuntimeError as error:
        raise InvalidInput(f"{url!r} names no home folder: {error}") from error
    records = SQLiteRecords(path.resolve())
    files = path.resolve().with_name(f"{path.name}.files")
    return Engine(
        records=records,
        index=SegmentIndex(records, files / "segments"),
        blobs=BlobFiles(files / "blobs"),
        location=str(path),
        measure=lambda: _size(path.resolve(), files),
        workshop=files / "training",
    )


def _size(database: Path, folder: Path) -> int:
    """Bytes of the database, its write-ahead log and the folder beside it."""
    files = [database, database.with_name(f"{database.name}-wal"), *folder.rglob("*")]
    return sum(file.stat().st_size for file in files if file.is_file())
