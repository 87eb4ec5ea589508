"""SQLite keeps the truth: the contract, and what is particular to one file shared by processes."""

import contextlib
import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

import apsw
import pytest

from memos_adapters.sqlite import SQLiteRecords
from memos_adapters.sqlite import store as store_module
from memos_adapters.sqlite.cleaning import cleaned
from memos_adapters.sqlite.connection import check_engine
from memos_core.errors import CorruptStore, EngineTooOld, FutureFormat, InvalidInput, StoreClosed
from memos_core.ports import RecordStore
from memos_core.testing.contracts import ALICE, NOW, RecordStoreContract, drafted


class TestSQLiteRecords(RecordStoreContract):
    def open_records(self, folder: Path) -> RecordStore:
        return SQLiteRecords(folder / "records.db")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.db"


def add(records: RecordStore, text: str = "text") -> str:
    def work(tx: Any) -> str:
        vault = tx.vaults.create("ours", NOW).id
        return str(tx.cubes.add(vault, [drafted(text)], ALICE, NOW)[0].id)

    return records.write(work)


# ── opening ──


def test_an_engine_that_can_lose_commits_is_refused() -> None:
    with pytest.raises(EngineTooOld, match=r"SQLite 3\.46\.0 .* 3\.51\.3 .*pip install -U apsw"):
        check_engine("3.46.0")
    check_engine("3.51.3")
    check_engine("4.0.0")


def test_a_newer_format_is_refused(path: Path) -> None:
    SQLiteRecords(path).close()
    with contextlib.closing(apsw.Connection(str(path))) as connection:
        connection.execute("PRAGMA user_version=999")
    with pytest.raises(FutureFormat, match="format 999"):
        SQLiteRecords(path)


def test_a_database_of_another_program_is_left_alone(path: Path) -> None:
    with contextlib.closing(apsw.Connection(str(path))) as connection:
        connection.execute("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)").fetchall()
    before = path.read_bytes()
    with pytest.raises(CorruptStore, match="another program"):
        SQLiteRecords(path)
    assert path.read_bytes() == before
    assert {entry.name for entry in path.parent.iterdir()} <= {path.name, f"{path.name}.lock"}


@pytest.mark.parametrize("content", [b"This is a letter, not a database." * 100, b"SQLite format 3\0" + bytes(5000)])
def test_a_file_that_is_no_database_is_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(CorruptStore):
        SQLiteRecords(path)
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    with contextlib.closing(SQLiteRecords(path)) as records:
        add(records)


# ── writing ──


def test_writes_that_wait_share_one_transaction(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []
    run = SQLiteRecords._commit_group

    def counting(self: SQLiteRecords, group: list[Any]) -> None:
        groups.append(len(group))
        run(self, group)

    monkeypatch.setattr(SQLiteRecords, "_commit_group", counting)
    with contextlib.closing(SQLiteRecords(path)) as records:
        held, go = threading.Event(), threading.Event()

        def hold(tx: Any) -> None:
            held.set()
            go.wait(30)

        holder = threading.Thread(target=records.write, args=(hold,))
        holder.start()
        assert held.wait(30)
        writers = [threading.Thread(target=add, args=(records,)) for _ in range(20)]
        for writer in writers:
            writer.start()
        while len(records._waiting) < 20:
            time.sleep(0.001)
        go.set()
        for thread in (holder, *writers):
            thread.join(30)
        with records.read() as tx:
            assert tx.vaults.stats(None).versions == 20
    assert groups == [20]


def test_an_error_of_the_engine_is_told_alike_alone_and_beside_others(path: Path) -> None:
    def refused(tx: Any) -> None:
        raise apsw.TooBigError("too big")

    raised: list[BaseException] = []

    def try_it(records: SQLiteRecords) -> None:
        try:
            records.write(refused)
        except InvalidInput as error:
            raised.append(error)

    with contextlib.closing(SQLiteRecords(path)) as records:
        try_it(records)

        def hold(tx: Any) -> None:
            writer.start()
            while not records._waiting:
                time.sleep(0.001)

        writer = threading.Thread(target=try_it, args=(records,))
        records.write(hold)
        writer.join(30)
    assert [type(error.__cause__) for error in raised] == [apsw.TooBigError] * 2


def test_a_checkpoint_that_fails_fails_no_commit(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "RESTART_PAGES", 0)

    def no_room(path: Path) -> apsw.Connection:
        raise apsw.FullError("disk full")

    with contextlib.closing(SQLiteRecords(path)) as records:
        monkeypatch.setattr(store_module, "connect_to_clean", no_room)
        id = add(records)
        with records.read() as tx:
            assert tx.cubes.get(1, id) is not None


def test_the_log_is_cut_while_writing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "CHECKPOINT_PAGES", 40)
    monkeypatch.setattr(store_module, "RESTART_PAGES", 160)
    with contextlib.closing(SQLiteRecords(path)) as records:
        for _ in range(100):
            add(records, "word " * 3000)
        assert os.stat(f"{path}-wal").st_size < 1_500_000


