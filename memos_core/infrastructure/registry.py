"""Finds adapters by entry point, so that ours and third parties' are equals."""

from importlib.metadata import EntryPoint, entry_points
from typing import cast

from memos_core.errors import InvalidInput, MissingExtra
from memos_core.ports import Bench, Embedder, Engine, OpenEngine

DEFAULT_EMBEDDER = "all-MiniLM-L6-v2"


def open_engine(url: str) -> Engine:
    """Open the store that ``url`` names by its scheme (entry points ``memos.stores``).

    Raises:
        InvalidInput: no adapter is installed for the scheme.
        StoreError: see the adapter.
    """
    scheme = url.partition(":")[0]
    found = _find("memos.stores", scheme)
    if found is None:
        known = ", ".join(sorted(point.name for point in entry_points(group="memos.stores"))) or "none"
        raise InvalidInput(f"no store is installed for {url!r}; installed: {known}. Try sqlite:///memory.db")
    opener = cast(OpenEngine, found.load())
    return opener(url)


def default_embedder() -> Embedder | None:
    """The bundled embedder, or ``None`` when its extra is not installed."""
    found = _find("memos.embedders", DEFAULT_EMBEDDER)
    if found is None:
        return None
    try:
        embedder: Embedder = found.load()()
    except MissingExtra:
        return None
    return embedder


def benches() -> list[str]:
    """Names of the benchmarks that adapters bring along."""
    return sorted({point.name for point in entry_points(group="memos.benches")})


def open_bench(name: str) -> Bench:
    """A benchmark by name (entry points ``memos.benches``).

    Raises:
        InvalidInput: no adapter brings one of that name.
        MissingExtra: what it measures is not installed.
    """
    found = _find("memos.benches", name)
    if found is None:
        raise InvalidInput(f"no benchmark {name!r} is installed; installed: {', '.join(benches()) or 'none'}")
    bench: Bench = found.load()()
    return bench


def _find(group: str, name: str) -> EntryPoint | None:
    return next(iter(entry_points(group=group, name=name)), None)
