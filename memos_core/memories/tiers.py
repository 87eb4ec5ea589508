"""Where stored values are, within budgets: they sink when room is needed, and rise when they are used again."""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import count

from memos_core.memories.eviction import HALF_LIFE, TIERS, Costs, Heat, Priority, TierBudgets, gdsf
from memos_core.memories.radix import Branch, Node
from memos_core.ports import KeyValues

_RISING = 1.5
"""Decayed uses from which on values are worth a copy in a faster tier."""
_SLACK = 64


class Tiers:
    """The places of nodes. Not thread-safe: the tree holds a lock.

    A node leaves a tier only when none that follows it is in that tier or in a faster one, and nobody uses it.
    Computed values sink from the device to main memory and are dropped from there; those that a file holds become
    mapped again.
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
        """Start empty.

        Args:
            budgets: Bytes in each tier.
            move: Copies values to another tier, see ``ActivationEngine.move``.
            costs: What it takes to have values again.
            priority: Who stays.
            half_life: Of uses, in uses.
        """
        self.costs = costs or Costs()
        self.used = dict.fromkeys(TIERS, 0)
        """Bytes."""
        self.nodes = dict.fromkeys(TIERS, 0)
        self.dropped = 0
        """Nodes that were given up for want of room."""
        self._budgets = {"device": budgets.device, "memory": budgets.memory, "disk": budgets.disk}
        self._move, self._priority, self._half_life = move, priority, half_life
        self._inflation = dict.fromkeys(TIERS, 0.0)
        self._queues: dict[str, list[tuple[float, int, Node]]] = {tier: [] for tier in TIERS}
        self._order = count()
        self._moment = 0

    def admit(self, node: Node, uses: float) -> bool:
        """Make room for a new node, in a slower tier where its own holds better ones. ``False`` when there is none.

        Args:
            node: Its values are in the fastest tier that it may have.
            uses: Earlier ones, decayed, this one not included.
        """
        for tier in TIERS[TIERS.index(node.tier) : -1] or ("disk",):
            node.heat = Heat(uses=uses, at=self._moment)  # by what is known of it, without the use that is under way
            if self._make_room(tier, node.values.bytes, below=self._worth(node, tier)):
                node.heat = node.heat.used(self._moment, self._half_life)
                self._settle(node, node.values if tier == node.tier else self._move(node.values, tier))
                return True
        return False

    def step(self) -> None:
        """Let the clock of uses go on."""
        self._moment += 1

    def touch(self, node: Node) -> None:
        """Count a use."""
        node.heat = node.heat.used(self._moment, self._half_life)
        self.value(node)

    def rise(self, node: Node) -> None:
        """Move a node that is used again and again to the fastest tier in which it is worth more than what is there."""
        if node.heat.uses < _RISING:
            return
        for tier in TIERS[: TIERS.index(node.tier)]:
            if self._make_room(tier, node.values.bytes, below=self._worth(node, tier)):
                self.leave(node)
                self._settle(node, self._move(node.values, tier))
                return

    def leave(self, node: Node) -> None:
        """Strike a node's bytes from its tier."""
        self.used[node.tier] -= node.values.bytes
        self.nodes[node.tier] -= 1

    def put(self, node: Node) -> None:
        """Count a node's bytes where it is."""
        self.used[node.tier] += node.values.bytes
        self.nodes[node.tier] += 1
        self.value(node)

    def value(self, node: Node) -> None:
        """Find out what a node is worth, and let it wait for its turn to leave."""
        node.priority = self._worth(node, node.tier)
        self.wait(node)

    def own(self, values: KeyValues) -> KeyValues:
        """Values in memory of their own, so that a part does not keep the whole alive; mapped ones as they are."""
        if values.tier == "disk":
            return values
        # An engine returns values that are in a tier already as they are.
        return self._move(self._move(values, "memory" if values.tier == "device" else "device"), values.tier)

    def remove(self, node: Node) -> None:
        """Give up a node and all that follow it."""
        before = node.parent
        for one in node.detach():
            self.leave(one)
        self._wait_again(before)

    def _settle(self, node: Node, values: KeyValues) -> None:
        node.values = values
        self.put(node)

    def _worth(self, node: Node, tier: str) -> float:
        size = node.values.bytes
        mapped = node.mapped is not None
        return self._priority(
            inflation=self._inflation[tier],
            heat=node.heat.uses,
            seconds=self.costs.regain(tier, len(node.tokens), node.start, size, mapped),
            size=size,
            moment=node.heat.at,
        )

    def _make_room(self, tier: str, size: int, below: float = float("inf")) -> bool:
        """Let nodes sink until ``size`` more bytes fit, none of a priority above ``below``."""
        budget = self._budgets[tier]
        if size > budget:
            return False
        while self.used[tier] + size > budget:
            victim = self._next(tier)
            if victim is None:
                return False
            if victim.priority > below:
                self.wait(victim)
                # As if what asks had been let in and had left again: or old fame would never fade.
                self._inflation[tier] = max(self._inflation[tier], below)
                return False
            self._inflation[tier] = max(self._inflation[tier], victim.priority)
            self._sink(victim)
        return True

    def _sink(self, node: Node) -> None:
        size = node.values.bytes
        if node.tier == "device" and node.mapped is None and self._make_room("memory", size):
            lower = self._move(node.values, "memory")
        elif node.tier != "disk" and node.mapped is not None and self._make_room("disk", size):
            lower = node.mapped
        else:
            self.dropped += 1
            self.remove(node)
            return
        self.leave(node)
        self._settle(node, lower)
        self._wait_again(node.parent)

    def _next(self, tier: str) -> Node | None:
        """The node that leaves next. What cannot leave now waits again when that changes."""
        queue = self._queues[tier]
        while queue:
            entry = heappop(queue)
            if self._is_current(entry, tier) and self._may_leave(entry[2]):
                return entry[2]
        return None

    def _may_leave(self, node: Node) -> bool:
        reach = TIERS.index(node.tier)
        return not node.leases and all(TIERS.index(one.tier) > reach for one in node.below())

    def wait(self, node: Node) -> None:
        """Let a node wait for its turn to leave, by what it was worth when it was last used."""
        if node.gone:
            return
        queue = self._queues[node.tier]
        heappush(queue, (node.priority, next(self._order), node))
        if len(queue) > _SLACK + 8 * self.nodes[node.tier]:
            current = {id(one[2]): one for one in queue if self._is_current(one, node.tier)}
            queue[:] = current.values()
            heapify(queue)

    def _wait_again(self, before: Branch) -> None:
        """Something left, so that what came before it may be free to leave."""
        for node in before.upwards() if isinstance(before, Node) else ():
            self.wait(node)

    def _is_current(self, entry: tuple[float, int, Node], tier: str) -> bool:
        priority, _, node = entry
        return not node.gone and node.tier == tier and node.priority == priority
