"""What a message says only together with the turns before it: answers, corrections in a word, jokes taken back."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

from memos_core.domain.engram import Message, Modality, Polarity
from memos_core.operation.formation.facts.answers import answered
from memos_core.operation.formation.facts.english_changes import replaced
from memos_core.operation.formation.facts.page import Page, page_of
from memos_core.operation.formation.facts.reading import ANY, Reading
from memos_core.operation.formation.facts.stance import is_correction, is_joke
from memos_core.operation.formation.facts.statements import as_value, read, read_statement

_RIGHT = re.compile(
    r"^\W*(?:(?:oh|hmm|ah|sorry|wait|well|ok|okay|um|uh|actually|no|nope|oops|typo|correction|my (?:bad"
    r"|mistake)|i was wrong|i misspoke|that's (?:wrong|not right|incorrect)|nah)\b[\s,!.:…—-]*)*"
    r"(?:(?:it's|it is|its|it was|that's|that should be|it should be|should be|make that|i mean(?:t)?(?: to "
    r"(?:say|write|type))?|rather|she's|he's|they're)\b(?: actually| called| spelled)?[\s:,]*)?"
    r"(?P<value>(?!(?:s?he|it|they|we|you|i)['’])(?:[^,.;!?]|,(?=\d{3}\b)|\.(?=\w))+?)(?:[,;]?\s+(?:and "
    r")?not\s+(?P<wrong>[^.!?;]+))?(?:,? actually)?\s*(?:[.!]|$)",
    re.IGNORECASE,
)
_RIGHT_LAST = re.compile(
    r"[,;:—-]\s*(?:it's|it is|it should be|the right one is|that should be)(?: actually)? "
    r"(?P<value>[^,;!?]+?)(?P<wrong>)[.!]?$",
    re.IGNORECASE,
)
_NUMBERS = re.compile(
    r"(?P<value>(?:(?<!\S)\+?[\w@./-]*\d[\w@./-]*\s?)+),? (?:and )?not (?P<wrong>(?:\+?[\w@./-]*\d[\w@/-]*\s?)+)"
)
_WRONG_FIRST = re.compile(
    r"\bnot\s+(?P<wrong>[^,.;!?]+?)[,;]?\s+(?:but|it's|rather)\s+(?P<value>[^.!?;,]+)", re.IGNORECASE
)
_RIGHT_ZH = re.compile(
    r"^\W*(?:(?:哦|啊|哎呀?|哎哟|诶|呃|抱歉|不好意思|其实|不对|不是|错了|(?:我)?(?:说|打|写|记|搞|看|弄|发|填|读)错(?:字)?了|更正一下"
    r"|更正|纠正一下|口误)[，,。！ ]*)+(?:应该)?(?:是"
    r"|叫)?(?P<value>[^，,。！？我你]{1,16})(?:[，,]\s*(?:而)?不是(?P<wrong>[^，,。！]{1,16}))?(?:[，,][^。！？]{1,24})?[。！]?$"
)
_CJK = re.compile(r"[\u4e00-\u9fff]")
_LONGEST = 14


def from_dialogue(
    message: Message, before: Sequence[Message], zone: tzinfo, own: Sequence[Reading]
) -> Iterator[Reading]:
    """Readings of a message that need the turns before it.

    Args:
        message: The message.
        before: The turns before it, the last one last.
        zone: Its time zone.
        own: What it says by itself.
    """
    page = page_of(message.text, message.at, zone)
    if not page.sentences:
        return
    if before and before[-1].who != message.who:
        yield from _answers(message, page, before[-1], zone, own)
    yield from _asked_of_oneself(message, page, zone, own)
    yield from _not_that(page, own)
    if is_correction(message.text):
        yield from _put_right(message, page, before, zone, own)
    if is_joke(message.text):
        yield from _taken_back(message, page, before, zone)


# ── answers ─────────────────────────────────────────────────────────────────────────────────────


def _answers(message: Message, page: Page, asking: Message, zone: tzinfo, own: Sequence[Reading]) -> Iterator[Reading]:
    other = page_of(asking.text, asking.at, zone)
    if not other.sentences or not other.sentences[-1][2]:
        return
    start, stop, _ = page.sentences[0]
    start, stop = _trimmed(page, start, stop)
    question = other.sentence_at(len(other.sentences) - 1)
    made = answered(question.strip(), page.shown[start:stop])
    if made is None and len(page.clauses) > 1:
        first = page.clauses[0]
        start, stop = first.start, first.stop
        made = answered(question.strip(), page.shown[start:stop])
    if made is None:
        return
    told = {one.slot for one in own}
    if made.open and any(one.start < stop and start < one.stop and one.person.kind != "pronoun" for one in own):
        return  # it says itself what it says
    for reading in read_statement(made.statement, message.at, zone, start, stop):
        if reading.slot in told:
            continue
        if not made.denied:
            yield reading
            continue
        yield replace(reading, polarity=Polarity.NEGATED) if reading.polarity is Polarity.AFFIRMED else reading
        if made.instead and (value := as_value(reading.slot, made.instead)):
            yield replace(reading, value=value)


def _asked_of_oneself(message: Message, page: Page, zone: tzinfo, own: Sequence[Reading]) -> Iterator[Reading]:
    """``Where am I from? Sylhet.``: who asks about themselves and goes on answers."""
    told = {one.slot for one in own}
    for number, (first, last, asked) in enumerate(page.sentences[:-1]):
        question = page.shown[first:last].strip()
        start, stop, again = page.sentences[number + 1]
        if not asked or again or not _OF_ONESELF.search(question) or len(question) > _LONGEST_QUESTION:
            continue
        start, stop = _trimmed(page, start, stop)
        made = answered(_of_you(question), page.shown[start:stop])
        if made is None or not made.open:
            continue
        for reading in read_statement(made.statement, message.at, zone, start, stop):
            if reading.slot not in told:
                yield reading


_OF_ONESELF = re.compile(r"\b(?:I|my|me)\b")
_LONGEST_QUESTION = 80


def _of_you(question: str) -> str:
    """A question to oneself as another would ask it."""
    turned = re.sub(r"\bam I\b", "are you", question)
    turned = re.sub(r"\bmy\b", "your", re.sub(r"\b(?:I|me)\b", "you", turned), flags=re.IGNORECASE)
    return re.sub(r"^(?:your|Your) (?P<noun>[\w ]+)$", r"what is your \g<noun>", turned.strip(" ?"))


def _trimmed(page: Page, start: int, stop: int) -> tuple[int, int]:
    while start < stop and page.shown[start].isspace():
        start += 1
    while stop > start and page.shown[stop - 1].isspace():
        stop -= 1
    return start, stop


_NOT_THAT = re.compile(
    r"^\W*(?:(?:sorry|oops|wait|no|correction|actually|typo)\b[\s,.:!—–-]*)+not\s+(?P<old>[\w' -]{2,30}?)\s*"
    r"(?=[,.!;—–]|$)",
    re.IGNORECASE,
)


def _not_that(page: Page, own: Sequence[Reading]) -> Iterator[Reading]:
    """``Sorry, not metformin, that's Dad's. I take sertraline.``: what was said before was another's."""
    found = _NOT_THAT.match(page.shown)
    said = next((one for one in own if one.polarity is Polarity.AFFIRMED), None) if found else None
    if found and said is not None:
        yield replace(
            said,
            value=found["old"].strip(),
            start=found.start(),
            stop=found.end(),
            polarity=Polarity.NEGATED,
            modality=Modality.CORRECTING,
            event=False,
        )


