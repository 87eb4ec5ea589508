"""From a message to clauses: where one statement ends and the next begins, and which of them assert nothing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import lru_cache

from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.foresight.plain import plain
from memos_core.operation.formation.foresight.splitting import apart, is_note
from memos_core.operation.formation.foresight.times import Time, times
from memos_core.operation.formation.foresight.unreal import (
    ASIDE,
    DICTATES,
    OF_OTHERS,
    OWN_MAIL,
    TALE,
    depends,
    joked,
    may_be_fiction,
    untrue,
)
from memos_core.operation.formation.temporal.scanning import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One statement of a message."""

    start: int
    stop: int
    text: str
    """As written."""
    low: str
    """In lower case, what is quoted blotted out; position by position the same."""
    bare: str
    """``low`` with its times blotted out as well, in plain words: no offset into the message holds in it."""
    sentence: int
    """Which sentence of the message it belongs to."""
    times: tuple[Time, ...]
    at: datetime
    """When it was said, aware UTC."""
    asked: bool
    """It is a question, or an offer put as one."""
    unreal: bool
    """Its sentence tells of fiction, a dream, a text to be written, or a condition."""

    @property
    def chinese(self) -> bool:
        """Whether Chinese rules read it."""
        return _HAN.search(self.low) is not None


BLOT = "~"
_HAN = re.compile(r"[\u4e00-\u9fff]")
_QUOTED = re.compile(
    r"(?s:```.*?(?:```|\Z))|`[^`\n]*`|“[^”]*”?|\"[^\"\n]*(?:\"|$)|「[^」]*」?|『[^』]*』?"
    r"|(?<![a-z0-9])'[^'\n]{3,}[.,!?]'|^>.*$"
    r"|(?<=wrote |.says |.said |reads |rites |means |hrase |tence ):? ?'(?!til|cause|em\b|\d)(?:[^'\n]"
    r"|(?<=[a-z])'(?=[a-z]))"
    r"{3,}'(?![a-z0-9])",
    re.MULTILINE,
)
_SENTENCE = re.compile(
    r"(?=[.!?…。！？；\n])"
    r"(?:\.(?<!\b[ap]\.m\.)(?<!(?<!')\b[a-hjlmp-tvwz]\.)(?<!\b(?:dr|mr|st|vs|no)\.)(?<!\b(?:mrs|e\.g|i\.e)\.)"
    r"(?!(?<=\b(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)\.) ?\d)(?=[\s\"')”]|$)|[!?…]+(?=[\s\"')”]|$)"
    r"|[。！？!?；]+|\.{2,}|\n+)[\"')”’]*"
)
_BREAK = Cue(
    r"(?=[\s,;:–—()，；：])(?:[,;:]\s+(?:(?:and|but|so|because|then|or|yet|plus|which means|which)\s+(?=\S))?"
    r"|\s+[–—-]+\s+|—|\s*[()]\s*"
    r"|\s+(?:but|because|cause|whereas|though|although|while|now that|given that|until then)\s+"
    r"|\s+so\s+(?!that\b|you know|far\b|much\b|long\b|many\b|as\b|badly\b|hard\b|excited|sick|happy)"
    r"|\s+or\s+(?=else\b|(?:i|we|he|she|they|it|you)(?:'[a-z]+)? [a-z])|\s+(?:since"
    r"|as)\s+(?=(?:i|my|we|i'm|we're|she|he|she's|he's)\b)"
    r"|\s+(?:and|then)\s+(?!i are\b)(?=(?:i|i'[a-z]+|we|we'[a-z]+|he|he'[a-z]+|she|she'[a-z]+|they|they'[a-z]+|my"
    r"|our|their|his|her|it|it's|the doctor|can't|no|not|then)\b)"
    r"|[，；：]|,(?!(?<=\d,)\d)|——)"
)
_PREDICATE = re.compile(
    r"\b(?:i|im|ive|cant|wont|dont|didnt|isnt|its|theyre|theres|we|he|she|they|it|you|there|who|i'[a-z]+|we'[a-z]+"
    r"|you'[a-z]+|he's|she's|they'[a-z]+"
    r"|it'[a-z]+|there's|that's|is|are|am|was|were|be|been"
    r"|will|have|has|had|must|can|can't|cannot|won't|don't|didn't|doesn't|isn't|aren't|do|does|did|should|would|could"
    r"|going|gonna|need|needs|promise[ds]?|booked|due|want|wants|wanna|fancy|care|starts?|begins?"
    r"|ends?|comes?|goes|leaves|leaving|arrives?|returns?|returning)\b"
    r"|^(?:please |pls )*(?:remind|wish|nudge|pray|shout|expect|bring|tell|ask|help|don't|send|suggest|recommend|find"
    r"|give|pick|write|what|what's|where|where's|when|how|how's|which|who's|why|whose)\b"
    r"|^(?:[a-z]+ ){1,2}only\b|^nil by mouth\b|^(?:currently|temporarily|still) (?:in|at|on|off|with|out|away|over"
    r"|down|up)\b|^(?:any|thoughts|ideas|tips|suggestions|advice|recommendations) "
    r"|^(?:[a-z-]+ ){1,3}(?:ideas|tips|suggestions|advice|recommendations|recs)$"
    r"|^(?:so |and |but )?(?:no|not|nothing|none|zero|only|off|on|arriving|landing|starting|just|got|back|finally"
    r"|finished|submitted"
    r"|flying|taking|working|pulling|doing|covering|staying|travell?ing|living|house-?sitting|isolating|recovering"
    r"|visiting"
    r"|wearing|eating|avoiding|saving|dieting|hosting|stuck|home|away|in bed)\b|[a-z]'(?:s|re) (?:not )?[a-z]+ing\b"
    r"|(?<!^)\b(?!this|its|his|news|yes|plus|towards|always|perhaps|thanks|tickets|miss|less|across|days|weeks"
    r"|months|hours)[a-z]{3,}s"
    r" (?:off|on|in|up|out|at|for|from|to|back|around|over|his|her|their|its|the|my|our) "
    r"|[a-z]{3}'s (?:the|this|next|a|an|my|our|now|not|just|booked|set|due|\d|[a-z]+day)\b"
    r"|[a-z]'s (?:in|at|on|with|over|under|up|down|got|stuck|coming|having) [a-z0-9]"
    r"|[a-z]'s (?:still |being |all |not )?(?:[a-z]{3,}ed|broken|torn|gone|out|off|away|back|down|due|shut|dead"
    r"|tight|sick|ill)\b"
)
_ASKS = Cue(
    r"^(?:so |and |but |then |also |oh |hey |ok(?:ay)? |well |um+ )*(?!(?:did|had) (?:my|our|the|a)\b)(?:(?:are|is|am"
    r"|was|were|do|does"
    r"|did|will|would|could|can|should|shall|have|has|had|may|might"
    r"|won't|isn't|aren't|don't|didn't|haven't|hasn't|couldn't|can't|shouldn't|wouldn't)\s+(?:you|i|we"
    r"|he|she|they|it|there|the|that|this|your|my|our|anyone|somebody|any)\b"
    r"|(?:what|when|where|who|whom|whose|which|why|how|what's|when's|where's|who's|how's|any (?:tips"
    r"|ideas|advice|recommendations|suggestions|plans|chance))\b)"
    r"|[吗嘛么][？?]?$|(?:什么时候|为啥|为什么|干嘛|啥时候|[是吃买穿送带]啥|咋|哪[天儿里个]|怎么"
    r"|多少|谁[?？]|几[点号]|如何|能不能|要不要|是不是|可不可以|好不好"
    r"|有没有|行不行|去不去|来不来)"
)
_SUBORDINATE = re.compile(r"^(?:while|now that|since|because|given|as|during|with|after|until|before|for)\b")


