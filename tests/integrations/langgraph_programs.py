"""Programs for LangGraph, to be run on any saver: what they tell does not depend on ids."""

import asyncio
import operator
import time
from collections.abc import Callable
from itertools import count
from typing import Annotated, Any, TypedDict

import pytest
from langchain_core.runnables import RunnableConfig
from langgraph.cache.memory import InMemoryCache
from langgraph.func import entrypoint, task
from langgraph.graph import END, START, StateGraph
from langgraph.types import CachePolicy, Command, RetryPolicy, Send, StateUpdate, interrupt

CONFIG: RunnableConfig = {"configurable": {"thread_id": "t"}}


class State(TypedDict):
    said: Annotated[list[Any], operator.add]


class Teller:
    """Runs one graph through one kind of door and notes all that it says, without ids that differ by run."""

    def __init__(self, graph: Any, door: str) -> None:
        self.graph, self.door, self.told = graph, door, list[Any]()
        self._names: dict[str, int] = {}

    def run(self, given: Any, config: RunnableConfig = CONFIG, **options: Any) -> Any:
        """Invoke; an error is part of the story."""
        try:
            result = self._call("invoke", given, config, **options)
        except RuntimeError as error:
            result = f"raised {error}"
        self.told.append(self._plain(result))
        return result

    def edit(self, config: RunnableConfig, values: Any, **options: Any) -> RunnableConfig:
        self.told.append("edited")
        edited: RunnableConfig = self._call("update_state", config, values, **options)
        return edited

    def look(self, config: RunnableConfig = CONFIG, **options: Any) -> Any:
        state = self._call("get_state", config, **options)
        self.told.append(self._snapshot(state))
        return state

    def history(self, config: RunnableConfig = CONFIG, **options: Any) -> list[Any]:
        if self.door == "sync":
            states = list(self.graph.get_state_history(config, **options))
        else:
            states = asyncio.run(_all(self.graph.aget_state_history(config, **options)))
        self.told.append([self._snapshot(state) for state in states])
        return states

    def _call(self, verb: str, *given: Any, **options: Any) -> Any:
        if self.door == "sync":
            return getattr(self.graph, verb)(*given, **options)
        return asyncio.run(getattr(self.graph, f"a{verb}")(*given, **options))

    def _snapshot(self, state: Any) -> Any:
        metadata = {name: value for name, value in (state.metadata or {}).items() if name in ("source", "step")}
        tasks = [
            (one.name, self._plain(one.error), self._plain(one.interrupts), self._plain(one.result), one.path)
            for one in state.tasks
        ]
        inner = [self._snapshot(one.state) for one in state.tasks if hasattr(one.state, "metadata")]
        places = [self._place(config) for config in (state.config, state.parent_config)]
        return self._plain(state.values), state.next, metadata, tasks, inner, places

    def _place(self, config: RunnableConfig | None) -> Any:
        """A checkpoint by the order in which it was first seen."""
        if config is None:
            return None
        return self._names.setdefault(str(config["configurable"].get("checkpoint_id")), len(self._names))

    def _plain(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._plain(one) for name, one in value.items()}
        if isinstance(value, list | tuple):
            return [self._plain(one) for one in value]
        if hasattr(value, "interrupts"):
            return self._plain(value.interrupts)
        return ("interrupt", value.value) if type(value).__name__ == "Interrupt" else repr(value)


async def _all(found: Any) -> list[Any]:
    return [one async for one in found]


def says(text: str) -> Callable[[Any], Any]:
    return lambda state: {"said": [text]}


def line(*names: str, state: Any = State) -> Any:
    builder = StateGraph(state)
    for before, name in zip((START, *names), names, strict=False):
        builder.add_node(name, says(name)).add_edge(before, name)
    return builder


# ── programs ──


