"""Activation to parametric: order that an adapter answers as the model does with stored keys and values before it."""

from collections.abc import Sequence

from memos_core.domain.activation import Activation, SourceVersion
from memos_core.domain.cube import MemCube
from memos_core.domain.parametric import Recipe
from memos_core.domain.query import Recollection
from memos_core.domain.record import DerivedRow
from memos_core.errors import InvalidInput, StaleActivation
from memos_core.operation.transforms.bench import Bench, Given, Wanted
from memos_core.operation.transforms.origins import check_current
from memos_core.operation.transforms.parametric_rows import base_key
from memos_core.operation.transforms.plaintext_to_parametric import Order, to_be_taught, trainer_of


def activation_to_parametric(bench: Bench, given: Given, wanted: Wanted) -> DerivedRow:
    """Order an adapter that is distilled from keys and values, each asked for the facts of its own sources.

    The row stands for those of the sources that tell a fact. It waits until the job has trained the adapter. When a
    source is erased it is taught the facts of the others instead: the keys and values are gone by then.

    Raises:
        InvalidInput: nothing was given, the model cannot be taught, or there is nothing to learn.
        StaleActivation: a source has changed since keys and values were computed.
        Conflict: a source changed in the meantime.
    """
    trainer = trainer_of(bench)
    cubes: Sequence[MemCube] = [] if isinstance(given, Recollection) else given
    if not cubes:
        raise InvalidInput("there is nothing to transform: the list of activation memory is empty")
    sources: list[SourceVersion] = []
    for cube in cubes:
        manifest = cube.payload.manifest if isinstance(cube.payload, Activation) else None
        if manifest is None:
            raise StaleActivation(f"a source of {cube.id} has changed since; transform its sources() again")
        sources += manifest.sources
    with bench.records.read() as transaction:
        check_current(transaction, bench.vault, sources)
    taught = to_be_taught(bench, [one.id for one in sources])
    prefixes = tuple(dict.fromkeys(cube.id for cube in cubes))
    order = Order(bench, taught, base_key(trainer.base), wanted.recipe or Recipe(), prefixes)
    return bench.records.write(order.placed)
