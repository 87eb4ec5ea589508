"""A block for LlamaIndex's own ``Memory``."""

from collections import Counter
from contextlib import suppress
from hashlib import sha256
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, MessageRole
from llama_index.core.memory import BaseMemoryBlock
from pydantic import Field, InstanceOf

import memos_core
from llama_index_memos.messages import storable, text_of, turn_of
from memos_core import Turn, Vault


class MemosMemoryBlock(BaseMemoryBlock[str]):
    """What a vault has to say to the last user message, for ``Memory(memory_blocks=[…])``.

    For the long run only: LlamaIndex hands a block no more than the messages that no longer fit into its queue, so the
    latest are never here, and under concurrent writes some never arrive. ``MemosMemory`` keeps all. What arrives twice
    is stored once; a text that was said again in a later delivery of the same session counts as the same.
    """

    vault: InstanceOf[Vault] = Field(exclude=True)
    """Whose memory it is."""
    name: str = "memories"
    """The tag around the text in the prompt."""
    budget: int = Field(default=1000, ge=0)
    """Tokens that the memories may cost."""

    async def _aget(self, messages: list[ChatMessage] | None = None, **block_kwargs: Any) -> str:
        messages = messages or []
        asked = next((message for message in reversed(messages) if message.role == MessageRole.USER), None)
        query = storable(asked.content) if asked else ""
        if not query:
            return ""
        said = [text_of(message) for message in messages]
        return (await self.vault.arecall(query, budget=self.budget, exclude=said)).text

    async def _aput(self, messages: list[ChatMessage]) -> None:
        counts: Counter[str] = Counter()
        turns: list[Turn] = []
        for message in messages:
            session = storable(message.additional_kwargs.get("session_id"))
            own = message.model_copy(update={"additional_kwargs": _without_session(message)})
            turn = turn_of(own, session)
            digest = sha256(repr((session, turn.role, turn.text, turn.metadata)).encode()).hexdigest()
            turns.append(turn_of(own, session, key=f"llama_index/{digest}/{counts[digest]}"))
            counts[digest] += 1
        # What was erased stays erased, and is no trouble of the host's.
        with suppress(memos_core.errors.Erased):
            await self.vault.aremember(turns)


def _without_session(message: ChatMessage) -> dict[str, Any]:
    return {name: value for name, value in message.additional_kwargs.items() if name != "session_id"}
