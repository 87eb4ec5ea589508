"""From memory in another form back to the memories that it was made of."""

from memos_core.domain.cube import MemCube
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.query import Recollection
from memos_core.errors import InvalidInput, UnknownCube
from memos_core.operation.transforms.bench import Bench, Given


def sources_of(bench: Bench, given: Given) -> list[MemCube]:
    """The current versions of the sources of all handles, each once, in their order.

    Raises:
        InvalidInput: nothing was given, or something that rests on no memory.
        UnknownCube: a handle that is not there any more.
    """
    handles = [] if isinstance(given, Recollection) else [cube.id for cube in given]
    if not handles:
        raise InvalidInput("there is nothing to transform: the list is empty")
    found: dict[str, MemCube] = {}
    with bench.records.read() as transaction:
        for handle in handles:
            row = transaction.derived.get(bench.vault, handle)
            if row is None:
                raise UnknownCube(f"no activation or parametric memory {handle!r} in this vault")
            if not row.sources:
                raise InvalidInput(f"{handle!r} was imported and rests on no memory; vault.probe() asks what it knows")
            for uid in row.sources:
                cube = transaction.cubes.get(bench.vault, uid)
                if cube is not None and cube.state is LifecycleState.ACTIVE:
                    found[uid] = cube
    return list(found.values())
