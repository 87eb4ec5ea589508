"""Adapters that answer for memories: put into the model when a prompt needs them, taken out beyond a budget."""

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Protocol

from memos_core.domain.activation import SourceVersion
from memos_core.errors import CorruptAdapter, ForeignAdapter, InvalidInput, MissingBlob, ParametricError
from memos_core.memories.eviction import Heat
from memos_core.memories.prompts import PromptAdapter, PromptMemory
from memos_core.ports.parametric import ParametricEngine

_log = logging.getLogger(__name__)


class Lock(Protocol):
    """A reentrant lock."""

    def acquire(self, blocking: bool = True) -> bool:
        """Take it; ``False`` where it is somebody else's and ``blocking`` is not wanted."""

    def release(self) -> None:
        """Give it back."""

    def __enter__(self) -> bool: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...


class AdapterRouter(ParametricEngine, Protocol):
    """An engine whose adapters also answer while another engine runs the same model."""

    @property
    def lock(self) -> Lock:
        """Reentrant; held by whoever runs the model."""

    def answering(self, names: Sequence[str]) -> AbstractContextManager[None]:
        """While this lasts, each row of a batch is answered by the adapter that is named for it.

        Args:
            names: One for each row, or one for all.

        Raises:
            UnknownAdapter: none of a name.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterBudget:
    """Adapters that a runtime keeps in the model. Those that were used least lately go first."""

    count: int = 32
    bytes: int = 1 << 30
    """Of their files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterUse:
    """What one adapter has done in this process."""

    tenant: str
    handle: str
    sources: tuple[SourceVersion, ...] = ()
    uses: int = 0
    """Prompts that it answered."""
    heat: Heat = field(default_factory=Heat)
    """The same, decayed with the prompts that any adapter answered."""
    attached: int = 0
    """How often it was put into the model."""
    as_text: int = 0
    """Prompts that got its text, since it could not be used."""
    bytes: int = 0
    """Size of its file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How one prompt is served."""

    memory: PromptMemory | None
    """What stands at its head."""
    name: str | None = None
    """The adapter that answers; ``None`` for whoever is active."""
    note: str = ""
    """Why an adapter did not serve; empty where it did."""


@dataclass(frozen=True, slots=True)
class _Held:
    """An adapter in the model."""

    adapter: PromptAdapter
    bytes: int


