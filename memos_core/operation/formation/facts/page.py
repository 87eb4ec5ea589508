"""A message as the rules read it: clauses with their places, and the words that tell time blanked out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cached_property, lru_cache
from itertools import groupby

from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.temporal import TimeExpression, resolve

_HIDDEN = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`|https?://\S+|^>[^\n]*", re.DOTALL | re.MULTILINE)
_QUOTED = re.compile(r"\"[^\"\n]{1,400}\"|“[^”]{1,400}”|「[^」]{1,400}」|『[^』]{1,400}』")
_LONG_BLANK = re.compile(r"[ \t\n]{40,}")
_TITLE = re.compile(r".[^.!?。！？，,]{1,48}.")
"""A quotation that may be a title or a name, mark to mark; longer ones are somebody's words."""
_SAID_IN = re.compile(r"\b(?:I|I['’]\w+|you|we|he|she|my|is|are|was)\b|[我你他她]")
_END = re.compile(r"[.!?。！？…\n]+[\"”’)」』]*")
_ABBREVIATED = re.compile(r"(?:\b(?:Mr|Mrs|Ms|Dr|St|vs|e\.g|i\.e)|[ .][A-Z])$")
_VERB = (
    r"am|is|are|was|were|have|has|had|do|don['’]t|does|did|didn['’]t|will|can|can['’]t|live|lives|lived|work"
    r"|works|worked|moved|started"
    r"|love|loves|loved|hate|hates|like|likes|enjoy|enjoys|adopted|bought|got|sold|quit|left|joined|became"
    r"|switched|study|studied|"
    r"taken up|retired|took up|picked up|engaged|divorced|take|takes|took|eat|eats|speak|speaks|drive|drives|play|plays"
    r"|found|went|met|discovered|learned|learnt|turned|"
    r"weigh|weighs|own|owns|prefer|used|no "
    r"longer|never|also|now(?!\s+(?-i:[A-Z][a-z]))|still|just"
)
_SUBJECT = (
    r"I|I['’](?:m|ve|d|ll)|Im|Ive|we|we['’]\w+|he|he['’]s|she|she['’]s|they|they['’]re|my|our|his|her|their|it"
    r"|it['’]s|you|you['’]re|there|not"
)
_JOINT = Cue(
    r"(?=\s*[,;:—]|\s+(?:[-–—]|an|bu|or|so|be|ca|si|as|al|th|wh|ye|pl|if|un|li|wo|ba|st))"
    r"(?:(?:(?:\s*[,;]\s*|\s+)(?P<word>and|but|or|so|because|cause|since|as|although|though|while|whereas|then"
    r"|yet|plus|if|when|unless|until|which|who)"
    r"\s+(?=(?:now |then |also |currently |recently |today |still |no longer |just |honestly |actually |luckily "
    r"|sadly "
    r"|thankfully |for now |at least |really |right now |instead |since then |these days )?"
    rf"(?:{_SUBJECT})\b))"
    rf"|(?:(?:\s*[,;]\s*|\s+)(?P<bare>and|but|or|who|which|then)\s+(?=(?:{_VERB})\b))"
    r"|(?P<reduced>\s+(?=(?:living|working|based|studying) (?:in|at|as|for|out)\b))"
    rf"|(?P<name>\s*[,;]\s*(?:but|because|while|if)\s+(?=(?-i:[A-Z]))"
    r"|\s*[,;]\s*(?=(?-i:[A-Z][a-z]+)(?: (?:is|has)\b"
    r"|['’]s (?:an?|in|at|now|allergic|vegan|vegetarian|been|got|not)\b)))"
    rf"|(?P<comma>\s*[,;:]\s*(?:-+\s*)?|\s+[-–—]+\s+|—)(?=(?:{_SUBJECT}|{_VERB}|actually|sorry|no|nah|nope|wait|joking"
    r"|kidding|please|always|(?:living|working|studying) (?:in|at|for|as)"
    rf"|(?:these days|nowadays|currently|right now|today|lately|recently|now|then|later|so) (?:{_SUBJECT}))\b))",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"[\W_]*(?P<word>if|when|whenever|unless|because|although|though|since|while|until|after|before|as if"
    r"|suppose|imagine)\b",
    re.IGNORECASE,
)
_JOINT_ZH = re.compile(r"[，、；：,;:]+\s*|\s{2,}|(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_LIST_MARK = "、"
_ASKING = re.compile(
    r"^\W*(?:(?:so|and|but|or|well|hey|ok|okay|oh)\W+)*(?:what|how|why|when|where|which|who|whose|can|could"
    r"|would|will|should|do|does|did|is|are|was|were|am|have|has|had|may|might|shall|don't|isn't|aren't"
    r"|doesn't|didn't|any|you know|right|correct|got any)\b",
    re.IGNORECASE,
)
_IN_LAW = re.compile(r"\b(mother|father|sister|brother|son|daughter) in law\b")
_MY = re.compile(
    r"(?:(?<=^)|(?<=[.,!?;] )|(?<=\band )|(?<=\bwith )|(?<=\bof )|(?<=\bbut )|(?<=\bso ))[Mm]e(?= (?:girlfriend"
    r"|boyfriend|wife|husband"
    r"|missus|mum|mam|dad|da|ma|nan|gran|mate|brother|sister|dog|cat|son|daughter|lad|boss|fella)\b)",
    re.MULTILINE,
)
"""``me mum`` for ``my mum``, as many say."""
_DROPPED = re.compile(r"(?<=[a-z]{2})in'(?=\s|$)")
"""``workin'`` for ``working``."""
_SMALL_I = re.compile(r"(?<![\w.'@/-])i(?=(?:'(?:m|ve|d|ll)\b)|\s|,|$)(?!\s*[=<])")
"""The speaker in lower case, as some write."""
_ASKING_ZH = re.compile(r"吗|什么|哪|谁|怎么|多少|几个|为何|是不是|要不要|能不能|可不可以|好不好|对不对|你呢|呢$")
_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_ENGLISH_WORD = re.compile(r"[a-z][a-z&'-]*")
_LETTER = re.compile(r"[^\W_]")
_SOMEBODY = re.compile(r"\b(?:I'm|I am) (?:[\w, ]+, )?an? [\w -]+$")
_PARTNER = re.compile(r"\W*(?:(?:my|our) \w+(?: \w+)?|[A-Z]\w+)")
_CUE = re.compile(
    r"(?:\b(?:ever since|since|back in|back on|as of|as from|starting(?: from| in| on)?|beginning(?: in)?"
    r"|until|till|by|from|in|on|at|for|around|about|during|over"
    r"|sometime|early|late)\s+(?:the\s+)?)+$|(?:自从|自|从|在|于|到)$",
    re.IGNORECASE,
)
_FLOATS = frozenset(("days", "nowadays", "moment", "presently", "now", "present", "btw", "way", "tbh", "honest", "fyi"))
_FLOATING = re.compile(
    r"(?:,\s*)?\b(?:btw|fyi|tbh|these days|nowadays|at the moment|at present|presently|for now|right now|(?<!until )"
    r"(?<!till )(?<!by )(?<!from )now(?! that\b| and then\b))\b|,\s*(?:btw|by the way|tbh|to be honest|fyi)\b,?",
    re.IGNORECASE,
)
"""Words that float freely in a clause and change none of its values: "my favourite film now is", "I now weigh"."""
_TAIL = re.compile(r"(?:的时候|之后|以后|以来|开始|起|那年|年底|年初)")
_LONGEST_CLAUSE = 300
"""Characters of a clause that are read: what is longer was not split for want of marks."""
_SHORT = 40
_MOST = 40_000
"""Characters of a message that are read; no one speaks longer than that about themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """A stretch of a message with one verb, if the split is right."""

    start: int
    stop: int
    lead: str = ""
    """The conjunction before it, in lower case."""
    sentence: int
    """Number of its sentence."""
    asked: bool
    """Its sentence is a question."""
    chinese: bool


@dataclass(frozen=True, kw_only=True)
class Page:
    """One text with what the rules ask of it, each computed once and when asked for."""

    text: str
    at: datetime
    zone: tzinfo

    @cached_property
    def shown(self) -> str:
        """The text with code, addresses and others' words as blanks, of the same length."""
        text = _HIDDEN.sub(_hide, self.text[:_MOST])
        text = _LONG_BLANK.sub(_hide, _QUOTED.sub(_unquote, text)).replace("’", "'")
        text = _MY.sub("my", text) if " me " in f" {text}" else text
        text = _DROPPED.sub("ing", text) if "in'" in text else text
        text = _SMALL_I.sub("I", text) if " i" in text or text.startswith("i") else text
        return _IN_LAW.sub(r"\1-in-law", text) if " in law" in text else text

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """In text order, not overlapping."""
        return tuple(_clauses(self.shown))

    @cached_property
    def sentences(self) -> tuple[tuple[int, int, bool], ...]:
        """Start, stop and whether it asks, in order; numbered as ``Clause.sentence`` says."""
        return tuple(_sentences(self.shown))

    @cached_property
    def words(self) -> frozenset[str]:
        """The English words of the text, in lower case."""
        return frozenset(_ENGLISH_WORD.findall(self.shown.lower()))

    @cached_property
    def times(self) -> tuple[TimeExpression, ...]:
        """The time expressions of the text."""
        return resolve(self.shown, self.at, self.zone)

    @cached_property
    def plain(self) -> str:
        """``shown`` with the words that tell time, and those that float, as blanks, of the same length."""
        text = self.shown
        for time in reversed(self.times):
            start, stop = time.span
            cue = _CUE.search(text, max(0, start - 24), start)
            tail = _TAIL.match(text, stop)
            start, stop = cue.start() if cue else start, tail.end() if tail else stop
            text = text[:start] + " " * (stop - start) + text[stop:]
        return _FLOATING.sub(_blank, text) if not self.words.isdisjoint(_FLOATS) else text

    @cached_property
    def chinese(self) -> bool:
        """Whether it holds Chinese characters."""
        return _CJK.search(self.shown) is not None

    def sentence_at(self, number: int) -> str:
        """The text of a sentence."""
        start, stop, _ = self.sentences[number]
        return self.shown[start:stop]


@lru_cache(maxsize=64)
def page_of(text: str, at: datetime, zone: tzinfo) -> Page:
    """The page of a text; the turns before a message are read again and again."""
    return Page(text=text, at=at, zone=zone)


def _hide(found: re.Match[str]) -> str:
    """Code goes without leaving long runs of white space, over which patterns would be slow."""
    return _blank(found) if len(found[0]) < _SHORT else "\n" + "\0" * (len(found[0]) - 2) + "\n"


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _unquote(found: re.Match[str]) -> str:
    """Titles stay without their marks; what somebody said goes."""
    quotation = found[0]
    if _TITLE.fullmatch(quotation) and not _SAID_IN.search(quotation):
        return f" {quotation[1:-1]} "
    return _blank(found)


_KNOWN = re.compile(r"\s*(?:you know|remember),?(?: that)? (?:I|my)\b[^?]*, right$", re.IGNORECASE)
"""What is told in the shape of a question."""


_REQUEST = re.compile(
    r"\s*(?:[,;]|\s[–—-]+)\s*(?:(?:so|and|but|then|now|please|anyway)\s+)*(?=(?:(?:can|could|would|will) "
    r"(?:you|u|we|I|help|someone|anyone)|should (?:I|we)|do you|are there|is there|any (?:ideas?|tips|advice"
    r"|suggestions|recommend\w*|chance)"
    r"|(?:what|which|where|how|why|who) (?:should|would|do|does|did|can|could|are|is|about|to|much|many|else"
    r"|kind|sort|\w+ (?:should|would|do|can|could)))\s\S+\s?\S)",
    re.IGNORECASE,
)
"""Where what is told ends and a request begins: "I'm Steph Okafor now, could you redo the letter?"."""


def _sentences(text: str) -> Iterator[tuple[int, int, bool]]:
    start = 0
    for end in _END.finditer(text):
        if not _ends(text, end):
            continue
        if _LETTER.search(text, start, end.start()):
            known = _KNOWN.match(text, start, end.start()) is not None
            asked = not known and ("?" in end[0] or "？" in end[0])
            request = _REQUEST.search(text, start, end.start()) if asked else None
            if request and _tells(text[start : request.start()]):
                yield start, request.start(), False
                start = request.end()
            yield start, end.start(), asked
        start = end.end()
    if _LETTER.search(text, start):
        yield start, len(text), False


def _tells(before: str) -> bool:
    """Whether what stands before a request is no question itself."""
    return _ASKING.match(before) is None and _LETTER.search(before) is not None


def _ends(text: str, end: re.Match[str]) -> bool:
    """Whether a mark ends a sentence: a full stop only before white space, and not after an abbreviation."""
    if end[0].strip("."):
        return True
    following = text[end.end() : end.end() + 1]
    return (not following or following.isspace()) and not _ABBREVIATED.search(
        text, max(0, end.start() - 4), end.start()
    )


def _clauses(text: str) -> Iterator[Clause]:
    """Clauses, with the question of a sentence kept to where it is asked: "I'm 30 now, can you believe it?"."""
    for _, group in groupby(_raw_clauses(text), key=lambda clause: clause.sentence):
        clauses = list(group)
        if not clauses[0].asked or len(clauses) == 1:
            yield from clauses
            continue
        asking = _ASKING_ZH if clauses[0].chinese else _ASKING
        first = next((place for place, one in enumerate(clauses) if asking.search(text[one.start : one.stop])), None)
        if first is None:
            first = len(clauses) - 1 if clauses[0].chinese else 0
        for place, one in enumerate(clauses):
            yield one if place >= first else replace(one, asked=False)


def _raw_clauses(text: str) -> Iterator[Clause]:
    for number, (start, stop, asked) in enumerate(_sentences(text)):
        chinese = _CJK.search(text, start, stop) is not None
        at, lead = start, ""
        for joint in (_JOINT_ZH if chinese else _JOINT).finditer(text, start, stop):
            if (joint[0] == _LIST_MARK) if chinese else not _separates(joint, text[at : joint.start()]):
                continue
            if clause := _clause(text, at, joint.start(), lead, number, asked, chinese):
                yield clause
            at, lead = joint.end(), _word_of(joint, chinese)
        if clause := _clause(text, at, stop, lead, number, asked, chinese):
            yield clause


def _separates(joint: re.Match[str], before: str) -> bool:
    """Whether a joint is one: not in "Tom and I broke up"; in "I'm a nurse living in Leeds", not in "I'm living"."""
    if joint["reduced"] is not None:
        return _SOMEBODY.search(before) is not None
    return not (joint["word"] in ("and", "And") and _PARTNER.fullmatch(before))


def _word_of(joint: re.Match[str], chinese: bool) -> str:
    if chinese:
        return ""
    groups = joint.groupdict()
    return (groups["word"] or groups["bare"] or (groups["name"] or "").strip(" ,;")).lower()


def _clause(text: str, start: int, stop: int, lead: str, number: int, asked: bool, chinese: bool) -> Clause | None:
    while start < stop and (text[start].isspace() or text[start] in "-–—*•,;:"):
        start += 1
    stop = min(stop, start + _LONGEST_CLAUSE)
    while stop > start and text[stop - 1].isspace():
        stop -= 1
    if not _LETTER.search(text, start, stop):
        return None
    if not lead and (found := _LEAD.match(text, start, stop)):
        lead = found["word"].lower()
    return Clause(start=start, stop=stop, lead=lead, sentence=number, asked=asked, chinese=chinese)
