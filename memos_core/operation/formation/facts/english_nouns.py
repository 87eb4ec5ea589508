"""English statements about what somebody has: "my birthday is 3 May", "Ana's job", "the wifi password is"."""

import re
from collections.abc import Iterator, Mapping

from memos_core.operation.formation.facts import figures, values
from memos_core.operation.formation.facts.kinship import named_kin
from memos_core.operation.formation.facts.lexicon import (
    CONDITIONS,
    DIETS,
    KIN_WORDS,
    MEASURES,
    PETS,
    is_condition,
    is_trade,
)
from memos_core.operation.formation.facts.reading import Found
from memos_core.operation.formation.facts.wordlists import listed

_SLOTS: Mapping[str, tuple[str, str]] = {
    noun: (slot, reader)
    for slot, reader, nouns in (
        ("name", "name", "name|full name|real name|first name|last name|surname|legal name"),
        ("nickname", "name", "nickname"),
        ("age", "age", "age"),
        ("birthday", "birthday", "birthday|bday|birth date|birthdate|date of birth|dob"),
        ("birthplace", "birthplace", "birthplace|place of birth|birth place"),
        ("hometown", "hometown", "hometown|home town"),
        ("nationality", "nationality", "nationality|citizenship"),
        ("language", "language", "native language|mother tongue|first language|native tongue"),
        ("religion", "verbatim", "religion|faith"),
        (
            "phone",
            "verbatim",
            "phone number|phone|mobile number|mobile|cell number|cell phone number|telephone number|number",
        ),
        ("email", "verbatim", "email|e-mail|email address|e-mail address|mail address"),
        ("address", "address", "address|home address|postal address|mailing address"),
        ("residence", "place", "city|home city|current city|place of residence"),
        (
            "occupation",
            "occupation",
            "line of work|trade|job|occupation|profession|job title|position|role|day job|work title|title|career",
        ),
        ("employer", "employer", "employer|company|workplace"),
        ("school", "employer", "school|university|college|alma mater|uni"),
        ("field_of_study", "field_of_study", "major|field of study|degree|minor"),
        ("relationship_status", "verbatim", "relationship status|marital status"),
        ("diet", "verbatim", "diet"),
        ("allergy", "things", "allergy|allergies|food allergy"),
        ("condition", "things", "condition|diagnosis"),
        ("medication", "things", "medication|medications|meds|medicine"),
        ("hobby", "things", "hobby|hobbies|pastime|passion|passions|biggest passion|biggest hobby"),
        (
            "goal",
            "whole",
            "goal|main goal|aim|main aim|mission|life goal|dream|resolution|target|new year's resolution|ambition"
            "|biggest goal|long-term goal",
        ),
        ("vehicle", "vehicle", "car|vehicle|ride|motorcycle|motorbike|truck"),
        ("measurement.weight", "quantity", "weight|body weight"),
        ("measurement.height", "quantity", "height"),
    )
    for noun in nouns.split("|")
}
SLOT_NOUNS = frozenset(_SLOTS)
"""What the profile has a place for: "birthday", "phone number"."""
_DWELLINGS = listed("flat apartment place home house studio dorm")
_LEADS = re.compile(
    r"^(?:(?:new|current|old|actual|real|correct|updated|right|latest|own|personal|present|other|second|main"
    r"|next|big|biggest)\s+)+",
    re.IGNORECASE,
)
_FAVORITE = re.compile(
    r"^(?:all[- ]time |absolute |current |new |personal )*(?:favou?rite|preferred|fave)\s+(?P<of>[a-z][\w' "
    r"-]*?)(?:\s+(?:of all time|to \w+|right now|atm|at the moment|currently|lately|ever|these days|in the "
    r"world|is))*$",
    re.IGNORECASE,
)
_BUDGET = re.compile(
    r"^(?P<front>[\w -]+?)?\s*budget(?:\s+for\s+(?:the\s+|my\s+|our\s+|this\s+|a\s+)?(?P<of>[\w -]+))?$", re.IGNORECASE
)
_CHANGED_TO = re.compile(
    r"\s*(?:(?:has|have|had)?\s*(?:been\s+)?(?:changed|dropped|gone down|gone up|fallen|risen|went down|went "
    r"up|grown|increased|decreased|moved|raised|lowered|cut|set|switched|reset"
    r"|updated)\s+(?:from\s+[\w$€£.,% -]+?\s+)?(?:to|at)\s+)",
    re.IGNORECASE,
)
_DOWN_TO = re.compile(
    r"\s*(?:(?:now|currently|already|still|back|actually|down|up|only|about|around|set|officially"
    r"|just)\s+)*(?:(?:to|at)\s+(?=[$€£]?\d))?",
    re.IGNORECASE,
)
_SPELT = re.compile(r"\s*(?:actually\s+)?(?:spelled|spelt|pronounced)\s+(?:as\s+)?")
_STABLE = re.compile(
    r"(?:password|passcode|pin|code|number|id|username|user name|handle|login|size|blood type|blood group"
    r"|star sign|zodiac sign|sign|seat|gate|room|locker|account|plate|license plate|extension|time ?zone"
    r"|shift"
    r"|wifi|wi-fi|network|ip address|combination|mbti|pronouns|initials|middle name|maiden name|postcode|zip "
    r"code|zip|timezone|salary|rent|deadline|team|doctor|dentist|boss|manager|therapist|landlord"
    r"|flight|booking reference|confirmation|reference|operating system|os|editor|ide|phone model|laptop"
    r"|phone|bank|insurance|gym|screen name|gamertag|order)$",
    re.IGNORECASE,
)
_SOURCE = re.compile(
    r"^(?:\w+script |python |java |css |html |source |test |legacy |existing |sample )*code$", re.IGNORECASE
)
_PHRASAL = re.compile(r"\b(?:to|that|which|when|and|or|for|in|on|with|about|at|from|by|i|you|we)\b", re.IGNORECASE)
_CATEGORICAL = re.compile(
    r"(?:password|blood type|blood group|sign|size|pronouns|username|user name|handle|shift|team|operating "
    r"system|editor|ide|plan|gym|bank)$",
    re.IGNORECASE,
)
_NO_ATTRIBUTE = re.compile(
    r"(?:^|\s)(?:two|three|four|five|day|week|weekend|life|time|thing|point|problem|issue|question|idea|plan"
    r"|thought|thoughts"
    r"|feeling|mind|heart|mood|family|way|turn|fault|guess|opinion|advice|friend|boss|experience|kids?|only"
    r"|first|last|next|biggest|whole"
    r"|project|app"
    r"|site|website|function|query|error|app)$",
    re.IGNORECASE,
)
_TELLING = re.compile(r"\d|^[A-Z]|@")
_EVALUATIVE = re.compile(
    r"^(?:not|so|very|really|too|a bit|pretty|great|good|bad|fine|ok|okay|amazing|awesome|terrible|busy"
    r"|going|getting|doing|always|never|still|quite|all|just|also|almost|about to|due|I|The|It|That|This|He"
    r"|She|We|They|You|My)\b",
    re.IGNORECASE,
)
_PERSONAL = re.compile(
    r"^(?:wi-?fi password|wi-?fi|password|flight number|booking reference|wi-?fi code|door code|alarm code"
    r"|gate code|confirmation number|room number|seat number|passcode|pin)$",
    re.IGNORECASE,
)


