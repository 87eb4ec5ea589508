"""Cubes, their versions, and the log of changes."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import apsw

from memos_adapters.sqlite.statements import Statements
from memos_core.domain.cube import Header, Json, MemCube, Plaintext, Provenance
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.moment import from_micros, to_micros
from memos_core.domain.record import FOREVER, Draft, LogEntry

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
SLOT_BITS = 32
_ERASURE = (
    "erase_passages",
    "erase_versions",
    "log_forget_reasons",
    "cube_husk",
)


class Cubes:
    """``ports.CubeTable``."""

    def __init__(self, connection: apsw.Connection, names: dict[int, str]) -> None:
        self._sql = Statements(connection)
        self._names = names

    # ── reading ──

    def get(self, vault: int, uid: str, version: int | None = None) -> MemCube | None:
        if version is None:
            rows = self._sql.rows("cube_read", uid, vault)
        else:
            rows = self._sql.rows("cube_read_version", uid, vault, version)
        return self.cube_of(rows[0]) if rows else None

    def state(self, vault: int, uid: str) -> LifecycleState | None:
        rows = self._sql.rows("cube_state", uid, vault)
        return LifecycleState(rows[0][1]) if rows else None

    def history(self, vault: int, uid: str) -> list[MemCube]:
        return [self.cube_of(row) for row in self._sql.rows("cube_history", uid, vault)]

    def scan(self, vault: int, after: str = "", limit: int = 1000) -> list[MemCube]:
        return [self.cube_of(row) for row in self._sql.rows("cube_scan", vault, after, limit)]

    def session(self, vault: int, session: str) -> list[MemCube]:
        return [self.cube_of(row) for row in self._sql.rows("cube_session", vault, session)]

    def by_keys(self, vault: int, keys: Sequence[bytes]) -> dict[bytes, str]:
        found: dict[bytes, str] = {}
        for key in keys:
            for (uid,) in self._sql.rows("cube_by_key", vault, key):
                found[key] = str(uid)
        return found

    def log(self, vault: int, after: int = 0, limit: int = 1000) -> list[LogEntry]:
        return [
            LogEntry(n=n, at=from_micros(at), actor=actor, op=op, cube=cube, version=version, reason=reason)
            for n, at, actor, op, cube, version, reason in self._sql.rows("log_read", vault, after, limit)
        ]

    def cube_of(self, row: Sequence[Any]) -> MemCube:
        """Build a cube from the columns that every ``cube_*`` statement selects."""
        uid, vault, kind, state, session, number, valid_from, valid_to, occurred, recorded, *rest = row
        speaker, role, metadata, actor, reason, source, text = rest
        header = Header(
            id=uid,
            vault=self._vault_name(vault),
            kind=kind,
            version=number,
            state=LifecycleState(state),
            recorded_at=from_micros(recorded),
            occurred_at=from_micros(occurred),
            valid_from=from_micros(valid_from),
            valid_to=None if valid_to == FOREVER else from_micros(valid_to),
            speaker=speaker,
            role=role,
            session=session,
            metadata=json.loads(metadata) if metadata else {},
            provenance=Provenance(actor=actor, reason=reason, source=source),
        )
        return MemCube(header=header, payload=Plaintext(text=text))

    def _vault_name(self, vault: int) -> str:
        name = self._names.get(vault)
        if name is None:
            name = self._names[vault] = str(
                self._sql.rows(
                    "vault_by_id",
                    vault,
                )[0][1]
            )
        return name

    # ── writing ──

    def add(self, vault: int, drafts: Sequence[Draft], provenance: Provenance, now: datetime) -> list[MemCube]:
        moment = to_micros(now)
        cube = self._last("cube_last", (vault,)) or _rowid(vault, 0)
        version = self._last("version_last")
        slot, n = self._counters(vault)
        uids = _new_uids(moment, len(drafts))
        cubes, versions, passages, log = [], [], [], []
        for uid, draft in zip(uids, drafts, strict=True):
            cube += 1
            version += 1
            turn = draft.turn
            cubes.append((cube, uid, vault, turn.kind, "active", turn.session, version, draft.key))
            span = (_rowid(vault, slot), len(draft.passages))
            row = _version_row((version, cube, 1, *span), draft, provenance, to_micros(draft.occurred_at), moment)
            versions.append(row)
            passages += _passage_rows(span[0], version, draft)
            slot += len(draft.passages)
            n += 1
            log.append((vault, n, cube, 1, moment, "remember", provenance.actor, provenance.reason))
        self._sql.run_many("cube_add", cubes)
        self._sql.run_many("version_add", versions)
        self._sql.run_many("passage_add", passages)
        self._sql.run_many("log_add", log)
        self._sql.run("vault_advance", slot, n, vault)
        return [
            self.cube_of((uid, vault, made[3], made[4], made[5], 1, *_as_read(row)))
            for uid, made, row in zip(uids, cubes, versions, strict=True)
        ]

    def add_version(
        self, vault: int, uid: str, draft: Draft, provenance: Provenance, valid_from: datetime, now: datetime, op: str
    ) -> int:
        cube, current = self._own(vault, uid)
        version = self._last("version_last") + 1
        number = (
            int(
                self._sql.rows(
                    "version_newest",
                    cube,
                )[0][0]
            )
            + 1
        )
        since = to_micros(valid_from)
        self._sql.run("version_close", since, current)
        slot, _ = self._counters(vault)
        ids = (version, cube, number, _rowid(vault, slot), len(draft.passages))
        self._sql.run("version_add", *_version_row(ids, draft, provenance, since, to_micros(now)))
        self._sql.run_many("passage_add", _passage_rows(ids[3], version, draft))
        self._sql.run("cube_point", version, cube)
        self._log(vault, (cube, number), now, op, provenance, next_slot=slot + len(draft.passages))
        return number

    def set_state(
        self, vault: int, uid: str, state: LifecycleState, provenance: Provenance, now: datetime, op: str
    ) -> None:
        cube, _ = self._own(vault, uid)
        number = int(
            self._sql.rows(
                "version_newest",
                cube,
            )[0][0]
        )
        self._sql.run("cube_set_state", str(state), cube)
        self._log(vault, (cube, number), now, op, provenance)

    def erase(self, vault: int, uid: str, provenance: Provenance, now: datetime) -> None:
        cube, _ = self._own(vault, uid)
        for (embedder,) in self._sql.rows("embedder_ids"):
            self._sql.run("erase_vectors", cube, embedder)
        for name in _ERASURE:
            self._sql.run(name, cube)
        self._sql.run("job_forget_errors", vault)  # a model's complaint may quote what it was given
        self._log(vault, (cube, 0), now, "erase", provenance)

    def _own(self, vault: int, uid: str) -> tuple[int, int]:
        cube, _, current = self._sql.rows("cube_state", uid, vault)[0]
        return cube, current

    def _log(
        self,
        vault: int,
        cube_version: tuple[int, int],
        now: datetime,
        op: str,
        provenance: Provenance,
        next_slot: int | None = None,
    ) -> None:
        """Append to the log and raise the vault's counters."""
        slot, n = self._counters(vault)
        row = (vault, n + 1, *cube_version, to_micros(now), op, provenance.actor, provenance.reason)
        self._sql.run("log_add", *row)
        self._sql.run("vault_advance", slot if next_slot is None else next_slot, n + 1, vault)

    def _last(self, statement: str, bindings: tuple[int, ...] = ()) -> int:
        rows = self._sql.rows(statement, *bindings)
        return int(rows[0][0]) if rows else 0

    def _counters(self, vault: int) -> tuple[int, int]:
        next_slot, log_n = self._sql.rows(
            "vault_counters",
            vault,
        )[0]
        return next_slot, log_n


