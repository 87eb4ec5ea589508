"""The doors of a vault to memory in other forms than text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from memos_core.domain.activation import Activation, ChatTurn, Completion, Sampling, Storage
from memos_core.domain.cube import MemCube
from memos_core.domain.query import Hit, Recollection
from memos_core.errors import InvalidInput, MissingBlob, UnknownCube, UnknownVersion
from memos_core.interface.arguments import an_id, words
from memos_core.interface.doors import door
from memos_core.memories.composition import MOST_RECOMPUTED
from memos_core.memories.local_model import LocalModelRuntime, PromptMemory, StreamedReply
from memos_core.operation.policies.activation import Terms, Transformable, candidates_of, carry_out, decide
from memos_core.operation.transforms import TRANSFORMS
from memos_core.operation.transforms.activation_rows import ACTIVATION, HANDLE, cube_of
from memos_core.operation.transforms.origins import laid_out, units_of
from memos_core.operation.transforms.plaintext_to_activation import Bench

if TYPE_CHECKING:
    from collections.abc import Mapping

    from memos_core.domain.record import DerivedRow
    from memos_core.interface.knowledge import Known
    from memos_core.interface.runtime import Runtime
    from memos_core.ports import Transaction


RECENT = timedelta(days=30)
"""Revisions within it tell that a memory is not stable."""


@dataclass(frozen=True, slots=True)
class AttachedMemory:
    """Activation memory of one vault, ready for one local model."""

    memory: PromptMemory
    _model: LocalModelRuntime

    @property
    def handle(self) -> str:
        """The string by which a host framework passes it on."""
        return self.memory.handle

    @property
    def text(self) -> str:
        """What it stands for."""
        return self.memory.text

    def generate(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> Completion:
        """Answer a conversation with this memory at its head. See ``LocalModelRuntime.generate``."""
        return self._model.generate(messages, memory=self.memory, tools=tools, sampling=sampling)

    def stream(
        self,
        messages: Sequence[ChatTurn | Mapping[str, Any]],
        *,
        tools: Sequence[Mapping[str, Any]] = (),
        sampling: Sampling | None = None,
    ) -> StreamedReply:
        """Answer piece by piece. See ``LocalModelRuntime.stream``."""
        return self._model.stream(messages, memory=self.memory, tools=tools, sampling=sampling)

    def inputs(
        self, messages: Sequence[ChatTurn | Mapping[str, Any]], *, tools: Sequence[Mapping[str, Any]] = ()
    ) -> dict[str, Any]:
        """Keyword arguments for the model's own ``generate``: ``model.generate(**kv.inputs(messages))``."""
        return self._model.inputs(messages, memory=self.memory, tools=tools)