class AdapterRack:
    """The adapters that a runtime puts into its model. All but ``forget`` and ``uses`` is called under the lock."""

    def __init__(self, engine: AdapterRouter | None, budget: AdapterBudget) -> None:
        """Start with none.

        Args:
            engine: Puts adapters in and takes them out; ``None`` for a model that is used without.
            budget: How many may stay.

        Raises:
            InvalidInput: a budget of nothing, or not such an engine.
        """
        if engine is not None and not callable(getattr(engine, "answering", None)):
            raise InvalidInput(
                f"a {type(engine).__name__} puts no adapters into a model; give e.g. PeftLoraEngine(model, tokenizer)"
            )
        if budget.count < 1 or budget.bytes < 1:
            raise InvalidInput("a budget of adapters starts at one adapter and one byte; give adapters=None for none")
        self._engine, self._budget = engine, budget
        self.lock: Lock = engine.lock if engine is not None else threading.RLock()
        self._held: OrderedDict[str, _Held] = OrderedDict()
        """By name, the one that was used last at the end."""
        self._busy: frozenset[str] = frozenset()
        self._erased: set[tuple[str, str]] = set()
        self._unsettled = False
        self._uses: dict[tuple[str, str], AdapterUse] = {}
        self._moment = 0
        """Prompts that any adapter answered."""
        self._records = threading.Lock()
        """Of what is erased, and of uses."""

    @contextmanager
    def serving(self, memories: Sequence[PromptMemory | None]) -> Iterator[list[Served]]:
        """Let adapters answer for memories, one for each row of a batch, or one for all rows.

        A memory whose adapter cannot be used becomes text.
        """
        busy = self._busy
        self._sweep()
        try:
            served = [self._served(one) for one in memories]
            with self._answering([one.name for one in served]):
                yield served
        finally:
            self._busy = busy
            self._sweep()

    @contextmanager
    def teaching(self, memory: PromptMemory | None) -> Iterator[None]:
        """Let an adapter answer, and nothing in its place: for keys and values that are computed under it.

        Raises:
            ParametricError, MissingBlob: it cannot be used.
        """
        busy = self._busy
        self._sweep()
        try:
            wanted = memory and memory.adapter
            with self._answering([self._admitted(wanted) if wanted else None]):
                yield
        finally:
            self._busy = busy
            self._sweep()

    def fitting(self, memories: Sequence[PromptMemory | None]) -> int:
        """How many of them, from the first on, have adapters that may be in the model at once; at least one."""
        sizes: dict[str, int] = {}
        for place, one in enumerate(memories):
            if one is not None and one.adapter is not None:
                sizes[one.adapter.name] = _size(one.adapter)
            if place and (len(sizes) > self._budget.count or sum(sizes.values()) > self._budget.bytes):
                return place
        return len(memories)

    def forget(self, tenant: str, sources: Iterable[str]) -> None:
        """Let go of adapters that rest on memories that were erased; one that is answering goes when it has done so."""
        gone = frozenset(sources)
        with self._records:
            self._erased |= {(tenant, one) for one in gone}
            for place, one in list(self._uses.items()):
                if one.tenant == tenant and (one.handle in gone or any(source.id in gone for source in one.sources)):
                    del self._uses[place]
        self._unsettled = True
        self.settle()

    def settle(self) -> None:
        """Do what could not be done while somebody else held the lock. Call it after releasing the lock."""
        while self._unsettled and self.lock.acquire(blocking=False):
            try:
                self._unsettled = False
                self._sweep()
            finally:
                self.lock.release()

    def uses(self) -> tuple[AdapterUse, ...]:
        """What each adapter has done, those with the most uses first."""
        with self._records:
            now = self._moment
            known = [replace(one, heat=Heat(uses=one.heat.now(now), at=now)) for one in self._uses.values()]
            return tuple(sorted(known, key=lambda one: (-one.uses, one.tenant, one.handle)))

    def _served(self, memory: PromptMemory | None) -> Served:
        if memory is None:
            return Served(memory=None)
        if memory.adapter is None:
            text_only = bool(memory.note) and memory.manifest is None and memory.composed is None
            return Served(memory=replace(memory, handle="") if text_only else memory, note=memory.note)
        try:
            name = self._admitted(memory.adapter)
        except (ParametricError, MissingBlob) as error:
            _log.warning("memory %s is sent as text: %s", memory.adapter.handle, error)
            self._note(memory.adapter, as_text=1)
            return Served(memory=memory.told, note=str(error))
        self._note(memory.adapter, uses=1)
        return Served(memory=memory if memory.text else None, name=name)

    def _admitted(self, adapter: PromptAdapter) -> str:
        """The name of an adapter that is in the model now.

        Raises:
            ParametricError, MissingBlob: it cannot be.
        """
        if self._engine is None:
            raise ForeignAdapter(
                "this runtime uses no adapters; make it with "
                "LocalModelRuntime(engine, adapters=PeftLoraEngine(model, tokenizer))"
            )
        if self._is_erased(adapter):
            raise MissingBlob(f"a source of {adapter.handle} was erased")
        name = adapter.name
        known = self._held.get(name)
        if known is None or not _same(known.adapter, adapter) or name not in self._engine.attached:
            self._attach(self._engine, adapter)
        self._held.move_to_end(name)
        self._busy |= {name}
        return name

    def _attach(self, engine: AdapterRouter, adapter: PromptAdapter) -> None:
        size = _size(adapter)
        if not size:
            raise MissingBlob(f"the file of {adapter.handle} is gone")
        if size > self._budget.bytes:
            raise ParametricError(f"{adapter.handle} has {size:,} bytes, the budget is {self._budget.bytes:,}")
        self._make_room(size, adapter.name)
        found = engine.attach(adapter.name, adapter.path)
        if found.key != adapter.manifest.key:
            self._held.pop(adapter.name, None)
            engine.detach(adapter.name)
            raise CorruptAdapter(f"the file of {adapter.handle} holds another adapter; train it again")
        self._held[adapter.name] = _Held(adapter, size)
        self._note(adapter, attached=1, size=size)

    def _make_room(self, size: int, name: str) -> None:
        """Take out what was used least lately until one more fits. What is answering stays."""
        for other in [one for one in self._held if one not in self._busy and one != name]:
            held = [one.bytes for key, one in self._held.items() if key != name]
            if len(held) < self._budget.count and sum(held) + size <= self._budget.bytes:
                return
            self._take(other)

    def _take(self, name: str) -> None:
        del self._held[name]
        if self._engine is not None and name in self._engine.attached:
            self._engine.detach(name)

    def _sweep(self) -> None:
        """Take out adapters of what was erased, here or by another process, which removes the file."""
        for name, one in list(self._held.items()):
            if name not in self._busy and (self._is_erased(one.adapter) or not one.adapter.path.exists()):
                self._take(name)

    def _answering(self, names: Sequence[str | None]) -> AbstractContextManager[None]:
        if self._engine is None:
            return nullcontext()
        active = self._engine.active
        return self._engine.answering([active if one is None else one for one in names])

    def _is_erased(self, adapter: PromptAdapter) -> bool:
        with self._records:
            return any((adapter.tenant, one.id) in self._erased for one in adapter.manifest.sources)

    def _note(
        self, adapter: PromptAdapter, *, uses: int = 0, attached: int = 0, as_text: int = 0, size: int = 0
    ) -> None:
        place = (adapter.tenant, adapter.handle)
        with self._records:
            known = self._uses.get(place) or AdapterUse(tenant=adapter.tenant, handle=adapter.handle)
            self._moment += uses
            self._uses[place] = replace(
                known,
                sources=adapter.manifest.sources,
                uses=known.uses + uses,
                heat=known.heat.used(self._moment) if uses else known.heat,
                attached=known.attached + attached,
                as_text=known.as_text + as_text,
                bytes=size or known.bytes,
            )


def _same(one: PromptAdapter, other: PromptAdapter) -> bool:
    """Whether two hold the same numbers for the same model."""
    return (one.manifest.base, one.manifest.checksums) == (other.manifest.base, other.manifest.checksums)


def _size(adapter: PromptAdapter) -> int:
    """Bytes of the file; 0 where it is gone."""
    try:
        return adapter.path.stat().st_size
    except OSError:
        return 0
