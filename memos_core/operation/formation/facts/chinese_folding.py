"""Traditional characters read as simplified ones, half-width marks as full ones: one for one, so that places stay.

The rules are written in simplified characters; what they find is given back as it was written.
"""

import re
from collections.abc import Iterable

from memos_core.operation.formation.temporal.scripts import SIMPLIFIED

_HALF_WIDTH = re.compile(r"(?<=[\u4e00-\u9fff])[,;:!?]|[,;:!?](?=[\u4e00-\u9fff])")
_FULL_WIDTH = str.maketrans(",;:!?", "，；：！？")


def folded(text: str) -> str:
    """The text in simplified characters, of the same length."""
    if text.isascii():
        return text
    return _HALF_WIDTH.sub(lambda found: found[0].translate(_FULL_WIDTH), text.translate(SIMPLIFIED))


def as_written(word: str, written: Iterable[str]) -> str:
    """A word as the texts have it: whole where it stands in one, else sign by sign."""
    if word.isascii():
        return word
    signs: dict[str, str] = {}
    for text in written:
        plain = folded(text)
        place = plain.find(word)
        if place >= 0:
            return text[place : place + len(word)]
        for sign, original in zip(plain, text, strict=True):
            if sign != original:
                signs.setdefault(sign, original)
    return "".join(signs.get(sign, sign) for sign in word)
