"""Where one stretch of English tells of two things: "the dentist on the 19th and the vet on the 20th".

Each has a date and a fate of its own: a later message calls off one of them, and the other stays.
"""

import re
from collections.abc import Iterator, Sequence

from memos_core.operation.formation.foresight.english_cues import EVENT_WORD, VERB
from memos_core.operation.formation.foresight.times import Role, Time

_BETWEEN = re.compile(r",? (?:and|then|plus|&)(?: then| also)? |, ")
_OWN = re.compile(r"(?:[a-z]+,? )*?(?:i|we|i'[a-z]+|we'[a-z]+|there'?s?)\b")
_NOT_BOTH = re.compile(
    r"\b(?:no|not|never|neither|cancel\w*|mov(?:ed|ing)|push\w*|postpon\w*|reschedul\w*|skip\w*|miss\w*|between|if"
    r"|might|may|maybe|would|could|was|were|had|off)\b|n't\b"
)
"""Says more of both than that they take place, or not that they do."""
_HAS = re.compile(r"\b(?:have|got|there's)(?: got)? (?:the|an?|my|our) ")
_IS = re.compile(r"\b(?:is|are|'s)\b(?= )")
_A_THING = re.compile(rf"^(?:the|a|an|my|our|his|her|[a-z]+'s) [a-z]|{EVENT_WORD.pattern}")
_AT_LENGTH = 12
"""Words of each at most."""
_HAN = re.compile(r"[\u4e00-\u9fff]{2}")
_NEGATIVE = re.compile(r"n't\b(?! (?:let (?:me|us) )?forget)|\b(?:not|no|never|nothing)\b")

_CALLED_OFF = re.compile(
    r"\b(?:no longer|any ?more|after all|cancel\w*|(?:not|n't) (?:be )?(?:on|going|happening|coming|taking place))\b"
    r"|n't (?:be )?(?:on|going|happening|coming|taking place|make it|go)\b"
)


def is_note(head: str, rest: str) -> bool:
    """Whether a dated heading stands before what forbids something: "Haircut at 5, remind me not to go short".

    Args:
        head: In lower case, with a date.
        rest: The piece after it.
    """
    if EVENT_WORD.search(head) is None or _CALLED_OFF.search(rest):
        return False
    return _NEGATIVE.search(rest) is not None


def apart(low: str, start: int, stop: int, found: Sequence[Time]) -> Iterator[tuple[int, int]]:
    """The spans of the dated events that one piece strings together; the piece itself where it does not.

    Args:
        low: The message in lower case.
        start: Of the piece.
        stop: Of the piece.
        found: The times of the message in order.
    """
    own = [time for time in found if start <= time.start < stop]
    if len(own) > 1 and (place := _seam(low, start, stop, own)) is not None:
        yield start, place[0]
        yield from apart(low, place[1], stop, found)
    else:
        yield start, stop


_CHINESE = re.compile(r"[\u4e00-\u9fff]{2,10}(?P<seam>[和跟及、])")
"""What takes place on the first of two dates, up to the second one: 12号看牙医和13号看兽医."""


def _seam(low: str, start: int, stop: int, own: Sequence[Time]) -> tuple[int, int] | None:
    if not all(time.ahead and time.role is Role.AT for time in own):
        return None
    if (seam := _CHINESE.fullmatch(low, own[0].stop, own[1].start)) and _HAN.match(low, own[1].stop, stop):
        return seam.start("seam"), seam.end()
    for seam in _BETWEEN.finditer(low, own[0].stop, own[-1].start):
        before = [time for time in own if time.stop <= seam.start()]
        after = [time for time in own if time.start >= seam.end()]
        if not before or not after or len(before) + len(after) < len(own):
            continue
        head, rest = _without(low, start, seam.start(), before), _without(low, seam.end(), stop, after)
        if _are_two(head, rest):
            return seam.start(), seam.end()
    return None


def _are_two(head: str, rest: str) -> bool:
    """Whether both name a thing, one of them a known sort of event, and the first is of the speaker's own."""
    if not (EVENT_WORD.search(f"{head} {rest}") or _HAS.search(head)) or not (_plain(head) and _plain(rest)):
        return False
    if _OWN.match(rest) or not _A_THING.search(rest) or VERB.search(_IS.sub("", rest)):
        return False
    return _OWN.match(head) is not None or VERB.search(_IS.sub("", head)) is None


def _plain(words: str) -> bool:
    return _NOT_BOTH.search(words) is None and len(words.split()) <= _AT_LENGTH


def _without(low: str, start: int, stop: int, times: Sequence[Time]) -> str:
    """The stretch without the words of its times."""
    made, place = "", start
    for time in times:
        made, place = made + low[place : time.start], time.stop
    return made + low[place:stop]
