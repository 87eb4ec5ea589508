"""Which function does which kind of background job."""

from collections.abc import Callable, Mapping

from memos_core.domain.record import Job
from memos_core.operation.consolidation.consolidating import consolidate
from memos_core.operation.formation.forming import form
from memos_core.operation.upkeep import embed, scrub, seal
from memos_core.operation.work import CONSOLIDATE, EMBED, FORM, SCRUB, SEAL, Workplace

HANDLERS: Mapping[str, Callable[[Workplace, Job], None]] = {
    EMBED: embed,
    FORM: form,
    CONSOLIDATE: consolidate,
    SEAL: seal,
    SCRUB: scrub,
}
"""By kind of job."""
