"""Activation memory that is awaited: the event loop goes on while the model computes."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from memos_core import AttachedMemory, LocalModelRuntime, MemoryOS
from memos_core.testing.local_model import WordModel

ASKED = [{"role": "user", "content": "What do I eat?"}]


@pytest.fixture
def model() -> WordModel:
    return WordModel(lambda prompt: "one two three")


@pytest.fixture
def kv(tmp_path: Path, model: WordModel) -> Iterator[AttachedMemory]:
    with MemoryOS.open(f"sqlite:///{tmp_path}/m.db", embedder=None, local_model=LocalModelRuntime(model)) as memory:
        vault = memory.vault("alice")
        yield vault.attach(vault.transform([vault.remember("I no longer eat meat.")]))


async def test_they_give_what_the_others_give(kv: AttachedMemory) -> None:
    plain = kv.generate(ASKED)
    awaited = await kv.agenerate(ASKED)
    reply = kv.astream(ASKED)
    pieces = [piece async for piece in reply]
    assert awaited == plain == await reply.acompletion()
    assert len(pieces) > 1 and "".join(pieces) == plain.text
    assert awaited.cache_read > 0


async def test_the_event_loop_goes_on_meanwhile(kv: AttachedMemory, model: WordModel) -> None:
    go_on = threading.Event()

    def slow(prompt: str) -> str:
        assert go_on.wait(10)
        return "done"

    model.reply = slow
    waiting = asyncio.create_task(kv.agenerate(ASKED))
    reply = kv.astream(ASKED)
    first = asyncio.create_task(anext(aiter(reply)))
    await asyncio.sleep(0.02)
    assert not waiting.done() and not first.done()
    go_on.set()
    assert (await waiting).text == "done"
    assert await first
    assert (await reply.acompletion()).text == "done"


async def test_what_fails_is_raised_where_it_is_awaited(kv: AttachedMemory, model: WordModel) -> None:
    def fails(prompt: str) -> str:
        raise RuntimeError("no such word")

    model.reply = fails
    reply = kv.astream(ASKED)
    for awaited in (kv.agenerate(ASKED), anext(aiter(reply)), reply.acompletion()):
        with pytest.raises(RuntimeError, match="no such word"):
            await awaited


async def test_who_stops_waiting_leaves_the_reply_to_others(kv: AttachedMemory) -> None:
    reply = kv.astream(ASKED)
    waiting = asyncio.create_task(reply.acompletion())
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await reply.acompletion()).text == reply.completion.text
