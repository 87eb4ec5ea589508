"""Long texts to the clauses that a question asks about: whole clauses, in their order, nothing added.

Extractive and query-aware: clauses that share words with the question, tell numbers or say what their speaker wants
come before greetings, requests for help and code. A clause is never cut, so that no negation, number or name of it is
lost; a sentence that turns round what was said before it ("But I didn't") stays with it, and so do the items of a list
with the line that denies them ("I don't eat:").
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from memos_core.operation.recall.analysis import analyse

GAP = "…"
"""Stands for what is left out."""

TOKEN_BYTES = 4.3
"""Bytes of UTF-8 that a token is reckoned at: exact counts of every clause would cost more than they gain."""
OPENING_CHARS = 400
"""Of the opening of a long text that may be told beside the passage: it says what the rest is about."""

_WANTED, _OTHER = 2.0, 0.5
"""Weight of a word that the question has, and of any other word."""
_CUE = 1.0
"""Weight of telling a number; of telling what the speaker likes; of telling what is always to be done."""
_REQUEST, _COURTESY, _OPENING, _FRAGMENT = 0.7, 0.1, 0.8, 0.5
"""Share that is left of a clause that asks for help, of a greeting, of a clause outside the passage, of one that the
edge of the passage cuts: what it lacks may be its negation."""
_SHORT_TOKENS = 6
"""A clause counts as this long at least, so that fragments do not come first for being short."""

_LONG_SENTENCE, _LEAST_BEFORE, _LEAST_AFTER = 90, 25, 20
"""Characters: longer sentences are cut into clauses; of these, each has at least so many."""

_END = re.compile(r"""(?<=[.!?…])["'”’)\]]*[^\S\n]+|[。！？；]["'」』”’）]*|\n\s*""")
_RUNS_ON = re.compile(r"(?:(?<!\w)(?:Mrs?|Ms|Dr|Prof|St|vs|etc|e\.g|i\.e|approx|[Nn]o|Jr|Sr|[A-Z]|\d{1,2})\.)$")
_ENDED = re.compile(r"""(?:[.!?…;:。！？；：]["'”’)\]」』]*|\n|^)\s*\Z""")
_EDGE_CHARS = 8
_CLAUSE = re.compile(
    r";\s{1,4}|\s[–—-]\s{1,4}(?=\w)"
    r"|,\s{1,4}(?=(?:and|so|plus)\s+(?:I|we|he|she|they|it|my|our|can|could|how|what)\b"
    r"|(?:can|could|would|will)\s+you\b|how\s+(?:can|do|should)\b|what\s)"
)
_CONDITION = re.compile(
    r"(?:if|when|unless|although|though|because|since|while|as|once|before|after|until|whether)\b"
    r"|如果|要是|除非|虽然|因为|当|只要",
    re.IGNORECASE,
)
"""A sentence that opens so must not lose its opening."""
_TURN = re.compile(
    r"(?:but|however|though|yet|actually|except|not|no|instead|nevertheless|still|unless)\b|但|不过|然而|可是|其实|不是|没有",
    re.IGNORECASE,
)
_DENIES = re.compile(
    r"\b(?:not|no|never|nothing|none|without|except|avoid|cannot)\b|n['’]t\b|[不没别无非]|除了", re.IGNORECASE
)
_ITEM = re.compile(r"[-*•‣–]\s|\d{1,3}[.)、]|[a-z][.)]\s")
_GREETS = re.compile(
    r"(?:hi|hey|hello|sure|absolutely|certainly|of course|great|thanks|thank you|wow|yeah|okay|ok|got it"
    r"|你好|好的|当然|谢谢|没问题)\b[^.!?。！？]{0,30}[.!?,。！？]*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z']+")
_SELF = frozenset(_WORD.findall("i i'm i've i'd i'll me my mine we we're we've we'd our us"))
_STANCES = frozenset(
    _WORD.findall(
        "love loves like likes enjoy prefer hate dislike adore favor favour favorite favourite allergic vegan "
        "vegetarian afraid scared fond budget habit preference"
    )
)
_RULES = frozenset(("always", "never", "avoid", "must"))
_ASKING = frozenset(("can", "could", "would", "will"))
_CJK_STANCE = re.compile("喜欢|讨厌|想要|需要|习惯|偏好|希望|过敏|打算")
_CJK_RULE = re.compile("以后|总是|务必|永远|千万|不要|从不|记住")
_CJK_ASK = re.compile("请|帮我|能不能|可以吗|[吗呢][？?]?$")
_DIGIT = re.compile(r"\d")
_FENCE = "```"
_CODE_SIGNS = re.compile(r"[{}\[\]<>=_;\\|@#$^&~`/]")
_CODE_SHARE = 0.06
_MARKUP = re.compile(r"\*\*|__(?=\S)|^#{1,6}\s+", re.MULTILINE)
_VISIBLE = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a text that is told whole or not at all."""

    start: int
    stop: int
    """Characters ``[start, stop)`` of the text."""
    terms: frozenset[int]
    """Its content words, analysed."""
    bonus: float
    """For what its form tells."""
    share: float
    """In (0, 1]: what it is worth against a plain statement."""
    tokens: float
    """Estimated."""


@dataclass(frozen=True, slots=True)
class Interest:
    """What the reader of a condensed text wants to know."""

    terms: frozenset[int]
    """The question's."""
    rarity: Mapping[int, float]
    """Of the words of what was found."""
    unseen: float
    """Rarity of any other word."""

    @classmethod
    def of(cls, terms: Collection[int], texts: Sequence[str]) -> "Interest":
        """Read from a question's terms, and from texts that were found for it: a word that all have tells little."""
        seen = Counter(term for text in texts for term in frozenset().union(*(c.terms for c in _clauses(text, False))))
        n = len(texts)
        rarity = {term: 1 + math.log((1 + n) / (1 + times)) for term, times in seen.items()}
        return cls(frozenset(terms), rarity, 1 + math.log(1 + n))

    def density(self, clause: Clause) -> float:
        """What a token of a clause is worth."""
        weight = clause.bonus
        for term in clause.terms:
            weight += self.rarity.get(term, self.unseen) * (_WANTED if term in self.terms else _OTHER)
        return weight * clause.share / max(clause.tokens, _SHORT_TOKENS)


def estimated_tokens(text: str) -> float:
    """What a text costs, about."""
    return len(text.encode("utf-8", "surrogatepass")) / TOKEN_BYTES


def condense(text: str, passage: tuple[int, int], room: float, interest: Interest) -> tuple[tuple[int, int], ...]:
    """Choose the clauses of a passage, and of the opening of its text, that tell most in little room.

    Args:
        text: The whole text.
        passage: The part of it that was found.
        room: Tokens to fill. One clause is chosen whatever it costs.
        interest: What is asked for.

    Returns:
        Spans of ``text``, disjoint and in order; the passage itself when it fits, or when little would be gained.
    """
    start, stop = passage
    if estimated_tokens(text[start:stop]) <= room:
        return (passage,)
    clauses = _candidates(text, start, stop)
    if not clauses:
        return (passage,)
    worth = [interest.density(clause) for clause in clauses]
    order = sorted(range(len(clauses)), key=lambda i: (-worth[i], i))
    kept, spent = order[:1], clauses[order[0]].tokens
    for i in order[1:]:
        if spent + clauses[i].tokens < room and clauses[i].share > _COURTESY:
            kept.append(i)
            spent += clauses[i].tokens + 1
    return tuple((clauses[i].start, clauses[i].stop) for i in sorted(kept))


def told(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Spans of a text as one line, with ``GAP`` for what is left out before, between and after them."""
    parts: list[str] = []
    at = 0
    for start, stop in spans:
        between = text[at:start]
        if _VISIBLE.search(between):
            parts.append(f" {GAP} ")
        else:
            parts.append(between)
        parts.append(text[start:stop])
        at = stop
    if _VISIBLE.search(text, at):
        parts.append(f" {GAP}")
    else:
        parts.append(text[at:])
    return " ".join(_MARKUP.sub("", "".join(parts)).split())


def _candidates(text: str, start: int, stop: int) -> list[Clause]:
    """The clauses of a passage, after those of the text's opening where the passage is not the opening."""
    found = []
    edge = min(start, OPENING_CHARS)
    if edge:
        opening = [_moved(clause, 0, _OPENING) for clause in _clauses(text[:edge], False)]
        # The last one of a cut opening is a fragment; where the passage goes on from there, it is the passage's.
        found = opening[:-1] if opening and edge == OPENING_CHARS else opening
    fenced = text.count(_FENCE, 0, start) % 2 == 1
    clauses = _clauses(text[start:stop], fenced)
    shares = [1.0] * len(clauses)
    if clauses and _is_cut(text, start):
        shares[0] = _FRAGMENT
    if clauses and _is_cut(text, stop):
        shares[-1] = _FRAGMENT
    return found + [_moved(clause, start, share) for clause, share in zip(clauses, shares, strict=True)]


def _is_cut(text: str, edge: int) -> bool:
    """Whether a passage begins or ends at ``edge`` within a sentence."""
    near = text[edge : edge + _EDGE_CHARS]
    if not near.strip() or "\n" in near[: len(near) - len(near.lstrip())]:
        return False
    return _ENDED.search(text, max(0, edge - _EDGE_CHARS), edge) is None


def _moved(clause: Clause, by: int, share: float) -> Clause:
    if not by and share == 1:
        return clause
    return Clause(clause.start + by, clause.stop + by, clause.terms, clause.bonus, clause.share * share, clause.tokens)


@lru_cache(maxsize=4096)
def _clauses(piece: str, fenced: bool) -> tuple[Clause, ...]:
    """The clauses of a piece of text that begins inside a fence or outside; of its code only if it has nothing else."""
    sentences = list(_sentences(piece))
    prose: list[tuple[int, int]] = []
    denied = False
    for lo, hi in sentences:
        if _FENCE in piece[lo:hi]:
            fenced ^= piece.count(_FENCE, lo, hi) % 2 == 1
        elif not fenced and not _is_code(piece[lo:hi]):
            denied = denied and _ITEM.match(piece, lo, hi) is not None
            if prose and (denied or _TURN.match(piece, lo, hi)):
                prose[-1] = prose[-1][0], hi
            else:
                prose.extend(_split(piece, lo, hi))
                denied = piece[hi - 1] in ":：" and _DENIES.search(piece, lo, hi) is not None
    return tuple(_clause(piece, lo, hi) for lo, hi in prose or sentences)


def _clause(piece: str, lo: int, hi: int) -> Clause:
    text = piece[lo:hi]
    words = set(_WORD.findall(text.lower().replace("’", "'")))
    cues = bool(_DIGIT.search(text)) + _tells_stance(text, words) + _tells_rule(text, words)
    share = _COURTESY if _GREETS.match(text) else _REQUEST if _asks(text, words) else 1.0
    return Clause(lo, hi, frozenset(analyse(text)), _CUE * cues, share, estimated_tokens(text))


def _tells_stance(text: str, words: Set[str]) -> bool:
    if not text.isascii() and _CJK_STANCE.search(text):
        return True
    return not words.isdisjoint(_STANCES) and not words.isdisjoint(_SELF)


def _tells_rule(text: str, words: Set[str]) -> bool:
    return not words.isdisjoint(_RULES) or (not text.isascii() and _CJK_RULE.search(text) is not None)


def _asks(text: str, words: Set[str]) -> bool:
    """Whether a clause asks its listener for something, or offers it: it tells little of what is so."""
    if text.endswith(("?", "？")) or "please" in words or {"help", "me"} <= words or {"let", "know"} <= words:
        return True
    if "you" in words and not words.isdisjoint(_ASKING):
        return True
    return not text.isascii() and _CJK_ASK.search(text) is not None


def _sentences(piece: str) -> Iterator[tuple[int, int]]:
    """Spans of sentences and lines, without the space around them."""
    lo = 0
    for end in _END.finditer(piece):
        if "\n" not in end[0] and _runs_on(piece, end.start(), end.end()):
            continue
        # Closing quotes and full-width stops belong to the sentence.
        yield from _stripped(piece, lo, end.end())
        lo = end.end()
    yield from _stripped(piece, lo, len(piece))


def _runs_on(piece: str, stop: int, after: int) -> bool:
    """Whether a stop ends no sentence: after an abbreviation, a list's number, an exclamation mark in a formula."""
    if _RUNS_ON.search(piece, max(0, stop - 8), stop):
        return True
    return piece[after : after + 1].islower() and (piece[stop - 1] == "." or piece[stop - 2 : stop - 1].isdigit())


def _stripped(piece: str, lo: int, hi: int) -> Iterable[tuple[int, int]]:
    text = piece[lo:hi]
    lo += len(text) - len(text.lstrip())
    hi -= len(text) - len(text.rstrip())
    return ((lo, hi),) if lo < hi else ()


def _split(piece: str, lo: int, hi: int) -> Iterator[tuple[int, int]]:
    """Cut a long sentence where a new main clause or a request begins; its conditions stay with it."""
    if hi - lo > _LONG_SENTENCE and not _CONDITION.match(piece, lo, hi):
        for cut in _CLAUSE.finditer(piece, lo, hi):
            long_enough = cut.start() - lo >= _LEAST_BEFORE and hi - cut.end() >= _LEAST_AFTER
            if long_enough and not _TURN.match(piece, cut.end()):
                yield lo, cut.start()
                lo = cut.end()
    yield lo, hi


def _is_code(line: str) -> bool:
    if not _VISIBLE.search(line):
        return True
    return line[-1] not in ".?!。？！" and len(_CODE_SIGNS.findall(line)) > _CODE_SHARE * len(line)
