"""Answers that say nothing by themselves: with the question before them they are statements.

"When is your flight?" and "On Friday." make "My flight is on Friday".
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from memos_core.domain.engram import Message
from memos_core.operation.formation.foresight.clauses import says_only_when
from memos_core.operation.formation.foresight.lexicon import names_a_state
from memos_core.operation.formation.foresight.times import Role, times
from memos_core.operation.formation.temporal import Granularity
from memos_core.operation.formation.temporal.scanning import fold

_LONGEST = 60
"""Characters of an answer; what is longer speaks for itself."""
_YES = re.compile(
    r"(?:(?:yes|yeah|yep|yup|ya|sure am|i am|i do|we are|we do|it is|indeed|correct|that's right|exactly|right"
    r"|of course"
    r"|absolutely|definitely|sure|certainly)\b[ ,.!:]*)+"
    r"|(?:(?:(?:来|去|参加|在|回|走|办|考|飞|必须)(?:的|呀|啊|呢)?(?=[，,。！! ]|$)|必须(?:来|去|的)|是的?|对的?"
    r"|对啊|嗯+|没错|当然|要的?|会的?|去的?|好的)[啊呀哦，,。！! ]*)+"
)
_FILLER = re.compile(
    r"^(?:(?:it's|it is|that's|that'll be|it'll be|it will be|we're leaving|oh|well|um+|uh|hm+|let me see|so|just|ok"
    r"|okay|the"
    r")\b[ ,.…]*)*|^(?:嗯+|哦|就|是|在|就是)[，, ]*"
)
_ASKED = re.compile(r"[?？]")
_WHEN = (
    r"(?:when|(?:on )?(?:what|which) (?:day|date|time|month|weekend)|at what time|what time|how long|until when"
    r"|till when|how much longer)"
)
_SWAPPED = (
    (re.compile(r"\byour\b"), "my"),
    (re.compile(r"\byours\b"), "mine"),
    (re.compile(r"\byourself\b"), "myself"),
    (re.compile(r"\byou guys\b|\byou two\b|\byou both\b|\byou all\b"), "we"),
    (re.compile(r"\bare you\b"), "am i"),
    (re.compile(r"\b(for|to|with|at|from|near|by|of) you\b"), r"\1 me"),
    (re.compile(r"\byou\b"), "i"),
)
_SUBJECT = r"(?P<subject>i|we|he|she|they|it|(?:my|the|our|his|her|their|[a-z]+'s) (?:[\w'-]+ ){0,3}?[\w'-]+|[a-z]+)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str], str]], ...] = (
    (
        re.compile(rf"{_WHEN}(?:'s| is| are|'re) (?P<what>(?:my|the|our|his|her|their) [^,]+)$"),
        lambda match, time: f"{match['what'].strip()} is {time}",
    ),
    (
        re.compile(rf"{_WHEN} (?P<be>is|are|am|will|must) {_SUBJECT} (?P<rest>\w+.*)$"),
        lambda match, time: f"{match['subject']} {match['be']} {match['rest']} {time}",
    ),
    (
        re.compile(rf"{_WHEN} (?P<do>do|does) {_SUBJECT} (?P<rest>\w+.*)$"),
        lambda match, time: f"{match['subject']} {_conjugated(match)} {time}",
    ),
)
_AGREED: tuple[re.Pattern[str], ...] = (
    re.compile(rf"(?P<be>is|are|am|will|must) {_SUBJECT} (?P<rest>\w+.*)$"),
    re.compile(rf"(?P<do>do|does) {_SUBJECT} (?P<rest>\w+.*)$"),
)
_WHEN_CHINESE = re.compile(
    r"(?:是|在)?(?:什么时候|啥时候|哪一?天|几月几[号日]|几[号日]|周几|星期几|礼拜几|几点钟?|何时|多久|多长时间|几天"
    r"|什么时间)"
)
_PARTICLES = re.compile(r"[吗呢啊呀吧的]*[?？]?$")


def statement(message: Message, before: Sequence[Message], zone: tzinfo) -> str | None:
    """What a short answer to the message before it states, in the words of its speaker.

    Args:
        message: The answer.
        before: Messages of its session before it, oldest first.
        zone: The time zone whose days its people mean.

    Returns:
        ``None`` when the message before asks nothing, or this is no bare answer to it.
    """
    if not before or len(message.text) > _LONGEST or before[-1].who == message.who:
        return None
    if not _ASKED.search(before[-1].text):
        return None
    answer = fold(message.text).strip(" .!。！~")
    question = _last_question(fold(before[-1].text))
    if (planned := _planned(question, message, zone)) is not None:
        return planned
    agreed = _YES.match(answer)
    rest = _FILLER.sub("", answer[agreed.end() :] if agreed else answer).strip(" ,，.")
    if rest and agreed and (_heartily(rest) or _says_nothing_new(rest, message.at, zone)):
        rest = ""
    if rest and not says_only_when(rest, message.at, zone):
        first = re.split(r"[,，.。;；!！] *| [-–—] ", answer)[0]
        if agreed or not says_only_when(first, message.at, zone):
            return None
        rest = first
    if re.search(r"[\u4e00-\u9fff]", question):
        return _chinese(question, rest, agreed is not None)
    return _english(_swapped(question), rest, agreed is not None)


_PLANS = re.compile(
    r"\b(?:plans?|anything on|something on|much on|up to|on the cards|on the agenda|what's on|doing anything"
    r"|what (?:are|'re) you doing)\b"
)
_OWN_CLAUSE = re.compile(
    r"\b(?:i|we|i'[a-z]+|we'[a-z]+|you|he|she|they|it|it's|that|nope|no|not|nothing|none|nah|maybe|might|depends"
    r"|dunno|free|who|why)\b"
)


def _planned(question: str, message: Message, zone: tzinfo) -> str | None:
    """Of "Anything on tomorrow?" and "Only the chiropodist at two": that they have the chiropodist tomorrow at two."""
    if not _PLANS.search(question) or not message.text.isascii() or _OWN_CLAUSE.search(message.text.lower()):
        return None
    days = [time for time in times(question, question, message.at, zone) if time.end > message.at]
    said = message.text.strip(" .!~")
    own = [time for time in times(said, said.lower(), message.at, zone) if time.granularity not in _HOURS]
    if len(days) != 1 or own or len(said.split()) > _A_FEW:
        return None
    day = re.sub(r"^(?:for|on|the) ", "", question[days[0].start : days[0].stop])
    return f"I have {said[:1].lower()}{said[1:]} {day}"


_HOURS, _A_FEW = frozenset({Granularity.HOUR, Granularity.MINUTE}), 9
"""Words of an answer that leaves out what the question said."""


_HEARTY = re.compile(
    r"\b(?:wouldn't miss|can't wait|count me in|looking forward|excited|i'll be there|see you|for sure|all (?:set"
    r"|booked"
    r"|packed)|i'm in|we'll be there|definitely|absolutely|with bells on|sorted|booked)\b|必须|一定|肯定|当然|期待"
    r"|说好|等不及|不见不散"
)
_HEDGED = re.compile(
    r"\b(?:but|maybe|perhaps|if|unless|might|hope|hopefully|probably|depends|think|not)\b|但|不过|可能|也许|如果"
    r"|要是|看情况"
)


def _heartily(rest: str) -> bool:
    """Whether what follows a yes only makes it stronger: "wouldn't miss it"."""
    return _HEARTY.search(rest) is not None and _HEDGED.search(rest) is None


_NEGATES = re.compile(r"n't\b|\bno\b|\bnever\b|\bcancel|不|没[法空时]|取消")


def _says_nothing_new(rest: str, at: datetime, zone: tzinfo) -> bool:
    """Whether what follows a yes leaves it as it is: 来啊，都十年没见了."""
    if _HEDGED.search(rest) or _NEGATES.search(rest) or (rest.isascii() and names_a_state(rest)):
        return False
    return not any(time.ahead and (time.begin > at or time.role is Role.UNTIL) for time in times(rest, rest, at, zone))


def _last_question(low: str) -> str:
    asked = re.split(r"(?<=[.!。！?？;；\n])", low[: max(low.rfind("?"), low.rfind("？"))])[-1]
    asked = re.split(r"[,，] (?:and |so |but )?(?=(?:when|what|how|which|are|is|do|does|will)\b)", asked.strip())[-1]
    return re.sub(r"^(?:(?:and|so|but|oh|nice|cool|great|wow|hey|ok|okay|then)\b[ ,!]*)+", "", asked.strip())


def _swapped(question: str) -> str:
    for pattern, word in _SWAPPED:
        question = pattern.sub(word, question)
    return question


def _english(question: str, rest: str, agreed: bool) -> str | None:
    if rest:
        for pattern, form in _FORMS:
            if match := pattern.match(question):
                return _tidy(form(match, rest))
    if not agreed:
        return None
    for pattern in _AGREED:
        if match := pattern.match(question):
            verb = _conjugated(match) if "do" in pattern.groupindex else f"{match['be']} {match['rest']}"
            return _tidy(f"{match['subject']} {verb} {rest}".strip())
    return None


def _conjugated(match: re.Match[str]) -> str:
    rest: str = match["rest"]
    if match["do"] == "do":
        return rest
    verb, _, more = rest.partition(" ")
    ending = "es" if verb.endswith(("s", "sh", "ch", "o")) else "s"
    verb = {"have": "has", "fly": "flies"}.get(verb, verb + ending)
    return f"{verb} {more}".strip()


def _tidy(text: str) -> str:
    """``I`` as people write it, and its verb beside it."""
    text = re.sub(r"^(?:i (?:am|is|are))\b", "I'm", text)
    text = re.sub(r"^we (?:is|am)\b", "we are", text)
    return re.sub(r"\bi\b(?!')", "I", text)


def _chinese(question: str, rest: str, agreed: bool) -> str | None:
    said = re.sub(r"你们", "我们", re.sub(r"你(?!们)|您", "我", _PARTICLES.sub("", question)))
    if rest and _WHEN_CHINESE.search(said):
        return _WHEN_CHINESE.sub(rest, said, count=1)
    if agreed and question.rstrip("?？").endswith(("吗", "吧")):
        return said
    return None
