"""Turned sentences put straight: "It's hazelnuts that I'm allergic to", "what I really like is jazz", 我过敏的是榛子.

A cleft sets one word of a plain clause apart. It is turned back into that clause, which the other rules then read, so
that no slot needs a rule of its own for it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from memos_core.operation.formation.facts.chinese_nouns import PET
from memos_core.operation.formation.facts.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Straightened:
    """A plain clause, and where in the message it was said otherwise."""

    said: str
    start: int
    stop: int


_WHO = r"(?P<who>I|we|my [a-z-]+|our [a-z-]+)"
_VERB = (
    r"(?P<verb>(?:(?:'m|'ve|am|are|is|have|do|'re|'s)\s+)?(?:(?:really|actually|mostly|truly|just|still|now|currently"
    r"|always|absolutely|honestly|also|usually|most)\s+)*"
    r"(?:allergic|intolerant|live|living|lived|work|working|like|love|hate|adore|enjoy|dislike|detest|prefer"
    r"|can't (?:stand|eat|bear)|cannot (?:stand|eat|bear)|don't (?:like|eat|drink|enjoy)|play|drive|driving|ride"
    r"|study|studying|speak|take|taking|own|into|afraid|scared|obsessed|play|playing|learning)\b"
    r"(?:\s+(?:at home(?: with (?:the|my|our) \w+)?|with (?:the|my|our) \w+|the most|most|more than anything|best|now"
    r"|these days|every day))?)"
)
_TO = r"(?:\s+(?P<prep>to|in|at|for|of|with|into|on))?"
_END = r"(?=\s*(?:[,.!;:–—-]|$)|\s+(?:and|but|so|now|these days|because|not)\b)"
_X = (
    r"(?P<x>(?!that\b|this\b|it\b|when\b|how\b|you\b|the way\b|the fact\b|to\b|not\b|no\b|because\b|if\b|why\b|all\b"
    r"|everything\b|nothing\b|what\b|me\b|him\b|her\b|them\b|a good\b|only\b|so\b|one\b|just\b|the (?:people|only"
    r"|one|thing|idea|same)\b)[\w][\w' &-]{1,40}?)"
)
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:[Ii]t's|[Ii]t is|[Ii]t was|[Tt]hat's)\s+(?:actually\s+|really\s+|only\s+|just\s+|now\s+|in fact\s+)*"
        rf"(?:(?P<lead>in|at|for|to)\s+)?{_X}\s+(?:(?:that|which)\s+)?{_WHO}\s*{_VERB}{_TO}{_END}",
        rf"\b(?:[Ww]hat|[Ww]here|[Tt]he (?:only |one |main |real )?(?:ones?|things?|foods?|places?|company|firm"
        rf"|instruments?|sports?|cars?|languages?|subjects?|music|drinks?|drugs?|meds?|medicine|city|town"
        rf"|house|flat|team|band|dish|game|genre|fruit|school|village|bike|truck|van)(?: that| which| where)?)"
        rf"\s+{_WHO}\s*{_VERB}{_TO}\s+(?:now\s+)?(?:is|are|would be)(?:\s+actually|\s+really|\s+now"
        rf"|\s+probably|\s+definitely)*\s+(?:(?P<lead>in|at|for|to)\s+)?{_X}{_END}",
        r"(?:^|(?<=[.!?]\s)|(?<=,\s)|(?<=\bno\s)|(?<=\bbut\s)|(?<=\band\s))(?P<x>[A-Z][\w' &-]{1,30}?"
        r"|[a-z][\w' -]{1,20}?)"
        rf"(?:'s|\s+is|\s+are)(?:\s+actually|\s+really|\s+now)*\s+(?:what|the (?:one|one thing|thing"
        rf"|only thing)(?: that)?)\s+{_WHO}\s*{_VERB}{_TO}{_END}",
    )
)
_NOT_FORM = re.compile(
    rf"\b(?:[Ii]t isn't|[Ii]t's not|[Ii]t is not)\s+{_X}\s+(?:(?:that|which)\s+)?{_WHO}\s*{_VERB}{_TO}{_END}"
)
_WHO_FORM = re.compile(
    r"\b(?:[Ii]t's|[Ii]t is)\s+(?P<x>(?:my|our) [a-z-]+(?: [A-Z]\w+)?|[A-Z][a-z]+)(?:,[^,.!?]{1,24},)?\s+"
    r"(?:who|that)(?P<verb>(?:'s|\s+is|\s+has|\s+lives|\s+works|\s+loves|\s+hates|\s+likes|\s+can't)\s[^,.!?;]+)"
)
_AUXILIARY = re.compile(r"(?:allergic|intolerant|into|afraid|scared|obsessed)\b")
_APPOSED = re.compile(
    r"\b(?P<who>(?:[Mm]y"
    r"|[Oo]ur) (?:(?!is\b|was\b|on\b|in\b)[a-z-]+ ){1,2}[A-Z][a-z]+),? \(?(?P<age>\d{1,3})\)?,? (?P<rest>(?:is|lives"
    r"|works|has"
    r"|plays|loves|studies|just|moved|goes|still|also|hates|drives)\b[^.!?;]*)"
)
_APPOSED_TRADE = re.compile(
    r"\b(?P<who>(?:[Mm]y|[Oo]ur) (?:[a-z-]+ ){1,2})(?:is called |is named |called |named )?(?P<name>[A-Z][a-z]+), "
    r"(?P<what>an? [a-z][\w -]{2,40}?)(?=,|\s*[.!;]|\s*$)(?!, [A-Z])"
)
_APPOSED_SELF = re.compile(
    r"\b(?:I'm|I am|[Mm]y name is|[Mm]y name's) [A-Z][\w'-]+(?: [A-Z][\w'-]+)?, (?:(?P<age>\d{2}), )?"
    r"(?P<what>an? (?![A-Z])[\w' -]{2,60}?)(?=\s*[,.!;:]|\s*$|\s+(?:and|who|but|with|trying|looking|working)\b)"
)
_CUE = re.compile(r"\b(?:[Ii]t's|[Ii]t is|[Ii]t was|[Ii]t isn't|[Ww]hat|[Ww]here|[Tt]he|[Tt]hat's)\b")
_OFF = re.compile(
    r"\b(?:novel|film|movie|character|if|wish|used to|would)\b|\babout\s+\w+\s+(?:is|are)\b", re.IGNORECASE
)
_LONGEST = 1500


def straightened(page: Page) -> Iterator[Straightened]:
    """The clefts of a message as plain clauses; none of what is asked or supposed."""
    text = page.shown
    if len(text) > _LONGEST:
        return
    if page.chinese:
        yield from _chinese(page)
    if _OWN.search(text) or "I'm" in text or "I am" in text:
        yield from _apposed(page)
    if _CUE.search(text) is None:
        return
    yield from _clefts(page)


def _clefts(page: Page) -> Iterator[Straightened]:
    text = page.shown
    forms = [pattern for cue, pattern in zip(_CUES, (*_FORMS, _NOT_FORM), strict=True) if cue.search(text)]
    whose = _WHOSE.search(text) is not None
    for start, stop, asked in page.sentences if forms or whose else ():
        if asked or _OFF.search(text, start, stop):
            continue
        for pattern in forms:
            for found in pattern.finditer(text, start, stop):
                if _is_judged(found["x"], found["verb"]):
                    continue
                yield Straightened(said=_plain(found, pattern is _NOT_FORM), start=found.start(), stop=found.end())
        for found in _WHO_FORM.finditer(text, start, stop) if whose else ():
            said = f"{found['x'][0].upper()}{found['x'][1:]}{found['verb']}."
            yield Straightened(said=said, start=found.start(), stop=found.end())


_CUES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:[Ii]t|[Tt]hat)(?:'s| is| was) [^.!?]{2,60}(?: I\b| we\b| my | our )",
        r"\b(?:[Ww]hat|[Ww]here|[Tt]he [a-z ]{3,20}) (?:I|we|my|our)\b[^.!?]{3,60} (?:is|are|would be) ",
        r"(?: what| thing| the one)(?: that)? (?:I|we|my|our)\b",
        r"[Ii]t (?:isn't|is not)|[Ii]t's not",
    )
)
"""A quick look for each form."""
_WHOSE = re.compile(r"[Ii]t(?:'s| is) [^.!?]{2,60} (?:who|that)(?:'s| )|[Ii]t(?:'s| is) [^.!?]{2,60} who's")


def _is_judged(said: str, verb: str) -> bool:
    """What is told of a thing at hand, and no cleft: "it's a show that I love", "it's based on a book I love"."""
    if _PLACED.search(verb):
        return re.match(r"(?:the |an? )?[A-Z]|(?:the|an?) ", said) is None
    return _NO_ITEM.match(said) is not None and _OWNED.search(verb) is None


_NO_ITEM = re.compile(r"an?\b|[a-z]+ed\b|[\w' -]+ (?:on|about|from|by|of|with) ", re.IGNORECASE)
_PLACED = re.compile(r"\b(?:live|living|lived|work|working)\b")
_OWNED = re.compile(r"\b(?:play|drive|driving|ride|own|work|live)\b")
_OWN = re.compile(r"\b(?:[Mm]y|[Oo]ur) [a-z]")


def _apposed(page: Page) -> Iterator[Straightened]:
    """``My cousin Ben, 24, is a plumber``, ``my aunt is called Jo, a dentist``, ``I'm Mara, a nurse from Leeds``."""
    for start, stop, asked in page.sentences:
        if asked or _OFF.search(page.shown, start, stop):
            continue
        for found in _APPOSED.finditer(page.shown, start, stop):
            who = f"M{found['who'][1:]}" if found["who"][0] == "m" else found["who"]
            said = f"{who} is {found['age']}. {who} {found['rest']}."
            yield Straightened(said=said, start=found.start(), stop=found.end())
        for found in _APPOSED_TRADE.finditer(page.shown, start, stop):
            said = f"{found['who']}{found['name']} is {found['what']}."
            yield Straightened(said=said, start=found.start(), stop=found.end())
        for found in _APPOSED_SELF.finditer(page.shown, start, stop):
            said = f"I'm {found['age']}. I'm {found['what']}." if found["age"] else f"I'm {found['what']}."
            yield Straightened(said=said, start=found.start(), stop=found.end())