def interrupted_and_resumed(saver: Any, door: str) -> Teller:
    def ask(state: State) -> State:
        return {"said": [interrupt("one?"), interrupt({"two": state["said"]})]}

    builder = line("before").add_node("ask", ask).add_node("beside", says("beside")).add_node("after", says("after"))
    builder.add_edge("before", "ask").add_edge("before", "beside").add_edge(["ask", "beside"], "after")
    teller = Teller(builder.compile(checkpointer=saver), door)
    teller.run({"said": ["hi"]})
    teller.look()
    teller.run(Command(resume="first"))
    teller.look()
    teller.run(Command(resume="second"))
    teller.history()
    return teller


def travelled(saver: Any, door: str) -> Teller:
    teller = Teller(line("a", "b", "c").compile(checkpointer=saver, interrupt_before=["c"]), door)
    teller.run({"said": ["hi"]})
    teller.run(None)
    states = teller.history()
    past = next(state for state in states if state.next == ("b",))
    teller.run(None, past.config)
    fork = teller.edit(past.config, {"said": ["edited"]}, as_node="a")
    teller.look(fork)
    teller.run(None, fork)
    teller.run(None)
    teller.run({"said": ["again"]}, past.config)
    copied = teller.edit(past.config, None, as_node="__copy__")
    teller.look(copied)
    teller.history(limit=3)
    teller.history(before=states[1].config)
    teller.history(filter={"source": "update"})
    teller.history(past.config)
    teller.edit(CONFIG, None, as_node=END)
    teller.look()
    return teller


def failed_and_retried(saver: Any, door: str) -> Teller:
    broken = {"once": 1, "always": 100}

    def breaks(name: str) -> Callable[[State], State]:
        def node(state: State) -> State:
            broken[name] -= 1
            if broken[name] >= 0:
                while name == "always" and not saver.get_tuple(CONFIG).pending_writes:
                    time.sleep(0.001)  # until what the other task wrote is stored
                raise RuntimeError(name)
            return {"said": [name]}

        return node

    retried = RetryPolicy(initial_interval=0, jitter=False, retry_on=RuntimeError)
    builder = StateGraph(State).add_node("once", breaks("once"), retry_policy=retried).add_edge(START, "once")
    builder.add_node("fine", says("fine")).add_node("always", breaks("always"))
    builder.add_edge("once", "fine").add_edge("once", "always")
    teller = Teller(builder.compile(checkpointer=saver), door)
    teller.run({"said": ["hi"]}, durability="sync")
    teller.look()
    broken["always"] = 0
    teller.run(None)
    teller.history()
    return teller


def sent_and_deferred(saver: Any, door: str) -> Teller:
    builder = StateGraph(State)
    builder.add_node("split", says("split")).add_node("work", lambda number: {"said": [number * number]})
    builder.add_node("last", says("last"), defer=True).add_node("long", says("long")).add_node("way", says("way"))
    builder.add_edge(START, "split").add_edge("long", "way").add_edge("work", "last").add_edge("way", "last")
    builder.add_conditional_edges("split", lambda state: [*(Send("work", n) for n in range(5)), "long"])
    teller = Teller(builder.compile(checkpointer=saver, interrupt_after=["split"]), door)
    teller.run({"said": []})
    teller.look()
    teller.run(None)
    teller.history()
    return teller


def nested(kept: Any) -> Callable[[Any, str], Teller]:
    """Subgraphs that inherit the saver, have their own thread of checkpoints, or none."""

    def program(saver: Any, door: str) -> Teller:
        def ask(state: State) -> State:
            return {"said": [f"inner {len(state['said'])}", interrupt("inner?") if kept is not False else "none"]}

        inner = line("first").add_node("ask", ask).add_edge("first", "ask").compile(checkpointer=kept)
        builder = line("outer").add_node("sub", inner).add_edge("outer", "sub")
        teller = Teller(builder.compile(checkpointer=saver), door)
        for turn in ("one", "two"):
            teller.run({"said": [turn]})
            teller.look(subgraphs=True)
            teller.run(Command(resume=f"re {turn}"))
        states = teller.history()
        past = next(state for state in states if state.next == ("sub",))
        teller.run(None, past.config)
        teller.look(subgraphs=True)
        return teller

    return program


