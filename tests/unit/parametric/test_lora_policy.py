"""Text or weights: what is taught, what is let go, and what that saves on a trace."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from memos_core import LocalModelRuntime, MemoryOS, Vault
from memos_core.domain.parametric import Parametric
from memos_core.evaluation.lora_figures import measure
from memos_core.evaluation.lora_replay import TOKEN, always, never, oracle, policy, replay, shuffled, talks
from memos_core.memories.eviction import Heat
from memos_core.memories.prompts import PromptMemory
from memos_core.operation.policies.parametric import (
    Adapter,
    Candidate,
    Condition,
    Demote,
    Distil,
    Teaching,
    Terms,
    decide,
)
from memos_core.operation.policies.teaching import ACTOR, teaching_of
from memos_core.testing.local_model import WordModel
from memos_core.testing.parametric import TaughtWords

NOW = 10_000.0
COSTS = Teaching(fixed=10.0, fact=0.5, bytes=1000)
TERMS = Terms(horizon=1000, half_life=1000, price=1e-6)
USED = Heat(uses=100, at=NOW)
"""About 69 uses in a horizon."""


def memories(count: int = 20, **changes: object) -> list[Candidate]:
    """Each costs about 3.5 seconds in a horizon; all of them together take 20 seconds to teach."""
    one = Candidate(id="", owner="alice", heat=USED, seconds=0.05, contexts=5)
    return [replace(one, id=f"m{place:03}", **changes) for place in range(count)]  # type: ignore[arg-type]


def ready(sources: list[Candidate], handle: str = "lora_1", **changes: object) -> Adapter:
    held = frozenset(one.id for one in sources)
    one = Adapter(handle=handle, owner="alice", sources=held, heat=USED, seconds=1.0, bytes=1000)
    return replace(one, **changes)  # type: ignore[arg-type]


def changed(**changes: object) -> Adapter:
    """An adapter of all memories but for this."""
    return replace(ready(memories()), **changes)  # type: ignore[arg-type]


def test_what_is_stable_frequent_and_shared_is_taught() -> None:
    (action,) = decide(memories(), [], COSTS, NOW, TERMS)
    assert isinstance(action, Distil)
    assert (action.owner, action.sources) == ("alice", tuple(f"m{place:03}" for place in range(20)))
    assert action.training == 20.0
    assert action.predicted == pytest.approx(20 * 100 * 0.693 * 0.05 - 20, rel=0.01)


@pytest.mark.parametrize(
    "changed",
    [
        {"heat": Heat(uses=20, at=NOW)},
        {"seconds": 0.001},
        {"contexts": 1},
        {"revisions": 2.0},
        {"quiet": 0.01},
        {"facts": 0},
        {"heat": Heat(uses=100, at=NOW - 5000)},
    ],
    ids=["seldom", "short", "always in the same prompt", "unstable", "new", "no facts", "cold"],
)
def test_what_does_not_pay_stays_text(changed: dict[str, object]) -> None:
    assert decide(memories(**changed), [], COSTS, NOW, TERMS) == []


def test_few_facts_are_not_worth_an_adapter() -> None:
    assert decide(memories(19), [], COSTS, NOW, TERMS) == []
    assert len(decide(memories(10, facts=2), [], COSTS, NOW, TERMS)) == 1


def test_what_changes_is_left_out_and_what_is_too_much() -> None:
    steady = memories(30, seconds=0.5)
    unsteady = [replace(one, id=f"u{one.id}", revisions=20.0) for one in memories(5, seconds=0.5)]
    (action,) = decide([*steady, *unsteady], [], COSTS, NOW, TERMS)
    assert isinstance(action, Distil) and set(action.sources) == {one.id for one in steady}
    dear = [replace(one, id=f"d{one.id}", seconds=5.0) for one in memories(25)]
    (action,) = decide([*steady, *dear], [], COSTS, NOW, replace(TERMS, most=25))
    assert isinstance(action, Distil) and set(action.sources) == {one.id for one in dear}, "those that save the most"


def test_many_seldom_changes_make_a_set_that_changes_often() -> None:
    """None of them was changed more than once, and each alone would pay."""
    assert decide(memories(40, revisions=0.3), [], COSTS, NOW, TERMS) == []
    one_changed = [replace(one, revisions=1.0 if place < 12 else 0.0) for place, one in enumerate(memories(40))]
    assert decide(one_changed, [], COSTS, NOW, TERMS) == [], "the others will change as well"


def test_between_the_thresholds_nothing_changes() -> None:
    states = []
    for uses in (100.0, 30.0, 3.0, 0.0001, 30.0, 100.0):
        heat = Heat(uses=uses, at=NOW)
        several = memories(heat=heat)
        there = [ready(several, heat=heat)] if states and states[-1] else []
        actions = decide(several, there, COSTS, NOW, replace(TERMS, price=1e-5))
        states.append((states[-1] if states else False) if not actions else isinstance(actions[0], Distil))
    assert states == [True, True, True, False, False, True]


def test_an_adapter_is_trained_anew_only_for_much_more() -> None:
    several = memories(40)
    assert decide(several[:24], [ready(several[:20])], COSTS, NOW, TERMS) == [], "four more do not pay for all"
    (action,) = decide(several, [ready(several[:20])], COSTS, NOW, TERMS)
    assert isinstance(action, Distil) and len(action.sources) == 40
    assert action.predicted == pytest.approx(20 * 100 * 0.693 * 0.05 - 30, rel=0.01), "what is there is taken off"
    both = [ready(several[:20]), ready(several, "lora_2")]
    assert [one.handle for one in decide(several, both, COSTS, NOW, TERMS) if isinstance(one, Demote)] == ["lora_1"]


@pytest.mark.parametrize(
    ("adapter", "taught"),
    [
        ({"condition": Condition.WAITING}, False),
        ({"condition": Condition.REJECTED}, False),
        ({"condition": Condition.STALE}, True),
        ({"sources": frozenset({"m001"}), "condition": Condition.REJECTED}, False),
        ({"owner": "bob"}, True),
    ],
    ids=["in training", "refused", "stale", "one of them refused: too few are left", "another's"],
)
def test_what_is_under_way_or_refused_is_not_tried_again(adapter: dict[str, object], taught: bool) -> None:
    actions = decide(memories(), [changed(**adapter)], COSTS, NOW, TERMS)
    assert [type(one) for one in actions] == ([Distil] if taught else [])


def test_what_somebody_else_made_is_left_alone() -> None:
    cold = ready(memories(), heat=Heat(), own=False)
    assert decide([], [cold], COSTS, NOW, TERMS) == []
    assert decide([], [replace(cold, own=True, heat=None)], COSTS, NOW, TERMS) == [], "no use is recorded"
    (action,) = decide([], [replace(cold, own=True)], COSTS, NOW, TERMS)
    assert action == Demote(handle="lora_1", predicted=0.0, realised=0.0)


def test_budgets() -> None:
    owners = [[replace(one, owner=name, id=f"{name}{one.id}", seconds=cost) for one in memories()]
              for name, cost in (("poor", 0.04), ("rich", 0.2))]  # fmt: skip
    several = [one for part in owners for one in part]

    def taught(terms: Terms, *adapters: Adapter, spent: float = 0.0) -> list[str]:
        actions = decide(several, adapters, COSTS, NOW, terms, spent=spent)
        return [one.owner if isinstance(one, Distil) else one.handle for one in actions]

    assert taught(TERMS) == ["rich", "poor"]
    assert taught(replace(TERMS, training=30.0)) == ["rich"]
    assert taught(replace(TERMS, training=30.0), spent=15.0) == []
    assert taught(replace(TERMS, adapters=1)) == ["rich"]
    assert taught(replace(TERMS, bytes=1500)) == ["rich"]
    assert taught(replace(TERMS, bytes=500)) == []
    full = replace(TERMS, adapters=1)
    others = ready(memories(), "lora_o", owner="other")
    assert taught(full, replace(others, seconds=1.0)) == ["lora_o", "rich"], "the better one takes the place"
    assert taught(full, replace(others, seconds=3.0)) == [], "not better by enough"
    assert taught(full, replace(others, own=False)) == []
    own = ready(owners[1][:1], "lora_r", owner="rich")
    assert taught(full, own) == ["rich"], "in the place of its own"


def test_a_trace_is_served_faster_than_text() -> None:
    trace = talks(1, prompts=3000, revised=0.02)
    dear = Teaching.estimated(TOKEN)
    costs = replace(dear, fixed=dear.fixed / 20, fact=dear.fact / 20)
    terms = Terms(horizon=900, half_life=300)
    done = {
        one.__name__: replay(trace, one, costs=costs, terms=terms, every=100)
        for one in (never, always, policy, oracle, shuffled)
    }
    ours = done["policy"]
    assert (done["never"].saved, done["never"].trainings) == (0, 0)
    assert ours.saved > 0.1 and ours.trainings > 3
    assert ours.saved > 0.6 * done["oracle"].saved
    assert done["always"].saved < 0, "training costs more than it brings"
    assert done["shuffled"].saved < ours.saved / 2, "it is the use of each memory that decides"
    assert ours.realised > 0.5 * ours.predicted > 0


def test_where_training_never_pays_nothing_is_trained() -> None:
    terms = Terms(horizon=900, half_life=300)
    unsteady = replay(talks(1, prompts=2000, revised=0.5), policy, terms=terms)
    assert (unsteady.saved, unsteady.trainings) == (0, 0)
    once = replay(talks(1, prompts=2000, once=1.0, revised=0.5), policy, terms=terms)
    assert (once.saved, once.trainings) == (0, 0)


def test_the_figures_for_the_bench() -> None:
    dear, cheap = measure(quick=True)
    assert dear.met and cheap.met and dear.plot and cheap.plot
    assert cheap.figures["saved"] > dear.figures["saved"] == 0 > dear.figures["everything"]


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    model = WordModel()
    runtime = LocalModelRuntime(model, adapters=TaughtWords(model))
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, worker=False, local_model=runtime) as memory:
        vault = memory.vault("alice")
        for place, said in enumerate(("I live in Leeds.", "I work as a nurse.", "My cat is called Tom.")):
            vault.remember(said, speaker="Alice", session=f"s{place}")
        yield vault


def used_in_mixtures(vault: Vault, times: int) -> None:
    """Each prompt has other memories at its head, so that no keys and values serve."""
    runtime = vault._runtime.local_model
    assert runtime is not None
    cubes = list(vault.cubes())
    for turn in range(times):
        held = [one for place, one in enumerate(cubes) if turn % 3 != place]
        text = PromptMemory(
            text="\n".join(f"- {one}" for one in held), tenant="alice", sources=tuple(one.id for one in held)
        )
        runtime.generate([{"role": "user", "content": f"q {turn}"}], memory=text)


def test_from_recorded_use_to_an_adapter_and_back(vault: Vault) -> None:
    eager = Terms(horizon=1e9, least=1, quiet=0.0, price=1e-30)
    assert vault.rebalance(teaching=eager) == {}, "nothing was used"
    used_in_mixtures(vault, 12)
    assert vault.rebalance(teaching=Terms(training=0)) == {}
    (handle,) = vault.rebalance(teaching=eager)
    assert vault.rebalance(teaching=eager) == {}, "it is being trained"
    vault.settle()
    cube = vault.get(handle)
    assert isinstance(cube.payload, Parametric) and cube.payload.usable
    assert (cube.header.provenance.actor, vault.sources(handle)) == (ACTOR, tuple(one.id for one in vault.cubes()))
    assert vault.rebalance(teaching=eager) == {}, "it is there"
    costs, spent = teaching_of(1.0, vault.adapters(), cube.header.recorded_at)
    assert (costs.bytes, spent) == (cube.payload.bytes, 0.0)
    vault.attach(handle).generate([{"role": "user", "content": "q"}])
    assert vault.rebalance(teaching=replace(eager, price=1e9)) == {handle: ""}, "now it is too dear to keep"
    assert vault.adapters() == []


def test_an_adapter_that_was_asked_for_stays(vault: Vault) -> None:
    made = vault.transform(list(vault.cubes()), to="parametric")
    vault.settle()
    vault.attach(made.id).generate([{"role": "user", "content": "q"}])
    assert vault.rebalance(teaching=Terms(least=1, quiet=0.0, price=1e9)) == {}
    assert [one.id for one in vault.adapters()] == [made.id]
