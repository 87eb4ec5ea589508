"""What every transform works with, and what may be asked of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from memos_core.domain.activation import Storage
from memos_core.domain.cube import MemCube
from memos_core.domain.engram import Profile
from memos_core.domain.parametric import Recipe
from memos_core.domain.query import Recollection
from memos_core.domain.record import DerivedRow
from memos_core.memories.local_model import LocalModelRuntime
from memos_core.ports import AdapterTrainer, BlobStore, Clock, RecordStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a transform works with."""

    records: RecordStore
    blobs: BlobStore
    clock: Clock
    model: LocalModelRuntime
    trainer: AdapterTrainer | None = None
    """Teaches the model; ``None`` where it cannot be taught."""
    workshop: Path | None = None
    """Where trainings are kept while they are under way."""
    profile: Callable[[], Profile]
    """What is known of the people of the vault now."""
    vault: int
    tenant: str
    actor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How the new form is to be. A path reads what concerns it."""

    storage: Storage = Storage.NATIVE
    """Of activation memory."""
    self_contained: bool = False
    """The memories refer to nothing outside."""
    recipe: Recipe | None = None
    """Of parametric memory; the measured defaults for ``None``."""
    origin: str = "plaintext"
    """The type of memory that it is made of, to be recorded."""


Given: TypeAlias = Recollection | Sequence[MemCube]
Transform: TypeAlias = Callable[[Bench, Given, Wanted], "DerivedRow | list[MemCube]"]
"""A path: a row for what is made and kept, memories for plaintext."""
