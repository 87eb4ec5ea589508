"""What can be told about a passage from its form alone: cues that ranking weighs against the form of the question."""

import re
from enum import IntFlag

_TIME = re.compile(
    r"\b(?:yesterday|today|tonight|tomorrow|last|ago|next|recently|since|until|morning|afternoon|evening|weekend"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|(?-i:March|May)|april|june|july|august|september|october"
    r"|november|december|spring|summer|autumn|winter|\d+ (?:day|week|month|year)s?|(?:19|20)\d\d)\b"
    r"|昨天|今天|明天|去年|今年|明年|上周|下周|周末|[0-9一二三四五六七八九十]+(?:年|月|日|号|天前|点)",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<![.!?…:\-\"“”'’]\s)(?<=\s)[A-Z][\w'’]*[a-z]\w*")
_NOT_A_NAME = re.compile(r"^(?:I['’]\w+|I)$")
_QUESTION = re.compile(r"[?？][\"'”’)\]]*\s*$")
_STANCE = re.compile(
    r"\b(?:I|we)(?:['’](?:m|ve|d|ll|re))?\s+(?:\w+\s+){0,2}?(?:love|like|enjoy|prefer|hate|dislike|adore|favou?r|avoid"
    r"|can['’]t stand|never|always|usually|rarely|allergic|vegan|vegetarian|into|fond of|a fan of|interested in"
    r"|looking for|want|need|afraid of|scared of|picky|passionate|drawn to|struggle|find)\b"
    r"|\b(?:my|our)\s+(?:\w+\s+)?(?:favou?rite|preference|style|rule|habit|budget|allergy|goal)\b"
    r"|我(?:很|最|特别|非常|不|从不|一直|比较)?(?:喜欢|讨厌|爱|偏爱|想要|需要|怕|习惯)",
    re.IGNORECASE,
)


class Signal(IntFlag):
    """Cues of one passage; their bits are stored with it."""

    NONE = 0
    TIME = 1
    """Says when: a date, a weekday, a span, a relative expression."""
    NAME = 2
    """Names somebody or something besides its speaker."""
    QUESTION = 4
    """Ends as a question."""
    STANCE = 8
    """The speaker states a preference, a habit, a constraint or a wish of their own."""


def signals(text: str, speaker: str) -> Signal:
    """The cues of a passage of ``text`` that ``speaker`` said."""
    found = Signal.NONE
    if _TIME.search(text):
        found |= Signal.TIME
    if any(_is_name(name, speaker) for name in _NAME.findall(text)):
        found |= Signal.NAME
    if _QUESTION.search(text):
        found |= Signal.QUESTION
    if _STANCE.search(text):
        found |= Signal.STANCE
    return found


def _is_name(word: str, speaker: str) -> bool:
    return not _NOT_A_NAME.match(word) and word.split("'")[0].split("’")[0] not in speaker.split()
