"""Which function does which kind of background job."""

from collections.abc import Callable, Mapping

from memos_core.domain.record import Job
from memos_core.operation.consolidation.consolidating import consolidate
from memos_core.operation.distilling import distil
from memos_core.operation.formation.forming import form
from memos_core.operation.reviewing import review
from memos_core.operation.upkeep import embed, scrub, seal
from memos_core.operation.work import CONSOLIDATE, DISTIL, EMBED, FORM, REFINE, SCRUB, SEAL, Workplace


def _refine(place: Workplace, job: Job) -> None:
    from memos_core.operation.refining.refining import refine  # its rules take longer to load than the core

    refine(place, job)


def _form(place: Workplace, job: Job) -> None:
    form(place, job)
    review(place, job)


HANDLERS: Mapping[str, Callable[[Workplace, Job], None]] = {
    EMBED: embed,
    FORM: _form,
    CONSOLIDATE: consolidate,
    REFINE: _refine,
    DISTIL: distil,
    SEAL: seal,
    SCRUB: scrub,
}
"""By kind of job."""
