"""Bytes under ordered keys, for host frameworks."""

from collections.abc import Iterable, Mapping

import apsw

from memos_adapters.sqlite.statements import Statements


class Shelves:
    """``ports.ShelfTable``."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._sql = Statements(connection)

    def get(self, name: str, keys: Iterable[str]) -> dict[str, bytes]:
        return {key: value for key in keys for (value,) in self._sql.rows("shelf_get", name, key)}

    def put(self, name: str, items: Mapping[str, bytes]) -> None:
        self._sql.run_many("shelf_put", [(name, key, value) for key, value in items.items()])

    def delete(self, name: str, keys: Iterable[str]) -> None:
        self._sql.run_many("shelf_delete", [(name, key) for key in keys])

    def scan(self, name: str, lo: str, hi: str, limit: int, reverse: bool) -> list[tuple[str, bytes]]:
        return self._sql.rows("shelf_scan_back" if reverse else "shelf_scan", name, lo, hi, limit)

    def keys(self, name: str, lo: str, hi: str) -> list[str]:
        return [row[0] for row in self._sql.rows("shelf_keys", name, lo, hi)]
