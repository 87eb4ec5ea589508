"""Memory for the ``memory=`` slot of classic chains."""

from functools import cached_property
from typing import Any

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage
from pydantic import Field, InstanceOf

import memos_core
from langchain_memos.incidents import Incidents, OnError
from langchain_memos.messages import message_of, said, turn_of
from memos_core import MemCube, Vault

try:
    from langchain_classic.base_memory import BaseMemory
    from langchain_classic.memory.utils import get_prompt_input_key
except ModuleNotFoundError as missing:
    raise memos_core.errors.MissingExtra.named("langchain-classic", "langchain-classic") from missing


class MemosMemory(BaseMemory):
    """What the vault has to say to the chain's input, and the last turns of this session, as text.

    Text only: like every memory of classic chains it does not see native tool calls; agents take ``MemosMiddleware``.
    A failing store does not fail the chain: it is logged, counted and told to ``on_error``. The async methods run the
    sync ones in a thread.
    """

    vault: InstanceOf[Vault]
    """Whose memory it is."""
    session: str = Field(min_length=1)
    """The conversation; ``clear`` forgets it."""
    memory_key: str = "history"
    """The variable of the prompt."""
    input_key: str | None = None
    """The chain's input that is remembered; needed where there are several."""
    output_key: str | None = None
    """The chain's output that is remembered; needed where there are several and none is called ``output``."""
    k: int = Field(default=6, ge=0)
    """Latest turns of the session to show word for word, one per utterance."""
    budget: int = Field(default=1000, ge=0)
    """Tokens that the recalled part may cost."""
    human_prefix: str = "Human"
    ai_prefix: str = "AI"
    return_messages: bool = False
    """Give messages instead of text, for prompts with a placeholder: a system message with what was recalled, if there
    is any, then the latest turns."""
    on_error: OnError = Field(default=None, exclude=True)
    """Called with the error and the operation that failed."""

    @cached_property
    def _incidents(self) -> Incidents:
        return Incidents(self.on_error)

    @property
    def failures(self) -> int:
        """How often the store failed."""
        return self._incidents.count

    @property
    def memory_variables(self) -> list[str]:
        """The one variable that is added to the prompt."""
        return [self.memory_key]

    def load_memory_variables(self, inputs: dict[str, Any]) -> dict[str, str | list[BaseMessage]]:
        """Recall by the chain's input; without one, only the latest turns are given.

        Raises:
            ValueError: there are several inputs and ``input_key`` does not say which.
        """
        query = said(self._input(inputs)) if inputs.keys() - {self.memory_key} else ""
        recent: list[MemCube] = []
        recalled = ""
        with self._incidents.contained("recall"):
            recent = self.vault.transcript(self.session)[-self.k :] if self.k else []
            recalled = self._recalled(query, recent)
        return {self.memory_key: (_messages if self.return_messages else self._text)(recent, recalled)}

    def save_context(self, inputs: dict[str, Any], outputs: dict[str, str]) -> None:
        """Remember the exchange, in one transaction.

        Raises:
            ValueError: there are several inputs or outputs and no key says which.
        """
        output_key = self.output_key or (next(iter(outputs)) if len(outputs) == 1 else "output")
        if output_key not in outputs:
            wrong = f"No {self.output_key!r}" if self.output_key else "Got multiple output keys or none, not one"
            raise ValueError(f"{wrong} among {sorted(outputs)}; set output_key to the one to remember")
        exchange = [self._input(inputs), AIMessage(_text_of(outputs[output_key]))]
        with self._incidents.contained("remember"):
            self.vault.remember([turn_of(message, self.session) for message in exchange])

    def clear(self) -> None:
        """Forget the session: hidden from recall, and still restorable."""
        for cube in self.vault.transcript(self.session):
            self.vault.forget(cube.id, reason="chain memory cleared")

    def _input(self, inputs: dict[str, Any]) -> HumanMessage:
        key = self.input_key or get_prompt_input_key(inputs, self.memory_variables)
        return HumanMessage(_text_of(inputs[key]))

    def _recalled(self, query: str, recent: list[MemCube]) -> str:
        recalled = self.vault.recall(query, budget=self.budget) if query else None
        known = {cube.id for cube in recent}
        if recalled is None or not any(hit.shown and hit.cube.id not in known for hit in recalled):
            return ""
        return f"# Remembered\n{recalled.text}"

    def _text(self, recent: list[MemCube], recalled: str) -> str:
        names = {"user": self.human_prefix, "assistant": self.ai_prefix}
        lines = [f"{c.header.speaker or names.get(c.header.role, c.header.role)}: {c.text}" for c in recent]
        latest = "\n".join(lines)
        if not recalled:
            return latest
        return f"{recalled}\n\n# This conversation\n{latest}" if latest else recalled


def _messages(recent: list[MemCube], recalled: str) -> list[BaseMessage]:
    return [*([SystemMessage(recalled)] if recalled else []), *map(message_of, recent)]


def _text_of(value: Any) -> str:
    return str(value.text if isinstance(value, BaseMessage) else value)
