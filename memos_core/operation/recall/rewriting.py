"""Rewrites a question towards the words of those who answered it.

What people say of themselves is in the first person, a question about them is not: replacing the subject's name by
"I" brings the two closer in a sentence embedding than any fusion weight does.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from memos_core.domain.query import Answer

_ASKS_TIME = re.compile(
    r"^(?:how long|how often|since when|(?:in |on )?(?:what|which) (?:year|month|day|date|time))\b|\bwhen\b"
    r"|什么时候|哪天|哪年|几月|多久|何时",
    re.IGNORECASE,
)
_ASKS_ADVICE = re.compile(
    r"\b(?:suggest|recommend|advi[cs]e|tips?|ideas?|should (?:I|we)|(?:can|could|would|will) you|help me|best way"
    r"|what(?:['’]s| is| are)(?: the| some| a)? (?:best|good|great)|how (?:can|do|should|would|could) (?:I|we)"
    r"|I(?:['’]m| am) (?:looking|planning|trying|thinking)|I(?:['’]d| would) like|plan (?:a|my|our)"
    r"|any (?:good|suggestions?|recommendations?))\b"
    r"|推荐|建议|应该|怎么|帮我",
    re.IGNORECASE,
)
_ASKS_BACK = re.compile(
    r"\b(?:summar\w+|recap\w*|remind|overview|in (?:what|which|the) order|chronolog\w+|timeline|walk me through"
    r"|list (?:the|all|how)|(?:did|have|had|was|were) (?:I|we|you)"
    r"|(?:I|we|you) (?:said|mentioned|told|discussed|talked|brought up|asked|agreed))\b",
    re.IGNORECASE,
)
"""Wants to know what was said or done, however politely it asks."""
_ASKS_NAME = re.compile(r"\b(?:who|whom|whose|which|where|name|called)\b|谁|哪里|哪儿|哪个|叫什么|在哪", re.IGNORECASE)
_SHORTEST_NICKNAME = 3
_LONGEST_NICKNAME = 4
_PRONOUNS = (("I", "my"), ("you", "your"))
"""For the first and the second subject that a question names: instead of the name, and of its possessive."""


@lru_cache(maxsize=4096)
def _pattern(name: str) -> re.Pattern[str] | None:
    """Matches a full name, its first word, or a nickname of three or four letters; ``None`` for no name at all."""
    words = name.split()
    if not words:
        return None
    forms = {name, words[0]}
    if len(words[0]) > _LONGEST_NICKNAME and words[0].isascii():
        forms |= {words[0][:length] for length in range(_SHORTEST_NICKNAME, _LONGEST_NICKNAME + 1)}
    choices = "|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{choices})(?P<possessive>['’]s|['’](?!\w))?(?!\w)")


def expected_answer(query: str) -> Answer:
    """The kind of answer that a question expects, by its words."""
    if _ASKS_TIME.search(query):
        return Answer.TIME
    return Answer.NAME if _ASKS_NAME.search(query) else Answer.ANY


def named_periods(query: str, now: datetime, years: Sequence[int]) -> tuple[tuple[datetime, datetime], ...]:
    """The intervals ``[start, end)`` that a question names; a date without a year means every one of ``years``."""
    from memos_core.operation.formation.temporal import resolve_query  # its rules take longer to load than the core

    return tuple((found.start, found.end) for found in resolve_query(query, now, years=years))


def asks_advice(query: str, named: Sequence[str]) -> bool:
    """Whether a question wants something done for the asker, who is then its subject, rather than a fact recalled.

    Such questions share few words with the preferences and habits that should shape the answer.
    """
    return not named and bool(_ASKS_ADVICE.search(query)) and not _ASKS_BACK.search(query)


def subjects(query: str, speakers: Sequence[str]) -> tuple[str, ...]:
    """The speakers whom ``query`` names, in the order in which it names them."""
    found = []
    for name in speakers:
        pattern = _pattern(name)
        match = pattern.search(query) if pattern else None
        if match:
            found.append((match.start(), name))
    return tuple(name for _, name in sorted(found))


def first_person(query: str, named: Sequence[str]) -> str:
    """``query`` with the first subject as "I" and the second as "you"."""
    for name, (pronoun, possessive) in zip(named, _PRONOUNS, strict=False):
        pattern = _pattern(name)
        if pattern:
            query = pattern.sub(lambda match: possessive if match["possessive"] else pronoun, query)  # noqa: B023
    return query