# ── corrections ─────────────────────────────────────────────────────────────────────────────────


def _put_right(
    message: Message, page: Page, before: Sequence[Message], zone: tzinfo, own: Sequence[Reading]
) -> Iterator[Reading]:
    """``No, 12 April``, ``I meant Nice``, ``actually it's Ana, not Anna``: the slot is that of what was said before."""
    for number, (start, stop, asked) in enumerate(page.sentences):
        start, stop = _trimmed(page, start, stop)
        sentence = page.shown[start:stop]
        if asked or len(sentence.split()) > _LONGEST or any(one.start < stop and start < one.stop for one in own):
            continue
        if not (is_correction(sentence) or (number and is_correction(page.sentence_at(number - 1)))):
            continue
        found = (
            _RIGHT_ZH.match(sentence)
            if _CJK.search(sentence)
            else _NUMBERS.search(sentence)
            or _WRONG_FIRST.search(sentence)
            or _RIGHT_LAST.search(sentence)
            or _RIGHT.match(sentence)
        )
        if found and found["value"] and not _DENYING.match(found["value"]):
            earlier = [one for one in own if one.stop <= start]
            yield from _corrected(
                found["value"].strip(), (found["wrong"] or "").strip(), earlier, before, message, zone, (start, stop)
            )


_TELLING = re.compile(r"[\dA-Z@]|[^\x00-\x7f]")
"""Values that need no slot to mean something: numbers, names, addresses."""
_DENYING = re.compile(r"(?:not|any ?more|never|gave|quit|stopped|sold|left|died|moved)\b", re.IGNORECASE)


