"""The job that gathers cells into scenes."""

from memos_core.domain.engram import MemScene
from memos_core.domain.record import DerivedRow, Job
from memos_core.operation.work import Workplace

SCENE = "scene"


def consolidate(place: Workplace, job: Job) -> None:
    """Cluster the cells of the vault and store the scenes that changed."""


def scene_of(row: DerivedRow) -> MemScene:
    """The scene that a row holds."""
    raise NotImplementedError(row.uid)
