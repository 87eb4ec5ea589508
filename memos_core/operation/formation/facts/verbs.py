"""English verb groups: from auxiliaries, adverbs and a verb to polarity, modality, tense and the verb's base form."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from memos_core.operation.formation.facts.verb_forms import forms
from memos_core.operation.formation.facts.wordlists import listed

_TOKEN = re.compile(r"\w+?(?=n't\b)|n't\b|'(?:m|re|s|ve|d|ll)\b|\w+(?:[-.&]\w+)*|[^\w\s]", re.IGNORECASE)
_PLAIN_TOKEN = re.compile(r"'(?:m|re|s|ve|d|ll)\b|\w+(?:[-.&]\w+)*|[^\w\s]", re.IGNORECASE)
_SPOKEN: Mapping[str, tuple[str, ...]] = {
    "im": ("i", "'m"),
    "ive": ("i", "'ve"),
    "dont": ("do", "n't"),
    "didnt": ("did", "n't"),
    "doesnt": ("does", "n't"),
    "cant": ("can", "n't"),
    "wont": ("will", "n't"),
    "isnt": ("is", "n't"),
    "wasnt": ("was", "n't"),
    "cannot": ("can", "not"),
    "gonna": ("going", "to"),
    "wanna": ("want", "to"),
    "havent": ("have", "n't"),
    "arent": ("are", "n't"),
    "u": ("you",),
}


class Tense(StrEnum):
    """As the first word of a group shows it."""

    PRESENT = "present"
    PAST = "past"
    PERFECT = "perfect"


class Token(NamedTuple):
    """A word or mark of a clause."""

    word: str
    """In lower case."""
    raw: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A verb with all that leads to it."""

    lemma: str = ""
    form: str = ""
    """``base``, ``s``, ``past``, ``participle`` or ``ing``."""
    denied: bool = False
    ended: bool = False
    """``no longer``, ``used to``, ``stopped``."""
    begun: bool = False
    """``started``: a past date is the beginning of what still holds."""
    planned: bool = False
    supposed: bool = False
    """``would``, ``might``, ``maybe``."""
    modal: str = ""
    tense: Tense = Tense.PRESENT
    progressive: bool = False
    now: bool = False
    stop: int = 0
    """Where the group ends, in characters of the text."""
    after: int = 0
    """Index of the token after it."""


def tokens(text: str, start: int, stop: int) -> list[Token]:
    """The words of ``text[start:stop]``; contractions are two words."""
    found: list[Token] = []
    pattern = _TOKEN if text.find("n't", start, stop) >= 0 or text.find("N'T", start, stop) >= 0 else _PLAIN_TOKEN
    for one in pattern.finditer(text, start, stop):
        raw = one[0]
        word = raw.lower()
        first, last = one.span()
        if word not in _SPOKEN:
            if word.endswith("in") and forms().get(f"{word}g"):
                word += "g"  # "drivin"
            found.append(Token(_PLAIN.get(word, word), raw, first, last))
            continue
        for part in _SPOKEN[word]:
            found.append(Token(_PLAIN.get(part, part), raw, first, last))
    return found


_PLAIN: Mapping[str, str] = {"ca": "can", "wo": "will", "sha": "shall"}
_BE = listed("am is are was were be been being 'm 're")
_HAVE = listed("have has had having 've")
_PRESENT_DO = frozenset(["do", "does"])
_NOT = listed("not n't never hardly rarely barely seldom neither")
_SUPPOSING = listed(
    """
    would could might may should must shall 'd wish maybe perhaps possibly probably hopefully supposedly
    apparently allegedly
    """
)
_ADVERBS = listed(
    """
    really just actually currently still always also finally now already basically mostly usually often
    sometimes absolutely definitely totally truly kind sort of even only officially happily recently both all
    originally newly lately generally normally typically mainly proudly personally literally simply honestly
    pretty very super so quite completely fully certainly surely obviously clearly today nowadays again then
    since ever particularly especially deeply genuinely mainly temporarily permanently legally happily freshly
    regularly occasionally frequently daily primarily secretly long strictly gladly kinda sorta rather too much
    """
)
_AFTER_BE = listed(
    """
    now currently still actually also officially really just finally already basically always totally definitely
    """
)
_WANTING = listed(
    """
    want wants wanted wanting hope hopes hoping plan plans planning intend intends intending decide decided wish
    need needs aim aiming look looking expect expects expecting try trying consider considering think thinking
    dream dreaming like determined
    """
)
_STOPPING = listed("stop stops stopped stopping quit quits quitting cease ceased finished")
_STARTING = listed(
    """
    start starts started starting begin begins began begun beginning keep kept keeps
    """
)


def guessed_group(words: Sequence[Token], at: int) -> Group | None:
    """A bare word behind ``I`` as a verb that no list knows: "I ring my mum every Sunday"."""
    place = at
    while place < len(words) and (words[place].word in _ADVERBS or words[place].word.endswith("ly")):
        place += 1
    if place >= len(words) or not words[place].raw.islower() or not words[place].raw.isalpha():
        return None
    word = words[place].word
    if (
        len(word) < _SHORTEST_VERB
        or word in _NOT
        or word in _SUPPOSING
        or word.endswith(("ed", "n't"))
        or forms().get(word)
    ):
        return None
    return Group(lemma=word, form="base", stop=words[place].stop, after=place + 1)


