"""Relatives, friends and couples that English names in passing: "a sister, Ruth", "Grandad Joe", "my wife"."""

import re
from collections.abc import Iterator

from memos_core.operation.formation.facts.english_nouns import noun_value
from memos_core.operation.formation.facts.english_subjects import OPENERS
from memos_core.operation.formation.facts.lexicon import KIN_WORDS, PETS
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import SELF, Reading
from memos_core.operation.formation.facts.values import names

_RELATED = "|".join(sorted((re.escape(one) for one in (KIN_WORDS | PETS | {"guinea pig"})), key=len, reverse=True))
_NAME = r"(?P<name>[A-Z][a-z]+)"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:[Mm]y|[Oo]ur|the)\s+(?:[a-z]+\s)?(?P<kin>{_RELATED}|missus|other half),?\s+(?:that's|who's|aka"
        rf"|\()\s*{_NAME}"
        r"(?=[,.)!]|\s)",
        rf"(?:^|[.!?]\s+)(?P<kin>(?i:{_RELATED}))\s+\({_NAME}\b",
        rf"(?:^|[.!?]\s+)(?P<kin>(?i:{_RELATED}))\s+{_NAME}(?=(?:'s|\s+(?:is|has|was|just|got|and I|came|keeps?"
        rf"|says?|wants?"
        r"|loves?|started|turned))\b)",
        rf"(?<!\bin )(?<!\bat )(?<!\bnear )(?<!\bfrom )\b{_NAME},\s+(?:my"
        rf"|our)\s+(?:[a-z-]+\s+){{0,2}}?(?P<kin>{_RELATED})\b(?!'s|\s+and\s+I)",
        rf"\b{_NAME},\s+(?:he's|she's|that's|who's|who is)\s+(?:my"
        rf"|our)\s+(?:[a-z-]+\s+){{0,2}}?(?P<kin>{_RELATED})\b(?!'s)",
        rf"\b{_NAME},\s+an?\s+(?:[a-z-]+\s+){{0,2}}?(?P<kin>{_RELATED})\s+of\s+(?:mine|ours)\b",
        rf"\b(?:[Aa]|[Aa]n|[Oo]ne of)\s+(?:[a-z-]+\s+){{0,2}}?(?P<kin>{_RELATED})\s+of\s+(?:mine"
        rf"|ours),?\s+(?:called\s+)?{_NAME}\b",
        rf"\b(?:adopted|rescued|got|bought|have|welcomed|meet)\s+{_NAME},\s+an?\s+(?:[a-z-]+\s+){{0,4}}?"
        rf"(?P<kin>{_RELATED})\b",
        r"(?<![a-z] )(?<!\w)(?P<kin>(?i:Grandad|Granddad|Grandma|Granny|Gran|Nana|Nan|Auntie|Aunt|Uncle|Grandpa))\s+"
        rf"{_NAME}\b",
        rf"\b(?:got|have|had|gained|'ve got)\s+an?\s+(?:new\s+)?(?P<kin>{_RELATED}),?\s+{_NAME}\b",
        rf"\b(?:[Mm]y|[Oo]ur)\s+(?:[a-z-]+\s+){{0,2}}?(?P<kin>{_RELATED})\b[^.!?,:]{{0,40}}:\s+{_NAME}\b",
        rf"\b(?:[Mm]y|[Oo]ur)\s+(?:new\s+)?(?P<kin>girlfriend|boyfriend|partner|flatmate|roommate)\b[^.!?,:]{{0,30}},"
        rf"\s+{_NAME}(?:'s|\s+is|\s+has)\s",
        rf"\b(?:[Mm]y|[Oo]ur)\s+(?P<kin>eldest|oldest|youngest|firstborn|little one|middle one),?\s+{_NAME}(?=,"
        rf"|\.|$|\s)",
    )
)
"""A relation and a name beside it."""
_APART = re.compile(
    rf"\ban?\s+(?:[a-z]+\s+)?(?P<kin>brother|sister|son|daughter|stepson|stepdaughter|twin),\s+{_NAME}(?=,|\.|$|\s)"
)
_LONGEST = 1500
_CUES = (
    KIN_WORDS
    | PETS
    | frozenset(one.removesuffix("s") + "s" for one in KIN_WORDS | PETS)
    | frozenset(
        ("missus", "half", "pig", "eldest", "oldest", "youngest", "firstborn", "one", "twins", "kids", "boys", "girls")
    )
    | frozenset(("husband-to-be", "wife-to-be", "lads", "lad", "boy", "girl", "three", "two", "four"))
)
_SAID_OTHERWISE = {"missus": "wife", "other half": "partner"}
_BORN_FIRST = frozenset(("eldest", "oldest", "youngest", "firstborn", "little one", "middle one"))
_OF_SEX = re.compile(
    r"\b(?:[Mm]y|[Oo]ur)\s+(?:twin|two|three|little|baby|older|younger|eldest|youngest"
    r"|newborn)\s+(?:[a-z]+\s+)?(?P<sex>boys?|girls?|lads?)"
    r"(?:\s+(?:are|is)|'s|,)?\s+(?:called\s+|named\s+)?(?P<names>[A-Z][a-z]+(?:(?:, | and |, and )[A-Z][a-z]+)*)"
)
_PROMISED = re.compile(r"\b[Mm]y\s+(?:husband|wife)[- ]to[- ]be,?\s*(?P<name>[A-Z][a-z]+)?")
_CHILDREN = re.compile(
    r"\b(?:[Tt]he|[Mm]y|[Oo]ur)\s+(?:two|three|four|twins|kids|boys|girls|children|little ones)(?:\s+kids"
    r"|\s+boys|\s+girls)?(?:,|\s+are(?:\s+called|\s+named)?|:)\s+"
    r"(?P<names>[A-Z][a-z]+(?:(?:,? and (?:little )?|, )[A-Z][a-z]+)+)"
)
_OWN = re.compile(r"\b(?:I|I'\w+|[Mm]y|[Oo]ur|[Ww]e|have|got)\b")
_FRIENDS = re.compile(
    r"\b(?:(?P<name>[A-Z][a-z]+)\s+and\s+(?:I|me)|(?:me|I)\s+and\s+(?P<other>[A-Z][a-z]+))\s+"
    r"(?:have\s+|'ve\s+|are\s+|been\s+)*(?:best\s+|good\s+|old\s+|still\s+)*(?:friends|mates)\b"
)


