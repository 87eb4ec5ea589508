"""The transcript of a session as a LangChain chat history."""

import warnings
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from langchain_core._api import LangChainDeprecationWarning
from langchain_core.chat_history import BaseChatMessageHistory
from langchain_core.messages import BaseMessage
from langchain_core.runnables import ConfigurableFieldSpec, Runnable
from langchain_core.runnables.history import RunnableWithMessageHistory

import memos_core
from langchain_memos.identity import VaultChoice, find_vault
from langchain_memos.incidents import Incidents, OnError
from langchain_memos.messages import message_of, turn_of
from memos_core import MemoryOS, Vault


class MemosChatHistory(BaseChatMessageHistory):
    """Everything said in one session, in order: it only grows, and is never replaced by what was recalled or condensed.

    Messages come back as they were added, tool calls, artifacts and images included. A chunk or a subclass comes back
    as its base type; a value that JSON cannot hold comes back as text.
    ``additional_kwargs["at"]`` (or ``"timestamp"``), an aware datetime or ISO 8601 text, is the event time.
    """

    def __init__(self, vault: Vault, session_id: str, *, on_error: OnError = None) -> None:
        """Raises ``InvalidInput`` for an empty ``session_id``: it would be shared by all who forgot to pass one."""
        if not str(session_id).strip():
            raise memos_core.errors.InvalidInput(f"session_id={session_id!r} is empty; pass the conversation's id")
        self.vault = vault
        self.session_id = str(session_id)
        self._incidents = Incidents(on_error)

    @property
    def failures(self) -> int:
        """How often messages could not be stored."""
        return self._incidents.count

    @property
    def messages(self) -> list[BaseMessage]:  # type: ignore[override]
        """All messages of the session, oldest first."""
        return [message_of(cube) for cube in self.vault.transcript(self.session_id)]

    async def aget_messages(self) -> list[BaseMessage]:
        """All messages of the session, oldest first."""
        return [message_of(cube) for cube in await self.vault.atranscript(self.session_id)]

    def add_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Append, in one transaction. An error is reported before it is raised, for some hosts swallow it."""
        with self._incidents.noted("add messages"):
            self.vault.remember([turn_of(m, self.session_id, verbatim=True) for m in messages])

    async def aadd_messages(self, messages: Sequence[BaseMessage]) -> None:
        """Append, in one transaction. An error is reported before it is raised, for some hosts swallow it."""
        with self._incidents.noted("add messages"):
            await self.vault.aremember([turn_of(m, self.session_id, verbatim=True) for m in messages])

    def clear(self) -> None:
        """Forget the session: hidden from recall and transcript, and still restorable. ``Vault.erase`` destroys."""
        for cube in self.vault.transcript(self.session_id):
            self.vault.forget(cube.id, reason="chat history cleared")

    async def aclear(self) -> None:
        """Forget the session, as ``clear`` does."""
        for cube in await self.vault.atranscript(self.session_id):
            await self.vault.aforget(cube.id, reason="chat history cleared")


def with_memos_history(
    chain: Runnable[Any, Any],
    memory: MemoryOS,
    *,
    input_messages_key: str,
    history_messages_key: str,
    output_messages_key: str | None = None,
    vault: VaultChoice = itemgetter("user_id"),
    on_error: OnError = None,
) -> RunnableWithMessageHistory:
    """Give ``chain`` a stored history, called with ``config={"configurable": {"user_id": …, "session_id": …}}``.

    ``RunnableWithMessageHistory`` loses messages of concurrent turns unless it knows both keys, so both are required.
    Deprecated by LangChain (gone in langchain-core 2.0): new programs use ``create_agent`` with ``MemosMiddleware``.

    Args:
        chain: Takes a dict with the new input and the history, returns a message or text.
        memory: Where histories are kept.
        input_messages_key: Where ``chain`` finds the new input.
        history_messages_key: Where it wants the messages before.
        output_messages_key: Where it puts its reply, if it returns a dict.
        vault: The owner: a function of the two configured ids, by default the vault named by ``user_id``. Given a name
            or a ``Vault`` instead, only ``session_id`` is configured.
        on_error: Told when messages could not be stored, which LangChain itself only logs.

    Raises:
        InvalidInput: ``vault`` is empty.
    """

    def owned(*, user_id: str, session_id: str) -> MemosChatHistory:
        owner = find_vault(memory, vault, {"user_id": user_id, "session_id": session_id})
        return MemosChatHistory(owner, session_id, on_error=on_error)

    def fixed(session_id: str) -> MemosChatHistory:
        return MemosChatHistory(find_vault(memory, vault, None), session_id, on_error=on_error)

    if not callable(vault):
        find_vault(memory, vault, None)
    ids = ("user_id", "session_id") if callable(vault) else ("session_id",)
    with warnings.catch_warnings():  # said above, where the reader can act on it
        warnings.simplefilter("ignore", LangChainDeprecationWarning)
        return RunnableWithMessageHistory(
            chain,
            owned if callable(vault) else fixed,
            input_messages_key=input_messages_key,
            output_messages_key=output_messages_key,
            history_messages_key=history_messages_key,
            history_factory_config=[ConfigurableFieldSpec(id=name, annotation=str, is_shared=True) for name in ids],
        )
