"""Text or keys and values: memories that are used often are computed once and kept, those that are not go back."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Protocol, TypeAlias

from memos_core.domain.cube import MemCube
from memos_core.errors import ActivationError, Conflict, Erased, InvalidInput, UnknownCube
from memos_core.memories.eviction import HALF_LIFE, Costs, Heat
from memos_core.memories.reuse import ReuseReport

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """When keys and values are worth having."""

    horizon: float = HALF_LIFE
    """Uses of any memory within which they must pay."""
    half_life: float = HALF_LIFE
    """Of a use, in uses."""
    price: float = 1e-10
    """Seconds of saving that each byte kept over the horizon has to bring."""
    bytes: int = 64 << 30
    """That all files together may take; what saves the most per byte has them."""
    tokens: int = 64
    """Shorter memories stay text, and so do those below the length at which reading costs what computing does."""
    enter: float = 1.5
    """Expected saving over cost from which on text becomes keys and values."""
    leave: float = 0.5
    """Expected saving over price below which they become text again. Between the two nothing changes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A memory at the head of prompts, as it is used."""

    key: str
    sources: tuple[str, ...]
    tokens: int
    heat: Heat
    bytes: int
    """Of its keys and values."""
    handle: str = ""
    """Of the activation memory; empty for text."""
    revisions: int = 0
    """How often its sources were revised within the last horizon."""
    realised: float = 0.0
    """Seconds saved so far."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promote:
    """Compute and keep."""

    key: str
    sources: tuple[str, ...]
    predicted: float
    """Seconds that this saves within the horizon, the cost of computing and writing taken off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demote:
    """Let go; the text remains."""

    handle: str
    predicted: float
    """Seconds that it would save within the horizon, were it kept."""
    realised: float
    """Seconds that it has saved."""


Action: TypeAlias = Promote | Demote


def expected_uses(heat: Heat, moment: float, terms: Terms, revisions: int = 0) -> float:
    """Uses to be expected within the horizon: as often as lately, and until the text changes.

    Args:
        heat: Uses that decay.
        moment: Now, on the clock of uses.
        terms: Horizon and half-life.
        revisions: In the last horizon. With ``r`` of them evenly spread, one version lives for ``1 / (r + 1)`` of it.
    """
    # Uses before the clock began are missing in the sum; how many is a guess, the more so the shorter the past is.
    past = max(0.5, 1 - 0.5 ** (moment / terms.half_life))
    rate = heat.now(moment, terms.half_life) * log(2) / terms.half_life / past
    return float(rate * terms.horizon / (1 + revisions))


def saving(candidate: Candidate, costs: Costs) -> float:
    """Seconds that one use saves: computing less reading, below zero where reading takes longer."""
    return costs.prefill(candidate.tokens) - costs.load(candidate.bytes)


def decide(candidates: Iterable[Candidate], costs: Costs, moment: float, terms: Terms | None = None) -> list[Action]:
    """What to promote and what to demote.

    A text is promoted when the saving that is expected exceeds ``enter`` times what computing, writing and keeping it
    cost; keys and values are demoted when it falls below ``leave`` times what keeping them costs. What has been paid
    for computing them no longer counts then. Where there is no room, a text takes the place of those that save less
    per byte by the same margin.

    Args:
        candidates: Memories in use.
        costs: As measured.
        moment: Now, on the clock of uses.
        terms: When it is worth it.

    Returns:
        Demotions first, then promotions, those that save the most per byte first.
    """
    terms = terms or Terms()
    judged = [_judged(one, costs, moment, terms) for one in candidates]
    kept = [one for one in judged if one.candidate.handle]
    leaving = [one for one in kept if one.gain <= terms.leave * one.keeping]
    staying = sorted((one for one in kept if one not in leaving), key=_density)
    there = {frozenset(one.candidate.sources) for one in kept}
    wanted = [
        one
        for one in judged
        if not one.candidate.handle
        and one.candidate.sources
        and frozenset(one.candidate.sources) not in there
        and one.candidate.tokens >= terms.tokens
        and one.gain > terms.enter * (one.building + one.keeping)
    ]
    free = terms.bytes - sum(one.candidate.bytes for one in staying)
    promoted: list[Promote] = []
    for one in sorted(wanted, key=_density, reverse=True):
        size = one.candidate.bytes
        yielding = _yielding(staying, size - free, _density(one)[0] * terms.leave / terms.enter)
        if yielding is None:
            continue
        free += sum(other.candidate.bytes for other in yielding) - size
        staying = staying[len(yielding) :]
        leaving += yielding
        promoted.append(
            Promote(key=one.candidate.key, sources=one.candidate.sources, predicted=one.gain - one.building)
        )
    demoted = [
        Demote(handle=one.candidate.handle, predicted=one.gain, realised=one.candidate.realised) for one in leaving
    ]
    return [*demoted, *promoted]


@dataclass(frozen=True, slots=True)
class _Judged:
    candidate: Candidate
    gain: float
    """Seconds that it saves within the horizon."""
    building: float
    """Seconds to compute and write it."""
    keeping: float
    """The price of its bytes, in seconds."""


def _judged(one: Candidate, costs: Costs, moment: float, terms: Terms) -> _Judged:
    return _Judged(
        candidate=one,
        gain=expected_uses(one.heat, moment, terms, one.revisions) * saving(one, costs),
        building=costs.prefill(one.tokens) + costs.load(one.bytes),
        keeping=one.bytes * terms.price,
    )


def _density(one: _Judged) -> tuple[float, str]:
    return one.gain / max(1, one.candidate.bytes), one.candidate.key


def _yielding(staying: Sequence[_Judged], size: int, below: float) -> list[_Judged] | None:
    """The first of those that stay, poorest first, that make room for ``size`` bytes; ``None`` if they are too good."""
    yielding: list[_Judged] = []
    for one in staying:
        if size <= 0 or _density(one)[0] >= below:
            break
        yielding.append(one)
        size -= one.candidate.bytes
    return yielding if size <= 0 else None


def candidates_of(
    report: ReuseReport, tenant: str, bytes_per_token: int, revisions: Mapping[str, int]
) -> list[Candidate]:
    """The memories of a tenant, as a runtime has recorded their use.

    Args:
        report: ``LocalModelRuntime.report()``.
        tenant: The vault's name.
        bytes_per_token: ``Capability.bytes_per_token``.
        revisions: How often each source was revised within the last horizon; none for those that are missing.
    """
    return [
        Candidate(
            key=one.key,
            sources=one.sources,
            tokens=one.tokens,
            heat=one.heat,
            bytes=one.tokens * bytes_per_token,
            handle=one.handle,
            revisions=sum(revisions.get(source, 0) for source in one.sources),
            realised=one.saved,
        )
        for one in report.memories
        if one.tenant == tenant
    ]


class Transformable(Protocol):
    """A vault."""

    def get(self, id: str) -> MemCube:
        """A memory."""

    def transform(self, given: Sequence[MemCube]) -> MemCube:
        """Activation memory of memories."""

    def erase(self, ids: str) -> None:
        """Remove one for good."""


def carry_out(
    vault: Transformable, actions: Iterable[Action], expect: Callable[[str, float], None] | None = None
) -> dict[str, str]:
    """Apply what was decided; what has changed in the meantime is passed over.

    Args:
        vault: Whose memories they are.
        actions: See ``decide``.
        expect: Told the handle of what was promoted and the seconds that it is to save, e.g.
            ``partial(runtime.expect, vault.name)``.

    Returns:
        For each promoted key the handle of its activation memory, for each demoted handle nothing.
    """
    done: dict[str, str] = {}
    for one in actions:
        try:
            if isinstance(one, Promote):
                handle = vault.transform([vault.get(source) for source in one.sources]).id
                done[one.key] = handle
                if expect is not None:
                    expect(handle, one.predicted)
                _log.info("%s is kept as %s: %.3f s of saving are expected", one.key[:16], handle, one.predicted)
            else:
                vault.erase(one.handle)
                done[one.handle] = ""
                _log.info(
                    "%s is text again: it saved %.3f s, %.3f s more were expected",
                    one.handle,
                    one.realised,
                    one.predicted,
                )
        except (ActivationError, Conflict, Erased, InvalidInput, UnknownCube) as error:
            _log.info("%s stays as it is: %s", one.handle if isinstance(one, Demote) else one.key[:16], error)
    return done
