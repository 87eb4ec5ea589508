"""Rows 11 and 12: what forming memories costs beside embedding them, and what a recall costs as a vault grows."""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from time import process_time

from memos_core import MemoryOS, Turn
from memos_core.cli.demo import example_file
from memos_core.evaluation import Conversation, load_conversations
from memos_core.evaluation.fitting import DIALOGUES, load_dialogues
from memos_core.infrastructure.registry import default_embedder
from memos_core.ports import Embedder
from tests.bench.corpus import InstantEmbedder, batched, questions, texts, turns
from tests.bench.measure import Work, in_words, interleaved, milliseconds
from tests.bench.results import Line, Target, ratio
from tests.bench.scale import Scale
from tests.bench.vaults import BATCH, url

HALF_AGAIN = Target(sign="<=", bound=1.5)
FOURFOLD = Target(sign="<=", bound=4)

_TOGETHER = 256
"""Turns that are remembered in one call, or embedded."""
_ASKED = 100


def forming(scale: Scale, directory: Path) -> list[Line]:
    """Row 11: remembering dialogues, to the last vector and scene, against embedding their turns in batches."""
    what = "ingest without LLM, embedding included / embedding the same turns alone in batches"
    embedder = default_embedder()
    if embedder is None:
        return [Line(row=11, what=what, target=HALF_AGAIN, detail="not measured: needs the extra embeddings")]
    told = [*load_conversations(example_file()), *load_dialogues(DIALOGUES)][: 1 + scale.conversations]
    count = sum(len(one.turns) for one in told)
    embedded = {"embedding": _embedding(embedder, told), "ingest": _ingest(embedder, told, directory)}
    found = interleaved(embedded, rounds=scale.rounds, turns=1, warm=1, clock=process_time)
    detail = f"{count:,} turns of {len(told)} dialogues, a vault each, {_TOGETHER} turns a call: {in_words(found)}"
    return [ratio(11, what, found["ingest"], found["embedding"], HALF_AGAIN, detail, p50_ms=milliseconds(found))]


def _embedding(embedder: Embedder, told: Sequence[Conversation]) -> Work:
    every = [[turn.text for turn in batch] for one in told for batch in batched(one.turns, _TOGETHER)]
    return lambda number: [embedder.embed(batch) for batch in every]


def _ingest(embedder: Embedder, told: Sequence[Conversation], directory: Path) -> Work:
    def work(number: int) -> None:
        with (
            tempfile.TemporaryDirectory(dir=directory) as place,
            MemoryOS.open(url(Path(place, "m.db")), embedder=embedder, worker=False) as memory,
        ):
            for one in told:
                vault = memory.vault(one.name)
                for batch in batched(one.turns, _TOGETHER):
                    vault.remember(batch)
            memory.settle()

    return work


def candidates(scale: Scale, directory: Path) -> list[Line]:
    """Row 12: the same questions to a vault and to one that holds ten times as much beside the same memories."""
    few, many = scale.vault_sizes
    corpus = texts(many, seed=21)
    asked = questions(corpus[:few], _ASKED, seed=22)
    with ExitStack() as stack:

        def opened(size: int) -> Work:
            file = directory / f"{size}.db"
            memory = stack.enter_context(MemoryOS.open(url(file), embedder=InstantEmbedder(), worker=False))
            vault = memory.vault("owner")
            said: list[Turn] = turns(corpus[:size])
            for batch in batched(said, BATCH):
                vault.remember(batch)
            memory.settle()
            return lambda number: vault.recall(asked[number % len(asked)])

        contenders = {f"{size:,} turns": opened(size) for size in (few, many)}
        found = interleaved(
            contenders, rounds=scale.rounds, turns=scale.queries, block=20, warm=len(asked), clock=process_time
        )
    small, large = found.values()
    what = f"recall, query embedding excluded: {many:,} turns / {few:,} turns"
    return [ratio(12, what, large, small, FOURFOLD, f"{in_words(found)}; 50 hits", p50_ms=milliseconds(found))]