def noun_value(noun: str, said: str, original: str) -> Iterator[Found]:
    """What ``my NOUN is SAID`` fills.

    Args:
        noun: The words between the owner and the verb.
        said: What follows the verb, the words that tell time blanked out.
        original: The same with them.
    """
    key = (
        " ".join(noun.lower().replace("'s", "").split())
        if noun.lower().endswith("'s")
        else " ".join(noun.lower().split())
    )
    said, original = _after_change(said), _after_change(original)
    stripped = _LEADS.sub("", key)
    if favorite := _FAVORITE.match(key):
        reader = values.names if stripped.endswith("band") and re.match(r"\s*[A-Z]", said) else values.verbatim
        for value in reader(said)[:1]:
            of = re.sub(r"\s+(?:in|at|on|from|around|near)\s.*$", "", favorite["of"].replace("colour", "color"))
            yield Found(slot=f"favorite.{of}", value=_bare(value))
        return
    if stripped in _DWELLINGS and (dwelling := re.match(r"\s*(?:still |now )?(?:in|near|outside)\s+(?=[A-Z])", said)):
        yield from (Found(slot="residence", value=value) for value in values.place(said[dwelling.end() :]))
        return
    if key in _SLOTS or stripped in _SLOTS:
        slot, reader_name = _SLOTS.get(key) or _SLOTS[stripped]
        yield from _slot_value(slot, reader_name, said, original)
        return
    if budget := _BUDGET.match(stripped):
        of = (budget["of"] or budget["front"] or "").strip()
        for value in figures.quantity(said):
            yield Found(slot=f"budget.{of.lower()}" if of else "budget", value=value)
        return
    yield from _other(key, stripped, said, original)


def _after_change(said: str) -> str:
    if found := _CHANGED_TO.match(said):
        return said[found.end() :]
    if found := _SPELT.match(said):
        return f" {said[found.end() :]}"
    found = _DOWN_TO.match(said)
    return said[found.end() :] if found else said


def _bare(value: str) -> str:
    return re.sub(r"^(?:definitely|probably|still|actually|always|by|now|the color|called|of course)\s+", "", value)


