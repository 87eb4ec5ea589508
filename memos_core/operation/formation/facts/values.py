"""From the words after a verb to the values of a slot: where a phrase ends, and whether it is of the right kind."""

import re
from collections.abc import Callable, Mapping

from memos_core.operation.formation.alternatives import Cue
from memos_core.operation.formation.facts.figures import date_words, digits, quantity
from memos_core.operation.formation.facts.given_names import is_given_name
from memos_core.operation.formation.facts.lexicon import is_trade
from memos_core.operation.formation.facts.wordlists import listed

_STOP = Cue(
    r"(?=[\s;:!?()\[\]—–.,])(?:\s*(?:[;:!?()\[\]\n—–]|(?<!\s[A-Z])\.(?=\s|$)|,(?!\d{3}\b)|\s-+\s)|\s{3,}"
    r"|\s+(?:but|because|cause|since|when|where|which|that|who|whose|while|if|unless|until|till|though"
    r"|although|however|so|as|after|before|during|despite|thanks"
    r"|now|right now|currently|nowadays|these days|at the moment|at present|any ?more|any longer|again|too"
    r"|as well|at last|after all|altogether|completely|entirely|already|lately|recently|please|instead|again"
    r"|a lot|very much|so much|the most|more than|in general|at all|to be honest|though|for now|for good|so "
    r"far|yet|ever|just|really|actually|today"
    r"|how|why|here|can|could|would|will|should|is|are|was|were|last|next|every|each|once|twice|daily"
    r"|weekly|i|we|he|she|they|it|it's|i'm|that's|who's|he's|she's|they're|we're"
    r"|i've|you|there)(?=[\s,.!?;:]|$))",
    re.IGNORECASE,
)
_STOP_ITEM = re.compile(
    r"\s+(?:with|for|from|without|than|to (?:relax|unwind|help|clear|me|him|her|us|them)|at|on|over|in "
    r"(?:the|my|our|a))\s",
    re.IGNORECASE,
)
_STOP_PLACE = re.compile(
    r"\s+(?:with|for|and|or|at|near|by|from|on|to|into|since|around|close to|not)\s", re.IGNORECASE
)
_STOP_ROLE = re.compile(
    r"\s+(?:at|in|for|with|on|by|from|and|or|to|of course|who|into|over|under|near|out|up|down|living|working"
    r"|based|studying|specializ\w+)\s",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"(?:(?:a|an|the|some|any|another|this|that|these|those|one|such)\s+)+", re.IGNORECASE)
_LOOSE = re.compile(
    r"(?:\s+(?:in|on|at|of|for|to|with|and|or|by|from|the|a|an|as|since|about|around|up|my|our|is|are|not"
    r"|also|then|very|much|lol|haha|btw))+$",
    re.IGNORECASE,
)
_NAME = re.compile(
    r"(?:(?-i:[A-Z])[\w'.&-]*)(?:(?:\s+(?:of|de|la|le|du|del|da|am|an|der|den|van|von|upon|on|the|and"
    r"|&)){0,2}\s+(?-i:[A-Z])[\w'.&-]*)*"
)
_PLACE = re.compile(
    r"(?-i:[A-Z])[\w'.-]*(?:(?:,?\s+|\s+(?:of|de|la|le|du|del|da|am|an der|upon|on|the)\s+)(?-i:[A-Z])[\w'.-]*)*"
)
_DWELLING = re.compile(
    r"(?:(?:a|the|an)\s+)(?!same |other |right |whole )(?:\w+[\s-]){0,3}?(?:village|town|city|suburbs?"
    r"|countryside|island|farm|capital"
    r"|outskirts)\b(?:\s+(?:near|of|outside|in|by|close to)\s+(?:the\s+)?[\w-]+)?",
    re.IGNORECASE,
)
_NO_PLACE = listed(
    """
    i the a an my our his her their this that it and but peace fear hope love harmony bed charge person general
    fact touch with dorms dorm college person hospital purpose benefits house home alone together town there here
    constant same
    house apartment mind case order time
    """
)
_TITLES = listed(
    """
    i i'm i've i'd i'll ok okay monday tuesday wednesday thursday friday saturday sunday january february march
    april may june july august september october november december mr mrs english
    """
)
_EMPTY = listed(
    """
    genre progress support experience chance chances opportunity moment atmosphere energy process journey feedback
    it this that these those them him her you me us something anything everything nothing stuff things thing one
    ones lot lots idea way fact sound sounds thought part time here there how what when where why who being
    having all most everyone everybody someone my your his her their our its more less much bit little both each
    other others so such any some too yours mine same kind sort hearing seeing knowing getting going doing
    was were been be am
    making suggestions suggestion feedback advice help work question answer look looks vibe vibes
    """
)
_VAGUE = listed(
    """
    say playing making using taking giving putting keeping trying seeing watching finding bringing having showing
    looking
    feeling working thinking talking telling helping being freedom flexibility variety simplicity comfort connection
    creativity sense feeling feelings spirit ability challenge challenges results balance beauty bond memories moments
    peace growth teamwork potential details
    """
)
"""Means nothing by itself: "playing", "freedom"."""
_PRONOUN_FIRST = listed(
    """
    it this that these those them him her you me us my your his her their our its how what when where why who if
    myself each both all being having to-do seeing hearing knowing
    """
)
_TRIM = " \t\n,.;:!?'\"-–—()[]"


