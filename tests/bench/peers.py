"""The vector stores that agent frameworks come with, set up as their users would. Needs the extra ``bench``.

Each stores and searches the same texts and vectors. They answer the easier question: dense search only. All
owners share one collection and are told apart by a filter, as mem0 does it, or by a namespace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from memos_core.ports import Floats
from tests.bench.corpus import DIMENSIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One memory as the peers get it."""

    number: int
    text: str
    vector: list[float]


class Peer(Protocol):
    """An open store."""

    def add(self, items: Sequence[Item], owner: str) -> None:
        """Store all in as few calls as the peer has for it."""

    def search(self, text: str, vector: Floats, k: int, owner: str | None = None) -> list[int]:
        """Numbers of the ``k`` nearest, with their texts fetched; of one owner's, or of all for ``None``."""

    def close(self) -> None: ...


class Chroma:
    """A persistent client and a collection with cosine distance; its default HNSW index."""

    needs = "chromadb"
    _LARGEST = 5_000

    def __init__(self, directory: Path) -> None:
        chromadb = import_module(self.needs)
        settings = import_module("chromadb.config").Settings(anonymized_telemetry=False)
        self._client = chromadb.PersistentClient(str(directory), settings=settings)
        self._collection: Any = self._client.create_collection(
            "memories", configuration={"hnsw": {"space": "cosine"}}, embedding_function=None
        )

    def add(self, items: Sequence[Item], owner: str) -> None:
        for start in range(0, len(items), self._LARGEST):
            part = items[start : start + self._LARGEST]
            self._collection.add(
                ids=[str(item.number) for item in part],
                documents=[item.text for item in part],
                embeddings=[item.vector for item in part],
                metadatas=[{"user_id": owner}] * len(part),
            )

    def search(self, text: str, vector: Floats, k: int, owner: str | None = None) -> list[int]:
        where = None if owner is None else {"user_id": owner}
        shown = ["documents", "distances"]
        found = self._collection.query(query_embeddings=[vector], n_results=k, where=where, include=shown)
        return [int(key) for key in found["ids"][0]]

    def close(self) -> None:
        self._client._system.stop()


class QdrantLocal:
    """qdrant-client in this process, which is mem0's default.

    mem0 gives it a folder. That adds a commit to every point that is stored, and nothing to a search.
    """

    needs = "qdrant_client"

    def __init__(self, directory: Path, *, durable: bool = True) -> None:
        package = import_module(self.needs)
        self._models = import_module("qdrant_client.models")
        self._client: Any = package.QdrantClient(**{"path": str(directory)} if durable else {"location": ":memory:"})
        settings = self._models.VectorParams(size=DIMENSIONS, distance=self._models.Distance.COSINE)
        self._client.create_collection("memories", vectors_config=settings)

    def add(self, items: Sequence[Item], owner: str) -> None:
        point = self._models.PointStruct
        points = [
            point(id=item.number, vector=item.vector, payload={"data": item.text, "user_id": owner}) for item in items
        ]
        self._client.upsert("memories", points)

    def search(self, text: str, vector: Floats, k: int, owner: str | None = None) -> list[int]:
        models = self._models
        of_owner = models.FieldCondition(key="user_id", match=models.MatchValue(value=owner or ""))
        found = self._client.query_points(
            "memories",
            query=vector.tolist(),
            limit=k,
            with_payload=True,
            query_filter=models.Filter(must=[of_owner]) if owner is not None else None,
        )
        return [point.id for point in found.points]

    def close(self) -> None:
        self._client.close()


class LangGraphStore:
    """LangGraph's ``SqliteStore``; its vector search needs an SQLite that loads extensions."""

    needs = "langgraph.store.sqlite"

    def __init__(self, directory: Path, *, indexed: bool = True) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        sqlite = import_module("pysqlite3")
        self._known: dict[str, list[float]] = {}
        # Its reference calls the key "fields"; 3.1 reads "text_fields".
        fields = {"fields": ["text"], "text_fields": ["text"]}
        index = {"dims": DIMENSIONS, "embed": self._embed, **fields} if indexed else None
        connection = sqlite.connect(str(directory / "store.db"), check_same_thread=False, isolation_level=None)
        self._store: Any = import_module(self.needs).SqliteStore(connection, index=index)
        self._store.setup()
        self._put = import_module("langgraph.store.base").PutOp
        self._connection = connection

    def _embed(self, batch: Sequence[str]) -> list[list[float]]:
        return [self._known[text] for text in batch]

    def add(self, items: Sequence[Item], owner: str) -> None:
        self._known.update({item.text: item.vector for item in items})
        self._store.batch([self._put(("memories", owner), str(item.number), {"text": item.text}) for item in items])

    def search(self, text: str, vector: Floats, k: int, owner: str | None = None) -> list[int]:
        self._known[text] = vector.tolist()
        place = ("memories",) if owner is None else ("memories", owner)
        return [int(found.key) for found in self._store.search(place, query=text, limit=k)]

    def close(self) -> None:
        self._connection.close()


PEERS: dict[str, type[Chroma] | type[QdrantLocal] | type[LangGraphStore]] = {
    "Chroma": Chroma,
    "qdrant-local": QdrantLocal,
    "LangGraph SqliteStore": LangGraphStore,
}


def missing(name: str) -> str:
    """What is not installed for a peer; empty when it can be opened."""
    needed = [PEERS[name].needs] + (["pysqlite3", "sqlite_vec"] if name == "LangGraph SqliteStore" else [])
    return ", ".join(module for module in needed if not _installed(module))


def _installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # a parent package is missing
        return False


def items(texts: Sequence[str], matrix: Floats, first: int = 0) -> list[Item]:
    """Texts and their vectors as peers want them."""
    rows: list[list[float]] = np.asarray(matrix).tolist()
    return [
        Item(number=first + i, text=text, vector=row) for i, (text, row) in enumerate(zip(texts, rows, strict=True))
    ]
