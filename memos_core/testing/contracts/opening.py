"""What the contract of the truth is written with: a store, two vaults, drafts."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from memos_core.domain.cube import MemCube, Provenance
from memos_core.domain.record import Draft
from memos_core.domain.turn import Turn
from memos_core.operation.formation.passages import drafts
from memos_core.ports import RecordStore

NOW = datetime(2024, 5, 1, 12, 0, 0, 123456, tzinfo=UTC)
ALICE = Provenance(actor="alice", reason="she said so")
LONG = " ".join(f"Sentence number {n} of a long text, which has many." for n in range(60))


def later(seconds: float) -> datetime:
    """So long after ``NOW``."""
    return NOW + timedelta(seconds=seconds)


def drafted(text: str, **fields: Any) -> Draft:
    """A draft of one turn; keywords are the fields of ``Turn``."""
    return drafts([Turn(text=text, **fields)], NOW)[0]


class OpenRecords:
    """How a store is opened, and what is done to it again and again."""

    def open_records(self, folder: Path) -> RecordStore:
        """Open the store that lives in ``folder``, making it if it is new."""
        raise NotImplementedError

    @pytest.fixture
    def records(self, tmp_path: Path) -> Iterator[RecordStore]:
        """A new store."""
        records = self.open_records(tmp_path)
        yield records
        records.close()

    @pytest.fixture
    def vault(self, records: RecordStore) -> int:
        """The number of a vault in it."""
        return records.write(lambda tx: tx.vaults.create("ours", NOW).id)

    @pytest.fixture
    def other(self, records: RecordStore, vault: int) -> int:
        """The number of a second vault, which the first one must not notice."""
        return records.write(lambda tx: tx.vaults.create("theirs", NOW).id)

    def add(self, records: RecordStore, vault: int, *texts: str | Draft) -> list[MemCube]:
        """Add cubes."""
        ready = [text if isinstance(text, Draft) else drafted(text) for text in texts]
        return records.write(lambda tx: tx.cubes.add(vault, ready, ALICE, NOW))

    def revise(self, records: RecordStore, vault: int, uid: str, text: str, since: datetime) -> int:
        """Add a version."""
        return records.write(
            lambda tx: tx.cubes.add_version(vault, uid, drafted(text), ALICE, since, later(60), "revise")
        )

    def erase(self, records: RecordStore, vault: int, uid: str) -> None:
        """Erase a cube."""
        records.write(lambda tx: tx.cubes.erase(vault, uid, Provenance(actor="law"), later(90)))
