"""English clauses without their subject: "Been in Aarhus for years", "Single again", "New number's 555 0188".

What was left out is put back as words without length, so that the rules read a whole clause and every place in the
text stays where it is.
"""

import re
from collections.abc import Iterator, Sequence

from memos_core.operation.formation.facts.english_nouns import SLOT_NOUNS, impersonal
from memos_core.operation.formation.facts.lexicon import DIETS, KIN_WORDS, MEASURES, PETS, RELIGIONS, STATUSES, is_drug
from memos_core.operation.formation.facts.verb_forms import forms
from memos_core.operation.formation.facts.verbs import Token
from memos_core.operation.formation.facts.wordlists import listed

BARE_GENITIVES = frozenset(f"{one}s" for one in KIN_WORDS | PETS | SLOT_NOUNS if one.isalpha() and one[-1] != "s")
"""``my dogs called Rex``, as some write ``dog's``."""


def with_apostrophes(words: Sequence[Token]) -> list[Token]:
    """``my names Ellie`` as ``my name's Ellie``: a plural of one's own, where only its copula can be meant."""
    made: list[Token] = []
    for place, one in enumerate(words):
        owned = place and words[place - 1].word in ("my", "our") and one.word in BARE_GENITIVES
        if owned and _is_predicate(words, place + 1, one.word.removesuffix("s")):
            made.append(Token(word=one.word[:-1], raw=one.raw[:-1], start=one.start, stop=one.stop - 1))
            made.append(Token(word="'s", raw="'s", start=one.stop - 1, stop=one.stop))
        elif owned and place + 1 < len(words) and words[place + 1].word in ("called", "named"):
            made += [one, _silent("are", words[place + 1])]
        else:
            made.append(one)
    return made


def _is_predicate(words: Sequence[Token], at: int, noun: str) -> bool:
    """Whether the words after a noun say what it is, and of one of them."""
    if at >= len(words):
        return False
    first = words[at]
    if first.word in ("called", "named"):
        named = at + 1 < len(words) and words[at + 1].raw[:1].isupper()
        return named and "and" not in [one.word for one in words[at + 1 : at + 4]]
    return first.word in ("a", "an") or (noun in ("name", "surname") and first.raw[:1].isalpha())


_BEFORE = listed(
    """
    well ok okay so right ugh oh and but also update finally just still now welp haha yeah yes no nope nah honestly
    sadly btw currently officially seriously lol sorry hey hi , . ! : - — already actually recently newly freshly
    nowadays lately hiya wah confirmed anyway basically apparently mostly happily proudly both back then hmm eh
    ... … ; ( these days today
    """
)
_SAID_OF_ONESELF = listed(
    """
    speak live work have love hate own drive ride teach weigh prefer play study smoke dislike adore detest
    haven't hadn't don't can't cannot used grew moved
    """
)
"""Verbs that nobody orders: "Speak Hokkien at home", not "Call the plumber"."""
_STATES = (
    STATUSES.keys()
    | DIETS
    | RELIGIONS
    | listed(
        """
        retired unemployed self-employed freelance born raised based diagnosed allergic diabetic asthmatic pregnant
        mad keen hooked obsessed crazy nuts partial tired sick fluent bilingual promoted redundant coeliac celiac
        qualified semi-retired lactose-intolerant
        """
    )
)
_GERUND_SUBJECT = re.compile(
    r"^[^,;]*?(?<!\bI )(?<!\bwe )(?<!\bit )(?<!\bhe )(?<!\bshe )(?<!\bthey )(?<!\bwho )(?<!\bthat )\b(?:is|was"
    r"|are|were|makes?|costs?|takes?|has|would|will|can|could|must|might|feels?"
    r"|sounds?|beats?|helps?|means?|keeps?|lets?|gives?)\b"
)
"""A gerund that is the subject of a verb: "Living in Leeds is dear"."""
_TASTES = listed("love hate enjoy adore detest dislike")
_THIS_ONE = listed("the this that these those your it how and a an him her them you what when my all or")
"""After a taste: what is before one's eyes, not what one likes: "Love the colours"."""
_NO_HAVE = re.compile(r"\s*(?:an? )?(?:great|nice|good|lovely|fun|safe|wonderful|fab|amazing|look|read|fun|you)\b")
_NOUN_LEADS = listed("new old current favourite favorite fave real main full first last proper actual next big biggest")
_DEICTIC = listed("the this that")


