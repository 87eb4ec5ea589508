"""A language model over a local model, into whose forward pass memory is put."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from llama_index.core.base.llms.types import (
    ChatMessage,
    ChatResponse,
    ChatResponseAsyncGen,
    ChatResponseGen,
    CompletionResponse,
    CompletionResponseAsyncGen,
    CompletionResponseGen,
    LLMMetadata,
    MessageRole,
    TextBlock,
    ToolCallBlock,
)
from llama_index.core.llms.callbacks import llm_chat_callback, llm_completion_callback
from llama_index.core.llms.function_calling import FunctionCallingLLM
from llama_index.core.llms.llm import ToolSelection
from llama_index.core.tools import BaseTool
from pydantic import Field, PrivateAttr

import memos_core
from memos_core import AttachedMemory, ChatTurn, Completion, LocalModelRuntime, MemoryOS, Sampling, tool_requests

_HANDLE = "memos_handle"


class MemosLLM(FunctionCallingLLM):
    """The local model of a ``MemoryOS``, as LlamaIndex calls one.

    Activation and parametric memory enter by their handle: ``additional_kwargs={"memos_handle": cube.id}`` of the
    system message, or the keyword argument ``memos_handle`` of a call. ``MemosMemory(activation=cube.id)`` puts it
    there. The text of activation memory stands at the head of the prompt once; ``response.raw`` tells how many tokens
    of the prompt were read from stored values. Of parametric memory nothing is sent: its adapter answers. Where either
    cannot serve, the text is sent, and ``response.raw["memos_note"]`` says why.

    Example:
        ``SimpleChatEngine.from_defaults(llm=MemosLLM(memory, vault="alice"), memory=...)``
    """

    vault: str = ""
    """Whose handles are meant."""
    name_of_model: str = "local"
    """What traces call it."""
    context_window: int = Field(default=4096, ge=1)
    """Tokens of prompt and reply together."""
    max_tokens: int = Field(default=256, ge=1)
    temperature: float = Field(default=0.0, ge=0)
    """0 for the most probable token each time."""
    top_p: float = Field(default=1.0, gt=0, le=1)
    seed: int | None = None
    stop: list[str] = Field(default_factory=list)

    _memory: MemoryOS = PrivateAttr()
    _model: LocalModelRuntime = PrivateAttr()

    def __init__(self, memory: MemoryOS, **fields: Any) -> None:
        """Use the local model that ``memory`` was opened with.

        Raises:
            InvalidInput: it was opened without one.
        """
        super().__init__(**fields)
        self._memory = memory
        self._model = memory.local_model

    @classmethod
    def class_name(cls) -> str:
        """The name under which LlamaIndex serialises it."""
        return "MemosLLM"

    @property
    def metadata(self) -> LLMMetadata:
        """What LlamaIndex asks of a model before it calls it."""
        return LLMMetadata(
            context_window=self.context_window,
            num_output=self.max_tokens,
            is_chat_model=True,
            is_function_calling_model=True,
            model_name=self.name_of_model,
        )

    # ── calling ──

    @llm_chat_callback()
    def chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Answer a conversation."""
        return self._chat(messages, kwargs)

    @llm_chat_callback()
    def stream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseGen:
        """Answer a conversation piece by piece."""
        return self._stream(messages, kwargs)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Answer a prompt, as the message of a user."""
        return _completed(self._chat([ChatMessage(prompt)], kwargs))

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """Answer a prompt piece by piece."""
        return (_completed(one) for one in self._stream([ChatMessage(prompt)], kwargs))

    @llm_chat_callback()
    async def achat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponse:
        """Async door to ``chat``."""
        return await asyncio.to_thread(self._chat, messages, kwargs)

    @llm_chat_callback()
    async def astream_chat(self, messages: Sequence[ChatMessage], **kwargs: Any) -> ChatResponseAsyncGen:
        """Async door to ``stream_chat``."""
        return _from_thread(await asyncio.to_thread(self._stream, messages, kwargs))

    @llm_completion_callback()
    async def acomplete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Async door to ``complete``."""
        return _completed(await asyncio.to_thread(self._chat, [ChatMessage(prompt)], kwargs))

    @llm_completion_callback()
    async def astream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseAsyncGen:
        """Async door to ``stream_complete``."""
        replies = _from_thread(await asyncio.to_thread(self._stream, [ChatMessage(prompt)], kwargs))

        async def completed() -> CompletionResponseAsyncGen:
            async for one in replies:
                yield _completed(one)

        return completed()

    # ── tools ──

    def _prepare_chat_with_tools(
        self,
        tools: Sequence[BaseTool],
        user_msg: str | ChatMessage | None = None,
        chat_history: list[ChatMessage] | None = None,
        verbose: bool = False,
        allow_parallel_tool_calls: bool = False,
        tool_required: bool = False,
        **kwargs: Any,
    ) -> dict[str, Any]:
        asked = ChatMessage(user_msg) if isinstance(user_msg, str) else user_msg
        messages = [*(chat_history or []), *([asked] if asked is not None else [])]
        return {"messages": messages, "tools": [tool.metadata.to_openai_tool() for tool in tools], **kwargs}

    def get_tool_calls_from_response(
        self, response: ChatResponse, error_on_no_tool_call: bool = True, **kwargs: Any
    ) -> list[ToolSelection]:
        """The calls that a reply asks for.

        Raises:
            ValueError: there are none and ``error_on_no_tool_call``.
        """
        calls = [
            ToolSelection(tool_id=one.tool_call_id or "", tool_name=one.tool_name, tool_kwargs=dict(one.tool_kwargs))
            for one in response.message.blocks
            if isinstance(one, ToolCallBlock) and isinstance(one.tool_kwargs, Mapping)
        ]
        if not calls and error_on_no_tool_call:
            raise ValueError("Expected at least one tool call, but got 0 tool calls.")
        return calls

    # ── inside ──

    def _chat(self, messages: Sequence[ChatMessage], kwargs: Mapping[str, Any]) -> ChatResponse:
        attached, tools = self._attached(messages, kwargs), kwargs.get("tools") or ()
        done = self._model.generate(
            turns_of(messages),
            memory=attached.memory if attached else None,
            tools=tools,
            sampling=self._sampling(kwargs),
        )
        return ChatResponse(message=_reply(done, bool(tools)), raw=_told(done))

    def _stream(self, messages: Sequence[ChatMessage], kwargs: Mapping[str, Any]) -> ChatResponseGen:
        attached, tools = self._attached(messages, kwargs), kwargs.get("tools") or ()
        pieces = self._model.stream(
            turns_of(messages),
            memory=attached.memory if attached else None,
            tools=tools,
            sampling=self._sampling(kwargs),
        )

        def replies() -> ChatResponseGen:
            said = ""
            try:
                for piece in pieces:
                    said += piece
                    if not tools:  # a call is known by its end
                        yield ChatResponse(message=ChatMessage(said, role=MessageRole.ASSISTANT), delta=piece)
                done = pieces.completion
                last = _reply(done, bool(tools))
                yield ChatResponse(message=last, delta=(last.content or "") if tools else "", raw=_told(done))
            finally:
                pieces.close()

        return replies()

    def _attached(self, messages: Sequence[ChatMessage], kwargs: Mapping[str, Any]) -> AttachedMemory | None:
        handle = kwargs.get(_HANDLE) or next(
            (one.additional_kwargs[_HANDLE] for one in messages if one.additional_kwargs.get(_HANDLE)), None
        )
        if not handle:
            return None
        if not self.vault:
            raise memos_core.errors.InvalidInput("a memos_handle needs a vault: MemosLLM(memory, vault=...)")
        return self._memory.vault(self.vault, create=False).attach(handle)

    def _sampling(self, kwargs: Mapping[str, Any]) -> Sampling:
        return Sampling(
            max_tokens=kwargs.get("max_tokens", self.max_tokens),
            temperature=kwargs.get("temperature", self.temperature),
            top_p=kwargs.get("top_p", self.top_p),
            seed=kwargs.get("seed", self.seed),
            stop=tuple(kwargs.get("stop") or self.stop),
        )