_SHORTEST_VERB = 3


def group_at(words: Sequence[Token], at: int) -> Group | None:
    """The verb group that begins at ``words[at]``, or none."""
    state = Group()
    progress = at
    while progress < len(words) and progress < at + 12:
        step = _step(words, progress, state)
        if step is None:
            return _main_verb(words, progress, state)
        state, progress = step
    return None


def _step(words: Sequence[Token], at: int, state: Group) -> tuple[Group, int] | None:
    """What an auxiliary, an adverb or a semi-modal adds, and the token after it; ``None`` at the main verb."""
    word = words[at].word
    following = words[at + 1].word if at + 1 < len(words) else ""
    if word in _NOT:
        return replace(state, denied=True), at + 1
    if (pair := _pair(word, following, state)) is not None:
        return pair, at + 2
    if word in _SUPPOSING:
        return _modal(words, at, state)
    if word in ("will", "'ll"):
        return replace(state, planned=True), at + 1
    if word in ("once", "previously", "formerly"):
        return replace(state, tense=Tense.PAST), at + 1
    if word in ("can", "did", "to") or word in _PRESENT_DO:
        return _helper(words, at, state)
    if word in _HAVE or word in _BE or word == "'s":
        return _be_or_have(words, at, state)
    if word in _ADVERBS:
        now = word in ("now", "nowadays", "currently", "today") and not state.now
        return replace(state, now=True) if now else state, at + 1
    return _semi_modal(words, at, state)


def _pair(word: str, following: str, state: Group) -> Group | None:
    """What two words together add: ``no longer``, ``about to``, ``used to``, ``had to``."""
    if word == "no" and following in ("longer", "more"):
        return replace(state, ended=True)
    if following != "to":
        return None
    if word == "about":
        return replace(state, planned=True)
    if word == "used" and state.modal != "be":
        return replace(state, ended=True, tense=Tense.PAST)
    if word in ("have", "has", "had") and state.modal != "be":
        past = word == "had" or state.tense is Tense.PAST
        tense = Tense.PAST if past else state.tense
        return replace(state, tense=tense, planned=state.planned or not past, modal=state.modal or "have to")
    return None


def _modal(words: Sequence[Token], at: int, state: Group) -> tuple[Group, int]:
    word = words[at].word
    if word == "'d" and at + 1 < len(words) and _is(words, at + 1, "participle") and not _is(words, at + 1, "base"):
        return replace(state, tense=Tense.PAST), at + 1
    return replace(state, supposed=True, modal=word), at + 1


def _helper(words: Sequence[Token], at: int, state: Group) -> tuple[Group, int] | None:
    word = words[at].word
    rest = [one for one in words[at + 1 : at + 6] if one.word not in _ADVERBS and one.word not in _NOT]
    if word in ("do", "does", "did") and not (rest and _is_form(rest[0].word, "base")):
        return None  # a verb of its own: "I do yoga"
    return replace(state, tense=Tense.PAST if word == "did" else state.tense, modal=word), at + 1


def _be_or_have(words: Sequence[Token], at: int, state: Group) -> tuple[Group, int] | None:
    """``be`` before a participle or ``going to``, ``have`` before a participle; otherwise they are the verb."""
    word = words[at].word
    place = at + 1
    while place < len(words) and (
        words[place].word in _ADVERBS or words[place].word in _NOT or words[place].word in ("no", "longer")
    ):
        place += 1
    if place >= len(words):
        return None
    tense = Tense.PAST if word in ("was", "were", "had") else state.tense
    if word in _HAVE or (word == "'s" and words[place].word in ("been", "got", "gone", "become")):
        return _perfect(words, at, place, state)
    if (
        words[place].word == "going"
        and place + 1 < len(words)
        and words[place + 1].word == "to"
        and place + 2 < len(words)
    ):
        if _is_form(words[place + 2].word, "base"):
            return _take_not(words, at + 1, place + 2, replace(state, planned=True, tense=tense))
        return None
    if _leads_on(words, place):
        return _take_not(words, at + 1, place + 2, replace(state, planned=True, tense=tense))
    if _is_form(words[place].word, "ing") and words[place].word != "being":
        return _take_not(words, at + 1, place, replace(state, progressive=True, tense=tense, modal="be"))
    if word in ("been", "be", "being") and _is_form(words[place].word, "ing"):
        return _take_not(words, at + 1, place, replace(state, progressive=True))
    return None


def _leads_on(words: Sequence[Token], place: int) -> bool:
    """Whether ``about to`` or ``determined to`` stands there."""
    if place + 1 >= len(words) or words[place + 1].word != "to":
        return False
    resolved = words[place].word in ("determined", "resolved", "desperate") and place + 2 < len(words)
    return words[place].word == "about" or (resolved and _is_form(words[place + 2].word, "base"))


