"""What a few messages are about, in the words that they use: names, and phrases between words that say little.

Candidate phrases are runs of words between stop words (Rose et al. 2010, "Automatic keyword extraction from individual
documents"); they are weighed by how many messages hold them and, where the caller knows it, by how rare they are.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from memos_core.operation.formation.cues import COURTESY
from memos_core.operation.recall.analysis import analyse

_COMMON = """
able about above across actually add after afterwards ago ahead almost along already also although another anyone
anything anyway apparently around ask asked asking away back bad bang based basically became because become been
before began begin behind believe below besides between big bit both bought bring brought busy call called came
cannot change check checked close coming consider could couple course create currently cut decide decided
despite did different difficult during each early easier easily easy eat either else end ended ensure especially
etc every everybody example except expect explore face fact far few figure figured final finally find finding
finish finished first five followed following found four full gave general get gets getting give given gives giving
goal goes gone got had half happen happened happening hard hardly hear her here hers herself hey high him himself
his hold how however idea imagine important include including inside instead into its itself keep keeping
kept kinda knew knowing known large last lately later latest learn learned least leave left less let life little
long longer look looked looking looks low made main mainly make making manage managed matter may maybe meant
meet might mine minute moment month months more moreover most mostly move must myself near nearly needed needs
neither new next nobody none normal nor note noticed obviously off often old once ones only onto open opened opinion
option options or order other others otherwise ought ours out overall own part particular past pay people
perhaps person pick piece place planning plan point possible prefer probably process provide put quick quite rather
read ready real realize realized reason recent recently regarding remember right said same saw say saying says
second seem seemed seems seen send sent set several shall she short show showed similar simple simply
since single sit six small somebody somehow someone something sometimes somewhat somewhere soon sort special
specific spend spent start started starting starts step stop stuff suggest tell ten than their theirs
themselves these they those though thought thoughts three through throughout time times tip tips told
took top total toward towards tried try trying turn turned two type under unfortunately unless unlike upon usually
use used useful uses using value various via want wanted wants watch watched ways week weeks went where wherever
whether which while who whole whom whose why willing within without wonder wondering wont word words worked works
worth write wrong years yesterday yet yourselves
also are aren cant couldnt didnt doesnt doing dont hadnt hasnt havent hes im ive isnt ill youll youre youve theyre
weve wasnt werent wouldnt shouldnt thats theres whats shes am he hers it me my myself not our ours ourselves us
if than too so no nor only very just don should will would
monday tuesday wednesday thursday friday saturday sunday january february march april june july august september
october november december photo photos image picture shares
being taking sitting giving bringing seeing standing walking drew drawn best com www http https
apologize apologise apologies app def import
return
against among beneath beside beyond does down ever from further hence likely outside per thus unto whenever
hundred thousand million dozen seven eight nine eleven twelve twenty thirty forty fifty third fourth
completely honestly hopefully certainly slightly extremely immediately sat stand stood held
"""
_STOP = frozenset(_COMMON.split()) | COURTESY
_SUBJECTS = """
i you he she we they who to can will would could should must might won't can't don't doesn't didn't couldn't
wouldn't i'll you'll he'll she'll we'll they'll i'd you'd he'd she'd we'd they'd let's
"""
_BEFORE_A_VERB = frozenset(_SUBJECTS.split())
"""A word in small letters after one of these is a verb, and names nothing."""
_PARTICLES = (
    "的了是我你您他她它们在有和与就都也不没要会能可很这那个些么吗呢吧啊呀哦嗯哈啦过着得地把被让给对从到去来说想看做用跟向为之而且但或如果因所以还又再"
    "更最太真好多少几一二两三四五六七八九十上下里中前后今明昨天年月日号点时候现在什怎样觉喜欢知道"
)
_LETTERS = re.compile(r"\w+")
_CJK_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_ZH_PIECE = re.compile(f"[^{_PARTICLES}]{{2,6}}")
_WORD_OR_PAUSE = re.compile(r"([^\W\d_](?:[^\W\d]|['’-])*)|[^\w\s'’-]+|\n|\d+")
"""Empty for a pause."""
_NAMED = re.compile(r"(?<=[a-z] )[A-Z][a-z]\w+")
"""A capital that stands there for a name, not for the start of a sentence."""
_NAME_WEIGHT = 1.6
_LONGEST = 3
_MOST_WORDS = 20_000
"""Words that are kept in mind."""
_SHORTEST_NICKNAME = 3
"""Letters that a word shares with the beginning of a longer name to stand for it: "Mel" for "Melanie"."""


class _Candidate(NamedTuple):
    shown: str
    key: str
    is_name: bool
    words: int


def key_phrases(
    texts: Sequence[str],
    exclude: Iterable[str] = (),
    limit: int = 3,
    rarity: Callable[[str], float] | None = None,
) -> tuple[str, ...]:
    """What the texts are about, the weightiest first; no phrase contains another.

    Args:
        texts: Messages or episodes.
        exclude: Names that say nothing here, such as the speakers'.
        limit: Phrases at most.
        rarity: From a phrase in lower case to a weight; 1 for every phrase without it.
    """
    words = _words(frozenset(exclude))
    named = frozenset(name for text in texts for name in _NAMED.findall(text))
    held: Counter[str] = Counter()
    shown: dict[str, _Candidate] = {}
    for text in texts:
        found = {one.key: one for one in _candidates(text, words, named)}
        held.update(found.keys())
        shown = found | shown
    ranked = sorted(shown.values(), key=lambda one: (-_weight(one, held[one.key], rarity), one.key))
    chosen: list[_Candidate] = []
    for one in ranked:
        if len(chosen) == limit:
            break
        if not any(_overlap(one.key, other.key) for other in chosen):
            chosen.append(one)
    return tuple(one.shown for one in chosen)


def entities(texts: Sequence[str], exclude: Iterable[str] = (), limit: int = 12) -> frozenset[str]:
    """The names and key terms by which texts can be matched, in lower case."""
    lines = [line for text in texts for line in text.splitlines()]
    return frozenset(phrase.lower() for phrase in key_phrases(lines, exclude, limit))


class _Word(NamedTuple):
    """A word as it stands in a text."""

    shown: str
    lower: str
    is_silent: bool
    is_before_verb: bool


class _Words(dict[str, _Word]):
    """What there is to know of each word; silent are stop words, and the names given or what is short for one."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__()
        self._names = frozenset(word.lower() for name in names for word in _LETTERS.findall(name))
        self._long = tuple(name for name in self._names if len(name) > _SHORTEST_NICKNAME)

    def __missing__(self, found: str) -> _Word:
        shown = found.replace("’", "'").rstrip("'-").removesuffix("'s")
        lower = shown.lower()
        silent = "'" in shown or lower in _STOP or lower in self._names
        if not silent and len(lower) >= _SHORTEST_NICKNAME:
            silent = any(name.startswith(lower) for name in self._long)
        if len(self) >= _MOST_WORDS:
            self.clear()
        word = self[found] = _Word(shown, lower, silent, lower in _BEFORE_A_VERB)
        return word


