"""English frames that a pattern alone cannot read: animals, relatives, counts, measurements, habits, pastimes."""

import re
from collections.abc import Iterator

from memos_core.operation.formation.facts.english_nouns import noun_value
from memos_core.operation.formation.facts.figures import NUMBER_WORDS, date_words, quantity
from memos_core.operation.formation.facts.kinship import named_kin
from memos_core.operation.formation.facts.lexicon import HOBBY_VERBS, pet_in
from memos_core.operation.formation.facts.reading import ANY, PRESUMED, Found
from memos_core.operation.formation.facts.values import names, phrase, thing
from memos_core.operation.formation.facts.wordlists import listed

_COUNTED = re.compile(
    r"(?:^|,|\band)\s+(?:about|around|only|just|now|over|exactly|almost|up to|like|already|a total of|at "
    r"least|some)?\s*(?P<number>\d[\d,]*|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|no)\s+"
    r"(?P<noun>(?:[a-z][a-z-]*\s+){0,2}?[a-z][a-z-]*s|grandchildren|children|people|fish|sheep"
    r"|followers)\b(?!\s*(?:ago|left|late))",
    re.IGNORECASE,
)
_NO_COUNTS = listed(
    """
    days weeks months years hours minutes seconds times things options questions ideas meetings reasons problems
    issues minutes classes exams choices more others things kms miles kilometers kilometres pounds kilos dollars
    euros percent degrees items tasks steps words lines tests appointments deadlines chances guests tickets
    parts ways always pieces bits evenings mornings weekends nights sessions interviews goals plans points
    concerns calls
    """
)
_ANIMAL = re.compile(
    r"(?:^|\s+|,\s*|\band\s+)(?P<count>an?|my|our|the|one|two|three|four|five|\d+|another"
    r"|some)\s+(?P<kind>(?:[\w'-]+\s+){0,4}?[\w-]+)"
    r"(?:\s*:\s+(?=[A-Z])(?P<listed>[A-Z][\w'-]*(?:(?:, and |, | and | & )(?!an? )[A-Z][\w'-]*)*)|\s*,?\s*(?:named"
    r"|called|(?:and )?this one(?:'s| is)(?: called| named)?|whose name is|who(?:'s| is) (?:named|called)"
    r"|and (?:named|called) (?:him"
    r"|her|it|them)|(?:and )?(?:(?:his|her|its|their) )?names?(?:'s| is| are| of))\s+(?P<names>(?:(?:Mrs?|Miss|Sir"
    r"|Lady|Lord|Captain|Professor|Dr|King|Queen|Princess|Prince|Major|General)\.?\s+)?[A-Z][\w'-]*(?:(?:, and "
    r"|, | and | & )(?!an? )[A-Z][\w'-]*)*)"
    r"|\s*,\s*(?P<apposed>[A-Z][\w'-]*(?:(?:,\s+[A-Z][\w'-]*)*,?\s+and\s+[A-Z][\w'-]*)?)(?=\s*(?:$|[,.!])))?(?=\s*(?:$|[,.!;]|\band\b"
    r"|\bfrom\b|\bwho\b|\bat\b|\bnow\b|\bwith\b|\bthat\b|\bin\b"
    r"|\bhome\b|\binto\b|\bfor\b|\baway\b|\bto\b|\bup for\b|\s{3}))",
)
_RELATIVE = re.compile(
    r"\s+(?:an?|one|two|three|four|five|\d+|my)\s+(?:(?:\w+[\s-]){0,2}?)(?P<kin>[a-z-]+)(?:\s*,?\s*(?:named"
    r"|called|whose names? (?:is|are)|and (?:his|her|their) names? (?:is|are)|:|,|–"
    r"|-)\s*(?P<names>[A-Z].*))?",
    re.IGNORECASE,
)
_DISTANCE = re.compile(
    r"\s+(?:a\s+|my\s+)?(?:(?:first|new|full)\s+)*(?:about |around |over |almost |nearly |only |just "
    r")?(?P<value>\d[\d.,]*\s*(?:km|kms|k|kilometers|kilometres|miles|mi|m|meters|metres|laps|steps|kg|kilos"
    r"|pounds|lbs|hours|h|reps|pages)\b)",
    re.IGNORECASE,
)
_EFFORTS = {
    "run": "run",
    "jog": "run",
    "walk": "walk",
    "swim": "swim",
    "cycle": "cycling",
    "bike": "cycling",
    "bench": "bench press",
    "squat": "squat",
    "deadlift": "deadlift",
    "sleep": "sleep",
    "lift": "lift",
    "row": "rowing",
    "hike": "hike",
    "read": "reading",
}
_FREQUENCY = re.compile(
    r"\b(?:every|each)\s+(?:\w+\s+)?(?:day|weekday|morning|night|evening|afternoon|week|weekend|month|year|sunday"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|summer|winter|spring|fall)s?\b"
    r"|\b(?:once|twice|(?:\d+|two|three|four|five|six) times)\s+(?:a|per|every)\s+\w+|\bon\s+(?:mon|tues|wednes"
    r"|thurs|fri|satur|sun)days\b|^(?:mon|tues|wednes|thurs|fri|satur|sun)days\b|\bdaily\b|\b(?:on"
    r"|at) (?:the )?weekends?\b|\b(?:an?|one|two|three|four|five|six|ten|\d+|half a) "
    r"(?!few|couple|lot)\w+ "
    r"(?:a|per) (?:day|week|night|month)\b|\bon weekdays\b|\bat weekends\b|\bin the "
    r"(?:mornings|evenings)\b",
    re.IGNORECASE,
)
_USUAL = re.compile(r"\b(?:usually|always|often|regularly|typically|never|generally)\b", re.IGNORECASE)
_NO_HABITS = listed(
    """
    be have do like love think feel know want need wonder wish hope say hate enjoy prefer find get appreciate
    remember dream consider hear see become mean keep tell expect
    """
)
_PASTIME = re.compile(
    r"\s*(?:$|[.,!]|a lot\b|for fun\b|in my (?:free|spare) time\b|as a hobby\b|regularly\b|on weekends\b|\s{3})",
    re.IGNORECASE,
)


