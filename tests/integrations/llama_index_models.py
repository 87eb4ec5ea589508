"""A model for tests: it follows a script, keeps what it was asked, and calls tools."""

from collections.abc import AsyncGenerator, Generator, Sequence
from typing import Any

from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata, ToolCallBlock
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from pydantic import Field


class ScriptedModel(FunctionCallingLLM):
    """Replies with the script's next item, or raises it; after the script it counts."""

    script: list[Any] = Field(default_factory=list)
    seen: list[list[ChatMessage]] = Field(default_factory=list)

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(is_function_calling_model=True, is_chat_model=True)

    def systems(self) -> list[str]:
        """The text of the system messages of every call."""
        return ["\n".join(m.content or "" for m in call if m.role.value == "system") for call in self.seen]

    def _reply(self, messages: Sequence[ChatMessage]) -> ChatMessage:
        self.seen.append([message.model_copy(deep=True) for message in messages])
        step = self.script.pop(0) if self.script else f"answer {len(self.seen)}"
        if isinstance(step, Exception):
            raise step
        return step.model_copy(deep=True) if isinstance(step, ChatMessage) else ChatMessage(step, role="assistant")

    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return ChatResponse(message=self._reply(messages))

    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        return self.chat(messages)

    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> Generator[ChatResponse, None, None]:
        message = self._reply(messages)

        def words() -> Generator[ChatResponse, None, None]:
            for word in (message.content or "").split(" ") or [""]:
                yield ChatResponse(message=message, delta=f"{word} ")

        return words()

    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> AsyncGenerator[ChatResponse, None]:
        replies = list(self.stream_chat(messages))

        async def words() -> AsyncGenerator[ChatResponse, None]:
            for reply in replies:
                yield reply

        return words()

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text=prompt.rsplit("Follow Up Input:", 1)[-1].split("\n")[0].strip())

    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return self.complete(prompt)

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        return iter([self.complete(prompt)])

    async def astream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Any:
        raise NotImplementedError("no host asks for it")

    def _prepare_chat_with_tools(  # type: ignore[override]
        self, tools: Any, user_msg: Any = None, chat_history: Any = None, **kwargs: Any
    ) -> dict[str, Any]:
        asked = [ChatMessage(user_msg, role="user")] if isinstance(user_msg, str) else [user_msg] if user_msg else []
        return {"messages": [*(chat_history or []), *asked]}

    def get_tool_calls_from_response(self, response: ChatResponse, *args: Any, **kwargs: Any) -> list[ToolSelection]:
        return [
            ToolSelection(tool_id=block.tool_call_id or "", tool_name=block.tool_name, tool_kwargs=block.tool_kwargs)
            for block in response.message.blocks
            if isinstance(block, ToolCallBlock)
        ]


def calls(name: str, id: str = "call-1", /, **args: Any) -> ChatMessage:
    """A reply that calls one tool."""
    return ChatMessage(role="assistant", blocks=[ToolCallBlock(tool_call_id=id, tool_name=name, tool_kwargs=args)])
