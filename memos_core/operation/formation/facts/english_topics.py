"""English that takes its noun from what was said before: "My favourite film? Alien.", "Mine is Ken."."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from memos_core.domain.engram import Polarity
from memos_core.operation.formation.facts.english_nouns import SLOT_NOUNS, noun_value
from memos_core.operation.formation.facts.english_subjects import OPENERS
from memos_core.operation.formation.facts.lexicon import KIN_WORDS, MODELS, PETS, VEHICLES, is_vehicle, pet_in
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import SELF, Reading
from memos_core.operation.formation.facts.values import thing
from memos_core.operation.formation.facts.wordlists import listed

_NOUNS = "|".join(sorted((re.escape(one) for one in (*SLOT_NOUNS, "star sign")), key=len, reverse=True))
_RELATED = "|".join(sorted((re.escape(one) for one in (KIN_WORDS | PETS | {"guinea pig"})), key=len, reverse=True))
_ASKED_OF_ONESELF = re.compile(
    rf"(?:^|[.!?]\s+|,\s+)(?:(?i:my|and my|oh and my|as for my|new|my new)\s+)?(?P<noun>(?:(?i:fav(?:ou?rite"
    rf"|e))\s+[a-z]+(?: [a-z]+)?|(?i:{_NOUNS})))(?:(?:\s+(?:alert|update|right now|ever|of all time))*(?:\?|:)\s+"
    r"|\s+has(?: got)? to be\s+|\s+(?:must|will always) be\s+"
    rf"|\s+remains\s+)"
    r"(?:(?:[Ii]t's|[Ii]t is|[Tt]hat's|[Tt]hat'd be|[Tt]hat would be|[Nn]ow|[Ss]till|[Hh]as to be)\s+)*"
    r"(?P<value>[^!?\n]{1,80})"
)
_MINE = re.compile(
    r"\b(?:[Mm]ine(?:'s| is| are|\?)(?: called| named| just| actually| still| now)*"
    r"|[Mm]ine[^.!?:,]{0,20}:)\s+(?P<value>[^!?;]{1,60}?)(?=\.(?:\s|$)|[!?;]|$|\s+and\s)"
)
_THAT_IS_MY = re.compile(
    rf"(?:^|[.!?:]\s+)(?P<value>(?!That\b|This\b|It\b)\w[\w' -]{{1,30}}?)(?:,\s+[a-z]+)?\s*[,–—-]+\s*"
    r"(?:that's|that is|it's|those are|these are|they're|that'd be)\s+(?:still\s+|now\s+)*my\s+(?:new\s+"
    r"|current\s+)*(?P<noun>(?i:fav(?:ou?rite"
    rf"|e))\s+[a-z]+|(?i:{_NOUNS}))(?=\s*[,.!;]|\s*$)"
)
_NOUN = re.compile(rf"\b(?P<noun>(?i:fav(?:ou?rite|e))\s+[a-z]+|(?i:{_NOUNS})|{_RELATED})\b")
_REACH = 220
_TASTE = re.compile(
    r"(?:\bI(?:'m| am)?\s+(?:do\s+|really\s+|actually\s+|just\s+|honestly\s+|absolutely\s+|always\s+|can\s+|so\s+"
    r"|very\s+"
    r"|also\s+)*|(?:^|(?<=[.!?,]\s))(?:(?:yuck|ugh|god|ew|nah|nope|honestly|absolutely|really)\W+)*)"
    r"(?P<verb>dislike|allergic to|hate|detest|loathe|can't stand|cannot stand"
    r"|(?:can't|cannot) (?:bear|abide|do)|like|love|enjoy|adore|(?:don't|do not|never) (?:like|enjoy"
    r"|care for))(?:d)?\s+(?:it|them|the "
    r"stuff|that stuff|the things)\b(?!\s+(?:when|if|that|how)\b)",
    re.IGNORECASE,
)
_DOING = re.compile(r"^I(?:'m)?\s+(?:also\s+)?[a-z]+\s+")
"""``I keep bees, that's my hobby``: bees."""
_TASTE_WORDS = listed(
    "dislike disliked hate hated detest detested loathe loathed stand bear abide like liked love loved enjoy enjoyed "
    "adore adored "
    "allergic care do"
)
_PRONOUN = re.compile(r" (?:it|them|stuff|things)\b")
_LIKED = re.compile(
    r"\b(?:adore[sd]?|love[sd]?|like[sd]?|enjoy(?:s|ed)?|hate[sd]?|obsessed with|mad about|into|fan of|crazy "
    r"about)\s+(?P<what>[a-z]+(?: [a-z]+){0,3})"
)
_TOPIC = re.compile(
    r"^\W*(?P<topic>(?!(?i:absolutely|honestly|definitely|seriously|never|nope|nah|yuck|ugh|god|sorry|no|yes|yeah"
    r"|well)\b|It\b|This\b|That\b|What\b|He\b|She\b|They\b|You\b|We\b|There\b|I\b|My\b)[A-Za-z][a-z]+(?: "
    r"[a-z]+){0,2}?)(?:'s| is| are| tastes?| smells?| looks?| makes? me| gives? me|,|\?)"
)
_BESIDE = re.compile(
    r"\b(?P<what>[a-z]+),?\s+(?:(?:because|since|as|but|and|so|though|cause)\s+)*(?:(?:apparently|sadly|actually)\s+)*$"
)
"""What stands right before: "I avoid cats because I'm allergic to them"."""
_ASKED_AFTER = re.compile(r"^\W*(?:[Aa]nd |[Ww]hat about )?(?P<topic>[A-Za-z][a-z]+(?: [a-z]+){0,2}?)\s*$")
_FILLED = re.compile(
    r"(?:\W*(?:absolutely|no|not|never|nope|nah|yuck|ugh|god|sorry|honestly|hell|way|yes|yeah|oh))*\W*", re.IGNORECASE
)


