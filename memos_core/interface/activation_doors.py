"""The doors of a vault to activation memory: listed, composed, decided by use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from memos_core.domain.activation import Activation
from memos_core.domain.cube import MemCube
from memos_core.domain.lifecycle import LifecycleState
from memos_core.errors import InvalidInput, MissingBlob
from memos_core.interface.attached import AttachedMemory
from memos_core.interface.doors import door
from memos_core.memories.composition import MOST_RECOMPUTED
from memos_core.memories.local_model import PromptMemory
from memos_core.memories.reuse import ReuseReport
from memos_core.operation.policies import parametric, teaching
from memos_core.operation.policies.activation import Terms, Transformable, candidates_of, carry_out, decide
from memos_core.operation.transforms.activation_rows import ACTIVATION, cube_of
from memos_core.operation.transforms.associations import owner_name, taught_by

if TYPE_CHECKING:
    from memos_core.domain.engram import Profile
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
        adapters: Callable[[], list[MemCube]]
        _local_model: Callable[[], LocalModelRuntime]
        _profile_now: Callable[[], Profile]

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

    def rebalance(self, terms: Terms | None = None, *, teaching: parametric.Terms | None = None) -> dict[str, str]:
        """Let recorded use decide which memories are kept as keys and values or taught, and which become text again.

        What this process has put at the head of prompts is weighed: its expected use and what that saves, against what
        it costs to compute and to keep. Where the model can be taught, memories that are stable, used often and in many
        prompts are ordered to be trained. Call it at leisure, e.g. once a day.

        Args:
            terms: When keys and values are worth having.
            teaching: When an adapter is worth having; ``parametric.Terms(training=0)`` for never.

        Returns:
            For each memory that is now kept the new handle, by its key in ``LocalModelRuntime.report()``; for the
            handle of what is taught now the vault's name; for each handle that was given up an empty string.
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
        done = carry_out(cast(Transformable, self), actions, partial(model.expect, self.name))
        return done | (self._teach(report, teaching) if self._runtime.trainer is not None else {})

    def _teach(self, report: ReuseReport, terms: parametric.Terms | None) -> dict[str, str]:
        """Let use decide what the model is taught. See ``policies.parametric``."""
        model, now, cubes = self._local_model(), self._runtime.clock.now(), self.adapters()
        uses = [one for one in model.adapter_uses() if one.tenant == self.name]
        used = [source for one in report.memories if one.tenant == self.name for source in one.sources]
        used += [version.id for one in uses for version in one.sources]
        ids = list(dict.fromkeys(used))
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            versions = {one: transaction.cubes.history(vault, one) for one in ids}
        facts = Counter(
            one.source.id for one in taught_by(self._profile_now(), ids, owner_name(self.name)).facts if one.source
        )
        known = {
            one: teaching.Known(
                tokens=model.count(str(history[-1])),
                facts=facts[one],
                changes=[cube.header.recorded_at for cube in history if cube.version > 1],
            )
            for one, history in versions.items()
            if history and history[-1].state is LifecycleState.ACTIVE
        }
        costs, spent = teaching.teaching_of(report.costs.token, cubes, now)
        candidates = teaching.candidates_of(report, uses, self.name, known, now)
        adapters = teaching.adapters_of(report, uses, self.name, cubes, known)
        actions = parametric.decide(candidates, adapters, costs, report.moment, terms, spent=spent)
        policy = replace(cast(Any, self), actor=teaching.ACTOR)
        return teaching.carry_out(cast(teaching.Teachable, policy), actions)

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
