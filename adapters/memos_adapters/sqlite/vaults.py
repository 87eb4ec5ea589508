"""Vaults and counts."""

from datetime import datetime

import apsw

from memos_adapters.sqlite.statements import Statements
from memos_core.domain.moment import to_micros
from memos_core.domain.record import StoreStats, VaultRow


class Vaults:
    """``ports.VaultTable``."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._sql = Statements(connection)

    def get(self, uid: str) -> VaultRow | None:
        return _row(
            self._sql.rows(
                "vault_get",
                uid,
            )
        )

    def by_id(self, vault: int) -> VaultRow | None:
        return _row(
            self._sql.rows(
                "vault_by_id",
                vault,
            )
        )

    def all(self) -> list[VaultRow]:
        return [_vault(*row) for row in self._sql.rows("vault_all")]

    def create(self, uid: str, now: datetime) -> VaultRow:
        self._sql.run("vault_create", uid, to_micros(now))
        return _vault(
            *self._sql.rows(
                "vault_get",
                uid,
            )[0]
        )

    def set_zone(self, vault: int, zone: str) -> bool:
        return self._sql.run("vault_set_zone", vault, zone) > 0

    def stats(self, vault: int | None) -> StoreStats:
        return StoreStats(
            vaults=self._count("vaults", vault),
            cubes=self._counts("cubes", vault),
            versions=self._count("versions", vault),
            passages=self._count("passages", vault),
            vectors=self._count("vectors", vault),
            derived=self._counts("derived", vault),
            segments=self._count("segments", vault),
            jobs=self._counts("jobs", vault),
            blobs=self._count("blobs", vault),
        )

    def integrity(self) -> list[str]:
        """SQLite's own findings; ``["ok"]`` for none."""
        return [str(row[0]) for row in self._sql.rows("integrity")]

    def _count(self, what: str, vault: int | None) -> int:
        return int(self._sql.rows(f"count_{what}", vault)[0][0])

    def _counts(self, what: str, vault: int | None) -> dict[str, int]:
        return {str(name): int(number) for name, number in self._sql.rows(f"count_{what}", vault)}


def _vault(vault: int, uid: str, next_slot: int, revision: int, derived_n: int, zone: str) -> VaultRow:
    return VaultRow(id=vault, uid=uid, next_slot=next_slot, revision=revision, derived_n=derived_n, zone=zone)


def _row(rows: list[tuple[int, str, int, int, int, str]]) -> VaultRow | None:
    return _vault(*rows[0]) if rows else None
