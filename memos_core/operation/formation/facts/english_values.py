"""From the groups of a matched frame to slot values, each checked for its kind."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from memos_core.operation.formation.facts import values
from memos_core.operation.formation.facts.english_special import counts
from memos_core.operation.formation.facts.english_subjects import OPENERS
from memos_core.operation.formation.facts.figures import quantity
from memos_core.operation.formation.facts.frame import Frame
from memos_core.operation.formation.facts.given_names import is_given_name
from memos_core.operation.formation.facts.lexicon import (
    ACTIVITIES,
    DIETS,
    LANGUAGES,
    NATIONALITIES,
    OWNABLE,
    PLAYED,
    PRACTISED,
    RELIGIONS,
    STATUSES,
    is_condition,
    is_drug,
    is_vehicle,
)
from memos_core.operation.formation.facts.reading import Found
from memos_core.operation.formation.facts.wordlists import listed


def group_values(match: re.Match[str], frame: Frame) -> Iterator[Found]:
    """The values of all groups of a match, and what the frame itself says."""
    groups = match.groupdict()
    if groups.get("trade") and groups.get("employer") and not values.trade(groups["trade"]):
        return  # "I'm looking at Acme" names no employer
    named = False
    for group, said in groups.items():
        if said is None:
            continue
        ended = group.startswith("end_")
        for found in _read(group.removeprefix("end_"), said):
            named = named or ended
            yield Found(slot=found.slot, value=found.value, ended=ended)
    for slot, value in frame.sets:
        if slot.startswith("end_"):
            if not named:
                yield Found(slot=slot.removeprefix("end_"), value=value, ended=True)
        else:
            yield Found(slot=slot, value=value)


def at_school(found: Found, lemma: str) -> Found:
    """Who starts at a school is no employee of it, as far as one can tell."""
    if found.slot == "employer" and lemma in ("start", "begin", "join") and _SCHOOL.search(found.value):
        return replace(found, slot="school")
    return found


_SCHOOL = re.compile(r"\b(?:School|University|College|Kindergarten|Academy|High)\b")


def _read(group: str, said: str) -> Iterator[Found]:
    if group.startswith("set_"):
        slot, value = group.removeprefix("set_"), " ".join(said.lower().split())
        yield Found(slot=slot, value=STATUSES.get(value, value))
    elif group in _CHECKED:
        yield from _checked(group, said)
    elif group.startswith("measurement_"):
        for value in quantity(said):
            yield Found(slot=group.replace("_", ".", 1), value=value)
    else:
        for value in values.READERS[group](said):
            if not _is_bare(group, value):
                yield Found(slot=group, value=value)


def _is_bare(group: str, value: str) -> bool:
    """Values that pass the reader and mean nothing in this slot."""
    return value.lower() in _MEANINGLESS.get(group, ())


_MEANINGLESS = {
    "likes": {"working", "life", "it all", "people", "story", "passion", "enthusiasm", "energy", "attitude"},
    "occupation": {"team", "group", "kid", "child", "way", "hobby", "result", "matter", "volunteer"},
    "hobby": {"work", "it", "bed", "trouble"},
}
_GUESSED_NAME = 0.8
_CHECKED = listed(
    """
    own_name trade diet nationality religion language known_condition medication played practised collected
    some_vehicle owned business driving decade saving citizenship spoken relative_child relative_son
    one_named gadget counted faith
    free_diet avoided hobbyist named_drug living
    """
)


def _checked(group: str, said: str) -> Iterator[Found]:
    """Groups that count only when their value is of a known class."""
    if group == "named_drug":
        yield Found(slot="medication", value=said)
    elif group == "own_name":
        if said.split()[0].lower() not in NATIONALITIES | RELIGIONS | OPENERS:
            yield Found(slot="name", value=said, confidence=_GUESSED_NAME)
    elif group == "trade":
        yield from (Found(slot="occupation", value=value) for value in values.trade(said.removeprefix("AI assistant")))
    elif group in _CLASSES:
        yield from _member(group, said)
    elif group in ("known_condition", "medication"):
        yield from _health(group, said)
    elif group in _MADE:
        yield from _MADE[group](said)
    elif group == "collected":
        yield from (Found(slot="hobby", value=f"collecting {value}") for value in values.things(said))
    else:
        yield from _possession(group, said)


def _member(group: str, said: str) -> Iterator[Found]:
    slot, members = _CLASSES[group]
    for value in values.things(said) if group == "language" else [said.strip()]:
        if (
            value.lower().split("-")[0] in members
            or value.lower() in members
            or (group == "practised" and value.split()[-1] in members)
        ):
            yield Found(slot=slot, value=_shown(group, value))


def _health(group: str, said: str) -> Iterator[Found]:
    test, slot = (is_condition, "condition") if group == "known_condition" else (is_drug, "medication")
    for value in values.things(_DOSE.sub("", said)):
        if test(value) and "allerg" not in value.lower():
            yield Found(slot=slot, value=value)


_DOSE = re.compile(r"^(?:\d+\s*)?(?:mg|mcg|ml|units|tablets|pills)\s+(?:of\s+)?")


def _heads(words: Sequence[str]) -> set[str]:
    """The last word, and the last two as one: ``sewing machine`` is in the lists as ``sewing-machine``."""
    return {words[-1], "-".join(words[-2:])}


def _possession(group: str, said: str) -> Iterator[Found]:
    for value in values.things(re.split(r",| to (?:replace|get|go|drive)\b", said)[0])[:1]:
        if group == "some_vehicle" and is_vehicle(value):
            yield Found(slot="vehicle", value=value)
        elif group == "owned" and not OWNABLE.isdisjoint(_heads(value.lower().split(" in ")[0].split())):
            yield Found(slot="owns", value=value.split(" in ")[0])


def _shown(group: str, value: str) -> str:
    return value.lower() if group in ("diet", "played", "practised") else value


_CLASSES = {
    "diet": ("diet", DIETS),
    "nationality": ("nationality", NATIONALITIES),
    "religion": ("religion", RELIGIONS),
    "language": ("language", LANGUAGES),
    "played": ("hobby", PLAYED | ACTIVITIES),
    "practised": ("hobby", PRACTISED | ACTIVITIES),
}


def _citizenship(said: str) -> Iterator[Found]:
    for one in re.split(r"\s+and\s+(?:an?\s+)?|\s*/\s*", said):
        of = _COUNTRIES.get(one.lower(), one)
        if of.lower() in NATIONALITIES:
            yield Found(slot="nationality", value=of)


_COUNTRIES = {"us": "American", "usa": "American", "uk": "British", "eu": "European", "nz": "New Zealand"}


def _spoken(said: str) -> Iterator[Found]:
    """Languages by their names: every one that follows ``speak`` up to a contrast."""
    told = re.split(r"\b(?:but|not|except|though|although|with|to)\b|[;:]", said, maxsplit=1)[0]
    first = re.match(r"\s*(?P<name>[A-Z][a-zāōū]+)", told)
    if first and first["name"].lower() not in OPENERS - LANGUAGES and first["name"].lower() not in LANGUAGES:
        yield Found(slot="language", value=first["name"])
    for one in re.findall(r"\b[A-Z][a-z]+", re.split(r"\b(?:but|not|except)\b|[;:]", said, maxsplit=1)[0]):
        if one.lower() in LANGUAGES:
            yield Found(slot="language", value=one)


def _decade(said: str) -> Iterator[Found]:
    tens = _TENS.get(said.lower().replace("-", " ").split()[0], said[:1])
    yield Found(slot="age", value=f"{tens}0")


_CONSUMED = re.compile(
    r"\b(?:coffee|tea|beer|wine|drink|pizza|curry|takeaway|haircut|massage|ticket|cake|ice cream|burger|job|cold"
    r"|parking"
    r"|weekend|holiday|trip|dinner|lunch|breakfast|snack|sandwich|manicure|facial|date|girlfriend|boyfriend|dog|cat"
    r"|puppy"
    r"|kitten|nap|day off|break|croissant|cocktail|spa day|meal|appointment|flat|house|apartment|place)s?\b"
)
"""What one gets oneself and does not keep, or keeps elsewhere."""


def _kept(said: str) -> Iterator[Found]:
    if not _CONSUMED.search(said):
        yield Found(slot="owns", value=said)


_TENS = {"three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9"}
_MADE: Mapping[str, Callable[[str], Iterator[Found]]] = {
    "business": lambda said: iter((Found(slot="occupation", value=f"runs a {said.strip()}"),)),
    "gadget": _kept,
    "one_named": lambda said: iter((Found(slot="partner", value=said),) if is_given_name(said) else ()),
    "living": lambda said: iter((Found(slot="occupation", value=_done(said)),)),
    "driving": lambda said: iter((Found(slot="occupation", value=f"{_singular(said)} driver"),)),
    "saving": lambda said: iter(Found(slot="goal", value=f"save up for {one}") for one in values.whole(said)),
    "relative_son": lambda said: iter(Found(slot="relative.son", value=one) for one in values.names(said)),
    "relative_child": lambda said: iter((Found(slot="relative.child", value=said),)),
    "faith": lambda said: iter((Found(slot="religion", value=said),)),
    "free_diet": lambda said: iter((Found(slot="diet", value=said.lower().replace(" ", "-")),)),
    "avoided": lambda said: iter((Found(slot="diet", value=f"no {said.lower()}"),)),
    "hobbyist": lambda said: iter((Found(slot="hobby", value=said),)),
    "citizenship": _citizenship,
    "spoken": _spoken,
    "decade": _decade,
    "counted": lambda said: counts(f" {said}"),
}


def _done(said: str) -> str:
    """What one does for a living, as the name of a trade where it has one: ``drive buses`` is a bus driver."""
    verb, _, what = said.partition(" ")
    if verb == "drive" and (vehicle := _singular(what)):
        return f"{vehicle} driver" if " " not in vehicle else said
    return what if verb == "do" else said


def _singular(said: str) -> str:
    word = said.lower().strip()
    return {"buses": "bus", "lorries": "lorry", "coaches": "coach"}.get(
        word, word.removesuffix("s") if word != "bus" else word
    )
