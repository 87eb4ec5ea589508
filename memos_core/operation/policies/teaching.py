"""From recorded use to what is taught, and back: what ``policies.parametric`` decides about, and carrying it out."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from memos_core.domain.cube import MemCube
from memos_core.domain.parametric import Parametric, TrainingState
from memos_core.errors import Conflict, Erased, InvalidInput, ParametricError, UnknownCube
from memos_core.memories.adapters import AdapterUse
from memos_core.memories.eviction import Heat
from memos_core.memories.reuse import ReuseReport
from memos_core.operation.policies.parametric import Action, Adapter, Candidate, Condition, Distil, Teaching

_log = logging.getLogger(__name__)

ACTOR = "policy"
"""Who made the adapters that this may give up."""
RECENT = timedelta(days=30)
"""Stands for the horizon wherever moments count instead of uses: changes and trainings within it."""
_CONDITIONS = {
    TrainingState.TRAINED: Condition.READY,
    TrainingState.IMPORTED: Condition.READY,
    TrainingState.WAITING: Condition.WAITING,
    TrainingState.REJECTED: Condition.REJECTED,
    TrainingState.FAILED: Condition.REJECTED,
    TrainingState.STALE: Condition.STALE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a memory besides its use."""

    tokens: int
    facts: int
    """That it tells and that can be taught."""
    changes: Sequence[datetime] = ()
    """When it was revised."""


def candidates_of(
    report: ReuseReport, uses: Iterable[AdapterUse], tenant: str, known: Mapping[str, Known], now: datetime
) -> list[Candidate]:
    """The memories of a tenant, as a runtime has recorded their use in prompts and by adapters.

    Args:
        report: ``LocalModelRuntime.report()``.
        uses: ``LocalModelRuntime.adapter_uses()``.
        tenant: The vault's name.
        known: Of each memory; others are passed over.
        now: The moment.
    """
    heat: dict[str, float] = defaultdict(float)
    contexts: dict[str, int] = defaultdict(int)
    for one in report.memories:
        for source in one.sources if one.tenant == tenant else ():
            heat[source] += one.heat.now(report.moment)
            contexts[source] += 1
    for use in uses:
        for version in use.sources if use.tenant == tenant else ():
            heat[version.id] += use.heat.uses
            contexts[version.id] += use.uses  # an adapter answers any prompt
    return [
        Candidate(
            id=source,
            owner=tenant,
            facts=one.facts,
            heat=Heat(uses=heat[source], at=report.moment),
            seconds=report.costs.prefill(one.tokens),
            contexts=contexts[source],
            revisions=sum(at > now - RECENT for at in one.changes),
            quiet=(now - max(one.changes)) / RECENT if one.changes else 1.0,
        )
        for source, one in sorted(known.items())
        if source in heat
    ]


def adapters_of(
    report: ReuseReport, uses: Iterable[AdapterUse], tenant: str, cubes: Iterable[MemCube], known: Mapping[str, Known]
) -> list[Adapter]:
    """The adapters of a tenant, the oldest first.

    Args:
        report: ``LocalModelRuntime.report()``.
        uses: ``LocalModelRuntime.adapter_uses()``.
        tenant: The vault's name.
        cubes: ``Vault.adapters()``.
        known: Of each memory.
    """
    recorded = {use.handle: use for use in uses if use.tenant == tenant}
    made = []
    for cube in sorted(cubes, key=lambda one: one.header.recorded_at):
        payload = cube.payload
        if not isinstance(payload, Parametric):
            continue
        sources = frozenset(one.id for one in payload.manifest.sources) if payload.manifest else frozenset[str]()
        seconds = report.costs.prefill(sum(known[one].tokens for one in sources if one in known))
        use = recorded.get(cube.id)
        made.append(
            Adapter(
                handle=cube.id,
                owner=tenant,
                sources=sources,
                condition=_CONDITIONS[payload.state],
                heat=Heat(uses=use.heat.uses, at=report.moment) if use else None,
                seconds=seconds,
                bytes=payload.bytes,
                realised=seconds * use.uses if use else 0.0,
                own=cube.header.provenance.actor == ACTOR,
            )
        )
    return made


def teaching_of(token: float, cubes: Iterable[MemCube], now: datetime) -> tuple[Teaching, float]:
    """What training costs, as it was measured with the adapters there are, and what was spent on it lately.

    Args:
        token: Seconds that a token of a prompt takes, where nothing was trained yet.
        cubes: ``Vault.adapters()``.
        now: The moment.
    """
    costs = Teaching.estimated(token)
    trained = [
        (one.header.recorded_at, one.payload.manifest.record.seconds, len(one.payload.facts), one.payload.bytes)
        for one in cubes
        if isinstance(one.payload, Parametric) and one.payload.manifest and one.payload.manifest.record
    ]
    spent = sum(seconds for at, seconds, *_ in trained if at > now - RECENT)
    if trained:
        _, seconds, facts, size = max(trained)
        share = seconds / costs.seconds(facts)
        costs = Teaching(fixed=costs.fixed * share, fact=costs.fact * share, bytes=size)
    return costs, spent


class Teachable(Protocol):
    """A vault whose local model can be taught."""

    def get(self, id: str) -> MemCube:
        """A memory."""

    def transform(self, given: Sequence[MemCube], *, to: str) -> MemCube:
        """Memory in another form."""

    def erase(self, ids: str) -> None:
        """Remove one for good."""


def carry_out(vault: Teachable, actions: Iterable[Action]) -> dict[str, str]:
    """Apply what was decided; what has changed in the meantime is passed over.

    Args:
        vault: Whose memories they are, in the hands of ``ACTOR``.
        actions: See ``policies.parametric.decide``.

    Returns:
        For each handle of what is now trained its owner, for each handle that was given up nothing.
    """
    done: dict[str, str] = {}
    for one in actions:
        try:
            if isinstance(one, Distil):
                handle = vault.transform([vault.get(source) for source in one.sources], to="parametric").id
                done[handle] = one.owner
                _log.info(
                    "%s is taught %d memories in about %.0f s: %.1f s of saving are expected",
                    handle, len(one.sources), one.training, one.predicted,
                )  # fmt: skip
            else:
                vault.erase(one.handle)
                done[one.handle] = ""
                _log.info("%s is text again: it saved %.1f s", one.handle, one.realised)
        except (ParametricError, Conflict, Erased, InvalidInput, UnknownCube) as error:
            _log.info("%s stays as it is: %s", one.owner if isinstance(one, Distil) else one.handle, error)
    return done
