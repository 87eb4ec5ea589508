"""Recall as a LlamaIndex retriever."""

from typing import Any

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from llama_index_memos.messages import storable
from memos_core import Recollection, Vault

_SHOWN = {"speaker", "occurred_at"}


class MemosRetriever(BaseRetriever):
    """Finds what a vault remembers; one node per memory, best first.

    The node's id is the memory's, its text the passage that matched. Its metadata are ``id``, ``score``, ``why`` (each
    feature's share of the score), ``speaker``, ``occurred_at`` (ISO 8601), ``session`` and ``version``; a model is
    shown who spoke and when.
    """

    def __init__(
        self,
        vault: Vault,
        *,
        k: int = 4,
        budget: int | None = None,
        filters: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        """Prepare a retriever.

        Args:
            vault: Whose memory is searched.
            k: Nodes at most.
            budget: Only what fits into this many tokens; ``None`` for no such bound.
            filters: Passed on to ``Vault.recall``: ``speakers``, ``roles``, ``sessions``, ``kinds``, ``since``, …
            **options: LlamaIndex's own: ``callback_manager``, ``verbose``.
        """
        super().__init__(**options)
        self.vault, self.k, self.budget, self.filters = vault, k, budget, dict(filters or {})

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = storable(query_bundle.query_str)
        return nodes_of(self.vault.recall(query, **self._arguments()), self.budget) if query else []

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        query = storable(query_bundle.query_str)
        return nodes_of(await self.vault.arecall(query, **self._arguments()), self.budget) if query else []

    def _arguments(self) -> dict[str, Any]:
        return recall_arguments(self.k, self.budget, self.filters)


def recall_arguments(k: int, budget: int | None, filters: dict[str, Any]) -> dict[str, Any]:
    """The keywords of ``Vault.recall`` for at most ``k`` nodes."""
    return {**filters, **({} if budget is None else {"budget": budget}), "limit": k}


def nodes_of(recollection: Recollection, budget: int | None) -> list[NodeWithScore]:
    """A node for each hit; with a budget, for those within it."""
    return [
        NodeWithScore(
            node=TextNode(
                id_=hit.cube.id,
                text=hit.text,
                metadata=(
                    metadata := {
                        "id": hit.cube.id,
                        "score": hit.score,
                        "why": dict(hit.why),
                        "speaker": hit.cube.header.speaker or hit.cube.header.role,
                        "occurred_at": hit.cube.header.occurred_at.isoformat(),
                        "session": hit.cube.header.session,
                        "version": hit.cube.version,
                    }
                ),
                excluded_llm_metadata_keys=sorted(metadata.keys() - _SHOWN),
                excluded_embed_metadata_keys=sorted(metadata),
            ),
            score=hit.score,
        )
        for hit in recollection
        if hit.shown or budget is None
    ]
