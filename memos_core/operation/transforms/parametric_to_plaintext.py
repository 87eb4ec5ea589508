"""Parametric to plaintext: the memories that an adapter was made of, by their provenance."""

from memos_core.domain.cube import MemCube
from memos_core.operation.transforms.bench import Bench, Given, Wanted
from memos_core.operation.transforms.provenance import sources_of


def parametric_to_plaintext(bench: Bench, given: Given, wanted: Wanted) -> list[MemCube]:
    """The sources as they are now; what was forgotten or erased is not among them.

    What the adapter itself says, and how surely, is what ``Vault.probe`` asks it.

    Raises:
        InvalidInput: nothing was given, or an imported adapter, which rests on no memory.
        UnknownCube: a handle that is not there any more.
    """
    del wanted
    return sources_of(bench, given)
