"""Several processes write, embed, seal, scrub and search one vault at the same time."""

import multiprocessing
import random
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from memos_adapters.segments import SegmentIndex
from memos_adapters.sqlite import SQLiteRecords
from tests.contract.index_contract import Said, Writer, unit_vectors

STEPS = 250


class EagerIndex(SegmentIndex):
    SEALED_AT = 16


def work(directory: Path, seed: int) -> None:
    records = SQLiteRecords(directory / "memory.db")
    index = EagerIndex(records, directory / "segments")
    writer, vectors, chance = Writer(records), unit_vectors(20_000), random.Random(seed)
    mine: list[str] = []

    def embed(tx: Any) -> None:
        upto, lo = tx.vaults.by_id(writer.vault.id).next_slot, tx.feed.coverage(writer.vault.id).get("e", 0)
        if lo < upto:
            tx.feed.put_vectors(writer.vault.id, "e", range(lo, upto), vectors[lo:upto].astype(np.float16), upto)

    def turn() -> Said:
        return Said(
            passages=((chance.randrange(9), 7),), session=f"s{chance.randrange(4)}", minute=chance.randrange(50)
        )

    for _ in range(STEPS):
        match chance.choice(["add", "add", "add", "embed", "embed", "seal", "erase", "scrub", "look", "look"]):
            case "add":
                mine += writer.add(*[turn() for _ in range(chance.randrange(1, 12))])
            case "embed":
                records.write(embed)
            case "seal":
                index.seal(writer.row())
            case "erase" if mine:
                writer.erase(mine.pop(chance.randrange(len(mine))))
            case "scrub":
                index.scrub(writer.row())
            case _:
                view = index.view(writer.row(), ("e",))
                assert len(view.dense(vectors[0], ~view.columns.hidden)) == view.size
    index.close()
    records.close()


def retract(tx: Any, vault: int, file: str) -> None:
    tx.feed.retract(vault, file)


@pytest.mark.timeout(120)
def test_processes_do_not_disturb_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=work, args=(tmp_path, seed)) for seed in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0, 0]

    records = SQLiteRecords(tmp_path / "memory.db")
    index, writer = EagerIndex(records, tmp_path / "segments"), Writer(records)
    index.scrub(writer.row())
    assert index.check(writer.row()) == []
    with records.read() as tx:
        published = tx.feed.segments(writer.vault.id)
    assert published
    assert sorted(row.file for row in published) == sorted(path.name for path in (tmp_path / "segments").iterdir())
    sealed = index.view(writer.row(), ("e",))
    for row in published:
        records.write(partial(retract, vault=writer.vault.id, file=row.file))
    rebuilt = SegmentIndex(records, tmp_path / "none").view(writer.row(), ("e",))
    mask, query = ~sealed.columns.hidden, unit_vectors(6)[5]
    np.testing.assert_array_equal(sealed.columns.hidden, rebuilt.columns.hidden)
    np.testing.assert_array_equal(sealed.columns.previous, rebuilt.columns.previous)
    np.testing.assert_array_equal(sealed.lexical([1, 7], mask, (0, 2)), rebuilt.lexical([1, 7], mask, (0, 2)))
    np.testing.assert_allclose(sealed.dense(query, mask), rebuilt.dense(query, mask), rtol=1e-5)
    records.close()
