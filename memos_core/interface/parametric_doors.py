"""The doors of a vault to parametric memory: listed, exchanged, put into prompts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memos_core.domain.cube import MemCube
from memos_core.domain.parametric import Parametric, TrainingState
from memos_core.errors import InvalidInput, MissingBlob
from memos_core.interface.arguments import a_path, an_id, words
from memos_core.interface.doors import door
from memos_core.memories.local_model import PromptMemory
from memos_core.memories.prompts import PromptAdapter
from memos_core.operation.transforms.adapter_exchange import exported, imported
from memos_core.operation.transforms.parametric_rows import PARAMETRIC, cube_of

if TYPE_CHECKING:
    from memos_core.domain.record import DerivedRow
    from memos_core.interface.runtime import Runtime
    from memos_core.operation.transforms import Bench
    from memos_core.operation.transitions import Change
    from memos_core.ports import Transaction


class ParametricDoors:
    """Parametric memory of a vault."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: str
        _runtime: Runtime

        _id: Callable[[Transaction], int]
        _write: Callable[[Callable[[Transaction, Change], Any], str], Any]
        _bench: Callable[[], Bench]
        _derived: Callable[[str], tuple[MemCube, DerivedRow]]

    def adapters(self) -> list[MemCube]:
        """Parametric memory of this vault, by the event time of what it tells of; what waits and what is stale too."""
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            rows = [transaction.derived.get(vault, uid) for uid, _ in transaction.derived.listed(vault, PARAMETRIC)]
            return [cube_of(transaction, vault, self.name, row) for row in rows if row is not None]

    def import_adapter(self, folder: str | Path, *, base: str = "", text: str = "") -> MemCube:
        """Keep an adapter in peft's format that was made elsewhere, e.g. by ``export_adapter`` of another store.

        It rests on no memory: it cannot be made again, is never stale, and goes when its handle is erased. One that
        this library exported proves which model it is for; of any other the caller has to name the base, since an
        adapter works without complaint, and wrongly, on every model of the same shape.

        Args:
            folder: With ``adapter_config.json`` and ``adapter_model.safetensors``.
            base: Name of the model that it is for; it must equal what the adapter says.
            text: What it stands for, sent wherever the adapter cannot be used.

        Raises:
            ForeignAdapter: made for another base model, or for one that is not known.
            CorruptAdapter: no such adapter.
            InvalidInput: the store was opened without a model that takes adapters.
            DiskFull, ReadOnlyStore: nothing was kept.
        """
        place, named, told = a_path(folder), words(base, "base"), words(text, "text")

        def commit(work: Callable[[Transaction, int], DerivedRow]) -> DerivedRow:
            row: DerivedRow = self._write(lambda transaction, change: work(transaction, change.vault), "")
            return row

        row = imported(self._bench(), place, named, told, commit)
        return self._derived(row.uid)[0]

    def export_adapter(self, memory: MemCube | str, folder: str | Path) -> None:
        """Write the adapter of parametric memory in peft's format, with its manifest and gate report beside.

        Raises:
            InvalidInput: it has no adapter: it waits, is stale or has failed; or it is no parametric memory.
            UnknownCube: no such handle in this vault.
            CorruptAdapter, MissingBlob: its file is damaged or gone.
        """
        _, row = self._derived(an_id(memory.id if isinstance(memory, MemCube) else memory))
        if row.kind != PARAMETRIC:
            raise InvalidInput(f"{row.uid!r} is {row.kind} memory, which has no adapter")
        exported(self._bench(), row, a_path(folder))

    def _prompt_adapter(self, cube: MemCube, row: DerivedRow) -> PromptMemory:
        """Parametric memory as prompts take it: nothing of its text where an adapter answers."""
        payload = cube.payload
        note = "it is no parametric memory"
        if isinstance(payload, Parametric):
            note = _why_text(payload)
            if payload.usable and payload.manifest is not None:
                try:
                    path = self._runtime.engine.blobs.path(row.blob)
                except MissingBlob:
                    note = "the adapter's file is gone; transform the memories again"
                else:
                    adapter = PromptAdapter(
                        text=cube.text, handle=cube.id, tenant=self.name, manifest=payload.manifest, path=path
                    )
                    return PromptMemory(text="", handle=cube.id, tenant=self.name, sources=row.sources, adapter=adapter)
        return PromptMemory(text=cube.text, handle=cube.id, tenant=self.name, sources=row.sources, note=note)

    aadapters = door(adapters)
    aimport_adapter = door(import_adapter)
    aexport_adapter = door(export_adapter)


def _why_text(payload: Parametric) -> str:
    """Why no adapter answers."""
    if payload.state is TrainingState.REJECTED and payload.manifest and payload.manifest.gate:
        return f"the gate refused the adapter: {'; '.join(payload.manifest.gate.failures)}"
    return {
        TrainingState.WAITING: "the adapter is not trained yet",
        TrainingState.STALE: "a source has changed since the adapter was trained; transform it again",
        TrainingState.FAILED: f"the adapter could not be trained: {payload.error}",
    }.get(payload.state, "the gate refused the adapter")
