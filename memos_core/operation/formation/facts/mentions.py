"""Whom a text mentions, in order: what pronouns may refer to."""

import re

from memos_core.operation.formation.facts.chinese_nouns import KIN_PATTERN
from memos_core.operation.formation.facts.english_subjects import OPENERS
from memos_core.operation.formation.facts.lexicon import KIN_LEADS, KIN_WORDS
from memos_core.operation.formation.facts.reading import Person

_KIN = "|".join(sorted((re.escape(word) for word in KIN_WORDS), key=len, reverse=True))
_MENTION = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur|(?:have|got|hired|met) an?) (?:[\w-]+ ){{0,2}}?(?P<kin>{_KIN})\b(?:,? "
    r"(?P<called>[A-Z][a-z]+))?"
    r"|\b(?P<name>[A-Z][a-z]+)(?= (?:says|said|told|tells|thinks|is|was|has|got|went|moved|wants|loves|likes"
    r"|lives|works|just|and I|called|texted|came|started|who|will|can|used)\b)"
    r"|(?P<zhname>(?<![\u4e00-\u9fff])[小阿老][\u4e00-\u9fff]{1,2}?)(?=说|在|住|是|搬|喜欢|最近|刚|跟"
    r"|和|告诉|觉得|认为|叫|昨天|去|来|要|也|会|有)"
    rf"|(?:我|我们|我家|有了?一?个?|认识了一?个?)的?(?P<zh>{KIN_PATTERN})"
)


_SEVERAL = frozenset(word for word in KIN_WORDS if word.endswith("s") and word != "boss") | {"children"}


def mentions(text: str) -> list[tuple[int, Person]]:
    """Where each person is mentioned, in text order."""
    found: list[tuple[int, Person]] = []
    for one in _MENTION.finditer(text):
        if one["kin"]:
            if one["kin"] in _SEVERAL and not one["called"]:
                continue  # nobody whom "he" or "she" would mean
            between = one[0].split()[1:-1]
            called = one["called"] or ""
            if all(
                word in KIN_LEADS or word == one["kin"]
                for word in between
                if word.rstrip(",") not in (one["kin"], "a", "an")
            ):
                found.append(
                    (one.start(), Person(kind="kin", word=one["kin"], name="" if called.lower() in OPENERS else called))
                )
        elif one["zh"]:
            found.append((one.start(), Person(kind="kin", word=one["zh"])))
        elif one["zhname"]:
            found.append((one.start(), Person(kind="name", word=one["zhname"])))
        elif one["name"].lower() not in OPENERS:
            found.append((one.start(), Person(kind="name", word=one["name"])))
    return found