def phrase(text: str, *, most: int = 8) -> str:
    """The phrase at the beginning of ``text`` without its article; empty when there is none or it is too long."""
    cut = _STOP.search(" " + text)
    said = text[: max(0, cut.start() - 1)] if cut else text
    said = _LOOSE.sub("", said.strip(_TRIM))
    said = _ARTICLE.sub("", said, count=1) if _ARTICLE.match(said) else said
    return said.strip(_TRIM) if 0 < len(said.split()) <= most else ""


def place(text: str) -> list[str]:
    """A place: a proper name, or a village, a suburb and the like."""
    if found := _DWELLING.match(text.strip()):
        return [_ARTICLE.sub("", found[0])]
    cut = _STOP_PLACE.search(text + " ")
    said = text[: cut.start()] if cut else text
    stop = re.search(r"\.(?=\s|$)|[;:!?()\n]|\s{3,}|,\s*(?:[a-z]|$)|\s+I(?:'\w+)?(?=\s|$)", said)
    said = said[: stop.start()] if stop else said
    found = _PLACE.search(said)
    if found and len(said[: found.start()].split()) <= 4:
        name = found[0].strip(_TRIM)
        if "," in name and _PREDICATE.match(said, found.end()):
            name = name.rpartition(",")[0]  # "Stoke, Alicante was too hot"
        return [name] if name.lower() not in _TITLES and name.lower() not in _NO_PLACE else []
    return _small_place(text, said)


_PREDICATE = re.compile(r"(?:'s)?\s+(?:is|was|has|had|got|just|gets|wasn't|isn't|didn't|doesn't|never|turned|felt)\b")


def _small_place(text: str, said: str) -> list[str]:
    """A name in lower case, as some people write all of them."""
    words = phrase(said, most=3).split()
    if (
        text != text.lower()
        or not words
        or words[0].lower() in _NO_PLACE
        or words[-1] in _NO_PLACE
        or said.strip() != text.strip(_TRIM)
    ):
        return []
    if _ARTICLE.match(said.strip()):
        return []
    return [" ".join(words)]


def organisation(text: str) -> list[str]:
    """An employer or a school: a proper name, or ``a`` or ``the`` and up to four words."""
    cut = _STOP_ROLE.search(text + " ")
    said = text[: cut.start()] if cut else text
    stripped = phrase(said, most=6)
    if not stripped or stripped.lower().split()[0] in _PRONOUN_FIRST:
        return []
    if is_given_name(stripped):
        return []
    if found := _NAME.search(stripped):
        name = found[0].strip(_TRIM)
        if name.lower() not in _TITLES:
            return [
                stripped
                if len(stripped) - len(name) < 24 and found.start() == 0
                else name
                if found.start() > 24
                else stripped
            ]
        return []
    if _ARTICLE.match(said.strip()) and stripped.lower() not in _NO_WORKPLACES and len(stripped.split()) <= 5:
        return [stripped]
    return [stripped] if text == text.lower() and len(stripped.split()) == 1 and stripped not in _NO_WORKPLACES else []


