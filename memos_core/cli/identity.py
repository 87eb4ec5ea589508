"""Ids as people type them."""

from itertools import chain

from memos_core import Vault
from memos_core.errors import InvalidInput, UnknownCube

ID_LENGTH = 30
"""Characters of a whole id: ``mem_`` and 26 more."""
MIN_ENDING = 4


def resolve(vault: Vault, typed: str) -> str:
    """Return the id that ``typed`` is, or is the end of.

    Raises:
        UnknownCube: No memory of the vault ends so.
        InvalidInput: Several do, or too few characters were given.
    """
    if len(typed) >= ID_LENGTH:
        return typed
    if len(typed) < MIN_ENDING:
        raise InvalidInput(f"{typed!r} is too short for an id; give its last {MIN_ENDING} characters or more")
    ending = typed.lower()
    cubes = chain(vault.cubes(), vault.activations(), vault.adapters())
    fitting = [cube.id for cube in cubes if cube.id.lower().endswith(ending)]
    if not fitting:
        raise UnknownCube(f"no memory in vault {vault.name!r} has an id that ends in {typed!r}; memos log lists them")
    if len(fitting) > 1:
        raise InvalidInput(f"{len(fitting)} ids end in {typed!r}; give more of it: {', '.join(fitting[:3])}")
    return fitting[0]
