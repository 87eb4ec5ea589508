"""The contract of durable work."""

from collections.abc import Sequence

from memos_core.domain.record import Job
from memos_core.ports import RecordStore
from memos_core.testing.contracts.opening import NOW, OpenRecords, later


class JobsContract(OpenRecords):
    """``ports.JobTable``."""

    def claim(
        self,
        records: RecordStore,
        at: float,
        kinds: Sequence[str] = ("embed", "seal"),
        vault: int | None = None,
        owner: str = "me",
    ) -> Job | None:
        """Claim a job for ten seconds."""
        return records.write(lambda tx: tx.jobs.claim(owner, later(at), 10, kinds, vault))

    def test_a_clock_that_is_set_back_does_not_stop_the_work(
        self, records: RecordStore, vault: int, other: int
    ) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, later(7200)))
        records.write(lambda tx: tx.jobs.defer("embed", other, later(7200)))
        assert self.claim(records, 7200) is not None
        taken = [self.claim(records, 0), self.claim(records, 0)]
        assert {job.vault for job in taken if job} == {vault, other}
        assert self.claim(records, 0) is None

    def test_the_same_work_waits_once(self, records: RecordStore, vault: int, other: int) -> None:
        for kind, of in (("embed", vault), ("embed", vault), ("seal", vault), ("embed", other)):
            records.write(lambda tx, kind=kind, of=of: tx.jobs.defer(kind, of, NOW))  # type: ignore[misc]
        with records.read() as tx:
            assert tx.jobs.waiting(["embed", "seal"]) == 3
            assert tx.jobs.waiting(["embed"]) == 2
            assert tx.jobs.waiting(["embed"], vault) == 1

    def test_the_longest_waiting_is_claimed_first(self, records: RecordStore, vault: int, other: int) -> None:
        records.write(lambda tx: tx.jobs.defer("seal", vault, later(2)))
        records.write(lambda tx: tx.jobs.defer("embed", other, later(1)))
        records.write(lambda tx: tx.jobs.defer("scrub", vault, NOW))
        records.write(lambda tx: tx.jobs.defer("embed", vault, later(50)))
        first, second, third = self.claim(records, 5), self.claim(records, 5), self.claim(records, 5)
        assert first and (first.kind, first.vault, first.tries) == ("embed", other, 1)
        assert second and (second.kind, second.vault) == ("seal", vault)
        assert third is None
        assert self.claim(records, 60, ["embed"], other) is not None, "the lease of the first has ended"
        fourth = self.claim(records, 60, ["embed"], vault)
        assert fourth and fourth.vault == vault

    def test_a_running_job_does_not_block_new_work(self, records: RecordStore, vault: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        running = self.claim(records, 0)
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        assert running
        assert records.write(lambda tx: tx.jobs.finish(running))
        with records.read() as tx:
            assert tx.jobs.waiting(["embed"]) == 1

    def test_a_stale_holder_can_do_nothing(self, records: RecordStore, vault: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        stale = self.claim(records, 0, owner="slow")
        assert stale
        assert records.write(lambda tx: tx.jobs.extend(stale, later(5), 10))
        assert self.claim(records, 14) is None
        fresh = self.claim(records, 15.1)
        assert fresh and fresh.id == stale.id and fresh.token > stale.token and fresh.tries == 2
        assert not records.write(lambda tx: tx.jobs.extend(stale, later(16), 10))
        assert not records.write(lambda tx: tx.jobs.finish(stale))
        records.write(lambda tx: tx.jobs.fail(stale, "late", later(16), None))
        with records.read() as tx:
            assert tx.jobs.dead() == []
            assert tx.jobs.owners() == {"me"}
        assert records.write(lambda tx: tx.jobs.finish(fresh))
        assert not records.write(lambda tx: tx.jobs.finish(fresh))

    def test_failing_and_giving_up(self, records: RecordStore, vault: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        job = self.claim(records, 0)
        assert job
        records.write(lambda tx: tx.jobs.fail(job, "no luck", NOW, later(5)))
        assert self.claim(records, 4) is None
        again = self.claim(records, 5)
        assert again and again.tries == 2
        records.write(lambda tx: tx.jobs.fail(again, "none at all", later(5), None))
        assert self.claim(records, 500) is None
        with records.read() as tx:
            assert tx.jobs.waiting(["embed"]) == 0
            assert [(job.kind, job.vault, job.tries, error) for job, error in tx.jobs.dead()] == [
                ("embed", vault, 2, "none at all")
            ]
            assert tx.jobs.dead(vault + 1) == []
        assert records.write(lambda tx: tx.jobs.revive(vault, later(600))) == 1
        revived = self.claim(records, 600)
        assert revived and revived.tries == 1

    def test_work_done_later_makes_good_what_was_given_up(self, records: RecordStore, vault: int) -> None:
        for error in ("first", ""):
            records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
            job = self.claim(records, 0)
            assert job
            if error:
                records.write(lambda tx, job=job: tx.jobs.fail(job, "first", NOW, None))  # type: ignore[misc]
            else:
                records.write(lambda tx, job=job: tx.jobs.finish(job))  # type: ignore[misc]
        with records.read() as tx:
            assert tx.jobs.dead() == []

    def test_leases_of_the_dead_are_released(self, records: RecordStore, vault: int, other: int) -> None:
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        records.write(lambda tx: tx.jobs.defer("embed", other, NOW))
        held = self.claim(records, 0, owner="dead")
        self.claim(records, 0, owner="alive")
        records.write(lambda tx: tx.jobs.defer("embed", vault, NOW))
        with records.read() as tx:
            assert tx.jobs.owners() == {"dead", "alive"}
        assert records.write(lambda tx: tx.jobs.release(["dead", "unknown"])) == 1
        assert held and not records.write(lambda tx: tx.jobs.finish(held))
        with records.read() as tx:
            assert tx.jobs.waiting(["embed"], vault) == 1
        taken = self.claim(records, 1)
        assert taken and taken.vault == vault
