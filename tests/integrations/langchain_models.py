"""A chat model for tests: it follows a script, and keeps what it was asked."""

from collections.abc import Iterator, Sequence
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field


class ScriptedModel(BaseChatModel):
    """Replies with the script's next item, or raises it; after the script, repeats the system message it saw."""

    script: list[Any] = Field(default_factory=list)
    seen: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(self, tools: Sequence[Any], **kwargs: Any) -> Any:
        return self

    def systems(self) -> list[str]:
        """The text of the system message of every call, empty for none."""
        return ["\n".join(message.text for message in call if message.type == "system") for call in self.seen]

    def _generate(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kw: Any
    ) -> ChatResult:
        self.seen.append(list(messages))
        step = self.script.pop(0) if self.script else f"I was told: {self.systems()[-1]}"
        if isinstance(step, Exception):
            raise step
        message = step.model_copy() if isinstance(step, AIMessage) else AIMessage(step)
        return ChatResult(generations=[ChatGeneration(message=message)])


class StreamingModel(ScriptedModel):
    """Streams its replies word by word."""

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **kw: Any
    ) -> Iterator[ChatGenerationChunk]:
        text = self._generate(messages).generations[0].message.text
        for word in text.split(" "):
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))


def calls(name: str, id: str = "call-1", /, **args: Any) -> AIMessage:
    """A reply that calls one tool."""
    return AIMessage("", tool_calls=[{"name": name, "args": args, "id": id, "type": "tool_call"}])
