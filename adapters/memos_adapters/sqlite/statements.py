"""The SQL of ``statements.sql`` by name, run on a connection; and the numbered migrations."""

from collections.abc import Sequence
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import apsw

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


class Statements:
    """Runs the named statements on one connection.

    With one cursor: to make a new one for each call costs as much as the call.
    """

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def rows(self, name: str, *bindings: Any) -> list[Any]:
        """All rows of a query."""
        return self._cursor.execute(SQL[name], bindings).fetchall()

    def run(self, name: str, *bindings: Any) -> int:
        """Run a change; return how many rows it touched."""
        self._cursor.execute(SQL[name], bindings)
        return self._connection.changes()

    def run_many(self, name: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a change once for each row of bindings."""
        self._cursor.executemany(SQL[name], rows)
