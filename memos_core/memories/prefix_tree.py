"""Keys and values of prompts' beginnings, found by their token ids."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from memos_core.ports import KeyValues


def common_length(*sequences: Sequence[int]) -> int:
    """How many tokens all sequences begin with."""
    length = 0
    for several in zip(*sequences, strict=False):
        if any(one != several[0] for one in several[1:]):
            break
        length += 1
    return length


@dataclass(frozen=True, slots=True)
class _Prefix:
    tokens: tuple[int, ...]
    values: KeyValues
    sources: frozenset[str]


class PrefixTree:
    """What is kept in this process. Not thread-safe: its owner holds a lock.

    A space is a model's fingerprint together with a tenant; nothing is found across spaces.
    """

    def __init__(self) -> None:
        self._spaces: dict[tuple[str, str], list[_Prefix]] = {}

    def find(self, space: tuple[str, str], tokens: Sequence[int]) -> list[KeyValues]:
        """The values of the longest beginning of ``tokens`` that is kept, in order."""
        best: list[KeyValues] = []
        longest = 0
        for one in self._spaces.get(space, ()):
            length = common_length(one.tokens, tokens)
            if length > longest:
                best, longest = [one.values.part(0, length)], length
        return best

    def insert(self, space: tuple[str, str], tokens: Sequence[int], values: KeyValues, sources: Iterable[str]) -> None:
        """Keep the values of ``tokens``, which rest on memories ``sources``."""
        kept = self._spaces.setdefault(space, [])
        kept.append(_Prefix(tuple(tokens), values, frozenset(sources)))

    def drop(self, tenant: str, sources: Iterable[str]) -> None:
        """Let go of everything that rests on any of these memories."""
        gone = frozenset(sources)
        for (_, owner), kept in self._spaces.items():
            if owner == tenant:
                kept[:] = [one for one in kept if not one.sources & gone]