def _rowid(vault: int, slot: int) -> int:
    return vault << SLOT_BITS | slot


def _passage_rows(first: int, version: int, draft: Draft) -> list[tuple[int, int, int, int, int, bytes]]:
    return [
        (first + place, version, passage.start, passage.stop, passage.signals, passage.terms)
        for place, passage in enumerate(draft.passages)
    ]


def _version_row(
    ids: tuple[int, int, int, int, int], draft: Draft, provenance: Provenance, valid_from: int, now: int
) -> tuple[int | str, ...]:
    """``ids``: version, cube, number, first slot's row, number of slots."""
    turn = draft.turn
    return (
        *ids,
        valid_from,
        to_micros(draft.occurred_at),
        now,
        turn.speaker,
        turn.role,
        metadata_text(turn.metadata),
        provenance.actor,
        provenance.reason,
        turn.source,
        turn.text,
    )


def _as_read(row: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """The columns of a new version in the order in which the ``cube_*`` statements select them."""
    _, _, _, _, _, valid_from, occurred, recorded, speaker, role, metadata, *rest = row
    return (valid_from, FOREVER, occurred, recorded, speaker, role, metadata, *rest)


def metadata_text(metadata: Mapping[str, Json]) -> str:
    """JSON with sorted keys, so that equal metadata is equal text at every depth; '' for none."""
    return json.dumps(dict(metadata), ensure_ascii=False, separators=(",", ":"), sort_keys=True) if metadata else ""


def _new_uids(micros: int, count: int) -> list[str]:
    """``mem_`` and 26 base-32 characters each: 54 bits of microseconds, 76 random bits; rising within the batch."""
    first = micros << 76 | secrets.randbits(75)
    return ["mem_" + _base32(first + place) for place in range(count)]


def _base32(number: int) -> str:
    return "".join(_ALPHABET[number >> shift & 31] for shift in range(125, -5, -5))
