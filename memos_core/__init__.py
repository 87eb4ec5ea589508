"""Memory for LLM agents, as an operating system gives memory to programs."""

from memos_core import errors
from memos_core.domain.cube import Header, MemCube, Plaintext, Provenance
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.query import Filter, Hit, MemoryCall, Recollection
from memos_core.domain.record import LogEntry, StoreStats
from memos_core.domain.turn import Turn
from memos_core.errors import MemOSError
from memos_core.interface.memory_os import MemoryOS
from memos_core.interface.vault import Vault
from memos_core.ports import Clock, Embedder, TokenCounter

__all__ = [
    "Clock",
    "Embedder",
    "Filter",
    "Header",
    "Hit",
    "LifecycleState",
    "LogEntry",
    "MemCube",
    "MemOSError",
    "MemoryCall",
    "MemoryOS",
    "Plaintext",
    "Provenance",
    "Recollection",
    "StoreStats",
    "TokenCounter",
    "Turn",
    "Vault",
    "errors",
]
