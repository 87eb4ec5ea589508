"""Which blobs exist and which cubes refer to them."""

from datetime import datetime

import apsw

from memos_adapters.sqlite.statements import Statements
from memos_core.domain.moment import from_micros, to_micros
from memos_core.domain.record import BlobRow


class Blobs:
    """``ports.BlobTable``."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._sql = Statements(connection)

    def add(self, blob: BlobRow) -> None:
        self._sql.run("blob_add", blob.digest, blob.bytes, to_micros(blob.created_at))

    def refer(self, vault: int, uid: str, name: str, digest: str) -> None:
        for cube, _, _ in self._sql.rows("cube_state", uid, vault):
            self._sql.run("blob_refer", cube, name, digest)

    def of(self, vault: int, uid: str) -> dict[str, BlobRow]:
        found = {}
        for cube, _, _ in self._sql.rows("cube_state", uid, vault):
            for name, digest, size, created in self._sql.rows("blob_of", cube):
                found[str(name)] = BlobRow(digest=digest, bytes=size, created_at=from_micros(created))
        return found

    def unreferenced(self, before: datetime) -> list[str]:
        return [str(row[0]) for row in self._sql.rows("blob_unreferenced", to_micros(before))]

    def digests(self) -> set[str]:
        return {str(row[0]) for row in self._sql.rows("blob_digests")}

    def remove(self, digest: str) -> None:
        self._sql.run("blob_remove", digest)
