"""Everything the kernel asks of the outside, as Protocols.

An adapter implements some of these and is found by entry point; the kernel never imports one.
Shapes: ``n`` slots in a vault, ``d`` dimensions of the embedder. All methods are thread-safe.
"""

from memos_core.ports.activation import ActivationEngine, Composer, KeyValues, TokenReader
from memos_core.ports.bench import Bench
from memos_core.ports.engine import BlobStore, Engine, OpenEngine
from memos_core.ports.models import ChatModel, Clock, Embedder, Floats, Reply, TokenCounter
from memos_core.ports.parametric import AdapterExchange, AdapterTrainer, ParametricEngine, TrainingRun
from memos_core.ports.records import (
    BlobTable,
    CubeTable,
    DerivedTable,
    IndexFeed,
    JobTable,
    RecordStore,
    ShelfTable,
    Transaction,
    VaultTable,
)
from memos_core.ports.search import Columns, IndexView, Mask, VaultIndex

__all__ = [
    "ActivationEngine",
    "AdapterExchange",
    "AdapterTrainer",
    "Bench",
    "BlobStore",
    "BlobTable",
    "ChatModel",
    "Clock",
    "Columns",
    "Composer",
    "CubeTable",
    "DerivedTable",
    "Embedder",
    "Engine",
    "Floats",
    "IndexFeed",
    "IndexView",
    "JobTable",
    "KeyValues",
    "Mask",
    "OpenEngine",
    "ParametricEngine",
    "RecordStore",
    "Reply",
    "ShelfTable",
    "TokenCounter",
    "TokenReader",
    "TrainingRun",
    "Transaction",
    "VaultIndex",
    "VaultTable",
]
