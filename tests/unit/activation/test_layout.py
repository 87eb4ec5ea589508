"""The order of memories: prompts begin alike, and order that has a meaning is kept."""

from hypothesis import given, settings
from hypothesis import strategies as st

from memos_core.evaluation.kv_trace import Prompts, Request, block_bound, exact_bound, hit_rate, prompts
from memos_core.memories.layout import Paths, Unit, canonical

KEYS = st.frozensets(st.sampled_from(["alice\nresidence", "alice\ndiet", "bob\nresidence"]), max_size=2)
UNITS = st.lists(
    st.builds(Unit, id=st.sampled_from("abcdefgh"), keys=KEYS, pinned=st.booleans(), volatile=st.booleans()),
    unique_by=lambda unit: unit.id,
    max_size=8,
)
ORDERS = st.lists(st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6), max_size=6)


def units(ids: str, **kwargs: object) -> list[Unit]:
    return [Unit(id=id, **kwargs) for id in ids]  # type: ignore[arg-type]


def paths_of(*orders: str) -> Paths:
    paths = Paths()
    for order in orders:
        paths.add(list(order))
    return paths


@given(UNITS, ORDERS)
@settings(max_examples=200, deadline=None)
def test_order_that_has_a_meaning_is_kept(given_units: list[Unit], orders: list[list[str]]) -> None:
    paths = Paths()
    for order in orders:
        paths.add(order)
    layout = canonical(given_units, paths)
    place = {id: at for at, id in enumerate(layout.order)}
    assert sorted(layout.order) == sorted(unit.id for unit in given_units)
    for at, unit in enumerate(given_units):
        for later in given_units[at + 1 :]:
            if unit.keys & later.keys:
                assert place[unit.id] < place[later.id]
    assert not any(unit.volatile for unit in layout.stored)
    assert canonical(given_units, paths) == layout


@given(st.permutations("abcdef"), ORDERS)
@settings(max_examples=50, deadline=None)
def test_free_memories_are_laid_out_alike_however_they_come(ids: list[str], orders: list[list[str]]) -> None:
    paths = Paths()
    for order in orders:
        paths.add(order)
    assert canonical(units("".join(ids)), paths).order == canonical(units("abcdef"), paths).order


def test_the_hottest_path_is_followed() -> None:
    paths = paths_of("ca", "cb", "cb", "d")
    assert canonical(units("abcd"), paths).order == ("c", "b", "d", "a"), "then by use"
    assert canonical(units("abd"), paths).order[0] == "d", "nothing began with the others"
    assert canonical(units("zyx"), paths).order == ("x", "y", "z")


def test_pinned_first_volatile_last() -> None:
    paths = paths_of("pqba", "pqba")
    mixed = [
        Unit(id="v", volatile=True),
        Unit(id="a"),
        Unit(id="b"),
        Unit(id="q", pinned=True),
        Unit(id="p", pinned=True),
    ]
    layout = canonical(mixed, paths)
    assert layout.order == ("p", "q", "b", "a", "v")
    assert [unit.id for unit in layout.volatile] == ["v"]
    lives = frozenset({"alice\nresidence"})
    moved = [Unit(id="old", keys=lives, volatile=True), Unit(id="new", keys=lives), Unit(id="x")]
    assert canonical(moved, paths).order == ("x", "old", "new")
    pinned = [Unit(id="old", keys=lives), Unit(id="new", keys=lives, pinned=True), Unit(id="x")]
    order = canonical(pinned, paths).order
    assert order.index("old") < order.index("new")


def test_paths_forget() -> None:
    paths = paths_of("abc", "abc", "axy")
    assert set(paths.next("a")) == {"b", "x"} and paths.next("a")["b"] > paths.next("a")["x"]
    paths.drop(["b"])
    assert set(paths.next("a")) == {"x"} and paths.heat("b") == 0 and paths.next(["a", "b"]) == {}
    crowded = Paths(steps=10)
    for turn in range(50):
        crowded.add(["hot", f"cold{turn}"])
    assert crowded.next([])["hot"] > 10
    assert len(crowded.next(["hot"])) <= 10


def test_the_share_of_tokens_that_is_read() -> None:
    for seed in (1,):
        trace = prompts(seed, noise=0.3, requests=700, drift=250)
        for budget in (10_000, 50_000):
            canonically, bound = hit_rate(trace, "canonical", budget), block_bound(trace, budget)
            assert canonically >= 1.3 * hit_rate(trace, "relevance", budget)
            assert canonically >= 1.15 * hit_rate(trace, "relevance, core first", budget)
            assert 0.8 * bound <= canonically <= bound


def test_the_bound_of_exact_reuse() -> None:
    asked = [((1, 2, 3), (9,)), ((1, 4, 5), (9,)), ((5, 1, 3), (9,)), ((5, 1, 3), (8,))]
    trace = Prompts(
        requests=tuple(Request(relevant=relevant, core=core) for relevant, core in asked),
        lengths={one: 10 for one in range(10)},
    )
    # Nothing; the core and 1; the core and two of three; another core.
    assert exact_bound(trace) == (0 + 20 + 30 + 0) / 160
    noisy = prompts(1, noise=0.6, requests=400, drift=150)
    assert hit_rate(noisy, "canonical", 10**6) < exact_bound(noisy) <= block_bound(noisy, 10**6)
