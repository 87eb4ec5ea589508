"""The doors of a vault to what was made of its memories, and to what puts it right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from memos_core.domain.cube import Json, MemCube
from memos_core.domain.engram import Agenda, MemCell, MemScene, Profile, ProfileChange
from memos_core.domain.experience import Experience, ToolCall
from memos_core.domain.query import Hit
from memos_core.errors import InvalidInput, WorkFailed
from memos_core.interface.arguments import a_moment, a_number, words
from memos_core.interface.doors import door
from memos_core.interface.knowledge import Known
from memos_core.operation.work import CONSOLIDATE, EMBED, FORM

if TYPE_CHECKING:
    from memos_core.domain.record import VaultRow
    from memos_core.interface.runtime import Runtime

EXPERIENCE, CORRECTION = "experience", "correction"
"""Kinds of cubes."""
FORMING_TIMEOUT_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What a correction did."""

    cube: MemCube
    """The correction itself, remembered."""
    changes: tuple[ProfileChange, ...]
    """How the profile differs; empty where the words contradict nothing that it holds."""


class Insight:
    """Cells, scenes, profile and foresight of a vault; corrections; experience."""

    __slots__ = ()

    if TYPE_CHECKING:
        name: str
        actor: str
        _runtime: Runtime

        remember: Any
        recall: Any
        _row: Callable[[], VaultRow | None]

    # ── reading ──

    def cells(self, *, session: str = "") -> list[MemCell]:
        """The episodes of the vault, or of one session, by time; the open ones, which may still grow, have no id.

        Waits until everything remembered so far is formed.

        Raises:
            InvalidInput, WorkFailed, TimeoutError.
        """
        name = words(session, "session")
        return [cell for cell in self._known().cells if not name or cell.session == name]

    def scenes(self) -> list[MemScene]:
        """The themes of the vault, each with the cells that belong to it, by their first cell.

        Raises:
            WorkFailed, TimeoutError.
        """
        return sorted(self._known().scenes, key=lambda scene: (scene.start, scene.id))

    def profile(self, *, as_of: datetime | None = None) -> Profile:
        """Who the people of this vault are, with the history of every value.

        Args:
            as_of: Only what had been said by this moment, and what was true then; now by default.

        Raises:
            NaiveDatetime, InvalidInput, WorkFailed, TimeoutError.
        """
        moment = a_moment(as_of, "as_of") or self._runtime.clock.now()
        return self._known().profile(moment)

    def foresight(self, *, at: datetime | None = None) -> Agenda:
        """What is in force, what comes up and what has passed, seen from ``at`` (now by default).

        Raises:
            NaiveDatetime, InvalidInput, WorkFailed, TimeoutError.
        """
        moment = a_moment(at, "at") or self._runtime.clock.now()
        return self._known().agenda(moment)

    # ── putting right ──

    def correct(
        self,
        text: str,
        *,
        speaker: str = "",
        session: str = "",
        at: datetime | None = None,
        reason: str = "",
        idempotency_key: str = "",
    ) -> Correction:
        """Remember a correction: what it says takes the place of what it contradicts, without dispute.

        What was believed stays reachable in the profile's history, marked as retracted, with the correction as the
        evidence against it.

        Args:
            text: The correction in plain words: "No, her sister is called Ana."
            speaker: Name of who corrects; the user by default.
            session: The conversation in which it is said; its last turns tell whom pronouns mean.
            at: When, now by default.
            reason: Why, for the log.
            idempotency_key: See ``remember``.

        Raises:
            InvalidInput, InvalidText, NaiveDatetime, StoreError: nothing was stored.
        """
        before = self._known().profile(self._runtime.clock.now())
        cube: MemCube = self.remember(
            text,
            speaker=speaker,
            role="user",
            session=session,
            at=at,
            kind=CORRECTION,
            reason=reason or "correction",
            idempotency_key=idempotency_key,
        )
        after = self._known().profile(max(self._runtime.clock.now(), cube.header.occurred_at))
        return Correction(cube=cube, changes=before.diff(after))

    # ── procedural memory ──

    def learn(
        self,
        task: str,
        calls: Iterable[ToolCall] = (),
        *,
        outcome: str = "",
        succeeded: bool = True,
        session: str = "",
        at: datetime | None = None,
        idempotency_key: str = "",
    ) -> Experience:
        """Keep what was done for a task and how it went, so that it is found when a task like it comes up.

        Raises:
            InvalidInput, InvalidText, NaiveDatetime, StoreError: nothing was stored.
        """
        made = tuple(calls)
        if not all(isinstance(call, ToolCall) for call in made):
            raise InvalidInput("calls must be ToolCall values: ToolCall(tool='search', arguments={...}, result='...')")
        experience = Experience(task=task, calls=made, outcome=outcome, succeeded=bool(succeeded))
        cube: MemCube = self.remember(
            str(experience),
            role="tool",
            session=session,
            at=at,
            kind=EXPERIENCE,
            metadata={EXPERIENCE: _fields(experience)},
            idempotency_key=idempotency_key,
        )
        return _experience(cube)

    def experience(self, task: str, *, limit: int = 5, succeeded: bool | None = None) -> list[Experience]:
        """What was learned from tasks like this one, the most similar first.

        Args:
            task: What is to be done.
            limit: Experiences at most.
            succeeded: Only those that went well, or only those that did not.

        Raises:
            InvalidInput, InvalidText.
        """
        most = a_number(limit, "limit", 1, 1000)
        found: list[Hit] = list(self.recall(task, kinds=(EXPERIENCE,), budget=0, limit=1000))
        kept = [_experience(hit.cube) for hit in found]
        return [one for one in kept if succeeded is None or one.succeeded == succeeded][:most]

    acells = door(cells)
    ascenes = door(scenes)
    aprofile = door(profile)
    aforesight = door(foresight)
    acorrect = door(correct)
    alearn = door(learn)
    aexperience = door(experience)

    # ── inside ──

    def _known(self) -> Known:
        """What is known of this vault, after everything remembered was formed and consolidated."""
        row = self._row()
        if row is None:
            return Known((), (), ())
        scheduler = self._runtime.scheduler
        if self._runtime.embedders:
            with suppress(WorkFailed):  # without vectors, words tell where an episode ends
                scheduler.hasten(EMBED, row.id, FORMING_TIMEOUT_S)
        for kind in (FORM, CONSOLIDATE):
            scheduler.hasten(kind, row.id, FORMING_TIMEOUT_S)
        return self._runtime.knowledge.of(row)


def _fields(experience: Experience) -> dict[str, Json]:
    return {
        "task": experience.task,
        "calls": [
            {"tool": call.tool, "arguments": dict(call.arguments), "result": call.result, "failed": call.failed}
            for call in experience.calls
        ],
        "outcome": experience.outcome,
        "succeeded": experience.succeeded,
    }


def _experience(cube: MemCube) -> Experience:
    """The experience that a cube holds; one whose text was revised has only that text as its task."""
    fields: Any = cube.header.metadata.get(EXPERIENCE)
    if not isinstance(fields, Mapping):
        return Experience(task=cube.text, cube=cube)
    return Experience(
        task=fields["task"],
        calls=tuple(ToolCall(**call) for call in fields["calls"]),
        outcome=fields["outcome"],
        succeeded=fields["succeeded"],
        cube=cube,
    )
