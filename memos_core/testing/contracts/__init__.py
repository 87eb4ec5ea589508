"""What every engine must do, as test classes to inherit. They need pytest.

Example:
    >>> class TestMyRecords(RecordStoreContract):  # doctest: +SKIP
    ...     def open_records(self, folder: Path) -> RecordStore:
    ...         return MyRecords(folder / "records")
"""

from memos_core.testing.contracts.activation import ActivationEngineContract
from memos_core.testing.contracts.blobs import BlobStoreContract
from memos_core.testing.contracts.cubes import CubesContract
from memos_core.testing.contracts.derived import DerivedContract
from memos_core.testing.contracts.feed import FeedContract
from memos_core.testing.contracts.jobs import JobsContract
from memos_core.testing.contracts.opening import ALICE, NOW, drafted, later
from memos_core.testing.contracts.shelves import ShelvesContract
from memos_core.testing.contracts.transactions import TransactionsContract

__all__ = ["ALICE", "NOW", "ActivationEngineContract", "BlobStoreContract", "RecordStoreContract", "drafted", "later"]


class RecordStoreContract(
    CubesContract, DerivedContract, FeedContract, JobsContract, ShelvesContract, TransactionsContract
):
    """``ports.RecordStore``: the truth. Inherit it and say in ``open_records`` how a store is opened."""