def _perfect(words: Sequence[Token], at: int, place: int, state: Group) -> tuple[Group, int] | None:
    word = words[place].word
    if (
        word == "to"
        or not (_is_form(word, "participle") or word == "got")
        or (word == "got" and words[at].word in ("have", "'ve", "has", "'s") and _possesses(words, place))
    ):
        if word == "got" and _possesses(words, place):
            return _take_not(words, at + 1, place, replace(state, modal="have got"))
        return None
    tense = Tense.PAST if words[at].word == "had" else Tense.PERFECT
    return _take_not(words, at + 1, place, replace(state, tense=tense))


def _possesses(words: Sequence[Token], got: int) -> bool:
    """``have got a dog`` is ``have a dog``; ``have got married``, ``promoted`` and the like are not."""
    following = next((one.word for one in words[got + 1 : got + 4] if one.word not in _ADVERBS), "")
    return not _is_form(following, "participle") and following not in ("engaged", "divorced", "married", "rid", "into")


def _take_not(words: Sequence[Token], start: int, stop: int, state: Group) -> tuple[Group, int]:
    between = [one.word for one in words[start:stop]]
    return (
        replace(
            state,
            denied=state.denied or any(word in _NOT for word in between),
            ended=state.ended or ("no" in between and "longer" in between),
            now=state.now or any(word in ("now", "currently", "nowadays") for word in between),
        ),
        stop,
    )


def _semi_modal(words: Sequence[Token], at: int, state: Group) -> tuple[Group, int] | None:
    word = words[at].word
    following = words[at + 1].word if at + 1 < len(words) else ""
    if word in _STOPPING and _is_form(following, "ing"):
        return replace(state, ended=True, tense=Tense.PRESENT), at + 1
    if (
        word in ("gave", "given", "give")
        and following == "up"
        and at + 2 < len(words)
        and _is_form(words[at + 2].word, "ing")
    ):
        return replace(state, ended=True, tense=Tense.PRESENT), at + 2
    if word in ("come", "grown", "learned", "learnt") and following == "to" and at + 2 < len(words):
        return (
            (replace(state, tense=Tense.PRESENT, begun=True), at + 2) if _is_form(words[at + 2].word, "base") else None
        )
    third = words[at + 2].word if at + 2 < len(words) else ""
    if word in ("taken", "took") and following == "to" and _is_form(third, "ing"):
        return replace(state, begun=True, tense=Tense.PRESENT), at + 2
    if word in _STARTING and (_is_form(following, "ing") or following == "to"):
        return replace(
            state, begun=True, tense=Tense.PRESENT, planned=state.planned or (state.progressive and word == "starting")
        ), at + 1
    if word in _WANTING and following in ("to", "of", "about", "on", "forward"):
        verb = words[at + 2].word if at + 2 < len(words) else ""
        if _is_form(verb, "base") or _is_form(verb, "ing"):
            if word == "like":
                return None if not state.supposed else (replace(state, planned=True), at + 2)
            return replace(state, planned=True), at + 2
    if word == "considering" and _is_form(following, "ing"):
        return replace(state, planned=True), at + 1
    return None


def _main_verb(words: Sequence[Token], at: int, state: Group) -> Group | None:
    word = "is" if words[at].word == "'s" else words[at].word
    word = {"'m": "am", "'re": "are", "'ve": "have"}.get(word, word)
    if state.modal == "have got" and word == "got":
        word = "have"
    if word == "has" and state.modal == "":
        return replace(state, lemma="have", form="s", stop=words[at].stop, after=at + 1)
    readings = forms().get(word)
    if not readings:
        return None
    lemma, form = readings[0]
    wanted = {True: "ing", False: ""}[state.progressive]
    for base, name in readings:
        if name == wanted or (state.tense is Tense.PERFECT and name == "participle"):
            lemma, form = base, name
    tense = state.tense
    if (
        lemma in ("quit", "split")
        and tense is Tense.PRESENT
        and not (state.modal or state.planned or state.progressive or state.supposed)
    ):
        form = "past"
    if form == "past" and tense is Tense.PRESENT and not (lemma == "have" and state.modal == "have got"):
        tense = Tense.PAST
    found = replace(state, lemma=lemma, form=form, tense=tense, stop=words[at].stop, after=at + 1)
    return _past_negation(words, found) if lemma == "be" else found


def _past_negation(words: Sequence[Token], group: Group) -> Group:
    """``be`` is followed by its negation: "I am no longer", "it isn't"."""
    after = group.after
    while after < len(words):
        step = words[after].word
        if step == "no" and after + 1 < len(words) and words[after + 1].word == "longer":
            group, after = replace(group, ended=True), after + 2
        elif step in _NOT:
            group, after = replace(group, denied=True), after + 1
        elif step in _AFTER_BE:
            group, after = replace(group, now=group.now or step in ("now", "currently")), after + 1
        else:
            break
    return replace(group, after=after, stop=words[after - 1].stop)


def _is_form(word: str, name: str) -> bool:
    return any(form == name for _, form in forms().get(word, ()))


def _is(words: Sequence[Token], at: int, name: str) -> bool:
    return _is_form(words[at].word, name)
