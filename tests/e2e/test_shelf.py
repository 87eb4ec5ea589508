"""What host frameworks keep on a shelf: one moment for reads that belong together, one transaction for writes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from memos_core import MemoryOS, Shelf, ShelfReader, ShelfWriter
from memos_core.errors import InvalidInput


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as memory:
        yield memory.shelf("one")


def test_items_are_found_by_key_and_in_order(shelf: Shelf) -> None:
    shelf.put({f"a/{number}": bytes([number]) for number in range(5)} | {"b": b"", "é/1": b"e"})
    assert shelf.get("a/3") == b"\3" and shelf.get("a/9") is None
    assert shelf.get_many(["b", "a/0", "none"]) == {"b": b"", "a/0": b"\0"}
    assert shelf.keys("a/") == [f"a/{number}" for number in range(5)]
    assert shelf.scan("a/", after="a/1", before="a/4") == [("a/2", b"\2"), ("a/3", b"\3")]
    assert shelf.scan("a/", reverse=True, limit=1) == [("a/4", b"\4")]
    shelf.delete(["a/0", "none"])
    assert shelf.keys() == ["a/1", "a/2", "a/3", "a/4", "b", "é/1"]


def test_a_reader_sees_one_moment(shelf: Shelf) -> None:
    shelf.put({"first": b"old", "second": b"old"})

    def look(reader: ShelfReader) -> list[bytes | None]:
        before = reader.get("first")
        shelf.put({"first": b"new", "second": b"new"})
        return [before, reader.get("second"), reader.get_many(["first"])["first"]]

    assert shelf.read(look) == [b"old", b"old", b"old"]
    assert shelf.get("second") == b"new"


def test_a_writer_sees_what_it_wrote_and_a_failed_one_leaves_nothing(shelf: Shelf) -> None:
    shelf.put({"a/1": b"1"})

    def change(writer: ShelfWriter) -> list[str]:
        writer.put({"a/2": b"2"})
        writer.delete(["a/1"])
        return writer.keys("a/")

    assert shelf.update(change) == ["a/2"]

    def fails(writer: ShelfWriter) -> None:
        writer.put({"a/3": b"3"})
        raise KeyError("in the middle")

    with pytest.raises(KeyError, match="in the middle"):
        shelf.update(fails)
    assert shelf.keys() == ["a/2"]


@pytest.mark.parametrize("items", [{"a\0": b""}, {"\ud800": b""}, {"a": "text"}, {1: b""}])
def test_what_no_store_can_keep_is_refused(shelf: Shelf, items: dict) -> None:
    with pytest.raises(InvalidInput):
        shelf.put({"fine": b""} | items)
    assert shelf.keys() == []


async def test_async_doors_do_the_same(shelf: Shelf) -> None:
    await shelf.aput({"a": b"1", "b": b"2"})
    await shelf.adelete(["b"])
    assert await shelf.aget("a") == b"1" and await shelf.ascan() == [("a", b"1")] and await shelf.akeys() == ["a"]
    assert await shelf.aread(lambda reader: reader.keys()) == ["a"]
    assert await shelf.aupdate(lambda writer: writer.get_many(["a", "b"])) == {"a": b"1"}
    assert await shelf.aget_many(["b"]) == {}
