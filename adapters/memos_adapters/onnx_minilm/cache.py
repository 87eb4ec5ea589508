"""Derived files in a directory of the user's, each of which can be made again at any time."""

import hashlib
import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

_log = logging.getLogger(__name__)

_DIGEST = hashlib.sha256().digest_size


def user_cache() -> Path | None:
    """Where this library keeps derived files of this user, or ``None`` for a user without a home.

    ``~/Library/Caches/memos-middleware`` on macOS, ``~/AppData/Local/memos-middleware/Cache`` on Windows, elsewhere
    ``~/.cache/memos-middleware``. No environment variable moves it (a directory can be passed instead).
    """
    try:
        home = Path.home()
    except RuntimeError:
        return None
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "memos-middleware"
    if sys.platform == "win32":
        return home / "AppData" / "Local" / "memos-middleware" / "Cache"
    return home / ".cache" / "memos-middleware"


def cached(directory: Path | None, name: str, make: Callable[[], bytes]) -> bytes:
    """The content kept under ``name``; made, and kept if the directory can be written, where it is missing or damaged.

    A file is its content's SHA-256, then the content, so that one rename publishes both: processes may make the same
    file at once, and the last one wins. The digest finds damage; whoever may write the directory is trusted.
    """
    file = None if directory is None else directory / name
    if file is not None and (kept := _read(file)) is not None:
        return kept
    _log.info("making %s, once for this user", name)
    begin = perf_counter()
    content = make()
    _log.info("made %s in %.1f s (%.0f MB)", name, perf_counter() - begin, len(content) / 1e6)
    if file is None:
        _log.warning("%s is not kept, this user has no home directory: pass cache_dir to make it only once", name)
    else:
        _write(file, content)
    return content


def _read(file: Path) -> bytes | None:
    try:
        with file.open("rb") as stream:
            digest, content = stream.read(_DIGEST), stream.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        _log.warning("cannot read %s: %s", file, error.strerror)
        return None
    if hashlib.sha256(content).digest() == digest:
        return content
    _log.warning("%s is damaged; it is made again", file)
    return None


def _write(file: Path, content: bytes) -> None:
    # Not synced to the disk: what a power cut leaves is found by its digest.
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, part = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
    except OSError as error:
        _log.warning("%s is not kept, %s: pass a cache_dir that can be written", file, error.strerror)
        return
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(hashlib.sha256(content).digest())
            stream.write(content)
        os.replace(part, file)
    except OSError as error:
        Path(part).unlink(missing_ok=True)
        _log.warning("%s is not kept, %s: pass a cache_dir that can be written", file, error.strerror)
