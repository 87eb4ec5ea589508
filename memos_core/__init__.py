"""Memory for LLM agents, as an operating system gives memory to programs."""

from memos_core import errors
from memos_core.domain.activation import Activation, ChatTurn, Completion, Sampling
from memos_core.domain.cube import Header, MemCube, Plaintext, Provenance
from memos_core.domain.engram import (
    Agenda,
    Attribute,
    Evidence,
    Fact,
    Foresight,
    MemCell,
    MemScene,
    Profile,
)
from memos_core.domain.experience import Experience, ToolCall
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.parametric import Parametric, Recipe
from memos_core.domain.query import Filter, Hit, MemoryCall, Recollection, Stage, Verdict
from memos_core.domain.record import LogEntry, StoreStats
from memos_core.domain.turn import Turn
from memos_core.domain.usage import ModelBudget, Usage
from memos_core.errors import MemOSError
from memos_core.interface.attached import AttachedMemory
from memos_core.interface.insight import Correction
from memos_core.interface.memory_os import MemoryOS
from memos_core.interface.shelf import Shelf, ShelfReader, ShelfWriter
from memos_core.interface.vault import Vault
from memos_core.memories.eviction import TierBudgets
from memos_core.memories.local_model import LocalModelRuntime, StreamedReply
from memos_core.memories.tool_calls import tool_requests
from memos_core.ports import ChatModel, Clock, Embedder, Reply, TokenCounter

__all__ = [
    "Activation",
    "Agenda",
    "AttachedMemory",
    "Attribute",
    "ChatModel",
    "ChatTurn",
    "Clock",
    "Completion",
    "Correction",
    "Embedder",
    "Evidence",
    "Experience",
    "Fact",
    "Filter",
    "Foresight",
    "Header",
    "Hit",
    "LifecycleState",
    "LocalModelRuntime",
    "LogEntry",
    "MemCell",
    "MemCube",
    "MemOSError",
    "MemScene",
    "MemoryCall",
    "MemoryOS",
    "ModelBudget",
    "Parametric",
    "Plaintext",
    "Profile",
    "Provenance",
    "Recipe",
    "Recollection",
    "Reply",
    "Sampling",
    "Shelf",
    "ShelfReader",
    "ShelfWriter",
    "Stage",
    "StoreStats",
    "StreamedReply",
    "TierBudgets",
    "TokenCounter",
    "ToolCall",
    "Turn",
    "Usage",
    "Vault",
    "Verdict",
    "errors",
    "tool_requests",
]
