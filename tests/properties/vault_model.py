"""A vault as a few dictionaries: what ``Vault`` must do, without storage, index or jobs."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass
class Version:
    """One version of a memory."""

    number: int
    text: str
    metadata: dict[str, Any]
    valid_from: datetime
    valid_to: datetime | None = None


@dataclass
class Memory:
    """One memory with all of its versions."""

    speaker: str
    role: str
    session: str
    kind: str
    occurred: datetime
    versions: list[Version]
    state: str = "active"

    @property
    def current(self) -> Version:
        return self.versions[-1]

    def add(self, text: str, metadata: dict[str, Any], since: datetime) -> None:
        """Supersede the current version."""
        self.current.valid_to = since
        self.versions.append(Version(self.current.number + 1, text, metadata, since))

    def at(self, moment: datetime | None) -> Version | None:
        """The version that held then; the current one for ``None``."""
        if moment is None:
            return self.current
        for version in self.versions:
            if version.valid_from <= moment and (version.valid_to is None or moment < version.valid_to):
                return version
        return None


@dataclass
class Model:
    """A vault. Memories are known by the order of their arrival."""

    memories: list[Memory] = field(default_factory=list)
    keys: dict[str, int] = field(default_factory=dict)
    log: list[tuple[str, int, int]] = field(default_factory=list)
    """Operation, memory and version of each change."""

    def remember(self, memory: Memory, key: str) -> int:
        """Store a memory unless its key is known; return its place."""
        if key in self.keys:
            return self.keys[key]
        self.memories.append(memory)
        place = len(self.memories) - 1
        if key:
            self.keys[key] = place
        self.log.append(("remember", place, 1))
        return place

    def revise(self, place: int, text: str, metadata: dict[str, Any] | None, since: datetime) -> None:
        memory = self.memories[place]
        memory.add(text, memory.current.metadata if metadata is None else metadata, since)
        self.log.append(("revise", place, memory.current.number))

    def forget(self, place: int) -> None:
        memory = self.memories[place]
        if memory.state == "active":
            memory.state = "forgotten"
            self.log.append(("forget", place, memory.current.number))

    def restore(self, place: int, number: int | None, now: datetime) -> None:
        memory = self.memories[place]
        old = memory.versions[number - 1] if number is not None else None
        if memory.state == "forgotten":
            memory.state = "active"
            self.log.append(("restore", place, memory.current.number))
        if old is not None:
            memory.add(old.text, old.metadata, max(now, memory.current.valid_from))
            self.log.append(("restore", place, memory.current.number))

    def erase(self, places: list[int]) -> None:
        for place in places:
            memory = self.memories[place]
            if memory.state != "erased":
                memory.state = "erased"
                memory.versions.clear()
                self.log.append(("erase", place, 0))

    def living(self) -> list[int]:
        """Places of what is not erased."""
        return [place for place, memory in enumerate(self.memories) if memory.state != "erased"]

    def visible(self, where: dict[str, Any]) -> dict[int, Version]:
        """What recall may return under the filters of ``Vault.recall``, each in the version that it shows."""
        found = {}
        for place, memory in enumerate(self.memories):
            version = memory.at(where.get("at")) if memory.state == "active" else None
            if version is not None and self._fits(memory, version, where):
                found[place] = version
        return found

    @staticmethod
    def _fits(memory: Memory, version: Version, where: dict[str, Any]) -> bool:
        named = (
            ("speakers", memory.speaker),
            ("roles", memory.role),
            ("sessions", memory.session),
            ("kinds", memory.kind),
        )
        return (
            all(name in where[argument] for argument, name in named if where.get(argument))
            and ("since" not in where or where["since"] <= memory.occurred)
            and ("until" not in where or memory.occurred < where["until"])
            and all(
                field in version.metadata and _same(version.metadata[field], value)
                for field, value in where.get("metadata", {}).items()
            )
        )


def _same(held: Any, wanted: Any) -> bool:
    return type(held) is type(wanted) and held == wanted