@lru_cache(maxsize=64)
def clauses(text: str, at: datetime, zone: tzinfo) -> tuple[Clause, ...]:
    """The clauses of a message in order; the last few messages are remembered, each is asked for several times."""
    low = _blotted(fold(text))
    found = tuple(time for time in times(text, low, at, zone) if low[time.start] != BLOT)
    made: list[Clause] = []
    dictated = tale = False
    sentences = list(_sentences(low, found))
    jests = joked([low[start:stop] for start, stop, _ in sentences])
    fiction = may_be_fiction(low)
    for number, (start, stop, ending) in enumerate(sentences):
        sentence = low[start:stop]
        dictates = DICTATES.match(sentence.strip()) is not None and OWN_MAIL.search(sentence) is None
        unreal = dictated or dictates or any(jests[number : number + 2]) or untrue(sentence, fiction=fiction)
        unreal = unreal or (tale and OF_OTHERS.match(sentence.strip()) is not None)
        tale = tale or (fiction and TALE.search(sentence) is not None)
        dictated = dictated or (dictates and (sentence.rstrip().endswith(":") or "\n" in ending))
        pieces = list(_pieces(low, start, stop, found))
        conditional = [depends(low[first:last]) for first, last in pieces]
        whole = _HAN.search(sentence) is not None or any(
            said and not ASIDE.search(low[first:last]) for said, (first, last) in zip(conditional, pieces, strict=True)
        )
        for place, (first, last) in enumerate(pieces):
            asked = _asks(low[first:last], "?" in ending or "？" in ending, place == len(pieces) - 1)
            own = tuple(time for time in found if first <= time.start < last)
            made.append(
                Clause(
                    start=first,
                    stop=last,
                    text=text[first:last],
                    low=low[first:last],
                    bare=plain(_without(low, first, last, own)),
                    sentence=number,
                    times=own,
                    at=at,
                    asked=asked,
                    unreal=unreal or conditional[place] or (whole and any(conditional)),
                )
            )
    return tuple(made)


