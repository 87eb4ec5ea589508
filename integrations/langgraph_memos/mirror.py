"""The memories of a store's items: what an item says is a memory of a vault, with its history."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

import memos_core
from langgraph_memos.items import DUE, ITEM, Address, Due, Record, address_of, key_of
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
        return self.settle(address_of(key) for key, _ in self._shelf.scan(join(DUE)))

    def settle(self, addresses: Iterable[Address]) -> dict[str, bytes]:
        """Bring the memories of these items up to date; return what was done, as it is due on the shelf."""
        wanted, done = list(addresses), dict[str, bytes]()
        while wanted:
            due = self._shelf.get_many(key_of(DUE, address) for address in wanted)
            found = self._shelf.get_many(key_of(ITEM, address) for address in wanted)
            items = {address_of(key): Record(*unpack(value)) for key, value in found.items()}
            self._tell(items)
            for key, value in due.items():
                entry, address = Due(*unpack(value)), address_of(key)
                if entry.text and (address not in items or items[address].number != entry.number):
                    self._hide(address, entry)
                elif address in items and not items[address].text and entry.text:
                    self._hide(address, entry)
            done |= due
            # Somebody may have written while we did: then what we told was old.
            latest = self._shelf.get_many(due)
            wanted = [address_of(key) for key, value in latest.items() if value != due[key]]
        return done

    def _tell(self, items: Mapping[Address, Record]) -> None:
        turns = [_turn(address, record.number, record.text) for address, record in items.items() if record.text]
        for turn, cube in zip(turns, self._stored(turns), strict=True):
            if cube is None:
                continue
            with suppress(memos_core.errors.NotFound):
                if cube.state != "active":
                    self.vault.restore(cube.id, reason="item put")
                if cube.text != turn.text:
                    self.vault.revise(cube.id, turn.text, reason="item put")

    def _hide(self, address: Address, entry: Due) -> None:
        (cube,) = self._stored([_turn(address, entry.number, entry.text)])
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
