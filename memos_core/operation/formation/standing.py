"""Whether a fact may stand for the sentence that it was taken from: only where its text is certainly a clean clause.

A fact is a sentence turned into the third person by rules. What the rules may have got wrong, or what says little
without its context, is better quoted.
"""

import re
from collections.abc import Collection, Iterator, Set

from memos_core.operation.formation.temporal.tense import IRREGULAR_PAST, SAME_PAST
from memos_core.operation.formation.temporal.values import listed

_CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_BRACKETED = re.compile(r"\s*\[[^\]]*\]")
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_OUTSIDE = listed(
    "he she it they him her them his hers its their theirs you your yours we us our ours this that these those here "
    "there one ones such myself mine ourselves herself himself itself themselves i me my"
)
"""Words that mean somebody or something outside the clause, or a person whom the rules did not turn round."""
_OUTSIDE_CHINESE = re.compile(r"[我你您他她它咱这那]")
_ADVERBS = listed(
    "never always also already just still really finally often usually recently now almost even only rarely sometimes "
    "actually definitely probably not both all"
)
_STEADY = listed(
    "was had will would can could may might should must did couldn't wouldn't can't won't didn't shouldn't mustn't "
    "wasn't hadn't"
)
"""Verbs that are the same in the first and the third person."""
_TURNED = {
    "is": ("am", "'m", "are", "'re", "is", "'s"),
    "has": ("have", "'ve", "has"),
    "does": ("do", "does"),
    "isn't": ("aren't", "isn't", "'m"),
    "hasn't": ("haven't", "hasn't"),
    "doesn't": ("don't", "doesn't"),
    "was": ("was", "were"),
    "will": ("will", "'ll"),
    "would": ("would", "'d"),
    "had": ("had", "'d"),
}
"""Forms of the third person and those that they are made of."""
_NO_PAST = listed("need feed bleed speed exceed succeed proceed breed seed weed embed wed shed heed plead")
_JOINED = re.compile(r"(?:\b(?:and|but|or|so|then|because)|[,;:—–])\s+(?P<next>\w+)?")
_NOMINAL = listed("a an the some no two three four five six seven eight nine ten in on at for from with to of")
_TOO_LITTLE = 2
"""Words after the verb's subject that a clause has at least."""


def is_clean(text: str, subject: str, sentence: str, names: Collection[str] = ()) -> bool:
    """Whether ``text`` can stand for ``sentence`` in a narration.

    Args:
        text: A fact as a sentence in the third person; dates in brackets do not count.
        subject: Whom it is about.
        sentence: What was said.
        names: Of all who speak; whoever is spoken to is no part of a narration.
    """
    told = _BRACKETED.sub("", text).strip().rstrip(".!。！ ")
    if not subject or not told.startswith(subject) or told.count(subject) - sentence.count(subject) not in (0, 1):
        return False
    rest = told[len(subject) :]
    if _CJK.search(told):
        return not _OUTSIDE_CHINESE.search(rest) and len(rest) > 1 and rest.strip() in sentence.replace("我", "")
    if any(re.search(rf",\s*{re.escape(name)}\b", rest) for name in names if name):
        return False
    is_owner = rest[:2] in ("'s", "’s")
    words = [word.lower().replace("’", "'") for word in _WORD.findall(rest[2:] if is_owner else rest)]
    if len(words) < _TOO_LITTLE or not _OUTSIDE.isdisjoint(words):
        return False
    said = {word.lower() for word in _words(sentence)}
    if is_owner:
        return said.issuperset(words)
    return _is_turned(words, rest, said)


def _is_turned(words: list[str], rest: str, said: Set[str]) -> bool:
    """Whether the verb after the subject fits it, and nothing else was changed or may have had to be."""
    place = next((at for at, word in enumerate(words) if word not in _ADVERBS and not word.endswith("ly")), 0)
    verb = words[place]
    others = [word for at, word in enumerate(words) if at != place]
    if not set(others) <= set(said):
        return False
    if verb in _STEADY or _is_past(verb, said):
        return verb in said or any(form in said for form in _TURNED.get(verb, ()))
    is_turned = any(form in said for form in _TURNED[verb]) if verb in _TURNED else _is_third_person(verb, said)
    # "I get up at six and run": what follows might have to change as well.
    return is_turned and verb not in said and not _may_join_a_verb(rest)


def _is_past(verb: str, said: Set[str]) -> bool:
    return (
        verb in said
        and verb not in SAME_PAST
        and (verb in IRREGULAR_PAST or (verb.endswith("ed") and verb not in _NO_PAST))
    )


def _is_third_person(verb: str, said: Set[str]) -> bool:
    bases = (verb.removesuffix("s"), verb.removesuffix("es"), f"{verb.removesuffix('ies')}y")
    return verb.endswith("s") and any(base != verb and base in said for base in bases)


def _may_join_a_verb(rest: str) -> bool:
    for joined in _JOINED.finditer(rest):
        follower = joined["next"] or ""
        if not follower[:1].isupper() and not follower[:1].isdigit() and follower.lower() not in _NOMINAL:
            return True
    return False


def _words(sentence: str) -> Iterator[str]:
    """The words, and those that contractions are made of: ``I'm`` yields also ``'m``."""
    for word in _WORD.findall(sentence.replace("’", "'")):
        yield word
        stem, mark, ending = word.partition("'")
        if mark:
            yield stem
            yield f"'{ending}"
