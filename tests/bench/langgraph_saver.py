"""Row 13: what a checkpoint costs beside LangGraph's own savers, on states of several sizes."""

import statistics
from contextlib import ExitStack
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.bench.corpus import texts
from tests.bench.measure import P50s, in_words, interleaved, milliseconds
from tests.bench.results import Line, Target, ratio
from tests.bench.scale import Scale
from tests.bench.vaults import lexical_store

NO_SLOWER = Target(sign="<=", bound=1)
SIZES = (0, 10, 100, 1_000)
"""Messages in the state."""
GUARANTEES = (
    "MemosSaver and SqliteSaver have survived a crash when put returns: write-ahead log, synchronous=FULL, one sync a "
    "put; InMemorySaver survives nothing"
)

_FILLING = "x" * 1_000_000
_FILLINGS = 20
"""So many puts fill both write-ahead logs: from there on they are written anew from the start, as in a long run."""
_LARGE = 1_000


def installed(*names: str) -> bool:
    """Whether all these modules can be imported."""
    try:
        return all(find_spec(name) is not None for name in names)
    except ModuleNotFoundError:  # a parent package is missing
        return False


def saver(scale: Scale, directory: Path) -> list[Line]:
    """Row 13: ``put`` and ``get_tuple`` of ``MemosSaver`` against ``SqliteSaver`` and ``InMemorySaver``."""
    if not installed("langgraph.checkpoint.sqlite"):
        detail = "not measured: langgraph-checkpoint-sqlite is not installed (pip install 'memos-middleware[bench]')"
        return [Line(row=13, what="MemosSaver / SqliteSaver", target=NO_SLOWER, detail=detail)]
    with ExitStack() as stack:
        memory = stack.enter_context(lexical_store(directory / "memos.db"))
        sqlite = import_module("langgraph.checkpoint.sqlite").SqliteSaver
        savers: dict[str, Any] = {
            "MemosSaver": import_module("langgraph_memos").MemosSaver(memory),
            "SqliteSaver": stack.enter_context(sqlite.from_conn_string(str(directory / "sqlite.db"))),
            "InMemorySaver": import_module("langgraph.checkpoint.memory").InMemorySaver(),
        }
        for one in savers.values():
            filling = Thread(one, "filling", {"text": _FILLING}, ["text"], _FILLINGS)
            for number in range(_FILLINGS):
                filling.put(number)
        return [line for size in SIZES for line in _of_size(savers, size, scale)]


def _of_size(savers: dict[str, Any], size: int, scale: Scale) -> list[Line]:
    turns = max(scale.writes // (8 if size >= _LARGE else 1), 2)
    state: dict[str, Any] = {"step": 0} | ({"messages": _messages(size)} if size else {})
    told = f"{size:,} messages" if size else "a tiny state"
    lines = []
    for changed in (["step", "messages"], ["step"]) if size else (["step"],):
        threads = {
            name: Thread(one, f"{size} {changed}", state, changed, scale.rounds * turns) for name, one in savers.items()
        }
        puts = interleaved({name: one.put for name, one in threads.items()}, rounds=scale.rounds, turns=turns)
        how = f", {'changed' if 'messages' in changed else 'not changed'} by the step" if size else ""
        ours, theirs = (statistics.mean(threads[name].times) for name in ("MemosSaver", "SqliteSaver"))
        detail = f"means, upkeep of the logs included: {ours / theirs:.2f}x; {GUARANTEES}"
        lines.append(_line(f"put, {told}{how}", puts, NO_SLOWER, detail))
    gets = {name: one.get for name, one in threads.items()}
    found = interleaved(gets, rounds=scale.rounds, turns=turns, block=min(turns, 10), warm=1)
    return [*lines, _line(f"get_tuple of the latest, {told}", found, None, "")]


def _line(what: str, found: P50s, target: Target | None, detail: str) -> Line:
    told = "; ".join(filter(None, [in_words(found), detail]))
    ours, theirs = found["MemosSaver"], found["SqliteSaver"]
    return ratio(13, f"MemosSaver / SqliteSaver: {what}", ours, theirs, target, told, p50_ms=milliseconds(found))


def _messages(count: int) -> list[Any]:
    messages = import_module("langchain_core.messages")
    kinds = (messages.HumanMessage, messages.AIMessage)
    return [kinds[i % 2](content=text, id=f"message-{i}") for i, text in enumerate(texts(count, seed=31))]


class Thread:
    """A conversation's checkpoints, prepared so that only a saver's own work is timed."""

    def __init__(self, saver: Any, name: str, state: dict[str, Any], changed: list[str], count: int) -> None:
        base = import_module("langgraph.checkpoint.base")
        self._saver = saver
        self._name = name
        self._state = state
        self.times: list[float] = []
        """Seconds of each put."""
        self._steps: list[tuple[Any, ...]] = []
        config, versions = self._config(), dict[str, Any]()
        for number in range(count):
            new = {key: saver.get_next_version(versions.get(key), None) for key in (changed if number else state)}
            versions = versions | new
            checkpoint = base.empty_checkpoint() | {
                "channel_values": state | ({"step": number} if "step" in state else {}),
                "channel_versions": versions,
                "versions_seen": {"__input__": {}, "answer": dict(versions)},
            }
            self._steps.append((config, checkpoint, {"source": "loop", "step": number, "parents": {}}, new))
            config = self._config(checkpoint_id=checkpoint["id"])

    def _config(self, **more: str) -> dict[str, Any]:
        return {"configurable": {"thread_id": self._name, "checkpoint_ns": "", **more}}

    def put(self, number: int) -> None:
        begin = perf_counter()
        self._saver.put(*self._steps[number])
        self.times.append(perf_counter() - begin)

    def get(self, number: int) -> None:
        found = self._saver.get_tuple(self._config())
        assert found.checkpoint["channel_values"].keys() == self._state.keys()