def animals(rest: str, ended: bool = False) -> Iterator[Found]:
    """Pets in ``a dog named Rex and two cats``."""
    for one in _ANIMAL.finditer(rest):
        kind = phrase(one["kind"], most=5)
        animal = pet_in(kind)
        if not animal or _LINKED.search(kind):
            continue
        told = one["names"] or one["apposed"] or one["listed"] or ""
        if one["count"] not in ("a", "an", "my", "our", "the", "one", "another") and not told:
            continue  # a count, see ``counts``
        called = names(told) if told else []
        described = " ".join(word for word in kind.split() if word.lower() not in _SMALL)
        for name in called:
            yield Found(
                slot="pet",
                value=f"{animal.removesuffix('s') if len(called) > 1 else described} named {name}",
                ended=ended,
            )
        if not called:
            yield Found(slot="pet", value=described, ended=ended)


_SMALL = listed(
    """
    new little small big old cute lovely adorable rescue very sweet wonderful beautiful tiny the a
    """
)


_LINKED = re.compile(r"\b(?:for|of|to|about|with|in|on|at|from|like|as)\b")


def lost_animal(noun: str) -> Iterator[Found]:
    """``dog``, ``old cat Miso``: the pet that a death is told of."""
    found = re.match(r"(?P<kind>.*?)(?:,? (?P<name>[A-Z][\w'-]*))?$", noun)
    animal = pet_in(found["kind"]) if found else ""
    if found and animal:
        yield Found(slot="pet", value=f"{animal} named {found['name']}" if found["name"] else animal, ended=True)


def relatives(rest: str) -> Iterator[Found]:
    """Relatives in ``two brothers, Piotr and Marek``."""
    found = _RELATIVE.match(rest)
    if not found or not found["names"]:
        return
    yield from named_kin(found["kin"], found["names"])


def counts(rest: str) -> Iterator[Found]:
    """``I have 12 house plants``."""
    for place, found in enumerate(_COUNTED.finditer(rest)):
        noun = found["noun"].lower().split()
        if (place == 0 and found.start() > 0) or noun[-1] in _NO_COUNTS or noun[0] in ("more", "other", "of", "new"):
            return
        number = found["number"].lower()
        yield Found(slot=f"count.{' '.join(noun)}", value="0" if number == "no" else NUMBER_WORDS.get(number, number))


def efforts(lemma: str, rest: str) -> Iterator[Found]:
    """``I ran 10 km``."""
    found = _DISTANCE.match(rest)
    if found and lemma in _EFFORTS:
        for value in quantity(found["value"]):
            yield Found(slot=f"measurement.{_EFFORTS[lemma]}", value=value)