def _plain(found: re.Match[str], denied: bool) -> str:
    """``hazelnuts``, ``I``, ``'m allergic``, ``to`` as ``I'm allergic to hazelnuts.``."""
    groups = found.groupdict()
    who, verb = groups["who"], groups["verb"].strip()
    verb = re.sub(
        r"\s+(?:at home(?: with \w+ \w+)?|with (?:the|my|our) \w+|the most|most|more than anything|best|these days"
        r"|every day)$",
        "",
        verb,
    )
    prep = groups["prep"] or groups.get("lead") or ("in" if verb.endswith(("live", "living")) else "")
    said = f"{who}{'' if verb.startswith(chr(39)) else ' '}{verb}{' ' + prep if prep else ''} {groups['x'].strip()}."
    said = said[0].upper() + said[1:]
    if not denied:
        return said
    return re.sub(r"('m|'re|'s| am| is| are)\b", r"\1 not", said, count=1) if _AUXILIARY.search(verb) else ""


_ADVERBS = r"(?:真正|其实|现在|一直|最近|目前|平时|真|确实|主要|才|只|也|唯一|从小)*"
_ZH = (
    (
        re.compile(
            rf"(?:我|让我|令我|会让我){_ADVERBS}过敏的(?:东西|食物|药)?(?:其实|应该|才|原来|就"
            rf"|反而)*是(?P<x>[^，。！？的了]{{1,10}})"
        ),
        "我对{x}过敏",
    ),
    (
        re.compile(r"(?:^|(?<=[，,。！；\s]))(?:原来|其实|应该)?是(?P<x>[^，。！？的了我他她]{1,8})(?:让|令|害)我过敏"),
        "我对{x}过敏",
    ),
    (re.compile(r"(?P<x>[^，。！？的了我他她]{1,8})才是(?:让|令)?我过敏的(?:东西)?"), "我对{x}过敏"),
    (
        re.compile(
            rf"我{_ADVERBS}(?P<verb>喜欢|爱|讨厌|爱吃|爱喝|喜欢吃|喜欢听|受不了|热爱|不喜欢)的(?:东西"
            rf"|食物)?(?:其实|还|才|就|反而)*是"
            r"(?P<x>(?!你|他|她|它|我|这|那|因为|在|有|能)[^，。！？的了]{1,10})(?!的|[^，。！？了])"
        ),
        "我{verb}{x}",
    ),
    (
        re.compile(
            r"(?:^|(?<=[，,。！；\s]))(?P<x>(?!这|那|他|她|它|你)[^，。！？的了我]{1,8})才是我(?:真正"
            r"|最)?(?:的(?:最爱|真爱)|(?:喜欢|爱)的)"
        ),
        "我喜欢{x}",
    ),
    (re.compile(r"我(?:现在|目前)?(?:住|生活)的(?:地方|城市)(?:就)?(?:是|在)(?P<x>[^，。！？的了]{2,8})"), "我住在{x}"),
    (
        re.compile(r"我(?:现在|目前)?(?:工作|上班)的(?:地方|公司|单位)(?:就)?(?:是|叫|在)(?P<x>[^，。！？的了]{2,10})"),
        "我在{x}上班",
    ),
)


