"""The contract of what host frameworks keep."""

from memos_core.ports import RecordStore
from memos_core.testing.contracts.opening import OpenRecords


class ShelvesContract(OpenRecords):
    """``ports.ShelfTable``."""

    def test_items_are_read_in_order_of_their_keys(self, records: RecordStore) -> None:
        items = {"b/2": b"two", "a": b"", "b/1": b"\0one", "é": b"e", "c": b"c"}
        records.write(lambda tx: tx.shelves.put("one", items))
        records.write(lambda tx: tx.shelves.put("other", {"b/3": b"3"}))
        with records.read() as tx:
            assert tx.shelves.scan("one", "b/", "b0", -1, False) == [("b/1", b"\0one"), ("b/2", b"two")]
            assert tx.shelves.scan("one", "", "\U0010ffff", 2, True) == [("é", b"e"), ("c", b"c")]
            assert tx.shelves.keys("one", "", "\U0010ffff") == ["a", "b/1", "b/2", "c", "é"]
            assert tx.shelves.get("one", ["a", "é", "b/3"]) == {"a": b"", "é": b"e"}

    def test_items_are_replaced_and_deleted(self, records: RecordStore) -> None:
        records.write(lambda tx: tx.shelves.put("one", {"a": b"1", "b": b"2"}))
        records.write(lambda tx: tx.shelves.put("one", {"a": b"3"}))
        records.write(lambda tx: tx.shelves.delete("one", ["b", "unknown"]))
        with records.read() as tx:
            assert tx.shelves.scan("one", "", "z", -1, False) == [("a", b"3")]