def turns_of(messages: Sequence[ChatMessage]) -> list[ChatTurn]:
    """LlamaIndex messages as a local model's prompt takes them; a message that only carries a handle says nothing."""
    return [_turn(one) for one in messages if one.content or one.blocks or not one.additional_kwargs.get(_HANDLE)]


def _turn(message: ChatMessage) -> ChatTurn:
    calls = tuple(
        {"id": one.tool_call_id, "name": one.tool_name, "arguments": one.tool_kwargs}
        for one in message.blocks
        if isinstance(one, ToolCallBlock)
    )
    return ChatTurn(
        role=message.role.value,
        content=message.content or "",
        tool_calls=calls,
        name=str(message.additional_kwargs.get("name") or ""),
        call=str(message.additional_kwargs.get("tool_call_id") or ""),
    )


def _reply(done: Completion, with_tools: bool) -> ChatMessage:
    words, calls = tool_requests(done.text) if with_tools else (done.text, [])
    blocks: list[Any] = [TextBlock(text=words)] if words or not calls else []
    for one in calls:
        blocks.append(ToolCallBlock(tool_call_id=f"call_{uuid4().hex}", tool_name=one.name, tool_kwargs=one.arguments))
    return ChatMessage(role=MessageRole.ASSISTANT, blocks=blocks)


def _told(done: Completion) -> dict[str, Any]:
    return {
        "prompt_tokens": done.prompt_tokens,
        "completion_tokens": len(done.tokens),
        "cache_read": done.cache_read,
        "finish_reason": done.finish,
        "memos_note": done.note,
    }


def _completed(response: ChatResponse) -> CompletionResponse:
    return CompletionResponse(text=response.message.content or "", delta=response.delta, raw=response.raw)


async def _from_thread(replies: Iterator[ChatResponse]) -> ChatResponseAsyncGen:
    while (reply := await asyncio.to_thread(next, replies, None)) is not None:
        yield reply
