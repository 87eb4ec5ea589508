"""Recall as a LangChain retriever."""

from typing import Any

from langchain_core.callbacks import AsyncCallbackManagerForRetrieverRun, CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field, InstanceOf

from memos_core import Recollection, Vault


class MemosRetriever(BaseRetriever):
    """Finds what a vault remembers; one document per memory, best first.

    ``Document.page_content`` is the passage that matched. Its metadata are ``id``, ``score``, ``why`` (each feature's
    share of the score), ``speaker``, ``occurred_at`` (ISO 8601), ``session`` and ``version``.
    """

    vault: InstanceOf[Vault]
    """Whose memory is searched."""
    k: int = Field(default=4, ge=1)
    """Documents at most; ``invoke(query, k=…)`` overrides it."""
    budget: int | None = None
    """Only what fits into this many tokens; ``None`` for no such bound."""
    filters: dict[str, Any] = Field(default_factory=dict)
    """Passed on to ``Vault.recall``: ``speakers``, ``roles``, ``sessions``, ``kinds``, ``since``, ``until``, …"""

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return self._documents(self.vault.recall(query, **self._arguments(k)))

    async def _aget_relevant_documents(
        self, query: str, *, run_manager: AsyncCallbackManagerForRetrieverRun, k: int | None = None
    ) -> list[Document]:
        return self._documents(await self.vault.arecall(query, **self._arguments(k)))

    def _arguments(self, k: int | None) -> dict[str, Any]:
        bound = {} if self.budget is None else {"budget": self.budget}
        return {**self.filters, **bound, "limit": k or self.k}

    def _documents(self, recollection: Recollection) -> list[Document]:
        return [
            Document(
                id=hit.cube.id,
                page_content=hit.text,
                metadata={
                    "id": hit.cube.id,
                    "score": hit.score,
                    "why": dict(hit.why),
                    "speaker": hit.cube.header.speaker,
                    "occurred_at": hit.cube.header.occurred_at.isoformat(),
                    "session": hit.cube.header.session,
                    "version": hit.cube.version,
                },
            )
            for hit in recollection
            if hit.shown or self.budget is None
        ]
