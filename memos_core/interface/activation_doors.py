"""The doors of a vault to activation memory: listed, composed, decided by use."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from memos_core.domain.activation import Activation
from memos_core.domain.cube import MemCube
from memos_core.errors import InvalidInput, MissingBlob
from memos_core.interface.attached import AttachedMemory
from memos_core.interface.doors import door
from memos_core.memories.composition import MOST_RECOMPUTED
from memos_core.memories.local_model import PromptMemory
from memos_core.operation.policies.activation import Terms, Transformable, candidates_of, carry_out, decide
from memos_core.operation.transforms.activation_rows import ACTIVATION, cube_of

if TYPE_CHECKING:
    from memos_core.domain.record import DerivedRow
    from memos_core.interface.runtime import Runtime
    from memos_core.memories.local_model import LocalModelRuntime
    from memos_core.ports import Transaction

RECENT = timedelta(days=30)
"""Revisions within it tell that a memory is not stable."""


class ActivationDoors:
    """Activation memory of a vault."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: str
        _runtime: Runtime

        attach: Any
        _id: Callable[[Transaction], int]
        _local_model: Callable[[], LocalModelRuntime]

    def activations(self) -> list[MemCube]:
        """Activation memory of this vault, by the event time of what it tells of; stale ones included."""
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            rows = [transaction.derived.get(vault, uid) for uid, _ in transaction.derived.listed(vault, ACTIVATION)]
            return [cube_of(transaction, vault, self.name, row) for row in rows if row is not None]

    def compose(self, memories: Sequence[MemCube | str], *, share: float = MOST_RECOMPUTED) -> AttachedMemory:
        """Join activation memory that was made apart, computing only a part anew. Approximate, and labelled so.

        What was transformed with ``self_contained=True`` is only moved to its new place; of the rest up to ``share`` of
        all tokens are computed again. Samples are compared with a full prefill, and computed whole where they are too
        far off; ``Completion.note`` tells what was done. Order is meaning: of two values of one thing give the later
        one last.

        Args:
            memories: Cubes or handles, in the order in which they are to stand in the prompt; at least two.
            share: Of the tokens, computed again at most.

        Raises:
            NotComposable: this model's keys cannot be moved.
            StaleActivation, ForeignActivation, CorruptActivation: one of them cannot be used; transform it again.
            UnknownCube, InvalidInput: see ``attach``.
        """
        if isinstance(memories, str | MemCube) or not isinstance(memories, Iterable):
            raise InvalidInput("compose takes two or more cubes or handles of activation memory, in a list")
        attached: list[AttachedMemory] = [self.attach(one) for one in memories]
        model = self._local_model()
        return AttachedMemory(model.compose([one.memory for one in attached], share=share), model)

    def rebalance(self, terms: Terms | None = None) -> dict[str, str]:
        """Let recorded use decide which memories are kept as keys and values, and which become text again.

        What this process has put at the head of prompts is weighed: its expected use and what that saves, against what
        it costs to compute and to keep. Call it at leisure, e.g. once a day.

        Args:
            terms: When keys and values are worth having.

        Returns:
            For each memory that is now kept the new handle, by its key in ``LocalModelRuntime.report()``; for each
            handle that was given up an empty string.
        """
        model = self._local_model()
        report = model.report()
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            rested = {source for one in report.memories if one.tenant == self.name for source in one.sources}
            versions = {source: transaction.cubes.history(vault, source) for source in rested}
        since = self._runtime.clock.now() - RECENT
        revised = {
            source: sum(one.version > 1 and one.header.recorded_at >= since for one in several)
            for source, several in versions.items()
        }
        known = candidates_of(report, self.name, model.capability.bytes_per_token, revised)
        actions = decide(known, report.costs, report.moment, terms)
        return carry_out(cast(Transformable, self), actions, partial(model.expect, self.name))

    def _prompt_values(self, cube: MemCube, row: DerivedRow) -> PromptMemory:
        """Activation memory as prompts take it; its text where the file is gone."""
        payload = cube.payload
        manifest = payload.manifest if isinstance(payload, Activation) else None
        path = None
        if row.blob:
            try:
                path = self._runtime.engine.blobs.path(row.blob)
            except MissingBlob:  # the text serves
                manifest = None
        return PromptMemory(
            text=cube.text, handle=cube.id, tenant=self.name, manifest=manifest, path=path, sources=row.sources
        )

    aactivations = door(activations)
    acompose = door(compose)
    arebalance = door(rebalance)
