"""Durable work: leases with fencing tokens, dead letters."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import apsw

from memos_adapters.sqlite.statements import Statements
from memos_core.domain.moment import to_micros
from memos_core.domain.record import Job

FARTHEST = 600 * 10**6
"""Microseconds. What is due later than this was put down before the clock was set back, and is due now."""


class Jobs:
    """``ports.JobTable``."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._sql = Statements(connection)

    def defer(self, kind: str, vault: int, now: datetime) -> None:
        self._sql.run("job_defer", kind, vault, to_micros(now))

    def claim(
        self, owner: str, now: datetime, lease_s: float, kinds: Sequence[str], vault: int | None = None
    ) -> Job | None:
        moment, lease = to_micros(now), round(lease_s * 1e6)
        rows = self._sql.rows("job_next", moment, vault, json.dumps(kinds), moment + lease + FARTHEST)
        if not rows:
            return None
        number, kind, of_vault, token, tries = rows[0]
        job = Job(id=number, kind=kind, vault=of_vault, token=token + 1, tries=tries + 1)
        self._sql.run("job_lease", owner, moment + lease, job.token, job.tries, job.id)
        return job

    def extend(self, job: Job, now: datetime, lease_s: float) -> bool:
        return self._sql.run("job_extend", to_micros(now) + round(lease_s * 1e6), job.id, job.token) > 0

    def finish(self, job: Job) -> bool:
        if not self._sql.run("job_finish", job.id, job.token):
            return False
        self._sql.run("job_make_good", job.kind, job.vault)
        return True

    def fail(self, job: Job, error: str, now: datetime, retry_at: datetime | None) -> None:
        if retry_at is None:
            self._sql.run("job_bury", error, job.id, job.token)
        else:
            self._sql.run("job_retry", to_micros(retry_at), error, job.id, job.token)

    def release(self, owners: Iterable[str]) -> int:
        return sum(self._sql.run("job_release", owner) for owner in owners)

    def owners(self) -> set[str]:
        return {str(row[0]) for row in self._sql.rows("job_owners")}

    def waiting(self, kinds: Sequence[str], vault: int | None = None) -> int:
        return int(self._sql.rows("job_waiting", vault, json.dumps(kinds))[0][0])

    def dead(self, vault: int | None = None) -> list[tuple[Job, str]]:
        return [
            (Job(id=number, kind=kind, vault=of_vault, token=token, tries=tries), error)
            for number, kind, of_vault, token, tries, error in self._sql.rows("job_dead", vault)
        ]

    def revive(self, vault: int | None, now: datetime) -> int:
        return self._sql.run("job_revive", vault, to_micros(now))
