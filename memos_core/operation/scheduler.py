"""Durable background work: one worker thread, leases, retries; anyone may help by settling."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from memos_core.domain.record import Job
from memos_core.errors import WorkFailed
from memos_core.operation.jobs import HANDLERS
from memos_core.operation.work import (
    CONSOLIDATE,
    DISTIL,
    EMBED,
    FORM,
    LEASE_S,
    REFINE,
    SEAL,
    LeaseLost,
    Postponed,
    Workplace,
)
from memos_core.ports import Transaction

_log = logging.getLogger(__name__)

MAX_TRIES = 5
FIRST_RETRY_S = 0.25
"""Doubles with every try."""
POLL_S = 2.0
"""How often an idle worker looks for what other processes have left."""
_WAIT_S = 0.01

QUIET_S = 0.05
"""Without a call for so long, nobody is in the worker's way, nor it in anybody's."""
PUT_OFF_S = {FORM: 0.1, CONSOLIDATE: 1.0, SEAL: 1.0}
"""How long, by kind, a job waits at most for such a moment; the others do not wait."""


def retry_at(job: Job, now: datetime) -> datetime | None:
    """When a job that has just failed should run again; ``None`` to give it up."""
    if job.tries >= MAX_TRIES:
        return None
    return now + timedelta(seconds=FIRST_RETRY_S * 2 ** (job.tries - 1))


class _Bench:
    """A thread and the kinds of jobs that it does."""

    def __init__(self, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        self.done_at: dict[str, float] = {}
        """When there was last nothing left to do, by kind."""
        self.work_waits = threading.Event()
        self.thread: threading.Thread | None = None


class Scheduler:
    """Runs the jobs of one store in this process."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{time.monotonic_ns():x}"
        needs = {EMBED: place.embedder, REFINE: place.model, DISTIL: place.trainer and place.workshop}
        self._kinds = tuple(kind for kind in HANDLERS if needs.get(kind, place) is not None)
        self._put_off: set[tuple[str, int]] = set()
        """Kind and vault of the jobs that had to be put off when they were last tried here."""
        self._failing: set[tuple[str, int]] = set()
        """Kind and vault of the jobs that failed when they were last tried here."""
        self._called_at = 0.0
        # A language model takes long to reply, and teaching one takes longer: other work does not wait for them.
        slow = [(kind,) for kind in self._kinds if kind in (REFINE, DISTIL)]
        quick = tuple(kind for kind in self._kinds if kind not in (REFINE, DISTIL))
        self._benches = [_Bench(kinds) for kinds in (quick, *slow) if kinds]

    def start(self) -> None:
        """Take back what dead processes held, then work in a thread until ``stop``."""
        self._release_dead()
        for bench in self._benches:
            bench.thread = threading.Thread(target=self._loop, args=(bench,), name="memos-worker", daemon=True)
            bench.thread.start()

    def give_way(self) -> None:
        """A call is under way: put off for a moment what nobody waits for."""
        self._called_at = time.monotonic()

    def notify(self) -> None:
        """Tell the worker that a job was committed."""
        self.give_way()
        for bench in self._benches:
            bench.work_waits.set()

    def stop(self) -> None:
        """Finish the job in hand and end the thread."""
        self._place.stopping.set()
        self.notify()
        for bench in self._benches:
            if bench.thread is not None:
                bench.thread.join()

    def settle(self, vault: int | None = None, timeout: float | None = None) -> None:
        """Work in the caller's thread until no job waits, here or in another process.

        Raises:
            TimeoutError: not settled after ``timeout`` seconds.
            WorkFailed: a job was given up.
        """
        # A training may take hours: where a thread does it, the caller need not, and can be told that time is up.
        taught = {kind for bench in self._benches if bench.thread is not None for kind in bench.kinds} & {DISTIL}
        helping = tuple(kind for kind in self._kinds if kind not in taught)
        self._work_until(lambda: not self._waiting(self._kinds, vault), helping, vault, timeout)
        self._raise_if_given_up(self._kinds, vault)

    def hasten(self, kind: str, vault: int, timeout: float) -> bool:
        """Get a vault's waiting work of one kind done now; false when it was put off and the worker will do it later.

        Raises:
            TimeoutError: another process has been at it for ``timeout`` seconds.
            WorkFailed: the job was given up.
        """
        self._put_off.discard((kind, vault))
        self._work_until(
            lambda: (kind, vault) in self._put_off or not self._waiting((kind,), vault), (kind,), vault, timeout
        )
        self._raise_if_given_up((kind,), vault)
        return (kind, vault) not in self._put_off

    def wait_for(self, kind: str, vault: int, timeout: float, done: Callable[[], bool]) -> bool:
        """Wait until the worker thread has got a vault's work of one kind ``done``; false if it has not in time.

        Work that failed when it was last tried is not waited for.
        """
        if all(bench.thread is None for bench in self._benches):
            return False
        self.notify()
        deadline = time.monotonic() + timeout
        while not done():
            if time.monotonic() > deadline or (kind, vault) in self._failing or not self.is_waiting(kind, vault):
                return done()
            time.sleep(_WAIT_S / 10)
        return True

    def is_waiting(self, kind: str, vault: int) -> bool:
        """Whether a vault has work of one kind that is not done yet."""
        return self._waiting((kind,), vault) > 0

    def run_one(self, kinds: Sequence[str] | None = None, vault: int | None = None) -> bool:
        """Claim and run one job; false when none is due."""
        wanted = tuple(kinds or self._kinds)
        place = self._place
        job = place.records.write(
            lambda transaction: transaction.jobs.claim(self._owner, place.clock.now(), LEASE_S, wanted, vault)
        )
        if job is None:
            return False
        try:
            HANDLERS[job.kind](place, job)
        except LeaseLost:
            _log.info("job %d (%s) passed to another worker", job.id, job.kind)
        except Postponed as reason:
            _log.info("job %d (%s) put off: %s", job.id, job.kind, reason)
            self._put_back(job)
        except Exception as error:  # the worker's edge: whatever a job raises must not end the worker
            _log.warning("job %d (%s), try %d, failed: %s", job.id, job.kind, job.tries, error)
            self._record_failure(job, error)
            self._failing.add((job.kind, job.vault))
        else:
            place.records.write(lambda transaction: transaction.jobs.finish(job))
            self._failing.discard((job.kind, job.vault))
        return True

    def _put_back(self, job: Job) -> None:
        """Ask for the same again a little later, with all its tries."""
        later = self._place.clock.now() + timedelta(seconds=POLL_S)

        def renew(transaction: Transaction) -> None:
            if transaction.jobs.finish(job):
                transaction.jobs.defer(job.kind, job.vault, later)

        self._place.records.write(renew)
        self._put_off.add((job.kind, job.vault))

    def _record_failure(self, job: Job, error: Exception) -> None:
        now = self._place.clock.now()
        message = f"{type(error).__name__}: {error}"
        self._place.records.write(lambda transaction: transaction.jobs.fail(job, message, now, retry_at(job, now)))

    def _work_until(
        self, done: Callable[[], bool], kinds: Sequence[str], vault: int | None, timeout: float | None
    ) -> None:
        deadline = None if timeout is None else time.monotonic() + timeout
        while not done():
            if not self.run_one(kinds, vault):
                self._release_dead()
                time.sleep(_WAIT_S)
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"background work is still waiting after {timeout} s; call settle() again")

    def _raise_if_given_up(self, kinds: Sequence[str], vault: int | None) -> None:
        with self._place.records.read() as transaction:
            dead = [(job, error) for job, error in transaction.jobs.dead(vault) if job.kind in kinds]
        if dead:
            job, error = dead[0]
            raise WorkFailed(
                f"{len(dead)} background job(s) were given up; {job.kind} after {job.tries} tries: {error}. "
                "The memories are intact; mend the cause and open the store again to retry"
            )

    def _waiting(self, kinds: Sequence[str], vault: int | None) -> int:
        with self._place.records.read() as transaction:
            return transaction.jobs.waiting(kinds, vault)

    def _loop(self, bench: "_Bench") -> None:
        while not self._place.stopping.is_set():
            kinds = self._timely(bench)
            try:
                worked = self._waiting(kinds, None) > 0 and self.run_one(kinds)
            except Exception as error:  # the worker's edge: a store in trouble is tried again later
                _log.warning("the background worker could not reach its store: %s", error)
                worked = False
            if not worked:
                bench.done_at |= dict.fromkeys(kinds, time.monotonic())
                bench.work_waits.wait(POLL_S if kinds == bench.kinds else QUIET_S)
                bench.work_waits.clear()

    def _timely(self, bench: "_Bench") -> tuple[str, ...]:
        """The kinds of jobs that may be done now."""
        now = time.monotonic()
        if now - self._called_at >= QUIET_S:
            return bench.kinds
        return tuple(kind for kind in bench.kinds if now - bench.done_at.get(kind, 0.0) >= PUT_OFF_S.get(kind, 0.0))

    def _release_dead(self) -> None:
        with self._place.records.read() as transaction:
            owners = transaction.jobs.owners()
        gone = [owner for owner in owners if _is_gone(owner)]
        if gone:
            self._place.records.write(lambda transaction: transaction.jobs.release(gone))


def _is_gone(owner: str) -> bool:
    host, pid, _ = owner.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