def topics(page: Page, said: Sequence[Reading]) -> Iterator[Reading]:
    """The readings that stand on a noun from before.

    Args:
        page: The message.
        said: What its clauses say by themselves.
    """
    text = page.shown
    if "?" in text or ":" in text or " be " in text or "remains" in text:
        for found in _ASKED_OF_ONESELF.finditer(text):
            yield from _of_noun(page, found["noun"], found["value"], found.start("noun"), found.end())
    if "my " in text:
        for found in _THAT_IS_MY.finditer(text):
            value = (
                _DOING.sub("", found["value"]) if found["noun"] in ("hobby", "passion", "pastime") else found["value"]
            )
            yield from _of_noun(page, found["noun"], value, found.start("value"), found.end())
    if "ine" in text:
        for found in _MINE.finditer(text):
            nouns = list(_NOUN.finditer(text, max(0, found.start() - _REACH), found.start()))
            for noun in reversed(nouns):
                made = list(_of_noun(page, _known(noun["noun"]), found["value"], found.start(), found.end()))
                yield from made
                if made:
                    break
    yield from _tastes(page, said)


def _known(noun: str) -> str:
    return noun if noun.lower() in SLOT_NOUNS or " " in noun else noun.lower()


def _of_noun(page: Page, noun: str, value: str, start: int, stop: int) -> Iterator[Reading]:
    said = f" {value.strip()}"
    low = noun.lower()
    if low == "guinea pig" or low in KIN_WORDS or low.removesuffix("s") in PETS or low in PETS:
        said = f" called {value.strip()}"
    for found in noun_value(noun, said, said):
        yield Reading(person=SELF, slot=found.slot, value=found.value, start=start, stop=stop)


def _tastes(page: Page, said: Sequence[Reading]) -> Iterator[Reading]:
    """``My husband adored jazz. I dislike it.``: what it is, is what was liked last, or what the sentence is about."""
    if _TASTE_WORDS.isdisjoint(page.words) or _PRONOUN.search(page.shown) is None:
        return
    for found in _TASTE.finditer(page.shown):
        number = next((n for n, (a, b, _) in enumerate(page.sentences) if a <= found.start() < b), None)
        if number is None or page.sentences[number][2]:
            continue
        start, stop, _ = page.sentences[number]
        before = [one for one in said if one.slot in ("likes", "dislikes", "hobby") and one.stop <= found.start()]
        topic = _topic_of(page, number, found.start())
        told = list(_LIKED.finditer(page.shown, 0, found.start()))
        value = topic["topic"] if topic else before[-1].value if before else told[-1]["what"] if told else ""
        if found["verb"].lower() == "allergic to" and topic is None:
            beside = _BESIDE.search(page.shown[start : found.start()])
            value = beside["what"] if beside else ""
        value = thing(value.lower() if topic else value)
        if value:
            if found["verb"] == "allergic to":
                yield Reading(person=SELF, slot="allergy", value=value, start=start, stop=stop)
                continue
            away = re.match(r"(?:dislike|hate|detest|loathe|can|don|do not|never)", found["verb"]) is not None
            slot = "dislikes" if away else "likes"
            yield Reading(person=SELF, slot=slot, value=value, start=start, stop=stop)


def _topic_of(page: Page, number: int, stop: int) -> re.Match[str] | None:
    """What the sentence begins with, or what was just asked after: ``Olives? Can't stand them.``."""
    before = page.shown[page.sentences[number][0] : stop].strip()
    topic = _TOPIC.match(before)
    if topic is None and _FILLED.fullmatch(before) and number and page.sentences[number - 1][2]:
        topic = _ASKED_AFTER.match(page.sentence_at(number - 1))
    return topic if topic and topic["topic"].split()[0].lower() not in OPENERS else None


_MAKE = "|".join(sorted((re.escape(one) for one in VEHICLES | MODELS), key=len, reverse=True))
_MY_CAR = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur)\s+(?!old\b|first\b|last\b|ex\b|dream\b|next\b|former\b|previous\b"
    rf"|parents)(?P<leads>(?:[a-z-]+\s+){{0,3}})(?P<make>(?i:{_MAKE}))(?P<model>(?:\s+[A-Z]\w+)?)\b(?!'s? "
    rf"(?:dealer|garage))"
)