_NO_WORKPLACES = listed(
    """
    home night nights moment time end house same time day days weekends best things office least once first same
    pace desk company place firm job weekend age one other top present last project myself fun free money years
    months while living it them this that him her you us me school college university high school gym park
    """
)


def role(text: str) -> list[str]:
    """What somebody is by profession, without the article."""
    cut = _STOP_ROLE.search(text + " ")
    said = _ADDRESS.sub("", phrase(text[: cut.start()] if cut else text, most=6))
    said = re.sub(
        r"^(?:(?:\d{1,3}[- ]years?[- ]old|only|sole|lone"
        r"|lead(?= \w+ \w)|resident|in-house|mere|sort of an?|kind of an?|bit of an?|new"
        r"|proud|full-time|part-time|certified|licensed|registered(?! nurse)|professional|practicing"
        r"|simple|fellow|qualified|trained)\s+)+",
        "",
        said,
        flags=re.IGNORECASE,
    )
    words = said.lower().split()
    known = 0 < len(words) <= _LONGEST_ROLE and words[0] not in _PRONOUN_FIRST and words[-1] not in _EMPTY
    return [said] if known else []


_LONGEST_ROLE = 5
_ADDRESS = re.compile(
    r"(?:\s+(?:mate|only|lah|leh|lor|la|innit|pal|bro|bruv|dear|love|hun|hen|pet|darling|man|dude|lol|haha|somehow|btw"
    r"|myself|full[- ]time|part[- ]time|apparently|officially|basically|obviously|unfortunately|hey|eh|yeah|tbh"
    r"|ngl))+$",
    re.IGNORECASE,
)
"""Said to the hearer, or of the whole clause, behind what somebody is."""


def trade(text: str) -> list[str]:
    """A ``role`` whose last word is known to name a profession."""
    return [said for said in role(re.sub(r"\s+myself\b.*", "", text)) if is_trade(said) and not _JUDGED.match(said)]


_JUDGED = re.compile(
    r"(?:worst|best|bad|good|terrible|great|decent|horrible|awful|lousy|natural|born|amazing|keen|home|hobby"
    r"|amateur|budding"
    r"|wannabe|would-be|aspiring|frustrated|better|worse|fast|slow|heavy|light|big|hopeless|avid|passionate"
    r"|self-proclaimed|armchair"
    r"|mediocre|pretty|real|kind of|excellent|fantastic|backseat|careful|poor|future|former|ex)\b",
    re.IGNORECASE,
)
"""How well, not what for a living: "the worst cook", "a fast runner"."""


def things(text: str) -> list[str]:
    """The members of an enumeration; each up to six words."""
    text = _COMPANY.sub("", _cut_things(_ASIDE.sub("", _AS_ALL_DO.sub("", text))))
    if re.fullmatch(r"(?!.* (?:and|or) )\s*[a-z][\w-]*, (?!\w+ing\b)[\w-]+ [\w -]+[,\s]*", text):
        text = text.replace(",", "")  # adjectives: "simple, minimal interfaces"
    members = re.split(r"\s*,\s*(?:and|or|&)?\s*|\s+(?:and also|and|or|&|as well as|plus|nor)\s+|\s*/\s*", text)
    return [one for one in (thing(member) for member in members) if one]


_AS_ALL_DO = re.compile(r"\s+like (?:everyone|everybody|most people|the rest)\b.*$", re.IGNORECASE)
_ASIDE = re.compile(
    r"\s*,\s*(?:sorry|obviously|of course|thank\w*|naturally|sadly|though|please|no\b|yes\b|apparently|honestly"
    r"|actually|lol"
    r"|haha|long|to be|sue me|fight me|judge me|come at me|go figure|hands down|end of|full stop|guilty|sorry|I know"
    r"|tbh|ngl"
    r"|always have|always will|hence|mind you|tastes?|smells?|looks?|weirdly|what can|period|day or night|believe it"
    r"|if you|you know|so\b"
    r"|since|because|which|who|the \w+er\b|don't|can't|it's"
    r"|he's|she's|they're|this|that)\b.*$",
    re.IGNORECASE,
)
"""What stands beside an enumeration, after its comma."""
_COMPANY = re.compile(r"(?<!ing)(?<! up)(?<! out)(?<! down)(?<! around)\s+with\s+[^,]*")
_UNFINISHED = re.compile(r"\w+ing(?: (?:up|out|down|off|around|on|back|in|over))?")


