"""Checkpoints, a store and memory nodes for LangGraph, in the same file as the memories.

Each name is loaded on first use: LangGraph itself takes a while to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import memos_core

if TYPE_CHECKING:
    from langgraph_memos.nodes import recall_node, remember_node
    from langgraph_memos.saver import MemosSaver
    from langgraph_memos.store import MemosStore

__all__ = [
    "MemosSaver",
    "MemosStore",
    "recall_node",
    "remember_node",
]

_HOMES = {
    "MemosSaver": "saver",
    "MemosStore": "store",
    "recall_node": "nodes",
    "remember_node": "nodes",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in {"langgraph", "langchain_core", "ormsgpack"}:
            raise
        raise memos_core.errors.MissingExtra.named("langgraph", "langgraph") from missing