@lru_cache(maxsize=16)  # a conversation asks with the same names for each of its cells, three times
def _words(names: frozenset[str]) -> _Words:
    return _Words(names)


def _weight(one: _Candidate, held: int, rarity: Callable[[str], float] | None) -> float:
    weight = held * (_NAME_WEIGHT if one.is_name else 1.0) * (1 + 0.35 * (one.words - 1))
    return weight * (rarity(one.key) if rarity else 1.0)


def _overlap(one: str, other: str) -> bool:
    if one in other or other in one:
        return True
    return not _terms(one).isdisjoint(_terms(other))


@lru_cache(maxsize=4096)
def _terms(phrase: str) -> frozenset[int]:
    return frozenset(analyse(phrase))


def _candidates(text: str, words: Mapping[str, _Word], named: Set[str]) -> Iterator[_Candidate]:
    if not text.isascii():
        for run in _CJK_RUN.findall(text):
            for piece in _ZH_PIECE.findall(run):
                if not words[piece].is_silent:
                    yield _Candidate(piece, piece, False, 1)
        text = _CJK_RUN.sub(" . ", text)
    for run in _runs(text, words, named):
        yield from _of_run(run)


def _runs(text: str, words: Mapping[str, _Word], named: Set[str]) -> Iterator[tuple[str, ...]]:
    """Runs of telling words."""
    run: list[str] = []
    is_first, is_after_subject = True, False
    for found in _WORD_OR_PAUSE.findall(text):
        if not found:
            if run:
                yield tuple(run)
                run = []
            is_first, is_after_subject = True, False
            continue
        shown, lower, is_silent, is_before_verb = words[found]
        if is_silent or (is_after_subject and shown == lower):
            if run:
                yield tuple(run)
                run = []
        else:
            # A capital at the start of a sentence is none unless the word has one elsewhere.
            run.append(lower if is_first and shown[1:].islower() and shown not in named else shown)
        is_first, is_after_subject = False, is_before_verb
    if run:
        yield tuple(run)


@lru_cache(maxsize=4096)
def _of_run(run: tuple[str, ...]) -> tuple[_Candidate, ...]:
    """What a run of telling words is made of."""
    made: list[_Candidate] = []
    names = [word for word in run if word[:1].isupper()][:_LONGEST]
    if names and len(names) < len(run):
        shown = " ".join(names)
        made.append(_Candidate(shown, shown.lower(), True, len(names)))
    if 1 < len(run) <= _LONGEST:
        shown = " ".join(run)
        made.append(_Candidate(shown, shown.lower(), len(names) == len(run), len(run)))
    made += [_Candidate(word, word.lower(), word[:1].isupper(), 1) for word in run if len(word) > 2]
    return tuple(made)
