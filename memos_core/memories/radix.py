"""A tree of token sequences in which what two have in common stands once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from memos_core.memories.eviction import Heat
from memos_core.ports import KeyValues


def common_length(*sequences: Sequence[int]) -> int:
    """How many tokens all sequences begin with."""
    first, *others = (tuple(one) for one in sequences)
    reach = len(first)
    for other in others:
        reach = min(reach, len(other))
        if first[:reach] != other[:reach]:
            reach = next(place for place, token in enumerate(first) if token != other[place])
    return reach


class Branch:
    """Where sequences part; the root of a tree."""

    __slots__ = ("children",)

    def __init__(self) -> None:
        self.children: dict[int, Node] = {}
        """By the first token."""

    def descend(self, tokens: tuple[int, ...]) -> tuple[list[Node], int]:
        """The nodes along ``tokens``, the last of which may match in part, and how many tokens match."""
        path: list[Node] = []
        place, at = 0, self
        while place < len(tokens) and (child := at.children.get(tokens[place])) is not None:
            length = common_length(child.tokens, tokens[place : place + len(child.tokens)])
            path.append(child)
            place += length
            if length < len(child.tokens):
                break
            at = child
        return path, place

    def below(self) -> Iterator[Node]:
        """All nodes of the tree, each after its parent."""
        waiting = list(self.children.values())
        while waiting:
            node = waiting.pop()
            yield node
            waiting += node.children.values()


class Node(Branch):
    """A run of tokens with its values, in memory of their own unless they are mapped from a file."""

    __slots__ = ("claims", "gone", "heat", "leases", "mapped", "parent", "priority", "start", "tokens", "values")

    def __init__(self, parent: Branch, start: int, tokens: tuple[int, ...], values: KeyValues) -> None:
        super().__init__()
        self.parent = parent
        self.start = start
        """Number of tokens before the first."""
        self.tokens = tokens
        self.values = values
        self.mapped = values if values.tier == "disk" else None
        """The same values in a file."""
        self.claims: set[frozenset[str]] = set()
        """For each sequence that ends here, the memories that it rests on."""
        self.leases = 0
        self.heat = Heat()
        self.priority = 0.0
        self.gone = False

    @property
    def tier(self) -> str:
        """Where the values are."""
        return self.values.tier

    def upwards(self) -> Iterator[Node]:
        """This node and those before it."""
        at: Branch = self
        while isinstance(at, Node):
            yield at
            at = at.parent

    def detach(self) -> Iterator[Node]:
        """Take this node and all that follow it out of the tree, and yield them.

        What came before stays as long as a sequence ends there or goes on elsewhere; otherwise it inherits the claims.
        """
        del self.parent.children[self.tokens[0]]
        gone = [self, *self.below()]
        before = self.parent
        if isinstance(before, Node) and not before.children and not before.claims:
            before.claims = {claim for one in gone for claim in one.claims}
        for one in gone:
            one.gone = True
            yield one