def led_by_commands(saver: Any, door: str) -> Teller:
    def lead(state: State) -> Command[Any]:
        return Command(goto=["a", Send("b", {"said": ["sent"]})], update={"said": ["led"]})

    inner = StateGraph(State).add_node("up", lambda state: Command(graph=Command.PARENT, goto="b", update=state))
    builder = StateGraph(State).add_node("lead", lead, destinations=("a", "b")).add_edge(START, "lead")
    builder.add_node("a", inner.add_edge(START, "up").compile(), destinations=("b",)).add_node("b", says("b"))
    teller = Teller(builder.compile(checkpointer=saver), door)
    teller.run({"said": ["hi"]})
    teller.run(Command(goto="b", update={"said": ["from outside"]}))
    teller.history()
    return teller


def functional(saver: Any, door: str) -> Teller:
    counted = count()

    @task
    def work(number: int) -> int:
        return number * 10 + next(counted)

    def body(given: list[int], *, previous: Any = None) -> Any:
        done = [work(number).result() for number in given]
        return entrypoint.final(value=[previous, done, interrupt("go on?")], save=done)

    async def abody(given: list[int], *, previous: Any = None) -> Any:
        done = [await work(number) for number in given]
        return entrypoint.final(value=[previous, done, interrupt("go on?")], save=done)

    graph: Any = entrypoint(checkpointer=saver)(body if door == "sync" else abody)
    teller = Teller(graph, door)
    for numbers in ([1, 2], [3]):
        teller.run(numbers)
        teller.run(Command(resume="yes"))
    teller.history()
    return teller


def added(before: list[Any], new: list[list[Any]]) -> list[Any]:
    return [*before, *(one for many in new for one in many)]


def of_deltas(saver: Any, door: str) -> Teller:
    """A channel that is rebuilt from what was written to it, along branches of the past."""
    delta = pytest.importorskip("langgraph.channels.delta", reason="langgraph 1.2 brought delta channels")

    class Deltas(TypedDict):
        said: Annotated[list[Any], delta.DeltaChannel(added)]
        other: list[Any]

    builder = StateGraph(Deltas)
    for name in "abc":
        builder.add_node(name, lambda state, name=name: {"said": [name, len(state["said"])]}).add_edge(START, name)
    builder.add_node("end", lambda state: {"other": list(state["said"])}).add_edge(["a", "b", "c"], "end")
    teller = Teller(builder.compile(checkpointer=saver), door)
    for turn in range(3):
        teller.run({"said": [f"turn {turn}"]})
    past = next(state for state in teller.history() if state.next == ("end",))
    teller.run(None, past.config)
    fork = teller.edit(past.config, {"said": ["edited"]}, as_node="a")
    teller.run(None, fork)
    teller.run({"said": ["more"]}, durability="exit")
    teller.history()
    return teller


def updated_in_bulk(saver: Any, door: str) -> Teller:
    teller = Teller(line("a", "b").compile(checkpointer=saver), door)
    updates = [[StateUpdate({"said": [n]}, "a"), StateUpdate({"said": [-n]}, "b")] for n in range(1, 4)]
    teller._call("bulk_update_state", CONFIG, [[StateUpdate({"said": ["input"]}, "__input__")], *updates])
    teller.look()
    teller.history()
    return teller


def cached(saver: Any, door: str) -> Teller:
    counted = count()
    builder = StateGraph(State).add_edge(START, "costly")
    builder.add_node("costly", lambda state: {"said": [next(counted)]}, cache_policy=CachePolicy())
    teller = Teller(builder.compile(checkpointer=saver, cache=InMemoryCache()), door)
    for thread in ("t", "u", "t"):
        teller.run({"said": ["same"]}, {"configurable": {"thread_id": thread}})
    teller.history()
    return teller


PROGRAMS: dict[str, Callable[[Any, str], Teller]] = {
    "interrupts": interrupted_and_resumed,
    "time travel": travelled,
    "errors": failed_and_retried,
    "sends": sent_and_deferred,
    "subgraph that inherits": nested(None),
    "subgraph of its own": nested(True),
    "subgraph without": nested(False),
    "commands": led_by_commands,
    "functional": functional,
    "deltas": of_deltas,
    "bulk": updated_in_bulk,
    "cache": cached,
}