def is_frequent(rest: str) -> bool:
    """Whether words say how often."""
    return _FREQUENCY.search(rest) is not None


def habits(lemma: str, before: str, rest: str) -> Iterator[Found]:
    """``I run every morning``: a verb with how often."""
    taken = (
        (lemma == "be" and _THERE.match(rest))
        or (lemma == "have" and _TAKEN.match(rest))
        or (lemma == "do" and _DONE.match(rest))
    )
    often = _FREQUENCY.search(rest) or _FREQUENCY.match(before.strip(" ,")) or _USUAL.search(before)
    if (lemma in _NO_HABITS and not taken) or not often:
        return
    if re.match(r"\s*(?:me|you|us|him|her|them)\b", rest, re.IGNORECASE):
        return
    said = re.split(
        r"\s*(?:[,;:!?()–—]|\.(?=\s|$))|\s+(?:but|because|so|which|when|while|if|since|although)\b", rest, maxsplit=1
    )[0]
    value = " ".join(f"{lemma}{said}".split())
    if 2 <= len(value.split()) <= 12 or (_FREQUENCY.search(value) and len(value.split()) > 1):
        yield Found(slot="habit", value=value)


_THERE = re.compile(
    r"\s+(?:at (?:the |my )?(?:gym|pool|track|allotment|club|range|market|library|choir|church|mosque|temple)"
    r"|in (?:church|the gym|the pool)|up (?:at|by|before)\b|out (?:running|walking|cycling|jogging))"
)
_TAKEN = re.compile(
    r"\s+[a-z]+ for (?:breakfast|lunch|dinner|tea|supper)\b|\s+(?:an?|my|two|one)\s+(?:\w+\s)?(?:beer|pint|coffee|tea"
    r"|nap|wine|drink|bath|sauna|takeaway|curry|[a-z]+ (?:for|with|at|before|after) (?:breakfast|lunch|dinner|tea"
    r"|supper|bed)|(?:cup|glass|mug|pint|bowl|slice|piece|shot|pot) of [a-z]+"
    r"|smoothie|cigar|swim)\b"
)
_DONE = re.compile(r"\s+(?:the|my|a|some)\s+[a-z]|\s+(?!it\b|that\b|this\b|so\b|what\b|not\b|n't|well\b)[a-z]{3,}\b")


def pastimes(lemma: str, rest: str) -> Iterator[Found]:
    """``I hike a lot``, ``I paint``."""
    if (
        lemma in HOBBY_VERBS
        and lemma != "train"
        and (_PASTIME.match(rest) is not None or _FREQUENCY.match(rest.strip()))
    ):
        yield Found(slot="hobby", value=gerund(lemma))


def born(lemma: str, rest: str) -> Iterator[Found]:
    """``I was born on 12 March 1988 in Lyon``."""
    found = _BORN.match(rest) if lemma == "be" else None
    if found:
        for value in date_words(_BORN_IN.split(found["date"])[0]):
            yield Found(slot="birthday", value=value)


_BORN = re.compile(r"\s+(?:actually\s+)?born\s+on\s+(?P<date>[^,;!?]*?\d[^;!?]*)", re.IGNORECASE)
_BORN_IN = re.compile(r"\s+in\s+(?=[A-Z])(?!\s*in\s+(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))")


def left_place(lemma: str, rest: str, sentence: str) -> Iterator[Found]:
    """``I left Dublin and moved to Cork``: an employer is left as well, so a home must be spoken of."""
    found = _LEFT_PLACE.match(rest) if lemma == "leave" and at_home(sentence) else None
    if found:
        yield Found(slot="residence", value=found["place"], ended=True, confidence=PRESUMED)


def at_home(sentence: str) -> bool:
    """Whether a sentence speaks of where somebody lives."""
    return _AT_HOME.search(sentence) is not None


_LEFT_PLACE = re.compile(r"\s+(?P<place>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)\b")
_AT_HOME = re.compile(r"\b(?:mov(?:e|ed|ing)|liv(?:e|ed|ing)|for good|behind|city|home|I'm in|we're in|settled)\b")


def going(lemma: str, rest: str) -> Iterator[Found]:
    """``I go climbing every week``."""
    found = re.match(r"\s+(?P<doing>[a-z-]+ing)\b", rest) if lemma == "go" else None
    if found and _FREQUENCY.search(rest):
        yield Found(slot="hobby", value=found["doing"])


