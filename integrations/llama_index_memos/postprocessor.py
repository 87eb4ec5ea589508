"""Memories beside the documents that another retriever found."""

from typing import Any

from llama_index.core.postprocessor.types import BaseNodePostprocessor
from llama_index.core.schema import NodeWithScore, QueryBundle
from pydantic import Field, InstanceOf

from llama_index_memos.messages import storable
from llama_index_memos.retriever import nodes_of, recall_arguments
from memos_core import Vault


class MemosNodePostprocessor(BaseNodePostprocessor):
    """Adds what a vault remembers about the query behind the nodes of any query engine or chat engine.

    The nodes before keep their order and scores; a memory that is among them already is not added again.
    """

    vault: InstanceOf[Vault] = Field(exclude=True)
    """Whose memory is searched."""
    k: int = Field(default=4, ge=1)
    """Memories at most."""
    budget: int | None = None
    """Only what fits into this many tokens; ``None`` for no such bound."""
    filters: dict[str, Any] = Field(default_factory=dict)
    """Passed on to ``Vault.recall``."""

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex serialises it."""
        return "MemosNodePostprocessor"

    def _postprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        query = _query(query_bundle)
        return self._with(nodes, nodes_of(self.vault.recall(query, **self._arguments()), self.budget) if query else [])

    async def _apostprocess_nodes(
        self, nodes: list[NodeWithScore], query_bundle: QueryBundle | None = None
    ) -> list[NodeWithScore]:
        query = _query(query_bundle)
        found = nodes_of(await self.vault.arecall(query, **self._arguments()), self.budget) if query else []
        return self._with(nodes, found)

    def _arguments(self) -> dict[str, Any]:
        return recall_arguments(self.k, self.budget, self.filters)

    def _with(self, nodes: list[NodeWithScore], memories: list[NodeWithScore]) -> list[NodeWithScore]:
        present = {node.node_id for node in nodes}
        return [*nodes, *(memory for memory in memories if memory.node_id not in present)]


def _query(query_bundle: QueryBundle | None) -> str:
    return storable(query_bundle.query_str) if query_bundle else ""
