"""MemosRetriever, MemosNodePostprocessor and MemosMemoryBlock."""

# LlamaIndex types a message's content as optional; None would fail these tests as well.
# mypy: disable-error-code="operator, union-attr"

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.llms import ChatMessage, MockLLM
from llama_index.core.memory import Memory
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeWithScore, QueryBundle, TextNode

from llama_index_memos import MemosMemoryBlock, MemosNodePostprocessor, MemosRetriever
from memos_core import MemoryOS, Vault

SAID = datetime(2024, 3, 4, 18, tzinfo=UTC)


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[Vault]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/memory.db", embedder=None) as memory:
        vault = memory.vault("anna")
        vault.remember("I live in Lisbon.", speaker="Anna", role="user", session="monday", at=SAID)
        vault.remember("In Lisbon there is a harbour.", role="assistant", session="monday", at=SAID)
        memory.vault("bert").remember("I live in Lisbon too.", role="user")
        yield vault


class Pages(BaseRetriever):
    """Finds one page, and whatever else it was given."""

    def __init__(self, *nodes: NodeWithScore) -> None:
        super().__init__()
        self.nodes = [NodeWithScore(node=TextNode(text="A page on Lisbon.", id_="page"), score=0.1), *nodes]

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return list(self.nodes)


# ── the retriever ───────────────────────────────────────────────────────────────────────────────


def both(retriever: BaseRetriever, query: str) -> list[NodeWithScore]:
    """What both doors find, which is the same."""
    found = retriever.retrieve(query)
    assert found == asyncio.run(retriever.aretrieve(query))
    return found


def test_a_node_is_a_memory_and_says_so(vault: Vault) -> None:
    best, other = both(MemosRetriever(vault), "Where does Anna live?")
    assert best.node.get_content(MetadataMode.NONE) == "I live in Lisbon."
    assert best.score == best.metadata["score"] == pytest.approx(sum(best.metadata["why"].values()), abs=0.01)
    assert best.score > other.score
    cube = vault.get(best.node_id)
    assert {name: best.metadata[name] for name in ("id", "speaker", "occurred_at", "session", "version")} == {
        "id": cube.id,
        "speaker": "Anna",
        "occurred_at": "2024-03-04T18:00:00+00:00",
        "session": "monday",
        "version": 1,
    }


def test_a_model_is_shown_who_and_when_and_an_embedder_the_text(vault: Vault) -> None:
    node = MemosRetriever(vault, k=1).retrieve("Where does Anna live?")[0].node
    assert sorted(node.get_metadata_str(MetadataMode.LLM).splitlines()) == [
        "occurred_at: 2024-03-04T18:00:00+00:00",
        "speaker: Anna",
    ]
    assert node.get_content(MetadataMode.EMBED) == "I live in Lisbon."


def test_k_budget_and_filters_bound_what_is_found(vault: Vault) -> None:
    assert len(both(MemosRetriever(vault, k=1), "Lisbon")) == 1
    assert both(MemosRetriever(vault, budget=0), "Lisbon") == []
    assert len(both(MemosRetriever(vault, budget=500), "Lisbon")) == 2
    (only,) = both(MemosRetriever(vault, filters={"roles": ["assistant"]}), "Lisbon")
    assert only.text == "In Lisbon there is a harbour."


@pytest.mark.parametrize("query", ["", " \n", "\u200b"])
def test_an_empty_question_finds_nothing(vault: Vault, query: str) -> None:
    assert both(MemosRetriever(vault), query) == []


