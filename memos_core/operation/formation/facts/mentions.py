"""Whom a text mentions, in order: what pronouns may refer to."""

import re

from memos_core.operation.formation.facts.chinese_frames import KIN_PATTERN
from memos_core.operation.formation.facts.english_subjects import OPENERS
from memos_core.operation.formation.facts.lexicon import KIN_LEADS, KIN_WORDS
from memos_core.operation.formation.facts.reading import Person

_MENTION = re.compile(
    r"\b(?:[Mm]y|[Oo]ur) (?:[\w-]+ ){0,2}?(?P<kin>%s)\b(?:,? (?P<called>[A-Z][a-z]+))?"
    r"|\b(?P<name>[A-Z][a-z]+)(?= (?:says|said|told|tells|thinks|is|was|has|got|went|moved|wants|loves|likes|lives|works|just|and I|called|texted|came|started|who|will|can|used)\b)"
    r"|(?:我|我们|我家)的?(?P<zh>%s)" % ("|".join(sorted((re.escape(word) for word in KIN_WORDS), key=len, reverse=True)), KIN_PATTERN)
)


def mentions(text: str) -> list[tuple[int, Person]]:
    """Where each person is mentioned, in text order."""
    found: list[tuple[int, Person]] = []
    for one in _MENTION.finditer(text):
        if one["kin"]:
            between = one[0].split()[1:-1]
            called = one["called"] or ""
            if all(word in KIN_LEADS or word == one["kin"] for word in between if word.rstrip(",") != one["kin"]):
                found.append((one.start(), Person(kind="kin", word=one["kin"], name="" if called.lower() in OPENERS else called)))
        elif one["zh"]:
            found.append((one.start(), Person(kind="kin", word=one["zh"])))
        elif one["name"].lower() not in OPENERS:
            found.append((one.start(), Person(kind="name", word=one["name"])))
    return found
