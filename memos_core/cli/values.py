"""Domain values as the plain dictionaries that ``--json`` prints. Their keys are stable."""

from collections.abc import Callable
from typing import Any, TypeAlias

from memos_core.domain.cube import MemCube
from memos_core.domain.engram import (
    Agenda,
    Attribute,
    Evidence,
    Fact,
    Foresight,
    MemCell,
    MemScene,
    Period,
    Profile,
    ProfileChange,
    Trait,
)
from memos_core.domain.query import Hit, Recollection, Verdict
from memos_core.domain.record import LogEntry, StoreStats

Quote: TypeAlias = Callable[[Evidence], str]
"""Gives the words that an evidence points at."""


def cube_value(cube: MemCube) -> dict[str, Any]:
    """One version of a cube."""
    header = cube.header
    return {
        "id": header.id,
        "vault": header.vault,
        "kind": header.kind,
        "version": header.version,
        "state": str(header.state),
        "text": cube.text,
        "speaker": header.speaker,
        "role": header.role,
        "session": header.session,
        "occurred_at": header.occurred_at,
        "recorded_at": header.recorded_at,
        "valid_from": header.valid_from,
        "valid_to": header.valid_to,
        "metadata": dict(header.metadata),
        "actor": header.provenance.actor,
        "reason": header.provenance.reason,
        "source": header.provenance.source,
    }


def hit_value(hit: Hit) -> dict[str, Any]:
    """One hit of a recollection."""
    return {
        "score": hit.score,
        "shown": hit.shown,
        "why": dict(hit.why),
        "passage": list(hit.passage),
        **cube_value(hit.cube),
    }


def recollection_value(found: Recollection) -> dict[str, Any]:
    """What ``recall`` returned."""
    return {
        "query": found.call.query,
        "budget": found.call.budget,
        "tokens": found.tokens,
        "tokens_exact": found.tokens_exact,
        "text": found.text,
        "notes": list(found.notes),
        "verdict": verdict_value(found.verdict) if found.verdict else None,
        "queries": list(found.queries),
        "attributes": [attribute_value(one) for one in found.attributes],
        "foresight": [foresight_value(one) for one in found.foresight],
        "hits": [hit_value(hit) for hit in found],
    }


def verdict_value(verdict: Verdict) -> dict[str, Any]:
    """Whether a recollection answers its question."""
    return {
        "sufficient": verdict.sufficient,
        "missing": list(verdict.missing),
        "confidence": verdict.confidence,
        "abstain": verdict.abstain,
    }


def cell_value(cell: MemCell, quote: Quote | None = None) -> dict[str, Any]:
    """One episode, with its facts and its foresight."""
    return {
        "id": cell.id,
        "session": cell.session,
        "start": cell.start,
        "end": cell.end,
        "closed": cell.closed,
        "title": cell.title,
        "episode": cell.episode,
        "speakers": list(cell.speakers),
        "sources": [{"id": source, "version": version} for source, version in cell.sources],
        "facts": [fact_value(one, quote) for one in cell.facts],
        "foresight": [foresight_value(one, quote) for one in cell.foresight],
    }


def fact_value(fact: Fact, quote: Quote | None = None) -> dict[str, Any]:
    """One atomic statement."""
    return {
        "subject": fact.subject,
        "predicate": fact.predicate,
        "object": fact.object,
        "text": fact.text,
        "polarity": str(fact.polarity),
        "modality": str(fact.modality),
        "period": _period(fact.period) if fact.period else None,
        "observed_at": fact.observed_at,
        "confidence": fact.confidence,
        "evidence": [_evidence(one, quote) for one in fact.evidence],
    }


def foresight_value(one: Foresight, quote: Quote | None = None) -> dict[str, Any]:
    """Something that holds or comes within an interval."""
    return {
        "subject": one.subject,
        "text": one.text,
        "topic": one.topic,
        "kind": str(one.kind),
        "period": _period(one.period),
        "interval_source": str(one.interval_source),
        "observed_at": one.observed_at,
        "confidence": one.confidence,
        "closed_as": str(one.closed_as) if one.closed_as else None,
        "closed_at": one.closed_at,
        "evidence": [_evidence(each, quote) for each in one.evidence],
    }


def agenda_value(agenda: Agenda, quote: Quote | None = None) -> dict[str, Any]:
    """Foresight as it stands at one moment."""
    parts = {
        "constraints": agenda.constraints,
        "active": agenda.active,
        "upcoming": agenda.upcoming,
        "past": agenda.past,
    }
    return {
        "at": agenda.now,
        **{
            name: [{"status": str(one.status(agenda.now)), **foresight_value(one, quote)} for one in part]
            for name, part in parts.items()
        },
    }


def scene_value(scene: MemScene) -> dict[str, Any]:
    """One theme."""
    return {
        "id": scene.id,
        "label": scene.label,
        "summary": scene.summary,
        "cells": list(scene.cells),
        "start": scene.start,
        "end": scene.end,
    }


def attribute_value(one: Attribute, quote: Quote | None = None) -> dict[str, Any]:
    """One value in the ledger."""
    return {
        "subject": one.subject,
        "slot": one.slot,
        "value": one.value,
        "status": str(one.status),
        "valid_from": one.valid_from,
        "valid_to": one.valid_to,
        "observed_at": one.observed_at,
        "confidence": one.confidence,
        "evidence": [_evidence(each, quote) for each in one.evidence],
        "against": [_evidence(each, quote) for each in one.against],
    }


def trait_value(trait: Trait, quote: Quote | None = None) -> dict[str, Any]:
    """One tendency."""
    return {
        "subject": trait.subject,
        "text": trait.text,
        "confidence": trait.confidence,
        "evidence": [_evidence(each, quote) for each in trait.evidence],
        "against": [_evidence(each, quote) for each in trait.against],
    }


def profile_value(profile: Profile, quote: Quote | None = None) -> dict[str, Any]:
    """Who the people of a vault were as of one moment."""
    return {
        "as_of": profile.as_of,
        "attributes": [attribute_value(one, quote) for one in profile.attributes],
        "traits": [trait_value(one, quote) for one in profile.traits],
    }


def change_value(change: ProfileChange) -> dict[str, Any]:
    """How one slot differs between two moments."""
    return {
        "subject": change.subject,
        "slot": change.slot,
        "before": list(change.before),
        "after": list(change.after),
    }


def _period(period: Period) -> dict[str, Any]:
    return {"start": period.start, "end": period.end, "label": period.label}


def _evidence(one: Evidence, quote: Quote | None) -> dict[str, Any]:
    place = {"id": one.source, "version": one.version, "start": one.start, "stop": one.stop}
    return place | ({"text": quote(one)} if quote else {})


def entry_value(entry: LogEntry) -> dict[str, Any]:
    """One entry of the log."""
    return {
        "n": entry.n,
        "at": entry.at,
        "actor": entry.actor,
        "op": entry.op,
        "cube": entry.cube,
        "version": entry.version,
        "reason": entry.reason,
    }


def stats_value(stats: StoreStats) -> dict[str, Any]:
    """Counts of a vault or a store."""
    return {
        "vaults": stats.vaults,
        "cubes": dict(stats.cubes),
        "versions": stats.versions,
        "passages": stats.passages,
        "vectors": stats.vectors,
        "derived": dict(stats.derived),
        "segments": stats.segments,
        "jobs": dict(stats.jobs),
        "blobs": stats.blobs,
        "bytes": stats.bytes,
    }
