"""The tense of the clause around an expression, from its nearest verb. A lexicon and endings, no parser.

A verb before the expression wins over one after it ("I went on Monday and will go again"). The distinction is the one
that TimeML draws between the tenses of the event an expression is anchored to, reduced to what picks an occurrence.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from memos_core.operation.formation.temporal.values import Tense, listed

_WIDTH = 160
_NEAR = 48
_STOP = re.compile(r"[!?;。！？；\n]|\.(?=\s|$)")
_WORD = re.compile(
    r"[a-z]+(?:'[a-z]+)?"
    r"|没有?|不会|不能|已经|曾经|曾|刚刚?|(?<!为)了(?!解)|过(?![几一二三四五六七八九十两\d年节来去程生])|当时|一直|打算|准备|计划|想要?"
    r"|(?<![重主])要|(?<![开聚约机社大宴协学])会(?![议计员客])|将|能(?![力量])|可以|应该|必须|得(?=去)|(?<![酒网])吧|再(?!见)|定在|(?<!大)约"
)
IRREGULAR_PAST = listed(
    "was were did didn't wasn't weren't had hadn't went came saw met got made took gave told said knew thought "
    "felt left bought brought caught taught fought sought ate drank drove flew ran swam sang sat slept overslept "
    "spent spoke stood won lost found kept held heard broke chose wore wrote rode rose fell began built sent lent "
    "paid laid led fed sold hid woke shook stole threw grew drew blew hung dug stuck struck swore tore understood "
    "forgot forgave became lay lit shot slid spun swept wept wound froze drunk sank rang shrank sprang stank 了 "
    "过 已经 曾经 曾 刚 刚刚 当时 没 没有"
)
_FUTURE = listed(
    "will won't shall shan't gonna would could should must might can let's plan planning plans want wants hope "
    "hopes intend due expect appointment deadline tomorrow upcoming supposed 打算 准备 计划 想 想要 要 会 将 能 "
    "可以 应该 必须 得 吧 再 就要 不会 不能 定在 约"
)
_PRESENT = listed("is are am isn't aren't be remains 一直")
_TIMETABLE = listed(
    "starts ends begins opens closes arrives leaves departs finishes comes goes happens expires flies lands "
    "returns meets runs launches"
)
_HAVE = listed("have has haven't hasn't having")
SAME_PAST = listed("set put cut hit hurt quit shut let read cost spread burst beat split bet")
"""Verbs whose past looks like their present."""
_GETTING = listed("get gets getting")
_DETERMINERS = listed(
    "a an the my our your his her its their no some any two three four five six seven eight nine ten another lots "
    "plenty only both"
)
_OF_NOUNS = listed("a an the my our your his its their her of in with for from")
"""Before a word in -ed that is no verb: "the renovated house"."""
_CONDITIONS = listed("if when once unless until till before after")
_DEGREES = listed(
    "so really very super pretty quite too also just all still already finally now not never always even only "
    "actually ever both bit little"
)
_NEW_CLAUSE = listed("who that which and but so when because where while if whether as since or than")
_CAUSED = 4
"""Words from "have" to its participle: "having her left hip replaced"."""
_ARRANGED = re.compile(
    r"\b(?:(?P<booked>booked|scheduled|reserved|arranged|registered|signed (?:\w+ )?up|enrolled|confirmed|ordered"
    r"|tickets?|seats?|reservations?|booking)"
    r"|(?P<asked>invited|planned|promised|agreed|offered|volunteered)"
    r"|rescheduled|moved|postponed|delayed|pushed|brought forward)\b(?P<more>[^,;:!?]{0,80})$"
)
"""What was done then and happens at the time that is named."""
_FOR_EVENT = re.compile(r"\b(?:for|to)\s(?P<event>(?:the|my|our|your|his|her|their|this)\b)?(?P<rest>.*)$")
_EXACT = re.compile(r"\d|january|february|march|april|june|july|august|september|october|november|december|\bmay\b")
_ARRANGED_CHINESE = re.compile(
    r"(?:(?P<to>改|推迟|挪|延期?|调整?|提前|定|约|安排)(?:到|在|至|成)了?"
    r"|(?:报名?|预[订定约]|[订定约买抢])(?:好|到|参加)*了?(?:参加)?)$"
)
_NO_VERBS = listed("need bed red seed speed feed hundred wed indeed weed bleed shed sacred naked breed greed tired")
_PRONOUNS = listed("i we you they he she it who")
_ADVERBS = listed(
    "not never always often usually also just only really still even already ever all both do don't does doesn't "
    "actually finally probably maybe and or but who in on at for the a my"
)
_PARTICIPLES = listed("been known done gone seen taken given eaten written driven grown worn spoken become begun")
_ENDINGS: Mapping[str, Tense] = {
    "'ll": Tense.FUTURE,
    "'d": Tense.FUTURE,
    "'ve": Tense.PERFECT,
    "'m": Tense.PRESENT,
    "'re": Tense.PRESENT,
}
_HABIT = re.compile(r"\b(?:usually|always|often|typically|normally|generally|every|tend to)\b|通常|总是|经常|平时")
_EACH_BEFORE, _EACH_AFTER = re.compile(r"每[^,，]*$"), re.compile(r"[^,，]*每")
"""Says it of its own piece of the sentence: 请假到9月底，每天带孩子."""


def clause(low: str, start: int, stop: int) -> tuple[str, str]:
    """The text of the sentence before and after ``[start, stop)``, at most 160 characters each."""
    left, right = low[max(0, start - _WIDTH) : start], low[stop : stop + _WIDTH]
    for boundary in _STOP.finditer(left):
        left = low[max(0, start - _WIDTH) + boundary.end() : start]
    found = _STOP.search(right)
    return left, right[: found.start()] if found else right


def tense_at(low: str, start: int, stop: int) -> Tense:
    """The tense that the nearest verb of the sentence gives to the expression at ``[start, stop)``."""
    left, right = clause(low, start, stop)
    found = Tense.UNKNOWN
    for tense in _tenses(left):
        found = tense
    if found is Tense.UNKNOWN:
        found = next(_tenses(right), Tense.UNKNOWN)
    if found in (Tense.PAST, Tense.PERFECT) and _is_arranged(left, low[start:stop], right):
        return Tense.FUTURE
    return found


def _is_arranged(left: str, phrase: str, right: str) -> bool:
    """Whether what was done is an arrangement for that time: "signed up for the race on 15 September"."""
    if (found := _ARRANGED_CHINESE.search(left)) is not None:
        return found["to"] is not None or right.startswith("的")
    arranged = _ARRANGED.search(left)
    event = _FOR_EVENT.search(arranged["more"]) if arranged else None
    if arranged is None or event is None or any(_tenses(event["rest"])):
        return False
    if not event["rest"].strip():
        return True  # "booked for the 3rd", "moved to Friday"
    to = arranged["more"][event.start() :].startswith("to")
    if arranged["asked" if to else "booked"] is None and not (to and arranged["booked"] is not None):
        return False
    return event["event"] is not None or _EXACT.search(phrase) is not None


def is_habit(low: str, start: int, stop: int) -> bool:
    """Whether the words around say that it happens again and again."""
    left, right = clause(low, start, stop)
    left, right = left[-_NEAR:], right[:_NEAR]
    if _HABIT.search(left) or _HABIT.search(right):
        return True
    return _EACH_BEFORE.search(left) is not None or _EACH_AFTER.match(right) is not None


def _tenses(text: str) -> Iterator[Tense]:
    """The tense of each verb, in order."""
    words = _WORD.findall(text)
    for place, word in enumerate(words):
        is_past_form = word.endswith("ed") or word in _PARTICIPLES or word in SAME_PAST
        before = _before(words, place, past_degrees=is_past_form)
        after = words[place + 1] if place + 1 < len(words) else ""
        tense = _tense_of(word, before, after)
        if (tense is Tense.SIMPLE or word in SAME_PAST) and place > 1 and _is_auxiliary(words[place - 2]):
            continue  # "did you see", "will she come": the auxiliary has said it
        if is_past_form and _is_caused(words, place):
            continue
        if tense is not Tense.UNKNOWN:
            yield tense


def _before(words: Sequence[str], place: int, *, past_degrees: bool) -> str:
    """The word before; for a past form the one before words such as "really"."""
    place -= 1
    while past_degrees and place > 0 and (words[place] in _DEGREES or words[place].endswith("ly")):
        place -= 2 if words[place] in ("bit", "little") else 1  # "a bit"
    return words[place] if place >= 0 else ""


def _is_auxiliary(word: str) -> bool:
    return word in _CONDITIONS or _tense_of(word, "", "") is not Tense.UNKNOWN


def _is_caused(words: Sequence[str], place: int) -> bool:
    """Whether a participle depends on "have" or "get" and an object: "is having her hip replaced"."""
    for back in range(place - 2, max(place - 2 - _CAUSED, -1), -1):
        if words[back + 1] in _NEW_CLAUSE or (words[back + 1] in _PRONOUNS and words[back + 1] != "it"):
            return False
        if words[back] in _HAVE or words[back] in _GETTING:
            return True
    return False


_TOLD: Mapping[str, Tense] = {
    word: tense
    for words, tense in (
        (_TIMETABLE, Tense.SIMPLE),
        (IRREGULAR_PAST, Tense.PAST),
        (_PRESENT, Tense.PRESENT),
        (_FUTURE | {"going"}, Tense.FUTURE),
    )
    for word in words
}


@lru_cache(maxsize=4096)
def _tense_of(word: str, before: str, after: str) -> Tense:
    if word in _HAVE:
        return _having(after)
    if word in ("had", "got") and (before in _HAVE or before.endswith("'ve")):
        # "I've got two rooms" is no past.
        return Tense.PERFECT if word == "had" else Tense.FUTURE if after == "to" else Tense.SIMPLE
    if (told := _TOLD.get(word)) is not None:
        return told
    if "'" in word:
        return _contracted(word, after)
    return _by_form(word, before)


def _by_form(word: str, before: str) -> Tense:
    """The tense of a word that no list has, by its ending and the word before it."""
    if word in SAME_PAST and before in _PRONOUNS:
        return Tense.PAST
    if word.endswith("ed") and len(word) > 3 and word not in _NO_VERBS:
        return _participle(before)
    if word in _PARTICIPLES:
        return Tense.PERFECT if before != "be" else Tense.FUTURE
    return Tense.SIMPLE if before in _PRONOUNS and word not in _ADVERBS else Tense.UNKNOWN


def _having(after: str) -> Tense:
    if after == "to":
        return Tense.FUTURE
    if after == "got":
        return Tense.SIMPLE
    done = after in IRREGULAR_PAST or after in _PARTICIPLES or (after.endswith("ed") and after not in _NO_VERBS)
    return Tense.PERFECT if done or after in ("not", "never", "always", "already", "just") else Tense.SIMPLE


def _contracted(word: str, after: str) -> Tense:
    for ending, tense in _ENDINGS.items():
        if word.endswith(ending):
            if ending == "'ve" and (after in _DETERMINERS or after == "got"):
                return Tense.SIMPLE
            return Tense.FUTURE if after in {"to", "going"} else tense
    if word in ("it's", "he's", "she's", "that's", "there's", "who's", "what's", "here's"):
        return Tense.PERFECT if after in _PARTICIPLES or after == "had" else Tense.PRESENT
    return Tense.UNKNOWN


def _participle(before: str) -> Tense:
    if before in _OF_NOUNS or before in ("getting", "being"):
        return Tense.UNKNOWN
    if before in ("get", "gets"):
        return Tense.SIMPLE
    if before in _PRESENT or before.endswith(("'s", "'re", "'m")):
        return Tense.PRESENT
    if before in _HAVE or before.endswith("'ve"):
        return Tense.PERFECT
    return Tense.PAST