def vehicles(page: Page) -> Iterator[Reading]:
    """``my rusty Corsa``: who speaks so of a make drives one."""
    for found in _MY_CAR.finditer(page.shown):
        if found["make"][0].isupper() and is_vehicle(found["make"]) and found["make"] not in ("Mini", "Golf", "Seat"):
            begin = next((a for a, b, _ in page.sentences if a <= found.start() < b), 0)
            leads = found["leads"].split()
            if any(one in KIN_WORDS or one in _NO_LEADS or one.endswith("s") for one in leads):
                continue
            if _GONE.search(page.shown[begin : found.start()]):
                continue
            value = f"{found['make']}{found['model']}"
            yield Reading(
                person=SELF, slot="vehicle", value=value, start=found.start(), stop=found.end(), confidence=0.9
            )


_NO_LEADS = frozenset(
    ("a", "an", "the", "and", "in", "with", "is", "was", "has", "had", "got", "for", "of", "to", "on")
)
_GONE = re.compile(
    r"\b(?:sold|sell|selling|scrap\w*|wrote off|written off|totall?ed|crashed|lost|gave|traded|swapp?ed|goodbye"
    r"|miss|replac\w*"
    r"|used to|rid of|if|when I (?:had|was)|remember)\b",
    re.IGNORECASE,
)


def renamed(page: Page, said: Sequence[Reading]) -> Iterator[Reading]:
    """``The kitten isn't Tui after all. Her name's Pixel.``, and ``Biscuit ate it. He's our spaniel.``."""
    text = page.shown
    for found in _HE_IS_OURS.finditer(text) if " our " in text or " my " in text else ():
        kind = found["kind"].lower()
        if kind in PETS:
            value = f"{kind} named {found['name']}"
            yield Reading(person=SELF, slot="pet", value=value, start=found.start(), stop=found.end())
    unnamed = next((one for one in reversed(said) if one.slot == "pet" and " named " not in one.value), None)
    for found in _NAMED_IT.finditer(text) if "amed" in text or "alling" in text or "alled" in text else ():
        kind = (found["kind"] or "").lower()
        if kind in PETS:
            yield Reading(
                person=SELF, slot="pet", value=f"{kind} named {found['name']}", start=found.start(), stop=found.end()
            )
        elif not kind and unnamed is not None:
            yield replace(
                unnamed, value=f"{unnamed.value} named {found['name']}", start=found.start(), stop=found.end()
            )
        elif not kind and _ANIMALS.search(text, 0, found.start()):
            yield Reading(
                person=SELF, slot="pet", value=f"pet named {found['name']}", start=found.start(), stop=found.end()
            )
    for found in _HAVE_ONE.finditer(text) if " name" in text and " one" in text else ():
        kinds = [one for one in re.findall(r"[a-z]{3,}s\b", found["before"]) if pet_in(one)]
        if kinds:
            value = f"{kinds[-1].removesuffix('s')} named {found['name']}"
            yield Reading(person=SELF, slot="pet", value=value, start=found.start(), stop=found.end())
    gone = next((one for one in said if one.slot == "pet" and one.polarity is Polarity.NEGATED), None)
    if gone is not None and (put := _PRONOUN_NAME.search(text, gone.stop)):
        kind = gone.value.partition(" named ")[0]
        yield replace(
            gone,
            value=f"{kind} named {put['name']}",
            polarity=Polarity.AFFIRMED,
            start=put.start(),
            stop=put.end(),
        )


_HE_IS_OURS = re.compile(
    r"\b(?P<name>[A-Z][a-z]+)\b[^.!?]{1,60}[.!?]\s+(?:He|She)(?:'s| is)\s+(?:my"
    r"|our)\s+(?:[a-z-]+\s+){0,2}?(?P<kind>[a-z]+)\b"
)
_NAMED_IT = re.compile(
    r"\b(?:[Nn]amed|[Cc]all(?:ing|ed))\s+(?:(?:my|our|the)\s+(?:new\s+)?(?P<kind>[a-z]+)|her|him"
    r"|it)\s+(?P<name>[A-Z][a-z]+)\b"
)
_HAVE_ONE = re.compile(
    r"(?P<before>[^.!?]{3,80}?)\b(?:I|we)(?: have|'ve got| own| got)\s+one\b[^.!?]{0,20}?[,;.–—-]?\s+"
    r"(?:and )?(?:[Hh]er|[Hh]is|[Ii]ts) name(?:'s| is) (?P<name>[A-Z][a-z]+)"
)
_ANIMALS = re.compile(
    rf"\b(?:stray|litter|rescue(?:d)?|adopted|shelter|vet|{'|'.join(sorted(PETS, key=len, reverse=True))})\b"
)
_PRONOUN_NAME = re.compile(r"\b(?:[Hh]er|[Hh]is|[Ii]ts) name(?:'s| is)(?: now| actually)? (?P<name>[A-Z][a-z]+)\b")
