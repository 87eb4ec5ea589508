"""Activation to plaintext: the memories that keys and values were computed from, by their provenance."""

from memos_core.domain.cube import MemCube
from memos_core.operation.transforms.bench import Bench, Given, Wanted
from memos_core.operation.transforms.provenance import sources_of


def activation_to_plaintext(bench: Bench, given: Given, wanted: Wanted) -> list[MemCube]:
    """The sources as they are now; what was forgotten or erased is not among them.

    The text of the values themselves is what ``Vault.audit`` reads back from them.

    Raises:
        InvalidInput: nothing was given.
        UnknownCube: a handle that is not there any more.
    """
    del wanted
    return sources_of(bench, given)
