"""What a text costs in a model's context, counted without a network."""

import base64
import hashlib
import math
import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from memos_core.ports import TokenCounter

if TYPE_CHECKING:
    import tiktoken

_TABLE = "9b5ad71b2ce5302211f9c61530b329a4922fc6a4"
"""File name of cl100k_base's table in tiktoken's caches: the SHA-1 of the address that it comes from."""
_TABLE_SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
"""As tiktoken_ext.openai_public publishes it."""
_PATTERN = (
    r"""'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$"""
    r"""|\s*[\r\n]|\s+(?!\S)|\s"""
)

_CJK = "\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_PIECE = re.compile(
    rf"'[A-Za-z]{{1,2}}\b|[A-Za-z]{{1,7}}|[0-9]{{1,3}}|[!-/:-@\[-`{{-~]{{1,2}}|\n{{1,32}}|[^\S\n]{{9,80}}"  # English
    r"|[\u00c0-\u024f\u0370-\u052f]{1,2}"  # accented Latin, Greek, Cyrillic
    rf"|[^\W{_CJK}\u0000-\u024f\u0370-\u052f]"  # other scripts
)
_CJK_CHAR = re.compile(f"[{_CJK}]")
_SYMBOL = re.compile(rf"[^\w\s{_CJK}\u0000-\u007f]")
_PER_PIECE, _PER_CJK, _PER_SYMBOL = 1.03, 1.3, 2.5


@cache
def default_counter() -> tuple[TokenCounter, bool]:
    """A token counter, and whether it is exact.

    Exact means cl100k_base through tiktoken, where both tiktoken and the table are installed; the table is verified.
    Otherwise ``estimate_tokens``. Nothing is fetched.
    """
    encoding = _cl100k()
    if encoding is None:
        return estimate_tokens, False
    # Special tokens are text here: a memory must not be able to smuggle one in.
    return lambda text: len(encoding.encode_ordinary(text)), True


def estimate_tokens(text: str) -> int:
    """Estimate what ``text`` costs in cl100k_base, rather too much than too little.

    English words count one per seven letters begun, numbers one per three digits, punctuation one per two signs,
    a CJK character 1.3, other scripts one per letter, emoji 2.5. Calibrated on English chat: a conversation comes
    out 7 to 15 % too high, single messages seldom more than 5 % too low. Languages with long words, such as German,
    come out up to a fifth too low.
    """
    tokens = _PER_PIECE * len(_PIECE.findall(text))
    if not text.isascii():
        tokens += _PER_CJK * len(_CJK_CHAR.findall(text)) + _PER_SYMBOL * len(_SYMBOL.findall(text))
    return math.ceil(tokens)


def _cl100k() -> "tiktoken.Encoding | None":
    table = _table()
    if table is None or find_spec("tiktoken") is None:
        return None
    import tiktoken

    lines = (line.split() for line in table.splitlines() if line)
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    return tiktoken.Encoding("cl100k_base", pat_str=_PATTERN, mergeable_ranks=ranks, special_tokens={})


def _table() -> bytes | None:
    """The verified bytes of the copy that llama-index-core ships, found without importing it."""
    spec = find_spec("llama_index")
    for place in spec.submodule_search_locations or () if spec else ():
        file = Path(place, "core", "_static", "tiktoken_cache", _TABLE)
        if file.is_file() and hashlib.sha256(table := file.read_bytes()).hexdigest() == _TABLE_SHA256:
            return table
    return None
