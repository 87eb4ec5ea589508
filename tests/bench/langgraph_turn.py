"""Row 15: what memory adds to a turn of an agent, the model's time and the query's embedding excluded."""

from dataclasses import replace
from pathlib import Path
from time import perf_counter, sleep, thread_time

from memos_core import MemoryOS, Turn, Vault
from memos_core.infrastructure.registry import default_embedder
from memos_core.ports import Embedder
from tests.bench.corpus import batched, questions, texts, turns
from tests.bench.measure import spelled
from tests.bench.results import Line, Target, over_rounds
from tests.bench.scale import Scale
from tests.bench.vaults import BATCH, runtime, url

FIFTEEN_MS = Target(sign="<=", bound=15)

_HELD = 1_000
"""Turns that the vault holds before."""
_SHOWN = 20
"""Messages of the thread that the host shows the model anyway, and excludes."""
_THINKING_S = 0.3


def turn(scale: Scale, directory: Path) -> list[Line]:
    """Row 15: ``recall`` before the model and ``remember`` of both messages after it, as the nodes do, with the worker.

    The model answers at once, so that each recall meets the work that the last turn has left, or after a while.
    """
    lines = []
    for name, embedder in (("without vectors", None), ("MiniLM", default_embedder())):
        if name == "MiniLM" and embedder is None:
            lines.append(Line(row=15, what="a turn with MiniLM", detail="not measured: needs the extra embeddings"))
            continue
        for pause, how in ((0.0, "the model answers at once"), (_THINKING_S, f"the model takes {_THINKING_S} s")):
            what = f"recall and remember of a turn, p50 in ms, {name}, {how}"
            lines.append(_line(what, scale, directory / f"{name} {pause}.db", embedder, pause))
    return lines


def _line(what: str, scale: Scale, file: Path, embedder: Embedder | None, pause: float) -> Line:
    count = scale.peer_queries * 2
    held = min(_HELD, scale.records)
    corpus = texts(held + 2 * count * scale.rounds, seed=41)
    asked = questions(corpus[:held], count * scale.rounds, seed=42)
    said = turns(corpus)
    with MemoryOS.open(url(file), embedder=embedder) as memory:
        vault = memory.vault("owner")
        for batch in batched(said[:held], BATCH):
            vault.remember(batch)
        memory.settle()
        for question in asked[:3]:
            vault.recall(question)
        talk = Talk(memory, vault, embedder)
        rounds = []
        for start in range(0, len(asked), count):
            times = []
            for number in range(start, start + count):
                pair = [replace(one, session="talk") for one in said[held + 2 * number : held + 2 * number + 2]]
                times.append(talk.turn(asked[number], pair))
                sleep(pause)
            rounds.append(sorted(times)[len(times) // 2])
    computing = spelled(sorted(talk.computing)[len(talk.computing) // 2])
    detail = (
        f"{held:,} turns in the vault, {_SHOWN} messages excluded; the caller's own computing {computing}, the rest "
        "waits for the disk and, on a busy machine, for a processor"
    )
    return over_rounds(15, what, [1000 * one for one in rounds], unit=" ms", target=FIFTEEN_MS, detail=detail)


class Talk:
    """A conversation under way."""

    def __init__(self, memory: MemoryOS, vault: Vault, embedder: Embedder | None) -> None:
        self._memory, self._vault, self._embedder = memory, vault, embedder
        self._shown: list[str] = []
        self.computing: list[float] = []
        """Seconds of CPU time of each turn, in the caller's thread."""

    def turn(self, question: str, pair: list[Turn]) -> float:
        """Seconds of one turn."""
        if self._embedder is not None:
            runtime(self._memory).query_vector(self._embedder.fingerprint, question)
        begin, computed = perf_counter(), thread_time()
        self._vault.recall(question, exclude=self._shown[-_SHOWN:])
        self._vault.remember(pair)
        taken = perf_counter() - begin
        self.computing.append(thread_time() - computed)
        self._shown += [one.text for one in pair]
        return taken
