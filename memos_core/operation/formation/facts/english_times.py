"""For how long an English clause holds, where no date tells: another time of life, only a while."""

import re

from memos_core.operation.formation.facts.page import Clause, Page


def for_a_while(page: Page, clause: Clause) -> bool:
    """Whether a stay is a visit: "I'm staying in Oslo until June"."""
    return _FOR_A_WHILE.search(page.shown, clause.start, clause.stop) is not None


_FOR_A_WHILE = re.compile(
    r"\b(?:until|till|for (?:a|an|one|two|three|four|the|\d+)\b|this week|tonight|hotel|hostel|airbnb|with|while"
    r"|over the)\b",
    re.IGNORECASE,
)


def long_ago(page: Page, clause: Clause) -> bool:
    """Whether the sentence speaks of another time of life: "at 18 I weighed 60 kg"."""
    start, stop, _ = page.sentences[clause.sentence]
    return _TIME_OF_LIFE.search(page.shown, start, stop) is not None


_TIME_OF_LIFE = re.compile(
    r"\b(?:at (?:the age of |age )?(?:\d{1,2}|sixteen|eighteen|twenty|thirty|forty)\b(?!\s*(?:am|pm|%|k|:|o'|\d"
    r"|lb|pounds|stone|cm|mph|percent|degrees))"
    r"|aged? \d"
    r"|when (?:I|we) (?:was|were|first|got|started|met)\b|back (?:then|when|in)\b|in my (?:teens|twenties"
    r"|thirties|forties"
    r"|youth|prime|\d\ds)|as an? (?:kid|child|student|teen\w*|boy|girl|young)|before (?:the|my|I|we)\b"
    r"|in (?:high school|college|school|uni\w*)|years ago|those were|once|at my (?:heaviest|lightest|peak|wedding))\b",
    re.IGNORECASE,
)
