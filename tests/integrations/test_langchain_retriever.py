"""MemosRetriever: LangChain's own conformance tests, then ours."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_tests.integration_tests import RetrieversIntegrationTests

from langchain_memos import MemosRetriever
from memos_core import MemoryOS, Turn, Vault


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as memory:
        anna = memory.vault("anna")
        anna.remember(
            [f"tea number {i} is {kind}" for i, kind in enumerate(("green", "black", "white", "red", "mint"))]
        )
        yield anna


class TestConformance(RetrieversIntegrationTests):
    @pytest.fixture(autouse=True)
    def _vault(self, vault: Vault) -> None:
        self.vault = vault

    @property
    def retriever_constructor(self) -> type[BaseRetriever]:
        return MemosRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"vault": self.vault}

    @property
    def retriever_query_example(self) -> str:
        return "which tea"


@pytest.fixture(params=["sync", "async"])
def ask(request: pytest.FixtureRequest) -> Any:
    def through(retriever: MemosRetriever, query: str, **kwargs: Any) -> list[Document]:
        if request.param == "sync":
            return retriever.invoke(query, **kwargs)
        return asyncio.run(retriever.ainvoke(query, **kwargs))

    return through


def test_a_document_is_a_passage_and_where_it_comes_from(vault: Vault, ask: Any) -> None:
    at = datetime(2024, 3, 4, 17, 10, tzinfo=UTC)
    cube = vault.remember(Turn(text="Kelp is a dog", speaker="Mara", session="S1", at=at))
    vault.revise(cube.id, "Kelp is a border collie")  # type: ignore[union-attr]
    (document,) = ask(MemosRetriever(vault=vault, k=1), "Kelp")
    assert document.page_content == "Kelp is a border collie"
    assert document.id == document.metadata["id"] == cube.id  # type: ignore[union-attr]
    assert sum(document.metadata["why"].values()) == pytest.approx(document.metadata["score"], abs=0.01)
    assert {key: document.metadata[key] for key in ("speaker", "session", "version", "occurred_at")} == {
        "speaker": "Mara",
        "session": "S1",
        "version": 2,
        "occurred_at": "2024-03-04T17:10:00+00:00",
    }


def test_a_long_text_gives_its_best_passage(vault: Vault, ask: Any) -> None:
    vault.remember(
        " ".join(f"Sentence {i} speaks of nothing at all." for i in range(60)) + " The ferry leaves at nine."
    )
    document = ask(MemosRetriever(vault=vault, k=1), "When does the ferry leave?")[0]
    assert "ferry leaves at nine" in document.page_content
    assert "Sentence 0 " not in document.page_content


def test_filters_and_budget_hold(vault: Vault, ask: Any) -> None:
    vault.remember("tea for Mara", speaker="Mara")
    found = ask(MemosRetriever(vault=vault, filters={"speakers": ("Mara",)}), "tea")
    assert [document.page_content for document in found] == ["tea for Mara"]
    assert 1 <= len(ask(MemosRetriever(vault=vault, budget=25), "tea")) < 4
    assert ask(MemosRetriever(vault=vault, budget=0), "tea") == []


def test_k_of_a_call_goes_before_the_retrievers(vault: Vault, ask: Any) -> None:
    assert len(ask(MemosRetriever(vault=vault, k=2), "tea", k=3)) == 3
    with pytest.raises(ValueError, match="k"):
        MemosRetriever(vault=vault, k=0)


def test_it_retrieves_in_a_chain_and_in_a_batch(vault: Vault) -> None:
    found = (MemosRetriever(vault=vault, k=1) | (lambda documents: documents[0].page_content)).batch(
        ["green tea", "mint tea"]
    )
    assert found == ["tea number 0 is green", "tea number 4 is mint"]
