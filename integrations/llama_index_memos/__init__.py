"""Memory for LlamaIndex chat engines, agents and query engines.

Each name is loaded on first use: LlamaIndex itself takes seconds to load.
"""

from importlib import import_module
from typing import TYPE_CHECKING

import memos_core

if TYPE_CHECKING:
    from llama_index_memos.block import MemosMemoryBlock
    from llama_index_memos.llm import MemosLLM
    from llama_index_memos.memory import MemosMemory
    from llama_index_memos.postprocessor import MemosNodePostprocessor
    from llama_index_memos.retriever import MemosRetriever

__all__ = [
    "MemosLLM",
    "MemosMemory",
    "MemosMemoryBlock",
    "MemosNodePostprocessor",
    "MemosRetriever",
]

_HOMES = {
    "MemosLLM": "llm",
    "MemosMemory": "memory",
    "MemosMemoryBlock": "block",
    "MemosNodePostprocessor": "postprocessor",
    "MemosRetriever": "retriever",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "llama_index":
            raise
        raise memos_core.errors.MissingExtra.named("llama-index", "llama-index-core") from missing
