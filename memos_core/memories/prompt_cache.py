"""Stored values for the heads of prompts: found, read from files, computed on second sight, accounted for."""

import hashlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from memos_core.domain.activation import Manifest
from memos_core.errors import (
    ActivationError,
    CorruptActivation,
    ForeignActivation,
    MissingBlob,
    PromptTooLong,
    StaleActivation,
)
from memos_core.memories.composition import Composed
from memos_core.memories.eviction import TierBudgets
from memos_core.memories.layout import Layout, Paths, Unit, canonical
from memos_core.memories.prefix_tree import Found, PrefixTree, Space
from memos_core.memories.prompts import PromptMemory
from memos_core.memories.radix import common_length
from memos_core.memories.reuse import ReuseBook, ReuseReport, after_load, after_prefill
from memos_core.memories.sightings import BLOCK, Sightings
from memos_core.ports import ActivationEngine, KeyValues

_log = logging.getLogger(__name__)


@dataclass(slots=True, kw_only=True)
class Past:
    """Values that all prompts begin with."""

    values: list[KeyValues]
    read: int = 0
    """Tokens that need not be computed."""
    built: int = 0
    """Tokens that were computed just now, to be kept."""
    seconds: float = 0.0
    """Spent on reading."""
    note: str = ""
    """Why stored values did not serve."""

    @classmethod
    def of(cls, found: Found) -> "Past":
        """What was found in the tree."""
        return cls(values=list(found.values), read=found.length)