async def test_the_async_door_never_recalls_on_the_loop(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(self: Vault, *args: Any, **options: Any) -> Any:
        raise AssertionError("the sync door was used")

    monkeypatch.setattr(Vault, "recall", refused)
    assert len(await MemosRetriever(vault).aretrieve("Lisbon")) == 2
    assert len(await MemosNodePostprocessor(vault=vault).apostprocess_nodes([], query_str="Lisbon")) == 2
    assert "Lisbon" in await MemosMemoryBlock(vault=vault).aget([ChatMessage("Lisbon?", role="user")])


def test_a_query_engine_answers_from_memories(vault: Vault) -> None:
    engine = RetrieverQueryEngine.from_args(MemosRetriever(vault), llm=MockLLM())
    answer = engine.query("Where does Anna live?")
    assert "I live in Lisbon." in str(answer)
    assert [node.node_id for node in answer.source_nodes] == [
        hit.cube.id for hit in vault.recall("Where does Anna live?")
    ]


# ── the postprocessor ───────────────────────────────────────────────────────────────────────────


def test_memories_stand_behind_the_pages(vault: Vault) -> None:
    engine = RetrieverQueryEngine.from_args(
        Pages(), llm=MockLLM(), node_postprocessors=[MemosNodePostprocessor(vault=vault, k=1)]
    )
    for answer in (engine.query("Where does Anna live?"), asyncio.run(engine.aquery("Where does Anna live?"))):
        assert [node.text for node in answer.source_nodes] == ["A page on Lisbon.", "I live in Lisbon."]


def test_a_memory_that_was_found_already_is_not_added_again(vault: Vault) -> None:
    found = MemosRetriever(vault).retrieve("Lisbon")
    added = MemosNodePostprocessor(vault=vault).postprocess_nodes(found, query_str="Lisbon")
    assert added == found


def test_without_a_question_the_nodes_stay_as_they_are(vault: Vault) -> None:
    nodes = Pages().nodes
    postprocessor = MemosNodePostprocessor(vault=vault)
    assert postprocessor.postprocess_nodes(nodes) == nodes
    assert postprocessor.postprocess_nodes(nodes, query_str=" ") == nodes
    assert "vault" not in postprocessor.to_dict()


# ── the block ───────────────────────────────────────────────────────────────────────────────────


def user(text: str) -> ChatMessage:
    return ChatMessage(text, role="user")


async def test_a_block_shows_what_the_queue_does_not(vault: Vault) -> None:
    memory = Memory.from_defaults(session_id="s", memory_blocks=[MemosMemoryBlock(vault=vault)])
    await memory.aput(user("Where in Lisbon do I live?"))
    first, *rest = await memory.aget()
    assert "<memories>" in first.content and "I live in Lisbon." in first.content
    assert [message.content for message in rest] == ["Where in Lisbon do I live?"]
    nothing = Memory.from_defaults(session_id="t", memory_blocks=[MemosMemoryBlock(vault=vault)])
    assert await nothing.aget() == []


async def test_a_block_keeps_what_the_queue_drops(vault: Vault) -> None:
    memory = Memory.from_defaults(
        session_id="s", token_limit=60, token_flush_size=20, memory_blocks=[MemosMemoryBlock(vault=vault)]
    )
    for n in range(12):
        await memory.aput(user(f"The boat number {n} is called Kelp {n}."))
        await memory.aput(ChatMessage(f"I see, Kelp {n}.", role="assistant"))
    kept = [cube.text for cube in vault.transcript("s")]
    assert kept[0] == "The boat number 0 is called Kelp 0." and len(kept) == len(set(kept)) >= 12


async def test_what_arrives_twice_is_stored_once_and_sessions_are_apart(vault: Vault) -> None:
    block = MemosMemoryBlock(vault=vault)
    batch = [user("yes"), ChatMessage("and?", role="assistant"), user("yes"), ChatMessage("", role="assistant")]
    for session in ("s", "t", "s"):
        await block.aput([message.model_copy(deep=True) for message in batch], session_id=session)
    await asyncio.gather(*(block.aput([user("yes")], session_id="s") for _ in range(4)))
    for session in ("s", "t"):
        assert [cube.text for cube in vault.transcript(session)] == ["yes", "and?", "yes", "[empty message]"]


async def test_what_was_erased_does_not_come_back(vault: Vault) -> None:
    block = MemosMemoryBlock(vault=vault)
    await block.aput([user("my secret")], session_id="s")
    vault.erase(vault.transcript("s")[0].id)
    await block.aput([user("my secret"), user("something else")], session_id="s")
    assert [cube.text for cube in vault.transcript("s")] == ["something else"]
