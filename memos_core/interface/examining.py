"""The doors of a vault to what memory in other forms says by itself, without its provenance."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from memos_core.domain.activation import Audit
from memos_core.domain.cube import MemCube
from memos_core.domain.parametric import Confession, Parametric
from memos_core.errors import InvalidInput
from memos_core.interface.arguments import an_id
from memos_core.interface.doors import door
from memos_core.memories.local_model import LocalModelRuntime, PromptMemory
from memos_core.operation.transforms.activation_rows import ACTIVATION
from memos_core.operation.transforms.parametric_rows import PARAMETRIC

if TYPE_CHECKING:
    from memos_core.domain.record import DerivedRow
    from memos_core.interface.runtime import Runtime


class Examining:
    """What stored values are of, and what an adapter knows."""

    __slots__ = ()

    if TYPE_CHECKING:
        _runtime: Runtime

        _derived: Callable[[str], tuple[MemCube, DerivedRow]]
        _prompt_adapter: Callable[[MemCube, DerivedRow], PromptMemory]
        _local_model: Callable[[], LocalModelRuntime]

    def audit(self, memory: MemCube | str) -> Audit:
        """Read the tokens back from stored keys and values, and compare them with what the manifest says.

        Args:
            memory: Activation memory, by its cube or its handle.

        Raises:
            InvalidInput: it is none, or has no file any more, since a source has changed.
            CorruptActivation, MissingBlob: the file is damaged or gone.
            UnknownCube: no such handle in this vault.
        """
        cube, row = self._derived(an_id(memory.id if isinstance(memory, MemCube) else memory))
        if row.kind != ACTIVATION or not row.blob:
            why = "it has no values any more: a source has changed" if row.kind == ACTIVATION else "probe() asks it"
            raise InvalidInput(f"{cube.id!r} cannot be audited; {why}")
        return self._local_model().audit(self._runtime.engine.blobs.path(row.blob))

    def probe(self, memory: MemCube | str, questions: Iterable[str] = (), *, most: int = 16) -> list[Confession]:
        """Ask an adapter what it knows, and how surely, beside the model without it.

        Args:
            memory: Parametric memory, by its cube or its handle.
            questions: Prompts; by default one for each fact that it was taught, in a form that was not.
            most: Tokens of an answer.

        Raises:
            InvalidInput: it is none, no adapter answers for it, or there is nothing to ask an imported one by itself.
            UnknownCube: no such handle in this vault.
        """
        cube, row = self._derived(an_id(memory.id if isinstance(memory, MemCube) else memory))
        if row.kind != PARAMETRIC or not isinstance(cube.payload, Parametric):
            raise InvalidInput(f"{cube.id!r} is no parametric memory; audit() reads activation memory")
        if isinstance(questions, str):
            raise InvalidInput("questions is a str; give a list of prompts")
        asked = list(questions) or self._questions(cube.payload)
        return self._local_model().probe(self._prompt_adapter(cube, row), asked, most=most)

    def _questions(self, payload: Parametric) -> list[str]:
        trainer = self._runtime.trainer
        if trainer is None or not payload.facts:
            raise InvalidInput("nobody knows what this adapter was taught; give questions")
        held_out = trainer.lesson(payload.facts).held_out
        return [one.prompt for one in held_out[:: max(1, len(held_out) // len(payload.facts))]]

    aaudit = door(audit)
    aprobe = door(probe)
