"""The SQL of ``statements.sql`` by name, and the numbered migrations."""

from importlib.resources import files
from types import MappingProxyType

_PACKAGE = files(__package__)


def _load() -> dict[str, str]:
    statements: dict[str, str] = {}
    for part in _PACKAGE.joinpath("statements.sql").read_text(encoding="utf-8").split("-- name: ")[1:]:
        name, _, body = part.partition("\n")
        statements[name.strip()] = body.split("\n\n-- ")[0].strip()
    return statements


SQL = MappingProxyType(_load())
"""Statement text by name."""


def migrations() -> list[tuple[int, str]]:
    """Numbered scripts in order; a store at format ``n`` has run those up to ``n``."""
    scripts = (entry for entry in _PACKAGE.joinpath("migrations").iterdir() if entry.name.endswith(".sql"))
    return sorted((int(entry.name.split("_")[0]), entry.read_text(encoding="utf-8")) for entry in scripts)
