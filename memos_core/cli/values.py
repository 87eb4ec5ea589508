"""Domain values as the plain dictionaries that ``--json`` prints. Their keys are stable."""

from typing import Any

from memos_core.domain.cube import MemCube
from memos_core.domain.query import Hit, Recollection
from memos_core.domain.record import LogEntry, StoreStats


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
        "hits": [hit_value(hit) for hit in found],
    }


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
        "segments": stats.segments,
        "jobs": dict(stats.jobs),
        "blobs": stats.blobs,
        "bytes": stats.bytes,
    }
