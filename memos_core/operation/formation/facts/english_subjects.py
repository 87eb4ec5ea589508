"""Who an English clause is about: pronouns, relations, names, possessives, subjects left out."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from memos_core.operation.formation.facts.kinship import named_kin
from memos_core.operation.formation.facts.lexicon import FRIENDS, KIN, KIN_LEADS, KIN_WORDS, PARTNERS, pet_in
from memos_core.operation.formation.facts.reading import SELF, Found, Person
from memos_core.operation.formation.facts.verbs import Token, group_at
from memos_core.operation.formation.facts.wordlists import listed

_FORMER = listed("ex ex- former late")
OPENERS = listed(
    """
    i the a an my our his her their its your this that these those it he she they we you there here what when
    where why who how which yes no yeah yep nope ok okay oh well so and but or because if then also just
    actually sorry thanks thank please hi hey hello wow is are was were am do does did have has had will would
    can could should may might must let lets not never always maybe perhaps today tomorrow yesterday now later
    monday tuesday wednesday thursday friday saturday sunday january february march april june july august
    september october november december in on at for from to with of by as after before since until during about
    all some any every everyone everything something nothing one two three most many much more less good great
    nice glad happy sure right correction update news fun sounds looks life time people work currently recently
    lately finally luckily unfortunately still god lol haha omg btw fyi tbh i'm congrats each both another other
    mom dad mum someone somebody anyone nobody english french german spanish chinese japanese italian
    """
)
_STAFF = frozenset(("ex", "boss", "manager", "assistant", "landlord"))
_KIN = "|".join(sorted((re.escape(word) for word in KIN_WORDS - _STAFF), key=len, reverse=True))
_TITLE_NAME = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur)\s+(?P<leads>(?:[\w-]+\s+){{0,3}}?)(?P<kin>{_KIN}),?\s+"
    r"(?P<names>[A-Z][\w'-]*(?:(?:\s+and\s+|\s*,\s*(?:and\s+)?|\s+)[A-Z][\w'-]*)*)"
)
_NP_LIMIT = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A subject in the tokens of a clause."""

    person: Person
    noun: str = ""
    """What of theirs: "my flight number"; empty for the person."""
    own: bool = True
    """Said with a possessive."""
    start: int
    """Where it begins, in characters."""
    after: int
    """Index of the token after it."""


SUBJECT_WORDS = listed("i we my our he she they who it his her their its the")
"""What begins a subject that is no name."""


def subject_at(words: Sequence[Token], at: int, carried: Person | None, lead: str) -> Subject | None:
    """The subject that begins at a token, if any."""
    token = words[at]
    if (together := _with_speaker(words, at)) is not None:
        return Subject(person=SELF, start=token.start, after=together)
    if token.word in ("i", "we"):
        return Subject(person=SELF, start=token.start, after=at + 1)
    if token.word in ("my", "our"):
        return _possessed(words, at, SELF)
    if token.word in ("he", "she", "they", "who", "it") and not (token.word == "it" and not _dies(words, at)):
        return Subject(person=Person(kind="pronoun", word=token.word), start=token.start, after=at + 1)
    if token.word in ("his", "her", "their", "its"):
        return _possessed(words, at, Person(kind="pronoun", word=token.word))
    if token.word == "the" and at <= 6:
        return _noun_phrase(words, at, SELF, own=False)
    if token.raw[0].isupper() and token.word not in OPENERS and (at or token.word not in _DONE):
        named = _named(words, at)
        if named is not None or at:
            return named
    return _left_out(words, carried, lead) if at == 0 else None


def _with_speaker(words: Sequence[Token], at: int) -> int | None:
    """Where ``my wife and I`` or ``Tom and I`` ends."""
    if words[at].word not in ("my", "our") and not (words[at].raw[0].isupper() and words[at].word not in OPENERS):
        return None
    for place in range(at + 1, min(at + 5, len(words) - 1)):
        if words[place].word == "and":
            return place + 2 if words[place + 1].raw == "I" else None
        if not words[place].raw.isalpha():
            return None
    return None


