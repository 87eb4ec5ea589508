"""Which blobs exist."""

from datetime import datetime

import apsw

from memos_adapters.sqlite.statements import Statements
from memos_core.domain.moment import to_micros
from memos_core.domain.record import BlobRow


class Blobs:
    """``ports.BlobTable``."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._sql = Statements(connection)

    def add(self, blob: BlobRow) -> None:
        self._sql.run("blob_add", blob.digest, blob.bytes, to_micros(blob.created_at))

    def unreferenced(self, before: datetime) -> list[str]:
        return [str(row[0]) for row in self._sql.rows("blob_unreferenced", to_micros(before))]

    def digests(self) -> set[str]:
        return {str(row[0]) for row in self._sql.rows("blob_digests")}

    def remove(self, digest: str) -> None:
        self._sql.run("blob_remove", digest)