def completed(words: Sequence[Token], text: str, chained: bool = False, other: bool = False) -> list[Token]:
    """The words of a clause, with its subject in front where only the speaker can be meant.

    Args:
        words: The words of a clause that begins its sentence.
        text: From there to the end of its sentence.
        chained: The clause follows another one of its sentence; only clear cases are completed.
        other: Somebody else was the subject before it.
    """
    at = 0
    while at < len(words) and words[at].word in _BEFORE and at < 5:
        at += 1
    copular = not _COPULA.isdisjoint([one.word for one in words])
    if copular:
        at = next((place for place in _behind_commas(words, at) if _is_slot_noun(words, place)), at)
    if at >= len(words):
        return list(words)
    first = words[at]
    following = words[at + 1].word if at + 1 < len(words) else ""
    added = () if other else _left_out(words, at, text[first.start - words[0].start :], chained)
    if not added and not other and at and not chained and _is(first.word, "past"):
        added = ("i",)
    if added == ("being",):
        made = [_silent("i", first), Token(word="am", raw="am", start=first.start, stop=first.stop)]
        return [*words[:at], *made, *words[at + 1 :]]
    if first.word in _DEICTIC and following in PETS and at + 2 < len(words):
        mine = Token(word="my", raw="my", start=first.start, stop=first.stop)
        return [*words[:at], mine, *words[at + 1 :]] if words[at + 2].word in ("is", "'s", "isn") else list(words)
    return [*words[:at], *(_silent(one, first) for one in added), *words[at:]] if added else list(words)


def _behind_commas(words: Sequence[Token], at: int) -> Iterator[int]:
    """Where a clause may begin anew: "typo from me, birthday isn't May 9"."""
    yield from (place + 1 for place in range(at, len(words) - 2) if words[place].word in (",", ":"))


def _silent(word: str, before: Token) -> Token:
    return Token(word=word, raw=word, start=before.start, stop=before.start)


def _left_out(words: Sequence[Token], at: int, text: str, chained: bool) -> tuple[str, ...]:
    """The words that are missing in front of ``words[at]``."""
    word = words[at].word
    following = words[at + 1].word if at + 1 < len(words) else ""
    if _is_done(words, at) or (word == "retired" and _TIME_AFTER.match(text)):
        return ("i",)
    found = _of_state(word, following, text)
    if found is not None or chained:
        return found or ()
    found = _of_verb(words, at, text)
    if found is not None:
        return found
    return ("my",) if _is_slot_noun(words, at) else ()


def _is_done(words: Sequence[Token], at: int) -> bool:
    """Whether what looks like a state is what one did: "married Noah", "qualified as a midwife"."""
    following = words[at + 1] if at + 1 < len(words) else None
    if following is None:
        return False
    word = words[at].word
    if word == "retired":
        return following.word in ("from", "on", "last", "in", "at", "after")
    return (word == "married" and following.raw[:1].isupper()) or (word == "qualified" and following.word == "as")


def _of_state(word: str, following: str, text: str) -> tuple[str, ...] | None:
    """In front of what somebody is: clear even in the middle of a sentence; ``None`` when it is nothing of the kind."""
    if word == "being":
        return ("being",) if following in ("a", "an") and _GERUND_SUBJECT.search(text) is None else ()
    if word in _GOT or (word in _TURNS and (following in _WHEN or _TIME_AFTER.match(text))):
        return ("i", "got")
    if word in _STATES:
        so = word in STATUSES and _AND_SO.match(text)
        return ("i", "am") if so or following not in _NO_STATE else ()
    if word in ("big", "huge", "massive") and following in ("fan", "fans", "lover"):
        return ("i", "am", "a")
    if word == "big" and following in ("into", "on"):
        return ("i", "am")
    if word == "been" or _SOME_ANIMALS.match(text):
        return ("i", "have")
    on_drug = word == "on" and (following.isdigit() or following.endswith("mg") or is_drug(following))
    denied = word == "not" and (following in _STATES or following in ("on", "a", "an"))
    if on_drug or denied or (word == "no" and following == "longer"):
        return ("i", "am")
    return ("i",) if word == "want" and following == "to" else None


