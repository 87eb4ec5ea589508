"""The contract of transactions."""

import threading
from pathlib import Path
from typing import Any

import pytest

from memos_core.errors import StoreClosed
from memos_core.ports import RecordStore
from memos_core.testing.contracts.opening import ALICE, LONG, NOW, OpenRecords, drafted


class TransactionsContract(OpenRecords):
    """``ports.RecordStore``."""

    # ── transactions ──

    def test_a_reader_sees_one_moment(self, records: RecordStore, vault: int) -> None:
        with records.read() as tx:
            assert tx.cubes.scan(vault) == []
            self.add(records, vault, "meanwhile")
            assert tx.cubes.scan(vault) == []
        with records.read() as tx:
            assert len(tx.cubes.scan(vault)) == 1

    def test_work_that_raises_is_undone_and_nothing_else(self, records: RecordStore, vault: int) -> None:
        def work(text: str) -> None:
            def add(tx: Any) -> None:
                tx.cubes.add(vault, [drafted(text)], ALICE, NOW)
                if text.startswith("bad"):
                    raise KeyError(text)

            if text.startswith("bad"):
                with pytest.raises(KeyError, match=text):
                    records.write(add)
            else:
                records.write(add)

        threads = [
            threading.Thread(target=work, args=(f"{'bad' if n % 3 == 0 else 'good'} {n}",), daemon=True)
            for n in range(30)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        with records.read() as tx:
            texts = {cube.text for cube in tx.cubes.scan(vault)}
            entries = tx.cubes.log(vault)
        assert texts == {f"good {n}" for n in range(30) if n % 3}
        assert [entry.n for entry in entries] == list(range(1, 21))

    def test_what_was_written_is_there_at_the_next_open(self, tmp_path: Path) -> None:
        records = self.open_records(tmp_path)
        vault = records.write(lambda tx: tx.vaults.create("ours", NOW).id)
        (cube,) = self.add(records, vault, "kept")
        records.close()
        records = self.open_records(tmp_path)
        with records.read() as tx:
            assert tx.cubes.get(vault, cube.id) == cube
        records.close()

    def test_two_openings_share_one_truth(self, records: RecordStore, vault: int, tmp_path: Path) -> None:
        second = self.open_records(tmp_path)
        (cube,) = self.add(records, vault, "from the first")
        with second.read() as tx:
            assert tx.cubes.get(vault, cube.id) == cube
        (answer,) = self.add(second, vault, "from the second")
        with records.read() as tx:
            assert tx.cubes.get(vault, answer.id) == answer
        second.close()

    def test_a_sound_store_has_no_problems(self, records: RecordStore, vault: int) -> None:
        self.add(records, vault, "a", LONG)
        assert records.check() == []
        assert records.purge()

    def test_after_closing_nothing_works_and_closing_does(self, records: RecordStore) -> None:
        records.close()
        records.close()
        with pytest.raises(StoreClosed), records.read():
            pass
        with pytest.raises(StoreClosed):
            records.write(lambda tx: tx.vaults.all())
        with pytest.raises(StoreClosed):
            records.purge()
        with pytest.raises(StoreClosed):
            records.check()
