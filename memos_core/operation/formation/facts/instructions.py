"""Standing instructions to the assistant: "always answer in French", 以后请用中文."""

import re
from collections.abc import Iterator
from dataclasses import replace

from memos_core.domain.engram import Modality, Polarity
from memos_core.operation.formation.facts import chinese_orders
from memos_core.operation.formation.facts.page import Page
from memos_core.operation.formation.facts.reading import PRESUMED, SELF, Reading

_STANDING = re.compile(
    r"^\W*(?:(?:ok|okay|also|and|oh|please|hey|so|btw|by the way|one more thing|note|remember|important)[\s,:.!-]+)*"
    r"(?:(?:from (?:now|here|this point) on(?:wards?)?|going forward|in (?:the )?future|for future reference"
    r"|henceforth|starting (?:now|today)|from today on)[\s,:]+(?P<future>.+)"
    r"|(?P<order>(?:please |can you |could you |you (?:should|must|can) |i(?:'d| would) like you to |i want "
    r"you to |i need you to |make sure (?:you |to )|be sure to |remember to )*(?:always|never|don't ever|do "
    r"not ever|only ever)\s+(?:please\s+)?(?!been\b|was\b|had\b|thought\b|mind\b|going\b|again\b|knew\b"
    r"|loved\b|heard\b|a\b|the\b)[a-z].+)"
    r"|(?P<when>(?:whenever|when|every time|each time|any time|if) (?:i|you|we)\b[^,]{3,80},\s*(?:please "
    r"|always |never |make sure |don't |do not |you should |remember |include |use |give |show |add |keep "
    r"|provide |tell |ask |remind |list |explain |mention |format |start |avoid |suggest |call |put )\S.*)"
    r"|(?P<stop>(?:please )?(?:stop|quit|avoid) (?:using|calling|saying|suggesting|recommending|adding"
    r"|asking|sending|giving|including|writing|repeating|apologi[sz]ing|mentioning|starting|ending)\b.+)"
    r"|(?P<please>please (?:don't|do not|use|answer|reply|respond|write|keep|call|address|speak|format|avoid)\b.+)"
    r"|(?P<ordered>(?:please )?(?:reply|answer|respond|write|speak|talk|use|keep|give|explain"
    r"|format)\b[^.!?]*?\b(?:always|from now on|every time|each time|at all times|going forward|in future)\b.*)"
    r"|(?P<dont>(?:please )?(?:don't|do not|no need to|i don't want you to|i'd (?:rather|prefer (?:it )?if) you "
    r"didn't|i would rather you didn't) (?:ever |just |always )?(?:use|write|call me|send me|give me|suggest"
    r"|recommend|include|add|address|speak to me|talk to me|answer|reply|respond|start|end|begin"
    r"|repeat|sugar-?coat|apologi[sz]e"
    r"|flatter|be (?:so|too|such)|talk down|quote|lecture|bring up|shout|swear|mention|ask me|remind me)\b(?! (?:that"
    r"|this|it"
    r"|a (?:break|hard time)|any of that"
    r"|why|how|what|later|tonight|tomorrow|today|crap|grief|lip|attitude)\b)(?![^.]*\b(?:yet|this time|for now|today"
    r"|tonight|in this|in that|for this|here)\b).+)"
    r"|(?P<none>(?:please,? |and )?no (?:[a-z-]+ )?(?:emojis?|emoticons?|smileys|exclamation (?:marks|points)|bullet "
    r"points|bullets|jargon|slang|swearing|markdown|tables|headings|small talk|flattery|spoilers|answers|replies|essays"
    r"|lectures|abbreviations|puns|hashtags|caps|apologies|disclaimers|fluff|waffle)\b.*)"
    r"|(?P<want>(?:i(?:'d| would)? (?:want|like|prefer) (?:you to |your (?:answers|replies|responses) )|keep "
    r"your (?:answers|replies|responses)|your (?:answers|replies|responses) should)\b.+))",
    re.IGNORECASE,
)
_CALL = re.compile(
    r"(?:^|[,.!;]\s*|\b(?i:please|just|can|and|you) )(?i:please |just |can |you )*(?i:call) me "
    r"(?P<name>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?!\s+(?:at|on|when|if|later|tomorrow|back))"
)
_HOW_TO = re.compile(r",? not [A-Z]|\bfrom now on\b")
"""Marks a form of address as an order as well."""
_REVOKES = re.compile(
    r"\b(?:you (?:can|may) stop|no longer need (?:you )?to|forget (?:about )?(?:the|my|that) (?:rule"
    r"|instruction|request)(?: about| to| on)?|ignore (?:the|my|that) (?:rule|instruction|request)(?: about| "
    r"to)?)\s+(?P<what>[^.!?]+?)(?:\s+(?:any ?more|any longer|now|from now on))?\s*(?:[.!?]|$)"
    r"|\b(?:you (?:don't|do not) (?:need|have) to|you needn't|no need to)\s+(?P<more>[^.!?]+?)\s+(?:any "
    r"?more|any longer|from now on)\b"
    r"|^\W*(?:ok |okay |please |and |actually )*no more\s+(?P<nomore>[a-z][a-z' -]{2,30}?)(?=\s*[,.!;]|\s+please|\s*$)"
    r"|^\W*(?:please |ok |okay |and |now )*stop\s+(?P<stopped>(?!using|calling|saying|suggest|recommend|adding"
    r"|asking|sending|giving|includ|writing|repeat|apolog|mention|starting|ending)"
    r"[a-z]+ing\s[^.!?,]+)"
    r"|\b(?:changed my mind|actually|fine),?\s+(?P<fine>[a-z][a-z ]{2,25}?)\s+(?:are|is)\s+(?:fine|ok|okay"
    r"|allowed|back on|all right)\b"
    r"|\b(?:drop|scrap|lose|cancel|ditch|forget|ignore|skip)\s+(?:the|that|my)\s+(?P<rule>[\w' -]{3,40}?)\s+(?:rule"
    r"|instruction|request|thing)\b"
    r"|^\W*(?:ok |okay |please |actually |and )*(?:scrap|drop|ditch|lose|forget|cut|skip)\s+the\s+"
    r"(?P<dropped>[a-z][\w' -]{2,30}?)(?=\s*[,.!;]|\s+please|\s*$)"
    r"|(?:不用再|不必再|不需要再|可以不用|取消(?=[^，。！]*(?:要求|规则|指令|设定|约定)))(?P<zh>[^，。！]+)",
    re.IGNORECASE,
)
_REVOKING_WORDS = (
    "stop",
    "longer",
    "forget",
    "ignore",
    "any more",
    "anymore",
    "now on",
    " rule",
    "changed my mind",
    "actually",
    "no more",
    "instruction",
    "request",
    " thing",
    "scrap the",
    "drop the",
    "ditch the",
    "lose the",
    "forget the",
    "cut the",
    "skip the",
    "不用",
    "不必",
    "不需要",
    "取消",
)
_PAST_TALE = re.compile(
    r"^\W*(?:never mind|never again|always been|never been|never ever|always a|never a|never too)\b|\b(?:i"
    r"|we|he|she|they)\s+(?:always|never)\b",
    re.IGNORECASE,
)


