"""Rows 4, 6 and 7: what a search costs and whether it finds the nearest."""

import statistics
from pathlib import Path
from time import process_time

import numpy as np
from numpy.typing import NDArray

from memos_core.ports import Floats
from tests.bench.corpus import InstantEmbedder, texts
from tests.bench.measure import in_words, interleaved, milliseconds
from tests.bench.peers import PEERS, Peer, QdrantLocal, items, missing
from tests.bench.results import Line, Target, over_rounds, ratio
from tests.bench.scale import Scale
from tests.bench.vaults import K, Searched, searched_vault

WITHIN_FOUR = Target(sign="<=", bound=4)
TWENTY_FOLD = Target(sign=">=", bound=20)
NEARLY_ALL = Target(sign=">=", bound=0.99)

_BLOCK = 20


def nearest(matrix: Floats, query: Floats, k: int = K) -> NDArray[np.int64]:
    """Exact search in float32: a matrix-vector product and a partial sort."""
    scores = matrix @ query
    k = min(k, len(scores))
    best = np.argpartition(scores, len(scores) - k)[len(scores) - k :]
    return best[np.argsort(-scores[best])]


def floor(scale: Scale, directory: Path) -> list[Line]:
    """Row 4: a warm hybrid search, and the whole recall, against one float32 scan of the same vectors."""
    with searched_vault(directory / "m.db", scale.records) as searched:
        asked = len(searched.questions)
        contenders = {
            "float32 scan": lambda i: nearest(searched.matrix, searched.vectors[i % asked]),
            "hybrid search": searched.hybrid(),
            "recall": searched.recall,
            "recall of 50": lambda i: searched.vault.recall(searched.questions[i % asked]),
        }
        found = interleaved(
            contenders, rounds=scale.rounds, turns=scale.queries, block=_BLOCK, warm=asked, clock=process_time
        )
    scan = found["float32 scan"]
    times = milliseconds(found)
    scope = f"{scale.records:,} records, k={K}, warm, one thread"
    detail = f"{scope}: {in_words(found)}"
    return [
        ratio(4, "hybrid search / float32 scan", found["hybrid search"], scan, WITHIN_FOUR, detail, p50_ms=times),
        ratio(
            4, "Vault.recall(limit=10) / float32 scan", found["recall"], scan, detail="planning and packing included"
        ),
        ratio(4, "Vault.recall(), 50 hits / float32 scan", found["recall of 50"], scan, detail="the default limit"),
    ]


def peers(scale: Scale, directory: Path) -> list[Line]:
    """Row 6: other stores' dense search against our hybrid search."""
    lines = []
    others = texts(scale.beside, seed=9)
    with searched_vault(directory / "m.db", scale.records, beside=others) as searched:
        for name in PEERS:
            if lacking := missing(name):
                detail = f"not measured: {lacking} is not installed (pip install 'memos-middleware[bench]')"
                lines.append(Line(row=6, what=f"{name} / hybrid search", target=TWENTY_FOLD, detail=detail))
                continue
            peer = _opened(name, directory / name.replace(" ", "-"))
            try:
                lines += _against(name, peer, searched, others, scale)
            finally:
                peer.close()
    return lines


def _opened(name: str, directory: Path) -> Peer:
    return QdrantLocal(directory, durable=False) if PEERS[name] is QdrantLocal else PEERS[name](directory)


def _against(name: str, peer: Peer, searched: Searched, others: list[str], scale: Scale) -> list[Line]:
    """First with one owner's records only, then with others' beside them."""
    peer.add(items(searched.texts, searched.matrix), "owner")
    alone = _compared(f"{name}, one owner", None, peer, searched, scale)
    peer.add(items(others, InstantEmbedder().embed(others), scale.records), "others")
    return [alone, _compared(f"{name}, beside {scale.beside:,} of others", "owner", peer, searched, scale)]


def _compared(name: str, owner: str | None, peer: Peer, searched: Searched, scale: Scale) -> Line:
    asked = len(searched.questions)
    contenders = {
        name: lambda i: peer.search(searched.questions[i % asked], searched.vectors[i % asked], K, owner),
        "hybrid search": searched.hybrid(),
        "recall": searched.recall,
    }
    turns = scale.peer_queries
    found = interleaved(contenders, rounds=scale.rounds, turns=turns, block=turns // 2, warm=2, clock=process_time)
    agreed = statistics.mean(
        len({*nearest(searched.matrix, vector)} & {*peer.search(question, vector, K, owner)}) / K
        for question, vector in zip(searched.questions[:10], searched.vectors, strict=False)
    )
    whole = statistics.median(a / b for a, b in zip(found[name], found["recall"], strict=True))
    return ratio(
        6,
        f"{name} (dense) / hybrid search",
        found[name],
        found["hybrid search"],
        TWENTY_FOLD,
        f"{in_words(found)} ({whole:.3g}x of recall); its dense recall@{K} {agreed:.2f}",
        p50_ms=milliseconds(found),
    )


def exactness(scale: Scale, directory: Path) -> list[Line]:
    """Row 7: how many of the ten nearest by exact float32 search the quantised search finds."""
    lines = []
    for outlier, what in ((0.0, "clustered unit vectors"), (1.0, "an outlier dimension")):
        values = []
        with searched_vault(directory / f"m{outlier:g}.db", scale.records, scale.queries, outlier) as searched:
            view = searched.view
            heaviest = float(np.square(searched.matrix).mean(axis=0).max())
            everything = np.ones(view.size, np.bool_)
            for part in np.array_split(searched.vectors, scale.rounds):
                shares = [_share(searched.matrix, view.dense(query, everything), query) for query in part]
                values.append(statistics.mean(shares))
        detail = f"{scale.records:,} records; the heaviest dimension carries {heaviest:.0%} of the squared length"
        lines.append(over_rounds(7, f"dense recall@{K}, {what}", values, unit="", target=NEARLY_ALL, detail=detail))
    return lines


def _share(matrix: Floats, scores: Floats, query: Floats) -> float:
    best = np.argsort(-scores, kind="stable")[:K]
    return len(set(best.tolist()) & set(nearest(matrix, query).tolist())) / K
