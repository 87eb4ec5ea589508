"""Whether a Chinese clause supposes or plans."""

import re

from memos_core.operation.formation.facts.page import Clause, Page

_SUPPOSES = re.compile(
    r"如果|要是|假如|假设|假使|若是|的话$|就好了|希望|想象|但愿|万一|梦见|应该|可能|也许|大概|或许"
    r"|说不定|恨不得|该不该|要不要|是不是|巴不得|真想|好想"
)
_PLANS = re.compile(
    r"打算|准备|计划|考虑|(?<!理)想要?(?!念|到|起|法|着)|正要|要(?=搬|去|换|养|买|开始|结婚|入职|辞|到|成为"
    r"|当|学)|将|即将|快要|会(?=搬|去|开始|入职|换|在)"
)


def supposes(page: Page, clause: Clause, text: str) -> bool:
    """Whether the clause, or the opening of its sentence, is a condition, a wish or a guess."""
    start, stop, _ = page.sentences[clause.sentence]
    opening = re.match(r"\s*(?:如果|要是|假如|假设|若是|万一)", page.shown[start:stop])
    return opening is not None or _SUPPOSES.search(text) is not None


def plans(text: str) -> bool:
    """Whether the clause speaks of what is meant to come."""
    return _PLANS.search(text) is not None