def kin_in_passing(page: Page) -> Iterator[Reading]:
    """Who is named beside a relation, in whatever clause."""
    text = page.shown
    if len(text) > _LONGEST or _CUES.isdisjoint(page.words):
        return
    for pattern in _FORMS:
        for found in pattern.finditer(text):
            if "novel" not in text:
                yield from _named(found)
    for found in _APART.finditer(text):
        start = next((a for a, b, _ in page.sentences if a <= found.start() < b), 0)
        if _OWN.search(text, start, found.start()):
            yield from _named(found)
    yield from _several(text)
    yield from _others_of_several(text)
    for found in _PROMISED.finditer(text):
        yield _reading(found, "relationship_status", "engaged")
        if found["name"]:
            yield _reading(found, "partner", found["name"])
    for found in _FRIENDS.finditer(text):
        yield _reading(found, "friend", found["name"] or found["other"])


def _others_of_several(text: str) -> Iterator[Reading]:
    """``My sister Asha … the younger one is Kavya``."""
    for found in _THE_OTHER.finditer(text) if " one" in text else ():
        before = list(_ONE_OF.finditer(text, max(0, found.start() - _REACH), found.start()))
        for one in noun_value(before[-1]["kin"], f" called {found['name']}", "") if before else ():
            yield _reading(found, one.slot, one.value)


_REACH = 90
_THE_OTHER = re.compile(
    r"\b(?:the|my|our)\s+(?:younger|older|elder|other|little|second|middle|youngest|eldest|oldest|third|big)\s+one"
    rf"(?:'s|\s+is)\s+(?:called\s+|named\s+)?{_NAME}(?=\s*(?:[,.!;]|$|and\b))"
)
_ONE_OF = re.compile(rf"\b(?:[Mm]y|[Oo]ur)\s+(?:[a-z-]+\s+){{0,2}}?(?P<kin>{_RELATED})\b")
"""What ``the younger one is Kavya`` is one of."""


def _named(found: re.Match[str]) -> Iterator[Reading]:
    kin, name = found["kin"].lower(), found["name"]
    if name.lower() in OPENERS:
        return
    if kin in _BORN_FIRST:
        yield _reading(found, "relative.child", name)
        return
    said = f" called {name}"
    for one in noun_value(_SAID_OTHERWISE.get(kin, kin), said, said):
        yield _reading(found, one.slot, one.value)


def _several(text: str) -> Iterator[Reading]:
    """``my twin boys are Jonah and Abel``, ``the twins, Ada and Max``."""
    for found in _OF_SEX.finditer(text):
        slot = "relative.daughter" if found["sex"].startswith("girl") else "relative.son"
        for name in names(found["names"]):
            yield _reading(found, slot, name)
    for found in _CHILDREN.finditer(text) if _OWN.search(text) or text.startswith("The ") else ():
        for name in names(found["names"].replace("little ", "")):
            yield _reading(found, "relative.child", name)


def _reading(found: re.Match[str], slot: str, value: str) -> Reading:
    return Reading(person=SELF, slot=slot, value=value, start=found.start(), stop=found.end())


def couples(page: Page) -> Iterator[Reading]:
    """``my wife Ingrid``, ``my husband says``: who has a husband is married."""
    for found in _MY_SPOUSE.finditer(page.shown) if "my " in page.shown.lower() else ():
        start, stop, _ = next(one for one in page.sentences if one[0] <= found.start() < one[1])
        if _NOT_MARRIED.search(page.shown, start, stop):
            continue
        yield Reading(
            person=SELF,
            slot="relationship_status",
            value="married",
            start=found.start(),
            stop=found.end(),
            confidence=0.9,
        )
        return


_MY_SPOUSE = re.compile(r"\b[Mm]y\s+(?:dear\s+|lovely\s+|poor\s+)?(?:wife|husband|hubby)\b(?!-to-be| to be|s\b)")
_NOT_MARRIED = re.compile(
    r"\b(?:late|ex|former|future|first|second|next|if|was|died|left|passed|divorc\w*|split|separat\w*|would"
    r"|widow\w*|novel|film"
    r"|play(?:s|ed)?|pretend\w*|imagin\w*|dream\w*|lost|leaving|used to|before|when)\b",
    re.IGNORECASE,
)