class PromptCache:
    """What a runtime keeps of prompts' heads. ``use`` is called under the engine's lock; the rest is thread-safe."""

    def __init__(
        self, engine: ActivationEngine, budgets: TierBudgets, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """Start empty.

        Args:
            engine: Computes, reads and moves values.
            budgets: Bytes in each tier.
            clock: Seconds, to measure with.
        """
        self._engine, self._clock = engine, clock
        self._tree = PrefixTree(budgets, engine.move)
        self._sightings = Sightings()
        self._book, self._paths = ReuseBook(), dict[str, Paths]()
        self._erased: set[tuple[str, str]] = set()
        self._measured: set[str] = set()
        self._lock = threading.Lock()
        """Of the records; the tree has its own."""

    @contextmanager
    def use(
        self, prompts: Sequence[Sequence[int]], memory: PromptMemory, head: Callable[[], Sequence[int]], reply: int
    ) -> Iterator[Past]:
        """Values that all prompts begin with; nothing of them is evicted until the end.

        Args:
            prompts: Token ids, at least one of each is left to run.
            memory: What stands at their heads.
            head: The token ids of a prompt that has nothing but the memory in common with these.
            reply: Tokens that may follow.
        """
        shared = tuple(prompts[0][: min(common_length(*prompts), *(len(one) - 1 for one in prompts))])
        if memory.composed is not None:
            yield self._composed(memory, memory.composed, shared)
            return
        try:
            manifest = self._usable(memory)
            self._within_limit(max(map(len, prompts)) + reply)
        except (ActivationError, MissingBlob, PromptTooLong) as error:
            yield self._as_text(memory, error)
            return
        if not self._engine.capability.served:
            yield Past(values=[])
            return
        note = ""
        if manifest is not None and 2 * common_length(manifest.tokens, shared) < len(manifest.tokens):
            note = f"in this prompt other tokens stand before {memory.handle}, e.g. tools: its file does not serve"
            manifest = None
        key, storage = self._engine.fingerprint.key, manifest.storage if manifest else "native"
        space = Space(key, memory.tenant, storage)
        wanted = common_length(manifest.tokens if manifest else head(), shared)
        with self._tree.lease(space, shared) as found:
            past = replace(Past.of(found), note=note)
            if past.read < wanted:
                past = self._more(past, space, shared[:wanted], memory, manifest)
            self._note(memory, wanted, past)
            yield past

    def forget(self, tenant: str, sources: Iterable[str]) -> None:
        """Drop what rests on memories that were erased; nothing that rests on them is kept again."""
        gone = frozenset(sources)
        with self._lock:
            self._erased |= {(tenant, one) for one in gone}
            self._sightings.clear()
            self._book.drop(tenant, gone)
            if tenant in self._paths:
                self._paths[tenant].drop(gone)
        self._tree.drop(tenant, gone)

    def layout(self, tenant: str, units: Sequence[Unit]) -> Layout:
        """Memories in the order in which a tenant's earlier prompts can be reused the most."""
        with self._lock:
            return canonical(units, self._paths.get(tenant) or Paths())

    def expect(self, tenant: str, handle: str, seconds: float) -> None:
        """Note what a memory was expected to save when it was computed."""
        with self._lock:
            known = self._book.of(tenant, handle)
            self._book.note(replace(known, handle=handle, predicted=seconds))

    def report(self) -> ReuseReport:
        """What was used, what it saved, and what is kept."""
        kept = self._tree.kept()
        with self._lock:
            return ReuseReport(
                memories=self._book.all(), kept=kept, costs=self._tree.tiers.costs, moment=self._book.moment
            )

    def timed_prefill(self, tokens: Sequence[int], past: Sequence[KeyValues] = ()) -> KeyValues:
        """Compute values, and learn what that costs."""
        begun = self._clock()
        values = self._engine.prefill(tokens, past)
        tiers = self._tree.tiers
        tiers.costs = after_prefill(tiers.costs, len(tokens), self._clock() - begun, first=self._first("prefill"))
        return values

    def stored(self, memory: PromptMemory) -> tuple[Manifest, KeyValues]:
        """A memory's manifest and values, from its file.

        Raises:
            ActivationError, MissingBlob: they cannot be used; the message says why.
        """
        manifest = self._usable(memory)
        if manifest is None or memory.path is None:
            raise StaleActivation("only memory that was transformed has values of its own")
        return manifest, self._loaded(memory, manifest, memory.path)[0]

    def _composed(self, memory: PromptMemory, made: Composed, shared: Sequence[int]) -> Past:
        """Values that were made of blocks, as far as the prompts begin with their tokens."""
        if made.model != self._engine.fingerprint.key:
            return self._as_text(memory, ForeignActivation("it was composed for another model"))
        length = common_length(made.tokens, shared)
        return Past(values=[made.values.part(0, length)] if length else [], read=length, note=str(made))

    def _usable(self, memory: PromptMemory) -> Manifest | None:
        """The manifest of the memory's file; ``None`` for a memory that is text."""
        if not memory.handle:
            return None
        manifest = memory.manifest
        if manifest is None or memory.path is None:
            raise StaleActivation(f"a source of {memory.handle} has changed since; transform it again")
        if differing := manifest.fingerprint.differences(self._engine.fingerprint):
            raise ForeignActivation(f"{memory.handle} was computed with another {', '.join(differing)}")
        if manifest.salt != memory.tenant:
            raise ForeignActivation(f"{memory.handle} was computed for another tenant")
        return manifest

    def _within_limit(self, tokens: int) -> None:
        limit = self._engine.capability.limit
        if limit is not None and tokens >= limit:
            raise PromptTooLong(f"values of this model are exact below {limit} tokens; prompt and reply have {tokens}")

    def _more(
        self, past: Past, space: Space, wanted: tuple[int, ...], memory: PromptMemory, manifest: Manifest | None
    ) -> Past:
        """Values of more tokens than the tree has: from the memory's file, or computed if they were seen before."""
        if manifest is not None and memory.path is not None:
            try:
                values, seconds = self._loaded(memory, manifest, memory.path)
            except (ActivationError, MissingBlob) as error:
                return self._as_text(memory, error)
            with self._lock:
                uses = self._book.of(memory.tenant, memory.handle).heat.now(self._book.moment)
            self._keep(space, manifest.tokens, values, memory, uses=uses)
            rest = values.part(past.read, len(wanted))
            return replace(past, values=[*past.values, rest], read=len(wanted), seconds=seconds)
        if not memory.sources or self._is_erased(memory):
            return past  # who does not know what it rests on cannot erase it
        with self._lock:
            seen, uses = self._sightings.seen(space, wanted)
        if seen < past.read + BLOCK:
            return past
        built = self.timed_prefill(wanted[past.read : seen], past.values)
        self._keep(space, wanted[:seen], built, memory, past.read, uses)
        return replace(past, values=[*past.values, built], built=seen - past.read)

    def _loaded(self, memory: PromptMemory, manifest: Manifest, path: Path) -> tuple[KeyValues, float]:
        begun = self._clock()
        found, values = self._engine.load(path)
        seconds = self._clock() - begun
        if found.key != manifest.key:
            raise CorruptActivation(f"the file of {memory.handle} belongs to another memory; transform it again")
        tiers = self._tree.tiers
        tiers.costs = after_load(tiers.costs, values.bytes, seconds, first=self._first("load"))
        return values, seconds

    def _keep(
        self,
        space: Space,
        tokens: Sequence[int],
        values: KeyValues,
        memory: PromptMemory,
        start: int = 0,
        uses: float = 0.0,
    ) -> None:
        named = {*memory.sources, memory.handle} - {""}
        self._tree.insert(space, tokens, values, named, start=start, uses=uses)
        if self._is_erased(memory):  # meanwhile
            self._tree.drop(memory.tenant, named)

    def _is_erased(self, memory: PromptMemory) -> bool:
        with self._lock:
            return any((memory.tenant, one) in self._erased for one in memory.sources)

    def _note(self, memory: PromptMemory, tokens: int, past: Past) -> None:
        key = memory.handle or hashlib.sha256(memory.text.encode()).hexdigest()
        worth = self._tree.tiers.costs.prefill(past.read)
        with self._lock:
            self._book.moment += 1
            known = replace(self._book.of(memory.tenant, key), handle=memory.handle, sources=memory.sources)
            self._book.note(
                known.used(
                    self._book.moment,
                    tokens=tokens,
                    read=past.read,
                    built=past.built,
                    seconds=past.seconds,
                    worth=worth,
                )
            )
            if order := memory.order:
                self._paths.setdefault(memory.tenant, Paths()).add(order)

    def _first(self, what: str) -> bool:
        fresh = what not in self._measured
        self._measured.add(what)
        return fresh

    def _as_text(self, memory: PromptMemory, error: Exception) -> Past:
        _log.warning("memory %s is sent as text: %s", memory.handle or "without a handle", error)
        return Past(values=[], note=str(error))