def _blotted(low: str) -> str:
    return (
        _QUOTED.sub(lambda match: BLOT * len(match.group()), low) if any(mark in low for mark in "\"“「『>'`") else low
    )


def _without(low: str, start: int, stop: int, found: Sequence[Time]) -> str:
    for time in found:
        low = low[: time.start] + BLOT * (time.stop - time.start) + low[time.stop :]
    return low[start:stop]


def _sentences(low: str, found: Sequence[Time]) -> Iterator[tuple[int, int, str]]:
    """Start, stop and closing punctuation of each."""
    start = 0
    for match in _SENTENCE.finditer(low):
        if _inside(match.start(), found):
            continue
        if low[start : match.start()].strip():
            yield start, match.start(), match.group()
        start = match.end()
    if low[start:].strip():
        yield start, len(low), ""


def _inside(place: int, found: Sequence[Time]) -> bool:
    return any(time.start < place < time.stop - 1 for time in found)


def _broken(low: str, start: int, stop: int, found: Sequence[Time]) -> list[tuple[int, int]]:
    """The sentence, broken at commas, conjunctions and the like."""
    spans, first = [], start
    for match in _BREAK.finditer(low, start, stop):
        clock = low[match.start()] == ":" and low[match.start() - 1].isdigit()
        if clock or _inside(match.start(), found):
            continue
        spans.append((first, match.start()))
        word = _OPENS.search(match.group())
        first = match.start() + word.start() if word else match.end()
    spans.append((first, stop))
    return [(begin, end) for begin, end in (_stripped(low, *span) for span in spans) if begin < end]


def _pieces(low: str, start: int, stop: int, found: Sequence[Time]) -> Iterator[tuple[int, int]]:
    """The spans of the clauses of one sentence, events with dates of their own apart."""
    for span in _predicates(low, start, stop, found):
        yield from apart(low, *span, found)


def _predicates(low: str, start: int, stop: int, found: Sequence[Time]) -> Iterator[tuple[int, int]]:
    """The spans of the clauses of one sentence; what has no predicate belongs to its neighbour."""
    spans = _broken(low, start, stop, found)
    joined: list[tuple[int, int]] = []
    pending: int | None = None
    for begin, end in spans:
        if pending is not None and (head := _head(low, pending, begin, end, found)) is not None:
            joined.append(head)
            pending = None
        leans = _leans(low, begin, end, found, last=end == spans[-1][1])
        if leans is None:
            joined.append((begin if pending is None else pending, end))
            pending = None
        elif joined and leans:
            joined[-1] = (joined[-1][0], end)
            pending = None
        elif pending is None:
            pending = begin
    if pending is not None:
        joined.append(_stripped(low, pending, stop))
    yield from joined


