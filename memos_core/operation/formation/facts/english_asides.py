"""What English says beside its clauses: names in apposition, turned sentences, figures without a verb."""

import re
from collections.abc import Iterator

from memos_core.operation.formation.facts.english_nouns import SLOT_NOUNS, noun_value
from memos_core.operation.formation.facts.english_subjects import christened_pets, presupposed
from memos_core.operation.formation.facts.kinship import named_kin
from memos_core.operation.formation.facts.lexicon import is_drug, pet_in
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import SELF, Reading
from memos_core.operation.formation.facts.values import things
from memos_core.operation.formation.facts.wordlists import listed

_INVERTED = re.compile(
    r"(?:^|(?:(?<=[.!?])|[.!?])\s+|,\s+|\band )(?P<value>[\w][\w' -]{1,40}?)(?:'s been| has been| have been|'s| is"
    r"| are| became| has become) "
    r"(?:definitely |still |now |also |actually |hands down |by far |easily |probably |without a doubt "
    r"|absolutely )*(?:my|our)"
    r" (?:(?:all-time |absolute |new |current )*favou?rite (?P<of>[a-z][\w -]*?)|(?:\w+ "
    r")?(?P<kin>(?!now\b|these\b|ever\b|of\b)[a-z-]+))(?= (?:now|of all time|these days|ever|since|for|and|but)\b"
    r"|\s*(?:[.,!;]|$))"
)


def inversions(page: Page) -> Iterator[Reading]:
    """``Dune is my favourite book``, ``Ana is my sister``."""
    if " my " not in page.shown and " our " not in page.shown:
        return
    for number, (start, stop, asked) in enumerate(page.sentences):
        found = None if asked else _INVERTED.search(page.shown, start, stop)
        if found is None or any(clause.sentence == number and clause.lead == "if" for clause in page.clauses):
            continue
        said = _I_THINK.sub("", found["value"].strip())
        if found["of"] and not re.match(r"(?:it|that|this|which|he|she|they|what)\b", said, re.IGNORECASE):
            slot = f"favorite.{found['of'].replace('colour', 'color')}"
            yield Reading(person=SELF, slot=slot, value=said, start=found.start("value"), stop=found.end())
        elif found["kin"]:
            yield from _turned(found["kin"], said, found.start("value"), found.end())


_OWN_DOINGS = listed("hobby hobbies passion pastime goal dream job trade major nickname number diet")
_PRONOUN = re.compile(r"(?:it|that|this|which|what|these|those|here|there|who|he|she|they)\b", re.IGNORECASE)


def _turned(noun: str, said: str, start: int, stop: int) -> Iterator[Reading]:
    """What ``SAID is my NOUN`` fills."""
    proper = said[:1].isupper() and not _PRONOUN.match(said)
    if noun in SLOT_NOUNS and (proper or (noun in _OWN_DOINGS and not _PRONOUN.match(said))):
        for one in noun_value(noun, f" {said}", f" {said}"):
            yield Reading(person=SELF, slot=one.slot, value=one.value, start=start, stop=stop)
    if proper and noun in _VOWED:
        yield Reading(person=SELF, slot="relationship_status", value=_VOWED[noun], start=start, stop=stop)
    if proper and pet_in(noun):
        yield Reading(person=SELF, slot="pet", value=f"{noun} named {said}", start=start, stop=stop)
    for one in named_kin(noun, said) if proper else ():
        yield Reading(person=SELF, slot=one.slot, value=one.value, start=start, stop=stop)


_I_THINK = re.compile(
    r"^(?:(?:so|and|but|now|ok|honestly|actually)\s+)*(?:I\s+(?:think|guess|reckon)\s+(?:that\s+)?)?", re.IGNORECASE
)
_VOWED = {
    "wife": "married",
    "husband": "married",
    "fiancé": "engaged",
    "fiancée": "engaged",
    "fiance": "engaged",
    "fiancee": "engaged",
}
"""What it means that somebody is one's own …"""
_CALLED = re.compile(
    r"\b(?:everyone|everybody|people|everyone (?:at|in) [a-z ]{2,20}|the (?:lads|girls|team|kids|boys)|(?:my "
    r")?(?:friends|family|mates|colleagues|folks)|they|most people|you can)"
    r"(?: (?:all|just|usually|always|mostly|still))* (?:calls?|call) me (?P<name>(?-i:[A-Z])[\w-]+)",
    re.IGNORECASE,
)
_FRAGMENT = re.compile(
    r"(?:^|[.!?:,]\s+)(?:I'm |now |back |finally |weight(?: update)?:? ?)*(?:down|up) (?:to|at) "
    r"(?P<weight>\d[\d.]*\s?(?:kg|kilos?|pounds|lbs?|stone))\b",
    re.IGNORECASE,
)


def fragments(page: Page) -> Iterator[Reading]:
    """A weight without a verb: ``Down to 180 pounds!``."""
    for found in _FRAGMENT.finditer(page.shown) if " to " in page.shown else ():
        start, value = found.start("weight"), found["weight"]
        yield Reading(person=SELF, slot="measurement.weight", value=value, start=start, stop=found.end())


def nicknames(page: Page) -> Iterator[Reading]:
    """``everyone calls me Seun``."""
    for found in _CALLED.finditer(page.shown) if " me " in page.shown else ():
        yield Reading(person=SELF, slot="nickname", value=found["name"], start=found.start(), stop=found.end())


_PRESCRIBED = re.compile(
    r"\b(?:doctor|gp|specialist|psychiatrist|they|cardiologist|he|she|dr\.? \w+|doc|consultant|vet(?!))(?:'s|'ve)?\s+"
    r"(?:has |have |just |finally )*(?:put |started |got |had )?me\s+(?:(?:back\s+)?on(?:to)?|(?:on )?taking)"
    r"\s+(?P<drug>[^.,!?;]{3,40})",
    re.IGNORECASE,
)


def prescriptions(page: Page) -> Iterator[Reading]:
    """``my doctor put me on ramipril``."""
    for found in _PRESCRIBED.finditer(page.plain) if " me " in page.shown else ():
        for drug in things(found["drug"])[:1]:
            if is_drug(drug):
                yield Reading(person=SELF, slot="medication", value=drug, start=found.start(), stop=found.end())


def presuppositions(page: Page) -> Iterator[Reading]:
    """Names beside relations, which hold in questions too: "my sister Ana"."""
    for start, stop, found in (*presupposed(page.shown), *christened_pets(page.shown)):
        yield Reading(person=SELF, slot=found.slot, value=found.value, start=start, stop=stop)
