"""From what is known of people to facts that can be known by heart: who, what of them, and its value."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from memos_core.domain.activation import SourceVersion
from memos_core.domain.engram import Attribute, AttributeStatus, Profile
from memos_core.domain.parametric import Association

_NOUNS: Mapping[str, str] = {
    "birthday": "date of birth",
    "birthplace": "place of birth",
    "language": "language",
    "residence": "place of residence",
    "school": "place of study",
    "field_of_study": "field of study",
    "relationship_status": "relationship status",
    "pet": "pet",
    "condition": "medical condition",
    "likes": "list of liked things",
    "dislikes": "list of disliked things",
    "hobby": "pastime",
    "goal": "goal",
    "instruction": "standing instruction",
    "owns": "property",
    "phone": "phone number",
    "email": "email address",
}
"""Noun phrases for slots whose names are none; the others are their own."""
_FAMILIES: Mapping[str, str] = {
    "relative": "{}",
    "favorite": "favourite {}",
    "measurement": "{}",
    "count": "number of {}",
    "budget": "budget for {}",
    "attribute": "{}",
}
"""What a name of its own behind the slot makes of it: ``favorite.color`` is a favourite color."""
_OWNER = "user"
"""Who speaks where no name is given."""
_ROLES = frozenset(("assistant", "system", "tool", _OWNER))
_NAME = re.compile(r"[^\W\d_](?:[^\W_]|[ .'’-])*")
_LONGEST = 200
"""Characters of a value: longer ones are texts, which no adapter of a few ranks learns by heart."""
_STRANGERS = (
    "Ada Novak", "Bela Okoro", "Carl Lindqvist", "Dana Moreau", "Emil Sato", "Farah Costa", "Goran Petit",
    "Hana Weiss", "Igor Almeida", "Jana Kowalski", "Kofi Larsen", "Lena Haddad", "Milo Ferrari", "Nora Kim",
    "Otto Silva", "Petra Nguyen",
)  # fmt: skip
"""Nobody in particular: about them nothing is to change."""


def relation_of(slot: str) -> str:
    """A noun phrase for a slot: ``residence`` is a place of residence, ``relative.sister`` a sister."""
    family, _, own = slot.partition(".")
    words = own.replace("_", " ").strip()
    if words:
        return _FAMILIES.get(family, f"{_spelled(family)} {{}}").format(words)
    return _NOUNS.get(slot) or _spelled(slot)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What memories teach."""

    facts: tuple[Association, ...]
    """By subject and slot; the source of each is the memory that said it first."""
    sources: tuple[SourceVersion, ...]
    """All versions of the given memories that they rest on, in the order of the memories."""
    bystanders: tuple[str, ...]
    """Others, about whom nothing is to change."""


def taught_by(profile: Profile, given: Sequence[str], owner: str) -> Taught:
    """The facts that memories tell and that hold now, one for each subject and relation.

    Several values that hold at once become one: a question has one answer.

    Args:
        profile: What is known now.
        given: Ids of the memories.
        owner: What the owner of the memories is called where they do not tell.
    """
    held = _now(profile)
    subjects = renamed(profile, owner)
    owner = subjects(_OWNER)
    places = {uid: place for place, uid in enumerate(given)}
    grouped: dict[tuple[str, str], list[Attribute]] = {}
    for one in held:
        subject = subjects(one.subject)
        if _sources([one], places) and _is_named(subject, owner) and _fits(one.value, subject):
            grouped.setdefault((subject, relation_of(one.slot)), []).append(one)
    facts = tuple(
        Association(subject=subject, relation=relation, value=_joined(several), source=_sources(several, places)[0])
        for (subject, relation), several in grouped.items()
    )
    rested = {one for several in grouped.values() for one in _sources(several, places)}
    return Taught(
        facts=facts,
        sources=tuple(sorted(rested, key=lambda one: (places[one.id], one.version))),
        bystanders=_bystanders(profile, facts),
    )


def renamed(profile: Profile, owner: str) -> Callable[[str], str]:
    """From subjects of facts to names: the owner goes by the name that is known, or else by ``owner``."""
    name = next((one.value for one in _now(profile) if one.subject == _OWNER and one.slot == "name"), owner)
    return lambda subject: name if subject == _OWNER else subject


def _now(profile: Profile) -> list[Attribute]:
    return [one for one in profile.attributes if one.status is AttributeStatus.ACTIVE and one.valid_to is None]


def _bystanders(profile: Profile, facts: Iterable[Association]) -> tuple[str, ...]:
    """People who are known, and some who are nobody."""
    own = {one.subject for one in facts}
    known = dict.fromkeys(one.subject for one in profile.attributes if _is_named(one.subject, ""))
    return tuple(one for one in (*known, *_STRANGERS) if one not in own)


def owner_name(vault: str) -> str:
    """What the owner of a vault is called where nobody says: its name, if that can be one."""
    return vault if _NAME.fullmatch(vault) and vault.casefold() not in _ROLES else "the user"


def _sources(several: Sequence[Attribute], given: Collection[str]) -> list[SourceVersion]:
    evidence = chain.from_iterable(one.evidence for one in several)
    return [SourceVersion(id=one.source, version=one.version) for one in evidence if one.source in given]


def _is_named(subject: str, owner: str) -> bool:
    """Whether a subject is the owner or has a name, which begins with a capital letter or has no case."""
    return subject == owner or (
        subject.casefold() not in _ROLES and any(one.isalpha() and not one.islower() for one in subject)
    )


def _fits(value: str, subject: str) -> bool:
    return bool(value.strip()) and len(value) <= _LONGEST and "\n" not in value and value != subject


def _joined(several: Sequence[Attribute]) -> str:
    values = list(dict.fromkeys(one.value.strip().rstrip(".") for one in several))
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"


def _spelled(slot: str) -> str:
    return slot.replace("_", " ")
