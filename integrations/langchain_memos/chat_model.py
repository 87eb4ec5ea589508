"""A chat model over a local model, into whose forward pass memory is put."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.messages.tool import ToolCall, tool_call, tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict

import memos_core
from memos_core import AttachedMemory, ChatTurn, Completion, MemoryOS, Sampling, tool_requests


class MemosChatModel(BaseChatModel):
    """The local model of a ``MemoryOS``, as LangChain calls one.

    Activation and parametric memory enter by their handle, as the keyword argument ``memos_handle`` of any call
    (``model.bind(memos_handle=cube.id)``, or through ``MemosMiddleware(activation=...)``). The text of activation
    memory stands at the head of the system message; its stored keys and values serve where they are exact, and
    ``usage_metadata`` tells how many tokens of the prompt were read from them. Of parametric memory nothing is sent:
    its adapter answers. Where either cannot serve, the text is sent, and ``response_metadata["memos_note"]`` says why.

    Example:
        ``MemosChatModel(memory=memory, vault="alice").invoke("What do I eat?", memos_handle=cube.id)``
    """

    memory: MemoryOS
    """Opened with ``local_model=``."""
    vault: str = ""
    """Whose handles are meant; the keyword argument ``memos_vault`` goes before it."""
    model: str = "local"
    """What traces call it."""
    max_tokens: int = 256
    temperature: float = 0.0
    """0 for the most probable token each time."""
    top_p: float = 1.0
    seed: int | None = None
    stop: list[str] | None = None

    model_config = ConfigDict(arbitrary_types_allowed=True)

    @property
    def _llm_type(self) -> str:
        return "memos-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        # A cache of replies must not give one model's reply for another's, nor one vault's for another's.
        return {
            "model": self.model,
            "fingerprint": self.memory.local_model.fingerprint.key,
            "vault": self.vault,
            "max_tokens": self.max_tokens,
            "temperature": self.temperature,
            "top_p": self.top_p,
            "seed": self.seed,
        }

    def bind_tools(
        self,
        tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool],
        *,
        tool_choice: str | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools in every call, as the model's chat template writes them.

        Raises:
            InvalidInput: ``tool_choice`` asks for what a local model cannot be forced to.
        """
        if tool_choice not in (None, "auto", "any", "required", "none") and not isinstance(tool_choice, str):
            raise memos_core.errors.InvalidInput(f"tool_choice={tool_choice!r}: a str was expected")
        offered = [] if tool_choice == "none" else [convert_to_openai_tool(one) for one in tools]
        return self.bind(tools=offered, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        attached, tools = self._attached(kwargs), kwargs.get("tools") or ()
        done = self.memory.local_model.generate(
            turns_of(messages),
            memory=attached.memory if attached else None,
            tools=tools,
            sampling=self._sampling(stop, kwargs),
        )
        words, calls = tool_requests(done.text) if tools else (done.text, [])
        message = AIMessage(
            words,
            tool_calls=[_call(one.name, one.arguments) for one in calls],
            usage_metadata=_usage(done),
            response_metadata=self._told(done),
        )
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        attached, tools = self._attached(kwargs), kwargs.get("tools") or ()
        pieces = self.memory.local_model.stream(
            turns_of(messages),
            memory=attached.memory if attached else None,
            tools=tools,
            sampling=self._sampling(stop, kwargs),
        )
        id = f"run-{uuid4()}"
        for piece in pieces:
            if not tools:  # a call is known by its end
                yield _chunk(AIMessageChunk(content=piece, id=id), piece, run_manager)
        done = pieces.completion
        words, calls = tool_requests(done.text) if tools else ("", [])
        last = AIMessageChunk(
            content=words,
            id=id,
            tool_call_chunks=[
                tool_call_chunk(
                    name=one["name"], args=json.dumps(one["args"], ensure_ascii=False), id=one["id"], index=place
                )
                for place, one in enumerate(_call(call.name, call.arguments) for call in calls)
            ],
            usage_metadata=_usage(done),
            response_metadata=self._told(done),
        )
        yield _chunk(last, words, run_manager)

    def _attached(self, kwargs: Mapping[str, Any]) -> AttachedMemory | None:
        handle = kwargs.get("memos_handle")
        if not handle:
            return None
        vault = kwargs.get("memos_vault") or self.vault
        if not vault:
            raise memos_core.errors.InvalidInput(
                "memos_handle needs a vault: MemosChatModel(vault=...) or the argument memos_vault"
            )
        return self.memory.vault(vault, create=False).attach(handle)

    def _sampling(self, stop: list[str] | None, kwargs: Mapping[str, Any]) -> Sampling:
        return Sampling(
            max_tokens=kwargs.get("max_tokens", self.max_tokens),
            temperature=kwargs.get("temperature", self.temperature),
            top_p=kwargs.get("top_p", self.top_p),
            seed=kwargs.get("seed", self.seed),
            stop=tuple(stop or self.stop or ()),
        )

    def _told(self, done: Completion) -> dict[str, Any]:
        told = {"model_name": self.model, "finish_reason": done.finish}
        return told | ({"memos_note": done.note} if done.note else {})


def turns_of(messages: Sequence[BaseMessage]) -> list[ChatTurn]:
    """LangChain messages as a local model's prompt takes them."""
    return [_turn(message) for message in messages]


def _turn(message: BaseMessage) -> ChatTurn:
    text = str(message.text)
    if isinstance(message, AIMessage):
        calls = tuple(
            {"id": call["id"], "name": call["name"], "arguments": call["args"]} for call in message.tool_calls
        )
        return ChatTurn(role="assistant", content=text, tool_calls=calls)
    if isinstance(message, ToolMessage):
        return ChatTurn(role="tool", content=text, name=message.name or "", call=message.tool_call_id)
    if isinstance(message, SystemMessage):
        return ChatTurn(role="system", content=text)
    if isinstance(message, HumanMessage):
        return ChatTurn(role="user", content=text, name=message.name or "")
    return ChatTurn(role=getattr(message, "role", "user"), content=text, name=message.name or "")


def _call(name: str, arguments: dict[str, Any]) -> ToolCall:
    return tool_call(name=name, args=arguments, id=f"call_{uuid4().hex}")


def _usage(done: Completion) -> UsageMetadata:
    return UsageMetadata(
        input_tokens=done.prompt_tokens,
        output_tokens=len(done.tokens),
        total_tokens=done.prompt_tokens + len(done.tokens),
        input_token_details=InputTokenDetails(cache_read=done.cache_read),
    )


def _chunk(message: AIMessageChunk, text: str, run_manager: CallbackManagerForLLMRun | None) -> ChatGenerationChunk:
    chunk = ChatGenerationChunk(message=message)
    if run_manager and text:
        run_manager.on_llm_new_token(text, chunk=chunk)
    return chunk