class Transforming:
    """Activation memory of a vault: made, listed, attached to a model."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: str
        actor: str
        _runtime: Runtime

        _id: Callable[[Transaction], int]
        _known: Callable[[], Known]

    def transform(
        self,
        given: Recollection | MemCube | Sequence[MemCube],
        *,
        to: str = ACTIVATION,
        storage: str = Storage.NATIVE,
        self_contained: bool = False,
        order: str = "given",
    ) -> MemCube:
        """Put memory into another form. The text stays; what is made of it goes when any of its sources changes.

        Args:
            given: A recollection, whose text is taken as it prints, or memories, a line each in their order.
            to: ``activation``: keys and values of the text at the head of a prompt for the store's local model.
            storage: ``native`` (exact), ``bfloat16`` or ``int8``.
            self_contained: The memories refer to nothing outside, so that they may be composed with others.
            order: ``given``, or ``canonical``: memories that earlier prompts began with come first, so that prompts
                share what is computed. What speaks of the same thing, and what has not been understood yet, stays in
                its order. A recollection keeps its own.

        Returns:
            A cube with the payload ``Activation``; its id is the handle that host frameworks pass on.

        Raises:
            InvalidInput: nothing to transform, no memories, no such form, storage or order, or the store was opened
                without a local model.
            PromptTooLong: longer than the model takes.
            UnsupportedModel: this model's values cannot be reused; its prompts get the text.
            TooLossy: this form of storage would change the model's answers.
            Conflict: a source changed in the meantime.
            UnknownCube: a memory of another vault.
            DiskFull, ReadOnlyStore: nothing was kept.
        """
        given = _memories(given)
        path = TRANSFORMS.get(("plaintext", words(to, "to")))
        if path is None:
            raise InvalidInput(f"to={to!r}: these forms can be made: {', '.join(wanted for _, wanted in TRANSFORMS)}")
        try:
            form = Storage(storage)
        except ValueError as error:
            raise InvalidInput(f"storage={storage!r}: {', '.join(Storage)} was expected") from error
        if order not in ("given", "canonical"):
            raise InvalidInput(f"order={order!r}: 'given' or 'canonical' was expected")
        if order == "canonical" and not isinstance(given, Recollection):
            units = units_of(given, self._known().cell_of)
            given = laid_out(given, self._local_model().layout(self.name, units))
        row = path(self._bench(), given, form, self_contained)
        with self._runtime.records.read() as transaction:
            return cube_of(transaction, self._id(transaction), self.name, row)

    def activations(self) -> list[MemCube]:
        """Activation memory of this vault, by the event time of what it tells of; stale ones included."""
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            rows = [transaction.derived.get(vault, uid) for uid, _ in transaction.derived.listed(vault, ACTIVATION)]
            return [cube_of(transaction, vault, self.name, row) for row in rows if row is not None]

    def attach(self, memory: MemCube | str) -> AttachedMemory:
        """Activation memory for the store's local model: by its cube, or by its handle.

        Where a source has changed since, where the file is damaged or of another model, its text is used instead: the
        text of the sources as they are now.

        Raises:
            UnknownCube: no such activation memory in this vault: another's, erased, or all of its sources erased.
            InvalidInput: not activation memory, or the store was opened without a local model.
        """
        uid = an_id(memory.id if isinstance(memory, MemCube) else memory)
        if not uid.startswith(HANDLE):
            raise InvalidInput(f"{uid!r} is not activation memory; make it with transform(..., to='activation')")
        return AttachedMemory(self._prompt_memory(*self._activation(uid)), self._local_model())

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
        attached = [self.attach(one) for one in memories]
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

    def sources(self, memory: MemCube | str) -> tuple[str, ...]:
        """Ids of the memories that activation memory tells of: what a host need not show beside it.

        Raises:
            UnknownCube: no such activation memory in this vault.
        """
        return self._activation(an_id(memory.id if isinstance(memory, MemCube) else memory))[1].sources

    def _activation(self, uid: str, version: int | None = None) -> tuple[MemCube, DerivedRow]:
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            row = transaction.derived.get(vault, uid)
            if row is None or row.kind != ACTIVATION:
                raise UnknownCube(f"no activation memory {uid!r} in this vault; transform the memory again")
            if version not in (None, 1):
                raise UnknownVersion(f"activation memory {uid!r} has one version, 1")
            return cube_of(transaction, vault, self.name, row, self._runtime.activations_read), row

    def _let_go(self, uids: Sequence[str]) -> None:
        """Drop what this process keeps of memories that were erased."""
        self._runtime.activations_read.clear()
        if self._runtime.local_model is not None:
            self._runtime.local_model.forget(self.name, uids)

    def _prompt_memory(self, cube: MemCube, row: DerivedRow) -> PromptMemory:
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

    def _bench(self) -> Bench:
        runtime = self._runtime
        with runtime.records.read() as transaction:
            vault = self._id(transaction)
        return Bench(
            records=runtime.records,
            blobs=runtime.engine.blobs,
            clock=runtime.clock,
            model=self._local_model(),
            vault=vault,
            tenant=self.name,
            actor=self.actor,
        )

    def _local_model(self) -> LocalModelRuntime:
        model = self._runtime.local_model
        if model is None:
            raise InvalidInput("this store has no local model; open it with MemoryOS.open(..., local_model=...)")
        return model

    atransform = door(transform)
    aactivations = door(activations)
    aattach = door(attach)
    acompose = door(compose)
    arebalance = door(rebalance)
    asources = door(sources)


def _memories(given: object) -> Recollection | list[MemCube]:
    """What is to be transformed, checked.

    Raises:
        InvalidInput: neither a recollection nor memories.
    """
    if isinstance(given, Recollection):
        return given
    listed: list[object] = [given] if isinstance(given, MemCube | str) or not isinstance(given, Iterable) else [*given]
    cubes = [one for one in listed if isinstance(one, MemCube)]
    for one in listed:
        if not isinstance(one, MemCube):
            cure = "its .cube" if isinstance(one, Hit) else "what remember(), recall() or get() return"
            raise InvalidInput(f"transform takes a recollection or memories, not {type(one).__name__}; give {cure}")
        if one.id.startswith(HANDLE):
            raise InvalidInput(f"{one.id!r} is activation memory already; attach() it, or transform its sources()")
    return cubes
