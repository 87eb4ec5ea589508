"""Takes the language models of other libraries as ``ports.ChatModel``, by what they can do; imports none of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from memos_core.errors import InvalidInput
from memos_core.ports import ChatModel, Reply

_LONGEST_NAME = 100
_NAMED_BY = ("model_name", "model", "model_id", "deployment_name")


def as_model(anything: Any) -> ChatModel:
    """A model that the refiner can ask.

    Args:
        anything: A LangChain chat model or any runnable (``invoke``), a LlamaIndex LLM (``complete`` and ``metadata``),
            a ``ChatModel``, or a function from a prompt to a reply. Lengths and timeouts of the first two are set on
            the objects themselves.

    Raises:
        InvalidInput: it is none of these.
    """
    if isinstance(anything, type):
        raise InvalidInput(f"model must be an object, not the class {anything.__name__}; make one first")
    if callable(getattr(anything, "invoke", None)):
        return _LangChain(anything)
    if callable(getattr(anything, "complete", None)) and hasattr(anything, "metadata"):
        return _LlamaIndex(anything)
    if isinstance(anything, ChatModel):
        return anything
    if callable(anything):
        return _Function(anything)
    raise InvalidInput(
        f"model must be a LangChain chat model, a LlamaIndex LLM, a memos_core.ports.ChatModel or a function from text "
        f"to text, not {type(anything).__name__}"
    )


@dataclass(frozen=True, slots=True)
class _LangChain:
    """Asks with ``invoke``."""

    _model: Any

    @property
    def name(self) -> str:
        return _named("langchain", self._model)

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int, timeout_s: float) -> Reply:
        answer = self._model.invoke([dict(one) for one in messages])
        told = getattr(answer, "usage_metadata", None) or {}
        return Reply(
            text=_text(getattr(answer, "content", answer)),
            prompt_tokens=_count(told, "input_tokens"),
            completion_tokens=_count(told, "output_tokens"),
        )


@dataclass(frozen=True, slots=True)
class _LlamaIndex:
    """Asks with ``complete``: its message classes cannot be made without importing it."""

    _model: Any

    @property
    def name(self) -> str:
        named = getattr(self._model.metadata, "model_name", "")
        kind = type(self._model).__name__
        return _clean(f"llama-index:{named}" if named and named != "unknown" else f"llama-index:{kind}")

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int, timeout_s: float) -> Reply:
        answer = self._model.complete(_as_one(messages))
        told = _field(getattr(answer, "raw", None), "usage") or getattr(answer, "additional_kwargs", None) or {}
        return Reply(
            text=_text(getattr(answer, "text", answer)),
            prompt_tokens=_count(told, "prompt_tokens") or _count(told, "input_tokens"),
            completion_tokens=_count(told, "completion_tokens") or _count(told, "output_tokens"),
        )


@dataclass(frozen=True, slots=True)
class _Function:
    """Calls a function with one prompt."""

    _function: Callable[[str], Any]

    @property
    def name(self) -> str:
        return _clean(f"function:{getattr(self._function, '__name__', type(self._function).__name__)}")

    def complete(self, messages: Sequence[Mapping[str, str]], *, max_tokens: int, timeout_s: float) -> Reply:
        answer = self._function(_as_one(messages))
        return answer if isinstance(answer, Reply) else Reply(text=_text(answer))


def _as_one(messages: Sequence[Mapping[str, str]]) -> str:
    """A conversation as one prompt; what the model said before is marked as its own."""
    return "\n\n".join(
        f"You replied:\n{one['content']}" if one["role"] == "assistant" else one["content"] for one in messages
    )


def _text(content: Any) -> str:
    """The text of a reply: a string, or a list of parts of which some are text.

    Raises:
        TypeError: it is neither.
    """
    if isinstance(content, str):
        return content
    if isinstance(content, list | tuple):
        parts = (part if isinstance(part, str) else _field(part, "text") for part in content)
        return "".join(part for part in parts if isinstance(part, str))
    raise TypeError(f"the model replied with {type(content).__name__}, which holds no text")


def _named(library: str, model: Any) -> str:
    given = (getattr(model, name, None) for name in _NAMED_BY)
    return _clean(f"{library}:{next((one for one in given if isinstance(one, str) and one), type(model).__name__)}")


def _clean(name: str) -> str:
    return "".join(char if char.isprintable() else " " for char in name)[:_LONGEST_NAME]


def _field(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)


def _count(told: Any, name: str) -> int:
    value = _field(told, name)
    return value if isinstance(value, int) and value > 0 else 0
