"""Parametric to activation: keys and values of what an adapter was made of, for prompts that it does not answer."""

from dataclasses import replace

from memos_core.domain.record import DerivedRow
from memos_core.operation.transforms.bench import Bench, Given, Wanted
from memos_core.operation.transforms.plaintext_to_activation import plaintext_to_activation
from memos_core.operation.transforms.provenance import sources_of


def parametric_to_activation(bench: Bench, given: Given, wanted: Wanted) -> DerivedRow:
    """Compute them from the sources as they are now, by the model without the adapter: exact, as the text is.

    What an adapter knows cannot be turned into keys and values itself; those that are computed while it answers would
    serve beside it only.

    Raises:
        InvalidInput: nothing was given, or an imported adapter, which rests on no memory.
        UnknownCube, Conflict, TooLossy, UnsupportedModel, DiskFull: see ``plaintext_to_activation``.
    """
    return plaintext_to_activation(bench, sources_of(bench, given), replace(wanted, origin="parametric"))
