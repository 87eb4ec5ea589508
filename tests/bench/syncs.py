"""Row 1: how often a single durable write makes the disk wait, counted by strace.

Run as a program this is what strace watches: ``python -m tests.bench.syncs STORE DIRECTORY COUNT``. It syncs a file
called ``mark`` before each write and after the last, so that every other sync can be put down to one write.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from tests.bench.corpus import InstantEmbedder, texts
from tests.bench.disk import watched_syncs
from tests.bench.peers import PEERS, items, missing
from tests.bench.results import Line, Target
from tests.bench.scale import Scale
from tests.bench.vaults import lexical_store

EXACTLY_ONE = Target(sign="==", bound=1)
OURS = "remember"

_BEFORE = 5
"""Writes before the first that counts: they make tables and files."""
_CALLS = "fsync,fdatasync,sync_file_range,msync,sync,syncfs"
_LINE = re.compile(rf"^\d+\s+(?:{_CALLS.replace(',', '|')})\((?:\d+<(?P<file>[^>]*)>)?")


def syncs(scale: Scale, directory: Path) -> list[Line]:
    """Syncs per single write: ours, and the peers' where they are installed."""
    lines = [_line(OURS, _count(OURS, directory / "ours", scale.syncs), EXACTLY_ONE)]
    for number, name in enumerate(PEERS):
        if not missing(name) and shutil.which("strace"):
            counts = _traced(name, directory / str(number), max(3, scale.syncs // 10))
            lines.append(_line(name, counts, None))
    return lines


def _line(name: str, counts: list[int], target: Target | None) -> Line:
    how = "strace" if shutil.which("strace") else "xSync of the database engine; strace is not installed"
    detail = f"{sum(counts)} syncs in {len(counts)} writes, {min(counts)} to {max(counts)} each ({how})"
    value = statistics.mean(counts)
    what = f"syncs per single durable write: {name}"
    return Line(row=1, what=what, unit="", value=value, low=min(counts), high=max(counts), target=target, detail=detail)


def _count(name: str, directory: Path, count: int) -> list[int]:
    return _traced(name, directory, count) if shutil.which("strace") else _watched(directory, count)


def _traced(name: str, directory: Path, count: int) -> list[int]:
    directory.mkdir(parents=True, exist_ok=True)
    log = directory / "trace"
    program = [sys.executable, "-m", "tests.bench.syncs", name, str(directory), str(count)]
    command = ["strace", "-f", "-y", "-qq", "-e", "signal=none", "-e", f"trace={_CALLS}", "-o", str(log), *program]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return between_marks(log.read_text().splitlines(), str(directory / "mark"))


def between_marks(trace: Iterable[str], mark: str) -> list[int]:
    """Syncs of other files between one sync of ``mark`` and the next."""
    counts: list[int] = []
    for line in trace:
        found = _LINE.match(line)
        if found and found["file"] == mark:
            counts.append(0)
        elif found and counts:
            counts[-1] += 1
    return counts[:-1]


def _watched(directory: Path, count: int) -> list[int]:
    """The same without strace; sees the syncs of the database engine only."""
    seen = 0

    def see() -> None:
        nonlocal seen
        seen += 1

    marks = []
    with watched_syncs(see), _writer(OURS, directory) as write:
        for number in range(_BEFORE + count):
            marks.append(seen)
            write(number)
    marks = [*marks[_BEFORE:], seen]
    return [after - before for before, after in pairwise(marks)]


@contextmanager
def _writer(name: str, directory: Path) -> Iterator[Callable[[int], object]]:
    corpus = texts(1_000, seed=14)
    if name == OURS:
        with lexical_store(directory / "m.db") as memory:
            vault = memory.vault("owner")
            yield lambda i: vault.remember(corpus[i])
    else:
        prepared = items(corpus, InstantEmbedder().embed(corpus))
        peer = PEERS[name](directory / "store")
        yield lambda i: peer.add(prepared[i : i + 1], "owner")
        peer.close()


def _main(name: str, directory: Path, count: int) -> None:
    mark = os.open(directory / "mark", os.O_WRONLY | os.O_CREAT)
    with _writer(name, directory) as write:
        for number in range(_BEFORE):
            write(number)
        for number in range(_BEFORE, _BEFORE + count):
            os.fsync(mark)
            write(number)
        os.fsync(mark)


if __name__ == "__main__":
    _main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
