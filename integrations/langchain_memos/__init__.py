"""Memory for LangChain agents and chains.

Each name is loaded on first use, so that importing this package needs neither ``langchain-classic`` (used by
``MemosMemory`` only) nor any other part that a program does not touch.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import memos_core

if TYPE_CHECKING:
    from langchain_memos.chat_model import MemosChatModel
    from langchain_memos.history import MemosChatHistory, with_memos_history
    from langchain_memos.memory import MemosMemory
    from langchain_memos.middleware import MemosMiddleware
    from langchain_memos.retriever import MemosRetriever
    from langchain_memos.tools import memory_tools

__all__ = [
    "MemosChatHistory",
    "MemosChatModel",
    "MemosMemory",
    "MemosMiddleware",
    "MemosRetriever",
    "memory_tools",
    "with_memos_history",
]

_HOMES = {
    "MemosChatHistory": "history",
    "MemosChatModel": "chat_model",
    "MemosMemory": "memory",
    "MemosMiddleware": "middleware",
    "MemosRetriever": "retriever",
    "memory_tools": "tools",
    "with_memos_history": "history",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"langchain", "langchain_core", "langgraph"}:
            raise
        raise memos_core.errors.MissingExtra.named("langchain", "langchain") from missing