def _corrected(
    value: str,
    wrong: str,
    earlier: Sequence[Reading],
    before: Sequence[Message],
    message: Message,
    zone: tzinfo,
    span: tuple[int, int],
) -> Iterator[Reading]:
    said = [*earlier]
    for one in before:
        if one.who == message.who:
            said = [*read(one.text, one.at, zone), *said]
    if before and before[-1].who != message.who:
        said += _claims_about_you(before[-1], zone)
    candidates = [
        one
        for one in reversed(said)
        if one.value != ANY
        and one.modality is not Modality.HYPOTHETICAL
        and one.slot not in ("instruction", "goal", "habit")
    ]
    chosen = next((one for one in candidates if wrong and _matches(one.value, wrong)), None)
    if (
        chosen is None
        and wrong
        and _TELLING.search(wrong)
        and _TELLING.search(value)
        and not any(_matches(one.value, wrong) for one in said)
    ):
        yield from replaced(wrong, value, span, Modality.CORRECTING)
        return
    if chosen is None:
        chosen = next(
            (one for one in candidates if _shape(one.value) == _shape(value) and as_value(one.slot, value)), None
        )
    if chosen is None or not (right := as_value(chosen.slot, value)):
        return
    start, stop = span
    fixed = replace(
        chosen,
        start=start,
        stop=stop,
        modality=Modality.CORRECTING,
        polarity=Polarity.AFFIRMED,
        event=False,
        past=False,
        clause=-1,
        confidence=1.0,
    )
    if not _matches(chosen.value, right) or chosen.value.casefold() != right.casefold():
        yield replace(fixed, value=chosen.value, polarity=Polarity.NEGATED)
        if " named " in chosen.value:
            right = f"{chosen.value.partition(' named ')[0]} named {right}"
    yield replace(fixed, value=right)


def _claims_about_you(message: Message, zone: tzinfo) -> list[Reading]:
    """What the other said of the one who answers, in their own person."""
    text = re.sub(
        r"\byou(?:'re| are)\b",
        "I am",
        re.sub(r"\byour\b", "my", message.text, flags=re.IGNORECASE),
        flags=re.IGNORECASE,
    )
    text = (
        re.sub(r"\byou\b", "I", text, flags=re.IGNORECASE)
        .replace("你", "我")
        .replace("您", "我")
        .replace("?", ".")
        .replace("？", "。")
    )
    return list(read(text, message.at, zone))


def _matches(value: str, other: str) -> bool:
    one, two = value.casefold(), other.casefold().strip(" .!")
    return bool(two) and (one in two or two in one)


def _shape(value: str) -> str:
    """What kind of value it looks like: with digits, a name, or plain words."""
    if _CJK.search(value):
        return "数" if re.search(r"[\d一二三四五六七八九十]", value) else "字"
    return "digits" if re.search(r"\d", value) else "name" if value[:1].isupper() else "words"


# ── jokes ───────────────────────────────────────────────────────────────────────────────────────


def _taken_back(message: Message, page: Page, before: Sequence[Message], zone: tzinfo) -> Iterator[Reading]:
    earlier = next((one for one in reversed(before) if one.who == message.who), None)
    start, stop, _ = page.sentences[0]
    if earlier is None or page.shown[start:stop].strip() == "":
        return
    start, stop = _trimmed(page, start, stop)
    for one in read(earlier.text, earlier.at, zone):
        if one.modality in (Modality.ASSERTED, Modality.CORRECTING) and one.slot != "instruction":
            polarity = Polarity.NEGATED
            yield replace(
                one,
                start=start,
                stop=stop,
                polarity=polarity,
                modality=Modality.CORRECTING,
                event=False,
                past=False,
                clause=-1,
            )
