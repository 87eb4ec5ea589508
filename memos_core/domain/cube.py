"""The MemCube: one unit for every type of memory, a header and a payload."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from memos_core.domain.activation import Activation
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.parametric import Parametric

Json: TypeAlias = "str | int | float | bool | None | list[Json] | dict[str, Json]"
"""A value that JSON can hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who wrote a version, why, and what it was made from."""

    actor: str = "user"
    """Who acted: ``user``, ``agent``, ``system``, or a name of the caller's."""
    reason: str = ""
    """Why, in the actor's words."""
    source: str = ""
    """Where the text came from: a file, a message id, a host framework."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plaintext:
    """Text that is put into a prompt."""

    text: str


Payload: TypeAlias = Plaintext | Activation | Parametric
"""What a cube carries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Identity, time, governance and origin of one version of a cube."""

    id: str
    """Stable over all versions, ``mem_`` and 26 characters, sortable by creation."""
    vault: str
    """The owner's vault."""
    kind: str
    """What the payload is: ``turn``, ``note``, or a kind that a later stage derives."""
    version: int
    """1 for the first; every revision and restoration adds one."""
    state: LifecycleState
    """State of the cube, the same for all of its versions."""
    recorded_at: datetime
    """When this version was committed."""
    occurred_at: datetime
    """When what the text tells of was said or happened (event time)."""
    valid_from: datetime
    """From when on this version is the one to believe."""
    valid_to: datetime | None = None
    """Until when; ``None`` for the current version."""
    speaker: str = ""
    """Who said it; empty when unknown."""
    role: str = ""
    """``user``, ``assistant``, ``system``, ``tool``, or empty."""
    session: str = ""
    """The conversation that it belongs to; empty for none."""
    metadata: Mapping[str, Json] = field(default_factory=dict)
    """The caller's own fields; recall can filter on them."""
    provenance: Provenance = field(default_factory=Provenance)
    """Who wrote this version and from what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemCube:
    """One version of one memory. Immutable: a change is a new version."""

    header: Header
    payload: Payload

    @property
    def id(self) -> str:
        """The cube's id."""
        return self.header.id

    @property
    def text(self) -> str:
        """The text of the payload: what is remembered, or what another form of it stands for."""
        return self.payload.text

    @property
    def version(self) -> int:
        """The number of this version."""
        return self.header.version

    @property
    def state(self) -> LifecycleState:
        """The lifecycle state."""
        return self.header.state

    def __str__(self) -> str:
        return f"{self.header.speaker}: {self.text}" if self.header.speaker else self.text
