"""What is made of memories: cells and scenes, the memories that they rest on, the sessions that wait."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import apsw
import numpy as np

from memos_adapters.sqlite.statements import Statements
from memos_core.domain.engram import Message
from memos_core.domain.moment import from_micros, to_micros
from memos_core.domain.record import DerivedRow, Unformed
from memos_core.ports import Floats


class Derived:
    """``ports.DerivedTable``."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._sql = Statements(connection)

    # ── rows ──

    def get(self, vault: int, uid: str) -> DerivedRow | None:
        rows = self._sql.rows("derived_read", vault, uid)
        return _row(rows[0]) if rows else None

    def listed(self, vault: int, kind: str) -> list[tuple[str, int]]:
        return [(uid, n) for uid, n in self._sql.rows("derived_listed", vault, kind)]

    def in_session(self, vault: int, kind: str, session: str, since: datetime, before: int) -> list[DerivedRow]:
        where = (vault, session, kind, to_micros(since))
        earlier = self._sql.rows("derived_before", *where, before)
        return [_row(row) for row in (*reversed(earlier), *self._sql.rows("derived_since", *where))]

    def of(self, vault: int, uid: str) -> list[str]:
        return [row[0] for row in self._sql.rows("derived_from", vault, uid)]

    def put(self, vault: int, rows: Sequence[DerivedRow]) -> None:
        if not rows:
            return
        for row in rows:
            self._delete(vault, row.uid)
        n = self._advance(vault)
        last = self._sql.rows("derived_last", vault)
        number = int(last[0][0]) if last else vault << 32
        for row in rows:
            number += 1
            times = (to_micros(row.start), to_micros(row.stop), to_micros(row.made_at))
            said = (n, row.rules, row.body, row.blob)
            self._sql.run("derived_add", number, row.uid, row.kind, row.session, *times, *said)
            self._sql.run_many("derivation_add", [(number, source, vault) for source in row.sources])

    def remove(self, vault: int, uids: Iterable[str]) -> None:
        if any([self._delete(vault, uid) for uid in uids]):
            self._advance(vault)

    def _delete(self, vault: int, uid: str) -> bool:
        rows = self._sql.rows("derived_id", vault, uid)
        for (number,) in rows:
            self._sql.run("derived_end_grace", number)  # what has been of use is not about to be committed
            self._sql.run("derivation_delete", number)
            self._sql.run("derived_delete", number)
        return bool(rows)

    def _advance(self, vault: int) -> int:
        return int(self._sql.rows("derived_advance", vault)[0][0])

    # ── what waits ──

    def mark(self, vault: int, session: str, since: datetime, cube: str) -> None:
        self._sql.run("unformed_mark", vault, session, to_micros(since), cube)

    def unmark_empty(self, vault: int, session: str) -> None:
        if session:
            self._sql.run("unformed_clear_empty", vault, session)

    def mark_all(self, vault: int) -> None:
        self._sql.run("unformed_all", vault)

    def outdated(self, kind: str, rules: str) -> list[int]:
        return [row[0] for row in self._sql.rows("derived_outdated", kind, rules)]

    def mark_outdated(self, kind: str, rules: str) -> None:
        self._sql.run("unformed_outdated", kind, rules)

    def unformed(self, vault: int) -> list[Unformed]:
        return [
            Unformed(session=session, since=from_micros(since), first=first, marks=marks)
            for session, since, first, marks in self._sql.rows("unformed_read", vault)
        ]

    def unformed_vaults(self) -> list[int]:
        return [row[0] for row in self._sql.rows("unformed_vaults")]

    def settle(self, vault: int, seen: Unformed, since: datetime | None = None, rest: Sequence[str] = ()) -> None:
        if since is None:
            self._sql.run("unformed_clear", vault, seen.session, seen.marks)
        else:
            self._sql.run("unformed_narrow", vault, seen.session, seen.marks, to_micros(since), json.dumps(rest))

    # ── what they are made from ──

    def stream(self, vault: int, session: str, first: int, uids: Sequence[str], chars: int) -> list[Message]:
        return [
            Message(
                source=uid,
                version=version,
                text=text,
                speaker=speaker,
                role=role,
                session=of,
                at=from_micros(occurred),
                correcting=bool(correcting),
            )
            for uid, version, text, speaker, role, of, occurred, correcting in self._sql.rows(
                "stream_read", vault, session, first, json.dumps(uids), chars
            )
        ]

    def vectors(self, vault: int, fingerprint: str, uids: Sequence[str]) -> dict[str, Floats]:
        embedders = self._sql.rows("embedder_id", fingerprint)
        if not embedders:
            return {}
        sums: dict[str, Floats] = {}
        for uid, data in self._sql.rows("stream_vectors", vault, embedders[0][0], json.dumps(uids)):
            vector = np.frombuffer(data, "<f2").astype(np.float32)
            sums[uid] = sums[uid] + vector if uid in sums else vector
        return {uid: total / max(float(np.linalg.norm(total)), 1e-9) for uid, total in sums.items()}


def _row(columns: Sequence[Any]) -> DerivedRow:
    uid, kind, session, start, stop, made, rules, body, blob, sources = columns
    return DerivedRow(
        uid=uid,
        kind=kind,
        session=session,
        start=from_micros(start),
        stop=from_micros(stop),
        made_at=from_micros(made),
        rules=rules,
        sources=tuple(json.loads(sources)),
        body=body,
        blob=blob,
    )
