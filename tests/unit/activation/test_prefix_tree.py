"""The tree of stored beginnings against a dictionary of everything that was ever put into it."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from memos_core.memories.eviction import TierBudgets, lru
from memos_core.memories.prefix_tree import PrefixTree, Space
from memos_core.memories.radix import common_length
from memos_core.ports import KeyValues

SPACE = Space("model", "alice")
BYTES = 10
"""Of one token."""


@dataclass
class Buffer:
    """Memory that values are in. Freed when nobody looks into it any more."""

    rows: tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class View:
    """``ports.KeyValues``: the row of a token is everything up to it, as in a real model."""

    buffer: Buffer
    lo: int
    hi: int
    tier: str = "device"

    @property
    def length(self) -> int:
        return self.hi - self.lo

    @property
    def bytes(self) -> int:
        return BYTES * self.length

    @property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        return self.buffer.rows[self.lo : self.hi]

    def part(self, lo: int, hi: int) -> "View":
        assert 0 <= lo < hi <= self.length
        return View(self.buffer, self.lo + lo, self.lo + hi, self.tier)


def computed(tokens: Sequence[int], start: int = 0, tier: str = "device") -> View:
    rows = tuple(tuple(tokens[: place + 1]) for place in range(start, len(tokens)))
    return View(Buffer(rows), 0, len(rows), tier)


def move(values: KeyValues, tier: str) -> KeyValues:
    assert isinstance(values, View) and tier in {"device", "memory"}
    return values if values.tier == tier else View(Buffer(values.rows), 0, values.length, tier)


def rows_of(values: Sequence[KeyValues]) -> tuple[tuple[int, ...], ...]:
    return tuple(row for one in values for row in one.rows)  # type: ignore[attr-defined]


def right(tokens: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    return computed(tokens).rows


def tree_of(device: int = 10_000, memory: int = 10_000, disk: int = 10_000, **kwargs) -> PrefixTree:
    return PrefixTree(TierBudgets(device=device, memory=memory, disk=disk), move, **kwargs)


def test_common_length() -> None:
    assert common_length([1, 2, 3]) == 3
    assert common_length([1, 2, 3], (1, 2)) == 2
    assert common_length([1, 2, 3], (1, 3, 3), [1, 2, 3]) == 1
    assert common_length([1], []) == 0


def test_segments_are_stored_once() -> None:
    tree = tree_of()
    for tail in ([4, 5], [6, 7], [6, 8]):
        assert tree.insert(SPACE, [1, 2, 3, *tail], computed([1, 2, 3, *tail]), ["a"])
    kept = tree.kept()
    assert kept.tokens == 3 + 2 + 1 + 1 + 1
    assert kept.bytes["device"] == BYTES * kept.tokens
    found = tree.find(SPACE, [1, 2, 3, 6, 8, 9])
    assert (found.length, rows_of(found.values)) == (5, right([1, 2, 3, 6, 8]))
    assert rows_of(tree.find(SPACE, [1, 2, 9]).values) == right([1, 2]), "in the middle of a segment"
    for stranger in (Space("other", "alice"), Space("model", "bob"), Space("model", "alice", "int8")):
        assert tree.find(stranger, [1, 2, 3]).length == 0


def test_a_tail_goes_on_from_what_is_there() -> None:
    tree = tree_of()
    assert tree.insert(SPACE, [1, 2, 3], computed([1, 2, 3]), ["a"])
    assert tree.insert(SPACE, [1, 2, 9, 8], computed([1, 2, 9, 8], 2), ["b"], start=2)
    assert rows_of(tree.find(SPACE, [1, 2, 9, 8]).values) == right([1, 2, 9, 8])
    assert not tree.insert(SPACE, [5, 6, 7], computed([5, 6, 7], 2), ["b"], start=2), "what it follows is not there"
    assert tree.find(SPACE, [5, 6, 7]).length == 0


def test_what_an_erased_memory_was_part_of_goes() -> None:
    tree = tree_of()
    tree.insert(SPACE, [1, 2, 3, 4], computed([1, 2, 3, 4]), ["a", "secret"])
    tree.insert(SPACE, [1, 2, 3, 4, 5], computed([1, 2, 3, 4, 5]), ["a", "secret", "c"])
    tree.insert(SPACE, [1, 2, 9], computed([1, 2, 9]), ["a", "b"])
    tree.insert(SPACE, [7, 7], computed([7, 7]), [])
    tree.drop("bob", ["secret"])
    assert tree.find(SPACE, [1, 2, 3, 4, 5]).length == 5
    tree.drop("alice", ["secret"])
    assert tree.find(SPACE, [1, 2, 3, 4, 5]).length == 2, "what another memory begins with too stays"
    assert rows_of(tree.find(SPACE, [1, 2, 9]).values) == right([1, 2, 9])
    assert tree.find(SPACE, [7, 7]).length == 0, "nobody knows what it rests on"
    assert all((3 not in row) for row in _alive(tree)), "no memory is held that tells of it"
    tree.drop("alice", ["b"])
    assert tree.kept().nodes == 0
    assert sum(tree.kept().bytes.values()) == 0


def _alive(tree: PrefixTree) -> set[tuple[int, ...]]:
    """Everything in the buffers that the tree keeps alive, looked at or not."""
    nodes = [node for root in tree._roots.values() for node in root.below()]
    return {row for node in nodes for one in (node.values, node.mapped) if one for row in one.buffer.rows}  # type: ignore[attr-defined]


def test_half_of_a_segment_frees_half_of_its_memory() -> None:
    tree = tree_of(device=60, memory=0, disk=0)
    tree.insert(SPACE, [1, 2, 3, 4], computed([1, 2, 3, 4]), ["a"])
    tree.insert(SPACE, [1, 2, 5, 6], computed([1, 2, 5, 6]), ["b"])
    with tree.lease(SPACE, [1, 2, 5, 6]):
        assert tree.insert(SPACE, [8, 8], computed([8, 8]), ["c"], uses=2)
    assert tree.find(SPACE, [1, 2, 3, 4]).length == 2
    assert (1, 2, 3) not in _alive(tree)


def test_device_memory_nothing() -> None:
    tree = tree_of(device=20, memory=20)
    for first in (1, 2, 3):
        assert tree.insert(SPACE, [first, 0], computed([first, 0]), ["a"], uses=first)
    assert tree.kept().bytes == {"device": 20, "memory": 20, "disk": 0}
    assert [tree.find(SPACE, [first, 0]).tiers for first in (1, 2, 3)] == [(), ("memory",), ("device",)]


def test_what_a_file_holds_is_mapped_again() -> None:
    tree = tree_of(device=20, memory=20, disk=100)
    for first in (1, 2, 3):
        tree.insert(SPACE, [first, 0], computed([first, 0], tier="disk"), ["a"])
    for _ in range(3):
        for first in (1, 2, 3):
            with tree.lease(SPACE, [first, 0]) as found:
                assert rows_of(found.values) == right([first, 0])
    kept = tree.kept()
    assert (kept.nodes, kept.dropped) == (3, 0)
    assert kept.bytes == {"device": 20, "memory": 20, "disk": 20}, "used again and again, they rose"
    tree.insert(SPACE, [5, 5], computed([5, 5]), ["b"])
    tree.insert(SPACE, [5, 5], computed([5, 5], tier="disk"), ["b"])
    for first in (6, 7, 8, 9):
        tree.insert(SPACE, [first, first], computed([first, first]), ["b"], uses=9)
    assert tree.find(SPACE, [5, 5]).length == 2, "computed first, in a file since"


def test_what_does_not_fit_is_not_kept() -> None:
    tree = tree_of(device=20, memory=30, disk=0)
    assert not tree.insert(SPACE, [1, 2, 3, 4], computed([1, 2, 3, 4]), ["a"])
    assert tree.insert(SPACE, [1, 2, 3], computed([1, 2, 3]), ["a"])
    assert tree.find(SPACE, [1, 2, 3]).tiers == ("memory",)
    assert not tree.insert(SPACE, [5], computed([5], tier="disk"), ["a"])
    with tree.lease(SPACE, [1, 2, 3]), tree.lease(SPACE, [1, 2]):
        assert tree.insert(SPACE, [4, 4], computed([4, 4]), ["a"], uses=9)
        with tree.lease(SPACE, [4, 4]):
            assert not tree.insert(SPACE, [5], computed([5]), ["a"], uses=9), "all room is in use"
    assert tree.insert(SPACE, [5], computed([5]), ["a"], uses=9)


def test_the_least_recently_used_goes_first() -> None:
    tree = tree_of(device=40, memory=0, priority=lru)
    for first in (1, 2):
        tree.insert(SPACE, [first, 0], computed([first, 0]), ["a"])
        with tree.lease(SPACE, [first, 0]):
            pass
    with tree.lease(SPACE, [1, 0]):
        pass
    tree.insert(SPACE, [3, 0], computed([3, 0]), ["a"])
    assert [tree.find(SPACE, [first, 0]).length for first in (1, 2, 3)] == [2, 0, 2]


TOKENS = st.lists(st.integers(0, 2), min_size=1, max_size=7)
MEMORIES = st.sets(st.sampled_from("abcd"), max_size=2)


@dataclass
class Lease:
    stack: ExitStack
    tokens: list[int]
    values: tuple[KeyValues, ...]
    length: int
    dropped: bool = field(default=False)


class TreeMachine(RuleBasedStateMachine):
    """Random uses. The model: every sequence that was inserted and not dropped, with what it rests on."""

    def __init__(self) -> None:
        super().__init__()
        self.budgets = TierBudgets(device=60, memory=80, disk=120)
        self.tree = PrefixTree(self.budgets, move)
        self.said: dict[Space, set[tuple[tuple[int, ...], frozenset[str]]]] = {}
        self.leases: list[Lease] = []

    @rule(
        tokens=TOKENS,
        memories=MEMORIES,
        tenant=st.sampled_from(["alice", "bob"]),
        tier=st.sampled_from(["device", "memory", "disk"]),
        start=st.integers(0, 4),
        uses=st.integers(0, 3),
    )
    def insert(self, tokens: list[int], memories: set[str], tenant: str, tier: str, start: int, uses: int) -> None:
        space = Space("model", tenant)
        start = min(start, len(tokens) - 1, self.tree.find(space, tokens).length)
        if self.tree.insert(space, tokens, computed(tokens, start, tier), memories, start=start, uses=uses):
            assert self.tree.find(space, tokens).length == len(tokens)
        self.said.setdefault(space, set()).add((tuple(tokens), frozenset(memories)))

    @rule(tokens=TOKENS, tenant=st.sampled_from(["alice", "bob"]))
    def find(self, tokens: list[int], tenant: str) -> None:
        space = Space("model", tenant)
        found = self.tree.find(space, tokens)
        assert rows_of(found.values) == right(tokens[: found.length])
        known = max((common_length(tokens, one) for one, _ in self.said.get(space, ())), default=0)
        assert found.length <= known, "of another tenant, or dropped"

    @precondition(lambda self: len(self.leases) < 3)
    @rule(tokens=TOKENS)
    def lease(self, tokens: list[int]) -> None:
        stack = ExitStack()
        found = stack.enter_context(self.tree.lease(Space("model", "alice"), tokens))
        self.leases.append(Lease(stack, tokens, found.values, found.length))

    @precondition(lambda self: self.leases)
    @rule(which=st.integers(0, 2))
    def release(self, which: int) -> None:
        self.leases.pop(which % len(self.leases)).stack.close()

    @rule(memories=st.sets(st.sampled_from("abcd"), min_size=1, max_size=2), tenant=st.sampled_from(["alice", "bob"]))
    def drop(self, memories: set[str], tenant: str) -> None:
        self.tree.drop(tenant, memories)
        space = Space("model", tenant)
        self.said[space] = {(one, of) for one, of in self.said.get(space, set()) if of and not of & memories}
        for lease in self.leases:
            lease.dropped |= tenant == "alice"

    @invariant()
    def budgets_hold(self) -> None:
        used = self.tree.kept().bytes
        assert all(used[tier] <= getattr(self.budgets, tier) for tier in used)
        nodes = [node for root in self.tree._roots.values() for node in root.below()]
        assert used == {tier: sum(n.values.bytes for n in nodes if n.tier == tier) for tier in used}

    @invariant()
    def nothing_in_use_is_evicted(self) -> None:
        for lease in self.leases:
            assert rows_of(lease.values) == right(lease.tokens[: lease.length])
            if not lease.dropped:
                assert self.tree.find(Space("model", "alice"), lease.tokens).length >= lease.length

    @invariant()
    def no_view_keeps_more_than_it_shows(self) -> None:
        for root in self.tree._roots.values():
            for node in root.below():
                if node.tier != "disk":
                    assert node.values.buffer.rows == node.values.rows  # type: ignore[attr-defined]
                assert node.parent is root or node.parent.children[node.tokens[0]] is node

    @invariant()
    def leases_are_counted(self) -> None:
        if not self.leases:
            assert not any(node.leases for root in self.tree._roots.values() for node in root.below())


def test_random_uses() -> None:
    run_state_machine_as_test(TreeMachine, settings=settings(max_examples=40, stateful_step_count=30, deadline=None))


@given(st.lists(st.tuples(TOKENS, MEMORIES), max_size=12))
@settings(max_examples=100, deadline=None)
def test_with_room_for_all_nothing_is_missing(said: list[tuple[list[int], set[str]]]) -> None:
    tree = tree_of()
    for tokens, memories in said:
        assert tree.insert(SPACE, tokens, computed(tokens), memories)
    for tokens, _ in said:
        assert rows_of(tree.find(SPACE, tokens).values) == right(tokens)
    prefixes = {tuple(tokens[:n]) for tokens, _ in said for n in range(1, len(tokens) + 1)}
    assert tree.kept().tokens == len(prefixes)


def test_a_lease_ends_where_its_user_fails() -> None:
    tree = tree_of(device=20, memory=0)
    tree.insert(SPACE, [1, 2], computed([1, 2]), ["a"])
    with pytest.raises(RuntimeError), tree.lease(SPACE, [1, 2]):
        raise RuntimeError
    assert tree.insert(SPACE, [3, 4], computed([3, 4]), ["a"], uses=3)
    assert tree.find(SPACE, [1, 2]).length == 0


def test_what_is_new_does_not_displace_what_is_used() -> None:
    tree = tree_of(device=20, memory=0)
    tree.insert(SPACE, [1, 2], computed([1, 2]), ["a"])
    for _ in range(3):
        with tree.lease(SPACE, [1, 2]):
            pass
    assert not tree.insert(SPACE, [3, 4], computed([3, 4]), ["a"]), "never seen before"
    refused = 0
    while not tree.insert(SPACE, [refused + 3, 4], computed([refused + 3, 4]), ["a"], uses=1):
        refused += 1
    assert 1 <= refused <= 4, "but old fame fades"
    assert tree.find(SPACE, [1, 2]).length == 0