def _slot_value(slot: str, reader: str, said: str, original: str) -> Iterator[Found]:
    if slot == "birthday":
        found = figures.date_words(original)
    elif slot in ("phone", "email", "address"):
        found = _contact(slot, original)
    elif reader == "verbatim":
        found = values.verbatim(said)
    elif reader == "occupation":
        found = (
            values.role(said.removeprefix(" to be").lstrip())
            if re.match(r"\s*(?:an?|the)\b|\s*[\w -]+(?:er|or|ist|ian)\b", said) or is_trade(said.strip(" .!,"))
            else []
        )
    elif reader == "whole":
        found = values.whole(re.sub(r"^\s*to\s+", "", original))
    else:
        found = values.READERS[reader](said) if reader in values.READERS else values.things(said)
    if slot == "diet":
        found = [one for one in found if any(word.lower() in DIETS for word in one.split())]
    for value in found:
        yield Found(slot=slot, value=value)


def _contact(slot: str, said: str) -> list[str]:
    patterns = {
        "phone": r"\+?\d[\d\s()./-]{3,}\d",
        "email": r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+",
        "address": r"\s*\d+\w?\s+[A-Z][^.!?;]*|\s*[A-Z][\w ]+\d+\w?(?:,[^.!?;]*)?",
    }
    found = re.search(patterns[slot], said)
    return [found[0].strip(" ,.;")] if found else []


def _other(key: str, stripped: str, said: str, original: str) -> Iterator[Found]:
    """Names of people and animals, measurements, and open attributes."""
    head = stripped.split()[-1] if stripped else ""
    named = re.match(r"^(?P<kin>.+?)'?s? names?$", key)
    called = re.match(r"\s*(?:called|named)\s+", said)
    owner = (named["kin"] if named else key).split()[-1] if key else ""
    if named or called or (owner in KIN_WORDS | PETS and re.match(r"\s*[A-Z][a-z]+\s*(?:$|[,.!]|and\b)", said)):
        rest = said[called.end() :] if called else said
        owner = "guinea pig" if key.endswith("guinea pig") else owner.removesuffix("'s")
        if owner in KIN_WORDS:
            yield from named_kin(owner, rest)
        elif owner == "guinea pig" or owner.removesuffix("s") in PETS or owner in PETS:
            for name in values.names(rest):
                yield Found(slot="pet", value=f"{owner} named {name}")
        return
    if head in MEASURES or stripped.replace(" ", "-") in MEASURES:
        for value in figures.quantity(said):
            yield Found(slot=f"measurement.{stripped}", value=value)
        return
    if key in CONDITIONS or is_condition(key):
        gone = re.match(
            r"\s*(?:now |finally |completely |all )*(?:gone|cured|over|history|healed|in remission)\b", said
        )
        yield Found(slot="condition", value=key, ended=gone is not None)
        return
    yield from _attribute(stripped, original)


def _attribute(noun: str, said: str) -> Iterator[Found]:
    placed = re.match(r"([\w -]+?) (?:at|for|in) (?:the|my|our) [\w ]+$", noun)
    noun = placed[1] if placed and _STABLE.search(placed[1]) else noun
    if (
        len(noun.split()) > 4
        or noun.split()[-1:] == []
        or noun.split()[-1] in KIN_WORDS - _STAFF
        or _NO_ATTRIBUTE.search(noun)
        or _PHRASAL.search(noun)
        or _SOURCE.match(noun)
    ):
        return
    for value in values.verbatim(said):
        value = _bare(value)
        telling = _TELLING.search(value) is not None
        if (
            not _EVALUATIVE.match(value)
            and (telling or (placed is None and _STABLE.search(noun) and _CATEGORICAL.search(noun)))
            and len(value.split()) <= (5 if telling else 3)
        ):
            yield Found(slot=f"attribute.{noun}", value=value)


_STAFF = listed("doctor dentist boss manager therapist landlord trainer coach")


def impersonal(noun: str) -> bool:
    """Whether ``the NOUN is X`` says something of the speaker's own."""
    if noun[:4].lower() == "new " and _LEADS.sub("", noun.lower()) in _RENEWED:
        return True
    return _PERSONAL.match(noun) is not None or (noun.lower().startswith("budget") or noun.lower().endswith(" budget"))


_RENEWED = frozenset(
    (
        "address",
        "number",
        "phone number",
        "mobile number",
        "mobile",
        "email",
        "email address",
        "car",
        "job",
        "password",
        "employer",
        "surname",
        "last name",
        "goal",
    )
)
"""Of these the new one is one's own, if nobody else is named: "the new address is"."""


def is_renewable(noun: str) -> bool:
    """Whether ``the NOUN is now X`` tells of the speaker's own: an address, a number."""
    return _LEADS.sub("", noun.lower()) in _RENEWED


def is_measure(noun: str) -> bool:
    """Whether a noun names a measurement: ``blood pressure``."""
    said = _LEADS.sub("", noun.lower())
    return said.replace(" ", "-") in MEASURES or said.split()[-1:] == ["weight"]
