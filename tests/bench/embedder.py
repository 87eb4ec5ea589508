"""Row 10: the default embedder beside the same weights on PyTorch; by itself: ``python -m tests.bench.embedder``."""

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from memos_adapters.onnx_minilm import OnnxMiniLM, Precision
from memos_adapters.sentence_transformers import minilm
from memos_core import MemoryOS
from memos_core.cli.demo import example_file
from memos_core.evaluation import Conversation, load_conversations
from memos_core.ports import Embedder
from tests.bench.measure import Work, interleaved, milliseconds
from tests.bench.report import show
from tests.bench.results import Line, Target, over_rounds, ratio
from tests.bench.scale import SCALES, Scale
from tests.bench.vaults import url

FAST = Target(sign=">=", bound=2.5)
CLOSE = Target(sign=">=", bound=0.99)
EXACT = Target(sign="<=", bound=1e-5)
NO_WORSE = Target(sign="<=", bound=0.3)
DEPTHS = (5, 10, 20, 50)
PROMISED_DEPTH = 10
PACE = "turns/s of the default embedder, int8 ONNX / sentence-transformers"


def embedder(scale: Scale, directory: Path, data: Path | None) -> list[Line]:
    """Speed, likeness to full precision and, given LoCoMo, what the integers cost in recall."""
    ours, exact = _onnx("int8", directory), _onnx("fp32", directory)
    theirs = minilm()
    example = [turn.text for conversation in load_conversations(example_file()) for turn in conversation.turns]
    begin = perf_counter()
    ours.embed(["made"])
    made = perf_counter() - begin
    contenders: dict[str, Embedder] = {"int8 ONNX": ours, "fp32 ONNX": exact, "PyTorch": theirs}
    lines = [*_pace(contenders, example, scale.rounds), *_likeness(contenders, example)]
    (kept,) = directory.glob("*int8*")
    lines.append(
        Line(
            row=10,
            what="size of the int8 graph",
            unit="MB",
            value=kept.stat().st_size / 1e6,
            detail=f"made and loaded in {made:.2f} s",
        )
    )
    return [*lines, *_cost_in_recall(ours, exact, directory, data, scale.conversations)]


def _onnx(precision: Precision, directory: Path) -> OnnxMiniLM:
    return OnnxMiniLM(precision=precision, cache_dir=directory)


def _pace(contenders: dict[str, Embedder], example: Sequence[str], rounds: int) -> list[Line]:
    whole = interleaved(
        {name: _embeds(one, [example]) for name, one in contenders.items()}, rounds=rounds, turns=1, warm=1
    )
    single = interleaved(
        {name: _embeds(one, [[text] for text in example]) for name, one in contenders.items()},
        rounds=rounds,
        turns=20,
        warm=2,
    )
    paces = {name: len(example) / statistics.median(of) for name, of in whole.items()}
    detail = ", ".join(f"{name} {pace:,.0f} turns/s" for name, pace in paces.items())
    alone = ", ".join(f"{name} {ms:.2f} ms" for name, ms in milliseconds(single).items())
    return [
        ratio(10, PACE, whole["PyTorch"], whole["int8 ONNX"], FAST, detail),
        ratio(
            10, "the same, one text", single["PyTorch"], single["int8 ONNX"], detail=alone, p50_ms=milliseconds(single)
        ),
    ]


def _embeds(one: Embedder, batches: Sequence[Sequence[str]]) -> Work:
    return lambda number: one.embed(batches[number % len(batches)])


def _likeness(contenders: dict[str, Embedder], example: Sequence[str]) -> list[Line]:
    ours, exact, theirs = (one.embed(example) for one in contenders.values())
    cosines = (ours * theirs).sum(axis=1)
    off = float(np.abs(exact - theirs).max())
    return [
        over_rounds(
            10, "cosine of int8 and PyTorch", cosines.tolist(), unit="", target=CLOSE, detail="range over texts"
        ),
        Line(row=10, what="largest difference of fp32 ONNX and PyTorch", unit="", value=off, target=EXACT),
    ]


def _cost_in_recall(
    ours: Embedder, exact: Embedder, directory: Path, data: Path | None, conversations: int
) -> list[Line]:
    what = "LoCoMo evidence recall, categories 1-4, lost to int8"
    if data is None:
        return [Line(row=10, what=what, unit="points", target=NO_WORSE, detail="not measured: pass --locomo FILE")]
    loaded = load_conversations(data, format="locomo")[:conversations]
    integers, floats = (
        _recall(one, loaded, directory / f"{name}.db") for name, one in (("int8", ours), ("fp32", exact))
    )
    lines = []
    for depth in DEPTHS:
        lost = 100 * (floats[depth] - integers[depth])
        error = lost.std(ddof=1) / len(lost) ** 0.5
        lines.append(
            Line(
                row=10,
                what=f"{what}: R@{depth}",
                unit="points",
                value=float(lost.mean()),
                low=float(lost.mean() - 2 * error),
                high=float(lost.mean() + 2 * error),
                target=NO_WORSE if depth == PROMISED_DEPTH else None,
                detail=f"fp32 {100 * floats[depth].mean():.2f}, int8 {100 * integers[depth].mean():.2f}; {len(lost)} "
                f"questions, {(lost > 0).sum()} lose and {(lost < 0).sum()} gain; range: two standard errors",
            )
        )
    return lines


def _recall(one: Embedder, conversations: Sequence[Conversation], file: Path) -> dict[int, NDArray[np.float64]]:
    """Each question's share of evidence found among the first turns, by their number."""
    shares: dict[int, list[float]] = {depth: [] for depth in DEPTHS}
    with MemoryOS.open(url(file), embedder=one) as memory:
        for conversation in conversations:
            vault = memory.vault(conversation.name)
            vault.remember(list(conversation.turns))
            vault.settle()
            for question in conversation.questions:
                evidence = set(question.evidence)
                if not evidence or question.category == "adversarial":
                    continue
                found = [hit.cube.header.provenance.source for hit in vault.recall(question.text)]
                for depth, of in shares.items():
                    of.append(len(evidence & set(found[:depth])) / len(evidence))
    return {depth: np.array(of) for depth, of in shares.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.embedder", description=__doc__)
    parser.add_argument("--scale", choices=SCALES, default="full")
    parser.add_argument("--locomo", type=Path, metavar="FILE", help="the LoCoMo data set, for the cost in recall")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        show([*embedder(SCALES[chosen.scale], Path(directory), chosen.locomo)])


if __name__ == "__main__":
    main()