_AND_SO = re.compile(
    r"\w+ and (?:loving|proud|happy|fine|still|ready|not|enjoying|dating|looking|bored|free|content|[a-z]+(?:ing|ed))\b"
)
_NO_STATE = listed("is are was people life men women and")


def _of_verb(words: Sequence[Token], at: int, text: str) -> tuple[str, ...] | None:
    """In front of a verb that is no order; ``None`` when it is no verb."""
    word = words[at].word
    following = words[at + 1].word if at + 1 < len(words) else ""
    if _is(word, "ing"):
        return ("i", "am") if word not in _NO_ING and _GERUND_SUBJECT.search(text) is None else ()
    if word in ("had", "did"):
        return ("i",)
    if _is(word, "participle") and not _is(word, "past") and not _is(word, "base") and word not in _NO_PARTICIPLES:
        return ("i", "have")
    if word in _SAID_OF_ONESELF or (word in ("can", "do", "have") and following in ("n't", "not")):
        return ("i",) if _is_told(words, at, text) else ()
    return None


def _is_told(words: Sequence[Token], at: int, text: str) -> bool:
    """Whether a bare verb tells of its speaker and neither orders nor praises what is before one's eyes."""
    word = words[at].word
    following = words[at + 1].word if at + 1 < len(words) else ""
    good = at + 2 < len(words) and following == "a" and words[at + 2].word in ("good", "bit", "nice", "proper")
    if (
        word in _TASTES
        and not good
        and (following in _THIS_ONE or (at + 1 < len(words) and words[at + 1].raw[:1].isupper()))
    ):
        return False
    if word == "have" and _NO_HAVE.match(text[4:]):
        return False
    return word not in ("do", "don't") or (at + 2 < len(words) and words[at + 2].word in _SAID_OF_ONESELF)


_SOME_ANIMALS = re.compile(
    rf"(?:an?|one|two|three|four|five"
    rf"|\d+)\s+(?:[a-z]+\s+){{0,2}}(?:{'|'.join(sorted(PETS, key=len, reverse=True))})s?(?:,\s+[A-Z]"
    rf"|\s+(?:called|named)\b|:\s)",
    re.IGNORECASE,
)
_TIME_AFTER = re.compile(r"\w+\s{3,}")
"""Words that tell time are blanks here."""
_GOT = listed("promoted diagnosed hired")
_TURNS = listed("married engaged divorced separated")
_WHEN = listed("in on last since at yesterday this today")
_NO_PARTICIPLES = listed("given known seen done born drunk shown written spoken been broken")
_NO_ING = listed(
    """
    thinking looking wondering hoping asking being talking speaking according thanking kidding joking loving enjoying
    studying learning seeing-as including regarding considering
    """
)


def _is_slot_noun(words: Sequence[Token], at: int) -> bool:
    """``new number``, ``favourite film``, ``email``: what the profile has a place for, before a copula."""
    if words[at].word in _OWNED:
        return False
    place = at
    while place < len(words) and place < at + 2 and words[place].word in _NOUN_LEADS:
        place += 1
    lead = place > at
    favourite = any(one.word.startswith("fav") for one in words[at:place])
    stop = place
    most = place + (6 if place < len(words) and words[place].word == "budget" else 3)
    while stop < len(words) and stop < most and words[stop].word not in _COPULA:
        stop += 1
    noun = " ".join(one.word for one in words[place:stop])
    if stop >= len(words) or not noun or stop == place:
        return False
    if favourite:
        return True
    measured = noun.replace(" ", "-") in MEASURES
    known = noun in SLOT_NOUNS or noun in KIN_WORDS or measured or impersonal(noun)
    return known and (
        lead or words[stop].word in (":", "is", "'s", "isn", "are") or (measured and words[stop].word == "was")
    )


_OWNED = listed("my our his her their your its the a an this that some any no")
_COPULA = listed("is 's are : isn was will")


def _is(word: str, name: str) -> bool:
    return any(form == name for _, form in forms().get(word, ()))
