"""Keys and values of prompts' beginnings, found by their token ids."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from memos_core.memories.eviction import HALF_LIFE, TIERS, Costs, Priority, TierBudgets, gdsf
from memos_core.memories.radix import Branch, Node
from memos_core.memories.tiers import Tiers
from memos_core.ports import KeyValues


class Space(NamedTuple):
    """Within which values are found. Nothing is ever found across spaces."""

    model: str
    """Key of the model's fingerprint."""
    tenant: str
    storage: str = "native"
    """How the values were stored: those that lost precision serve only who asks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The longest beginning of a prompt that is kept."""

    values: tuple[KeyValues, ...] = ()
    """In order."""
    length: int = 0
    """Tokens."""
    tiers: tuple[str, ...] = ()
    """Where each was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What a tree holds."""

    nodes: int
    tokens: int
    bytes: dict[str, int]
    """By tier."""
    dropped: int
    """Nodes that were given up for want of room."""


class PrefixTree:
    """A radix tree of token ids whose segments are stored once, in tiers with budgets.

    Looking up and dropping is thread-safe. Whatever may move values (``lease``, ``insert``) is called under the lock of
    the engine whose ``move`` it is.
    """

    def __init__(
        self,
        budgets: TierBudgets,
        move: Callable[[KeyValues, str], KeyValues],
        *,
        costs: Costs | None = None,
        priority: Priority = gdsf,
        half_life: float = HALF_LIFE,
    ) -> None:
        """Start empty; see ``Tiers`` for the arguments."""
        self.tiers = Tiers(budgets, move, costs=costs, priority=priority, half_life=half_life)
        self._roots: dict[Space, Branch] = {}
        self._lock = threading.Lock()

    def find(self, space: Space, tokens: Sequence[int]) -> Found:
        """The longest beginning of ``tokens`` that is kept. The last value may be a view of a longer one."""
        with self._lock:
            return _found(*self._descend(space, tuple(tokens)))

    @contextmanager
    def lease(self, space: Space, tokens: Sequence[int]) -> Iterator[Found]:
        """Use the longest beginning of ``tokens`` that is kept; nothing of it is evicted meanwhile.

        What is dropped meanwhile (``drop``) is gone for everybody else at once, and for this user at the end.
        """
        with self._lock:
            path, length = self._descend(space, tuple(tokens))
            found = _found(path, length)
            self.tiers.step()
            for node in path:
                node.leases += 1
                self.tiers.touch(node)
        try:
            yield found
        finally:
            with self._lock:
                for node in path:
                    if not node.gone:
                        self.tiers.rise(node)
                # What was split in the meantime has more nodes now, all of them leased.
                for node in path[-1].upwards() if path else ():
                    node.leases -= 1
                    self.tiers.wait(node)

    def insert(
        self,
        space: Space,
        tokens: Sequence[int],
        values: KeyValues,
        sources: Iterable[str],
        *,
        start: int = 0,
        uses: float = 0.0,
    ) -> bool:
        """Keep values; what is there already stays as it is.

        Args:
            space: Where to keep them.
            tokens: From the prompt's first on.
            values: Of ``tokens[start:]``.
            sources: Ids of the memories that the tokens tell of; none when they are not known.
            start: How many of the tokens must be there already.
            uses: Earlier ones of the tokens, decayed. What was never used before takes room that is free, and none
                from what is there.

        Returns:
            Whether all of ``tokens`` are kept now: not when there is no room, nor when the tokens before are gone.
        """
        wanted = tuple(tokens)
        with self._lock:
            root = self._roots.setdefault(space, Branch())
            path, length = root.descend(wanted)
            if length < start or not wanted:
                return False
            if path and length < path[-1].start + len(path[-1].tokens):
                path[-1] = self._split(path[-1], length - path[-1].start)
            if values.tier == "disk":
                _back(path, values, start)
            claim = frozenset(sources)
            if length == len(wanted):
                path[-1].claims.add(claim)
                return True
            tail = values if length == start else self.tiers.own(values.part(length - start, len(wanted) - start))
            leaf = Node(path[-1] if path else root, length, wanted[length:], tail)
            leaf.claims.add(claim)
            return self._extend(leaf, uses)

    def drop(self, tenant: str, sources: Iterable[str]) -> None:
        """Let go of everything of a tenant that rests on any of these memories, or on memories that are not known."""
        gone = frozenset(sources)
        with self._lock:
            for space, root in self._roots.items():
                if space.tenant == tenant:
                    self._prune(root, gone)

    def kept(self) -> Kept:
        """What is held now."""
        with self._lock:
            nodes = [node for root in self._roots.values() for node in root.below()]
            return Kept(
                nodes=len(nodes),
                tokens=sum(len(node.tokens) for node in nodes),
                bytes={tier: self.tiers.used[tier] for tier in TIERS},
                dropped=self.tiers.dropped,
            )

    def _descend(self, space: Space, tokens: tuple[int, ...]) -> tuple[list[Node], int]:
        root = self._roots.get(space)
        return root.descend(tokens) if root else ([], 0)

    def _split(self, node: Node, length: int) -> Node:
        """Part a node in two; the first half is returned. Each has memory of its own, or evicting one frees nothing."""
        self.tiers.leave(node)
        upper = Node(node.parent, node.start, node.tokens[:length], self.tiers.own(node.values.part(0, length)))
        upper.heat, upper.leases = node.heat, node.leases
        whole, mapped = len(node.tokens), node.mapped
        upper.mapped = mapped and mapped.part(0, length)
        node.parent.children[upper.tokens[0]] = upper
        node.parent, node.start, node.tokens = upper, node.start + length, node.tokens[length:]
        node.values = self.tiers.own(node.values.part(length, whole))
        node.mapped = mapped and mapped.part(length, whole)
        upper.children[node.tokens[0]] = node
        for half in (upper, node):
            self.tiers.put(half)
        return upper

    def _extend(self, leaf: Node, uses: float) -> bool:
        path = list(leaf.upwards())
        for node in path:  # what it follows must not leave to make room for it
            node.leases += 1
        try:
            fits = self.tiers.admit(leaf, uses)
        finally:
            for node in path:
                node.leases -= 1
        if fits:
            leaf.parent.children[leaf.tokens[0]] = leaf
            self.tiers.wait(leaf)
        else:
            leaf.gone = True
        for node in path[1:]:
            self.tiers.wait(node)
        return fits

    def _prune(self, root: Branch, gone: frozenset[str]) -> None:
        for node in root.below():
            node.claims = {claim for claim in node.claims if claim and not claim & gone}
        alive: set[int] = set()
        dead = []
        for node in reversed(list(root.below())):
            if node.claims or any(id(child) in alive for child in node.children.values()):
                alive.add(id(node))
            else:
                dead.append(node)
        for node in dead:  # the last before what it follows
            self.tiers.remove(node)


def _found(path: Sequence[Node], length: int) -> Found:
    values = [node.values for node in path]
    if path and length < path[-1].start + len(path[-1].tokens):
        values[-1] = values[-1].part(0, length - path[-1].start)
    return Found(values=tuple(values), length=length, tiers=tuple(node.tier for node in path))


def _back(path: Sequence[Node], values: KeyValues, start: int) -> None:
    """Note that a file holds what is kept already: it can be mapped again instead of being computed again."""
    for node in path:
        stop = node.start + len(node.tokens)
        if node.mapped is None and start <= node.start and stop <= start + values.length:
            node.mapped = values.part(node.start - start, stop - start)
