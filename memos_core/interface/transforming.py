"""The doors of a vault to memory in other forms than text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Literal, cast, overload

from memos_core.domain.activation import Storage
from memos_core.domain.cube import MemCube
from memos_core.domain.engram import Profile
from memos_core.domain.parametric import Recipe
from memos_core.domain.query import Hit, Recollection
from memos_core.errors import InvalidInput, UnknownCube, UnknownVersion
from memos_core.interface.activation_doors import ActivationDoors
from memos_core.interface.arguments import an_id, words
from memos_core.interface.attached import AttachedMemory
from memos_core.interface.doors import door
from memos_core.interface.examining import Examining
from memos_core.interface.parametric_doors import ParametricDoors
from memos_core.memories.local_model import LocalModelRuntime
from memos_core.operation.planning import known_now
from memos_core.operation.transforms import TRANSFORMS, Bench, Wanted, activation_rows, parametric_rows
from memos_core.operation.transforms.activation_rows import ACTIVATION
from memos_core.operation.transforms.handles import HANDLES
from memos_core.operation.transforms.origins import laid_out, units_of
from memos_core.operation.transforms.parametric_rows import PARAMETRIC

if TYPE_CHECKING:
    from memos_core.domain.record import DerivedRow, VaultRow
    from memos_core.interface.knowledge import Known
    from memos_core.interface.runtime import Runtime
    from memos_core.ports import Transaction


class Transforming(ActivationDoors, ParametricDoors, Examining):
    """Memory of a vault in other forms than text: made, attached to a model."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: str
        actor: str
        _runtime: Runtime

        _id: Callable[[Transaction], int]
        _known: Callable[[], Known]
        _row: Callable[[], VaultRow | None]

    @overload
    def transform(  # type: ignore[overload-overlap] # any other text gives a cube
        self,
        given: Recollection | MemCube | str | Sequence[MemCube],
        *,
        to: Literal["plaintext"],
        storage: str = ...,
        self_contained: bool = ...,
        order: str = ...,
        recipe: Recipe | None = ...,
    ) -> list[MemCube]: ...

    @overload
    def transform(
        self,
        given: Recollection | MemCube | str | Sequence[MemCube],
        *,
        to: str = ...,
        storage: str = ...,
        self_contained: bool = ...,
        order: str = ...,
        recipe: Recipe | None = ...,
    ) -> MemCube: ...

    def transform(
        self,
        given: Recollection | MemCube | str | Sequence[MemCube],
        *,
        to: str = ACTIVATION,
        storage: str = Storage.NATIVE,
        self_contained: bool = False,
        order: str = "given",
        recipe: Recipe | None = None,
    ) -> MemCube | list[MemCube]:
        """Put memory into another form. The text stays; what is made of it goes when any of its sources changes.

        Args:
            given: A recollection, whose text is taken as it prints, or memories, a line each in their order; or what
                was made by this before, by its cube or its handle.
            to: ``activation``: keys and values of the text at the head of a prompt for the store's local model.
                ``parametric``: an adapter that knows by heart the facts that the memories tell. A durable job trains
                it, which ``settle`` waits for; until then its text is sent. ``plaintext``: the memories again.
            storage: Of activation memory: ``native`` (exact), ``bfloat16`` or ``int8``.
            self_contained: The memories refer to nothing outside, so that they may be composed with others.
            order: ``given``, or ``canonical``: memories that earlier prompts began with come first, so that prompts
                share what is computed. What speaks of the same thing, and what has not been understood yet, stays in
                its order. A recollection keeps its own.
            recipe: How an adapter is trained; by default as was measured to be good.

        Returns:
            A cube with the payload ``Activation`` or ``Parametric``; its id is the handle that host frameworks pass
            on. For ``plaintext`` the memories, as they are now.

        Raises:
            InvalidInput: nothing to transform, no memories, no such form, storage or order, nothing that an adapter
                could learn, or the store was opened without a local model.
            PromptTooLong: longer than the model takes.
            UnsupportedModel: this model's values cannot be reused; its prompts get the text.
            TooLossy: this form of storage would change the model's answers.
            Conflict: a source changed in the meantime.
            UnknownCube: a memory of another vault.
            DiskFull, ReadOnlyStore: nothing was kept.
        """
        form, found = self._given(given)
        path = TRANSFORMS.get((form, words(to, "to")))
        if path is None:
            able = ", ".join(wanted for one, wanted in TRANSFORMS if one == form)
            already = f"it is {form} memory already; attach() it, or transform its sources()"
            raise InvalidInput(already if to == form else f"to={to!r}: of {form} memory can be made: {able}")
        wanted = _wanted(storage, self_contained, order, recipe)
        if order == "canonical" and not isinstance(found, Recollection):
            units = units_of(found, self._known().cell_of)
            found = laid_out(found, self._local_model().layout(self.name, units))
        made = path(self._bench(), found, wanted)
        if isinstance(made, list):
            return made
        self._runtime.scheduler.notify()
        with self._runtime.records.read() as transaction:
            return self._cube(transaction, self._id(transaction), made)

    def attach(self, memory: MemCube | str) -> AttachedMemory:
        """Activation or parametric memory for the store's local model: by its cube, or by its handle.

        Keys and values stand at the head of a prompt; an adapter knows its memories by heart, and their text is not
        sent. Where neither can be used (a source has changed since, the file is damaged or of another model, the
        adapter is not trained yet or was refused by its gate) the text is: that of the sources as they are now.

        Raises:
            UnknownCube: no such handle in this vault: another's, erased, or all of its sources erased.
            InvalidInput: neither activation nor parametric memory, or the store was opened without a local model.
        """
        uid = an_id(memory.id if isinstance(memory, MemCube) else memory)
        if not uid.startswith(HANDLES):
            raise InvalidInput(
                f"{uid!r} is neither activation nor parametric memory; make it with transform(..., to='activation')"
            )
        cube, row = self._derived(uid)
        as_prompts_take = self._prompt_adapter if row.kind == PARAMETRIC else self._prompt_values
        return AttachedMemory(as_prompts_take(cube, row), self._local_model())

    def sources(self, memory: MemCube | str) -> tuple[str, ...]:
        """Ids of the memories that activation or parametric memory tells of: what a host need not show beside it.

        Raises:
            UnknownCube: no such handle in this vault.
        """
        return self._derived(an_id(memory.id if isinstance(memory, MemCube) else memory))[1].sources

    atransform = door(transform)
    aattach = door(attach)
    asources = door(sources)

    # ── inside ──

    def _given(self, given: object) -> tuple[str, Recollection | list[MemCube]]:
        """What is to be transformed, and the type of memory that it is of.

        Raises:
            InvalidInput: neither a recollection nor memories, or memories of several types.
        """
        if isinstance(given, Recollection):
            return "plaintext", given
        several = isinstance(given, Iterable) and not isinstance(given, str)
        listed: list[object] = [*cast(Iterable[object], given)] if several else [given]
        known = [self._derived(one)[0] if isinstance(one, str) and one.startswith(HANDLES) else one for one in listed]
        cubes = [one for one in known if isinstance(one, MemCube)]
        for one in known:
            if not isinstance(one, MemCube):
                cure = "its .cube" if isinstance(one, Hit) else "what remember(), recall() or get() return"
                raise InvalidInput(f"transform takes a recollection or memories, not {type(one).__name__}; give {cure}")
        kinds = {one.header.kind if one.id.startswith(HANDLES) else "plaintext" for one in cubes}
        if len(kinds) > 1:
            raise InvalidInput(f"memories of several types: {', '.join(sorted(kinds))}; transform them apart")
        return kinds.pop() if kinds else "plaintext", cubes

    def _derived(self, uid: str, version: int | None = None) -> tuple[MemCube, DerivedRow]:
        """Memory in another form, by its handle."""
        with self._runtime.records.read() as transaction:
            vault = self._id(transaction)
            row = transaction.derived.get(vault, uid)
            if row is None or row.kind not in (ACTIVATION, PARAMETRIC):
                raise UnknownCube(f"no activation or parametric memory {uid!r} in this vault; transform it again")
            if version not in (None, 1):
                raise UnknownVersion(f"{uid!r} has one version, 1")
            return self._cube(transaction, vault, row), row

    def _cube(self, transaction: Transaction, vault: int, row: DerivedRow) -> MemCube:
        if row.kind == PARAMETRIC:
            return parametric_rows.cube_of(transaction, vault, self.name, row)
        return activation_rows.cube_of(transaction, vault, self.name, row, self._runtime.activations_read)

    def _let_go(self, uids: Sequence[str]) -> None:
        """Drop what this process keeps of memories that were erased."""
        self._runtime.activations_read.clear()
        if self._runtime.local_model is not None:
            self._runtime.local_model.forget(self.name, uids)

    def _bench(self) -> Bench:
        runtime = self._runtime
        with runtime.records.read() as transaction:
            vault = self._id(transaction)
        return Bench(
            records=runtime.records,
            blobs=runtime.engine.blobs,
            clock=runtime.clock,
            model=self._local_model(),
            trainer=runtime.trainer,
            workshop=runtime.engine.workshop,
            profile=self._profile_now,
            vault=vault,
            tenant=self.name,
            actor=self.actor,
        )

    def _profile_now(self) -> Profile:
        """Who the people of this vault are: of every memory, also where many conversations are still open."""
        runtime, row = self._runtime, self._row()
        if row is None:
            return Profile(as_of=runtime.clock.now())
        with runtime.records.read() as transaction:
            return known_now(transaction, row, next(iter(runtime.embedders), ""), runtime.clock.now())

    def _local_model(self) -> LocalModelRuntime:
        model = self._runtime.local_model
        if model is None:
            raise InvalidInput("this store has no local model; open it with MemoryOS.open(..., local_model=...)")
        return model


def _wanted(storage: str, self_contained: bool, order: str, recipe: Recipe | None) -> Wanted:
    """How the new form is to be, checked. Raises ``InvalidInput``."""
    try:
        form = Storage(storage)
    except ValueError as error:
        raise InvalidInput(f"storage={storage!r}: {', '.join(Storage)} was expected") from error
    if order not in ("given", "canonical"):
        raise InvalidInput(f"order={order!r}: 'given' or 'canonical' was expected")
    if recipe is not None and not isinstance(recipe, Recipe):
        raise InvalidInput(f"recipe is a {type(recipe).__name__}; give a memos_core.Recipe")
    return Wanted(storage=form, self_contained=self_contained, recipe=recipe)
