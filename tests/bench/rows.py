"""All rows, and the program that measures one of them: ``python -m tests.bench.rows NAME --to FILE ...``.

Every row runs in a process of its own, so that none inherits another's memory, threads or caches.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.bench import (
    embedder,
    growth,
    langgraph_saver,
    langgraph_store,
    langgraph_turn,
    lifecycle,
    locomo,
    searching,
    syncs,
    writing,
)
from tests.bench.results import Line, Table, Target
from tests.bench.scale import SCALES, Scale


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What a row is measured with."""

    scale: Scale
    directory: Path
    """An empty folder on the disk that is measured."""
    cache: Path | None = None
    locomo: Path | None = None


Outcome = list[Line | Table]

ROWS: dict[str, Callable[[Job], Outcome]] = {
    "syncs": lambda job: [*syncs.syncs(job.scale, job.directory)],
    "single": lambda job: [*writing.single(job.scale, job.directory)],
    "group": lambda job: [*writing.group(job.scale, job.directory)],
    "floor": lambda job: [*searching.floor(job.scale, job.directory)],
    "growth": lambda job: [*growth.growth(job.scale, job.directory, job.cache)],
    "peers": lambda job: [*searching.peers(job.scale, job.directory)],
    "exactness": lambda job: [*searching.exactness(job.scale, job.directory)],
    "locomo": lambda job: locomo.locomo(job.scale, job.directory, job.locomo),
    "ingest": lambda job: [*writing.ingest(job.scale, job.directory)],
    "embedder": lambda job: [*embedder.embedder(job.scale, job.directory, job.locomo)],
    "forming": lambda job: [*lifecycle.forming(job.scale, job.directory)],
    "candidates": lambda job: [*lifecycle.candidates(job.scale, job.directory)],
    "saver": lambda job: [*langgraph_saver.saver(job.scale, job.directory)],
    "store": lambda job: [*langgraph_store.store(job.scale, job.directory)],
    "turn": lambda job: [*langgraph_turn.turn(job.scale, job.directory)],
}
"""By name, in the order in which they are told."""


def dumped(outcome: Outcome) -> str:
    """As JSON."""
    return json.dumps([asdict(part) | {"kind": type(part).__name__} for part in outcome], indent=1)


def loaded(text: str) -> Outcome:
    """What ``dumped`` has written."""
    outcome: Outcome = []
    for part in json.loads(text):
        if part.pop("kind") == "Table":
            outcome.append(Table(**part))
        else:
            target = part.pop("target")
            outcome.append(Line(**part, target=Target(**target) if target else None))
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=ROWS)
    parser.add_argument("--scale", choices=SCALES, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--scratch", type=Path)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--locomo", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as directory:
        job = Job(scale=SCALES[chosen.scale], directory=Path(directory), cache=chosen.cache, locomo=chosen.locomo)
        chosen.to.write_text(dumped(ROWS[chosen.name](job)), encoding="utf-8")


if __name__ == "__main__":
    main()