_ASKED_FOR = re.compile(
    r"\W*(?:(?:hey|ok|so|also|and|please),? )*(?:(?:can|could|would|will) you |would you mind (?=not |answering"
    r"|replying"
    r"|writing|keeping|using|calling)|mind (?=keeping|using|answering))(?:please |just |maybe )*"
    r"(?=(?:always|never|only ever|not (?:use|call|start|add|send)|keep (?:your|the|all)|stop [a-z]+ing)\b"
    r"|[^?]*\b(?:from now on|going forward|in future|in the future|every time|each time|always)\b)",
    re.IGNORECASE,
)
"""An order in the shape of a question."""


def instructions(page: Page) -> Iterator[Reading]:
    """The standing instructions of a message, one sentence each."""
    low = page.shown.lower()
    revoking = any(word in low for word in _REVOKING_WORDS)
    lasting = "never" in low or "always" in low
    calling = "call me" in low
    for start, stop, asked in page.sentences:
        text = page.shown[start:stop]
        lead = len(text) - len(text.lstrip())
        sentence = text.strip()
        if revoking and (revoked := _REVOKES.search(sentence)):
            value = next((one for one in revoked.groups() if one), "").strip(" ,.!")
            if value:
                gone = _reading(value, start + lead, start + len(text.rstrip()), Polarity.ENDED)
                yield replace(gone, confidence=PRESUMED) if revoked["dropped"] else gone
            continue
        if calling and (called := _CALL.search(sentence)):
            yield from _called(sentence, called, start + lead, start + len(text.rstrip()))
            continue
        if page.chinese:
            yield from chinese_orders.forms_of_address(sentence, start + lead)
        wished = _ASKED_FOR.match(sentence) if asked else None
        if (asked and wished is None) or (lasting and _PAST_TALE.search(sentence)):
            continue
        if page.chinese:
            yield from chinese_orders.dropped(sentence, start + lead)
        order = sentence[wished.end() :] if wished else sentence
        found = _STANDING.match(order) or (chinese_orders.standing(sentence) if page.chinese else None)
        if found is None:
            continue
        said = next(value for value in found.groupdict().values() if value)
        if _is_order(found, said):
            yield _reading(
                " ".join(said.split()).rstrip(" .!。！"), start + lead, start + len(text.rstrip()), Polarity.AFFIRMED
            )


def _called(sentence: str, called: re.Match[str], start: int, stop: int) -> Iterator[Reading]:
    """``Call me Sam``, and ``call me Sam, not Samantha``, which is an order as well."""
    yield Reading(person=SELF, slot="nickname", value=called["name"], start=start, stop=stop)
    if _HOW_TO.search(sentence):
        yield _reading(sentence[called.start() :].strip(" ,.!;"), start, stop, Polarity.AFFIRMED)


def _is_order(found: re.Match[str], said: str) -> bool:
    """A wish for the future that speaks of the speaker's own doings is a plan, not an order."""
    return (
        re.match(
            r"(?:i(?!(?: don't want|'d rather| would rather) you|'d prefer)|we|my|it|he|she|they|the|there"
            r"|i'm|i'll|i've|我(?!问|说|叫|提)|我们)\b",
            said,
            re.IGNORECASE,
        )
        is None
        or ("when" in found.re.groupindex and found["when"] is not None)
        if "when" in found.re.groupindex
        else True
    )


def _reading(value: str, start: int, stop: int, polarity: Polarity) -> Reading:
    return Reading(
        person=SELF,
        slot="instruction",
        value=value,
        start=start,
        stop=stop,
        polarity=polarity,
        modality=Modality.ASSERTED,
    )
