"""What a transform starts from: a text, and exactly the versions of the memories that it tells of."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from memos_core.domain.activation import SourceVersion
from memos_core.domain.cube import MemCube
from memos_core.domain.engram import MemCell
from memos_core.domain.lifecycle import LifecycleState
from memos_core.domain.query import Recollection
from memos_core.domain.slots import SAID
from memos_core.errors import Conflict, UnknownCube
from memos_core.memories.layout import Layout, Unit
from memos_core.ports import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A text to be put into a model, and what it rests on."""

    text: str
    sources: tuple[SourceVersion, ...]
    form: str = "plaintext"
    """The type of memory that it was taken from."""


def origin_of(given: Recollection | Sequence[MemCube]) -> Origin:
    """The text of a recollection as it prints, or of memories, a line each, in their order."""
    if isinstance(given, Recollection):
        return Origin(text=given.text, sources=tuple(dict.fromkeys(_cited(given))))
    sources = tuple(dict.fromkeys(SourceVersion(id=cube.id, version=cube.version) for cube in given))
    return Origin(text=lines(given), sources=sources)


def lines(cubes: Iterable[MemCube]) -> str:
    """Memories as lines of a prompt."""
    return "\n".join(f"- {cube}" for cube in cubes)


def units_of(cubes: Sequence[MemCube], cell_of: Mapping[str, MemCell]) -> list[Unit]:
    """Memories to be laid out, with what they speak of: the subject and the slot of each of their facts.

    Args:
        cubes: In an order that has a meaning.
        cell_of: The cell of each memory that has been understood. Nobody knows what the others speak of, so they all
            share a key and keep their order.
    """
    return [Unit(id=cube.id, keys=_keys(cube.id, cell_of)) for cube in {cube.id: cube for cube in cubes}.values()]


def _keys(id: str, cell_of: Mapping[str, MemCell]) -> frozenset[str]:
    if id not in cell_of:
        return frozenset({""})
    return frozenset(
        f"{fact.subject.casefold()}\n{fact.predicate}"
        for fact in cell_of[id].facts
        if fact.predicate != SAID and any(one.source == id for one in fact.evidence)
    )


def laid_out(cubes: Sequence[MemCube], layout: Layout) -> list[MemCube]:
    """Memories in the order of a layout."""
    by_id = {cube.id: cube for cube in cubes}
    return [by_id[id] for id in layout.order]


def _cited(recollection: Recollection) -> Iterable[SourceVersion]:
    for hit in recollection.hits:
        if hit.shown:
            yield SourceVersion(id=hit.cube.id, version=hit.cube.version)
    told = chain(
        chain.from_iterable(one.evidence for one in recollection.attributes),
        chain.from_iterable(one.evidence for one in recollection.foresight),
    )
    for one in told:
        yield SourceVersion(id=one.source, version=one.version)


def check_current(transaction: Transaction, vault: int, sources: Iterable[SourceVersion]) -> None:
    """Refuse what rests on a version that is no longer the current one.

    Raises:
        UnknownCube: a source is of another vault or store.
        Conflict: a source was revised, forgotten or erased in the meantime.
    """
    for source in sources:
        cube = transaction.cubes.get(vault, source.id)
        if cube is None and transaction.cubes.state(vault, source.id) is None:
            raise UnknownCube(f"no memory {source.id!r} in this vault; transform memories of the vault they are in")
        if cube is None or cube.version != source.version or cube.state is not LifecycleState.ACTIVE:
            raise Conflict(f"memory {source.id!r} is no longer what was transformed; recall it again, then transform")