def _leans(low: str, begin: int, end: int, found: Sequence[Time], *, last: bool) -> bool | None:
    """Whether a piece belongs to the one before it, or to the one after; ``None`` for a statement of its own."""
    if _says_only_when(low, begin, end, found):
        return last or _BACKWARD.match(low, begin) is not None
    tells = _HAN.search(low[begin:end]) or _PREDICATE.search(low[begin:end])
    return None if tells and not _ONLY_BOUND.match(low, begin, end) else True


def _head(low: str, start: int, begin: int, end: int, found: Sequence[Time]) -> tuple[int, int] | None:
    """The span of what waits for a statement, where it is one itself."""
    join = _JOINS.search(low, start, begin)
    if join is not None and low[start : join.start()].count(" ") > 1:
        return _stripped(low, start, join.start())
    if _heads_alone(low, start, begin, end, found) and not _says_only_when(low, begin, end, found):
        return _stripped(low, start, begin)
    return None


def _heads_alone(low: str, start: int, begin: int, end: int, found: Sequence[Time]) -> bool:
    """Whether a dated heading stands before a question or a ban: "Half marathon on Sunday, what should I eat?"."""
    dated = any(start < time.start < begin for time in found)
    if not dated or _says_only_when(low, start, begin, found):
        return False
    return _ASKS.search(low[begin:end]) is not None or is_note(low[start:begin], low[begin:end])


_OPENS = re.compile(r"(?:or|while|now that|given that|because|since|as|until then|can't|no|not)\b")
_JOINS = re.compile(r"(?<= )(?:so|but|because)\s+$")
"""Before it stands a statement, whatever its verb: "had a tooth out this morning so nothing hot until Friday"."""
_BACKWARD = re.compile(r"(?:until|till|for|from|through|to|by|starting|beginning)\b|[到直为从]")
_ONLY_BOUND = re.compile(
    r"(?:from|until|till?) (?!.*\b(?:i|we|he|she|they|it|you|there|who|no|not|nothing|only|is|are|will|can't|don't"
    r"|i'[a-z]+|we'[a-z]+"
    r"|[a-z]+'(?:s|re|ll|m))\b)"
)
"""Begins a piece that bounds the one before it, and tells nothing: "in retreat, from the 20th until Michaelmas"."""
_EMPTY = re.compile(
    r"\b(?:on|in|from|starting|beginning|until|till|by|for|at|this|the|and|so|but|then|as|of|after"
    r"|before|through|to|well|oh|anyway|yes|also)\b|[到从在于直这那就\W_]"
)


def says_only_when(text: str, at: datetime, zone: tzinfo) -> bool:
    """Whether a text is a time and nothing else."""
    low = fold(text)
    return _says_only_when(low, 0, len(low), times(text, low, at, zone))


def _says_only_when(low: str, start: int, stop: int, found: Sequence[Time]) -> bool:
    """Whether a piece is a time and nothing else: "On Friday," of "On Friday, I'm flying to Rome"."""
    inner = [time for time in found if start <= time.start < stop]
    if not inner:
        return False
    rest, place = "", start
    for time in inner:
        rest, place = rest + " " + low[place : time.start], time.stop
    return not _EMPTY.sub("", rest + " " + low[place:stop]).strip()


def _stripped(low: str, start: int, stop: int) -> tuple[int, int]:
    while start < stop and not (low[start].isalnum() or low[start] in "~$€£¥"):
        start += 1
    while stop > start and low[stop - 1] in " \t\n,;:-–—!?.。！？，、；：)(\"'…":
        stop -= 1
    return start, stop


_OF_HEARER = re.compile(r"(?:那|所以|对了|哎|诶)?(?:你|您)")


_MARVELS = re.compile(
    r"(?:and |so |oh )*(?:can you believe|did i (?:tell you|mention)"
    r"|have i told you)(?: that)? (?!about\b|it\b|of\b|how\b)"
)
"""Begins a question that tells something: "can you believe my baby starts nursery on Monday?"."""


def _asks(low: str, marked: bool, last: bool) -> bool:
    if marked and _MARVELS.match(low):
        return False
    if _ASKS.search(low):
        return True
    if not marked or _SUBORDINATE.match(low):
        return False
    if not last and _HAN.search(low):
        return _OF_HEARER.match(low) is not None
    return last or low.startswith(("or ", "and what", "and how"))