_DONE = listed(
    """
    got moved started joined left quit bought sold adopted switched changed transferred gave took became turned traded
    swapped lost landed found stopped married graduated qualified passed went came finished dropped retired found
    """
)
"""Verbs that open a sentence without its subject; no names."""


def _dies(words: Sequence[Token], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].word in ("died",)


def _possessed(words: Sequence[Token], at: int, owner: Person) -> Subject | None:
    """``my sister Ana``, ``my sister's job``, ``my flight number``."""
    place = at + 1
    while place < len(words) and place < at + 4 and (words[place].word in KIN_LEADS or words[place].word == "-"):
        place += 1
    if place < len(words) and words[place].word in KIN_WORDS and owner.kind == "self":
        word = words[place].word
        former = any(one.word in _FORMER for one in words[at + 1 : place])
        person, after = _with_name(words, place, "ex" if former and word in PARTNERS else word)
        if after < len(words) and words[after].word == "'s" and (noun := _noun_phrase(words, after, person)):
            return noun
        if after < len(words) and words[after].word in KIN_WORDS | {"and"}:
            return None
        if not person.name and after < len(words) and words[after].raw.isalpha() and group_at(words, after) is None:
            return _noun_phrase(words, at, owner)  # "my dentist appointment code"
        copula = after < len(words) and words[after].word in ("is", "was", "are", "'s")
        if copula and not person.name and _is_name(words, after + 1):
            noun_words = " ".join(one.word for one in words[at + 1 : after])
            return Subject(person=SELF, noun=noun_words, start=words[at].start, after=after)
        if (
            after < len(words)
            and words[after].word in ("is", "'s", "are")
            and after + 1 < len(words)
            and words[after + 1].word in ("called", "named")
        ):
            return Subject(person=SELF, noun=word, start=words[at].start, after=after)
        return Subject(person=person, start=words[at].start, after=after)
    return _noun_phrase(words, at, owner)


def _is_name(words: Sequence[Token], at: int) -> bool:
    last = at + 1 >= len(words) or words[at + 1].word in (",", ".", "!", "and")
    return at < len(words) and words[at].raw[0].isupper() and last


def _with_name(words: Sequence[Token], place: int, word: str) -> tuple[Person, int]:
    after = place + 1
    if (
        after < len(words)
        and words[after].word == ","
        and after + 2 < len(words)
        and words[after + 1].raw[0].isupper()
        and words[after + 2].word == ","
    ):
        return Person(kind="kin", word=word, name=words[after + 1].raw), after + 3
    start = after
    while (
        after < len(words) and words[after].raw[:1].isupper() and words[after].word not in OPENERS and after < start + 3
    ):
        after += 1
    return Person(kind="kin", word=word, name=" ".join(one.raw for one in words[start:after])), after


def _noun_phrase(words: Sequence[Token], at: int, owner: Person, own: bool = True) -> Subject | None:
    """The words from after ``my`` to the verb, when they are few and hold no verb."""
    for place in range(at + 2, min(len(words), at + 2 + _NP_LIMIT)):
        word = words[place].word
        if word in ("i", "you", "we", "they", ",", ";"):
            return None
        if word == "'s" and place + 1 < len(words) and words[place + 1].word in ("name", "names"):
            continue
        if word in (":", "=") or (place > at + 1 and word in _VERBS_AFTER_NOUN):
            noun = " ".join(_glued(words[at + 1 : place]))
            return Subject(person=owner, noun=noun, own=own, start=words[at].start, after=place) if noun else None
    return None


_VERBS_AFTER_NOUN = listed(
    """
    is are was were isn't 's used has have had will dropped got ran went fell rose changed increased
    decreased died passed isn
    """
)


def _glued(words: Sequence[Token]) -> Iterator[str]:
    for one in words:
        yield one.raw


