"""The memories of a store's items: what an item says is a memory of a vault, with its history."""

from collections.abc import Iterable, Sequence
from contextlib import suppress

import memos_core
from langgraph_memos.items import DUE, ITEM, Address, Due, Record, address_of, key_of, number_of
from langgraph_memos.keys import join
from langgraph_memos.records import unpack
from memos_core import MemCube, Shelf, Turn, Vault

KIND = "item"


class Mirror:
    """Makes memories say what items say. What is due is on the shelf first: a crash in between loses nothing.

    Everything here may be done twice, and by two processes at once: it ends in the same memories.
    """

    def __init__(self, shelf: Shelf, vault: Vault) -> None:
        self._shelf, self.vault = shelf, vault

    def recover(self) -> dict[str, bytes]:
        """Do what processes that died have left; return what was done."""
        return self.settle(key for key, _ in self._shelf.scan(join(DUE)))

    def settle(self, keys: Iterable[str]) -> dict[str, bytes]:
        """Do what is due at these keys of the shelf; return what was done, as it lies there."""
        wanted, done = list(keys), dict[str, bytes]()
        while wanted:
            dues = self._shelf.get_many(wanted)
            found = self._shelf.get_many({key_of(ITEM, address_of(key)) for key in dues})
            items = {address_of(key): Record(*unpack(value)) for key, value in found.items()}
            told: dict[Address, Record] = {}
            for key, value in dues.items():
                address, said = address_of(key), Due(*unpack(value)).said
                record = items.get(address)
                if record is not None and record.number == number_of(key) and record.text:
                    told[address] = record
                elif said:
                    self._hide(_turn(address, number_of(key), said))
            self._tell([_turn(address, record.number, record.text) for address, record in told.items()])
            done |= dues
            # Somebody may have written meanwhile: then what was told is old.
            wanted = [key for key, value in self._shelf.get_many(dues).items() if value != dues[key]]
        return done

    def _tell(self, turns: Sequence[Turn]) -> None:
        for turn, cube in zip(turns, self._stored(turns), strict=True):
            if cube is None:
                continue
            with suppress(memos_core.errors.NotFound):  # erased by somebody in this moment
                if cube.state != "active":
                    self.vault.restore(cube.id, reason="item put")
                if cube.text != turn.text:
                    self.vault.revise(cube.id, turn.text, reason="item put")

    def _hide(self, turn: Turn) -> None:
        (cube,) = self._stored([turn])
        if cube is not None and cube.state == "active":
            with suppress(memos_core.errors.NotFound):
                self.vault.forget(cube.id, reason="item deleted")

    def _stored(self, turns: Sequence[Turn]) -> list[MemCube | None]:
        """The memories of items, made where there is none; ``None`` for those that were erased."""
        try:
            return list(self.vault.remember(turns))
        except memos_core.errors.Erased:
            return [None] if len(turns) == 1 else [cube for turn in turns for cube in self._stored([turn])]


def session_of(namespace: Sequence[str]) -> str:
    """The session of a namespace's memories."""
    return ".".join(namespace)


def _turn(address: Address, number: int, text: str) -> Turn:
    namespace, key = address
    return Turn(
        text=text,
        session=session_of(namespace),
        kind=KIND,
        metadata={"namespace": list(namespace), "key": key},
        source=f"langgraph.store:{key}",
        key=f"langgraph.store/{session_of(namespace)}/{number}",
    )
