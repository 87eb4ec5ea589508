"""What one process of the demo does: play turns through a chain, wait for the vectors, ask."""

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from memos_core import MemoryOS, Turn, Vault
from memos_core.cli.waiting import settle_telling
from memos_core.domain.query import Hit, Recollection
from memos_core.errors import MissingExtra
from memos_core.evaluation.conversations import Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """An OpenAI-compatible chat endpoint."""

    base_url: str
    model: str
    api_key_env: str = ""
    """Name of the environment variable that holds the key; empty for none."""


def check_readiness(endpoint: Endpoint | None) -> None:
    """Check, before anything is played, that all that the demo's chains are made of is at hand.

    Raises:
        MissingExtra: Something is not installed; the message names the pip line.
        InvalidInput: The endpoint's key is missing.
    """
    if find_spec("langchain_core") is None:
        raise MissingExtra.named("langchain", "langchain-core, which the demo's chain is made of,")
    if endpoint is not None:
        from memos_core.cli import chain

        chain.answering_chain(endpoint)


def tell(event: str, **facts: Any) -> None:
    """Report to the process that watches, as one line of JSON."""
    sys.stdout.write(json.dumps({"event": event, **facts}) + "\n")
    sys.stdout.flush()


def play(memory: MemoryOS, vault_name: str, turns: Sequence[Turn], *, human: str) -> None:
    """Send turns through the chain and wait until all of the store has its vectors."""
    from memos_core.cli import chain  # LangChain takes a second to load, and only the demo needs it

    found = memory.vault(vault_name).stats()
    tell("found", pid=os.getpid(), memories=sum(found.cubes.values()))
    began = time.perf_counter()
    for done in chain.converse(memory, vault_name, turns, human=human):
        tell("played", turns=done)
    tell("rested", play_s=time.perf_counter() - began)
    began = time.perf_counter()
    settle_telling(memory, lambda stats: tell("vectors", passages=stats.passages, vectors=stats.vectors))
    counts = memory.stats()
    tell("settled", settle_s=time.perf_counter() - began, passages=counts.passages, vectors=counts.vectors)


def ask(vault: Vault, questions: Sequence[Question], *, budget: int, answers: int, endpoint: Endpoint | None) -> None:
    """Ask the vault all questions, and the endpoint ``answers`` of them."""
    answering = None
    if endpoint is not None:
        from memos_core.cli import chain

        answering = chain.answering_chain(endpoint)
    chosen = set(spread([question.category for question in questions], answers))
    vault.recall("warming up", budget=budget)
    for number, question in enumerate(questions):
        began = time.perf_counter()
        found = vault.recall(question.text, budget=budget)
        spent = time.perf_counter() - began
        said = answering(found.text, question.text) if answering and number in chosen else ""
        tell("asked", **_asked(question, found), ms=1000 * spent, said=said)


def spread(categories: Sequence[str], count: int) -> list[int]:
    """Choose up to ``count`` questions: the first of every category, then the second of every category, and so on.

    Returns:
        Their indices, in that order.
    """
    seen: Counter[str] = Counter()
    turn = []
    for category in categories:
        turn.append(seen[category])
        seen[category] += 1
    return sorted(range(len(categories)), key=lambda n: turn[n])[:count]


def _asked(question: Question, found: Recollection) -> dict[str, Any]:
    shown = {_source(hit) for hit in found if hit.shown}
    return {
        "question": question.text,
        "answer": question.answer,
        "category": question.category,
        "evidence": list(question.evidence),
        "in_context": [source for source in question.evidence if source in shown],
        "tokens": found.tokens,
        "tokens_exact": found.tokens_exact,
        "hits": [_line(rank, hit) for rank, hit in enumerate(found, 1) if hit.shown],
    }


def _line(rank: int, hit: Hit) -> dict[str, Any]:
    header = hit.cube.header
    return {
        "rank": rank,
        "source": _source(hit),
        "speaker": header.speaker or header.role,
        "day": f"{header.occurred_at:%Y-%m-%d}",
        "text": hit.cube.text,
        "passage": list(hit.passage),
        "score": hit.score,
    }


def _source(hit: Hit) -> str:
    """The id of the message in the file, which the chat history keeps behind its own name."""
    return hit.cube.header.provenance.source.removeprefix("langchain:")