def changes(rest: str) -> Iterator[Found]:
    """``we raised the wedding budget to 12,000 euros``."""
    found = _CHANGED.match(rest)
    if found and (found["whose"] != "the" or "budget" in found["noun"]):
        yield from noun_value(found["noun"], f" {found['value']}", f" {found['value']}")


_CHANGED = re.compile(
    r"\s+(?:(?:up|down|back)\s+)?(?P<whose>my|our|the)\s+(?P<noun>[\w -]{2,30}?)\s+(?:from\s+[\w$€£,. "
    r"]{1,20}?\s+)?(?:up\s+|down\s+|back\s+)?to\s+(?P<value>.+)",
    re.IGNORECASE,
)


def goals(lemma: str, rest: str) -> Iterator[Found]:
    """``I want to run a marathon``."""
    value = re.sub(r",? (?:that's|which is|it's) (?:the|my) .*$", "", " ".join(f"{lemma}{rest}".split())).rstrip(" .!,")
    if re.match(r"\w+ (?:it|them|that|this|him|her|you|those|these)\b|make an? ", value):
        return
    if 2 <= len(value.split()) <= 16:
        yield Found(slot="goal", value=value)


def gerund(lemma: str) -> str:
    """``hike`` as ``hiking``."""
    if lemma.endswith("e"):
        return lemma[:-1] + "ing"
    return lemma + (lemma[-1] if lemma in ("run", "swim", "jog", "knit", "skip") else "") + "ing"


def deaths(rest: str) -> bool:
    """Whether ``be`` or ``pass`` tells a death."""
    return re.match(r"(?:\s+(?:just|recently|sadly))*\s*(?:away\b|dead\b|missing\b)", rest) is not None


def keeping(lemma: str, rest: str) -> Iterator[Found]:
    """Everything that ``have``, ``get``, ``adopt`` and the like may hold."""
    if lemma == "foster" and re.search(
        r"\bfor (?:an?|one|two|three|the) (?:day|week|month|while|few)|forever home", rest
    ):
        return
    yield from animals(rest)
    if lemma in ("have", "own"):
        yield from relatives(rest)
    if lemma in ("have", "own", "reach", "hit"):
        yield from counts(rest)


def parting(rest: str) -> Iterator[Found]:
    """Animals that are given away or lost."""
    yield from animals(rest, ended=True)
    if named := _OWN_ANIMAL.match(rest):
        yield from lost_animal(named["noun"])


_OWN_ANIMAL = re.compile(r"\s+(?:my|our)\s+(?P<noun>(?:[a-z]+\s+){1,2}[A-Z][a-z]+)\b")


def refusals(lemma: str, rest: str, denied: bool, ended: bool) -> Iterator[Found]:
    """``I don't eat meat``: what is kept off the table; ``I no longer drink coffee``: a habit that is over."""
    value = thing(rest)
    if (
        value
        and ended
        and lemma not in _NO_HABITS
        and lemma not in ("eat", "live", "work", "drive", "study", "own", "play", "take", "speak")
    ):
        yield Found(slot="habit", value=f"{lemma} {value}", ended=True, confidence=PRESUMED)
        return
    if not value and ended and lemma in ("smoke", "drink", "vape", "gamble"):
        yield Found(slot="habit", value=lemma, ended=True)
    if not value or lemma not in ("eat", "drink", "smoke", "watch", "use", "wear", "read"):
        return
    if ended:
        if lemma == "eat" and _FOOD.search(value):
            yield Found(slot="diet", value=f"no {value}")
        yield Found(slot="habit", value=f"{lemma} {value}", ended=True)
    elif denied and lemma == "eat" and _FOOD.search(value):
        yield Found(slot="diet", value=f"no {value}")


_FOOD = re.compile(r"\b(?:meat|fish|pork|beef|dairy|gluten|sugar|seafood|eggs|poultry|animal products|carbs)\b")


def everything(lemma: str, rest: str) -> Iterator[Found]:
    """``I eat everything now``, ``I eat meat again``: no diet is kept."""
    if lemma == "eat" and re.match(
        r"\s+(?:(?:everything|anything)(?=\s*(?:$|[.,!]|now\b|again\b|these days\b|\s{3}))|meat (?:again|now)"
        r"|fish (?:again|now)|meat and fish)",
        rest,
    ):
        yield Found(slot="diet", value=ANY, ended=True)
