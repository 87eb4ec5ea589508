"""Text to terms: what the lexical index stores and what it is asked for.

A term is the first four bytes of the BLAKE2b digest of an analysed word, read as a little-endian uint32.
Analysis, in order: NFKC, lower case, words (letters, digits and combining marks of any script), apostrophes
stripped with a trailing ``'s``, English stop words removed, ordinals reduced to their number (``7th`` to ``7``),
English stemming (Snowball's "english", also called Porter2). Scripts written without spaces become overlapping
pairs of characters, as in Lucene's CJKAnalyzer; a character that stands alone is a term of its own. A Latin word
with diacritics is indexed as written and folded (``café``, ``cafe``).
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from hashlib import blake2b
from itertools import chain
from threading import Lock
from typing import Protocol

import numpy as np

ANALYSER = "english-cjk/1"
"""Generation of the analysis: terms of different generations must not meet in one index."""

_CACHE_WORDS = 1 << 17
_LONG_WORD = 40
"""Characters from which on a word is a blob or a key, not language: neither stemmed nor cached."""

_ARTICLES = "a an the this that these those such"
_PRONOUNS = """
i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers
herself it its itself they them their theirs themselves
"""
_VERBS = """
am is are was were be been being do does did doing done have has had having can could shall should will would must
ain isn aren wasn weren doesn didn hasn haven hadn couldn shouldn wouldn mustn
aint isnt arent wasnt werent dont doesnt didnt hasnt havent hadnt cant cannot couldnt shouldnt wont wouldnt mustnt
im ive youre youve youd youll hes shes itd itll theyre theyve theyd theyll thats theres whats lets ll ve re
"""
_PREPOSITIONS = """
about above across after against along among around as at before behind below beneath beside between beyond by down
during for from in into near of off on onto out over per since through to toward towards under until up upon with
within without
"""
_CONJUNCTIONS = "and or but nor so yet if because although though than then while whereas whether either neither both"
_QUESTION_WORDS = "who whom whose what which when where why how"
_ADVERBS = """
not no only just also too very more most less least again once here there now even still already same own other
another each every few some any all
"""
_STOP = frozenset(
    f"{_ARTICLES} {_PRONOUNS} {_VERBS} {_PREPOSITIONS} {_CONJUNCTIONS} {_QUESTION_WORDS} {_ADVERBS}".split()
)
_INDEFINITE = "someone somebody something anyone anybody anything"
_ASKING = "kind kinds type types sort sorts many much long often ever might likely probably usually please tell"
_FILLERS = frozenset(f"{_INDEFINITE} {_ASKING} remember remind".split())
"""Words that shape a question and do not occur in its answer."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_CONTRACTED = re.compile(r"'(?:s|ll|re|ve|d|m)$")
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th)")
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u2e80-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U0001b000-\U0003ffff"
)
_RUNS = re.compile(f"([{_UNSPACED}]+)")
_MARKS = "".join(
    chr(code) for code in chain(range(0x300, 0x1E00), range(0x3000, 0x3100), range(0xA600, 0xAC00))
    if unicodedata.category(chr(code)).startswith("M")
)  # fmt: skip
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_WORD = re.compile(rf"(?:[^\W_]|[{_MARKS}])+(?:'(?:[^\W_]|[{_MARKS}])+)*")
_LIKE_APOSTROPHE = {ord("’"): "'", ord("ʼ"): "'", ord("\u00ad"): None}
_FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})


def analyse(text: str) -> tuple[int, ...]:
    """The terms of ``text`` in order, repeated ones included."""
    return tuple(np.frombuffer(terms(text), dtype="<u4").tolist())


def terms(text: str) -> bytes:
    """The terms of ``text`` in order as little-endian uint32, the form of ``Passage.terms``."""
    return b"".join(map(_vocabulary.__getitem__, _words(text)))


def document_terms(text: str, *, speaker: str, occurred_at: datetime) -> bytes:
    """The terms of a passage, found by what it says, by who said it and by its day: ``D Month YYYY Speaker text``."""
    day = f"{occurred_at.day} {_MONTHS[occurred_at.month - 1]} {occurred_at.year}"
    return terms(f"{day} {speaker} {text}")


def query_terms(text: str, exclude_names: Iterable[str] = ()) -> tuple[int, ...]:
    """The distinct terms of a question in order, without those that only shape it.

    Args:
        text: The question.
        exclude_names: Names that are matched by other means, such as the speakers of the vault.
    """
    names = {term for name in exclude_names for term in analyse(name)}
    kept = b"".join(_vocabulary[word] for word in _words(text) if word not in _FILLERS)
    found = dict.fromkeys(np.frombuffer(kept, dtype="<u4").tolist())
    return tuple(term for term in found if term not in names)


def _words(text: str) -> list[str]:
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower().translate(_LIKE_APOSTROPHE))


class _Vocabulary(dict[str, bytes]):
    """From a word as it stands in a text to its terms; starts afresh when it is full."""

    def __missing__(self, word: str) -> bytes:
        found = b"".join(map(_hash, _analysed(word)))
        if len(word) < _LONG_WORD:
            if len(self) >= _CACHE_WORDS:
                self.clear()
            self[word] = found
        return found


_vocabulary = _Vocabulary()


def _hash(word: str) -> bytes:
    return blake2b(word.encode()).digest()[:4]


def _analysed(word: str) -> list[str]:
    """The index words of one word of a text: none for a stop word, several for CJK or diacritics."""
    if not word.isascii() and (runs := _RUNS.split(word))[1:]:
        # The split alternates: other text at even places, unspaced script at odd ones.
        return [found for i, run in enumerate(runs) if run for found in (_pairs(run) if i % 2 else _analysed(run))]
    word = _CONTRACTED.sub("", word).replace("'", "")
    if word in _STOP or not word:
        return []
    if word.isascii():
        return [_stemmed(word)]
    folded = _fold(word)
    return [word, _stemmed(folded)] if folded.isascii() else [word]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def _fold(word: str) -> str:
    split = unicodedata.normalize("NFD", word.translate(_FOLDED))
    return "".join(char for char in split if unicodedata.category(char) != "Mn")


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 the library's name


_stemming = Lock()


@cache
def _stemmer() -> _Stemmer:
    # Not ``snowballstemmer.stemmer``: that prefers PyStemmer where it is installed, whose release may stem otherwise.
    from snowballstemmer.english_stemmer import EnglishStemmer

    made: _Stemmer = EnglishStemmer()
    return made


def _stemmed(word: str) -> str:
    if ordinal := _ORDINAL.fullmatch(word):
        return ordinal[1]
    if not word.isalpha() or len(word) >= _LONG_WORD:
        return word
    with _stemming:  # the stemmer keeps the word that it works on
        return _stemmer().stemWord(word)