def _named(words: Sequence[Token], at: int) -> Subject | None:
    """A proper name before a verb of the third person, or before ``'s`` and a noun."""
    after = at + 1
    while after < len(words) and words[after].raw[:1].isupper() and words[after].word not in OPENERS and after < at + 3:
        after += 1
    person = Person(kind="name", word=" ".join(one.raw for one in words[at:after]))
    if after >= len(words) or words[after].word in KIN_WORDS or words[after].word == "to":
        return None  # "to Leeds to see Ana" says nothing of Leeds
    if words[after].word == "'s" and (noun := _noun_phrase(words, after, person)):
        return noun
    group = group_at(words, after)
    if group is None or (group.form == "ing" and not group.progressive):
        return None
    if group.form == "base" and not (
        group.planned or group.supposed or group.modal or group.denied or group.lemma == "be"
    ):
        return None
    return Subject(person=person, start=words[at].start, after=after)


def _left_out(words: Sequence[Token], carried: Person | None, lead: str) -> Subject | None:
    """A clause that begins with its verb: "Moved to Leeds last week", "and work as a nurse"."""
    start = (
        1
        if words[0].word in ("and", "but", "also", "just", "then", "finally", "now", "recently", "still")
        and len(words) > 1
        else 0
    )
    group = group_at(words, 0)
    if group is None:
        return None
    if carried is not None and carried.kind == "name" and not lead and group.lemma in ("take", "adopt", "rescue"):
        return Subject(person=SELF, start=words[0].start, after=0)
    inherits = lead in ("and", "but", "or", "then", "who") and carried is not None
    told = (
        group.form in ("past", "participle")
        or (group.form == "ing" and words[start].word in _TELLING_ING)
        or group.ended
    )
    if lead == "which":
        return None
    if not inherits and (not told or lead == "who" or group.lemma in ("be", "have", "do")):
        return None
    return Subject(person=Person(kind="elided"), start=words[0].start, after=0)


_TELLING_ING = listed("living working studying dating moving")


def presupposed(text: str) -> Iterator[tuple[int, int, Found]]:
    """``my sister Ana``: where it stands, and the name as a slot."""
    for found in _TITLE_NAME.finditer(text):
        if any(word in _FORMER or word.startswith("ex") for word in found["leads"].lower().split()):
            continue
        if any(word not in KIN_LEADS for word in found["leads"].lower().split()):
            continue
        if _MOURNED.search(text, max(0, found.start() - 16), found.start()):
            continue
        said = found["names"]
        plural = found["kin"].endswith("s") and found["kin"] not in ("boss",)
        first = said if plural else re.split(r"\s*,\s*|\s+and\s+", said)[0]
        if first.split()[0].split("'")[0].lower() in OPENERS:
            continue
        for one in named_kin(found["kin"], first):
            yield found.start(), found.start("names") + len(first), one


def christened_pets(text: str) -> Iterator[tuple[int, int, Found]]:
    """``my dog Pixel``: where it stands, and the animal with its name."""
    for found in _MY_PET.finditer(text):
        animal = pet_in(found["kind"])
        if _GIVEN_UP.search(text, max(0, found.start() - 24), found.start()):
            continue
        if animal and found["name"].lower() not in OPENERS:
            yield found.start(), found.end(), Found(slot="pet", value=f"{animal} named {found['name']}")
            if found["other"] and animal.endswith("s"):
                yield found.start(), found.end(), Found(slot="pet", value=f"{animal} named {found['other']}")


_GIVEN_UP = re.compile(
    r"\b(?:rehom\w+|lost|los(?:e|ing)|put down|bur(?:y|ied)|goodbye to|g(?:a|i)ve(?: away)?|sold"
    r"|sell)\s+$"
)
_MOURNED = re.compile(r"\b(?:lost|buried|miss|missing|mourning)\s+$")
_MY_PET = re.compile(
    r"\b(?:[Mm]y|[Oo]ur)\s+(?:[a-z]+\s+){0,2}?(?P<kind>[a-z]+),?\s+(?P<name>[A-Z][a-z]+)\b(?!')(?:\s+and\s+"
    r"(?P<other>[A-Z][a-z]+)\b)?"
)


def relation_of(word: str) -> str:
    """The word for a relation in a subject: ``mom`` gives ``mother``."""
    return KIN.get(word, "friend" if word in FRIENDS else word)