def _cut_things(text: str) -> str:
    """Up to where the enumeration ends: commas belong to it."""
    at = 0
    while cut := _STOP.search(" " + text, at):
        if text[max(0, cut.start() - 1) :].lstrip().startswith(","):
            at = cut.end()
            continue
        said = text[: max(0, cut.start() - 1)]
        return said.rpartition(",")[0] if _FINITE.match(cut[0]) and "," in said else said
    return text


_FINITE = re.compile(r"\s+(?:is|are|was|were|can|could|would|will|should)\b", re.IGNORECASE)
"""Behind a comma stands the subject of these: "woodturning, the shed is full"."""


def one_thing(text: str) -> list[str]:
    """The first member."""
    return things(text)[:1]


def thing(text: str) -> str:
    """What somebody likes, owns or does: a noun or a gerund with its company; empty when it names nothing."""
    said = phrase(text, most=7)
    if cut := _STOP_ITEM.search(said + " "):
        head = said[: cut.start()]
        said = head if head and not _UNFINISHED.fullmatch(head) else said
    said = re.sub(
        r"^(?:really|also|bit of|little|especially|just|mostly|mainly|even|both|either|to|eating|drinking|a "
        r"bit of|all kinds of|all sorts of|lots of|plenty of|a lot of|to eat|to drink|to)\s+",
        "",
        said,
        flags=re.IGNORECASE,
    )
    said = _LOOSE.sub("", _ARTICLE.sub("", said, count=1) if _ARTICLE.match(said) else said)
    words = said.lower().split()
    if (
        not words
        or words[0] in _PRONOUN_FIRST
        or words[0] in _EMPTY
        or words[-1] in _EMPTY
        or words[0] == "new"
        or (len(words) == 1 and words[0] in _VAGUE)
        or "other" in words
    ):
        return ""
    return said if re.search(r"[^\W\d]", said) else ""


def name(text: str) -> list[str]:
    """A proper name of up to four words."""
    found = re.match(r"\s*(?-i:[A-Z][\w'-]*(?:\s+[A-Z][\w'-]*){0,3})", text)
    if found and found[0].strip().lower() not in _TITLES:
        return [re.sub(r"'s$", "", found[0].strip(_TRIM))]
    small = re.fullmatch(r"\s*([a-z][\w-]+)[\s.!]*", text)
    return [small[1]] if small and small[1] not in _EMPTY | _NO_NAMES else []


_NO_NAMES = listed(
    """
    not very so really called named here there coming going sick fine good great nice amazing lovely sweet old
    young the a an in on at
    """
)


def names(text: str) -> list[str]:
    """Several names."""
    found = re.match(r"\s*(?:[A-Z][\w'-]*(?:\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*|\s+(?=[A-Z]))?)+", text)
    if not found:
        return name(text)
    return [
        one.strip()
        for one in re.split(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", found[0])
        if one.strip() and one.strip().lower() not in _TITLES
    ]


def verbatim(text: str) -> list[str]:
    """Whatever stands there, up to the end of the phrase; marks inside words stay."""
    said = phrase(text, most=7)
    words = said.lower().split()
    return (
        [said]
        if words
        and words[0] not in _PRONOUN_FIRST
        and words[0] not in ("not", "so", "very", "really", "too", "also", "always", "getting", "going", "pretty")
        else []
    )


def whole(text: str) -> list[str]:
    """The rest of the clause."""
    said = text.strip(_TRIM)
    return [said] if 1 <= len(said.split()) <= 24 else []


READERS: Mapping[str, Callable[[str], list[str]]] = {
    "residence": place,
    "hometown": place,
    "birthplace": place,
    "employer": organisation,
    "school": organisation,
    "occupation": role,
    "trade": trade,
    "likes": things,
    "dislikes": things,
    "hobby": things,
    "allergy": things,
    "language": things,
    "nationality": things,
    "name": name,
    "nickname": name,
    "partner": name,
    "friend": name,
    "birthday": date_words,
    "age": digits,
    "goal": whole,
    "medication": things,
    "condition": things,
    "diet": things,
    "field_of_study": things,
    "quantity": quantity,
    "owns": things,
    "habit": whole,
    "vehicle": one_thing,
    "pet": name,
}