def test_the_log_begins_anew_though_somebody_writes_while_it_is_copied_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "CHECKPOINT_PAGES", 40)
    monkeypatch.setattr(store_module, "RESTART_PAGES", 1_000_000)
    with contextlib.closing(SQLiteRecords(path)) as records:
        copy, disturbed = records._checkpoint, set[threading.Thread]()

        def copy_while_another_writes() -> None:
            if threading.current_thread() in disturbed:  # the second copy, which holds the writers up
                return copy()
            disturbed.add(threading.current_thread())
            with records.read() as tx:  # of what is written after this reader began, nothing is copied
                tx.vaults.stats(None)
                add(records, "word " * 3000)
                copy()

        monkeypatch.setattr(records, "_checkpoint", copy_while_another_writes)
        for _ in range(100):
            add(records, "word " * 3000)
            if records._checkpointer.ident is not None:
                records._checkpointer.join(60)
        assert len(disturbed) > 2
        assert os.stat(f"{path}-wal").st_size < 1_500_000


def test_a_reader_does_not_hold_up_writers(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "CHECKPOINT_PAGES", 40)
    monkeypatch.setattr(store_module, "RESTART_PAGES", 80)
    with contextlib.closing(SQLiteRecords(path)) as records:
        add(records)
        with records.read() as tx:
            assert tx.vaults.stats(None).versions == 1
            start = time.monotonic()
            for _ in range(40):
                add(records, "word " * 3000)
            assert not records.purge()
            assert time.monotonic() - start < 20
            assert tx.vaults.stats(None).versions == 1
        assert records.purge()
        assert os.stat(f"{path}-wal").st_size == 0


def test_closing_while_others_write_is_told_them(path: Path) -> None:
    for _ in range(30):
        records = SQLiteRecords(path)
        surprises: list[BaseException] = []

        def write(records: SQLiteRecords = records, surprises: list[BaseException] = surprises) -> None:
            try:
                while True:
                    add(records)
            except StoreClosed:
                pass
            except BaseException as error:
                surprises.append(error)

        threads = [threading.Thread(target=write) for _ in range(4)]
        for thread in threads:
            thread.start()
        time.sleep(0.01)
        records.close()
        for thread in threads:
            thread.join(30)
        assert surprises == []


# ── processes ──


def test_after_a_fork_the_child_must_open_anew(path: Path) -> None:
    with contextlib.closing(SQLiteRecords(path)) as records:
        add(records)
        child = os.fork()
        if child == 0:
            failed = 0
            for use in (lambda: records.write(lambda tx: None), lambda: records.read().__enter__(), records.purge):
                try:
                    use()
                except StoreClosed as error:
                    failed += "fork" in str(error)
            records.close()
            records.close()
            os._exit(failed)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3
        add(records)
        assert records.check() == []


def test_a_child_does_not_keep_the_turnstile_of_a_killed_parent(path: Path) -> None:
    SQLiteRecords(path).close()
    ready, done = os.pipe()
    parent = os.fork()
    if parent == 0:
        records = SQLiteRecords(path)

        def hold(tx: Any) -> None:
            child = os.fork()
            if child == 0:
                time.sleep(30)
                os._exit(0)
            os.write(done, b"%d\n" % child)
            time.sleep(30)

        records.write(hold)
        os._exit(0)
    child = int(os.read(ready, 20))
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    start = time.monotonic()
    try:
        with contextlib.closing(SQLiteRecords(path)) as records:
            add(records)
        assert time.monotonic() - start < 15, "waited for the child to end"
    finally:
        os.kill(child, signal.SIGKILL)


# ── pages ──


def leaf(cells: int, content: int, size: int = 512, kind: int = 13, header: int = 0) -> bytes:
    """A page whose bytes are all 7 beyond its header."""
    head = bytes([kind, 0, 0, *cells.to_bytes(2), *content.to_bytes(2), 0])
    return (bytes(header) + head).ljust(size, b"\x07")


def test_the_free_space_of_a_page_is_blanked() -> None:
    page = leaf(3, 400)
    assert cleaned(page, 4096) == page[:14] + bytes(400 - 14) + page[400:]
    inner = leaf(3, 400, kind=5)
    assert cleaned(inner, 4096) == inner[:18] + bytes(400 - 18) + inner[400:]
    first = leaf(3, 400, header=100)
    assert cleaned(first, 0) == first[:114] + bytes(400 - 114) + first[400:]


@pytest.mark.parametrize(
    "page",
    [
        (0).to_bytes(4) + b"\x07" * 508,  # the end of an overflow chain
        (0x01FFFFFF).to_bytes(4) + b"\x07" * 508,  # an overflow page before the last page that may exist
        leaf(3, 14),  # full
        leaf(3, 600),  # nonsense
        b"",
    ],
)
def test_other_pages_are_left_as_they_are(page: bytes) -> None:
    assert cleaned(page, 4096) == page
