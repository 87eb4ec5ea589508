"""The words of a text, and what they are as a whole: features that the readers of sentences share."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from memos_core.operation.formation.linear import Numbers, codes, numbered

_TOKEN = re.compile(r"[A-Za-z]+(?:['’][a-z]+)?|\d+(?:[.,:]\d+)*|[\u3400-\u9fff]|[^\w\s]")
_WORD, _PAIR = codes(["word", "pair"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A word, a number, a Chinese character or a mark."""

    start: int
    stop: int
    text: str


def tokens(text: str) -> list[Token]:
    """The words of a text."""
    return [Token(start=one.start(), stop=one.end(), text=one.group()) for one in _TOKEN.finditer(text)]


@lru_cache(maxsize=64)
def outline(text: str) -> Numbers:
    """The features of a text as a whole ``(1, m)``; the last few are remembered, each is asked for more than once."""
    framed = codes(["<", *normal(_TOKEN.findall(text)), ">"])
    return np.concatenate([numbered(_WORD, framed), numbered(_PAIR, framed[:-1], framed[1:])])[None]


def normal(words: Sequence[str]) -> list[str]:
    """Words in lower case, numbers by their length alone."""
    return ["0" * min(4, len(word)) if word[0].isdigit() else word.lower().replace("’", "'") for word in words]