_AGE = r"(?:今年|刚?满|都|才|已经|快|也)*(?P<age>\d{1,2}|[一二两三四五六七八九十]{1,3})岁"
_ZH_PEOPLE = (
    (
        re.compile(
            rf"我(?:们)?家?的?(?:那?只|那?条)?(?P<kind>{PET})(?P<x>(?!今年|已经|刚|才|都|快"
            rf"|也)[\u4e00-\u9fff]{{1,3}}?){_AGE}"
        ),
        "{x}{age}岁了",
    ),
    (
        re.compile(
            r"(?:订婚|求婚)[^？?。！]{0,10}[，。！,!]\s*(?P<x>[\u4e00-\u9fffA-Za-z]{2,4}?)(?<![他她])(?:终于"
            r"|居然)?(?:答应|同意|说愿意|说好)"
        ),
        "我和{x}订婚了",
    ),
    (
        re.compile(
            r"我[^，。！？他她]{0,6}?[向跟和](?P<x>[\u4e00-\u9fffA-Za-z]{2,4}?)求(?:了)?婚[^？]{0,8}?(?:答应"
            r"|同意|愿意|成功)"
        ),
        "我和{x}订婚了",
    ),
    (
        re.compile(
            r"我(?:现在|最近|正)*在?(?:和"
            r"|跟)(?P<x>(?![他她你一女男前])[\u4e00-\u9fffA-Za-z]{2,4}?)(?:在)?(?:交往|谈恋爱|处对象)(?!过)"
        ),
        "我对象叫{x}",
    ),
)


def _chinese(page: Page) -> Iterator[Straightened]:
    text = page.shown
    if _ZH_CUE.search(text):
        first = page.sentences[0][0] if page.sentences else 0
        for pattern, form in _ZH_PEOPLE:
            for found in () if _ZH_OFF.search(text) else pattern.finditer(text, first):
                yield Straightened(said=form.format(**found.groupdict()), start=found.start(), stop=found.end())
    if "的" not in text and "让我" not in text and "令我" not in text and "害我" not in text:
        return
    for start, stop, asked in page.sentences:
        if asked or _ZH_OFF.search(text, start, stop):
            continue
        for pattern, form in _ZH:
            for found in pattern.finditer(text, start, stop):
                yield Straightened(said=form.format(**found.groupdict()), start=found.start(), stop=found.end())


_ZH_OFF = re.compile(r"如果|要是|假如|以前|曾经|小说|电影里|梦见|想养|？|\?")
_ZH_CUE = re.compile(r"岁|求婚|订婚|交往|谈恋爱|处对象")
